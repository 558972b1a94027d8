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

/* sb_linux_name_fn, with the mirror as `arg`. */
int sb_mirror_name_line(struct sb_board *board, const char *name, const char **out, void *arg);

#endif
