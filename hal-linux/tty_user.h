/* SPDX-License-Identifier: MIT */
/* Who else has a terminal, as far as anybody may know that of other people's processes. Private to hal-linux. */
#ifndef SB_HAL_LINUX_TTY_USER_H
#define SB_HAL_LINUX_TTY_USER_H

#include <stdbool.h>
#include <sys/types.h>

struct sb_tty_user {
    int pid;
    char name[32]; /* of the program, as the kernel has it: 15 letters */
};

/* The kernel writes its messages to it. */
bool sb_tty_is_console(dev_t device);

/* Somebody is logged in at it, or asked to: the leader of the session that it controls. */
bool sb_tty_has_session(dev_t device, struct sb_tty_user *out);

/* Somebody has locked it, or has it open; those of other people are seen only if they have locked it. */
bool sb_tty_has_user(const char *path, struct sb_tty_user *out);

#endif
