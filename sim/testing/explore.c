/* SPDX-License-Identifier: MIT */
/* Exploring: a run for each order. */
#include "sim/testing/explore.h"

#include <errno.h>
#include <stdio.h>

#include "sim/testing/order_walk.h"
#include "sim/testing/trial_private.h"

struct explorer {
    struct sb_explore_report *report;
    struct sb_trial_run *run;
    struct sb_order_walk walk;
    char label[160];
};

static int check_same(struct explorer *e)
{
    if (!sb_order_walk_is_other(&e->walk))
        return 0;
    sb_trial_report_other(e->label, &e->report->trial);
    return -EPROTO;
}

static int go(struct explorer *e)
{
    struct sb_trial_way way = {
        .label = e->label,
        .choose_fn = sb_order_walk_choose,
        .arg = &e->walk,
    };
    char order[sizeof(e->label) - 16];
    int rc;

    sb_order_describe(&e->walk.order, order, sizeof(order));
    snprintf(e->label, sizeof(e->label), "undisturbed%s", order);
    sb_order_walk_begin(&e->walk);
    rc = sb_trial_go(e->run, &way, &e->report->trial);
    if (rc == 0)
        rc = check_same(e);
    e->report->run_count++;
    if (e->walk.made_count > e->report->choice_count)
        e->report->choice_count = e->walk.made_count;
    if (rc < 0)
        e->report->failed = e->walk.order;
    return rc;
}

static int run_all(struct explorer *e)
{
    int rc;

    do
        rc = go(e);
    while (rc == 0 && sb_order_walk_next(&e->walk));
    e->report->is_complete = rc == 0 && !e->walk.is_cut;
    return rc;
}

static int open_explorer(struct explorer *e, const struct sb_trial *trial,
                         struct sb_explore_report *report)
{
    *report = (struct sb_explore_report){.run_count = 0};
    e->report = report;
    return sb_trial_open(trial, &e->run);
}

int sb_explore(const struct sb_trial *trial, const struct sb_orders *orders,
               struct sb_explore_report *report)
{
    static const struct sb_orders all = {.depth = 0};
    struct explorer e;
    int rc = open_explorer(&e, trial, report);

    if (rc < 0)
        return rc;
    sb_order_walk_init(&e.walk, orders == NULL ? &all : orders);
    rc = run_all(&e);
    sb_trial_close(e.run);
    return rc;
}

int sb_explore_once(const struct sb_trial *trial, const struct sb_order *order,
                    struct sb_explore_report *report)
{
    struct explorer e;
    int rc = open_explorer(&e, trial, report);

    if (rc < 0)
        return rc;
    sb_order_walk_init_at(&e.walk, order);
    rc = go(&e);
    sb_trial_close(e.run);
    return rc;
}
