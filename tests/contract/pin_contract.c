/* SPDX-License-Identifier: MIT */
/* What lib/hal/pin.h and lib/hal/board.h promise of pins: names, errors, values and levels. */
#include "tests/contract/contract.h"

#include <errno.h>
#include <string.h>

/* ---- names and errors */

CONTRACT(a_pin_goes_by_all_its_names)
{
    static const char *const names[] = {"GPIO17", "17", "BCM17", "J8:11", "BOARD11"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct sb_pin *pin = contract_pin(c, names[i], SB_PIN_INPUT | SB_PIN_PULL_UP);

        check_text(pin->name, "GPIO17");
        check_true(pin->board == c->board);
        sb_pin_close(pin);
    }
}

CONTRACT(a_name_that_the_board_does_not_have_is_enoent)
{
    static const char *const names[] = {"GPIO99", "GPIO17x", "J8:41", "", "thermometer"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        check_int(contract_try_pin(c, names[i], SB_PIN_INPUT), -ENOENT);
        check_error(c, names[i]);
        check_error(c, "has no pin");
    }
}

CONTRACT(power_and_ground_are_einval)
{
    check_int(contract_try_pin(c, "J8:1", SB_PIN_OUTPUT), -EINVAL);
    check_int(contract_try_pin(c, "J8:6", SB_PIN_INPUT), -EINVAL);
    check_error(c, "no pin that a program can use");
}

CONTRACT(a_pin_in_use_is_ebusy_by_any_name)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT);

    check_int(contract_try_pin(c, "GPIO17", SB_PIN_OUTPUT), -EBUSY);
    check_int(contract_try_pin(c, "J8:11", SB_PIN_INPUT), -EBUSY);
    check_error(c, "GPIO17 is in use already: close it first");
    check_int(sb_pin_write(pin, true), 0);
    check_int(c->pins->level(17), 1);
}

CONTRACT(flags_that_contradict_each_other_are_einval)
{
    static const unsigned wrong[] = {
        0,
        SB_PIN_PULL_UP,
        SB_PIN_INPUT | SB_PIN_OUTPUT,
        SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_PULL_DOWN,
        SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_PULL_AS_IS,
        SB_PIN_INPUT | SB_PIN_OPEN_DRAIN,
        SB_PIN_INPUT | SB_PIN_OPEN_SOURCE,
        SB_PIN_INPUT | SB_PIN_INITIAL_TRUE,
        SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_OPEN_SOURCE,
    };

    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        check_int(contract_try_pin(c, "GPIO17", wrong[i]), -EINVAL);
        check_error(c, "GPIO17: these flags contradict each other");
    }
    check_int(contract_try_pin(c, "GPIO17", SB_PIN_OUTPUT), 0);
}

CONTRACT(a_success_has_no_text)
{
    check_text(sb_board_error(c->board), "");
    check_int(contract_try_pin(c, "GPIO99", SB_PIN_INPUT), -ENOENT);
    check_true(sb_board_error(c->board)[0] != '\0');
    (void)contract_pin(c, "GPIO17", SB_PIN_OUTPUT);
    check_text(sb_board_error(c->board), "");
}

CONTRACT(a_closed_pin_can_be_opened_anew_in_another_way)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);

    sb_pin_close(pin);
    c->pins->put(17, 0);
    pin = contract_pin(c, "GPIO17", SB_PIN_INPUT | SB_PIN_ACTIVE_LOW);
    check_int(pin->flags, SB_PIN_INPUT | SB_PIN_ACTIVE_LOW);
    check_true(!pin->value);
    check_int(pin->lost_count, 0);
    check_int(sb_pin_read(pin), 1);
    sb_pin_close(pin);
    (void)contract_pin(c, "GPIO17", SB_PIN_OUTPUT);
    check_int(c->pins->level(17), 0);
    sb_pin_close(NULL);
}

/* ---- outputs */

CONTRACT(an_output_begins_with_false)
{
    struct sb_pin *pin;

    c->pins->put(17, 1);
    pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT);
    check_int(c->pins->level(17), 0);
    check_true(!pin->value);
    check_int(sb_pin_read(pin), 0);
}

CONTRACT(an_output_begins_with_true_if_it_is_told_to)
{
    struct sb_pin *pin;

    c->pins->put(17, 0);
    pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);
    check_int(c->pins->level(17), 1);
    check_true(pin->value);
    check_int(sb_pin_read(pin), 1);
}

/* The outside pulls the other way, so that any pulse would show. */
CONTRACT(an_output_begins_without_a_glitch)
{
    static const struct {
        unsigned flags;
        int outside;
        const char *history;
    } cases[] = {
        {0, 1, "0"},
        {SB_PIN_INITIAL_TRUE, 0, "1"},
        {SB_PIN_ACTIVE_LOW, 0, "1"},
        {SB_PIN_ACTIVE_LOW | SB_PIN_INITIAL_TRUE, 1, "0"},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sb_pin *pin;

        c->pins->put(17, cases[i].outside);
        (void)c->pins->history(17);
        pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT | cases[i].flags);
        check_text(c->pins->history(17), cases[i].history);
        sb_pin_close(pin);
    }
}

CONTRACT(what_is_written_is_on_the_line)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT);

    for (int i = 1; i < 6; i++) {
        check_int(sb_pin_write(pin, i % 2 != 0), 0);
        check_int(c->pins->level(17), i % 2);
        check_int(sb_pin_read(pin), i % 2);
        check_int(pin->value, i % 2);
    }
}

CONTRACT(writing_the_same_again_changes_nothing)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT);

    check_int(sb_pin_write(pin, true), 0);
    (void)c->pins->history(17);
    check_int(sb_pin_write(pin, true), 0);
    check_text(c->pins->history(17), "");
    check_int(sb_pin_write(pin, false), 0);
    check_text(c->pins->history(17), "0");
}

CONTRACT(an_output_drives_against_a_pull)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);

    c->pins->put(17, 0);
    check_int(c->pins->level(17), 1);
    check_int(sb_pin_read(pin), 1);
    check_int(sb_pin_write(pin, false), 0);
    c->pins->put(17, 1);
    check_int(c->pins->level(17), 0);
    check_int(sb_pin_read(pin), 0);
}

CONTRACT(toggling_writes_the_opposite_of_what_was_written_last)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);

    check_int(sb_pin_toggle(pin), 0);
    check_int(c->pins->level(17), 0);
    check_int(sb_pin_toggle(pin), 0);
    check_int(c->pins->level(17), 1);
    check_int(sb_pin_write(pin, false), 0);
    check_int(sb_pin_toggle(pin), 0);
    check_int(c->pins->level(17), 1);
}

/* What was written is true, what is read is false: it is the former that counts. */
CONTRACT(toggling_does_not_ask_the_line)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17",
                                      SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_INITIAL_TRUE);

    c->pins->put(17, 0);
    check_int(sb_pin_read(pin), 0);
    check_int(sb_pin_toggle(pin), 0);
    check_true(!pin->value);
    check_int(sb_pin_toggle(pin), 0);
    c->pins->put(17, 1);
    check_int(c->pins->level(17), 1);
}

CONTRACT(an_active_low_output_is_true_at_the_low_level)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17",
                                      SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW | SB_PIN_INITIAL_TRUE);

    check_int(c->pins->level(17), 0);
    check_true(pin->value);
    check_int(sb_pin_read(pin), 1);
    check_int(sb_pin_write(pin, false), 0);
    check_int(c->pins->level(17), 1);
    check_int(sb_pin_read(pin), 0);
    check_int(sb_pin_toggle(pin), 0);
    check_int(c->pins->level(17), 0);
    check_true(pin->value);
}

CONTRACT(an_open_drain_drives_low_and_lets_go_for_high)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17",
                                      SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_INITIAL_TRUE);

    c->pins->put(17, 1);
    check_int(c->pins->level(17), 1);
    check_int(sb_pin_read(pin), 1);
    c->pins->put(17, 0); /* somebody else on the wire */
    check_int(c->pins->level(17), 0);
    check_int(sb_pin_read(pin), 0);
    c->pins->put(17, 1);
    check_int(sb_pin_write(pin, false), 0);
    check_int(c->pins->level(17), 0);
    check_int(sb_pin_write(pin, true), 0);
    check_int(c->pins->level(17), 1);
}

CONTRACT(an_open_source_drives_high_and_lets_go_for_low)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT | SB_PIN_OPEN_SOURCE);

    c->pins->put(17, 0);
    check_int(c->pins->level(17), 0);
    c->pins->put(17, 1);
    check_int(c->pins->level(17), 1);
    check_int(sb_pin_read(pin), 1);
    c->pins->put(17, 0);
    check_int(sb_pin_write(pin, true), 0);
    check_int(c->pins->level(17), 1);
    check_int(sb_pin_write(pin, false), 0);
    check_int(c->pins->level(17), 0);
}

/* The levels are electrical: it is the driven one that is meant, whatever is true. */
CONTRACT(an_active_low_open_drain_drives_low_for_true)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17",
                                      SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_ACTIVE_LOW);

    c->pins->put(17, 1);
    check_int(c->pins->level(17), 1);
    check_int(sb_pin_write(pin, true), 0);
    check_int(c->pins->level(17), 0);
    check_int(sb_pin_write(pin, false), 0);
    check_int(c->pins->level(17), 1);
}

CONTRACT(an_open_drain_begins_with_true_without_a_glitch)
{
    c->pins->put(17, 0);
    (void)c->pins->history(17);
    (void)contract_pin(c, "GPIO17", SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_INITIAL_TRUE);
    check_text(c->pins->history(17), "");
    check_int(c->pins->level(17), 0);
}

/* ---- inputs */

CONTRACT(an_input_reads_what_the_outside_does)
{
    struct sb_pin *pin = contract_pin(c, "GPIO22", SB_PIN_INPUT);

    for (int i = 1; i < 5; i++) {
        c->pins->put(22, i % 2);
        check_int(sb_pin_read(pin), i % 2);
    }
}

CONTRACT(an_active_low_input_is_true_at_the_low_level)
{
    struct sb_pin *pin = contract_pin(c, "GPIO22", SB_PIN_INPUT | SB_PIN_ACTIVE_LOW);

    c->pins->put(22, 0);
    check_int(sb_pin_read(pin), 1);
    c->pins->put(22, 1);
    check_int(sb_pin_read(pin), 0);
}

CONTRACT(a_pull_is_the_level_while_nobody_drives)
{
    struct sb_pin *up;
    struct sb_pin *down;

    c->pins->put(22, -1);
    c->pins->put(23, -1);
    up = contract_pin(c, "GPIO22", SB_PIN_INPUT | SB_PIN_PULL_UP);
    down = contract_pin(c, "GPIO23", SB_PIN_INPUT | SB_PIN_PULL_DOWN);
    check_int(sb_pin_read(up), 1);
    check_int(sb_pin_read(down), 0);
    c->pins->put(22, 0);
    c->pins->put(23, 1);
    check_int(sb_pin_read(up), 0);
    check_int(sb_pin_read(down), 1);
}

/* A pull is electrical: it is the same one for an active-low input. */
CONTRACT(a_pull_up_of_an_active_low_input_reads_false)
{
    struct sb_pin *pin;

    c->pins->put(22, -1);
    pin = contract_pin(c, "GPIO22", SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW);
    check_int(sb_pin_read(pin), 0);
}

CONTRACT(an_input_may_keep_the_pull_that_it_has)
{
    struct sb_pin *pin = contract_pin(c, "GPIO22", SB_PIN_INPUT | SB_PIN_PULL_AS_IS);

    check_int(pin->flags, SB_PIN_INPUT | SB_PIN_PULL_AS_IS);
    c->pins->put(22, 1);
    check_int(sb_pin_read(pin), 1);
}

CONTRACT(an_input_cannot_be_written)
{
    struct sb_pin *pin = contract_pin(c, "GPIO22", SB_PIN_INPUT);

    c->pins->put(22, 0);
    check_int(sb_pin_write(pin, true), -EPERM);
    check_int(sb_pin_toggle(pin), -EPERM);
    check_true(!pin->value);
    check_int(c->pins->level(22), 0);
    check_int(sb_pin_read(pin), 0);
}

/* ---- changes */

CONTRACT(a_pin_changes_its_direction)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);

    c->pins->put(17, 0);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT), 0);
    check_int(pin->flags, SB_PIN_INPUT);
    check_true(!pin->value);
    check_int(sb_pin_read(pin), 0);
    check_int(sb_pin_write(pin, true), -EPERM);
    check_int(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE), 0);
    check_true(pin->value);
    check_int(c->pins->level(17), 1);
    check_int(sb_pin_write(pin, false), 0);
    check_int(c->pins->level(17), 0);
}

CONTRACT(a_pin_becomes_an_output_without_a_glitch)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_INPUT);

    c->pins->put(17, 0);
    (void)c->pins->history(17);
    check_int(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE), 0);
    check_text(c->pins->history(17), "1");
}

CONTRACT(a_pin_changes_its_pull_and_its_sense)
{
    struct sb_pin *pin = contract_pin(c, "GPIO22", SB_PIN_INPUT | SB_PIN_PULL_UP);

    c->pins->put(22, -1);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_DOWN), 0);
    check_int(sb_pin_read(pin), 0);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW), 0);
    check_int(sb_pin_read(pin), 0);
    check_int(c->pins->level(22), 1);
}

CONTRACT(a_pin_changes_its_drive)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);

    c->pins->put(17, 0);
    check_int(c->pins->level(17), 1);
    check_int(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_INITIAL_TRUE), 0);
    check_int(c->pins->level(17), 0);
    check_int(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE), 0);
    check_int(c->pins->level(17), 1);
}

CONTRACT(an_impossible_change_changes_nothing)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17",
                                      SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW | SB_PIN_INITIAL_TRUE);

    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_OUTPUT), -EINVAL);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_OPEN_DRAIN), -EINVAL);
    check_int(pin->flags, SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW | SB_PIN_INITIAL_TRUE);
    check_true(pin->value);
    check_int(c->pins->level(17), 0);
    check_int(sb_pin_write(pin, false), 0);
    check_int(c->pins->level(17), 1);
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(a_pin_goes_by_all_its_names),
    CONTRACT_TEST(a_name_that_the_board_does_not_have_is_enoent),
    CONTRACT_TEST(power_and_ground_are_einval),
    CONTRACT_TEST(a_pin_in_use_is_ebusy_by_any_name),
    CONTRACT_TEST(flags_that_contradict_each_other_are_einval),
    CONTRACT_TEST(a_success_has_no_text),
    CONTRACT_TEST(a_closed_pin_can_be_opened_anew_in_another_way),
    CONTRACT_TEST(an_output_begins_with_false),
    CONTRACT_TEST(an_output_begins_with_true_if_it_is_told_to),
    CONTRACT_TEST(an_output_begins_without_a_glitch),
    CONTRACT_TEST(what_is_written_is_on_the_line),
    CONTRACT_TEST(writing_the_same_again_changes_nothing),
    CONTRACT_TEST(an_output_drives_against_a_pull),
    CONTRACT_TEST(toggling_writes_the_opposite_of_what_was_written_last),
    CONTRACT_TEST(toggling_does_not_ask_the_line),
    CONTRACT_TEST(an_active_low_output_is_true_at_the_low_level),
    CONTRACT_TEST(an_open_drain_drives_low_and_lets_go_for_high),
    CONTRACT_TEST(an_open_source_drives_high_and_lets_go_for_low),
    CONTRACT_TEST(an_active_low_open_drain_drives_low_for_true),
    CONTRACT_TEST(an_open_drain_begins_with_true_without_a_glitch),
    CONTRACT_TEST(an_input_reads_what_the_outside_does),
    CONTRACT_TEST(an_active_low_input_is_true_at_the_low_level),
    CONTRACT_TEST(a_pull_is_the_level_while_nobody_drives),
    CONTRACT_TEST(a_pull_up_of_an_active_low_input_reads_false),
    CONTRACT_TEST(an_input_may_keep_the_pull_that_it_has),
    CONTRACT_TEST(an_input_cannot_be_written),
    CONTRACT_TEST(a_pin_changes_its_direction),
    CONTRACT_TEST(a_pin_becomes_an_output_without_a_glitch),
    CONTRACT_TEST(a_pin_changes_its_pull_and_its_sense),
    CONTRACT_TEST(a_pin_changes_its_drive),
    CONTRACT_TEST(an_impossible_change_changes_nothing),
};

CONTRACT_TESTS(pin_contract, "pins");
