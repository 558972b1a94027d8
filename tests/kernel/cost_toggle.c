/* SPDX-License-Identifier: MIT */
/*
 * Changes an output of the fake chip (tests/linux/gpiofake.h) many times: by our pins ("ours") or by libgpiod alone
 * ("bare"). To be counted by callgrind; the kernel's part, which the fake stands for, is left out: the requests that
 * set a line end here. See tests/kernel/cost.
 *
 *   cost_toggle ours|bare COUNT
 */
#include "tests/kernel/kernel_rig.h"

#include <dlfcn.h>
#include <gpiod.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "config.h"

#define OFFSET 22

static bool is_counting;

/* Stands before the C library's, and before the fake's. */
int ioctl(int fd, unsigned long request, ...)
{
    int (*next)(int, unsigned long, ...);
    va_list args;
    void *arg;

    if (is_counting)
        return 0;
    va_start(args, request);
    arg = va_arg(args, void *);
    va_end(args);
    *(void **)&next = dlsym(RTLD_NEXT, "ioctl");
    return next(fd, request, arg);
}

static void toggle_ours(unsigned count)
{
    static struct rig rig;
    struct sb_pin *pin;

    rig_open_board(&rig, RIG_CONSUMER);
    pin = rig_pin(&rig, "GPIO22", SB_PIN_OUTPUT);
    is_counting = true;
    for (unsigned i = 0; i < count; i++)
        (void)sb_pin_toggle(pin);
    is_counting = false;
    rig_close_board(&rig);
}

#if SB_HAVE_GPIOD == 1

static void toggle_bare(unsigned count)
{
    struct gpiod_chip *chip = gpiod_chip_open_by_number(0);
    struct gpiod_line *line = chip == NULL ? NULL : gpiod_chip_get_line(chip, OFFSET);
    int value = 0;

    if (line == NULL || gpiod_line_request_output(line, RIG_CONSUMER, 0) < 0)
        exit(1);
    is_counting = true;
    for (unsigned i = 0; i < count; i++)
        (void)gpiod_line_set_value(line, value = !value);
    is_counting = false;
    gpiod_chip_close(chip);
}

#else

static void toggle_bare(unsigned count)
{
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct gpiod_line_config *config = gpiod_line_config_new();
    struct gpiod_chip *chip = gpiod_chip_open("/dev/gpiochip0");
    unsigned offset = OFFSET;
    struct gpiod_line_request *request;
    enum gpiod_line_value value = GPIOD_LINE_VALUE_INACTIVE;

    gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
    gpiod_line_config_add_line_settings(config, &offset, 1, settings);
    request = chip == NULL ? NULL : gpiod_chip_request_lines(chip, NULL, config);
    if (request == NULL)
        exit(1);
    is_counting = true;
    for (unsigned i = 0; i < count; i++) {
        value = value == GPIOD_LINE_VALUE_ACTIVE ? GPIOD_LINE_VALUE_INACTIVE
                                                 : GPIOD_LINE_VALUE_ACTIVE;
        (void)gpiod_line_request_set_value(request, offset, value);
    }
    is_counting = false;
    gpiod_line_request_release(request);
    gpiod_line_config_free(config);
    gpiod_line_settings_free(settings);
    gpiod_chip_close(chip);
}

#endif

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    if (strcmp(argv[1], "ours") == 0)
        toggle_ours((unsigned)atoi(argv[2]));
    else
        toggle_bare((unsigned)atoi(argv[2]));
    return 0;
}
