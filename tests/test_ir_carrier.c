/* SPDX-License-Identifier: MIT */
/* Infrared with and without its carrier: sim/trace/ir_carrier.c and sb_replay_pin_ir. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "lib/timer.h"
#include "sim/replay.h"
#include "sim/trace/ir_carrier.h"
#include "tests/sr_file.h"
#include "tests/support.h"

#define US        INT64_C(1000)
#define EDGES_MAX 20000

/* How a recording is made of marks and spaces. */
struct recorder {
    double carrier_hz; /* 0: none */
    double duty;
    int64_t sample_ns; /* times are rounded up to a whole number of these */
    bool idle_level;
};

struct edges {
    unsigned count;
    struct sb_ir_edge edges[EDGES_MAX];
};

/* An NEC frame of address 40h, command 44h, a pause and a repeat: in us, a space first. */
static unsigned nec_us(double *out)
{
    const unsigned frame = 0xbb44bf40;
    unsigned count = 0;

    out[count++] = 5000;
    out[count++] = 9000;
    out[count++] = 4500;
    for (unsigned i = 0; i < 32; i++) {
        out[count++] = 562.5;
        out[count++] = frame >> i & 1 ? 1687.5 : 562.5;
    }
    out[count++] = 562.5;
    out[count++] = 40000;
    out[count++] = 9000;
    out[count++] = 2250;
    out[count++] = 562.5;
    out[count++] = 20000;
    return count;
}

#define NEC_COUNT 73

static void add_edge(struct edges *to, const struct recorder *recorder, double us, bool is_lit)
{
    int64_t sample = (int64_t)(us * 1000 / (double)recorder->sample_ns + 0.999999);

    assert_true(to->count < EDGES_MAX);
    to->edges[to->count++] = (struct sb_ir_edge){sample * recorder->sample_ns,
                                                 is_lit != recorder->idle_level};
}

/* Whole periods of carrier, as a sender makes them. Returns the recording's end in us. */
static double record(struct edges *to, const struct recorder *recorder, const double *us,
                     unsigned count)
{
    double at = 0;

    to->count = 0;
    for (unsigned i = 0; i < count; i++) {
        double period = recorder->carrier_hz > 0 ? 1e6 / recorder->carrier_hz : us[i];
        unsigned periods = (unsigned)(us[i] / period + 0.5);

        for (unsigned k = 0; k < periods && i % 2; k++) {
            double lit = recorder->carrier_hz > 0 ? period * recorder->duty : us[i];

            add_edge(to, recorder, at + k * period, true);
            add_edge(to, recorder, at + k * period + lit, false);
        }
        at += us[i];
    }
    return at;
}

static struct sb_ir_kind kind_of(const struct edges *edges, bool level, int64_t end_ns)
{
    struct sb_ir_probe probe;

    sb_ir_probe_init(&probe, level);
    for (unsigned i = 0; i < edges->count; i++)
        sb_ir_probe_edge(&probe, edges->edges[i].time_ns, edges->edges[i].level);
    sb_ir_probe_edge(&probe, end_ns, edges->count % 2 == level);
    return sb_ir_probe_end(&probe);
}

static void demodulate(struct edges *to, const struct edges *from, const struct sb_ir_kind *kind,
                       bool level)
{
    struct sb_ir_carrier carrier;

    to->count = 0;
    sb_ir_carrier_init(&carrier, kind, level);
    assert_int_equal(carrier.level, level == kind->idle_level);
    for (unsigned i = 0; i < from->count; i++)
        to->count += sb_ir_carrier_feed(&carrier, from->edges[i].time_ns, from->edges[i].level,
                                        &to->edges[to->count]);
    if (sb_ir_carrier_due_ns(&carrier) != SB_NEVER)
        to->count += sb_ir_carrier_flush(&carrier, sb_ir_carrier_due_ns(&carrier),
                                         &to->edges[to->count]);
    assert_int_equal(sb_ir_carrier_due_ns(&carrier), SB_NEVER);
}

/* Each edge of the pin is where the mark or space began, to `tolerance_ns`. */
static void assert_envelope(const struct edges *edges, const double *us, unsigned count,
                            int64_t tolerance_ns)
{
    double at = 0;

    assert_int_equal(edges->count, count - 1);
    for (unsigned i = 0; i + 1 < count; i++) {
        int64_t error_ns;

        at += us[i];
        error_ns = edges->edges[i].time_ns - (int64_t)(at * 1000);
        assert_int_equal(edges->edges[i].level, i % 2);
        if (error_ns > tolerance_ns || -error_ns > tolerance_ns)
            fail_msg("edge %u is %lld ns off", i, (long long)error_ns);
    }
}

static struct edges recorded;
static struct edges pin;

static void assert_nec(const struct recorder *recorder)
{
    double us[NEC_COUNT];
    unsigned count = nec_us(us);
    double period_ns = recorder->carrier_hz > 0 ? 1e9 / recorder->carrier_hz : 0;
    double end_us;
    struct sb_ir_kind kind;

    assert_int_equal(count, NEC_COUNT);
    end_us = record(&recorded, recorder, us, count);
    kind = kind_of(&recorded, recorder->idle_level, (int64_t)(end_us * 1000));
    assert_int_equal(kind.idle_level, recorder->idle_level);
    assert_in_range(kind.period_ns + 100, (uintmax_t)(period_ns * 0.99) + 100 - 1,
                    (uintmax_t)(period_ns * 1.01) + 100 + 1);
    demodulate(&pin, &recorded, &kind, recorder->idle_level);
    assert_envelope(&pin, us, count, (int64_t)period_ns + 2 * recorder->sample_ns);
}

static void a_frame_with_a_carrier_comes_out_right_to_a_period(void **state)
{
    static const double carriers_hz[] = {30000, 33000, 36000, 38000, 38222, 40000, 56000};
    static const int64_t samples_ns[] = {1, 42, 1000, 5000};

    (void)state;
    for (unsigned i = 0; i < sizeof(carriers_hz) / sizeof(carriers_hz[0]); i++)
        for (unsigned k = 0; k < 4; k++)
            for (unsigned idle = 0; idle < 2; idle++) {
                if (carriers_hz[i] > 50000 && samples_ns[k] > 1000)
                    continue;
                assert_nec(&(struct recorder){carriers_hz[i], 1 / 3.0, samples_ns[k], idle});
                assert_nec(&(struct recorder){carriers_hz[i], 0.5, samples_ns[k], idle});
            }
}

static void a_demodulated_frame_passes_as_it_is_with_high_as_idle(void **state)
{
    (void)state;
    assert_nec(&(struct recorder){0, 0, 1, true});
    assert_nec(&(struct recorder){0, 0, 1, false});
    assert_nec(&(struct recorder){0, 0, 5000, true});
}

static void a_recording_that_begins_inside_a_mark_is_told_by_its_pauses(void **state)
{
    double us[NEC_COUNT];
    unsigned count = nec_us(us);
    struct recorder plain = {0, 0, 1, true};
    struct sb_ir_kind kind;

    (void)state;
    /* Without the first space: lit at time 0. */
    record(&recorded, &plain, us + 1, count - 2);
    for (unsigned i = 0; i < recorded.count; i++)
        recorded.edges[i].level = !recorded.edges[i].level;
    kind = kind_of(&recorded, false, recorded.edges[recorded.count - 1].time_ns + 20000 * US);
    assert_int_equal(kind.period_ns, 0);
    assert_int_equal(kind.idle_level, 1);
    demodulate(&pin, &recorded, &kind, false);
    assert_int_equal(pin.edges[0].level, 1);
}

static void light_that_stays_on_ends_when_it_does(void **state)
{
    static const struct sb_ir_edge edges[] = {
        {1000 * US, true}, {3000 * US, false}, {5000 * US, true}, {5010 * US, false}};
    struct sb_ir_kind kind = {.idle_level = false, .period_ns = 26 * US};
    struct edges from = {.count = 4};

    (void)state;
    memcpy(from.edges, edges, sizeof(edges));
    demodulate(&pin, &from, &kind, false);
    assert_int_equal(pin.count, 4);
    assert_int_equal(pin.edges[1].time_ns, 3000 * US);
    assert_int_equal(pin.edges[3].time_ns, 5026 * US);
}

static void the_end_of_a_mark_is_known_after_one_and_three_quarters_of_a_period(void **state)
{
    struct sb_ir_kind kind = {.idle_level = false, .period_ns = 20 * US};
    struct sb_ir_carrier carrier;
    struct sb_ir_edge out[2];

    (void)state;
    sb_ir_carrier_init(&carrier, &kind, false);
    assert_int_equal(sb_ir_carrier_due_ns(&carrier), SB_NEVER);
    assert_int_equal(sb_ir_carrier_feed(&carrier, 100 * US, true, out), 1);
    assert_int_equal(out[0].time_ns, 100 * US);
    assert_false(out[0].level);
    assert_int_equal(sb_ir_carrier_feed(&carrier, 107 * US, false, out), 0);
    assert_int_equal(sb_ir_carrier_due_ns(&carrier), 135 * US);
    assert_int_equal(sb_ir_carrier_flush(&carrier, 135 * US - 1, out), 0);
    /* A period that begins just then belongs to the mark. */
    assert_int_equal(sb_ir_carrier_feed(&carrier, 135 * US, true, out), 0);
    assert_int_equal(sb_ir_carrier_feed(&carrier, 142 * US, false, out), 0);
    assert_int_equal(sb_ir_carrier_feed(&carrier, 171 * US, true, out), 2);
    assert_int_equal(out[0].time_ns, 155 * US);
    assert_true(out[0].level);
    assert_int_equal(out[1].time_ns, 171 * US);
    assert_false(out[1].level);
}

static void edges_at_other_rates_are_no_carrier(void **state)
{
    static const double rates_hz[] = {9000, 17000, 70000, 500000};
    double us[] = {1000, 9000, 30000};

    (void)state;
    for (unsigned i = 0; i < sizeof(rates_hz) / sizeof(rates_hz[0]); i++) {
        struct recorder recorder = {rates_hz[i], 0.5, 1, false};

        record(&recorded, &recorder, us, 3);
        assert_int_equal(kind_of(&recorded, false, 40000 * US).period_ns, 0);
    }
}

/* ---- played */

static void write_vcd(const struct recorder *recorder, const double *us, unsigned count)
{
    size_t size = 20 * EDGES_MAX;
    char *text = malloc(size);
    double end_us = record(&recorded, recorder, us, count);
    size_t used;

    assert_non_null(text);
    used = (size_t)snprintf(text, size,
                            "$timescale 1 ns $end $var wire 1 ! IR $end $enddefinitions $end\n"
                            "#0 %d!\n",
                            recorder->idle_level);
    for (unsigned i = 0; i < recorded.count; i++)
        used += (size_t)snprintf(text + used, size - used, "#%lld %d!\n",
                                 (long long)recorded.edges[i].time_ns, recorded.edges[i].level);
    used += (size_t)snprintf(text + used, size - used, "#%lld\n", (long long)(end_us * 1000));
    sr_write_file(sr_path(), text, used);
    free(text);
}

static void on_edge(struct sb_pin *source, const struct sb_edge *edge, void *arg)
{
    (void)arg;
    check_int(sb_pin_read(source), edge->value);
    check_true(sb_now_ns() - edge->time_ns <= 53000);
    pin.edges[pin.count++] = (struct sb_ir_edge){edge->time_ns, edge->value};
}

static int play(void *arg)
{
    struct sb_replay *replay;
    struct sb_pin_watch watch;
    struct sb_pin *receiver;
    struct sb_pin *other;
    struct sb_diag diag;

    (void)arg;
    pin.count = 0;
    sb_diag_init(&diag, NULL, NULL);
    check_int(sb_replay_open(&replay, sr_path(), NULL, &diag), 0);
    check_int(sb_replay_pin_ir(replay, 0, SB_PIN_INPUT, &receiver), 0);
    check_int(sb_replay_pin_ir(replay, 0, SB_PIN_INPUT, &other), -EBUSY);
    check_int(sb_pin_read(receiver), 1);
    check_int(sb_pin_watch_start(receiver, &watch, SB_EDGE_BOTH, on_edge, NULL), 0);
    sb_replay_start(replay);
    check_int(sb_replay_wait(replay), 0);
    check_int(sb_pin_read(receiver), 1);
    sb_replay_close(replay);
    return 0;
}

static void a_replayed_carrier_is_a_receivers_pin(void **state)
{
    static const struct recorder recorders[] = {
        {38000, 1 / 3.0, 1000, false}, {38000, 0.5, 1, true}, {0, 0, 1, true}, {0, 0, 1, false}};
    double us[NEC_COUNT];
    unsigned count = nec_us(us);

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        write_vcd(&recorders[i], us, count);
        run_in_loop(play, NULL);
        assert_envelope(&pin, us, count, 28400);
    }
}

static void a_mark_at_the_very_end_still_ends(void **state)
{
    struct recorder recorder = {38000, 0.5, 1, false};
    double us[] = {1000, 9000};

    (void)state;
    write_vcd(&recorder, us, 2);
    run_in_loop(play, NULL);
    assert_int_equal(pin.count, 2);
    assert_int_equal(pin.edges[0].time_ns, 1000 * US);
    assert_true(pin.edges[1].level);
}

/* ---- captures that have the light beside what a receiver made of it */

static struct edges heard;

static void on_heard(struct sb_pin *source, const struct sb_edge *edge, void *arg)
{
    (void)source;
    (void)arg;
    heard.edges[heard.count++] = (struct sb_ir_edge){edge->time_ns, edge->value};
}

struct capture {
    const char *file;
    const char *light;
    const char *receiver;
};

static int play_both(void *arg)
{
    const struct capture *capture = arg;
    struct sb_pin_watch watches[2];
    struct sb_replay *replay;
    struct sb_pin *demodulated;
    struct sb_pin *receiver;
    struct sb_diag diag;

    pin.count = 0;
    heard.count = 0;
    sb_diag_init(&diag, NULL, NULL);
    check_int(sb_replay_open(&replay, capture->file, NULL, &diag), 0);
    struct sb_trace *trace = sb_replay_trace(replay);
    unsigned light = (unsigned)sb_trace_channel_find(trace, capture->light);
    unsigned beside = (unsigned)sb_trace_channel_find(trace, capture->receiver);

    check_int(sb_replay_pin_ir(replay, light, SB_PIN_INPUT, &demodulated), 0);
    check_int(sb_replay_pin_ir(replay, beside, SB_PIN_INPUT, &receiver), 0);
    sb_pin_watch_start(demodulated, &watches[0], SB_EDGE_BOTH, on_edge, NULL);
    sb_pin_watch_start(receiver, &watches[1], SB_EDGE_BOTH, on_heard, NULL);
    sb_replay_start(replay);
    check_int(sb_replay_wait(replay), 0);
    sb_replay_close(replay);
    return 0;
}

/* A receiver is late, by more at one edge than at the other: up to some periods. */
static void captured_light_gives_the_edges_of_the_receiver_beside_it(void **state)
{
    static struct capture captures[] = {
        {"nec_joyit_enter_no_repeat", "RAW", "IR"},
        {"nec_matsui_button_av_hold", "IR Toy IRDETECT", "IR Toy IRRX"},
        {"not_nec_rc5", "IR Toy IRDETECT", "IR Toy IRRX"},
        {"not_nec_rc6", "RAW", "IR"},
        {"not_nec_short_frame", "IR Toy IRDETECT", "IR Toy IRRX"},
    };
    const char *folder = getenv("CAPTURES");

    (void)state;
    for (unsigned i = 0; i < sizeof(captures) / sizeof(captures[0]); i++) {
        char path[512];
        FILE *file;

        snprintf(path, sizeof(path), "%s/ir/%s.sr", folder ? folder : "../shared/captures",
                 captures[i].file);
        file = fopen(path, "rb");
        if (!file || !SB_HAVE_ZIP) {
            print_message("no %s, or no libzip: skipped\n", path);
            skip();
        }
        fclose(file);
        captures[i].file = path;
        run_in_loop(play_both, &captures[i]);
        assert_true(heard.count > 30);
        assert_int_equal(pin.count, heard.count);
        for (unsigned k = 0; k < pin.count; k++) {
            int64_t late_ns = heard.edges[k].time_ns - pin.edges[k].time_ns;

            assert_int_equal(pin.edges[k].level, heard.edges[k].level);
            assert_in_range(late_ns + 10000, 0, 310000);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_with_a_carrier_comes_out_right_to_a_period),
        cmocka_unit_test(a_demodulated_frame_passes_as_it_is_with_high_as_idle),
        cmocka_unit_test(a_recording_that_begins_inside_a_mark_is_told_by_its_pauses),
        cmocka_unit_test(light_that_stays_on_ends_when_it_does),
        cmocka_unit_test(the_end_of_a_mark_is_known_after_one_and_three_quarters_of_a_period),
        cmocka_unit_test(edges_at_other_rates_are_no_carrier),
        cmocka_unit_test(a_replayed_carrier_is_a_receivers_pin),
        cmocka_unit_test(a_mark_at_the_very_end_still_ends),
        cmocka_unit_test(captured_light_gives_the_edges_of_the_receiver_beside_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
