/* SPDX-License-Identifier: MIT */
/* Exploring: an odometer of choices, or seeds. */
#include "sim/testing/explore.h"

#include <errno.h>
#include <stdio.h>

#include "sim/testing/trial_private.h"

struct explorer {
    const struct sb_explore_config *config;
    struct sb_explore_report *report;
    struct sb_trial_run *run;
    struct sb_order order; /* choices of the prefix, then those that the run made */
    uint8_t counts[SB_ORDER_CHOICES_MAX];
    uint32_t prefix_count;
    uint32_t made_count; /* choices of this run */
    uint64_t random;
    bool is_cut;   /* some limit has kept an order from being run */
    bool is_other; /* a choice of the prefix was not there: the runs differ */
    char label[160];
};

static uint32_t choose_at_random(uint32_t count, void *arg)
{
    struct explorer *e = arg;

    e->made_count++;
    e->random ^= e->random << 13;
    e->random ^= e->random >> 7;
    e->random ^= e->random << 17;
    return (uint32_t)(e->random % count);
}

/* Follows the prefix, then takes the first. */
static uint32_t choose(uint32_t count, void *arg)
{
    struct explorer *e = arg;
    uint32_t at = e->made_count++;

    if (at >= SB_ORDER_CHOICES_MAX || count > UINT8_MAX) {
        e->is_cut = true;
        return 0;
    }
    if (at < e->prefix_count && e->order.choices[at] >= count) {
        e->is_other = true;
        e->order.choices[at] = 0;
    }
    if (at >= e->prefix_count)
        e->order.choices[at] = 0;
    e->counts[at] = (uint8_t)count;
    return e->order.choices[at];
}

/* ---- the odometer */

static uint32_t count_deviations(const struct sb_order *order, uint32_t choice_count)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < choice_count; i++)
        count += order->choices[i] != 0;
    return count;
}

static bool may_count_up(struct explorer *e, uint32_t at)
{
    uint32_t limit = e->config->deviation_limit;

    if (e->order.choices[at] + 1 >= e->counts[at])
        return false;
    if (e->config->depth != 0 && at >= e->config->depth)
        e->is_cut = true;
    else if (limit != 0 && count_deviations(&e->order, at) >= limit)
        e->is_cut = true;
    else
        return true;
    return false;
}

/* The next order of those with more than the first choice left. False when there is none. */
static bool count_up(struct explorer *e)
{
    uint32_t at = e->made_count < SB_ORDER_CHOICES_MAX ? e->made_count : SB_ORDER_CHOICES_MAX;

    while (at > 0 && !may_count_up(e, at - 1))
        at--;
    if (at == 0)
        return false;
    e->order.choices[at - 1]++;
    e->prefix_count = at;
    return true;
}

/* ---- one run */

static void write_label(struct explorer *e)
{
    size_t used = 0;

    if (e->order.seed != 0) {
        snprintf(e->label, sizeof(e->label), "order of seed %llu",
                 (unsigned long long)e->order.seed);
        return;
    }
    used = (size_t)snprintf(e->label, sizeof(e->label), "order");
    for (uint32_t i = 0; i < e->prefix_count && used < sizeof(e->label) - 8; i++)
        used += (size_t)snprintf(e->label + used, sizeof(e->label) - used, " %u",
                                 e->order.choices[i]);
    snprintf(e->label + used, sizeof(e->label) - used, e->prefix_count == 0 ? " 0" : "");
}

static void note_failed(struct explorer *e)
{
    e->report->failed = e->order;
    e->report->failed.choice_count = e->prefix_count;
}

static int go(struct explorer *e)
{
    struct sb_trial_way way = {
        .label = e->label,
        .choose_fn = e->order.seed != 0 ? choose_at_random : choose,
        .arg = e,
    };
    int rc;

    e->made_count = 0;
    e->random = e->order.seed * UINT64_C(0x9e3779b97f4a7c15);
    write_label(e);
    rc = sb_trial_go(e->run, &way, &e->report->trial);
    e->report->run_count++;
    if (e->made_count > e->report->choice_count)
        e->report->choice_count = e->made_count;
    if (rc == 0 && (e->is_other || e->made_count < e->prefix_count)) {
        snprintf(
            e->report->trial.text, sizeof(e->report->trial.text),
            "%s: it did not run as it did before up to there: something is left from that run, or "
            "depends on addresses or the time of day",
            e->label);
        rc = -EPROTO;
    }
    if (rc < 0)
        note_failed(e);
    return rc;
}

/* ---- all of them */

static int run_seeds(struct explorer *e)
{
    int rc = 0;

    for (uint32_t seed = 1; rc == 0 && seed <= e->config->seed_count; seed++) {
        e->order.seed = seed;
        rc = go(e);
    }
    return rc;
}

static int run_orders(struct explorer *e)
{
    uint64_t limit = e->config->run_limit == 0 ? 1000000 : e->config->run_limit;
    int rc;

    do
        rc = go(e);
    while (rc == 0 && e->report->run_count < limit && count_up(e));
    e->report->is_complete = rc == 0 && e->report->run_count < limit && !e->is_cut;
    return rc;
}

static int open_explorer(struct explorer *e, const struct sb_trial *trial,
                         const struct sb_explore_config *config, struct sb_explore_report *report)
{
    static const struct sb_explore_config all = {.depth = 0};

    *report = (struct sb_explore_report){.run_count = 0};
    *e = (struct explorer){.config = config == NULL ? &all : config, .report = report};
    return sb_trial_open(trial, &e->run);
}

int sb_explore(const struct sb_trial *trial, const struct sb_explore_config *config,
               struct sb_explore_report *report)
{
    struct explorer e;
    int rc = open_explorer(&e, trial, config, report);

    if (rc < 0)
        return rc;
    rc = e.config->seed_count != 0 ? run_seeds(&e) : run_orders(&e);
    sb_trial_close(e.run);
    return rc;
}

int sb_explore_once(const struct sb_trial *trial, const struct sb_order *order,
                    struct sb_explore_report *report)
{
    struct explorer e;
    int rc = open_explorer(&e, trial, NULL, report);

    if (rc < 0)
        return rc;
    assert(order->choice_count <= SB_ORDER_CHOICES_MAX);
    e.order = *order;
    e.prefix_count = order->choice_count;
    rc = go(&e);
    sb_trial_close(e.run);
    return rc;
}
