/* SPDX-License-Identifier: MIT */
/*
 * Requests of the kernel behind the HAL's pins: one line or several, how they are used, and the parting of those that
 * libgpiod 1 cannot change singly.
 */
#include "hal-linux/pin_linux.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/list.h"

static void destroy(struct sb_linux_request *r)
{
    free(r->lines);
    free(r);
}

static struct sb_linux_request *create(struct sb_linux_pin *const *pins, unsigned count)
{
    struct sb_linux_request *r = calloc(1, sizeof(*r) + count * sizeof(struct sb_linux_pin *));

    if (r == NULL)
        return NULL;
    r->lines = calloc(count, sizeof(*r->lines));
    if (r->lines == NULL) {
        free(r);
        return NULL;
    }
    r->count = count;
    for (unsigned i = 0; i < count; i++) {
        r->pins[i] = pins[i];
        r->lines[i].offset = pins[i]->offset;
    }
    return r;
}

/* The request is its pins' now. */
static void adopt(struct sb_linux_board *linux_board, struct sb_linux_request *r)
{
    for (unsigned i = 0; i < r->count; i++) {
        struct sb_linux_pin *p = r->pins[i];

        p->request = r;
        p->gpiod = r->gpiod;
        p->index = i;
        p->pin.request = r->number;
        r->open_count += p->is_open;
    }
    r->next = linux_board->requests;
    linux_board->requests = r;
}

static void unlink_request(struct sb_linux_board *linux_board, struct sb_linux_request *r)
{
    struct sb_linux_request **at = &linux_board->requests;

    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
}

/* ---- refusals */

#define PULLS (SB_PIN_PULL_UP | SB_PIN_PULL_DOWN)

/* Takes the lines as inputs and gives them back: nothing is driven by it. */
static int try_inputs(struct sb_linux_board *linux_board, const struct sb_linux_request *r,
                      unsigned flags)
{
    struct sb_gpiod_line lines[SB_PINS_MAX];
    struct sb_gpiod_request *request;
    int rc;

    for (unsigned i = 0; i < r->count; i++)
        lines[i] = (struct sb_gpiod_line){.offset = r->lines[i].offset,
                                          .flags = SB_PIN_INPUT | flags};
    rc = sb_gpiod_request_open(linux_board->chip->gpiod, linux_board->consumer, lines, r->count,
                               &request);
    if (rc == 0)
        sb_gpiod_request_release(request);
    return rc;
}

/* By -EINVAL the kernel may mean a pull that it lacks, or anything else: it is the pull if that alone makes the difference. */
static int refusal_of_taking(struct sb_linux_board *linux_board, const struct sb_linux_request *r)
{
    unsigned pull = r->lines[0].flags & PULLS;

    return pull != 0 && try_inputs(linux_board, r, pull) == -EINVAL &&
                   try_inputs(linux_board, r, SB_PIN_PULL_AS_IS) == 0
               ? -ENOTSUP
               : -EINVAL;
}

int sb_linux_request_open(struct sb_linux_board *linux_board, struct sb_linux_pin *const *pins,
                          unsigned count, unsigned flags, uint64_t levels)
{
    struct sb_linux_chip *chip = linux_board->chip;
    struct sb_linux_request *r = create(pins, count);
    int rc;

    if (r == NULL)
        return -ENOMEM;
    for (unsigned i = 0; i < count; i++) {
        r->lines[i].flags = flags;
        r->lines[i].level = (levels >> i & 1) != 0;
    }
    rc = sb_gpiod_request_open(chip->gpiod, linux_board->consumer, r->lines, count, &r->gpiod);
    if (rc == -EINVAL)
        rc = refusal_of_taking(linux_board, r);
    if (rc < 0) {
        destroy(r);
        return rc;
    }
    for (unsigned i = 0; i < count; i++)
        pins[i]->is_open = true;
    r->number = count == 1 ? 0 : ++chip->request_count;
    adopt(linux_board, r);
    return 0;
}

void sb_linux_request_get_lines(const struct sb_linux_request *r, struct sb_gpiod_line *lines)
{
    for (unsigned i = 0; i < r->count; i++) {
        const struct sb_pin *pin = &r->pins[i]->pin;

        lines[i] = r->lines[i];
        if (r->pins[i]->is_open && (pin->flags & SB_PIN_OUTPUT) != 0)
            lines[i].level = pin->value != ((pin->flags & SB_PIN_ACTIVE_LOW) != 0);
    }
}

/* The inputs among them that are watched. */
static uint64_t watched(const struct sb_linux_request *r, const struct sb_gpiod_line *lines)
{
    uint64_t edges = 0;

    for (unsigned i = 0; i < r->count; i++)
        if (r->pins[i]->is_watched && (lines[i].flags & SB_PIN_INPUT) != 0)
            edges |= UINT64_C(1) << i;
    return edges;
}

/* The descriptor of a rigid request is another one afterwards. */
static int configure(struct sb_linux_request *r, const struct sb_gpiod_line *lines, uint64_t edges)
{
    struct sb_linux_board *linux_board = sb_linux_board_of(r->pins[0]);
    int rc;

    if (r->edges != 0 && (edges == 0 || sb_gpiod_request_is_rigid())) {
        (void)sb_linux_edges_listen(linux_board, r, false);
        r->edges = 0;
    }
    rc = sb_gpiod_request_configure(r->gpiod, lines, edges);
    if (rc == 0 && edges != 0 && r->edges == 0)
        rc = sb_linux_edges_listen(linux_board, r, true);
    if (rc == 0)
        r->edges = edges;
    return rc;
}

/* The same for lines that are ours. Of the change only its pulls are tried: level and direction stay as they are. */
static int refusal_of_change(struct sb_linux_request *r, const struct sb_gpiod_line *wanted,
                             const struct sb_gpiod_line *old, uint64_t edges)
{
    struct sb_gpiod_line lines[SB_PINS_MAX];
    bool is_refused;

    for (unsigned i = 0; i < r->count; i++) {
        unsigned pull = wanted[i].flags & PULLS;

        lines[i] = old[i];
        if (pull != 0)
            lines[i].flags = (old[i].flags & ~(unsigned)(PULLS | SB_PIN_PULL_AS_IS)) | pull;
    }
    is_refused = configure(r, lines, edges) == -EINVAL;
    return configure(r, old, edges) == 0 && is_refused ? -ENOTSUP : -EINVAL;
}

int sb_linux_request_use(struct sb_linux_request *r, const struct sb_gpiod_line *lines)
{
    uint64_t old_edges = r->edges;
    int rc = configure(r, lines, watched(r, lines));

    if (rc < 0) {
        struct sb_gpiod_line old[SB_PINS_MAX];

        sb_linux_request_get_lines(r, old);
        (void)configure(r, old, old_edges);
        return rc == -EINVAL ? refusal_of_change(r, lines, old, old_edges) : rc;
    }
    for (unsigned i = 0; i < r->count; i++)
        r->lines[i] = lines[i];
    return 0;
}

static void release(struct sb_linux_request *r)
{
    for (unsigned i = 0; i < r->count; i++)
        r->pins[i]->request = NULL;
    sb_gpiod_request_release(r->gpiod);
    destroy(r);
}

/* All or none. */
static int create_singles(struct sb_linux_request *r, struct sb_linux_request **singles)
{
    for (unsigned i = 0; i < r->count; i++) {
        singles[i] = create(&r->pins[i], 1);
        if (singles[i] == NULL) {
            while (i > 0)
                destroy(singles[--i]);
            return -ENOMEM;
        }
        singles[i]->lines[0] = r->lines[i];
    }
    return 0;
}

int sb_linux_request_split(struct sb_linux_request *r)
{
    struct sb_linux_board *linux_board = sb_linux_board_of(r->pins[0]);
    struct sb_gpiod_request *gpiods[SB_PINS_MAX] = {NULL};
    struct sb_linux_request *singles[SB_PINS_MAX];
    int rc = create_singles(r, singles);

    if (rc < 0)
        return rc;
    rc = sb_gpiod_request_split(r->gpiod, gpiods);
    for (unsigned i = 0; i < r->count; i++) {
        singles[i]->gpiod = gpiods[i];
        if (gpiods[i] == NULL)
            destroy(singles[i]); /* nothing has changed */
        else if (r->pins[i]->is_open)
            adopt(linux_board, singles[i]);
        else
            release(singles[i]);
    }
    if (gpiods[0] == NULL)
        return rc;
    unlink_request(linux_board, r);
    destroy(r);
    return rc;
}

void sb_linux_request_join(struct sb_linux_pin *p)
{
    p->is_open = true;
    p->request->lines[p->index].debounce_us = 0;
    p->request->open_count++;
    p->pin.request = p->request->number;
}

void sb_linux_request_leave(struct sb_linux_pin *p)
{
    struct sb_linux_request *r = p->request;
    struct sb_gpiod_line lines[SB_PINS_MAX];

    sb_linux_request_get_lines(r, lines);
    r->lines[p->index].level = lines[p->index].level;
    p->is_open = false;
    if (--r->open_count > 0)
        return;
    unlink_request(sb_linux_board_of(p), r);
    release(r);
}
