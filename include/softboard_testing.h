/* SPDX-License-Identifier: MIT */
/*
 * For tests of programs and drivers: runs a few tasks under the virtual clock, disturbed at every moment or in
 * every order, and looks at what is left (docs/testing.md). Needs no framework; links as softboard.h does.
 */
#ifndef SOFTBOARD_TESTING_H
#define SOFTBOARD_TESTING_H

#ifdef __cplusplus
extern "C" {
#endif

#include "sim/testing/disturb.h"
#include "sim/testing/expect.h"
#include "sim/testing/explore.h"
#include "sim/testing/trial.h"

#ifdef __cplusplus
}
#endif

#endif
