/* SPDX-License-Identifier: MIT */
/*
 * Which files belong to a scenario: NAME.yaml goes with NAME.json and the program NAME, and so do
 * further scenarios of the same program, NAME-WHAT.yaml.
 */
#ifndef SB_TOOLS_SCENARIO_FILES_H
#define SB_TOOLS_SCENARIO_FILES_H

#include <stdbool.h>

/* True for ".yaml" and ".yml". */
bool sb_is_scenario_name(const char *path);

/*
 * The path FOLDER/NAME + `suffix` that exists, for the longest NAME: the scenario's own without its
 * ending, then that cut at each "-" from the end. `folder` null: the scenario's own. With `program`,
 * it must be an executable file. free() it; null when there is none.
 */
char *sb_scenario_companion(const char *scenario, const char *folder, const char *suffix,
                            bool program);

#endif
