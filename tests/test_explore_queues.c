/* SPDX-License-Identifier: MIT */
/* Queues, ring queues and the broker in every order of running. */
#include <stddef.h>

#include "tests/trial_rig.h"

int main(void)
{
    return explore_trials((const struct trial_test *const[]){queue_trials, NULL});
}
