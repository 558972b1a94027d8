/* SPDX-License-Identifier: MIT */
/* Tickers. */
#include "lib/ticker.h"

#include <errno.h>
#include <limits.h>

#include "lib/core.h"

int sb_ticker_init_ns(struct sb_ticker *ticker, int64_t period_ns)
{
    if (period_ns <= 0)
        return -EINVAL;
    *ticker = (struct sb_ticker){
        .deadline_ns = sb_core_deadline(sb_now_ns(), period_ns),
        .period_ns = period_ns,
    };
    return 0;
}

int sb_ticker_init_ms(struct sb_ticker *ticker, int64_t period_ms)
{
    return sb_ticker_init_ns(ticker, sb_core_scale(period_ms, SB_MS_NS));
}

/* Moves on to the first tick that is still to come. Returns how many that passes. */
static int pass_ticks(struct sb_ticker *ticker, int64_t now_ns)
{
    int64_t missed_count = (now_ns - ticker->deadline_ns) / ticker->period_ns;

    ticker->deadline_ns += missed_count * ticker->period_ns;
    ticker->deadline_ns = sb_core_deadline(ticker->deadline_ns, ticker->period_ns);
    ticker->overrun_count += (uint64_t)missed_count;
    return missed_count < INT_MAX ? (int)missed_count + 1 : INT_MAX;
}

int sb_ticker_wait(struct sb_ticker *ticker)
{
    int rc;

    if (ticker->is_waiting)
        return -EBUSY;
    ticker->is_waiting = true;
    rc = sb_sleep_until_ns(ticker->deadline_ns);
    ticker->is_waiting = false;
    return rc < 0 ? rc : pass_ticks(ticker, sb_now_ns());
}
