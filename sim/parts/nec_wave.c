/* SPDX-License-Identifier: MIT */
/*
 * NEC frames as marks and spaces. Every edge is timed from the frame's start, so nothing adds up. A
 * frame's edges by number: 0 leader, 1 its space, 2 first bit's mark, 3 its space ... 66 the stop mark,
 * 67 its end. A repeat: 0 leader, 1 its space, 2 the stop mark, 3 its end.
 */
#include "sim/parts/nec_wave.h"

#include <errno.h>

#include "lib/task.h"

#define BIT_COUNT        32
#define FIRST_BIT_EDGE   2
#define STOP_EDGE        (FIRST_BIT_EDGE + 2 * BIT_COUNT)
#define REPEAT_STOP_EDGE 2

/* How many units the mark or space lasts that begins with this edge. */
static unsigned units_after(const struct sb_nec_wave *wave, unsigned edge)
{
    if (edge == 0)
        return 16;
    if (edge == 1)
        return wave->is_repeat ? 4 : 8;
    if (edge % 2 == 0 || edge >= STOP_EDGE)
        return 1;
    return (wave->bits >> ((edge - FIRST_BIT_EDGE) / 2) & 1) != 0 ? 3 : 1;
}

static void begin_frame(struct sb_nec_wave *wave)
{
    wave->edge = 0;
    wave->units = 0;
    wave->frame_ns = sb_now_ns();
}

static void begin_message(struct sb_nec_wave *wave, const struct sb_ir_message *message,
                          bool is_held)
{
    wave->bits = sb_nec_wave_bits(message);
    wave->repeats = message->repeats;
    wave->is_held = is_held;
    wave->is_repeat = false;
    begin_frame(wave);
}

/* The 108 ms are over: a repeat, the message that waits, or the end. */
static bool has_next_frame(struct sb_nec_wave *wave)
{
    if (wave->repeats > 0 || wave->is_held) {
        wave->repeats -= wave->repeats > 0;
        wave->is_repeat = true;
        begin_frame(wave);
        return true;
    }
    if (!wave->has_next)
        return false;
    wave->has_next = false;
    begin_message(wave, &wave->next, wave->is_next_held);
    return true;
}

static void on_edge(struct sb_timer *timer, void *arg)
{
    struct sb_nec_wave *wave = arg;
    unsigned last = (wave->is_repeat ? REPEAT_STOP_EDGE : STOP_EDGE) + 1;

    if (wave->edge > last && !has_next_frame(wave)) {
        wave->is_sending = false;
        return;
    }
    last = (wave->is_repeat ? REPEAT_STOP_EDGE : STOP_EDGE) + 1;
    wave->fn(wave->edge % 2 == 0, wave->arg);
    wave->units += units_after(wave, wave->edge);
    sb_timer_start_at_ns(timer, wave->edge == last ? wave->frame_ns + SB_NEC_PERIOD_NS
                                                   : wave->frame_ns + wave->units * SB_NEC_UNIT_NS);
    wave->edge++;
}

void sb_nec_wave_init(struct sb_nec_wave *wave, sb_nec_wave_fn *fn, void *arg)
{
    *wave = (struct sb_nec_wave){.fn = fn, .arg = arg};
    sb_timer_init(&wave->timer, on_edge, wave);
}

uint32_t sb_nec_wave_bits(const struct sb_ir_message *message)
{
    uint32_t low = message->address & 0xffU;
    uint32_t high = message->is_extended ? message->address >> 8 : low ^ 0xffU;
    uint32_t command = message->command;

    return low | high << 8 | command << 16 | (command ^ 0xffU) << 24;
}

int sb_nec_wave_start(struct sb_nec_wave *wave, const struct sb_ir_message *message, bool is_held)
{
    if (wave->has_next)
        return -EBUSY;
    if (wave->is_sending) {
        wave->has_next = true;
        wave->next = *message;
        wave->is_next_held = is_held;
        return 0;
    }
    wave->is_sending = true;
    begin_message(wave, message, is_held);
    sb_timer_start_ns(&wave->timer, 0);
    return 0;
}

void sb_nec_wave_release(struct sb_nec_wave *wave)
{
    if (wave->has_next)
        wave->is_next_held = false;
    else
        wave->is_held = false;
}
