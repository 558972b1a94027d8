/* SPDX-License-Identifier: MIT */
/*
 * Flags. Invariant: while tasks wait and the flag is set, its bell has been rung, or is about to be by who set
 * it; so nobody needs to ring again for a flag that is set.
 */
#include "lib/flag.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/wait_any.h"

static bool take(struct sb_flag *flag)
{
    return atomic_load_explicit(&flag->is_set, memory_order_relaxed) &&
           atomic_exchange_explicit(&flag->is_set, false, memory_order_acq_rel);
}

static void on_ring(void *arg)
{
    struct sb_flag *flag = arg;
    struct sb_waiter *waiter = sb_waitq_first(&flag->waiters);

    if (waiter != NULL && take(flag))
        sb_waitq_wake(waiter, 0);
}

void sb_flag_init(struct sb_flag *flag)
{
    sb_bell_init(&flag->bell, on_ring, flag);
    sb_waitq_init(&flag->waiters);
    atomic_init(&flag->is_set, false);
}

void sb_flag_deinit(struct sb_flag *flag)
{
    assert(sb_waitq_first(&flag->waiters) == NULL);
    sb_bell_deinit(&flag->bell);
}

void sb_flag_set(struct sb_flag *flag)
{
    if (!atomic_exchange_explicit(&flag->is_set, true, memory_order_acq_rel))
        sb_bell_ring(&flag->bell);
}

void sb_flag_clear(struct sb_flag *flag)
{
    atomic_store_explicit(&flag->is_set, false, memory_order_release);
}

bool sb_flag_is_set(const struct sb_flag *flag)
{
    return atomic_load_explicit(&flag->is_set, memory_order_acquire);
}

/* Without waiting; not past tasks that wait: a set that is on its way is theirs. */
static int try_wait(struct sb_flag *flag)
{
    assert(flag->bell.loop == sb_core_loop);
    return sb_waitq_first(&flag->waiters) == NULL && take(flag) ? 0 : -EAGAIN;
}

int sb_flag_wait(struct sb_flag *flag)
{
    struct sb_waiter waiter;
    int rc = sb_core_check();

    if (rc < 0 || try_wait(flag) == 0)
        return rc;
    return sb_core_wait_in(&flag->waiters, &waiter, "flag", flag, __builtin_return_address(0));
}

/* ---- beside others */

static int take_case(struct sb_case *c)
{
    return try_wait(c->object);
}

static struct sb_waitq *queue(struct sb_case *c)
{
    struct sb_flag *flag = c->object;

    return &flag->waiters;
}

struct sb_case sb_flag_case(struct sb_flag *flag)
{
    static const struct sb_case_ops ops = {.what = "flag", .take = take_case, .queue = queue};

    return sb_case_of(&ops, flag, NULL);
}
