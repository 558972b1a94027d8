/* SPDX-License-Identifier: MIT */
/* The examiner of one I2C bus, on its two wires. */
#include "sim/bus/i2c_examiner.h"

#include "sim/files/units.h"
#include "sim/world.h"

/* ---- what is said */

/* "SCL was low for 1 us in Standard-mode: 4.7 us at least, 3.7 us missing". */
static const char *what_was_short(enum sb_rule rule)
{
    switch (rule) {
    case SB_RULE_I2C_LOW:
        return "SCL was low for";
    case SB_RULE_I2C_HIGH:
        return "SCL was high for";
    case SB_RULE_I2C_START_SETUP:
        return "a repeated START came after SCL had risen by";
    case SB_RULE_I2C_START_HOLD:
        return "SCL fell after a START by";
    case SB_RULE_I2C_DATA_SETUP:
        return "SDA changed before SCL rose by";
    case SB_RULE_I2C_STOP_SETUP:
        return "a STOP came after SCL had risen by";
    default:
        return "a START came after a STOP by";
    }
}

static void report_time(const struct sb_i2c_examiner *examiner,
                        const struct sb_i2c_finding *finding)
{
    char measured[SB_TIME_TEXT_SIZE];
    char limit[SB_TIME_TEXT_SIZE];
    char missing[SB_TIME_TEXT_SIZE];

    sb_format_time(finding->measured_ns, measured);
    sb_format_time(finding->limit_ns, limit);
    sb_format_time(finding->limit_ns - finding->measured_ns, missing);
    sb_examine_limit(examiner->part->world, finding->rule, examiner->part, finding->measured_ns,
                     finding->limit_ns, "%s %s: %s at least in %s, %s missing",
                     what_was_short(finding->rule), measured, limit, examiner->timing.limits->mode,
                     missing);
}

static void on_finding(const struct sb_i2c_finding *finding, void *arg)
{
    const struct sb_i2c_examiner *examiner = arg;
    struct sb_world *world = examiner->part->world;

    if (finding->rule == SB_RULE_I2C_DATA_STABLE)
        sb_examine(world, finding->rule, examiner->part, -1,
                   "SDA changed in bit %u of a byte while SCL was high: that is a START or STOP",
                   finding->bit);
    else if (finding->rule == SB_RULE_I2C_START_MISSING)
        sb_examine(world, finding->rule, examiner->part, -1,
                   "a clock pulse on %s without a START before it", examiner->scl->name);
    else
        report_time(examiner, finding);
}

/* ---- the lines */

/* A line that was low and is let go must rise. */
static void check_pull_up(struct sb_i2c_examiner *examiner, const struct sb_wire *wire,
                          enum sb_level before, enum sb_level level, bool *was_told)
{
    if (level != SB_LEVEL_FLOATING || before != SB_LEVEL_LOW || *was_told)
        return;
    *was_told = true;
    sb_examine(
        examiner->part->world, SB_RULE_I2C_PULL_UP, examiner->part, -1,
        "%s floats when it is released: a resistor of 2.2 to 10 kOhm to the supply is missing",
        wire->name);
}

/* By something that is not the program's: a device that stretches the clock, or is stuck. */
static bool is_held_by_device(const struct sb_wire *wire)
{
    for (struct sb_list *n = wire->terminals.next; n != &wire->terminals; n = n->next) {
        const struct sb_terminal *t = SB_CONTAINER_OF(n, struct sb_terminal, node);

        if (t->strength == SB_STRENGTH_STRONG && !t->drive_level && !t->part->type->is_controller)
            return true;
    }
    return false;
}

static void on_silence(struct sb_timer *timer, void *arg)
{
    struct sb_i2c_examiner *examiner = arg;
    int64_t limit_ns = sb_rule_info(SB_RULE_I2C_STOP_MISSING)->limit_ns;
    int64_t now_ns = sb_world_now_ns(examiner->part->world);
    char since[SB_TIME_TEXT_SIZE];

    if (is_held_by_device(examiner->scl))
        examiner->edge_ns = now_ns;
    if (now_ns - examiner->edge_ns < limit_ns) {
        sb_timer_start_at_ns(timer, examiner->edge_ns + limit_ns);
        return;
    }
    sb_format_time(now_ns - examiner->timing.start_ns, since);
    sb_examine(examiner->part->world, SB_RULE_I2C_STOP_MISSING, examiner->part,
               now_ns - examiner->edge_ns, "the bus is still open %s after its START, and silent",
               since);
}

/*
 * The timer runs while the bus is open, and looks for itself how long nothing has moved. A device that gets
 * stuck makes a START that no program can be blamed for.
 */
static void watch_silence(struct sb_i2c_examiner *examiner, bool was_open)
{
    if (examiner->timing.is_open && !was_open && !is_held_by_device(examiner->sda))
        sb_timer_start_at_ns(&examiner->timer,
                             examiner->edge_ns + sb_rule_info(SB_RULE_I2C_STOP_MISSING)->limit_ns);
    else if (was_open && !examiner->timing.is_open)
        sb_timer_stop(&examiner->timer);
}

static void feed(struct sb_i2c_examiner *examiner)
{
    bool was_open = examiner->timing.is_open;

    examiner->edge_ns = sb_world_now_ns(examiner->part->world);
    sb_i2c_timing_feed(&examiner->timing, examiner->edge_ns, examiner->scl_level != SB_LEVEL_LOW,
                       examiner->sda_level != SB_LEVEL_LOW);
    if (was_open != examiner->timing.is_open)
        watch_silence(examiner, was_open);
}

static void on_scl(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct sb_i2c_examiner *examiner = arg;

    check_pull_up(examiner, wire, examiner->scl_level, level, &examiner->scl_was_told);
    examiner->scl_level = level;
    feed(examiner);
}

static void on_sda(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct sb_i2c_examiner *examiner = arg;

    check_pull_up(examiner, wire, examiner->sda_level, level, &examiner->sda_was_told);
    examiner->sda_level = level;
    feed(examiner);
}

/* ---- one for each bus */

/* The examiner that listens to both wires already, or null. */
static struct sb_i2c_examiner *find(const struct sb_wire *scl, const struct sb_wire *sda)
{
    for (struct sb_list *n = scl->listeners.next; n != &scl->listeners; n = n->next) {
        const struct sb_wire_listener *listener = SB_CONTAINER_OF(n, struct sb_wire_listener, node);
        struct sb_i2c_examiner *examiner = listener->arg;

        if (listener->fn == on_scl && examiner->sda == sda)
            return examiner;
    }
    return NULL;
}

void sb_i2c_examiner_attach(struct sb_i2c_examiner *examiner, const struct sb_terminal *scl,
                            const struct sb_terminal *sda, const struct sb_i2c_limits *limits)
{
    struct sb_i2c_examiner *first = find(scl->wire, sda->wire);

    if (first != NULL) {
        if (limits->low_ns > first->timing.limits->low_ns)
            first->timing.limits = limits;
        return;
    }
    examiner->part = scl->part;
    examiner->scl = scl->wire;
    examiner->sda = sda->wire;
    examiner->scl_level = SB_LEVEL_FLOATING;
    examiner->sda_level = SB_LEVEL_FLOATING;
    sb_i2c_timing_init(&examiner->timing, limits, true, true, on_finding, examiner);
    sb_timer_init(&examiner->timer, on_silence, examiner);
    sb_wire_listen(examiner->scl, &examiner->scl_listener, on_scl, examiner);
    sb_wire_listen(examiner->sda, &examiner->sda_listener, on_sda, examiner);
}

void sb_i2c_examiner_detach(struct sb_i2c_examiner *examiner)
{
    if (examiner->part == NULL)
        return;
    sb_timer_stop(&examiner->timer);
    sb_wire_unlisten(&examiner->scl_listener);
    sb_wire_unlisten(&examiner->sda_listener);
    examiner->part = NULL;
}
