/* SPDX-License-Identifier: MIT */
/* Edges to bytes: see uart_sampler.h. */
#include "sim/bus/uart_sampler.h"

#include <assert.h>

#include "lib/timer.h"
#include "sim/bus/uart_private.h"

void sb_uart_sampler_init(struct sb_uart_sampler *sampler, unsigned baud, bool level)
{
    assert(baud >= SB_UART_BAUD_MIN && baud <= SB_UART_BAUD_MAX);
    *sampler = (struct sb_uart_sampler){.baud = baud, .level = level};
}

static int64_t sample_ns(const struct sb_uart_sampler *sampler, unsigned bit)
{
    return sampler->frame_ns + sb_uart_half_bits_ns(sampler->baud, 2 * bit + 1);
}

int64_t sb_uart_sampler_due_ns(const struct sb_uart_sampler *sampler)
{
    return sampler->is_in_frame ? sample_ns(sampler, SB_UART_FRAME_BITS - 1) : SB_NEVER;
}

bool sb_uart_sampler_flush(struct sb_uart_sampler *sampler, int64_t time_ns,
                           struct sb_uart_sample *out)
{
    while (sampler->is_in_frame && sample_ns(sampler, sampler->sampled) <= time_ns) {
        sampler->bits |= (unsigned)sampler->level << sampler->sampled;
        sampler->sampled++;
        /* High in the middle of the start bit: it was a glitch. */
        if (sampler->sampled == SB_UART_FRAME_BITS || (sampler->bits & 1) != 0)
            sampler->is_in_frame = false;
    }
    if (sampler->sampled < SB_UART_FRAME_BITS)
        return false;
    out->byte = (uint8_t)(sampler->bits >> 1);
    out->time_ns = sample_ns(sampler, SB_UART_FRAME_BITS - 1);
    if ((sampler->bits & SB_UART_STOP_BIT) != 0)
        out->event = SB_UART_BYTE;
    else
        out->event = out->byte == 0 ? SB_UART_BREAK : SB_UART_FRAMING;
    sampler->sampled = 0;
    return true;
}

bool sb_uart_sampler_feed(struct sb_uart_sampler *sampler, int64_t time_ns, bool level,
                          struct sb_uart_sample *out)
{
    bool has_come = sb_uart_sampler_flush(sampler, time_ns, out);

    if (!sampler->is_in_frame && sampler->level && !level) {
        sampler->is_in_frame = true;
        sampler->frame_ns = time_ns;
        sampler->sampled = 0;
        sampler->bits = 0;
    }
    sampler->level = level;
    return has_come;
}
