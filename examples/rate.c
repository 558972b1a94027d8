/* SPDX-License-Identifier: MIT */
/* How fast do tasks take turns? Each of them does nothing but yield; more and more of them. */
#include <softboard.h>
#include <stdio.h>
#include <time.h>

#define TASKS_MAX 10000
#define YIELDS    5000000

static struct sb_task tasks[TASKS_MAX];

static int yield_often(void *arg)
{
    int count = *(const int *)arg;
    int rc = 0;

    while (count-- > 0 && rc == 0)
        rc = sb_yield();
    return rc;
}

/* Processor time of `count` tasks that yield YIELDS times together, in seconds. */
static double run(int count)
{
    int each = YIELDS / count;
    clock_t start;

    for (int i = 0; i < count; i++)
        if (sb_spawn(&tasks[i], "yield", yield_often, &each) < 0)
            return 0;
    start = clock();
    for (int i = 0; i < count; i++)
        sb_join(&tasks[i], NULL);
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

int sb_main(struct sb_board *board)
{
    static const int counts[] = {2, 100, 200, 500, 1000, TASKS_MAX};

    (void)board;
    printf("%6s %14s %10s\n", "tasks", "turns a second", "ns a turn");
    for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        double seconds = run(counts[i]);
        printf("%6d %14.0f %10.1f\n", counts[i], YIELDS / seconds, seconds * 1e9 / YIELDS);
    }
    return 0;
}
