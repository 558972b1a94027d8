/* SPDX-License-Identifier: MIT */
/*
 * Transfers in SMBus' words. An I2C block of one or two bytes is on the wires what byte data and word data are, so where an
 * adapter lacks these it serves, too; SMBus' own block does not, which has a count in front.
 */
#include "hal-linux/smbus.h"

#include <errno.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>

/* One of SMBus' words, and what an adapter must have to write it and to read it. */
struct word {
    uint32_t size;
    unsigned long functions[2];
};

static const struct word quick = {I2C_SMBUS_QUICK, {I2C_FUNC_SMBUS_QUICK}};
static const struct word byte = {I2C_SMBUS_BYTE,
                                 {I2C_FUNC_SMBUS_WRITE_BYTE, I2C_FUNC_SMBUS_READ_BYTE}};
static const struct word byte_data = {
    I2C_SMBUS_BYTE_DATA, {I2C_FUNC_SMBUS_WRITE_BYTE_DATA, I2C_FUNC_SMBUS_READ_BYTE_DATA}};
static const struct word word_data = {
    I2C_SMBUS_WORD_DATA, {I2C_FUNC_SMBUS_WRITE_WORD_DATA, I2C_FUNC_SMBUS_READ_WORD_DATA}};
static const struct word block = {I2C_SMBUS_I2C_BLOCK_DATA,
                                  {I2C_FUNC_SMBUS_WRITE_I2C_BLOCK, I2C_FUNC_SMBUS_READ_I2C_BLOCK}};

static bool has(unsigned long functions, const struct word *word, uint8_t read_write)
{
    return (functions & word->functions[read_write]) != 0;
}

static int say(int fd, unsigned long functions, const struct word *word, uint8_t read_write,
               uint8_t command, union i2c_smbus_data *data)
{
    struct i2c_smbus_ioctl_data request = {
        .read_write = read_write, .command = command, .size = word->size, .data = data};

    if (!has(functions, word, read_write))
        return -EOPNOTSUPP;
    return ioctl(fd, I2C_SMBUS, &request) < 0 ? -errno : 0;
}

/* The word for `size` bytes behind a command. */
static const struct word *data_word(unsigned long functions, size_t size, uint8_t read_write)
{
    if (size == 1 && has(functions, &byte_data, read_write))
        return &byte_data;
    if (size == 2 && has(functions, &word_data, read_write))
        return &word_data;
    return &block;
}

static void put(union i2c_smbus_data *data, const struct word *word, const uint8_t *bytes,
                size_t size)
{
    if (word == &byte_data) {
        data->byte = bytes[0];
    } else if (word == &word_data) {
        data->word = (uint16_t)(bytes[0] | bytes[1] << 8);
    } else {
        data->block[0] = (uint8_t)size;
        memcpy(data->block + 1, bytes, size);
    }
}

static void get(const union i2c_smbus_data *data, const struct word *word, uint8_t *bytes,
                size_t size)
{
    if (word == &byte_data) {
        bytes[0] = data->byte;
    } else if (word == &word_data) {
        bytes[0] = (uint8_t)data->word;
        bytes[1] = (uint8_t)(data->word >> 8);
    } else {
        memcpy(bytes, data->block + 1, size);
    }
}

/* A command with `size` bytes behind it. */
static int write_data(int fd, unsigned long functions, uint8_t command, const uint8_t *bytes,
                      size_t size)
{
    const struct word *word = data_word(functions, size, I2C_SMBUS_WRITE);
    union i2c_smbus_data data = {.block = {0}};

    if (size > I2C_SMBUS_BLOCK_MAX)
        return -EOPNOTSUPP;
    put(&data, word, bytes, size);
    return say(fd, functions, word, I2C_SMBUS_WRITE, command, &data);
}

/* A command, then `size` bytes. */
static int read_data(int fd, unsigned long functions, uint8_t command, uint8_t *bytes, size_t size)
{
    const struct word *word = data_word(functions, size, I2C_SMBUS_READ);
    union i2c_smbus_data data = {.block = {(uint8_t)size}};
    int rc;

    if (size > I2C_SMBUS_BLOCK_MAX)
        return -EOPNOTSUPP;
    rc = say(fd, functions, word, I2C_SMBUS_READ, command, &data);
    if (rc == 0)
        get(&data, word, bytes, size);
    return rc;
}

static int read_byte(int fd, unsigned long functions, uint8_t *out)
{
    union i2c_smbus_data data = {.block = {0}};
    int rc = say(fd, functions, &byte, I2C_SMBUS_READ, 0, &data);

    *out = data.byte;
    return rc;
}

int sb_linux_smbus_transfer(int fd, unsigned long functions, const uint8_t *out, size_t out_size,
                            uint8_t *in, size_t in_size)
{
    if (in_size == 0 && out_size == 0)
        return say(fd, functions, &quick, I2C_SMBUS_WRITE, 0, NULL);
    if (in_size == 0 && out_size == 1)
        return say(fd, functions, &byte, I2C_SMBUS_WRITE, out[0], NULL);
    if (in_size == 0)
        return write_data(fd, functions, out[0], out + 1, out_size - 1);
    if (out_size == 0 && in_size == 1)
        return read_byte(fd, functions, in);
    if (out_size == 1)
        return read_data(fd, functions, out[0], in, in_size);
    return -EOPNOTSUPP;
}

const char *sb_linux_smbus_words(size_t out_size, size_t in_size)
{
    static const char *const writes[] = {"quick command", "send byte",
                                         "write byte data or I2C block write",
                                         "write word data or I2C block write"};
    static const char *const reads[] = {"read byte data or I2C block read",
                                        "read word data or I2C block read"};

    if (out_size > I2C_SMBUS_BLOCK_MAX + 1 || in_size > I2C_SMBUS_BLOCK_MAX)
        return NULL;
    if (in_size == 0)
        return out_size < 4 ? writes[out_size] : "I2C block write";
    if (out_size == 0 && in_size == 1)
        return "receive byte";
    if (out_size != 1)
        return NULL;
    return in_size < 3 ? reads[in_size - 1] : "I2C block read";
}
