/* SPDX-License-Identifier: MIT */
/* softboard gpio get: reads lines once. */
#include <stdio.h>
#include <string.h>

#include "lib/hal/pins.h"
#include "tools/gpio/gpio.h"
#include "tools/json_text.h"

static void show(const struct gpio_options *options, const struct gpio_line *line, int value,
                 bool is_first)
{
    char label[GPIO_LABEL_SIZE];

    if (options->is_json) {
        putchar('{');
        sb_json_put_member(stdout, true, "name", line->info.name);
        printf(",\"offset\":%u,\"value\":%d}\n", line->info.offset, value);
    } else if (options->is_numeric) {
        printf("%s%d", is_first ? "" : " ", value);
    } else {
        printf("%s: %s\n", gpio_label(&line->info, label), value != 0 ? "active" : "inactive");
    }
}

int gpio_get(struct gpio_session *session)
{
    const struct gpio_options *options = session->options;
    int code = gpio_find_lines(session, false);
    uint64_t values;
    int rc;

    if (code == 0)
        code = gpio_open_lines(session, SB_PIN_INPUT | options->flags);
    if (code != 0)
        return code;
    rc = sb_pins_read(session->pins, session->line_count, &values);
    if (rc < 0) {
        gpio_complain("%s cannot be read: %s",
                      session->line_count == 1 ? session->lines[0].info.name : "the lines",
                      strerror(-rc));
        return GPIO_EXIT_HARDWARE;
    }
    for (unsigned i = 0; i < session->line_count && !options->is_quiet; i++)
        show(options, &session->lines[i], (int)(values >> i & 1), i == 0);
    if (options->is_numeric && !options->is_json && !options->is_quiet)
        putchar('\n');
    return 0;
}
