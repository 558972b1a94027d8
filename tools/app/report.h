/* SPDX-License-Identifier: MIT */
/* What a run says about its tasks: who waits on what, since when, from where. */
#ifndef SB_TOOLS_APP_REPORT_H
#define SB_TOOLS_APP_REPORT_H

#include <stdbool.h>

#include "lib/loop.h"

/* Prints every unfinished task to stderr: a line, and below it the calls that led to where it waits. */
void sb_report_tasks(const struct sb_loop *loop);

/* "Operation canceled" and the like of a negative errno value. */
const char *sb_report_error_text(int rc);

/*
 * Writes out what stdout still holds, and says so on stderr if any of the output was lost, as on a full disk. It is no loss
 * when nobody reads any more (head -1). Returns true when something was.
 */
bool sb_report_lost_output(const char *program);

#endif
