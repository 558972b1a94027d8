/* SPDX-License-Identifier: MIT */
/*
 * The bus side of a device. It looks at SDA when SCL rises and changes it when SCL has fallen.
 *
 *      IDLE --START--> ADDRESS --it is ours--> ACK --write--> WRITE --> ACK --> WRITE ...
 *       ^                 |                     |
 *       |                 | it is not           +----read---> READ --> READ_ACK --> READ ...
 *       |                 v                                                |
 *       +-----STOP----- IGNORE <------------- not acknowledged ------------+
 *
 * A START leads to ADDRESS and a STOP to IDLE from everywhere.
 */
#include "sim/bus/i2c_target.h"

#include "sim/world.h"

enum state { IDLE, ADDRESS, ACK, WRITE, READ, READ_ACK, IGNORE };

#define BYTE_BITS 8

/*
 * Who has stretched the clock shows its bit this long before it lets go of SCL: rise time and tSU;DAT of
 * Standard-mode, 1000 + 250 ns (UM10204, table 10, note 4).
 */
#define STRETCH_SETUP_NS 1250

#define CLOCKS_TO_GET_UNSTUCK 9

static void set_sda(const struct sb_i2c_target *target, bool is_high)
{
    sb_terminal_drive(target->sda, is_high ? SB_STRENGTH_NONE : SB_STRENGTH_STRONG, false);
}

static void hold_scl(struct sb_i2c_target *target, bool is_held)
{
    target->is_holding = is_held;
    sb_terminal_drive(target->scl, is_held ? SB_STRENGTH_STRONG : SB_STRENGTH_NONE, false);
}

static void deselect(struct sb_i2c_target *target)
{
    if (target->is_selected && target->ops->ended != NULL)
        target->ops->ended(target);
    target->is_selected = false;
}

/* ---- bytes */

static uint8_t flips(struct sb_i2c_target *target)
{
    uint8_t bits = 0;

    if (target->flip_one_in == 0)
        return 0;
    for (int i = 0; i < BYTE_BITS; i++)
        if (sb_random_next(&target->random) % target->flip_one_in == 0)
            bits |= (uint8_t)(1U << i);
    return bits;
}

static void show_bit(const struct sb_i2c_target *target)
{
    set_sda(target, target->byte >> (BYTE_BITS - 1 - target->bit_count) & 1);
}

/* SCL is low: the next byte in either direction begins. */
static void begin_byte(struct sb_i2c_target *target)
{
    target->bit_count = 0;
    target->byte = 0;
    target->state = WRITE;
    if (!target->is_read)
        return;
    target->state = READ;
    target->byte = target->ops->read != NULL ? target->ops->read(target) : 0xff;
    target->byte ^= flips(target);
    show_bit(target);
}

static void begin_byte_or_stretch(struct sb_i2c_target *target)
{
    if (target->is_stretching)
        hold_scl(target, true);
    else
        begin_byte(target);
}

static void acknowledge(struct sb_i2c_target *target, bool is_good)
{
    target->state = is_good ? ACK : IGNORE;
    if (is_good)
        set_sda(target, false);
}

static void finish_address(struct sb_i2c_target *target)
{
    bool is_ours = target->byte >> 1 == target->address;

    target->is_read = target->byte & 1;
    if (is_ours && target->ops->addressed != NULL)
        is_ours = target->ops->addressed(target, target->is_read, target->is_restart);
    if (!is_ours)
        deselect(target);
    else
        target->is_selected = true;
    acknowledge(target, is_ours);
}

static void finish_write(struct sb_i2c_target *target)
{
    acknowledge(target, target->ops->written != NULL && target->ops->written(target, target->byte));
}

static void finish_read(struct sb_i2c_target *target)
{
    if (target->ops->read_done != NULL)
        target->ops->read_done(target, target->is_acknowledged);
    if (target->is_acknowledged)
        begin_byte_or_stretch(target);
    else
        target->state = IGNORE;
}

/* ---- edges */

static void take_rise(struct sb_i2c_target *target)
{
    switch ((enum state)target->state) {
    case ADDRESS:
    case WRITE:
        target->byte = (uint8_t)(target->byte << 1 | target->sda_level);
        target->bit_count++;
        break;
    case READ:
        target->bit_count++;
        break;
    case READ_ACK:
        target->is_acknowledged = !target->sda_level;
        break;
    default:
        break;
    }
}

static void take_fall(struct sb_i2c_target *target)
{
    bool is_whole = target->bit_count == BYTE_BITS;

    switch ((enum state)target->state) {
    case ADDRESS:
        if (is_whole)
            finish_address(target);
        break;
    case ACK:
        set_sda(target, true);
        begin_byte_or_stretch(target);
        break;
    case WRITE:
        if (is_whole)
            finish_write(target);
        break;
    case READ:
        if (!is_whole) {
            show_bit(target);
            break;
        }
        set_sda(target, true);
        target->state = READ_ACK;
        break;
    case READ_ACK:
        finish_read(target);
        break;
    default:
        break;
    }
}

static void take_start(struct sb_i2c_target *target)
{
    target->state = ADDRESS;
    target->bit_count = 0;
    target->byte = 0;
    target->is_restart = target->is_open;
    target->is_open = true;
    set_sda(target, true);
}

static void take_stop(struct sb_i2c_target *target)
{
    deselect(target);
    target->state = IDLE;
    target->is_open = false;
    target->is_stretching = false;
    set_sda(target, true);
}

static void take_clock_while_stuck(struct sb_i2c_target *target)
{
    if (target->scl_level) {
        target->stuck_clocks--;
        return;
    }
    set_sda(target, false);
    if (target->stuck_clocks == 0)
        sb_i2c_target_set_stuck(target, false);
}

static void take_clock(struct sb_i2c_target *target)
{
    if (target->is_stuck)
        take_clock_while_stuck(target);
    else if (target->scl_level)
        take_rise(target);
    else
        take_fall(target);
}

static void take_condition(struct sb_i2c_target *target)
{
    if (target->is_stuck || !target->scl_level)
        return;
    if (target->sda_level)
        take_stop(target);
    else
        take_start(target);
}

/* A level in between leaves an input as it was. */
void sb_i2c_target_changed(struct sb_i2c_target *target, const struct sb_terminal *terminal,
                           enum sb_level level)
{
    bool is_high = level == SB_LEVEL_HIGH;

    if (level > SB_LEVEL_HIGH)
        return;
    if (terminal == target->scl && is_high != target->scl_level) {
        target->scl_level = is_high;
        take_clock(target);
    } else if (terminal == target->sda && is_high != target->sda_level) {
        target->sda_level = is_high;
        take_condition(target);
    }
}

/* ---- stretching, being stuck */

static void on_setup_over(struct sb_timer *timer, void *arg)
{
    (void)timer;
    hold_scl(arg, false);
}

void sb_i2c_target_release(struct sb_i2c_target *target)
{
    target->is_stretching = false;
    if (!target->is_holding || sb_timer_is_armed(&target->timer))
        return;
    begin_byte(target);
    if (target->is_read)
        sb_timer_start_ns(&target->timer, STRETCH_SETUP_NS);
    else
        hold_scl(target, false);
}

/* In the middle of a transfer SDA goes low only while SCL is low: it is a bit that stays, no START. */
void sb_i2c_target_set_stuck(struct sb_i2c_target *target, bool is_stuck)
{
    if (is_stuck == target->is_stuck)
        return;
    target->is_stuck = is_stuck;
    target->state = IDLE;
    target->stuck_clocks = CLOCKS_TO_GET_UNSTUCK;
    target->is_stretching = false;
    sb_timer_stop(&target->timer);
    hold_scl(target, false);
    deselect(target);
    if (!is_stuck)
        set_sda(target, true);
    else if (!target->is_open || !target->scl_level)
        set_sda(target, false);
}

/* ---- life */

void sb_i2c_target_init(struct sb_i2c_target *target, const struct sb_i2c_target_ops *ops,
                        unsigned address, struct sb_terminal *scl, struct sb_terminal *sda)
{
    *target = (struct sb_i2c_target){
        .address = address,
        .ops = ops,
        .scl = scl,
        .sda = sda,
        .scl_level = true,
        .sda_level = true,
    };
    sb_timer_init(&target->timer, on_setup_over, target);
    sb_i2c_examiner_attach(&target->examiner, scl, sda, &sb_i2c_limits_fast);
}

void sb_i2c_target_deinit(struct sb_i2c_target *target)
{
    sb_timer_stop(&target->timer);
    sb_i2c_examiner_detach(&target->examiner);
}

void sb_i2c_target_set_slow(struct sb_i2c_target *target)
{
    sb_i2c_examiner_attach(&target->examiner, target->scl, target->sda, &sb_i2c_limits_standard);
}
