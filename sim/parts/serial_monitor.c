/* SPDX-License-Identifier: MIT */
/* The serial monitor: see serial_monitor.h. */
#include "sim/parts/serial_monitor.h"

#include <assert.h>
#include <errno.h>

#include "sim/bus/board_buses.h"

static struct sb_terminal *pin_of(const struct sb_serial_monitor *monitor, unsigned pin)
{
    return &monitor->part.terminals[pin];
}

/* ---- the stream */

/* How many bytes at the end of the stream are kept and not matched. */
static uint64_t pending(const struct sb_serial_monitor *monitor)
{
    uint64_t count = monitor->received_count - monitor->cursor;

    return count < SB_SERIAL_MONITOR_SIZE ? count : SB_SERIAL_MONITOR_SIZE;
}

static uint8_t byte_at(const struct sb_serial_monitor *monitor, uint64_t place)
{
    return monitor->kept[place % SB_SERIAL_MONITOR_SIZE];
}

/* True when the text stands just before a place of the stream; so many bytes before it are there. */
static bool ends_at(const struct sb_serial_monitor *monitor, const struct sb_serial_search *search,
                    uint64_t place, uint64_t there)
{
    if (there < search->size)
        return false;
    for (size_t i = 1; i <= search->size; i++)
        if (byte_at(monitor, place - i) != search->text[search->size - i])
            return false;
    return true;
}

static void look_at(struct sb_serial_monitor *monitor, uint64_t place, uint64_t there)
{
    struct sb_serial_search *search = monitor->search;

    if (search->found_ns >= 0 || !ends_at(monitor, search, place, there))
        return;
    monitor->cursor = place;
    search->found_ns = sb_world_now_ns(monitor->part.world);
    sb_event_set(&search->found);
}

static void on_received(enum sb_uart_event event, uint8_t byte, void *arg)
{
    struct sb_serial_monitor *monitor = arg;

    if (event != SB_UART_BYTE) {
        monitor->framing_error_count += event == SB_UART_FRAMING;
        return;
    }
    monitor->kept[monitor->received_count++ % SB_SERIAL_MONITOR_SIZE] = byte;
    if (monitor->search != NULL)
        look_at(monitor, monitor->received_count, pending(monitor));
}

void sb_serial_monitor_search(struct sb_serial_monitor *monitor, struct sb_serial_search *search,
                              const void *text, size_t size)
{
    uint64_t count = pending(monitor);
    uint64_t begin = monitor->received_count - count;

    assert(monitor->search == NULL && size >= 1 && size <= SB_SERIAL_MONITOR_TEXT_MAX);
    *search = (struct sb_serial_search){.found_ns = -1, .text = text, .size = size};
    sb_event_init(&search->found);
    monitor->search = search;
    for (uint64_t there = 1; there <= count; there++)
        look_at(monitor, begin + there, there);
}

void sb_serial_monitor_end_search(struct sb_serial_monitor *monitor)
{
    monitor->search = NULL;
}

size_t sb_serial_monitor_tail(const struct sb_serial_monitor *monitor, uint8_t *out, size_t size)
{
    assert(size <= SB_SERIAL_MONITOR_SIZE);
    if (monitor->received_count < size)
        size = (size_t)monitor->received_count;
    for (size_t i = 0; i < size; i++)
        out[i] = byte_at(monitor, monitor->received_count - size + i);
    return size;
}

unsigned sb_serial_monitor_baud(const struct sb_serial_monitor *monitor)
{
    unsigned baud = sb_uart_sender_baud(pin_of(monitor, SB_SERIAL_MONITOR_RX)->wire);

    return baud > 0 ? baud : monitor->rx.baud;
}

/* ---- sending */

static void on_room(void *arg)
{
    sb_event_pulse(&((struct sb_serial_monitor *)arg)->room);
}

size_t sb_serial_monitor_write(struct sb_serial_monitor *monitor, const void *data, size_t size)
{
    struct sb_terminal *terminal = pin_of(monitor, SB_SERIAL_MONITOR_TX);
    unsigned baud = sb_uart_listener_baud(terminal->wire);

    if (baud == 0)
        baud = sb_serial_monitor_baud(monitor);
    if (monitor->tx.terminal == NULL)
        sb_uart_tx_init(&monitor->tx, terminal, baud, on_room, monitor);
    else
        sb_uart_tx_set_baud(&monitor->tx, baud);
    return sb_uart_tx_write(&monitor->tx, data, size);
}

/* ---- the part */

static int monitor_init(struct sb_part *part, struct sb_diag *diag)
{
    struct sb_serial_monitor *monitor = (struct sb_serial_monitor *)part;

    (void)diag;
    sb_event_init(&monitor->room);
    sb_uart_rx_init(&monitor->rx, pin_of(monitor, SB_SERIAL_MONITOR_RX), SB_SERIAL_MONITOR_BAUD,
                    on_received, monitor);
    sb_uart_rx_follow(&monitor->rx);
    return 0;
}

static void monitor_start(struct sb_part *part)
{
    sb_uart_rx_start(&((struct sb_serial_monitor *)part)->rx);
}

static void monitor_deinit(struct sb_part *part)
{
    struct sb_serial_monitor *monitor = (struct sb_serial_monitor *)part;

    sb_uart_rx_stop(&monitor->rx);
    sb_uart_tx_deinit(&monitor->tx);
}

static const struct sb_part_pin pins[] = {
    {"RX", SB_SERIAL_MONITOR_RX, SB_ROLE_SIGNAL},
    {"TX", SB_SERIAL_MONITOR_TX, SB_ROLE_SIGNAL},
    {NULL, 0, SB_ROLE_SIGNAL},
};

static const struct sb_part_type type = {
    .name = SB_SERIAL_MONITOR_ID,
    .summary = "the serial monitor",
    .pins = pins,
    .terminal_count = 2,
    .size = sizeof(struct sb_serial_monitor),
    .is_virtual = true,
    .init = monitor_init,
    .start = monitor_start,
    .deinit = monitor_deinit,
};

static struct sb_serial_monitor *find(const struct sb_world *world)
{
    struct sb_part *part = sb_world_part(world, SB_SERIAL_MONITOR_ID);

    return part != NULL && part->type == &type ? (struct sb_serial_monitor *)part : NULL;
}

int sb_serial_monitor_get(struct sb_world *world, struct sb_serial_monitor **out,
                          struct sb_diag *diag)
{
    struct sb_part_spec spec = {.id = SB_SERIAL_MONITOR_ID, .hide = true};
    struct sb_part *part;
    int rc;

    *out = find(world);
    if (*out != NULL)
        return 0;
    spec.place.file = world->file;
    rc = sb_world_add_part_of(world, &type, &spec, &part, diag);
    *out = (struct sb_serial_monitor *)part;
    return rc;
}

static const struct sb_sim_port *find_port(const struct sb_part *controller)
{
    const struct sb_sim_port *ports;

    if (controller == NULL)
        return NULL;
    ports = sb_sim_family_of(controller->type->name)->ports;
    return ports->name == NULL ? NULL : ports;
}

static int connect(struct sb_serial_monitor *monitor, struct sb_part *controller, const char *name,
                   unsigned pin)
{
    int terminal = sb_part_type_pin(controller->type, name);

    assert(terminal >= 0);
    return sb_world_connect(controller->world, &controller->terminals[terminal],
                            pin_of(monitor, pin), NULL);
}

int sb_serial_monitor_open(struct sb_world *world, struct sb_serial_monitor **out,
                           struct sb_diag *diag)
{
    struct sb_part *controller = sb_world_controller(world);
    const struct sb_sim_port *port = find_port(controller);
    int rc;

    *out = find(world);
    if (*out != NULL)
        return 0;
    if (port == NULL)
        return -ENODEV;
    rc = sb_serial_monitor_get(world, out, diag);
    if (rc == 0)
        rc = connect(*out, controller, port->tx, SB_SERIAL_MONITOR_RX);
    if (rc == 0)
        rc = connect(*out, controller, port->rx, SB_SERIAL_MONITOR_TX);
    if (rc == 0 && world->is_started)
        rc = sb_world_start_part(&(*out)->part, diag);
    return rc;
}

bool sb_serial_monitor_is_wired(const struct sb_serial_monitor *monitor, unsigned pin)
{
    const struct sb_wire *wire = pin_of(monitor, pin)->wire;

    return wire->terminals.next != wire->terminals.prev;
}
