/* SPDX-License-Identifier: MIT */
/* The pushbutton on a pin that the test moves; spec/drivers.md 3 and 20.2. */
#include "drivers/pushbutton.h"

#include <errno.h>
#include <string.h>

#include "lib/timeout.h"
#include "tests/support.h"

/* ---- a contact */

struct contact {
    struct sb_pin pin;
    bool level;
    bool is_watched;
    int read_error;
};

static struct contact contact;

static int contact_configure(struct sb_pin *pin, unsigned flags)
{
    (void)pin;
    (void)flags;
    return 0;
}

static int contact_read(struct sb_pin *pin)
{
    (void)pin;
    return contact.read_error != 0 ? contact.read_error : contact.level;
}

static int contact_write(struct sb_pin *pin, bool level)
{
    (void)pin;
    (void)level;
    return 0;
}

static int contact_watch(struct sb_pin *pin, bool is_on)
{
    (void)pin;
    contact.is_watched = is_on;
    return 0;
}

static void contact_close(struct sb_pin *pin)
{
    (void)pin;
}

static void contact_init(unsigned flags)
{
    static const struct sb_pin_ops ops = {
        .configure = contact_configure,
        .read = contact_read,
        .write = contact_write,
        .watch = contact_watch,
        .close = contact_close,
    };

    contact = (struct contact){.level = (flags & SB_PIN_ACTIVE_LOW) != 0};
    sb_pin_init(&contact.pin, NULL, "contact", &ops);
    sb_pin_configure(&contact.pin, flags);
}

/* An edge as a backend reports it, maybe long after it has happened. */
static void report_edge(bool level, int64_t time_ns, uint32_t lost)
{
    contact.level = level;
    if (!contact.is_watched)
        return;
    sb_loop_callback_begin(test_loop());
    sb_pin_report_edge(&contact.pin, level, time_ns, lost);
    sb_loop_callback_end(test_loop());
}

/* Changes the contact at each of the times, which end with a negative one, then lets 3 s pass. */
static void toggle_at_us(const int64_t *times_us)
{
    for (; *times_us >= 0; times_us++) {
        if (*times_us * SB_US_NS > sb_now_ns())
            sb_sleep_until_ns(*times_us * SB_US_NS);
        report_edge(!contact.level, sb_now_ns(), 0);
    }
    sb_sleep_ms(3000);
}

#define TOGGLE_AT_US(...) toggle_at_us((const int64_t[]){__VA_ARGS__, -1})
#define MS                *INT64_C(1000)

/* ---- a button that notes what it reports */

static struct sb_pushbutton button;
static struct sb_pushbutton_config config;

static const char *word_for(const struct sb_pushbutton_event *event)
{
    switch (event->kind) {
    case SB_PUSHBUTTON_PRESS:
        return "press";
    case SB_PUSHBUTTON_RELEASE:
        return "release";
    case SB_PUSHBUTTON_DOUBLE:
        return "double";
    case SB_PUSHBUTTON_LONG:
        return "long";
    default:
        return "clicks";
    }
}

static void note_event(struct sb_pushbutton *self, const struct sb_pushbutton_event *event,
                       void *arg)
{
    check_true(self == &button);
    check_true(arg == &config);
    check_true(sb_loop_is_in_callback(test_loop()));
    if (event->kind == SB_PUSHBUTTON_CLICKS)
        note_at("clicks %u", (unsigned)event->click_count);
    else
        note_at("%s", word_for(event));
}

/* Also the time that the event bears, where that is not the time at which it comes. */
static void note_time(struct sb_pushbutton *self, const struct sb_pushbutton_event *event,
                      void *arg)
{
    (void)self;
    (void)arg;
    note_at("%s(%g)", word_for(event), (double)event->time_ns / 1e6);
}

static struct sb_pushbutton_config noting(unsigned kinds, sb_pushbutton_fn *fn)
{
    return (struct sb_pushbutton_config){
        .pin = &contact.pin,
        .press_fn = (kinds & SB_PUSHBUTTON_PRESS) != 0 ? fn : NULL,
        .release_fn = (kinds & SB_PUSHBUTTON_RELEASE) != 0 ? fn : NULL,
        .double_fn = (kinds & SB_PUSHBUTTON_DOUBLE) != 0 ? fn : NULL,
        .long_fn = (kinds & SB_PUSHBUTTON_LONG) != 0 ? fn : NULL,
        .clicks_fn = (kinds & SB_PUSHBUTTON_CLICKS) != 0 ? fn : NULL,
        .arg = &config,
    };
}

static void begin(void)
{
    check_int(sb_pushbutton_init(&button, &config), 0);
    check_int(sb_pushbutton_start(&button), 0);
}

#define BOTH (SB_PUSHBUTTON_PRESS | SB_PUSHBUTTON_RELEASE)

/* Runs `body` with a button that is up, pressed is high, and `config` as the test filled it. */
static void run_with(sb_task_fn *body)
{
    run_in_loop(body, NULL);
    assert_false(sb_timer_is_armed(&button.timer));
}

static int setup(void **state)
{
    (void)state;
    contact_init(SB_PIN_INPUT);
    config = noting(BOTH, note_event);
    return 0;
}

/* ---- the truth table of spec/drivers.md 3.11 */

enum {
    PLAIN = 1 << 0,
    WITH_DOUBLE = 1 << 1,
    WITH_LONG = 1 << 2,
    WITH_BOTH = 1 << 3,
    NO_DOUBLE = PLAIN | WITH_LONG,
    NO_LONG = PLAIN | WITH_DOUBLE,
    ANY_DOUBLE = WITH_DOUBLE | WITH_BOTH,
    ANY_LONG = WITH_LONG | WITH_BOTH,
    ANY = NO_DOUBLE | ANY_DOUBLE,
};

struct row {
    const int64_t *pattern_us;
    bool is_suppressed;
    unsigned takers;
    const char *events;
};

static const int64_t s[] = {0, 100 MS, -1};
static const int64_t m[] = {0, 600 MS, -1};
static const int64_t l[] = {0, 1500 MS, -1};
static const int64_t d[] = {0, 100 MS, 200 MS, 300 MS, -1};
static const int64_t dl[] = {0, 100 MS, 200 MS, 1700 MS, -1};
static const int64_t t[] = {0, 100 MS, 200 MS, 300 MS, 400 MS, 500 MS, -1};

static int play_row(void *arg)
{
    const struct row *row = arg;

    begin();
    toggle_at_us(row->pattern_us);
    check_text(notes(), row->events);
    sb_pushbutton_stop(&button);
    return 0;
}

static void the_row_holds(void **state)
{
    static const unsigned kinds[] = {0, SB_PUSHBUTTON_DOUBLE, SB_PUSHBUTTON_LONG,
                                     SB_PUSHBUTTON_DOUBLE | SB_PUSHBUTTON_LONG};
    struct row *row = *state;

    for (unsigned i = 0; i < 4; i++) {
        if ((row->takers >> i & 1) == 0)
            continue;
        setup(NULL);
        config = noting(BOTH | kinds[i], note_event);
        config.is_release_suppressed = row->is_suppressed;
        run_in_loop(play_row, row);
    }
}

static struct row rows[] = {
    {s, false, ANY, "0 press | 100 release"},
    {s, true, NO_DOUBLE, "0 press | 100 release"},
    {s, true, ANY_DOUBLE, "0 press | 400 release"},
    {m, false, ANY, "0 press | 600 release"},
    {m, true, ANY, "0 press | 600 release"},
    {l, false, NO_LONG, "0 press | 1500 release"},
    {l, false, ANY_LONG, "0 press | 1000 long | 1500 release"},
    {l, true, NO_LONG, "0 press | 1500 release"},
    {l, true, ANY_LONG, "0 press | 1000 long"},
    {d, false, NO_DOUBLE, "0 press | 100 release | 200 press | 300 release"},
    {d, false, ANY_DOUBLE, "0 press | 100 release | 200 press | 200 double | 300 release"},
    {d, true, NO_DOUBLE, "0 press | 100 release | 200 press | 300 release"},
    {d, true, ANY_DOUBLE, "0 press | 200 press | 200 double"},
    {dl, false, WITH_LONG, "0 press | 100 release | 200 press | 1200 long | 1700 release"},
    {dl, false, ANY_DOUBLE, "0 press | 100 release | 200 press | 200 double | 1700 release"},
    {dl, true, WITH_LONG, "0 press | 100 release | 200 press | 1200 long"},
    {dl, true, ANY_DOUBLE, "0 press | 200 press | 200 double"},
    {t, true, ANY_DOUBLE, "0 press | 200 press | 200 double | 400 press | 800 release"},
};

#define ROW(index, name)                               \
    {                                                  \
        name, the_row_holds, setup, NULL, &rows[index] \
    }

/* ---- the original's defects, spec/drivers.md 20.2 */

static int press_for_each_length(void *arg)
{
    static const int64_t lengths_ms[] = {401, 450, 600, 999};

    (void)arg;
    begin();
    for (unsigned i = 0; i < 4; i++) {
        report_edge(true, sb_now_ns(), 0);
        sb_sleep_ms(lengths_ms[i]);
        report_edge(false, sb_now_ns(), 0);
        sb_sleep_ms(10000 - lengths_ms[i]);
    }
    check_text(notes(), "0 press | 401 release | 10000 press | 10450 release | "
                        "20000 press | 20600 release | 30000 press | 30999 release");
    sb_pushbutton_stop(&button);
    return 0;
}

static void k2_a_suppressed_press_of_400_to_1000_ms_gives_press_and_release(void **state)
{
    (void)state;
    config = noting(BOTH | SB_PUSHBUTTON_DOUBLE | SB_PUSHBUTTON_LONG, note_event);
    config.is_release_suppressed = true;
    run_with(press_for_each_length);
}

static int glitch(void *arg)
{
    (void)arg;
    begin();
    TOGGLE_AT_US(500, 2 MS);
    note("%u bounces", (unsigned)button.bounce_count);
    sb_pushbutton_stop(&button);
    return 0;
}

static void k5_a_short_glitch_is_a_press_and_a_release_when_nothing_is_confirmed(void **state)
{
    (void)state;
    config = noting(BOTH, note_time);
    run_with(glitch);
    assert_string_equal(notes(), "0.5 press(0.5) | 20.5 release(2) | 0 bounces");
}

static void k5_a_glitch_shorter_than_confirm_ms_is_nothing(void **state)
{
    (void)state;
    config.confirm_ms = 5;
    run_with(glitch);
    assert_string_equal(notes(), "2 bounces");
}

static int press_with_noise(void *arg)
{
    (void)arg;
    begin();
    TOGGLE_AT_US(0, 1 MS, 2 MS, 100 MS, 104999, 105 MS);
    sb_pushbutton_stop(&button);
    return 0;
}

static void k5_confirmed_changes_bear_the_time_of_their_edge(void **state)
{
    (void)state;
    config = noting(BOTH, note_time);
    config.confirm_ms = 5;
    run_with(press_with_noise);
    assert_string_equal(notes(), "7 press(2) | 110 release(105)");
}

static int second_press_during_the_last_5_ms(void *arg)
{
    (void)arg;
    begin();
    TOGGLE_AT_US(0, 100 MS, 397 MS, 500 MS);
    sb_pushbutton_stop(&button);
    return 0;
}

static void k5_a_press_that_is_being_confirmed_when_the_double_click_ends_still_counts(void **state)
{
    (void)state;
    config = noting(BOTH | SB_PUSHBUTTON_DOUBLE, note_time);
    config.confirm_ms = 5;
    config.is_release_suppressed = true;
    run_with(second_press_during_the_last_5_ms);
    assert_string_equal(notes(), "5 press(0) | 402 press(397) | 402 double(397)");
}

static int glitch_at_the_deadline(void *arg)
{
    (void)arg;
    begin();
    TOGGLE_AT_US(0, 998 MS, 1001 MS, 1100 MS);
    sb_pushbutton_stop(&button);
    return 0;
}

static void k5_a_deadline_waits_for_a_change_in_doubt_and_keeps_its_time(void **state)
{
    (void)state;
    config = noting(SB_PUSHBUTTON_LONG, note_time);
    config.confirm_ms = 5;
    run_with(glitch_at_the_deadline);
    assert_string_equal(notes(), "1001 long(1000)");
}

static int idle_for_a_day(void *arg)
{
    uint64_t runs;

    (void)arg;
    begin();
    TOGGLE_AT_US(0, 100 MS);
    check_true(!sb_timer_is_armed(&button.timer));
    runs = test_loop()->run_count;
    sb_sleep_ms(INT64_C(24) * 3600 * 1000);
    check_true(test_loop()->run_count - runs <= 2);
    sb_pushbutton_stop(&button);
    return 0;
}

static void k5_a_resting_button_runs_nothing(void **state)
{
    (void)state;
    config = noting(SB_PUSHBUTTON_ALL, note_event);
    run_with(idle_for_a_day);
}

static int late_edges(void *arg)
{
    (void)arg;
    begin();
    sb_sleep_ms(2000);
    report_edge(true, 1000 * SB_MS_NS, 0);
    report_edge(false, 1100 * SB_MS_NS, 0);
    report_edge(true, 1399999999, 0);
    report_edge(false, 1500 * SB_MS_NS, 0);
    report_edge(true, 1600 * SB_MS_NS, 0);
    report_edge(false, 1610 * SB_MS_NS, 0);
    report_edge(true, 1640 * SB_MS_NS, 0);
    check_text(notes(), "2000 press(1000) | 2000 release(1100) | 2000 press(1400) | "
                        "2000 double(1400) | 2000 release(1500) | 2000 press(1600) | "
                        "2000 release(1610) | 2000 press(1640) | 2000 double(1640)");
    sb_pushbutton_stop(&button);
    return 0;
}

static void k5_what_is_recognised_depends_on_time_stamps_not_on_the_loop(void **state)
{
    (void)state;
    config = noting(BOTH | SB_PUSHBUTTON_DOUBLE | SB_PUSHBUTTON_LONG, note_time);
    run_with(late_edges);
}

static int start_and_stop(void *arg)
{
    (void)arg;
    check_int(sb_pushbutton_init(&button, &config), 0);
    sb_pushbutton_stop(&button);
    check_true(!button.is_started);
    check_int(sb_pushbutton_start(&button), 0);
    check_int(sb_pushbutton_start(&button), 0);
    check_true(contact.is_watched);
    report_edge(true, sb_now_ns(), 0);
    check_true(button.is_pressed);
    sb_pushbutton_stop(&button);
    sb_pushbutton_stop(&button);
    check_true(!contact.is_watched);
    check_true(!sb_timer_is_armed(&button.timer));
    sb_sleep_ms(2000);
    check_text(notes(), "0 press");
    contact.level = false;
    check_int(sb_pushbutton_start(&button), 0);
    sb_sleep_ms(100);
    report_edge(true, sb_now_ns(), 0);
    sb_sleep_ms(1500);
    check_text(notes(), "0 press | 2100 press | 3100 long");
    sb_pushbutton_stop(&button);
    return 0;
}

static void k9_start_and_stop_are_idempotent_and_leave_no_timer(void **state)
{
    (void)state;
    config = noting(BOTH | SB_PUSHBUTTON_DOUBLE | SB_PUSHBUTTON_LONG, note_event);
    run_with(start_and_stop);
}

static int press_to_ground(void *arg)
{
    (void)arg;
    contact_init(SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW);
    begin();
    check_true(!button.is_pressed);
    check_int(sb_pushbutton_read_raw(&button), 0);
    report_edge(false, sb_now_ns(), 0);
    check_true(button.is_pressed);
    check_int(sb_pushbutton_read_raw(&button), 1);
    sb_sleep_ms(1);
    report_edge(true, sb_now_ns(), 0);
    check_true(button.is_pressed);
    check_int(sb_pushbutton_read_raw(&button), 0);
    sb_pushbutton_stop(&button);
    return 0;
}

static void k11_pressed_is_true_when_pressed_whatever_the_wiring(void **state)
{
    (void)state;
    run_with(press_to_ground);
    assert_string_equal(notes(), "0 press");
}

static int two_buttons(void *arg)
{
    struct sb_pushbutton_config other_config = noting(SB_PUSHBUTTON_LONG, note_time);
    struct sb_pushbutton other;

    (void)arg;
    begin();
    other_config.long_press_ms = 5000;
    other_config.debounce_ms = 200;
    check_int(sb_pushbutton_init(&other, &other_config), 0);
    check_int(sb_pushbutton_start(&other), 0);
    TOGGLE_AT_US(0, 100 MS, 150 MS, 6000 MS);
    sb_pushbutton_stop(&other);
    sb_pushbutton_stop(&button);
    return 0;
}

static void k12_times_are_of_each_button(void **state)
{
    (void)state;
    config = noting(SB_PUSHBUTTON_LONG, note_time);
    config.long_press_ms = 700;
    run_with(two_buttons);
    assert_string_equal(notes(), "850 long(850) | 5000 long(5000)");
}

static int click_series(void *arg)
{
    (void)arg;
    begin();
    TOGGLE_AT_US(0, 50 MS,                                                               /* 1 */
                 1000 MS, 1100 MS, 1300 MS, 1400 MS,                                     /* 2 */
                 2000 MS, 2100 MS, 2399 MS, 2500 MS, 2798 MS, 2900 MS, 3100 MS, 3150 MS, /* 4 */
                 4000 MS, 4100 MS, 4200 MS, 4900 MS,                                     /* 2 */
                 6000 MS, 6100 MS, 6400 MS, 6500 MS);                                    /* 1, 1 */
    sb_pushbutton_stop(&button);
    return 0;
}

static void k12_clicks_of_a_series_are_counted(void **state)
{
    (void)state;
    config = noting(SB_PUSHBUTTON_CLICKS, note_event);
    run_with(click_series);
    assert_string_equal(notes(), "400 clicks 1 | 1700 clicks 2 | 3500 clicks 4 | 4900 clicks 2 | "
                                 "6400 clicks 1 | 6800 clicks 1");
}

static int long_click_series(void *arg)
{
    int64_t times_us[2 * 40 + 1];

    (void)arg;
    for (int i = 0; i < 80; i++)
        times_us[i] = INT64_C(100000) * i;
    times_us[80] = -1;
    begin();
    toggle_at_us(times_us);
    sb_pushbutton_stop(&button);
    return 0;
}

static void a_series_of_more_clicks_than_are_counted_stays_at_the_limit(void **state)
{
    (void)state;
    config = noting(SB_PUSHBUTTON_CLICKS, note_event);
    run_with(long_click_series);
    assert_string_equal(notes(), "8200 clicks 31");
}

static int three_clicks(void *arg)
{
    (void)arg;
    begin();
    TOGGLE_AT_US(0, 100 MS, 200 MS, 300 MS, 400 MS, 500 MS);
    sb_pushbutton_stop(&button);
    return 0;
}

static void k12_a_series_at_its_limit_is_reported_at_the_release(void **state)
{
    (void)state;
    config = noting(SB_PUSHBUTTON_CLICKS, note_event);
    config.click_limit = 2;
    run_with(three_clicks);
    assert_string_equal(notes(), "300 clicks 2 | 800 clicks 1");
}

static int click_then_hold(void *arg)
{
    (void)arg;
    begin();
    TOGGLE_AT_US(0, 100 MS, 200 MS, 1700 MS);
    sb_pushbutton_stop(&button);
    return 0;
}

static void a_long_press_belongs_to_no_series_of_clicks(void **state)
{
    (void)state;
    config = noting(SB_PUSHBUTTON_CLICKS | SB_PUSHBUTTON_LONG, note_event);
    run_with(click_then_hold);
    assert_string_equal(notes(), "1200 long");
}

/* ---- debouncing */

static int bouncing_press(void *arg)
{
    (void)arg;
    begin();
    TOGGLE_AT_US(0, 300, 700, 1100, 4000, 100 MS, 100200, 100900);
    check_int(button.press_count, 1);
    check_int(button.bounce_count, 6);
    check_int(button.lost_count, 0);
    sb_pushbutton_stop(&button);
    return 0;
}

static void bounces_after_the_first_edge_are_counted_and_not_believed(void **state)
{
    (void)state;
    run_with(bouncing_press);
    assert_string_equal(notes(), "0 press | 100 release");
}

static int edges_without_report(void *arg)
{
    (void)arg;
    begin();
    report_edge(true, sb_now_ns(), 0);
    contact.level = false; /* nobody tells */
    sb_sleep_ms(50);
    check_int(button.lost_count, 1);
    report_edge(true, sb_now_ns(), 4);
    check_int(button.lost_count, 5);
    contact.read_error = -EIO;
    sb_sleep_ms(50);
    check_int(button.read_error, -EIO);
    contact.read_error = 0;
    sb_pushbutton_stop(&button);
    return 0;
}

static void a_lost_edge_is_found_at_the_end_of_the_debounce_time(void **state)
{
    (void)state;
    run_with(edges_without_report);
    assert_string_equal(notes(), "0 press | 20 release | 50 press");
}

static int bounce_without_end(void *arg)
{
    (void)arg;
    begin();
    report_edge(true, sb_now_ns(), 0);
    sb_sleep_us(300);
    report_edge(false, sb_now_ns(), 0);
    contact.level = true; /* the edges behind it overflowed the queue */
    sb_sleep_ms(50);
    check_int(button.press_count, 1);
    check_int(button.lost_count, 1);
    report_edge(false, sb_now_ns(), 0);
    sb_sleep_ms(50);
    sb_pushbutton_stop(&button);
    return 0;
}

static void a_bounce_whose_last_edge_was_lost_is_no_release(void **state)
{
    (void)state;
    run_with(bounce_without_end);
    assert_string_equal(notes(), "0 press | 50.3 release");
}

static int at_the_limit(void *arg)
{
    (void)arg;
    begin();
    TOGGLE_AT_US(0, 100 MS, 400 MS, 500 MS, 1000 MS, 1100 MS, 1399999, 1500 MS);
    sb_pushbutton_stop(&button);
    return 0;
}

static void a_press_at_double_click_ms_exactly_is_a_new_one(void **state)
{
    (void)state;
    config = noting(SB_PUSHBUTTON_PRESS | SB_PUSHBUTTON_DOUBLE, note_event);
    run_with(at_the_limit);
    assert_string_equal(notes(),
                        "0 press | 400 press | 1000 press | 1399.999 press | 1399.999 double");
}

static int release_at_1000(void *arg)
{
    (void)arg;
    begin();
    TOGGLE_AT_US(0, 1000 MS);
    sb_pushbutton_stop(&button);
    return 0;
}

static void a_release_at_long_press_ms_exactly_comes_after_long(void **state)
{
    (void)state;
    config = noting(BOTH | SB_PUSHBUTTON_LONG, note_event);
    run_with(release_at_1000);
    assert_string_equal(notes(), "0 press | 1000 long | 1000 release");
}

static int held_at_start(void *arg)
{
    (void)arg;
    contact.level = true;
    begin();
    check_true(button.is_pressed);
    check_int(button.press_count, 0);
    TOGGLE_AT_US(50 MS);
    check_true(!button.is_pressed);
    sb_pushbutton_stop(&button);
    return 0;
}

static void of_a_button_that_is_held_at_start_only_the_release_is_reported(void **state)
{
    (void)state;
    config = noting(BOTH | SB_PUSHBUTTON_LONG, note_event);
    run_with(held_at_start);
    assert_string_equal(notes(), "50 release");
    setup(NULL);
    config.is_release_suppressed = true;
    run_with(held_at_start);
    assert_string_equal(notes(), "");
}

/* ---- functions that change things */

static struct sb_pushbutton_config second_config;

static void go_over(struct sb_pushbutton *self, const struct sb_pushbutton_event *event, void *arg)
{
    (void)arg;
    note_event(self, event, &config);
    check_int(sb_pushbutton_set_config(self, &second_config), 0);
}

static int hold_twice(void *arg)
{
    struct sb_pushbutton_config elsewhere = second_config;

    (void)arg;
    begin();
    TOGGLE_AT_US(0, 1500 MS, 2000 MS, 3500 MS);
    elsewhere.pin = NULL;
    check_int(sb_pushbutton_set_config(&button, &elsewhere), -EINVAL);
    sb_pushbutton_stop(&button);
    return 0;
}

static void a_long_press_may_change_the_config(void **state)
{
    (void)state;
    config = noting(BOTH | SB_PUSHBUTTON_LONG, note_event);
    config.long_fn = go_over;
    second_config = noting(SB_PUSHBUTTON_RELEASE, note_event);
    run_with(hold_twice);
    assert_string_equal(notes(), "0 press | 1000 long | 1500 release | 3500 release");
}

static void stop_it(struct sb_pushbutton *self, const struct sb_pushbutton_event *event, void *arg)
{
    note_event(self, event, arg);
    if (event->kind == SB_PUSHBUTTON_RELEASE || self->press_count == 2)
        sb_pushbutton_stop(self);
}

static int double_click(void *arg)
{
    (void)arg;
    begin();
    TOGGLE_AT_US(0, 100 MS, 200 MS, 300 MS);
    check_true(!button.is_started);
    return 0;
}

static void a_function_may_stop_the_button(void **state)
{
    (void)state;
    config = noting(SB_PUSHBUTTON_DOUBLE, note_event);
    config.release_fn = stop_it;
    run_with(double_click);
    assert_string_equal(notes(), "100 release");
    setup(NULL);
    config = noting(SB_PUSHBUTTON_DOUBLE, note_event);
    config.press_fn = stop_it;
    run_with(double_click);
    assert_string_equal(notes(), "0 press | 200 press");
}

/* ---- waiting */

static int take_two(void *arg)
{
    struct sb_pushbutton_event event;

    for (int i = 0; i < 2; i++) {
        int rc = sb_pushbutton_wait(&button, &event);
        if (rc < 0) {
            note_at("%s rc %d", (const char *)arg, rc);
            return 0;
        }
        note_at("%s %s", (const char *)arg, word_for(&event));
    }
    return 0;
}

static int two_takers(void *arg)
{
    static char name_a[] = "a";
    static char name_b[] = "b";
    struct sb_task a;
    struct sb_task b;

    (void)arg;
    begin();
    sb_spawn(&a, "a", take_two, name_a);
    sb_spawn(&b, "b", take_two, name_b);
    sb_sleep_ms(1);
    TOGGLE_AT_US(10 MS, 1500 MS);
    sb_task_cancel(&b);
    sb_join(&a, NULL);
    sb_join(&b, NULL);
    report_edge(true, sb_now_ns(), 0);
    check_int(button.event_count, 1);
    sb_pushbutton_stop(&button);
    return 0;
}

static void waiting_tasks_get_one_event_each_in_order(void **state)
{
    (void)state;
    config = noting(0, NULL);
    config.wait_events = SB_PUSHBUTTON_ALL & ~(unsigned)SB_PUSHBUTTON_CLICKS;
    run_with(two_takers);
    assert_string_equal(notes(), "10 a press | 1010 b long | 1500 a release | 4500 b rc -125");
}

static int take_what_is_queued(void *arg)
{
    struct sb_pushbutton_event event;
    struct sb_timeout timeout;

    (void)arg;
    begin();
    TOGGLE_AT_US(0, 50 MS);
    sb_pushbutton_stop(&button);
    check_int(button.overflow_count, 0);
    check_int(sb_pushbutton_wait(&button, &event), 0);
    check_int(event.kind, SB_PUSHBUTTON_PRESS);
    check_int(event.time_ns, 0);
    check_int(sb_pushbutton_try_wait(&button, &event), 0);
    check_int(sb_pushbutton_try_wait(&button, &event), -EAGAIN);
    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_pushbutton_wait(&button, &event)), -ETIMEDOUT);
    return 0;
}

static void a_wait_takes_what_is_queued_and_else_waits(void **state)
{
    (void)state;
    config = noting(0, NULL);
    config.wait_events = BOTH;
    run_with(take_what_is_queued);
}

static int ten_events(void *arg)
{
    struct sb_pushbutton_event event;

    (void)arg;
    begin();
    TOGGLE_AT_US(0, 100 MS, 200 MS, 300 MS, 400 MS, 500 MS, 600 MS, 700 MS, 800 MS, 900 MS);
    check_int(button.overflow_count, 2);
    while (sb_pushbutton_try_wait(&button, &event) == 0)
        note("%g", (double)event.time_ns / 1e6);
    check_text(notes(), "200 | 300 | 400 | 500 | 600 | 700 | 800 | 900");
    sb_pushbutton_stop(&button);
    return 0;
}

static void the_oldest_event_goes_when_one_too_many_comes_and_is_counted(void **state)
{
    (void)state;
    config = noting(0, NULL);
    config.wait_events = BOTH;
    run_with(ten_events);
}

/* ---- refusals */

static void init_refuses_what_cannot_be(void **state)
{
    struct sb_pushbutton_config bad = config;

    (void)state;
    bad.pin = NULL;
    assert_int_equal(sb_pushbutton_init(&button, &bad), -EINVAL);
    bad = config;
    bad.double_click_ms = 1000;
    assert_int_equal(sb_pushbutton_init(&button, &bad), -EINVAL);
    bad = config;
    bad.click_limit = SB_PUSHBUTTON_CLICKS_MAX + 1;
    assert_int_equal(sb_pushbutton_init(&button, &bad), -EINVAL);
    bad = config;
    bad.wait_events = SB_PUSHBUTTON_ALL + 1;
    assert_int_equal(sb_pushbutton_init(&button, &bad), -EINVAL);
}

static int start_refused(void *arg)
{
    (void)arg;
    contact.read_error = -EIO;
    check_int(sb_pushbutton_init(&button, &config), 0);
    check_int(sb_pushbutton_start(&button), -EIO);
    check_true(!contact.is_watched && !button.is_started);
    contact_init(SB_PIN_OUTPUT);
    check_int(sb_pushbutton_start(&button), -EPERM);
    return 0;
}

static void start_passes_on_the_errors_of_the_pin(void **state)
{
    (void)state;
    run_with(start_refused);
}

static void a_button_is_at_most_256_bytes(void **state)
{
    (void)state;
    assert_true(sizeof(struct sb_pushbutton) <= 256);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(0, "table_short"),
        ROW(1, "table_short_suppressed_without_double"),
        ROW(2, "table_short_suppressed_with_double"),
        ROW(3, "table_medium"),
        ROW(4, "table_medium_suppressed"),
        ROW(5, "table_held_without_long"),
        ROW(6, "table_held_with_long"),
        ROW(7, "table_held_suppressed_without_long"),
        ROW(8, "table_held_suppressed_with_long"),
        ROW(9, "table_twice_without_double"),
        ROW(10, "table_twice_with_double"),
        ROW(11, "table_twice_suppressed_without_double"),
        ROW(12, "table_twice_suppressed_with_double"),
        ROW(13, "table_second_held_with_long_only"),
        ROW(14, "table_second_held_with_double"),
        ROW(15, "table_second_held_suppressed_with_long_only"),
        ROW(16, "table_second_held_suppressed_with_double"),
        ROW(17, "table_three_times_suppressed_with_double"),
        TEST(k2_a_suppressed_press_of_400_to_1000_ms_gives_press_and_release),
        TEST(k5_a_short_glitch_is_a_press_and_a_release_when_nothing_is_confirmed),
        TEST(k5_a_glitch_shorter_than_confirm_ms_is_nothing),
        TEST(k5_confirmed_changes_bear_the_time_of_their_edge),
        TEST(k5_a_press_that_is_being_confirmed_when_the_double_click_ends_still_counts),
        TEST(k5_a_deadline_waits_for_a_change_in_doubt_and_keeps_its_time),
        TEST(k5_a_resting_button_runs_nothing),
        TEST(k5_what_is_recognised_depends_on_time_stamps_not_on_the_loop),
        TEST(k9_start_and_stop_are_idempotent_and_leave_no_timer),
        TEST(k11_pressed_is_true_when_pressed_whatever_the_wiring),
        TEST(k12_times_are_of_each_button),
        TEST(k12_clicks_of_a_series_are_counted),
        TEST(k12_a_series_at_its_limit_is_reported_at_the_release),
        TEST(a_series_of_more_clicks_than_are_counted_stays_at_the_limit),
        TEST(a_long_press_belongs_to_no_series_of_clicks),
        TEST(bounces_after_the_first_edge_are_counted_and_not_believed),
        TEST(a_lost_edge_is_found_at_the_end_of_the_debounce_time),
        TEST(a_bounce_whose_last_edge_was_lost_is_no_release),
        TEST(a_press_at_double_click_ms_exactly_is_a_new_one),
        TEST(a_release_at_long_press_ms_exactly_comes_after_long),
        TEST(of_a_button_that_is_held_at_start_only_the_release_is_reported),
        TEST(a_long_press_may_change_the_config),
        TEST(a_function_may_stop_the_button),
        TEST(waiting_tasks_get_one_event_each_in_order),
        TEST(a_wait_takes_what_is_queued_and_else_waits),
        TEST(the_oldest_event_goes_when_one_too_many_comes_and_is_counted),
        TEST(init_refuses_what_cannot_be),
        TEST(start_passes_on_the_errors_of_the_pin),
        TEST(a_button_is_at_most_256_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
