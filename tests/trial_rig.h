/* SPDX-License-Identifier: MIT */
/*
 * Trials as tests: what is disturbed in one test program is explored in another, so the trials of a subject
 * stand in a file of their own, tests/trials_SUBJECT.c, as a list.
 */
#ifndef SB_TESTS_TRIAL_RIG_H
#define SB_TESTS_TRIAL_RIG_H

#include "softboard_testing.h"

struct trial_test {
    const char *name; /* a sentence, like that of any test; null: the end of the list */
    struct sb_trial trial;
    struct sb_orders orders;           /* that are explored, undisturbed */
    bool is_cut;                       /* which are not all */
    struct sb_orders disturbed_orders; /* in which each disturbance comes */
    bool is_disturbed_cut;
    bool has_edges;             /* edges are moments, too */
    int64_t unwinding_limit_ns; /* 0: none */
};

#define TASKS(array) .tasks = (array), .task_count = sizeof(array) / sizeof((array)[0])

extern const struct trial_test lock_trials[];
extern const struct trial_test queue_trials[];
extern const struct trial_test wait_trials[];
extern const struct trial_test outside_trials[];
extern const struct trial_test stream_trials[];
extern const struct trial_test driver_trials[];

/* Run all trials of the lists as tests, and are to be returned by main(). The last list is null. */
int disturb_trials(const struct trial_test *const *lists);
int explore_trials(const struct trial_test *const *lists);

/* ---- for trials */

/* Nobody waits there. */
#define EXPECT_NOBODY_WAITS(queue) SB_EXPECT(sb_waitq_first(queue) == NULL)

/*
 * Nobody overtakes those who wait: queue_up() before an acquire or a get, and when that has succeeded,
 * expect_no_barging().
 */
struct queueing {
    bool others_wait;
    uint64_t slice_count;
};

void queue_up(struct queueing *before, const struct sb_waitq *queue);
void expect_no_barging(const struct queueing *before);

/*
 * First come first served, for what one task can have at a time: each takes a ticket before it waits, and shows it
 * when it has got what it waited for.
 */
struct tickets {
    unsigned given;
    unsigned shown;
};

unsigned ticket_take(struct tickets *tickets);
void ticket_show(struct tickets *tickets, unsigned ticket);

#endif
