/* SPDX-License-Identifier: MIT */
/* Edges to bytes: sim/bus/uart_sampler.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/timer.h"
#include "sim/bus/uart_sampler.h"
#include "sim/world.h"
#include "tests/support.h"

/* A bit takes 1 ms. */
#define BAUD 1000
#define MS   INT64_C(1000000)

static void take(const struct sb_uart_sample *sample)
{
    static const char *const names[] = {"", "framing ", "break "};

    note("%g:%s%02x", (double)sample->time_ns / (double)MS, names[sample->event], sample->byte);
}

/* Plays "3.5 1 2 ...": how many bits each level lasts, the first of them high. */
static const char *sample_levels(const double *bits, unsigned count)
{
    struct sb_uart_sampler sampler;
    struct sb_uart_sample sample;
    double at = 0;

    notes_clear();
    sb_uart_sampler_init(&sampler, BAUD, true);
    for (unsigned i = 0; i < count; i++) {
        at += bits[i];
        if (sb_uart_sampler_feed(&sampler, (int64_t)(at * (double)MS), i % 2, &sample))
            take(&sample);
    }
    if (sb_uart_sampler_due_ns(&sampler) != SB_NEVER &&
        sb_uart_sampler_flush(&sampler, sb_uart_sampler_due_ns(&sampler), &sample))
        take(&sample);
    assert_int_equal(sb_uart_sampler_due_ns(&sampler), SB_NEVER);
    return notes();
}

#define SAMPLE(...) \
    sample_levels((const double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double))

static void a_byte_comes_in_the_middle_of_its_stop_bit(void **state)
{
    (void)state;
    /* 0x41: low, 1, 0 0 0 0 0, 1, 0, stop. */
    assert_string_equal(SAMPLE(5, 1, 1, 5, 1, 1), "14.5:41");
    /* Without any edge in it, and at once after another. */
    assert_string_equal(SAMPLE(5, 1, 9, 1), "14.5:ff | 24.5:ff");
    assert_string_equal(SAMPLE(5, 9), "14.5:00");
}

static void rates_that_are_some_per_cent_off_are_heard(void **state)
{
    (void)state;
    /* 0x55 has an edge at each bit; sent 4 % too slow and too fast. */
    assert_string_equal(SAMPLE(5, 1.04, 1.04, 1.04, 1.04, 1.04, 1.04, 1.04, 1.04, 1.04), "14.5:55");
    assert_string_equal(SAMPLE(5, .96, .96, .96, .96, .96, .96, .96, .96, .96), "14.5:55");
}

static void a_start_that_is_over_in_its_middle_is_a_glitch(void **state)
{
    (void)state;
    assert_string_equal(SAMPLE(5, 0.4, 3, 9), "17.9:00");
    assert_string_equal(SAMPLE(5, 0.4), "");
    /* A level that changes in the middle of a bit counts as before. */
    assert_string_equal(SAMPLE(5, 0.5), "14.5:ff");
}

static void a_low_stop_bit_is_an_error_or_a_break(void **state)
{
    (void)state;
    assert_string_equal(SAMPLE(5, 1, 1, 8, 3, 9), "14.5:framing 01 | 27.5:00");
    assert_string_equal(SAMPLE(5, 30, 3, 9), "14.5:break 00 | 47.5:00");
}

static void a_line_that_is_low_at_first_must_rise(void **state)
{
    struct sb_uart_sampler sampler;
    struct sb_uart_sample sample;

    (void)state;
    sb_uart_sampler_init(&sampler, BAUD, false);
    assert_false(sb_uart_sampler_feed(&sampler, 2 * MS, false, &sample));
    assert_int_equal(sb_uart_sampler_due_ns(&sampler), SB_NEVER);
    assert_false(sb_uart_sampler_feed(&sampler, 3 * MS, true, &sample));
    assert_false(sb_uart_sampler_feed(&sampler, 4 * MS, false, &sample));
    assert_int_equal(sb_uart_sampler_due_ns(&sampler), 4 * MS + 9500000);
    assert_false(sb_uart_sampler_flush(&sampler, 4 * MS + 9499999, &sample));
    assert_true(sb_uart_sampler_flush(&sampler, 4 * MS + 9500000, &sample));
    assert_int_equal(sample.event, SB_UART_BREAK);
}

/* ---- the same as the receiver on wires */

#define EDGES 3000

struct heard {
    size_t used;
    char text[32 * EDGES];
};

static struct heard by_receiver;
static struct heard by_sampler;

static void hear(struct heard *heard, const struct sb_uart_sample *sample)
{
    heard->used += (size_t)snprintf(heard->text + heard->used, sizeof(heard->text) - heard->used,
                                    "%lld %d %02x, ", (long long)sample->time_ns, sample->event,
                                    sample->byte);
}

static void on_event(enum sb_uart_event event, uint8_t byte, void *arg)
{
    struct sb_uart_sample sample = {.event = event, .byte = byte, .time_ns = sb_now_ns()};

    (void)arg;
    hear(&by_receiver, &sample);
}

static struct sb_terminal *junction(struct sb_world *world, const char *id)
{
    struct sb_part_spec spec = {.type = "wokwi-junction", .id = id};
    struct sb_diag diag;
    struct sb_part *part;

    sb_diag_init(&diag, NULL, NULL);
    check_int(sb_world_add_part(world, &spec, &part, &diag), 0);
    return &part->terminals[0];
}

/* Anywhere in the next four bits, or one to twelve half bits later, where samples are. */
static int64_t step_ns(void)
{
    uint64_t random = sb_loop_random(test_loop());

    return random % 2 ? (int64_t)(random / 2 % (4 * MS) + 1)
                      : (int64_t)(random / 2 % 12 + 1) * MS / 2;
}

static int hear_both(void *arg)
{
    struct sb_world *world = sb_world_create(test_loop(), 1);
    struct sb_terminal *sender = junction(world, "a");
    struct sb_terminal *receiver = junction(world, "b");
    struct sb_uart_sampler sampler;
    struct sb_uart_sample sample;
    struct sb_uart_rx rx;
    struct sb_diag diag;

    (void)arg;
    sb_diag_init(&diag, NULL, NULL);
    sb_world_connect(world, sender, receiver, "");
    check_int(sb_world_start(world, &diag), 0);
    sb_terminal_drive(sender, SB_STRENGTH_STRONG, true);
    sb_uart_rx_init(&rx, receiver, BAUD, on_event, NULL);
    sb_uart_rx_start(&rx);
    sb_uart_sampler_init(&sampler, BAUD, true);
    for (unsigned i = 0; i < EDGES; i++) {
        sb_sleep_until_ns(sb_now_ns() + step_ns());
        if (sb_uart_sampler_feed(&sampler, sb_now_ns(), i % 2, &sample))
            hear(&by_sampler, &sample);
        sb_terminal_drive(sender, SB_STRENGTH_STRONG, i % 2);
    }
    sb_uart_rx_stop(&rx);
    sb_world_destroy(world);
    return 0;
}

static void it_hears_what_a_receiver_on_a_wire_hears(void **state)
{
    (void)state;
    run_in_loop(hear_both, NULL);
    assert_true(by_sampler.used > 2000);
    assert_string_equal(by_sampler.text, by_receiver.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_byte_comes_in_the_middle_of_its_stop_bit),
        cmocka_unit_test(rates_that_are_some_per_cent_off_are_heard),
        cmocka_unit_test(a_start_that_is_over_in_its_middle_is_a_glitch),
        cmocka_unit_test(a_low_stop_bit_is_an_error_or_a_break),
        cmocka_unit_test(a_line_that_is_low_at_first_must_rise),
        cmocka_unit_test(it_hears_what_a_receiver_on_a_wire_hears),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
