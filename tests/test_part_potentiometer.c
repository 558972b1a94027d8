/* SPDX-License-Identifier: MIT */
/* Analog levels: potentiometers, what converters make of them, and what else may be on their wires. */
#include "tests/support.h"

#include <errno.h>
#include <string.h>

#include "sim/bus/adc.h"
#include "sim/board_sim.h"

static struct sb_world *world;
static struct sb_sim_board sim;
static struct sb_diag diag;

static struct sb_part *add(const char *type, const char *id, const char *value)
{
    const char *const attrs[1][2] = {{"value", value}};
    struct sb_part_spec spec = {
        .type = type, .id = id, .attrs = attrs, .attr_count = value != NULL};
    struct sb_part *part;

    check_int(sb_world_add_part(world, &spec, &part, &diag), 0);
    return part;
}

static void join(const char *a, const char *b)
{
    check_int(
        sb_world_connect(world, sb_world_terminal(world, a), sb_world_terminal(world, b), NULL), 0);
}

static void begin(const char *controller, uint64_t seed)
{
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), seed);
    add(controller, "board", NULL);
}

static struct sb_adc *start(const char *name)
{
    struct sb_adc *adc = NULL;

    check_int(sb_world_start(world, &diag), 0);
    check_int(sb_sim_board_init(&sim, world), 0);
    check_int(sb_board_adc(&sim.board, name, &adc), 0);
    return adc;
}

static void end(void)
{
    sb_sim_board_deinit(&sim);
    sb_world_destroy(world);
}

static int wiper(struct sb_part *pot, struct sb_adc *adc, double position)
{
    check_int(sb_part_set_control(pot, "position", position), 0);
    return sb_adc_read(adc);
}

/* spec/wokwi.md 2.4: 0 / 512 / 1023 on an Uno, 0 / 2048 / 4095 on an ESP32. */
TASK_TEST(positions_read_as_on_wokwis_boards)
{
    static const struct {
        const char *controller, *pin;
        unsigned bits;
        int code[3];
        int mv[3];
    } boards[] = {
        {"wokwi-arduino-uno", "A0", 10, {0, 512, 1023}, {0, 2502, 5000}},
        {"wokwi-esp32-devkit-v1", "D34", 12, {0, 2048, 4095}, {0, 1650, 3300}},
        {"wokwi-pi-pico", "GP26", 12, {0, 2048, 4095}, {0, 1650, 3300}},
        {"softboard-raspberry-pi", "ADC3", 12, {0, 2048, 4095}, {0, 1650, 3300}},
    };

    (void)arg;
    for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
        struct sb_part *pot;
        struct sb_adc *adc;
        char pin[32] = "board:";

        begin(boards[i].controller, 1);
        pot = add(i % 2 == 0 ? "wokwi-potentiometer" : "wokwi-slide-potentiometer", "pot1", NULL);
        strncat(pin, boards[i].pin, 8);
        join("pot1:SIG", pin);
        adc = start(boards[i].pin);
        for (int k = 0; k < 3; k++) {
            check_int(wiper(pot, adc, 0.5 * k) >> (16 - boards[i].bits), boards[i].code[k]);
            check_int(sb_adc_read_mv(adc), boards[i].mv[k]);
        }
        check_int(sb_adc_read(adc), SB_ADC_MAX);
        check_int(world->examiner.count, 0);
        end();
    }
    return 0;
}

TASK_TEST(the_attribute_says_where_it_is_at_first)
{
    struct sb_part *pot;

    (void)arg;
    begin("wokwi-arduino-uno", 1);
    pot = add("wokwi-potentiometer", "pot1", "256");
    join("pot1:SIG", "board:A0");
    check_int(sb_adc_read(start("A0")) >> 6, 256);
    check_true(pot->type->get_control(pot, 0) == 256 / 1023.0);
    check_int(sb_part_set_control(pot, "value", 0.5), -ENOENT);
    check_int(sb_part_set_control(pot, "position", 1.01), -ERANGE);
    check_int(sb_part_set_control(pot, "position", -0.01), -ERANGE);
    end();
    begin("wokwi-arduino-uno", 1);
    add("wokwi-potentiometer", "pot1", "1024");
    check_int(sb_world_start(world, &diag), -EINVAL);
    check_true(strstr(diag.last, "pot1: value is \"1024\": give 0 to 1023") != NULL);
    sb_world_destroy(world);
    return 0;
}

TASK_TEST(digitally_it_is_high_from_one_half_on)
{
    struct sb_part *pot;
    struct sb_pin *pin;

    (void)arg;
    begin("wokwi-arduino-uno", 1);
    pot = add("wokwi-potentiometer", "pot1", NULL);
    join("pot1:SIG", "board:2");
    start("A0");
    check_int(sb_board_pin(&sim.board, "2", SB_PIN_INPUT | SB_PIN_PULL_UP, &pin), 0);
    sb_part_set_control(pot, "position", 0.49);
    check_int(sb_pin_read(pin), 0);
    sb_part_set_control(pot, "position", 0.5);
    check_int(sb_pin_read(pin), 1);
    end();
    return 0;
}

TASK_TEST(a_look_changes_with_the_position_only)
{
    struct sb_part *pot;
    uint64_t count;

    (void)arg;
    begin("wokwi-arduino-uno", 1);
    pot = add("wokwi-potentiometer", "pot1", NULL);
    join("pot1:SIG", "board:A0");
    start("A0");
    count = pot->look_count;
    sb_part_set_control(pot, "position", 0.25);
    sb_part_set_control(pot, "position", 0.25);
    check_int(pot->look_count, count + 1);
    end();
    return 0;
}

TASK_TEST(digital_levels_and_outputs_read_as_the_ends)
{
    struct sb_part *pot;
    struct sb_adc *adc;
    struct sb_pin *pin;

    (void)arg;
    begin("wokwi-arduino-uno", 1);
    pot = add("wokwi-potentiometer", "pot1", NULL);
    join("pot1:SIG", "board:A0");
    join("board:A0", "board:2");
    adc = start("A0");
    wiper(pot, adc, 0.25);
    check_int(sb_board_pin(&sim.board, "2", SB_PIN_INPUT | SB_PIN_PULL_UP, &pin), 0);
    check_int(sb_adc_read(adc) >> 6, 256); /* a pull is weaker than the wiper */
    sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);
    check_int(sb_adc_read(adc), SB_ADC_MAX);
    sb_pin_write(pin, false);
    check_int(sb_adc_read(adc), 0);
    sb_pin_close(pin);
    check_int(sb_adc_read(adc) >> 6, 256);
    end();
    return 0;
}

TASK_TEST(a_resistor_between_passes_the_voltage_on)
{
    struct sb_part *pot;
    struct sb_adc *adc;

    (void)arg;
    begin("wokwi-arduino-uno", 1);
    pot = add("wokwi-potentiometer", "pot1", NULL);
    add("wokwi-resistor", "r1", "1000");
    join("pot1:SIG", "r1:1");
    join("r1:2", "board:A0");
    adc = start("A0");
    check_int(wiper(pot, adc, 0.75) >> 6, 768);
    end();
    return 0;
}

TASK_TEST(an_input_that_floats_is_reported_once)
{
    struct sb_adc *adc;

    (void)arg;
    begin("softboard-raspberry-pi", 1);
    adc = start("adc2");
    check_int(sb_adc_read(adc), 0);
    check_int(sb_adc_read(adc), 0);
    check_int(world->examiner.rule_counts[SB_RULE_INPUT_FLOATING], 1);
    check_text(world->examiner.kept[0].text,
               "ADC2 (adc2) is read while nothing drives it: wire it");
    end();
    return 0;
}

static void set_fault(struct sb_part *part, const char *name, bool is_on)
{
    int fault = sb_part_fault_find(part, name);

    check_true(fault >= 0);
    part->type->set_fault(part, (unsigned)fault, is_on);
}

TASK_TEST(a_stuck_wiper_stays_until_it_comes_loose)
{
    struct sb_part *pot;
    struct sb_adc *adc;

    (void)arg;
    begin("wokwi-arduino-uno", 1);
    pot = add("wokwi-potentiometer", "pot1", NULL);
    join("pot1:SIG", "board:A0");
    adc = start("A0");
    wiper(pot, adc, 0.25);
    set_fault(pot, "stuck", true);
    check_int(wiper(pot, adc, 0.75) >> 6, 256);
    set_fault(pot, "stuck", false);
    check_int(sb_adc_read(adc) >> 6, 768);
    end();
    return 0;
}

static void read_noisy(uint64_t seed, int samples[100])
{
    struct sb_part *pot;
    struct sb_adc *adc;

    begin("softboard-raspberry-pi", seed);
    pot = add("wokwi-potentiometer", "pot1", NULL);
    join("pot1:SIG", "board:ADC0");
    adc = start("adc0");
    check_int(wiper(pot, adc, 0.5) >> 4, 2048);
    set_fault(pot, "noise", true);
    for (int i = 0; i < 100; i++)
        samples[i] = sb_adc_read(adc);
    set_fault(pot, "noise", false);
    check_int(sb_adc_read(adc) >> 4, 2048);
    end();
}

TASK_TEST(noise_is_within_two_percent_and_the_same_for_one_seed)
{
    int first[100];
    int again[100];
    int other[100];
    int least = SB_ADC_MAX;
    int most = 0;

    (void)arg;
    read_noisy(1, first);
    read_noisy(1, again);
    read_noisy(2, other);
    check_true(memcmp(first, again, sizeof(first)) == 0);
    check_true(memcmp(first, other, sizeof(first)) != 0);
    for (int i = 0; i < 100; i++) {
        least = first[i] < least ? first[i] : least;
        most = first[i] > most ? first[i] : most;
    }
    check_true(least >= 32768 - 1328 && least < 32768 - 650);
    check_true(most <= 32768 + 1328 && most > 32768 + 650);
    return 0;
}

TASK_TEST(codes_of_all_resolutions_fill_sixteen_bits)
{
    struct sb_analog analog = {.fraction = 1};
    struct sb_terminal *terminal;

    (void)arg;
    begin("softboard-raspberry-pi", 1);
    start("adc1");
    terminal = sb_world_terminal(world, "board:ADC0");
    check_int(sb_sim_adc_sample(terminal, 12), -EAGAIN);
    sb_terminal_drive_analog(terminal, &analog);
    for (unsigned bits = 8; bits <= 16; bits++)
        check_int(sb_sim_adc_sample(terminal, bits), SB_ADC_MAX);
    analog.fraction = 0x81 / 256.0;
    sb_terminal_drive_analog(terminal, &analog);
    check_int(sb_sim_adc_sample(terminal, 8), 0x8181);
    check_int(sb_sim_adc_sample(terminal, 12), 0x8108);
    check_int(sb_sim_adc_sample(terminal, 16), 0x8100);
    end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_read_as_on_wokwis_boards),
        cmocka_unit_test(the_attribute_says_where_it_is_at_first),
        cmocka_unit_test(digitally_it_is_high_from_one_half_on),
        cmocka_unit_test(a_look_changes_with_the_position_only),
        cmocka_unit_test(digital_levels_and_outputs_read_as_the_ends),
        cmocka_unit_test(a_resistor_between_passes_the_voltage_on),
        cmocka_unit_test(an_input_that_floats_is_reported_once),
        cmocka_unit_test(a_stuck_wiper_stays_until_it_comes_loose),
        cmocka_unit_test(noise_is_within_two_percent_and_the_same_for_one_seed),
        cmocka_unit_test(codes_of_all_resolutions_fill_sixteen_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
