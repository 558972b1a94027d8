/* SPDX-License-Identifier: MIT */
/* An LED that changes twice a second. */
#include <softboard.h>

static int blink(struct sb_pin *led)
{
    for (;;) {
        int rc = sb_sleep_ms(500);
        if (rc < 0)
            return rc; /* cancelled: the run is over */
        sb_pin_toggle(led);
    }
}

int sb_main(struct sb_board *board)
{
    struct sb_pin *led;
    int rc = sb_board_pin(board, "GPIO17", SB_PIN_OUTPUT, &led);

    return rc < 0 ? rc : blink(led);
}
