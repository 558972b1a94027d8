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

struct sb_linux_request;

struct sb_linux_pin {
    struct sb_pin pin;
    struct sb_gpiod_request *gpiod; /* its request's */
    size_t index;                   /* in that */
    unsigned offset;
    struct sb_linux_request *request; /* null: the line is not ours */
    bool is_open;                     /* else its request lives on for others */
    bool is_watched;
    int64_t since_ns; /* edges before are none of its watches' */
    char name[SB_GPIOD_NAME_SIZE];
};

/* Lines that were taken together: one descriptor, one queue of edges. */
struct sb_linux_request {
    struct sb_linux_request *next; /* of the board's */
    struct sb_gpiod_request *gpiod;
    struct sb_gpiod_line *lines; /* as they were last configured */
    uint64_t edges;              /* those whose edges are queued: then it is listened to */
    unsigned count;
    unsigned open_count;
    unsigned number; /* its pins': pin.request */
    /* Edges that were taken over and not reported yet. */
    unsigned next_event;
    unsigned event_count;
    struct sb_gpiod_event events[SB_GPIOD_EVENTS];
    struct sb_linux_pin *pins[];
};

static inline struct sb_linux_board *sb_linux_board_of(const struct sb_linux_pin *p)
{
    return SB_CONTAINER_OF(p->pin.board, struct sb_linux_board, board);
}

struct sb_linux_edges;

/* The board's own part of the heap. */
struct sb_linux_chip {
    struct sb_gpiod_chip *gpiod;
    bool is_header; /* a Raspberry Pi's: line N is GPIO N */
    unsigned line_count;
    struct sb_linux_pin *by_offset; /* line_count of them */
    unsigned request_count;         /* of several pins, ever */
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

/* What people call the line: "GPIO17" on the header, else the chip's own name for it. `info` is what else is known. */
void sb_linux_name_line(struct sb_linux_chip *chip, unsigned offset, char out[SB_GPIOD_NAME_SIZE],
                        struct sb_gpiod_line_info *info);

extern const struct sb_pin_ops sb_linux_pin_ops;

/* Puts the cause of `rc` and its remedy into the board's text. Returns `rc`. */
int sb_linux_pin_fail(struct sb_linux_pin *p, int rc, unsigned flags);

/* ---- pin_open.c: what struct sb_board_ops wants */

int sb_linux_board_pin(struct sb_board *board, const char *name, unsigned flags,
                       struct sb_pin **out);
int sb_linux_board_pins(struct sb_board *board, const char *const *names, unsigned count,
                        unsigned flags, uint64_t values, struct sb_pin **out);

/* ---- request_linux.c; these return 0 or an error of libgpiod's, not reported */

/* Takes the lines of these pins, which are open afterwards. `levels`: bit n is of pins[n], electrical. */
int sb_linux_request_open(struct sb_linux_board *linux_board, struct sb_linux_pin *const *pins,
                          unsigned count, unsigned flags, uint64_t levels);

/* Uses all lines so, and queues the edges of those inputs that are watched. On failure all is as it was. */
int sb_linux_request_use(struct sb_linux_request *r, const struct sb_gpiod_line *lines);

/* How the lines are used, for a change: outputs have the level that was last written. */
void sb_linux_request_get_lines(const struct sb_linux_request *r, struct sb_gpiod_line *lines);

/* Makes each pin a request of its own, where requests are rigid; they are inputs. The request is gone if it could. */
int sb_linux_request_split(struct sb_linux_request *r);

/* A closed pin is open again, as its line is used. */
void sb_linux_request_join(struct sb_linux_pin *p);

/* A pin of it closes; with the last one all lines are given back. */
void sb_linux_request_leave(struct sb_linux_pin *p);

/* ---- edges_linux.c */

/* Begins and ends the reporting of edges. Returns 0 or an error of the system. */
int sb_linux_edges_open(struct sb_linux_board *linux_board);
void sb_linux_edges_close(struct sb_linux_board *linux_board);

/* Puts a request into the board's epoll or takes it out. */
int sb_linux_edges_listen(struct sb_linux_board *linux_board, struct sb_linux_request *r,
                          bool is_on);

/* Edges up to now of these lines are none of their watches' any more. */
void sb_linux_edges_forget(struct sb_linux_request *r, uint64_t lines);

#endif
