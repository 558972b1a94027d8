/* SPDX-License-Identifier: MIT */
/*
 * Names of a controller's pins: those that a program uses for them, and those of the real lines that stand for them when
 * the board is a real one. Its attributes `map` and `lines` are lists of them, "GP15=GPIO17,GP16=J8:36"; in `lines` serial
 * ports have their places, too, "serial0=ttyUSB0".
 */
#ifndef SB_SIM_CONTROLLER_H
#define SB_SIM_CONTROLLER_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/part.h"

struct sb_sim_port;

/* A Raspberry Pi: its pins' names are those of the header's lines. */
bool sb_controller_is_pi(const struct sb_part *controller);

/*
 * The terminal that a program means by a name: what `map` has for it, else the pin of that name; on a Raspberry Pi "17" is
 * GPIO17, where a board file means pin 17 of the header. Null when there is none.
 */
struct sb_terminal *sb_controller_terminal(const struct sb_part *controller, const char *name);

/* Writes why that was null: 'pi (softboard-raspberry-pi) has no pin "GPOI17": did you mean "GPIO17"?' */
void sb_controller_explain_unknown(const struct sb_part *controller, const char *name, char *out,
                                   size_t size);

/* The line that `lines` has for a terminal, written to `out`; false when it has none. */
bool sb_controller_line(const struct sb_part *controller, const struct sb_terminal *terminal,
                        char *out, size_t size);

/* The same for one of its serial ports: the real one, "ttyUSB0". */
bool sb_controller_port(const struct sb_part *controller, const struct sb_sim_port *port, char *out,
                        size_t size);

/*
 * For the types' init: every item of `lines` is "PIN=LINE" or "PORT=DEVICE", with a pin that a program can use or a serial
 * port, each once. Returns 0, or -EINVAL, reported.
 */
int sb_controller_check_lines(const struct sb_part *controller, struct sb_diag *diag);

#endif
