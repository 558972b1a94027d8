/* SPDX-License-Identifier: MIT */
/*
 * Takes an output, an input that it watches and, if they are named, a serial port and a link to a pseudo terminal; says
 * "ready", and ends as the first argument says: for tests of what is left behind.
 */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <softboard.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct sb_event never;

static int wait_for_ever(void)
{
    return sb_event_wait(&never);
}

static int return_0(void)
{
    return 0;
}

static int fail(void)
{
    return -EIO;
}

static int call_exit(void)
{
    exit(7);
}

static int call_exit_at_once(void)
{
    _exit(8);
}

static int call_abort(void)
{
    abort();
}

static int break_assertion(void)
{
    assert(never.is_set);
    return 0;
}

static int write_to_null(void)
{
    *(volatile int *)(uintptr_t)never.is_set = 1; /* null, which no compiler can know */
    return 0;
}

static int divide(void)
{
    return raise(SIGFPE);
}

static int recurse(volatile int depth)
{
    volatile char frame[1024];

    frame[0] = (char)depth;
    return depth == 0 ? 0 : recurse(depth - 1) + frame[0];
}

static int overflow(void)
{
    return recurse(1 << 20);
}

static int hog(void)
{
    volatile unsigned stop = 0;

    while (stop == 0)
        ;
    return 0;
}

/* Its clean-up takes longer than anybody waits. */
static int clean_up_for_long(void)
{
    int rc = sb_event_wait(&never);

    puts("clean-up");
    fflush(stdout);
    sb_shield_begin();
    sb_sleep_ms(60000);
    sb_shield_end();
    return rc;
}

static const struct {
    const char *name;
    int (*fn)(void);
} endings[] = {
    {"wait", wait_for_ever},
    {"return", return_0},
    {"fail", fail},
    {"exit", call_exit},
    {"_exit", call_exit_at_once},
    {"abort", call_abort},
    {"assert", break_assertion},
    {"segv", write_to_null},
    {"divide", divide},
    {"overflow", overflow},
    {"hog", hog},
    {"clean-up", clean_up_for_long},
};

static void ignore(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    (void)edge;
    (void)arg;
}

static int open_all(struct sb_board *board, int argc, char *const *argv)
{
    static struct sb_pin_watch watch;
    struct sb_pin *pin;
    struct sb_stream *stream;
    char name[256];
    int rc = sb_board_pin(board, "GPIO17", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE, &pin);

    if (rc == 0)
        rc = sb_board_pin(board, "GPIO27", SB_PIN_INPUT | SB_PIN_PULL_UP, &pin);
    if (rc == 0)
        rc = sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, ignore, NULL);
    if (rc == 0 && argc > 1)
        rc = sb_board_stream(board, argv[1], 9600, &stream);
    if (rc == 0 && argc > 2) {
        snprintf(name, sizeof(name), "pty:%s", argv[2]);
        rc = sb_board_stream(board, name, 0, &stream);
    }
    return rc;
}

int sb_main(struct sb_board *board)
{
    char *const *argv;
    int argc = sb_board_args(board, &argv);
    int rc = open_all(board, argc, argv);

    sb_event_init(&never);
    if (rc < 0)
        return rc;
    printf("ready\n");
    for (unsigned i = 0; argc > 0 && i < sizeof(endings) / sizeof(endings[0]); i++)
        if (strcmp(argv[0], endings[i].name) == 0)
            return endings[i].fn();
    return -EINVAL;
}
