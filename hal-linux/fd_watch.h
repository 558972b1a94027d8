/* SPDX-License-Identifier: MIT */
/*
 * A descriptor that libuv watches: calls a function when it can be read or written, as long as somebody wants to know.
 * Private to hal-linux.
 */
#ifndef SB_HAL_LINUX_FD_WATCH_H
#define SB_HAL_LINUX_FD_WATCH_H

#include <stdbool.h>

#include "hal-linux/clock_uv.h"

struct sb_fd_watch;

enum { SB_FD_READABLE = 1, SB_FD_WRITABLE = 2 };

/*
 * In loop context: `events` of those wanted have come. After an error on the descriptor all of them, whatever was
 * wanted, and nothing is wanted any more: reading or writing tells which error. May close the watch.
 */
typedef void sb_fd_ready_fn(int events, void *arg);

/*
 * Takes the descriptor, which becomes non-blocking. Returns 0; or an error of the system, with which the
 * descriptor is closed.
 */
int sb_fd_watch_open(struct sb_clock_uv *clock, int fd, struct sb_fd_watch **out);

void sb_fd_watch_set_fn(struct sb_fd_watch *watch, sb_fd_ready_fn *fn, void *arg);
int sb_fd_watch_fd(const struct sb_fd_watch *watch);

/* A file or the like, which is always ready and never says so. */
bool sb_fd_watch_is_file(const struct sb_fd_watch *watch);

/* Wants to know of an event, or not any more. */
void sb_fd_watch_want(struct sb_fd_watch *watch, int event, bool is_wanted);

/* Closes the descriptor at once. */
void sb_fd_watch_close(struct sb_fd_watch *watch);

#endif
