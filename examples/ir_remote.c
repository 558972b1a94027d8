/* SPDX-License-Identifier: MIT */
/* Prints the keys of an infrared remote control; while one is held, the LED is lit. */
#include <errno.h>
#include <inttypes.h>
#include <softboard.h>
#include <stdio.h>

/* Repeats come every 108 ms while a key is held. */
#define RELEASE_MS 150

static void print_key(const struct sb_nec_ir_event *event)
{
    if (event->kind == SB_NEC_IR_REPEAT)
        printf("  held, %" PRIu32 "\n", event->repeat_count);
    else
        printf("address %0*" PRIX16 " command %02" PRIX8 "\n", event->is_extended ? 4 : 2,
               event->address, event->command);
}

static int print_keys(struct sb_nec_ir *ir, struct sb_pin *led)
{
    for (;;) {
        struct sb_nec_ir_event event;
        struct sb_timeout released;
        int rc;

        sb_timeout_begin_ms(&released, RELEASE_MS);
        rc = sb_timeout_end(&released, sb_nec_ir_wait(ir, &event));
        if (rc < 0 && rc != -ETIMEDOUT)
            return rc; /* cancelled: the run is over */
        if (rc == 0)
            print_key(&event);
        sb_pin_write(led, rc == 0);
    }
}

int sb_main(struct sb_board *board)
{
    static struct sb_nec_ir_config config = {.wait_events = SB_NEC_IR_FRAME | SB_NEC_IR_REPEAT};
    static struct sb_nec_ir ir;
    struct sb_pin *led;
    int rc = sb_board_pin(board, "GPIO25", SB_PIN_OUTPUT, &led);

    if (rc == 0)
        rc = sb_board_pin(board, "GPIO18", SB_PIN_INPUT | SB_PIN_PULL_UP, &config.pin);
    if (rc == 0)
        rc = sb_nec_ir_init(&ir, &config);
    if (rc == 0)
        rc = sb_nec_ir_start(&ir);
    return rc < 0 ? rc : print_keys(&ir, led);
}
