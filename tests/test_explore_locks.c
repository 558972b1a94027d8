/* SPDX-License-Identifier: MIT */
/* Events, locks, semaphores, conditions, barriers and latches in every order of running. */
#include <stddef.h>

#include "tests/trial_rig.h"

int main(void)
{
    return explore_trials((const struct trial_test *const[]){lock_trials, NULL});
}
