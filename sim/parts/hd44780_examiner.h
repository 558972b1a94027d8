/* SPDX-License-Identifier: MIT */
/*
 * What a simulated character LCD reports of its program: too early, too short, too close. One for each
 * controller; sim/parts/part_hd44780.c tells it of edges, this measures what lies between them.
 */
#ifndef SB_SIM_HD44780_EXAMINER_H
#define SB_SIM_HD44780_EXAMINER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/parts/hd44780_model.h"
#include "sim/part.h"

/* Limits at a supply voltage: HD44780U datasheet p. 45, 46 (start) and p. 52 (bus timing). */
struct sb_hd44780_limits {
    int64_t power_up_ns;      /* power-on to the first function set */
    int64_t start_gaps_ns[2]; /* first to second, second to third function set of the start */
    int64_t enable_cycle_ns;  /* tcycE */
    int64_t enable_width_ns;  /* PWEH */
    int64_t address_setup_ns; /* tAS */
    int64_t address_hold_ns;  /* tAH */
    int64_t data_setup_ns;    /* tDSW */
    int64_t data_hold_ns;     /* tH */
    int64_t read_delay_ns;    /* tDDR: from E's rise until what is read is on the bus */
};

extern const struct sb_hd44780_limits sb_hd44780_limits_5v;  /* 4.5 V to 5.5 V */
extern const struct sb_hd44780_limits sb_hd44780_limits_3v3; /* 2.7 V to 4.5 V */

struct sb_hd44780_examiner {
    /* private */
    const struct sb_part *part;
    const struct sb_hd44780_limits *limits;
    int64_t power_ns;
    int64_t rise_ns; /* of E; long ago before the first */
    int64_t fall_ns;
    int64_t start_ns;    /* the last function set of the start */
    unsigned start_step; /* function sets of the start so far; 3: over */
    bool was_too_early;
    bool is_high;    /* E */
    bool holds_data; /* after E's fall, until a violation was reported */
    bool holds_address;
    unsigned floating; /* inputs that floated when last latched, by bit */
};

/* Power comes on now. `limits` is borrowed. */
void sb_hd44780_examiner_start(struct sb_hd44780_examiner *examiner, const struct sb_part *part,
                               const struct sb_hd44780_limits *limits);

/* E rises. `changed` is the one of RS and RW that changed last; null when neither ever did. */
void sb_hd44780_examiner_rise(struct sb_hd44780_examiner *examiner,
                              const struct sb_terminal *changed);

/* E falls. `changed` is the data line in use that changed last; null when reading or none did. */
void sb_hd44780_examiner_fall(struct sb_hd44780_examiner *examiner, bool is_write,
                              const struct sb_terminal *changed);

/* RS or RW has changed. */
void sb_hd44780_examiner_address_changed(struct sb_hd44780_examiner *examiner,
                                         const struct sb_terminal *terminal);

/* A data line in use has changed. */
void sb_hd44780_examiner_data_changed(struct sb_hd44780_examiner *examiner,
                                      const struct sb_terminal *terminal);

/*
 * The part's terminals that float, by bit, while they are latched. Each is reported once, until it was
 * seen driven.
 */
void sb_hd44780_examiner_floating(struct sb_hd44780_examiner *examiner, unsigned floating);

/* A strobe is about to reach the model: is it time for it? Arguments as of sb_hd44780_model_strobe. */
void sb_hd44780_examiner_strobe(struct sb_hd44780_examiner *examiner,
                                const struct sb_hd44780_model *model, bool rs, bool rw,
                                uint8_t bus);

/* The model has executed what was written. */
void sb_hd44780_examiner_executed(const struct sb_hd44780_examiner *examiner,
                                  const struct sb_hd44780_model *model);

#endif
