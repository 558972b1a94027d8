/* SPDX-License-Identifier: MIT */
/*
 * The trace player: a part whose outputs repeat a recording, each edge at its time. Which pin plays
 * which channel: trace_routes.h.
 *
 * A recording has no order within a sample. Where a clock (E, SCL) changes in the same sample as other
 * lines, its falling edge is played before them and its rising edge after them, since data are set up
 * before a clock and held after it.
 */
#include "sim/parts/part_trace.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/timer.h"
#include "sim/trace/source.h"
#include "sim/parts/trace_routes.h"
#include "sim/bus/uart.h"
#include "sim/world.h"

static const struct sb_part_attr attrs[] = {
    {"file", SB_ATTR_FILE, "", NULL, "the recording"},
    {"channels", SB_ATTR_TEXT, "", NULL,
     "which channel a pin plays where their names differ: RS=rs,D4=DB4,0=IR Toy IRRX"},
    {"autoplay", SB_ATTR_FLAG, "1", NULL,
     "plays the file from the start; 0: waits for a scenario's play step"},
    {"from", SB_ATTR_NUMBER, "0", NULL, "seconds of the recording that are left out at its start"},
    {"samplerate", SB_ATTR_NUMBER, "0", NULL, "Hz, for files that do not say"},
    {"baud", SB_ATTR_NUMBER, "9600", NULL, "at which the bytes of a log are sent"},
    {"drive", SB_ATTR_CHOICE, "strong", "strong resistive",
     "resistive: as if through resistors, so that a part that drives the same wire wins"},
    {0},
};

/* What changes at one instant, a bit a track. */
struct instant {
    uint64_t changed;
    uint64_t levels; /* a released line counts as high: it has a pull-up, if anything */
    uint64_t released;
};

struct player {
    struct sb_part part;
    struct sb_trace *trace;       /* null: nothing to play */
    struct sb_trace_change ahead; /* the next change that is still to be played */
    bool has_ahead;
    bool is_playing;
    int64_t base_ns; /* world time of the recording's time 0; may lie before the world's */
    int64_t from_ns;
    enum sb_strength strength;
    struct sb_trace_routes routes;
    unsigned baud;
    struct sb_uart_tx *senders[SB_TRACE_PIN_COUNT]; /* of terminals that play bytes, else null */
    struct sb_timer timer;
    struct sb_event stopped;
    struct sb_diag diag; /* of the open recording: outlives init and play */
    int result;          /* of the recording: negative once it turned out damaged */
};

static void stop(struct player *player)
{
    sb_timer_stop(&player->timer);
    player->is_playing = false;
    sb_event_set(&player->stopped);
}

/* Stops for good because of the file; `diag` of the player says why. */
static void fail(struct player *player, int rc)
{
    player->result = rc;
    stop(player);
}

/* ---- bytes */

static bool has_bytes(const struct player *player, unsigned channel)
{
    return sb_trace_channel_kind(player->trace, channel) == SB_CHANNEL_BYTES;
}

/* With `end` one of sb_uart_tx_stop and, at the end of the world, sb_uart_tx_deinit. */
static void drop_senders(struct player *player, void (*end)(struct sb_uart_tx *tx))
{
    for (unsigned i = 0; i < SB_TRACE_PIN_COUNT; i++) {
        if (player->senders[i])
            end(player->senders[i]);
        free(player->senders[i]);
        player->senders[i] = NULL;
    }
}

/* Makes a UART for each terminal that plays bytes; it drives the terminal from now on. */
static int make_senders(struct player *player, struct sb_diag *diag)
{
    const struct sb_trace_routes *routes = &player->routes;

    for (unsigned channel = 0; channel < sb_trace_channel_count(player->trace); channel++) {
        unsigned track = routes->track_of[channel];

        if (!track || !has_bytes(player, channel))
            continue;
        for (int i = routes->first[track - 1]; i >= 0; i = routes->next[i]) {
            player->senders[i] = calloc(1, sizeof(*player->senders[i]));
            if (!player->senders[i]) {
                sb_part_error(&player->part, diag, "out of memory");
                return -ENOMEM;
            }
            sb_uart_tx_init(player->senders[i], &player->part.terminals[i], player->baud, NULL,
                            NULL);
        }
    }
    return 0;
}

/*
 * A byte begins at the time of its last bit in the log, so that a line is idle for a byte's time before the
 * first and whoever is there from the start hears it whole.
 */
static void send_byte(struct player *player, unsigned track, uint8_t byte)
{
    for (int i = player->routes.first[track]; i >= 0; i = player->routes.next[i])
        sb_uart_tx_write(player->senders[i], &byte, 1);
}

/* ---- levels */

static void drive(struct player *player, const struct instant *instant, uint64_t tracks)
{
    for (; tracks; tracks &= tracks - 1) {
        unsigned track = (unsigned)__builtin_ctzll(tracks);
        bool is_released = instant->released >> track & 1;

        for (int i = player->routes.first[track]; i >= 0; i = player->routes.next[i])
            sb_terminal_drive(&player->part.terminals[i],
                              is_released ? SB_STRENGTH_NONE : player->strength,
                              instant->levels >> track & 1);
    }
}

/* Plays the changes of one instant, clocks as said at the top. */
static void drive_instant(struct player *player, const struct instant *instant)
{
    uint64_t clocks = instant->changed & player->routes.clock_tracks;

    drive(player, instant, clocks & ~instant->levels);
    drive(player, instant, instant->changed & ~clocks);
    drive(player, instant, clocks & instant->levels);
}

/* Takes the next change from the file into `ahead`. */
static int look_ahead(struct player *player)
{
    int rc = sb_trace_next(player->trace, &player->ahead);

    player->has_ahead = rc > 0;
    return rc < 0 ? rc : 0;
}

static void set_level(struct instant *instant, uint64_t bit, uint8_t level)
{
    instant->changed |= bit;
    instant->levels = level ? instant->levels | bit : instant->levels & ~bit;
    instant->released = level == SB_TRACE_RELEASED ? instant->released | bit
                                                   : instant->released & ~bit;
}

/*
 * Takes from the file all changes up to `time_ns`; the levels in which they leave the tracks are added to
 * `instant`. With `is_instant`, ends before a track changes twice.
 */
static int take_until(struct player *player, int64_t time_ns, bool is_instant,
                      struct instant *instant)
{
    while (player->has_ahead && player->ahead.time_ns <= time_ns) {
        unsigned track = player->routes.track_of[player->ahead.channel];
        int rc;

        if (track && has_bytes(player, player->ahead.channel)) {
            if (is_instant)
                send_byte(player, track - 1, player->ahead.byte);
        } else if (track) {
            uint64_t bit = UINT64_C(1) << (track - 1);

            if (is_instant && (instant->changed & bit))
                return 0;
            set_level(instant, bit, player->ahead.level);
        }
        rc = look_ahead(player);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* The recording's end, and that of the last byte, which begins there. */
static int64_t end_ns(const struct player *player)
{
    int64_t time_ns = sb_trace_end_ns(player->trace);

    for (unsigned i = 0; i < SB_TRACE_PIN_COUNT; i++)
        if (player->senders[i])
            return time_ns + sb_uart_byte_ns(player->baud);
    return time_ns;
}

static void play_on(struct sb_timer *timer, void *arg)
{
    struct player *player = arg;
    int64_t now_ns = sb_world_now_ns(player->part.world);

    while (player->has_ahead && player->base_ns + player->ahead.time_ns <= now_ns) {
        struct instant instant = {0};
        int rc = take_until(player, player->ahead.time_ns, true, &instant);

        drive_instant(player, &instant);
        if (rc < 0) {
            fail(player, rc);
            return;
        }
    }
    if (player->has_ahead)
        sb_timer_start_at_ns(timer, player->base_ns + player->ahead.time_ns);
    else if (now_ns < player->base_ns + end_ns(player))
        sb_timer_start_at_ns(timer, player->base_ns + end_ns(player));
    else
        stop(player);
}

/* Begins to play the open recording now, in the levels that it has at `from`. */
static int begin(struct player *player)
{
    struct instant instant = {0};
    int rc = look_ahead(player);

    /* What a channel does after its first level is an edge, even at time 0. */
    if (rc == 0)
        rc = take_until(player, player->from_ns, player->from_ns == 0, &instant);
    if (rc < 0) {
        fail(player, rc);
        return rc;
    }
    player->base_ns = sb_world_now_ns(player->part.world) - player->from_ns;
    player->is_playing = true;
    sb_event_clear(&player->stopped);
    drive_instant(player, &instant);
    play_on(&player->timer, player);
    return 0;
}

static int open_file(struct player *player, const char *path, const char *channel,
                     struct sb_diag *diag)
{
    struct sb_trace_options options = {
        .samplerate_hz = (int64_t)sb_part_attr_number(&player->part, "samplerate"),
        .baud = player->baud,
    };
    int rc;

    drop_senders(player, sb_uart_tx_stop);
    sb_trace_close(player->trace);
    player->trace = NULL;
    player->has_ahead = false;
    player->result = 0;
    sb_diag_init(&player->diag, NULL, NULL);
    rc = sb_trace_open(&player->trace, path, &options, &player->diag);
    if (rc < 0) {
        sb_part_error(&player->part, diag, "%s", player->diag.last);
        return rc;
    }
    rc = sb_trace_routes_make(&player->routes, &player->part, player->trace, channel, diag);
    return rc < 0 ? rc : make_senders(player, diag);
}

static void deinit(struct sb_part *part)
{
    struct player *player = (struct player *)part;

    sb_timer_stop(&player->timer);
    drop_senders(player, sb_uart_tx_deinit);
    sb_trace_close(player->trace);
    player->trace = NULL;
    sb_trace_routes_clear(&player->routes);
}

static int init(struct sb_part *part, struct sb_diag *diag)
{
    struct player *player = (struct player *)part;
    const char *file = sb_part_attr(part, "file");
    double from_s = sb_part_attr_number(part, "from");
    double rate_hz = sb_part_attr_number(part, "samplerate");
    double baud = sb_part_attr_number(part, "baud");
    char path[4096];
    int rc;

    sb_timer_init(&player->timer, play_on, player);
    sb_event_init(&player->stopped);
    sb_event_set(&player->stopped);
    player->strength = strcmp(sb_part_attr(part, "drive"), "resistive") == 0 ? SB_STRENGTH_RESISTIVE
                                                                             : SB_STRENGTH_STRONG;
    if (from_s < 0 || from_s > 9e9)
        return sb_part_error(part, diag, "from: %g s is outside of the recording", from_s);
    player->from_ns = llround(from_s * 1e9);
    if (rate_hz < 0 || rate_hz > 1e10)
        return sb_part_error(part, diag, "samplerate: %g Hz is no rate of a recording", rate_hz);
    if (baud < SB_UART_BAUD_MIN || baud > SB_UART_BAUD_MAX)
        return sb_part_error(part, diag, "baud: %g; %d to %d are possible", baud, SB_UART_BAUD_MIN,
                             SB_UART_BAUD_MAX);
    player->baud = (unsigned)baud;
    rc = sb_trace_routes_check(part, diag);
    if (rc < 0 || !*file || part->world->is_mirrored)
        return rc; /* of a real board nothing is played */
    if (*file == '/')
        snprintf(path, sizeof(path), "%s", file);
    else
        snprintf(path, sizeof(path), "%s/%s", part->world->folder, file);
    rc = open_file(player, path, NULL, diag);
    if (rc < 0)
        deinit(part);
    return rc;
}

static void start(struct sb_part *part)
{
    struct player *player = (struct player *)part;

    /* A failure here is one of the run, as any later one. */
    if (player->trace && sb_part_attr_flag(part, "autoplay"))
        begin(player);
}

static int play(struct sb_part *part, const char *file, const char *channel, struct sb_diag *diag)
{
    struct player *player = (struct player *)part;
    int rc;

    stop(player);
    rc = open_file(player, file, channel, diag);
    if (rc < 0)
        return rc;
    rc = begin(player);
    if (rc < 0)
        sb_part_error(part, diag, "%s", player->diag.last);
    return rc;
}

static const char *failure(const struct sb_part *part)
{
    const struct player *player = (const struct player *)part;

    return player->result < 0 ? player->diag.last : NULL;
}

static const struct sb_part_type type = {
    .name = "softboard-trace",
    .summary = "plays a recording of signals",
    .pins = sb_trace_pins,
    .terminal_count = SB_TRACE_PIN_COUNT,
    .attrs = attrs,
    .size = sizeof(struct player),
    .find_pin = sb_trace_pin_find,
    .init = init,
    .start = start,
    .play = play,
    .failure = failure,
    .deinit = deinit,
};

extern const struct sb_part_type *const sb_parts_trace[];

const struct sb_part_type *const sb_parts_trace[] = {&type, NULL};

bool sb_part_trace_failed(const struct sb_part *part, char *text, size_t size)
{
    const struct player *player = (const struct player *)part;

    if (part->type != &type || player->result >= 0)
        return false;
    snprintf(text, size, "%s: %s", part->id, player->diag.last);
    return true;
}

int sb_part_trace_wait(struct sb_part *part)
{
    struct player *player = (struct player *)part;
    int rc = sb_event_wait(&player->stopped);

    return rc < 0 ? rc : player->result;
}
