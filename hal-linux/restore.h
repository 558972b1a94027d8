/* SPDX-License-Identifier: MIT */
/*
 * What a process has changed beyond itself, and what the kernel does not put right when it ends: settings of serial
 * ports, links to pseudo terminals. Each is an entry of a list that a signal handler may walk, so that it is put back
 * also by a program that crashes or calls exit().
 */
#ifndef SB_HAL_LINUX_RESTORE_H
#define SB_HAL_LINUX_RESTORE_H

/* The caller's memory until it is removed. */
struct sb_restore {
    /* private */
    void (*fn)(const struct sb_restore *restore);
    struct sb_restore *next;
};

/* `fn` puts it back, maybe in a signal handler: it may only call what is safe there (signal-safety(7)). */
void sb_restore_add(struct sb_restore *restore, void (*fn)(const struct sb_restore *restore));

/* It has been put back in the normal way, and its memory may go. One that is not in the list is ignored. */
void sb_restore_remove(struct sb_restore *restore);

/* Puts back all that is left, the newest first, each once. On the way out, also in a signal handler. */
void sb_restore_all(void);

#endif
