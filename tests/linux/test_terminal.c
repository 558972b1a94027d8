/* SPDX-License-Identifier: MIT */
/* The board in a terminal, as its user sees it and types to it. Time is real here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/child.h"

/* For how long words are waited for, seconds. */
#define PATIENCE_S 20

static char screen[65536];
static int terminal;
static pid_t pid;

static void start(const char *command)
{
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    char line[512];

    snprintf(line, sizeof(line), "cd '%s' && TERM=xterm NO_COLOR=1 exec %s", child_build(),
             command);
    pid = forkpty(&terminal, NULL, NULL, &size);
    assert_true(pid >= 0);
    if (pid == 0) {
        child_forget();
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
}

static time_t now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* Reads on what comes to the terminal, anew, until it has those words; false when they do not come. */
static bool read_until(const char *words)
{
    time_t end_s = now_s() + PATIENCE_S;
    size_t length = 0;

    screen[0] = '\0';
    while (strstr(screen, words) == NULL && now_s() < end_s && length < sizeof(screen) - 1) {
        struct timeval limit = {.tv_sec = 1};
        fd_set set;
        ssize_t count;

        FD_ZERO(&set);
        FD_SET(terminal, &set);
        if (select(terminal + 1, &set, NULL, NULL, &limit) <= 0)
            continue;
        count = read(terminal, screen + length, sizeof(screen) - 1 - length);
        if (count <= 0)
            break;
        length += (size_t)count;
        screen[length] = '\0';
    }
    return strstr(screen, words) != NULL;
}

static void type(const char *keys)
{
    assert_int_equal(write(terminal, keys, strlen(keys)), strlen(keys));
}

/* Its exit code; -1 when it did not end. It is gone then in any case, and the terminal only after it. */
static int end(void)
{
    time_t end_s = now_s() + PATIENCE_S;
    bool has_ended = false;
    int status = 0;

    type("q");
    while (!has_ended && now_s() < end_s) {
        char last[256];
        struct timeval limit = {.tv_usec = 10000};
        fd_set set;

        FD_ZERO(&set);
        FD_SET(terminal, &set);
        if (select(terminal + 1, &set, NULL, NULL, &limit) > 0)
            (void)!read(terminal, last, sizeof(last)); /* -EIO once nobody has it open */
        has_ended = waitpid(pid, &status, WNOHANG) == pid;
    }
    if (!has_ended) {
        kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
    }
    close(terminal);
    if (!has_ended)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void the_help_is_whole_where_the_board_has_fewer_rows(void **state)
{
    bool is_whole;

    (void)state;
    start("examples/thermometer --backend sim");
    if (!read_until("h help"))
        fail_msg("no board: %s", screen);
    type("h");
    is_whole = read_until("temperature [ ]  humidity { }");
    assert_int_equal(end(), 0);
    assert_true(is_whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_help_is_whole_where_the_board_has_fewer_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
