/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of NMEA logs; every eighth input lies across the end of its buffer. */
#include "tests/fuzz/trace_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sb_trace_options options = {.baud = size % 3 ? 0 : 4000000};

    trace_file_read(size % 8 == 7 ? "$GPGSV,1\n#" : NULL, "\n", data, size, &options);
    return 0;
}
