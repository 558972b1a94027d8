/* SPDX-License-Identifier: MIT */
/*
 * Streams: bytes in and out, of a serial port (UART), a socket, a pty, another task (lib/stream_pair.h). A program
 * gets them by name from sb_board_stream(); a backend embeds struct sb_stream, hands in what it receives
 * with sb_stream_report and takes what is to be sent through its operations.
 *
 * What is received waits in the backend's buffer until somebody reads it; nothing is read ahead, so a
 * read that is cancelled or times out loses no byte. Tasks that read (or write) at the same time take
 * turns, first come first; readers and writers do not disturb each other.
 *
 * How a stream ends: -EPIPE when the other side has ended in order (all that it sent is read first) or, in a write,
 * when it reads no more; -ECONNRESET when the connection broke off: what was under way may be lost; -ENODEV when the
 * device is gone. All stay.
 *
 * A device of one's own is a struct with a struct sb_stream in it and the operations that make sense for it; all
 * of them may be null. A counter that says a byte each millisecond, for whatever reads streams:
 *
 *      struct ticks {
 *          struct sb_stream stream;
 *          struct sb_timer timer;
 *          uint8_t buffer[16];
 *      };
 *
 *      static void on_tick(struct sb_timer *timer, void *arg)
 *      {
 *          struct ticks *ticks = arg;
 *
 *          sb_stream_report(&ticks->stream, (const uint8_t *)"t", 1);
 *          sb_timer_start_at_ns(timer, timer->deadline_ns + SB_MS_NS);
 *      }
 *
 *      sb_stream_init(&ticks->stream, NULL, "ticks", &ops, ticks->buffer, sizeof(ticks->buffer));
 *
 * spec/core.md 2.5.
 */
#ifndef SB_LIB_HAL_STREAM_H
#define SB_LIB_HAL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lock.h"
#include "lib/wait.h"

struct sb_board;
struct sb_case;
struct sb_stream;
struct sb_timer;

/* What a backend provides. None of them waits; null where there is nothing to do or to be had. */
struct sb_stream_ops {
    /*
     * Takes as many of `size` bytes as there is room for and sends them; 0 when there is none now, it
     * calls sb_stream_report_room then as soon as there is. Or a negative error. Null: cannot be written to.
     */
    int (*write)(struct sb_stream *stream, const uint8_t *data, size_t size);
    /*
     * True when all that was taken has left, the last stop bit too; else it reports room when it has. Null: it
     * has left when it is taken.
     */
    bool (*is_drained)(const struct sb_stream *stream);
    /* No more will be written: the other side is to hear of it. Null: cannot tell. */
    int (*close_write)(struct sb_stream *stream);
    int (*set_baud)(struct sb_stream *stream, unsigned baud); /* null: has no baud rate */
    /* Holds the line at space for so long after all that was written; null: cannot. */
    int (*send_break)(struct sb_stream *stream, int64_t duration_ns);
    /*
     * Reports what has come by now; for a backend that may report late (sb_stream_patience). Called
     * before anybody looks at what is there, or begins to wait for it. Null: reports in time.
     */
    void (*catch_up)(struct sb_stream *stream);
    /*
     * The `size` oldest bytes have left the buffer: a backend that can keep the other side waiting stops receiving
     * while the buffer is full, and goes on here, so that nothing is lost.
     */
    void (*took)(struct sb_stream *stream, size_t size);
    void (*close)(struct sb_stream *stream);
};

/* What went wrong on a line, for sb_stream_report_error. */
enum sb_stream_error {
    SB_STREAM_FRAMING, /* a byte without its stop bit; it is dropped */
    SB_STREAM_BREAK,   /* the line stayed at space for longer than a byte */
    SB_STREAM_OVERRUN, /* the backend itself lost a byte */
};

struct sb_stream {
    /* read-only */
    const char *name; /* as the board calls it: "serial0" */
    struct sb_board *board;
    unsigned baud; /* 0: has none */
    /* Counts, as of the last call of a function below. */
    uint64_t received_count; /* bytes, the lost ones not among them */
    uint64_t sent_count;     /* bytes that the backend has taken */
    uint64_t lost_count;     /* bytes for which the buffer had no room, and overruns */
    uint64_t framing_error_count;
    uint64_t break_count;
    /* private */
    const struct sb_stream_ops *ops;
    uint8_t *buffer; /* a ring */
    uint32_t capacity;
    uint32_t first;
    uint32_t count;
    uint32_t wanted; /* how many bytes the reader waits for */
    int wanted_byte; /* that ends its wait sooner; -1: none */
    int closed_rc;   /* what reading gives when the buffer is empty for good; 0: not closed */
    bool write_is_closed;
    struct sb_timer
        *idle_timer; /* of a read that ends with silence: armed until there was enough of it */
    int64_t idle_ns;
    struct sb_lock read_lock;
    struct sb_lock write_lock;
    struct sb_waitq reader;   /* the one that has the read lock */
    struct sb_waitq watchers; /* those who wait, beside other things, until something can be read */
    struct sb_waitq room;     /* those who wait to write or drain */
};

/*
 * Reads what is there, at least 1 and at most `size` bytes; waits while there is none, but with a size of
 * 0 for none. Returns how many; -ECANCELED; -ETIMEDOUT; once everything has been read, -EPIPE when the other side is
 * gone, -ECONNRESET or -EIO when it broke off, -ENODEV when the port has been unplugged.
 */
int sb_stream_read(struct sb_stream *stream, void *data, size_t size);

/*
 * The same without waiting, in any context. Returns how many bytes, -EAGAIN when there is none, or how the
 * stream ended.
 */
int sb_stream_try_read(struct sb_stream *stream, void *data, size_t size);

/*
 * Reads exactly `size` bytes; waits until all are there and takes none before. Returns `size`; -EINVAL
 * when the stream's buffer is smaller than that; errors as sb_stream_read.
 */
int sb_stream_read_exactly(struct sb_stream *stream, void *data, size_t size);

/*
 * Reads up to and with the next '\n', and ends the text with a NUL. A line for which `size` (at least 2)
 * or the stream's buffer is too small comes in pieces: then what was read does not end in '\n'. Returns
 * the length; errors as sb_stream_read, with which nothing is taken.
 */
int sb_stream_read_line(struct sb_stream *stream, char *line, size_t size);

/*
 * Reads until silence: waits until `size` bytes are there, or as many as the stream's buffer holds, or until no byte
 * has come for `idle`, counted from the call and anew from each byte. Returns how many, 0 when none came; what
 * is there at once for an `idle` of 0 or less; errors as sb_stream_read, with which nothing is taken.
 */
int sb_stream_read_until_idle_ns(struct sb_stream *stream, void *data, size_t size,
                                 int64_t idle_ns);
int sb_stream_read_until_idle_ms(struct sb_stream *stream, void *data, size_t size,
                                 int64_t idle_ms);

/*
 * Reads until the other side has ended. Puts bytes behind the `*count` which `data` holds already, and counts
 * them: after a cancel or a timeout the same call goes on. Returns 0 when that was all; -ENOSPC when more than
 * `size` came, of which none is lost; -ECANCELED, -ETIMEDOUT, -ECONNRESET, -EIO, -ENODEV.
 */
int sb_stream_read_all(struct sb_stream *stream, void *data, size_t size, size_t *count);

/*
 * Something can be read, or the stream has ended, beside other things that are waited for: lib/wait_any.h. It takes
 * nothing, so another reader may be faster: go on with sb_stream_try_read.
 */
struct sb_case sb_stream_read_case(struct sb_stream *stream);

/*
 * Sends `size` bytes; waits while the backend has no room. Another task's write never comes in between.
 * Returns `size`; with -ECANCELED, -ETIMEDOUT or the backend's error some may have been sent
 * (sent_count); -EPIPE after sb_stream_close_write or when the other side is gone, -ECONNRESET when it broke off, -ENODEV
 * when the port has been unplugged, -ENOTSUP.
 */
int sb_stream_write(struct sb_stream *stream, const void *data, size_t size);

/*
 * Sends what there is room for now, in any context. Returns how many bytes; -EAGAIN when there is no room, or another
 * task is in the middle of a write; errors as sb_stream_write.
 */
int sb_stream_try_write(struct sb_stream *stream, const void *data, size_t size);

/*
 * Waits until all that was written has left the line; of a socket or a pty, until the system has it. Any number of tasks
 * may. Returns 0, -ECANCELED or -ETIMEDOUT; -ENODEV, -ECONNRESET or -EIO when it broke off before.
 */
int sb_stream_drain(struct sb_stream *stream);

/*
 * Ends one's own side, after the writes that other tasks are in the middle of; reading goes on. The other side
 * reads what was sent, then -EPIPE. Returns 0, also when it was done before; -ENOTSUP where the backend cannot (a
 * serial port); -ECANCELED or -ETIMEDOUT; the backend's error.
 */
int sb_stream_close_write(struct sb_stream *stream);

/* Changes the rate from the next byte on. Returns 0; -EINVAL; -ENOTSUP; -ENODEV when the port has been unplugged. */
int sb_stream_set_baud(struct sb_stream *stream, unsigned baud);

/* Sends a break: space for `duration_ns`. Returns 0 at once, -ENOTSUP, or -ENODEV when the port has been unplugged. */
int sb_stream_send_break(struct sb_stream *stream, int64_t duration_ns);

/* Forgets what was received and not read. Returns how many bytes. */
size_t sb_stream_discard(struct sb_stream *stream);

/*
 * Gives it back to its board; null is ignored. No task may be reading, writing or draining. What a serial port has not sent
 * by then is dropped: sb_stream_drain first.
 */
void sb_stream_close(struct sb_stream *stream);

/* For backends: fills the base in. All are borrowed; `capacity` is the buffer's size in bytes. */
void sb_stream_init(struct sb_stream *stream, struct sb_board *board, const char *name,
                    const struct sb_stream_ops *ops, uint8_t *buffer, size_t capacity);

/*
 * For backends, in any context of the loop's thread, as all that follow: bytes have come. What has no room is lost
 * and counted.
 */
void sb_stream_report(struct sb_stream *stream, const uint8_t *data, size_t size);

/*
 * The same for a backend that has put the bytes into the buffer itself, behind those which it reported before:
 * they leave it in order, from its beginning on, and `took` says when. There must have been room.
 */
void sb_stream_report_placed(struct sb_stream *stream, size_t size);

/* How many bytes the buffer has room for, and how many of them in one piece, which begins at `*piece`. */
size_t sb_stream_room(const struct sb_stream *stream);
size_t sb_stream_place(const struct sb_stream *stream, uint8_t **piece);
void sb_stream_report_error(struct sb_stream *stream, enum sb_stream_error error);

/* For backends: there is room again, or all has left. */
void sb_stream_report_room(struct sb_stream *stream);

/*
 * For backends that know which bytes are coming: how many of them nobody would miss if they were reported
 * only together with the one behind them. At most `size` - 1; such a backend needs `catch_up`.
 */
size_t sb_stream_patience(const struct sb_stream *stream, const uint8_t *data, size_t size);

/*
 * For backends: no more bytes will come; reads give `rc` (-EPIPE, -ECONNRESET, -EIO, -ENODEV) once the buffer is empty.
 * Those who wait to write look whether they still can.
 */
void sb_stream_report_closed(struct sb_stream *stream, int rc);

#endif
