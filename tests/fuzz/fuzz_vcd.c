/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of VCD files; every eighth input lies across the end of its buffer. */
#include "tests/fuzz/trace_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sb_trace_options options = {.unknown = size % 3 ? SB_TRACE_UNKNOWN_HOLD
                                                           : SB_TRACE_UNKNOWN_LOW};

    trace_file_read(size % 8 == 7 ? "$comment" : NULL, "$end ", data, size, &options);
    return 0;
}
