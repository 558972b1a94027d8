/* SPDX-License-Identifier: MIT */
/* Pins, buses and drivers on simulated boards, cancelled and timed out at every moment and edge. */
#include <stddef.h>

#include "tests/trial_rig.h"

int main(void)
{
    return disturb_trials((const struct trial_test *const[]){driver_trials, NULL});
}
