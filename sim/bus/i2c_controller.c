/* SPDX-License-Identifier: MIT */
/*
 * The controller's state machine. A bit, a repeated START and a STOP are alike: SDA is set while SCL is low,
 * SCL is let go, and when it has really risen and been high for long enough, something happens.
 *
 *      FREE --bus free--> START --hold--> [ DATA --> LOW --> RISE --> HIGH ] for each bit, RESTART, STOP
 *                           ^                 ^                        |
 *                           |                 +------next bit----------+
 *                           +-----------------------RESTART------------+--STOP--> finished
 *
 * A line that does not do as it is told ends the transfer: SCL that stays low at once, SDA that is low where
 * it was let go after a recovery (UM10204 3.1.16), whose clocks are bits as well, up to the end of a byte.
 */
#include "sim/bus/i2c_controller.h"

#include <assert.h>
#include <errno.h>

#include "lib/task.h"
#include "sim/world.h"

struct sb_i2c_controller_times {
    int64_t low_ns;
    int64_t data_ns; /* from the fall of SCL to the change of SDA */
    int64_t high_ns;
    int64_t start_setup_ns;
    int64_t start_hold_ns;
    int64_t stop_setup_ns;
    int64_t bus_free_ns;
};

/* Whole microseconds, so that a waveform with steps of one shows every edge. */
static const struct sb_i2c_controller_times standard_times = {
    .low_ns = 5000,
    .data_ns = 1000,
    .high_ns = 5000,
    .start_setup_ns = 5000,
    .start_hold_ns = 5000,
    .stop_setup_ns = 5000,
    .bus_free_ns = 5000,
};

static const struct sb_i2c_controller_times fast_times = {
    .low_ns = 1500,
    .data_ns = 500,
    .high_ns = 1000,
    .start_setup_ns = 1000,
    .start_hold_ns = 1000,
    .stop_setup_ns = 1000,
    .bus_free_ns = 1500,
};

enum phase {
    FREE,  /* waits until the bus has been free for long enough */
    STUCK, /* SDA is low: whoever pulls it has made a START, and its time is kept */
    START, /* SDA has been pulled low, SCL follows */
    DATA,  /* SCL has fallen, SDA is to change */
    LOW,   /* SCL is to rise */
    RISE,  /* SCL was let go and is still low */
    HIGH,
};

enum symbol { BIT, RESTART, STOP };

#define BYTE_BITS       9 /* the acknowledge included */
#define RECOVERY_CLOCKS 9
#define STANDARD_MAX_HZ 100000
#define CUT             (-EINTR) /* result of a transfer that the task gave up */

static void set_scl(const struct sb_i2c_controller *c, bool is_high)
{
    sb_terminal_drive(c->scl, is_high ? SB_STRENGTH_NONE : SB_STRENGTH_STRONG, false);
}

static void set_sda(struct sb_i2c_controller *c, bool is_high)
{
    c->sda_level = is_high;
    sb_terminal_drive(c->sda, is_high ? SB_STRENGTH_NONE : SB_STRENGTH_STRONG, false);
}

/* A line without a pull-up floats and counts as high: the transfer fails, and the examiner says why. */
static bool is_low(const struct sb_terminal *line)
{
    return sb_terminal_level(line) == SB_LEVEL_LOW;
}

static void go(struct sb_i2c_controller *c, enum phase phase, int64_t duration_ns)
{
    c->phase = (uint8_t)phase;
    sb_timer_start_ns(&c->timer, duration_ns);
}

/* Lets go of everything and hands the result over. */
static void finish(struct sb_i2c_controller *c, int result)
{
    struct sb_waiter *waiter = sb_waitq_first(&c->finished);

    sb_timer_stop(&c->timer);
    sb_wire_unlisten(&c->scl_listener);
    set_scl(c, true);
    set_sda(c, true);
    c->free_ns = sb_world_now_ns(c->scl->part->world) + c->times->bus_free_ns;
    c->is_idle = true;
    c->result = result;
    if (waiter != NULL)
        sb_waitq_wake(waiter, result);
}

/* ---- what comes next: SCL has just fallen */

/* SDA before SCL rises: high before a START, low before a STOP. */
static bool sda_of_symbol(const struct sb_i2c_controller *c)
{
    bool is_acknowledge = c->bit_count == BYTE_BITS - 1;

    if (c->symbol != BIT)
        return c->symbol == RESTART;
    if (c->is_recovering)
        return true;
    if (is_acknowledge)
        return !c->is_read || c->is_address || c->is_cut || c->in_left <= 1;
    return (c->is_read && !c->is_address) || (c->byte & 0x80) != 0;
}

static void begin_symbol(struct sb_i2c_controller *c, enum symbol symbol)
{
    c->symbol = (uint8_t)symbol;
    if (sda_of_symbol(c) != c->sda_level)
        go(c, DATA, c->times->data_ns);
    else
        go(c, LOW, c->times->low_ns);
}

static void begin_byte(struct sb_i2c_controller *c, uint8_t byte)
{
    c->byte = byte;
    c->bit_count = 0;
    begin_symbol(c, BIT);
}

static void begin_address(struct sb_i2c_controller *c)
{
    c->is_address = true;
    begin_byte(c, (uint8_t)(c->address << 1 | c->is_read));
}

static void begin_stop(struct sb_i2c_controller *c, int result)
{
    c->result = result;
    begin_symbol(c, STOP);
}

/* Every bit that is left of this byte, and nine more: the STOP is then where one may be. */
static void begin_recovery(struct sb_i2c_controller *c)
{
    if (c->is_recovering) {
        finish(c, -EIO);
        return;
    }
    c->is_recovering = true;
    c->recovery_count++;
    c->recovery_left = (uint8_t)((BYTE_BITS - c->bit_count) % BYTE_BITS + RECOVERY_CLOCKS);
    set_scl(c, false);
    begin_symbol(c, BIT);
}

static void after_written_byte(struct sb_i2c_controller *c)
{
    c->is_address = false;
    if (c->is_read) {
        begin_byte(c, 0);
    } else if (c->is_cut) {
        begin_stop(c, c->out_left == 0 && c->in_left == 0 ? 0 : CUT);
    } else if (c->out_left > 0) {
        c->out_left--;
        begin_byte(c, *c->out++);
    } else if (c->in_left > 0) {
        c->is_read = true;
        begin_symbol(c, RESTART);
    } else {
        begin_stop(c, 0);
    }
}

static void after_read_byte(struct sb_i2c_controller *c, bool was_acknowledged)
{
    if (c->in_left > 0) {
        *c->in++ = c->byte;
        c->in_left--;
    }
    if (was_acknowledged)
        begin_byte(c, 0);
    else
        begin_stop(c, c->in_left == 0 ? 0 : CUT);
}

static void after_byte(struct sb_i2c_controller *c, bool acknowledge)
{
    if (c->is_read && !c->is_address)
        after_read_byte(c, !acknowledge);
    else if (acknowledge)
        begin_stop(c, c->is_address ? -ENXIO : -EIO);
    else
        after_written_byte(c);
}

/* ---- the end of a high phase */

static void after_recovery_clock(struct sb_i2c_controller *c)
{
    set_scl(c, false);
    if (--c->recovery_left > 0)
        begin_symbol(c, BIT);
    else
        begin_stop(c, -EIO);
}

static void take_bit(struct sb_i2c_controller *c)
{
    bool bit = !is_low(c->sda);
    bool is_acknowledge = c->bit_count == BYTE_BITS - 1;
    bool is_input = is_acknowledge != (c->is_read && !c->is_address);

    c->bit_count++;
    if (c->is_recovering) {
        after_recovery_clock(c);
        return;
    }
    if (!is_input && bit != c->sda_level) {
        begin_recovery(c);
        return;
    }
    set_scl(c, false);
    if (is_acknowledge) {
        after_byte(c, bit);
        return;
    }
    c->byte = (uint8_t)(c->byte << 1 | bit);
    begin_symbol(c, BIT);
}

static void pull_start(struct sb_i2c_controller *c)
{
    set_sda(c, false);
    go(c, START, c->times->start_hold_ns);
}

/* The clock that was to become a START or STOP has been one of a byte, for all who listen. */
static void take_restart(struct sb_i2c_controller *c)
{
    c->bit_count = 1;
    if (is_low(c->sda))
        begin_recovery(c);
    else
        pull_start(c);
}

static void take_stop(struct sb_i2c_controller *c)
{
    c->bit_count = 1;
    set_sda(c, true);
    if (is_low(c->sda))
        begin_recovery(c);
    else
        finish(c, c->result);
}

static void end_high(struct sb_i2c_controller *c)
{
    if (c->symbol == BIT)
        take_bit(c);
    else if (c->symbol == RESTART)
        take_restart(c);
    else
        take_stop(c);
}

/* ---- waiting for SCL, and for the time */

static void begin_high(struct sb_i2c_controller *c)
{
    const int64_t durations[] = {
        [BIT] = c->times->high_ns,
        [RESTART] = c->times->start_setup_ns,
        [STOP] = c->times->stop_setup_ns,
    };

    go(c, HIGH, durations[c->symbol]);
}

/* SCL is high and the bus is to be taken. */
static void begin_start(struct sb_i2c_controller *c)
{
    c->bit_count = 0;
    c->is_started = true;
    if (is_low(c->sda))
        go(c, STUCK, c->times->start_hold_ns);
    else
        pull_start(c);
}

static void scl_has_risen(struct sb_i2c_controller *c)
{
    if (c->is_started)
        begin_high(c);
    else
        begin_start(c);
}

static void on_scl(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct sb_i2c_controller *c = arg;

    (void)wire;
    if (level == SB_LEVEL_LOW)
        return;
    sb_wire_unlisten(&c->scl_listener);
    scl_has_risen(c);
}

static void wait_for_scl(struct sb_i2c_controller *c)
{
    if (!is_low(c->scl)) {
        scl_has_risen(c);
        return;
    }
    sb_wire_listen(c->scl->wire, &c->scl_listener, on_scl, c);
    go(c, RISE, SB_I2C_STRETCH_MAX_NS);
}

static void on_time(struct sb_timer *timer, void *arg)
{
    struct sb_i2c_controller *c = arg;

    (void)timer;
    switch ((enum phase)c->phase) {
    case FREE:
        wait_for_scl(c);
        break;
    case STUCK:
        begin_recovery(c);
        break;
    case START:
        set_scl(c, false);
        begin_address(c);
        break;
    case DATA:
        set_sda(c, sda_of_symbol(c));
        go(c, LOW, c->times->low_ns - c->times->data_ns);
        break;
    case LOW:
        set_scl(c, true);
        wait_for_scl(c);
        break;
    case RISE:
        finish(c, -EIO);
        break;
    case HIGH:
        end_high(c);
        break;
    }
}

/* ---- for the task */

/* What has not begun need not be ended; all else is by the state machine, at the next byte. */
static void give_up(struct sb_i2c_controller *c)
{
    c->is_cut = true;
    if (!c->is_started)
        finish(c, CUT);
}

static void begin(struct sb_i2c_controller *c)
{
    int64_t wait_ns = c->free_ns - sb_world_now_ns(c->scl->part->world);

    c->is_idle = false;
    c->is_started = false;
    c->is_cut = false;
    c->is_recovering = false;
    c->is_read = c->out_left == 0 && c->in_left > 0;
    go(c, FREE, wait_ns > 0 ? wait_ns : 0);
}

int sb_i2c_controller_transfer(struct sb_i2c_controller *controller, unsigned address,
                               const uint8_t *out, size_t out_size, uint8_t *in, size_t in_size)
{
    struct sb_waiter waiter;
    int rc = sb_wait_check();

    if (rc < 0)
        return rc;
    assert(controller->is_idle);
    controller->address = address;
    controller->out = out;
    controller->out_left = out_size;
    controller->in = in;
    controller->in_left = in_size;
    begin(controller);
    rc = sb_waitq_wait(&controller->finished, &waiter, "I2C transfer", controller);
    if (!controller->is_idle)
        give_up(controller);
    if (!controller->is_idle) {
        sb_shield_begin();
        sb_waitq_wait(&controller->finished, &waiter, "end of I2C transfer", controller);
        sb_shield_end();
    }
    return controller->result == CUT ? rc : controller->result;
}

/* ---- life */

void sb_i2c_controller_init(struct sb_i2c_controller *controller, struct sb_terminal *scl,
                            struct sb_terminal *sda, unsigned clock_hz)
{
    *controller = (struct sb_i2c_controller){
        .times = clock_hz <= STANDARD_MAX_HZ ? &standard_times : &fast_times,
        .scl = scl,
        .sda = sda,
        .free_ns = INT64_MIN / 2,
        .is_idle = true,
        .sda_level = true,
    };
    sb_timer_init(&controller->timer, on_time, controller);
    sb_waitq_init(&controller->finished);
}

void sb_i2c_controller_deinit(struct sb_i2c_controller *controller)
{
    sb_timer_stop(&controller->timer);
    sb_wire_unlisten(&controller->scl_listener);
}
