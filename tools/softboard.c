/* SPDX-License-Identifier: MIT */
/*
 * The softboard command: finds the command that its first argument names.
 */
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "sim/files/diag.h"
#include "tools/app/report.h"
#include "tools/commands.h"

struct command {
    const char *name;
    const char *arguments;
    const char *summary;
    int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
    {"check", "FILE...", "check boards and scenarios", sb_cmd_check},
    {"decode", "PROTOCOL FILE", "decode a recorded trace by a driver or device model",
     sb_cmd_decode},
    {"gpio", "COMMAND", "look at, set and watch the pins of this machine", sb_cmd_gpio},
    {"info", "FILE", "say what is in a recording: format, length, channels", sb_cmd_info},
    {"parts", "[TYPE]", "list part types, their pins, attributes and controls", sb_cmd_parts},
    {"test", "PATH...", "run scenarios and count what passed", sb_cmd_test},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
    fputs("usage: softboard COMMAND [ARGUMENT...]\n\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-7s %-14s %s\n", commands[i].name, commands[i].arguments,
                commands[i].summary);
    fputs("\n  softboard COMMAND --help says more of one; softboard --version\n", out);
}

static int fail_command(const char *word)
{
    const char *names[COMMAND_COUNT + 1] = {NULL};
    const char *nearest;

    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = commands[i].name;
    nearest = sb_diag_nearest(word, names);
    fprintf(stderr, "softboard: no command \"%s\"", word);
    if (nearest != NULL)
        fprintf(stderr, ": did you mean \"%s\"?", nearest);
    fputs("\n", stderr);
    print_help(stderr);
    return 2;
}

/* Who complains. */
static char program[32] = "softboard";

static int run(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return 2;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("softboard " SB_VERSION);
        return 0;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        snprintf(program, sizeof(program), "softboard %s", commands[i].name);
        return commands[i].run(argc - 1, argv + 1);
    }
    return fail_command(argv[1]);
}

int main(int argc, char **argv)
{
    int code = run(argc, argv);

    return sb_report_lost_output(program) && code == 0 ? 1 : code;
}
