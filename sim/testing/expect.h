/* SPDX-License-Identifier: MIT */
/*
 * What must hold during a trial (sim/testing/trial.h): in its tasks, its check, its callbacks. A claim that does
 * not hold jumps nowhere, it is noted; the first of a run is what its report says.
 */
#ifndef SB_SIM_TESTING_EXPECT_H
#define SB_SIM_TESTING_EXPECT_H

#include <stdbool.h>
#include <stdint.h>

/* Returns whether it holds, for those who cannot go on without. */
#define SB_EXPECT(condition) sb_expect_at((condition), #condition, __FILE__, __LINE__)

/* That two integers are equal; the report has both. */
#define SB_EXPECT_INT(value, expected) \
    sb_expect_int_at((int64_t)(value), (int64_t)(expected), #value, __FILE__, __LINE__)

/* For helpers that know more than a condition's text. `text` is copied. */
bool sb_expect_at(bool holds, const char *text, const char *file, int line);
bool sb_expect_int_at(int64_t value, int64_t expected, const char *text, const char *file,
                      int line);

#endif
