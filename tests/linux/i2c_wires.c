/* SPDX-License-Identifier: MIT */
/* An I2C bus of our own: see i2c_wires.h. */
#include "tests/linux/i2c_wires.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/list.h"

void i2c_wires_init(struct i2c_wires *w, struct i2c_device *const *devices)
{
    *w = (struct i2c_wires){.devices = devices};
    pthread_mutex_init(&w->mutex, NULL);
}

void i2c_wires_deinit(struct i2c_wires *w)
{
    pthread_mutex_destroy(&w->mutex);
}

/* ---- what is heard */

__attribute__((format(printf, 2, 3))) static void hear(struct i2c_wires *w, const char *format, ...)
{
    size_t length;
    va_list args;

    pthread_mutex_lock(&w->mutex);
    length = strlen(w->heard);
    if (length > 0 && length < sizeof(w->heard))
        length += (size_t)snprintf(w->heard + length, sizeof(w->heard) - length, " | ");
    va_start(args, format);
    if (length < sizeof(w->heard))
        (void)vsnprintf(w->heard + length, sizeof(w->heard) - length, format, args);
    va_end(args);
    pthread_mutex_unlock(&w->mutex);
}

const char *i2c_wires_heard(struct i2c_wires *w)
{
    static char text[sizeof(w->heard)];

    pthread_mutex_lock(&w->mutex);
    memcpy(text, w->heard, sizeof(text));
    w->heard[0] = '\0';
    pthread_mutex_unlock(&w->mutex);
    return text;
}

/* ---- transfers */

static struct i2c_device *find_device(const struct i2c_wires *w, unsigned address)
{
    for (struct i2c_device *const *device = w->devices; *device != NULL; device++)
        if ((*device)->address == address)
            return *device;
    return NULL;
}

static int write_to(struct i2c_wires *w, struct i2c_device *device, const struct i2c_msg *message)
{
    for (unsigned i = 0; i < message->len; i++) {
        bool is_acknowledged = device->written(device, message->buf[i]);

        hear(w, "%02xw%c", message->buf[i], is_acknowledged ? '+' : '-');
        if (!is_acknowledged)
            return -EIO;
    }
    return 0;
}

/* The controller acknowledges all but the last byte. */
static void read_from(struct i2c_wires *w, struct i2c_device *device, struct i2c_msg *message)
{
    for (unsigned i = 0; i < message->len; i++) {
        message->buf[i] = device->read(device);
        hear(w, "%02xr%c", message->buf[i], i + 1u < message->len ? '+' : '-');
    }
}

static void stretch(const struct i2c_wires *w, const struct i2c_msg *message)
{
    int64_t time_ns = w->delay_ns * (message->len == 0 ? 1 : message->len);
    struct timespec time = {.tv_sec = (time_t)(time_ns / 1000000000),
                            .tv_nsec = (long)(time_ns % 1000000000)};

    if (time_ns > 0)
        nanosleep(&time, NULL);
}

static int transfer_message(struct i2c_wires *w, struct i2c_msg *message, bool is_first)
{
    struct i2c_device *device = find_device(w, message->addr);
    bool is_read = (message->flags & I2C_M_RD) != 0;
    bool is_there = device != NULL && device->addressed(device, is_read);

    hear(w, "%s", is_first ? "S" : "Sr");
    hear(w, "%02x%c%c", message->addr, is_read ? 'r' : 'w', is_there ? '+' : '-');
    if (!is_there)
        return -ENXIO;
    if (!is_read)
        return write_to(w, device, message);
    stretch(w, message);
    read_from(w, device, message);
    return 0;
}

int i2c_wires_transfer(struct i2c_wires *w, struct i2c_msg *messages, unsigned count)
{
    int rc = 0;

    for (unsigned i = 0; i < count && rc == 0; i++)
        rc = transfer_message(w, &messages[i], i == 0);
    hear(w, "P");
    return rc;
}

/* ---- a memory */

static bool addressed(struct i2c_device *device, bool is_read)
{
    struct i2c_memory *m = SB_CONTAINER_OF(device, struct i2c_memory, device);

    m->has_at = m->has_at && is_read;
    m->byte_count = 0;
    return !m->is_deaf;
}

static bool written(struct i2c_device *device, uint8_t byte)
{
    struct i2c_memory *m = SB_CONTAINER_OF(device, struct i2c_memory, device);

    if (m->byte_limit > 0 && m->byte_count++ == m->byte_limit)
        return false;
    if (m->has_at)
        m->bytes[m->at++] = byte;
    else
        m->at = byte;
    m->has_at = true;
    return true;
}

static uint8_t read_byte(struct i2c_device *device)
{
    struct i2c_memory *m = SB_CONTAINER_OF(device, struct i2c_memory, device);

    return m->bytes[m->at++];
}

void i2c_memory_init(struct i2c_memory *memory, uint8_t address)
{
    *memory = (struct i2c_memory){
        .device = {
            .address = address, .addressed = addressed, .written = written, .read = read_byte}};
}
