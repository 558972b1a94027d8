/* SPDX-License-Identifier: MIT */
/*
 * The examiner: collects what real hardware would silently suffer. Every rule is a row of one table,
 * its limit and its source there; a part reports with the rule's number, what it measured and where.
 */
#ifndef SB_SIM_EXAMINER_H
#define SB_SIM_EXAMINER_H

#include <stdbool.h>
#include <stdint.h>

struct sb_part;
struct sb_world;

enum sb_rule {
    SB_RULE_WIRE_CONFLICT,      /* two outputs fight */
    SB_RULE_INPUT_FLOATING,     /* an input is read while nothing drives or pulls it */
    SB_RULE_LCD_POWER_UP,       /* written too soon after power */
    SB_RULE_LCD_BUSY,           /* written while an instruction executes */
    SB_RULE_LCD_INIT_WAIT,      /* function sets of the start sequence too close */
    SB_RULE_LCD_ENABLE_WIDTH,   /* E high too short */
    SB_RULE_LCD_ENABLE_CYCLE,   /* E rise to E rise too short */
    SB_RULE_LCD_ADDRESS_SETUP,  /* RS or RW to E rise too short */
    SB_RULE_LCD_ADDRESS_HOLD,   /* RS or RW changed too soon after E fell */
    SB_RULE_LCD_DATA_SETUP,     /* data to E fall too short */
    SB_RULE_LCD_DATA_HOLD,      /* data changed too soon after E fell */
    SB_RULE_LCD_FLOATING_INPUT, /* a latched input was neither high nor low */
    SB_RULE_LCD_ADDRESS_RANGE,  /* a DDRAM address outside of the line map */
    SB_RULE_I2C_PULL_UP,        /* a line floats when it is released */
    SB_RULE_I2C_START_MISSING,  /* a clock pulse while the bus is free */
    SB_RULE_I2C_STOP_MISSING,   /* the bus stays open */
    SB_RULE_I2C_DATA_STABLE,    /* SDA changed inside of a byte while SCL was high */
    SB_RULE_I2C_LOW,            /* SCL low too short */
    SB_RULE_I2C_HIGH,           /* SCL high too short */
    SB_RULE_I2C_DATA_SETUP,     /* SDA changed too close before SCL rose */
    SB_RULE_I2C_START_SETUP,    /* SCL rose too close before a repeated START */
    SB_RULE_I2C_START_HOLD,     /* SCL fell too soon after a START */
    SB_RULE_I2C_STOP_SETUP,     /* SCL rose too close before a STOP */
    SB_RULE_I2C_BUS_FREE,       /* a START too soon after a STOP */
    SB_RULE_HTU21D_POWER_UP,    /* addressed too soon after power */
    SB_RULE_HTU21D_BUSY,        /* a command while it measures or resets */
    SB_RULE_HTU21D_STALE,       /* a measurement is read a second time */
    SB_RULE_COUNT,
};

struct sb_rule_info {
    const char *name;    /* "lcd-busy" */
    const char *meaning; /* one sentence */
    int64_t limit_ns;    /* 0 where the rule has no time */
    const char *source;  /* "HD44780U datasheet p. 52" */
};

/* A violation. */
struct sb_violation {
    int64_t time_ns;
    enum sb_rule rule;
    const struct sb_part *part; /* null for a wire's */
    int64_t measured_ns;        /* what it was in place of the limit; -1 where there is no time */
    int64_t limit_ns;           /* that applied: a part may run at another voltage or clock */
    char text[160]; /* "clear display executes for 1520 us; written 370 us after it began" */
};

typedef void sb_violation_fn(const struct sb_violation *violation, void *arg);

/* Violations kept for a report at the end; later ones are only counted. */
#define SB_EXAMINER_KEPT 64

struct sb_examiner {
    /* read-only */
    uint64_t count;
    uint64_t rule_counts[SB_RULE_COUNT];
    struct sb_violation kept[SB_EXAMINER_KEPT];
    /* set by whoever wants to hear of each at once */
    sb_violation_fn *fn;
    void *arg;
};

const struct sb_rule_info *sb_rule_info(enum sb_rule rule);

/* Reports a violation of the rule by a part (or wire: null), now. The rule's own limit applies. */
void sb_examine(struct sb_world *world, enum sb_rule rule, const struct sb_part *part,
                int64_t measured_ns, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The same with a limit other than the rule's. */
void sb_examine_limit(struct sb_world *world, enum sb_rule rule, const struct sb_part *part,
                      int64_t measured_ns, int64_t limit_ns, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

#endif
