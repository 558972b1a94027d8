/* SPDX-License-Identifier: MIT */
/* softboard gpio blink: is the LED wired as I think? */
#include <errno.h>
#include <string.h>

#include "lib/hal/pin.h"
#include "tools/gpio/gpio.h"

static int blink(struct sb_pin *led, const struct gpio_options *options)
{
    int64_t at_ns = sb_now_ns();

    for (unsigned i = 0; options->count == 0 || i < options->count; i++) {
        for (int phase = 0; phase < 2; phase++) {
            int rc = sb_pin_write(led, phase == 0);

            at_ns += options->period_ns / 2;
            if (rc == 0)
                rc = sb_sleep_until_ns(at_ns);
            if (rc < 0)
                return rc;
        }
    }
    return 0;
}

int gpio_blink(struct gpio_session *session)
{
    struct sb_pin *led;
    int code = gpio_find_lines(session, false);
    int rc;

    if (code == 0)
        code = gpio_open_lines(session, SB_PIN_OUTPUT | session->options->flags);
    if (code != 0)
        return code;
    led = session->pins[0];
    rc = blink(led, session->options);
    if (rc < 0)
        (void)sb_pin_write(led, false);
    if (rc == 0 || rc == -ECANCELED)
        return rc;
    gpio_complain("%s cannot be set: %s", led->name, strerror(-rc));
    return GPIO_EXIT_HARDWARE;
}
