/* SPDX-License-Identifier: MIT */
/* What goes wrong in tasks: the first argument says which. */
#include <errno.h>
#include <softboard.h>
#include <stdio.h>
#include <string.h>

static struct sb_event never;
static struct sb_task task;

static int wait_for_ever(void *arg)
{
    (void)arg;
    return sb_event_wait(&never);
}

static __attribute__((noinline)) int wait_inside(void)
{
    int rc = sb_event_wait(&never);

    return rc + (rc == 0); /* so that the call is not the last thing */
}

static __attribute__((noinline)) int wait_outside(void)
{
    int rc = wait_inside();

    return rc + (rc == 0);
}

static int wait_nested(void *arg)
{
    int rc = wait_outside();

    (void)arg;
    return rc + (rc == 0);
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

/* Its clean-up takes time: a shield lets it. */
static int clean_up(void *arg)
{
    int rc;

    (void)arg;
    puts("waiting");
    rc = sb_event_wait(&never);
    sb_shield_begin();
    sb_sleep_ms(10);
    sb_shield_end();
    puts("cleaned up");
    return rc;
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

/* Waits when it is a little beyond its stack: no guard page is touched by that, if there is one. */
static int wait_beyond_stack(volatile int depth)
{
    volatile char frame[256];
    char here;

    frame[0] = (char)depth;
    if ((uintptr_t)&here < (uintptr_t)task.stack.base)
        return sb_sleep_ms(1) + frame[0]; /* not as the last thing: the frame must stay */
    return wait_beyond_stack(depth + 1) + frame[0];
}

static int overflow_and_wait(void *arg)
{
    (void)arg;
    return wait_beyond_stack(0);
}

/* A stack of the program's own, in the middle of other memory. */
static int spawn_on_own_stack(void)
{
    static unsigned char memory[65536] __attribute__((aligned(16)));
    struct sb_task_config config = {
        .fn = overflow_and_wait,
        .name = "own stack",
        .stack = {.base = memory + 32768, .size = 32768},
    };

    return sb_spawn_config(&task, &config);
}

/* So many tasks that guard pages for all would be too many; the last overflows. */
static int sleep_a_second(void *arg)
{
    (void)arg;
    return sb_sleep_ms(1000);
}

static int spawn_many(void)
{
    static struct sb_task tasks[18000];

    for (unsigned i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++)
        if (sb_spawn(&tasks[i], "sleeper", sleep_a_second, NULL) < 0)
            return -ENOMEM;
    return sb_spawn(&task, "one of many", overflow, NULL);
}

int sb_main(struct sb_board *board)
{
    static const struct {
        const char *name;
        sb_task_fn *fn;
    } faults[] = {
        {"deadlock", wait_for_ever},  {"nested", wait_nested}, {"stubborn", ignore_cancel},
        {"hog", run_without_waiting}, {"error", fail},         {"clean-up", clean_up},
        {"overflow", overflow}};
    static volatile unsigned stop;
    char *const *argv;
    struct sb_pin *pin;
    struct sb_i2c *bus;
    int argc = sb_board_args(board, &argv);

    sb_event_init(&never);
    for (unsigned i = 0; argc > 0 && i < sizeof(faults) / sizeof(faults[0]); i++)
        if (strcmp(argv[0], faults[i].name) == 0)
            sb_spawn(&task, faults[i].name, faults[i].fn, (void *)(uintptr_t)&stop);
    if (argc > 0 && strcmp(argv[0], "own-stack") == 0 && spawn_on_own_stack() < 0)
        return -ENOMEM;
    if (argc > 0 && strcmp(argv[0], "many") == 0 && spawn_many() < 0)
        return -ENOMEM;
    if (argc > 0 && strcmp(argv[0], "no-pin") == 0)
        return sb_board_pin(board, "GPIO99", SB_PIN_OUTPUT, &pin);
    if (argc > 0 && (strcmp(argv[0], "deadlock") == 0 || strcmp(argv[0], "nested") == 0 ||
                     strcmp(argv[0], "clean-up") == 0))
        return sb_join(&task, NULL);
    if (argc > 0 && strcmp(argv[0], "no-bus") == 0)
        return sb_board_i2c(board, "i2c-99", &bus);
    if (argc > 0 && strcmp(argv[0], "no-file") == 0)
        return -ENOENT;
    return argc > 0 && strcmp(argv[0], "return") == 0 ? -EIO : sb_sleep_ms(1000);
}
