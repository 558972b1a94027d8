/* SPDX-License-Identifier: MIT */
/*
 * The controller's state machine.
 *
 *      FREE --> [ POLARITY ] --> SELECT --> EDGES --last byte--> HOLD --> finished
 *                                     \-> STUCK ------------------^
 *
 * A phase is what it waits in, for its end. A byte has sixteen edges. With CPHA 0 the odd ones sample MISO and the even
 * ones shift MOSI, whose first bit is there with the select; with CPHA 1 it is the other way round. SCLK goes before
 * MOSI, so that who samples at the wrong edge sees the bit before, as a real device would.
 */
#include "sim/bus/spi_controller.h"

#include <assert.h>
#include <errno.h>

#include "lib/task.h"
#include "sim/world.h"

enum phase {
    FREE,     /* waits until a device may be selected */
    POLARITY, /* SCLK has gone to the idle level of this device */
    SELECT,   /* the device is selected, the first edge follows */
    EDGES,
    STUCK, /* a fault: no edge follows */
    HOLD,  /* the last edge has been, the deselect follows */
};

#define BITS        8
#define EDGES_COUNT (2 * BITS)
#define SECOND_NS   INT64_C(1000000000)
#define PATIENCE_NS (SECOND_NS / 5)
#define CUT         (-EINTR) /* result of a transfer that the task gave up */

int64_t sb_spi_half_period_ns(unsigned clock_hz)
{
    return (SECOND_NS / 2 + clock_hz - 1) / clock_hz;
}

/* ---- lines */

static void drive(struct sb_terminal *terminal, bool level)
{
    sb_terminal_drive(terminal, SB_STRENGTH_STRONG, level);
}

static bool clock_idles_high(const struct sb_spi_config *config)
{
    return (config->mode & 2) != 0;
}

static bool shifts_first(const struct sb_spi_config *config)
{
    return (config->mode & 1) != 0;
}

static void select_device(const struct sb_spi_job *job, bool is_selected)
{
    drive(job->cs, is_selected == job->config->is_cs_high);
}

static void go(struct sb_spi_controller *c, enum phase phase, int64_t duration_ns)
{
    c->phase = (uint8_t)phase;
    sb_timer_start_ns(&c->timer, duration_ns);
}

static int64_t now_ns(const struct sb_spi_controller *c)
{
    return sb_world_now_ns(c->sclk->part->world);
}

static void finish(struct sb_spi_controller *c)
{
    struct sb_waiter *waiter = sb_waitq_first(&c->finished);

    sb_timer_stop(&c->timer);
    c->is_idle = true;
    if (waiter != NULL)
        sb_waitq_wake(waiter, 0);
}

static void deselect(struct sb_spi_controller *c)
{
    select_device(&c->job, false);
    c->free_ns = now_ns(c) + c->half_ns;
    finish(c);
}

static void hold(struct sb_spi_controller *c, int result)
{
    c->result = result;
    go(c, HOLD, c->half_ns);
}

/* ---- bits */

/* Moves the next bit to where it is sent from: the highest of the byte or the lowest. */
static void shift(struct sb_spi_controller *c)
{
    bool is_lsb_first = c->job.config->is_lsb_first;
    bool bit = (c->byte_out & (is_lsb_first ? 0x01 : 0x80)) != 0;

    c->byte_out = (uint8_t)(is_lsb_first ? c->byte_out >> 1 : c->byte_out << 1);
    drive(c->mosi, bit);
}

static void sample(struct sb_spi_controller *c)
{
    enum sb_level level = sb_terminal_level(c->miso);

    if (level <= SB_LEVEL_HIGH)
        c->miso_level = level == SB_LEVEL_HIGH;
    c->has_floated = c->has_floated && level == SB_LEVEL_FLOATING;
    if (c->job.config->is_lsb_first)
        c->byte_in = (uint8_t)(c->byte_in >> 1 | (c->miso_level ? 0x80 : 0));
    else
        c->byte_in = (uint8_t)(c->byte_in << 1 | c->miso_level);
}

static void begin_byte(struct sb_spi_controller *c)
{
    c->edge = 0;
    c->byte_out = c->job.out == NULL ? 0 : c->job.out[c->done];
    if (!shifts_first(c->job.config))
        shift(c);
}

/* The last edge of a byte, whose time it is, may shift the first bit of the next. */
static void end_byte(struct sb_spi_controller *c)
{
    if (c->job.in != NULL)
        c->job.in[c->done] = c->byte_in;
    c->done++;
    if (c->done == c->job.size) {
        hold(c, 0);
        return;
    }
    if (c->is_cut) {
        hold(c, CUT);
        return;
    }
    begin_byte(c);
    go(c, EDGES, c->half_ns);
}

static void make_edge(struct sb_spi_controller *c)
{
    bool is_leading = c->edge % 2 == 0;
    bool is_shift = is_leading == shifts_first(c->job.config);

    c->edge++;
    if (!is_shift)
        sample(c);
    drive(c->sclk, is_leading != clock_idles_high(c->job.config));
    if (c->edge == EDGES_COUNT) {
        end_byte(c);
        return;
    }
    if (is_shift)
        shift(c);
    go(c, EDGES, c->half_ns);
}

/* ---- from one phase to the next */

static void begin_select(struct sb_spi_controller *c)
{
    if (c->job.size > 0)
        begin_byte(c);
    select_device(&c->job, true);
    go(c, SELECT, c->half_ns);
}

/* The bus is free for this device. Its clock does not change in the half period before the select. */
static void begin(struct sb_spi_controller *c)
{
    bool idle_level = clock_idles_high(c->job.config);

    if (c->sclk->drive_level == idle_level) {
        begin_select(c);
        return;
    }
    drive(c->sclk, idle_level);
    go(c, POLARITY, c->half_ns);
}

/* As long as Linux waits. */
static int64_t patience_ns(const struct sb_spi_controller *c)
{
    return 2 * (int64_t)c->job.size * EDGES_COUNT * c->half_ns + PATIENCE_NS;
}

static void end_select(struct sb_spi_controller *c)
{
    if (c->is_cut || c->job.size == 0)
        hold(c, c->is_cut && c->job.size > 0 ? CUT : 0);
    else if (c->job.is_stuck)
        go(c, STUCK, patience_ns(c));
    else
        make_edge(c);
}

static void on_time(struct sb_timer *timer, void *arg)
{
    struct sb_spi_controller *c = arg;

    (void)timer;
    switch ((enum phase)c->phase) {
    case FREE:
        begin(c);
        break;
    case POLARITY:
        begin_select(c);
        break;
    case SELECT:
        end_select(c);
        break;
    case EDGES:
        make_edge(c);
        break;
    case STUCK:
        hold(c, -EIO);
        break;
    case HOLD:
        deselect(c);
        break;
    }
}

/* ---- for the task */

/* What has not begun need not be ended; all else is by the state machine, at the next byte. */
static void give_up(struct sb_spi_controller *c)
{
    c->is_cut = true;
    if (c->phase == FREE || c->phase == POLARITY) {
        c->result = CUT;
        finish(c);
    } else if (c->phase == STUCK) {
        hold(c, CUT);
    }
}

static void start(struct sb_spi_controller *c, const struct sb_spi_job *job)
{
    int64_t wait_ns = c->free_ns - now_ns(c);

    assert(c->is_idle);
    c->job = *job;
    c->half_ns = sb_spi_half_period_ns(job->config->clock_hz);
    c->done = 0;
    c->has_floated = true;
    c->is_idle = false;
    c->is_cut = false;
    go(c, FREE, wait_ns > 0 ? wait_ns : 0);
}

int sb_spi_controller_transfer(struct sb_spi_controller *controller, const struct sb_spi_job *job)
{
    struct sb_waiter waiter;
    int rc = sb_wait_check();

    if (rc < 0)
        return rc;
    start(controller, job);
    rc = sb_waitq_wait(&controller->finished, &waiter, "SPI transfer", controller);
    if (!controller->is_idle)
        give_up(controller);
    if (!controller->is_idle) {
        sb_shield_begin();
        sb_waitq_wait(&controller->finished, &waiter, "end of SPI transfer", controller);
        sb_shield_end();
    }
    return controller->result == CUT ? rc : controller->result;
}

void sb_spi_controller_idle(struct sb_spi_controller *controller,
                            const struct sb_spi_config *config, struct sb_terminal *cs)
{
    int64_t free_ns = now_ns(controller) + sb_spi_half_period_ns(config->clock_hz);

    select_device(&(struct sb_spi_job){.config = config, .cs = cs}, false);
    if (controller->is_idle)
        drive(controller->sclk, clock_idles_high(config));
    if (controller->free_ns < free_ns)
        controller->free_ns = free_ns;
}

/* ---- life */

void sb_spi_controller_init(struct sb_spi_controller *controller, struct sb_terminal *sclk,
                            struct sb_terminal *mosi, struct sb_terminal *miso)
{
    *controller = (struct sb_spi_controller){
        .sclk = sclk,
        .mosi = mosi,
        .miso = miso,
        .free_ns = INT64_MIN / 2,
        .is_idle = true,
    };
    sb_timer_init(&controller->timer, on_time, controller);
    sb_waitq_init(&controller->finished);
    sb_wire_watch(miso->wire);
    drive(mosi, false);
}

void sb_spi_controller_deinit(struct sb_spi_controller *controller)
{
    sb_timer_stop(&controller->timer);
}
