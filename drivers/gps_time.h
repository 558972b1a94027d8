/* SPDX-License-Identifier: MIT */
/*
 * Time to a microsecond from a GPS receiver's pulse per second (PPS). The leading edge of the pulse is
 * the start of a UTC second; which one says the RMC or ZDA that describes it, which comes after the
 * edge. So an edge counts only once that sentence has come, at most 1.1 s later, and never by what came
 * before it. The last nine edges give offset and rate of the loop's clock against UTC: medians, so that
 * single late edges move nothing. spec/drivers.md 17.
 *
 * Edges bear the time at which they happened, so it makes no difference how late the loop hears of them,
 * as long as it is before the sentence. Edge and sentence come on the loop's thread: no half-written time
 * can be seen.
 *
 * It works with any rate of sentences: those between two seconds are passed over, and of a receiver that
 * sends one each 5 s every fifth edge is used. What it cannot know is a receiver that describes a second
 * only after the next one has begun: then raise the baud rate or ask it for fewer sentences.
 */
#ifndef SB_DRIVERS_GPS_TIME_H
#define SB_DRIVERS_GPS_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/hal/pin.h"
#include "lib/wait.h"

#define SB_GPS_TIME_HOLDOVER_MS 10000

/* Edges that are remembered. */
#define SB_GPS_TIME_SAMPLES 9

struct sb_gps;
struct sb_gps_time;

/*
 * The edge at `edge_ns` of the loop's clock was the second `utc_ns`, in ns since 1970. In the context of
 * who feeds the GPS; must not wait.
 */
typedef void sb_gps_second_fn(struct sb_gps_time *time, int64_t utc_ns, int64_t edge_ns, void *arg);

struct sb_gps_time_config {
    struct sb_gps *gps; /* borrowed; has one struct sb_gps_time at most */
    /* Borrowed, an input whose becoming true is the second: SB_PIN_ACTIVE_LOW for a falling edge. */
    struct sb_pin *pin;
    uint32_t holdover_ms;        /* how long the time is good without pulses; 0 means 10,000 */
    sb_gps_second_fn *second_fn; /* null: not asked for */
    void *arg;                   /* borrowed */
};

struct sb_gps_time_sample {
    int64_t edge_ns;   /* loop's clock */
    int64_t offset_ns; /* UTC less that */
};

/* The caller's memory, until sb_gps_time_stop. */
struct sb_gps_time {
    /* read-only */
    uint64_t second_count; /* edges that were told which second they are, and agreed */
    uint64_t missed_count; /* seconds that were described without an edge in the 1.1 s before */
    uint64_t
        glitch_count; /* edges less than 0.9 s after another, or far from where a second begins */
    uint64_t outlier_count; /* edges that contradict the time */
    int64_t utc_ns;         /* the last second, and its edge */
    int64_t edge_ns;
    int64_t offset_ns; /* UTC less the loop's clock, at that edge, smoothed */
    int64_t rate_ppb;  /* by how much UTC runs faster than the loop's clock */
    bool is_started;
    /* private */
    const struct sb_gps_time_config *config;
    bool has_edge;      /* pending_ns has been */
    bool is_pending;    /* and no sentence has described it yet */
    int64_t pending_ns; /* the last edge */
    int64_t described_ns;
    uint32_t sample_count;
    struct sb_gps_time_sample samples[SB_GPS_TIME_SAMPLES]; /* the newest first */
    uint32_t
        suspect_count; /* samples in a row that contradict the time and agree with each other */
    struct sb_gps_time_sample suspect;
    struct sb_waitq waiters;
    struct sb_pin_watch watch;
};

/* Prepares. `config` is borrowed. Returns 0; -EINVAL without a GPS or a pin. */
int sb_gps_time_init(struct sb_gps_time *time, const struct sb_gps_time_config *config);

/*
 * Watches the pin from now on; what was known is forgotten. Nothing happens when it is started.
 * Returns 0; -EBUSY when the GPS has another; -EPERM when the pin is an output; the pin's error.
 */
int sb_gps_time_start(struct sb_gps_time *time);

/* Lets go of pin and GPS. The time stays known for its holdover. Nothing happens when it is stopped. */
void sb_gps_time_stop(struct sb_gps_time *time);

/*
 * UTC at a time of the loop's clock, in ns since 1970-01-01T00:00:00Z as Unix counts. It is known once
 * two edges agree (to 5 ms), and until holdover_ms after the last; a time before that edge gives what is
 * thought of it now. Each edge may move it by the error of the edges, back too. Three edges in a row that
 * say something else and agree set it anew: after a leap second, which Unix time cannot tell from the
 * second after. Returns 0; -EAGAIN while it is not known, or no longer.
 */
int sb_gps_time_at(const struct sb_gps_time *time, int64_t loop_ns, int64_t *utc_ns);

/* The same for now. */
int sb_gps_time_now(const struct sb_gps_time *time, int64_t *utc_ns);

/* Waits for the next second that is counted. Returns 0, -ECANCELED or -ETIMEDOUT. */
int sb_gps_time_wait(struct sb_gps_time *time);

#endif
