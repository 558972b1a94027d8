/* SPDX-License-Identifier: MIT */
/*
 * A GPS module like those with an MTK3339 inside: sentences on TX, commands on RX, a pulse a second on PPS.
 * It is at a fixed place, on a route, or plays a log. Sentences of a fix begin 300 ms after its
 * instant (30 % of shorter intervals); PPS rises at each UTC second for 100 ms while there is a fix. When
 * the line is too slow for what is asked for, whole sentences are left out.
 *
 * Sources: spec/drivers.md 15 to 17, spec/formats.md 5.5.
 */
#include "sim/parts/part_gps.h"

#include <math.h>
#include <stdlib.h>

#include "sim/parts/gps_module.h"

enum { VCC, GND, TX, RX, PPS, PIN_COUNT };

#define PPS_NS   (100 * SB_MS_NS)
#define DELAY_NS (300 * SB_MS_NS)

static bool has_fix(const struct sb_sim_gps *gps)
{
    return gps->may_fix && !gps->is_standby && gps->sky.used >= 3 &&
           sb_sim_gps_now_ns(gps) >= gps->acquire_ns;
}

/* The loop's time of the next whole multiple of `step_ms` in UTC, at `from_ns` or later. */
static int64_t next_multiple_ns(const struct sb_sim_gps *gps, int64_t from_ns, int64_t step_ms)
{
    int64_t utc_ns = gps->part.world->calendar_ns + from_ns;
    int64_t over_ns = utc_ns % (step_ms * SB_MS_NS);

    if (over_ns < 0)
        over_ns += step_ms * SB_MS_NS;
    return over_ns == 0 ? from_ns : from_ns + step_ms * SB_MS_NS - over_ns;
}

/* ---- sending */

void sb_sim_gps_send(struct sb_sim_gps *gps, const char *text, size_t size)
{
    if (!gps->is_silent && !gps->is_standby && gps->next_baud == 0 &&
        sb_uart_tx_room(&gps->tx) >= size)
        sb_uart_tx_write(&gps->tx, text, size);
}

static void send_fix(struct sb_sim_gps *gps)
{
    static const uint8_t order[SB_SIM_GPS_SENTENCE_COUNT] = {
        SB_SIM_GPS_GGA, SB_SIM_GPS_GLL, SB_SIM_GPS_GSA, SB_SIM_GPS_GSV,
        SB_SIM_GPS_RMC, SB_SIM_GPS_VTG, SB_SIM_GPS_ZDA};
    char text[3 * SB_SIM_GPS_LINE_SIZE];

    for (unsigned i = 0; i < SB_SIM_GPS_SENTENCE_COUNT; i++) {
        unsigned rate = gps->settings.rates[order[i]];

        if (rate != 0 && gps->fix_count % rate == 0)
            sb_sim_gps_send(gps, text,
                            sb_sim_gps_write(order[i], &gps->fix, &gps->sky, &gps->date, text));
    }
    gps->fix_count++;
}

static int64_t delay_ns(const struct sb_sim_gps *gps)
{
    int64_t part_ns = gps->settings.interval_ms * SB_MS_NS * 3 / 10;

    return part_ns < DELAY_NS ? part_ns : DELAY_NS;
}

void sb_sim_gps_await_fix(struct sb_sim_gps *gps, int64_t from_ns)
{
    gps->fix_ns = next_multiple_ns(gps, from_ns, gps->settings.interval_ms);
    sb_timer_start_at_ns(&gps->sentences, gps->fix_ns + delay_ns(gps));
}

/* Some four metres: less is drawn as one place. */
#define TRACK_STEP 400

static void note_place(struct sb_sim_gps *gps)
{
    struct sb_sim_gps_track *track = &gps->track;
    struct sb_sim_gps_place place = {gps->fix.latitude, gps->fix.longitude};
    unsigned last = (track->first + track->count - 1) % SB_SIM_GPS_TRACK_MAX;

    if (!gps->fix.is_valid)
        return;
    if (track->count > 0 &&
        labs((long)place.latitude - track->places[last].latitude) < TRACK_STEP &&
        labs((long)place.longitude - track->places[last].longitude) < TRACK_STEP)
        return;
    if (track->count == SB_SIM_GPS_TRACK_MAX)
        track->first = (track->first + 1) % SB_SIM_GPS_TRACK_MAX;
    else
        track->count++;
    track->places[(track->first + track->count - 1) % SB_SIM_GPS_TRACK_MAX] = place;
}

static void on_fix(struct sb_sim_gps *gps)
{
    gps->fix.utc_ms = (gps->part.world->calendar_ns + gps->fix_ns) / SB_MS_NS;
    gps->fix.is_valid = has_fix(gps);
    if (gps->has_route)
        sb_sim_gps_route_at(&gps->route, gps->fix_ns, &gps->fix);
    note_place(gps);
    sb_sim_gps_sky_update(&gps->sky, gps->fix.utc_ms);
    send_fix(gps);
    sb_part_look_changed(&gps->part);
    sb_sim_gps_await_fix(gps, gps->fix_ns + 1);
}

/* ---- the log */

static void await_pps(struct sb_sim_gps *gps, int64_t from_ns);

static void await_line(struct sb_sim_gps *gps)
{
    int64_t next_ns = sb_sim_gps_log_next_ns(&gps->log);

    if (next_ns != SB_NEVER)
        sb_timer_start_at_ns(&gps->sentences, next_ns);
}

static void on_line(struct sb_sim_gps *gps)
{
    char text[256];
    size_t size = sb_sim_gps_log_take(&gps->log, text, sizeof(text));

    sb_sim_gps_send(gps, text, size);
    gps->fix.is_valid = gps->log.is_valid;
    if (!gps->pps_level && !sb_timer_is_armed(&gps->pps))
        await_pps(gps, sb_sim_gps_now_ns(gps));
    await_line(gps);
}

static void on_sentences(struct sb_timer *timer, void *arg)
{
    struct sb_sim_gps *gps = arg;

    (void)timer;
    if (gps->has_log)
        on_line(gps);
    else
        on_fix(gps);
}

/* ---- PPS */

static bool is_connected(const struct sb_terminal *terminal)
{
    const struct sb_wire *wire = terminal->wire;

    return wire->terminals.next->next != &wire->terminals || !sb_list_is_empty(&wire->links) ||
           !sb_list_is_empty(&wire->listeners);
}

/* A log's second is foretold once, by the sentences of the one before. */
static void await_pps(struct sb_sim_gps *gps, int64_t from_ns)
{
    if (!gps->has_log) {
        sb_timer_start_at_ns(&gps->pps, next_multiple_ns(gps, from_ns, 1000));
    } else if (gps->log.second_ns != SB_NEVER && gps->log.second_ns >= from_ns) {
        sb_timer_start_at_ns(&gps->pps, gps->log.second_ns);
        gps->log.second_ns = SB_NEVER;
    }
}

static void on_pps(struct sb_timer *timer, void *arg)
{
    struct sb_sim_gps *gps = arg;
    bool may_rise = gps->has_log ? gps->may_fix : has_fix(gps);

    if (gps->pps_level || (may_rise && !gps->is_silent)) {
        gps->pps_level = !gps->pps_level;
        sb_terminal_drive(&gps->part.terminals[PPS], SB_STRENGTH_STRONG, gps->pps_level);
    }
    if (gps->pps_level)
        sb_timer_start_ns(timer, PPS_NS);
    else
        await_pps(gps, sb_sim_gps_now_ns(gps) + 1);
}

/* ---- the part */

static int init(struct sb_part *part, struct sb_diag *diag)
{
    struct sb_sim_gps *gps = (struct sb_sim_gps *)part;
    struct sb_uart_faults faults = {.random = sb_world_seed_for(part->world, part->id)};
    int rc = sb_sim_gps_read_attrs(gps, diag);

    if (rc < 0)
        return rc;
    gps->may_fix = true;
    sb_timer_init(&gps->sentences, on_sentences, gps);
    sb_timer_init(&gps->pps, on_pps, gps);
    sb_uart_tx_init(&gps->tx, &part->terminals[TX], gps->settings.baud, sb_sim_gps_room, gps);
    sb_uart_tx_set_faults(&gps->tx, &faults);
    sb_uart_rx_init(&gps->rx, &part->terminals[RX], gps->settings.baud, sb_sim_gps_received, gps);
    sb_terminal_drive(&part->terminals[RX], SB_STRENGTH_PULL, true);
    sb_terminal_drive(&part->terminals[PPS], SB_STRENGTH_STRONG, false);
    return part->world->is_mirrored ? 0 : sb_sim_gps_read_files(gps, diag);
}

static void start(struct sb_part *part)
{
    struct sb_sim_gps *gps = (struct sb_sim_gps *)part;

    if (part->world->is_mirrored) { /* the real one sends, and has said nothing yet */
        sb_part_gps_show(part, &(struct sb_sim_gps_fix){.is_valid = false}, 0, NULL, 0, 0);
        return;
    }
    sb_uart_rx_start(&gps->rx);
    if (gps->has_log)
        await_line(gps);
    else
        sb_sim_gps_await_fix(gps, sb_sim_gps_now_ns(gps));
    if (is_connected(&part->terminals[PPS]))
        await_pps(gps, sb_sim_gps_now_ns(gps));
}

/* From here on it plays the log in place of what it did. */
static int play(struct sb_part *part, const char *file, const char *channel, struct sb_diag *diag)
{
    struct sb_sim_gps *gps = (struct sb_sim_gps *)part;
    int rc;

    if (channel != NULL)
        return sb_part_error(part, diag, "a GPS log has no channels: leave \"channel\" out");
    rc = sb_sim_gps_read_log(gps, file, diag);
    if (rc < 0)
        return rc;
    gps->has_log = true;
    sb_timer_stop(&gps->sentences);
    if (!gps->pps_level)
        sb_timer_stop(&gps->pps);
    await_line(gps);
    return 0;
}

static int set_control(struct sb_part *part, unsigned control, double value)
{
    struct sb_sim_gps *gps = (struct sb_sim_gps *)part;

    (void)control;
    gps->may_fix = value >= 0.5;
    sb_part_look_changed(part);
    return 0;
}

static double get_control(const struct sb_part *part, unsigned control)
{
    const struct sb_sim_gps *gps = (const struct sb_sim_gps *)part;

    (void)control;
    if (!part->world->is_mirrored)
        return gps->may_fix;
    return (gps->shown & SB_SIM_GPS_FIX) != 0 ? gps->fix.is_valid : NAN;
}

enum { FAULT_DROPOUT, FAULT_NOISE, FAULT_LOSS, FAULT_GARBAGE };

static void set_fault(struct sb_part *part, unsigned fault, bool is_on)
{
    struct sb_sim_gps *gps = (struct sb_sim_gps *)part;
    struct sb_uart_faults faults = gps->tx.faults;

    if (fault == FAULT_DROPOUT)
        gps->is_silent = is_on;
    else if (fault == FAULT_NOISE)
        faults.flip_one_in = is_on ? 500 : 0;
    else if (fault == FAULT_LOSS)
        faults.lose_one_in = is_on ? 50 : 0;
    else
        faults.garbage_one_in = is_on ? 50 : 0;
    sb_uart_tx_set_faults(&gps->tx, &faults);
}

static void deinit(struct sb_part *part)
{
    struct sb_sim_gps *gps = (struct sb_sim_gps *)part;

    sb_timer_stop(&gps->sentences);
    sb_timer_stop(&gps->pps);
    sb_uart_rx_stop(&gps->rx);
    sb_uart_tx_deinit(&gps->tx);
    sb_sim_gps_route_deinit(&gps->route);
    sb_sim_gps_log_close(&gps->log);
}

static const struct sb_part_pin pins[] = {
    {"VCC", VCC, SB_ROLE_PASSIVE}, {"GND", GND, SB_ROLE_PASSIVE}, {"TX", TX, SB_ROLE_SIGNAL},
    {"RX", RX, SB_ROLE_SIGNAL},    {"PPS", PPS, SB_ROLE_SIGNAL},  {NULL, 0, SB_ROLE_SIGNAL},
};

static const struct sb_part_control controls[] = {
    {"fix", 0, 1, "0: it loses its fix; with a log only the PPS stops"},
    {NULL, 0, 0, NULL},
};

static const struct sb_part_fault faults[] = {
    {"dropout", "it is silent: no sentences, no answers, no PPS"},
    {"noise", "one in 500 bits of what it sends is inverted"},
    {"loss", "one in 50 of its bytes is lost"},
    {"garbage", "a random byte comes in after one in 50"},
    {NULL, NULL},
};

static const struct sb_part_type type = {
    .name = "softboard-gps",
    .summary =
        "GPS module: NMEA sentences, PMTK commands, PPS; at a place, on a route or from a log",
    .pins = pins,
    .terminal_count = PIN_COUNT,
    .attrs = sb_sim_gps_attrs,
    .controls = controls,
    .faults = faults,
    .size = sizeof(struct sb_sim_gps),
    .init = init,
    .start = start,
    .play = play,
    .set_control = set_control,
    .get_control = get_control,
    .set_fault = set_fault,
    .deinit = deinit,
};

const struct sb_part_type *const sb_parts_gps[] = {&type, NULL};

const struct sb_sim_gps_fix *sb_part_gps_fix(const struct sb_part *part)
{
    return &((const struct sb_sim_gps *)part)->fix;
}

const struct sb_sim_gps_sky *sb_part_gps_sky(const struct sb_part *part)
{
    return &((const struct sb_sim_gps *)part)->sky;
}

unsigned sb_part_gps_known(const struct sb_part *part)
{
    const struct sb_sim_gps *gps = (const struct sb_sim_gps *)part;

    if (part->world->is_mirrored)
        return gps->shown;
    return gps->has_log ? SB_SIM_GPS_FIX : ~0U;
}

unsigned sb_part_gps_track(const struct sb_part *part, struct sb_sim_gps_place *places)
{
    const struct sb_sim_gps_track *track = &((const struct sb_sim_gps *)part)->track;

    for (unsigned i = 0; i < track->count; i++)
        places[i] = track->places[(track->first + i) % SB_SIM_GPS_TRACK_MAX];
    return track->count;
}

void sb_part_gps_show(struct sb_part *part, const struct sb_sim_gps_fix *fix, unsigned known,
                      const struct sb_sim_gps_satellite *satellites, unsigned count, unsigned used)
{
    struct sb_sim_gps *gps = (struct sb_sim_gps *)part;

    gps->fix = *fix;
    gps->shown = known;
    gps->sky.in_view = count;
    gps->sky.used = used;
    for (unsigned i = 0; i < count; i++)
        gps->sky.satellites[i] = satellites[i];
    note_place(gps);
    sb_part_look_changed(part);
}
