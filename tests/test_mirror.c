/* SPDX-License-Identifier: MIT */
/* Mirrored worlds: parts look only, levels that were seen are true, and time is told. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>

#include "lib/hal/tap.h"
#include "sim/mirror.h"
#include "sim/parts/part_button.h"
#include "sim/parts/part_led.h"

static struct sb_world *world;
static struct sb_diag diag;

static struct sb_part *add(const char *type, const char *id)
{
    struct sb_part_spec spec = {.type = type, .id = id};
    struct sb_part *part = NULL;

    check_int(sb_world_add_part(world, &spec, &part, &diag), 0);
    return part;
}

static struct sb_terminal *at(const char *endpoint)
{
    return sb_world_terminal(world, endpoint);
}

static void join(const char *a, const char *b)
{
    check_int(sb_world_connect(world, at(a), at(b), NULL), 0);
}

static void begin(void)
{
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), 1);
    sb_mirror_init(world);
    add("softboard-raspberry-pi", "pi");
}

static void start(void)
{
    check_int(sb_world_start(world, &diag), 0);
    sb_mirror_advance(world, 0);
}

/* No rule was broken, either. */
static void end(void)
{
    check_int(world->examiner.count, 0);
    sb_world_destroy(world);
}

static enum sb_level level_of(const char *endpoint)
{
    return sb_terminal_level(at(endpoint));
}

/* ---- levels */

TASK_TEST(parts_drive_nothing)
{
    (void)arg;
    begin();
    add("wokwi-ir-receiver", "ir");
    add("wokwi-potentiometer", "knob");
    join("ir:DAT", "pi:GPIO24");
    join("knob:SIG", "pi:ADC0");
    start();
    check_int(level_of("pi:GPIO24"), SB_LEVEL_FLOATING);
    check_int(level_of("pi:ADC0"), SB_LEVEL_FLOATING);
    end();
    return 0;
}

TASK_TEST(supplies_and_resistors_are_what_they_were)
{
    struct sb_part_led *led;

    (void)arg;
    begin();
    led = (struct sb_part_led *)add("wokwi-led", "led");
    add("wokwi-resistor", "r");
    join("pi:3V3", "r:1");
    join("r:2", "led:A");
    join("led:C", "pi:GPIO17");
    start();
    check_true(!led->is_lit);
    sb_mirror_drive(at("pi:GPIO17"), false);
    check_true(led->is_lit);
    sb_mirror_drive(at("pi:GPIO17"), true);
    check_true(!led->is_lit);
    end();
    return 0;
}

TASK_TEST(a_level_that_was_seen_stays_until_another_is_seen)
{
    (void)arg;
    begin();
    start();
    sb_mirror_see(at("pi:GPIO24"), true);
    check_int(level_of("pi:GPIO24"), SB_LEVEL_HIGH);
    sb_mirror_see(at("pi:GPIO24"), false);
    check_int(level_of("pi:GPIO24"), SB_LEVEL_LOW);
    sb_mirror_release(at("pi:GPIO24"));
    check_int(level_of("pi:GPIO24"), SB_LEVEL_FLOATING);
    end();
    return 0;
}

TASK_TEST(an_output_is_no_conflict_with_what_was_seen_before_it_changed)
{
    (void)arg;
    begin();
    join("pi:GPIO5", "pi:GPIO6");
    start();
    sb_mirror_drive(at("pi:GPIO5"), false);
    sb_mirror_see(at("pi:GPIO6"), false);
    sb_mirror_drive(at("pi:GPIO5"), true);
    check_int(level_of("pi:GPIO6"), SB_LEVEL_HIGH);
    sb_mirror_see(at("pi:GPIO6"), true);
    check_int(level_of("pi:GPIO6"), SB_LEVEL_HIGH);
    end();
    return 0;
}

TASK_TEST(of_two_inputs_on_a_wire_the_last_one_seen_is_true)
{
    (void)arg;
    begin();
    join("pi:GPIO5", "pi:GPIO6");
    start();
    sb_mirror_see(at("pi:GPIO5"), false);
    sb_mirror_see(at("pi:GPIO6"), false);
    sb_mirror_see(at("pi:GPIO5"), true);
    check_int(level_of("pi:GPIO6"), SB_LEVEL_HIGH);
    sb_mirror_see(at("pi:GPIO6"), false);
    check_int(level_of("pi:GPIO5"), SB_LEVEL_LOW);
    end();
    return 0;
}

TASK_TEST(two_outputs_that_fight_are_a_conflict_all_the_same)
{
    (void)arg;
    begin();
    join("pi:GPIO5", "pi:GPIO6");
    start();
    sb_mirror_drive(at("pi:GPIO5"), false);
    sb_mirror_drive(at("pi:GPIO6"), true);
    check_int(level_of("pi:GPIO5"), SB_LEVEL_CONFLICT);
    check_int(world->examiner.rule_counts[SB_RULE_WIRE_CONFLICT], 1);
    sb_world_destroy(world);
    return 0;
}

/* ---- what a person sees */

static bool looks_pressed(const struct sb_part *part)
{
    sb_mirror_look(world);
    return ((const struct sb_part_button *)part)->is_pressed;
}

TASK_TEST(a_button_to_ground_looks_pressed_while_its_line_is_low)
{
    struct sb_part *button;

    (void)arg;
    begin();
    button = add("wokwi-pushbutton", "btn");
    join("btn:1.l", "pi:GPIO27");
    join("btn:2.l", "pi:GND.1");
    start();
    check_true(!looks_pressed(button)); /* nobody has opened the pin */
    sb_mirror_see(at("pi:GPIO27"), true);
    check_true(!looks_pressed(button));
    sb_mirror_see(at("pi:GPIO27"), false);
    check_true(looks_pressed(button));
    check_int(button->look_count, 1);
    sb_mirror_see(at("pi:GPIO27"), true);
    check_true(!looks_pressed(button));
    end();
    return 0;
}

TASK_TEST(a_button_to_the_supply_looks_pressed_while_its_line_is_high)
{
    struct sb_part *button;

    (void)arg;
    begin();
    button = add("wokwi-pushbutton-6mm", "btn");
    join("btn:1.l", "pi:GPIO27");
    join("btn:2.r", "pi:3V3");
    start();
    sb_mirror_see(at("pi:GPIO27"), false);
    check_true(!looks_pressed(button));
    sb_mirror_see(at("pi:GPIO27"), true);
    check_true(looks_pressed(button));
    end();
    return 0;
}

TASK_TEST(a_key_of_a_matrix_looks_pressed_while_its_row_pulls_its_column_low)
{
    struct sb_part *button;

    (void)arg;
    begin();
    button = add("wokwi-pushbutton", "btn");
    join("btn:1.l", "pi:GPIO5");
    join("btn:2.l", "pi:GPIO6");
    start();
    sb_mirror_drive(at("pi:GPIO5"), true);
    sb_mirror_see(at("pi:GPIO6"), true);
    check_true(!looks_pressed(button));
    sb_mirror_drive(at("pi:GPIO5"), false);
    sb_mirror_see(at("pi:GPIO6"), false);
    check_true(looks_pressed(button));
    end();
    return 0;
}

TASK_TEST(a_button_is_seen_behind_a_resistor_although_another_pulls_it_up)
{
    struct sb_part *button;

    (void)arg;
    begin();
    button = add("wokwi-pushbutton", "btn");
    add("wokwi-resistor", "series");
    add("wokwi-resistor", "pull");
    join("pi:GPIO27", "series:1");
    join("series:2", "btn:1.l");
    join("pull:1", "btn:1.r");
    join("pull:2", "pi:3V3");
    join("btn:2.l", "pi:GND.1");
    start();
    sb_mirror_see(at("pi:GPIO27"), true);
    check_true(!looks_pressed(button));
    sb_mirror_see(at("pi:GPIO27"), false);
    check_true(looks_pressed(button));
    end();
    return 0;
}

TASK_TEST(a_knob_stands_where_the_last_sample_says)
{
    struct sb_analog sample = {.fraction = 0.25};
    struct sb_part *knob;

    (void)arg;
    begin();
    knob = add("wokwi-potentiometer", "knob");
    join("knob:SIG", "pi:ADC1");
    start();
    sb_mirror_sample(at("pi:ADC1"), &sample);
    sb_mirror_look(world);
    check_true(knob->type->get_control(knob, 0) == 0.25);
    sample.fraction = 0.26; /* digitally the same */
    sb_mirror_sample(at("pi:ADC1"), &sample);
    sb_mirror_look(world);
    check_true(knob->type->get_control(knob, 0) == 0.26);
    check_int(knob->look_count, 2);
    end();
    return 0;
}

/* A read of three bytes from an address of the bus. */
static void read_three(unsigned address, uint8_t high, uint8_t low, uint8_t checksum)
{
    const uint8_t in[] = {high, low, checksum};
    const struct sb_tap_transfer transfer = {.address = address, .in = in, .in_size = 3};

    sb_mirror_transfer(at("pi:GPIO2"), &transfer);
}

TASK_TEST(a_sensor_shows_what_the_program_has_read_of_it)
{
    const struct sb_part *sensor;

    (void)arg;
    begin();
    sensor = add("softboard-htu21d", "htu");
    join("htu:SDA", "pi:GPIO2");
    join("htu:SCL", "pi:GPIO3");
    start();
    read_three(0x40, 0x68, 0x38, 0x1e);
    read_three(0x40, 0x4e, 0x86, 0x38); /* bit 1: a humidity */
    note("%.2f C %.2f %%", sensor->type->get_control(sensor, 0),
         sensor->type->get_control(sensor, 1));
    read_three(0x41, 0x00, 0x00, 0x00); /* another device */
    read_three(0x40, 0x00, 0x00, 0x01); /* damaged */
    note("%.2f C %.2f %%", sensor->type->get_control(sensor, 0),
         sensor->type->get_control(sensor, 1));
    check_text(notes(), "24.69 C 32.34 % | 24.69 C 32.34 %");
    check_int(sensor->look_count, 2);
    end();
    return 0;
}

TASK_TEST(nobody_moves_a_part_here)
{
    struct sb_part *button;

    (void)arg;
    begin();
    button = add("wokwi-pushbutton", "btn");
    join("btn:1.l", "pi:GPIO27");
    join("btn:2.l", "pi:GND.1");
    start();
    sb_mirror_see(at("pi:GPIO27"), true);
    check_int(sb_part_set_control(button, "pressed", 1), -EROFS);
    check_true(!looks_pressed(button));
    check_int(level_of("pi:GPIO27"), SB_LEVEL_HIGH);
    end();
    return 0;
}

/* ---- time */

TASK_TEST(time_is_told_and_never_goes_back)
{
    (void)arg;
    begin();
    start();
    sb_sleep_ms(5);
    check_int(sb_world_now_ns(world), 0);
    sb_mirror_advance(world, 3000);
    sb_mirror_advance(world, 2000);
    sb_mirror_drive(at("pi:GPIO17"), true);
    check_int(sb_world_now_ns(world), 3000);
    check_int(at("pi:GPIO17")->wire->changed_ns, 3000);
    end();
    return 0;
}

TASK_TEST(a_display_has_had_its_power_for_long_when_the_program_starts)
{
    static const char *const lines[] = {"RS", "E", "D4", "D5", "D6", "D7"};
    static const char *const pins[] = {"pi:GPIO7",  "pi:GPIO8",  "pi:GPIO10",
                                       "pi:GPIO11", "pi:GPIO12", "pi:GPIO13"};
    char endpoint[16];

    (void)arg;
    begin();
    add("wokwi-lcd1602", "lcd");
    for (unsigned i = 0; i < 6; i++) {
        snprintf(endpoint, sizeof(endpoint), "lcd:%s", lines[i]);
        join(endpoint, pins[i]);
    }
    start();
    for (unsigned i = 0; i < 6; i++) /* function set, 8 bits: D5 and D4 */
        sb_mirror_drive(at(pins[i]), i == 2 || i == 3);
    sb_mirror_advance(world, 1000);
    sb_mirror_drive(at("pi:GPIO8"), true);
    sb_mirror_advance(world, 2000);
    sb_mirror_drive(at("pi:GPIO8"), false);
    end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_drive_nothing),
        cmocka_unit_test(supplies_and_resistors_are_what_they_were),
        cmocka_unit_test(a_level_that_was_seen_stays_until_another_is_seen),
        cmocka_unit_test(an_output_is_no_conflict_with_what_was_seen_before_it_changed),
        cmocka_unit_test(of_two_inputs_on_a_wire_the_last_one_seen_is_true),
        cmocka_unit_test(two_outputs_that_fight_are_a_conflict_all_the_same),
        cmocka_unit_test(a_button_to_ground_looks_pressed_while_its_line_is_low),
        cmocka_unit_test(a_button_to_the_supply_looks_pressed_while_its_line_is_high),
        cmocka_unit_test(a_key_of_a_matrix_looks_pressed_while_its_row_pulls_its_column_low),
        cmocka_unit_test(a_button_is_seen_behind_a_resistor_although_another_pulls_it_up),
        cmocka_unit_test(a_knob_stands_where_the_last_sample_says),
        cmocka_unit_test(a_sensor_shows_what_the_program_has_read_of_it),
        cmocka_unit_test(nobody_moves_a_part_here),
        cmocka_unit_test(time_is_told_and_never_goes_back),
        cmocka_unit_test(a_display_has_had_its_power_for_long_when_the_program_starts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
