/* SPDX-License-Identifier: MIT */
/* Transfers in SMBus' words. */
#include "hal-linux/smbus.h"

#include <errno.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <string.h>
#include <sys/ioctl.h>

/* One of SMBus' words: what it is called, what an adapter must have for it. */
struct word {
    uint32_t size;
    unsigned long function;
};

static int say(int fd, unsigned long functions, struct word word, uint8_t read_write,
               uint8_t command, union i2c_smbus_data *data)
{
    struct i2c_smbus_ioctl_data request = {
        .read_write = read_write, .command = command, .size = word.size, .data = data};

    if ((functions & word.function) == 0)
        return -EOPNOTSUPP;
    return ioctl(fd, I2C_SMBUS, &request) < 0 ? -errno : 0;
}

/* A command with `size` bytes behind it. */
static int write_data(int fd, unsigned long functions, uint8_t command, const uint8_t *bytes,
                      size_t size)
{
    union i2c_smbus_data data = {.block = {0}};

    if (size == 1) {
        data.byte = bytes[0];
        return say(fd, functions,
                   (struct word){I2C_SMBUS_BYTE_DATA, I2C_FUNC_SMBUS_WRITE_BYTE_DATA},
                   I2C_SMBUS_WRITE, command, &data);
    }
    if (size == 2) {
        data.word = (uint16_t)(bytes[0] | bytes[1] << 8);
        return say(fd, functions,
                   (struct word){I2C_SMBUS_WORD_DATA, I2C_FUNC_SMBUS_WRITE_WORD_DATA},
                   I2C_SMBUS_WRITE, command, &data);
    }
    if (size > I2C_SMBUS_BLOCK_MAX)
        return -EOPNOTSUPP;
    data.block[0] = (uint8_t)size;
    memcpy(data.block + 1, bytes, size);
    return say(fd, functions,
               (struct word){I2C_SMBUS_I2C_BLOCK_DATA, I2C_FUNC_SMBUS_WRITE_I2C_BLOCK},
               I2C_SMBUS_WRITE, command, &data);
}

/* A command, then `size` bytes. */
static int read_data(int fd, unsigned long functions, uint8_t command, uint8_t *bytes, size_t size)
{
    union i2c_smbus_data data = {.block = {0}};
    int rc;

    if (size == 1) {
        rc = say(fd, functions, (struct word){I2C_SMBUS_BYTE_DATA, I2C_FUNC_SMBUS_READ_BYTE_DATA},
                 I2C_SMBUS_READ, command, &data);
        bytes[0] = data.byte;
        return rc;
    }
    if (size == 2) {
        rc = say(fd, functions, (struct word){I2C_SMBUS_WORD_DATA, I2C_FUNC_SMBUS_READ_WORD_DATA},
                 I2C_SMBUS_READ, command, &data);
        bytes[0] = (uint8_t)data.word;
        bytes[1] = (uint8_t)(data.word >> 8);
        return rc;
    }
    if (size > I2C_SMBUS_BLOCK_MAX)
        return -EOPNOTSUPP;
    data.block[0] = (uint8_t)size;
    rc = say(fd, functions, (struct word){I2C_SMBUS_I2C_BLOCK_DATA, I2C_FUNC_SMBUS_READ_I2C_BLOCK},
             I2C_SMBUS_READ, command, &data);
    if (rc == 0)
        memcpy(bytes, data.block + 1, size);
    return rc;
}

static int read_byte(int fd, unsigned long functions, uint8_t *byte)
{
    union i2c_smbus_data data = {.block = {0}};
    int rc = say(fd, functions, (struct word){I2C_SMBUS_BYTE, I2C_FUNC_SMBUS_READ_BYTE},
                 I2C_SMBUS_READ, 0, &data);

    *byte = data.byte;
    return rc;
}

int sb_linux_smbus_transfer(int fd, unsigned long functions, unsigned address, const uint8_t *out,
                            size_t out_size, uint8_t *in, size_t in_size)
{
    if (ioctl(fd, I2C_SLAVE, (unsigned long)address) < 0)
        return -errno;
    if (in_size == 0 && out_size == 0)
        return say(fd, functions, (struct word){I2C_SMBUS_QUICK, I2C_FUNC_SMBUS_QUICK},
                   I2C_SMBUS_WRITE, 0, NULL);
    if (in_size == 0 && out_size == 1)
        return say(fd, functions, (struct word){I2C_SMBUS_BYTE, I2C_FUNC_SMBUS_WRITE_BYTE},
                   I2C_SMBUS_WRITE, out[0], NULL);
    if (in_size == 0)
        return write_data(fd, functions, out[0], out + 1, out_size - 1);
    if (out_size == 0 && in_size == 1)
        return read_byte(fd, functions, in);
    if (out_size == 1)
        return read_data(fd, functions, out[0], in, in_size);
    return -EOPNOTSUPP;
}
