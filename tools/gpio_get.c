/* SPDX-License-Identifier: MIT */
/* softboard gpio get: reads lines once. */
#include <stdio.h>
#include <string.h>

#include "lib/hal/pin.h"
#include "tools/gpio.h"
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
    int code = gpio_find_lines(session);

    if (code == 0)
        code = gpio_open_lines(session, SB_PIN_INPUT | options->flags);
    for (unsigned i = 0; code == 0 && i < session->line_count; i++) {
        const struct gpio_line *line = &session->lines[i];
        int value = sb_pin_read(line->pin);

        if (value < 0) {
            gpio_complain("%s cannot be read: %s", line->info.name, strerror(-value));
            return GPIO_EXIT_HARDWARE;
        }
        if (!options->is_quiet)
            show(options, line, value, i == 0);
    }
    if (code == 0 && options->is_numeric && !options->is_json && !options->is_quiet)
        putchar('\n');
    return code;
}
