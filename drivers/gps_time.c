/* SPDX-License-Identifier: MIT */
/*
 * Pulse and sentence put together. An edge is pending until a sentence says which second it was; then
 * it is a sample, and either agrees with the time or is suspect.
 */
#include "drivers/gps_time.h"

#include <errno.h>
#include <string.h>

#include "drivers/gps.h"
#include "lib/task.h"
#include "lib/timer.h"

/* A sentence describes an edge that is younger than this. */
#define DESCRIBED_WITHIN_NS (1100 * SB_MS_NS)

/* Edges that are closer together are no seconds. */
#define EDGES_APART_NS (900 * SB_MS_NS)

/* By how much an edge may differ from the time: far more than clocks drift in a holdover. */
#define TOLERANCE_NS (50 * SB_MS_NS)

/* By how much samples that stand for a new time may differ. */
#define AGREEMENT_NS (5 * SB_MS_NS)

/* Samples that must agree: for the first time, and against the time that is known. */
#define AGREEING_FIRST   2
#define AGREEING_AGAINST 3

/* With fewer samples the rate would be noise. */
#define RATE_SAMPLES_MIN 4

/* No crystal is worse. */
#define RATE_MAX_PPB 500000

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

static int64_t holdover_ns(const struct sb_gps_time *time)
{
    uint32_t ms = time->config->holdover_ms;

    return (ms != 0 ? ms : SB_GPS_TIME_HOLDOVER_MS) * SB_MS_NS;
}

static bool is_known_at(const struct sb_gps_time *time, int64_t loop_ns)
{
    return time->sample_count > 0 && loop_ns - time->edge_ns <= holdover_ns(time);
}

/* What the rate makes of a duration: by whole milliseconds, which leaves room for centuries. */
static int64_t drift_ns(int64_t rate_ppb, int64_t duration_ns)
{
    return duration_ns / SB_MS_NS * rate_ppb / 1000;
}

static int64_t offset_at(const struct sb_gps_time *time, int64_t loop_ns)
{
    return time->offset_ns + drift_ns(time->rate_ppb, loop_ns - time->edge_ns);
}

/* ---- the estimate */

static int64_t median(int64_t *values, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        int64_t value = values[i];
        uint32_t place = i;

        for (; place > 0 && values[place - 1] > value; place--)
            values[place] = values[place - 1];
        values[place] = value;
    }
    return values[(count - 1) / 2] / 2 + values[count / 2] / 2 +
           (values[(count - 1) / 2] % 2 + values[count / 2] % 2) / 2;
}

/* The median of the slopes between samples that are half the memory apart. */
static int64_t estimate_rate(const struct sb_gps_time *time)
{
    int64_t slopes_ppb[SB_GPS_TIME_SAMPLES / 2];
    uint32_t half = time->sample_count / 2;
    int64_t rate_ppb;

    if (time->sample_count < RATE_SAMPLES_MIN)
        return 0;
    for (uint32_t i = 0; i < half; i++) {
        const struct sb_gps_time_sample *newer = &time->samples[i];
        const struct sb_gps_time_sample *older = &time->samples[i + half];

        slopes_ppb[i] = (newer->offset_ns - older->offset_ns) * 1000000 /
                        ((newer->edge_ns - older->edge_ns) / 1000);
    }
    rate_ppb = median(slopes_ppb, half);
    if (rate_ppb > RATE_MAX_PPB)
        return RATE_MAX_PPB;
    return rate_ppb < -RATE_MAX_PPB ? -RATE_MAX_PPB : rate_ppb;
}

/* The median of what the samples say of the newest edge. */
static void estimate(struct sb_gps_time *time)
{
    int64_t offsets_ns[SB_GPS_TIME_SAMPLES];

    time->rate_ppb = estimate_rate(time);
    time->edge_ns = time->samples[0].edge_ns;
    for (uint32_t i = 0; i < time->sample_count; i++)
        offsets_ns[i] = time->samples[i].offset_ns +
                        drift_ns(time->rate_ppb, time->edge_ns - time->samples[i].edge_ns);
    time->offset_ns = median(offsets_ns, time->sample_count);
}

static void push_sample(struct sb_gps_time *time, const struct sb_gps_time_sample *sample)
{
    if (time->sample_count < SB_GPS_TIME_SAMPLES)
        time->sample_count++;
    memmove(&time->samples[1], &time->samples[0],
            (time->sample_count - 1) * sizeof(time->samples[0]));
    time->samples[0] = *sample;
    estimate(time);
}

/* True when enough samples say the same that is not the time, this one being the last. */
static bool has_convinced(struct sb_gps_time *time, const struct sb_gps_time_sample *sample,
                          bool is_known)
{
    bool agrees = time->suspect_count > 0 &&
                  distance(sample->offset_ns, time->suspect.offset_ns) <= AGREEMENT_NS &&
                  sample->edge_ns - time->suspect.edge_ns <= holdover_ns(time);

    time->outlier_count += is_known;
    time->suspect_count = agrees ? time->suspect_count + 1 : 1;
    time->suspect = *sample;
    return time->suspect_count >= (is_known ? AGREEING_AGAINST : AGREEING_FIRST);
}

/* False when the sample does not count. */
static bool take_sample(struct sb_gps_time *time, const struct sb_gps_time_sample *sample)
{
    bool is_known = is_known_at(time, sample->edge_ns);

    if (!is_known || distance(sample->offset_ns, offset_at(time, sample->edge_ns)) > TOLERANCE_NS) {
        if (!has_convinced(time, sample, is_known))
            return false;
        time->sample_count = 0;
    }
    time->suspect_count = 0;
    push_sample(time, sample);
    return true;
}

/* ---- edges and sentences */

/* While the time is known, an edge must lie where a second begins. */
static bool is_far_from_second(const struct sb_gps_time *time, int64_t edge_ns)
{
    int64_t into_second_ns;

    if (!is_known_at(time, edge_ns))
        return false;
    into_second_ns = (edge_ns + offset_at(time, edge_ns)) % SB_S_NS;
    return into_second_ns > TOLERANCE_NS && into_second_ns < SB_S_NS - TOLERANCE_NS;
}

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    struct sb_gps_time *time = arg;

    (void)pin;
    if ((time->has_edge && edge->time_ns - time->pending_ns < EDGES_APART_NS) ||
        is_far_from_second(time, edge->time_ns)) {
        time->glitch_count++;
        return;
    }
    time->has_edge = true;
    time->is_pending = true;
    time->pending_ns = edge->time_ns;
}

/* A sentence of time `utc_ns` came at `arrival_ns`. */
static void on_utc(void *arg, int64_t utc_ns, int64_t arrival_ns)
{
    struct sb_gps_time *time = arg;
    const struct sb_gps_time_config *config = time->config;
    int64_t age_ns = arrival_ns - time->pending_ns;
    struct sb_gps_time_sample sample = {time->pending_ns, utc_ns - time->pending_ns};

    if (utc_ns % SB_S_NS != 0 || utc_ns == time->described_ns)
        return;
    time->described_ns = utc_ns;
    if (!time->is_pending || age_ns < 0 || age_ns >= DESCRIBED_WITHIN_NS) {
        time->missed_count++;
        return;
    }
    time->is_pending = false;
    if (!take_sample(time, &sample))
        return;
    time->second_count++;
    time->utc_ns = utc_ns;
    sb_waitq_wake_all(&time->waiters, 0);
    if (config->second_fn != NULL)
        config->second_fn(time, utc_ns, sample.edge_ns, config->arg);
}

/* ---- the program's side */

int sb_gps_time_init(struct sb_gps_time *time, const struct sb_gps_time_config *config)
{
    if (config->gps == NULL || config->pin == NULL)
        return -EINVAL;
    memset(time, 0, sizeof(*time));
    time->config = config;
    sb_waitq_init(&time->waiters);
    return 0;
}

int sb_gps_time_start(struct sb_gps_time *time)
{
    struct sb_gps *gps = time->config->gps;
    int rc;

    if (time->is_started)
        return 0;
    if (gps->utc_fn != NULL)
        return -EBUSY;
    rc = sb_pin_watch_start(time->config->pin, &time->watch, SB_EDGE_RISING, on_edge, time);
    if (rc < 0)
        return rc;
    time->has_edge = false;
    time->is_pending = false;
    time->described_ns = -1;
    time->sample_count = 0;
    time->suspect_count = 0;
    time->is_started = true;
    gps->utc_fn = on_utc;
    gps->utc_arg = time;
    return 0;
}

void sb_gps_time_stop(struct sb_gps_time *time)
{
    if (!time->is_started)
        return;
    time->is_started = false;
    time->config->gps->utc_fn = NULL;
    sb_pin_watch_stop(&time->watch);
}

int sb_gps_time_at(const struct sb_gps_time *time, int64_t loop_ns, int64_t *utc_ns)
{
    if (!is_known_at(time, loop_ns))
        return -EAGAIN;
    *utc_ns = loop_ns + offset_at(time, loop_ns);
    return 0;
}

int sb_gps_time_now(const struct sb_gps_time *time, int64_t *utc_ns)
{
    return sb_gps_time_at(time, sb_now_ns(), utc_ns);
}

int sb_gps_time_wait(struct sb_gps_time *time)
{
    struct sb_waiter waiter = {0};
    int rc = sb_wait_check();

    return rc < 0 ? rc : sb_waitq_wait(&time->waiters, &waiter, "gps time", time);
}
