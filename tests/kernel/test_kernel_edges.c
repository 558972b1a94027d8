/* SPDX-License-Identifier: MIT */
/*
 * Edges on a real kernel: its own time stamps, in order over several lines; how many were lost when its queue
 * was full; nothing of what came while nobody watched.
 */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "config.h"
#include "lib/event.h"
#include "lib/task.h"
#include "lib/timeout.h"

#define EDGES_MAX 256

/* What the kernel keeps of a line while nobody reads: as we ask with libgpiod 2; always 16 with 1. */
#define KEPT (SB_HAVE_GPIOD == 2 ? 128 : 16)

static struct rig rig;

static struct {
    struct sb_pin *pins[3];
    struct sb_pin_watch watches[3];
    unsigned count;
    unsigned wanted;
    uint32_t lost;
    struct sb_edge edges[EDGES_MAX];
    char order[EDGES_MAX + 1]; /* a letter a pin; a capital one is a rise */
    struct sb_event all;
} seen;

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    unsigned i = 0;

    (void)arg;
    while (seen.pins[i] != pin)
        i++;
    seen.order[seen.count] = (char)((edge->value ? 'A' : 'a') + (int)i);
    seen.edges[seen.count++] = *edge;
    seen.lost += edge->lost;
    if (seen.count == seen.wanted)
        sb_event_set(&seen.all);
}

/* Inputs GPIO22 to GPIO24, low and watched. */
static void watch(unsigned count, unsigned flags, unsigned edges)
{
    static const char *const names[] = {"GPIO22", "GPIO23", "GPIO24"};

    memset(&seen, 0, sizeof(seen));
    sb_event_init(&seen.all);
    for (unsigned i = 0; i < count; i++) {
        gpiosim_pull(&rig.sim, 22 + i, false);
        seen.pins[i] = rig_pin(&rig, names[i], SB_PIN_INPUT | flags);
        assert_int_equal(sb_pin_watch_start(seen.pins[i], &seen.watches[i], edges, on_edge, NULL),
                         0);
    }
}

static int wait_all(void *arg)
{
    struct sb_timeout timeout;

    (void)arg;
    sb_timeout_begin_ms(&timeout, 1000);
    return sb_timeout_end(&timeout, sb_event_wait(&seen.all));
}

/* Lets the loop run until so many edges have come. */
static void expect(unsigned count)
{
    seen.wanted = count;
    sb_event_clear(&seen.all);
    if (seen.count < count)
        assert_int_equal(rig_run(&rig, wait_all, NULL), 0);
    assert_int_equal(seen.count, count);
}

static int pass_10_ms(void *arg)
{
    (void)arg;
    return sb_sleep_ms(10);
}

static void expect_no_more(void)
{
    unsigned count = seen.count;

    assert_int_equal(rig_run(&rig, pass_10_ms, NULL), 0);
    assert_int_equal(seen.count, count);
}

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* An edge from outside; then the kernel has time to take it. */
static void put(unsigned offset, bool level)
{
    gpiosim_pull(&rig.sim, offset, level);
    rig_block_us(300);
}

static int set_up(void **state)
{
    (void)state;
    rig_open(&rig);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

/* ---- tests */

static void an_edge_has_the_time_at_which_the_kernel_saw_it(void **state)
{
    int64_t before_ns[4];
    int64_t after_ns[4];

    (void)state;
    watch(1, 0, SB_EDGE_BOTH);
    for (int i = 0; i < 4; i++) {
        before_ns[i] = now_ns();
        gpiosim_pull(&rig.sim, 22, i % 2 == 0);
        after_ns[i] = now_ns();
        rig_block_us(10000);
    }
    expect(4);
    assert_string_equal(seen.order, "AaAa");
    for (int i = 0; i < 4; i++) {
        assert_true(seen.edges[i].time_ns >= before_ns[i]);
        assert_true(seen.edges[i].time_ns <= after_ns[i] + 1000000);
        assert_int_equal(seen.edges[i].lost, 0);
    }
}

static void edges_of_several_lines_come_in_order_of_time(void **state)
{
    (void)state;
    watch(3, 0, SB_EDGE_BOTH);
    put(24, true);
    put(22, true);
    put(23, true);
    put(22, false);
    put(24, false);
    put(24, true);
    put(23, false);
    expect(7);
    assert_string_equal(seen.order, "CABacCb");
    for (unsigned i = 1; i < seen.count; i++)
        assert_true(seen.edges[i].time_ns > seen.edges[i - 1].time_ns);
}

static void many_edges_of_two_lines_come_in_order_too(void **state)
{
    static const char expected[] = "ABabABabABabABab";

    (void)state;
    watch(2, 0, SB_EDGE_BOTH);
    for (unsigned i = 0; i < 16; i++)
        put(22 + i % 2, i % 4 < 2);
    expect(16);
    assert_string_equal(seen.order, expected);
    assert_int_equal(seen.lost, 0);
}

static void only_the_edges_asked_for_are_reported(void **state)
{
    (void)state;
    watch(1, 0, SB_EDGE_FALLING);
    for (int i = 0; i < 6; i++)
        put(22, i % 2 == 0);
    expect(3);
    assert_string_equal(seen.order, "aaa");
}

static void active_low_turns_edges_as_well(void **state)
{
    (void)state;
    watch(1, SB_PIN_ACTIVE_LOW, SB_EDGE_BOTH);
    put(22, true);
    put(22, false);
    expect(2);
    assert_string_equal(seen.order, "aA");
}

static void what_came_while_nobody_watched_is_not_reported(void **state)
{
    (void)state;
    watch(1, 0, SB_EDGE_BOTH);
    put(22, true);
    sb_pin_watch_stop(&seen.watches[0]);
    put(22, false);
    put(22, true);
    assert_int_equal(
        sb_pin_watch_start(seen.pins[0], &seen.watches[0], SB_EDGE_BOTH, on_edge, NULL), 0);
    put(22, false);
    expect(1);
    assert_string_equal(seen.order, "a");
    assert_int_equal(seen.lost, 0);
    expect_no_more();
}

static void a_full_queue_keeps_what_it_can(void **state)
{
    (void)state;
    watch(1, 0, SB_EDGE_BOTH);
    for (int i = 0; i < KEPT; i++)
        put(22, i % 2 == 0);
    expect(KEPT);
    assert_int_equal(seen.lost, 0);
    expect_no_more();
}

/* An odd number is lost: libgpiod 1 notices it by two edges of one direction, but not how many. */
static void an_overflowed_queue_says_how_much_it_lost(void **state)
{
    (void)state;
    watch(1, 0, SB_EDGE_BOTH);
    for (int i = 0; i < KEPT + 71; i++)
        put(22, i % 2 == 0);
    expect(KEPT);
    put(22, false);
    put(22, true);
    expect(KEPT + 2);
    if (SB_HAVE_GPIOD == 2) {
        assert_int_equal(seen.edges[0].lost, 71); /* the oldest went */
        assert_int_equal(seen.lost, 71);
        assert_int_equal(seen.pins[0]->lost_count, 71);
    } else {
        assert_int_equal(seen.edges[KEPT].lost, 1); /* the newest went: at least one */
        assert_int_equal(seen.lost, 1);
    }
}

/* An even number is lost, which libgpiod 1 cannot see. */
static void an_even_loss_is_seen_with_libgpiod_2_only(void **state)
{
    (void)state;
    watch(1, 0, SB_EDGE_BOTH);
    for (int i = 0; i < KEPT + 20; i++)
        put(22, i % 2 == 0);
    expect(KEPT);
    put(22, true);
    expect(KEPT + 1);
    assert_int_equal(seen.lost, SB_HAVE_GPIOD == 2 ? 20 : 0);
}

static int wait_for_rise(void *arg)
{
    struct sb_edge edge;
    int rc = sb_pin_wait_edge(arg, SB_EDGE_RISING, &edge);

    return rc < 0 ? rc : edge.value;
}

static void a_task_waits_for_an_edge(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO22", SB_PIN_INPUT | SB_PIN_PULL_DOWN);
    struct sb_task waiter;

    (void)state;
    assert_int_equal(sb_spawn(&waiter, "waiter", wait_for_rise, pin), 0);
    assert_int_equal(rig_run(&rig, pass_10_ms, NULL), 0);
    gpiosim_pull(&rig.sim, 22, true);
    assert_int_equal(sb_loop_run(&rig.loop, &waiter), 0);
    assert_int_equal(waiter.result, 1);
}

static void a_pull_that_changes_is_an_edge(void **state)
{
    (void)state;
    watch(1, SB_PIN_PULL_DOWN, SB_EDGE_BOTH);
    assert_int_equal(sb_pin_configure(seen.pins[0], SB_PIN_INPUT | SB_PIN_PULL_UP), 0);
    assert_int_equal(sb_pin_read(seen.pins[0]), 1);
    put(22, false);
    expect(1);
    assert_string_equal(seen.order, "a");
}

static void watching_can_be_repeated_without_end(void **state)
{
    (void)state;
    watch(1, 0, SB_EDGE_BOTH);
    for (int i = 0; i < 200; i++) {
        sb_pin_watch_stop(&seen.watches[0]);
        assert_int_equal(
            sb_pin_watch_start(seen.pins[0], &seen.watches[0], SB_EDGE_BOTH, on_edge, NULL), 0);
    }
    put(22, true);
    expect(1);
}

int main(void)
{
#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_RIG(an_edge_has_the_time_at_which_the_kernel_saw_it),
        ON_RIG(edges_of_several_lines_come_in_order_of_time),
        ON_RIG(many_edges_of_two_lines_come_in_order_too),
        ON_RIG(only_the_edges_asked_for_are_reported),
        ON_RIG(active_low_turns_edges_as_well),
        ON_RIG(what_came_while_nobody_watched_is_not_reported),
        ON_RIG(a_full_queue_keeps_what_it_can),
        ON_RIG(an_overflowed_queue_says_how_much_it_lost),
        ON_RIG(an_even_loss_is_seen_with_libgpiod_2_only),
        ON_RIG(a_task_waits_for_an_edge),
        ON_RIG(a_pull_that_changes_is_an_edge),
        ON_RIG(watching_can_be_repeated_without_end),
    };

    rig_need_gpiosim();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
