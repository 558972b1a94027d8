/* SPDX-License-Identifier: MIT */
/* A program in a terminal of its own, as its user sees it and types to it. Time is real here. */
#ifndef SB_TESTS_LINUX_TERMINAL_RIG_H
#define SB_TESTS_LINUX_TERMINAL_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct terminal {
    int fd; /* what the user has; -1 once it is closed */
    pid_t pid;
    size_t length;
    char screen[65536]; /* all that has come, but not what is older than 32768 bytes */
};

/* Runs a command line of the shell in the build's folder, after child_forget. Fails the test when it cannot. */
void terminal_start(struct terminal *t, unsigned rows, unsigned columns, const char *command, ...)
    __attribute__((format(printf, 4, 5)));

/* Waits until these words have come, if they have not yet; false when they have not in twenty seconds. */
bool terminal_await(struct terminal *t, const char *words);

void terminal_type(struct terminal *t, const char *keys);

/*
 * Waits for the end of the program and returns its exit code, 128 + signal when it was killed. It is killed after twenty
 * seconds: -1. The terminal stays.
 */
int terminal_wait(struct terminal *t);

/* The user closes it. */
void terminal_close(struct terminal *t);

#endif
