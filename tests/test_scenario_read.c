/* SPDX-License-Identifier: MIT */
/* Scenarios that are wrong: each is refused before the run, with its exact message. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "sim/files/board_file.h"
#include "sim/clock_virtual.h"
#include "sim/scenario/scenario.h"

#if SB_HAVE_YAML

static const char board[] = "{\"version\": 1, \"parts\": ["
                            "{\"type\": \"softboard-raspberry-pi\", \"id\": \"pi\"},"
                            "{\"type\": \"wokwi-led\", \"id\": \"led1\"},"
                            "{\"type\": \"wokwi-pushbutton\", \"id\": \"btn1\"},"
                            "{\"type\": \"wokwi-lcd1602\", \"id\": \"lcd1\"}]}";

static struct sb_clock clock;
static struct sb_loop loop;
static struct sb_world *world;

static int set_up(void **state)
{
    struct sb_diag diag;

    (void)state;
    sb_diag_init(&diag, NULL, NULL);
    sb_clock_virtual_init(&clock, SB_YIELD_COST_NS);
    sb_loop_init(&loop, &(struct sb_loop_config){.clock = &clock});
    world = sb_world_create(&loop, 1);
    if (sb_board_file_parse(world, "b.json", board, strlen(board), &diag) < 0)
        return -1;
    return sb_world_start(world, &diag);
}

static int tear_down(void **state)
{
    (void)state;
    sb_world_destroy(world);
    sb_loop_deinit(&loop);
    return 0;
}

static void refuse_text(const char *text, const char *message)
{
    struct sb_scenario *scenario = NULL;
    struct sb_diag diag;

    sb_diag_init(&diag, NULL, NULL);
    assert_int_equal(sb_scenario_parse(&scenario, world, "t/s.yaml", text, strlen(text), &diag),
                     -EINVAL);
    assert_string_equal(diag.last, message);
    assert_int_equal(diag.error_count, 1);
    assert_null(scenario);
}

/* The steps begin in line 4. */
static void refuse(const char *steps, const char *message)
{
    char text[1024];

    snprintf(text, sizeof(text), "name: Test\nversion: 1\nsteps:\n%s", steps);
    refuse_text(text, message);
}

static struct sb_scenario *accept(const char *text)
{
    struct sb_scenario *scenario = NULL;
    struct sb_diag diag;

    sb_diag_init(&diag, NULL, NULL);
    if (sb_scenario_parse(&scenario, world, "t/s.yaml", text, strlen(text), &diag) < 0)
        fail_msg("refused: %s", diag.last);
    return scenario;
}

static void a_good_scenario_has_a_name_and_steps(void **state)
{
    struct sb_scenario *scenario = accept(
        "name: 'A: b' # c\nversion: 1\nauthor: X\nsteps:\n  - delay: 500ms\n"
        "  - name: Press\n    set-control:\n      part-id: btn1\n      control: pressed\n"
        "      value: 1\n  - expect-pin: {part-id: pi, pin: GPIO17 , value: 0}\n");

    (void)state;
    assert_string_equal(sb_scenario_name(scenario), "A: b");
    assert_int_equal(sb_scenario_step_count(scenario), 3);
    assert_int_equal(sb_scenario_steps_done(scenario), 0);
    assert_string_equal(sb_scenario_failure(scenario), "");
    sb_scenario_destroy(scenario);
}

static void a_scenario_may_be_json(void **state)
{
    static const char text[] =
        "{\"name\": \"T\", \"version\": 1, \"steps\": [{\"delay\": \"1s\"}]}";
    struct sb_scenario *scenario;
    struct sb_diag diag;

    (void)state;
    sb_diag_init(&diag, NULL, NULL);
    assert_int_equal(sb_scenario_parse(&scenario, world, "s.json", text, strlen(text), &diag), 0);
    sb_scenario_destroy(scenario);
}

static void the_shape_of_the_file_is_checked(void **state)
{
    (void)state;
    refuse_text("- a\n", "t/s.yaml:1:1: a scenario must be a mapping with name, version, steps");
    refuse_text("version: 1\nsteps: [{delay: 1s}]\n",
                "t/s.yaml:1:1: no name: add \"name: What it checks\"");
    refuse_text("name: [1]\nversion: 1\nsteps: [{delay: 1s}]\n",
                "t/s.yaml:1:7: name must be a text");
    refuse_text("name: T\nsteps: [{delay: 1s}]\n", "t/s.yaml:1:1: no version: add \"version: 1\"");
    refuse_text("name: T\nversion: 2\nsteps: [{delay: 1s}]\n", "t/s.yaml:2:10: version must be 1");
    refuse_text("name: T\nversion: 1\n", "t/s.yaml:1:1: no steps: add \"steps:\" and a list");
    refuse_text("name: T\nversion: 1\nsteps: []\n",
                "t/s.yaml:3:8: steps must be a list with at least one step");
    refuse_text("name: T\nversion: 1\nsteps:\n  delay: 1s\n",
                "t/s.yaml:4:3: steps must be a list with at least one step");
    refuse_text("name: T\nversion: 1\nstep: []\nsteps: [{delay: 1s}]\n",
                "t/s.yaml:3:1: unknown key \"step\" in a scenario: did you mean \"steps\"?");
    refuse_text("name: T\nname: U\n",
                "t/s.yaml:2:1: duplicate key \"name\": it stands at 1:1 already");
    refuse_text("name: &a T\n",
                "t/s.yaml:1:7: anchor &a: anchors are not read here, write the value out");
}

static void a_missing_file_is_refused(void **state)
{
    struct sb_scenario *scenario;
    struct sb_diag diag;

    (void)state;
    sb_diag_init(&diag, NULL, NULL);
    assert_int_equal(sb_scenario_read(&scenario, world, "nowhere/s.yaml", &diag), -EINVAL);
    assert_string_equal(diag.last, "nowhere/s.yaml: cannot be opened: No such file or directory");
}

static void each_step_has_one_action_that_is_known(void **state)
{
    (void)state;
    refuse("- 5\n", "t/s.yaml:4:3: a step must be a mapping like \"- delay: 500ms\"");
    refuse("- name: Nothing\n",
           "t/s.yaml:4:3: a step that does nothing: add an action like \"delay: 500ms\"");
    refuse("- name: {}\n  delay: 1s\n", "t/s.yaml:4:9: name must be a text");
    refuse("- delay: 1s\n  expect-pin: {part-id: led1, pin: A, value: 1}\n",
           "t/s.yaml:5:3: delay and expect-pin in one step: make two steps of it, each with its "
           "\"-\"");
    refuse("- wait-pins: {}\n",
           "t/s.yaml:4:3: unknown step \"wait-pins\": did you mean \"wait-pin\"?");
    refuse(
        "- sing: {}\n",
        "t/s.yaml:4:3: unknown step \"sing\": the steps are name, delay, set-control, expect-pin, "
        "wait-pin, expect-edges, expect-pulse, expect-lcd, wait-lcd, take-screenshot, play, "
        "ir-send, fault, wait-serial, write-serial");
}

static void steps_of_later_versions_are_named_as_such(void **state)
{
    static const char *const steps[] = {"expect-chip-output", "touch", "touch-press",
                                        "touch-release", "touch-move"};
    char text[64];
    char message[128];

    (void)state;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        snprintf(text, sizeof(text), "- %s: x\n", steps[i]);
        snprintf(message, sizeof(message),
                 "t/s.yaml:4:3: step \"%s\" is not supported in this version: remove it", steps[i]);
        refuse(text, message);
    }
}

static void times_need_a_unit(void **state)
{
    (void)state;
    refuse(
        "- delay: 500\n",
        "t/s.yaml:4:10: delay 500 has no unit: write \"500ms\" or another of ns, us, ms, s, m, h");
    refuse(
        "- delay: '1.5'\n",
        "t/s.yaml:4:10: delay 1.5 has no unit: write \"1.5ms\" or another of ns, us, ms, s, m, h");
    refuse(
        "- delay: 5 parsecs\n",
        "t/s.yaml:4:10: delay \"5 parsecs\" is no time: write a number and one of ns, us, ms, s, "
        "m, h, like \"500ms\"");
    refuse(
        "- delay: -1s\n",
        "t/s.yaml:4:10: delay \"-1s\" is no time: write a number and one of ns, us, ms, s, m, h, "
        "like \"500ms\"");
    refuse(
        "- delay: [1s]\n",
        "t/s.yaml:4:10: delay \"...\" is no time: write a number and one of ns, us, ms, s, m, h, "
        "like \"500ms\"");
    refuse("- delay: 9999999h\n", "t/s.yaml:4:10: delay \"9999999h\" is longer than 292 years");
    refuse(
        "- wait-pin: {part-id: led1, pin: A, value: 1, within: 30}\n",
        "t/s.yaml:4:55: within 30 has no unit: write \"30ms\" or another of ns, us, ms, s, m, h");
}

static void parts_pins_and_levels_are_checked(void **state)
{
    (void)state;
    refuse("- expect-pin: led1\n",
           "t/s.yaml:4:15: expect-pin must be a mapping with part-id and so on");
    refuse("- expect-pin: {pin: A, value: 1}\n",
           "t/s.yaml:4:15: expect-pin without \"part-id\": add it");
    refuse("- expect-pin: {part-id: led2, pin: A, value: 1}\n",
           "t/s.yaml:4:25: the board has no part \"led2\": did you mean \"led1\"?");
    refuse("- expect-pin: {part-id: speaker, pin: A, value: 1}\n",
           "t/s.yaml:4:25: the board has no part \"speaker\": its parts are pi, led1, btn1, lcd1");
    refuse("- expect-pin: {part-id: led1, value: 1}\n",
           "t/s.yaml:4:15: expect-pin without \"pin\": add it");
    refuse("- expect-pin: {part-id: led1, pin: anode, value: 1}\n",
           "t/s.yaml:4:36: led1 (wokwi-led) has no pin \"anode\": its pins are A, C");
    refuse("- expect-pin: {part-id: led1, name: anode, value: 1}\n",
           "t/s.yaml:4:37: led1 (wokwi-led) has no pin \"anode\": its pins are A, C");
    refuse("- expect-pin: {part-id: led1, pin: A, name: A, value: 1}\n",
           "t/s.yaml:4:39: \"pin\" and \"name\" mean the same: give one of them");
    refuse("- expect-pin: {part-id: led1, pin: A}\n",
           "t/s.yaml:4:15: expect-pin without \"value\": add it");
    refuse("- expect-pin: {part-id: led1, pin: A, value: 2}\n",
           "t/s.yaml:4:46: value must be 0 or 1");
    refuse("- expect-pin: {part-id: led1, pin: A, expected: high}\n",
           "t/s.yaml:4:49: expected must be 0 or 1");
    refuse("- expect-pin: {part-id: led1, pin: A, value: 1, wihtin: 1s}\n",
           "t/s.yaml:4:49: unknown key \"wihtin\" in expect-pin: did you mean \"within\"?");
}

static void controls_are_checked(void **state)
{
    (void)state;
    refuse("- set-control: {part-id: btn1, name: press, value: 1}\n",
           "t/s.yaml:4:38: btn1 (wokwi-pushbutton) has no control \"press\": did you mean "
           "\"pressed\"?");
    refuse("- set-control: {part-id: btn1, control: position, value: 1}\n",
           "t/s.yaml:4:41: btn1 (wokwi-pushbutton) has no control \"position\": the only one "
           "is pressed");
    refuse("- set-control: {part-id: led1, name: pressed, value: 1}\n",
           "t/s.yaml:4:38: led1 (wokwi-led) has no control \"pressed\": there are none");
    refuse("- set-control: {part-id: btn1, name: pressed}\n",
           "t/s.yaml:4:16: set-control without \"value\": add it");
    refuse("- set-control: {part-id: btn1, name: pressed, value: down}\n",
           "t/s.yaml:4:54: value must be a number");
    refuse("- set-control: {part-id: btn1, name: pressed, value: 1.5}\n",
           "t/s.yaml:4:54: btn1 pressed is 1.5: it takes 0 to 1");
}

static void edges_and_pulses_are_checked(void **state)
{
    (void)state;
    refuse("- expect-edges: {part-id: led1, pin: A, count: 1}\n",
           "t/s.yaml:4:17: expect-edges without \"during\": add it");
    refuse("- expect-edges: {part-id: led1, pin: A, count: 1, during: 0}\n",
           "t/s.yaml:4:59: during must be more than 0");
    refuse("- expect-edges: {part-id: led1, pin: A, count: 1.5, during: 1s}\n",
           "t/s.yaml:4:48: count must be a whole number, 0 or more");
    refuse("- expect-edges: {part-id: led1, pin: A, count: {}, during: 1s}\n",
           "t/s.yaml:4:48: count without \"min\" and \"max\": add one of them");
    refuse("- expect-edges: {part-id: led1, pin: A, count: {min: 2, max: 1}, during: 1s}\n",
           "t/s.yaml:4:48: min is more than max: exchange them");
    refuse("- expect-edges: {part-id: led1, pin: A, count: {least: 2}, during: 1s}\n",
           "t/s.yaml:4:49: unknown key \"least\" in count: its keys are min, max");
    refuse(
        "- expect-pulse: {part-id: led1, pin: A, level: 1}\n",
        "t/s.yaml:4:17: expect-pulse without \"within\": add the time in which the pulse must end");
    refuse("- expect-pulse: {part-id: led1, pin: A, within: 1s}\n",
           "t/s.yaml:4:17: expect-pulse without \"level\": add it");
    refuse("- expect-pulse: {part-id: led1, pin: A, level: 1, min: 2ms, max: 1ms, within: 1s}\n",
           "t/s.yaml:4:56: min is more than max: exchange them");
}

static void displays_are_checked(void **state)
{
    (void)state;
    refuse("- expect-lcd: {part-id: led1, text: x}\n",
           "t/s.yaml:4:25: led1 (wokwi-led) shows no text: name a display");
    refuse("- expect-lcd: {part-id: lcd1}\n", "t/s.yaml:4:15: expect-lcd without \"text\": add it");
    refuse("- expect-lcd: {part-id: lcd1, text: }\n",
           "t/s.yaml:4:37: text must be a text; \"\" is an empty line");
    refuse("- expect-lcd: {part-id: lcd1, text: x, line: 0}\n",
           "t/s.yaml:4:46: lines count from 1");
    refuse("- expect-lcd: {part-id: lcd1, text: x, line: 3}\n",
           "t/s.yaml:4:46: lcd1 has no line 3: lines count from 1");
    refuse("- expect-lcd: {part-id: lcd1, text: x, match: exactly}\n",
           "t/s.yaml:4:47: unknown match \"exactly\": did you mean \"exact\"?");
    refuse("- wait-lcd: {part-id: lcd1, text: '(', match: regex}\n",
           "t/s.yaml:4:35: bad regular expression: Unmatched ( or \\(");
    refuse(
        "- wait-lcd: {part-id: lcd1, text: 'a{255}{255}', match: regex}\n",
        "t/s.yaml:4:35: the regular expression is too large: it may be 200 bytes long and repeat "
        "1000 times");
}

static void files_are_checked(void **state)
{
    (void)state;
    refuse("- play: {part-id: led1, file: x.sr}\n",
           "t/s.yaml:4:19: led1 (wokwi-led) plays no recordings: name a part that does");
    refuse("- take-screenshot: {part-id: lcd1}\n",
           "t/s.yaml:4:20: take-screenshot without \"save-to\": add it");
    refuse(
        "- take-screenshot: {part-id: lcd1, save-to: nowhere/x.png}\n",
        "t/s.yaml:4:45: the folder \"t/nowhere\" cannot be written to: No such file or directory");
    refuse("- take-screenshot: {part-id: lcd1, compare-with: x.png}\n",
           "t/s.yaml:4:36: unknown key \"compare-with\" in take-screenshot: its keys are part-id, "
           "save-to");
}

static void unknown_keys_can_be_ignored_but_not_unknown_steps(void **state)
{
    static const char good[] =
        "name: T\nversion: 1\nx: 1\nsteps:\n- wait-pin: {part-id: led1, pin: "
        "A, value: 1, y: 2}\n";
    static const char bad[] = "name: T\nversion: 1\nsteps:\n- sing: 1\n";
    struct sb_scenario *scenario;
    struct sb_diag diag;

    (void)state;
    sb_diag_init(&diag, NULL, NULL);
    diag.ignore_unknown = true;
    assert_int_equal(sb_scenario_parse(&scenario, world, "s.yaml", good, strlen(good), &diag), 0);
    assert_int_equal(diag.warning_count, 2);
    sb_scenario_destroy(scenario);
    assert_int_equal(sb_scenario_parse(&scenario, world, "s.yaml", bad, strlen(bad), &diag),
                     -EINVAL);
}

static void too_many_steps_are_refused(void **state)
{
    size_t size = SB_SCENARIO_STEPS_MAX * 12 + 100;
    char *text = malloc(size);
    size_t used = (size_t)sprintf(text, "name: T\nversion: 1\nsteps:\n");

    (void)state;
    for (int i = 0; i <= SB_SCENARIO_STEPS_MAX; i++)
        used += (size_t)sprintf(text + used, "- delay: 0\n");
    refuse_text(text, "t/s.yaml:4:1: too many steps: split the scenario");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_scenario_has_a_name_and_steps),
        cmocka_unit_test(a_scenario_may_be_json),
        cmocka_unit_test(the_shape_of_the_file_is_checked),
        cmocka_unit_test(a_missing_file_is_refused),
        cmocka_unit_test(each_step_has_one_action_that_is_known),
        cmocka_unit_test(steps_of_later_versions_are_named_as_such),
        cmocka_unit_test(times_need_a_unit),
        cmocka_unit_test(parts_pins_and_levels_are_checked),
        cmocka_unit_test(controls_are_checked),
        cmocka_unit_test(edges_and_pulses_are_checked),
        cmocka_unit_test(displays_are_checked),
        cmocka_unit_test(files_are_checked),
        cmocka_unit_test(unknown_keys_can_be_ignored_but_not_unknown_steps),
        cmocka_unit_test(too_many_steps_are_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

#else

int main(void)
{
    return 0;
}

#endif
