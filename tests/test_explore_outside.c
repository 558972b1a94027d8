/* SPDX-License-Identifier: MIT */
/* What may be used from outside the loop, in every order of running. */
#include <stddef.h>

#include "tests/trial_rig.h"

int main(void)
{
    return explore_trials((const struct trial_test *const[]){outside_trials, NULL});
}
