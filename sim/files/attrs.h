/* SPDX-License-Identifier: MIT */
/* Setting the attributes of a new part. For sim/world.c. */
#ifndef SB_SIM_ATTRS_H
#define SB_SIM_ATTRS_H

#include "sim/files/diag.h"
#include "sim/world.h"

/*
 * Gives the part a copy of every attribute's value, its own or the default. Returns 0; -ENOMEM; or a
 * negative error, reported: an unknown attribute, a value that is no number or not among the choices.
 */
int sb_attrs_set(struct sb_part *part, const struct sb_part_spec *spec, struct sb_diag *diag);

#endif
