/* SPDX-License-Identifier: MIT */
/* A button turns an LED on and off; a double click makes it blink, a long press ends the program. */
#include <softboard.h>
#include <stdio.h>

static int blink_for_a_while(struct sb_pin *led)
{
    int rc = 0;

    for (int i = 0; i < 10 && rc == 0; i++) {
        sb_pin_toggle(led);
        rc = sb_sleep_ms(100);
    }
    return rc;
}

static int follow(struct sb_pushbutton *button, struct sb_pin *led)
{
    struct sb_pushbutton_event event;
    int rc;

    while ((rc = sb_pushbutton_wait(button, &event)) == 0) {
        if (event.kind == SB_PUSHBUTTON_RELEASE) {
            sb_pin_toggle(led);
            printf("%s\n", led->value ? "on" : "off");
        } else if (event.kind == SB_PUSHBUTTON_DOUBLE) {
            printf("blinking\n");
            rc = blink_for_a_while(led);
        } else {
            printf("long press: the end\n");
            return 0;
        }
        if (rc < 0)
            return rc;
    }
    return rc;
}

int sb_main(struct sb_board *board)
{
    static struct sb_pushbutton button;
    static struct sb_pushbutton_config config = {
        .is_release_suppressed = true, /* report a release only of a single short press */
        .wait_events = SB_PUSHBUTTON_RELEASE | SB_PUSHBUTTON_DOUBLE | SB_PUSHBUTTON_LONG,
    };
    unsigned flags = SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW;
    struct sb_pin *led;
    int rc = sb_board_pin(board, "GPIO17", SB_PIN_OUTPUT, &led);

    if (rc == 0)
        rc = sb_board_pin(board, "GPIO27", flags, &config.pin);
    if (rc == 0)
        rc = sb_pushbutton_init(&button, &config);
    if (rc == 0)
        rc = sb_pushbutton_start(&button);
    return rc < 0 ? rc : follow(&button, led);
}
