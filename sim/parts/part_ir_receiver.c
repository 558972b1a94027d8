/* SPDX-License-Identifier: MIT */
/*
 * An infrared receiver module (TSOP4838 kind): a photodiode behind a band-pass around 38 kHz. Its output
 * is high in the dark and low while it sees that carrier. It sees every remote of the board, what a
 * scenario sends to it alone (ir-send) and what is played to it.
 */
#include <errno.h>

#include "lib/timer.h"
#include "sim/bus/ir_light.h"
#include "sim/parts/ir_play.h"
#include "sim/parts/nec_wave.h"
#include "sim/part.h"
#include "sim/world.h"

enum { PIN_DAT, PIN_GND, PIN_VCC };

/* The band-pass lets through carriers within a tenth: TSOP4838 datasheet, figure "Frequency dependence". */
#define BAND_SHARE 10

/* A glitch: interference of lamps, 50 to 400 us long, one each 1 to 30 ms. */
#define GLITCH_MIN_NS     50000
#define GLITCH_SPREAD_NS  350000
#define GLITCH_GAP_MIN_NS 1000000
#define GLITCH_GAP_NS     29000000

enum { FAULT_GLITCH, FAULT_BLOCKED };

struct receiver {
    struct sb_part part;
    struct sb_ir_eye eye;
    struct sb_nec_wave wave; /* of ir-send */
    struct sb_ir_play play;
    struct sb_timer glitch_timer;
    uint64_t random;
    bool is_seen; /* light of a remote */
    bool is_sent; /* a mark of ir-send */
    bool is_played;
    bool is_glitch;
    bool is_blocked;
};

static void update(struct receiver *receiver)
{
    bool is_lit = receiver->is_seen || receiver->is_sent || receiver->is_played;
    bool is_low = receiver->is_glitch || (is_lit && !receiver->is_blocked);

    sb_terminal_drive(&receiver->part.terminals[PIN_DAT], SB_STRENGTH_STRONG, !is_low);
}

static void on_light(bool is_lit, void *arg)
{
    struct receiver *receiver = arg;

    receiver->is_seen = is_lit;
    update(receiver);
}

static void on_wave(bool is_mark, void *arg)
{
    struct receiver *receiver = arg;

    receiver->is_sent = is_mark;
    update(receiver);
}

static void on_play(bool is_mark, void *arg)
{
    struct receiver *receiver = arg;

    receiver->is_played = is_mark;
    update(receiver);
}

static int64_t random_ns(struct receiver *receiver, int64_t min_ns, int64_t spread_ns)
{
    return min_ns + (int64_t)(sb_random_next(&receiver->random) % (uint64_t)spread_ns);
}

static void on_glitch(struct sb_timer *timer, void *arg)
{
    struct receiver *receiver = arg;

    receiver->is_glitch = !receiver->is_glitch;
    update(receiver);
    sb_timer_start_ns(timer, receiver->is_glitch
                                 ? random_ns(receiver, GLITCH_MIN_NS, GLITCH_SPREAD_NS)
                                 : random_ns(receiver, GLITCH_GAP_MIN_NS, GLITCH_GAP_NS));
}

static void set_fault(struct sb_part *part, unsigned fault, bool is_on)
{
    struct receiver *receiver = (struct receiver *)part;

    if (fault == FAULT_BLOCKED) {
        receiver->is_blocked = is_on;
    } else if (is_on) {
        sb_timer_start_ns(&receiver->glitch_timer,
                          random_ns(receiver, GLITCH_GAP_MIN_NS, GLITCH_GAP_NS));
    } else {
        sb_timer_stop(&receiver->glitch_timer);
        receiver->is_glitch = false;
    }
    update(receiver);
}

static int init(struct sb_part *part, struct sb_diag *diag)
{
    struct receiver *receiver = (struct receiver *)part;
    double carrier_hz = sb_part_attr_number(part, "carrier");
    unsigned hz;

    if (!(carrier_hz >= 20000 && carrier_hz <= 60000))
        return sb_part_error(part, diag, "carrier is %g Hz: it may be 20000 to 60000", carrier_hz);
    hz = (unsigned)carrier_hz;
    receiver->random = sb_world_seed_for(part->world, part->id);
    sb_timer_init(&receiver->glitch_timer, on_glitch, receiver);
    sb_nec_wave_init(&receiver->wave, on_wave, receiver);
    sb_ir_play_init(&receiver->play, on_play, receiver);
    sb_ir_eye_open(part->world, &receiver->eye, hz - hz / BAND_SHARE, hz + hz / BAND_SHARE,
                   on_light, receiver);
    update(receiver);
    return 0;
}

static int play(struct sb_part *part, const char *file, const char *channel, struct sb_diag *diag)
{
    return sb_ir_play_start(&((struct receiver *)part)->play, file, channel, diag);
}

static int ir_send(struct sb_part *part, const struct sb_ir_message *message)
{
    return sb_nec_wave_start(&((struct receiver *)part)->wave, message, false);
}

static const char *failure(const struct sb_part *part)
{
    return sb_ir_play_failure(&((const struct receiver *)part)->play);
}

static void deinit(struct sb_part *part)
{
    struct receiver *receiver = (struct receiver *)part;

    sb_timer_stop(&receiver->glitch_timer);
    sb_timer_stop(&receiver->wave.timer);
    sb_ir_play_stop(&receiver->play, true);
    sb_ir_eye_close(&receiver->eye);
}

static const struct sb_part_pin pins[] = {
    {"DAT", PIN_DAT, SB_ROLE_SIGNAL},
    {"GND", PIN_GND, SB_ROLE_PASSIVE},
    {"VCC", PIN_VCC, SB_ROLE_PASSIVE},
    {NULL, 0, SB_ROLE_SIGNAL},
};

static const struct sb_part_attr attrs[] = {
    {"carrier", SB_ATTR_NUMBER, "38000", NULL, "Hz that it is made for; within a tenth it sees"},
    {"color", SB_ATTR_TEXT, "", NULL, "accepted, of no meaning here"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static const struct sb_part_fault faults[] = {
    {"glitch", "short pulses that no remote sent, 50 to 400 us, one each 1 to 30 ms"},
    {"blocked", "something stands in front: it sees nothing"},
    {NULL, NULL},
};

static const struct sb_part_type type = {
    .name = "wokwi-ir-receiver",
    .summary = "infrared receiver, 38 kHz; DAT is low while it sees the carrier",
    .pins = pins,
    .terminal_count = 3,
    .attrs = attrs,
    .faults = faults,
    .size = sizeof(struct receiver),
    .init = init,
    .play = play,
    .ir_send = ir_send,
    .set_fault = set_fault,
    .failure = failure,
    .deinit = deinit,
};

extern const struct sb_part_type *const sb_parts_ir_receiver[];

const struct sb_part_type *const sb_parts_ir_receiver[] = {&type, NULL};
