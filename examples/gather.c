/* SPDX-License-Identifier: MIT */
/*
 * Three jobs side by side: one ends well, one is cancelled from outside, one runs out of time. `-- all` waits for
 * all and collects their results; without it the first that fails ends the others.
 */
#include <errno.h>
#include <softboard.h>
#include <stdio.h>
#include <string.h>

static int64_t start_ns;

static double seconds(void)
{
    return (double)(sb_now_ns() - start_ns) / SB_S_NS;
}

static int say(const char *text)
{
    printf("%4.1f s  %s\n", seconds(), text);
    return 0;
}

static int bark(void *arg)
{
    (void)arg;
    say("barking starts");
    int rc = sb_sleep_ms(6000);
    say(rc == 0 ? "barking is done" : "barking is cut short");
    return rc < 0 ? rc : 42;
}

static int wait_long(void *arg)
{
    (void)arg;
    say("bar starts");
    int rc = sb_sleep_ms(3600000);
    return rc == -ECANCELED ? say("bar is cancelled"), rc : rc;
}

static int give_up_after_7_s(void *arg)
{
    struct sb_timeout timeout;

    (void)arg;
    say("foo starts");
    sb_timeout_begin_ms(&timeout, 7000);
    int rc = sb_timeout_end(&timeout, sb_sleep_ms(3600000));
    return rc == -ETIMEDOUT ? say("foo has run out of time"), rc : rc;
}

static int cancel_after_5_s(void *arg)
{
    int rc = sb_sleep_ms(5000);

    if (rc == 0)
        sb_task_cancel(arg);
    return rc;
}

int sb_main(struct sb_board *board)
{
    struct sb_job jobs[] = {{.fn = bark, .name = "barking"},
                            {.fn = wait_long, .name = "bar"},
                            {.fn = give_up_after_7_s, .name = "foo"}};
    struct sb_task canceller;
    char *const *argv;
    int rc;

    start_ns = sb_now_ns();
    sb_spawn(&canceller, "canceller", cancel_after_5_s, &jobs[1].task);
    if (sb_board_args(board, &argv) > 0 && strcmp(argv[0], "all") == 0)
        rc = sb_gather_all(jobs, 3);
    else
        rc = sb_gather(jobs, 3);
    printf("%4.1f s  gather: %d; results: %d, %d, %d\n", seconds(), rc, jobs[0].result,
           jobs[1].result, jobs[2].result);
    sb_task_cancel(&canceller);
    return sb_join(&canceller, NULL);
}
