/* SPDX-License-Identifier: MIT */
/*
 * From sentences to the fix. A sentence that parsed is put in whole (drivers/gps_apply.h), and then
 * everybody who asked is told which data it brought.
 */
#include "drivers/gps.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "drivers/gps_apply.h"
#include "lib/hal/stream.h"
#include "lib/task.h"
#include "lib/timer.h"

#define QUARTER_DAY_NS (INT64_C(21600) * SB_S_NS)

/* Nanoseconds since 1970 to this day, in 2243, have 64 bits. No sentence's date is later. */
#define DATE_DAYS_MAX 100000

/* These go on into an epoch in which they did not come. */
#define CARRIED (SB_GPS_DATE | SB_GPS_SATELLITES_USED)

/* How many bytes the task reads at once. */
#define READ_SIZE 128

/* A task that waits for data. */
struct data_waiter {
    unsigned missing;
    bool is_any;
};

int sb_gps_init(struct sb_gps *gps, const struct sb_gps_config *config)
{
    if ((config->fix_data & ~(unsigned)SB_GPS_ALL) != 0)
        return -EINVAL;
    memset(gps, 0, sizeof(*gps));
    gps->config = config;
    gps->fix.time_ns = SB_NEVER;
    for (unsigned i = 0; i < SB_GPS_DATUM_COUNT; i++)
        gps->fix.times_ns[i] = SB_NEVER;
    sb_nmea_scanner_init(&gps->scanner);
    sb_gps_sats_init(&gps->sats);
    sb_waitq_init(&gps->waiters);
    sb_waitq_init(&gps->sky_waiters);
    return 0;
}

void sb_gps_counts(const struct sb_gps *gps, struct sb_gps_counts *counts)
{
    *counts = (struct sb_gps_counts){
        .sentences = gps->scanner.good_count,
        .unsupported = gps->unsupported_count,
        .rejected = gps->rejected_count,
        .no_checksum = gps->scanner.no_checksum_count,
        .bad_checksum = gps->scanner.bad_checksum_count,
        .too_long = gps->scanner.too_long_count,
        .cut = gps->scanner.cut_count,
    };
}

/* ---- epochs */

static void close_epoch(struct sb_gps *gps)
{
    struct sb_gps_fix fix = gps->fix;
    bool says_something = gps->has_epoch_utc || (gps->epoch_data & SB_GPS_POSITION) != 0;

    fix.valid = gps->epoch_data | (fix.valid & CARRIED);
    fix.time_ns = gps->epoch_time_ns;
    gps->epoch_data = 0;
    gps->has_epoch_utc = false;
    if (!says_something)
        return;
    gps->epoch_count++;
    if (gps->config->epoch_fn != NULL)
        gps->config->epoch_fn(gps, &fix, gps->config->arg);
}

/* From the last quarter of a day to the first quarter is over midnight; the other way round, back. */
static void follow_midnight(struct sb_gps *gps, int64_t utc_ns)
{
    int64_t before_ns = gps->fix.time_of_day_ns;

    if (!sb_gps_is_valid(&gps->fix, SB_GPS_DATE | SB_GPS_TIME))
        return;
    if (before_ns >= 3 * QUARTER_DAY_NS && utc_ns < QUARTER_DAY_NS)
        gps->fix.date_days += gps->fix.date_days < DATE_DAYS_MAX;
    else if (before_ns < QUARTER_DAY_NS && utc_ns >= 3 * QUARTER_DAY_NS)
        gps->fix.date_days -= gps->fix.date_days > 0;
}

static void enter_epoch(struct sb_gps *gps, int64_t utc_ns)
{
    if (gps->has_epoch_utc && gps->epoch_utc_ns != utc_ns)
        close_epoch(gps);
    follow_midnight(gps, utc_ns);
    gps->has_epoch_utc = true;
    gps->epoch_utc_ns = utc_ns;
}

/* ---- telling */

static void stamp(struct sb_gps_fix *fix, const struct sb_gps_change *change, int64_t time_ns)
{
    fix->valid = (fix->valid & ~change->taken) | change->brought;
    fix->time_ns = time_ns;
    for (unsigned left = change->brought; left != 0; left &= left - 1)
        fix->times_ns[__builtin_ctz(left)] = time_ns;
}

/* A ZDA or GST without time says nothing of the epoch before. */
static void stamp_epoch(struct sb_gps *gps, const struct sb_nmea_sentence *sentence,
                        const struct sb_gps_change *change)
{
    if (sentence->has_utc || !sb_gps_bears_utc(sentence->kind) ||
        (change->brought & SB_GPS_POSITION) != 0)
        gps->epoch_data &= ~change->taken;
    gps->epoch_data |= change->brought;
    if (sentence->has_utc || change->brought != 0)
        gps->epoch_time_ns = gps->fix.time_ns;
}

static void wake_data_waiters(struct sb_gps *gps, unsigned brought)
{
    struct sb_list *node;
    struct sb_list *after;

    SB_LIST_FOR_EACH(node, after, &gps->waiters.waiters)
    {
        struct sb_waiter *waiter = SB_CONTAINER_OF(node, struct sb_waiter, node);
        struct data_waiter *wanted = waiter->slot;
        bool is_satisfied = wanted->is_any && (wanted->missing & brought) != 0;

        wanted->missing &= ~brought;
        if (is_satisfied || wanted->missing == 0)
            sb_waitq_wake(waiter, 0);
    }
}

/* Time that the receiver did not guess, for who compares it with a pulse. */
static void tell_utc(struct sb_gps *gps, const struct sb_nmea_sentence *sentence, int64_t time_ns)
{
    if (gps->utc_fn == NULL || !sentence->has_utc ||
        !sb_gps_is_valid(&gps->fix, SB_GPS_DATE | SB_GPS_POSITION))
        return;
    if (sentence->kind == SB_NMEA_ZDA || sentence->kind == SB_NMEA_RMC)
        gps->utc_fn(gps->utc_arg, sb_gps_unix_ns(&gps->fix), time_ns);
}

static void tell(struct sb_gps *gps, const struct sb_gps_change *change)
{
    const struct sb_gps_config *config = gps->config;
    unsigned data = config->fix_data != 0 ? config->fix_data : SB_GPS_ALL;

    if (change->brought == 0)
        return;
    wake_data_waiters(gps, change->brought);
    if ((change->brought & SB_GPS_SATELLITES_IN_VIEW) != 0)
        sb_waitq_wake_all(&gps->sky_waiters, 0);
    if (config->fix_fn != NULL && (change->brought & data) != 0 &&
        sb_gps_is_valid(&gps->fix, SB_GPS_POSITION))
        config->fix_fn(gps, change->brought, config->arg);
}

/* ---- bytes to sentences */

static void commit(struct sb_gps *gps, const struct sb_nmea_sentence *sentence, int64_t time_ns)
{
    struct sb_gps_change change;

    if (sentence->has_utc)
        enter_epoch(gps, sentence->utc_ns);
    else if (sb_gps_is_lost(sentence))
        close_epoch(gps); /* what it still tells, satellites for one, is none of that epoch */
    change = sb_gps_apply(&gps->fix, &gps->sats, sentence, time_ns);
    stamp(&gps->fix, &change, time_ns);
    stamp_epoch(gps, sentence, &change);
    tell_utc(gps, sentence, time_ns);
    tell(gps, &change);
}

static void take_sentence(struct sb_gps *gps, enum sb_nmea_end end, int64_t time_ns)
{
    const struct sb_nmea_scanner *scanner = &gps->scanner;
    struct sb_nmea_sentence sentence;
    int rc = -ENOTSUP;

    if (end == SB_NMEA_BAD || (end == SB_NMEA_UNCHECKED && !gps->config->accept_no_checksum))
        return;
    if (scanner->start == '$')
        rc = sb_nmea_parse(&sentence, scanner->text, scanner->text_size);
    if (rc == 0) {
        commit(gps, &sentence, time_ns);
    } else if (end == SB_NMEA_GOOD) {
        gps->unsupported_count += rc == -ENOTSUP;
        gps->rejected_count += rc != -ENOTSUP;
    }
}

void sb_gps_feed(struct sb_gps *gps, const void *data, size_t size, int64_t time_ns)
{
    const uint8_t *at = data;
    const uint8_t *limit = at + size;

    while (at < limit) {
        enum sb_nmea_end end;

        at += sb_nmea_scan(&gps->scanner, at, (size_t)(limit - at), &end);
        if (end != SB_NMEA_UNFINISHED)
            take_sentence(gps, end, time_ns);
    }
}

void sb_gps_flush(struct sb_gps *gps, int64_t time_ns)
{
    enum sb_nmea_end end = sb_nmea_scan_end(&gps->scanner);

    if (end != SB_NMEA_UNFINISHED)
        take_sentence(gps, end, time_ns);
    close_epoch(gps);
}

int sb_gps_run(void *arg)
{
    struct sb_gps *gps = arg;
    char line[READ_SIZE];
    int rc;

    assert(gps->config->stream != NULL);
    /* By lines, which wakes the task once a sentence; what has no line end comes in pieces. */
    while ((rc = sb_stream_read_line(gps->config->stream, line, sizeof(line))) > 0)
        sb_gps_feed(gps, line, (size_t)rc, sb_now_ns());
    if (rc == -EPIPE)
        sb_gps_flush(gps, sb_now_ns());
    gps->last_error = rc;
    return rc;
}

/* ---- waiting */

int sb_gps_wait(struct sb_gps *gps, unsigned data)
{
    struct data_waiter wanted = {data != 0 ? data : SB_GPS_ALL, data == 0};
    struct sb_waiter waiter = {.slot = &wanted};
    int rc = sb_wait_check();

    assert((data & ~(unsigned)SB_GPS_ALL) == 0);
    return rc < 0 ? rc : sb_waitq_wait(&gps->waiters, &waiter, "gps", gps);
}

int sb_gps_wait_satellites(struct sb_gps *gps)
{
    struct sb_waiter waiter = {0};
    int rc = sb_wait_check();

    return rc < 0 ? rc : sb_waitq_wait(&gps->sky_waiters, &waiter, "gps satellites", gps);
}
