/* SPDX-License-Identifier: MIT */
/* Serial ports of simulated controllers: a stream on a UART's two halves. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/bus/board_buses.h"
#include "sim/bus/uart.h"

/* Bytes that a port keeps for the program until it reads them. */
#define BUFFER_SIZE 4096

struct serial {
    struct sb_sim_bus bus;
    struct sb_stream stream;
    struct sb_sim_board *sim;
    struct sb_terminal *tx_terminal;
    struct sb_terminal *rx_terminal;
    struct sb_uart_tx tx;
    struct sb_uart_rx rx;
    uint8_t buffer[BUFFER_SIZE];
};

static struct serial *serial_of(const struct sb_stream *stream)
{
    return SB_CONTAINER_OF(stream, struct serial, stream);
}

static void on_received(enum sb_uart_event event, uint8_t byte, void *arg)
{
    struct serial *serial = arg;

    if (event == SB_UART_BYTE)
        sb_stream_report(&serial->stream, &byte, 1);
    else
        sb_stream_report_error(&serial->stream,
                               event == SB_UART_BREAK ? SB_STREAM_BREAK : SB_STREAM_FRAMING);
}

static void on_late_bytes(const uint8_t *bytes, size_t count, void *arg)
{
    sb_stream_report(&((struct serial *)arg)->stream, bytes, count);
}

static size_t patience(const uint8_t *bytes, size_t count, void *arg)
{
    return sb_stream_patience(&((struct serial *)arg)->stream, bytes, count);
}

static void serial_catch_up(struct sb_stream *stream)
{
    sb_uart_rx_catch_up(&serial_of(stream)->rx);
}

static void on_room(void *arg)
{
    sb_stream_report_room(&((struct serial *)arg)->stream);
}

static int serial_write(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    return (int)sb_uart_tx_write(&serial_of(stream)->tx, data, size);
}

static bool serial_is_drained(const struct sb_stream *stream)
{
    return !serial_of(stream)->tx.is_sending;
}

static bool is_baud_possible(unsigned baud)
{
    return baud >= SB_UART_BAUD_MIN && baud <= SB_UART_BAUD_MAX;
}

static int serial_set_baud(struct sb_stream *stream, unsigned baud)
{
    struct serial *serial = serial_of(stream);

    if (!is_baud_possible(baud))
        return -EINVAL;
    sb_uart_tx_set_baud(&serial->tx, baud);
    sb_uart_rx_set_baud(&serial->rx, baud);
    return 0;
}

static int serial_send_break(struct sb_stream *stream, int64_t duration_ns)
{
    if (duration_ns <= 0)
        return -EINVAL;
    sb_uart_tx_break(&serial_of(stream)->tx, duration_ns);
    return 0;
}

static void serial_close(struct sb_stream *stream)
{
    struct serial *serial = serial_of(stream);

    sb_uart_rx_stop(&serial->rx);
    sb_uart_tx_stop(&serial->tx);
    sb_sim_board_give_back(serial->sim, serial->rx_terminal);
    sb_sim_board_give_back(serial->sim, serial->tx_terminal);
}

static const struct sb_stream_ops stream_ops = {
    .write = serial_write,
    .is_drained = serial_is_drained,
    .set_baud = serial_set_baud,
    .send_break = serial_send_break,
    .catch_up = serial_catch_up,
    .close = serial_close,
};

static void serial_deinit(struct sb_sim_bus *bus)
{
    struct serial *serial = SB_CONTAINER_OF(bus, struct serial, bus);

    sb_uart_rx_stop(&serial->rx);
    sb_uart_tx_deinit(&serial->tx);
    free(serial);
}

static struct serial *find_serial(struct sb_sim_board *sim, const struct sb_sim_port *port)
{
    struct sb_sim_bus *bus = sb_sim_board_bus(sim, port->name);
    struct serial *serial;

    if (bus != NULL)
        return SB_CONTAINER_OF(bus, struct serial, bus);
    serial = calloc(1, sizeof(*serial));
    if (serial == NULL)
        return NULL;
    serial->sim = sim;
    serial->bus = (struct sb_sim_bus){.name = port->name, .deinit = serial_deinit};
    sb_sim_board_add_bus(sim, &serial->bus);
    return serial;
}

/* Takes both pins, or none. */
static int take_pins(struct serial *serial, const struct sb_sim_port *port)
{
    int rc = sb_sim_board_take(serial->sim, port->tx, port->name, &serial->tx_terminal);

    if (rc < 0)
        return rc;
    rc = sb_sim_board_take(serial->sim, port->rx, port->name, &serial->rx_terminal);
    if (rc < 0)
        sb_sim_board_give_back(serial->sim, serial->tx_terminal);
    return rc;
}

/* A line without a sender idles: the input has a pull-up. */
static void start_serial(struct serial *serial, unsigned baud)
{
    sb_stream_init(&serial->stream, &serial->sim->board, serial->bus.name, &stream_ops,
                   serial->buffer, sizeof(serial->buffer));
    serial->stream.baud = baud;
    sb_uart_tx_init(&serial->tx, serial->tx_terminal, baud, on_room, serial);
    sb_terminal_drive(serial->rx_terminal, SB_STRENGTH_PULL, true);
    sb_uart_rx_init(&serial->rx, serial->rx_terminal, baud, on_received, serial);
    sb_uart_rx_set_patience(&serial->rx, patience, on_late_bytes);
    sb_uart_rx_start(&serial->rx);
}

int sb_sim_board_stream(struct sb_board *board, const char *name, unsigned baud,
                        struct sb_stream **out)
{
    struct sb_sim_board *sim = SB_CONTAINER_OF(board, struct sb_sim_board, board);
    const struct sb_sim_port *port = sb_sim_port_of(sim->controller, name);
    struct serial *serial;
    int rc;

    if (port == NULL)
        return sb_sim_board_unknown_port(sim, name);
    if (!is_baud_possible(baud))
        return sb_sim_board_fail(sim, -EINVAL, "%s: %u baud is out of range: give %u to %u",
                                 port->name, baud, SB_UART_BAUD_MIN, SB_UART_BAUD_MAX);
    serial = find_serial(sim, port);
    if (serial == NULL)
        return sb_sim_board_fail(sim, -ENOMEM, "%s: out of memory", port->name);
    rc = take_pins(serial, port);
    if (rc < 0)
        return rc;
    start_serial(serial, baud);
    *out = &serial->stream;
    return 0;
}
