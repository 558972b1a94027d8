/* SPDX-License-Identifier: MIT */
/*
 * Every fault on the flagship, ten seeds each: while it lasts the station goes on or says what is wrong,
 * afterwards all of it works again, and nothing hangs.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "tests/child.h"
#include "tests/support.h"

#define SEEDS 10

/* What a scenario does before any of these: thirty seconds of normal life. */
static const char before[] =
    "name: fault\n"
    "version: 1\n"
    "steps:\n"
    "- wait-lcd: {part-id: lcd1, line: 2, text: '00:00:25 UTC', within: 30s}\n";

/*
 * What it does afterwards: the fault is over, and two conversions' time has gone by. Every input has to
 * work: remote, button, receiver, sensor; and the display has to be right.
 */
static const char after[] =
    "- delay: 40s\n"
    "- set-control: {part-id: htu1, name: temperature, value: 31}\n"
    "- ir-send: {part-id: ir1, address: 0, command: 0x7a}\n"
    "- wait-lcd: {part-id: lcd1, line: 1, text: 'Temperature 31.0 °C', match: contains, within: "
    "25s}\n"
    "- wait-lcd: {part-id: lcd1, line: 4, text: '^[0-9]+ s ago', match: regex, within: 2s}\n"
    "- set-control: {part-id: btn1, name: pressed, value: 1}\n"
    "- delay: 100ms\n"
    "- set-control: {part-id: btn1, name: pressed, value: 0}\n"
    "- wait-lcd: {part-id: lcd1, line: 1, text: '^main', match: regex, within: 1s}\n"
    "- delay: 1s\n"
    "- expect-lcd: {part-id: lcd1, line: 1, text: '^main', match: regex}\n"
    "- set-control: {part-id: remote, name: '1', value: 1}\n"
    "- delay: 60ms\n"
    "- set-control: {part-id: remote, name: '1', value: 0}\n"
    "- wait-lcd: {part-id: lcd1, line: 2, text: '^00:0[123]:[0-9][0-9] UTC', match: regex, within: "
    "1s}\n"
    "- wait-lcd: {part-id: lcd1, line: 3, text: '^47[.]3', match: regex, within: 2s}\n"
    "- expect-lcd: {part-id: lcd1, line: 1, text: 'Thu 2026-01-01', match: contains}\n";

#define KEY(command) "- ir-send: {part-id: ir1, address: 0, command: " #command "}\n"
#define PRESS                                                   \
    "- set-control: {part-id: btn1, name: pressed, value: 1}\n" \
    "- delay: 150ms\n"                                          \
    "- set-control: {part-id: btn1, name: pressed, value: 0}\n" \
    "- delay: 150ms\n"

/*
 * A position on the lake or that there is none: nothing else, whatever came over the line. It may be looked
 * at while it is half drawn.
 */
#define ON_THE_LAKE                                                                                                                  \
    "- wait-lcd: {part-id: lcd1, line: 3, text: '^(47[.][23][0-9]{5}° N|GPS silent for [0-9]+ s)$', match: regex, within: 100ms}\n" \
    "- wait-lcd: {part-id: lcd1, line: 4, text: '^(8[.]5[0-9]{5}° E)?$', match: regex, within: 100ms}\n"

/* Sets a temperature and waits for it on the page of the air. */
#define IT_GETS(degrees)                                                                         \
    "- set-control: {part-id: htu1, name: temperature, value: " #degrees "}\n"                   \
    "- wait-lcd: {part-id: lcd1, line: 1, text: 'Temperature " #degrees ".0', match: contains, " \
    "within: 25s}\n"

/* What is seen while it lasts. */
struct fault {
    const char *part;
    const char *name;
    const char *during;
    const char *always;  /* true at each second of ten, after `during`; null: nothing */
    bool has_violations; /* the examiner complains, as it should */
};

static const struct fault faults[] = {
    /* Says so, with its age. */
    {"gps1", "dropout",
     "- wait-lcd: {part-id: lcd1, line: 3, text: 'GPS silent for 20 s', within: 25s}\n", NULL,
     false},
    /* Damaged sentences are left out, whole ones are shown: the clock goes on. */
    {"gps1", "noise",
     "- wait-lcd: {part-id: lcd1, line: 2, text: '^00:00:3', match: regex, within: 20s}\n",
     ON_THE_LAKE, false},
    {"gps1", "loss",
     "- wait-lcd: {part-id: lcd1, line: 2, text: '^00:00:3', match: regex, within: 20s}\n",
     ON_THE_LAKE, false},
    {"gps1", "garbage",
     "- wait-lcd: {part-id: lcd1, line: 2, text: '^00:00:3', match: regex, within: 20s}\n",
     ON_THE_LAKE, false},
    {"htu1", "nack",
     KEY(0x7a) "- wait-lcd: {part-id: lcd1, line: 4, text: 'No sensor: error 6', within: 25s}\n",
     NULL, false},
    {"htu1", "crc",
     KEY(0x7a) "- wait-lcd: {part-id: lcd1, line: 4, text: 'No sensor: error 74', within: 25s}\n",
     NULL, false},
    /* No wrong value is ever shown. */
    {"htu1", "bit-flip", KEY(0x7a) "- delay: 20s\n",
     "- expect-lcd: {part-id: lcd1, line: 1, text: 'Temperature 21.5', match: contains}\n", false},
    /* It is measured all the same: nine clocks free the bus at once, a stretched clock is waited for. */
    {"htu1", "stuck-bus", KEY(0x7a),
     "- expect-lcd: {part-id: lcd1, line: 4, text: '^[0-9]+ s ago', match: regex}\n", true},
    {"htu1", "stretch", KEY(0x7a) IT_GETS(25), NULL, false},
    /* Keys may be lost; none may be invented: the display stays on, the page is one that was asked for. */
    {"ir1", "glitch", KEY(0x7a) "- delay: 500ms\n" KEY(0x7a) "- delay: 500ms\n" KEY(0x7a),
     "- expect-lcd: {part-id: lcd1, line: 1, text: '^(Thu|Temperature)', match: regex}\n", false},
    {"ir1", "blocked",
     KEY(0x7a) "- delay: 2s\n- expect-lcd: {part-id: lcd1, line: 2, text: UTC, match: contains}\n",
     NULL, false},
    /* Late edges have their right times: nothing is lost. */
    {"pi", "late-edges",
     KEY(0x7a) "- wait-lcd: {part-id: lcd1, line: 1, text: Temperature, match: contains, within: "
               "1s}\n" PRESS
               "- expect-lcd: {part-id: lcd1, line: 1, text: '^main', match: regex}\n",
     NULL, false},
    {"pi", "lost-edges", KEY(0x7a) "- delay: 500ms\n" PRESS PRESS KEY(0x18) PRESS, NULL, false},
    /* It has no SPI device, and notices nothing. */
    {"pi", "spi-stuck", KEY(0x7a) IT_GETS(25), NULL, false},
    {"btn1", "bounce",
     PRESS "- expect-lcd: {part-id: lcd1, line: 4, text: '^[0-9.]+ km/h', match: regex}\n" PRESS
           "- expect-lcd: {part-id: lcd1, line: 1, text: Temperature, match: contains}\n",
     NULL, false},
};

#define FAULT_COUNT (sizeof(faults) / sizeof(faults[0]))

static const char *write_scenario(const struct fault *fault)
{
    static char path[256];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s-%s.yaml", child_folder(), fault->part, fault->name);
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s- fault: {part-id: %s, name: %s, for: 35s}\n%s", before, fault->part,
            fault->name, fault->during);
    for (unsigned i = 0; i < 10 && fault->always != NULL; i++)
        fprintf(file, "- delay: 1s\n%s", fault->always);
    fputs(after, file);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void run_fault(const struct fault *fault)
{
    static struct child_result r;
    const char *path = write_scenario(fault);

    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        child_run(
            &r,
            "examples/station --backend sim --headless --timeout 10m %s --seed %u --scenario %s",
            fault->has_violations ? "" : "--strict", seed, path);
        if (r.status != 0)
            fail_msg("%s %s, seed %u: status %d:\n%s", fault->part, fault->name, seed, r.status,
                     r.err);
    }
}

static void need_yaml(void)
{
    if (SB_HAVE_YAML)
        return;
    print_message("built without libyaml\n");
    skip();
}

/* One test for each fault would need fourteen functions that say the same; the message names it. */
static void the_station_survives_each_fault_and_says_what_is_wrong(void **state)
{
    (void)state;
    need_yaml();
    for (size_t i = 0; i < FAULT_COUNT; i++)
        run_fault(&faults[i]);
}

static void every_fault_of_the_stations_parts_is_tried(void **state)
{
    static const char *const types[][2] = {{"gps1", "softboard-gps"},
                                           {"htu1", "softboard-htu21d"},
                                           {"ir1", "wokwi-ir-receiver"},
                                           {"pi", "softboard-raspberry-pi"},
                                           {"btn1", "wokwi-pushbutton"}};
    static struct child_result r;

    (void)state;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        const char *at;

        child_run(&r, "./softboard parts %s", types[i][1]);
        at = strstr(r.out, "\nfaults\n");
        assert_non_null(at);
        for (at = strchr(at + 1, '\n') + 1; *at == ' '; at = strchr(at, '\n') + 1) {
            char name[32];
            bool is_tried = false;

            assert_int_equal(sscanf(at, "%31s", name), 1);
            for (size_t k = 0; k < FAULT_COUNT; k++)
                is_tried = is_tried || (strcmp(faults[k].part, types[i][0]) == 0 &&
                                        strcmp(faults[k].name, name) == 0);
            if (!is_tried)
                fail_msg("%s has a fault \"%s\" that is not tried", types[i][1], name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_station_survives_each_fault_and_says_what_is_wrong),
        cmocka_unit_test(every_fault_of_the_stations_parts_is_tried),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
