/* SPDX-License-Identifier: MIT */
/* The examiner: the table of rules, and the collecting of what breaks them. */
#include "sim/examiner.h"

#include <stdarg.h>
#include <stdio.h>

#include "sim/world.h"

/* Times are those of a 5 V supply; a part at another voltage gives its own limit. */
static const struct sb_rule_info rules[SB_RULE_COUNT] = {
    [SB_RULE_WIRE_CONFLICT] = {"wire-conflict", "two outputs drive one wire to different levels", 0,
                               "outputs of any logic family"},
    [SB_RULE_INPUT_FLOATING] = {"input-floating",
                                "an input is read while nothing drives or pulls its wire", 0,
                                "inputs of any CMOS family"},
    [SB_RULE_LCD_POWER_UP] = {"lcd-power-up", "the display is written too soon after power-on",
                              15000000, "HD44780U datasheet, figures 23 and 24"},
    [SB_RULE_LCD_BUSY] = {"lcd-busy", "the display is written while an instruction executes", 37000,
                          "HD44780U datasheet, table 6"},
    [SB_RULE_LCD_INIT_WAIT] = {"lcd-init-wait",
                               "function sets of the initialisation follow too closely", 4100000,
                               "HD44780U datasheet, figures 23 and 24"},
    [SB_RULE_LCD_ENABLE_WIDTH] = {"lcd-enable-width", "E is high for too short a time", 230,
                                  "HD44780U datasheet, bus timing, PWEH"},
    [SB_RULE_LCD_ENABLE_CYCLE] = {"lcd-enable-cycle", "E rises again too soon", 500,
                                  "HD44780U datasheet, bus timing, tcycE"},
    [SB_RULE_LCD_ADDRESS_SETUP] = {"lcd-address-setup", "RS or RW changes too close before E rises",
                                   40, "HD44780U datasheet, bus timing, tAS"},
    [SB_RULE_LCD_ADDRESS_HOLD] = {"lcd-address-hold",
                                  "RS or RW changes too soon after E has fallen", 10,
                                  "HD44780U datasheet, bus timing, tAH"},
    [SB_RULE_LCD_DATA_SETUP] = {"lcd-data-setup", "data changes too close before E falls", 80,
                                "HD44780U datasheet, bus timing, tDSW"},
    [SB_RULE_LCD_DATA_HOLD] = {"lcd-data-hold", "data changes too soon after E has fallen", 10,
                               "HD44780U datasheet, bus timing, tH"},
    [SB_RULE_LCD_FLOATING_INPUT] =
        {"lcd-floating-input", "the display latches an input that nothing drives", 0,
         "HD44780U datasheet, electrical characteristics, VIH1 and VIL1"},
    [SB_RULE_LCD_ADDRESS_RANGE] = {"lcd-address-range",
                                   "an address outside of the display's memory is set", 0,
                                   "HD44780U datasheet, DDRAM address"},
    /* Times of Standard-mode; a bus whose devices are all faster has theirs. */
    [SB_RULE_I2C_PULL_UP] = {"i2c-pull-up", "a line of an I2C bus floats when it is released", 0,
                             "UM10204, 3.1.1"},
    [SB_RULE_I2C_START_MISSING] = {"i2c-start-missing", "an I2C bus is clocked without a START", 0,
                                   "UM10204, 3.1.4"},
    [SB_RULE_I2C_STOP_MISSING] = {"i2c-stop-missing", "an I2C bus is left open, without a STOP",
                                  35000000, "UM10204, 3.1.4; SMBus 3.1, tTIMEOUT"},
    [SB_RULE_I2C_DATA_STABLE] = {"i2c-data-stable",
                                 "SDA changes inside of a byte while SCL is high", 0,
                                 "UM10204, 3.1.3"},
    [SB_RULE_I2C_LOW] = {"i2c-low", "SCL is low for too short a time", 4700,
                         "UM10204, table 10, tLOW"},
    [SB_RULE_I2C_HIGH] = {"i2c-high", "SCL is high for too short a time", 4000,
                          "UM10204, table 10, tHIGH"},
    [SB_RULE_I2C_DATA_SETUP] = {"i2c-data-setup", "SDA changes too close before SCL rises", 250,
                                "UM10204, table 10, tSU;DAT"},
    [SB_RULE_I2C_START_SETUP] = {"i2c-start-setup",
                                 "a repeated START comes too soon after SCL has risen", 4700,
                                 "UM10204, table 10, tSU;STA"},
    [SB_RULE_I2C_START_HOLD] = {"i2c-start-hold", "SCL falls too soon after a START", 4000,
                                "UM10204, table 10, tHD;STA"},
    [SB_RULE_I2C_STOP_SETUP] = {"i2c-stop-setup", "a STOP comes too soon after SCL has risen", 4000,
                                "UM10204, table 10, tSU;STO"},
    [SB_RULE_I2C_BUS_FREE] = {"i2c-bus-free", "a START comes too soon after a STOP", 4700,
                              "UM10204, table 10, tBUF"},
    [SB_RULE_HTU21D_POWER_UP] = {"htu21d-power-up",
                                 "the sensor is addressed too soon after power-on", 15000000,
                                 "HTU21D(F) datasheet, start-up sensor"},
    [SB_RULE_HTU21D_BUSY] = {"htu21d-busy", "the sensor gets a command while it measures or resets",
                             50000000, "HTU21D(F) datasheet, measuring time, soft reset"},
    [SB_RULE_HTU21D_STALE] = {"htu21d-stale",
                              "a measurement is read again, though no new one was started", 0,
                              "HTU21D(F) datasheet, communication sequences"},
};

const struct sb_rule_info *sb_rule_info(enum sb_rule rule)
{
    return &rules[rule];
}

static void report(struct sb_world *world, enum sb_rule rule, const struct sb_part *part,
                   int64_t measured_ns, int64_t limit_ns, const char *format, va_list args)
{
    struct sb_examiner *examiner = &world->examiner;
    struct sb_violation violation = {
        .time_ns = sb_world_now_ns(world),
        .rule = rule,
        .part = part,
        .measured_ns = measured_ns,
        .limit_ns = limit_ns,
    };

    vsnprintf(violation.text, sizeof(violation.text), format, args);
    if (examiner->count < SB_EXAMINER_KEPT)
        examiner->kept[examiner->count] = violation;
    examiner->count++;
    examiner->rule_counts[rule]++;
    if (examiner->fn != NULL)
        examiner->fn(&violation, examiner->arg);
}

void sb_examine(struct sb_world *world, enum sb_rule rule, const struct sb_part *part,
                int64_t measured_ns, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    report(world, rule, part, measured_ns, rules[rule].limit_ns, format, args);
    va_end(args);
}

void sb_examine_limit(struct sb_world *world, enum sb_rule rule, const struct sb_part *part,
                      int64_t measured_ns, int64_t limit_ns, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    report(world, rule, part, measured_ns, limit_ns, format, args);
    va_end(args);
}
