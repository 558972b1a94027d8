/* SPDX-License-Identifier: MIT */
/* Devices on a real kernel's I2C bus: see i2c_outside.h. */
#include "tests/kernel/i2c_outside.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "tests/kernel/modules/softboard_i2c.h"

#define PATH "/dev/softboard-i2c"

/* All messages of a transfer, of 8192 bytes each. */
#define BYTES_MAX (SOFTBOARD_I2C_MESSAGES * 8192)

bool i2c_outside_is_there(void)
{
    return access(PATH, R_OK | W_OK) == 0;
}

/* ---- what is heard */

__attribute__((format(printf, 2, 3))) static void hear(struct i2c_outside *o, const char *format,
                                                       ...)
{
    size_t length;
    va_list args;

    pthread_mutex_lock(&o->mutex);
    length = strlen(o->heard);
    if (length > 0 && length < sizeof(o->heard))
        length += (size_t)snprintf(o->heard + length, sizeof(o->heard) - length, " | ");
    va_start(args, format);
    if (length < sizeof(o->heard))
        (void)vsnprintf(o->heard + length, sizeof(o->heard) - length, format, args);
    va_end(args);
    pthread_mutex_unlock(&o->mutex);
}

const char *i2c_outside_heard(struct i2c_outside *o)
{
    static char text[sizeof(o->heard)];

    pthread_mutex_lock(&o->mutex);
    memcpy(text, o->heard, sizeof(text));
    o->heard[0] = '\0';
    pthread_mutex_unlock(&o->mutex);
    return text;
}

/* ---- the wires, in the thread */

static struct i2c_device *find_device(const struct i2c_outside *o, unsigned address)
{
    for (struct i2c_device *const *device = o->devices; *device != NULL; device++)
        if ((*device)->address == address)
            return *device;
    return NULL;
}

static int write_to(struct i2c_outside *o, struct i2c_device *device, const uint8_t *bytes,
                    size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool is_acknowledged = device->written(device, bytes[i]);

        hear(o, "%02xw%c", bytes[i], is_acknowledged ? '+' : '-');
        if (!is_acknowledged)
            return -EIO;
    }
    return 0;
}

/* The controller acknowledges all but the last byte. */
static void read_from(struct i2c_outside *o, struct i2c_device *device, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = device->read(device);
        hear(o, "%02xr%c", bytes[i], i + 1 < size ? '+' : '-');
    }
}

/* A transfer from START to STOP. Puts what is read behind `*in`. Returns 0, -ENXIO or -EIO. */
static int transfer(struct i2c_outside *o, const struct softboard_i2c_request *request,
                    const uint8_t *out, uint8_t *in, size_t *in_size)
{
    struct i2c_device *device = NULL;
    int rc = 0;

    for (unsigned i = 0; i < request->count && rc == 0; i++) {
        unsigned address = request->messages[i].address;
        bool is_read = request->messages[i].is_read != 0;
        size_t size = request->messages[i].size;
        bool is_there;

        device = find_device(o, address);
        is_there = device != NULL && device->addressed(device, is_read);
        hear(o, "%s", i == 0 ? "S" : "Sr");
        hear(o, "%02x%c%c", address, is_read ? 'r' : 'w', is_there ? '+' : '-');
        if (!is_there) {
            rc = -ENXIO;
        } else if (is_read) {
            read_from(o, device, in + *in_size, size);
            *in_size += size;
        } else {
            rc = write_to(o, device, out, size);
            out += size;
        }
    }
    hear(o, "P");
    if (device != NULL && device->ended != NULL)
        device->ended(device);
    return rc;
}

static void pause_ns(int64_t time_ns)
{
    struct timespec time = {.tv_sec = time_ns / 1000000000, .tv_nsec = time_ns % 1000000000};

    if (time_ns > 0)
        nanosleep(&time, NULL);
}

/* One transfer, if there is one. */
static void answer(struct i2c_outside *o)
{
    static uint8_t bytes[sizeof(struct softboard_i2c_request) + BYTES_MAX];
    static struct {
        int32_t result;
        uint8_t bytes[BYTES_MAX];
    } answered;
    struct softboard_i2c_request request;
    size_t in_size = 0;

    if (read(o->fd, bytes, sizeof(bytes)) < (ssize_t)sizeof(request))
        return;
    memcpy(&request, bytes, sizeof(request));
    while (o->is_held && !o->is_ending)
        pause_ns(10000000);
    if (o->is_ending)
        return;
    answered.result = transfer(o, &request, bytes + sizeof(request), answered.bytes, &in_size);
    pause_ns(o->delay_ns * (int64_t)(in_size == 0 ? 1 : in_size));
    (void)!write(o->fd, &answered, sizeof(answered.result) + in_size);
}

static void *run(void *arg)
{
    struct i2c_outside *o = arg;
    struct pollfd fds[2] = {{.fd = o->fd, .events = POLLIN}, {.fd = o->end_fd, .events = POLLIN}};

    for (;;) {
        if (poll(fds, 2, -1) < 0)
            continue;
        if ((fds[1].revents & POLLIN) != 0)
            return NULL;
        if ((fds[0].revents & POLLIN) != 0)
            answer(o);
    }
}

/* ---- plugging */

void i2c_outside_open(struct i2c_outside *o, struct i2c_device *const *devices)
{
    *o = (struct i2c_outside){.devices = devices};
    pthread_mutex_init(&o->mutex, NULL);
    o->end_fd = eventfd(0, EFD_CLOEXEC);
    o->fd = open(PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (o->fd < 0 || o->end_fd < 0)
        fail_msg("%s: %s", PATH, strerror(errno));
    assert_int_equal(pthread_create(&o->thread, NULL, run, o), 0);
}

void i2c_outside_close(struct i2c_outside *o)
{
    const uint64_t one = 1;

    o->is_ending = true;
    assert_int_equal(write(o->end_fd, &one, sizeof(one)), sizeof(one));
    assert_int_equal(pthread_join(o->thread, NULL), 0);
    close(o->fd);
    close(o->end_fd);
    pthread_mutex_destroy(&o->mutex);
}
