/* SPDX-License-Identifier: MIT */
/* A loop under virtual time for one decoder. */
#ifndef SB_TOOLS_DECODE_DECODE_LOOP_H
#define SB_TOOLS_DECODE_DECODE_LOOP_H

#include "lib/task.h"
#include "sim/files/diag.h"
#include "tools/decode/decode.h"

/*
 * Runs `fn(arg)` as the first task of a loop whose time begins at 0. Returns what it returned, or a
 * negative error of the loop; of one that nobody has reported yet `diag` is told.
 */
int decode_in_loop(sb_task_fn *fn, void *arg, const struct decode_options *options,
                   struct sb_diag *diag);

#endif
