/* SPDX-License-Identifier: MIT */
/* Chips of gpio-sim: see gpiosim.h. */
#include "tests/kernel/gpiosim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG "/sys/kernel/config/gpio-sim"

#define PATH_SIZE 160

__attribute__((format(printf, 2, 3))) static void make_path(char path[PATH_SIZE],
                                                            const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(path, PATH_SIZE, format, args);
    va_end(args);
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0755) != 0)
        fail_msg("%s: %s", path, strerror(errno));
}

static int open_file(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);

    if (fd < 0)
        fail_msg("%s: %s", path, strerror(errno));
    return fd;
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[PATH_SIZE + 32];
    int fd;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    fd = open_file(path, O_WRONLY);
    if (write(fd, text, strlen(text)) < 0)
        fail_msg("%s: %s", path, strerror(errno));
    close(fd);
}

/* Without the newline at its end. */
static void read_file(const char *folder, const char *name, char *text, size_t size)
{
    char path[PATH_SIZE + 32];
    ssize_t length;
    int fd;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    fd = open_file(path, O_RDONLY);
    length = read(fd, text, size - 1);
    close(fd);
    text[length < 0 ? 0 : length] = '\0';
    text[strcspn(text, "\n")] = '\0';
}

static void make_line(const char *bank, const struct gpiosim_line *line)
{
    char path[PATH_SIZE];

    make_path(path, "%s/line%u", bank, line->offset);
    make_folder(path);
    write_file(path, "name", line->name);
    if (line->hog == NULL)
        return;
    make_path(path, "%s/line%u/hog", bank, line->offset);
    make_folder(path);
    write_file(path, "name", line->hog);
    write_file(path, "direction", "output-low");
}

void gpiosim_open(struct gpiosim *sim, const char *name, const char *label, unsigned line_count,
                  const struct gpiosim_line *lines)
{
    char device[PATH_SIZE];
    char bank[PATH_SIZE];
    char number[12];

    *sim = (struct gpiosim){.line_count = line_count};
    snprintf(sim->name, sizeof(sim->name), "%s", name);
    make_path(device, CONFIG "/%s", name);
    make_path(bank, CONFIG "/%s/bank0", name);
    make_folder(device);
    make_folder(bank);
    snprintf(number, sizeof(number), "%u", line_count);
    write_file(bank, "num_lines", number);
    write_file(bank, "label", label);
    for (; lines != NULL && lines->name != NULL; lines++)
        make_line(bank, lines);
    write_file(device, "live", "1");
    sim->is_live = true;
    read_file(device, "dev_name", sim->device, sizeof(sim->device));
    read_file(bank, "chip_name", sim->chip, sizeof(sim->chip));
}

static void close_files(struct gpiosim *sim)
{
    for (unsigned i = 0; i < sim->line_count; i++) {
        if (sim->files[i].pull_fd > 0)
            close(sim->files[i].pull_fd);
        if (sim->files[i].value_fd > 0)
            close(sim->files[i].value_fd);
        sim->files[i].pull_fd = sim->files[i].value_fd = 0;
    }
}

void gpiosim_unplug(struct gpiosim *sim)
{
    char path[PATH_SIZE];

    close_files(sim);
    make_path(path, CONFIG "/%s", sim->name);
    write_file(path, "live", "0");
    sim->is_live = false;
}

void gpiosim_close(struct gpiosim *sim)
{
    char path[PATH_SIZE];

    if (sim->is_live)
        gpiosim_unplug(sim);
    for (unsigned i = 0; i < sim->line_count; i++) {
        make_path(path, CONFIG "/%s/bank0/line%u/hog", sim->name, i);
        (void)rmdir(path);
        make_path(path, CONFIG "/%s/bank0/line%u", sim->name, i);
        (void)rmdir(path);
    }
    make_path(path, CONFIG "/%s/bank0", sim->name);
    assert_int_equal(rmdir(path), 0);
    make_path(path, CONFIG "/%s", sim->name);
    assert_int_equal(rmdir(path), 0);
}

static int open_attribute(struct gpiosim *sim, unsigned offset, const char *name, int flags)
{
    char path[PATH_SIZE];

    assert_in_range(offset, 0, sim->line_count - 1);
    make_path(path, "/sys/devices/platform/%s/%s/sim_gpio%u/%s", sim->device, sim->chip, offset,
              name);
    return open_file(path, flags);
}

static int pull_file(struct gpiosim *sim, unsigned offset)
{
    int *fd = &sim->files[offset].pull_fd;

    if (*fd == 0)
        *fd = open_attribute(sim, offset, "pull", O_RDWR);
    return *fd;
}

void gpiosim_pull(struct gpiosim *sim, unsigned offset, bool level)
{
    const char *text = level ? "pull-up" : "pull-down";

    assert_int_equal(pwrite(pull_file(sim, offset), text, strlen(text), 0), strlen(text));
}

int gpiosim_pulled(struct gpiosim *sim, unsigned offset)
{
    char text[16] = "";

    assert_true(pread(pull_file(sim, offset), text, sizeof(text) - 1, 0) > 0);
    return strncmp(text, "pull-up", 7) == 0;
}

int gpiosim_value(struct gpiosim *sim, unsigned offset)
{
    int *fd = &sim->files[offset].value_fd;
    char digit = '?';

    if (*fd == 0)
        *fd = open_attribute(sim, offset, "value", O_RDONLY);
    assert_int_equal(pread(*fd, &digit, 1, 0), 1);
    return digit - '0';
}
