/* SPDX-License-Identifier: MIT */
/* The broker: patterns, receivers of each kind, order, changes during a publish, retained messages. */
#include "tests/support.h"

#include <errno.h>

#include "lib/broker.h"
#include "lib/event.h"
#include "lib/gather.h"
#include "lib/queue.h"
#include "lib/ringq.h"

static struct sb_broker broker;

static void note_message(const char *topic, const void *item, void *arg)
{
    note("%s %s %d", (const char *)arg, topic, *(const int *)item);
}

static unsigned publish(const char *topic, int item)
{
    return sb_broker_publish(&broker, topic, &item);
}

static struct sb_subscription calling(const char *topic, sb_message_fn *fn, const char *name)
{
    return (struct sb_subscription){.topic = topic, .fn = fn, .arg = (void *)(uintptr_t)name};
}

/* ---- patterns */

static void count_message(const char *topic, const void *item, void *arg)
{
    (void)topic;
    (void)item;
    ++*(int *)arg;
}

static void check_match(const char *pattern, const char *topic, int expected)
{
    int count = 0;
    struct sb_subscription s = {.topic = pattern, .fn = count_message, .arg = &count};

    sb_broker_init(&broker, 0);
    assert_int_equal(sb_broker_subscribe(&broker, &s), 0);
    if ((int)sb_broker_publish(&broker, topic, NULL) != expected || count != expected)
        fail_msg("pattern \"%s\", topic \"%s\": %d", pattern, topic, count);
}

static void a_star_matches_any_run_and_a_question_mark_one(void **state)
{
    static const struct {
        const char *pattern;
        const char *matching[4];
        const char *other[4];
    } rows[] = {
        {"gps", {"gps"}, {"", "gp", "gpss", "GPS"}},
        {"", {""}, {"a"}},
        {"*", {"", "a", "a/b", "*"}, {NULL}},
        {"**", {"", "a"}, {NULL}},
        {"?", {"a", "?", "*"}, {"", "ab"}},
        {"?*", {"a", "abc"}, {""}},
        {"gps/*", {"gps/", "gps/fix", "gps/a/b"}, {"gps", "xgps/fix"}},
        {"*_topic", {"foo_topic", "_topic", "_topic_topic"}, {"topic", "foo_topics", "FAIL"}},
        {"a*b*c", {"abc", "axxbyyc", "abcbc", "abbcc"}, {"ab", "abcd", "acb", "bc"}},
        {"*ab", {"ab", "aab", "abab"}, {"aba", "b"}},
        {"a?c", {"abc", "a?c"}, {"ac", "abbc"}},
        {"*a*a*a*", {"aaa", "xaxaxax"}, {"aa", "bbbbbbbb"}},
        {"[a-z].+^$\\", {"[a-z].+^$\\"}, {"b"}},
        {"temp\xc3\xa9", {"temp\xc3\xa9"}, {"tempe"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (int j = 0; j < 4 && rows[i].matching[j] != NULL; j++)
            check_match(rows[i].pattern, rows[i].matching[j], 1);
        for (int j = 0; j < 4 && rows[i].other[j] != NULL; j++)
            check_match(rows[i].pattern, rows[i].other[j], 0);
    }
}

/* ---- receivers */

/* spec/core.md 13.4.36 */
TASK_TEST(messages_are_delivered_in_the_order_of_subscribing)
{
    struct sb_subscription s[] = {
        calling("foo", note_message, "a"), calling("*", note_message, "b"),
        calling("bar", note_message, "c"), calling("f*", note_message, "d")};

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    for (int i = 3; i >= 0; i--)
        check_int(sb_broker_subscribe(&broker, &s[i]), 0);
    check_int(publish("foo", 1), 3);
    check_int(publish("bar", 2), 2);
    check_int(publish("none", 3), 1);
    check_text(notes(), "d foo 1 | b foo 1 | a foo 1 | c bar 2 | b bar 2 | b none 3");
    notes_clear();
    check_int(sb_broker_unsubscribe(&broker, &s[1]), 0);
    check_int(publish("foo", 4), 2);
    check_int(publish("none", 5), 0);
    check_text(notes(), "d foo 4 | a foo 4");
    check_int(sb_broker_subscribe(&broker, &s[1]), 0); /* again: at the end now */
    check_int(publish("bar", 6), 2);
    check_text(notes(), "d foo 4 | a foo 4 | c bar 6 | b bar 6");
    return 0;
}

TASK_TEST(an_event_is_set_and_a_queue_gets_a_copy)
{
    struct sb_event event;
    struct sb_queue queue;
    int items[2];
    int item = 0;
    struct sb_subscription s[] = {{.topic = "t", .event = &event}, {.topic = "t", .queue = &queue}};

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    sb_event_init(&event);
    sb_queue_init(&queue, items, sizeof(int), 2);
    for (int i = 0; i < 2; i++)
        check_int(sb_broker_subscribe(&broker, &s[i]), 0);
    check_int(publish("t", 5), 2);
    check_true(sb_event_is_set(&event));
    check_int(sb_queue_get(&queue, &item), 0);
    check_int(item, 5);
    return 0;
}

/* spec/core.md 13.4.36 */
TASK_TEST(a_full_queue_loses_messages_of_its_own_and_counts_them)
{
    static const enum sb_ringq_policy policies[] = {SB_RINGQ_FAIL, SB_RINGQ_WAIT,
                                                    SB_RINGQ_DROP_OLDEST, SB_RINGQ_DROP_NEWEST};
    struct sb_queue queue;
    struct sb_ringq rings[4];
    int items[5][2];
    int item;
    struct sb_subscription s[6] = {{.topic = "t", .queue = &queue}};

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    sb_queue_init(&queue, items[4], sizeof(int), 2);
    for (int i = 0; i < 4; i++) {
        sb_ringq_init(&rings[i], items[i], sizeof(int), 2, policies[i]);
        s[1 + i] = (struct sb_subscription){.topic = "t", .ringq = &rings[i]};
    }
    s[5] = calling("t", note_message, "last");
    for (int i = 0; i < 6; i++)
        sb_broker_subscribe(&broker, &s[i]);
    check_int(publish("t", 1), 6);
    check_int(publish("t", 2), 6);
    check_int(publish("t", 3), 2); /* who calls, and who drops the oldest */
    for (int i = 0; i < 6; i++)
        check_int(s[i].drop_count, i < 5);
    check_text(notes(), "last t 1 | last t 2 | last t 3");
    notes_clear();
    for (int i = 0; i < 4; i++)
        while (sb_ringq_try_get(&rings[i], &item) == 0)
            note("%d", item);
    while (sb_queue_try_get(&queue, &item) == 0)
        note("%d", item);
    check_text(notes(), "1 | 2 | 1 | 2 | 2 | 3 | 1 | 2 | 1 | 2");
    return 0;
}

TASK_TEST(a_broker_of_messages_without_content_needs_no_item)
{
    struct sb_event event;
    struct sb_retained retained = {.topic = "t"};
    struct sb_subscription s = {.topic = "t", .event = &event};

    (void)arg;
    sb_broker_init(&broker, 0);
    sb_event_init(&event);
    check_int(sb_broker_retain(&broker, &retained), 0);
    check_int(sb_broker_publish(&broker, "t", NULL), 0);
    check_int(sb_broker_subscribe(&broker, &s), 0);
    check_true(sb_event_is_set(&event));
    sb_event_clear(&event);
    check_int(sb_broker_publish(&broker, "t", NULL), 1);
    check_true(sb_event_is_set(&event));
    return 0;
}

TASK_TEST(what_cannot_work_is_refused)
{
    struct sb_event event;
    struct sb_queue shorts;
    struct sb_ringq ring;
    short items[2];
    struct sb_broker other;
    struct sb_subscription none = {.topic = "t"};
    struct sb_subscription two = {.topic = "t", .event = &event, .fn = note_message};
    struct sb_subscription odd_queue = {.topic = "t", .queue = &shorts};
    struct sb_subscription odd_ring = {.topic = "t", .ringq = &ring};
    struct sb_subscription good = {.topic = "t", .event = &event};

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    sb_broker_init(&other, sizeof(int));
    sb_event_init(&event);
    sb_queue_init(&shorts, items, sizeof(short), 2);
    sb_ringq_init(&ring, items, sizeof(short), 2, SB_RINGQ_FAIL);
    check_int(sb_broker_subscribe(&broker, &none), -EINVAL);
    check_int(sb_broker_subscribe(&broker, &two), -EINVAL);
    check_int(sb_broker_subscribe(&broker, &odd_queue), -EINVAL);
    check_int(sb_broker_subscribe(&broker, &odd_ring), -EINVAL);
    check_int(sb_broker_unsubscribe(&broker, &good), -ENOENT);
    check_int(sb_broker_subscribe(&broker, &good), 0);
    check_int(sb_broker_subscribe(&broker, &good), -EBUSY);
    check_int(sb_broker_subscribe(&other, &good), -EBUSY);
    check_int(sb_broker_unsubscribe(&other, &good), -ENOENT);
    check_int(publish("t", 1), 1);
    check_int(sb_broker_unsubscribe(&broker, &good), 0);
    check_int(sb_broker_unsubscribe(&broker, &good), -ENOENT);
    check_int(publish("t", 1), 0);
    return 0;
}

/* ---- changes while a message is delivered */

static struct sb_subscription subscriptions[4];

/* Notes, and ends the subscription of the number that follows its name. */
static void end_another(const char *topic, const void *item, void *arg)
{
    const char *name = arg;

    note_message(topic, item, arg);
    note("%d", sb_broker_unsubscribe(&broker, &subscriptions[name[1] - '0']));
}

static void begin_another(const char *topic, const void *item, void *arg)
{
    const char *name = arg;

    note_message(topic, item, arg);
    sb_broker_subscribe(&broker, &subscriptions[name[1] - '0']);
}

static void subscribe_all(int count)
{
    for (int i = 0; i < count; i++)
        check_int(sb_broker_subscribe(&broker, &subscriptions[i]), 0);
}

TASK_TEST(a_subscription_that_is_ended_before_its_turn_does_not_get_the_message)
{
    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    subscriptions[0] = calling("t", end_another, "a1");
    subscriptions[1] = calling("t", note_message, "b");
    subscriptions[2] = calling("t", end_another, "c3");
    subscriptions[3] = calling("t", note_message, "d");
    subscribe_all(4);
    check_int(publish("t", 1), 2);
    check_int(publish("t", 2), 2);
    check_text(notes(), "a1 t 1 | 0 | c3 t 1 | 0 | a1 t 2 | -2 | c3 t 2 | -2");
    return 0;
}

TASK_TEST(a_subscription_may_end_itself_or_one_that_was_served)
{
    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    subscriptions[0] = calling("t", end_another, "a0");
    subscriptions[1] = calling("t", note_message, "b");
    subscriptions[2] = calling("t", end_another, "c1");
    subscriptions[3] = calling("t", end_another, "d3");
    subscribe_all(4);
    check_int(publish("t", 1), 4);
    check_int(publish("t", 2), 1);
    check_text(notes(), "a0 t 1 | 0 | b t 1 | c1 t 1 | 0 | d3 t 1 | 0 | c1 t 2 | -2");
    return 0;
}

static void end_and_begin_again(const char *topic, const void *item, void *arg)
{
    note_message(topic, item, arg);
    sb_broker_unsubscribe(&broker, &subscriptions[0]);
    sb_broker_subscribe(&broker, &subscriptions[0]);
}

TASK_TEST(a_subscription_that_is_made_meanwhile_waits_for_the_next_message)
{
    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    subscriptions[0] = calling("t", end_and_begin_again, "a");
    subscriptions[1] = calling("t", begin_another, "b2");
    subscriptions[2] = calling("t", note_message, "c");
    subscribe_all(2);
    check_int(publish("t", 1), 2);
    check_int(publish("t", 2), 3);
    check_text(notes(), "a t 1 | b2 t 1 | b2 t 2 | a t 2 | c t 2");
    return 0;
}

static void publish_more(const char *topic, const void *item, void *arg)
{
    note_message(topic, item, arg);
    if (*(const int *)item < 3)
        note("%u", publish(topic, *(const int *)item + 1));
}

TASK_TEST(what_a_receiver_publishes_is_delivered_at_once)
{
    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    subscriptions[0] = calling("t", publish_more, "a");
    subscriptions[1] = calling("t", end_another, "b1");
    subscribe_all(2);
    check_int(publish("t", 1), 1);
    check_text(notes(), "a t 1 | a t 2 | a t 3 | b1 t 3 | 0 | 2 | 1");
    return 0;
}

static void wait_then_note(const char *topic, const void *item, void *arg)
{
    sb_sleep_ms(10);
    note_message(topic, item, arg);
}

static int publish_one(void *arg)
{
    (void)arg;
    note("one: %u", publish("t", 1));
    return 0;
}

static int publish_two(void *arg)
{
    (void)arg;
    sb_sleep_ms(5);
    sb_broker_unsubscribe(&broker, &subscriptions[1]);
    sb_broker_subscribe(&broker, &subscriptions[3]);
    note("two: %u", publish("t", 2));
    return 0;
}

/* The two walks end in the order in which they began, not as calls that nest. */
TASK_TEST(a_receiver_may_wait_while_others_change_and_publish)
{
    struct sb_job jobs[] = {{.fn = publish_one}, {.fn = publish_two}};

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    subscriptions[0] = calling("t", wait_then_note, "a");
    subscriptions[1] = calling("t", note_message, "b");
    subscriptions[2] = calling("t", note_message, "c");
    subscriptions[3] = calling("t", note_message, "d");
    subscribe_all(3);
    check_int(sb_gather(jobs, 2), 0);
    check_text(notes(), "a t 1 | c t 1 | one: 2 | a t 2 | c t 2 | d t 2 | two: 3");
    return 0;
}

/* ---- retained messages */

TASK_TEST(who_subscribes_late_gets_the_last_message_of_each_topic_at_once)
{
    int rooms[3];
    struct sb_retained retained[] = {{.topic = "temp/in", .item = &rooms[0]},
                                     {.topic = "temp/out", .item = &rooms[1]},
                                     {.topic = "wind", .item = &rooms[2]}};

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    for (int i = 0; i < 3; i++)
        check_int(sb_broker_retain(&broker, &retained[i]), 0);
    publish("wind", 1);
    publish("temp/out", 2);
    publish("temp/in", 3);
    publish("temp/in", 4);
    publish("rain", 5); /* nobody keeps this */
    subscriptions[0] = calling("temp/*", note_message, "a");
    subscriptions[1] = calling("*", note_message, "b");
    subscriptions[2] = calling("temp/in", note_message, "c");
    subscribe_all(3);
    check_text(notes(), "a temp/in 4 | a temp/out 2 | "
                        "b temp/in 4 | b temp/out 2 | b wind 1 | c temp/in 4");
    check_true(retained[2].is_set);
    check_int(rooms[2], 1);
    return 0;
}

TASK_TEST(nothing_is_retained_before_a_message_came_or_after_it_was_forgotten)
{
    int room = 0;
    struct sb_retained retained = {.topic = "t", .item = &room};

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    publish("t", 1); /* too early */
    sb_broker_retain(&broker, &retained);
    subscriptions[0] = calling("t", note_message, "a");
    subscriptions[1] = calling("t", note_message, "b");
    subscriptions[2] = calling("t", note_message, "c");
    subscribe_all(1);
    publish("t", 2);
    check_int(sb_broker_subscribe(&broker, &subscriptions[1]), 0);
    check_int(sb_broker_forget(&broker, &retained), 0);
    check_int(sb_broker_subscribe(&broker, &subscriptions[2]), 0);
    sb_broker_retain(&broker, &retained); /* begins anew */
    sb_broker_unsubscribe(&broker, &subscriptions[2]);
    check_int(sb_broker_subscribe(&broker, &subscriptions[2]), 0);
    check_text(notes(), "a t 2 | b t 2");
    check_int(room, 2);
    return 0;
}

TASK_TEST(one_who_subscribes_during_a_publish_gets_a_retained_message_once)
{
    int room;
    struct sb_retained retained = {.topic = "t", .item = &room};

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    sb_broker_retain(&broker, &retained);
    subscriptions[0] = calling("t", begin_another, "a1");
    subscriptions[1] = calling("t", note_message, "b");
    subscribe_all(1);
    check_int(publish("t", 1), 1);
    check_text(notes(), "a1 t 1 | b t 1");
    return 0;
}

static void forget_next(const char *topic, const void *item, void *arg)
{
    note_message(topic, item, "a");
    sb_broker_forget(&broker, (struct sb_retained *)arg);
}

TASK_TEST(retained_messages_and_their_receiver_may_go_while_they_are_delivered)
{
    int rooms[3];
    struct sb_retained retained[] = {{.topic = "x", .item = &rooms[0]},
                                     {.topic = "y", .item = &rooms[1]},
                                     {.topic = "z", .item = &rooms[2]}};

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    for (int i = 0; i < 3; i++) {
        sb_broker_retain(&broker, &retained[i]);
        publish(retained[i].topic, i);
    }
    subscriptions[0] =
        (struct sb_subscription){.topic = "*", .fn = forget_next, .arg = &retained[1]};
    subscriptions[1] = calling("*", end_another, "b1");
    subscribe_all(2);
    check_text(notes(), "a x 0 | a z 2 | b1 x 0 | 0");
    check_int(publish("x", 5), 1);
    return 0;
}

TASK_TEST(a_full_queue_loses_retained_messages_too)
{
    struct sb_queue queue;
    int items[1];
    int rooms[2];
    struct sb_retained retained[] = {{.topic = "x", .item = &rooms[0]},
                                     {.topic = "y", .item = &rooms[1]}};
    struct sb_subscription s = {.topic = "*", .queue = &queue};

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    sb_queue_init(&queue, items, sizeof(int), 1);
    for (int i = 0; i < 2; i++) {
        sb_broker_retain(&broker, &retained[i]);
        publish(retained[i].topic, i);
    }
    check_int(sb_broker_subscribe(&broker, &s), 0);
    check_int(s.drop_count, 1);
    sb_broker_unsubscribe(&broker, &s);
    check_int(sb_broker_subscribe(&broker, &s), 0); /* counts anew */
    check_int(s.drop_count, 2);
    return 0;
}

TASK_TEST(a_topic_is_retained_once_and_needs_room)
{
    int room;
    struct sb_broker other;
    struct sb_retained retained = {.topic = "t", .item = &room};
    struct sb_retained same = {.topic = "t", .item = &room};
    struct sb_retained without_room = {.topic = "u"};

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    sb_broker_init(&other, sizeof(int));
    check_int(sb_broker_forget(&broker, &retained), -ENOENT);
    check_int(sb_broker_retain(&broker, &without_room), -EINVAL);
    check_int(sb_broker_retain(&broker, &retained), 0);
    check_int(sb_broker_retain(&broker, &retained), -EBUSY);
    check_int(sb_broker_retain(&other, &retained), -EBUSY);
    check_int(sb_broker_retain(&broker, &same), -EBUSY);
    check_int(sb_broker_forget(&other, &retained), -ENOENT);
    check_int(sb_broker_forget(&broker, &retained), 0);
    check_int(sb_broker_retain(&broker, &same), 0);
    return 0;
}

/* ---- the original's test */

static struct sb_event rats_came;
static struct sb_queue dogs;
static struct sb_ringq rats;

/* A millisecond late, as the original's is by drifting: who waits for the same second comes first. */
static int publish_each_second(void *arg)
{
    sb_sleep_ms(1);
    for (int x = 0; x < *(const int *)arg; x++) {
        sb_sleep_ms(1000);
        publish("foo_topic", x);
        publish("bar_topic", x);
    }
    return 0;
}

static int wait_for_rats(void *arg)
{
    int rc;

    (void)arg;
    while ((rc = sb_event_wait(&rats_came)) == 0) {
        sb_event_clear(&rats_came);
        note_at("event");
    }
    return rc;
}

/* What the original does by a coroutine that it starts for each message. */
struct slow {
    const char *name;
    struct sb_queue queue;
    int items[2];
};

static int note_slowly(void *arg)
{
    struct slow *slow = arg;
    int item;
    int rc;

    while ((rc = sb_queue_get(&slow->queue, &item)) == 0 && (rc = sb_sleep_ms(100)) == 0)
        note_at("%s %d", slow->name, item);
    return rc;
}

static void note_now(const char *topic, const void *item, void *arg)
{
    note_at("%s %.3s %d", (const char *)arg, topic, *(const int *)item);
}

static int get_dog(void *arg)
{
    return sb_queue_get(&dogs, arg);
}

static int get_rat(void *arg)
{
    return sb_ringq_get(&rats, arg);
}

static int print_dogs(void *arg)
{
    int x;
    int rc;

    (void)arg;
    while ((rc = sb_wait_for_ms(2000, get_dog, &x)) == 0)
        note_at("dogs %d", x);
    return rc;
}

static int print_rats(void *arg)
{
    int x;
    int rc;

    (void)arg;
    while ((rc = sb_wait_for_ms(2000, get_rat, &x)) == 0)
        note_at("rats %d", x);
    return rc;
}

static void check_phase(const char *expected)
{
    check_text(notes(), expected);
    notes_clear();
}

static void check_drained(void)
{
    check_phase("20000 dogs 0 | 20000 dogs 1 | 20000 dogs 2 | 20000 dogs 3 | 20000 dogs 4 | "
                "20000 dogs 5 | 20000 dogs 6 | 20000 dogs 7 | 20000 dogs 8 | 20000 dogs 9 | "
                "20000 rats 9 | 20000 rats 10 | 20000 rats 11 | 20000 rats 12 | 20000 rats 13 | "
                "20000 rats 14 | 20000 rats 15 | 20000 rats 16 | 20000 rats 17 | 20000 rats 18 | "
                "20001 dogs 19 | 20001 rats 19 | 21001 dogs 20 | 21001 rats 20 | "
                "22001 dogs 21 | 22001 rats 21 | 23001 dogs 22 | 23001 rats 22 | "
                "24001 dogs 23 | 24001 rats 23 | 25001 dogs 24 | 25001 rats 24 | "
                "26001 dogs 25 | 26001 rats 25 | 27001 dogs 26 | 27001 rats 26 | "
                "28001 dogs 27 | 28001 rats 27 | 29001 dogs 28 | 29001 rats 28 | "
                "30001 dogs 29 | 30001 rats 29");
}

/*
 * The original's ring of ten keeps nine rats, ours ten; its order of subscribers is whatever a set gives,
 * ours that of subscribing.
 */
/* spec/core.md 9.3 broker_test */
TASK_TEST(subscribers_of_all_kinds_come_and_go_for_forty_seconds)
{
    static const int thirty = 30;
    static const int five = 5;
    static int ten_dogs[10];
    static int ten_rats[10];
    static struct slow slow[] = {{.name = "bound"}, {.name = "coro"}};
    struct sb_subscription bound = {.topic = "foo_topic", .queue = &slow[0].queue};
    struct sb_subscription coro = {.topic = "bar_topic", .queue = &slow[1].queue};
    struct sb_subscription by_event = {.topic = "bar_topic", .event = &rats_came};
    struct sb_subscription by_queue = {.topic = "foo_topic", .queue = &dogs};
    struct sb_subscription by_ring = {.topic = "bar_topic", .ringq = &rats};
    struct sb_subscription function = calling("bar_topic", note_now, "function");
    struct sb_subscription method = calling("foo_topic", note_now, "method");
    struct sb_subscription wildcard = calling("*_topic", note_now, "wildcard");
    struct sb_subscription rubbish = {.topic = "foo_topic"};
    struct sb_subscription *const first[] = {&bound, &coro, &by_event, &by_queue, &by_ring};
    struct sb_job drains[] = {{.fn = print_dogs}, {.fn = print_rats}};
    struct sb_task tasks[4];

    (void)arg;
    sb_broker_init(&broker, sizeof(int));
    sb_event_init(&rats_came);
    sb_queue_init(&dogs, ten_dogs, sizeof(int), 10);
    sb_ringq_init(&rats, ten_rats, sizeof(int), 10, SB_RINGQ_DROP_OLDEST);
    for (int i = 0; i < 2; i++) {
        sb_queue_init(&slow[i].queue, slow[i].items, sizeof(int), 2);
        sb_spawn(&tasks[i], slow[i].name, note_slowly, &slow[i]);
    }
    for (int i = 0; i < 5; i++)
        check_int(sb_broker_subscribe(&broker, first[i]), 0);
    sb_spawn(&tasks[2], "publisher", publish_each_second, (void *)(uintptr_t)&thirty);
    sb_spawn(&tasks[3], "event", wait_for_rats, NULL);

    sb_sleep_ms(5000);
    check_phase(
        "1001 event | 1101 bound 0 | 1101 coro 0 | 2001 event | 2101 bound 1 | 2101 coro 1 | "
        "3001 event | 3101 bound 2 | 3101 coro 2 | 4001 event | 4101 bound 3 | 4101 coro 3");
    sb_broker_unsubscribe(&broker, &coro);
    sb_sleep_ms(5000);
    check_phase("5001 event | 5101 bound 4 | 6001 event | 6101 bound 5 | 7001 event | "
                "7101 bound 6 | 8001 event | 8101 bound 7 | 9001 event | 9101 bound 8");
    sb_broker_unsubscribe(&broker, &by_event);
    sb_broker_subscribe(&broker, &function);
    sb_sleep_ms(5000);
    check_phase("10001 function bar 9 | 10101 bound 9 | 11001 function bar 10 | 11101 bound 10 | "
                "12001 function bar 11 | 12101 bound 11 | 13001 function bar 12 | "
                "13101 bound 12 | 14001 function bar 13 | 14101 bound 13");
    sb_broker_unsubscribe(&broker, &function);
    sb_broker_unsubscribe(&broker, &bound);
    sb_broker_subscribe(&broker, &method);
    sb_sleep_ms(5000);
    check_phase("15001 method foo 14 | 16001 method foo 15 | 17001 method foo 16 | "
                "18001 method foo 17 | 19001 method foo 18");
    sb_broker_unsubscribe(&broker, &method);
    check_int(by_queue.drop_count, 9);
    check_int(by_ring.drop_count, 9);
    check_int(sb_gather_all(drains, 2), 2);
    check_drained();
    check_int(sb_now_ns(), 32001 * SB_MS_NS);

    sb_broker_unsubscribe(&broker, &by_queue);
    sb_broker_unsubscribe(&broker, &by_ring);
    check_int(sb_broker_unsubscribe(&broker, &by_ring), -ENOENT);
    check_int(sb_broker_unsubscribe(&broker, &wildcard), -ENOENT);
    check_int(sb_broker_subscribe(&broker, &rubbish), -EINVAL);
    check_int(sb_broker_subscribe(&broker, &wildcard), 0);
    check_int(publish("FAIL", 0), 0);
    check_int(publish_each_second((void *)(uintptr_t)&five), 0);
    check_phase("33002 wildcard foo 0 | 33002 wildcard bar 0 | 34002 wildcard foo 1 | "
                "34002 wildcard bar 1 | 35002 wildcard foo 2 | 35002 wildcard bar 2 | "
                "36002 wildcard foo 3 | 36002 wildcard bar 3 | 37002 wildcard foo 4 | "
                "37002 wildcard bar 4");
    cancel_and_join(tasks, 4);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_star_matches_any_run_and_a_question_mark_one),
        cmocka_unit_test(messages_are_delivered_in_the_order_of_subscribing),
        cmocka_unit_test(an_event_is_set_and_a_queue_gets_a_copy),
        cmocka_unit_test(a_full_queue_loses_messages_of_its_own_and_counts_them),
        cmocka_unit_test(a_broker_of_messages_without_content_needs_no_item),
        cmocka_unit_test(what_cannot_work_is_refused),
        cmocka_unit_test(a_subscription_that_is_ended_before_its_turn_does_not_get_the_message),
        cmocka_unit_test(a_subscription_may_end_itself_or_one_that_was_served),
        cmocka_unit_test(a_subscription_that_is_made_meanwhile_waits_for_the_next_message),
        cmocka_unit_test(what_a_receiver_publishes_is_delivered_at_once),
        cmocka_unit_test(a_receiver_may_wait_while_others_change_and_publish),
        cmocka_unit_test(who_subscribes_late_gets_the_last_message_of_each_topic_at_once),
        cmocka_unit_test(nothing_is_retained_before_a_message_came_or_after_it_was_forgotten),
        cmocka_unit_test(one_who_subscribes_during_a_publish_gets_a_retained_message_once),
        cmocka_unit_test(retained_messages_and_their_receiver_may_go_while_they_are_delivered),
        cmocka_unit_test(a_full_queue_loses_retained_messages_too),
        cmocka_unit_test(a_topic_is_retained_once_and_needs_room),
        cmocka_unit_test(subscribers_of_all_kinds_come_and_go_for_forty_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
