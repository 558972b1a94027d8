/* SPDX-License-Identifier: MIT */
/* Which name was meant. */
#include "tests/support.h"

#include <stdio.h>

#include "lib/hal/nearest.h"

/* Of GPIO0 to GPIO53, as a Raspberry Pi has them, and STATUS_LED; "" when none. */
static const char *nearest_pin(const char *word)
{
    static char found[SB_NEAREST_SIZE];
    struct sb_nearest nearest;

    sb_nearest_init(&nearest, word);
    for (unsigned i = 0; i < 54; i++) {
        char name[16];

        snprintf(name, sizeof(name), "GPIO%u", i);
        (void)sb_nearest_try(&nearest, name);
    }
    (void)sb_nearest_try(&nearest, "STATUS_LED");
    snprintf(found, sizeof(found), "%s",
             sb_nearest_name(&nearest) == NULL ? "" : sb_nearest_name(&nearest));
    return found;
}

static void a_few_wrong_letters_are_seen_through(void **state)
{
    (void)state;
    assert_string_equal(nearest_pin("GPO17"), "GPIO17");
    assert_string_equal(nearest_pin("GPIOO17"), "GPIO17");
    assert_string_equal(nearest_pin("GPUI17"), "GPIO17");
    assert_string_equal(nearest_pin("gipo17"), "GPIO17");
    assert_string_equal(nearest_pin("GPI017"), "GPIO17");
    assert_string_equal(nearest_pin("STATUSLED"), "STATUS_LED");
    assert_string_equal(nearest_pin("thermometer"), "");
    assert_string_equal(nearest_pin("LED"), "");
    assert_string_equal(nearest_pin(""), "");
}

static void the_number_of_a_pin_stays_what_it_is(void **state)
{
    (void)state;
    assert_string_equal(nearest_pin("GP15"), "GPIO15");
    assert_string_equal(nearest_pin("GP5"), "GPIO5");
    assert_string_equal(nearest_pin("GP26"), "GPIO26");
    assert_string_equal(nearest_pin("IO4"), "GPIO4");
}

static void a_number_that_slipped_is_seen_through_if_there_is_one_like_it(void **state)
{
    (void)state;
    assert_string_equal(nearest_pin("GPIO71"), "GPIO17");
    assert_string_equal(nearest_pin("GPIO177"), "GPIO17");
    assert_string_equal(nearest_pin("GPIO99"), "");
    assert_string_equal(nearest_pin("GPIO"), "");
}

static void a_name_that_is_there_twice_is_no_doubt(void **state)
{
    struct sb_nearest nearest;

    (void)state;
    sb_nearest_init(&nearest, "GDN");
    assert_true(sb_nearest_try(&nearest, "GND"));
    assert_false(sb_nearest_try(&nearest, "GND"));
    assert_string_equal(sb_nearest_name(&nearest), "GND");
}

static void a_nearer_name_ends_a_doubt(void **state)
{
    struct sb_nearest nearest;

    (void)state;
    sb_nearest_init(&nearest, "steps");
    assert_true(sb_nearest_try(&nearest, "stops2"));
    assert_true(sb_nearest_try(&nearest, "stops"));
    assert_false(sb_nearest_try(&nearest, "stems"));
    assert_null(sb_nearest_name(&nearest));
    assert_true(sb_nearest_try(&nearest, "STEPS"));
    assert_string_equal(sb_nearest_name(&nearest), "STEPS");
}

static void names_that_are_too_long_are_left_out(void **state)
{
    static const char name[] = "0123456789012345678901234567890123456789012345678901234567890123";
    struct sb_nearest nearest;

    (void)state;
    sb_nearest_init(&nearest, name);
    assert_false(sb_nearest_try(&nearest, name));
    assert_true(sb_nearest_try(&nearest, name + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_few_wrong_letters_are_seen_through),
        cmocka_unit_test(the_number_of_a_pin_stays_what_it_is),
        cmocka_unit_test(a_number_that_slipped_is_seen_through_if_there_is_one_like_it),
        cmocka_unit_test(a_name_that_is_there_twice_is_no_doubt),
        cmocka_unit_test(a_nearer_name_ends_a_doubt),
        cmocka_unit_test(names_that_are_too_long_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
