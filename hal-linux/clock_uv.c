/* SPDX-License-Identifier: MIT */
/*
 * The real clock on libuv. All timers of the loop share one timerfd, armed for the earliest deadline to
 * the nanosecond (libuv's own timers know milliseconds only).
 *
 * While tasks keep the loop busy, a thread of its own watches libuv's descriptor and calls for the loop's
 * attention when something is there. A second timerfd starts it, a little after the loop has become busy
 * or has looked: so a burst of tasks costs two settings of a timer and no switch of threads, and while the
 * loop waits by itself the thread sleeps without a time limit.
 */
#include "hal-linux/clock_uv.h"

#include "config.h"

#if SB_HAVE_UV

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "lib/list.h"
#include "lib/loop.h"
#include "lib/timer.h"

/* How long tasks may run before the watch begins: by then most bursts are over. */
#define WATCH_AFTER_NS 50000
/* A handle of the program's own that was started meanwhile is in the descriptor only after uv_run: so a tick. */
#define WATCH_TICK_MS 1

#define FIRED INT64_MIN

/* What its loop opens: 5 with version 1.44. */
#define DESCRIPTORS_OF_LIBUV 8

struct sb_clock_uv_private {
    uv_loop_t uv;
    uv_poll_t timer_poll;
    uv_async_t wake;
    struct sb_loop *loop; /* for the watch thread */
    int timer_fd;
    int64_t armed_ns; /* deadline that the timerfd is set to; SB_NEVER: none; FIRED: past */
    /* The watch thread and what it shares with the loop's thread. */
    uv_thread_t watcher;
    bool has_watcher;
    int start_fd; /* a timerfd: the watch begins */
    uv_mutex_t mutex;
    atomic_bool is_busy;
    atomic_bool is_ending;
};

static struct sb_clock_uv *clock_of(struct sb_clock *clock)
{
    return SB_CONTAINER_OF(clock, struct sb_clock_uv, clock);
}

static int64_t real_now_ns(struct sb_clock *clock)
{
    struct timespec t;

    (void)clock;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SB_S_NS + t.tv_nsec;
}

/* ---- waiting */

static void on_timer(uv_poll_t *handle, int status, int events)
{
    struct sb_clock_uv_private *p = handle->data;

    (void)status;
    (void)events;
    p->armed_ns = FIRED; /* setting it anew makes it unreadable: no need to read it */
}

static void on_wake(uv_async_t *handle)
{
    (void)handle; /* ending the wait is all */
}

static void arm(struct sb_clock_uv_private *p, int64_t deadline_ns)
{
    struct itimerspec at = {.it_interval = {0, 0}};

    if (deadline_ns == p->armed_ns)
        return;
    if (deadline_ns != SB_NEVER) {
        /* 32 bits hold 68 years. Who waits longer is woken in between, and waits again. */
        int64_t seconds = deadline_ns / SB_S_NS;

        at.it_value.tv_sec = (time_t)(seconds < INT32_MAX ? seconds : INT32_MAX);
        at.it_value.tv_nsec = (long)(deadline_ns % SB_S_NS);
    }
    timerfd_settime(p->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
    p->armed_ns = deadline_ns;
}

static int real_wait_until_ns(struct sb_clock *clock, int64_t deadline_ns)
{
    struct sb_clock_uv_private *p = clock_of(clock)->p;
    bool may_wait = deadline_ns > real_now_ns(clock);

    if (deadline_ns == SB_NEVER && !sb_loop_has_source(clock->loop))
        return -EDEADLK;
    if (may_wait)
        arm(p, deadline_ns);
    sb_loop_callback_begin(clock->loop);
    uv_run(&p->uv, may_wait && !sb_loop_has_work(clock->loop) ? UV_RUN_ONCE : UV_RUN_NOWAIT);
    clock->now_ns = real_now_ns(clock);
    sb_loop_callback_end(clock->loop);
    return 0;
}

static void real_wake(struct sb_clock *clock)
{
    uv_async_send(&clock_of(clock)->p->wake);
}

static void real_spin_ns(struct sb_clock *clock, int64_t duration_ns)
{
    int64_t end_ns = real_now_ns(clock) + duration_ns;

    while (real_now_ns(clock) < end_ns)
        ;
}

/* ---- the watch while tasks are busy */

/* Waits until the loop's descriptor is ready; false when the loop is not busy any more. */
static bool watch_descriptor(struct sb_clock_uv_private *p)
{
    struct pollfd fd = {.fd = uv_backend_fd(&p->uv), .events = POLLIN};

    while (atomic_load_explicit(&p->is_busy, memory_order_relaxed))
        if (poll(&fd, 1, WATCH_TICK_MS) >= 0)
            return true;
    return false;
}

/* Not once the loop has said that it is not busy: it may be gone then. */
static void call_for_a_look(struct sb_clock_uv_private *p)
{
    uv_mutex_lock(&p->mutex);
    if (atomic_load_explicit(&p->is_busy, memory_order_relaxed))
        sb_loop_look(p->loop);
    uv_mutex_unlock(&p->mutex);
}

static void watch(void *arg)
{
    struct sb_clock_uv_private *p = arg;
    struct pollfd start = {.fd = p->start_fd, .events = POLLIN};
    uint64_t expirations;

    while (!atomic_load_explicit(&p->is_ending, memory_order_acquire)) {
        if (poll(&start, 1, -1) < 0 || read(p->start_fd, &expirations, sizeof(expirations)) < 0)
            continue; /* interrupted, or set anew in between */
        if (watch_descriptor(p))
            call_for_a_look(p);
    }
}

static void set_start(struct sb_clock_uv_private *p, int64_t delay_ns)
{
    struct itimerspec at = {.it_value = {.tv_nsec = (long)delay_ns}};

    timerfd_settime(p->start_fd, 0, &at, NULL);
}

static void start_watcher(struct sb_clock_uv_private *p)
{
    sigset_t all;
    sigset_t before;

    /* Signals are for the thread that runs the tasks. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    p->has_watcher = uv_thread_create(&p->watcher, watch, p) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void real_set_busy(struct sb_clock *clock, bool is_busy, int64_t next_ns)
{
    struct sb_clock_uv_private *p = clock_of(clock)->p;

    uv_mutex_lock(&p->mutex);
    p->loop = clock->loop;
    atomic_store_explicit(&p->is_busy, is_busy, memory_order_relaxed);
    uv_mutex_unlock(&p->mutex);
    if (is_busy && !p->has_watcher)
        start_watcher(p);
    if (is_busy)
        arm(p, next_ns);
    set_start(p, is_busy ? WATCH_AFTER_NS : 0);
}

/* ---- */

static const struct sb_clock_ops ops = {
    .now_ns = real_now_ns,
    .wait_until_ns = real_wait_until_ns,
    .wake = real_wake,
    .spin_ns = real_spin_ns,
    .set_busy = real_set_busy,
};

/* Where there are no descriptors left, libuv does not return an error but aborts. */
static int check_descriptors(int some_fd)
{
    int fds[DESCRIPTORS_OF_LIBUV];
    int count = 0;

    while (count < DESCRIPTORS_OF_LIBUV && (fds[count] = fcntl(some_fd, F_DUPFD_CLOEXEC, 0)) >= 0)
        count++;
    for (int i = 0; i < count; i++)
        close(fds[i]);
    return count < DESCRIPTORS_OF_LIBUV ? -EMFILE : 0;
}

static int start_handles(struct sb_clock_uv_private *p)
{
    int rc = check_descriptors(p->timer_fd);

    if (rc == 0)
        rc = uv_loop_init(&p->uv);
    if (rc < 0)
        return rc;
    rc = uv_async_init(&p->uv, &p->wake, on_wake);
    if (rc == 0)
        rc = uv_poll_init(&p->uv, &p->timer_poll, p->timer_fd);
    if (rc == 0) {
        p->timer_poll.data = p;
        rc = uv_poll_start(&p->timer_poll, UV_READABLE, on_timer);
    }
    return rc;
}

static void close_timers(struct sb_clock_uv_private *p)
{
    if (p->timer_fd >= 0)
        close(p->timer_fd);
    if (p->start_fd >= 0)
        close(p->start_fd);
}

int sb_clock_uv_init(struct sb_clock_uv *clock)
{
    struct sb_clock_uv_private *p = calloc(1, sizeof(*p));
    int rc;

    *clock = (struct sb_clock_uv){
        .clock = {.ops = &ops, .run_ahead_ns = SB_NEVER},
        .p = p,
    };
    if (p == NULL)
        return -ENOMEM;
    p->armed_ns = SB_NEVER;
    clock->clock.now_ns = real_now_ns(&clock->clock);
    p->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    p->start_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    rc = p->timer_fd < 0 || p->start_fd < 0 ? -errno : uv_mutex_init(&p->mutex);
    if (rc == 0)
        rc = start_handles(p);
    if (rc < 0) {
        close_timers(p);
        free(p);
        clock->p = NULL;
    }
    return rc;
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void sb_clock_uv_deinit(struct sb_clock_uv *clock)
{
    struct sb_clock_uv_private *p = clock->p;

    if (p == NULL)
        return;
    if (p->has_watcher) {
        atomic_store_explicit(&p->is_ending, true, memory_order_release);
        set_start(p, 1);
        uv_thread_join(&p->watcher);
    }
    uv_walk(&p->uv, close_handle, NULL);
    uv_run(&p->uv, UV_RUN_DEFAULT);
    uv_loop_close(&p->uv);
    uv_mutex_destroy(&p->mutex);
    close_timers(p);
    free(p);
    clock->p = NULL;
}

struct uv_loop_s *sb_clock_uv_loop(struct sb_clock_uv *clock)
{
    return &clock->p->uv;
}

void sb_clock_uv_add_source(struct sb_clock_uv *clock, int change)
{
    sb_loop_add_source(clock->clock.loop, change);
}

#else

#include <errno.h>
#include <stddef.h>

int sb_clock_uv_init(struct sb_clock_uv *clock)
{
    clock->p = NULL;
    return -ENOTSUP;
}

void sb_clock_uv_deinit(struct sb_clock_uv *clock)
{
    (void)clock;
}

struct uv_loop_s *sb_clock_uv_loop(struct sb_clock_uv *clock)
{
    (void)clock;
    return NULL;
}

void sb_clock_uv_add_source(struct sb_clock_uv *clock, int change)
{
    (void)clock;
    (void)change;
}

#endif
