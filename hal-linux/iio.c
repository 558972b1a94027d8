/* SPDX-License-Identifier: MIT */
/*
 * Analog inputs through IIO's sysfs files: a sample is the number in in_voltageN_raw. The kernel converts while it is
 * read, on an SPI or I2C bus more often than not, so a task's read is made by a worker.
 */
#include "hal-linux/iio.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hal-linux/error.h"
#include "hal-linux/iio_channel.h"
#include "lib/task.h"
#include "lib/worker.h"

struct input {
    struct sb_adc adc;
    struct sb_list node;
    int fd;
    struct sb_iio_channel channel;
    char name[SB_IIO_NAME_SIZE];
};

static struct input *input_of(struct sb_adc *adc)
{
    return SB_CONTAINER_OF(adc, struct input, adc);
}

/* ---- samples */

/* To 16 bits, whatever the converter's resolution: the lower bits repeat the upper ones. */
static int to_sample(uint64_t code, unsigned bits)
{
    uint64_t sample = code;
    unsigned width = bits;

    for (; width < 16; width += bits)
        sample = sample << bits | code;
    return (int)(sample >> (width - 16));
}

/* What the bus of the converter said. To a task ETIMEDOUT is its own time limit. */
static int error_of(int error)
{
    switch (error) {
    case ESHUTDOWN: /* an SPI controller that has been unplugged */
        return -ENODEV;
    case ETIMEDOUT:
        return -EIO;
    default:
        return -error;
    }
}

/* On a worker's thread: a sample, or an error. */
static int convert(void *arg)
{
    const struct input *input = arg;
    double top = exp2(input->channel.bits) - 1;
    double code;
    char text[32];
    ssize_t size = pread(input->fd, text, sizeof(text) - 1, 0);

    if (size < 0)
        return error_of(errno);
    text[size] = '\0';
    if (!sb_iio_parse(text, &code))
        return -EIO;
    /* A little below ground, or above the reference, of those that can tell. */
    code = fmin(fmax(round(code + input->channel.offset), 0), top);
    return to_sample((uint64_t)code, input->channel.bits);
}

static int input_read(struct sb_adc *adc)
{
    struct input *input = input_of(adc);
    struct sb_work work = {.fn = convert, .arg = input};
    int rc;

    if (sb_task_current() == NULL) /* no task that could wait */
        return convert(input);
    rc = sb_work_run(&work);
    return rc < 0 ? rc : work.result;
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
    list->folder = SB_IIO_FOLDER;
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

/* ---- opening */

static bool is_open(const struct sb_linux_adc_list *list, const struct sb_iio_channel *channel)
{
    for (struct sb_list *n = list->inputs.next; n != &list->inputs; n = n->next) {
        const struct sb_iio_channel *other = &SB_CONTAINER_OF(n, struct input, node)->channel;

        if (strcmp(other->device, channel->device) == 0 &&
            strcmp(other->channel, channel->channel) == 0)
            return true;
    }
    return false;
}

static int open_file(struct sb_board *board, const char *folder, struct input *input)
{
    char path[SB_IIO_PATH_SIZE];

    sb_iio_make_path(path, folder, &input->channel);
    input->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd >= 0)
        return 0;
    if (errno == EACCES)
        return sb_linux_fail(board, -EACCES, "no permission for %s: sudo chmod a+r it", path);
    return sb_linux_fail(board, -errno, "%s: %s", path, strerror(errno));
}

static int open_input(const struct sb_linux_adc_list *list, struct sb_board *board,
                      struct input *input)
{
    const char *folder = list->folder;
    int rc;

    if (!sb_iio_find(folder, input->name, &input->channel))
        return sb_linux_fail(
            board, -ENOENT,
            "no analog input \"%s\": a Raspberry Pi has none itself. Connect a converter that the "
            "kernel knows (an MCP3008: dtoverlay=mcp3008:spi0-0-present in config.txt); `ls %s` "
            "lists them",
            input->name, folder);
    if (is_open(list, &input->channel))
        return sb_linux_fail(board, -EBUSY,
                             "%s is in use already: close it first, or share the handle",
                             input->name);
    if (sb_iio_read_scale(folder, &input->channel) < 0)
        return sb_linux_fail(board, -EIO,
                             "%s: its scale or offset is no number that a converter can have: see "
                             "%s/%s/%s_scale and the kernel's messages",
                             input->name, folder, input->channel.device, input->channel.channel);
    rc = open_file(board, folder, input);
    input->adc.bits = input->channel.bits;
    input->adc.reference_mv = input->channel.reference_mv;
    return rc;
}

int sb_linux_adc_open(struct sb_linux_adc_list *list, struct sb_board *board, const char *name,
                      struct sb_adc **out)
{
    struct input *input = calloc(1, sizeof(*input));
    int rc;

    if (input == NULL)
        return sb_linux_fail(board, -ENOMEM, "no memory for the analog input");
    sb_adc_init(&input->adc, board, input->name, &ops);
    snprintf(input->name, sizeof(input->name), "%s", name);
    rc = open_input(list, board, input);
    if (rc < 0) {
        free(input);
        return rc;
    }
    sb_list_append(&list->inputs, &input->node);
    *out = &input->adc;
    return 0;
}
