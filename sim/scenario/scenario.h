/* SPDX-License-Identifier: MIT */
/*
 * Scenarios: YAML in the shape of Wokwi's automation scenarios (docs/scenarios.md). Read whole and
 * checked against the world before the run; run as one task that looks at the board only when
 * everything due at that instant has run (sb_settle).
 */
#ifndef SB_SIM_SCENARIO_H
#define SB_SIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/task.h"
#include "sim/files/diag.h"
#include "sim/world.h"

struct sb_scenario;

/* More steps than this in one file are refused. */
#define SB_SCENARIO_STEPS_MAX 10000

/* Takes a picture of a part (null: the whole board) into a PNG file. Returns 0 or an error. */
typedef int sb_screenshot_fn(const struct sb_part *part, const char *path, void *arg);

/* Told at the start of each step, "step 3: Press the button". */
typedef void sb_step_fn(unsigned step, const char *text, void *arg);

struct sb_scenario_hooks {
    sb_screenshot_fn *screenshot; /* null: such a step fails, saying so */
    sb_step_fn *step;             /* may be null */
    void *arg;
};

/*
 * Reads a scenario and checks it against the world; in one that is started, the lines of displays
 * too. Files that it names are relative to its own folder. Returns 0, or a negative error after one
 * message to `diag`.
 */
int sb_scenario_read(struct sb_scenario **out, struct sb_world *world, const char *path,
                     struct sb_diag *diag);
int sb_scenario_parse(struct sb_scenario **out, struct sb_world *world, const char *name,
                      const char *text, size_t size, struct sb_diag *diag);

void sb_scenario_set_hooks(struct sb_scenario *scenario, const struct sb_scenario_hooks *hooks);

const char *sb_scenario_name(const struct sb_scenario *scenario);
unsigned sb_scenario_step_count(const struct sb_scenario *scenario);

/* Steps that have succeeded so far. */
unsigned sb_scenario_steps_done(const struct sb_scenario *scenario);

/*
 * The task's body (sb_task_fn; the argument is the scenario). Returns 0 when the last step is done and
 * everything due at that instant has run; -EBADMSG when a step failed, sb_scenario_failure then says
 * why; -ECANCELED.
 */
int sb_scenario_run(void *arg);

/*
 * "FILE:LINE: step 4 'name' at 1.234567890 s: lcd1 line 2: expected "On", seen "Off            "";
 * "" while nothing failed. All lines of a display that shows another text follow, indented.
 */
const char *sb_scenario_failure(const struct sb_scenario *scenario);

void sb_scenario_destroy(struct sb_scenario *scenario);

#endif
