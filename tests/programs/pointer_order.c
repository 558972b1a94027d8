/* SPDX-License-Identifier: MIT */
/* Not deterministic: starts its tasks in the order of their addresses, which the heap decides. */
#include <softboard.h>
#include <stdlib.h>

struct job {
    struct sb_task task;
    char name[8];
};

static int run_job(void *arg)
{
    struct job *job = arg;

    sb_loop_trace(sb_loop_current(), SB_TRACE_MARK, job->name, 0);
    return sb_sleep_ms(1);
}

static int by_address(const void *a, const void *b)
{
    const struct job *const *x = a;
    const struct job *const *y = b;

    return *x < *y ? -1 : 1;
}

int sb_main(struct sb_board *board)
{
    struct job *jobs[4];

    (void)board;
    for (int i = 0; i < 4; i++) {
        jobs[i] = calloc(1, sizeof(*jobs[i]));
        if (jobs[i] == NULL)
            abort();
        jobs[i]->name[0] = (char)('a' + i);
    }
    qsort(jobs, 4, sizeof(jobs[0]), by_address);
    for (int i = 0; i < 4; i++)
        sb_spawn(&jobs[i]->task, jobs[i]->name, run_job, jobs[i]);
    for (int i = 0; i < 4; i++) {
        sb_join(&jobs[i]->task, NULL);
        free(jobs[i]);
    }
    return 0;
}
