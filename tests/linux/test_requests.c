/* SPDX-License-Identifier: MIT */
/*
 * Pins that were opened together, on the fake chip: one request of the kernel, one call for all of them, and what happens
 * when one goes its own way. With libgpiod 1 it cannot always.
 */
#include "tests/linux/gpio_rig.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "drivers/hd44780.h"
#include "hal-linux/lines_linux.h"
#include "lib/task.h"
#include "lib/timer.h"

#define IS_V1 (SB_HAVE_GPIOD == 1)

static struct rig rig;
static struct sb_pin *pins[4];

static const char *const names[] = {"GPIO5", "GPIO6", "GPIO7", "GPIO8"};
#define FIRST 5

/* The fake's own functions: see gpiofake.h. */
static void (*fake_put)(unsigned offset, int level);
static void (*fake_history)(unsigned offset, char *out, size_t size);
static unsigned (*fake_calls)(void);

static int set_up(void **state)
{
    char forgotten[64];

    (void)state;
    rig_open(&rig);
    for (unsigned i = 0; i < 4; i++) {
        fake_put(FIRST + i, -1);
        fake_history(FIRST + i, forgotten, sizeof(forgotten));
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unsetenv("GPIOFAKE_BUSY");
    rig_close(&rig);
    return 0;
}

static int try_open(unsigned count, unsigned flags, uint64_t values)
{
    return sb_board_pins(&rig.board.board, names, count, flags, values, pins);
}

static void open_together(unsigned count, unsigned flags, uint64_t values)
{
    if (try_open(count, flags, values) < 0)
        fail_msg("%s", sb_board_error(&rig.board.board));
}

/* What a line has been since the last time, as digits. */
static const char *history(unsigned index)
{
    static char text[64];

    fake_history(FIRST + index, text, sizeof(text));
    return text;
}

/* ---- together */

static void they_are_one_request_and_begin_with_their_values(void **state)
{
    (void)state;
    open_together(4, SB_PIN_OUTPUT, 0x9);
    assert_string_equal(rig_log(5), "request test | config output | 1");
    assert_string_equal(rig_log(6), "request test | config output | 0");
    assert_string_equal(rig_log(8), "request test | config output | 1");
    assert_int_equal(pins[3]->value, 1);
    sb_pins_close(pins, 4);
    assert_string_equal(rig_log(8), "request test | config output | 1 | release");
}

static void a_call_of_the_kernel_writes_reads_and_changes_all(void **state)
{
    uint64_t values = 0;

    (void)state;
    open_together(4, SB_PIN_OUTPUT, 0);
    (void)fake_calls();
    assert_int_equal(sb_pins_write(pins, 4, 0xa), 0);
    assert_int_equal(fake_calls(), 1);
    assert_int_equal(sb_pins_read(pins, 4, &values), 0);
    assert_int_equal(fake_calls(), 1);
    assert_int_equal(values, 0xa);
    assert_int_equal(sb_pins_write(pins + 1, 2, 0x2), 0);
    assert_int_equal(fake_calls(), 1);
    assert_int_equal(sb_pins_read(pins, 4, &values), 0);
    assert_int_equal(values, 0xc);
    (void)fake_calls();
    assert_int_equal(sb_pins_configure(pins, 4, SB_PIN_INPUT | SB_PIN_PULL_UP, 0), 0);
    assert_int_equal(fake_calls(), 1);
    assert_int_equal(sb_pins_read(pins, 4, &values), 0);
    assert_int_equal(values, 0xf);
    assert_int_equal(sb_pins_configure(pins, 4, SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW, 0x1), 0);
    assert_int_equal(sb_pins_read(pins, 4, &values), 0);
    assert_int_equal(values, 0x1);
    assert_non_null(strstr(rig_log(5), "config input pull-up | config output | 0"));
    assert_non_null(strstr(rig_log(6), "config input pull-up | config output | 1"));
}

static void one_that_is_busy_leaves_all_as_they_were(void **state)
{
    (void)state;
    setenv("GPIOFAKE_BUSY", "7=spi0 CS0", 1);
    assert_int_equal(try_open(4, SB_PIN_OUTPUT, 0), -EBUSY);
    rig_assert_error(&rig, "GPIO7 is used by 'spi0 CS0'");
    assert_null(pins[0]);
    assert_string_equal(rig_log(5), "");
    unsetenv("GPIOFAKE_BUSY");
    open_together(4, SB_PIN_OUTPUT, 0);
}

static void one_of_ours_and_one_named_twice_are_refused(void **state)
{
    static const char *const twice[] = {"GPIO5", "GPIO6", "J8:29"};
    struct sb_pin *ours = rig_pin(&rig, "GPIO8", SB_PIN_INPUT);

    (void)state;
    assert_int_equal(try_open(4, SB_PIN_OUTPUT, 0), -EBUSY);
    rig_assert_error(&rig, "GPIO8 is in use already");
    sb_pin_close(ours);
    assert_int_equal(sb_board_pins(&rig.board.board, twice, 3, SB_PIN_OUTPUT, 0, pins), -EBUSY);
    rig_assert_error(&rig, "GPIO5 is named twice");
    assert_int_equal(try_open(4, SB_PIN_OUTPUT | SB_PIN_INPUT, 0), -EINVAL);
    rig_assert_error(&rig, "contradict");
    assert_string_equal(rig_log(5), "");
}

/* ---- one of them */

static void one_is_written_without_the_others(void **state)
{
    (void)state;
    open_together(3, SB_PIN_OUTPUT, 0x5);
    assert_int_equal(sb_pin_write(pins[1], true), 0);
    assert_int_equal(sb_pin_toggle(pins[2]), 0);
    assert_string_equal(history(0), "1");
    assert_string_equal(history(1), "1");
    assert_string_equal(history(2), "10");
    assert_int_equal(sb_pin_read(pins[0]), 1);
}

static void an_output_changes_alone_or_says_why_it_cannot(void **state)
{
    unsigned flags = SB_PIN_INPUT | SB_PIN_PULL_UP;

    (void)state;
    open_together(3, SB_PIN_OUTPUT, 0x1);
    assert_int_equal(sb_pin_write(pins[2], true), 0);
    if (IS_V1) {
        assert_int_equal(sb_pin_configure(pins[1], flags), -ENOTSUP);
        rig_assert_error(&rig, "GPIO6: with libgpiod 1 outputs that were opened together change "
                               "together: use sb_pins_configure on all of them");
        assert_int_equal(pins[1]->flags, SB_PIN_OUTPUT);
        assert_int_equal(sb_pin_write(pins[1], true), 0);
    } else {
        assert_int_equal(sb_pin_configure(pins[1], flags), 0);
        assert_int_equal(sb_pin_read(pins[1]), 1);
        assert_int_equal(sb_pin_write(pins[1], false), -EPERM);
    }
    assert_string_equal(history(0), "1"); /* not even for an instant */
    assert_string_equal(history(2), "1");
}

static void an_outputs_active_level_changes_alone(void **state)
{
    (void)state;
    open_together(2, SB_PIN_OUTPUT, 0);
    assert_int_equal(sb_pin_configure(pins[1], SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW), 0);
    assert_int_equal(sb_pins_write(pins, 2, 0x3), 0);
    assert_string_equal(history(0), "1");
    assert_string_equal(history(1), "10");
}

static void an_input_changes_alone(void **state)
{
    uint64_t values = 0;

    (void)state;
    open_together(3, SB_PIN_INPUT | SB_PIN_PULL_UP, 0);
    assert_int_equal(sb_pin_configure(pins[1], SB_PIN_OUTPUT), 0);
    assert_int_equal(sb_pins_read(pins, 3, &values), 0);
    assert_int_equal(values, 0x5);
    assert_int_equal(sb_pin_configure(pins[1], SB_PIN_INPUT | SB_PIN_PULL_UP), 0);
    assert_int_equal(sb_pins_read(pins, 3, &values), 0);
    assert_int_equal(values, 0x7);
}

/* ---- closing */

static void a_closed_one_is_held_until_all_are_closed(void **state)
{
    (void)state;
    open_together(3, SB_PIN_OUTPUT, 0x7);
    sb_pins_close(pins, 2);
    assert_string_equal(rig_log(6), "request test | config output | 1");
    assert_int_equal(try_open(2, SB_PIN_OUTPUT, 0), -EBUSY);
    rig_assert_error(&rig, "GPIO5 is held until all that it was opened with are closed, too");
    rig_close(&rig);
    assert_string_equal(rig_log(6), "request test | config output | 1 | release");
    rig_open(&rig);
}

static void a_closed_one_forgets_its_debounce(void **state)
{
    struct sb_linux_line line;

    (void)state;
    if (IS_V1)
        skip();
    open_together(2, SB_PIN_INPUT, 0);
    assert_int_equal(sb_pin_set_debounce_us(pins[1], 3000), 0);
    sb_pin_close(pins[1]);
    assert_int_equal(rig_pin(&rig, "GPIO6", SB_PIN_INPUT)->debounce_us, 0);
    sb_linux_board_line(&rig.board, FIRST + 1, &line);
    assert_int_equal(line.debounce_us, 0);
}

static void a_closed_one_can_be_opened_again(void **state)
{
    struct sb_pin *again;

    (void)state;
    open_together(2, SB_PIN_OUTPUT, 0x3);
    sb_pin_close(pins[1]);
    again = rig_pin(&rig, "GPIO6", SB_PIN_OUTPUT);
    assert_ptr_equal(again, pins[1]);
    assert_string_equal(history(0), "1");
    assert_string_equal(history(1), "10");
    (void)fake_calls();
    assert_int_equal(sb_pins_write(pins, 2, 0x2), 0);
    assert_int_equal(fake_calls(), 1);
    sb_pin_close(pins[0]);
    sb_pin_close(again);
    assert_non_null(strstr(rig_log(5), "release"));
    assert_non_null(strstr(rig_log(6), "release"));
}

static void the_open_ones_change_without_the_closed(void **state)
{
    uint64_t values = 0;

    (void)state;
    open_together(3, SB_PIN_OUTPUT, 0x2);
    sb_pin_close(pins[1]);
    assert_int_equal(sb_pin_configure(pins[0], SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN),
                     IS_V1 ? -ENOTSUP : 0);
    pins[1] = pins[2];
    assert_int_equal(sb_pins_configure(pins, 2, SB_PIN_INPUT | SB_PIN_PULL_UP, 0), 0);
    assert_int_equal(sb_pins_read(pins, 2, &values), 0);
    assert_int_equal(values, 0x3);
}

/* ---- edges */

static struct sb_pin_watch watches[4];

static struct {
    unsigned count;
    unsigned stop_at; /* closes all; 0: never */
    char order[32];
} seen;

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 4; i++)
        if (pin == pins[i])
            seen.order[seen.count++] = (char)((edge->value ? 'A' : 'a') + (int)i);
    assert_int_equal(edge->lost, 0);
    if (seen.count == seen.stop_at) {
        sb_pins_close(pins, 4);
        memset(pins, 0, sizeof(pins));
    }
}

static int pass(void *arg)
{
    (void)arg;
    return sb_sleep_ms(20);
}

static void expect(const char *order)
{
    assert_int_equal(rig_run(&rig, pass, NULL), 0);
    assert_string_equal(seen.order, order);
}

static void watch(unsigned index)
{
    assert_int_equal(sb_pin_watch_start(pins[index], &watches[index], SB_EDGE_BOTH, on_edge, NULL),
                     0);
}

static void watches_of_them_hear_their_own_edges_in_order(void **state)
{
    uint64_t values = 0;

    (void)state;
    memset(&seen, 0, sizeof(seen));
    open_together(4, SB_PIN_INPUT, 0);
    watch(0);
    watch(2);
    fake_put(FIRST, 1);
    fake_put(FIRST + 1, 1);
    fake_put(FIRST + 2, 1);
    fake_put(FIRST, 0);
    expect("ACa");
    watch(1);
    fake_put(FIRST + 1, 0);
    fake_put(FIRST + 2, 0);
    expect("ACabc");
    sb_pin_watch_stop(&watches[2]);
    fake_put(FIRST + 2, 1);
    fake_put(FIRST + 1, 1);
    expect("ACabcB");
    assert_int_equal(sb_pins_read(pins, 4, &values), 0);
    assert_int_equal(values, 0x6);
}

static void a_change_of_one_takes_no_edge_of_another(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof(seen));
    open_together(2, SB_PIN_INPUT, 0);
    watch(0);
    watch(1);
    fake_put(FIRST, 1);
    fake_put(FIRST + 1, 1);
    usleep(1000);
    assert_int_equal(sb_pin_configure(pins[0], SB_PIN_INPUT | SB_PIN_PULL_UP), 0);
    fake_put(FIRST, 0);
    expect("Ba");
}

static void a_watch_may_close_them_all(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof(seen));
    seen.stop_at = 1;
    open_together(3, SB_PIN_INPUT, 0);
    pins[3] = NULL;
    watch(0);
    watch(1);
    fake_put(FIRST, 1);
    fake_put(FIRST + 1, 1);
    fake_put(FIRST, 0);
    expect("A");
    assert_non_null(strstr(rig_log(5), "release"));
    assert_non_null(strstr(rig_log(7), "release"));
}

/* ---- debouncing */

static void a_watched_pin_is_debounced_from_now_on(void **state)
{
    struct sb_linux_line line;
    int rc;

    (void)state;
    memset(&seen, 0, sizeof(seen));
    open_together(2, SB_PIN_INPUT, 0);
    watch(0);
    watch(1);
    fake_put(FIRST, 1);
    rc = sb_pin_set_debounce_us(pins[0], 3000);
    fake_put(FIRST, 0);
    assert_int_equal(rc, IS_V1 ? -ENOTSUP : 0);
    assert_int_equal(pins[0]->debounce_us, IS_V1 ? 0 : 3000);
    sb_linux_board_line(&rig.board, FIRST, &line);
    assert_int_equal(line.debounce_us, IS_V1 ? 0 : 3000);
    sb_linux_board_line(&rig.board, FIRST + 1, &line);
    assert_int_equal(line.debounce_us, 0);
    expect("Aa"); /* that it loses none; the fake itself debounces nothing */
}

static void a_debounce_rests_while_the_pin_is_an_output(void **state)
{
    struct sb_linux_line line;
    struct sb_pin *pin = rig_pin(&rig, "GPIO5", SB_PIN_INPUT);

    (void)state;
    if (IS_V1)
        skip();
    assert_int_equal(sb_pin_set_debounce_us(pin, 3000), 0);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_OUTPUT), 0);
    sb_linux_board_line(&rig.board, FIRST, &line);
    assert_int_equal(line.debounce_us, 0);
    assert_int_equal(sb_pin_set_debounce_us(pin, 0), -EPERM);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_INPUT), 0);
    sb_linux_board_line(&rig.board, FIRST, &line);
    assert_int_equal(line.debounce_us, 3000);
    assert_int_equal(sb_pin_set_debounce_us(pin, 0), 0);
    sb_linux_board_line(&rig.board, FIRST, &line);
    assert_int_equal(line.debounce_us, 0);
}

/* ---- what it is good for */

static struct sb_hd44780 lcd;

static int show_ten(void *arg)
{
    unsigned *calls = arg;
    int rc = sb_hd44780_start(&lcd);

    if (rc == 0)
        rc = sb_hd44780_print(&lcd, 0, 0, "0123456789") == 10 ? 0 : -EINVAL;
    (void)fake_calls();
    if (rc == 0)
        rc = sb_hd44780_flush(&lcd);
    *calls = fake_calls();
    return rc;
}

/* How many calls of the kernel ten characters take. */
static unsigned calls_of_ten(struct sb_pin *const *p)
{
    static struct sb_hd44780_config config;
    unsigned calls = 0;

    config = (struct sb_hd44780_config){
        .columns = 16,
        .rows = 2,
        .pins = {.rs = p[0], .e = {p[1]}, .d = {[4] = p[2], p[3], p[4], p[5]}},
    };
    assert_int_equal(sb_hd44780_init(&lcd, &config), 0);
    assert_int_equal(rig_run(&rig, show_ten, &calls), 0);
    return calls;
}

static void a_character_takes_six_calls_instead_of_thirteen(void **state)
{
    static const char *const lines[] = {"GPIO26", "GPIO19", "GPIO13", "GPIO6", "GPIO5", "GPIO11"};
    struct sb_pin *p[6];

    (void)state;
    for (unsigned i = 0; i < 6; i++)
        p[i] = rig_pin(&rig, lines[i], SB_PIN_OUTPUT);
    assert_int_equal(calls_of_ten(p), 130);
    sb_pins_close(p, 6);
    assert_int_equal(sb_board_pins(&rig.board.board, lines, 6, SB_PIN_OUTPUT, 0, p), 0);
    assert_int_equal(calls_of_ten(p), 60);
}

static int start_and_show(void *arg)
{
    int rc = sb_hd44780_start(&lcd);

    (void)arg;
    sb_hd44780_print(&lcd, 0, 0, "busy?");
    return rc < 0 ? rc : sb_hd44780_flush(&lcd);
}

/* The flag is never set here: nobody drives the lines. */
static void a_busy_flag_is_read_through_data_lines_of_one_request(void **state)
{
    static struct sb_hd44780_config config;
    unsigned turns = 0;

    (void)state;
    open_together(4, SB_PIN_OUTPUT, 0);
    config = (struct sb_hd44780_config){
        .columns = 16,
        .rows = 2,
        .pins = {.rs = rig_pin(&rig, "GPIO26", SB_PIN_OUTPUT),
                 .rw = rig_pin(&rig, "GPIO27", SB_PIN_OUTPUT),
                 .e = {rig_pin(&rig, "GPIO19", SB_PIN_OUTPUT)},
                 .d = {[4] = pins[0], pins[1], pins[2], pins[3]}},
    };
    assert_int_equal(sb_hd44780_init(&lcd, &config), 0);
    assert_int_equal(rig_run(&rig, start_and_show, NULL), 0);
    for (const char *at = rig_log(FIRST); (at = strstr(at, "config input")) != NULL; at++)
        turns++;
    assert_true(turns > 0); /* how often depends on how long all takes here */
    assert_int_equal(pins[0]->flags, SB_PIN_OUTPUT);
}

int main(int argc, char **argv)
{
#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_RIG(they_are_one_request_and_begin_with_their_values),
        ON_RIG(a_call_of_the_kernel_writes_reads_and_changes_all),
        ON_RIG(one_that_is_busy_leaves_all_as_they_were),
        ON_RIG(one_of_ours_and_one_named_twice_are_refused),
        ON_RIG(one_is_written_without_the_others),
        ON_RIG(an_output_changes_alone_or_says_why_it_cannot),
        ON_RIG(an_outputs_active_level_changes_alone),
        ON_RIG(an_input_changes_alone),
        ON_RIG(a_closed_one_is_held_until_all_are_closed),
        ON_RIG(a_closed_one_forgets_its_debounce),
        ON_RIG(a_closed_one_can_be_opened_again),
        ON_RIG(the_open_ones_change_without_the_closed),
        ON_RIG(watches_of_them_hear_their_own_edges_in_order),
        ON_RIG(a_change_of_one_takes_no_edge_of_another),
        ON_RIG(a_watch_may_close_them_all),
        ON_RIG(a_watched_pin_is_debounced_from_now_on),
        ON_RIG(a_debounce_rests_while_the_pin_is_an_output),
        ON_RIG(a_character_takes_six_calls_instead_of_thirteen),
        ON_RIG(a_busy_flag_is_read_through_data_lines_of_one_request),
    };

    (void)argc;
    rig_start(argv);
    *(void **)&fake_put = dlsym(RTLD_DEFAULT, "gpiofake_put");
    *(void **)&fake_history = dlsym(RTLD_DEFAULT, "gpiofake_history");
    *(void **)&fake_calls = dlsym(RTLD_DEFAULT, "gpiofake_calls");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
