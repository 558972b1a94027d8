/* SPDX-License-Identifier: MIT */
/*
 * The sending half.
 *
 *     idle --> bits -------------------------+--> (next byte, break, idle)
 *          \-> (batch -->) hidden --> tail ---+
 *          \-> break --> mark ----------------+
 *
 * bits:   the terminal is driven, a timer for each edge.
 * hidden: the terminal stays high, the byte is handed to the receivers in the middle of its stop bit. From
 *         there straight on to the next hidden byte, which then begins half a bit later, or else:
 * batch:  several bytes on their way to a patient receiver, still in the queue; the last of them, or the
 *         one that is on the line when somebody looks, becomes a hidden one.
 * tail:   the second half of the stop bit.
 * mark:   high for a bit after a break.
 */
#include "sim/bus/uart.h"

#include <assert.h>
#include <string.h>

#include "sim/bus/uart_private.h"
#include "sim/world.h"

static void set_baud_now(struct sb_uart_tx *tx, unsigned baud)
{
    tx->baud = baud;
    tx->byte_ns = sb_uart_half_bits_ns(baud, 2 * SB_UART_FRAME_BITS);
    tx->stop_ns = sb_uart_half_bits_ns(baud, 2 * SB_UART_FRAME_BITS - 1);
}

static void drive(struct sb_uart_tx *tx, bool level)
{
    sb_terminal_drive(tx->terminal, SB_STRENGTH_STRONG, level);
}

/* ---- faults */

static bool happens(struct sb_uart_tx *tx, uint32_t one_in)
{
    return one_in != 0 && sb_random_next(&tx->faults.random) % one_in == 0;
}

bool sb_uart_tx_has_faults(const struct sb_uart_tx *tx)
{
    return (tx->faults.lose_one_in | tx->faults.flip_one_in | tx->faults.garbage_one_in) != 0;
}

static void apply_faults(struct sb_uart_tx *tx, bool is_garbage)
{
    struct sb_uart_faults *faults = &tx->faults;

    if (!sb_uart_tx_has_faults(tx))
        return;
    tx->has_garbage = !is_garbage && happens(tx, faults->garbage_one_in);
    tx->is_lost = happens(tx, faults->lose_one_in);
    if (tx->is_lost) {
        tx->frame = (1u << SB_UART_FRAME_BITS) - 1;
        return;
    }
    for (unsigned i = 1; i < SB_UART_FRAME_BITS; i++)
        if (happens(tx, faults->flip_one_in))
            tx->frame ^= 1u << i;
}

/* ---- what is sent next */

uint8_t sb_uart_tx_take(struct sb_uart_tx *tx)
{
    uint8_t byte;

    if (tx->has_garbage) {
        tx->has_garbage = false;
        return (uint8_t)sb_random_next(&tx->faults.random);
    }
    byte = tx->queue[tx->first];
    tx->first = (tx->first + 1) % SB_UART_QUEUE_SIZE;
    tx->count--;
    if (tx->break_after > 0)
        tx->break_after--;
    return byte;
}

bool sb_uart_tx_is_break_next(const struct sb_uart_tx *tx)
{
    return tx->break_ns > 0 && tx->break_after == 0 && !tx->has_garbage;
}

/* Drives the bit that is due and looks for the next that differs. */
void sb_uart_tx_send_bit(struct sb_uart_tx *tx)
{
    bool level = sb_uart_tx_level(tx, tx->bit);

    do
        tx->bit++;
    while (tx->bit < SB_UART_FRAME_BITS && sb_uart_tx_level(tx, tx->bit) == level);
    sb_timer_start_at_ns(&tx->timer, sb_uart_tx_bit_ns(tx, tx->bit));
    drive(tx, level);
}

/* With a `start_ns` to come, noise has no part in it until then: it may begin or end before. */
void sb_uart_tx_begin_byte(struct sb_uart_tx *tx, int64_t start_ns)
{
    bool is_ahead = start_ns > sb_world_now_ns(tx->terminal->part->world);
    bool is_garbage = tx->has_garbage;

    if (tx->next_baud != tx->baud)
        set_baud_now(tx, tx->next_baud);
    if (sb_uart_tx_hide_batch(tx, start_ns))
        return;
    tx->frame = (unsigned)sb_uart_tx_take(tx) << 1 | SB_UART_STOP_BIT;
    tx->frame_ns = start_ns;
    tx->is_lost = false;
    if (!is_ahead)
        apply_faults(tx, is_garbage);
    if (sb_uart_tx_hide(tx))
        return;
    sb_wire_reveal(tx->terminal->wire); /* of the byte before */
    tx->state = SB_UART_TX_BITS;
    tx->bit = 0;
    if (is_ahead)
        sb_timer_start_at_ns(&tx->timer, start_ns);
    else
        sb_uart_tx_send_bit(tx);
}

static void begin_break(struct sb_uart_tx *tx)
{
    tx->state = SB_UART_TX_BREAK;
    sb_timer_start_ns(&tx->timer, tx->break_ns);
    tx->break_ns = 0;
    drive(tx, false);
}

static void report_room(struct sb_uart_tx *tx)
{
    tx->wants_room = false;
    if (tx->room_fn != NULL)
        tx->room_fn(tx->arg);
}

/* What was sent has ended just now. */
static void begin_next(struct sb_uart_tx *tx)
{
    if (sb_uart_tx_is_break_next(tx)) {
        begin_break(tx);
    } else if (tx->count > 0 || tx->has_garbage) {
        sb_uart_tx_begin_byte(tx, sb_world_now_ns(tx->terminal->part->world));
        if (tx->wants_room && tx->count <= SB_UART_QUEUE_SIZE / 2)
            report_room(tx);
    } else {
        tx->state = SB_UART_TX_IDLE;
        tx->is_sending = false;
        report_room(tx);
    }
}

/* ---- time and the caller */

static void on_timer(struct sb_timer *timer, void *arg)
{
    struct sb_uart_tx *tx = arg;

    (void)timer;
    switch (tx->state) {
    case SB_UART_TX_BATCH:
        sb_uart_tx_end_batch(tx);
        sb_timer_stop(&tx->timer);
        sb_uart_tx_end_hidden(tx);
        break;
    case SB_UART_TX_HIDDEN:
        sb_uart_tx_end_hidden(tx);
        break;
    case SB_UART_TX_BITS:
        if (tx->bit == 0) /* it was ahead */
            apply_faults(tx, false);
        if (tx->bit < SB_UART_FRAME_BITS)
            sb_uart_tx_send_bit(tx);
        else
            begin_next(tx);
        break;
    case SB_UART_TX_BREAK:
        tx->state = SB_UART_TX_MARK;
        sb_timer_start_ns(&tx->timer, sb_uart_half_bits_ns(tx->baud, 2));
        drive(tx, true);
        break;
    default:
        begin_next(tx);
        break;
    }
}

void sb_uart_tx_init(struct sb_uart_tx *tx, struct sb_terminal *terminal, unsigned baud,
                     sb_uart_tx_fn *room_fn, void *arg)
{
    assert(baud >= SB_UART_BAUD_MIN && baud <= SB_UART_BAUD_MAX);
    memset(tx, 0, sizeof(*tx));
    sb_uart_tx_init_hidden(tx);
    tx->terminal = terminal;
    tx->room_fn = room_fn;
    tx->arg = arg;
    tx->next_baud = baud;
    set_baud_now(tx, baud);
    sb_timer_init(&tx->timer, on_timer, tx);
    terminal->sender = tx;
    drive(tx, true);
}

/* Bytes that have their place in the queue, which each gives up when it begins. */
static unsigned queued(const struct sb_uart_tx *tx)
{
    int64_t since_ns;
    unsigned begun;

    if (tx->state != SB_UART_TX_BATCH)
        return tx->count + (sb_uart_tx_is_ahead(tx) ? 1 : 0);
    since_ns = sb_world_now_ns(tx->terminal->part->world) - tx->frame_ns;
    begun = since_ns < 0 ? 0 : (unsigned)(since_ns / tx->byte_ns) + 1;
    return tx->count - (begun < tx->batch ? begun : tx->batch);
}

size_t sb_uart_tx_room(const struct sb_uart_tx *tx)
{
    return SB_UART_QUEUE_SIZE - queued(tx);
}

static void begin_sending(struct sb_uart_tx *tx)
{
    if (tx->is_sending)
        return;
    tx->is_sending = true;
    begin_next(tx);
}

size_t sb_uart_tx_write(struct sb_uart_tx *tx, const void *data, size_t size)
{
    size_t room = sb_uart_tx_room(tx);
    unsigned at;
    size_t piece;

    if (size > SB_UART_QUEUE_SIZE - tx->count)
        sb_uart_tx_catch_up(tx); /* bytes that have begun may still lie there */
    at = (tx->first + tx->count) % SB_UART_QUEUE_SIZE;
    if (size > room) {
        tx->wants_room = true;
        size = room;
    }
    if (size == 0)
        return 0;
    piece = SB_UART_QUEUE_SIZE - at < size ? SB_UART_QUEUE_SIZE - at : size;
    memcpy(tx->queue + at, data, piece);
    memcpy(tx->queue, (const uint8_t *)data + piece, size - piece);
    tx->count += (unsigned)size;
    begin_sending(tx);
    return size;
}

void sb_uart_tx_break(struct sb_uart_tx *tx, int64_t duration_ns)
{
    if (duration_ns <= 0)
        return;
    sb_uart_tx_catch_up(tx);
    if (tx->break_ns == 0)
        tx->break_after = tx->count;
    if (duration_ns > tx->break_ns)
        tx->break_ns = duration_ns;
    begin_sending(tx);
}

void sb_uart_tx_set_baud(struct sb_uart_tx *tx, unsigned baud)
{
    assert(baud >= SB_UART_BAUD_MIN && baud <= SB_UART_BAUD_MAX);
    sb_uart_tx_catch_up(tx);
    tx->next_baud = baud;
    if (sb_uart_tx_is_ahead(tx))
        sb_wire_reveal(tx->terminal->wire);
    if (sb_uart_tx_is_ahead(tx) || !tx->is_sending)
        set_baud_now(tx, baud);
}

void sb_uart_tx_set_faults(struct sb_uart_tx *tx, const struct sb_uart_faults *faults)
{
    sb_uart_tx_catch_up(tx);
    tx->faults = *faults;
    if (sb_uart_tx_is_ahead(tx))
        sb_wire_reveal(tx->terminal->wire);
}

void sb_uart_tx_stop(struct sb_uart_tx *tx)
{
    sb_wire_reveal(tx->terminal->wire);
    sb_timer_stop(&tx->timer);
    tx->state = SB_UART_TX_IDLE;
    tx->is_sending = false;
    tx->wants_room = false;
    tx->has_garbage = false;
    tx->count = 0;
    tx->break_ns = 0;
    tx->terminal->sender = NULL;
    sb_terminal_drive(tx->terminal, SB_STRENGTH_NONE, false);
}

void sb_uart_tx_deinit(struct sb_uart_tx *tx)
{
    if (tx->terminal == NULL)
        return;
    sb_timer_stop(&tx->timer);
    if (tx->terminal->sender == tx)
        tx->terminal->sender = NULL;
    if (tx->terminal->wire->hidden == &tx->hidden)
        tx->terminal->wire->hidden = NULL;
}
