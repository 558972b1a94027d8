/* SPDX-License-Identifier: MIT */
/* Timing of a character LCD's bus and instructions, measured against the HD44780U datasheet. */
#include "sim/parts/hd44780_examiner.h"

#include <stdio.h>

#include "sim/files/units.h"
#include "sim/world.h"

#define LONG_AGO_NS (INT64_MIN / 2)
#define START_STEPS 3

const struct sb_hd44780_limits sb_hd44780_limits_5v = {
    .power_up_ns = 15000000,
    .start_gaps_ns = {4100000, 100000},
    .enable_cycle_ns = 500,
    .enable_width_ns = 230,
    .address_setup_ns = 40,
    .address_hold_ns = 10,
    .data_setup_ns = 80,
    .data_hold_ns = 10,
    .read_delay_ns = 160,
};

const struct sb_hd44780_limits sb_hd44780_limits_3v3 = {
    .power_up_ns = 40000000,
    .start_gaps_ns = {4100000, 100000},
    .enable_cycle_ns = 1000,
    .enable_width_ns = 450,
    .address_setup_ns = 60,
    .address_hold_ns = 20,
    .data_setup_ns = 195,
    .data_hold_ns = 10,
    .read_delay_ns = 360,
};

static int64_t now_of(const struct sb_hd44780_examiner *examiner)
{
    return sb_world_now_ns(examiner->part->world);
}

/* Reports when less than the limit has passed: "WHAT, MEASURED; LIMIT at least, REST missing". */
static bool check(const struct sb_hd44780_examiner *examiner, enum sb_rule rule,
                  int64_t measured_ns, int64_t limit_ns, const char *what)
{
    char measured[SB_TIME_TEXT_SIZE];
    char limit[SB_TIME_TEXT_SIZE];
    char missing[SB_TIME_TEXT_SIZE];

    if (measured_ns >= limit_ns)
        return true;
    sb_format_time(measured_ns, measured);
    sb_format_time(limit_ns, limit);
    sb_format_time(limit_ns - measured_ns, missing);
    sb_examine_limit(examiner->part->world, rule, examiner->part, measured_ns, limit_ns,
                     "%s %s: %s at least, %s missing", what, measured, limit, missing);
    return false;
}

void sb_hd44780_examiner_start(struct sb_hd44780_examiner *examiner, const struct sb_part *part,
                               const struct sb_hd44780_limits *limits)
{
    *examiner = (struct sb_hd44780_examiner){
        .part = part,
        .limits = limits,
        .power_ns = sb_world_now_ns(part->world),
        .rise_ns = LONG_AGO_NS,
        .fall_ns = LONG_AGO_NS,
    };
}

/* "RS changed before E rose by 20 ns". */
static void check_setup(const struct sb_hd44780_examiner *examiner, enum sb_rule rule,
                        const struct sb_terminal *changed, int64_t limit_ns, const char *edge)
{
    char what[64];

    if (changed == NULL)
        return;
    snprintf(what, sizeof(what), "%s changed before E %s by", changed->name, edge);
    check(examiner, rule, now_of(examiner) - changed->wire->changed_ns, limit_ns, what);
}

void sb_hd44780_examiner_rise(struct sb_hd44780_examiner *examiner,
                              const struct sb_terminal *changed)
{
    const struct sb_hd44780_limits *limits = examiner->limits;
    int64_t now_ns = now_of(examiner);

    check(examiner, SB_RULE_LCD_ENABLE_CYCLE, now_ns - examiner->rise_ns, limits->enable_cycle_ns,
          "E rose again after");
    check_setup(examiner, SB_RULE_LCD_ADDRESS_SETUP, changed, limits->address_setup_ns, "rose");
    examiner->rise_ns = now_ns;
    examiner->is_high = true;
    examiner->holds_address = true;
    examiner->holds_data = false;
}

void sb_hd44780_examiner_fall(struct sb_hd44780_examiner *examiner, bool is_write,
                              const struct sb_terminal *changed)
{
    const struct sb_hd44780_limits *limits = examiner->limits;
    int64_t now_ns = now_of(examiner);

    check(examiner, SB_RULE_LCD_ENABLE_WIDTH, now_ns - examiner->rise_ns, limits->enable_width_ns,
          "E was high for");
    if (is_write)
        check_setup(examiner, SB_RULE_LCD_DATA_SETUP, changed, limits->data_setup_ns, "fell");
    examiner->fall_ns = now_ns;
    examiner->is_high = false;
    examiner->holds_data = is_write;
}

/* One violation a strobe: lines that follow each other are one offence. */
static void check_hold(const struct sb_hd44780_examiner *examiner, enum sb_rule rule, bool *holds,
                       const struct sb_terminal *terminal, int64_t limit_ns)
{
    char what[64];

    if (!*holds)
        return;
    snprintf(what, sizeof(what), "%s changed after E fell by", terminal->name);
    *holds = check(examiner, rule, now_of(examiner) - examiner->fall_ns, limit_ns, what);
}

void sb_hd44780_examiner_address_changed(struct sb_hd44780_examiner *examiner,
                                         const struct sb_terminal *terminal)
{
    if (!examiner->is_high) {
        check_hold(examiner, SB_RULE_LCD_ADDRESS_HOLD, &examiner->holds_address, terminal,
                   examiner->limits->address_hold_ns);
    } else if (examiner->holds_address) {
        sb_examine_limit(examiner->part->world, SB_RULE_LCD_ADDRESS_HOLD, examiner->part, 0,
                         examiner->limits->address_hold_ns, "%s changed while E was high",
                         terminal->name);
        examiner->holds_address = false;
    }
}

void sb_hd44780_examiner_data_changed(struct sb_hd44780_examiner *examiner,
                                      const struct sb_terminal *terminal)
{
    check_hold(examiner, SB_RULE_LCD_DATA_HOLD, &examiner->holds_data, terminal,
               examiner->limits->data_hold_ns);
}

void sb_hd44780_examiner_floating(struct sb_hd44780_examiner *examiner, unsigned floating)
{
    const struct sb_part *part = examiner->part;
    unsigned fresh = floating & ~examiner->floating;
    char names[64];
    size_t length = 0;

    examiner->floating = floating;
    if (fresh == 0)
        return;
    for (unsigned i = 0; fresh >> i != 0 && length < sizeof(names); i++)
        if (fresh >> i & 1)
            length += (size_t)snprintf(names + length, sizeof(names) - length, "%s ",
                                       part->terminals[i].name);
    sb_examine(part->world, SB_RULE_LCD_FLOATING_INPUT, part, -1,
               "%sneither high nor low when E fell", names);
}

/*
 * The start by instruction after power-on: three function sets for 8 bits, each known by its upper
 * half alone. A program that relies on the internal reset sends something else behind the first
 * (p. 42, 44), which ends the start; it then has to heed the busy time only. True while it lasts.
 */
static bool check_start(struct sb_hd44780_examiner *examiner, bool is_function_set)
{
    static const char *const names[START_STEPS] = {
        "",
        "second function set follows the first after",
        "third function set follows the second after",
    };
    unsigned step = examiner->start_step;
    int64_t now_ns = now_of(examiner);

    if (step == START_STEPS)
        return false;
    examiner->start_step = is_function_set ? step + 1 : START_STEPS;
    if (is_function_set && step > 0)
        check(examiner, SB_RULE_LCD_INIT_WAIT, now_ns - examiner->start_ns,
              examiner->limits->start_gaps_ns[step - 1], names[step]);
    examiner->start_ns = now_ns;
    return is_function_set;
}

/* What is being written: with 4 bits the upper half of an instruction need not say which. */
static const char *writing_name(const struct sb_hd44780_model *model, bool rs, bool rw, uint8_t bus)
{
    if (rs)
        return model->is_cgram_selected ? "CGRAM data" : "display data";
    if (!model->is_8bit && bus >> 4 == 0)
        return "instruction";
    return sb_hd44780_command_name(sb_hd44780_command_of(rs, rw, bus));
}

static void check_busy(const struct sb_hd44780_examiner *examiner,
                       const struct sb_hd44780_model *model, bool rs, bool rw, uint8_t bus)
{
    int64_t now_ns = now_of(examiner);
    int64_t missing_ns = sb_hd44780_model_missing_ns(model, now_ns);
    int64_t duration_ns = sb_hd44780_command_duration_ns(model->command);
    char since[SB_TIME_TEXT_SIZE];
    char duration[SB_TIME_TEXT_SIZE];
    char missing[SB_TIME_TEXT_SIZE];

    if (missing_ns == 0 || model->command == SB_HD44780_RESET)
        return; /* during the reset it is the rule of power-up that is broken */
    sb_format_time(now_ns - model->started_ns, since);
    sb_format_time(duration_ns, duration);
    sb_format_time(missing_ns, missing);
    sb_examine_limit(examiner->part->world, SB_RULE_LCD_BUSY, examiner->part,
                     now_ns - model->started_ns, duration_ns,
                     "%s %s %s after '%s' began: it executes for %s, %s missing",
                     writing_name(model, rs, rw, bus), rw ? "read" : "written", since,
                     sb_hd44780_command_name(model->command), duration, missing);
}

void sb_hd44780_examiner_strobe(struct sb_hd44780_examiner *examiner,
                                const struct sb_hd44780_model *model, bool rs, bool rw, uint8_t bus)
{
    bool is_function_set = !rs && !rw && bus >> 4 == 3;
    bool is_second_half = !model->is_8bit && model->has_half;

    if (rw && !rs)
        return; /* the busy flag may be read at any time */
    if (!examiner->was_too_early)
        examiner->was_too_early =
            !check(examiner, SB_RULE_LCD_POWER_UP, now_of(examiner) - examiner->power_ns,
                   examiner->limits->power_up_ns, "the first write after power-on came after");
    if (!check_start(examiner, is_function_set) && !is_second_half)
        check_busy(examiner, model, rs, rw, bus);
}

void sb_hd44780_examiner_executed(const struct sb_hd44780_examiner *examiner,
                                  const struct sb_hd44780_model *model)
{
    if (model->command != SB_HD44780_SET_DDRAM_ADDRESS ||
        sb_hd44780_model_has_cell(model, model->address))
        return;
    sb_examine(examiner->part->world, SB_RULE_LCD_ADDRESS_RANGE, examiner->part, -1,
               "DDRAM address %02Xh set: %s", (unsigned)model->address,
               model->has_two_lines ? "two lines have 00h to 27h and 40h to 67h"
                                    : "one line has 00h to 4Fh");
}
