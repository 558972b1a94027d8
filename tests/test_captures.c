/* SPDX-License-Identifier: MIT */
/*
 * The real captures on a simulated board, under the eyes of its examiner: what it reports is what
 * docs/captures.md explains, no more and no less.
 */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "sim/files/board_file.h"
#include "sim/examiner.h"
#include "sim/parts/part_trace.h"
#include "sim/world.h"
#include "tests/child.h"
#include "tests/support.h"

#define DISPLAY                                                                \
    "{ \"type\": \"wokwi-lcd1602\", \"id\": \"lcd1\", \"left\": 200 }," TRACE  \
    "], \"connections\": ["                                                    \
    "[ \"lcd1:VSS\", \"pi:GND.1\", \"\" ], [ \"lcd1:VDD\", \"pi:5V\", \"\" ]," \
    "[ \"bus:RS\", \"lcd1:RS\", \"\" ], [ \"bus:E\", \"lcd1:E\", \"\" ],"      \
    "[ \"bus:D4\", \"lcd1:D4\", \"\" ], [ \"bus:D5\", \"lcd1:D5\", \"\" ],"    \
    "[ \"bus:D6\", \"lcd1:D6\", \"\" ], [ \"bus:D7\", \"lcd1:D7\", \"\" ],"

#define TRACE                                           \
    "{ \"type\": \"softboard-trace\", \"id\": \"bus\"," \
    "  \"attrs\": { \"file\": \"%s\", \"drive\": \"resistive\" } }"

/* A board up to its parts, which the text of a bench goes on from. */
#define BOARD \
    "{ \"version\": 1, \"parts\": [ { \"type\": \"softboard-raspberry-pi\", \"id\": \"pi\" },"

/* RW is recorded, or tied to ground as the examples of that time have it. */
static const char display_rw[] = BOARD DISPLAY "[ \"bus:RW\", \"lcd1:RW\", \"\" ] ] }";
static const char display[] = BOARD DISPLAY "[ \"lcd1:RW\", \"pi:GND.1\", \"\" ] ] }";
static const char sensor[] = BOARD
    "{ \"type\": \"softboard-htu21d\", \"id\": \"htu1\", \"left\": 200 }," TRACE
    "], \"connections\": [ [ \"bus:SCL\", \"htu1:SCL\", \"\" ], [ \"bus:SDA\", \"htu1:SDA\", \"\" ] ] }";

/* Findings as "rule COUNT first at NS", joined by ", ". */
static const struct {
    const char *file;
    const char *board;
    const char *findings;
} captures[] = {
    {"hd44780/blink", display, "lcd-address-setup 1 0, lcd-address-hold 1 2463760000"},
    {"hd44780/cursor", display, "lcd-address-setup 1 0, lcd-address-hold 1 1197973000"},
    {"hd44780/customcharacter", display, "lcd-address-setup 1 0, lcd-address-hold 1 1094249000"},
    {"hd44780/power", display, "lcd-address-setup 1 0, lcd-address-hold 1 1873090000"},
    {"hd44780/reset-init-hello", display_rw,
     "lcd-address-hold 1 74380080, lcd-address-range 2 203360640"},
    {"hd44780/shiftcursor", display,
     "lcd-power-up 1 5000000, lcd-address-setup 1 0, lcd-address-hold 1 4995000"},
    {"hd44780/textdirection", display, "lcd-address-setup 1 0, lcd-address-hold 1 988295000"},
    {"i2c/bh1750_hresolutionmode", sensor, ""},
    {"i2c/ds1307_200khz", sensor, "i2c-data-setup 23 37360000"},
    {"i2c/ds3231_ex1", sensor, "i2c-start-missing 1 26500, i2c-stop-missing 1 37498250"},
    {"i2c/mcp23017_cut_inside_transfer", sensor, "i2c-stop-missing 1 1034998000"},
    {"i2c/sht21_humidity35", sensor, "i2c-stop-missing 6 956677750"},
    {"i2c/wii_nunchuk", sensor, ""},
};

#define CAPTURE_COUNT (sizeof(captures) / sizeof(captures[0]))

/* ---- the board */

struct tally {
    uint64_t counts[SB_RULE_COUNT];
    int64_t first_ns[SB_RULE_COUNT];
    char path[PATH_MAX];
    unsigned capture;
};

static void take_violation(const struct sb_violation *violation, void *arg)
{
    struct tally *tally = arg;

    if (tally->counts[violation->rule]++ == 0)
        tally->first_ns[violation->rule] = violation->time_ns;
}

static const char *findings(const struct tally *tally)
{
    static char text[512];

    text[0] = '\0';
    for (unsigned i = 0; i < SB_RULE_COUNT; i++) {
        size_t used = strlen(text);

        if (tally->counts[i] > 0)
            snprintf(text + used, sizeof(text) - used, "%s%s %llu %lld", used > 0 ? ", " : "",
                     sb_rule_info(i)->name, (unsigned long long)tally->counts[i],
                     (long long)tally->first_ns[i]);
    }
    return text;
}

static int play(void *arg)
{
    struct tally *tally = arg;
    struct sb_world *world = sb_world_create(test_loop(), 1);
    struct sb_diag diag;
    char board[4096];

    sb_diag_init(&diag, NULL, NULL);
    snprintf(board, sizeof(board), captures[tally->capture].board, tally->path);
    world->examiner.fn = take_violation;
    world->examiner.arg = tally;
    check_int(sb_board_file_parse(world, "board.json", board, strlen(board), &diag), 0);
    check_int(sb_world_start(world, &diag), 0);
    check_text(diag.last, "");
    check_int(sb_part_trace_wait(sb_world_part(world, "bus")), 0);
    sb_sleep_ms(100); /* a bus that stays open is found 35 ms later */
    sb_world_destroy(world);
    return 0;
}

/* The whole path of a capture; skips the test when there are none here. */
static void find_capture(const char *name, char *path)
{
    const char *folder = getenv("CAPTURES");
    char relative[512];

    snprintf(relative, sizeof(relative), "%s/%s", folder ? folder : "../shared/captures", name);
    if (!realpath(relative, path)) {
        print_message("no %s: skipped\n", relative);
        skip();
    }
}

static void the_examiner_reports_what_is_explained(void **state)
{
    (void)state;
    if (!SB_HAVE_ZIP) {
        print_message("built without libzip\n");
        skip();
    }
    for (unsigned i = 0; i < CAPTURE_COUNT; i++) {
        struct tally tally = {.capture = i};
        char name[128];

        snprintf(name, sizeof(name), "%s.sr", captures[i].file);
        find_capture(name, tally.path);
        run_in_loop(play, &tally);
        if (strcmp(findings(&tally), captures[i].findings) != 0)
            fail_msg("%s: %s, not %s", name, findings(&tally), captures[i].findings);
    }
}

/* ---- the page */

static char *read_page(void)
{
    size_t size;
    char *page = child_read_file("docs/captures.md", &size);

    if (!page) {
        print_message("no docs/captures.md here: skipped\n");
        skip();
    }
    return page;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void check_folder(const char *page, const char *folder)
{
    char path[PATH_MAX];
    struct dirent **entries;
    int count;

    find_capture(folder, path);
    count = scandir(path, &entries, is_shown, alphasort);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        char name[300];

        snprintf(name, sizeof(name), "`%s/%s`", folder, entries[i]->d_name);
        if (!strstr(page, name))
            fail_msg("docs/captures.md does not have %s", name);
        free(entries[i]);
    }
    free(entries);
}

static void every_capture_is_in_the_page(void **state)
{
    static const char *const folders[] = {"ir", "hd44780", "i2c", "gps", "encoder"};
    char *page = read_page();

    (void)state;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        check_folder(page, folders[i]);
    free(page);
}

static void every_rule_that_was_broken_is_in_the_page(void **state)
{
    char *page = read_page();

    (void)state;
    for (unsigned i = 0; i < CAPTURE_COUNT; i++) {
        char list[300];
        char *rest = NULL;

        snprintf(list, sizeof(list), "%s", captures[i].findings);
        for (char *word = strtok_r(list, " ,", &rest); word; word = strtok_r(NULL, " ,", &rest)) {
            char name[64];

            snprintf(name, sizeof(name), "`%s`", word);
            if (word[0] > '9' && !strstr(page, name))
                fail_msg("docs/captures.md does not explain %s", name);
        }
    }
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examiner_reports_what_is_explained),
        cmocka_unit_test(every_capture_is_in_the_page),
        cmocka_unit_test(every_rule_that_was_broken_is_in_the_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
