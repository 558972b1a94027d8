/* SPDX-License-Identifier: MIT */
/*
 * Very many tasks asleep at once, and what one of them costs. `-- 100000` for as many; each has 64 KiB of stack to
 * grow into, of which only what it uses takes memory.
 */
#include <softboard.h>
#include <stdio.h>
#include <stdlib.h>

/* Memory of the process that is really there, bytes; 0 where nobody tells. */
static double resident(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    double pages = 0;

    if (file == NULL)
        return 0;
    if (fscanf(file, "%*s %lf", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * 4096;
}

static int sleep_a_minute(void *arg)
{
    (void)arg;
    return sb_sleep_ms(60000);
}

/* Waits for all; also when the run ends before they do. Returns how many have slept enough. */
static long join_all(struct sb_task *tasks, long count, int *rc)
{
    long awake = 0;

    for (long i = 0; i < count; i++) {
        int result = 0;

        if (*rc == 0)
            *rc = sb_join(&tasks[i], &result);
        if (*rc < 0) { /* cancelled, and so are they */
            sb_shield_begin();
            (void)sb_join(&tasks[i], &result);
            sb_shield_end();
        }
        awake += result == 0;
    }
    return awake;
}

int sb_main(struct sb_board *board)
{
    char *const *argv;
    long count = sb_board_args(board, &argv) > 0 ? strtol(argv[0], NULL, 10) : 10000;
    struct sb_task *tasks = count < 1 ? NULL : calloc((size_t)count, sizeof(*tasks));
    int64_t start_ns = sb_now_ns();
    double before = resident();
    long awake;
    int rc = tasks == NULL ? -1 : 0;

    for (long i = 0; i < count && rc == 0; i++)
        rc = sb_spawn(&tasks[i], "sleeper", sleep_a_minute, NULL);
    if (rc < 0) {
        fprintf(stderr, "many_tasks: no memory for so many\n");
        return rc;
    }
    sb_sleep_ms(1000); /* by now all of them sleep */
    printf("%ld tasks asleep, %.0f bytes each\n", count, (resident() - before) / (double)count);
    awake = join_all(tasks, count, &rc);
    printf("%ld woke after %.0f s\n", awake, (double)(sb_now_ns() - start_ns) / SB_S_NS);
    free(tasks);
    return rc;
}
