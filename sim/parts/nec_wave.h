/* SPDX-License-Identifier: MIT */
/*
 * The infrared signal of an NEC remote control, made mark by mark: 32 bits, low bit first, then repeat
 * frames every 108 ms while the key is held. Source: spec/drivers.md 12.2, after NEC's uPD6121 data.
 */
#ifndef SB_SIM_NEC_WAVE_H
#define SB_SIM_NEC_WAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/timer.h"
#include "sim/part.h"

#define SB_NEC_CARRIER_HZ 38000
/* All marks and spaces are multiples of this. */
#define SB_NEC_UNIT_NS 562500
/* From the start of one frame to that of the next. */
#define SB_NEC_PERIOD_NS 108000000

/* Called in loop context: a mark begins or ends. */
typedef void sb_nec_wave_fn(bool is_mark, void *arg);

/* The caller's memory. */
struct sb_nec_wave {
    /* read-only */
    bool is_sending; /* a frame, or the rest of its 108 ms */
    /* private */
    struct sb_timer timer;
    sb_nec_wave_fn *fn;
    void *arg;
    uint32_t bits;    /* the first to be sent is bit 0 */
    bool is_repeat;   /* the frame that is being sent */
    bool is_held;     /* repeats go on until it is let go */
    unsigned repeats; /* still to come, whether held or not */
    unsigned edge;    /* of the frame: even ones begin a mark */
    int64_t frame_ns; /* when the frame began */
    int64_t units;    /* of the frame that have passed */
    bool has_next;    /* a message waits for the end of the 108 ms */
    bool is_next_held;
    struct sb_ir_message next;
};

void sb_nec_wave_init(struct sb_nec_wave *wave, sb_nec_wave_fn *fn, void *arg);

/*
 * Sends a message and its repeats, and goes on with repeats while `is_held`. While another is being sent
 * it waits for the end of that one's 108 ms. Returns 0; -EBUSY when one waits already.
 */
int sb_nec_wave_start(struct sb_nec_wave *wave, const struct sb_ir_message *message, bool is_held);

/* The key is let go: the frame that has begun is the last, apart from the repeats of the message. */
void sb_nec_wave_release(struct sb_nec_wave *wave);

/* The 32 bits of a message as they go out, the first in bit 0. */
uint32_t sb_nec_wave_bits(const struct sb_ir_message *message);

#endif
