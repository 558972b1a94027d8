/* SPDX-License-Identifier: MIT */
/* What the fuzz targets of readers of recordings share. */
#ifndef SB_TESTS_FUZZ_TRACE_FILE_H
#define SB_TESTS_FUZZ_TRACE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "sim/trace/source.h"

/*
 * Reads `before`, then as many blanks as bring the middle of `data` to the end of the readers' buffer, then
 * `after` and `data`; or, where `before` is null, `data` alone. Aborts when anything does not hold that
 * must.
 */
void trace_file_read(const char *before, const char *after, const uint8_t *data, size_t size,
                     const struct sb_trace_options *options);

#endif
