/* SPDX-License-Identifier: MIT */
/* What a backend cannot do by its nature, and so is not asked: one table for all of them. */
#include "tests/contract/contract.h"

#define GPIOSIM_HISTORY "gpio-sim shows what level a line has, not what it has had"

const struct contract_gap contract_gaps[] = {
    {"gpio-sim", "pins: an_output_begins_without_a_glitch", GPIOSIM_HISTORY},
    {"gpio-sim", "pins: an_open_drain_begins_with_true_without_a_glitch", GPIOSIM_HISTORY},
    {"gpio-sim", "pins: a_pin_becomes_an_output_without_a_glitch", GPIOSIM_HISTORY},
    {"gpio-sim", "pins: writing_the_same_again_changes_nothing", GPIOSIM_HISTORY},
    {"simulated", "spi: *", "the simulated board has no SPI, and says -ENOTSUP"},
    {NULL, NULL, NULL},
};
