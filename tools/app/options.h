/* SPDX-License-Identifier: MIT */
/* The options that every program understands. docs/program.md is their manual. */
#ifndef SB_TOOLS_APP_OPTIONS_H
#define SB_TOOLS_APP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum sb_backend { SB_BACKEND_AUTO, SB_BACKEND_SIM, SB_BACKEND_LINUX };

/* Exit codes: DESIGN of the command line; other people's scripts rest on them. */
enum {
    SB_EXIT_GOOD = 0,
    SB_EXIT_FAILED = 1,   /* the program, an expectation, strict or a comparison */
    SB_EXIT_USAGE = 2,    /* usage, or a file that is unreadable or wrong */
    SB_EXIT_HARDWARE = 3, /* hardware or permission */
    SB_EXIT_LIMIT = 124,
};

/* As fast as it goes. */
#define SB_SPEED_MAX (-1.0)
/* Not given: 1 with a view, SB_SPEED_MAX without. */
#define SB_SPEED_UNSET (-2.0)

struct sb_options {
    const char *program; /* its name, without folders */
    enum sb_backend backend;
    const char *backend_reason; /* the option that chose it, null: none did */
    const char *board;
    const char *scenario;
    uint64_t seed;
    bool shuffle;
    double speed;
    int64_t for_ns; /* -1: not given, as all times here */
    int64_t timeout_ns;
    int64_t wall_timeout_ns;
    int64_t yield_cost_ns;
    int64_t start_unix_s; /* of --date */
    bool strict;
    bool check_determinism;
    bool ignore_unknown;
    bool headless;
    bool list_pins;
    const char *vcd;
    int64_t vcd_timescale_ns;
    const char *screenshot;
    const char *event_log; /* --check-determinism's, of its two children */
    int argc;              /* the program's own arguments */
    char *const *argv;
};

/*
 * Reads the command line and the environment. Returns -1 when the program is to run; else the exit code with which
 * it is to end: --help and --version have been printed, or an error.
 */
int sb_options_read(struct sb_options *options, int argc, char **argv);

#endif
