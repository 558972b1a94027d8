/* SPDX-License-Identifier: MIT */
/* What a backend cannot do by its nature, and so is not asked: one table for all of them. */
#include "tests/contract/contract.h"

#define GPIOSIM_HISTORY "gpio-sim shows what level a line has, not what it has had"
#define SERIAL_END      "a serial line has no end"
#define SYSTEM_HAS_IT   "it has left when the system has it"
#define QEMU_USER       "qemu-user refuses the calls that set up serial ports"
#define PTY_LINE        "a pseudo terminal has no bits: it sends at once, and breaks do not come through"

const struct contract_gap contract_gaps[] = {
    {"fake chip", "debouncing: *", "the fake chip notes that it is asked for, and does not do it"},
    {"gpio-sim", "pins: an_output_begins_without_a_glitch", GPIOSIM_HISTORY},
    {"gpio-sim", "pins: an_open_drain_begins_with_true_without_a_glitch", GPIOSIM_HISTORY},
    {"gpio-sim", "pins: a_pin_becomes_an_output_without_a_glitch", GPIOSIM_HISTORY},
    {"gpio-sim", "pins: writing_the_same_again_changes_nothing", GPIOSIM_HISTORY},
    {"gpio-sim", "several pins: outputs_begin_without_a_glitch", GPIOSIM_HISTORY},

    {"pair", "reading: what_nobody_reads_is_kept_or_counted", "its other side waits for room"},
    {"pair", "broken off: *", "nothing lies between its two sides that could break"},
    {"pair", "lines: *", "it is no serial line"},
    {"simulated", "ends: *", SERIAL_END},
    {"simulated", "broken off: *", "a simulated controller cannot lose its port"},
    {"simulated", "lines: a_byte_that_the_line_lost_is_counted",
     "it loses bytes only in its buffer"},
    {"tcp", "writing: a_drain_can_be_cut_short", SYSTEM_HAS_IT},
    {"tcp", "lines: *", "it is no serial line"},
    {"pty", "writing: a_drain_can_be_cut_short", SYSTEM_HAS_IT},
    {"pty", "ends: *", SERIAL_END},
    {"pty", "broken off: *", "programs come and go at its other side, and it stays"},
    {"pty", "lines: *", PTY_LINE},
    {"serial on a pty", "writing: a_drain_can_be_cut_short", PTY_LINE},
    {"serial on a pty", "ends: *", SERIAL_END},
    {"serial on a pty", "lines: *", PTY_LINE},
    {"emulated serial", "reading: *", QEMU_USER},
    {"emulated serial", "writing: *", QEMU_USER},
    {"emulated serial", "ends: *", QEMU_USER},
    {"emulated serial", "broken off: *", QEMU_USER},
    {"emulated serial", "lines: *", QEMU_USER},
    {"kernel serial", "ends: *", SERIAL_END},
    {"kernel without iio_dummy", "adc: *", "Debian's kernel has no converter without hardware"},
    {NULL, NULL, NULL},
};
