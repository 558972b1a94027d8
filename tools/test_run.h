/* SPDX-License-Identifier: MIT */
/*
 * Runs scenarios, each in a process of its own, several at a time.
 */
#ifndef SB_TOOLS_TEST_RUN_H
#define SB_TOOLS_TEST_RUN_H

#include "tools/test_list.h"

/* Told of each test as soon as it and all before it are done, so that the order is always the same. */
typedef void sb_test_done_fn(struct sb_test *test);

void sb_test_run_all(struct sb_test_list *list, unsigned jobs, sb_test_done_fn *fn);

#endif
