/* SPDX-License-Identifier: MIT */
/*
 * The little of libgpiod that pins need, the same over its versions 1 and 2: chips, what is known of a
 * line, a requested line with its level and its edges. Private to hal-linux. Values are electrical; a
 * failure is the system's error, negative.
 */
#ifndef SB_HAL_LINUX_GPIOD_H
#define SB_HAL_LINUX_GPIOD_H

#include <stdbool.h>
#include <stdint.h>

/* The kernel's limit of names, labels and consumers, its end included. */
#define SB_GPIOD_NAME_SIZE 32

/* Edges that are taken over at once: what libgpiod 1 does at most. */
#define SB_GPIOD_EVENTS 16

struct sb_gpiod_chip; /* libgpiod's chip, and its label */
struct sb_gpiod_line; /* a line that is ours */

struct sb_gpiod_line_info {
    char name[SB_GPIOD_NAME_SIZE];     /* "" when the line has none */
    char consumer[SB_GPIOD_NAME_SIZE]; /* "" when free, or when who uses it is not known */
    bool is_used;
    unsigned flags; /* enum sb_pin_flags as far as the kernel tells; SB_PIN_PULL_AS_IS: not known */
    unsigned debounce_us; /* by the kernel; 0: none, or libgpiod 1 */
};

struct sb_gpiod_event {
    int64_t time_ns; /* the kernel's, CLOCK_MONOTONIC */
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

/* Inputs taken from now on are debounced by the kernel. -ENOTSUP with libgpiod 1, which cannot say so. */
int sb_gpiod_chip_set_debounce_us(struct sb_gpiod_chip *chip, unsigned period_us);

/*
 * Takes a line. `flags` are enum sb_pin_flags, of which active-low and the initial value are not looked
 * at; an output is driven to `level` in the same step. Allocates all that edges will need. Returns 0;
 * -EBUSY when somebody else has it, -ENOTSUP when the chip or the kernel cannot do a pull or a drive;
 * the system's error.
 */
int sb_gpiod_line_request(struct sb_gpiod_chip *chip, unsigned offset, const char *consumer,
                          unsigned flags, bool level, struct sb_gpiod_line **out);

/* Changes it; edges are off afterwards. Errors as above; then the line may be as before. */
int sb_gpiod_line_configure(struct sb_gpiod_line *line, unsigned flags, bool level);

/*
 * Has edges of an input queued, from now, or no longer. The line's descriptor may be another
 * afterwards. With libgpiod 1 the line is given back and taken anew: -EBUSY when somebody was faster.
 */
int sb_gpiod_line_set_edges(struct sb_gpiod_line *line, bool is_on);

/* The level: 0, 1 or an error. */
int sb_gpiod_line_get(struct sb_gpiod_line *line);
int sb_gpiod_line_set(struct sb_gpiod_line *line, bool level);

/* Readable while edges are queued. */
int sb_gpiod_line_fd(const struct sb_gpiod_line *line);

/* Takes at most SB_GPIOD_EVENTS edges, the oldest first. Returns how many; never waits. */
int sb_gpiod_line_read_events(struct sb_gpiod_line *line,
                              struct sb_gpiod_event events[SB_GPIOD_EVENTS]);

void sb_gpiod_line_release(struct sb_gpiod_line *line);

#endif
