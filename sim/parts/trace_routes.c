/* SPDX-License-Identifier: MIT */
/* Pins of the trace player to channels of its recording: see trace_routes.h. */
#include "sim/parts/trace_routes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/wire.h"

#define TEXT_SIZE 512

const struct sb_part_pin sb_trace_pins[] = {
    {"0", 0, SB_ROLE_SIGNAL},
    {"1", 1, SB_ROLE_SIGNAL},
    {"2", 2, SB_ROLE_SIGNAL},
    {"3", 3, SB_ROLE_SIGNAL},
    {"4", 4, SB_ROLE_SIGNAL},
    {"5", 5, SB_ROLE_SIGNAL},
    {"6", 6, SB_ROLE_SIGNAL},
    {"7", 7, SB_ROLE_SIGNAL},
    {"8", 8, SB_ROLE_SIGNAL},
    {"9", 9, SB_ROLE_SIGNAL},
    {"10", 10, SB_ROLE_SIGNAL},
    {"11", 11, SB_ROLE_SIGNAL},
    {"12", 12, SB_ROLE_SIGNAL},
    {"13", 13, SB_ROLE_SIGNAL},
    {"14", 14, SB_ROLE_SIGNAL},
    {"15", 15, SB_ROLE_SIGNAL},
    {"16", 16, SB_ROLE_SIGNAL},
    {"17", 17, SB_ROLE_SIGNAL},
    {"18", 18, SB_ROLE_SIGNAL},
    {"19", 19, SB_ROLE_SIGNAL},
    {"20", 20, SB_ROLE_SIGNAL},
    {"21", 21, SB_ROLE_SIGNAL},
    {"22", 22, SB_ROLE_SIGNAL},
    {"23", 23, SB_ROLE_SIGNAL},
    {"24", 24, SB_ROLE_SIGNAL},
    {"25", 25, SB_ROLE_SIGNAL},
    {"26", 26, SB_ROLE_SIGNAL},
    {"27", 27, SB_ROLE_SIGNAL},
    {"28", 28, SB_ROLE_SIGNAL},
    {"29", 29, SB_ROLE_SIGNAL},
    {"30", 30, SB_ROLE_SIGNAL},
    {"31", 31, SB_ROLE_SIGNAL},
    {"RS", SB_TRACE_PIN_RS, SB_ROLE_SIGNAL},
    {"RW", SB_TRACE_PIN_RW, SB_ROLE_SIGNAL},
    {"E", SB_TRACE_PIN_E, SB_ROLE_SIGNAL},
    {"D0", SB_TRACE_PIN_D0, SB_ROLE_SIGNAL},
    {"D1", SB_TRACE_PIN_D0 + 1, SB_ROLE_SIGNAL},
    {"D2", SB_TRACE_PIN_D0 + 2, SB_ROLE_SIGNAL},
    {"D3", SB_TRACE_PIN_D0 + 3, SB_ROLE_SIGNAL},
    {"D4", SB_TRACE_PIN_D0 + 4, SB_ROLE_SIGNAL},
    {"D5", SB_TRACE_PIN_D0 + 5, SB_ROLE_SIGNAL},
    {"D6", SB_TRACE_PIN_D0 + 6, SB_ROLE_SIGNAL},
    {"D7", SB_TRACE_PIN_D0 + 7, SB_ROLE_SIGNAL},
    {"SCL", SB_TRACE_PIN_SCL, SB_ROLE_SIGNAL},
    {"SDA", SB_TRACE_PIN_SDA, SB_ROLE_SIGNAL},
    {"A", SB_TRACE_PIN_A, SB_ROLE_SIGNAL},
    {"B", SB_TRACE_PIN_B, SB_ROLE_SIGNAL},
    {"RX", SB_TRACE_PIN_RX, SB_ROLE_SIGNAL},
    {"IR", SB_TRACE_PIN_IR, SB_ROLE_SIGNAL},
    {0},
};

/* Pin names are accepted in any case: files and boards write them as they like. */
int sb_trace_pin_find(const char *name)
{
    for (unsigned i = 0; sb_trace_pins[i].name; i++)
        if (!strcasecmp(name, sb_trace_pins[i].name))
            return (int)sb_trace_pins[i].terminal;
    return -1;
}

static bool is_connected(const struct sb_terminal *terminal)
{
    const struct sb_wire *wire = terminal->wire;

    return wire->terminals.next->next != &wire->terminals || !sb_list_is_empty(&wire->links);
}

static int no_channel(const struct sb_part *part, const struct sb_trace *trace,
                      struct sb_diag *diag, const char *format, const char *name)
{
    char channels[TEXT_SIZE];
    char text[160];

    sb_trace_list_channels(trace, channels, sizeof(channels));
    snprintf(text, sizeof(text), format, name);
    return sb_part_error(part, diag, "%s; the file has %s", text, channels);
}

/*
 * Copies what the attribute `channels` says of this pin, "" when nothing. Names are compared without
 * case.
 */
static void mapped_name(const struct sb_part *part, unsigned terminal, char *out, size_t size)
{
    const char *entry = sb_part_attr(part, "channels");
    const char *pin = sb_trace_pins[terminal].name;

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

int sb_trace_routes_check(const struct sb_part *part, struct sb_diag *diag)
{
    const char *entry = sb_part_attr(part, "channels");

    while (*entry) {
        size_t length = strcspn(entry, ",");
        size_t key = strcspn(entry, "=");
        char pin[32];

        snprintf(pin, sizeof(pin), "%.*s", (int)key, entry);
        if (key >= length)
            return sb_part_error(part, diag, "channels: '%.*s' is not PIN=CHANNEL", (int)length,
                                 entry);
        if (sb_part_type_pin(part->type, pin) < 0)
            return sb_part_error(part, diag,
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
static int pin_channel(const struct sb_part *part, const struct sb_trace *trace, unsigned terminal,
                       const char *all, struct sb_diag *diag)
{
    bool connected = is_connected(&part->terminals[terminal]);
    const char *name = sb_trace_pins[terminal].name;
    char mapped[1024];
    int channel;

    mapped_name(part, terminal, mapped, sizeof(mapped));
    if (mapped[0]) {
        channel = sb_trace_channel_find(trace, mapped);
        return channel >= 0 ? channel : no_channel(part, trace, diag, "no channel '%s'", mapped);
    }
    if (all) {
        channel = sb_trace_channel_find(trace, all);
        if (channel < 0)
            return no_channel(part, trace, diag, "no channel '%s'", all);
        return connected ? channel : -1;
    }
    if (!connected && terminal < SB_TRACE_NUMBERED_PIN_COUNT)
        return -1;
    channel = sb_trace_channel_find(trace, name);
    if (channel < 0 && terminal < SB_TRACE_NUMBERED_PIN_COUNT &&
        terminal < sb_trace_channel_count(trace))
        channel = (int)terminal;
    if (channel < 0 && connected && sb_trace_channel_count(trace) == 1)
        channel = 0;
    if (channel < 0 && connected)
        return no_channel(part, trace, diag, "no channel for pin %s", name);
    return channel;
}

static unsigned add_track(struct sb_trace_routes *routes, unsigned channel)
{
    if (!routes->track_of[channel]) {
        routes->first[routes->track_count] = -1;
        routes->track_of[channel] = (uint8_t)++routes->track_count;
    }
    return routes->track_of[channel] - 1U;
}

int sb_trace_routes_make(struct sb_trace_routes *routes, const struct sb_part *part,
                         const struct sb_trace *trace, const char *all, struct sb_diag *diag)
{
    sb_trace_routes_clear(routes);
    routes->track_of = calloc(sb_trace_channel_count(trace) + 1, sizeof(*routes->track_of));
    if (!routes->track_of) {
        sb_part_error(part, diag, "out of memory");
        return -ENOMEM;
    }
    /* Backwards, so that each chain is in order of terminal. */
    for (int i = SB_TRACE_PIN_COUNT - 1; i >= 0; i--) {
        int channel = pin_channel(part, trace, (unsigned)i, all, diag);
        unsigned track;

        if (channel < -1)
            return channel;
        if (channel < 0)
            continue;
        track = add_track(routes, (unsigned)channel);
        routes->next[i] = routes->first[track];
        routes->first[track] = i;
        if (i == SB_TRACE_PIN_E || i == SB_TRACE_PIN_SCL)
            routes->clock_tracks |= UINT64_C(1) << track;
    }
    return 0;
}

void sb_trace_routes_clear(struct sb_trace_routes *routes)
{
    free(routes->track_of);
    *routes = (struct sb_trace_routes){0};
}
