/* SPDX-License-Identifier: MIT */
/* The contract of lib/hal's streams on the virtual clock: connected streams, and the simulated board's serial ports. */
#include "tests/contract/contract.h"

#include <errno.h>

#include "lib/stream_pair.h"
#include "tests/contract/sim_side.h"

static struct sim_side side;
static struct sb_stream *outside;

static int run(struct contract *c, sb_task_fn *fn, void *arg)
{
    (void)c;
    return sim_side_run(&side, fn, arg);
}

static void put(const void *data, size_t size)
{
    check_int(sb_stream_write(outside, data, size), size);
}

static size_t get(void *data, size_t size)
{
    int rc = sb_stream_try_read(outside, data, size);

    return rc < 0 ? 0 : (size_t)rc;
}

/* ---- a pair */

static struct sb_stream_pair pair;

static void open_loop(struct contract *c)
{
    (void)c;
    sim_side_open_loop(&side);
}

static void close_loop(struct contract *c)
{
    (void)c;
    sim_side_close_loop(&side);
}

static struct sb_stream *open_pair(struct contract *c)
{
    static uint8_t to_a[64];
    static uint8_t to_b[64];

    (void)c;
    sb_stream_pair_init(&pair, to_a, sizeof(to_a), to_b, sizeof(to_b));
    outside = &pair.b.stream;
    return &pair.a.stream;
}

static void end(void)
{
    check_int(sb_stream_close_write(outside), 0);
}

static bool has_heard_end(void)
{
    char byte;

    return sb_stream_try_read(outside, &byte, 1) == -EPIPE;
}

static const struct contract_stream pair_stream = {
    .big = 300,
    .open = open_pair,
    .put = put,
    .get = get,
    .end = end,
    .has_heard_end = has_heard_end,
};

/* ---- serial ports: two of a Pico, each wired to the other */

#define BAUD 115200

static void open_ports(struct contract *c)
{
    sim_side_begin(&side, "wokwi-pi-pico", "pico");
    sim_side_join(&side, sim_side_terminal(&side, "pico:GP0"),
                  sim_side_terminal(&side, "pico:GP5"));
    sim_side_join(&side, sim_side_terminal(&side, "pico:GP4"),
                  sim_side_terminal(&side, "pico:GP1"));
    sim_side_start(&side);
    outside = NULL;
    c->board = &side.board.board;
}

static void close_ports(struct contract *c)
{
    (void)c;
    sim_side_close(&side);
}

static struct sb_stream *open_port(struct contract *c)
{
    struct sb_stream *stream = NULL;

    sb_stream_close(outside); /* of the last time */
    check_int(sb_board_stream(c->board, "serial1", BAUD, &outside), 0);
    check_int(sb_board_stream(c->board, "serial0", BAUD, &stream), 0);
    return stream;
}

static void send_break(void)
{
    check_int(sb_stream_send_break(outside, 2 * SB_MS_NS), 0);
}

/* At half the rate its one bit lies where the stop bit is expected. */
static void send_wrong_byte(void)
{
    check_int(sb_stream_set_baud(outside, BAUD / 2), 0);
    check_int(sb_stream_write(outside, "\x04", 1), 1);
    check_int(sb_stream_drain(outside), 0);
    check_int(sb_stream_set_baud(outside, BAUD), 0);
}

static unsigned break_count(void)
{
    return (unsigned)outside->break_count;
}

static const struct contract_stream port = {
    .baud = BAUD,
    .big = 4000,
    .open = open_port,
    .put = put,
    .get = get,
    .send_break = send_break,
    .send_wrong_byte = send_wrong_byte,
    .break_count = break_count,
};

int main(void)
{
    struct contract with_pair = {.backend = "pair",
                                 .open = open_loop,
                                 .close = close_loop,
                                 .run = run,
                                 .stream = &pair_stream};
    struct contract with_ports = {.backend = "simulated",
                                  .open = open_ports,
                                  .close = close_ports,
                                  .run = run,
                                  .stream = &port};

    return contract_run_streams(&with_pair) + contract_run_streams(&with_ports);
}
