/* SPDX-License-Identifier: MIT */
/*
 * A half-duplex line: one side asks, the other answers with as many lines as it has. The answer is over when nothing has
 * come for four seconds; none at all is an answer that failed. The LED is on while one is waited for.
 */
#include <errno.h>
#include <softboard.h>
#include <stdio.h>
#include <string.h>

#define SILENCE_MS 4000
#define LINES_MAX  8
#define LINE_SIZE  40

static struct sb_pin *led;

/* Sends a command and collects the lines of the answer. Returns how many. */
static int ask(struct sb_stream *port, const char *command, char lines[LINES_MAX][LINE_SIZE])
{
    int count = 0;
    int rc = sb_stream_write(port, command, strlen(command));

    sb_pin_write(led, true);
    while (rc >= 0 && count < LINES_MAX) {
        struct sb_timeout timeout;

        sb_timeout_begin_ms(&timeout, SILENCE_MS);
        rc = sb_timeout_end(&timeout, sb_stream_read_line(port, lines[count], LINE_SIZE));
        if (rc >= 0)
            count++;
    }
    sb_pin_write(led, false);
    return rc < 0 && rc != -ETIMEDOUT ? rc : count;
}

/* The other side: slow, and it answers once only. */
static int answer(void *arg)
{
    static const char *const lines[] = {"Line 1\n", "Line 2\n", "Line 3\n", "Goodbye\n"};
    char command[LINE_SIZE];
    int rc = sb_stream_read_line(arg, command, sizeof(command));

    for (int i = 0; i < 4 && rc >= 0; i++) {
        rc = sb_sleep_ms(300);
        if (rc >= 0)
            rc = sb_stream_write(arg, lines[i], strlen(lines[i]));
    }
    return rc;
}

int sb_main(struct sb_board *board)
{
    static char lines[LINES_MAX][LINE_SIZE];
    struct sb_stream *port = NULL;
    struct sb_stream *other_port = NULL;
    struct sb_task device;
    int rc = sb_board_pin(board, "GP15", SB_PIN_OUTPUT, &led);

    if (rc == 0)
        rc = sb_board_stream(board, "serial0", 9600, &port);
    if (rc == 0)
        rc = sb_board_stream(board, "serial1", 9600, &other_port);
    if (rc == 0)
        rc = sb_spawn(&device, "device", answer, other_port);
    for (int i = 0; i < 3 && rc >= 0; i++) {
        rc = ask(port, "Run\n", lines);
        if (rc >= 0)
            printf("%d lines in answer to Run\n", rc);
        for (int k = 0; k < rc; k++)
            printf("    %s", lines[k]);
    }
    return rc;
}
