/* SPDX-License-Identifier: MIT */
/*
 * The real board: which line a name means, who has it, and what to say when something fails. Names are
 * those of the 40-pin header, and whatever the chip itself calls its lines.
 */
#include "hal-linux/board_linux.h"

#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hal-linux/error.h"
#include "hal-linux/gpiod.h"
#include "hal-linux/lines_linux.h"
#include "hal-linux/pin_linux.h"
#include "lib/hal/rpi_header.h"

#define DEFAULT_CONSUMER "softboard"

static struct sb_linux_board *board_of(struct sb_board *board)
{
    return SB_CONTAINER_OF(board, struct sb_linux_board, board);
}

/* ---- names */

/* What people call the line: "GPIO17" on the header, else the chip's own name for it. */
static void name_line(struct sb_linux_chip *chip, unsigned offset, char out[SB_GPIOD_NAME_SIZE],
                      struct sb_gpiod_line_info *info)
{
    (void)sb_gpiod_chip_line_info(chip->gpiod, offset, info);
    if (chip->is_header && offset < SB_RPI_GPIO_COUNT)
        snprintf(out, SB_GPIOD_NAME_SIZE, "GPIO%u", offset);
    else
        snprintf(out, SB_GPIOD_NAME_SIZE, "%s", info->name[0] == '\0' ? "unnamed" : info->name);
}

/* The line that the chip itself calls so; -ENOENT, or -EINVAL when it calls several so. Many have no name at all. */
static int find_by_own_name(struct sb_linux_chip *chip, const char *name)
{
    struct sb_gpiod_line_info info;
    int found = -ENOENT;

    for (unsigned i = 0; name[0] != '\0' && i < chip->line_count; i++) {
        if (sb_gpiod_chip_line_info(chip->gpiod, i, &info) < 0 || strcmp(info.name, name) != 0)
            continue;
        if (found >= 0)
            return -EINVAL;
        found = (int)i;
    }
    return found;
}

/* A plain number counts the chip's lines where it is no GPIO of the header. */
static int find_by_number(struct sb_linux_chip *chip, const char *name)
{
    char *end;
    unsigned long offset = strtoul(name, &end, 10);

    return name[0] >= '0' && name[0] <= '9' && *end == '\0' && offset < chip->line_count
               ? (int)offset
               : -ENOENT;
}

static int find_by_own_name_or_number(struct sb_linux_chip *chip, const char *own_name,
                                      const char *name)
{
    int offset = find_by_own_name(chip, own_name);

    return offset == -ENOENT ? find_by_number(chip, name) : offset;
}

static int find_line(struct sb_linux_chip *chip, const char *name)
{
    int gpio = sb_rpi_gpio_by_name(name);
    char own_name[16];

    if (gpio < 0)
        return find_by_own_name_or_number(chip, name, name);
    if (chip->is_header)
        return gpio;
    snprintf(own_name, sizeof(own_name), "GPIO%d", gpio);
    return find_by_own_name_or_number(chip, own_name, name);
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static bool is_same_letter(char a, char b)
{
    return strncasecmp(&a, &b, 1) == 0;
}

/* How many letters must be changed, put in or left out to make one of the other; case is nothing. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[SB_GPIOD_NAME_SIZE + 1];
    unsigned length = (unsigned)strnlen(b, SB_GPIOD_NAME_SIZE);

    for (unsigned j = 0; j <= length; j++)
        row[j] = j;
    for (unsigned i = 0; a[i] != '\0'; i++) {
        unsigned diagonal = row[0];
        row[0] = i + 1;
        for (unsigned j = 0; j < length; j++) {
            unsigned changed = diagonal + !is_same_letter(a[i], b[j]);
            diagonal = row[j + 1];
            row[j + 1] = least(changed, least(row[j], row[j + 1]) + 1);
        }
    }
    return row[length];
}

static int unknown_pin(struct sb_linux_board *linux_board, const char *name)
{
    struct sb_linux_chip *chip = linux_board->chip;
    const char *label = sb_gpiod_chip_label(chip->gpiod);
    size_t length = strlen(name);
    unsigned best = length < 6 ? (unsigned)(length + 1) / 2 : 3;
    char nearest[SB_GPIOD_NAME_SIZE] = "";
    int header = sb_rpi_header_by_name(name);

    if (header > 0)
        return sb_linux_fail(&linux_board->board, -EINVAL,
                             "%s is no pin that a program can use: it is power or ground", name);
    for (unsigned i = 0; i < chip->line_count; i++) {
        struct sb_gpiod_line_info info;
        char candidate[SB_GPIOD_NAME_SIZE];
        unsigned d;

        name_line(chip, i, candidate, &info);
        d = distance(name, candidate);
        if (d < best || (d == best && nearest[0] == '\0')) {
            best = d;
            memcpy(nearest, candidate, sizeof(nearest));
        }
    }
    if (nearest[0] == '\0')
        return sb_linux_fail(&linux_board->board, -ENOENT,
                             "%s has no pin \"%s\": --list-pins lists them", label, name);
    return sb_linux_fail(&linux_board->board, -ENOENT, "%s has no pin \"%s\": did you mean \"%s\"?",
                         label, name, nearest);
}

/* ---- errors */

static int busy(struct sb_linux_pin *p)
{
    struct sb_linux_chip *chip = board_of(p->pin.board)->chip;
    struct sb_gpiod_line_info info;

    if (sb_gpiod_chip_line_info(chip->gpiod, p->offset, &info) < 0 || info.consumer[0] == '\0')
        return sb_linux_fail(
            p->pin.board, -EBUSY,
            "%s is used by the kernel: switch that function off, or take another pin", p->name);
    return sb_linux_fail(
        p->pin.board, -EBUSY,
        "%s is used by '%s': end that program, switch that function off, or take another pin",
        p->name, info.consumer);
}

int sb_linux_pin_fail(struct sb_linux_pin *p, int rc, unsigned flags)
{
    struct sb_board *board = p->pin.board;

    switch (rc) {
    case -EBUSY:
        return busy(p);
    case -EACCES:
    case -EPERM:
        return sb_linux_fail_permission(board, p->name, "gpio");
    case -ENOTSUP:
        if ((flags & (SB_PIN_PULL_UP | SB_PIN_PULL_DOWN)) != 0)
            return sb_linux_fail(
                board, rc,
                "%s: this chip or its kernel has no pull-up and pull-down: leave "
                "SB_PIN_PULL_UP and SB_PIN_PULL_DOWN out and wire a resistor of 10 kOhm",
                p->name);
        return sb_linux_fail(board, rc,
                             "%s: this chip or its kernel has no open drain and open source: leave "
                             "SB_PIN_OPEN_DRAIN and SB_PIN_OPEN_SOURCE out",
                             p->name);
    case -ENODEV:
        return sb_linux_fail(board, rc, "%s: the GPIO chip is gone: plug it in and start again",
                             p->name);
    default:
        return sb_linux_fail(board, rc, "%s: the kernel refuses it: %s", p->name, strerror(-rc));
    }
}

static int no_chip(struct sb_linux_board *linux_board, const char *wanted,
                   const struct sb_linux_search *search, int rc)
{
    struct sb_board *board = &linux_board->board;

    if (rc == -EACCES || rc == -EPERM)
        return sb_linux_fail_permission(board, search->path, "gpio");
    if (rc != -ENODEV && rc != -ENOENT && rc != -ENOTTY)
        return sb_linux_fail(board, rc, "%s: %s", search->path, strerror(-rc));
    if (wanted != NULL)
        return sb_linux_fail(
            board, -ENODEV, "no GPIO chip \"%s\": name a device (/dev/gpiochip0) or a label%s%s",
            wanted, search->labels[0] == '\0' ? "" : "; there is ", search->labels);
    if (search->chip_count == 0)
        return sb_linux_fail(
            board, -ENODEV,
            "no GPIO header: there is no /dev/gpiochip*, so this is no Raspberry Pi, or its "
            "kernel has no GPIO: use --backend sim");
    return sb_linux_fail(
        board, -ENODEV,
        "no GPIO header: of the GPIO chips here (%s) none is a Raspberry Pi's: use --backend "
        "sim",
        search->labels);
}

/* ---- opening a pin */

void sb_linux_board_set_names(struct sb_linux_board *linux_board, sb_linux_name_fn *fn, void *arg)
{
    linux_board->name_fn = fn;
    linux_board->name_arg = arg;
}

int sb_linux_board_find_line(struct sb_linux_board *linux_board, const char *name)
{
    int rc = 0;
    int offset;

    if (linux_board->name_fn != NULL)
        rc = linux_board->name_fn(&linux_board->board, name, &name, linux_board->name_arg);
    if (rc < 0)
        return rc;
    offset = find_line(linux_board->chip, name);
    if (offset == -EINVAL)
        return sb_linux_fail(&linux_board->board, offset,
                             "several lines are called \"%s\": --list-pins lists them", name);
    return offset < 0 ? unknown_pin(linux_board, name) : offset;
}

unsigned sb_linux_pin_offset(const struct sb_pin *pin)
{
    return SB_CONTAINER_OF(pin, const struct sb_linux_pin, pin)->offset;
}

void sb_linux_board_line(struct sb_linux_board *linux_board, unsigned offset,
                         struct sb_linux_line *line)
{
    struct sb_linux_chip *chip = linux_board->chip;
    bool is_on_header = chip->is_header && offset < SB_RPI_GPIO_COUNT;
    struct sb_gpiod_line_info info;

    *line = (struct sb_linux_line){.offset = offset};
    name_line(chip, offset, line->name, &info);
    snprintf(line->own_name, sizeof(line->own_name), "%s", info.name);
    snprintf(line->consumer, sizeof(line->consumer), "%s",
             info.is_used && info.consumer[0] == '\0' ? "the kernel" : info.consumer);
    line->header_pin = is_on_header ? sb_rpi_header_number((int)offset) : 0;
    line->flags = info.flags;
    line->debounce_us = info.debounce_us;
}

static int board_pin(struct sb_board *board, const char *name, unsigned flags, struct sb_pin **out)
{
    struct sb_linux_board *linux_board = board_of(board);
    int rc = sb_linux_board_open_chip(linux_board);
    struct sb_linux_chip *chip = linux_board->chip;
    struct sb_gpiod_line_info info;
    struct sb_linux_pin *p;
    int offset;

    if (rc < 0)
        return rc;
    offset = sb_linux_board_find_line(linux_board, name);
    if (offset < 0)
        return offset;
    p = &chip->by_offset[offset];
    if (p->line != NULL)
        return sb_linux_fail(board, -EBUSY,
                             "%s is in use already: close it first, or share the handle", p->name);
    p->offset = (unsigned)offset;
    p->is_watched = false;
    p->event_count = 0;
    name_line(chip, p->offset, p->name, &info);
    sb_pin_init(&p->pin, board, p->name, &sb_linux_pin_ops);
    rc = sb_pin_configure(&p->pin, flags);
    if (rc < 0 && board->error[0] != '\0')
        return rc;
    if (rc < 0)
        return sb_linux_fail(
            board, rc,
            "%s: these flags contradict each other: give SB_PIN_INPUT or SB_PIN_OUTPUT, one "
            "pull at most, a drive only for an output",
            p->name);
    p->next = linux_board->pins;
    linux_board->pins = p;
    *out = &p->pin;
    return 0;
}

int sb_linux_board_for_each_line(struct sb_linux_board *linux_board,
                                 void (*fn)(const char *name, unsigned offset, const char *consumer,
                                            void *arg),
                                 void *arg)
{
    int rc = sb_linux_board_open_chip(linux_board);
    struct sb_linux_chip *chip = linux_board->chip;

    if (rc < 0)
        return rc;
    for (unsigned i = 0; i < chip->line_count; i++) {
        struct sb_gpiod_line_info info;
        char name[SB_GPIOD_NAME_SIZE];

        name_line(chip, i, name, &info);
        if (info.is_used && info.consumer[0] == '\0')
            snprintf(info.consumer, sizeof(info.consumer), "the kernel");
        fn(name, i, info.consumer, arg);
    }
    return 0;
}

/* ---- opening the chip */

static void close_chip(struct sb_linux_board *linux_board)
{
    struct sb_linux_chip *chip = linux_board->chip;

    if (chip == NULL)
        return;
    sb_linux_edges_close(linux_board);
    if (chip->gpiod != NULL)
        sb_gpiod_chip_close(chip->gpiod);
    free(chip->by_offset);
    free(chip);
    linux_board->chip = NULL;
}

static int fill_chip(struct sb_linux_board *linux_board, const char *wanted)
{
    struct sb_linux_chip *chip = linux_board->chip;
    struct sb_linux_search search;
    int rc = sb_linux_chip_find(wanted, &search, &chip->gpiod);

    if (rc < 0)
        return no_chip(linux_board, wanted, &search, rc);
    chip->is_header = sb_linux_label_is_header(sb_gpiod_chip_label(chip->gpiod));
    chip->line_count = sb_gpiod_chip_line_count(chip->gpiod);
    chip->by_offset = calloc(chip->line_count, sizeof(*chip->by_offset));
    rc = chip->by_offset == NULL ? -ENOMEM : sb_linux_edges_open(linux_board);
    return rc < 0 ? sb_linux_fail(&linux_board->board, rc, "the GPIO chip cannot be used: %s",
                                  strerror(-rc))
                  : 0;
}

int sb_linux_board_open_chip(struct sb_linux_board *linux_board)
{
    int rc;

    if (linux_board->chip != NULL)
        return 0;
    if (SB_HAVE_GPIOD == 0)
        return sb_linux_fail(
            &linux_board->board, -ENOTSUP,
            "built without libgpiod-dev: install it and build again, or use --backend sim");
    linux_board->chip = calloc(1, sizeof(*linux_board->chip));
    if (linux_board->chip == NULL)
        return sb_linux_fail(&linux_board->board, -ENOMEM, "no memory for the GPIO chip");
    rc = fill_chip(linux_board, linux_board->chip_name);
    if (rc < 0)
        close_chip(linux_board);
    return rc;
}

/* ---- opening the board */

static int board_stream(struct sb_board *board, const char *name, unsigned baud,
                        struct sb_stream **out)
{
    return sb_linux_serial_open(&board_of(board)->serial, board, name, baud, out);
}

static int board_i2c(struct sb_board *board, const char *name, struct sb_i2c **out)
{
    return sb_linux_i2c_open(&board_of(board)->i2c, board, name, out);
}

static int board_adc(struct sb_board *board, const char *name, struct sb_adc **out)
{
    return sb_linux_adc_open(&board_of(board)->adc, board, name, out);
}

static int board_spi(struct sb_board *board, const char *name, const struct sb_spi_config *config,
                     struct sb_spi **out)
{
    return sb_linux_spi_open(&board_of(board)->spi, board, name, config, out);
}

void sb_linux_board_open(struct sb_linux_board *linux_board, struct sb_clock_uv *clock,
                         const struct sb_linux_config *config)
{
    static const struct sb_board_ops ops = {
        .pin = board_pin,
        .stream = board_stream,
        .i2c = board_i2c,
        .adc = board_adc,
        .spi = board_spi,
    };
    const char *consumer = config->consumer == NULL ? DEFAULT_CONSUMER : config->consumer;

    *linux_board = (struct sb_linux_board){
        .board = {.ops = &ops, .host = &linux_board->host.host},
        .clock = clock,
        .chip_name = config->chip,
        .gone_fn = config->gone_fn,
        .gone_arg = config->gone_arg,
    };
    snprintf(linux_board->consumer, sizeof(linux_board->consumer), "%s", consumer);
    sb_host_uv_init(&linux_board->host, clock);
    sb_linux_serial_init(&linux_board->serial, clock);
    sb_linux_i2c_init(&linux_board->i2c);
    sb_linux_adc_init(&linux_board->adc);
    sb_linux_spi_init(&linux_board->spi);
}

void sb_linux_board_close(struct sb_linux_board *linux_board)
{
    while (linux_board->pins != NULL)
        sb_pin_close(&linux_board->pins->pin);
    close_chip(linux_board);
    sb_linux_spi_close_all(&linux_board->spi);
    sb_linux_adc_close_all(&linux_board->adc);
    sb_linux_i2c_close_all(&linux_board->i2c);
    sb_linux_serial_close_all(&linux_board->serial);
    sb_host_uv_deinit(&linux_board->host);
}
