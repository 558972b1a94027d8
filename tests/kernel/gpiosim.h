/* SPDX-License-Identifier: MIT */
/*
 * A GPIO chip of the kernel's gpio-sim: made and taken away through configfs, driven from outside by the
 * pull of each line, observed by its value, both in sysfs. Needs root and mounted configfs and sysfs, as in
 * the guests of tests/kernel. Whatever fails ends the test.
 */
#ifndef SB_TESTS_KERNEL_GPIOSIM_H
#define SB_TESTS_KERNEL_GPIOSIM_H

#include <stdbool.h>

#define GPIOSIM_LINES_MAX 64

/* A line with a name of its own. */
struct gpiosim_line {
    const char *name; /* null ends a list */
    unsigned offset;
    const char *hog; /* the kernel itself uses it as an output, under this name; null: it is free */
};

/* The caller's memory. */
struct gpiosim {
    char name[16];   /* in configfs */
    char chip[16];   /* "gpiochip1" */
    char device[32]; /* "gpio-sim.0" */
    bool is_live;
    unsigned line_count;
    struct {
        int pull_fd; /* 0: not opened yet */
        int value_fd;
    } files[GPIOSIM_LINES_MAX];
};

/* `lines` names some of them; null: none has a name. */
void gpiosim_open(struct gpiosim *sim, const char *name, const char *label, unsigned line_count,
                  const struct gpiosim_line *lines);

/* The device goes, whoever has its lines: as if it were unplugged. */
void gpiosim_unplug(struct gpiosim *sim);

/* The same, and nothing is left of it in configfs. */
void gpiosim_close(struct gpiosim *sim);

/* What the outside does to a line: an input follows, an edge happens now. */
void gpiosim_pull(struct gpiosim *sim, unsigned offset, bool level);

/* The level on a line: what an output drives, else the pull. */
int gpiosim_value(struct gpiosim *sim, unsigned offset);

/* Which way it is pulled, from outside or by the chip's own bias. */
int gpiosim_pulled(struct gpiosim *sim, unsigned offset);

#endif
