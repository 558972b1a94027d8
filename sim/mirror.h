/* SPDX-License-Identifier: MIT */
/*
 * A mirrored world: its wires have the levels of a real board's lines, so that its parts show what the real ones do. Only
 * the controller's terminals drive; parts look. What a part would drive (a receiver's output, a display that is read)
 * and what a person would do with it (a button's contact) is the real board's, and is left out here: it comes back as
 * the level of a line.
 *
 * Its time is told, not that of its loop: what happened on a real board is known a little later, with its right time.
 */
#ifndef SB_SIM_MIRROR_H
#define SB_SIM_MIRROR_H

#include "sim/world.h"

/*
 * Makes a world a mirrored one. Before sb_world_start, which takes place a second before time 0: a real board has had its
 * power for long when a program starts.
 */
void sb_mirror_init(struct sb_world *world);

/* Moves the world's time on; a time that is past leaves it. From 0, after sb_world_start. */
void sb_mirror_advance(struct sb_world *world, int64_t now_ns);

/* The program drives a line, or has let go of it and nobody knows more. */
void sb_mirror_drive(struct sb_terminal *terminal, bool level);
void sb_mirror_release(struct sb_terminal *terminal);

/*
 * The program has seen a line's level. It holds until another one is seen, on this terminal or another of the same wire:
 * what is seen last is true. An output's level is stronger.
 */
void sb_mirror_see(struct sb_terminal *terminal, bool level);

/* The program has sampled a voltage; borrowed until the next. */
void sb_mirror_sample(struct sb_terminal *terminal, struct sb_analog *analog);

/* The program has made a transfer on the I2C bus whose SDA this is: the parts on that wire take from it what they show. */
void sb_mirror_transfer(struct sb_terminal *sda, const struct sb_tap_transfer *transfer);

/* Has each part take from its wires what a person sees of it: a button looks pressed. Before a picture is drawn. */
void sb_mirror_look(struct sb_world *world);

#endif
