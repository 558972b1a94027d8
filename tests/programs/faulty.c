/* SPDX-License-Identifier: MIT */
/* What goes wrong in tasks: the first argument says which. */
#include <errno.h>
#include <softboard.h>
#include <string.h>

static struct sb_event never;
static struct sb_task task;

static int wait_for_ever(void *arg)
{
    (void)arg;
    return sb_event_wait(&never);
}

static int ignore_cancel(void *arg)
{
    (void)arg;
    while (sb_sleep_ms(1) <= 0)
        ;
    return 0;
}

static int run_without_waiting(void *arg)
{
    volatile unsigned *stop = arg;

    while (*stop == 0)
        ;
    return 0;
}

static int fail(void *arg)
{
    (void)arg;
    return -EIO;
}

static int recurse(volatile int depth)
{
    volatile char frame[1024];

    frame[0] = (char)depth;
    return depth == 0 ? 0 : recurse(depth - 1) + frame[0];
}

static int overflow(void *arg)
{
    (void)arg;
    return recurse(1 << 20);
}

int sb_main(struct sb_board *board)
{
    static const struct {
        const char *name;
        sb_task_fn *fn;
    } faults[] = {{"deadlock", wait_for_ever},
                  {"stubborn", ignore_cancel},
                  {"hog", run_without_waiting},
                  {"error", fail},
                  {"overflow", overflow}};
    static volatile unsigned stop;
    char *const *argv;
    struct sb_pin *pin;
    int argc = sb_board_args(board, &argv);

    sb_event_init(&never);
    for (unsigned i = 0; argc > 0 && i < sizeof(faults) / sizeof(faults[0]); i++)
        if (strcmp(argv[0], faults[i].name) == 0)
            sb_spawn(&task, faults[i].name, faults[i].fn, (void *)(uintptr_t)&stop);
    if (argc > 0 && strcmp(argv[0], "no-pin") == 0)
        return sb_board_pin(board, "GPIO99", SB_PIN_OUTPUT, &pin);
    if (argc > 0 && strcmp(argv[0], "deadlock") == 0)
        return sb_join(&task, NULL);
    return argc > 0 && strcmp(argv[0], "return") == 0 ? -EIO : sb_sleep_ms(1000);
}
