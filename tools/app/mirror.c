/* SPDX-License-Identifier: MIT */
/*
 * The real board in a world: see mirror.h. What is told goes into a queue and from there, by its time, into the world,
 * when all that was earlier has had the time to be told. So the program waits for no drawing and no model, and the edges
 * of a waveform stand where the kernel saw them.
 */
#include "tools/app/mirror.h"

#include <stdlib.h>

#include "hal-linux/lines_linux.h"
#include "sim/bus/board_buses.h"
#include "sim/bus/board_i2c.h"
#include "tools/app/mirror_gps.h"
#include "tools/app/mirror_private.h"

/* For how long an edge may wait in the kernel while tasks run; one that waits longer is shown late. */
#define SETTLE_NS (20 * SB_MS_NS)

static struct sb_mirror *mirror_of(struct sb_tap *tap)
{
    return SB_CONTAINER_OF(tap, struct sb_mirror, tap);
}

/* ---- from the queue into the world */

static void apply(struct sb_mirror *mirror, const struct sb_mirror_event *event)
{
    struct sb_mirror_line *line = &mirror->lines[event->terminal->index];

    sb_mirror_advance(mirror->world, event->time_ns);
    switch (event->kind) {
    case SB_MIRROR_DRIVE:
        sb_mirror_drive(event->terminal, event->level);
        break;
    case SB_MIRROR_SEE:
        sb_mirror_see(event->terminal, event->level);
        break;
    case SB_MIRROR_RELEASE:
        sb_mirror_release(event->terminal);
        break;
    case SB_MIRROR_SAMPLE:
        line->sample.fraction = event->fraction;
        sb_mirror_sample(event->terminal, &line->sample);
        break;
    }
}

static int64_t now_of(const struct sb_mirror *mirror)
{
    return sb_clock_now_ns(mirror->world->loop->clock) - mirror->start_ns;
}

static void apply_first(struct sb_mirror *mirror, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        apply(mirror, &mirror->queue.events[i]);
    sb_mirror_queue_drop(&mirror->queue, count);
}

static void apply_until(struct sb_mirror *mirror, int64_t until_ns)
{
    apply_first(mirror, sb_mirror_queue_ripe(&mirror->queue, until_ns));
    sb_mirror_advance(mirror->world, until_ns);
    if (mirror->queue.count > 0)
        sb_timer_start_ns(&mirror->timer, SETTLE_NS);
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    struct sb_mirror *mirror = arg;

    (void)timer;
    apply_until(mirror, now_of(mirror) - SETTLE_NS);
}

/* ---- into the queue */

static void put(struct sb_mirror *mirror, const struct sb_mirror_event *event)
{
    if (mirror->queue.count == SB_MIRROR_QUEUE_SIZE)
        apply_first(mirror, SB_MIRROR_QUEUE_SIZE / 2);
    sb_mirror_queue_put(&mirror->queue, event);
    if (!sb_timer_is_armed(&mirror->timer))
        sb_timer_start_ns(&mirror->timer, SETTLE_NS);
}

static void put_level(struct sb_mirror *mirror, struct sb_mirror_line *line,
                      enum sb_mirror_kind kind, bool level, int64_t time_ns)
{
    struct sb_mirror_event event = {
        .time_ns = time_ns, .terminal = line->terminal, .kind = kind, .level = level};

    line->last_kind = kind;
    line->last_level = level;
    put(mirror, &event);
}

/* Most reads of a level bring nothing new. */
static void put_seen(struct sb_mirror *mirror, struct sb_mirror_line *line, int level)
{
    if (level < 0 || (line->last_kind == SB_MIRROR_SEE && line->last_level == (level != 0)))
        return;
    put_level(mirror, line, SB_MIRROR_SEE, level != 0, now_of(mirror));
}

/* ---- the tap */

/* True while whatever is outside has the line: what level it has can only be seen. */
static bool is_let_go(unsigned flags, bool level)
{
    return (flags & SB_PIN_INPUT) != 0 || ((flags & SB_PIN_OPEN_DRAIN) != 0 && level) ||
           ((flags & SB_PIN_OPEN_SOURCE) != 0 && !level);
}

static struct sb_mirror_line *line_of(struct sb_mirror *mirror, const struct sb_pin *pin)
{
    unsigned offset = sb_linux_pin_offset(pin);

    return offset < mirror->offset_count ? mirror->by_offset[offset] : NULL;
}

static void show_output(struct sb_mirror *mirror, struct sb_mirror_line *line, bool level)
{
    if (is_let_go(line->pin->flags, level))
        put_seen(mirror, line, sb_pin_peek_level(line->pin));
    else
        put_level(mirror, line, SB_MIRROR_DRIVE, level, now_of(mirror));
}

static void on_configured(struct sb_tap *tap, struct sb_pin *pin, bool level)
{
    struct sb_mirror_line *line = line_of(mirror_of(tap), pin);

    if (line == NULL)
        return; /* none of the board file's */
    line->pin = pin;
    line->last_kind = SB_MIRROR_RELEASE;
    show_output(mirror_of(tap), line, level);
}

static void on_written(struct sb_tap *tap, struct sb_pin *pin, bool level, int rc)
{
    struct sb_mirror_line *line = line_of(mirror_of(tap), pin);

    if (line != NULL && rc >= 0)
        show_output(mirror_of(tap), line, level);
}

static void on_read(struct sb_tap *tap, struct sb_pin *pin, int level)
{
    struct sb_mirror_line *line = line_of(mirror_of(tap), pin);

    if (line != NULL && line->last_kind != SB_MIRROR_DRIVE)
        put_seen(mirror_of(tap), line, level);
}

static void on_edge(struct sb_tap *tap, struct sb_pin *pin, bool level, int64_t time_ns,
                    uint32_t lost)
{
    struct sb_mirror *mirror = mirror_of(tap);
    struct sb_mirror_line *line = line_of(mirror, pin);

    (void)lost;
    if (line != NULL)
        put_level(mirror, line, SB_MIRROR_SEE, level, time_ns - mirror->start_ns);
}

static void on_closed(struct sb_tap *tap, struct sb_pin *pin)
{
    struct sb_mirror_line *line = line_of(mirror_of(tap), pin);

    if (line == NULL)
        return;
    line->pin = NULL;
    put_level(mirror_of(tap), line, SB_MIRROR_RELEASE, false, now_of(mirror_of(tap)));
}

static void on_sampled(struct sb_tap *tap, struct sb_adc *adc, int sample)
{
    struct sb_mirror *mirror = mirror_of(tap);
    struct sb_terminal *terminal = sb_sim_input_terminal(mirror->controller, adc->name);
    struct sb_mirror_event event = {
        .time_ns = now_of(mirror),
        .terminal = terminal,
        .kind = SB_MIRROR_SAMPLE,
        .fraction = (double)sample / SB_ADC_MAX,
    };

    if (terminal != NULL && sample >= 0)
        put(mirror, &event);
}

static void on_transferred(struct sb_tap *tap, struct sb_i2c *bus,
                           const struct sb_tap_transfer *transfer)
{
    struct sb_terminal *sda = sb_sim_i2c_sda(mirror_of(tap)->controller, bus->name);

    if (sda != NULL)
        sb_mirror_transfer(sda, transfer);
}

static void on_received(struct sb_tap *tap, struct sb_stream *stream, const uint8_t *data,
                        size_t size)
{
    struct sb_mirror *mirror = mirror_of(tap);
    const struct sb_sim_port *port = sb_mirror_port_of(mirror, stream->name);
    int rx = port == NULL ? -1 : sb_part_type_pin(mirror->controller->type, port->rx);

    if (rx >= 0)
        sb_mirror_gps_feed(&mirror->gps_modules, &mirror->controller->terminals[rx], data, size,
                           sb_clock_now_ns(mirror->world->loop->clock));
}

/* ---- opening, showing, closing */

int sb_mirror_open(struct sb_mirror *mirror, struct sb_world *world, struct sb_linux_board *board,
                   struct sb_diag *diag)
{
    static const struct sb_tap_ops ops = {
        .pin_configured = on_configured,
        .pin_written = on_written,
        .pin_read = on_read,
        .pin_edge = on_edge,
        .pin_closed = on_closed,
        .adc_sampled = on_sampled,
        .i2c_transferred = on_transferred,
        .stream_received = on_received,
    };
    int rc = sb_linux_board_open_chip(board);

    mirror->tap.ops = &ops;
    mirror->world = world;
    mirror->controller = sb_world_controller(world);
    mirror->board = board;
    mirror->lines = NULL;
    mirror->by_offset = NULL;
    mirror->port_count = 0;
    mirror->queue.count = 0;
    sb_timer_init(&mirror->timer, on_timer, mirror);
    sb_list_init(&mirror->gps_modules);
    if (rc == 0)
        rc = sb_mirror_find_ports(mirror, diag);
    if (rc == 0)
        rc = sb_mirror_find_lines(mirror, diag);
    if (rc == 0)
        rc = sb_mirror_gps_open(&mirror->gps_modules, world);
    if (rc < 0)
        return rc;
    mirror->start_ns = sb_clock_now_ns(world->loop->clock);
    sb_mirror_advance(world, 0);
    sb_linux_board_set_names(board, sb_mirror_name_line, sb_mirror_name_port, mirror);
    sb_board_set_tap(&board->board, &mirror->tap);
    return 0;
}

static void peek(struct sb_mirror *mirror)
{
    for (unsigned i = 0; i < mirror->controller->type->terminal_count; i++) {
        struct sb_mirror_line *line = &mirror->lines[i];

        if (line->pin != NULL && line->last_kind != SB_MIRROR_DRIVE)
            put_seen(mirror, line, sb_pin_peek_level(line->pin));
    }
}

void sb_mirror_show(struct sb_mirror *mirror)
{
    peek(mirror);
    apply_until(mirror, now_of(mirror) - SETTLE_NS);
    sb_mirror_look(mirror->world);
}

void sb_mirror_finish(struct sb_mirror *mirror)
{
    peek(mirror);
    apply_first(mirror, mirror->queue.count);
    sb_mirror_advance(mirror->world, now_of(mirror));
    sb_mirror_look(mirror->world);
}

void sb_mirror_close(struct sb_mirror *mirror)
{
    sb_timer_stop(&mirror->timer);
    sb_mirror_gps_close(&mirror->gps_modules);
    free(mirror->lines);
    free(mirror->by_offset);
    mirror->lines = NULL;
    mirror->by_offset = NULL;
}
