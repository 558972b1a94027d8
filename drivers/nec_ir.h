/* SPDX-License-Identifier: MIT */
/*
 * Receives infrared remote controls that speak NEC, from a demodulating receiver (TSOP4838 kind) on one
 * input. A state machine on the pin's edges and one timer: a frame is known at the end of its stop mark,
 * 68 ms after it began, a repeat after 12 ms; nothing runs while no remote does. Every time is taken from
 * the edges' own time stamps.
 *
 * What is shorter than a leader opens nothing: after noise the next frame is received. Repeats carry the
 * key that is held, and only as long as it is: the first that comes too late, or after something that was
 * no valid frame, is an error. spec/drivers.md 12.
 *
 *      idle --mark of 9 ms--> leader --space of 4.5 ms--> bits --32 bits, stop mark--> idle: FRAME
 *                             leader --space of 2.25 ms--> repeat --stop mark--> idle: REPEAT
 *      from each state but idle: a mark or space out of tolerance, or 12 ms without an edge --> idle: ERROR
 *
 * Whatever broke a frame is itself looked at as a leader's mark, and so is what follows a complete one.
 */
#ifndef SB_DRIVERS_NEC_IR_H
#define SB_DRIVERS_NEC_IR_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/hal/pin.h"
#include "lib/timer.h"
#include "lib/wait.h"

#define SB_NEC_IR_TOLERANCE_PERCENT 25
#define SB_NEC_IR_REPEAT_MS         150
/* Events that wait for sb_nec_ir_wait; when one more comes, the oldest goes. */
#define SB_NEC_IR_EVENTS_MAX 8

struct sb_nec_ir;

enum sb_nec_ir_kind {
    SB_NEC_IR_FRAME = 1 << 0,
    SB_NEC_IR_REPEAT = 1 << 1, /* the key is still held */
    SB_NEC_IR_ERROR = 1 << 2,
    SB_NEC_IR_ALL = (1 << 3) - 1,
};

/* What was wrong with a frame whose leader was good. */
enum sb_nec_ir_error {
    SB_NEC_IR_NO_ERROR,
    SB_NEC_IR_BAD_LEADER,  /* the space after the leader's mark is neither 4.5 nor 2.25 ms */
    SB_NEC_IR_BAD_MARK,    /* a mark that is no bit's */
    SB_NEC_IR_BAD_SPACE,   /* a space that is no bit's */
    SB_NEC_IR_SHORT,       /* it ended before its stop mark */
    SB_NEC_IR_BAD_COMMAND, /* the command and its complement do not match */
    SB_NEC_IR_BAD_ADDRESS, /* nor do the address and its: not with SB_NEC_IR_ANY */
    SB_NEC_IR_LATE_REPEAT, /* a repeat without a valid frame or repeat just before it */
};

/* How the 16 bits of the address are taken. */
enum sb_nec_ir_addresses {
    SB_NEC_IR_ANY,      /* 8 bits where the second byte is the first's complement, else 16 */
    SB_NEC_IR_STANDARD, /* 8 bits; others are an error */
    SB_NEC_IR_EXTENDED, /* 16 bits, whatever they are */
};

enum sb_nec_ir_polarity {
    SB_NEC_IR_IDLE_HIGH, /* a mark is low, as receivers have it */
    SB_NEC_IR_IDLE_LOW,
    /* Whichever the last good leader with a good mark after it had. Before the first, no error is reported. */
    SB_NEC_IR_IDLE_ANY,
};

struct sb_nec_ir_event {
    int64_t time_ns;  /* of the edge that decided it; 12 ms after the last one if no more came */
    int64_t begin_ns; /* of the leader */
    enum sb_nec_ir_kind kind;
    enum sb_nec_ir_error error;
    uint16_t address; /* first byte + 256 x second, if extended; of frames and repeats */
    bool is_extended;
    uint8_t command;
    uint32_t repeat_count; /* of the key that is held: 0 for the frame, then 1, 2 ... */
};

/* Called in loop context: must not wait. `event` is valid during the call. */
typedef void sb_nec_ir_fn(struct sb_nec_ir *ir, const struct sb_nec_ir_event *event, void *arg);

struct sb_nec_ir_config {
    struct sb_pin *pin; /* borrowed, an input; null: sb_nec_ir_feed only */
    enum sb_nec_ir_addresses addresses;
    enum sb_nec_ir_polarity polarity;
    /*
     * Of the leader's mark and spaces; 0 means 25, at most 40. A bit is a mark of 300 to 900 us and a space
     * of 300 us to 2.2 ms, above 1.125 ms a one, whatever this says.
     */
    uint32_t tolerance_percent;
    /* A repeat counts for so long after the start of the frame or repeat before it; 0 means 150. */
    uint32_t repeat_ms;
    unsigned wait_events; /* enum sb_nec_ir_kind: what sb_nec_ir_wait is to give */
    sb_nec_ir_fn *fn;     /* null: none; hears of all kinds */
    void *arg;            /* borrowed */
};

/* The caller's memory, until sb_nec_ir_stop. */
struct sb_nec_ir {
    /* read-only */
    uint32_t frame_count;
    uint32_t repeat_count;
    uint32_t error_count;
    uint32_t
        noise_count; /* marks that were no leader: nothing was being received, polarity known */
    uint32_t overflow_count; /* events that nobody took in time */
    uint32_t lost_count;     /* edges that the pin lost */
    bool is_started;
    /* private */
    uint8_t state;
    uint8_t bit_count;
    bool is_repeat;    /* what is being received is one */
    bool has_edge;     /* `level` holds since edge_ns */
    bool level;        /* of the pin */
    bool leader_level; /* of the mark of the leader in progress */
    bool mark_level;   /* of the last good leader's */
    bool is_mark_level_known;
    bool has_key; /* a repeat may follow */
    uint8_t queue_first;
    uint8_t queue_count;
    uint32_t bits; /* the first on air is bit 0 */
    int64_t edge_ns;
    int64_t begin_ns;           /* of the leader in progress */
    struct sb_nec_ir_event key; /* the last frame or repeat */
    struct sb_nec_ir_event queue[SB_NEC_IR_EVENTS_MAX];
    const struct sb_nec_ir_config *config;
    struct sb_waitq waiters;
    struct sb_timer timer;
    struct sb_pin_watch watch;
};

/*
 * Prepares a receiver; `config` is borrowed and stays as it is while it is used. Returns 0; -EINVAL for
 * a tolerance above 40, and kinds, addresses or a polarity that there are not.
 */
int sb_nec_ir_init(struct sb_nec_ir *ir, const struct sb_nec_ir_config *config);

/*
 * Watches the pin from now on; a leader that is on air already counts with what is left of it. Nothing
 * happens when it is started. Returns 0; -EINVAL without a pin; -EPERM when the pin is an output; the
 * pin's error.
 */
int sb_nec_ir_start(struct sb_nec_ir *ir);

/*
 * Stops: what is being received is dropped, and the key that was held is forgotten. What is queued stays to
 * be taken, tasks that wait go on waiting. Nothing happens when it is stopped. It may be started again.
 */
void sb_nec_ir_stop(struct sb_nec_ir *ir);

/*
 * Waits for the next event of those in `wait_events`; tasks that wait get one each, in order. Returns 0, or
 * -ECANCELED or -ETIMEDOUT with no event taken.
 */
int sb_nec_ir_wait(struct sb_nec_ir *ir, struct sb_nec_ir_event *event);

/* The same without waiting, in any context. Returns 0, or -EAGAIN when there is none. */
int sb_nec_ir_try_wait(struct sb_nec_ir *ir, struct sb_nec_ir_event *event);

/*
 * The line has this level from `time_ns` on: what an edge of the pin does, for those who have edges from
 * elsewhere, on whatever clock. The first says how the line is to begin with; the level that it has already
 * says that time has passed. No timer runs: that a frame broke off is found by the next call. A time before
 * the last one begins anew. Only while it is stopped.
 */
void sb_nec_ir_feed(struct sb_nec_ir *ir, bool level, int64_t time_ns);

/* What an error is called, in a few words: "bad leader". */
const char *sb_nec_ir_error_text(enum sb_nec_ir_error error);

#endif
