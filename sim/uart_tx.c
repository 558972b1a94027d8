/* SPDX-License-Identifier: MIT */
/*
 * The sending half.
 *
 *     idle --> bits --------------------+--> (next byte, break, idle)
 *          \-> hidden --> tail ---------+
 *          \-> break --> mark ----------+
 *
 * bits:   the terminal is driven, a timer for each edge.
 * hidden: the terminal stays high, the byte is handed to the receivers in the middle of its stop bit. From
 *         there straight on to the next hidden byte, which then begins half a bit later, or else:
 * tail:   the second half of the stop bit.
 * mark:   high for a bit after a break.
 */
#include "sim/uart.h"

#include <assert.h>
#include <string.h>

#include "sim/uart_private.h"
#include "sim/world.h"

enum { IDLE, BITS, HIDDEN, TAIL, BREAK, MARK };

static void set_baud_now(struct sb_uart_tx *tx, unsigned baud)
{
    tx->baud = baud;
    tx->byte_ns = sb_uart_half_bits_ns(baud, 2 * SB_UART_FRAME_BITS);
    tx->stop_ns = sb_uart_half_bits_ns(baud, 2 * SB_UART_FRAME_BITS - 1);
}

static int64_t bit_ns(const struct sb_uart_tx *tx, unsigned bit)
{
    return tx->frame_ns + sb_uart_half_bits_ns(tx->baud, 2 * bit);
}

static bool level_of_bit(const struct sb_uart_tx *tx, unsigned bit)
{
    return tx->frame >> bit & 1;
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

static bool has_faults(const struct sb_uart_tx *tx)
{
    return (tx->faults.lose_one_in | tx->faults.flip_one_in | tx->faults.garbage_one_in) != 0;
}

static void apply_faults(struct sb_uart_tx *tx)
{
    struct sb_uart_faults *faults = &tx->faults;

    tx->is_lost = false;
    if (!has_faults(tx))
        return;
    tx->has_garbage = happens(tx, faults->garbage_one_in);
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

static uint8_t take_byte(struct sb_uart_tx *tx)
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

static bool is_break_next(const struct sb_uart_tx *tx)
{
    return tx->break_ns > 0 && tx->break_after == 0 && !tx->has_garbage;
}

/*
 * True when nobody could tell bits from a whole byte: see the header. A receiver that is in the middle
 * of something, or of another rate, needs bits; so does a stop bit that noise has inverted.
 */
static bool may_hide(const struct sb_uart_tx *tx)
{
    const struct sb_wire *wire = tx->terminal->wire;

    if ((tx->frame & SB_UART_STOP_BIT) == 0 || wire->level != SB_LEVEL_HIGH ||
        !sb_wire_is_unseen(wire))
        return false;
    for (struct sb_list *n = wire->terminals.next; n != &wire->terminals; n = n->next) {
        const struct sb_terminal *t = SB_CONTAINER_OF(n, struct sb_terminal, node);

        if (t != tx->terminal && t->strength >= SB_STRENGTH_STRONG)
            return false;
    }
    for (struct sb_list *n = wire->listeners.next; n != &wire->listeners; n = n->next) {
        const struct sb_uart_rx *rx =
            sb_uart_rx_of(SB_CONTAINER_OF(n, struct sb_wire_listener, node));

        if (rx->baud != tx->baud || rx->is_in_frame || !rx->level)
            return false;
    }
    return true;
}

/* Drives the bit that is due and looks for the next that differs. */
static void send_bit(struct sb_uart_tx *tx)
{
    bool level = level_of_bit(tx, tx->bit);

    do
        tx->bit++;
    while (tx->bit < SB_UART_FRAME_BITS && level_of_bit(tx, tx->bit) == level);
    sb_timer_start_at_ns(&tx->timer, bit_ns(tx, tx->bit));
    drive(tx, level);
}

static void begin_byte(struct sb_uart_tx *tx, int64_t start_ns)
{
    if (tx->next_baud != tx->baud)
        set_baud_now(tx, tx->next_baud);
    tx->frame = (unsigned)take_byte(tx) << 1 | SB_UART_STOP_BIT;
    tx->frame_ns = start_ns;
    apply_faults(tx);
    if (may_hide(tx)) {
        tx->state = HIDDEN;
        tx->terminal->wire->hidden = &tx->hidden;
        sb_timer_start_at_ns(&tx->timer, start_ns + tx->stop_ns);
        return;
    }
    sb_wire_reveal(tx->terminal->wire); /* of the byte before */
    tx->state = BITS;
    tx->bit = 0;
    if (start_ns > sb_world_now_ns(tx->terminal->part->world))
        sb_timer_start_at_ns(&tx->timer, start_ns);
    else
        send_bit(tx);
}

static void begin_break(struct sb_uart_tx *tx)
{
    tx->state = BREAK;
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
    if (is_break_next(tx)) {
        begin_break(tx);
    } else if (tx->count > 0 || tx->has_garbage) {
        begin_byte(tx, sb_world_now_ns(tx->terminal->part->world));
        if (tx->wants_room && tx->count <= SB_UART_QUEUE_SIZE / 2)
            report_room(tx);
    } else {
        tx->state = IDLE;
        tx->is_sending = false;
        report_room(tx);
    }
}

/* ---- hidden bytes */

/* False when a receiver's work has changed what is being sent. */
static bool hand_over(struct sb_uart_tx *tx)
{
    struct sb_wire *wire = tx->terminal->wire;
    int64_t frame_ns = tx->frame_ns;
    uint8_t byte = (uint8_t)(tx->frame >> 1);
    struct sb_list *node;
    struct sb_list *after;

    tx->state = TAIL;
    if (tx->is_lost)
        return true;
    SB_LIST_FOR_EACH(node, after, &wire->listeners)
    {
        struct sb_wire_listener *listener = SB_CONTAINER_OF(node, struct sb_wire_listener, node);

        if (listener->is_uart)
            sb_uart_rx_of(listener)->fn(SB_UART_BYTE, byte, sb_uart_rx_of(listener)->arg);
    }
    return tx->state == TAIL && tx->frame_ns == frame_ns;
}

/* Nothing but the beginning of a plain byte happens when the stop bit ends. */
static bool may_go_on(const struct sb_uart_tx *tx)
{
    return tx->terminal->wire->hidden == &tx->hidden && tx->count > 0 && !tx->wants_room &&
           !is_break_next(tx) && tx->next_baud == tx->baud && !tx->has_garbage && !has_faults(tx);
}

/* In the middle of the stop bit. */
static void end_hidden(struct sb_uart_tx *tx)
{
    int64_t end_ns = tx->frame_ns + tx->byte_ns;

    if (!hand_over(tx))
        return;
    if (may_go_on(tx)) {
        begin_byte(tx, end_ns);
        return;
    }
    sb_wire_reveal(tx->terminal->wire);
    sb_timer_start_at_ns(&tx->timer, end_ns);
}

/* Somebody is going to look: the frame goes on bit by bit from where it would be. */
static void reveal(struct sb_wire_hidden *hidden)
{
    struct sb_uart_tx *tx = SB_CONTAINER_OF(hidden, struct sb_uart_tx, hidden);
    struct sb_wire *wire = tx->terminal->wire;
    int64_t now_ns = sb_world_now_ns(wire->world);
    unsigned bit = 0;

    if (tx->state != HIDDEN)
        return; /* in the stop bit, which is high as the wire is */
    tx->state = BITS;
    tx->bit = 0;
    if (tx->frame_ns > now_ns) {
        sb_timer_start_at_ns(&tx->timer, tx->frame_ns);
        return;
    }
    while (bit + 1 < SB_UART_FRAME_BITS && bit_ns(tx, bit + 1) <= now_ns)
        bit++;
    tx->bit = bit;
    for (struct sb_list *n = wire->listeners.next; n != &wire->listeners && !tx->is_lost;
         n = n->next)
        sb_uart_rx_adopt(sb_uart_rx_of(SB_CONTAINER_OF(n, struct sb_wire_listener, node)),
                         tx->frame_ns, tx->frame, level_of_bit(tx, bit));
    send_bit(tx);
}

/* ---- time and the caller */

static void on_timer(struct sb_timer *timer, void *arg)
{
    struct sb_uart_tx *tx = arg;

    (void)timer;
    switch (tx->state) {
    case HIDDEN:
        end_hidden(tx);
        break;
    case BITS:
        if (tx->bit < SB_UART_FRAME_BITS)
            send_bit(tx);
        else
            begin_next(tx);
        break;
    case BREAK:
        tx->state = MARK;
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
    tx->hidden.reveal = reveal;
    tx->terminal = terminal;
    tx->room_fn = room_fn;
    tx->arg = arg;
    tx->next_baud = baud;
    set_baud_now(tx, baud);
    sb_timer_init(&tx->timer, on_timer, tx);
    drive(tx, true);
}

/* The byte that was taken last has not begun: the stop bit of the one before has not ended. */
static bool is_ahead(const struct sb_uart_tx *tx)
{
    return (tx->state == HIDDEN || tx->state == BITS) &&
           tx->frame_ns > sb_world_now_ns(tx->terminal->part->world);
}

/* Bytes that have their place in the queue, which each gives up when it begins. */
static unsigned queued(const struct sb_uart_tx *tx)
{
    return tx->count + (is_ahead(tx) ? 1 : 0);
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
    unsigned at = (tx->first + tx->count) % SB_UART_QUEUE_SIZE;
    size_t piece;

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
    if (tx->break_ns == 0)
        tx->break_after = tx->count;
    if (duration_ns > tx->break_ns)
        tx->break_ns = duration_ns;
    begin_sending(tx);
}

void sb_uart_tx_set_baud(struct sb_uart_tx *tx, unsigned baud)
{
    assert(baud >= SB_UART_BAUD_MIN && baud <= SB_UART_BAUD_MAX);
    tx->next_baud = baud;
    if (is_ahead(tx))
        sb_wire_reveal(tx->terminal->wire);
    if (is_ahead(tx) || !tx->is_sending)
        set_baud_now(tx, baud);
}

void sb_uart_tx_set_faults(struct sb_uart_tx *tx, const struct sb_uart_faults *faults)
{
    bool had_faults = has_faults(tx);

    tx->faults = *faults;
    if (had_faults || !is_ahead(tx))
        return;
    apply_faults(tx);
    if ((tx->frame & SB_UART_STOP_BIT) == 0)
        sb_wire_reveal(tx->terminal->wire);
}

void sb_uart_tx_stop(struct sb_uart_tx *tx)
{
    sb_wire_reveal(tx->terminal->wire);
    sb_timer_stop(&tx->timer);
    tx->state = IDLE;
    tx->is_sending = false;
    tx->wants_room = false;
    tx->has_garbage = false;
    tx->count = 0;
    tx->break_ns = 0;
    sb_terminal_drive(tx->terminal, SB_STRENGTH_NONE, false);
}

void sb_uart_tx_deinit(struct sb_uart_tx *tx)
{
    if (tx->terminal == NULL)
        return;
    sb_timer_stop(&tx->timer);
    if (tx->terminal->wire->hidden == &tx->hidden)
        tx->terminal->wire->hidden = NULL;
}
