/* SPDX-License-Identifier: MIT */
/* How the parts of a world look from frame to frame, and which of them look other than before. */
#ifndef SB_SIM_DRAW_LOOKS_H
#define SB_SIM_DRAW_LOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/draw/colour.h"
#include "sim/world.h"

/* How a part looks at a moment. */
struct sb_look {
    double
        lit; /* an LED's share of time lit, 0 to 1; of an infrared receiver whether it has received */
    int64_t time_ns; /* for what blinks by itself */
};

/* The look of a part at this moment, without history: an LED is lit or it is not. */
struct sb_look sb_look_now(const struct sb_part *part);

/* True for parts that can change their look. */
bool sb_look_is_live(const struct sb_part *part);

/* The brightness that a person sees of an LED lit for a share of the time; both 0 to 1. */
double sb_look_led_brightness(const struct sb_part *part, double lit);

/* The colour of an LED's light, and of an LCD's glass when its backlight is on. */
struct sb_colour sb_look_led_colour(const struct sb_part *part);
struct sb_colour sb_look_lcd_background(const struct sb_part *part);

/* A part that can change its look. */
struct sb_looks_item {
    const struct sb_part *part;
    struct sb_look look;
    bool has_changed; /* since the frame before */
    /* private */
    uint64_t look_count;
    uint64_t pins;    /* a digest */
    uint64_t changes; /* of a receiver's output */
    int64_t lit_ns;
    bool is_blink_dark;
};

struct sb_looks {
    struct sb_looks_item *items;
    unsigned count;
    /* private */
    const struct sb_world *world;
    int64_t time_ns; /* of the last frame */
};

/* Returns 0 or -ENOMEM. */
int sb_looks_init(struct sb_looks *looks, const struct sb_world *world);
void sb_looks_deinit(struct sb_looks *looks);

/*
 * A frame: an LED is as bright as it was lit since the last one, and an infrared receiver lights that has received in it.
 * Returns true when some part has changed.
 */
bool sb_looks_update(struct sb_looks *looks);

/* The look of a part, by the last frame. */
const struct sb_look *sb_looks_of(const struct sb_looks *looks, const struct sb_part *part);

#endif
