/* SPDX-License-Identifier: MIT */
/*
 * What the parts of `softboard gpio` share: its options, and a session on the real pins, in which each
 * of its commands is a task.
 */
#ifndef SB_TOOLS_GPIO_GPIO_H
#define SB_TOOLS_GPIO_GPIO_H

#include <stdbool.h>
#include <stdint.h>

#include "hal-linux/board_linux.h"
#include "hal-linux/clock_uv.h"
#include "hal-linux/lines_linux.h"
#include "hal-linux/stacks_mmap.h"
#include "lib/hal/pin.h"
#include "lib/hal/pins.h"
#include "lib/loop.h"
#include "lib/task.h"

/* DESIGN 7. */
enum {
    GPIO_EXIT_GOOD = 0,
    GPIO_EXIT_FAILED = 1,
    GPIO_EXIT_USAGE = 2,
    GPIO_EXIT_HARDWARE = 3,
    GPIO_EXIT_LIMIT = 124,
};

#define GPIO_LINES_MAX   SB_PINS_MAX
#define GPIO_TOGGLES_MAX 32

struct gpio_options {
    const char *chip; /* null: the header's */
    const char *consumer;
    const char *format;      /* of watch; null: that of libgpiod's gpiomon */
    unsigned flags;          /* enum sb_pin_flags: pull, drive, active-low */
    unsigned edges;          /* enum sb_edges */
    unsigned count;          /* of edges or flashes; 0: no end */
    unsigned debounce_us;    /* 0: none */
    int64_t period_ns;       /* of blink */
    int64_t hold_ns;         /* -1: until a signal */
    int64_t idle_timeout_ns; /* -1: none */
    int64_t toggles_ns[GPIO_TOGGLES_MAX];
    unsigned toggle_count;
    bool is_json;
    bool is_quiet;
    bool is_numeric;
    char **words; /* the arguments */
    unsigned word_count;
};

/* A line that the command line names. */
struct gpio_line {
    char word[2 * SB_LINUX_NAME_SIZE]; /* as it stands there */
    struct sb_linux_line info;
    bool value;    /* that `set` gives it */
    uint32_t lost; /* edges that `watch` has not told of yet */
    struct sb_pin_watch watch;
};

struct gpio_session {
    const struct gpio_options *options;
    struct sb_linux_board board;
    struct gpio_line lines[GPIO_LINES_MAX];
    struct sb_pin *pins[GPIO_LINES_MAX]; /* of these, when they are open */
    unsigned line_count;
    /* private */
    struct sb_clock_uv clock;
    struct sb_stacks_mmap stacks;
    struct sb_loop loop;
    struct sb_task task;
    struct sb_call end_call;
    bool chip_is_gone;
};

/* ---- gpio_options.c */

enum gpio_command {
    GPIO_LIST,
    GPIO_INFO,
    GPIO_GET,
    GPIO_SET,
    GPIO_WATCH,
    GPIO_BLINK,
    GPIO_PINOUT,
    GPIO_COMMAND_COUNT,
};

enum gpio_parsed { GPIO_PARSED, GPIO_PARSED_HELP, GPIO_PARSED_VERSION, GPIO_PARSED_WRONG };

/* Reads what follows the command's name, argv[0]. What is wrong is reported. */
enum gpio_parsed gpio_options_parse(struct gpio_options *options, enum gpio_command command,
                                    int argc, char **argv);

/* Prints "softboard gpio: ..." to stderr. */
void gpio_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same; returns GPIO_EXIT_USAGE. */
int gpio_usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- gpio_session.c */

/*
 * Opens the chip and runs `fn` as a task until it returns or a signal ends it: then it is cancelled. Every
 * line is given back afterwards. `fn` returns an exit code; -ECANCELED is the signal's and is good.
 * Returns an exit code.
 */
int gpio_session_run(struct gpio_session *session, const struct gpio_options *options,
                     int (*fn)(struct gpio_session *session));

/* Reports the board's last error, in words for the command line. */
void gpio_complain_board(const struct gpio_session *session);

/* Finds the lines that the arguments name, with values up to a '=' in each. Returns 0 or an exit code, reported. */
int gpio_find_lines(struct gpio_session *session, bool have_values);

/* Opens all of them in one request; an output begins with its `value`. Returns 0 or an exit code, reported. */
int gpio_open_lines(struct gpio_session *session, unsigned flags);

/* Waits until a signal comes; returns -ECANCELED then. */
int gpio_wait_for_signal(void);

#define GPIO_LABEL_SIZE (SB_LINUX_NAME_SIZE + 24)

/* "GPIO17 (pin 11)" */
const char *gpio_label(const struct sb_linux_line *line, char out[GPIO_LABEL_SIZE]);

/* ---- gpio_format.c */

/* Prints one edge to stdout as the options say, and ends the line. */
void gpio_print_edge(const struct gpio_options *options, const char *chip,
                     const struct sb_linux_line *line, const struct sb_edge *edge);

/* ---- gpio_header.c: facts of the header, nothing else */

enum gpio_model { GPIO_MODEL_ANY, GPIO_MODEL_1_REV1, GPIO_MODEL_1, GPIO_MODEL_4, GPIO_MODEL_5 };

struct gpio_header {
    const char *title;
    enum gpio_model model;
    int pin_count; /* 40, or 26 of the first boards */
};

/* The header of a model that a person names ("4", "pi4", "zero2", "1"); null: none is called so. */
const struct gpio_header *gpio_header_by_name(const char *name);

/* The header that belongs to a chip's label and the device tree's name of the board ("": not known). */
const struct gpio_header *gpio_header_of(const char *label, const char *board);

/* The GPIO on a header pin, or SB_RPI_GROUND, SB_RPI_3V3, SB_RPI_5V. */
int gpio_header_pin(const struct gpio_header *header, int number);

/* What else the GPIO can be there: "I2C1 SDA", "SPI3 MOSI" ...; ", " between them. */
void gpio_header_functions(const struct gpio_header *header, int gpio, char *out, unsigned size);

/* ---- the commands; what gpio_session_run calls, or themselves */

int gpio_list(const struct gpio_options *options);
int gpio_info(struct gpio_session *session);
int gpio_get(struct gpio_session *session);
int gpio_set(struct gpio_session *session);
int gpio_watch(struct gpio_session *session);
int gpio_blink(struct gpio_session *session);
int gpio_pinout(const struct gpio_options *options);

#endif
