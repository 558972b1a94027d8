/* SPDX-License-Identifier: MIT */
/*
 * What the kernel's IIO says of a channel in its sysfs files: where it is, its range and its resolution. `folder` is where
 * the kernel lists its converters. Private to hal-linux.
 */
#ifndef SB_HAL_LINUX_IIO_CHANNEL_H
#define SB_HAL_LINUX_IIO_CHANNEL_H

#include <stdbool.h>

#define SB_IIO_FOLDER "/sys/bus/iio/devices"

#define SB_IIO_NAME_SIZE 72
#define SB_IIO_PATH_SIZE 256

struct sb_iio_channel {
    char device[SB_IIO_NAME_SIZE];  /* "iio:device0" */
    char channel[SB_IIO_NAME_SIZE]; /* "in_voltage0" */
    unsigned bits;                  /* 1 to 31 */
    unsigned reference_mv;          /* at 2 to the power of bits */
    double offset;                  /* to be added to its number */
};

/*
 * What a name means: "adc0" is channel 0 of the first converter that has it, "iio:device1/in_voltage3" a certain one.
 * False when it means nothing, or nothing that is there.
 */
bool sb_iio_find(const char *folder, const char *name, struct sb_iio_channel *channel);

/* Fills in range and resolution. Returns 0, or -EIO when a file says what cannot be. */
int sb_iio_read_scale(const char *folder, struct sb_iio_channel *channel);

/* The path of the file with the channel's number. */
void sb_iio_make_path(char path[SB_IIO_PATH_SIZE], const char *folder,
                      const struct sb_iio_channel *channel);

/* A number and nothing behind it but white space; false when it is none. */
bool sb_iio_parse(const char *text, double *out);

#endif
