/* SPDX-License-Identifier: MIT */
/*
 * Looking names up. The C library's function may block for half a minute, and cannot be stopped: so each call gets a
 * thread of its own, and a task that is cancelled leaves thread and memory to themselves. libuv's threads would not do:
 * the end of the program waits for them.
 */
#include "hal-linux/lookup.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "lib/bell.h"
#include "lib/wait.h"

struct lookup {
    /* the thread's, until it has rung */
    char host[256];
    char port[8];
    struct addrinfo hints;
    int rc;
    struct addrinfo *list;
    /* both sides' */
    pthread_mutex_t mutex;
    bool is_done;
    bool is_abandoned; /* the task has gone: who sees the other's mark frees all */
    /* the task's */
    struct sb_bell bell;
    struct sb_waitq waiters;
};

static int errno_of(int rc)
{
    switch (rc) {
    case 0:
        return 0;
    case EAI_NONAME:
    case EAI_ADDRFAMILY:
    case EAI_NODATA:
        return -ENOENT;
    case EAI_MEMORY:
        return -ENOMEM;
    case EAI_SYSTEM:
        return errno == 0 ? -EIO : -errno;
    default:
        return -EHOSTUNREACH;
    }
}

static int look_up(const char *host, const char *port, const struct addrinfo *hints,
                   struct addrinfo **out)
{
    errno = 0;
    return errno_of(getaddrinfo(host, port, hints, out));
}

static void free_lookup(struct lookup *lookup)
{
    if (lookup->list != NULL)
        freeaddrinfo(lookup->list);
    pthread_mutex_destroy(&lookup->mutex);
    free(lookup);
}

static void *run(void *arg)
{
    struct lookup *lookup = arg;
    bool is_abandoned;

    lookup->rc = look_up(lookup->host, lookup->port, &lookup->hints, &lookup->list);
    pthread_mutex_lock(&lookup->mutex);
    is_abandoned = lookup->is_abandoned;
    lookup->is_done = true;
    if (!is_abandoned)
        sb_bell_ring(&lookup->bell);
    pthread_mutex_unlock(&lookup->mutex);
    if (is_abandoned)
        free_lookup(lookup);
    return NULL;
}

/* Signals are for the thread that runs the tasks. */
static int start_thread(struct lookup *lookup)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all;
    sigset_t before;
    int rc;

    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(&thread, &attributes, run, lookup);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return -rc;
}

static void on_ring(void *arg)
{
    sb_waitq_wake_all(&((struct lookup *)arg)->waiters, 0);
}

/* The task needs it no more; true when the thread will free it. */
static bool abandon(struct lookup *lookup)
{
    bool is_running;

    pthread_mutex_lock(&lookup->mutex);
    is_running = !lookup->is_done;
    lookup->is_abandoned = true;
    sb_bell_deinit(&lookup->bell);
    pthread_mutex_unlock(&lookup->mutex);
    return is_running;
}

static int look_up_in_thread(const char *host, const char *port, const struct addrinfo *hints,
                             struct addrinfo **out)
{
    struct lookup *lookup = calloc(1, sizeof(*lookup));
    struct sb_waiter waiter;
    int rc;

    if (lookup == NULL)
        return -ENOMEM;
    snprintf(lookup->host, sizeof(lookup->host), "%s", host);
    snprintf(lookup->port, sizeof(lookup->port), "%s", port);
    lookup->hints = *hints;
    pthread_mutex_init(&lookup->mutex, NULL);
    sb_waitq_init(&lookup->waiters);
    sb_bell_init(&lookup->bell, on_ring, lookup);
    rc = start_thread(lookup);
    if (rc < 0) {
        sb_bell_deinit(&lookup->bell);
        free_lookup(lookup);
        return rc;
    }
    rc = sb_waitq_wait(&lookup->waiters, &waiter, "lookup of a name", lookup);
    if (abandon(lookup))
        return rc;
    if (rc == 0) {
        rc = lookup->rc;
        *out = lookup->list;
        lookup->list = NULL;
    }
    free_lookup(lookup);
    return rc;
}

int sb_lookup(const char *host, const char *port, int family, int flags, struct addrinfo **out)
{
    struct addrinfo hints = {
        .ai_family = family,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = flags | AI_NUMERICSERV | AI_NUMERICHOST,
    };
    int rc = look_up(host, port, &hints, out);

    if (rc != -ENOENT || host == NULL)
        return rc;
    hints.ai_flags = flags | AI_NUMERICSERV;
    return look_up_in_thread(host, port, &hints, out);
}
