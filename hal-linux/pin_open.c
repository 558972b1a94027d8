/* SPDX-License-Identifier: MIT */
/* Opening the HAL's pins on lines of the kernel: one, several in one request, or one of a request that lives on. */
#include <assert.h>
#include <errno.h>

#include "hal-linux/error.h"
#include "hal-linux/lines_linux.h"
#include "hal-linux/pin_linux.h"
#include "lib/list.h"

/* The pin of that name. Null when there is none: `*rc`, reported. */
static struct sb_linux_pin *find_pin(struct sb_linux_board *linux_board, const char *name, int *rc)
{
    struct sb_linux_chip *chip = linux_board->chip;
    int offset = sb_linux_board_find_line(linux_board, name);
    struct sb_gpiod_line_info info;
    struct sb_linux_pin *p;

    *rc = offset;
    if (offset < 0)
        return NULL;
    p = &chip->by_offset[offset];
    if (p->is_open) {
        *rc = sb_linux_fail(&linux_board->board, -EBUSY,
                            "%s is in use already: close it first, or share the handle", p->name);
        return NULL;
    }
    p->offset = (unsigned)offset;
    sb_linux_name_line(chip, p->offset, p->name, &info);
    return p;
}

static int check_flags(const struct sb_linux_pin *p, struct sb_board *board, unsigned flags)
{
    return sb_pin_flags_are_possible(flags)
               ? 0
               : sb_linux_fail(board, -EINVAL,
                               "%s: these flags contradict each other: give SB_PIN_INPUT or "
                               "SB_PIN_OUTPUT, one pull at most, a drive only for an output",
                               p->name);
}

static void start_pin(struct sb_linux_pin *p, struct sb_board *board)
{
    sb_pin_init(&p->pin, board, p->name, &sb_linux_pin_ops);
    p->is_watched = false;
    p->since_ns = INT64_MIN;
}

/* Of those that could not be had, the one that somebody has; else the first. */
static struct sb_linux_pin *find_culprit(struct sb_linux_chip *chip, struct sb_linux_pin **pins,
                                         unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct sb_gpiod_line_info info;

        if (sb_gpiod_chip_line_info(chip->gpiod, pins[i]->offset, &info) == 0 && info.is_used)
            return pins[i];
    }
    return pins[0];
}

/* Takes free lines together. */
static int take_pins(struct sb_linux_board *linux_board, struct sb_linux_pin **pins, unsigned count,
                     unsigned flags, uint64_t values)
{
    uint64_t levels = (flags & SB_PIN_ACTIVE_LOW) != 0 ? ~values : values;
    int rc = check_flags(pins[0], &linux_board->board, flags);

    if (rc < 0)
        return rc;
    for (unsigned i = 0; i < count; i++)
        start_pin(pins[i], &linux_board->board);
    rc = sb_linux_request_open(linux_board, pins, count, flags, levels);
    if (rc < 0)
        return sb_linux_pin_fail(find_culprit(linux_board->chip, pins, count), rc, flags);
    for (unsigned i = 0; i < count; i++) {
        pins[i]->pin.value = (values >> i & 1) != 0;
        pins[i]->pin.flags = flags | (pins[i]->pin.value ? SB_PIN_INITIAL_TRUE : 0u);
    }
    return 0;
}

/* Opens a closed pin of a request that lives on. */
static int open_again(struct sb_linux_pin *p, struct sb_board *board, unsigned flags)
{
    int rc = check_flags(p, board, flags);

    if (rc < 0)
        return rc;
    start_pin(p, board);
    sb_linux_request_join(p);
    rc = sb_pin_configure(&p->pin, flags);
    if (rc < 0)
        sb_linux_request_leave(p);
    return rc;
}

int sb_linux_board_pin(struct sb_board *board, const char *name, unsigned flags,
                       struct sb_pin **out)
{
    struct sb_linux_board *linux_board = SB_CONTAINER_OF(board, struct sb_linux_board, board);
    int rc = sb_linux_board_open_chip(linux_board);
    struct sb_linux_pin *p = rc < 0 ? NULL : find_pin(linux_board, name, &rc);

    if (p == NULL)
        return rc;
    if (p->request != NULL)
        rc = open_again(p, board, flags);
    else
        rc = take_pins(linux_board, &p, 1, flags, (flags & SB_PIN_INITIAL_TRUE) != 0);
    if (rc >= 0)
        *out = &p->pin;
    return rc;
}

/* Whether all of these are free, and each is named once; else `*rc`, reported. */
static bool find_pins(struct sb_linux_board *linux_board, const char *const *names, unsigned count,
                      struct sb_linux_pin **pins, int *rc)
{
    struct sb_board *board = &linux_board->board;

    for (unsigned i = 0; i < count; i++) {
        struct sb_linux_pin *p = find_pin(linux_board, names[i], rc);

        pins[i] = p;
        if (p == NULL)
            return false;
        if (p->request != NULL) {
            *rc = sb_linux_fail(
                board, -EBUSY,
                "%s is held until all that it was opened with are closed, too: close them first, "
                "or open it by itself",
                p->name);
            return false;
        }
        for (unsigned j = 0; j < i; j++) {
            if (pins[j] == p) {
                *rc = sb_linux_fail(board, -EBUSY, "%s is named twice: name each pin once",
                                    p->name);
                return false;
            }
        }
    }
    return true;
}

int sb_linux_board_pins(struct sb_board *board, const char *const *names, unsigned count,
                        unsigned flags, uint64_t values, struct sb_pin **out)
{
    struct sb_linux_board *linux_board = SB_CONTAINER_OF(board, struct sb_linux_board, board);
    struct sb_linux_pin *pins[SB_PINS_MAX];
    int rc = sb_linux_board_open_chip(linux_board);

    assert(count > 0 && count <= SB_PINS_MAX);
    if (rc < 0 || !find_pins(linux_board, names, count, pins, &rc))
        return rc;
    if ((flags & SB_PIN_INITIAL_TRUE) != 0)
        values = UINT64_MAX;
    rc = take_pins(linux_board, pins, count, flags, values);
    if (rc < 0)
        return rc;
    for (unsigned i = 0; i < count; i++)
        out[i] = &pins[i]->pin;
    return 0;
}
