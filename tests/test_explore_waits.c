/* SPDX-License-Identifier: MIT */
/* Waits for several things, for the end of tasks, with a time limit, in every order of running. */
#include <stddef.h>

#include "tests/trial_rig.h"

int main(void)
{
    return explore_trials((const struct trial_test *const[]){wait_trials, NULL});
}
