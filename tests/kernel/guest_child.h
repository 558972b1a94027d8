/* SPDX-License-Identifier: MIT */
/* Programs of this build, run as children of a test in the guest: beside it they live on, and the test is their outside. */
#ifndef SB_TESTS_KERNEL_GUEST_CHILD_H
#define SB_TESTS_KERNEL_GUEST_CHILD_H

#include <sys/types.h>

#define GUEST_CHILD_TEXT 16384

struct guest_child {
    pid_t pid;
    int status; /* as a shell has it, once it has ended */
    char out[GUEST_CHILD_TEXT];
    char err[GUEST_CHILD_TEXT];
};

/* The folder of the build, which programs are named from: the first argument of the test. */
void guest_child_set_folder(const char *name);

/* Starts a command of the shell, such as "examples/blink --for 2s". Fails the test if that cannot be done. */
void guest_child_start(struct guest_child *child, const char *command);

/* Waits for its end, for 100 s at most, and reads what it printed. */
void guest_child_end(struct guest_child *child);

/* Both. */
void guest_child_run(struct guest_child *child, const char *command);

/* It ended so, or the test fails with what it said. */
void guest_child_assert_status(const struct guest_child *child, int status);

#endif
