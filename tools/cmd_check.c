/* SPDX-License-Identifier: MIT */
/*
 * softboard check: board and scenario files, read as a run would read them.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/loop.h"
#include "sim/files/board_file.h"
#include "sim/clock_virtual.h"
#include "sim/scenario/scenario.h"
#include "sim/world.h"
#include "tools/commands.h"
#include "tools/json_text.h"
#include "tools/scenario_files.h"

static const char usage[] =
    "usage: softboard check [--board FILE] [--ignore-unknown] [--json] FILE...\n"
    "\n"
    "Checks boards (FILE.json) and scenarios (FILE.yaml). A scenario is checked against the board\n"
    "of --board, else against the one beside it: NAME.json for NAME.yaml and NAME-WHAT.yaml.\n"
    "Exits with 0 when all are good, with 2 when one is not.\n";

struct checker {
    const char *board;
    bool ignore_unknown;
    bool is_json;
    const char *file; /* that is being checked */
    unsigned message_count;
};

static void on_message(enum sb_severity severity, const char *text, void *arg)
{
    struct checker *checker = arg;
    const char *word = severity == SB_SEVERITY_ERROR ? "error" : "warning";

    if (!checker->is_json) {
        fprintf(stderr, "%s%s\n", severity == SB_SEVERITY_ERROR ? "" : "warning: ", text);
        return;
    }
    fputs(checker->message_count++ == 0 ? "{" : ",{", stdout);
    sb_json_put_member(stdout, true, "severity", word);
    sb_json_put_member(stdout, false, "text", text);
    putchar('}');
}

static int check_scenario(struct checker *checker, struct sb_world *world, struct sb_diag *diag)
{
    struct sb_scenario *scenario = NULL;
    int rc = sb_scenario_read(&scenario, world, checker->file, diag);

    if (rc == 0)
        sb_scenario_destroy(scenario);
    return rc;
}

static int check_in_world(struct checker *checker, const char *board, struct sb_world *world,
                          struct sb_diag *diag)
{
    int rc = sb_board_file_read(world, board, diag);

    if (rc == 0)
        rc = sb_world_start(world, diag);
    if (rc == 0 && strcmp(board, checker->file) != 0)
        rc = check_scenario(checker, world, diag);
    return rc;
}

static int check_with_board(struct checker *checker, const char *board, struct sb_diag *diag)
{
    struct sb_clock clock;
    struct sb_loop loop;
    struct sb_world *world;
    int rc;

    sb_clock_virtual_init(&clock, SB_YIELD_COST_NS);
    sb_loop_init(&loop, &(struct sb_loop_config){.clock = &clock});
    world = sb_world_create(&loop, 1);
    rc = world == NULL ? sb_diag_error(diag, (struct sb_place){.file = board}, "out of memory")
                       : check_in_world(checker, board, world, diag);
    sb_world_destroy(world);
    sb_loop_deinit(&loop);
    return rc;
}

static int check_file(struct checker *checker, const char *file)
{
    struct sb_diag diag;
    char *beside = NULL;
    const char *board = file;
    int rc;

    checker->file = file;
    checker->message_count = 0;
    sb_diag_init(&diag, on_message, checker);
    diag.ignore_unknown = checker->ignore_unknown;
    if (checker->is_json) {
        putchar('{');
        sb_json_put_member(stdout, true, "file", file);
        fputs(",\"messages\":[", stdout);
    }
    if (sb_is_scenario_name(file)) {
        beside = sb_scenario_companion(file, NULL, ".json", false);
        board = checker->board != NULL ? checker->board : beside;
    }
    if (board == NULL)
        rc = sb_diag_error(&diag, (struct sb_place){.file = file},
                           "a scenario is checked against its board, and there is no .json of its "
                           "name beside it: give --board FILE");
    else
        rc = check_with_board(checker, board, &diag);
    free(beside);
    if (checker->is_json)
        printf("],\"good\":%s}\n", rc < 0 ? "false" : "true");
    else if (rc == 0)
        printf("%s: good\n", file);
    return rc;
}

int sb_cmd_check(int argc, char **argv)
{
    static const struct option options[] = {
        {"board", required_argument, NULL, 'b'},
        {"ignore-unknown", no_argument, NULL, 'i'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct checker checker = {0};
    int result = 0;
    int option;

    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (option) {
        case 'b':
            checker.board = optarg;
            break;
        case 'i':
            checker.ignore_unknown = true;
            break;
        case 'j':
            checker.is_json = true;
            break;
        case 'h':
            fputs(usage, stdout);
            return 0;
        default:
            fputs(usage, stderr);
            return 2;
        }
    }
    if (optind == argc) {
        fprintf(stderr, "softboard check: no file is given\n%s", usage);
        return 2;
    }
    for (; optind < argc; optind++) {
        if (check_file(&checker, argv[optind]) < 0)
            result = 2;
    }
    return result;
}
