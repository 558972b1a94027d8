/* SPDX-License-Identifier: MIT */
/*
 * Workers on libuv's pool. A request of libuv's for each job under way; those that are done are kept for the
 * next. Ends are reported by libuv in its turn, which is loop context.
 */
#include "hal-linux/workers_uv.h"

#include <errno.h>

#include "config.h"

#if SB_HAVE_UV

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <uv.h>

#include "lib/list.h"
#include "lib/loop.h"

struct sb_workers_uv_request {
    uv_work_t uv;
    struct sb_workers_uv *workers;
    struct sb_work *work;
    struct sb_workers_uv_request *next; /* spare */
};

static struct sb_workers_uv *pool_of(struct sb_workers *workers)
{
    return SB_CONTAINER_OF(workers, struct sb_workers_uv, workers);
}

static struct sb_workers_uv_request *get_request(struct sb_workers_uv *pool)
{
    struct sb_workers_uv_request *request = pool->spare;

    if (request == NULL)
        return calloc(1, sizeof(*request));
    pool->spare = request->next;
    return request;
}

static void put_request(struct sb_workers_uv *pool, struct sb_workers_uv_request *request)
{
    request->next = pool->spare;
    pool->spare = request;
}

static void on_thread(uv_work_t *uv)
{
    struct sb_workers_uv_request *request = uv->data;

    sb_work_execute(request->work);
}

static void on_end(uv_work_t *uv, int status)
{
    struct sb_workers_uv_request *request = uv->data;
    struct sb_workers_uv *pool = request->workers;
    struct sb_work *work = request->work;

    (void)status; /* taken back or not: the job knows whether it was run */
    put_request(pool, request);
    pool->job_count--;
    sb_clock_uv_add_source(pool->clock, -1);
    sb_work_end(work);
}

/* libuv starts its threads with the first: signals are for the thread that runs the tasks. */
static int queue_work(struct sb_workers_uv *pool, uv_work_t *uv)
{
    uv_loop_t *loop = sb_clock_uv_loop(pool->clock);
    sigset_t all;
    sigset_t before;
    int rc;

    if (pool->has_begun)
        return uv_queue_work(loop, uv, on_thread, on_end);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = uv_queue_work(loop, uv, on_thread, on_end);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pool->has_begun = true;
    return rc;
}

static int submit(struct sb_workers *workers, struct sb_work *work)
{
    struct sb_workers_uv *pool = pool_of(workers);
    struct sb_workers_uv_request *request = get_request(pool);
    int rc;

    if (request == NULL)
        return -ENOMEM;
    request->uv.data = request;
    request->workers = pool;
    request->work = work;
    rc = queue_work(pool, &request->uv);
    if (rc < 0) {
        put_request(pool, request);
        return rc;
    }
    work->backend = request;
    pool->job_count++;
    sb_clock_uv_add_source(pool->clock, 1);
    return 0;
}

static void cancel(struct sb_workers *workers, struct sb_work *work)
{
    struct sb_workers_uv_request *request = work->backend;

    (void)workers;
    (void)uv_cancel((uv_req_t *)&request->uv); /* fails when it has begun: then it ends by itself */
}

static void join(struct sb_workers *workers)
{
    struct sb_workers_uv *pool = pool_of(workers);
    struct sb_loop *loop = sb_loop_current();

    sb_loop_callback_begin(loop);
    while (pool->job_count > 0)
        uv_run(sb_clock_uv_loop(pool->clock), UV_RUN_ONCE);
    sb_loop_callback_end(loop);
}

int sb_workers_uv_init(struct sb_workers_uv *workers, struct sb_clock_uv *clock)
{
    static const struct sb_workers_ops ops = {.submit = submit, .cancel = cancel, .join = join};

    *workers = (struct sb_workers_uv){.workers = {.ops = &ops}, .clock = clock};
    return 0;
}

void sb_workers_uv_deinit(struct sb_workers_uv *workers)
{
    struct sb_workers_uv_request *request;

    assert(workers->job_count == 0);
    while ((request = workers->spare) != NULL) {
        workers->spare = request->next;
        free(request);
    }
}

#else

int sb_workers_uv_init(struct sb_workers_uv *workers, struct sb_clock_uv *clock)
{
    *workers = (struct sb_workers_uv){.clock = clock};
    return -ENOTSUP;
}

void sb_workers_uv_deinit(struct sb_workers_uv *workers)
{
    (void)workers;
}

#endif
