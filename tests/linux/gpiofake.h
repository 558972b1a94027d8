/* SPDX-License-Identifier: MIT */
/* What the files of the fake GPIO chip share; what it does is told in gpiofake.c. */
#ifndef SB_TESTS_LINUX_GPIOFAKE_H
#define SB_TESTS_LINUX_GPIOFAKE_H

#include <dirent.h>
#include <dlfcn.h>
#include <linux/gpio.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#define LINES    54
#define REQUESTS 64

struct request {
    int fd; /* the program's end; 0: not in use */
    int peer;
    bool is_v1;
    unsigned count;
    unsigned queue;
    unsigned offsets[GPIO_V2_LINES_MAX];
    uint32_t seqno;
    uint32_t line_seqno[GPIO_V2_LINES_MAX];
};

struct line {
    uint64_t flags; /* of the second interface; 0: free */
    int outside;    /* level put on it from outside; -1: none */
    int driven;     /* level that it drives; -1: none */
    unsigned debounce_us;
    unsigned lose_count; /* edges that nobody will hear of, as if the queue were full */
    char consumer[GPIO_MAX_NAME_SIZE];
    char history[64]; /* levels that it has had, as digits */
};

/* How an SPI device is spoken to: SPI_CPOL and so on; its clock. */
struct gpiofake_spi {
    unsigned chip_select;
    unsigned mode;
    unsigned clock_hz;
};

struct i2c_msg;

/* What happens on the wires: 0 or a negative error. `out` or `in` may be null. */
typedef int gpiofake_i2c_fn(struct i2c_msg *messages, unsigned count);
typedef int gpiofake_spi_fn(const struct gpiofake_spi *spi, const uint8_t *out, uint8_t *in,
                            size_t size);

/* None of this is seen by the program that it is preloaded into. */
#pragma GCC visibility push(hidden)

extern struct line lines[LINES];
extern pthread_mutex_t mutex; /* over all of this but the environment */

typedef int open_fn(const char *path, int flags, ...);
typedef int close_fn(int fd);
typedef int ioctl_fn(int fd, unsigned long request, ...);
typedef int access_fn(const char *path, int mode);
typedef int stat_fn(const char *path, struct stat *out);
typedef int lstat_fn(const char *path, struct stat *out);
typedef char *realpath_fn(const char *path, char *out);
typedef int filter_fn(const struct dirent *entry);
typedef int compare_fn(const struct dirent **a, const struct dirent **b);
typedef int scandir_fn(const char *path, struct dirent ***out, filter_fn *filter,
                       compare_fn *compare);

/* Declares real_NAME: the function that a preloaded one stands before. */
#define REAL(name)                 \
    static name##_fn *real_##name; \
    if (real_##name == NULL)       \
    *(void **)&real_##name = dlsym(RTLD_NEXT, #name)

/* Whether a variable of the environment is there. */
bool is_set(const char *variable);

/* Sets errno; returns -1. */
int fail_with(int error);

/* ---- lines */

/* Once, before the first use: begins to listen to the fifo. */
void start_lines(void);

int level_of(const struct line *line);

/* The kernel's value: what becomes of a level where active-low is left to it. */
bool value_of(const struct line *line, int level);

/* The consumer that GPIOFAKE_BUSY gives a line; "" when none. */
void busy_consumer(unsigned offset, char out[GPIO_MAX_NAME_SIZE]);

void drive(unsigned offset, int level);

/* Gives a taken line direction, bias and drive; an output begins with `value`. 0, or -1 and errno. */
int configure(unsigned offset, uint64_t flags, int value);

/* ---- requests */

/* Takes lines without configuring them. Null, and errno, when that cannot be. */
struct request *take(const uint32_t *offsets, unsigned count, const char *consumer);

/* What was taken is given back when it could not be configured: `rc` below 0. Returns `rc`. */
int keep_or_release(struct request *r, int rc, int *fd);

struct request *find_request(int fd);
void release(struct request *r);

/* ---- the kernel's interfaces */

int chip_ioctl(unsigned op, void *arg);
int line_ioctl(struct request *r, unsigned op, void *arg);

/* ---- buses */

bool is_bus_path(const char *path);
int open_bus(const char *path, int flags);
void forget_bus(int fd); /* it is being closed; with the mutex */
bool is_bus(int fd);
int bus_ioctl(int fd, unsigned op, void *arg);

#pragma GCC visibility pop

/*
 * Seen by the program, if it looks for them (dlsym): what the fifo does, but now; the level on a line; the levels that it has
 * had since this was last called, as digits; how many calls of the system have gone to lines since this was last called.
 */
void gpiofake_put(unsigned offset, int level);
int gpiofake_level(unsigned offset);
void gpiofake_history(unsigned offset, char *out, size_t size);
void gpiofake_set_buses(gpiofake_i2c_fn *i2c, gpiofake_spi_fn *spi); /* null: there is none */
unsigned gpiofake_calls(void);

#endif
