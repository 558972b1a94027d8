/* SPDX-License-Identifier: MIT */
/*
 * What the kernel tells of GPIO chips and their lines: for those who list them. The chip of a board is
 * that of its pins, and must be open.
 */
#ifndef SB_HAL_LINUX_LINES_LINUX_H
#define SB_HAL_LINUX_LINES_LINUX_H

#include <stdbool.h>

#include "hal-linux/board_linux.h"

/* The kernel's limit of names, its end included. */
#define SB_LINUX_NAME_SIZE 32

struct sb_linux_chip_info {
    char name[SB_LINUX_NAME_SIZE];  /* "gpiochip0" */
    char label[SB_LINUX_NAME_SIZE]; /* "pinctrl-bcm2711"; "" when it could not be opened */
    unsigned line_count;
    bool is_header; /* a Raspberry Pi's 40-pin header */
    int error;      /* of opening it: -EACCES; 0: none */
};

struct sb_linux_line {
    unsigned offset;
    int header_pin;                    /* 1 to 40; 0: not on the header */
    char name[SB_LINUX_NAME_SIZE];     /* as sb_board_pin calls it: "GPIO17", "unnamed" */
    char own_name[SB_LINUX_NAME_SIZE]; /* as the chip calls it; "" when it has no name */
    char consumer
        [SB_LINUX_NAME_SIZE]; /* who uses it: "" nobody, or "the kernel" where it does not say */
    unsigned flags; /* enum sb_pin_flags, as it is set now, or of a line that nobody uses as the
                       kernel last knew; SB_PIN_PULL_AS_IS: pull not known */
    unsigned debounce_us; /* by the kernel; 0: none, or not known (libgpiod 1) */
};

/* Every chip of this machine in order of its number. Returns how many there are. */
unsigned sb_linux_for_each_chip(void (*fn)(const struct sb_linux_chip_info *info, void *arg),
                                void *arg);

/* The board's chip. */
void sb_linux_board_chip(const struct sb_linux_board *linux_board, struct sb_linux_chip_info *info);

/*
 * The line that a name means, as sb_board_pin takes it. Returns its offset; -ENOENT when there is none,
 * -EINVAL when it is power or ground, or several are called so; sb_board_error says more.
 */
int sb_linux_board_find_line(struct sb_linux_board *linux_board, const char *name);

/* Which line an open pin of such a board is. */
unsigned sb_linux_pin_offset(const struct sb_pin *pin);

/* What is known of the line, whether or not somebody uses it. `offset` is below the chip's line_count. */
void sb_linux_board_line(struct sb_linux_board *linux_board, unsigned offset,
                         struct sb_linux_line *line);

#endif
