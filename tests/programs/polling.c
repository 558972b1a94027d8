/* SPDX-License-Identifier: MIT */
/* Polls a button without ever sleeping, and says how often it was pressed: time must go on all the same. */
#include <softboard.h>
#include <stdio.h>

int sb_main(struct sb_board *board)
{
    unsigned flags = SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW;
    struct sb_pin *button;
    unsigned presses = 0;
    int last = 0;
    int rc = sb_board_pin(board, "GPIO27", flags, &button);

    while (rc == 0) {
        int now = sb_pin_read(button);
        if (now == 1 && last == 0)
            printf("press %u at %lld ms\n", ++presses, (long long)(sb_now_ns() / SB_MS_NS));
        last = now;
        rc = sb_yield();
    }
    return rc;
}
