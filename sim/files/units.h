/* SPDX-License-Identifier: MIT */
/*
 * Times as people write them, in scenarios and on the command line: "500us", "1.5 s", "0".
 */
#ifndef SB_SIM_UNITS_H
#define SB_SIM_UNITS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads a number (decimals allowed) and a unit: ns, us, ms, s, m (minutes) or h, in any case, blanks
 * around and between them allowed. Zero needs no unit. What is finer than a nanosecond is cut off.
 * Returns 0; -EINVAL for anything else, a missing unit and a sign included; -ERANGE beyond some 292
 * years.
 */
int sb_parse_time_ns(const char *text, int64_t *out_ns);

/* Room for any time as sb_format_time writes it, with its NUL. */
#define SB_TIME_TEXT_SIZE 32

/* Writes a time for people, exactly, in the largest unit that needs no more than three decimals. */
void sb_format_time(int64_t time_ns, char out[SB_TIME_TEXT_SIZE]);

#endif
