/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of infrared text; every eighth input lies across the end of its buffer. */
#include "tests/fuzz/trace_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    trace_file_read(size % 8 == 7 ? "pulse 1\n#" : NULL, "\n", data, size, NULL);
    return 0;
}
