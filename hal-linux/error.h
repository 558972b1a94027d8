/* SPDX-License-Identifier: MIT */
/* Texts of errors: what went wrong, and what to do about it. Private to hal-linux. */
#ifndef SB_HAL_LINUX_ERROR_H
#define SB_HAL_LINUX_ERROR_H

#include "lib/hal/board.h"

/* What `thing` needs who may not open it: the group that owns such devices. */
#define SB_LINUX_GROUP_REMEDY                                                                       \
    "add yourself to the group %s (sudo usermod -aG %s $USER) and log in again; where there is no " \
    "such group, docs/linux.md has the udev rule"

/* Puts the text into the board's error. Returns `rc`. */
int sb_linux_fail(struct sb_board *board, int rc, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "no permission for PATH: ..." with the group's remedy. Returns -EACCES. */
int sb_linux_fail_permission(struct sb_board *board, const char *path, const char *group);

#endif
