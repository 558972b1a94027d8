/* SPDX-License-Identifier: MIT */
/*
 * The lines of the fake GPIO chip: their levels, who has them, the queues of their edges, and the log.
 * What is meant for both of the kernel's interfaces is kept in terms of the second.
 */
#include "tests/linux/gpiofake.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define QUEUE 16 /* events that wait for each line, if a request doesn't say */

struct line lines[LINES];
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct request requests[REQUESTS];

bool is_set(const char *variable)
{
    return getenv(variable) != NULL;
}

int fail_with(int error)
{
    errno = error;
    return -1;
}

/* ---- the log */

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void log_line(unsigned offset, const char *what, const char *more)
{
    static char open_path[256];
    static int fd = -1;
    const char *path = getenv("GPIOFAKE_LOG");
    char text[256];
    int length;
    REAL(open);
    REAL(close);

    if (path == NULL)
        return;
    if (fd < 0 || strcmp(path, open_path) != 0) {
        if (fd >= 0)
            real_close(fd);
        snprintf(open_path, sizeof(open_path), "%s", path);
        fd = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    length = snprintf(text, sizeof(text), "%lld %u %s%s%s\n", (long long)now_ns(), offset, what,
                      more[0] == '\0' ? "" : " ", more);
    (void)!write(fd, text, (size_t)length);
}

/* ---- levels and edges */

static bool lets_go(const struct line *line)
{
    return line->driven < 0 ||
           ((line->flags & GPIO_V2_LINE_FLAG_OPEN_DRAIN) != 0 && line->driven == 1) ||
           ((line->flags & GPIO_V2_LINE_FLAG_OPEN_SOURCE) != 0 && line->driven == 0);
}

int level_of(const struct line *line)
{
    if (!lets_go(line))
        return line->driven;
    if (line->outside >= 0)
        return line->outside;
    return (line->flags & GPIO_V2_LINE_FLAG_BIAS_PULL_UP) != 0;
}

bool value_of(const struct line *line, int level)
{
    return (level != 0) != ((line->flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW) != 0);
}

/* Adds what the level is now to the line's history, if it was another before. */
static void note_level(struct line *line, int before)
{
    size_t length = strlen(line->history);

    if (level_of(line) != before && length < sizeof(line->history) - 1)
        line->history[length] = (char)('0' + level_of(line));
}

/* The second interface drops the oldest when its queue is full, the first one the newest. */
static void queue_event(struct request *r, unsigned index, bool is_rising)
{
    struct gpio_v2_line_event overwritten;
    struct gpio_v2_line_event v2 = {
        .timestamp_ns = (uint64_t)now_ns(),
        .id = is_rising ? GPIO_V2_LINE_EVENT_RISING_EDGE : GPIO_V2_LINE_EVENT_FALLING_EDGE,
        .offset = r->offsets[index],
        .seqno = ++r->seqno,
        .line_seqno = ++r->line_seqno[index],
    };
    struct gpioevent_data v1 = {
        .timestamp = v2.timestamp_ns,
        .id = is_rising ? GPIOEVENT_EVENT_RISING_EDGE : GPIOEVENT_EVENT_FALLING_EDGE,
    };
    size_t size = r->is_v1 ? sizeof(v1) : sizeof(v2);
    int queued = 0;
    REAL(ioctl);

    if (lines[r->offsets[index]].lose_count > 0) {
        lines[r->offsets[index]].lose_count--;
        return;
    }
    real_ioctl(r->fd, FIONREAD, &queued);
    if ((size_t)queued >= r->queue * size) {
        if (r->is_v1)
            return;
        (void)!recv(r->fd, &overwritten, size, MSG_DONTWAIT);
    }
    (void)!send(r->peer, r->is_v1 ? (void *)&v1 : (void *)&v2, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* A level from outside. */
static void put_level(unsigned offset, int level)
{
    struct line *line = &lines[offset];
    int before = level_of(line);
    uint64_t kind;
    bool is_rising;

    line->outside = level;
    note_level(line, before);
    if (level_of(line) == before)
        return;
    is_rising = value_of(line, level_of(line));
    kind = is_rising ? GPIO_V2_LINE_FLAG_EDGE_RISING : GPIO_V2_LINE_FLAG_EDGE_FALLING;
    if ((line->flags & kind) == 0)
        return;
    for (struct request *r = requests; r < requests + REQUESTS; r++)
        for (unsigned i = 0; r->fd != 0 && i < r->count; i++)
            if (r->offsets[i] == offset)
                queue_event(r, i, is_rising);
}

__attribute__((visibility("default"))) void gpiofake_put(unsigned offset, int level)
{
    pthread_mutex_lock(&mutex);
    put_level(offset, level);
    pthread_mutex_unlock(&mutex);
}

__attribute__((visibility("default"))) int gpiofake_level(unsigned offset)
{
    int level;

    pthread_mutex_lock(&mutex);
    level = level_of(&lines[offset]);
    pthread_mutex_unlock(&mutex);
    return level;
}

__attribute__((visibility("default"))) void gpiofake_history(unsigned offset, char *out,
                                                             size_t size)
{
    pthread_mutex_lock(&mutex);
    snprintf(out, size, "%s", lines[offset].history);
    memset(lines[offset].history, 0, sizeof(lines[offset].history));
    pthread_mutex_unlock(&mutex);
}

static void *control(void *fifo)
{
    char text[64];

    while (fgets(text, sizeof(text), fifo) != NULL) {
        unsigned offset;
        int level;

        unsigned lose_count;

        pthread_mutex_lock(&mutex);
        if (sscanf(text, "%u lose %u", &offset, &lose_count) == 2 && offset < LINES)
            lines[offset].lose_count = lose_count;
        else if (sscanf(text, "%u %d", &offset, &level) == 2 && offset < LINES)
            put_level(offset, level);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

/* Before any line is taken: what is put once that is in the log finds somebody who reads. */
static FILE *open_fifo(void)
{
    const char *path = getenv("GPIOFAKE_CTL");
    FILE *file;
    int fd;
    REAL(open);
    REAL(close);

    if (path == NULL)
        return NULL;
    fd = real_open(path, O_RDWR | O_CLOEXEC); /* for writing too: so it never ends */
    file = fd < 0 ? NULL : fdopen(fd, "r");
    if (file == NULL && fd >= 0)
        real_close(fd);
    if (file != NULL) /* else exit waits for its lock, and so for ever */
        __fsetlocking(file, FSETLOCKING_BYCALLER);
    return file;
}

void start_lines(void)
{
    FILE *fifo = open_fifo();
    sigset_t all;
    sigset_t before;
    pthread_t thread;

    for (unsigned i = 0; i < LINES; i++)
        lines[i] = (struct line){.outside = -1, .driven = -1};
    if (fifo == NULL)
        return;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, control, fifo) == 0)
        pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* ---- requests */

void busy_consumer(unsigned offset, char out[GPIO_MAX_NAME_SIZE])
{
    const char *at = getenv("GPIOFAKE_BUSY");

    out[0] = '\0';
    while (at != NULL) {
        char *name;
        if (strtoul(at, &name, 10) == offset && *name == '=') {
            snprintf(out, GPIO_MAX_NAME_SIZE, "%.*s", (int)strcspn(name + 1, ","), name + 1);
            return;
        }
        at = strchr(at, ',');
        at = at == NULL ? NULL : at + 1;
    }
}

static bool is_busy(unsigned offset)
{
    char consumer[GPIO_MAX_NAME_SIZE];

    busy_consumer(offset, consumer);
    return lines[offset].flags != 0 || consumer[0] != '\0';
}

void drive(unsigned offset, int level)
{
    int before = level_of(&lines[offset]);

    if (lines[offset].driven == level)
        return;
    lines[offset].driven = level;
    note_level(&lines[offset], before);
    log_line(offset, level != 0 ? "1" : "0", "");
}

static void log_config(unsigned offset, uint64_t flags)
{
    char words[128];

    char debounce[32] = "";

    if (lines[offset].debounce_us > 0)
        snprintf(debounce, sizeof(debounce), " debounce %u us", lines[offset].debounce_us);
    snprintf(words, sizeof(words), "%s%s%s%s%s%s%s%s",
             (flags & GPIO_V2_LINE_FLAG_OUTPUT) != 0 ? "output" : "input",
             (flags & GPIO_V2_LINE_FLAG_BIAS_PULL_UP) != 0 ? " pull-up" : "",
             (flags & GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN) != 0 ? " pull-down" : "",
             (flags & GPIO_V2_LINE_FLAG_OPEN_DRAIN) != 0 ? " open-drain" : "",
             (flags & GPIO_V2_LINE_FLAG_OPEN_SOURCE) != 0 ? " open-source" : "",
             (flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW) != 0 ? " active-low" : "",
             (flags & GPIO_V2_LINE_FLAG_EDGE_RISING) != 0 ? " edges" : "", debounce);
    log_line(offset, "config", words);
}

/* What the chip lacks, of what is asked of it. */
static bool is_lacking(uint64_t flags)
{
    uint64_t pulls = GPIO_V2_LINE_FLAG_BIAS_PULL_UP | GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN;

    return (is_set("GPIOFAKE_NO_BIAS") && (flags & pulls) != 0) ||
           (is_set("GPIOFAKE_NO_OUTPUT") && (flags & GPIO_V2_LINE_FLAG_OUTPUT) != 0) ||
           (is_set("GPIOFAKE_NO_EDGES") && (flags & GPIO_V2_LINE_FLAG_EDGE_RISING) != 0);
}

int configure(unsigned offset, uint64_t flags, int value)
{
    struct line *line = &lines[offset];
    int before = level_of(line);

    if (is_lacking(flags))
        return fail_with(EINVAL);
    if (is_set("GPIOFAKE_NO_INTERRUPT") && (flags & GPIO_V2_LINE_FLAG_EDGE_RISING) != 0)
        return fail_with(ENXIO);
    line->flags = flags | GPIO_V2_LINE_FLAG_USED;
    log_config(offset, flags);
    if ((flags & GPIO_V2_LINE_FLAG_OUTPUT) == 0) {
        line->driven = -1;
    } else if (line->driven != value_of(line, value)) {
        line->driven = value_of(line, value);
        log_line(offset, line->driven != 0 ? "1" : "0", "");
    }
    note_level(line, before);
    return 0;
}

void release(struct request *r)
{
    REAL(close);

    for (unsigned i = 0; i < r->count; i++) {
        struct line *line = &lines[r->offsets[i]];
        line->flags = 0;
        line->debounce_us = 0;
        line->driven = -1;
        line->consumer[0] = '\0';
        log_line(r->offsets[i], "release", "");
    }
    real_close(r->peer);
    r->fd = 0;
}

struct request *find_request(int fd)
{
    for (struct request *r = requests; r < requests + REQUESTS; r++)
        if (r->fd != 0 && r->fd == fd)
            return r;
    return NULL;
}

struct request *take(const uint32_t *offsets, unsigned count, const char *consumer)
{
    struct request *r = requests;
    int pair[2];

    for (unsigned i = 0; i < count; i++) {
        errno = offsets[i] >= LINES ? EINVAL : EBUSY;
        if (offsets[i] >= LINES || is_busy(offsets[i]))
            return NULL;
    }
    while (r < requests + REQUESTS && r->fd != 0)
        r++;
    errno = ENOMEM;
    if (r == requests + REQUESTS || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return NULL;
    *r = (struct request){.fd = pair[0], .peer = pair[1], .count = count, .queue = QUEUE * count};
    for (unsigned i = 0; i < count; i++) {
        r->offsets[i] = offsets[i];
        snprintf(lines[offsets[i]].consumer, GPIO_MAX_NAME_SIZE, "%s", consumer);
        log_line(offsets[i], "request", consumer);
    }
    return r;
}

int keep_or_release(struct request *r, int rc, int *fd)
{
    int error = errno;
    REAL(close);

    *fd = r->fd;
    if (rc == 0)
        return 0;
    release(r);
    real_close(*fd);
    return fail_with(error);
}
