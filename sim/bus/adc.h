/* SPDX-License-Identifier: MIT */
/* A simulated analog-to-digital converter: samples of a wire's voltage as lib/hal/adc.h has them. */
#ifndef SB_SIM_ADC_H
#define SB_SIM_ADC_H

#include "lib/hal/adc.h"
#include "sim/wire.h"

/*
 * The code of a converter of so many bits (8 to 16), floor(fraction x 2^bits) and at most all ones, as 16
 * bits: the lower ones repeat the upper, so that all ones are SB_ADC_MAX. -EAGAIN when the wire floats:
 * then there is no telling what a real one would give.
 */
int sb_sim_adc_sample(struct sb_terminal *terminal, unsigned bits);

#endif
