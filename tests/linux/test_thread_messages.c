/* SPDX-License-Identifier: MIT */
/*
 * Messages under the hammer of threads, and flag, event and message under that of a signal handler: no wake is lost, no
 * value is torn. To be run under ThreadSanitizer too (make SAN=thread test).
 */
#include "tests/linux/hammer.h"

#include <errno.h>

#include "lib/flag.h"
#include "lib/message.h"
#include "lib/threadsafe_event.h"

/* ---- messages */

#define WORDS 24

struct sample {
    unsigned index; /* of the thread */
    unsigned number[WORDS];
};

static struct sb_message message;
static struct sample slots[HAMMER_THREADS + 3]; /* the threads and a task, and two */
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
    set_sample(index, atomic_load_explicit(&hammer_counts[index].written, memory_order_relaxed));
}

static void hammer_message(int index)
{
    hammer_bursts(index, send_sample);
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
    unsigned last[HAMMER_THREADS + 1] = {0};
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
        hammer_see_all();
        if (hammer_random(8) == 0)
            set_sample(HAMMER_THREADS, ++number); /* a task sets it as well */
    }
    return rc;
}

static int exchange_messages(void *arg)
{
    struct sb_task task;

    (void)arg;
    hammer_start_counting();
    atomic_store(&set_count, 0);
    sb_message_init(&message, slots, sizeof(slots[0]), HAMMER_THREADS + 3);
    sb_spawn(&task, "reads", read_messages, NULL);
    hammer_threads(hammer_message, HAMMER_THREADS);
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

static struct sb_flag flag;
static struct sb_threadsafe_event event;
static atomic_uint signal_count;

static void on_signal(int number)
{
    int saved = errno;
    unsigned count = atomic_fetch_add_explicit(&signal_count, 1, memory_order_relaxed) + 1;

    (void)number;
    atomic_store_explicit(&hammer_counts[0].written, count, memory_order_relaxed);
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
        hammer_await(&hammer_counts[i].seen, number);
}

/* What has been seen through the flag, the event, the message. */
static void see_signal(int how, unsigned number)
{
    atomic_store_explicit(&hammer_counts[how].seen, number, memory_order_relaxed);
}

static unsigned written_by_signal(void)
{
    return atomic_load_explicit(&hammer_counts[0].written, memory_order_relaxed);
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
    hammer_start_counting();
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
        cmocka_unit_test(no_message_is_torn_or_lost),
        cmocka_unit_test(a_signal_handler_may_set_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
