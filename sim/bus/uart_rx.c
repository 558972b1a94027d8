/* SPDX-License-Identifier: MIT */
/*
 * The receiving half. Bits are sampled late: at each change of the wire, and once in the middle of the
 * stop bit, all samples that lie before are decided, since the wire had one level since the last change.
 * So a byte costs its edges and one timer.
 */
#include "sim/bus/uart.h"

#include <assert.h>

#include "sim/bus/uart_private.h"
#include "sim/world.h"

int64_t sb_uart_byte_ns(unsigned baud)
{
    return sb_uart_half_bits_ns(baud, 2 * SB_UART_FRAME_BITS);
}

static int64_t sample_ns(const struct sb_uart_rx *rx, unsigned bit)
{
    return rx->frame_ns + sb_uart_half_bits_ns(rx->baud, 2 * bit + 1);
}

/* Decides the bits whose middle has come by now: up to here the wire had the level that is noted. */
static void sample_until(struct sb_uart_rx *rx, int64_t now_ns)
{
    while (rx->sampled < SB_UART_FRAME_BITS && sample_ns(rx, rx->sampled) <= now_ns) {
        rx->bits |= (unsigned)rx->level << rx->sampled;
        rx->sampled++;
    }
}

static void leave_frame(struct sb_uart_rx *rx)
{
    rx->is_in_frame = false;
    rx->is_due = false;
    sb_timer_stop(&rx->timer);
}

static void enter_frame(struct sb_uart_rx *rx, int64_t frame_ns)
{
    unsigned sender_baud = rx->is_following ? sb_uart_sender_baud(rx->terminal->wire) : 0;

    if (sender_baud > 0)
        rx->baud = sender_baud;
    rx->is_in_frame = true;
    rx->frame_ns = frame_ns;
    rx->sampled = 0;
    rx->bits = 0;
    sb_timer_start_at_ns(&rx->timer, sample_ns(rx, SB_UART_FRAME_BITS - 1));
}

/* The start bit was high in its middle: a glitch. */
static bool is_false_start(const struct sb_uart_rx *rx)
{
    return rx->sampled > 0 && (rx->bits & 1) != 0;
}

static void on_wire(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct sb_uart_rx *rx = arg;

    if (level > SB_LEVEL_HIGH || (level == SB_LEVEL_HIGH) == rx->level)
        return;
    if (rx->is_in_frame) {
        sample_until(rx, wire->changed_ns);
        if (is_false_start(rx))
            leave_frame(rx);
    }
    rx->level = level == SB_LEVEL_HIGH;
    if (!rx->is_in_frame && !rx->level)
        enter_frame(rx, wire->changed_ns);
}

static void on_stop_bit(struct sb_timer *timer, void *arg)
{
    struct sb_uart_rx *rx = arg;
    bool is_stop_bit;
    uint8_t byte;

    sample_until(rx, timer->deadline_ns);
    rx->is_in_frame = false;
    if (is_false_start(rx))
        return;
    byte = (uint8_t)(rx->bits >> 1);
    is_stop_bit = (rx->bits & SB_UART_STOP_BIT) != 0;
    if (is_stop_bit && !rx->level) /* it fell in this very nanosecond, before this timer came */
        enter_frame(rx, timer->deadline_ns);
    if (is_stop_bit)
        rx->fn(SB_UART_BYTE, byte, rx->arg);
    else
        rx->fn(byte == 0 ? SB_UART_BREAK : SB_UART_FRAMING, byte, rx->arg);
}

void sb_uart_rx_init(struct sb_uart_rx *rx, struct sb_terminal *terminal, unsigned baud,
                     sb_uart_rx_fn *fn, void *arg)
{
    assert(baud >= SB_UART_BAUD_MIN && baud <= SB_UART_BAUD_MAX);
    *rx = (struct sb_uart_rx){.terminal = terminal, .fn = fn, .arg = arg, .baud = baud};
    rx->listener.is_uart = true;
    sb_timer_init(&rx->timer, on_stop_bit, rx);
}

void sb_uart_rx_start(struct sb_uart_rx *rx)
{
    if (rx->is_started)
        return;
    rx->is_started = true;
    sb_wire_listen(rx->terminal->wire, &rx->listener, on_wire, rx);
    rx->level = sb_terminal_level(rx->terminal) != SB_LEVEL_LOW;
}

void sb_uart_rx_set_patience(struct sb_uart_rx *rx, sb_uart_patience_fn *patience_fn,
                             sb_uart_bytes_fn *bytes_fn)
{
    rx->patience_fn = patience_fn;
    rx->bytes_fn = bytes_fn;
}

void sb_uart_rx_catch_up(struct sb_uart_rx *rx)
{
    struct sb_wire_hidden *hidden = rx->terminal->wire->hidden;

    if (hidden != NULL)
        hidden->catch_up(hidden);
}

void sb_uart_rx_stop(struct sb_uart_rx *rx)
{
    if (rx->is_started)
        sb_uart_rx_catch_up(rx);
    rx->is_started = false;
    leave_frame(rx);
    sb_wire_unlisten(&rx->listener);
}

void sb_uart_rx_set_baud(struct sb_uart_rx *rx, unsigned baud)
{
    assert(baud >= SB_UART_BAUD_MIN && baud <= SB_UART_BAUD_MAX);
    if (rx->is_started && (baud != rx->baud || rx->is_following)) /* may have a new rate by now */
        sb_wire_reveal(rx->terminal->wire);
    if (baud == rx->baud)
        return;
    leave_frame(rx);
    rx->baud = baud;
}

void sb_uart_rx_follow(struct sb_uart_rx *rx)
{
    rx->is_following = true;
}

unsigned sb_uart_sender_baud(const struct sb_wire *wire)
{
    for (const struct sb_list *n = wire->terminals.next; n != &wire->terminals; n = n->next) {
        const struct sb_terminal *t = SB_CONTAINER_OF(n, const struct sb_terminal, node);

        if (t->sender != NULL)
            return t->sender->baud;
    }
    return 0;
}

unsigned sb_uart_listener_baud(const struct sb_wire *wire)
{
    for (struct sb_list *n = wire->listeners.next; n != &wire->listeners; n = n->next) {
        struct sb_wire_listener *listener = SB_CONTAINER_OF(n, struct sb_wire_listener, node);

        if (listener->is_uart)
            return sb_uart_rx_of(listener)->baud;
    }
    return 0;
}

void sb_uart_rx_adopt(struct sb_uart_rx *rx, int64_t frame_ns, unsigned frame, bool level)
{
    int64_t now_ns = sb_world_now_ns(rx->terminal->part->world);

    enter_frame(rx, frame_ns);
    while (rx->sampled < SB_UART_FRAME_BITS && sample_ns(rx, rx->sampled) <= now_ns)
        rx->sampled++;
    rx->bits = frame & ((1u << rx->sampled) - 1);
    rx->level = level;
}
