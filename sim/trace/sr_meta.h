/* SPDX-License-Identifier: MIT */
/*
 * The `metadata` entry of a sigrok recording: an INI text that names the data, the channels and the
 * sample rate (spec/formats.md 5.2).
 */
#ifndef SB_SIM_TRACE_SR_META_H
#define SB_SIM_TRACE_SR_META_H

#include <stdbool.h>
#include <stdint.h>

/* Samples have at most so many bits. */
#define SB_SR_PROBES_MAX 64

struct sb_sr_meta {
    const char *capture_file;            /* "logic-1"; null: no logic data */
    const char *names[SB_SR_PROBES_MAX]; /* by bit; null: a bit that is no channel */
    unsigned probe_count;                /* "total probes" */
    unsigned analog_count;               /* "total analog" */
    unsigned unit_size;                  /* bytes of a sample */
    int64_t samplerate_hz;               /* 0: not said */
};

/*
 * Reads `text`, which is cut up and must outlive the result. Returns 0; or -EINVAL with a sentence
 * of the cause in `why`.
 */
int sb_sr_meta_parse(struct sb_sr_meta *meta, char *text, char *why, unsigned why_size);

/* "1 MHz", "12.5 kHz", "4000000" to Hz. False when it is no rate, or not a whole number of Hz. */
bool sb_sr_samplerate_parse(const char *text, int64_t *out_hz);

#endif
