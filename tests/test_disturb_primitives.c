/* SPDX-License-Identifier: MIT */
/* Every primitive, cancelled and timed out at every moment: what the trials claim holds, and nothing is left. */
#include <stddef.h>

#include "tests/trial_rig.h"

int main(void)
{
    return disturb_trials((const struct trial_test *const[]){lock_trials, queue_trials, wait_trials,
                                                             outside_trials, NULL});
}
