/* SPDX-License-Identifier: MIT */
/* A made-up folder of the kernel's IIO: see iio_folder.h. */
#include "tests/linux/iio_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 192

void iio_folder_make(struct iio_folder *folder)
{
    snprintf(folder->path, sizeof(folder->path), "/tmp/softboard-iio.XXXXXX");
    assert_non_null(mkdtemp(folder->path));
}

static void make_folder_of(const char *path)
{
    char folder[PATH_SIZE];

    snprintf(folder, sizeof(folder), "%s", path);
    *strrchr(folder, '/') = '\0';
    if (mkdir(folder, 0755) != 0 && errno != EEXIST)
        fail_msg("%s: %s", folder, strerror(errno));
}

void iio_folder_put(const struct iio_folder *folder, unsigned device, const char *file,
                    const char *text)
{
    char path[PATH_SIZE];
    int fd;

    snprintf(path, sizeof(path), "%s/iio:device%u/.", folder->path, device);
    make_folder_of(path);
    snprintf(path, sizeof(path), "%s/iio:device%u/%s", folder->path, device, file);
    if (text == NULL) {
        assert_int_equal(unlink(path), 0);
        return;
    }
    make_folder_of(path); /* of scan_elements */
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static int remove_entry(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

void iio_folder_remove(const struct iio_folder *folder)
{
    assert_int_equal(nftw(folder->path, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}
