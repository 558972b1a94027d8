/* SPDX-License-Identifier: MIT */
/*
 * Intrusive doubly linked list: the link lives in the listed object, so nothing is ever allocated
 * and anything can leave from the middle in O(1).
 */
#ifndef SB_LIB_LIST_H
#define SB_LIB_LIST_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

/* A link. On no list when both pointers are null or when it points to itself (an empty head). */
struct sb_list {
    struct sb_list *next;
    struct sb_list *prev;
};

/* The object of `type` whose member `member` is the link `node`. */
#define SB_CONTAINER_OF(node, type, member) ((type *)((char *)(node)-offsetof(type, member)))

static inline void sb_list_init(struct sb_list *head)
{
    head->next = head;
    head->prev = head;
}

static inline bool sb_list_is_empty(const struct sb_list *head)
{
    return head->next == head;
}

/* True while `node` is on some list. Needs a node that was zeroed or has left by sb_list_remove. */
static inline bool sb_list_is_linked(const struct sb_list *node)
{
    return node->next != NULL;
}

/*
 * Who waits is on a list with a node on its own stack, and leaves it before it returns: more than gcc sees, which warns
 * of it from version 12 on.
 */
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdangling-pointer"
#endif
static inline void sb_list_append(struct sb_list *head, struct sb_list *node)
{
    node->prev = head->prev;
    node->next = head;
    head->prev->next = node;
    head->prev = node;
}
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12
#pragma GCC diagnostic pop
#endif

static inline void sb_list_remove(struct sb_list *node)
{
    assert(node->next != NULL); /* it is on a list */
    node->prev->next = node->next;
    node->next->prev = node->prev;
    node->next = NULL;
    node->prev = NULL;
}

/* The first node, or null when the list is empty. */
static inline struct sb_list *sb_list_first(const struct sb_list *head)
{
    return head->next == head ? NULL : head->next;
}

/* Moves all of `from` to the end of `to`, in order; `from` is empty afterwards. */
static inline void sb_list_splice(struct sb_list *to, struct sb_list *from)
{
    if (from->next == from)
        return;
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    sb_list_init(from);
}

/* Walks a list; the body may remove `node`, but no other. */
#define SB_LIST_FOR_EACH(node, after, head)                               \
    for ((node) = (head)->next, (after) = (node)->next; (node) != (head); \
         (node) = (after), (after) = (node)->next)

#endif
