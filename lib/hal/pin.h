/* SPDX-License-Identifier: MIT */
/*
 * Pins: digital inputs and outputs of a board, simulated or real. A program gets them by name from
 * sb_board_pin(); a backend embeds struct sb_pin and fills in its operations.
 */
#ifndef SB_LIB_HAL_PIN_H
#define SB_LIB_HAL_PIN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/list.h"
#include "lib/wait.h"

struct sb_board;
struct sb_pin;
struct sb_tap;

/* How a pin is used; one of INPUT and OUTPUT, the rest may be added. */
enum sb_pin_flags {
    SB_PIN_INPUT = 1 << 0,
    SB_PIN_OUTPUT = 1 << 1,
    SB_PIN_PULL_UP = 1 << 2,
    SB_PIN_PULL_DOWN = 1 << 3,
    SB_PIN_OPEN_DRAIN = 1 << 4,   /* drives low, lets go for high */
    SB_PIN_OPEN_SOURCE = 1 << 5,  /* drives high, lets go for low */
    SB_PIN_ACTIVE_LOW = 1 << 6,   /* values below are logical: true is the low level */
    SB_PIN_INITIAL_TRUE = 1 << 7, /* an output begins with true (logical) */
    SB_PIN_PULL_AS_IS = 1 << 8,   /* an input keeps the pull that it has; simulated: none */
};

enum sb_edges {
    SB_EDGE_RISING = 1,
    SB_EDGE_FALLING = 2,
    SB_EDGE_BOTH = 3,
};

/* A change of an input. */
struct sb_edge {
    int64_t time_ns; /* of the change itself, on the loop's clock */
    bool value;      /* after it, logical */
    uint32_t lost; /* edges that were lost since the one before that was told: a queue overflowed */
};

/* Called in loop context, once an edge, in order of time, never from within another one. Must not wait. */
typedef void sb_edge_fn(struct sb_pin *pin, const struct sb_edge *edge, void *arg);

/* Somebody who wants to hear of edges. The caller's memory while it watches. */
struct sb_pin_watch {
    /* private */
    struct sb_list node;
    struct sb_pin *pin;
    unsigned edges;
    uint32_t lost; /* not told yet: the edge behind them was of the other kind */
    sb_edge_fn *fn;
    void *arg;
};

/* What a backend provides. Levels here are electrical: the functions below do the active-low part. */
struct sb_pin_ops {
    int (*configure)(struct sb_pin *pin, unsigned flags);
    int (*read)(struct sb_pin *pin); /* 0, 1 or an error */
    int (*write)(struct sb_pin *pin, bool level);
    int (*watch)(struct sb_pin *pin, bool is_on); /* report edges through sb_pin_report_edge */
    void (*close)(struct sb_pin *pin);
    int (*set_debounce_us)(struct sb_pin *pin, unsigned period_us); /* null: -ENOTSUP */
    /*
     * Of two pins or more that share a request, in one step; null: one by one. Bit n of `levels` is that of pins[n].
     */
    int (*configure_all)(struct sb_pin *const *pins, unsigned count, unsigned flags,
                         uint64_t levels);
    int (*read_all)(struct sb_pin *const *pins, unsigned count, uint64_t *levels);
    int (*write_all)(struct sb_pin *const *pins, unsigned count, uint64_t levels);
};

struct sb_pin {
    /* read-only */
    const char *name; /* as the board calls it: "GPIO17" */
    struct sb_board *board;
    unsigned flags;      /* enum sb_pin_flags */
    bool value;          /* what was last written, logical */
    uint32_t lost_count; /* edges lost since it was opened */
    unsigned debounce_us;
    /* private */
    const struct sb_pin_ops *ops;
    unsigned request; /* the board's number of the request that it shares with others; 0: none */
    struct sb_list watches;
    struct sb_list *next_watch; /* to be told of the edge that is being reported; null: none is */
    struct sb_tap *tap;         /* of its board; null: nobody observes */
};

/*
 * Changes direction, bias or drive; an output begins anew, with the value that the flags say. Watches
 * stay: they hear nothing of the change itself, nor of edges before it that were not reported yet, and
 * nothing while the pin is an output. Returns 0; -EINVAL for flags that contradict each other, or that the kernel refuses;
 * -ENOTSUP for what the backend cannot do, -ENODEV when the device is gone, -EBUSY when with libgpiod 1 another program took
 * the line while its edges were switched, or another error of the system (sb_board_error has the text).
 */
int sb_pin_configure(struct sb_pin *pin, unsigned flags);

/* The level now: 0 or 1, logical; -ENODEV when the device is gone, or another error of the system. Never waits. */
int sb_pin_read(struct sb_pin *pin);

/*
 * For who observes a board: the level now, electrical, whoever reads or drives it; the tap does not hear of it. Errors as
 * sb_pin_read.
 */
int sb_pin_peek_level(struct sb_pin *pin);

/* Drives an output. Returns 0; -EPERM when the pin is an input; -ENODEV and others as sb_pin_read. */
int sb_pin_write(struct sb_pin *pin, bool value);

/* Writes the opposite of what was last written. Returns as sb_pin_write. */
int sb_pin_toggle(struct sb_pin *pin);

/*
 * Has an input debounced: a level counts once it has stayed for `period_us`, and each change meanwhile begins the period
 * anew. Until then sb_pin_read gives the level before. An edge comes, and has its time, when the period is over: it is
 * not that of the change. A glitch that is gone by then is no edge, and is not counted. 0 ends it. May be called while the
 * pin is watched, which loses no edge. It lasts until the pin is closed, and rests while the pin is an output.
 *
 * On a real board the kernel does it (drivers/gpio/gpiolib-cdev.c), in the chip where that can, else by its timer, which
 * rounds the period up to ticks of 1 to 10 ms; the simulated board does the same, to the nanosecond. Returns 0; -EPERM for
 * an output; -ENOTSUP with libgpiod 1, where sb_pushbutton debounces itself; others as sb_pin_configure.
 */
int sb_pin_set_debounce_us(struct sb_pin *pin, unsigned period_us);

/*
 * Calls `fn` at each edge of the kinds given. Returns 0; -EPERM for an output; -EINVAL for no edges; -ENOTSUP for a line of a
 * real chip that has no interrupt; others as sb_pin_configure. Any number may watch one pin; they are called in order of starting. On real pins the first one
 * hears of no edge from before its start; another one may, of those that the kernel has and the loop has not seen yet.
 */
int sb_pin_watch_start(struct sb_pin *pin, struct sb_pin_watch *watch, unsigned edges,
                       sb_edge_fn *fn, void *arg);
void sb_pin_watch_stop(struct sb_pin_watch *watch);

/*
 * Waits for the next edge of the kinds given; `*edge`, if not null, says which. Returns 0, -ECANCELED,
 * -ETIMEDOUT, -ENODEV when the device goes, or as sb_pin_watch_start.
 */
int sb_pin_wait_edge(struct sb_pin *pin, unsigned edges, struct sb_edge *edge);

/* Gives the pin back to its board; null is ignored. Watches of it end. Also from within one. */
void sb_pin_close(struct sb_pin *pin);

/* For backends: fills the base in. `name` and `ops` are borrowed. */
void sb_pin_init(struct sb_pin *pin, struct sb_board *board, const char *name,
                 const struct sb_pin_ops *ops);

/* For backends and lib/hal: whether a pin can be all that the flags say. */
bool sb_pin_flags_are_possible(unsigned flags);

/* For backends: an edge has been seen; in loop context. `level` is electrical. */
void sb_pin_report_edge(struct sb_pin *pin, bool level, int64_t time_ns, uint32_t lost);

/*
 * For backends: the device is gone, and no edge will come any more; in loop context. Who waits in sb_pin_wait_edge returns
 * `rc`. Callbacks hear nothing: whoever reads or writes the pin gets the error.
 */
void sb_pin_report_gone(struct sb_pin *pin, int rc);

#endif
