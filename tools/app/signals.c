/* SPDX-License-Identifier: MIT */
/*
 * Signal handlers. The watch for tasks that never wait counts processor time, not wall time, so that
 * an idle program is not woken for it: each second that the process has really used, a handler
 * looks whether still the same slice of the same task is running.
 */
#include "tools/app/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "hal-linux/restore.h"
#include "sim/draw/view.h"

#define HOG_SECONDS    5
#define ALT_STACK_SIZE (64 * 1024)

static struct {
    const char *program;
    struct sb_loop *loop;
    const struct sb_stacks_mmap *stacks[2];
    struct sb_call *call;
    volatile sig_atomic_t last;
    volatile sig_atomic_t interrupts;
    timer_t hog_timer;
    bool has_hog_timer;
    const struct sb_task *watched;
    uint64_t watched_slice;
    unsigned watched_seconds;
} state;

/* ---- printing from a handler */

static void print(const char *text)
{
    (void)!write(STDERR_FILENO, text, strlen(text));
}

static void print_number(uint64_t value)
{
    char digits[24];
    char *at = digits + sizeof(digits) - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    print(at);
}

static void print_task(const struct sb_task *task)
{
    print("task ");
    print_number(task->id);
    print(" '");
    print(task->name);
    print("'");
}

void sb_signals_restore(void)
{
    sb_terminal_restore();
    sb_restore_all();
}

/* On a stack of its own: a task's may have no room for what the system puts there. */
static int handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags | SA_ONSTACK};

    sigemptyset(&action.sa_mask);
    return sigaction(number, &action, NULL) == 0 ? 0 : -errno;
}

/* ---- ending */

static void on_end(int number)
{
    int saved = errno;

    state.last = number;
    if (number == SIGINT && ++state.interrupts > 1) {
        sb_signals_restore();
        _exit(130);
    }
    sb_loop_post(state.loop, state.call);
    errno = saved;
}

int sb_signals_last(void)
{
    return state.last;
}

/* Ctrl-Z: the shell gets its terminal as it was; the view takes it again when we are continued. */
static void on_stop(int number)
{
    int saved = errno;

    sb_terminal_restore();
    signal(number, SIG_DFL);
    raise(number); /* stops here, since the handler is installed with SA_NODEFER */
    (void)handle(number, on_stop, SA_RESTART | SA_NODEFER);
    errno = saved;
}

/* ---- faults */

void sb_signals_end_overflowed(const struct sb_task *task)
{
    sb_signals_restore();
    print(state.program);
    print(": stack overflow in ");
    if (task == NULL) {
        print("the loop");
    } else {
        print_task(task);
        print(": it has ");
        print_number(task->stack.size);
        print(" bytes");
    }
    print("; keep large arrays static, or give the task a larger stack (sb_spawn_config)\n");
    _exit(1);
}

/* Below its stack: in the guard page, or, without one, further down through its neighbours'. */
static bool is_below(const struct sb_task *task, const void *address)
{
    return task->stack.base != NULL && (uintptr_t)address < (uintptr_t)task->stack.base;
}

static bool is_guard(const void *address)
{
    for (unsigned i = 0; i < 2; i++)
        if (state.stacks[i] != NULL && sb_stacks_mmap_is_guard(state.stacks[i], address))
            return true;
    return false;
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    const struct sb_task *task = state.loop->running;

    (void)context;
    sb_signals_restore();
    if (is_guard(info->si_addr))
        sb_signals_end_overflowed(is_below(task, info->si_addr) ? task : NULL);
    signal(number, SIG_DFL); /* the fault comes again on return, now for the system */
    if (info->si_code <= 0)
        raise(number); /* but what kill sent does not */
}

static void on_abort(int number)
{
    sb_signals_restore();
    signal(number, SIG_DFL);
    raise(number);
}

/* ---- tasks that never wait */

static void on_second(int number)
{
    const struct sb_task *task = state.loop->running;
    int saved = errno;

    (void)number;
    if (task == &state.loop->hub || task != state.watched ||
        task->slice_count != state.watched_slice) {
        state.watched = task;
        state.watched_slice = task->slice_count;
        state.watched_seconds = 0;
    } else if (++state.watched_seconds == HOG_SECONDS) {
        print(state.program);
        print(": ");
        print_task(task);
        print(
            " has run for 5 s without waiting: nothing else runs meanwhile; sb_yield() or sleep in "
            "its loop\n");
    }
    errno = saved;
}

static void start_hog_watch(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGPROF};
    struct itimerspec second = {.it_interval = {1, 0}, .it_value = {1, 0}};

    state.has_hog_timer = timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &state.hog_timer) == 0 &&
                          timer_settime(state.hog_timer, 0, &second, NULL) == 0;
}

/* ---- */

/* Those who began it by nohup, or in the background of a script, want it to go on without the terminal. */
static int handle_hangup(void)
{
    struct sigaction before;

    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler == SIG_IGN)
        return 0;
    return handle(SIGHUP, on_end, SA_RESTART);
}

static int handle_all(void)
{
    static const struct {
        int number;
        void (*handler)(int);
        int flags;
    } handlers[] = {
        {SIGINT, on_end, SA_RESTART},
        {SIGTERM, on_end, SA_RESTART},
        {SIGABRT, on_abort, 0},
        {SIGQUIT, on_abort, 0},
        {SIGPROF, on_second, SA_RESTART},
        {SIGTSTP, on_stop, SA_RESTART | SA_NODEFER},
        {SIGPIPE, SIG_IGN, 0},
    };
    int rc = handle_hangup();

    for (unsigned i = 0; i < sizeof(handlers) / sizeof(handlers[0]) && rc == 0; i++)
        rc = handle(handlers[i].number, handlers[i].handler, handlers[i].flags);
    return rc;
}

static void handle_faults(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    stack_t alternate = {.ss_size = ALT_STACK_SIZE};

    alternate.ss_sp = mmap(NULL, ALT_STACK_SIZE, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (alternate.ss_sp == MAP_FAILED || sigaltstack(&alternate, NULL) < 0)
        return;
    sigemptyset(&action.sa_mask);
    for (unsigned i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        sigaction(faults[i], &action, NULL);
}

int sb_signals_start(const char *program, struct sb_loop *loop, const struct sb_stacks_mmap *stacks,
                     struct sb_call *call)
{
    int rc;

    state.program = program;
    state.loop = loop;
    state.stacks[0] = stacks;
    state.stacks[1] = NULL;
    state.call = call;
    handle_faults();
    rc = handle_all();
    if (rc == 0)
        start_hog_watch();
    return rc;
}

void sb_signals_watch_stacks(const struct sb_stacks_mmap *stacks)
{
    state.stacks[1] = stacks;
}

void sb_signals_stop(void)
{
    static const int numbers[] = {SIGINT,  SIGTERM, SIGTSTP, SIGABRT, SIGQUIT,
                                  SIGPROF, SIGSEGV, SIGBUS,  SIGFPE,  SIGILL};
    struct sigaction hangup;

    state.stacks[0] = state.stacks[1] = NULL;
    if (state.has_hog_timer)
        timer_delete(state.hog_timer);
    state.has_hog_timer = false;
    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        signal(numbers[i], numbers[i] == SIGPROF ? SIG_IGN : SIG_DFL);
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler == on_end)
        signal(SIGHUP, SIG_DFL);
}
