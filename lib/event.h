/* SPDX-License-Identifier: MIT */
/*
 * An event: a flag that tasks wait for. Setting it releases all who wait, in order; it stays set,
 * and lets everybody pass, until it is cleared. spec/core.md 2.1.
 */
#ifndef SB_LIB_EVENT_H
#define SB_LIB_EVENT_H

#include <stdbool.h>

#include "lib/wait.h"

struct sb_event {
    /* private */
    struct sb_waitq waiters;
    bool is_set;
};

void sb_event_init(struct sb_event *event);

/* Sets and releases all present waiters, who go on even if it is cleared before they run. */
void sb_event_set(struct sb_event *event);

/* set, then clear: releases exactly those who wait now. */
void sb_event_pulse(struct sb_event *event);

void sb_event_clear(struct sb_event *event);
bool sb_event_is_set(const struct sb_event *event);

/*
 * Waits until it is set; returns at once, without giving others a turn, when it is. Returns 0,
 * -ECANCELED or -ETIMEDOUT.
 */
int sb_event_wait(struct sb_event *event);

/* It, beside others: lib/wait_any.h. */
struct sb_case sb_event_case(struct sb_event *event);

#endif
