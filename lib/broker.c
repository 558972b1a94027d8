/* SPDX-License-Identifier: MIT */
/*
 * The broker. Whoever receives may change the lists that are being walked, or wait while others do: a walk
 * keeps no pointer but to what comes next, and who leaves a list moves all walks that would come to it on.
 */
#include "lib/broker.h"

#include <errno.h>
#include <string.h>

#include "lib/core.h"
#include "lib/event.h"
#include "lib/queue.h"
#include "lib/ringq.h"

/* Someone's way through a list; on the stack of who walks. */
struct walk {
    struct sb_list node; /* among the broker's walks */
    struct sb_list *next;
    const struct sb_subscription *subscription; /* a new one that is being served; null: ended */
};

void sb_broker_init(struct sb_broker *broker, size_t item_size)
{
    *broker = (struct sb_broker){.item_size = item_size};
    sb_list_init(&broker->subscriptions);
    sb_list_init(&broker->retained);
    sb_list_init(&broker->walks);
}

/* ---- walking */

static void begin_walk(struct sb_broker *broker, struct walk *walk, struct sb_list *list)
{
    walk->next = list->next;
    walk->subscription = NULL;
    sb_list_append(&broker->walks, &walk->node);
}

static struct sb_list *step(struct walk *walk)
{
    struct sb_list *node = walk->next;

    walk->next = node->next;
    return node;
}

static void end_walk(struct walk *walk)
{
    sb_list_remove(&walk->node);
}

static void leave_list(struct sb_broker *broker, struct sb_list *node)
{
    struct sb_list *link;
    struct sb_list *after;

    SB_LIST_FOR_EACH(link, after, &broker->walks)
    {
        struct walk *walk = SB_CONTAINER_OF(link, struct walk, node);

        if (walk->next == node)
            walk->next = node->next;
    }
    sb_list_remove(node);
}

/* ---- matching and delivering */

/* A star is first taken for nothing; where that leads nowhere the last one takes a byte more. */
static bool matches(const char *pattern, const char *topic)
{
    const char *star = NULL;
    const char *rest = NULL;

    while (*topic != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            rest = topic;
        } else if (*pattern == '?' || *pattern == *topic) {
            pattern++;
            topic++;
        } else if (star != NULL) {
            pattern = star;
            topic = ++rest;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

/* Puts into a ring queue; true when this message, be it instead of an older one, is in it. */
static bool put_in_ring(struct sb_subscription *subscription, const void *item)
{
    int rc = sb_ringq_try_put(subscription->ringq, item);

    subscription->drop_count += rc != 0;
    return rc == 0 || (rc == 1 && subscription->ringq->policy == SB_RINGQ_DROP_OLDEST);
}

/* True when the subscriber took it. After a call of its function it may be gone. */
static bool deliver(struct sb_subscription *subscription, const char *topic, const void *item)
{
    if (subscription->fn != NULL) {
        subscription->fn(topic, item, subscription->arg);
        return true;
    }
    if (subscription->event != NULL) {
        sb_event_set(subscription->event);
        return true;
    }
    if (subscription->ringq != NULL)
        return put_in_ring(subscription, item);
    if (sb_queue_try_put(subscription->queue, item) == 0)
        return true;
    subscription->drop_count++;
    return false;
}

static struct sb_retained *find_retained(struct sb_broker *broker, const char *topic)
{
    struct sb_list *node;
    struct sb_list *after;

    SB_LIST_FOR_EACH(node, after, &broker->retained)
    {
        struct sb_retained *retained = SB_CONTAINER_OF(node, struct sb_retained, node);

        if (strcmp(retained->topic, topic) == 0)
            return retained;
    }
    return NULL;
}

/* ---- subscribing */

static bool is_valid(const struct sb_broker *broker, const struct sb_subscription *subscription)
{
    const struct sb_queue *queue = subscription->queue;
    int receivers = (subscription->fn != NULL) + (subscription->event != NULL) +
                    (subscription->queue != NULL) + (subscription->ringq != NULL);

    if (subscription->ringq != NULL)
        queue = &subscription->ringq->queue;
    return receivers == 1 && (queue == NULL || queue->item_size == broker->item_size);
}

static void deliver_retained(struct sb_broker *broker, struct sb_subscription *subscription)
{
    struct walk walk;

    begin_walk(broker, &walk, &broker->retained);
    walk.subscription = subscription;
    while (walk.subscription != NULL && walk.next != &broker->retained) {
        struct sb_retained *retained = SB_CONTAINER_OF(step(&walk), struct sb_retained, node);

        if (retained->is_set && matches(subscription->topic, retained->topic))
            (void)deliver(subscription, retained->topic, retained->item);
    }
    end_walk(&walk);
}

int sb_broker_subscribe(struct sb_broker *broker, struct sb_subscription *subscription)
{
    assert(subscription->topic != NULL);
    if (!is_valid(broker, subscription))
        return -EINVAL;
    if (subscription->broker != NULL)
        return -EBUSY;
    subscription->broker = broker;
    subscription->drop_count = 0;
    subscription->serial = ++broker->serial;
    sb_list_append(&broker->subscriptions, &subscription->node);
    deliver_retained(broker, subscription);
    return 0;
}

int sb_broker_unsubscribe(struct sb_broker *broker, struct sb_subscription *subscription)
{
    struct sb_list *link;
    struct sb_list *after;

    if (subscription->broker != broker)
        return -ENOENT;
    leave_list(broker, &subscription->node);
    SB_LIST_FOR_EACH(link, after, &broker->walks)
    {
        struct walk *walk = SB_CONTAINER_OF(link, struct walk, node);

        if (walk->subscription == subscription)
            walk->subscription = NULL;
    }
    subscription->broker = NULL;
    return 0;
}

/* ---- publishing */

unsigned sb_broker_publish(struct sb_broker *broker, const char *topic, const void *item)
{
    struct sb_retained *retained = find_retained(broker, topic);
    uint64_t last = broker->serial;
    unsigned count = 0;
    struct walk walk;

    assert(item != NULL || broker->item_size == 0);
    if (retained != NULL) {
        if (broker->item_size > 0)
            memmove(retained->item, item, broker->item_size);
        retained->is_set = true;
    }
    begin_walk(broker, &walk, &broker->subscriptions);
    while (walk.next != &broker->subscriptions) {
        struct sb_subscription *subscription = SB_CONTAINER_OF(step(&walk), struct sb_subscription,
                                                               node);

        if (subscription->serial > last)
            break;
        if (matches(subscription->topic, topic))
            count += deliver(subscription, topic, item);
    }
    end_walk(&walk);
    return count;
}

int sb_broker_retain(struct sb_broker *broker, struct sb_retained *retained)
{
    assert(retained->topic != NULL);
    if (retained->item == NULL && broker->item_size > 0)
        return -EINVAL;
    if (retained->broker != NULL || find_retained(broker, retained->topic) != NULL)
        return -EBUSY;
    retained->broker = broker;
    retained->is_set = false;
    sb_list_append(&broker->retained, &retained->node);
    return 0;
}

int sb_broker_forget(struct sb_broker *broker, struct sb_retained *retained)
{
    if (retained->broker != broker)
        return -ENOENT;
    leave_list(broker, &retained->node);
    retained->broker = NULL;
    return 0;
}
