/* SPDX-License-Identifier: MIT */
/* Pins that were opened together, on a real kernel; and its debouncing, which the simulated board copies. */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "config.h"
#include "lib/task.h"

#define IS_V1 (SB_HAVE_GPIOD == 1)
#define FIRST 22
#define COUNT 4

/* The longest tick of a kernel's timer: CONFIG_HZ=100. */
#define TICK_NS 10000000

static struct rig rig;
static struct sb_pin *pins[COUNT];
static struct sb_pin_watch watches[COUNT];

static const char *const names[COUNT] = {"GPIO22", "GPIO23", "GPIO24", "GPIO25"};

static struct {
    unsigned count;
    uint32_t lost;
    int64_t last_ns;
    bool has_wrong_order;
    char order[600];
} seen;

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < COUNT; i++)
        if (pin == pins[i] && seen.count < sizeof(seen.order) - 1)
            seen.order[seen.count++] = (char)((edge->value ? 'A' : 'a') + (int)i);
    seen.lost += edge->lost;
    seen.has_wrong_order = seen.has_wrong_order || edge->time_ns < seen.last_ns;
    seen.last_ns = edge->time_ns;
}

static int set_up(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof(seen));
    rig_open(&rig);
    for (unsigned i = 0; i < COUNT; i++)
        gpiosim_pull(&rig.sim, FIRST + i, false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static void open_together(unsigned flags, uint64_t values)
{
    if (sb_board_pins(&rig.board.board, names, COUNT, flags, values, pins) < 0)
        fail_msg("%s", sb_board_error(&rig.board.board));
}

static void watch(unsigned index)
{
    assert_int_equal(sb_pin_watch_start(pins[index], &watches[index], SB_EDGE_BOTH, on_edge, NULL),
                     0);
}

/* The levels on the lines, the first as bit 0. */
static unsigned levels(void)
{
    unsigned all = 0;

    for (unsigned i = 0; i < COUNT; i++)
        all |= (unsigned)gpiosim_value(&rig.sim, FIRST + i) << i;
    return all;
}

static int pass(void *arg)
{
    return sb_sleep_ms(*(unsigned *)arg);
}

static void let_pass(unsigned ms)
{
    assert_int_equal(rig_run(&rig, pass, &ms), 0);
}

/* ---- together */

static void outputs_begin_and_change_together(void **state)
{
    (void)state;
    open_together(SB_PIN_OUTPUT, 0x9);
    assert_int_equal(levels(), 0x9);
    assert_int_equal(sb_pins_write(pins, COUNT, 0x6), 0);
    assert_int_equal(levels(), 0x6);
    assert_int_equal(sb_pins_write(pins + 1, 2, 0x1), 0);
    assert_int_equal(levels(), 0x2);
    assert_int_equal(sb_pin_toggle(pins[3]), 0);
    assert_int_equal(levels(), 0xa);
}

static void a_bus_turns_round_together(void **state)
{
    uint64_t values = 0;

    (void)state;
    open_together(SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW, 0x3);
    assert_int_equal(levels(), 0xc);
    assert_int_equal(sb_pins_configure(pins, COUNT, SB_PIN_INPUT, 0), 0);
    gpiosim_pull(&rig.sim, FIRST + 1, true);
    gpiosim_pull(&rig.sim, FIRST + 3, true);
    assert_int_equal(sb_pins_read(pins, COUNT, &values), 0);
    assert_int_equal(values, 0xa);
    assert_int_equal(sb_pins_configure(pins, COUNT, SB_PIN_OUTPUT, 0x5), 0);
    assert_int_equal(levels(), 0x5);
}

static void one_that_is_busy_leaves_all_free(void **state)
{
    static const char *const others[] = {"GPIO22", "GPIO23", "GPIO8"};

    (void)state;
    assert_int_equal(sb_board_pins(&rig.board.board, others, 3, SB_PIN_OUTPUT, 7, pins), -EBUSY);
    rig_assert_error(&rig, "GPIO8 is used by '" RIG_BUSY_USER "'");
    open_together(SB_PIN_OUTPUT, 0);
}

static void an_input_among_them_becomes_an_output_alone(void **state)
{
    uint64_t values = 0;

    (void)state;
    open_together(SB_PIN_INPUT, 0);
    gpiosim_pull(&rig.sim, FIRST, true);
    assert_int_equal(sb_pin_configure(pins[2], SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE), 0);
    assert_int_equal(sb_pins_read(pins, COUNT, &values), 0);
    assert_int_equal(values, 0x5);
}

static void an_output_among_them_becomes_an_input_alone_with_libgpiod_2(void **state)
{
    (void)state;
    open_together(SB_PIN_OUTPUT, 0x3);
    assert_int_equal(sb_pin_configure(pins[0], SB_PIN_INPUT), IS_V1 ? -ENOTSUP : 0);
    assert_int_equal(sb_pin_write(pins[2], true), 0);
    assert_int_equal(levels(), IS_V1 ? 0x7 : 0x6);
}

static void closed_ones_can_be_had_again(void **state)
{
    (void)state;
    open_together(SB_PIN_OUTPUT, 0xf);
    sb_pins_close(pins, 2);
    assert_int_equal(rig_try_pin(&rig, names[0], SB_PIN_OUTPUT), 0);
    sb_pins_close(pins + 2, 2);
    open_together(SB_PIN_INPUT, 0);
}

/* ---- edges */

static void their_edges_come_in_order_of_time(void **state)
{
    (void)state;
    open_together(SB_PIN_INPUT, 0);
    for (unsigned i = 0; i < 3; i++)
        watch(i);
    for (unsigned i = 0; i < 40; i++) {
        gpiosim_pull(&rig.sim, FIRST + i % 4, i % 8 < 4);
        rig_block_us(300);
    }
    let_pass(10);
    assert_string_equal(seen.order, "ABCabcABCabcABCabcABCabcABCabc");
    assert_false(seen.has_wrong_order);
    assert_int_equal(seen.lost, 0);
}

/* A request has one queue. With libgpiod 1 each watched line is a request of its own. */
static void what_their_queue_loses_is_counted_by_line(void **state)
{
    unsigned kept = IS_V1 ? 16 : 128 * COUNT;

    (void)state;
    open_together(SB_PIN_INPUT, 0);
    for (unsigned i = 0; i < 2; i++)
        watch(i);
    for (unsigned i = 0; i < kept + 9; i++) {
        gpiosim_pull(&rig.sim, FIRST, i % 2 == 0);
        rig_block_us(100);
    }
    gpiosim_pull(&rig.sim, FIRST + 1, true);
    rig_block_us(300);
    let_pass(10);
    gpiosim_pull(&rig.sim, FIRST, false);
    gpiosim_pull(&rig.sim, FIRST, true);
    gpiosim_pull(&rig.sim, FIRST, false);
    rig_block_us(300);
    let_pass(10);
    assert_int_equal(pins[1]->lost_count, 0);
    assert_int_equal(pins[0]->lost_count, IS_V1 ? 1 : 10);
}

/* ---- debouncing, as lib/hal/pin.h and the simulated board have it */

struct debounced {
    struct sb_pin *pin;
    int64_t changed_ns;
    int64_t told_ns;
    int level_before;
};

static void note_time(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    ((struct debounced *)arg)->told_ns = edge->time_ns;
    seen.count++;
}

/* Bounces for 3 ms, stays, and has a glitch of 5 ms later. */
static int bounce(void *arg)
{
    struct debounced *d = arg;
    int rc = 0;

    for (int i = 0; i < 7 && rc == 0; i++) {
        d->changed_ns = sb_now_ns();
        gpiosim_pull(&rig.sim, FIRST, i % 2 == 0);
        rc = sb_sleep_ms(i < 6 ? 1 : 5);
    }
    d->level_before = sb_pin_read(d->pin);
    if (rc == 0)
        rc = sb_sleep_ms(100);
    if (rc == 0)
        gpiosim_pull(&rig.sim, FIRST, false);
    if (rc == 0)
        rc = sb_sleep_ms(5);
    gpiosim_pull(&rig.sim, FIRST, true);
    return rc < 0 ? rc : sb_sleep_ms(100);
}

static void the_kernel_debounces_a_watched_pin_from_now_on(void **state)
{
    struct debounced d = {.pin = rig_pin(&rig, names[0], SB_PIN_INPUT)};

    (void)state;
    if (IS_V1)
        skip();
    assert_int_equal(sb_pin_watch_start(d.pin, &watches[0], SB_EDGE_BOTH, note_time, &d), 0);
    assert_int_equal(sb_pin_set_debounce_us(d.pin, 20000), 0);
    assert_int_equal(rig_run(&rig, bounce, &d), 0);
    assert_int_equal(d.level_before, 0);
    assert_int_equal(sb_pin_read(d.pin), 1);
    assert_int_equal(seen.count, 1); /* neither the bounce nor the glitch */
    assert_true(d.told_ns >= d.changed_ns + 20000000);
    assert_true(d.told_ns <= d.changed_ns + 20000000 + 2 * TICK_NS);
    sb_pin_watch_stop(&watches[0]);
}

static void another_period_counts_from_the_next_change_on(void **state)
{
    struct debounced d = {.pin = rig_pin(&rig, names[0], SB_PIN_INPUT)};

    (void)state;
    if (IS_V1)
        skip();
    assert_int_equal(sb_pin_set_debounce_us(d.pin, 20000), 0);
    assert_int_equal(sb_pin_watch_start(d.pin, &watches[0], SB_EDGE_BOTH, note_time, &d), 0);
    gpiosim_pull(&rig.sim, FIRST, true);
    assert_int_equal(sb_pin_set_debounce_us(d.pin, 200000), 0);
    let_pass(100);
    assert_int_equal(seen.count, 1);
    gpiosim_pull(&rig.sim, FIRST, false);
    let_pass(150);
    assert_int_equal(seen.count, 1);
    let_pass(100);
    assert_int_equal(seen.count, 2);
    gpiosim_pull(&rig.sim, FIRST, true);
    let_pass(50);
    assert_int_equal(sb_pin_read(d.pin), 0);
    assert_int_equal(sb_pin_set_debounce_us(d.pin, 0), 0);
    assert_int_equal(sb_pin_read(d.pin), 1);
    gpiosim_pull(&rig.sim, FIRST, false);
    let_pass(10);
    assert_int_equal(seen.count, 3); /* the rise fell into the change, and is none */
    sb_pin_watch_stop(&watches[0]);
}

int main(void)
{
#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_RIG(outputs_begin_and_change_together),
        ON_RIG(a_bus_turns_round_together),
        ON_RIG(one_that_is_busy_leaves_all_free),
        ON_RIG(an_input_among_them_becomes_an_output_alone),
        ON_RIG(an_output_among_them_becomes_an_input_alone_with_libgpiod_2),
        ON_RIG(closed_ones_can_be_had_again),
        ON_RIG(their_edges_come_in_order_of_time),
        ON_RIG(what_their_queue_loses_is_counted_by_line),
        ON_RIG(the_kernel_debounces_a_watched_pin_from_now_on),
        ON_RIG(another_period_counts_from_the_next_change_on),
    };

    rig_need_gpiosim();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
