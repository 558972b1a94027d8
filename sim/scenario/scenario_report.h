/* SPDX-License-Identifier: MIT */
/*
 * What a failed step says: where, when, expected and seen. Each function writes the scenario's failure
 * text for the step that runs, and returns -EBADMSG. For sim/scenario/scenario_run.c.
 */
#ifndef SB_SIM_SCENARIO_REPORT_H
#define SB_SIM_SCENARIO_REPORT_H

#include <stdint.h>

#include "sim/scenario/scenario_step.h"

/* Room for a line of a display in UTF-8: forty characters, and more. */
#define SB_DISPLAY_LINE_SIZE 256

int sb_scenario_fail(struct sb_scenario *scenario, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

int sb_scenario_fail_level(struct sb_scenario *scenario, const struct sb_step *step);
int sb_scenario_fail_edges(struct sb_scenario *scenario, const struct sb_step *step,
                           uint64_t count);

/* `end_ns` is -1 for a pulse that has not ended in time, `begin_ns` too for one that has not begun. */
int sb_scenario_fail_pulse(struct sb_scenario *scenario, const struct sb_step *step,
                           int64_t begin_ns, int64_t end_ns);

/* Shows the last bytes that came. */
int sb_scenario_fail_serial(struct sb_scenario *scenario, const struct sb_step *step);

/* Shows all lines of the display. */
int sb_scenario_fail_text(struct sb_scenario *scenario, const struct sb_step *step);

#endif
