/* SPDX-License-Identifier: MIT */
/*
 * Messages: who gets which value, what a clear forgets, how slots go round. Timers stand for interrupts; real
 * threads are in tests/linux/test_threads.c.
 */
#include "tests/support.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "lib/lock.h"
#include "lib/message.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

static struct sb_message message;
static int slots[4];

/* A test whose body runs as a task, with a message that has no value yet. */
#define MESSAGE_TEST(name)                                     \
    static void name##_inner(void);                            \
    static int name##_body(void *arg)                          \
    {                                                          \
        (void)arg;                                             \
        sb_message_init(&message, slots, sizeof(slots[0]), 4); \
        name##_inner();                                        \
        sb_message_deinit(&message);                           \
        return 0;                                              \
    }                                                          \
    static void name(void **state)                             \
    {                                                          \
        (void)state;                                           \
        run_in_loop(name##_body, NULL);                        \
    }                                                          \
    static void name##_inner(void)

static int set(int value)
{
    return sb_message_set(&message, &value);
}

static struct sb_timer interrupts[4];

static void on_interrupt(struct sb_timer *timer, void *arg)
{
    (void)timer;
    set((int)(intptr_t)arg);
}

/* Sets `value` in `ms`, as an interrupt would. */
static void set_in_ms(int i, int value, int ms)
{
    sb_timer_init(&interrupts[i], on_interrupt, (void *)(intptr_t)value);
    sb_timer_start_ns(&interrupts[i], ms * SB_MS_NS);
}

static int waits(void *arg)
{
    const char *name = arg;
    int value = -1;
    int rc = sb_message_wait(&message, &value);

    if (rc == 0)
        note("%s got %d", name, value);
    else
        note("%s cancelled", name);
    return rc;
}

static void start(struct sb_task *tasks, int count)
{
    static const char *const names[] = {"1", "2", "3", "4"};

    for (int i = 0; i < count; i++)
        sb_spawn(&tasks[i], names[i], waits, (void *)(uintptr_t)names[i]);
    sb_yield();
}

static int wait_for_ms(int ms, int *value)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, ms);
    return sb_timeout_end(&timeout, sb_message_wait(&message, value));
}

/* ---- spec/core.md 9.2, test 1 */

static struct sb_message acks[2];
static int ack_slots[2][4];

static int wait_and_acknowledge(void *arg)
{
    int which = (int)(intptr_t)arg;
    int value = -1;
    int rc = sb_message_wait(&message, &value);

    note("wait %d got %d", which + 1, value);
    sb_message_set(&acks[which], &value);
    return rc;
}

static void do_round(int n)
{
    struct sb_task tasks[2];
    struct sb_case cases[2];
    int got[2];

    for (int i = 0; i < 2; i++) {
        sb_spawn(&tasks[i], "waits", wait_and_acknowledge, (void *)(intptr_t)i);
        cases[i] = sb_message_case(&acks[i], &got[i]);
    }
    set(n);
    note("was set");
    check_int(sb_wait_all(cases, 2), 0);
    for (int i = 0; i < 2; i++) {
        check_int(got[i], n);
        sb_message_clear(&acks[i]);
        note("cleared ack%d", i + 1);
        sb_join(&tasks[i], NULL);
    }
    sb_message_clear(&message);
    note("cleared message");
}

MESSAGE_TEST(two_tasks_acknowledge_each_message_by_messages)
{
    char expected[200];

    for (int i = 0; i < 2; i++)
        sb_message_init(&acks[i], ack_slots[i], sizeof(ack_slots[i][0]), 4);
    for (int n = 0; n < 3; n++) {
        notes_clear();
        do_round(n);
        snprintf(expected, sizeof(expected),
                 "was set | wait 1 got %d | wait 2 got %d | cleared ack1 | cleared ack2 | "
                 "cleared message",
                 n, n);
        check_text(notes(), expected);
        sb_sleep_ms(1000);
    }
    for (int i = 0; i < 2; i++)
        sb_message_deinit(&acks[i]);
}

MESSAGE_TEST(a_task_takes_one_message_after_the_other)
{
    int value;

    for (int i = 0; i < 3; i++)
        set_in_ms(i, i + 1, 400 * (i + 1));
    for (int i = 0; i < 3; i++) {
        check_int(sb_message_wait(&message, &value), 0);
        note_at("got %d", value);
        sb_message_clear(&message);
    }
    check_text(notes(), "400 got 1 | 800 got 2 | 1200 got 3");
}

MESSAGE_TEST(when_the_first_waiter_is_cancelled_the_second_gets_it)
{
    struct sb_task tasks[2];

    start(tasks, 2);
    cancel_and_join(&tasks[0], 1);
    note("setting");
    set(7);
    sb_join(&tasks[1], NULL);
    check_text(notes(), "1 cancelled | setting | 2 got 7");
}

MESSAGE_TEST(when_the_second_waiter_is_cancelled_the_first_gets_it)
{
    struct sb_task tasks[2];

    start(tasks, 2);
    cancel_and_join(&tasks[1], 1);
    note("setting");
    set(7);
    sb_join(&tasks[0], NULL);
    check_text(notes(), "2 cancelled | setting | 1 got 7");
}

/* ---- spec/core.md 9.2, test 2 */

static struct sb_lock lock;

static int run_lock(void *arg)
{
    int n = (int)(intptr_t)arg;
    int rc;

    note("%d waiting", n);
    rc = sb_lock_acquire(&lock);
    note("%d acquired", n);
    if (rc == 0)
        rc = sb_sleep_ms(1000);
    note("%d released", n);
    sb_lock_release(&lock);
    return rc;
}

static int set_after_5_s(void *arg)
{
    int rc;

    (void)arg;
    note("waiting 5 secs");
    rc = sb_sleep_ms(5000);
    note("message was set");
    set(1);
    return rc;
}

MESSAGE_TEST(tasks_take_turns_with_a_lock_while_another_waits_for_a_message)
{
    struct sb_task tasks[4];
    int value;

    sb_lock_init(&lock);
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "locks", run_lock, (void *)(intptr_t)(i + 1));
    sb_spawn(&tasks[3], "sets", set_after_5_s, NULL);
    check_int(sb_message_wait(&message, &value), 0);
    note("got message");
    sb_message_clear(&message);
    check_true(!sb_message_is_set(&message));
    check_text(notes(), "1 waiting | 1 acquired | 2 waiting | 3 waiting | waiting 5 secs | "
                        "1 released | 2 acquired | 2 released | 3 acquired | 3 released | "
                        "message was set | got message");
    check_int(sb_now_ns(), 5000 * SB_MS_NS);
    for (int i = 0; i < 4; i++)
        sb_join(&tasks[i], NULL);
}

/* ---- who gets which value */

MESSAGE_TEST(all_who_wait_get_it_in_order)
{
    struct sb_task tasks[4];

    start(tasks, 4);
    set_in_ms(0, 5, 10);
    for (int i = 0; i < 4; i++)
        sb_join(&tasks[i], NULL);
    check_text(notes(), "1 got 5 | 2 got 5 | 3 got 5 | 4 got 5");
}

MESSAGE_TEST(a_value_that_nobody_saw_is_replaced_and_the_number_tells)
{
    struct sb_task tasks[2];
    int value;

    check_int(sb_message_value(&message, &value), -EAGAIN);
    check_int(sb_message_sequence(&message), 0);
    start(tasks, 2);
    set(1);
    set(2);
    set(3);
    sb_join(&tasks[0], NULL);
    sb_join(&tasks[1], NULL);
    check_text(notes(), "1 got 3 | 2 got 3");
    check_int(sb_message_sequence(&message), 3);
    set(4);
    check_int(sb_message_value(&message, &value), 0);
    check_int(value, 4);
    check_int(sb_message_sequence(&message), 4);
}

/* Each slot belongs to one: to the loop, to the latest value, or to nobody. */
static void check_slots(void)
{
    uint32_t latest = UINT32_C(1) << (atomic_load(&message.latest) & 31);
    uint32_t current = UINT32_C(1) << message.current;
    uint32_t unused = atomic_load(&message.unused);

    check_true((latest & current) == 0 && ((latest | current) & unused) == 0);
    check_int(latest | current | unused, 0xf);
}

/* A loop that waits in between takes every slot in turn. */
MESSAGE_TEST(values_come_whole_however_often_the_slots_go_round)
{
    int value;

    for (int i = 1; i <= 50; i++) {
        for (int k = 0; k < i % 4; k++)
            set(1000 * i + k);
        set(i);
        check_slots();
        check_int(sb_message_wait(&message, &value), 0);
        check_slots();
        check_int(value, i);
        sb_message_clear(&message);
    }
}

/* spec/core.md 9.5.16, 13.2.13 */
MESSAGE_TEST(set_and_clear_and_then_a_wait_waits)
{
    int value;

    set(1);
    sb_message_clear(&message);
    check_true(!sb_message_is_set(&message));
    check_int(wait_for_ms(5, &value), -ETIMEDOUT);
    check_int(sb_message_value(&message, &value), 0);
    check_int(value, 1);
    set(2);
    sb_sleep_ms(1);
    sb_message_clear(&message);
    check_int(wait_for_ms(5, &value), -ETIMEDOUT);
}

/* spec/core.md 9.5.16, 13.2.13 */
MESSAGE_TEST(a_wait_returns_at_once_when_it_is_set_however_often)
{
    uint64_t slices = sb_task_current()->slice_count;
    int value = 0;

    set(9);
    for (int i = 0; i < 3; i++) {
        check_true(sb_message_is_set(&message));
        check_int(sb_message_wait(&message, &value), 0);
        check_int(value, 9);
    }
    check_int(sb_task_current()->slice_count, slices);
}

MESSAGE_TEST(who_waited_at_the_set_gets_it_though_it_was_cleared_at_once)
{
    struct sb_task task;
    int value;

    start(&task, 1);
    set(3);
    sb_message_clear(&message);
    check_int(wait_for_ms(5, &value), -ETIMEDOUT);
    check_text(notes(), "1 got 3");
    sb_join(&task, NULL);
}

MESSAGE_TEST(it_can_be_waited_for_beside_a_deadline)
{
    int value = 0;
    struct sb_case cases[] = {sb_deadline_case(10 * SB_MS_NS), sb_message_case(&message, &value)};

    set_in_ms(0, 6, 5);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(value, 6);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    set(7);
    check_int(sb_wait_any(&cases[1], 1), 0);
    check_int(value, 7);
    sb_message_clear(&message);
    check_int(sb_wait_any(cases, 2), 0);
}

/* ---- slots */

/* As if two contexts had been interrupted in the middle of a set. */
MESSAGE_TEST(more_contexts_at_once_than_there_are_slots_for_are_refused)
{
    uint32_t taken = atomic_exchange(&message.unused, 0);
    int value;

    check_int(set(1), -EBUSY);
    check_true(!sb_message_is_set(&message));
    atomic_store(&message.unused, taken);
    check_int(set(2), 0);
    check_int(sb_message_wait(&message, &value), 0);
    check_int(value, 2);
}

struct sample {
    char text[40];
};

static int whole_items(void *arg)
{
    static struct sample samples[SB_MESSAGE_SLOTS_MAX];
    struct sample sample;

    (void)arg;
    sb_message_init(&message, samples, sizeof(samples[0]), SB_MESSAGE_SLOTS_MAX);
    for (int letter = 'a'; letter <= 'z'; letter++) {
        memset(sample.text, letter, sizeof(sample.text));
        check_int(sb_message_set(&message, &sample), 0);
        memset(sample.text, 0, sizeof(sample.text));
        check_int(sb_message_value(&message, &sample), 0);
        for (size_t i = 0; i < sizeof(sample.text); i++)
            check_int(sample.text[i], letter);
    }
    sb_message_deinit(&message);
    return 0;
}

static void items_may_have_any_size_and_there_may_be_many_slots(void **state)
{
    (void)state;
    run_in_loop(whole_items, NULL);
}

MESSAGE_TEST(it_may_go_while_a_set_is_on_its_way)
{
    struct sb_message short_lived;
    int value = 1;
    int few[3];

    sb_message_init(&short_lived, few, sizeof(few[0]), 3);
    sb_message_set(&short_lived, &value);
    sb_message_deinit(&short_lived);
    check_true(!sb_loop_unpost(test_loop(), &short_lived.bell.call));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_tasks_acknowledge_each_message_by_messages),
        cmocka_unit_test(a_task_takes_one_message_after_the_other),
        cmocka_unit_test(when_the_first_waiter_is_cancelled_the_second_gets_it),
        cmocka_unit_test(when_the_second_waiter_is_cancelled_the_first_gets_it),
        cmocka_unit_test(tasks_take_turns_with_a_lock_while_another_waits_for_a_message),
        cmocka_unit_test(all_who_wait_get_it_in_order),
        cmocka_unit_test(a_value_that_nobody_saw_is_replaced_and_the_number_tells),
        cmocka_unit_test(values_come_whole_however_often_the_slots_go_round),
        cmocka_unit_test(set_and_clear_and_then_a_wait_waits),
        cmocka_unit_test(a_wait_returns_at_once_when_it_is_set_however_often),
        cmocka_unit_test(who_waited_at_the_set_gets_it_though_it_was_cleared_at_once),
        cmocka_unit_test(it_can_be_waited_for_beside_a_deadline),
        cmocka_unit_test(more_contexts_at_once_than_there_are_slots_for_are_refused),
        cmocka_unit_test(items_may_have_any_size_and_there_may_be_many_slots),
        cmocka_unit_test(it_may_go_while_a_set_is_on_its_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
