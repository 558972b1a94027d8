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

int sb_main(struct sb_board *board)
{
    char *const *argv;
    long count = sb_board_args(board, &argv) > 0 ? strtol(argv[0], NULL, 10) : 10000;
    struct sb_task *tasks = count < 1 ? NULL : calloc((size_t)count, sizeof(*tasks));
    int64_t start_ns = sb_now_ns();
    double before = resident();
    long awake = 0;
    int rc = tasks == NULL ? -1 : 0;

    for (long i = 0; i < count && rc == 0; i++)
        rc = sb_spawn(&tasks[i], "sleeper", sleep_a_minute, NULL);
    if (rc < 0) {
        fprintf(stderr, "many_tasks: no memory for so many\n");
        return rc;
    }
    sb_sleep_ms(1000); /* by now all of them sleep */
    printf("%ld tasks asleep, %.0f bytes each\n", count, (resident() - before) / (double)count);
    for (long i = 0; i < count; i++)
        awake += sb_join(&tasks[i], NULL) == 0;
    printf("%ld woke after %.0f s\n", awake, (double)(sb_now_ns() - start_ns) / SB_S_NS);
    free(tasks);
    return 0;
}
