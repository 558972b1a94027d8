/* SPDX-License-Identifier: MIT */
/*
 * Reading with a limit of silence: whole blocks while bytes come, a short one when there were none for three seconds. The
 * port hears itself: its output is wired to its input. The LED is on from the first whole block to a short one.
 */
#include <softboard.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_SIZE 16
#define SILENCE_MS 3000

static int send_all(void *arg)
{
    static const char text[] = "Pack my box with five dozen good water jugs."; /* 44 bytes */
    static const int pauses_ms[] = {1000, 4000, 1000, 4000};
    int rc = 0;

    for (int i = 0; i < 4 && rc >= 0; i++) {
        rc = sb_stream_write(arg, text, strlen(text));
        if (rc >= 0)
            rc = sb_sleep_ms(pauses_ms[i]);
    }
    return rc < 0 ? rc : sb_stream_write(arg, "QUIT", 4);
}

int sb_main(struct sb_board *board)
{
    char block[BLOCK_SIZE] = "";
    struct sb_stream *port = NULL;
    struct sb_task sender;
    struct sb_pin *led = NULL;
    int rc = sb_board_pin(board, "GPIO17", SB_PIN_OUTPUT, &led);

    if (rc == 0)
        rc = sb_board_stream(board, "serial0", 9600, &port);
    if (rc == 0)
        rc = sb_spawn(&sender, "sender", send_all, port);
    while (rc >= 0 && strncmp(block, "QUIT", 4) != 0) {
        rc = sb_stream_read_until_idle_ms(port, block, BLOCK_SIZE, SILENCE_MS);
        if (rc >= 0) {
            printf("%s'%.*s'\n", rc < BLOCK_SIZE ? "Timeout: " : "", rc, block);
            sb_pin_write(led, rc == BLOCK_SIZE);
        }
    }
    return rc;
}
