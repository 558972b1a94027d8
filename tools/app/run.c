/* SPDX-License-Identifier: MIT */
/* A run: its tasks, its limits and its ending. */
#include "tools/app/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/task_info.h"
#include "sim/code_place.h"
#include "softboard.h"
#include "tools/app/report.h"
#include "tools/app/signals.h"

/* sb_main may do more than a task, and its stack is never given to another. */
#define MAIN_STACK_SIZE (4 * SB_STACK_SIZE)
#define MAIN_GAP        16384

/* --wall-timeout where nobody watches. */
#define CI_WALL_TIMEOUT_NS (10 * 60 * SB_S_NS)

void sb_run_end(struct sb_run *run, enum sb_ending ending)
{
    if (run->ending != SB_ENDING_NONE)
        return;
    run->ending = ending;
    sb_loop_stop(&run->loop);
}

static void on_task_error(struct sb_task *task, int result, void *arg)
{
    struct sb_run *run = arg;
    char place[256] = "?";

    if (result == -EFAULT)
        sb_signals_end_overflowed(task);
    run->has_errors = true;
    if (task->state != SB_TASK_PARKED) {
        fprintf(stderr, "%s: task '%s' ended with an error that nobody collected: %s (%d)\n",
                run->options->program, task->name, sb_report_error_text(result), result);
        return;
    }
    sb_code_place(task->wait_caller, place, sizeof(place));
    fprintf(stderr,
            "%s: task '%s' ignored its cancel in 100 waits in a row, the last in %s: it is left "
            "behind; return when a wait fails\n",
            run->options->program, task->name, place);
}

static void on_signal_call(void *arg)
{
    sb_run_end(arg, SB_ENDING_SIGNAL);
}

static void on_timeout(struct sb_timer *timer, void *arg)
{
    (void)timer;
    sb_run_end(arg, SB_ENDING_TIMEOUT);
}

/* --for ends when everything due at that instant has run, the scenario's step too. */
static int run_for(void *arg)
{
    struct sb_run *run = arg;
    int rc = sb_sleep_until_ns(sb_now_ns() + run->options->for_ns);

    for (int i = 0; i < 2 && rc == 0; i++)
        rc = sb_settle();
    if (rc == 0)
        sb_run_end(run, SB_ENDING_FOR);
    return 0;
}

/*
 * Calls sb_main some way down the stack. Tasks that it keeps among its locals are still there when it has
 * returned, until they have been cancelled and have unwound: nothing else gets that deep any more. So nothing may be called
 * here after it.
 */
static __attribute__((noinline)) int call_main_below(struct sb_board *board)
{
    char gap[MAIN_GAP];
    int rc;

    __asm__ volatile("" : : "r"(gap) : "memory");
    sb_task_set_outermost(__builtin_frame_address(0), (void (*)(void))sb_main);
    rc = sb_main(board);
    __asm__ volatile("" : : "r"(gap) : "memory");
    return rc;
}

/* Cancels all other tasks and waits for those that live on this stack. */
static void join_hosted(struct sb_loop *loop)
{
    struct sb_task *me = sb_task_current();
    struct sb_list *node;
    struct sb_list *after;

    if (me->hosted_count == 0)
        return;
    sb_loop_cancel_all(loop, me);
    sb_shield_begin();
    while (me->hosted_count > 0)
        SB_LIST_FOR_EACH(node, after, &loop->tasks)
        {
            struct sb_task *task = SB_CONTAINER_OF(node, struct sb_task, loop_node);
            if (task->host != me)
                continue;
            (void)sb_join(task, NULL);
            break;
        }
    sb_shield_end();
}

static int run_main(void *arg)
{
    struct sb_run *run = arg;

    run->main_result = call_main_below(run->board);
    sb_task_set_outermost(NULL, NULL);
    if (run->main_result < 0)
        snprintf(run->main_error, sizeof(run->main_error), "%s", sb_board_error(run->board));
    sb_run_end(run, SB_ENDING_RETURNED);
    join_hosted(&run->loop);
    return 0;
}

/*
 * The limit of wall time, by an alarm of the system: first it ends the run as any limit does, so that
 * files are whole; if some task never waits and that has not helped, two seconds later, it just leaves.
 */
static struct sb_run *limited_run;

static void on_wall_timeout(void *arg)
{
    sb_run_end(arg, SB_ENDING_WALL_TIMEOUT);
}

static void on_alarm(int number)
{
    static const char text[] = ": the limit of --wall-timeout is reached, and a task never waits\n";
    static volatile sig_atomic_t count;
    int saved = errno;

    (void)number;
    if (count++ > 0) {
        sb_signals_restore();
        (void)!write(STDERR_FILENO, limited_run->options->program,
                     strlen(limited_run->options->program));
        (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
        _exit(SB_EXIT_LIMIT);
    }
    sb_loop_post(&limited_run->loop, &limited_run->wall_call);
    errno = saved;
}

static void start_wall_timeout(struct sb_run *run)
{
    const char *ci = getenv("CI");
    int64_t limit_ns = run->options->wall_timeout_ns;
    struct itimerspec at = {.it_interval = {2, 0}};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    timer_t timer;

    if (limit_ns < 0 && ci != NULL && strcmp(ci, "true") == 0)
        limit_ns = CI_WALL_TIMEOUT_NS;
    if (limit_ns < 0)
        return;
    if (limit_ns > INT32_MAX * SB_S_NS) /* what a clock of 32 bits holds: 68 years */
        limit_ns = INT32_MAX * SB_S_NS;
    limited_run = run;
    run->wall_call.fn = on_wall_timeout;
    run->wall_call.arg = run;
    at.it_value.tv_sec = (time_t)(limit_ns / SB_S_NS);
    at.it_value.tv_nsec = (long)(limit_ns % SB_S_NS) + (limit_ns == 0);
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) == 0)
        timer_settime(timer, 0, &at, NULL);
}

int sb_run_init(struct sb_run *run, const struct sb_options *options, struct sb_clock *clock,
                struct sb_workers *workers)
{
    int rc;

    *run = (struct sb_run){.options = options};
    rc = sb_stacks_mmap_init(&run->stacks, 0);
    if (rc == 0)
        rc = sb_stacks_mmap_reserve(&run->stacks, 16);
    if (rc < 0) {
        fprintf(stderr, "%s: no memory for stacks\n", options->program);
        return rc;
    }
    sb_loop_init(&run->loop, &(struct sb_loop_config){
                                 .clock = clock,
                                 .stacks = &run->stacks.stacks,
                                 .workers = workers,
                                 .seed = options->seed,
                                 .is_shuffled = options->shuffle,
                                 .error_fn = on_task_error,
                                 .error_arg = run,
                             });
    run->signal_call.fn = on_signal_call;
    run->signal_call.arg = run;
    start_wall_timeout(run);
    return sb_signals_start(options->program, &run->loop, &run->stacks, &run->signal_call);
}

int sb_run_start(struct sb_run *run, struct sb_board *board)
{
    struct sb_stack stack;
    int rc;

    run->board = board;
    board->argc = run->options->argc;
    board->argv = run->options->argv;
    sb_timer_init(&run->timeout, on_timeout, run);
    if (run->options->timeout_ns >= 0)
        sb_timer_start_ns(&run->timeout, run->options->timeout_ns);
    rc = sb_stacks_mmap_init(&run->main_stacks, MAIN_STACK_SIZE);
    sb_signals_watch_stacks(&run->main_stacks);
    if (rc == 0)
        rc = run->main_stacks.stacks.get(&run->main_stacks.stacks, &stack);
    if (rc == 0)
        rc = sb_spawn_config(&run->main_task, &(struct sb_task_config){
                                                  .fn = run_main,
                                                  .arg = run,
                                                  .name = "main",
                                                  .stack = stack,
                                              });
    if (rc == 0 && run->options->for_ns >= 0)
        rc = sb_spawn(&run->for_task, "--for", run_for, run);
    if (rc < 0)
        fprintf(stderr, "%s: cannot start: %s\n", run->options->program, strerror(-rc));
    return rc;
}

void sb_run_loop(struct sb_run *run)
{
    int rc = 0;

    while (run->ending == SB_ENDING_NONE && rc == 0)
        rc = sb_loop_run(&run->loop, NULL);
    if (rc == -EDEADLK) {
        run->ending = SB_ENDING_DEADLOCK;
        fprintf(
            stderr,
            "%s: deadlock at %.9f s: every task waits, and nothing is left that could wake one\n",
            run->options->program, (double)sb_now_ns() / 1e9);
        sb_report_tasks(&run->loop);
    }
    sb_timer_stop(&run->timeout);
    sb_loop_cancel_all(&run->loop, NULL);
    if (sb_loop_run(&run->loop, NULL) == -EDEADLK) {
        fprintf(stderr, "%s: tasks that were cancelled and still wait are left behind:\n",
                run->options->program);
        sb_report_tasks(&run->loop);
    }
}

int sb_run_exit_code(struct sb_run *run)
{
    const struct sb_options *options = run->options;
    int code = run->has_errors ? SB_EXIT_FAILED : SB_EXIT_GOOD;

    switch (run->ending) {
    case SB_ENDING_RETURNED:
        if (run->main_result >= 0)
            return code;
        fprintf(stderr, "%s: sb_main returned %d: %s%s%s\n", options->program, run->main_result,
                sb_report_error_text(run->main_result), run->main_error[0] == '\0' ? "" : ": ",
                run->main_error);
        return SB_EXIT_FAILED;
    case SB_ENDING_TIMEOUT:
        fprintf(stderr, "%s: the limit of --timeout is reached\n", options->program);
        return SB_EXIT_LIMIT;
    case SB_ENDING_WALL_TIMEOUT:
        fprintf(stderr, "%s: the limit of --wall-timeout is reached\n", options->program);
        return SB_EXIT_LIMIT;
    case SB_ENDING_DEADLOCK:
    case SB_ENDING_FAILED:
        return SB_EXIT_FAILED;
    case SB_ENDING_NONE:
    case SB_ENDING_FOR:
    case SB_ENDING_SCENARIO:
    case SB_ENDING_SIGNAL:
    case SB_ENDING_QUIT:
        break;
    }
    return code;
}

void sb_run_deinit(struct sb_run *run)
{
    sb_signals_stop();
    sb_loop_deinit(&run->loop);
    sb_stacks_mmap_deinit(&run->stacks);
    sb_stacks_mmap_deinit(&run->main_stacks);
}
