/* SPDX-License-Identifier: MIT */
/*
 * What the real board and its pins share. Private to hal-linux.
 */
#ifndef SB_HAL_LINUX_PIN_LINUX_H
#define SB_HAL_LINUX_PIN_LINUX_H

#include <stdbool.h>

#include "hal-linux/board_linux.h"
#include "hal-linux/gpiod.h"
#include "lib/hal/pin.h"

struct sb_linux_pin {
    struct sb_pin pin;
    struct sb_linux_pin *next;  /* of the open ones */
    struct sb_gpiod_line *line; /* null: not open */
    unsigned offset;
    bool is_watched;
    /* Edges that were taken over and not reported yet. */
    unsigned next_event;
    unsigned event_count;
    struct sb_gpiod_event events[SB_GPIOD_EVENTS];
    char name[SB_GPIOD_NAME_SIZE];
};

struct sb_linux_edges;

/* The board's own part of the heap. */
struct sb_linux_chip {
    struct sb_gpiod_chip *gpiod;
    bool is_header; /* a Raspberry Pi's: line N is GPIO N */
    unsigned line_count;
    struct sb_linux_pin *by_offset; /* line_count of them */
    struct sb_linux_edges *edges;
};

/* What happened to the chips of this machine while one was sought. */
struct sb_linux_search {
    unsigned chip_count;
    int open_error;   /* of the last one that could not be opened; 0: none */
    char path[64];    /* of that one */
    char labels[128]; /* of the others, for people */
};

/*
 * Opens the chip that `wanted` names: a path, a name ("gpiochip0") or a label; null: the header's.
 * Returns 0; -ENODEV when there is none; or the error of opening it. `search` says more.
 */
int sb_linux_chip_find(const char *wanted, struct sb_linux_search *search,
                       struct sb_gpiod_chip **out);

/* True when a chip's label is that of a Raspberry Pi's header. */
bool sb_linux_label_is_header(const char *label);

/*
 * A descriptor that becomes readable when something happens to the chip's device, as its being unplugged; or an error of
 * the system. Kernels before 6.6 do not wake who waits for edges of a chip that goes.
 */
int sb_linux_chip_watch(const struct sb_gpiod_chip *gpiod);

/* Looks whether it is gone, and makes the descriptor of the above unreadable. */
bool sb_linux_chip_is_gone(struct sb_gpiod_chip *gpiod, int watch_fd);

extern const struct sb_pin_ops sb_linux_pin_ops;

/* Puts the cause of `rc` and its remedy into the board's text. Returns `rc`. */
int sb_linux_pin_fail(struct sb_linux_pin *p, int rc, unsigned flags);

/* Begins and ends the reporting of edges. Returns 0 or an error of the system. */
int sb_linux_edges_open(struct sb_linux_board *linux_board);
void sb_linux_edges_close(struct sb_linux_board *linux_board);

#endif
