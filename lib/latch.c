/* SPDX-License-Identifier: MIT */
/* Latches. */
#include "lib/latch.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/wait_any.h"

int sb_latch_init(struct sb_latch *latch, int count)
{
    if (count < 0)
        return -EINVAL;
    sb_waitq_init(&latch->waiters);
    latch->count = count;
    return 0;
}

int sb_latch_count_down(struct sb_latch *latch)
{
    if (latch->count == 0)
        return -EOVERFLOW;
    if (--latch->count == 0)
        sb_waitq_wake_all(&latch->waiters, 0);
    return 0;
}

int sb_latch_wait(struct sb_latch *latch)
{
    struct sb_waiter waiter;
    int rc = sb_core_check();

    if (rc < 0 || latch->count == 0)
        return rc;
    return sb_core_wait_in(&latch->waiters, &waiter, "latch", latch, __builtin_return_address(0));
}

bool sb_latch_is_open(const struct sb_latch *latch)
{
    return latch->count == 0;
}

static int take(struct sb_case *c)
{
    const struct sb_latch *latch = c->object;

    return sb_latch_is_open(latch) ? 0 : -EAGAIN;
}

static struct sb_waitq *queue(struct sb_case *c)
{
    struct sb_latch *latch = c->object;

    return &latch->waiters;
}

struct sb_case sb_latch_case(struct sb_latch *latch)
{
    static const struct sb_case_ops ops = {.what = "latch", .take = take, .queue = queue};

    return sb_case_of(&ops, latch, NULL);
}
