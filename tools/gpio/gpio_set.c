/* SPDX-License-Identifier: MIT */
/* softboard gpio set: drives lines, for a time or until a signal, and toggles them. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/hal/pins.h"
#include "tools/gpio/gpio.h"

/* 0, 1, or -1 when it is no value. */
static int value_of(const char *text)
{
    static const char *const words[][2] = {
        {"0", "1"},
        {"inactive", "active"},
        {"off", "on"},
        {"false", "true"},
    };

    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        for (int value = 0; value < 2; value++)
            if (strcasecmp(text, words[i][value]) == 0)
                return value;
    return -1;
}

static int read_values(struct gpio_session *session)
{
    for (unsigned i = 0; i < session->line_count; i++) {
        const char *word = session->options->words[i];
        const char *equals = strrchr(word, '=');
        int value = equals == NULL ? -1 : value_of(equals + 1);

        if (value < 0)
            return gpio_usage_error("set takes LINE=VALUE, where VALUE is 1 or 0, active or "
                                    "inactive, on or off; not \"%s\"",
                                    word);
        session->lines[i].value = value != 0;
    }
    return 0;
}

static int toggle_all(struct gpio_session *session)
{
    uint64_t values = 0;
    int rc;

    for (unsigned i = 0; i < session->line_count; i++)
        values |= (uint64_t)!session->pins[i]->value << i;
    rc = sb_pins_write(session->pins, session->line_count, values);
    if (rc >= 0)
        return 0;
    gpio_complain("%s cannot be set: %s",
                  session->line_count == 1 ? session->lines[0].info.name : "the lines",
                  strerror(-rc));
    return GPIO_EXIT_HARDWARE;
}

/* Over and over, each time from when the last one was due; a 0 ends it. */
static int toggle(struct gpio_session *session)
{
    const struct gpio_options *options = session->options;
    int64_t at_ns = sb_now_ns();

    for (unsigned i = 0; options->toggles_ns[i] > 0; i = (i + 1) % options->toggle_count) {
        int rc;

        at_ns += options->toggles_ns[i];
        rc = sb_sleep_until_ns(at_ns);
        if (rc == 0)
            rc = toggle_all(session);
        if (rc != 0)
            return rc;
    }
    return 0;
}

int gpio_set(struct gpio_session *session)
{
    const struct gpio_options *options = session->options;
    unsigned pulls = SB_PIN_PULL_AS_IS | SB_PIN_PULL_UP | SB_PIN_PULL_DOWN;
    int code;

    if ((options->flags & pulls) == 0)
        return gpio_usage_error(
            "--bias disabled is for inputs: an output keeps the pull that it has");
    code = gpio_find_lines(session, true);
    if (code == 0)
        code = read_values(session);
    if (code == 0)
        code = gpio_open_lines(session, SB_PIN_OUTPUT | options->flags);
    if (code == 0 && options->toggle_count > 0)
        code = toggle(session);
    if (code != 0)
        return code;
    if (options->hold_ns >= 0)
        return sb_sleep_ns(options->hold_ns);
    return options->toggle_count > 0 ? 0 : gpio_wait_for_signal();
}
