/* SPDX-License-Identifier: MIT */
/* Events by time: nearly all come in order, so the place of a late one is found from the end. */
#include "tools/app/mirror_queue.h"

#include <assert.h>
#include <string.h>

void sb_mirror_queue_put(struct sb_mirror_queue *queue, const struct sb_mirror_event *event)
{
    unsigned at = queue->count;

    assert(queue->count < SB_MIRROR_QUEUE_SIZE);
    while (at > 0 && queue->events[at - 1].time_ns > event->time_ns)
        at--;
    memmove(&queue->events[at + 1], &queue->events[at],
            (queue->count - at) * sizeof(queue->events[0]));
    queue->events[at] = *event;
    queue->count++;
}

unsigned sb_mirror_queue_ripe(const struct sb_mirror_queue *queue, int64_t until_ns)
{
    unsigned count = 0;

    while (count < queue->count && queue->events[count].time_ns <= until_ns)
        count++;
    return count;
}

void sb_mirror_queue_drop(struct sb_mirror_queue *queue, unsigned count)
{
    assert(count <= queue->count);
    queue->count -= count;
    memmove(&queue->events[0], &queue->events[count], queue->count * sizeof(queue->events[0]));
}
