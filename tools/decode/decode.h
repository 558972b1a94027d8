/* SPDX-License-Identifier: MIT */
/*
 * What the kinds of `softboard decode` share: the options, and the exit codes by way of the result.
 */
#ifndef SB_TOOLS_DECODE_DECODE_H
#define SB_TOOLS_DECODE_DECODE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/files/diag.h"

/* Most --map entries. */
#define DECODE_MAPS_MAX 32

/* One "role=NAME" of --map. */
struct decode_map {
    const char *role;
    const char *channel;
};

struct decode_options {
    const char *file;
    const char *channel; /* --channel; null */
    struct decode_map maps[DECODE_MAPS_MAX];
    unsigned map_count;
    bool is_json;
    unsigned columns; /* --size */
    unsigned rows;
    int64_t samplerate_hz; /* 0: as the file says */
    unsigned baud;         /* --baud, of serial lines */
};

/* Decodes and prints to stdout. Returns 0, or a negative error, which was reported to `diag`. */
int decode_hd44780(const struct decode_options *options, struct sb_diag *diag);
int decode_i2c(const struct decode_options *options, struct sb_diag *diag);
int decode_htu21d(const struct decode_options *options, struct sb_diag *diag);
int decode_gps(const struct decode_options *options, struct sb_diag *diag);
int decode_nec(const struct decode_options *options, struct sb_diag *diag);

#endif
