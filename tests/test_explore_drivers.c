/* SPDX-License-Identifier: MIT */
/* Pins, buses and drivers on simulated boards in every order of running. */
#include <stddef.h>

#include "tests/trial_rig.h"

int main(void)
{
    return explore_trials((const struct trial_test *const[]){driver_trials, NULL});
}
