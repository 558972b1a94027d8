/* SPDX-License-Identifier: MIT */
/* What the files of the mirror share. */
#ifndef SB_TOOLS_APP_MIRROR_PRIVATE_H
#define SB_TOOLS_APP_MIRROR_PRIVATE_H

#include "tools/app/mirror.h"

/*
 * Finds the lines of the controller's pins; the chip is open. Returns 0, -ENOMEM, or -EINVAL, reported: a wrong name in
 * `lines`, two pins at one line, no `lines` where they are needed.
 */
int sb_mirror_find_lines(struct sb_mirror *mirror, struct sb_diag *diag);

/*
 * Finds the real ports of the controller's serial ports that `lines` has. Returns 0, or -EINVAL, reported: one that is not
 * there, or is two of them.
 */
int sb_mirror_find_ports(struct sb_mirror *mirror, struct sb_diag *diag);

/* Two of sb_linux_name_fn, with the mirror as `arg`. */
int sb_mirror_name_line(struct sb_board *board, const char *name, const char **out, void *arg);
int sb_mirror_name_port(struct sb_board *board, const char *name, const char **out, void *arg);

/* The controller's port whose real one the program has opened by a name; null when it is none of them. */
const struct sb_sim_port *sb_mirror_port_of(const struct sb_mirror *mirror, const char *name);

#endif
