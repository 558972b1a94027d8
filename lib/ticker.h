/* SPDX-License-Identifier: MIT */
/*
 * A ticker: waits for the points of a grid in time, so that what a loop does between two of them does
 * not add up to a drift.
 *
 *      struct sb_ticker ticker;
 *      sb_ticker_init_ms(&ticker, 20);
 *      while (sb_ticker_wait(&ticker) > 0)
 *          control();
 */
#ifndef SB_LIB_TICKER_H
#define SB_LIB_TICKER_H

#include <stdbool.h>
#include <stdint.h>

struct sb_ticker {
    /* read-only */
    int64_t deadline_ns;    /* the next tick */
    int64_t period_ns;      /* above 0 */
    uint64_t overrun_count; /* ticks that nobody waited for, in all */
    /* private */
    bool is_waiting;
};

/*
 * The ticks are whole periods from now; the first comes one period later. Returns 0, or -EINVAL when
 * the period is 0 or negative.
 */
int sb_ticker_init_ns(struct sb_ticker *ticker, int64_t period_ns);
int sb_ticker_init_ms(struct sb_ticker *ticker, int64_t period_ms);

/*
 * Waits for the next tick. When that is past, lets the others run once and returns; the ticks that were
 * missed are counted and not made up for. Returns how many ticks have passed since the last return:
 * 1 in time, more when late, INT_MAX at the most; -ECANCELED or -ETIMEDOUT, with which no tick is lost
 * or moved; -EBUSY when another task waits for it.
 */
int sb_ticker_wait(struct sb_ticker *ticker);

#endif
