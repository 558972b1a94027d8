/* SPDX-License-Identifier: MIT */
/*
 * The paced clock: virtual time that may not run ahead of wall time x speed. When the machine is too
 * slow, simulated time lags; nothing is skipped. Frames come at a steady rate of wall time, so a window
 * answers while the program sleeps, and time stands still while it is paused.
 *
 * A real clock may be attached for what comes from outside (sockets). It is asked to look and never to wait, and to watch
 * while tasks keep the loop busy; simulated time is none of its business.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "lib/list.h"
#include "lib/loop.h"
#include "sim/clock_virtual.h"

#define FRAME_PERIOD_NS 16666667
/* How far a program that never sleeps may run ahead before wall time is looked at. */
#define RUN_AHEAD_NS 1000000
/* A wait that ends later than asked by so much did not wait: the process was stopped. */
#define STOPPED_NS 500000000
/* What a clock of 32 bits holds: 68 years. A wait that ends sooner than asked is taken up again. */
#define LONGEST_NS (INT32_MAX * INT64_C(1000000000))

static struct sb_clock_paced *paced_of(struct sb_clock *clock)
{
    return SB_CONTAINER_OF(clock, struct sb_clock_paced, clock);
}

static int64_t wall_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The simulated time that wall time allows. */
static int64_t allowed_ns(const struct sb_clock_paced *paced, int64_t wall)
{
    return paced->start_ns + (int64_t)((double)(wall - paced->wall_start_ns) * paced->speed);
}

static void run_frame(struct sb_clock_paced *paced)
{
    sb_loop_callback_begin(paced->clock.loop);
    paced->frame_fn(paced->frame_arg);
    sb_loop_callback_end(paced->clock.loop);
}

/* What has come from outside happens now. */
static void run_live(struct sb_clock_paced *paced)
{
    if (paced->live != NULL && paced->speed > 0)
        (void)paced->live->ops->wait_until_ns(paced->live, INT64_MIN);
}

/* Waits for input, a wake or `until` of wall time. Returns true when it was input or a wake. */
static bool wait_wall(struct sb_clock_paced *paced, int64_t until)
{
    struct pollfd fds[3] = {
        {.fd = paced->wake_fds[0], .events = POLLIN},
        {.fd = paced->input_fd, .events = POLLIN},
        {.fd = paced->speed > 0 ? paced->live_fd : -1, .events = POLLIN},
    };
    int64_t left = until - wall_ns();
    struct timespec timeout = {0, 0};
    char drain[64];
    int64_t late_ns;
    int ready;

    if (left > LONGEST_NS)
        timeout.tv_sec = LONGEST_NS / 1000000000;
    else if (left > 0)
        timeout = (struct timespec){(time_t)(left / 1000000000), (long)(left % 1000000000)};
    ready = ppoll(fds, 3, &timeout, NULL);
    late_ns = wall_ns() - (left > 0 ? until : until - left);
    if (late_ns > STOPPED_NS) /* the process was stopped: that is no simulated time */
        paced->wall_start_ns += late_ns;
    if (ready <= 0)
        return false;
    if ((fds[0].revents & POLLIN) != 0)
        (void)!read(paced->wake_fds[0], drain, sizeof(drain));
    if ((fds[1].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0 && (fds[1].revents & POLLIN) == 0)
        paced->input_fd = -1; /* nobody will ever type again */
    if ((fds[1].revents & POLLIN) != 0)
        paced->next_frame_ns = 0;
    return true;
}

/* Runs a frame when it is time for one. */
static bool do_frame_if_due(struct sb_clock_paced *paced, int64_t wall)
{
    if (paced->frame_fn == NULL || wall < paced->next_frame_ns)
        return false;
    paced->next_frame_ns = wall + paced->frame_period_ns;
    run_frame(paced);
    return true;
}

/* Moves simulated time on to what wall time allows, not past the deadline. */
static void catch_up(struct sb_clock_paced *paced, int64_t deadline_ns)
{
    int64_t now_ns = allowed_ns(paced, wall_ns());

    if (now_ns > deadline_ns)
        now_ns = deadline_ns;
    if (now_ns > paced->clock.now_ns)
        paced->clock.now_ns = now_ns;
}

static int paced_wait_until_ns(struct sb_clock *clock, int64_t deadline_ns)
{
    struct sb_clock_paced *paced = paced_of(clock);

    for (;;) {
        int64_t wall = wall_ns();
        int64_t until = paced->next_frame_ns;
        bool has_frame = paced->frame_fn != NULL;

        catch_up(paced, deadline_ns);
        run_live(paced);
        /* What a frame arms may be due before the deadline that was given: the loop must look anew. */
        if (do_frame_if_due(paced, wall) || sb_wheel_next_ns(&clock->loop->wheel) < deadline_ns)
            return 0;
        if (clock->now_ns >= deadline_ns || sb_loop_has_work(clock->loop))
            return 0;
        if (deadline_ns == SB_NEVER && !has_frame && paced->input_fd < 0 &&
            !sb_loop_has_source(clock->loop))
            return -EDEADLK;
        if (deadline_ns != SB_NEVER && paced->speed > 0) {
            double wall_left = (double)(deadline_ns - clock->now_ns) / paced->speed;
            if (!has_frame || wall_left < (double)(until - wall))
                until = wall + (int64_t)wall_left + 1;
        } else if (!has_frame) {
            until = wall + 1000000000;
        } else if (until < wall) {
            until = wall;
        }
        if (wait_wall(paced, until) && paced->next_frame_ns == 0)
            catch_up(paced, deadline_ns); /* input happens now, not at the last frame */
    }
}

static void paced_catch_up(struct sb_clock *clock)
{
    struct sb_clock_paced *paced = paced_of(clock);

    for (;;) {
        int64_t wall = wall_ns();
        int64_t ahead_ns = clock->now_ns - allowed_ns(paced, wall);
        int64_t until = paced->next_frame_ns;

        run_live(paced);
        (void)do_frame_if_due(paced, wall);
        /* Whoever leaves early is asked again at once, or time would run away while much comes. */
        clock->run_ahead_ns = ahead_ns <= 0 ? RUN_AHEAD_NS : 0;
        if (ahead_ns <= 0 || sb_loop_is_called(clock->loop))
            return;
        if (paced->speed > 0 &&
            (paced->frame_fn == NULL || (double)ahead_ns / paced->speed < (double)(until - wall)))
            until = wall + (int64_t)((double)ahead_ns / paced->speed) + 1;
        else if (paced->frame_fn == NULL)
            until = wall + 1000000000;
        (void)wait_wall(paced, until);
    }
}

static void paced_wake(struct sb_clock *clock)
{
    (void)!write(paced_of(clock)->wake_fds[1], "", 1);
}

static void paced_set_busy(struct sb_clock *clock, bool is_busy, int64_t next_ns)
{
    struct sb_clock *live = paced_of(clock)->live;

    (void)next_ns; /* of simulated time */
    live->ops->set_busy(live, is_busy, INT64_MAX);
}

static const struct sb_clock_ops ops = {
    .wait_until_ns = paced_wait_until_ns,
    .catch_up = paced_catch_up,
    .wake = paced_wake,
};

static const struct sb_clock_ops live_ops = {
    .wait_until_ns = paced_wait_until_ns,
    .catch_up = paced_catch_up,
    .wake = paced_wake,
    .set_busy = paced_set_busy,
};

void sb_clock_paced_set_live(struct sb_clock_paced *paced, struct sb_clock *live, int live_fd)
{
    struct sb_loop *loop = paced->clock.loop;

    if (paced->live != NULL)
        paced->live->ops->set_busy(paced->live, false, INT64_MAX);
    if (live != NULL)
        live->loop = loop;
    paced->live = live;
    paced->live_fd = live == NULL ? -1 : live_fd;
    paced->clock.ops = live == NULL ? &ops : &live_ops;
    sb_loop_clock_changed(loop);
}

int sb_clock_paced_init(struct sb_clock_paced *paced, double speed, int64_t yield_cost_ns,
                        int input_fd, sb_frame_fn *frame_fn, void *frame_arg)
{
    *paced = (struct sb_clock_paced){
        .clock = {.ops = &ops, .yield_cost_ns = yield_cost_ns, .run_ahead_ns = RUN_AHEAD_NS},
        .speed = speed,
        .wall_start_ns = wall_ns(),
        .frame_period_ns = FRAME_PERIOD_NS,
        .input_fd = input_fd,
        .live_fd = -1,
        .frame_fn = frame_fn,
        .frame_arg = frame_arg,
    };
    return pipe2(paced->wake_fds, O_CLOEXEC | O_NONBLOCK) == 0 ? 0 : -errno;
}

void sb_clock_paced_set_speed(struct sb_clock_paced *paced, double speed)
{
    paced->start_ns = paced->clock.now_ns;
    paced->wall_start_ns = wall_ns();
    paced->speed = speed;
}

void sb_clock_paced_step(struct sb_clock_paced *paced, int64_t step_ns)
{
    paced->start_ns += step_ns;
}

void sb_clock_paced_deinit(struct sb_clock_paced *paced)
{
    close(paced->wake_fds[0]);
    close(paced->wake_fds[1]);
}
