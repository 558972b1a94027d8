/* SPDX-License-Identifier: MIT */
/*
 * A broker: passes messages from who publishes on a topic to all who subscribed to it, neither of whom
 * knows the other. Messages of one broker have one size and are copied. Subscribers are served in the order
 * in which they subscribed, and what one of them does or fails to do is nothing to the others or the
 * publisher. spec/core.md 3.10.
 *
 *      struct sb_subscription fixes = {.topic = "gps/?*", .queue = &queue};
 *      sb_broker_subscribe(&broker, &fixes);
 *      sb_broker_publish(&broker, "gps/fix", &fix);
 */
#ifndef SB_LIB_BROKER_H
#define SB_LIB_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/list.h"

struct sb_broker;
struct sb_event;
struct sb_queue;
struct sb_ringq;

/*
 * Hears a message; runs in the context of who publishes, so it should be short. `topic` is the
 * publisher's, `item` the message; both are borrowed for the call. It may publish, subscribe and
 * unsubscribe, its own subscription too.
 */
typedef void sb_message_fn(const char *topic, const void *item, void *arg);

/* The caller's memory while it is subscribed. Zeroed but for what is set. */
struct sb_subscription {
    /* public: a pattern, and exactly one of the receivers below it; all borrowed */
    const char *topic;      /* "*" stands for any run of bytes, "?" for one, the rest for itself */
    sb_message_fn *fn;      /* is called */
    void *arg;              /* of fn */
    struct sb_event *event; /* is set */
    struct sb_queue *queue; /* is put into, without waiting */
    struct sb_ringq *ringq; /* the same, by its policy */
    /* read-only */
    uint32_t drop_count; /* messages lost because its queue or ring queue was full */
    /* private */
    struct sb_broker *broker; /* null: not subscribed */
    struct sb_list node;
    uint64_t serial;
};

/* The last message of one topic, kept for who subscribes later; the caller's memory while it is kept. */
struct sb_retained {
    /* public; borrowed */
    const char *topic; /* exactly */
    void *item;        /* room for one */
    /* read-only */
    bool is_set; /* a message has come */
    /* private */
    struct sb_broker *broker;
    struct sb_list node;
};

struct sb_broker {
    /* private */
    size_t item_size;
    struct sb_list subscriptions; /* in order of their serials */
    struct sb_list retained;
    struct sb_list walks; /* publishes and subscribes under way */
    uint64_t serial;      /* of the last subscription */
};

/* `item_size` in bytes; 0 for messages that say nothing but that they came. */
void sb_broker_init(struct sb_broker *broker, size_t item_size);

/*
 * Subscribes. Messages that are retained for topics which match are delivered at once, in the order in
 * which they are retained. Returns 0; -EINVAL when the subscription has no receiver, more than one, or
 * a queue of items of another size; -EBUSY when it is subscribed already.
 */
int sb_broker_subscribe(struct sb_broker *broker, struct sb_subscription *subscription);

/* Ends it; its memory may be used for something else at once. Returns 0; -ENOENT when it was not. */
int sb_broker_unsubscribe(struct sb_broker *broker, struct sb_subscription *subscription);

/*
 * Gives a message to all whose pattern matches `topic` and returns how many took it: those whose queue
 * was full did not. Never waits; `item` is borrowed for the call, null if the broker's items have no size.
 * A subscription that is made meanwhile does not get this message, and one that is ended meanwhile does
 * not either if its turn has not come. What a receiver publishes is delivered at once: those whose turn
 * has not come get it before this one.
 */
unsigned sb_broker_publish(struct sb_broker *broker, const char *topic, const void *item);

/*
 * Keeps the last message of a topic from now on. Returns 0; -EINVAL when there is no room for an item;
 * -EBUSY when it is registered already, or another for the same topic.
 */
int sb_broker_retain(struct sb_broker *broker, struct sb_retained *retained);

/* Keeps it no longer; what it has stays in it. Returns 0; -ENOENT when it was not registered. */
int sb_broker_forget(struct sb_broker *broker, struct sb_retained *retained);

#endif
