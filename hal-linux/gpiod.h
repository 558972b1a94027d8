/* SPDX-License-Identifier: MIT */
/*
 * The little of libgpiod that pins need, the same over its versions 1 and 2: chips, what is known of a
 * line, requested lines with their levels and edges. Private to hal-linux. Values are electrical; a
 * failure is the system's error, negative.
 */
#ifndef SB_HAL_LINUX_GPIOD_H
#define SB_HAL_LINUX_GPIOD_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel's limit of names, labels and consumers, its end included. */
#define SB_GPIOD_NAME_SIZE 32

/* Edges that are taken over at once: what libgpiod 1 does at most. */
#define SB_GPIOD_EVENTS 16

struct gpiod_chip;    /* libgpiod's own */
struct sb_gpiod_chip; /* that, and its label */
struct
    sb_gpiod_request; /* lines that are ours, taken together: line n is the n-th of them, and bit n its */

/* What a line is used as. */
struct sb_gpiod_line {
    unsigned offset;
    unsigned flags; /* enum sb_pin_flags; active-low and the initial value are not looked at */
    unsigned debounce_us; /* of an input; 0: none */
    bool level;           /* of an output */
};

struct sb_gpiod_line_info {
    char name[SB_GPIOD_NAME_SIZE];     /* "" when the line has none */
    char consumer[SB_GPIOD_NAME_SIZE]; /* "" when free, or when who uses it is not known */
    bool is_used;
    unsigned flags; /* enum sb_pin_flags as far as the kernel tells; SB_PIN_PULL_AS_IS: not known */
    unsigned debounce_us; /* by the kernel; 0: none, or libgpiod 1 */
};

struct sb_gpiod_event {
    int64_t time_ns; /* the kernel's, CLOCK_MONOTONIC */
    unsigned index;  /* of the line in its request */
    bool level;      /* after the edge */
    uint32_t
        lost; /* edges that the kernel had to drop just before; with libgpiod 1 at least so many */
};

/* Returns 0; -ENOTSUP when built without libgpiod, -ENODEV or -ENOTTY when it is no GPIO chip. */
int sb_gpiod_chip_open(const char *path, struct sb_gpiod_chip **out);
void sb_gpiod_chip_close(struct sb_gpiod_chip *chip);

/* "gpiochip0", "pinctrl-bcm2711" */
const char *sb_gpiod_chip_name(const struct sb_gpiod_chip *chip);
const char *sb_gpiod_chip_label(const struct sb_gpiod_chip *chip);
unsigned sb_gpiod_chip_line_count(const struct sb_gpiod_chip *chip);
int sb_gpiod_chip_line_info(struct sb_gpiod_chip *chip, unsigned offset,
                            struct sb_gpiod_line_info *info);

/* For the files of the same version. */
struct gpiod_chip *sb_gpiod_chip_handle(const struct sb_gpiod_chip *chip);

/* What the kernel says for a setting that the pin controller lacks; it has no name outside. */
#define SB_GPIOD_KERNEL_ENOTSUPP 524

/* For the same: errno as an error of ours. */
static inline int sb_gpiod_error(void)
{
    return errno == SB_GPIOD_KERNEL_ENOTSUPP ? -ENOTSUP : -errno;
}

/*
 * True with libgpiod 1, whose requests have one set of flags for all of their lines, queue edges of a single line only,
 * and have another descriptor whenever that begins or ends.
 */
bool sb_gpiod_request_is_rigid(void);

/*
 * Takes 1 to 64 lines, all or none; an output is driven to its level in the same step. Returns 0; -EBUSY when somebody
 * else has one, -ENOTSUP when the chip cannot do a pull or a drive and the kernel says so; the system's error. By -EINVAL
 * it may mean that, too (a chip without pulls, a kernel before 5.5), or anything else.
 */
int sb_gpiod_request_open(struct sb_gpiod_chip *chip, const char *consumer,
                          const struct sb_gpiod_line *lines, unsigned count,
                          struct sb_gpiod_request **out);

/*
 * Uses all lines so from now on, and queues edges of the inputs in `edges`; outputs have their levels anew. Returns as
 * above, -ENOTSUP also for a debounce where requests are rigid; on failure it may have been done in part. Rigid ones are
 * given back and taken anew where edges are concerned: -EBUSY when somebody was faster.
 */
int sb_gpiod_request_configure(struct sb_gpiod_request *request, const struct sb_gpiod_line *lines,
                               uint64_t edges);

/*
 * Where requests are rigid: makes `out[n]` a request of line n alone, and releases this one. Returns 0; an error with all
 * of `out` null, and nothing has changed; or the first error of taking them anew, and those that failed give errors.
 */
int sb_gpiod_request_split(struct sb_gpiod_request *request, struct sb_gpiod_request **out);

/* The levels of all lines. Returns 0 or an error. */
int sb_gpiod_request_get(struct sb_gpiod_request *request, uint64_t *levels);

/* Drives one line to 0 or 1, or those in `mask`. */
int sb_gpiod_request_set_line(struct sb_gpiod_request *request, size_t index, uint64_t level);
int sb_gpiod_request_set(struct sb_gpiod_request *request, uint64_t mask, uint64_t levels);

/* Readable while edges are queued. */
int sb_gpiod_request_fd(const struct sb_gpiod_request *request);

/* Takes at most SB_GPIOD_EVENTS edges, the oldest first. Returns how many; never waits. */
int sb_gpiod_request_read_events(struct sb_gpiod_request *request,
                                 struct sb_gpiod_event events[SB_GPIOD_EVENTS]);

void sb_gpiod_request_release(struct sb_gpiod_request *request);

#endif
