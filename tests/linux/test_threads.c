/* SPDX-License-Identifier: MIT */
/*
 * Posted calls, flags, events and messages under the hammer of threads and of a signal handler: no wake is lost,
 * no value is torn, nothing is out of order. To be run under ThreadSanitizer too (make SAN=thread test).
 */
#include "tests/linux/hammer.h"

#include <errno.h>
#include <time.h>

#include "lib/flag.h"
#include "lib/message.h"
#include "lib/threadsafe_event.h"

#define THREADS 3

/*
 * A thread writes a number and signals, several times in a row; then nothing more comes until the loop has seen the
 * last number. So each burst ends with a signal that must not be lost, and that may fall into the loop's
 * handling of the one before. The numbers are relaxed atomics: it is the signal that must carry them over.
 */
static struct {
    atomic_uint written;
    atomic_uint seen;
} counts[THREADS];

static void start_counting(void)
{
    for (int i = 0; i < THREADS; i++) {
        atomic_store(&counts[i].written, 0);
        atomic_store(&counts[i].seen, 0);
    }
}

/* On the loop: takes note of all that is written. */
static void see_all(void)
{
    for (int i = 0; i < THREADS; i++)
        atomic_store_explicit(&counts[i].seen,
                              atomic_load_explicit(&counts[i].written, memory_order_relaxed),
                              memory_order_relaxed);
}

static void hammer_signal(int index, void (*signal)(int index))
{
    unsigned number = 0;

    while (!hammer_is_over()) {
        for (unsigned left = 1 + hammer_random(3); left > 0; left--) {
            atomic_store_explicit(&counts[index].written, ++number, memory_order_relaxed);
            signal(index);
            hammer_pause();
        }
        hammer_await(&counts[index].seen, number);
    }
}

/* ---- calls */

static struct sb_call calls[THREADS];
static struct sb_call shared_call;

static void on_call(void *arg)
{
    (void)arg;
    see_all();
}

static void post_own_or_shared(int index)
{
    sb_loop_post(hammer_loop(), index == 0 ? &calls[0] : &shared_call);
}

static void hammer_post(int index)
{
    hammer_signal(index, post_own_or_shared);
}

static int take_calls(void *arg)
{
    (void)arg;
    start_counting();
    calls[0] = shared_call = (struct sb_call){.fn = on_call};
    hammer_threads(hammer_post, THREADS);
    return 0;
}

static void no_posted_call_is_lost(void **state)
{
    (void)state;
    hammer_run(take_calls);
}

static void call_is_next(void *arg)
{
    static atomic_uint next;

    if (arg == NULL)
        atomic_store(&next, 0);
    else if ((unsigned)((struct sb_call *)arg - calls) != atomic_fetch_add(&next, 1) % THREADS)
        hammer_fail("calls came out of order");
    if (atomic_load(&next) % THREADS == 0)
        atomic_fetch_add(&counts[0].seen, 1);
}

static void post_in_turn(int index)
{
    unsigned rounds = 0;

    (void)index;
    while (!hammer_is_over()) {
        for (int i = 0; i < THREADS; i++) {
            sb_loop_post(hammer_loop(), &calls[i]);
            hammer_pause();
        }
        hammer_await(&counts[0].seen, ++rounds);
    }
}

static int take_calls_in_order(void *arg)
{
    (void)arg;
    call_is_next(NULL);
    start_counting();
    for (int i = 0; i < THREADS; i++)
        calls[i] = (struct sb_call){.fn = call_is_next, .arg = &calls[i]};
    hammer_threads(post_in_turn, 1);
    return 0;
}

static void calls_run_in_the_order_of_posting(void **state)
{
    (void)state;
    hammer_run(take_calls_in_order);
}

/* ---- flags */

static struct sb_flag flag;

static int pass(void *arg)
{
    int rc;

    (void)arg;
    while ((rc = sb_flag_wait(&flag)) == 0)
        see_all();
    return rc;
}

static void set_flag(int index)
{
    (void)index;
    sb_flag_set(&flag);
}

static void hammer_flag(int index)
{
    hammer_signal(index, set_flag);
}

static int pass_flags(bool is_busy)
{
    struct sb_task tasks[3];

    start_counting();
    sb_flag_init(&flag);
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "waits", is_busy && i == 2 ? hammer_yield : pass, NULL);
    hammer_threads(hammer_flag, THREADS);
    cancel_and_join(tasks, 3);
    sb_flag_deinit(&flag);
    return 0;
}

static int pass_flags_idle(void *arg)
{
    (void)arg;
    return pass_flags(false);
}

static int pass_flags_busy(void *arg)
{
    (void)arg;
    return pass_flags(true);
}

static void no_set_of_a_flag_is_lost(void **state)
{
    (void)state;
    hammer_run(pass_flags_idle);
}

static void no_set_of_a_flag_is_lost_while_tasks_are_busy(void **state)
{
    (void)state;
    hammer_run(pass_flags_busy);
}

/* Nothing else is left that could wake the loop, and no timer. */
static void set_it_later(int index)
{
    struct timespec pause = {0, 20000000};

    (void)index;
    nanosleep(&pause, NULL);
}

static int wait_for_a_thread(void *arg)
{
    (void)arg;
    hammer_threads(set_it_later, 1);
    return 0;
}

/* spec/core.md 13.2.16 */
static void a_loop_that_waits_for_a_thread_is_no_deadlock(void **state)
{
    (void)state;
    hammer_run(wait_for_a_thread);
}

/* ---- events */

#define WAITERS 3

static struct sb_threadsafe_event event;
static unsigned released[WAITERS];

/* Waits for it, and says so to the one who clears it. */
static int wait_for_event(void *arg)
{
    unsigned *count = arg;
    int rc;

    while ((rc = sb_threadsafe_event_wait(&event)) == 0) {
        ++*count;
        while (sb_threadsafe_event_is_set(&event) && rc == 0)
            rc = sb_yield();
    }
    return rc;
}

/* As wait_for_event; last in the queue, so the others have been released by then. */
static int clear_event(void *arg)
{
    unsigned rounds = 0;
    int rc;

    (void)arg;
    while ((rc = sb_threadsafe_event_wait(&event)) == 0) {
        rounds++;
        rc = sb_yield();
        for (int i = 0; i < WAITERS && rc == 0; i++)
            if (released[i] != rounds)
                hammer_fail("a set has not released all who waited, once");
        sb_threadsafe_event_clear(&event);
        (void)sb_yield(); /* the others wait again */
        see_all();
    }
    return rc;
}

static void set_event(int index)
{
    (void)index;
    sb_threadsafe_event_set(&event);
}

static void hammer_event(int index)
{
    unsigned number = 0;

    while (!hammer_is_over()) {
        atomic_store_explicit(&counts[index].written, ++number, memory_order_relaxed);
        set_event(index);
        hammer_await(&counts[index].seen, number);
    }
}

static int hear_events(void *arg)
{
    struct sb_task tasks[WAITERS + 1];

    (void)arg;
    start_counting();
    sb_threadsafe_event_init(&event);
    for (int i = 0; i < WAITERS; i++) {
        released[i] = 0;
        sb_spawn(&tasks[i], "waits", wait_for_event, &released[i]);
    }
    sb_spawn(&tasks[WAITERS], "clears", clear_event, NULL);
    sb_yield();
    hammer_threads(hammer_event, 1);
    cancel_and_join(tasks, WAITERS + 1);
    sb_threadsafe_event_deinit(&event);
    return 0;
}

static void each_set_of_an_event_releases_all_who_wait(void **state)
{
    (void)state;
    hammer_run(hear_events);
}

static int hear_many_events(void *arg)
{
    int rc = 0;

    (void)arg;
    while ((rc = sb_threadsafe_event_wait(&event)) == 0) {
        sb_threadsafe_event_clear(&event);
        see_all();
    }
    return rc;
}

static void hammer_events(int index)
{
    hammer_signal(index, set_event);
}

static int take_many_events(void *arg)
{
    struct sb_task task;

    (void)arg;
    start_counting();
    sb_threadsafe_event_init(&event);
    sb_spawn(&task, "waits", hear_many_events, NULL);
    hammer_threads(hammer_events, THREADS);
    cancel_and_join(&task, 1);
    sb_threadsafe_event_deinit(&event);
    return 0;
}

static void no_set_of_an_event_is_lost(void **state)
{
    (void)state;
    hammer_run(take_many_events);
}

/* ---- messages */

#define WORDS 24

struct sample {
    unsigned index; /* of the thread */
    unsigned number[WORDS];
};

static struct sb_message message;
static struct sample slots[THREADS + 3]; /* the threads and a task, and two */
static atomic_uint set_count;

static void set_sample(int index, unsigned number)
{
    struct sample sample = {.index = (unsigned)index};

    for (int i = 0; i < WORDS; i++)
        sample.number[i] = number;
    if (sb_message_set(&message, &sample) < 0)
        hammer_fail("no slot was free");
    else
        atomic_fetch_add_explicit(&set_count, 1, memory_order_relaxed);
}

static void send_sample(int index)
{
    set_sample(index, atomic_load_explicit(&counts[index].written, memory_order_relaxed));
}

static void hammer_message(int index)
{
    hammer_signal(index, send_sample);
}

static void check_sample(const struct sample *sample, unsigned *last)
{
    for (int i = 1; i < WORDS; i++)
        if (sample->number[i] != sample->number[0])
            hammer_fail("a value is torn");
    if (sample->number[0] < last[sample->index])
        hammer_fail("a value is older than one before");
    last[sample->index] = sample->number[0];
}

/* Waits for the next value and takes it; the latest, if there came another before the clear. */
static int next_sample(struct sample *sample)
{
    int rc = sb_message_wait(&message, sample);

    if (rc < 0)
        return rc;
    sb_message_clear(&message);
    return sb_message_value(&message, sample);
}

static int read_messages(void *arg)
{
    unsigned last[THREADS + 1] = {0};
    unsigned number = 0;
    uint64_t sequence = 0;
    struct sample sample;
    int rc;

    (void)arg;
    while ((rc = next_sample(&sample)) == 0) {
        uint64_t now = sb_message_sequence(&message);

        check_sample(&sample, last);
        if (now < sequence)
            hammer_fail("the number of sets went back");
        sequence = now;
        see_all();
        if (hammer_random(8) == 0)
            set_sample(THREADS, ++number); /* a task sets it as well */
    }
    return rc;
}

static int exchange_messages(void *arg)
{
    struct sb_task task;

    (void)arg;
    start_counting();
    atomic_store(&set_count, 0);
    sb_message_init(&message, slots, sizeof(slots[0]), THREADS + 3);
    sb_spawn(&task, "reads", read_messages, NULL);
    hammer_threads(hammer_message, THREADS);
    cancel_and_join(&task, 1);
    if (sb_message_sequence(&message) != atomic_load(&set_count))
        hammer_fail("sets were not counted right");
    sb_message_deinit(&message);
    return 0;
}

static void no_message_is_torn_or_lost(void **state)
{
    (void)state;
    hammer_run(exchange_messages);
}

/* ---- a signal handler */

static atomic_uint signal_count;

static void on_signal(int number)
{
    int saved = errno;
    unsigned count = atomic_fetch_add_explicit(&signal_count, 1, memory_order_relaxed) + 1;

    (void)number;
    atomic_store_explicit(&counts[0].written, count, memory_order_relaxed);
    sb_flag_set(&flag);
    sb_threadsafe_event_set(&event);
    set_sample(0, count);
    errno = saved;
}

static void await_what_was_signalled(void)
{
    unsigned number = atomic_load_explicit(&signal_count, memory_order_relaxed);

    if (hammer_random(4) != 0)
        return;
    for (int i = 0; i < 3; i++)
        hammer_await(&counts[i].seen, number);
}

/* What has been seen through the flag, the event, the message. */
static void see_signal(int how, unsigned number)
{
    atomic_store_explicit(&counts[how].seen, number, memory_order_relaxed);
}

static unsigned written_by_signal(void)
{
    return atomic_load_explicit(&counts[0].written, memory_order_relaxed);
}

static int see_by_flag(void *arg)
{
    int rc;

    (void)arg;
    while ((rc = sb_flag_wait(&flag)) == 0)
        see_signal(0, written_by_signal());
    return rc;
}

static int see_by_event(void *arg)
{
    int rc;

    (void)arg;
    while ((rc = sb_threadsafe_event_wait(&event)) == 0) {
        sb_threadsafe_event_clear(&event);
        see_signal(1, written_by_signal());
    }
    return rc;
}

static int see_by_message(void *arg)
{
    unsigned last[1] = {0};
    struct sample sample;
    int rc;

    (void)arg;
    while ((rc = next_sample(&sample)) == 0) {
        check_sample(&sample, last);
        see_signal(2, sample.number[0]);
    }
    return rc;
}

static int hear_signals(void *arg)
{
    struct sb_task tasks[3];

    (void)arg;
    start_counting();
    atomic_store(&signal_count, 0);
    sb_flag_init(&flag);
    sb_threadsafe_event_init(&event);
    sb_message_init(&message, slots, sizeof(slots[0]), 3);
    sb_spawn(&tasks[0], "flag", see_by_flag, NULL);
    sb_spawn(&tasks[1], "event", see_by_event, NULL);
    sb_spawn(&tasks[2], "message", see_by_message, NULL);
    hammer_signals(on_signal, await_what_was_signalled);
    cancel_and_join(tasks, 3);
    sb_message_deinit(&message);
    sb_threadsafe_event_deinit(&event);
    sb_flag_deinit(&flag);
    return 0;
}

/* spec/core.md 13.2.11 */
static void a_signal_handler_may_set_them(void **state)
{
    (void)state;
    hammer_run(hear_signals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_posted_call_is_lost),
        cmocka_unit_test(calls_run_in_the_order_of_posting),
        cmocka_unit_test(no_set_of_a_flag_is_lost),
        cmocka_unit_test(no_set_of_a_flag_is_lost_while_tasks_are_busy),
        cmocka_unit_test(a_loop_that_waits_for_a_thread_is_no_deadlock),
        cmocka_unit_test(each_set_of_an_event_releases_all_who_wait),
        cmocka_unit_test(no_set_of_an_event_is_lost),
        cmocka_unit_test(no_message_is_torn_or_lost),
        cmocka_unit_test(a_signal_handler_may_set_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
