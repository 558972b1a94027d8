/* SPDX-License-Identifier: MIT */
/*
 * Trials of streams: between two tasks, to another context, over a simulated serial line. The bytes are numbered, so
 * that a byte which is lost, doubled or out of place is seen; who reads or writes goes on afterwards where it was cut
 * short.
 */
#include "tests/trial_rig.h"

#include <errno.h>
#include <string.h>

#include "lib/byte_ring.h"
#include "lib/hal/server.h"
#include "lib/stream_pair.h"
#include "lib/wait_any.h"
#include "sim/board_sim.h"

/* Bytes in all, in lines of four. */
#define SIZE      12
#define LINE_SIZE 4

static struct {
    struct sb_stream *out; /* what the writer uses */
    struct sb_stream *in;  /* what the reader uses */
    int got_count;
    uint8_t all[SIZE + 1]; /* of the reader that reads all */
    size_t all_count;
    bool is_drained;
    bool is_over; /* the reader has got all, and has seen the end if there is one */
    struct sb_event notified;
    size_t outside_count;
    uint8_t outside[SIZE];
    /* what they are made of */
    struct sb_stream_pair pair;
    struct sb_byte_ring ring;
    uint8_t to_a[4], to_b[4];
    struct sb_world *world;
    struct sb_sim_board sim;
    struct sb_diag diag;
} s;

static uint8_t byte_at(int index)
{
    return index % LINE_SIZE == LINE_SIZE - 1 ? '\n' : (uint8_t)('a' + index);
}

static void fill(uint8_t *bytes, int first, int count)
{
    for (int i = 0; i < count; i++)
        bytes[i] = byte_at(first + i);
}

static void note_bytes(const void *data, int count)
{
    const uint8_t *bytes = data;

    for (int i = 0; i < count; i++)
        SB_EXPECT_INT(bytes[i], byte_at(s.got_count + i));
    s.got_count += count;
}

/* ---- writing */

static int write_all(void *arg)
{
    uint8_t bytes[SIZE];

    (void)arg;
    while (s.out->sent_count < SIZE) {
        int count = SIZE - (int)s.out->sent_count;
        int rc;

        if (count > 5)
            count = 5;
        fill(bytes, (int)s.out->sent_count, count);
        rc = sb_stream_write(s.out, bytes, (size_t)count);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int write_and_drain(void *arg)
{
    int rc = write_all(arg);

    if (rc == 0 && !s.is_drained)
        rc = sb_stream_drain(s.out);
    if (rc < 0)
        return rc;
    SB_EXPECT(s.got_count == SIZE ||
              s.in == s.out); /* a serial line has drained before it is read */
    s.is_drained = true;
    return 0;
}

/* Waits for room beside the writer, for all of it. */
static int drain(void *arg)
{
    (void)arg;
    return sb_stream_drain(s.out);
}

static int write_and_close(void *arg)
{
    int rc = write_all(arg);

    return rc < 0 ? rc : sb_stream_close_write(s.out);
}

/* ---- reading */

static int read_some(void *arg)
{
    (void)arg;
    while (s.got_count < SIZE) {
        uint8_t bytes[3];
        int rc = sb_stream_read(s.in, bytes, sizeof(bytes));

        if (rc < 0)
            return rc;
        SB_EXPECT(rc > 0);
        note_bytes(bytes, rc);
    }
    return 0;
}

static int read_exactly(void *arg)
{
    (void)arg;
    while (s.got_count < SIZE) {
        uint8_t bytes[3];
        int rc = sb_stream_read_exactly(s.in, bytes, sizeof(bytes));

        if (rc < 0)
            return rc;
        SB_EXPECT_INT(rc, 3);
        note_bytes(bytes, rc);
    }
    return 0;
}

static int read_lines(void *arg)
{
    (void)arg;
    while (s.got_count < SIZE) {
        char line[8];
        int rc = sb_stream_read_line(s.in, line, sizeof(line));

        if (rc < 0)
            return rc;
        SB_EXPECT_INT(rc, LINE_SIZE);
        note_bytes(line, rc);
    }
    return 0;
}

static int read_until_idle(void *arg)
{
    (void)arg;
    while (s.got_count < SIZE) {
        uint8_t bytes[8];
        int rc = sb_stream_read_until_idle_ms(s.in, bytes, sizeof(bytes), 1);

        if (rc < 0)
            return rc;
        note_bytes(bytes, rc);
    }
    return 0;
}

static int read_all(void *arg)
{
    int rc;

    (void)arg;
    if (s.is_over)
        return 0;
    rc = sb_stream_read_all(s.in, s.all, sizeof(s.all), &s.all_count);
    if (rc < 0)
        return rc;
    note_bytes(s.all, (int)s.all_count);
    s.is_over = true;
    return 0;
}

static int read_beside(void *arg)
{
    (void)arg;
    while (s.got_count < SIZE) {
        struct sb_case cases[] = {sb_stream_read_case(s.in), sb_deadline_case(SB_NEVER)};
        uint8_t bytes[2];
        int rc = sb_wait_any(cases, 2);

        if (rc < 0)
            return rc;
        rc = sb_stream_try_read(s.in, bytes, sizeof(bytes));
        SB_EXPECT(rc > 0);
        if (rc < 0)
            return rc;
        note_bytes(bytes, rc);
    }
    return 0;
}

/* Readers take turns, and what each reads is some piece of what comes: the pieces make up the whole. */
static unsigned seen;

static int read_piece(void *arg)
{
    uint8_t bytes[SIZE / 2];
    int *left = arg;
    int rc;

    while (*left > 0) {
        rc = sb_stream_read(s.in, bytes, (size_t)*left);
        if (rc < 0)
            return rc;
        *left -= rc;
        s.got_count += rc;
        for (int i = 0; i < rc; i++)
            seen += bytes[i];
    }
    return 0;
}

static int pieces_left[2];

/* ---- servers */

static struct {
    struct sb_server server;
    struct sb_stream streams[3]; /* connections, as far as they have come */
    unsigned come_count;
    unsigned taken_count; /* by the server, from the system's queue */
    unsigned seen;        /* bit n: connection n was accepted */
    bool is_watched;
} v;

static int try_accept(struct sb_server *server, struct sb_stream **out)
{
    (void)server;
    if (v.taken_count == v.come_count)
        return -EAGAIN;
    *out = &v.streams[v.taken_count++];
    return 0;
}

static void watch(struct sb_server *server)
{
    (void)server;
    v.is_watched = true;
}

static int server_set_up(void *arg)
{
    static const struct sb_server_ops ops = {.try_accept = try_accept, .watch = watch};

    (void)arg;
    memset(&v, 0, sizeof(v));
    sb_server_init(&v.server, NULL, "server", 0, &ops);
    return 0;
}

static int accepted_counts[2];

static int accept_some(void *arg)
{
    int n = *(int *)arg;

    while (accepted_counts[n] <= n) { /* one of them one, the other two */
        struct sb_stream *stream = NULL;
        int rc = sb_server_accept(&v.server, &stream);

        if (rc < 0)
            return rc;
        SB_EXPECT((v.seen & 1U << (stream - v.streams)) == 0);
        v.seen |= 1U << (stream - v.streams);
        accepted_counts[n]++;
    }
    return 0;
}

/* A connection comes; whoever watches is told. */
static int connect_three(void *arg)
{
    (void)arg;
    while (v.come_count < 3) {
        v.come_count++;
        if (v.is_watched)
            v.is_watched = sb_server_report(&v.server);
        int rc = sb_yield();
        if (rc < 0)
            return rc;
    }
    return 0;
}

static void server_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(v.seen, 7);
    EXPECT_NOBODY_WAITS(&v.server.accepters);
}

static int accept_set_up(void *arg)
{
    accepted_counts[0] = accepted_counts[1] = 0;
    return server_set_up(arg);
}

/* ---- the other side of a ring of bytes */

static void notify(void *arg)
{
    (void)arg;
    sb_event_set(&s.notified);
}

static int outside_writes(void *arg)
{
    uint8_t bytes[SIZE];

    (void)arg;
    fill(bytes, 0, SIZE);
    while (s.outside_count < SIZE) {
        size_t count;
        int rc = 0;

        sb_event_clear(&s.notified);
        count = sb_byte_ring_write(&s.ring, bytes + s.outside_count, SIZE - s.outside_count);
        s.outside_count += count;
        if (count == 0)
            rc = sb_event_wait(&s.notified);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int outside_reads(void *arg)
{
    (void)arg;
    while (s.got_count < SIZE) {
        uint8_t bytes[3];
        size_t count;
        int rc = 0;

        sb_event_clear(&s.notified);
        count = sb_byte_ring_read(&s.ring, bytes, sizeof(bytes));
        note_bytes(bytes, (int)count);
        if (count == 0)
            rc = sb_event_wait(&s.notified);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* ---- */

static void begin(void)
{
    memset(&s, 0, sizeof(s));
    sb_event_init(&s.notified);
    seen = 0;
    pieces_left[0] = pieces_left[1] = SIZE / 2;
}

static int pair_set_up(void *arg)
{
    (void)arg;
    begin();
    sb_stream_pair_init(&s.pair, s.to_a, sizeof(s.to_a), s.to_b, sizeof(s.to_b));
    s.out = &s.pair.a.stream;
    s.in = &s.pair.b.stream;
    return 0;
}

static int pair_tear_down(void *arg)
{
    (void)arg;
    sb_stream_close(s.out);
    sb_stream_close(s.in);
    return 0;
}

static int ring_set_up(void *arg)
{
    (void)arg;
    begin();
    sb_byte_ring_init(&s.ring, &(struct sb_byte_ring_config){
                                   .name = "ring",
                                   .in = s.to_a,
                                   .in_size = sizeof(s.to_a),
                                   .out = s.to_b,
                                   .out_size = sizeof(s.to_b),
                                   .notify_fn = notify,
                               });
    s.out = s.in = &s.ring.stream;
    return 0;
}

static int ring_tear_down(void *arg)
{
    (void)arg;
    sb_stream_close(s.in);
    return 0;
}

/* A board whose serial line is connected to itself. */
static int line_set_up(void *arg)
{
    struct sb_part_spec spec = {.type = "softboard-raspberry-pi", .id = "board"};
    int rc;

    (void)arg;
    begin();
    sb_diag_init(&s.diag, NULL, NULL);
    s.world = sb_world_create(sb_loop_current(), 1);
    rc = sb_world_add_part(s.world, &spec, NULL, &s.diag);
    if (rc == 0)
        rc = sb_world_connect(s.world, sb_world_terminal(s.world, "board:GPIO14"),
                              sb_world_terminal(s.world, "board:GPIO15"), NULL);
    if (rc == 0)
        rc = sb_world_start(s.world, &s.diag);
    if (rc == 0)
        rc = sb_sim_board_init(&s.sim, s.world);
    if (rc == 0)
        rc = sb_board_stream(&s.sim.board, "serial0", 9600, &s.in);
    s.out = s.in;
    return rc;
}

static int line_tear_down(void *arg)
{
    (void)arg;
    sb_stream_close(s.in);
    sb_sim_board_deinit(&s.sim);
    sb_world_destroy(s.world);
    return 0;
}

static void check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(s.got_count, SIZE);
    SB_EXPECT_INT(s.in->count, 0);
    SB_EXPECT_INT(s.in->lost_count, 0);
    SB_EXPECT(!sb_lock_is_locked(&s.in->read_lock));
    SB_EXPECT(!sb_lock_is_locked(&s.out->write_lock));
    EXPECT_NOBODY_WAITS(&s.in->reader);
    EXPECT_NOBODY_WAITS(&s.in->watchers);
    EXPECT_NOBODY_WAITS(&s.out->room);
}

static void pieces_check(void *arg)
{
    unsigned expected = 0;

    for (int i = 0; i < SIZE; i++)
        expected += byte_at(i);
    SB_EXPECT_INT(seen, expected);
    check(arg);
}

static const struct sb_trial_task read_tasks[] = {
    {.name = "reader", .fn = read_some, .then = read_some},
    {.name = "writer", .fn = write_and_drain, .then = write_and_drain},
};
static const struct sb_trial_task drain_tasks[] = {
    {.name = "writer", .fn = write_all, .then = write_all},
    {.name = "drainer", .fn = drain},
    {.name = "other", .fn = drain},
    {.name = "reader", .fn = read_some, .then = read_some},
};
static const struct sb_trial_task exactly_tasks[] = {
    {.name = "reader", .fn = read_exactly, .then = read_exactly},
    {.name = "writer", .fn = write_all, .then = write_all},
};
static const struct sb_trial_task line_tasks[] = {
    {.name = "reader", .fn = read_lines, .then = read_lines},
    {.name = "writer", .fn = write_all, .then = write_all},
};
static const struct sb_trial_task idle_tasks[] = {
    {.name = "reader", .fn = read_until_idle, .then = read_until_idle},
    {.name = "writer", .fn = write_all, .then = write_all},
};
static const struct sb_trial_task all_tasks[] = {
    {.name = "reader", .fn = read_all, .then = read_all},
    {.name = "writer", .fn = write_and_close, .then = write_and_close},
};
static const struct sb_trial_task beside_tasks[] = {
    {.name = "reader", .fn = read_beside, .then = read_beside},
    {.name = "writer", .fn = write_all, .then = write_all},
};
static const struct sb_trial_task pieces_tasks[] = {
    {.name = "reader 0", .fn = read_piece, .arg = &pieces_left[0], .then = read_piece},
    {.name = "writer", .fn = write_all, .then = write_all},
    {.name = "reader 1", .fn = read_piece, .arg = &pieces_left[1], .then = read_piece},
};
static const struct sb_trial_task ring_in_tasks[] = {
    {.name = "reader", .fn = read_lines, .then = read_lines},
    {.name = "outside", .fn = outside_writes, .then = outside_writes},
};
static const struct sb_trial_task ring_out_tasks[] = {
    {.name = "writer", .fn = write_and_drain, .then = write_and_drain},
    {.name = "outside", .fn = outside_reads, .then = outside_reads},
};

static int numbers[] = {0, 1};

static const struct sb_trial_task server_tasks[] = {
    {.name = "a", .fn = accept_some, .arg = &numbers[0], .then = accept_some},
    {.name = "others", .fn = connect_three, .then = connect_three},
    {.name = "b", .fn = accept_some, .arg = &numbers[1], .then = accept_some},
};

const struct trial_test stream_trials[] = {
    {
        .name = "reading_loses_no_byte_and_drain_waits_for_all",
        .trial = {TASKS(read_tasks), .set_up = pair_set_up, .check = check,
                  .tear_down = pair_tear_down},
    },
    {
        .name = "who_writes_and_who_drains_wait_side_by_side",
        .trial = {TASKS(drain_tasks), .set_up = pair_set_up, .check = check,
                  .tear_down = pair_tear_down},
        .disturbed_orders = {.deviation_limit = 2},
        .is_disturbed_cut = true,
    },
    {
        .name = "reading_so_many_takes_none_before",
        .trial = {TASKS(exactly_tasks), .set_up = pair_set_up, .check = check,
                  .tear_down = pair_tear_down},
    },
    {
        .name = "reading_lines_tears_none",
        .trial = {TASKS(line_tasks), .set_up = pair_set_up, .check = check,
                  .tear_down = pair_tear_down},
    },
    {
        .name = "reading_until_silence_loses_no_byte",
        .trial = {TASKS(idle_tasks), .set_up = pair_set_up, .check = check,
                  .tear_down = pair_tear_down},
    },
    {
        .name = "reading_until_the_end_goes_on_where_it_was_cut_short",
        .trial = {TASKS(all_tasks), .set_up = pair_set_up, .check = check,
                  .tear_down = pair_tear_down},
    },
    {
        .name = "reading_beside_other_things_takes_nothing_by_itself",
        .trial = {TASKS(beside_tasks), .set_up = pair_set_up, .check = check,
                  .tear_down = pair_tear_down},
    },
    {
        .name = "two_readers_share_what_comes",
        .trial = {TASKS(pieces_tasks), .set_up = pair_set_up, .check = pieces_check,
                  .tear_down = pair_tear_down},
    },
    {
        .name = "a_ring_from_outside_loses_no_byte",
        .trial = {TASKS(ring_in_tasks), .set_up = ring_set_up, .check = check,
                  .tear_down = ring_tear_down},
    },
    {
        .name = "a_ring_to_the_outside_loses_no_byte",
        .trial = {TASKS(ring_out_tasks), .set_up = ring_set_up, .check = check,
                  .tear_down = ring_tear_down},
    },
    {
        .name = "a_serial_line_loses_no_byte",
        .trial = {TASKS(read_tasks), .set_up = line_set_up, .check = check,
                  .tear_down = line_tear_down},
        .has_edges = true,
    },
    {
        .name = "a_serial_line_tears_no_line",
        .trial = {TASKS(line_tasks), .set_up = line_set_up, .check = check,
                  .tear_down = line_tear_down},
    },
    {
        .name = "a_serial_line_is_read_until_silence",
        .trial = {TASKS(idle_tasks), .set_up = line_set_up, .check = check,
                  .tear_down = line_tear_down},
    },
    {
        .name = "a_server_loses_no_connection",
        .trial = {TASKS(server_tasks), .set_up = accept_set_up, .check = server_check},
    },
    {.name = NULL},
};
