/* SPDX-License-Identifier: MIT */
/* Disturbing: all tasks, kinds and moments, one after the other. */
#include "sim/testing/disturb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/testing/disturb_private.h"

/* ---- one run */

static bool allows(const struct sb_trial_task *task, int result, void *arg)
{
    const struct disturber *d = arg;

    if (task != d->target)
        return false;
    return (result == -ECANCELED && (d->now.kind & ~(unsigned)SB_DISTURB_TIMEOUT) != 0) ||
           (result == -ETIMEDOUT && (d->now.kind & ~(unsigned)SB_DISTURB_CANCEL) != 0);
}

/* Choices of the walk; the way has one argument for all its functions. */
static uint32_t choose(uint32_t count, void *arg)
{
    struct disturber *d = arg;

    return sb_order_walk_choose(count, &d->walk);
}

static void write_label(struct disturber *d)
{
    static const char *const kinds[] = {
        [0] = "undisturbed",
        [SB_DISTURB_CANCEL] = "cancelled",
        [SB_DISTURB_TIMEOUT] = "timed out",
        [SB_DISTURB_CANCEL_TIMEOUT] = "cancelled and timed out",
        [SB_DISTURB_TIMEOUT_CANCEL] = "timed out and cancelled",
    };
    const size_t size = sizeof(d->label);
    size_t used = (size_t)snprintf(d->label, size, "%.60s: %s", d->target->name,
                                   kinds[d->now.kind]);

    if (d->now.kind != 0)
        used += (size_t)snprintf(d->label + used, size - used, " at step %u", d->now.step);
    if (sb_disturb_has_two(d->now.kind))
        used += (size_t)snprintf(d->label + used, size - used, " and %u", d->now.second_step);
    sb_order_describe(&d->walk.order, d->label + used, size - used - 100);
}

static void note_run(struct disturber *d)
{
    struct sb_disturb_report *report = d->report;

    report->run_count++;
    if (d->now.kind == 0 && d->step > report->step_count)
        report->step_count = d->step;
    if (d->unwinding_ns <= report->unwinding_ns)
        return;
    report->unwinding_ns = d->unwinding_ns;
    report->slowest = d->now;
    report->slowest.order = d->walk.order;
}

/*
 * Up to the disturbance it must have run as it did undisturbed, and up to the order's last choice as in the order
 * before: else what was numbered means something else.
 */
static int check_same(struct disturber *d)
{
    bool is_other = sb_order_walk_is_other(&d->walk);

    if (d->is_first_order && d->is_reached)
        is_other |= d->first_hash != d->hashes[d->now.step - 1];
    if (!is_other)
        return 0;
    sb_trial_report_other(d->label, &d->report->trial);
    return -EPROTO;
}

/* Runs d->now in the order of the walk. Returns 0, or -EPROTO with the report filled. */
static int go(struct disturber *d)
{
    struct sb_trial_way way = {
        .label = d->label,
        .choose_fn = choose,
        .call_fn = sb_disturb_call,
        .allows_fn = allows,
        .event_fn = sb_disturb_hear,
        .arg = d,
    };
    int rc;

    d->is_first_order = d->walk.order.seed == 0 && d->walk.order.choice_count == 0;
    sb_disturb_prepare(d);
    sb_order_walk_begin(&d->walk);
    write_label(d);
    rc = sb_trial_go(d->run, &way, &d->report->trial);
    if (rc == 0)
        rc = check_same(d);
    note_run(d);
    if (rc < 0) {
        d->report->failed = d->now;
        d->report->failed.order = d->walk.order;
    }
    return rc == 0 && d->is_out_of_memory ? -ENOMEM : rc;
}

/* ---- all of them */

static bool is_enough(const struct disturber *d)
{
    return d->config->run_limit != 0 && d->report->run_count >= d->config->run_limit;
}

/* Runs d->now in all orders. `*step_count` is how many moments there were in any of them, at most. */
static int run_orders(struct disturber *d, uint32_t *step_count)
{
    static const struct sb_orders one = {.run_limit = 1};
    int rc;

    *step_count = 0;
    sb_order_walk_init(&d->walk, d->config->orders == NULL ? &one : d->config->orders);
    do {
        rc = go(d);
        if (d->step > *step_count)
            *step_count = d->step;
    } while (rc == 0 && !is_enough(d) && sb_order_walk_next(&d->walk));
    d->is_cut |= d->config->orders != NULL && d->walk.is_cut;
    return rc;
}

/* The second of two at every later moment, until the task has ended before that in all orders. */
static int run_pairs(struct disturber *d, uint32_t step_count)
{
    int rc = 0;

    while (rc == 0 && step_count >= d->now.second_step && !is_enough(d)) {
        d->now.second_step++;
        rc = run_orders(d, &step_count);
    }
    return rc;
}

static int run_kind(struct disturber *d, enum sb_disturb_kind kind, uint32_t step_count)
{
    int rc = 0;

    d->now.kind = kind;
    for (uint32_t step = 1; rc == 0 && step <= step_count && !is_enough(d); step++) {
        uint32_t reached_count;

        d->now.step = step;
        d->now.second_step = sb_disturb_has_two(kind) ? step : 0;
        rc = run_orders(d, &reached_count);
        if (rc == 0 && d->config->is_paired && sb_disturb_has_two(kind))
            rc = run_pairs(d, reached_count);
    }
    return rc;
}

static int run_target(struct disturber *d, unsigned index)
{
    unsigned kinds = d->config->kinds == 0 ? SB_DISTURB_ALL : d->config->kinds;
    uint32_t step_count;
    int rc;

    d->now = (struct sb_disturbance){.task = index};
    d->target = &d->run->trial->tasks[index];
    rc = run_orders(d, &step_count);
    for (unsigned kind = 1; rc == 0 && kind < SB_DISTURB_ALL; kind <<= 1)
        if ((kinds & kind) != 0)
            rc = run_kind(d, (enum sb_disturb_kind)kind, step_count);
    return rc;
}

static int run_all(struct disturber *d)
{
    const struct sb_trial *trial = d->run->trial;

    for (unsigned i = 0; i < trial->task_count; i++) {
        int rc = trial->tasks[i].is_spared ? 0 : run_target(d, i);
        if (rc < 0)
            return rc;
    }
    d->report->is_complete = !is_enough(d) && !d->is_cut;
    return 0;
}

static bool has_target(const struct sb_trial *trial)
{
    for (unsigned i = 0; i < trial->task_count; i++)
        if (!trial->tasks[i].is_spared)
            return true;
    return false;
}

static int open_disturber(struct disturber *d, const struct sb_trial *trial,
                          const struct sb_disturb_config *config, struct sb_disturb_report *report)
{
    static const struct sb_disturb_config all = {.kinds = 0};

    *report = (struct sb_disturb_report){.run_count = 0};
    *d = (struct disturber){.config = config == NULL ? &all : config, .report = report};
    if (!has_target(trial) || (d->config->kinds & ~(unsigned)SB_DISTURB_ALL) != 0)
        return -EINVAL;
    return sb_trial_open(trial, &d->run);
}

static void close_disturber(struct disturber *d)
{
    sb_trial_close(d->run);
    free(d->hashes);
}

int sb_disturb(const struct sb_trial *trial, const struct sb_disturb_config *config,
               struct sb_disturb_report *report)
{
    struct disturber d;
    int rc = open_disturber(&d, trial, config, report);

    if (rc < 0)
        return rc;
    rc = run_all(&d);
    close_disturber(&d);
    return rc;
}

int sb_disturb_once(const struct sb_trial *trial, const struct sb_disturb_config *config,
                    const struct sb_disturbance *disturbance, struct sb_disturb_report *report)
{
    struct disturber d;
    int rc = open_disturber(&d, trial, config, report);

    if (rc < 0)
        return rc;
    assert(disturbance->task < trial->task_count);
    d.now = *disturbance;
    sb_order_walk_init_at(&d.walk, &disturbance->order);
    d.target = &trial->tasks[disturbance->task];
    rc = go(&d);
    close_disturber(&d);
    return rc;
}
