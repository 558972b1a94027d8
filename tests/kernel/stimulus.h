/* SPDX-License-Identifier: MIT */
/*
 * The same program and the same signals on a board of the kernel's and on a simulated one: what the drivers
 * report is noted line by line, with times from the first signal on, and can be compared.
 */
#ifndef SB_TESTS_KERNEL_STIMULUS_H
#define SB_TESTS_KERNEL_STIMULUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/hal/board.h"

#define STIMULUS_TEXT_SIZE 8192

/* What a program needs of where it runs. */
struct stimulus {
    struct sb_board *board;
    void (*put)(struct stimulus *stimulus, unsigned gpio, bool level); /* from outside */
    int (*level)(struct stimulus *stimulus, unsigned gpio); /* of an output, seen from outside */
    /* private to who provides it */
    void *arg;
    /* filled in by the program */
    int64_t begin_ns;
    char text[STIMULUS_TEXT_SIZE];
    size_t length;
};

/* Adds a line "12.0 press": milliseconds since the beginning, to a tenth. */
void stimulus_note(struct stimulus *stimulus, int64_t time_ns, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Task bodies, with a struct stimulus as their argument. */
int stimulus_button(void *arg); /* GPIO22, bouncing: a click, a double click, a long press */
int stimulus_remote(void *arg); /* GPIO23: a NEC frame, two repeats, a broken frame */
int stimulus_display(
    void *
        arg); /* GPIO26, 19, 13, 6, 5, 11: two rows of text, as the model of the display has them */

#endif
