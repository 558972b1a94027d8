/* SPDX-License-Identifier: MIT */
/* Pulse per second and sentences, whose times the test chooses; spec/drivers.md 17, G3, G16. */
#include "drivers/gps_time.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drivers/gps.h"
#include "drivers/gps_format.h"
#include "lib/civil.h"
#include "lib/timeout.h"
#include "tests/support.h"

/* ---- a pin that the test moves */

static struct sb_pin pin;
static bool is_watched;

static int pin_configure(struct sb_pin *self, unsigned flags)
{
    (void)self;
    (void)flags;
    return 0;
}

static int pin_read(struct sb_pin *self)
{
    (void)self;
    return 0;
}

static int pin_write(struct sb_pin *self, bool level)
{
    (void)self;
    (void)level;
    return 0;
}

static int pin_watch(struct sb_pin *self, bool is_on)
{
    (void)self;
    is_watched = is_on;
    return 0;
}

static void pin_close(struct sb_pin *self)
{
    (void)self;
}

static const struct sb_pin_ops pin_ops = {
    .configure = pin_configure,
    .read = pin_read,
    .write = pin_write,
    .watch = pin_watch,
    .close = pin_close,
};

/* ---- a receiver and its time */

static struct sb_gps gps;
static struct sb_gps_config gps_config;
static struct sb_gps_time gps_time;
static struct sb_gps_time_config config;

#define MS(count) ((count)*SB_MS_NS)

static int setup(void **state)
{
    (void)state;
    sb_pin_init(&pin, NULL, "pps", &pin_ops);
    sb_pin_configure(&pin, SB_PIN_INPUT);
    gps_config = (struct sb_gps_config){0};
    config = (struct sb_gps_time_config){.gps = &gps, .pin = &pin};
    notes_clear();
    return 0;
}

/* 100 ms of pulse, reported at once. */
static void pulse_at(int64_t time_ns)
{
    sb_loop_callback_begin(test_loop());
    sb_pin_report_edge(&pin, true, time_ns, 0);
    sb_pin_report_edge(&pin, false, time_ns + MS(100), 0);
    sb_loop_callback_end(test_loop());
}

static void say_at(const char *text, int64_t time_ns)
{
    char line[256];

    snprintf(line, sizeof(line), "$%s*%02X\n", text,
             (unsigned)sb_nmea_checksum(text, strlen(text)));
    sb_gps_feed(&gps, line, strlen(line), time_ns);
}

/* The RMC that describes second `unix_s`. */
static void rmc_at(int64_t unix_s, const char *fraction, bool has_fix, int64_t time_ns)
{
    struct sb_civil c = sb_civil_from_unix(unix_s);
    char text[128];

    snprintf(text, sizeof(text),
             "GPRMC,%02d%02d%02d%s,%s,4800.0,N,01100.0,E,010.0,090.0,%02d%02d%02d,,", c.hour,
             c.minute, c.second, fraction, has_fix ? "A" : "V", c.day, c.month,
             (int)(c.year % 100));
    say_at(text, time_ns);
}

/* 2019-12-31T23:59:50Z */
#define START_S INT64_C(1577836790)

/* One second as it should be: the edge, and 300 ms later its RMC. */
static void second_at(int64_t unix_s, int64_t time_ns)
{
    pulse_at(time_ns);
    rmc_at(unix_s, "", true, time_ns + MS(300));
}

/* Seconds `first` to `last` after START_S; second n has its edge at n s on the loop's clock. */
static void seconds(int first, int last)
{
    for (int second = first; second <= last; second++)
        second_at(START_S + second, MS(1000) * second);
}

/* "0:23:59:50.500": the return code and the time of day at a time of the loop's clock. */
static void note_time_at(int64_t loop_ns)
{
    char text[2 * SB_GPS_TEXT_SIZE] = "";
    int64_t utc_ns = 0;
    int rc = sb_gps_time_at(&gps_time, loop_ns, &utc_ns);

    if (rc == 0)
        sb_gps_format_iso(text, sizeof(text), utc_ns / SB_S_NS / SB_CIVIL_DAY_S,
                          utc_ns % (SB_S_NS * SB_CIVIL_DAY_S), 9);
    note("%d %s", rc, text);
}

static void begin(void)
{
    check_int(sb_gps_init(&gps, &gps_config), 0);
    check_int(sb_gps_time_init(&gps_time, &config), 0);
    check_int(sb_gps_time_start(&gps_time), 0);
}

TASK_TEST(the_time_is_known_when_two_edges_agree)
{
    (void)arg;
    begin();
    note_time_at(0);
    second_at(START_S, MS(5));
    note_time_at(MS(400));
    second_at(START_S + 1, MS(1005));
    note_time_at(MS(1405));
    note_time_at(MS(5));
    check_text(notes(), "-11  | -11  | 0 2019-12-31T23:59:51.400000000Z | "
                        "0 2019-12-31T23:59:50.000000000Z");
    check_int(gps_time.second_count, 1);
    check_int(gps_time.offset_ns, START_S * SB_S_NS - MS(5));
    check_int(gps_time.utc_ns, (START_S + 1) * SB_S_NS);
    check_int(gps_time.edge_ns, MS(1005));
    return 0;
}

/* G3: second 86,400 of the day, and 23:59:60, every midnight. */
TASK_TEST(g3_midnight_is_0_of_the_next_day)
{
    (void)arg;
    begin();
    seconds(0, 9);
    note_time_at(MS(9999));
    pulse_at(MS(10000));
    note_time_at(MS(10000));
    rmc_at(START_S + 10, "", true, MS(10300));
    note_time_at(MS(10300));
    check_text(notes(), "0 2019-12-31T23:59:59.999000000Z | 0 2020-01-01T00:00:00.000000000Z | "
                        "0 2020-01-01T00:00:00.300000000Z");
    return 0;
}

/* G3: sentences each N seconds made the time N - 1 s ahead. */
TASK_TEST(g3_sentences_every_five_seconds_give_the_same_time)
{
    (void)arg;
    begin();
    for (int second = 0; second <= 20; second++)
        if (second % 5 == 0)
            second_at(START_S + second, MS(1000) * second);
        else
            pulse_at(MS(1000) * second);
    note_time_at(MS(20500));
    check_text(notes(), "0 2020-01-01T00:00:10.500000000Z");
    check_int(gps_time.missed_count + gps_time.glitch_count + gps_time.outlier_count, 0);
    check_int(gps_time.second_count, 4);
    return 0;
}

TASK_TEST(sentences_between_the_seconds_are_passed_over)
{
    (void)arg;
    begin();
    for (int second = 0; second <= 3; second++) {
        pulse_at(MS(1000) * second);
        rmc_at(START_S + second, ".00", true, MS(1000) * second + MS(50));
        for (int tenth = 1; tenth < 10; tenth++) {
            char fraction[8];

            snprintf(fraction, sizeof(fraction), ".%d0", tenth);
            rmc_at(START_S + second, fraction, true, MS(1000) * second + MS(100) * tenth + MS(50));
        }
    }
    note_time_at(MS(3500));
    check_text(notes(), "0 2019-12-31T23:59:53.500000000Z");
    check_int(gps_time.second_count, 3);
    check_int(gps_time.missed_count, 0);
    return 0;
}

/* G16: an edge after an outage was labelled from the RMC before it. */
TASK_TEST(g16_an_edge_is_never_described_by_an_earlier_sentence)
{
    (void)arg;
    config.holdover_ms = 2000;
    begin();
    seconds(0, 3);
    pulse_at(MS(60000) + MS(250)); /* after a minute, not where a second began */
    note_time_at(MS(60300));
    check_int(gps_time.second_count, 3);
    rmc_at(START_S + 60, "", true, MS(60600));
    note_time_at(MS(60600));
    second_at(START_S + 61, MS(61250));
    note_time_at(MS(61600));
    check_text(notes(), "-11  | -11  | 0 2020-01-01T00:00:51.350000000Z");
    return 0;
}

TASK_TEST(g16_a_sentence_that_comes_too_late_describes_nothing)
{
    (void)arg;
    begin();
    pulse_at(0);
    rmc_at(START_S, "", true, MS(1100));
    check_int(gps_time.missed_count, 1);
    pulse_at(MS(2000));
    rmc_at(START_S + 2, "", true, MS(3100) - 1);
    pulse_at(MS(4000));
    rmc_at(START_S + 4, "", true, MS(4000));
    check_int(gps_time.missed_count, 1);
    check_int(gps_time.second_count, 1);
    note_time_at(MS(4000));
    check_text(notes(), "0 2019-12-31T23:59:54.000000000Z");
    return 0;
}

/* G16: edges less than 0.9 s apart, before and after the time is known. */
TASK_TEST(g16_glitches_do_not_count)
{
    (void)arg;
    begin();
    pulse_at(0);
    pulse_at(MS(200));
    rmc_at(START_S, "", true, MS(300));
    second_at(START_S + 1, MS(1000));
    check_int(gps_time.glitch_count, 1);
    for (int second = 2; second < 6; second++) {
        pulse_at(MS(1000) * second - MS(60));
        second_at(START_S + second, MS(1000) * second);
        pulse_at(MS(1000) * second + MS(500));
    }
    note_time_at(MS(5700));
    check_text(notes(), "0 2019-12-31T23:59:55.700000000Z");
    check_int(gps_time.glitch_count, 9);
    check_int(gps_time.second_count, 5);
    check_int(gps_time.outlier_count + gps_time.missed_count, 0);
    return 0;
}

TASK_TEST(g16_the_median_ignores_a_late_edge)
{
    static const int64_t late_us[] = {3, 0, 7, 1, 20000, 4, 2, 6, 5};

    (void)arg;
    begin();
    second_at(START_S - 1, MS(-1000) + 2000);
    for (int second = 0; second < 9; second++)
        second_at(START_S + second, MS(1000) * second + late_us[second] * SB_US_NS);
    check_int(gps_time.second_count, 9);
    check_true(gps_time.offset_ns > START_S * SB_S_NS - 10000);
    check_true(gps_time.offset_ns < START_S * SB_S_NS);
    check_true(gps_time.rate_ppb > -3000 && gps_time.rate_ppb < 3000);
    return 0;
}

/* A loop's clock that runs 100 ppm fast: UTC falls 100 us behind each second. */
TASK_TEST(the_rate_is_found_and_bridges_an_outage)
{
    int64_t utc_ns = 0;

    (void)arg;
    config.holdover_ms = 3600000;
    begin();
    for (int second = 0; second < 9; second++)
        second_at(START_S + second, (MS(1000) + 100000) * second);
    check_true(gps_time.rate_ppb >= -100000 && gps_time.rate_ppb <= -99980);
    check_int(sb_gps_time_at(&gps_time, (MS(1000) + 100000) * 608, &utc_ns), 0);
    check_true(utc_ns > (START_S + 608) * SB_S_NS - 20000);
    check_true(utc_ns < (START_S + 608) * SB_S_NS + 20000);
    return 0;
}

TASK_TEST(pulses_that_are_missing_are_counted)
{
    (void)arg;
    begin();
    seconds(0, 2);
    rmc_at(START_S + 3, "", true, MS(3300));
    say_at("GPZDA,235953,31,12,2019,,", MS(3350));
    rmc_at(START_S + 4, "", true, MS(4300));
    check_int(gps_time.missed_count, 2);
    seconds(5, 5);
    note_time_at(MS(5400));
    check_text(notes(), "0 2019-12-31T23:59:55.400000000Z");
    check_int(gps_time.missed_count, 2);
    return 0;
}

TASK_TEST(the_time_is_not_known_after_the_holdover)
{
    (void)arg;
    begin();
    seconds(0, 2);
    note_time_at(MS(12000));
    note_time_at(MS(12000) + 1);
    check_text(notes(), "0 2020-01-01T00:00:02.000000000Z | -11 ");
    return 0;
}

TASK_TEST(without_a_fix_no_edge_counts)
{
    (void)arg;
    begin();
    for (int second = 0; second < 4; second++) {
        pulse_at(MS(1000) * second);
        rmc_at(START_S + second, "", false, MS(1000) * second + MS(300));
        say_at("GPZDA,235953,31,12,2019,,", MS(1000) * second + MS(310));
    }
    check_int(gps_time.second_count + gps_time.missed_count, 0);
    note_time_at(MS(3500));
    check_text(notes(), "-11 ");
    return 0;
}

/*
 * One sentence that is a second off is not believed; three in a row are, as after a leap second, whose
 * own sentence says the same as the one before.
 */
TASK_TEST(what_contradicts_the_time_must_be_said_three_times)
{
    (void)arg;
    begin();
    seconds(0, 3);
    second_at(START_S + 5, MS(4000));
    note_time_at(MS(4400));
    seconds(5, 5);
    for (int second = 6; second <= 9; second++) {
        note_time_at(MS(1000) * second);
        second_at(START_S + second - 1, MS(1000) * second);
    }
    note_time_at(MS(9400));
    check_text(notes(), "0 2019-12-31T23:59:54.400000000Z | 0 2019-12-31T23:59:56.000000000Z | "
                        "0 2019-12-31T23:59:57.000000000Z | 0 2019-12-31T23:59:58.000000000Z | "
                        "0 2019-12-31T23:59:59.000000000Z | 0 2019-12-31T23:59:58.400000000Z");
    check_int(gps_time.outlier_count, 4);
    return 0;
}

static void note_second(struct sb_gps_time *self, int64_t utc_ns, int64_t edge_ns, void *arg)
{
    check_true(self == &gps_time && arg == &config);
    note("%d at %d", (int)(utc_ns / SB_S_NS - START_S), (int)(edge_ns / SB_MS_NS));
}

TASK_TEST(each_second_is_told_with_its_edge)
{
    (void)arg;
    config.second_fn = note_second;
    config.arg = &config;
    begin();
    seconds(0, 3);
    check_text(notes(), "1 at 1000 | 2 at 2000 | 3 at 3000");
    return 0;
}

static int wait_for_second(void *arg)
{
    int rc = sb_gps_time_wait(&gps_time);

    (void)arg;
    note_at("%d", rc);
    return 0;
}

TASK_TEST(a_second_can_be_waited_for)
{
    struct sb_task task;
    struct sb_timeout timeout;
    int64_t utc_ns = 0;

    (void)arg;
    begin();
    sb_spawn(&task, "waiter", wait_for_second, NULL);
    for (int second = 0; second < 2; second++) {
        sb_sleep_until_ns(MS(1000) * second);
        pulse_at(sb_now_ns());
        sb_sleep_ms(300);
        rmc_at(START_S + second, "", true, sb_now_ns());
    }
    sb_join(&task, NULL);
    check_text(notes(), "1300 0");
    check_int(sb_gps_time_now(&gps_time, &utc_ns), 0);
    check_int(utc_ns, (START_S + 1) * SB_S_NS + MS(300) + (sb_now_ns() - MS(1300)));
    sb_timeout_begin_ms(&timeout, 50);
    check_int(sb_timeout_end(&timeout, sb_gps_time_wait(&gps_time)), -ETIMEDOUT);
    return 0;
}

TASK_TEST(start_and_stop_are_idempotent_and_begin_anew)
{
    struct sb_gps_time other;

    (void)arg;
    begin();
    check_true(is_watched);
    check_int(sb_gps_time_start(&gps_time), 0);
    check_int(sb_gps_time_init(&other, &config), 0);
    check_int(sb_gps_time_start(&other), -EBUSY);
    seconds(0, 2);
    sb_gps_time_stop(&gps_time);
    sb_gps_time_stop(&gps_time);
    check_true(!is_watched);
    seconds(3, 4);
    check_int(gps_time.second_count, 2);
    check_int(sb_gps_time_start(&gps_time), 0);
    note_time_at(MS(4500));
    check_text(notes(), "-11 ");
    sb_gps_time_stop(&gps_time);
    sb_pin_configure(&pin, SB_PIN_OUTPUT);
    check_int(sb_gps_time_start(&gps_time), -EPERM);
    check_true(!gps_time.is_started);
    config.pin = NULL;
    check_int(sb_gps_time_init(&other, &config), -EINVAL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_time_is_known_when_two_edges_agree, setup),
        cmocka_unit_test_setup(g3_midnight_is_0_of_the_next_day, setup),
        cmocka_unit_test_setup(g3_sentences_every_five_seconds_give_the_same_time, setup),
        cmocka_unit_test_setup(sentences_between_the_seconds_are_passed_over, setup),
        cmocka_unit_test_setup(g16_an_edge_is_never_described_by_an_earlier_sentence, setup),
        cmocka_unit_test_setup(g16_a_sentence_that_comes_too_late_describes_nothing, setup),
        cmocka_unit_test_setup(g16_glitches_do_not_count, setup),
        cmocka_unit_test_setup(g16_the_median_ignores_a_late_edge, setup),
        cmocka_unit_test_setup(the_rate_is_found_and_bridges_an_outage, setup),
        cmocka_unit_test_setup(pulses_that_are_missing_are_counted, setup),
        cmocka_unit_test_setup(the_time_is_not_known_after_the_holdover, setup),
        cmocka_unit_test_setup(without_a_fix_no_edge_counts, setup),
        cmocka_unit_test_setup(what_contradicts_the_time_must_be_said_three_times, setup),
        cmocka_unit_test_setup(each_second_is_told_with_its_edge, setup),
        cmocka_unit_test_setup(a_second_can_be_waited_for, setup),
        cmocka_unit_test_setup(start_and_stop_are_idempotent_and_begin_anew, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
