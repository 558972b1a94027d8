/* SPDX-License-Identifier: MIT */
/*
 * The same program and the same signals on a board of the kernel's and on a simulated one: what the drivers report is noted
 * event by event, with times from the first signal on, and compared side by side. Signals from outside are recordings in
 * tests/kernel/stimuli, which any viewer of waveforms shows.
 */
#ifndef SB_TESTS_KERNEL_STIMULUS_H
#define SB_TESTS_KERNEL_STIMULUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/hal/board.h"

/*
 * By so much the time of an event may differ. Where the program sets the pace, not a signal, either the time since the
 * beginning or that since the event before: on a real board it takes some time of its own to drive a line.
 */
#define STIMULUS_TOLERANCE_NS 100000

#define STIMULUS_EVENTS    256
#define STIMULUS_TEXT_SIZE 48

struct stimulus_event {
    int64_t time_ns; /* since the beginning */
    char text[STIMULUS_TEXT_SIZE];
};

/* What a program needs of where it runs. */
struct stimulus {
    const char *where;  /* "simulated" */
    const char *folder; /* of the recordings */
    struct sb_board *board;
    void (*put)(struct stimulus *stimulus, unsigned gpio, bool level); /* from outside */
    int (*level)(struct stimulus *stimulus, unsigned gpio); /* of an output, seen from outside */
    /* private to who provides it */
    void *arg;
    /* filled in by the program */
    int64_t begin_ns;
    unsigned count;
    struct stimulus_event events[STIMULUS_EVENTS];
};

void stimulus_note(struct stimulus *stimulus, int64_t time_ns, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A program: a task's body, with a struct stimulus as its argument, and the recording that it is played; or none. */
struct stimulus_program {
    const char *what;
    const char *recording; /* null: none, and the program sets the pace */
    int (*run)(void *arg);
};

extern const struct stimulus_program stimulus_button;  /* GPIO22 */
extern const struct stimulus_program stimulus_remote;  /* GPIO23 */
extern const struct stimulus_program stimulus_display; /* GPIO26, 19, 13, 6, 5, 11 */

/* In a task: plays it from stimulus->begin_ns on. Channels are called as the GPIOs that they go to. */
int stimulus_play(struct stimulus *stimulus, const char *recording);

/* Prints both lists side by side, each line behind "# | ". Returns whether they are the same. */
bool stimulus_compare(const struct stimulus_program *program, const struct stimulus *a,
                      const struct stimulus *b);

#endif
