/* SPDX-License-Identifier: MIT */
/*
 * The sending half where nobody sees the bits: whole bytes, handed to the receivers in the middle of their
 * stop bits; or several with the last of them, if the receiver is patient. See uart_tx.c for the states.
 */
#include "sim/bus/uart_private.h"
#include "sim/world.h"

/* The byte that was taken last has not begun: the stop bit of the one before has not ended. */
bool sb_uart_tx_is_ahead(const struct sb_uart_tx *tx)
{
    return (tx->state == SB_UART_TX_HIDDEN || tx->state == SB_UART_TX_BITS) &&
           tx->frame_ns > sb_world_now_ns(tx->terminal->part->world);
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

        if ((rx->baud != tx->baud && !rx->is_following) || rx->is_in_frame || !rx->level)
            return false;
    }
    return true;
}

bool sb_uart_tx_hide(struct sb_uart_tx *tx)
{
    if (!may_hide(tx))
        return false;
    tx->state = SB_UART_TX_HIDDEN;
    tx->terminal->wire->hidden = &tx->hidden;
    sb_timer_start_at_ns(&tx->timer, tx->frame_ns + tx->stop_ns);
    return true;
}

/* ---- batches */

/* How many bytes may come together: all that are queued where nobody listens. */
static unsigned batch_size(struct sb_uart_tx *tx)
{
    const struct sb_list *listeners = &tx->terminal->wire->listeners;
    struct sb_list *node = sb_list_first(listeners);
    unsigned piece = SB_UART_QUEUE_SIZE - tx->first;
    struct sb_uart_rx *rx;

    tx->frame = SB_UART_STOP_BIT;
    if (tx->count < 2 || tx->wants_room || tx->break_ns > 0 || tx->has_garbage ||
        sb_uart_tx_has_faults(tx) || !may_hide(tx))
        return 0;
    if (tx->count < piece)
        piece = tx->count;
    if (node == NULL)
        return piece;
    rx = sb_uart_rx_of(SB_CONTAINER_OF(node, struct sb_wire_listener, node));
    if (rx->patience_fn == NULL || node->next != listeners)
        return 0;
    return (unsigned)rx->patience_fn(tx->queue + tx->first, piece, rx->arg) + 1;
}

static void begin_batch(struct sb_uart_tx *tx, int64_t start_ns, unsigned size)
{
    tx->state = SB_UART_TX_BATCH;
    tx->batch = size;
    tx->frame_ns = start_ns;
    tx->terminal->wire->hidden = &tx->hidden;
    sb_timer_start_at_ns(&tx->timer, start_ns + (size - 1) * tx->byte_ns + tx->stop_ns);
}

bool sb_uart_tx_hide_batch(struct sb_uart_tx *tx, int64_t start_ns)
{
    unsigned size = batch_size(tx);

    if (size > 1)
        begin_batch(tx, start_ns, size);
    return size > 1;
}

static struct sb_uart_rx *first_due(const struct sb_wire *wire)
{
    for (struct sb_list *n = wire->listeners.next; n != &wire->listeners; n = n->next) {
        struct sb_wire_listener *listener = SB_CONTAINER_OF(n, struct sb_wire_listener, node);

        if (listener->is_uart && sb_uart_rx_of(listener)->is_due)
            return sb_uart_rx_of(listener);
    }
    return NULL;
}

/*
 * To all who listen now, whoever begins or ends to listen in consequence. False when a receiver's work
 * has changed what is being sent.
 */
static bool hand_over(struct sb_uart_tx *tx)
{
    struct sb_wire *wire = tx->terminal->wire;
    int64_t frame_ns = tx->frame_ns;
    uint8_t byte = (uint8_t)(tx->frame >> 1);
    struct sb_uart_rx *rx;

    tx->state = SB_UART_TX_TAIL;
    if (tx->is_lost)
        return true;
    for (struct sb_list *n = wire->listeners.next; n != &wire->listeners; n = n->next) {
        rx = sb_uart_rx_of(SB_CONTAINER_OF(n, struct sb_wire_listener, node));
        rx->is_due = true;
        rx->baud = tx->baud; /* of one that follows; all others have it */
    }
    while ((rx = first_due(wire)) != NULL) {
        rx->is_due = false;
        rx->fn(SB_UART_BYTE, byte, rx->arg);
    }
    return tx->state == SB_UART_TX_TAIL && tx->frame_ns == frame_ns;
}

/*
 * Ends a batch: hands over the bytes whose stop bits have come, but for its last, and makes the one that is
 * on the line, or comes next, a hidden byte like any other.
 */
void sb_uart_tx_end_batch(struct sb_uart_tx *tx)
{
    struct sb_list *node = sb_list_first(&tx->terminal->wire->listeners);
    int64_t over_ns = sb_world_now_ns(tx->terminal->part->world) - tx->frame_ns - tx->stop_ns;
    unsigned done = over_ns < 0 ? 0 : (unsigned)(over_ns / tx->byte_ns) + 1;
    const uint8_t *bytes = tx->queue + tx->first;
    struct sb_uart_rx *rx;

    if (done >= tx->batch)
        done = tx->batch - 1;
    tx->batch = 0;
    tx->first = (tx->first + done) % SB_UART_QUEUE_SIZE;
    tx->count -= done;
    tx->frame_ns += done * tx->byte_ns;
    tx->frame = (unsigned)sb_uart_tx_take(tx) << 1 | SB_UART_STOP_BIT;
    tx->is_lost = false;
    tx->state = SB_UART_TX_HIDDEN;
    sb_timer_start_at_ns(&tx->timer, tx->frame_ns + tx->stop_ns);
    if (done == 0 || node == NULL)
        return;
    rx = sb_uart_rx_of(SB_CONTAINER_OF(node, struct sb_wire_listener, node));
    rx->baud = tx->baud; /* of one that follows */
    rx->bytes_fn(bytes, done, rx->arg);
}

void sb_uart_tx_catch_up(struct sb_uart_tx *tx)
{
    if (tx->state == SB_UART_TX_BATCH)
        sb_uart_tx_end_batch(tx);
}

static void catch_up(struct sb_wire_hidden *hidden)
{
    sb_uart_tx_catch_up(SB_CONTAINER_OF(hidden, struct sb_uart_tx, hidden));
}

/* Nothing but the beginning of a plain byte happens when the stop bit ends. */
static bool may_go_on(const struct sb_uart_tx *tx)
{
    return tx->terminal->wire->hidden == &tx->hidden && tx->count > 0 && !tx->wants_room &&
           !sb_uart_tx_is_break_next(tx) && tx->next_baud == tx->baud && !tx->has_garbage &&
           !sb_uart_tx_has_faults(tx);
}

/* In the middle of the stop bit. */
void sb_uart_tx_end_hidden(struct sb_uart_tx *tx)
{
    int64_t end_ns = tx->frame_ns + tx->byte_ns;

    if (!hand_over(tx))
        return;
    if (may_go_on(tx)) {
        sb_uart_tx_begin_byte(tx, end_ns);
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

    sb_uart_tx_catch_up(tx);
    if (tx->state != SB_UART_TX_HIDDEN)
        return; /* in the stop bit, which is high as the wire is */
    tx->state = SB_UART_TX_BITS;
    tx->bit = 0;
    if (tx->frame_ns > now_ns) {
        sb_timer_start_at_ns(&tx->timer, tx->frame_ns);
        return;
    }
    while (bit + 1 < SB_UART_FRAME_BITS && sb_uart_tx_bit_ns(tx, bit + 1) <= now_ns)
        bit++;
    tx->bit = bit;
    for (struct sb_list *n = wire->listeners.next; n != &wire->listeners && !tx->is_lost;
         n = n->next)
        sb_uart_rx_adopt(sb_uart_rx_of(SB_CONTAINER_OF(n, struct sb_wire_listener, node)),
                         tx->frame_ns, tx->frame, sb_uart_tx_level(tx, bit));
    sb_uart_tx_send_bit(tx);
}

void sb_uart_tx_init_hidden(struct sb_uart_tx *tx)
{
    tx->hidden = (struct sb_wire_hidden){.reveal = reveal, .catch_up = catch_up};
}
