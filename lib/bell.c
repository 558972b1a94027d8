/* SPDX-License-Identifier: MIT */
/* Bells. */
#include "lib/bell.h"

#include "lib/core.h"

void sb_bell_init(struct sb_bell *bell, void (*fn)(void *arg), void *arg)
{
    assert(sb_core_loop != NULL);
    bell->loop = sb_core_loop;
    bell->call.fn = fn;
    bell->call.arg = arg;
    bell->call.next = NULL;
    atomic_init(&bell->call.is_queued, false);
    sb_loop_add_source(bell->loop, 1);
}

void sb_bell_deinit(struct sb_bell *bell)
{
    assert(bell->loop == sb_core_loop);
    sb_loop_unpost(bell->loop, &bell->call);
    sb_loop_add_source(bell->loop, -1);
}

void sb_bell_ring(struct sb_bell *bell)
{
    sb_loop_post(bell->loop, &bell->call);
}
