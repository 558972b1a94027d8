/* SPDX-License-Identifier: MIT */
/* Converters of the kernel's iio_dummy: see iio_dummy.h. */
#include "tests/kernel/iio_dummy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEVICES "/sys/bus/iio/devices"

static bool has_name(const char *device, const char *name)
{
    char path[128];
    char text[32] = "";
    FILE *file;

    snprintf(path, sizeof(path), DEVICES "/%.32s/name", device);
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    if (fgets(text, sizeof(text), file) != NULL)
        text[strcspn(text, "\n")] = '\0';
    fclose(file);
    return strcmp(text, name) == 0;
}

static bool find(const char *name, char *out, size_t size)
{
    struct dirent **entries = NULL;
    int count = scandir(DEVICES, &entries, NULL, alphasort);
    bool is_found = false;

    for (int i = 0; i < count; i++) {
        if (!is_found && has_name(entries[i]->d_name, name)) {
            snprintf(out, size, "%.31s", entries[i]->d_name);
            is_found = true;
        }
        free(entries[i]);
    }
    free(entries);
    return is_found;
}

void iio_dummy_open(struct iio_dummy *dummy, const char *name)
{
    char path[128];

    snprintf(dummy->name, sizeof(dummy->name), "%s", name);
    snprintf(path, sizeof(path), IIO_DUMMY_CONFIG "/%s", name);
    if (mkdir(path, 0755) != 0)
        fail_msg("%s: %s", path, strerror(errno));
    if (!find(name, dummy->device, sizeof(dummy->device)))
        fail_msg("no converter %s in " DEVICES, name);
}

void iio_dummy_close(struct iio_dummy *dummy)
{
    char path[128];

    snprintf(path, sizeof(path), IIO_DUMMY_CONFIG "/%s", dummy->name);
    assert_int_equal(rmdir(path), 0);
}

void iio_dummy_set(const struct iio_dummy *dummy, unsigned value)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), DEVICES "/%s/out_voltage0_raw", dummy->device);
    file = fopen(path, "we");
    assert_non_null(file);
    fprintf(file, "%u\n", value);
    assert_int_equal(fclose(file), 0);
}
