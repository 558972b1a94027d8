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

/* ---- the wires, in the thread */

static void pause_10_ms(void)
{
    const struct timespec time = {.tv_nsec = 10000000};

    nanosleep(&time, NULL);
}

/* The messages of a request: those which are written lie behind it, those which are read go to `in`. Returns their size. */
static size_t make_messages(const struct softboard_i2c_request *request, uint8_t *out, uint8_t *in,
                            struct i2c_msg *messages)
{
    size_t in_size = 0;

    for (unsigned i = 0; i < request->count; i++) {
        bool is_read = request->messages[i].is_read != 0;
        uint32_t size = request->messages[i].size;

        messages[i] = (struct i2c_msg){
            .addr = request->messages[i].address,
            .flags = is_read ? I2C_M_RD : 0,
            .len = (uint16_t)size,
            .buf = is_read ? in + in_size : out,
        };
        if (is_read)
            in_size += size;
        else
            out += size;
    }
    return in_size;
}

/* One transfer, if there is one. */
static void answer(struct i2c_outside *o)
{
    static uint8_t bytes[sizeof(struct softboard_i2c_request) + BYTES_MAX];
    static struct {
        int32_t result;
        uint8_t bytes[BYTES_MAX];
    } answered;
    struct i2c_msg messages[SOFTBOARD_I2C_MESSAGES];
    struct softboard_i2c_request request;
    size_t in_size;

    if (read(o->fd, bytes, sizeof(bytes)) < (ssize_t)sizeof(request))
        return;
    memcpy(&request, bytes, sizeof(request));
    in_size = make_messages(&request, bytes + sizeof(request), answered.bytes, messages);
    while (o->is_held && !o->is_ending)
        pause_10_ms();
    if (o->is_ending)
        return;
    answered.result = i2c_wires_transfer(&o->wires, messages, request.count);
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
    *o = (struct i2c_outside){.is_held = false};
    i2c_wires_init(&o->wires, devices);
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
    i2c_wires_deinit(&o->wires);
}
