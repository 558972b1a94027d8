/* SPDX-License-Identifier: MIT */
/*
 * Finding the GPIO chip that carries the header. It is known by the label that its driver gives it; where
 * it may not be opened, by the device tree, which everybody may read.
 */
#include "hal-linux/lines_linux.h"
#include "hal-linux/pin_linux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define DEVICES     "/dev"
#define CHIP_PREFIX "gpiochip"

/* Pi 0 to 3, Pi 4, Pi 5. */
static const char *const labels[] = {"pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"};
static const char *const compatibles[] = {"brcm,bcm2835-gpio", "brcm,bcm2711-gpio",
                                          "raspberrypi,rp1-gpio"};

bool sb_linux_label_is_header(const char *label)
{
    for (unsigned i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
        if (strcmp(label, labels[i]) == 0)
            return true;
    return false;
}

/* Whether one of the strings in the file, each ended by a null, is a header chip's. */
static bool file_is_header(const char *path)
{
    char text[256];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

    if (fd >= 0)
        close(fd);
    if (size <= 0)
        return false;
    text[size] = '\0';
    for (ssize_t at = 0; at < size; at += (ssize_t)strlen(text + at) + 1)
        for (unsigned i = 0; i < sizeof(compatibles) / sizeof(compatibles[0]); i++)
            if (strcmp(text + at, compatibles[i]) == 0)
                return true;
    return false;
}

/* What the device tree says of a chip; in newer kernels at the chip itself, else at its device. */
static bool tree_is_header(const char *name)
{
    static const char *const forms[] = {"/sys/bus/gpio/devices/%.32s/of_node/compatible",
                                        "/sys/bus/gpio/devices/%.32s/../of_node/compatible"};
    char path[128];

    for (unsigned i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), i == 0 ? forms[0] : forms[1], name);
        if (file_is_header(path))
            return true;
    }
    return false;
}

static int is_chip(const struct dirent *entry)
{
    return strncmp(entry->d_name, CHIP_PREFIX, sizeof(CHIP_PREFIX) - 1) == 0;
}

static void add_label(struct sb_linux_search *search, const char *label)
{
    size_t length = strlen(search->labels);

    snprintf(search->labels + length, sizeof(search->labels) - length, "%s%s",
             length == 0 ? "" : ", ", label);
}

/* Opens the chip if it is the one: returns 0, else -ENODEV, or the error of opening what must be it. */
static int try_chip(const char *name, const char *wanted, struct sb_linux_search *search,
                    struct sb_gpiod_chip **out)
{
    bool is_wanted = wanted != NULL && strcmp(name, wanted) == 0;
    char path[64];
    const char *label;
    int rc;

    snprintf(path, sizeof(path), DEVICES "/%.48s", name);
    search->chip_count++;
    rc = sb_gpiod_chip_open(path, out);
    if (rc < 0) {
        search->open_error = rc;
        snprintf(search->path, sizeof(search->path), "%s", path);
        return is_wanted || (wanted == NULL && tree_is_header(name)) ? rc : -ENODEV;
    }
    label = sb_gpiod_chip_label(*out);
    if (is_wanted ||
        (wanted == NULL ? sb_linux_label_is_header(label) : strcmp(label, wanted) == 0))
        return 0;
    add_label(search, label);
    sb_gpiod_chip_close(*out);
    *out = NULL;
    return -ENODEV;
}

int sb_linux_chip_find(const char *wanted, struct sb_linux_search *search,
                       struct sb_gpiod_chip **out)
{
    struct dirent **entries = NULL;
    int count;
    int rc = -ENODEV;

    *search = (struct sb_linux_search){.chip_count = 0};
    *out = NULL;
    if (wanted != NULL && strchr(wanted, '/') != NULL) {
        rc = sb_gpiod_chip_open(wanted, out);
        search->chip_count = 1;
        search->open_error = rc;
        snprintf(search->path, sizeof(search->path), "%s", wanted);
        return rc;
    }
    count = scandir(DEVICES, &entries, is_chip, versionsort);
    if (count < 0) {
        snprintf(search->path, sizeof(search->path), DEVICES);
        return -errno;
    }
    for (int i = 0; i < count; i++) {
        if (rc == -ENODEV)
            rc = try_chip(entries[i]->d_name, wanted, search, out);
        free(entries[i]);
    }
    free(entries);
    /* None was recognised, but it may be the one that we were not let at. */
    if (rc == -ENODEV && (search->open_error == -EACCES || search->open_error == -EPERM))
        rc = search->open_error;
    return rc;
}

/* ---- its going */

int sb_linux_chip_watch(const struct sb_gpiod_chip *gpiod)
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    char path[64];

    snprintf(path, sizeof(path), DEVICES "/%.48s", sb_gpiod_chip_name(gpiod));
    /* The name goes at once, which is a change of the count of names; what it stood for with the last who has it open. */
    if (fd < 0 || inotify_add_watch(fd, path, IN_ATTRIB) < 0) {
        int rc = -errno;
        if (fd >= 0)
            close(fd);
        return rc;
    }
    return fd;
}

bool sb_linux_chip_is_gone(struct sb_gpiod_chip *gpiod, int watch_fd)
{
    struct sb_gpiod_line_info info;
    char events[1024];

    while (watch_fd >= 0 && read(watch_fd, events, sizeof(events)) > 0)
        ;
    return sb_gpiod_chip_line_info(gpiod, 0, &info) == -ENODEV;
}

/* ---- what there is */

static void describe(const char *name, struct sb_linux_chip_info *info)
{
    struct sb_gpiod_chip *chip;
    char path[64];

    *info = (struct sb_linux_chip_info){.error = 0};
    snprintf(info->name, sizeof(info->name), "%.31s", name);
    snprintf(path, sizeof(path), DEVICES "/%.48s", name);
    info->error = sb_gpiod_chip_open(path, &chip);
    info->is_header = info->error < 0 && tree_is_header(name);
    if (info->error < 0)
        return;
    snprintf(info->label, sizeof(info->label), "%s", sb_gpiod_chip_label(chip));
    info->line_count = sb_gpiod_chip_line_count(chip);
    info->is_header = sb_linux_label_is_header(info->label);
    sb_gpiod_chip_close(chip);
}

unsigned sb_linux_for_each_chip(void (*fn)(const struct sb_linux_chip_info *info, void *arg),
                                void *arg)
{
    struct dirent **entries = NULL;
    int count = scandir(DEVICES, &entries, is_chip, versionsort);

    for (int i = 0; i < count; i++) {
        struct sb_linux_chip_info info;

        describe(entries[i]->d_name, &info);
        fn(&info, arg);
        free(entries[i]);
    }
    free(entries);
    return count < 0 ? 0 : (unsigned)count;
}

void sb_linux_board_chip(const struct sb_linux_board *linux_board, struct sb_linux_chip_info *info)
{
    const struct sb_linux_chip *chip = linux_board->chip;

    *info = (struct sb_linux_chip_info){
        .line_count = chip->line_count,
        .is_header = chip->is_header,
    };
    snprintf(info->name, sizeof(info->name), "%s", sb_gpiod_chip_name(chip->gpiod));
    snprintf(info->label, sizeof(info->label), "%s", sb_gpiod_chip_label(chip->gpiod));
}

bool sb_linux_board_is_present(void)
{
    struct dirent **entries = NULL;
    struct sb_linux_search search = {.chip_count = 0};
    struct sb_gpiod_chip *chip = NULL;
    int count = scandir(DEVICES, &entries, is_chip, versionsort);
    bool is_present = false;

    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        is_present = is_present || tree_is_header(name) ||
                     try_chip(name, NULL, &search, &chip) == 0;
        if (chip != NULL)
            sb_gpiod_chip_close(chip);
        chip = NULL;
        free(entries[i]);
    }
    free(entries);
    return is_present;
}
