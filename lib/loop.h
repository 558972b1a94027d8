/* SPDX-License-Identifier: MIT */
/*
 * The loop: runs tasks and timers in order of (time, arrival) on one thread. Tasks switch to each
 * other directly; the loop's own stack is entered only when none is ready or something calls for
 * attention, and there it fires timers and asks the clock to wait.
 */
#ifndef SB_LIB_LOOP_H
#define SB_LIB_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/hal/clock.h"
#include "lib/list.h"
#include "lib/stacks.h"
#include "lib/task.h"
#include "lib/timer.h"
#include "lib/wheel.h"

struct sb_workers;

/* C++ has no _Atomic before C++23; it sees fields of the same size, which it must leave alone. */
#ifdef __cplusplus
#define SB_ATOMIC(type) type
#else
#define SB_ATOMIC(type) _Atomic(type)
#endif

/* What the trace hook is told. */
enum sb_trace_kind {
    SB_TRACE_SPAWN,  /* task */
    SB_TRACE_RUN,    /* task gets the processor */
    SB_TRACE_WAIT,   /* task waits; name: on what */
    SB_TRACE_WAKE,   /* task is woken, and ready; value: what its wait returns */
    SB_TRACE_FINISH, /* task; value: its result */
    SB_TRACE_CANCEL, /* task */
    SB_TRACE_PIN,  /* name: a pin; value: level written (0, 1) or edge seen (2 falling, 3 rising) */
    SB_TRACE_WIRE, /* name: a simulated wire; value: its level, -1 floating, -2 conflict */
    SB_TRACE_MARK, /* name and value: whatever a program or a part wants on record */
};

struct sb_trace_event {
    int64_t time_ns;
    enum sb_trace_kind kind;
    const struct sb_task *task; /* null for events that belong to none */
    const char *name;
    int64_t value;
};

typedef void sb_trace_fn(const struct sb_trace_event *event, void *arg);

/*
 * A task ended with an error that nobody collected; or it ignored its cancel (result -EDEADLK); or it has
 * overflowed its stack (result -EFAULT). What lay below that may be damaged: this call must not return.
 */
typedef void sb_error_fn(struct sb_task *task, int result, void *arg);

/*
 * Chooses which of `count` (2 or more) ready tasks runs next, in the order in which they became ready: 0 is the
 * one that runs otherwise.
 */
typedef uint32_t sb_choose_fn(uint32_t count, void *arg);

/*
 * The loop is about to wait until `until_ns` (SB_NEVER: for what comes from outside): time to save power. In loop
 * context; must not wait itself.
 */
typedef void sb_idle_fn(int64_t until_ns, void *arg);

/* A call into the loop from another thread or a signal handler; the caller's memory until it ran. */
struct sb_call {
    void (*fn)(void *arg);
    void *arg;
    /* private */
    struct sb_call *next;
    SB_ATOMIC(bool) is_queued;
};

struct sb_loop_config {
    struct sb_clock *clock;     /* borrowed */
    struct sb_stacks *stacks;   /* borrowed; null: every task brings its own */
    struct sb_workers *workers; /* borrowed; null: the loop runs blocking functions itself */
    uint64_t seed;              /* of everything random in the loop */
    bool is_shuffled;           /* picks among ready tasks at random, by the seed */
    sb_choose_fn *choose_fn;    /* null: first come, first served, or shuffled */
    void *choose_arg;
    sb_error_fn *error_fn; /* null: such errors are only counted */
    void *error_arg;
};

/* The caller's memory; stays where it is from init to deinit. */
struct sb_loop {
    /* private */
    struct sb_task *running;
    struct sb_task *ready_head;
    struct sb_task **ready_tail;
    struct sb_task *round;    /* who yielded first since something happened */
    int64_t ahead_ns;         /* time at which the clock must be asked: see run_ahead_ns */
    int64_t horizon_ns;       /* time at which a round of yields must enter the loop */
    SB_ATOMIC(int) attention; /* non-zero: the next switch goes to the loop */
    uint32_t busy_turns;
    bool watches_busy;  /* the clock wants to be told when tasks keep the loop busy */
    bool is_clock_busy; /* it watches for us what comes from outside */
    bool is_running;
    bool is_ending; /* what is spawned now begins cancelled */
    bool stop_requested;
    uint8_t marker; /* where the loop's own context stands among the ready: lib/outside.c */
    int outside_depth;
    struct sb_task *interrupted;  /* by what comes from outside */
    struct sb_task **normal_tail; /* of the ready, while ready_tail is that of the urgent */
    struct sb_task *urgent_head;  /* woken from outside, not yet among the ready */
    struct sb_task **urgent_tail;
    struct sb_clock *clock;
    struct sb_stacks *stacks;
    struct sb_workers *workers;
    struct sb_wheel wheel;
    struct sb_list tasks; /* all that are not finished, by id */
    struct sb_waitq settling;
    struct sb_task *target; /* sb_loop_run ends when it has finished */
    uint32_t report_count;  /* errors whose report is due */
    struct sb_task *overflowed;
    struct sb_task hub; /* the loop's own context */
    uint32_t last_task_id;
    uint64_t random;
    uint64_t run_count;                /* changes whenever the loop's own context is entered */
    SB_ATOMIC(struct sb_call *) calls; /* posted, the newest first */
    struct sb_call *collected;         /* taken from there, the oldest first */
    struct sb_call **collected_tail;
    int source_count;
    sb_trace_fn *trace_fn;
    void *trace_arg;
    sb_choose_fn *choose_fn;
    void *choose_arg;
    sb_idle_fn *idle_fn;
    void *idle_arg;
    void *dead_fibre; /* a sanitizer's, to be destroyed from another */
    sb_error_fn *error_fn;
    void *error_arg;
    /* read-only */
    uint32_t task_count; /* not finished */
    uint32_t parked_count;
    uint32_t error_count; /* errors that nobody collected */
};

/* Makes it the current loop of this thread. Returns 0; -EBUSY when the thread has one already: nothing is done. */
int sb_loop_init(struct sb_loop *loop, const struct sb_loop_config *config);

/*
 * Cancels what is left and runs it until it has unwound, under real or virtual time as ever; what
 * ignores its cancel is parked. What is spawned meanwhile begins cancelled. Then it waits for what its workers
 * are doing, all timers are disarmed and the thread has no loop.
 */
void sb_loop_deinit(struct sb_loop *loop);

/*
 * Runs until `task` has finished (null: until no task is left) or sb_loop_stop. May be called again;
 * what was left goes on. Returns 0; -EDEADLK when all tasks wait, no timer is armed and nothing from
 * outside can come: sb_loop_for_each_task then tells who waits on what.
 */
int sb_loop_run(struct sb_loop *loop, struct sb_task *task);

/* Makes sb_loop_run return 0 as soon as the running task waits. */
void sb_loop_stop(struct sb_loop *loop);

/* The current thread's loop, or null. */
struct sb_loop *sb_loop_current(void);

/* True in timer callbacks, edge callbacks and calls, and outside of sb_loop_run: where nothing may wait. */
bool sb_loop_is_in_callback(const struct sb_loop *loop);

/*
 * For clocks and simulated worlds: what comes from outside the tasks is run between these, so that it
 * counts as loop context. What is woken there, or by a posted call, is urgent: it runs before the other
 * ready tasks, one of which runs after each batch of urgent ones at least. They nest.
 */
void sb_loop_callback_begin(struct sb_loop *loop);
void sb_loop_callback_end(struct sb_loop *loop);

/*
 * Has `call->fn` run in loop context, soon, in order of posting. From any thread or signal handler.
 * A call that is still queued is not queued twice; what was written before either post, the call sees.
 */
void sb_loop_post(struct sb_loop *loop, struct sb_call *call);

/*
 * On the loop's thread: takes a call back, so that its memory may go. Nobody may be posting it meanwhile.
 * True when it was queued and will not run.
 */
bool sb_loop_unpost(struct sb_loop *loop, struct sb_call *call);

/*
 * On the loop's thread: something outside (a thread, a signal handler) can still post. While the count is
 * above zero, a loop in which all tasks wait is no deadlock, where the clock runs by itself; on the
 * virtual clock it is one nevertheless. Add +1 and -1 in pairs.
 */
void sb_loop_add_source(struct sb_loop *loop, int change);

/* Makes the loop look at its clock soon, waiting or not. From any thread or signal handler. */
void sb_loop_wake(struct sb_loop *loop);

/* The same for a loop that is known to run tasks: no call of the system. For clocks. */
void sb_loop_look(struct sb_loop *loop);

/* For clocks: their operations are others now. What is to be told to set_busy begins anew, as in a loop that waits. */
void sb_loop_clock_changed(struct sb_loop *loop);

/*
 * For clocks: a call was posted, the loop is to stop, or something from outside has woken a task, whether or not
 * others are ready.
 */
bool sb_loop_is_called(const struct sb_loop *loop);

/* For clocks: something outside can still post. */
bool sb_loop_has_source(const struct sb_loop *loop);

/* For clocks: a task is ready or something calls for attention, so a wait must end. */
bool sb_loop_has_work(const struct sb_loop *loop);

/* Cancels every unfinished task but `but` (may be null). */
void sb_loop_cancel_all(struct sb_loop *loop, const struct sb_task *but);

/* Calls `fn` for each unfinished task, by id. */
void sb_loop_for_each_task(const struct sb_loop *loop,
                           void (*fn)(const struct sb_task *task, void *arg), void *arg);

/* On the loop's thread: hears every switch, wait and pin event; null ends it. Costs a call an event while it is set. */
void sb_loop_set_trace(struct sb_loop *loop, sb_trace_fn *fn, void *arg);

/* Calls `fn` before each wait of the clock; null ends it. */
void sb_loop_set_idle(struct sb_loop *loop, sb_idle_fn *fn, void *arg);

/* Puts an event on record if there is a hook. */
void sb_loop_trace(struct sb_loop *loop, enum sb_trace_kind kind, const char *name, int64_t value);

/* The next 64 bits of the loop's seeded sequence (splitmix64). */
uint64_t sb_loop_random(struct sb_loop *loop);

#endif
