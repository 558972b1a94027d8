/* SPDX-License-Identifier: MIT */
/*
 * Analog inputs through IIO's sysfs files: a sample is the number in in_voltageN_raw. The kernel converts while it is
 * read, on an SPI or I2C bus more often than not, so a task's read is made by a worker.
 *
 * The file in_voltageN_scale says millivolts a step. How many steps there are is said only by drivers that can fill
 * buffers (scan_elements/in_voltageN_type, "le:u12/16>>4"); for the others it follows from the scale and the smallest
 * reference that such converters have, 3.3 V.
 */
#include "hal-linux/iio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hal-linux/error.h"
#include "lib/task.h"
#include "lib/worker.h"

#define DEVICES       "/sys/bus/iio/devices"
#define NAME_SIZE     64
#define PATH_SIZE     192
#define REFERENCE_MV  3300.0
#define CHANNEL_NAMES 99

struct input {
    struct sb_adc adc;
    struct sb_list node;
    int fd;
    char name[NAME_SIZE];
};

static struct input *input_of(struct sb_adc *adc)
{
    return SB_CONTAINER_OF(adc, struct input, adc);
}

/* ---- samples */

static int read_raw(void *arg)
{
    const struct input *input = arg;
    char text[32];
    ssize_t size = pread(input->fd, text, sizeof(text) - 1, 0);

    if (size < 0)
        return -errno;
    text[size] = '\0';
    return (int)strtol(text, NULL, 10);
}

/* To 16 bits, whatever the converter's resolution: the whole of it is SB_ADC_MAX. */
static int to_sample(const struct sb_adc *adc, int raw)
{
    int64_t top = ((int64_t)1 << adc->bits) - 1;

    if (raw < 0)
        raw = 0; /* a little below ground, of those that can tell */
    if (raw > top)
        raw = (int)top;
    return (int)((raw * (int64_t)SB_ADC_MAX + top / 2) / top);
}

static int input_read(struct sb_adc *adc)
{
    struct input *input = input_of(adc);
    struct sb_work work = {.fn = read_raw, .arg = input};
    int rc;

    if (sb_task_current() == NULL) { /* no task that could wait */
        rc = read_raw(input);
    } else {
        rc = sb_work_run(&work);
        if (rc == 0)
            rc = work.result;
    }
    return rc < 0 ? rc : to_sample(adc, rc);
}

static void input_close(struct sb_adc *adc)
{
    struct input *input = input_of(adc);

    sb_list_remove(&input->node);
    close(input->fd);
    free(input);
}

static const struct sb_adc_ops ops = {.read = input_read, .close = input_close};

void sb_linux_adc_init(struct sb_linux_adc_list *list)
{
    sb_list_init(&list->inputs);
}

void sb_linux_adc_close_all(struct sb_linux_adc_list *list)
{
    struct sb_list *node;
    struct sb_list *after;

    SB_LIST_FOR_EACH(node, after, &list->inputs)
    {
        input_close(&SB_CONTAINER_OF(node, struct input, node)->adc);
    }
}

/* ---- what the kernel says of a channel */

/* Reads a small file; false when it is not there. */
static bool read_text(char *text, size_t size, const char *device, const char *file)
{
    char path[PATH_SIZE];
    FILE *stream;
    bool is_read;

    snprintf(path, sizeof(path), DEVICES "/%s/%s", device, file);
    stream = fopen(path, "re");
    if (stream == NULL)
        return false;
    is_read = fgets(text, (int)size, stream) != NULL;
    fclose(stream);
    return is_read;
}

/* Millivolts a step; 0 when nothing says it. */
static double scale_of(const char *device, const char *channel)
{
    char text[64];
    char file[NAME_SIZE + 16];

    snprintf(file, sizeof(file), "%s_scale", channel);
    if (read_text(text, sizeof(text), device, file) ||
        read_text(text, sizeof(text), device, "in_voltage_scale"))
        return strtod(text, NULL);
    return 0;
}

static unsigned bits_of(const char *device, const char *channel, double scale_mv)
{
    char text[64];
    char file[NAME_SIZE + 32];
    char sign;
    unsigned bits;

    snprintf(file, sizeof(file), "scan_elements/%s_type", channel);
    if (read_text(text, sizeof(text), device, file) &&
        sscanf(text, "%*[lb]e:%c%u/", &sign, &bits) == 2 && bits > 0 && bits < 32)
        return sign == 's' ? bits - 1 : bits; /* the half above ground */
    if (scale_mv <= 0)
        return 12;
    return (unsigned)fmin(31, fmax(1, ceil(log2(REFERENCE_MV / scale_mv) - 0.01)));
}

static int is_device(const struct dirent *entry)
{
    return strncmp(entry->d_name, "iio:device", 10) == 0;
}

/* The first device that has the channel. */
static bool find_device(const char *channel, char *device, size_t size)
{
    struct dirent **entries = NULL;
    int count = scandir(DEVICES, &entries, is_device, versionsort);
    bool is_found = false;

    for (int i = 0; i < count; i++) {
        char path[PATH_SIZE];

        snprintf(path, sizeof(path), DEVICES "/%.32s/%s_raw", entries[i]->d_name, channel);
        if (!is_found && access(path, F_OK) == 0) {
            snprintf(device, size, "%.32s", entries[i]->d_name);
            is_found = true;
        }
        free(entries[i]);
    }
    free(entries);
    return is_found;
}

/* ---- opening */

static int no_input(struct sb_board *board, const char *name)
{
    return sb_linux_fail(
        board, -ENOENT,
        "no analog input \"%s\": a Raspberry Pi has none itself. Connect a converter that the "
        "kernel knows (an MCP3008: dtoverlay=mcp3008:spi0-0-present in config.txt); `ls " DEVICES
        "` lists them",
        name);
}

/* What a name means: device and channel, "iio:device0" and "in_voltage0". */
static int resolve(struct sb_board *board, const char *name, char device[NAME_SIZE],
                   char channel[NAME_SIZE])
{
    unsigned number;
    char rest;

    if (sscanf(name, "adc%u%c", &number, &rest) == 1 && number <= CHANNEL_NAMES) {
        snprintf(channel, NAME_SIZE, "in_voltage%u", number);
        return find_device(channel, device, NAME_SIZE) ? 0 : no_input(board, name);
    }
    if (sscanf(name, "%32[a-z0-9:]/%28[a-z0-9_-]%c", device, channel, &rest) == 2)
        return 0;
    return no_input(board, name);
}

int sb_linux_adc_open(struct sb_linux_adc_list *list, struct sb_board *board, const char *name,
                      struct sb_adc **out)
{
    char device[NAME_SIZE];
    char channel[NAME_SIZE];
    char path[PATH_SIZE];
    struct input *input;
    double scale_mv;
    int rc = resolve(board, name, device, channel);

    if (rc < 0)
        return rc;
    snprintf(path, sizeof(path), DEVICES "/%.32s/%.40s_raw", device, channel);
    input = calloc(1, sizeof(*input));
    if (input == NULL)
        return sb_linux_fail(board, -ENOMEM, "no memory for the analog input");
    input->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd < 0) {
        rc = errno;
        free(input);
        if (rc == EACCES)
            return sb_linux_fail(board, -EACCES, "no permission for %s: sudo chmod a+r it", path);
        return rc == ENOENT ? no_input(board, name)
                            : sb_linux_fail(board, -rc, "%s: %s", path, strerror(rc));
    }
    snprintf(input->name, sizeof(input->name), "%.60s", name);
    sb_adc_init(&input->adc, board, input->name, &ops);
    scale_mv = scale_of(device, channel);
    input->adc.bits = bits_of(device, channel, scale_mv);
    input->adc.reference_mv = (unsigned)lround(scale_mv * exp2(input->adc.bits));
    if (input->adc.reference_mv == 0)
        input->adc.reference_mv = (unsigned)REFERENCE_MV;
    sb_list_append(&list->inputs, &input->node);
    *out = &input->adc;
    return 0;
}
