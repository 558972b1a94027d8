/* SPDX-License-Identifier: MIT */
/*
 * Makes small sigrok recordings for tests. Fails the test when the system does not let it.
 */
#ifndef SB_TESTS_SR_FILE_H
#define SB_TESTS_SR_FILE_H

#include <stddef.h>
#include <stdint.h>

/* An entry of the ZIP file. */
struct sr_entry {
    const char *name; /* null ends the list */
    const void *data;
    size_t size;
};

/* A temporary file that is this test program's own; the same at each call. */
const char *sr_path(void);

/* Writes entries as they are, deflated. */
void sr_write_entries(const char *path, const struct sr_entry *entries);

/* Writes a whole recording: metadata of one device (lines after "[device 1]") and one piece of data. */
void sr_write(const char *path, const char *metadata, const void *data, size_t size);

/* Reads a file whole into memory that the caller frees. */
unsigned char *sr_read_file(const char *path, size_t *size);
void sr_write_file(const char *path, const void *data, size_t size);

#endif
