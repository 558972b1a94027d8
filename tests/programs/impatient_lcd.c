/* SPDX-License-Identifier: MIT */
/* A driver that does not wait for the display's clear: --strict must find it. */
#include <softboard.h>

int sb_main(struct sb_board *board)
{
    static struct sb_hd44780_config config = {.columns = 16, .rows = 2, .clear_us = 100};
    static struct sb_hd44780 lcd;
    static const char *const names[] = {"GPIO13", "GPIO6", "GPIO5", "GPIO11"};
    int rc = sb_board_pin(board, "GPIO26", SB_PIN_OUTPUT, &config.pins.rs);

    if (rc == 0)
        rc = sb_board_pin(board, "GPIO19", SB_PIN_OUTPUT, &config.pins.e[0]);
    for (int i = 0; i < 4 && rc == 0; i++)
        rc = sb_board_pin(board, names[i], SB_PIN_OUTPUT, &config.pins.d[4 + i]);
    if (rc == 0)
        rc = sb_hd44780_init(&lcd, &config);
    return rc < 0 ? rc : sb_hd44780_flush(&lcd);
}
