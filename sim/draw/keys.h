/* SPDX-License-Identifier: MIT */
/*
 * Parts under mouse and keys. A spot that is pressed stays so while anything presses it: the mouse, its
 * key held in a window, a tap in a terminal, or that it sticks. Keys have the names of the DOM: "a",
 * "ArrowUp".
 */
#ifndef SB_SIM_DRAW_KEYS_H
#define SB_SIM_DRAW_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/draw/spots.h"
#include "sim/world.h"

/* How long a tap presses, of wall time. */
#define SB_KEYS_TAP_NS 100000000

struct sb_keys_item {
    /* read-only */
    struct sb_part *part;
    struct sb_spot spot;
    /* private */
    unsigned index; /* of the spot in its part */
    bool is_held_by_mouse;
    bool is_held_by_key;
    bool is_sticking;
    int64_t tap_end_ns; /* of wall time; 0: none */
    bool is_pressed;    /* what the part was told last */
    bool is_refused;    /* it cannot be moved here: a mirrored world's */
};

struct sb_keys {
    /* read-only */
    struct sb_keys_item *items;
    unsigned count;
    /* private */
    struct sb_keys_item *dragged; /* by the mouse; null: none */
};

/* Finds the spots of all parts. Returns 0 or -ENOMEM. */
int sb_keys_init(struct sb_keys *keys, struct sb_world *world);
void sb_keys_deinit(struct sb_keys *keys);

/* Whether a key of this name is that of the attribute: letters in any case. */
bool sb_keys_is_same(const char *attribute, const char *name);

/*
 * True when some spot has this key; the functions below return the same, and do nothing if not. A key of
 * a slide moves it by a step, a tap and each repeat of a held key once more.
 */
bool sb_keys_has(const struct sb_keys *keys, const char *name);
bool sb_keys_hold(struct sb_keys *keys, const char *name, bool is_held);
bool sb_keys_tap(struct sb_keys *keys, const char *name, int64_t wall_ns);
bool sb_keys_stick(struct sb_keys *keys, const char *name);

/* True for the key of a slide: a window lets such a one repeat. */
bool sb_keys_is_slide(const struct sb_keys *keys, const char *name);

/* A spot that was touched in a mirrored world since the last call, where nothing moves it; null when none was. */
const struct sb_keys_item *sb_keys_take_refused(struct sb_keys *keys);

/* Ends the taps that are over. */
void sb_keys_tick(struct sb_keys *keys, int64_t wall_ns);

/*
 * The mouse goes down at a place of the board, with `sticks` to hold a button until the next click;
 * moves; goes up anywhere; its wheel turns by so many notches, up is positive.
 */
void sb_keys_mouse_down(struct sb_keys *keys, const struct sb_world *world, double x, double y,
                        bool sticks);
void sb_keys_mouse_move(struct sb_keys *keys, double x, double y);
void sb_keys_mouse_up(struct sb_keys *keys);
void sb_keys_mouse_wheel(struct sb_keys *keys, const struct sb_world *world, double x, double y,
                         int notches);

/* Lets go of all keys and the mouse: the window is no longer in focus. */
void sb_keys_release(struct sb_keys *keys);

#endif
