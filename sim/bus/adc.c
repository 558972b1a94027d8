/* SPDX-License-Identifier: MIT */
/* The converter: see adc.h. */
#include "sim/bus/adc.h"

#include <errno.h>

int sb_sim_adc_sample(struct sb_terminal *terminal, unsigned bits)
{
    double fraction = sb_wire_sample(terminal->wire);
    unsigned most = (1u << bits) - 1;
    unsigned code;

    if (fraction < 0)
        return -EAGAIN;
    code = (unsigned)(fraction * (most + 1));
    if (code > most)
        code = most;
    return (int)(code << (16 - bits) | code >> (2 * bits - 16));
}
