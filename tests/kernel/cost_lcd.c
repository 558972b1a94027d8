/* SPDX-License-Identifier: MIT */
/*
 * Sends bytes to a display on six lines of gpio-sim, which were opened together ("together") or one by one ("singly"). To be
 * counted by strace; see tests/kernel/cost.
 *
 *   cost_lcd together|singly COUNT
 */
#include "tests/kernel/kernel_rig.h"

#include <stdlib.h>
#include <string.h>

#include "drivers/hd44780.h"

static struct rig rig;
static struct sb_hd44780 lcd;
static struct sb_hd44780_config config = {.columns = 16, .rows = 2};

static void open_lines(bool is_together)
{
    static const char *const names[] = {"GPIO26", "GPIO19", "GPIO13", "GPIO6", "GPIO5", "GPIO11"};
    struct sb_pin *p[6];

    if (is_together && sb_board_pins(&rig.board.board, names, 6, SB_PIN_OUTPUT, 0, p) < 0)
        exit(1);
    for (unsigned i = 0; i < 6 && !is_together; i++)
        p[i] = rig_pin(&rig, names[i], SB_PIN_OUTPUT);
    config.pins =
        (struct sb_hd44780_pins){.rs = p[0], .e = {p[1]}, .d = {[4] = p[2], p[3], p[4], p[5]}};
}

/* Characters, and the addresses between them. */
static int send(void *arg)
{
    unsigned count = *(unsigned *)arg;
    int rc = sb_hd44780_start(&lcd);

    count += lcd.byte_count;
    for (unsigned i = 0; rc >= 0 && lcd.byte_count < count; i++) {
        (void)sb_hd44780_put(&lcd, 0, i % 16, (uint8_t)('A' + i % 23));
        rc = sb_hd44780_flush(&lcd);
    }
    return rc;
}

int main(int argc, char **argv)
{
    unsigned count;
    int rc;

    if (argc != 3)
        return 2;
    count = (unsigned)atoi(argv[2]);
    gpiosim_open(&rig.sim, "pi", RIG_LABEL, RIG_LINE_COUNT, NULL);
    rig_open_board(&rig, RIG_CONSUMER);
    open_lines(strcmp(argv[1], "together") == 0);
    rc = sb_hd44780_init(&lcd, &config);
    if (rc >= 0)
        rc = rig_run(&rig, send, &count);
    rig_close_board(&rig);
    gpiosim_close(&rig.sim);
    return rc < 0 ? 1 : 0;
}
