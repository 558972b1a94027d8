/* SPDX-License-Identifier: MIT */
/*
 * A list with one link an entry. Signals come to the thread that runs the loop, which alone changes it: a handler finds it
 * whole as long as an entry is filled in before it is linked.
 */
#include "hal-linux/restore.h"

#include <stdatomic.h>
#include <stddef.h>

static struct sb_restore *volatile first;

void sb_restore_add(struct sb_restore *restore, void (*fn)(const struct sb_restore *restore))
{
    restore->fn = fn;
    restore->next = first;
    atomic_signal_fence(memory_order_release);
    first = restore;
}

void sb_restore_remove(struct sb_restore *restore)
{
    struct sb_restore *before = first;

    if (before == restore)
        first = restore->next;
    while (before != NULL && before->next != restore)
        before = before->next;
    if (before != NULL)
        before->next = restore->next;
}

void sb_restore_all(void)
{
    struct sb_restore *restore;

    while ((restore = first) != NULL) {
        first = restore->next; /* before: what it does may be interrupted by another signal */
        restore->fn(restore);
    }
}
