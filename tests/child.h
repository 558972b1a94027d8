/* SPDX-License-Identifier: MIT */
/* Running a program of this build as a child, for tests that look at what programs print and return. */
#ifndef SB_TESTS_CHILD_H
#define SB_TESTS_CHILD_H

#include <stdbool.h>
#include <stddef.h>

struct child_result {
    int status;          /* exit code; 128 + signal when it was killed */
    char out[64 * 1024]; /* stdout, cut at this size */
    char err[64 * 1024];
};

/* The build's folder: where this program was built, or "build" when make has not said. */
const char *child_build(void);

/* Skips the test when the build has no such program ("softboard"), for want of a library. */
void child_need(const char *program);

/*
 * Runs `command` by the shell in the build's folder, where examples/, tests/programs/ and softboard are. What would
 * have a program do something else is not inherited: descriptors, ignored signals, the variables that ours or
 * the shell's commands look at. Fails the test when it cannot be run.
 */
void child_run(struct child_result *result, const char *command, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * In a process that was forked, before it becomes a program: forgets descriptors from 3 on, ignored signals and
 * variables as child_run does, so that it does the same whoever started the test.
 */
void child_forget(void);

/* True under "make cross": for tests that look at the process from outside and would see the emulator. */
bool child_is_emulated(void);

/* A new folder for files of a test; the same one for the whole program. Removed at its end. */
const char *child_folder(void);

/* The whole of a file; null when it cannot be read. Free it. */
char *child_read_file(const char *path, size_t *size);

#endif
