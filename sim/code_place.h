/* SPDX-License-Identifier: MIT */
/* Where in the program a code address is, for those who tell people who waits where. */
#ifndef SB_SIM_CODE_PLACE_H
#define SB_SIM_CODE_PLACE_H

#include <stddef.h>

/*
 * "blink (blink.c:14)" of the call that returns to `address`, as far as debug information and libdw tell, else the
 * address; into `out`. The first call takes milliseconds.
 */
void sb_code_place(const void *address, char *out, size_t size);

#endif
