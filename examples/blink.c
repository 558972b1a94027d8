/* SPDX-License-Identifier: MIT */
/* An LED that changes twice a second. */
#include <softboard.h>

static int blink(struct sb_pin *led)
{
    int64_t next_ns = sb_now_ns();

    for (;;) {
        next_ns += 500 * SB_MS_NS; /* absolute, so that no lateness adds up */
        int rc = sb_sleep_until_ns(next_ns);
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
