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

static uint32_t choose(uint32_t count, void *arg)
{
    struct disturber *d = arg;

    d->random ^= d->random << 13;
    d->random ^= d->random >> 7;
    d->random ^= d->random << 17;
    return (uint32_t)(d->random % count);
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
    if (d->now.seed != 0)
        snprintf(d->label + used, size - used, " (seed %llu)", (unsigned long long)d->now.seed);
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
}

/* Runs d->now. Returns 0, or -EPROTO with the report filled. */
static int go(struct disturber *d)
{
    struct sb_trial_way way = {
        .label = d->label,
        .choose_fn = d->now.seed == 0 ? NULL : choose,
        .call_fn = sb_disturb_call,
        .allows_fn = allows,
        .event_fn = sb_disturb_hear,
        .arg = d,
    };
    int rc;

    d->random = d->now.seed * UINT64_C(0x9e3779b97f4a7c15);
    sb_disturb_prepare(d);
    write_label(d);
    rc = sb_trial_go(d->run, &way, &d->report->trial);
    note_run(d);
    if (rc < 0)
        d->report->failed = d->now;
    return rc;
}

/* The same up to the disturbance as when undisturbed: else what was numbered means something else. */
static int check_same(struct disturber *d)
{
    if (d->is_reached && d->first_hash == d->hashes[d->now.step - 1])
        return 0;
    snprintf(
        d->report->trial.text, sizeof(d->report->trial.text),
        "%s: it did not run as it did undisturbed up to there: something is left from the run before, "
        "or depends on addresses or the time of day",
        d->label);
    d->report->failed = d->now;
    return -EPROTO;
}

/* ---- all of them */

static bool is_enough(const struct disturber *d)
{
    return d->config->run_limit != 0 && d->report->run_count >= d->config->run_limit;
}

/* The second of two at every later moment, until the task has ended before. */
static int run_pairs(struct disturber *d)
{
    int rc = 0;

    while (rc == 0 && d->step >= d->now.second_step && !is_enough(d)) {
        d->now.second_step++;
        rc = go(d);
    }
    return rc;
}

static int run_kind(struct disturber *d, enum sb_disturb_kind kind, uint32_t step_count)
{
    int rc = 0;

    for (uint32_t step = 1; rc == 0 && step <= step_count && !is_enough(d); step++) {
        d->now.kind = kind;
        d->now.step = step;
        d->now.second_step = sb_disturb_has_two(kind) ? step : 0;
        rc = go(d);
        if (rc == 0)
            rc = check_same(d);
        if (rc == 0 && d->config->is_paired && sb_disturb_has_two(kind))
            rc = run_pairs(d);
    }
    return rc;
}

static int run_undisturbed(struct disturber *d)
{
    int rc;

    d->now.kind = 0;
    d->now.step = d->now.second_step = 0;
    rc = go(d);
    return rc == 0 && d->is_out_of_memory ? -ENOMEM : rc;
}

static int run_target(struct disturber *d, unsigned index, uint64_t seed)
{
    unsigned kinds = d->config->kinds == 0 ? SB_DISTURB_ALL : d->config->kinds;
    uint32_t step_count;
    int rc;

    d->now = (struct sb_disturbance){.task = index, .seed = seed};
    d->target = &d->run->trial->tasks[index];
    rc = run_undisturbed(d);
    step_count = d->step;
    for (unsigned kind = 1; rc == 0 && kind < SB_DISTURB_ALL; kind <<= 1)
        if ((kinds & kind) != 0)
            rc = run_kind(d, (enum sb_disturb_kind)kind, step_count);
    return rc;
}

static int run_all(struct disturber *d)
{
    const struct sb_trial *trial = d->run->trial;

    for (uint64_t seed = 0; seed <= d->config->seed_count; seed++) {
        for (unsigned i = 0; i < trial->task_count; i++) {
            int rc = trial->tasks[i].is_spared ? 0 : run_target(d, i, seed);
            if (rc < 0)
                return rc;
        }
    }
    d->report->is_complete = !is_enough(d);
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
    d.target = &trial->tasks[disturbance->task];
    rc = go(&d);
    close_disturber(&d);
    return rc;
}
