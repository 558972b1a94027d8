/* SPDX-License-Identifier: MIT */
/*
 * A GPIO chip for machines that have none: preloaded, it serves /dev/gpiochip0 to an unchanged libgpiod
 * of version 1 or 2, in this process. It knows both of the kernel's interfaces: lines with direction,
 * bias and drive, edges with time stamps, numbers and a queue that overflows. A request's descriptor is
 * one end of a pair of sockets, so that poll, epoll and read are the kernel's own.
 *
 *   LD_PRELOAD=build/tests/gpiofake.so GPIOFAKE_CTL=fifo GPIOFAKE_LOG=file build/examples/blink
 *
 * GPIOFAKE_CTL     a fifo; lines "OFFSET VALUE" put a level on a line from outside, -1 lets it go;
 *                  "OFFSET lose N" loses its next N edges
 * GPIOFAKE_LOG     a file; gets "TIME OFFSET 0|1" for an output that changes or is first driven,
 *                  "TIME OFFSET request CONSUMER", "TIME OFFSET config WORDS", "TIME OFFSET release";
 *                  TIME in nanoseconds of CLOCK_MONOTONIC
 * GPIOFAKE_BUSY    lines that others have: "17=spi0 CS0,18=other"
 * GPIOFAKE_LABEL   the chip's label instead of pinctrl-bcm2835
 * GPIOFAKE_LINES   how many lines it says that it has, instead of 54; less
 * GPIOFAKE_EACCES  the chip may not be opened
 * GPIOFAKE_NO_BIAS the chip has no pull-up and pull-down; GPIOFAKE_NO_OUTPUT: no outputs; GPIOFAKE_NO_EDGES: no edges. All
 *                  are refused in the same way
 * GPIOFAKE_NO_INTERRUPT  its lines have none, so no edges either, and it says so
 * GPIOFAKE_ABSENT  there is no chip at all
 *
 * Chips that the machine has are not seen.
 *
 * A test in the same process may also call the functions at the end of gpiofake.h, which need no time.
 *
 * All but the fifo are looked up again at each call, so that a test may change them as it runs.
 */
#include "tests/linux/gpiofake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NAME         "gpiochip0"
#define DEVICE       "/dev/" NAME
#define CHIPS        "/dev/gpiochip"
#define SYSFS_CHIPS  "/sys/bus/gpio/devices/"
#define SYSFS        SYSFS_CHIPS NAME
#define DEVICE_MAJOR 254
#define CHIP_FDS     8

/* The parameters of what is preloaded have names of their own. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

static int chip_fds[CHIP_FDS]; /* 0: not in use */
static unsigned call_count;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool is_chip(int fd)
{
    for (unsigned i = 0; fd > 0 && i < CHIP_FDS; i++)
        if (chip_fds[i] == fd)
            return true;
    return false;
}

int ioctl(int fd, unsigned long request, ...)
{
    unsigned op = (unsigned)request; /* libgpiod sign-extends some */
    struct request *r;
    va_list args;
    void *arg;
    int rc;
    REAL(ioctl);

    va_start(args, request);
    arg = va_arg(args, void *);
    va_end(args);
    if (is_bus(fd))
        return bus_ioctl(fd, op, arg);
    if (_IOC_TYPE(op) != 0xb4)
        return real_ioctl(fd, request, arg);
    pthread_mutex_lock(&mutex);
    r = find_request(fd);
    if (is_chip(fd))
        rc = chip_ioctl(op, arg);
    else if (r == NULL)
        rc = fail_with(ENOTTY);
    else
        rc = line_ioctl(r, op, arg);
    call_count += r != NULL;
    pthread_mutex_unlock(&mutex);
    return rc;
}

__attribute__((visibility("default"))) unsigned gpiofake_calls(void)
{
    unsigned count;

    pthread_mutex_lock(&mutex);
    count = call_count;
    call_count = 0;
    pthread_mutex_unlock(&mutex);
    return count;
}

int close(int fd)
{
    struct request *r;
    REAL(close);

    pthread_mutex_lock(&mutex);
    r = find_request(fd);
    if (r != NULL)
        release(r);
    for (unsigned i = 0; fd > 0 && i < CHIP_FDS; i++)
        if (chip_fds[i] == fd)
            chip_fds[i] = 0;
    forget_bus(fd);
    pthread_mutex_unlock(&mutex);
    return real_close(fd);
}

static int open_chip(int flags)
{
    unsigned i = 0;
    int fd;
    REAL(open);

    if (is_set("GPIOFAKE_EACCES"))
        return fail_with(EACCES);
    pthread_once(&once, start_lines);
    pthread_mutex_lock(&mutex);
    while (i < CHIP_FDS - 1 && chip_fds[i] != 0)
        i++;
    fd = real_open("/dev/null", flags);
    if (fd >= 0)
        chip_fds[i] = fd;
    pthread_mutex_unlock(&mutex);
    return fd;
}

/* What is in a file of /sys that belongs to the chip; null for others. */
static const char *sysfs_text(const char *path, size_t *size)
{
    static const char device[] = "254:0\n";
    static const char compatible[] = "brcm,bcm2835-gpio";

    *size = sizeof(device) - 1;
    if (is_set("GPIOFAKE_ABSENT"))
        return NULL;
    if (strcmp(path, SYSFS "/dev") == 0)
        return device;
    *size = sizeof(compatible);
    if (strcmp(path, SYSFS "/of_node/compatible") == 0 && !is_set("GPIOFAKE_LABEL"))
        return compatible;
    return NULL;
}

static bool is_ours(const char *path)
{
    return strcmp(path, DEVICE) == 0 && !is_set("GPIOFAKE_ABSENT");
}

/* A chip, or what the system says of one, that this machine has: nobody is to see it. Asked of what is not ours. */
static bool is_hidden(const char *path)
{
    return strncmp(path, CHIPS, strlen(CHIPS)) == 0 ||
           strncmp(path, SYSFS_CHIPS, strlen(SYSFS_CHIPS)) == 0;
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    const char *text;
    size_t size;
    va_list args;
    int fd;
    REAL(open);

    va_start(args, flags);
    if ((flags & (O_CREAT | __O_TMPFILE)) != 0)
        mode = va_arg(args, mode_t);
    va_end(args);
    if (is_ours(path))
        return open_chip(flags);
    if (is_bus_path(path))
        return open_bus(path, flags);
    text = sysfs_text(path, &size);
    if (text == NULL)
        return is_hidden(path) ? fail_with(ENOENT) : real_open(path, flags, mode);
    fd = memfd_create("gpiofake", MFD_CLOEXEC);
    if (fd >= 0)
        (void)!pwrite(fd, text, size, 0);
    return fd;
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

int access(const char *path, int mode)
{
    size_t size;
    REAL(access);

    if (is_ours(path) || sysfs_text(path, &size) != NULL)
        return 0;
    return is_hidden(path) ? fail_with(ENOENT) : real_access(path, mode);
}

static int stat_chip(struct stat *out)
{
    *out = (struct stat){.st_mode = S_IFCHR | 0660, .st_rdev = makedev(DEVICE_MAJOR, 0)};
    return 0;
}

int lstat(const char *path, struct stat *out)
{
    REAL(lstat);

    if (is_ours(path))
        return stat_chip(out);
    return is_hidden(path) ? fail_with(ENOENT) : real_lstat(path, out);
}

int stat(const char *path, struct stat *out)
{
    REAL(stat);

    if (is_ours(path))
        return stat_chip(out);
    return is_hidden(path) ? fail_with(ENOENT) : real_stat(path, out);
}

char *realpath(const char *path, char *out)
{
    const char *result = is_ours(path) ? DEVICE : NULL;
    REAL(realpath);

    if (strcmp(path, "/sys/dev/char/254:0/subsystem") == 0)
        result = "/sys/bus/gpio";
    if (result == NULL && is_hidden(path)) {
        errno = ENOENT;
        return NULL;
    }
    if (result == NULL)
        return real_realpath(path, out);
    return out == NULL ? strdup(result) : memcpy(out, result, strlen(result) + 1);
}

/* Leaves out the chips of this machine. */
static int drop_chips(struct dirent **list, int count)
{
    int kept = 0;

    for (int i = 0; i < count; i++)
        if (strncmp(list[i]->d_name, "gpiochip", 8) == 0)
            free(list[i]);
        else
            list[kept++] = list[i];
    return kept;
}

/* Adds the chip to what is in /dev, in its order. */
static int add_chip(struct dirent ***list, int count, filter_fn *filter, compare_fn *compare)
{
    struct dirent ours = {.d_type = DT_CHR, .d_name = NAME};
    struct dirent **more;
    int at = count;

    if (filter != NULL && filter(&ours) == 0)
        return count;
    more = realloc(*list, (size_t)(count + 1) * sizeof(*more));
    if (more == NULL)
        return count;
    *list = more;
    more[count] = malloc(sizeof(ours));
    if (more[count] == NULL)
        return count;
    memcpy(more[count], &ours, sizeof(ours));
    for (; compare != NULL && at > 0; at--) {
        const struct dirent *a = more[at - 1];
        const struct dirent *b = more[at];
        if (compare(&a, &b) <= 0)
            break;
        more[at] = (struct dirent *)a;
        more[at - 1] = (struct dirent *)b;
    }
    return count + 1;
}

int scandir(const char *path, struct dirent ***out, filter_fn *filter, compare_fn *compare)
{
    int count;
    REAL(scandir);

    count = real_scandir(path, out, filter, compare);
    if (count < 0 || (strcmp(path, "/dev") != 0 && strcmp(path, "/dev/") != 0))
        return count;
    count = drop_chips(*out, count);
    return is_set("GPIOFAKE_ABSENT") ? count : add_chip(out, count, filter, compare);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
