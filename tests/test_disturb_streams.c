/* SPDX-License-Identifier: MIT */
/* Streams, cancelled and timed out at every moment: no byte is lost, doubled or out of place. */
#include <stddef.h>

#include "tests/trial_rig.h"

int main(void)
{
    return disturb_trials((const struct trial_test *const[]){stream_trials, NULL});
}
