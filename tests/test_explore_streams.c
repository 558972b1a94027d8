/* SPDX-License-Identifier: MIT */
/* Streams in every order of running. */
#include <stddef.h>

#include "tests/trial_rig.h"

int main(void)
{
    return explore_trials((const struct trial_test *const[]){stream_trials, NULL});
}
