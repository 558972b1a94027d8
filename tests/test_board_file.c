/* SPDX-License-Identifier: MIT */
/* Board files: what they make of a world, and every refusal with its exact message. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/files/board_file.h"
#include "sim/clock_virtual.h"

/* An empty world that nothing runs in. */
struct bench {
    struct sb_clock clock;
    struct sb_loop loop;
    struct sb_world *world;
    struct sb_diag diag;
    char messages[2048]; /* of the diag, each with its line end */
};

static void collect(enum sb_severity severity, const char *text, void *arg)
{
    struct bench *bench = arg;
    size_t used = strlen(bench->messages);

    snprintf(bench->messages + used, sizeof(bench->messages) - used, "%s%s\n",
             severity == SB_SEVERITY_WARNING ? "warning: " : "", text);
}

static void set_up(struct bench *bench)
{
    memset(bench, 0, sizeof(*bench));
    sb_clock_virtual_init(&bench->clock, SB_YIELD_COST_NS);
    sb_loop_init(&bench->loop, &(struct sb_loop_config){.clock = &bench->clock});
    bench->world = sb_world_create(&bench->loop, 1);
    sb_diag_init(&bench->diag, collect, bench);
}

static void tear_down(struct bench *bench)
{
    sb_world_destroy(bench->world);
    sb_loop_deinit(&bench->loop);
}

static int parse(struct bench *bench, const char *text)
{
    return sb_board_file_parse(bench->world, "boards/b.json", text, strlen(text), &bench->diag);
}

/* The text is read, with these messages (warnings) or none. */
static void accept(struct bench *bench, const char *text, const char *messages)
{
    int rc;

    set_up(bench);
    rc = parse(bench, text);
    if (rc < 0 || strcmp(bench->messages, messages) != 0)
        tear_down(bench);
    assert_string_equal(bench->messages, messages);
    assert_int_equal(rc, 0);
}

/* The text is refused, with one message. */
static void refuse(const char *text, const char *message)
{
    struct bench bench;
    char expected[600];
    int rc;

    set_up(&bench);
    rc = parse(&bench, text);
    snprintf(expected, sizeof(expected), "%s\n", message);
    tear_down(&bench);
    assert_int_equal(rc, -EINVAL);
    assert_string_equal(bench.messages, expected);
}

static void accept_ignoring(struct bench *bench, const char *text, const char *messages)
{
    int rc;

    set_up(bench);
    bench->diag.ignore_unknown = true;
    rc = parse(bench, text);
    if (rc < 0 || strcmp(bench->messages, messages) != 0)
        tear_down(bench);
    assert_string_equal(bench->messages, messages);
    assert_int_equal(rc, 0);
}

static struct sb_wire *wire_of(const struct bench *bench, const char *endpoint)
{
    const struct sb_terminal *terminal = sb_world_terminal(bench->world, endpoint);

    assert_non_null(terminal);
    return terminal->wire;
}

#define LED       "{\"type\": \"wokwi-led\", \"id\": \"led1\"}"
#define PI        "{\"type\": \"softboard-raspberry-pi\", \"id\": \"pi\"}"
#define LED_WIRED "[\"pi:GPIO17\", \"led1:A\", \"green\", []]"
#define BOARD(parts, wires) \
    "{\"version\": 1,\n\"parts\": [" parts "],\n\"connections\": [" wires "]}"

static void parts_get_their_place_and_attributes(void **state)
{
    struct bench bench;
    const struct sb_part *part;

    (void)state;
    accept(
        &bench,
        BOARD("{\"type\": \"wokwi-led\", \"id\": \"led1\", \"left\": -9.6, \"top\": 20, "
              "\"rotate\": 90, \"hide\": true, \"attrs\": {\"color\": \"green\", \"gamma\": 1.5, "
              "\"flip\": true, \"label\": null}}, " PI,
              LED_WIRED),
        "");
    part = sb_world_part(bench.world, "led1");
    assert_true(part->left == -9.6 && part->top == 20 && part->rotate == 90 && part->hide);
    assert_string_equal(sb_part_attr(part, "color"), "green");
    assert_string_equal(sb_part_attr(part, "gamma"), "1.5");
    assert_true(sb_part_attr_flag(part, "flip"));
    assert_string_equal(sb_part_attr(part, "label"), "");
    assert_string_equal(part->place.file, "boards/b.json");
    assert_int_equal(part->place.line, 2);
    assert_int_equal(part->place.column, 11);
    tear_down(&bench);
}

static void false_is_0_so_that_a_button_does_not_bounce(void **state)
{
    struct bench bench;

    (void)state;
    accept(
        &bench,
        BOARD("{\"type\": \"wokwi-pushbutton\", \"id\": \"b\", \"attrs\": {\"bounce\": false}}," PI,
              "[\"b:1.l\", \"pi:GPIO5\", \"\"]"),
        "");
    assert_string_equal(sb_part_attr(sb_world_part(bench.world, "b"), "bounce"), "0");
    tear_down(&bench);
}

static void lists_in_attributes_become_json(void **state)
{
    struct bench bench;

    (void)state;
    accept(&bench,
           BOARD("{\"type\": \"wokwi-led\", \"id\": \"led1\", \"attrs\": {\"label\": "
                 "[\"a\\\"\\n\", 1, [true, null], {\"b\": 2}]}}," PI,
                 LED_WIRED),
           "");
    assert_string_equal(sb_part_attr(sb_world_part(bench.world, "led1"), "label"),
                        "[\"a\\\"\\u000a\",1,[true,null],{\"b\":2}]");
    tear_down(&bench);
}

static void wires_of_three_and_four_elements_join_nets(void **state)
{
    struct bench bench;

    (void)state;
    accept(&bench,
           BOARD(LED "," PI ", {\"type\": \"wokwi-resistor\", \"id\": \"r1\"}",
                 LED_WIRED ", [\"led1:C\", \"r1:1\", \"\", [\"$bb\"]], [\"r1:2\", \"pi:GND.1\", "
                           "\"black\"], [\"pi:11\", \"led1:A\", null]"),
           "");
    assert_ptr_equal(wire_of(&bench, "pi:GPIO17"), wire_of(&bench, "led1:A"));
    assert_ptr_equal(wire_of(&bench, "led1:C"), wire_of(&bench, "r1:1"));
    assert_ptr_not_equal(wire_of(&bench, "r1:1"), wire_of(&bench, "r1:2"));
    assert_string_equal(wire_of(&bench, "led1:A")->colour, "green");
    tear_down(&bench);
}

static void the_serial_monitor_is_wired_and_not_drawn(void **state)
{
    struct bench bench;

    (void)state;
    accept(&bench,
           BOARD(PI, "[\"$serialMonitor:RX\", \"pi:GPIO14\", \"\", []], [\"pi:GPIO15\", "
                     "\"$serialMonitor:TX\", \"\"]"),
           "");
    assert_ptr_equal(wire_of(&bench, "pi:GPIO14"), wire_of(&bench, "$serialMonitor:RX"));
    assert_ptr_equal(wire_of(&bench, "pi:GPIO15"), wire_of(&bench, "$serialMonitor:TX"));
    assert_true(sb_list_is_empty(&bench.world->connections));
    assert_true(sb_world_part(bench.world, "$serialMonitor")->hide);
    tear_down(&bench);
}

static void pin_names_are_trimmed_when_they_are_not_found(void **state)
{
    struct bench bench;

    (void)state;
    accept(&bench, BOARD(LED "," PI, "[\"led1: A \", \"pi:GPIO17 \", \"\"]"), "");
    assert_ptr_equal(wire_of(&bench, "pi:GPIO17"), wire_of(&bench, "led1:A"));
    tear_down(&bench);
}

static void keys_without_meaning_here_are_accepted(void **state)
{
    struct bench bench;

    (void)state;
    accept(
        &bench,
        "{\"version\": 1, \"author\": \"A\", \"editor\": \"wokwi\", \"parts\": [], "
        "\"connections\": [], \"serialMonitor\": {\"display\": \"never\"}, \"dependencies\": {}}",
        "");
    tear_down(&bench);
}

static void mistakes_of_the_drawing_are_warnings(void **state)
{
    struct bench bench;

    (void)state;
    accept(&bench,
           BOARD("\n{\"type\": \"wokwi-led\", \"id\": \"led1\",\n\"x\": 1, \"y\": 2,\n"
                 "\"attrs\": {\"top\": \"5\"}}",
                 ""),
           "warning: boards/b.json:4:1: \"x\" has no effect: write \"left\"\n"
           "warning: boards/b.json:4:9: \"y\" has no effect: write \"top\"\n"
           "warning: boards/b.json:5:11: \"top\" in attrs has no effect: write \"top\" beside "
           "\"attrs\"\n"
           "warning: boards/b.json:3:1: led1 (wokwi-led) is not wired to anything: remove it, or "
           "add a connection\n");
    tear_down(&bench);
}

static void an_empty_board_can_be_started(void **state)
{
    struct bench bench;

    (void)state;
    accept(&bench, BOARD("", ""), "");
    assert_int_equal(sb_world_start(bench.world, &bench.diag), 0);
    tear_down(&bench);
}

static void the_world_gets_the_folder_of_the_board(void **state)
{
    struct bench bench;

    (void)state;
    accept(&bench, BOARD("", ""), "");
    assert_string_equal(bench.world->folder, "boards");
    assert_string_equal(bench.world->file, "boards/b.json");
    assert_int_equal(parse(&bench, BOARD("", "")), -EINVAL);
    tear_down(&bench);
}

static void a_missing_comma_is_reported_at_the_next_token(void **state)
{
    (void)state;
    refuse(BOARD(LED "\n" PI, ""), "boards/b.json:3:1: expected ',' or ']', not '{'");
}

static void the_shape_of_the_file_is_checked(void **state)
{
    (void)state;
    refuse("[]",
           "boards/b.json:1:1: a board must be a mapping: {\"version\": 1, \"parts\": [...]}");
    refuse("{\"parts\": []}", "boards/b.json:1:1: no version: add \"version\": 1");
    refuse("{\"version\": 2, \"parts\": []}", "boards/b.json:1:13: version must be 1");
    refuse("{\"version\": \"1\", \"parts\": []}", "boards/b.json:1:13: version must be 1");
    refuse("{\"version\": 1}", "boards/b.json:1:1: no parts: add \"parts\": [...]");
    refuse("{\"version\": 1, \"parts\": {}}", "boards/b.json:1:25: parts must be a list");
    refuse("{\"version\": 1, \"parts\": [], \"connections\": 1}",
           "boards/b.json:1:44: connections must be a list");
    refuse("{\"version\": 1, \"part\": []}",
           "boards/b.json:1:16: unknown key \"part\" in a board: did you mean \"parts\"?");
    refuse("{\"version\": 1, \"version\": 1}",
           "boards/b.json:1:16: duplicate key \"version\": it stands at 1:2 already");
}

static void a_missing_file_is_refused(void **state)
{
    struct bench bench;

    (void)state;
    set_up(&bench);
    assert_int_equal(sb_board_file_read(bench.world, "nowhere/b.json", &bench.diag), -EINVAL);
    assert_string_equal(bench.messages,
                        "nowhere/b.json: cannot be opened: No such file or directory\n");
    tear_down(&bench);
}

static void parts_are_checked(void **state)
{
    (void)state;
    refuse(BOARD("7", ""),
           "boards/b.json:2:11: a part must be a mapping: {\"type\": ..., \"id\": ...}");
    refuse(BOARD("{\"id\": \"a\"}", ""), "boards/b.json:2:11: a part without \"type\": add it");
    refuse(BOARD("{\"type\": \"wokwi-led\"}", ""),
           "boards/b.json:2:11: a part without \"id\": add it");
    refuse(BOARD("{\"type\": \"wokwi-led\", \"id\": 1}", ""),
           "boards/b.json:2:39: id must be a text, in quotes and not empty");
    refuse(BOARD("{\"type\": \"\", \"id\": \"a\"}", ""),
           "boards/b.json:2:20: type must be a text, in quotes and not empty");
    refuse(
        BOARD("{\"type\": \"wokwi-led\", \"id\": \"a:b\"}", ""),
        "boards/b.json:2:39: id \"a:b\" has a colon, which parts id and pin in wires: remove it");
    refuse(BOARD("{\"type\": \"wokwi-led\", \"id\": \"$serialMonitor\"}", ""),
           "boards/b.json:2:39: id \"$serialMonitor\" means the serial monitor: choose another");
    refuse(BOARD("{\"type\": \"wokwi-led\", \"id\": \"a\", \"left\": \"5\"}", ""),
           "boards/b.json:2:52: left must be a number, without quotes");
    refuse(BOARD("{\"type\": \"wokwi-led\", \"id\": \"a\", \"top\": 1e999}", ""),
           "boards/b.json:2:51: top must be between -100000 and 100000");
    refuse(BOARD("{\"type\": \"wokwi-led\", \"id\": \"a\", \"hide\": 1}", ""),
           "boards/b.json:2:52: hide must be true or false, without quotes");
    refuse(BOARD("{\"type\": \"wokwi-led\", \"id\": \"a\", \"atrs\": {}}", ""),
           "boards/b.json:2:44: unknown key \"atrs\" in a part: did you mean \"attrs\"?");
    refuse(BOARD("{\"type\": \"wokwi-led\", \"id\": \"a\", \"attrs\": []}", ""),
           "boards/b.json:2:53: attrs must be a mapping: {\"color\": \"green\"}");
    refuse(BOARD(LED ",\n" LED, ""),
           "boards/b.json:3:1: a second part has the id \"led1\": ids are unique");
}

static void types_and_attributes_are_checked(void **state)
{
    (void)state;
    refuse(BOARD("{\"type\": \"wokwi-lde\", \"id\": \"a\"}", ""),
           "boards/b.json:2:11: a: unknown part type \"wokwi-lde\": did you mean \"wokwi-led\"?");
    refuse(
        BOARD("{\"type\": \"chip-inverter\", \"id\": \"a\"}", ""),
        "boards/b.json:2:11: a: unknown part type \"chip-inverter\": 'softboard parts' lists the "
        "known ones");
    refuse(BOARD("{\"type\": \"wokwi-led\", \"id\": \"a\", \"attrs\": {\"colour\": \"red\"}}", ""),
           "boards/b.json:2:54: a: wokwi-led has no attribute \"colour\": did you mean \"color\"?");
    refuse(BOARD("{\"type\": \"wokwi-led\", \"id\": \"a\", \"attrs\": {\"gamma\": \"dark\"}}", ""),
           "boards/b.json:2:54: a: attribute gamma is \"dark\": give a number");
    refuse(BOARD("{\"type\": \"wokwi-led\", \"id\": \"a\", \"attrs\": {\"color\": {}}}", ""),
           "boards/b.json:2:63: attribute \"color\" is a mapping: write a text, a number, true, "
           "false or a list");
}

static void wires_are_checked(void **state)
{
    static const char shape[] =
        "boards/b.json:3:17: a wire is a list of two ends, a colour and perhaps a path: "
        "[\"led1:A\", \"pi:GPIO17\", \"green\", []]";

    (void)state;
    refuse(BOARD(LED "," PI, "[\"led1:A\", \"pi:GPIO17\"]"), shape);
    refuse(BOARD(LED "," PI, "[\"led1:A\", \"pi:GPIO17\", \"\", [], 1]"), shape);
    refuse(BOARD(LED "," PI, "{}"), shape);
    refuse(BOARD(LED "," PI, "[\"led1:A\", 17, \"\"]"),
           "boards/b.json:3:28: the end of a wire must be a text like \"led1:A\"");
    refuse(BOARD(LED "," PI, "[\"led1:A\", \"pi:GPIO17\", 3]"),
           "boards/b.json:3:41: the colour of a wire must be a text; \"\" hides it");
    refuse(BOARD(LED "," PI, "[\"led1:A\", \"pi:GPIO17\", \"\", \"v1\"]"),
           "boards/b.json:3:45: the path of a wire must be a list like [\"v10\", \"h-20\"]");
    refuse(BOARD(LED "," PI, "[\"led1:A\", \"pi:GPIO17\", \"\", [5]]"),
           "boards/b.json:3:46: a piece of a path must be a text like \"v10\"");
    refuse(BOARD(LED "," PI, "[\"led1\", \"pi:GPIO17\", \"\"]"),
           "boards/b.json:3:18: \"led1\" names no pin: write it like \"led1:A\"");
}

static void a_wire_to_nowhere_names_the_parts_that_exist(void **state)
{
    (void)state;
    refuse(BOARD(LED "," PI, LED_WIRED ",\n[\"led2:C\", \"pi:GND\", \"\"]"),
           "boards/b.json:4:2: a wire to \"led2:C\", but there is no part \"led2\": did you mean "
           "\"led1\"? The parts are led1, pi");
    refuse(BOARD(LED "," PI, "[\"led1:C\", \"display:VSS\", \"\"]"),
           "boards/b.json:3:28: a wire to \"display:VSS\", but there is no part \"display\": the "
           "parts are led1, pi");
    refuse(BOARD("", "[\"led1:C\", \"led1:A\", \"\"]"),
           "boards/b.json:3:18: a wire to \"led1:C\", but there is no part \"led1\": the parts are "
           "none");
}

static void an_unknown_pin_names_the_nearest_or_all(void **state)
{
    (void)state;
    refuse(BOARD(LED "," PI, "[\"led1:A\", \"pi:GPIO177\", \"\"]"),
           "boards/b.json:3:28: pi (softboard-raspberry-pi) has no pin \"GPIO177\": did you mean "
           "\"GPIO17\"?");
    refuse(BOARD(LED "," PI, "[\"led1:anode\", \"pi:GPIO17\", \"\"]"),
           "boards/b.json:3:18: led1 (wokwi-led) has no pin \"anode\": its pins are A, C");
    refuse(BOARD(PI, "[\"$serialMonitor:RXD\", \"pi:GPIO14\", \"\"]"),
           "boards/b.json:3:18: $serialMonitor has no pin \"RXD\": did you mean \"RX\"?");
}

static void unknown_things_can_be_ignored(void **state)
{
    struct bench bench;

    (void)state;
    accept_ignoring(
        &bench,
        BOARD(
            "{\"type\": \"chip-x\", \"id\": \"x\"},\n"
            "{\"type\": \"wokwi-led\", \"id\": \"led1\", \"attrs\": {\"colour\": \"red\"}, \"zoom\": 1}," PI,
            LED_WIRED ", [\"x:1\", \"pi:GPIO2\", \"\"],\n[\"y:1\", \"pi:GPIO2\", \"\"],"
                      "\n[\"led1:anode\", \"pi:GPIO2\", \"\"]"),
        "warning: boards/b.json:2:11: x: unknown part type \"chip-x\": 'softboard parts' lists the "
        "known ones\n"
        "warning: boards/b.json:3:65: unknown key \"zoom\" in a part: its keys are type, id, left, top, "
        "rotate, hide, attrs, x, y\n"
        "warning: boards/b.json:3:47: led1: wokwi-led has no attribute \"colour\": did you mean "
        "\"color\"?\n"
        "warning: boards/b.json:5:2: a wire to \"y:1\", but there is no part \"y\": the parts are "
        "led1, pi\n"
        "warning: boards/b.json:6:2: led1 (wokwi-led) has no pin \"anode\": its pins are A, C\n");
    assert_null(sb_world_part(bench.world, "x"));
    assert_ptr_equal(wire_of(&bench, "pi:GPIO17"), wire_of(&bench, "led1:A"));
    tear_down(&bench);
}

static void too_many_parts_are_refused(void **state)
{
    char *text = malloc(SB_BOARD_PARTS_MAX * 60 + 200);
    char message[128];
    size_t used = (size_t)sprintf(text, "{\"version\": 1, \"parts\": [");

    (void)state;
    for (int i = 0; i <= SB_BOARD_PARTS_MAX; i++)
        used += (size_t)sprintf(text + used, "%s\n{\"type\": \"wokwi-junction\", \"id\": \"j%d\"}",
                                i == 0 ? "" : ",", i);
    sprintf(text + used, "]}");
    snprintf(message, sizeof(message), "boards/b.json:%d:1: more than %d parts",
             SB_BOARD_PARTS_MAX + 2, SB_BOARD_PARTS_MAX);
    refuse(text, message);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_get_their_place_and_attributes),
        cmocka_unit_test(false_is_0_so_that_a_button_does_not_bounce),
        cmocka_unit_test(lists_in_attributes_become_json),
        cmocka_unit_test(wires_of_three_and_four_elements_join_nets),
        cmocka_unit_test(the_serial_monitor_is_wired_and_not_drawn),
        cmocka_unit_test(pin_names_are_trimmed_when_they_are_not_found),
        cmocka_unit_test(keys_without_meaning_here_are_accepted),
        cmocka_unit_test(mistakes_of_the_drawing_are_warnings),
        cmocka_unit_test(an_empty_board_can_be_started),
        cmocka_unit_test(the_world_gets_the_folder_of_the_board),
        cmocka_unit_test(a_missing_comma_is_reported_at_the_next_token),
        cmocka_unit_test(the_shape_of_the_file_is_checked),
        cmocka_unit_test(a_missing_file_is_refused),
        cmocka_unit_test(parts_are_checked),
        cmocka_unit_test(types_and_attributes_are_checked),
        cmocka_unit_test(wires_are_checked),
        cmocka_unit_test(a_wire_to_nowhere_names_the_parts_that_exist),
        cmocka_unit_test(an_unknown_pin_names_the_nearest_or_all),
        cmocka_unit_test(unknown_things_can_be_ignored),
        cmocka_unit_test(too_many_parts_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
