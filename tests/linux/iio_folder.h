/* SPDX-License-Identifier: MIT */
/* A folder with the files of the kernel's IIO, of converters that there are not. */
#ifndef SB_TESTS_LINUX_IIO_FOLDER_H
#define SB_TESTS_LINUX_IIO_FOLDER_H

struct iio_folder {
    char path[64];
};

/* Makes an empty one. */
void iio_folder_make(struct iio_folder *folder);

/* Writes a file of iio:deviceN, in place, as the kernel's files have their place; `text` null: removes it. */
void iio_folder_put(const struct iio_folder *folder, unsigned device, const char *file,
                    const char *text);

/* Removes it with all that is in it. */
void iio_folder_remove(const struct iio_folder *folder);

#endif
