/* SPDX-License-Identifier: MIT */
/*
 * Results of tests as JUnit's XML, which CI services show.
 */
#ifndef SB_TOOLS_JUNIT_H
#define SB_TOOLS_JUNIT_H

#include "tools/test_list.h"

/* Returns 0 or -errno. */
int sb_junit_write(const char *path, const struct sb_test_list *list);

#endif
