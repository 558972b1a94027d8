/* SPDX-License-Identifier: MIT */
/*
 * Several pins in one step: data buses, keypads, rows of LEDs. Pins that were opened together (sb_board_pins in
 * lib/hal/board.h) share a request of the kernel, and one call of the system changes or reads them all; with any others
 * the same functions go one by one, in order, so a driver need not care.
 *
 * In one step means: no task, and on the simulated board no part, sees one changed and another not yet. What a real chip
 * makes of one call is its driver's affair: a Raspberry Pi's (pinctrl-bcm2835) sets the lines one after the other, the
 * lowest number first. So a clock or an enable line wants a call of its own.
 */
#ifndef SB_LIB_HAL_PINS_H
#define SB_LIB_HAL_PINS_H

#include <stdint.h>

struct sb_pin;

/* In one call: as many as a request of the kernel holds, and bits in `values`. */
#define SB_PINS_MAX 64

/*
 * All of these take 1 to SB_PINS_MAX pins, each once. Bit n of `values` is the value of pins[n], logical: some may be
 * active low, others not. An error ends the call: pins that go one by one may be done as far as the one that failed.
 */

/* Drives outputs. Returns 0; -EPERM when one of them is an input, and then nothing is written; the backend's error. */
int sb_pins_write(struct sb_pin *const *pins, unsigned count, uint64_t values);

/* Returns 0 and puts what the pins read into `*values`, the bits above them 0; or the backend's error. Never waits. */
int sb_pins_read(struct sb_pin *const *pins, unsigned count, uint64_t *values);

/*
 * Gives all of them these flags; outputs begin with `values`, or all true with SB_PIN_INITIAL_TRUE. Returns as
 * sb_pin_configure; -EINVAL for `values` of inputs, too.
 */
int sb_pins_configure(struct sb_pin *const *pins, unsigned count, unsigned flags, uint64_t values);

/* Closes each; null ones are ignored. */
void sb_pins_close(struct sb_pin *const *pins, unsigned count);

#endif
