/* SPDX-License-Identifier: MIT */
/*
 * The file in_voltageN_scale says millivolts a step, in_voltageN_offset what is added to the number before that. How many
 * steps there are is said only by drivers that can fill buffers (scan_elements/in_voltageN_type, "le:u12/16>>4"); for
 * the others it follows from the scale and the smallest reference that such converters have, 3.3 V.
 * (Documentation/ABI/testing/sysfs-bus-iio of the kernel.)
 */
#include "hal-linux/iio_channel.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REFERENCE_MV  3300.0
#define DEFAULT_BITS  12
#define CHANNEL_NAMES 99

/* No converter has a step of more; what is more is a file that says something else. */
#define SCALE_MAX_MV 1e6

/* ---- files */

bool sb_iio_parse(const char *text, double *out)
{
    char *end;

    *out = strtod(text, &end);
    if (end == text || !isfinite(*out))
        return false;
    return end[strspn(end, " \n")] == '\0';
}

/* Reads a small file; false when it is not there. */
static bool read_text(char *text, size_t size, const char *folder, const char *device,
                      const char *file)
{
    char path[SB_IIO_PATH_SIZE];
    FILE *stream;

    snprintf(path, sizeof(path), "%s/%s/%s", folder, device, file);
    stream = fopen(path, "re");
    if (stream == NULL)
        return false;
    if (fgets(text, (int)size, stream) == NULL)
        text[0] = '\0';
    fclose(stream);
    return true;
}

/*
 * What a channel's file of this kind says, or that which all channels share: "in_voltage0_scale", "in_voltage_scale". Returns
 * 0, with `*out` as it was when there is neither; -EIO when it holds no number.
 */
static int read_number(const char *folder, const struct sb_iio_channel *channel, const char *kind,
                       double *out)
{
    char text[64];
    char file[SB_IIO_NAME_SIZE + 16];
    char shared[SB_IIO_NAME_SIZE];
    size_t length = 0;

    for (const char *at = channel->channel; *at != '\0'; at++)
        if (!isdigit((unsigned char)*at))
            shared[length++] = *at;
    shared[length] = '\0';
    snprintf(file, sizeof(file), "%s_%s", channel->channel, kind);
    if (!read_text(text, sizeof(text), folder, channel->device, file)) {
        snprintf(file, sizeof(file), "%s_%s", shared, kind);
        if (!read_text(text, sizeof(text), folder, channel->device, file))
            return 0;
    }
    return sb_iio_parse(text, out) ? 0 : -EIO;
}

/* ---- range and resolution */

static unsigned bits_of(const char *folder, const struct sb_iio_channel *channel, double scale_mv)
{
    char text[64];
    char file[SB_IIO_NAME_SIZE + 32];
    char sign;
    unsigned bits;

    snprintf(file, sizeof(file), "scan_elements/%s_type", channel->channel);
    if (read_text(text, sizeof(text), folder, channel->device, file) &&
        sscanf(text, "%*[lb]e:%c%u/", &sign, &bits) == 2 && bits > 1 && bits < 32)
        return sign == 's' ? bits - 1 : bits; /* the half above ground */
    if (scale_mv <= 0)
        return DEFAULT_BITS;
    return (unsigned)fmin(31, fmax(1, ceil(log2(REFERENCE_MV / scale_mv) - 0.01)));
}

int sb_iio_read_scale(const char *folder, struct sb_iio_channel *channel)
{
    double scale_mv = 0;
    int rc = read_number(folder, channel, "scale", &scale_mv);

    channel->offset = 0;
    if (rc == 0)
        rc = read_number(folder, channel, "offset", &channel->offset);
    if (rc < 0 || scale_mv < 0 || scale_mv > SCALE_MAX_MV)
        return -EIO;
    channel->bits = bits_of(folder, channel, scale_mv);
    channel->reference_mv = (unsigned)fmin(INT32_MAX, round(scale_mv * exp2(channel->bits)));
    if (channel->reference_mv == 0)
        channel->reference_mv = (unsigned)REFERENCE_MV;
    return 0;
}

/* ---- names */

void sb_iio_make_path(char path[SB_IIO_PATH_SIZE], const char *folder,
                      const struct sb_iio_channel *channel)
{
    snprintf(path, SB_IIO_PATH_SIZE, "%s/%.32s/%.40s_raw", folder, channel->device,
             channel->channel);
}

static int is_device(const struct dirent *entry)
{
    return strncmp(entry->d_name, "iio:device", 10) == 0;
}

/* The first device that has the channel. */
static bool find_device(const char *folder, struct sb_iio_channel *channel)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_device, versionsort);
    bool is_found = false;

    for (int i = 0; i < count; i++) {
        char path[SB_IIO_PATH_SIZE];

        if (!is_found) {
            snprintf(channel->device, sizeof(channel->device), "%.32s", entries[i]->d_name);
            sb_iio_make_path(path, folder, channel);
            is_found = access(path, F_OK) == 0;
        }
        free(entries[i]);
    }
    free(entries);
    return is_found;
}

bool sb_iio_find(const char *folder, const char *name, struct sb_iio_channel *channel)
{
    char path[SB_IIO_PATH_SIZE];
    unsigned number;
    char rest;

    if (strncmp(name, "adc", 3) == 0 && isdigit((unsigned char)name[3]) &&
        sscanf(name + 3, "%u%c", &number, &rest) == 1 && number <= CHANNEL_NAMES) {
        snprintf(channel->channel, sizeof(channel->channel), "in_voltage%u", number);
        return find_device(folder, channel);
    }
    if (sscanf(name, "%32[a-z0-9:]/%28[a-z0-9_-]%c", channel->device, channel->channel, &rest) != 2)
        return false;
    sb_iio_make_path(path, folder, channel);
    return access(path, F_OK) == 0;
}
