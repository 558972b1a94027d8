/* SPDX-License-Identifier: MIT */
/*
 * The real board: its chip, who has a line of that, and what to say when something fails.
 */
#include "hal-linux/board_linux.h"

#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        board_of(board)->lacks_device = true;
        if ((flags & (SB_PIN_PULL_UP | SB_PIN_PULL_DOWN)) != 0)
            return sb_linux_fail(
                board, rc,
                "%s: this chip or its kernel has no pull-up and pull-down: leave "
                "SB_PIN_PULL_UP and SB_PIN_PULL_DOWN out and wire a resistor of 10 kOhm",
                p->name);
        if ((flags & (SB_PIN_OPEN_DRAIN | SB_PIN_OPEN_SOURCE)) != 0)
            return sb_linux_fail(
                board, rc,
                "%s: this chip or its kernel has no open drain and open source: leave "
                "SB_PIN_OPEN_DRAIN and SB_PIN_OPEN_SOURCE out",
                p->name);
        break;
    case -ENODEV:
        return sb_linux_fail(board, rc, "%s: the GPIO chip is gone: plug it in and start again",
                             p->name);
    default:
        break;
    }
    return sb_linux_fail(board, rc, "%s: the kernel refuses it: %s", p->name, strerror(-rc));
}

static int no_chip(struct sb_linux_board *linux_board, const char *wanted,
                   const struct sb_linux_search *search, int rc)
{
    struct sb_board *board = &linux_board->board;

    if ((rc == -EACCES || rc == -EPERM) && strcmp(search->path, "/dev") != 0)
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

/* ---- lines */

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
    sb_linux_name_line(chip, offset, line->name, &info);
    snprintf(line->own_name, sizeof(line->own_name), "%s", info.name);
    snprintf(line->consumer, sizeof(line->consumer), "%s",
             info.is_used && info.consumer[0] == '\0' ? "the kernel" : info.consumer);
    line->header_pin = is_on_header ? sb_rpi_header_number((int)offset) : 0;
    line->flags = info.flags;
    line->debounce_us = info.debounce_us;
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

        sb_linux_name_line(chip, i, name, &info);
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

/* An unknown pin is the program's mistake; a bus may only not be switched on. */
static int note_absence(struct sb_board *board, int rc)
{
    board_of(board)->lacks_device = rc == -ENOENT;
    return rc;
}

static int board_stream(struct sb_board *board, const char *name, unsigned baud,
                        struct sb_stream **out)
{
    struct sb_linux_board *linux_board = board_of(board);
    int rc = 0;

    if (linux_board->port_fn != NULL)
        rc = linux_board->port_fn(board, name, &name, linux_board->name_arg);
    if (rc < 0)
        return rc;
    return note_absence(board, sb_linux_serial_open(&linux_board->serial, board, name, baud, out));
}

static int board_i2c(struct sb_board *board, const char *name, struct sb_i2c **out)
{
    return note_absence(board, sb_linux_i2c_open(&board_of(board)->i2c, board, name, out));
}

static int board_adc(struct sb_board *board, const char *name, struct sb_adc **out)
{
    return note_absence(board, sb_linux_adc_open(&board_of(board)->adc, board, name, out));
}

static int board_spi(struct sb_board *board, const char *name, const struct sb_spi_config *config,
                     struct sb_spi **out)
{
    return note_absence(board, sb_linux_spi_open(&board_of(board)->spi, board, name, config, out));
}

void sb_linux_board_open(struct sb_linux_board *linux_board, struct sb_clock_uv *clock,
                         const struct sb_linux_config *config)
{
    static const struct sb_board_ops ops = {
        .pin = sb_linux_board_pin,
        .pins = sb_linux_board_pins,
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

/* The first that is open. */
static struct sb_linux_pin *open_pin(struct sb_linux_request *r)
{
    unsigned i = 0;

    while (!r->pins[i]->is_open)
        i++;
    return r->pins[i];
}

void sb_linux_board_close(struct sb_linux_board *linux_board)
{
    while (linux_board->requests != NULL)
        sb_pin_close(&open_pin(linux_board->requests)->pin);
    close_chip(linux_board);
    sb_linux_spi_close_all(&linux_board->spi);
    sb_linux_adc_close_all(&linux_board->adc);
    sb_linux_i2c_close_all(&linux_board->i2c);
    sb_linux_serial_close_all(&linux_board->serial);
    sb_host_uv_deinit(&linux_board->host);
}
