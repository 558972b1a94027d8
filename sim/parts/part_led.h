/* SPDX-License-Identifier: MIT */
/* The LED's state, for those who draw it. */
#ifndef SB_SIM_PART_LED_H
#define SB_SIM_PART_LED_H

#include "sim/part.h"

struct sb_part_led {
    struct sb_part part;
    /* read-only */
    bool is_lit;
    int64_t lit_since_ns; /* while it is lit */
    int64_t lit_total_ns; /* of all earlier times */
};

/* How long it has been lit until now, ns: brightness is the share of a frame's time. */
int64_t sb_part_led_lit_ns(const struct sb_part_led *led);

#endif
