/* SPDX-License-Identifier: MIT */
/* Small sigrok recordings: see sr_file.h. */
#include "tests/sr_file.h"

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/child.h"
#include "tests/support.h"

#if SB_HAVE_ZIP
#include <zip.h>
#endif

const char *sr_path(void)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/recording.sr", child_folder());
    return path;
}

#if SB_HAVE_ZIP
void sr_write_entries(const char *path, const struct sr_entry *entries)
{
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

    assert_non_null(zip);
    for (; entries->name; entries++) {
        zip_source_t *source = zip_source_buffer(zip, entries->data, entries->size, 0);
        zip_int64_t index;

        assert_non_null(source);
        index = zip_file_add(zip, entries->name, source, 0);
        assert_true(index >= 0);
        zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_DEFLATE, 6);
        /* The same bytes at each run. */
        zip_file_set_dostime(zip, (zip_uint64_t)index, 0, 0x21, 0);
    }
    assert_int_equal(zip_close(zip), 0);
}
#else
void sr_write_entries(const char *path, const struct sr_entry *entries)
{
    (void)path;
    (void)entries;
    print_message("built without libzip\n");
    skip();
}
#endif

void sr_write(const char *path, const char *metadata, const void *data, size_t size)
{
    char text[2048];
    const struct sr_entry entries[] = {
        {"version", "2", 1},
        {"metadata", text, (size_t)snprintf(text, sizeof(text), "[device 1]\n%s", metadata)},
        {"logic-1-1", data, size},
        {0},
    };

    sr_write_entries(path, entries);
}

unsigned char *sr_read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    unsigned char *data;
    long length;

    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    length = ftell(file);
    assert_true(length >= 0);
    rewind(file);
    data = malloc((size_t)length + 1);
    assert_non_null(data);
    *size = fread(data, 1, (size_t)length, file);
    data[*size] = '\0';
    fclose(file);
    return data;
}

void sr_write_file(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    fclose(file);
}
