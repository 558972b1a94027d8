/* SPDX-License-Identifier: MIT */
/*
 * The trace player: a part whose outputs repeat a recording, each edge at its time. The pins 0 to 31
 * are the file's channels by number; pins named by role (RS, E, SCL ...) are the channels of that name;
 * the attribute `channels` maps any pin to any channel.
 *
 * A recording has no order within a sample. Where a clock (E, SCL) changes in the same sample as other
 * lines, its falling edge is played before them and its rising edge after them, since data are set up
 * before a clock and held after it.
 */
#include "sim/part_trace.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/timer.h"
#include "sim/trace/source.h"
#include "sim/world.h"

#define NUMBERED_PIN_COUNT 32
#define CHANNELS_MAX       64
#define TEXT_SIZE          512

enum {
    PIN_RS = NUMBERED_PIN_COUNT,
    PIN_RW,
    PIN_E,
    PIN_D0,
    PIN_SCL = PIN_D0 + 8,
    PIN_SDA,
    PIN_A,
    PIN_B,
    PIN_RX,
    PIN_IR,
    PIN_COUNT,
};

static const struct sb_part_pin pins[] = {
    {"0", 0, SB_ROLE_SIGNAL},           {"1", 1, SB_ROLE_SIGNAL},
    {"2", 2, SB_ROLE_SIGNAL},           {"3", 3, SB_ROLE_SIGNAL},
    {"4", 4, SB_ROLE_SIGNAL},           {"5", 5, SB_ROLE_SIGNAL},
    {"6", 6, SB_ROLE_SIGNAL},           {"7", 7, SB_ROLE_SIGNAL},
    {"8", 8, SB_ROLE_SIGNAL},           {"9", 9, SB_ROLE_SIGNAL},
    {"10", 10, SB_ROLE_SIGNAL},         {"11", 11, SB_ROLE_SIGNAL},
    {"12", 12, SB_ROLE_SIGNAL},         {"13", 13, SB_ROLE_SIGNAL},
    {"14", 14, SB_ROLE_SIGNAL},         {"15", 15, SB_ROLE_SIGNAL},
    {"16", 16, SB_ROLE_SIGNAL},         {"17", 17, SB_ROLE_SIGNAL},
    {"18", 18, SB_ROLE_SIGNAL},         {"19", 19, SB_ROLE_SIGNAL},
    {"20", 20, SB_ROLE_SIGNAL},         {"21", 21, SB_ROLE_SIGNAL},
    {"22", 22, SB_ROLE_SIGNAL},         {"23", 23, SB_ROLE_SIGNAL},
    {"24", 24, SB_ROLE_SIGNAL},         {"25", 25, SB_ROLE_SIGNAL},
    {"26", 26, SB_ROLE_SIGNAL},         {"27", 27, SB_ROLE_SIGNAL},
    {"28", 28, SB_ROLE_SIGNAL},         {"29", 29, SB_ROLE_SIGNAL},
    {"30", 30, SB_ROLE_SIGNAL},         {"31", 31, SB_ROLE_SIGNAL},
    {"RS", PIN_RS, SB_ROLE_SIGNAL},     {"RW", PIN_RW, SB_ROLE_SIGNAL},
    {"E", PIN_E, SB_ROLE_SIGNAL},       {"D0", PIN_D0, SB_ROLE_SIGNAL},
    {"D1", PIN_D0 + 1, SB_ROLE_SIGNAL}, {"D2", PIN_D0 + 2, SB_ROLE_SIGNAL},
    {"D3", PIN_D0 + 3, SB_ROLE_SIGNAL}, {"D4", PIN_D0 + 4, SB_ROLE_SIGNAL},
    {"D5", PIN_D0 + 5, SB_ROLE_SIGNAL}, {"D6", PIN_D0 + 6, SB_ROLE_SIGNAL},
    {"D7", PIN_D0 + 7, SB_ROLE_SIGNAL}, {"SCL", PIN_SCL, SB_ROLE_SIGNAL},
    {"SDA", PIN_SDA, SB_ROLE_SIGNAL},   {"A", PIN_A, SB_ROLE_SIGNAL},
    {"B", PIN_B, SB_ROLE_SIGNAL},       {"RX", PIN_RX, SB_ROLE_SIGNAL},
    {"IR", PIN_IR, SB_ROLE_SIGNAL},     {0},
};

static const struct sb_part_attr attrs[] = {
    {"file", SB_ATTR_FILE, "", NULL, "the recording"},
    {"channels", SB_ATTR_TEXT, "", NULL,
     "which channel a pin plays where their names differ: RS=rs,D4=DB4,0=IR Toy IRRX"},
    {"autoplay", SB_ATTR_FLAG, "1", NULL,
     "plays the file from the start; 0: waits for a scenario's play step"},
    {"from", SB_ATTR_NUMBER, "0", NULL, "seconds of the recording that are left out at its start"},
    {"samplerate", SB_ATTR_NUMBER, "0", NULL, "Hz, for files that do not say"},
    {"drive", SB_ATTR_CHOICE, "strong", "strong resistive",
     "resistive: as if through resistors, so that a part that drives the same wire wins"},
    {0},
};

/* Which terminals play a channel: chains by terminal number, -1 ends one. */
struct routes {
    int first[CHANNELS_MAX];
    int next[PIN_COUNT];
};

struct player {
    struct sb_part part;
    struct sb_trace *trace;       /* null: nothing to play */
    struct sb_trace_change ahead; /* the next change that is still to be played */
    bool has_ahead;
    bool is_playing;
    int64_t base_ns; /* world time of the recording's time 0; may lie before the world's */
    int64_t from_ns;
    uint64_t clock_channels;
    enum sb_strength strength;
    struct routes routes;
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

static bool is_connected(const struct sb_terminal *terminal)
{
    const struct sb_wire *wire = terminal->wire;

    return wire->terminals.next->next != &wire->terminals || !sb_list_is_empty(&wire->links);
}

/* "'rs', 'e', 'd4'" */
static void list_channels(const struct sb_trace *trace, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < sb_trace_channel_count(trace) && used < size; i++) {
        int length = snprintf(out + used, size - used, "%s'%s'", i ? ", " : "",
                              sb_trace_channel_name(trace, i));

        used += length > 0 ? (size_t)length : 0;
    }
}

static int no_channel(const struct player *player, struct sb_diag *diag, const char *format,
                      const char *name)
{
    char channels[TEXT_SIZE];
    char text[160];

    list_channels(player->trace, channels, sizeof(channels));
    snprintf(text, sizeof(text), format, name);
    return sb_part_error(&player->part, diag, "%s; the file has %s", text, channels);
}

/*
 * Copies what the attribute `channels` says of this pin, "" when nothing. Names are compared without
 * case.
 */
static void mapped_name(const struct player *player, unsigned terminal, char *out, size_t size)
{
    const char *entry = sb_part_attr(&player->part, "channels");
    const char *pin = pins[terminal].name;

    out[0] = '\0';
    while (*entry) {
        size_t length = strcspn(entry, ",");
        size_t key = strcspn(entry, "=");

        if (key < length && key == strlen(pin) && !strncasecmp(entry, pin, key)) {
            snprintf(out, size, "%.*s", (int)(length - key - 1), entry + key + 1);
            return;
        }
        entry += length;
        entry += *entry == ',';
        entry += strspn(entry, " ");
    }
}

static int check_mapping(const struct player *player, struct sb_diag *diag)
{
    const char *entry = sb_part_attr(&player->part, "channels");

    while (*entry) {
        size_t length = strcspn(entry, ",");
        size_t key = strcspn(entry, "=");
        char pin[32];

        snprintf(pin, sizeof(pin), "%.*s", (int)key, entry);
        if (key >= length)
            return sb_part_error(&player->part, diag, "channels: '%.*s' is not PIN=CHANNEL",
                                 (int)length, entry);
        if (sb_part_type_pin(player->part.type, pin) < 0)
            return sb_part_error(&player->part, diag,
                                 "channels: no pin '%s' (there are 0 to 31, RS RW E D0 to D7, SCL "
                                 "SDA, A B, RX, IR)",
                                 pin);
        entry += length;
        entry += *entry == ',';
        entry += strspn(entry, " ");
    }
    return 0;
}

/*
 * The channel that a pin plays: -1 none, -EINVAL after a report. `all` (or null) is the one channel
 * that every connected pin plays unless mapped.
 */
static int pin_channel(const struct player *player, unsigned terminal, const char *all,
                       struct sb_diag *diag)
{
    const struct sb_trace *trace = player->trace;
    bool connected = is_connected(&player->part.terminals[terminal]);
    const char *name = pins[terminal].name;
    char mapped[128];
    int channel;

    mapped_name(player, terminal, mapped, sizeof(mapped));
    if (mapped[0]) {
        channel = sb_trace_channel_find(trace, mapped);
        return channel >= 0 ? channel : no_channel(player, diag, "no channel '%s'", mapped);
    }
    if (all) {
        channel = sb_trace_channel_find(trace, all);
        if (channel < 0)
            return no_channel(player, diag, "no channel '%s'", all);
        return connected ? channel : -1;
    }
    if (!connected && terminal < NUMBERED_PIN_COUNT)
        return -1;
    channel = sb_trace_channel_find(trace, name);
    if (channel < 0 && terminal < NUMBERED_PIN_COUNT && terminal < sb_trace_channel_count(trace))
        channel = (int)terminal;
    if (channel < 0 && connected)
        return no_channel(player, diag, "no channel for pin %s", name);
    return channel;
}

static int make_routes(struct player *player, const char *all, struct sb_diag *diag)
{
    struct routes *routes = &player->routes;

    player->clock_channels = 0;
    for (unsigned i = 0; i < CHANNELS_MAX; i++)
        routes->first[i] = -1;
    /* Backwards, so that each chain is in order of terminal. */
    for (int i = PIN_COUNT - 1; i >= 0; i--) {
        int channel = pin_channel(player, (unsigned)i, all, diag);

        routes->next[i] = -1;
        if (channel < -1)
            return channel;
        if (channel < 0)
            continue;
        routes->next[i] = routes->first[channel];
        routes->first[channel] = i;
        if (i == PIN_E || i == PIN_SCL)
            player->clock_channels |= UINT64_C(1) << channel;
    }
    return 0;
}

static void drive(struct player *player, unsigned channel, bool level)
{
    for (int i = player->routes.first[channel]; i >= 0; i = player->routes.next[i])
        sb_terminal_drive(&player->part.terminals[i], player->strength, level);
}

static void drive_all(struct player *player, uint64_t channels, uint64_t levels)
{
    for (; channels; channels &= channels - 1) {
        unsigned channel = (unsigned)__builtin_ctzll(channels);

        drive(player, channel, levels >> channel & 1);
    }
}

/* Plays the changes of one instant, clocks as said at the top. */
static void drive_instant(struct player *player, uint64_t changed, uint64_t levels)
{
    uint64_t clocks = changed & player->clock_channels;

    drive_all(player, clocks & ~levels, levels);
    drive_all(player, changed & ~clocks, levels);
    drive_all(player, clocks & levels, levels);
}

/* Takes the next change from the file into `ahead`. */
static int look_ahead(struct player *player)
{
    int rc = sb_trace_next(player->trace, &player->ahead);

    player->has_ahead = rc > 0;
    return rc < 0 ? rc : 0;
}

/*
 * Takes from the file all changes up to `time_ns`; the levels in which they leave the channels are
 * added to `changed` and `levels`. With `is_instant`, ends before a channel changes twice.
 */
static int take_until(struct player *player, int64_t time_ns, bool is_instant, uint64_t *changed,
                      uint64_t *levels)
{
    while (player->has_ahead && player->ahead.time_ns <= time_ns) {
        uint64_t bit = UINT64_C(1) << player->ahead.channel;
        int rc;

        if (is_instant && (*changed & bit))
            return 0;
        *changed |= bit;
        *levels = player->ahead.level ? *levels | bit : *levels & ~bit;
        rc = look_ahead(player);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static void play_on(struct sb_timer *timer, void *arg)
{
    struct player *player = arg;
    int64_t now_ns = sb_world_now_ns(player->part.world);

    while (player->has_ahead && player->base_ns + player->ahead.time_ns <= now_ns) {
        uint64_t changed = 0;
        uint64_t levels = 0;
        int rc = take_until(player, player->ahead.time_ns, true, &changed, &levels);

        drive_instant(player, changed, levels);
        if (rc < 0) {
            fail(player, rc);
            return;
        }
    }
    if (player->has_ahead)
        sb_timer_start_at_ns(timer, player->base_ns + player->ahead.time_ns);
    else if (now_ns < player->base_ns + sb_trace_end_ns(player->trace))
        sb_timer_start_at_ns(timer, player->base_ns + sb_trace_end_ns(player->trace));
    else
        stop(player);
}

/* Begins to play the open recording now, in the levels that it has at `from`. */
static int begin(struct player *player)
{
    uint64_t changed = 0;
    uint64_t levels = 0;
    int rc = look_ahead(player);

    if (rc == 0)
        rc = take_until(player, player->from_ns, false, &changed, &levels);
    if (rc < 0) {
        fail(player, rc);
        return rc;
    }
    player->base_ns = sb_world_now_ns(player->part.world) - player->from_ns;
    player->is_playing = true;
    sb_event_clear(&player->stopped);
    drive_instant(player, changed, levels);
    play_on(&player->timer, player);
    return 0;
}

static int open_file(struct player *player, const char *path, const char *channel,
                     struct sb_diag *diag)
{
    struct sb_trace_options options = {
        .samplerate_hz = (int64_t)sb_part_attr_number(&player->part, "samplerate"),
    };
    int rc;

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
    return make_routes(player, channel, diag);
}

static void deinit(struct sb_part *part)
{
    struct player *player = (struct player *)part;

    sb_timer_stop(&player->timer);
    sb_trace_close(player->trace);
    player->trace = NULL;
}

static int init(struct sb_part *part, struct sb_diag *diag)
{
    struct player *player = (struct player *)part;
    const char *file = sb_part_attr(part, "file");
    double from_s = sb_part_attr_number(part, "from");
    double rate_hz = sb_part_attr_number(part, "samplerate");
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
    rc = check_mapping(player, diag);
    if (rc < 0 || !*file)
        return rc;
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

/* Pin names are accepted in any case: files and boards write them as they like. */
static int find_pin(const char *name)
{
    for (unsigned i = 0; pins[i].name; i++)
        if (!strcasecmp(name, pins[i].name))
            return (int)pins[i].terminal;
    return -1;
}

static const struct sb_part_type type = {
    .name = "softboard-trace",
    .summary = "plays a recording of signals",
    .pins = pins,
    .terminal_count = PIN_COUNT,
    .attrs = attrs,
    .size = sizeof(struct player),
    .find_pin = find_pin,
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
