/* SPDX-License-Identifier: MIT */
/* Several pins in one step: which ones a backend is given together, on pins that record. */
#include "lib/hal/pins.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/hal/board.h"
#include "lib/hal/tap.h"
#include "tests/support.h"

/* ---- pins that record what they are told */

#define PIN_COUNT 6

static struct sb_pin recorded[PIN_COUNT];
static struct sb_pin *pins[PIN_COUNT];
static const char *failing; /* the pin that fails; null: none */

static int result_of(const struct sb_pin *pin)
{
    return failing != NULL && strcmp(pin->name, failing) == 0 ? -EIO : 0;
}

static int record_configure(struct sb_pin *pin, unsigned flags)
{
    note("configure %s %x", pin->name, flags);
    return result_of(pin);
}

static int record_read(struct sb_pin *pin)
{
    note("read %s", pin->name);
    return result_of(pin) < 0 ? result_of(pin) : 1;
}

static int record_write(struct sb_pin *pin, bool level)
{
    note("write %s%d", pin->name, level);
    return result_of(pin);
}

static void record_close(struct sb_pin *pin)
{
    note("close %s", pin->name);
}

static void names_of(struct sb_pin *const *all, unsigned count, char *out)
{
    for (unsigned i = 0; i < count; i++)
        out[i] = all[i]->name[0];
    out[count] = '\0';
}

static int record_configure_all(struct sb_pin *const *all, unsigned count, unsigned flags,
                                uint64_t levels)
{
    char names[PIN_COUNT + 1];

    names_of(all, count, names);
    note("configure %s %x %llx", names, flags, (unsigned long long)levels);
    return result_of(all[0]);
}

static int record_read_all(struct sb_pin *const *all, unsigned count, uint64_t *levels)
{
    char names[PIN_COUNT + 1];

    names_of(all, count, names);
    note("read %s", names);
    *levels = UINT64_MAX;
    return result_of(all[0]);
}

static int record_write_all(struct sb_pin *const *all, unsigned count, uint64_t levels)
{
    char names[PIN_COUNT + 1];

    names_of(all, count, names);
    note("write %s %llx", names, (unsigned long long)levels);
    return result_of(all[0]);
}

/* Pins "a" to "f", with these requests. */
static void record(const unsigned requests[PIN_COUNT], unsigned flags, bool is_one_by_one)
{
    static const struct sb_pin_ops single = {
        .configure = record_configure,
        .read = record_read,
        .write = record_write,
        .close = record_close,
    };
    static const struct sb_pin_ops several = {
        .configure = record_configure,
        .read = record_read,
        .write = record_write,
        .close = record_close,
        .configure_all = record_configure_all,
        .read_all = record_read_all,
        .write_all = record_write_all,
    };
    static const char *const names[PIN_COUNT] = {"a", "b", "c", "d", "e", "f"};

    failing = NULL;
    for (unsigned i = 0; i < PIN_COUNT; i++) {
        sb_pin_init(&recorded[i], NULL, names[i], is_one_by_one ? &single : &several);
        recorded[i].request = requests[i];
        pins[i] = &recorded[i];
        assert_int_equal(sb_pin_configure(pins[i], flags), 0);
    }
    notes_clear();
}

static const unsigned together[PIN_COUNT] = {1, 1, 1, 1, 1, 1};
static const unsigned in_two[PIN_COUNT] = {1, 1, 0, 0, 2, 2};

static void pins_of_one_request_are_written_and_read_in_one_step(void **state)
{
    uint64_t values = 0;

    (void)state;
    record(together, SB_PIN_OUTPUT, false);
    assert_int_equal(sb_pins_write(pins, 6, 0x2a), 0);
    assert_int_equal(sb_pins_read(pins, 4, &values), 0);
    assert_string_equal(notes(), "write abcdef 2a | read abcd");
    assert_int_equal(values, 0xf);
    assert_int_equal(pins[1]->value, 1);
    assert_int_equal(pins[2]->value, 0);
}

static void pins_of_several_requests_go_in_order(void **state)
{
    uint64_t values = 0;

    (void)state;
    record(in_two, SB_PIN_OUTPUT, false);
    assert_int_equal(sb_pins_write(pins, 6, 0x2a), 0);
    assert_int_equal(sb_pins_read(pins, 6, &values), 0);
    assert_int_equal(values, 0x3f);
    assert_int_equal(sb_pins_configure(pins, 6, SB_PIN_OUTPUT, 0x31), 0);
    assert_string_equal(notes(), "write ab 2 | write c0 | write d1 | write ef 2 | "
                                 "read ab | read c | read d | read ef | "
                                 "configure ab 2 1 | configure c 2 | configure d 2 | "
                                 "configure ef 2 3");
}

static void a_backend_that_cannot_gets_them_one_by_one(void **state)
{
    uint64_t values = 0;

    (void)state;
    record(together, SB_PIN_OUTPUT, true);
    assert_int_equal(sb_pins_write(pins, 3, 0xd), 0);
    assert_int_equal(sb_pins_read(pins, 2, &values), 0);
    assert_int_equal(values, 3);
    assert_int_equal(sb_pins_configure(pins, 2, SB_PIN_OUTPUT, 2), 0);
    assert_string_equal(notes(), "write a1 | write b0 | write c1 | read a | read b | "
                                 "configure a 2 | configure b 82");
}

static void each_pin_has_its_own_active_level(void **state)
{
    uint64_t values = 0;

    (void)state;
    record(together, SB_PIN_OUTPUT, false);
    assert_int_equal(sb_pin_configure(pins[1], SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW), 0);
    notes_clear();
    assert_int_equal(sb_pins_write(pins, 3, 0x3), 0);
    assert_int_equal(sb_pins_read(pins, 3, &values), 0);
    assert_int_equal(values, 0x5);
    assert_int_equal(sb_pins_configure(pins, 3, SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW, 0x4), 0);
    assert_string_equal(notes(), "write abc 1 | read abc | configure abc 42 3");
    assert_int_equal(pins[2]->flags, SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW | SB_PIN_INITIAL_TRUE);
    assert_int_equal(pins[2]->value, 1);
    assert_int_equal(pins[0]->value, 0);
}

static void an_input_among_them_refuses_the_whole_write(void **state)
{
    (void)state;
    record(in_two, SB_PIN_OUTPUT, false);
    assert_int_equal(sb_pin_configure(pins[5], SB_PIN_INPUT), 0);
    notes_clear();
    assert_int_equal(sb_pins_write(pins, 6, 0x3f), -EPERM);
    assert_string_equal(notes(), "");
    assert_int_equal(pins[0]->value, 0);
}

static void an_error_ends_the_call_where_it_came(void **state)
{
    uint64_t values = 7;

    (void)state;
    record(in_two, SB_PIN_OUTPUT, false);
    failing = "c";
    assert_int_equal(sb_pins_write(pins, 6, 0), -EIO);
    assert_int_equal(sb_pins_read(pins, 6, &values), -EIO);
    assert_int_equal(values, 7);
    assert_int_equal(sb_pins_configure(pins, 6, SB_PIN_INPUT, 0), -EIO);
    assert_string_equal(notes(), "write ab 0 | write c0 | read ab | read c | "
                                 "configure ab 1 0 | configure c 1");
    assert_int_equal(pins[1]->flags, SB_PIN_INPUT);
    assert_int_equal(pins[2]->flags, SB_PIN_OUTPUT);
    failing = "a";
    assert_int_equal(sb_pins_configure(pins, 2, SB_PIN_OUTPUT, 0), -EIO);
    assert_int_equal(pins[0]->flags, SB_PIN_INPUT);
}

static void flags_that_contradict_each_other_change_nothing(void **state)
{
    (void)state;
    record(together, SB_PIN_OUTPUT, false);
    assert_int_equal(sb_pins_configure(pins, 2, SB_PIN_INPUT | SB_PIN_OUTPUT, 0), -EINVAL);
    assert_int_equal(sb_pins_configure(pins, 2, SB_PIN_INPUT, 1), -EINVAL);
    assert_int_equal(sb_pins_configure(pins, 2, SB_PIN_INPUT | SB_PIN_INITIAL_TRUE, 0), -EINVAL);
    assert_string_equal(notes(), "");
    assert_int_equal(sb_pins_configure(pins, 2, SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE, 0), 0);
    assert_string_equal(notes(), "configure ab 82 3");
}

static void sixty_four_pins_fill_a_word(void **state)
{
    static struct sb_pin all[SB_PINS_MAX];
    struct sb_pin *list[SB_PINS_MAX];
    uint64_t values = 0;

    (void)state;
    record(together, SB_PIN_OUTPUT, true);
    for (unsigned i = 0; i < SB_PINS_MAX; i++) {
        sb_pin_init(&all[i], NULL, "a", recorded[0].ops);
        list[i] = &all[i];
        assert_int_equal(
            sb_pin_configure(list[i], SB_PIN_OUTPUT | (i == 63 ? SB_PIN_ACTIVE_LOW : 0)), 0);
    }
    notes_clear();
    assert_int_equal(sb_pins_write(list, SB_PINS_MAX, UINT64_MAX), 0);
    assert_int_equal(strlen(notes()), 64 * 8 + 63 * 3);
    assert_string_equal(notes() + 63 * 11, "write a0");
    assert_int_equal(sb_pins_read(list, SB_PINS_MAX, &values), 0);
    assert_true(values == UINT64_MAX >> 1);
}

static void tap_configured(struct sb_tap *tap, struct sb_pin *pin, bool level)
{
    (void)tap;
    note("%s is %x %d", pin->name, pin->flags, level);
}

static void tap_written(struct sb_tap *tap, struct sb_pin *pin, bool level, int rc)
{
    (void)tap;
    note("%s%d %d", pin->name, level, rc);
}

static void tap_read(struct sb_tap *tap, struct sb_pin *pin, int level)
{
    (void)tap;
    note("%s reads %d", pin->name, level);
}

static void a_tap_hears_of_each_pin_its_level(void **state)
{
    static const struct sb_tap_ops ops = {
        .pin_configured = tap_configured,
        .pin_written = tap_written,
        .pin_read = tap_read,
    };
    struct sb_tap tap = {.ops = &ops};
    uint64_t values;

    (void)state;
    record(together, SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW, false);
    pins[0]->tap = pins[1]->tap = &tap;
    assert_int_equal(sb_pins_write(pins, 2, 1), 0);
    assert_int_equal(sb_pins_read(pins, 2, &values), 0);
    assert_int_equal(sb_pins_configure(pins, 2, SB_PIN_OUTPUT, 2), 0);
    failing = "a";
    assert_int_equal(sb_pins_write(pins, 2, 1), -EIO);
    assert_int_equal(sb_pins_read(pins, 2, &values), -EIO);
    assert_string_equal(notes(), "write ab 2 | a0 0 | b1 0 | read ab | a reads 1 | b reads 1 | "
                                 "configure ab 2 2 | a is 2 0 | b is 82 1 | "
                                 "write ab 1 | a1 -5 | b0 -5 | read ab | a reads -5 | b reads -5");
}

static void closing_closes_each(void **state)
{
    (void)state;
    record(together, SB_PIN_OUTPUT, false);
    pins[1] = NULL;
    sb_pins_close(pins, 3);
    assert_string_equal(notes(), "close a | close c");
}

/* ---- boards that open pins singly */

static int open_recorded(struct sb_board *board, const char *name, unsigned flags,
                         struct sb_pin **out)
{
    struct sb_pin *pin = &recorded[name[0] - 'a'];

    (void)board;
    if (result_of(pin) < 0)
        return -EBUSY;
    *out = pin;
    return sb_pin_configure(pin, flags);
}

static void a_board_without_requests_opens_all_or_none(void **state)
{
    static const struct sb_board_ops ops = {.pin = open_recorded};
    static const char *const names[] = {"a", "b", "c"};
    static const struct sb_tap_ops tap_ops = {.pin_configured = tap_configured};
    struct sb_tap tap = {.ops = &tap_ops};
    struct sb_board board = {.ops = &ops, .tap = &tap};

    (void)state;
    record(together, SB_PIN_OUTPUT, true);
    assert_int_equal(sb_board_pins(&board, names, 3, SB_PIN_OUTPUT, 0x4, pins), 0);
    assert_string_equal(notes(), "configure a 2 | configure b 2 | configure c 82 | "
                                 "a is 2 0 | b is 2 0 | c is 82 1");
    pins[0]->tap = pins[1]->tap = NULL;
    assert_ptr_equal(pins[2], &recorded[2]);
    notes_clear();
    failing = "c";
    assert_int_equal(sb_board_pins(&board, names, 3, SB_PIN_OUTPUT, 0, pins), -EBUSY);
    assert_string_equal(notes(), "configure a 2 | configure b 2 | close a | close b");
    assert_null(pins[0]);
    assert_null(pins[2]);
}

static void a_count_out_of_range_is_refused(void **state)
{
    static const struct sb_board_ops ops = {.pin = open_recorded};
    static const char *const names[SB_PINS_MAX + 1] = {"a"};
    struct sb_pin *many[SB_PINS_MAX + 1];
    struct sb_board board = {.ops = &ops};

    (void)state;
    assert_int_equal(sb_board_pins(&board, names, 0, SB_PIN_OUTPUT, 0, many), -EINVAL);
    assert_int_equal(sb_board_pins(&board, names, 65, SB_PIN_OUTPUT, 0, many), -EINVAL);
    assert_string_equal(sb_board_error(&board),
                        "1 to 64 pins are opened together: take several turns");
    assert_int_equal(sb_board_pins(&board, names, 1, SB_PIN_INPUT, 1, many), -EINVAL);
    assert_string_equal(sb_board_error(&board), "a: an input has no value to begin with: give 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pins_of_one_request_are_written_and_read_in_one_step),
        cmocka_unit_test(pins_of_several_requests_go_in_order),
        cmocka_unit_test(a_backend_that_cannot_gets_them_one_by_one),
        cmocka_unit_test(each_pin_has_its_own_active_level),
        cmocka_unit_test(an_input_among_them_refuses_the_whole_write),
        cmocka_unit_test(an_error_ends_the_call_where_it_came),
        cmocka_unit_test(flags_that_contradict_each_other_change_nothing),
        cmocka_unit_test(sixty_four_pins_fill_a_word),
        cmocka_unit_test(a_tap_hears_of_each_pin_its_level),
        cmocka_unit_test(closing_closes_each),
        cmocka_unit_test(a_board_without_requests_opens_all_or_none),
        cmocka_unit_test(a_count_out_of_range_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
