/* SPDX-License-Identifier: MIT */
/* A program in a terminal of its own: see terminal_rig.h. */
#include "tests/linux/terminal_rig.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/child.h"
#include "tests/support.h"

#define PATIENCE_S 20

void terminal_start(struct terminal *t, unsigned rows, unsigned columns, const char *command, ...)
{
    const struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    char line[1024];
    va_list args;

    va_start(args, command);
    vsnprintf(line, sizeof(line), command, args);
    va_end(args);
    t->length = 0;
    t->screen[0] = '\0';
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    if (t->pid == 0) {
        child_forget();
        if (chdir(child_build()) == 0)
            execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    assert_true(t->pid > 0);
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads what comes in this time at most. False when nobody has the other side any more. */
static bool read_some(struct terminal *t, int limit_ms)
{
    struct pollfd one = {.fd = t->fd, .events = POLLIN};
    ssize_t count;

    if (poll(&one, 1, limit_ms) <= 0)
        return true;
    if (t->length == sizeof(t->screen) - 1) {
        t->length = sizeof(t->screen) / 2;
        memmove(t->screen, t->screen + sizeof(t->screen) - 1 - t->length, t->length + 1);
    }
    count = read(t->fd, t->screen + t->length, sizeof(t->screen) - 1 - t->length);
    if (count <= 0)
        return false;
    for (size_t i = t->length; i < t->length + (size_t)count; i++) /* none of it is nothing */
        if (t->screen[i] == '\0')
            t->screen[i] = ' ';
    t->length += (size_t)count;
    t->screen[t->length] = '\0';
    return true;
}

bool terminal_await(struct terminal *t, const char *words)
{
    int64_t end_ms = now_ms() + PATIENCE_S * 1000;

    while (strstr(t->screen, words) == NULL && now_ms() < end_ms)
        if (!read_some(t, 100))
            break;
    return strstr(t->screen, words) != NULL;
}

void terminal_type(struct terminal *t, const char *keys)
{
    assert_int_equal(write(t->fd, keys, strlen(keys)), strlen(keys));
}

/* What is written to the terminal is read meanwhile: else the program might wait for that. */
int terminal_wait(struct terminal *t)
{
    int64_t end_ms = now_ms() + PATIENCE_S * 1000;
    bool has_ended = false;
    int status = 0;

    while (!has_ended && now_ms() < end_ms) {
        if (t->fd < 0 || !read_some(t, 10))
            (void)poll(NULL, 0, 10);
        has_ended = waitpid(t->pid, &status, WNOHANG) == t->pid;
    }
    if (!has_ended) {
        kill(t->pid, SIGKILL);
        (void)waitpid(t->pid, &status, 0);
        return -1;
    }
    while (t->fd >= 0 && read_some(t, 100)) /* until it says that nobody is there */
        if (now_ms() > end_ms)
            break;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void terminal_close(struct terminal *t)
{
    close(t->fd);
    t->fd = -1;
}
