/* SPDX-License-Identifier: MIT */
/*
 * Reader of sigrok recordings, versions 1 and 2: a ZIP file with `version`, `metadata` and the samples as
 * `logic-1` or in pieces `logic-1-1`, `logic-1-2` ... The samples are inflated as a stream through
 * one buffer, so that memory is bounded whatever the length; runs of equal samples are skipped many at
 * a time.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/reader.h"
#include "sim/trace/sr_meta.h"

static bool is_zip(const unsigned char *head, size_t size)
{
    return size >= 4 && head[0] == 'P' && head[1] == 'K' &&
           ((head[2] == 3 && head[3] == 4) || (head[2] == 5 && head[3] == 6));
}

#if !SB_HAVE_ZIP

static int open_sr(struct sb_trace **out, const char *path, const struct sb_trace_options *options,
                   struct sb_diag *diag)
{
    (void)out;
    (void)options;
    sb_diag_error(diag, (struct sb_place){.file = path},
                  "built without libzip: .sr recordings cannot be read");
    return -ENOTSUP;
}

#else

#include <zip.h>

/* Metadata are some hundred bytes; more is no metadata. */
#define META_SIZE_MAX 65536

#define BUFFER_SIZE     65536

/* The fast scan compares so many samples at once: a whole number of words for any sample size. */
#define BLOCK_SAMPLES   32
#define BLOCK_WORDS_MAX (BLOCK_SAMPLES * 8 / 8)

/* Higher rates would overflow the arithmetic of times; no analyser comes near. */
#define SAMPLERATE_MAX  INT64_C(10000000000)

struct piece {
    uint64_t number;
    zip_uint64_t index;
};

struct sr {
    struct sb_trace base;
    zip_t *zip;
    struct piece *pieces;
    size_t piece_count;
    size_t piece_next;
    zip_file_t *file; /* the open piece, or null */

    uint64_t samplerate_hz;
    unsigned unit_size;
    uint64_t channel_mask;
    unsigned char channels_by_bit[64];

    uint64_t sample_index; /* of the sample at `start` */
    uint64_t sample;       /* the last that was looked at */
    uint64_t pending;      /* bits whose change is still to be told */
    int64_t pending_ns;
    bool has_sample;
    uint64_t pattern[BLOCK_WORDS_MAX]; /* a block of samples equal to `sample` */
    uint64_t mask[BLOCK_WORDS_MAX];

    size_t start; /* unread bytes of the buffer */
    size_t end;
    unsigned char buffer[BUFFER_SIZE];
};

/* The exact time of a sample, rounded down to ns; -1 when it lies beyond what 64 bits can say. */
static int64_t sample_time_ns(const struct sr *sr, uint64_t index)
{
    uint64_t seconds = index / sr->samplerate_hz;
    uint64_t rest = index % sr->samplerate_hz;

    if (seconds >= UINT64_C(9000000000))
        return -1;
    return (int64_t)(seconds * UINT64_C(1000000000) +
                     rest * UINT64_C(1000000000) / sr->samplerate_hz);
}

static uint64_t load_sample(const unsigned char *bytes, unsigned unit_size)
{
    uint64_t sample = 0;

    for (unsigned i = 0; i < unit_size; i++)
        sample |= (uint64_t)bytes[i] << (8 * i);
    return sample;
}

/* Makes a block of samples that all have the value `sample`. */
static void fill_block(const struct sr *sr, uint64_t *block, uint64_t sample)
{
    unsigned char unit[8];
    unsigned char *out = (unsigned char *)block;

    for (unsigned i = 0; i < 8; i++)
        unit[i] = (unsigned char)(sample >> (8 * i));
    for (size_t i = 0; i < BLOCK_SAMPLES; i++)
        memcpy(out + i * sr->unit_size, unit, sr->unit_size);
}

/* Skips whole blocks in which no channel leaves `sample`. Returns the bytes skipped. */
static size_t skip_blocks(struct sr *sr, const unsigned char *bytes, size_t size)
{
    unsigned words = BLOCK_SAMPLES * sr->unit_size / 8;
    size_t skipped = 0;

    fill_block(sr, sr->pattern, sr->sample);
    while (size - skipped >= (size_t)words * 8) {
        uint64_t difference = 0;

        for (size_t i = 0; i < words; i++) {
            uint64_t word;

            memcpy(&word, bytes + skipped + i * 8, 8);
            difference |= (word ^ sr->pattern[i]) & sr->mask[i];
        }
        if (difference)
            break;
        skipped += (size_t)words * 8;
    }
    return skipped;
}

/*
 * Looks through the whole samples of the buffer for one that differs from the last. Returns true
 * with `pending` set when there is one, which is then consumed.
 */
static bool scan_buffer(struct sr *sr)
{
    size_t unit_size = sr->unit_size;
    size_t size = (sr->end - sr->start) / unit_size * unit_size;
    const unsigned char *bytes = sr->buffer + sr->start;
    size_t at = 0;
    unsigned equal_count = 0;

    while (at < size) {
        uint64_t sample;

        /* Only after some equal samples is a block worth its pattern: edges often stand close. */
        if (equal_count == BLOCK_SAMPLES) {
            at += skip_blocks(sr, bytes + at, size - at);
            equal_count = 0;
            continue;
        }
        sample = load_sample(bytes + at, sr->unit_size) & sr->channel_mask;
        at += unit_size;
        if (sr->has_sample && sample == sr->sample) {
            equal_count++;
            continue;
        }
        sr->pending = sr->has_sample ? sample ^ sr->sample : sr->channel_mask;
        sr->pending_ns = sample_time_ns(sr, sr->sample_index + at / unit_size - 1);
        sr->sample = sample;
        sr->has_sample = true;
        break;
    }
    sr->start += at;
    sr->sample_index += at / unit_size;
    return sr->pending != 0;
}

static int piece_error(struct sr *sr, size_t piece, const char *why)
{
    const char *name = zip_get_name(sr->zip, sr->pieces[piece].index, 0);

    return sb_trace_error(&sr->base, "damaged: %s: %s", name ? name : "?", why);
}

/* Reads on, through the end of a piece into the next. Returns 1, 0 at the end of all, or an error. */
static int fill_buffer(struct sr *sr)
{
    memmove(sr->buffer, sr->buffer + sr->start, sr->end - sr->start);
    sr->end -= sr->start;
    sr->start = 0;
    for (;;) {
        zip_int64_t got;

        if (!sr->file) {
            if (sr->piece_next == sr->piece_count)
                return 0;
            sr->file = zip_fopen_index(sr->zip, sr->pieces[sr->piece_next].index, 0);
            if (!sr->file)
                return piece_error(sr, sr->piece_next, zip_strerror(sr->zip));
            sr->piece_next++;
        }
        got = zip_fread(sr->file, sr->buffer + sr->end, BUFFER_SIZE - sr->end);
        if (got < 0)
            return piece_error(sr, sr->piece_next - 1, zip_file_strerror(sr->file));
        if (got > 0) {
            sr->end += (size_t)got;
            return 1;
        }
        zip_fclose(sr->file);
        sr->file = NULL;
    }
}

static int finish(struct sr *sr)
{
    if (sr->end != sr->start)
        return sb_trace_error(&sr->base, "damaged: the data end inside a sample of %u bytes",
                              sr->unit_size);
    sr->base.end_ns = sample_time_ns(sr, sr->sample_index);
    return sr->base.end_ns < 0 ? sb_trace_error(&sr->base, "longer than 285 years") : 0;
}

static int next_sr(struct sb_trace *trace, struct sb_trace_change *change)
{
    struct sr *sr = (struct sr *)trace;
    unsigned bit;

    while (!sr->pending && !scan_buffer(sr)) {
        int rc = fill_buffer(sr);

        if (rc < 0)
            return rc;
        if (rc == 0)
            return finish(sr);
    }
    if (sr->pending_ns < 0)
        return sb_trace_error(trace, "longer than 285 years");
    bit = (unsigned)__builtin_ctzll(sr->pending);
    sr->pending &= sr->pending - 1;
    change->time_ns = sr->pending_ns;
    change->channel = sr->channels_by_bit[bit];
    change->level = (sr->sample >> bit) & 1;
    return 1;
}

static void close_sr(struct sb_trace *trace)
{
    struct sr *sr = (struct sr *)trace;

    if (sr->file)
        zip_fclose(sr->file);
    if (sr->zip)
        zip_discard(sr->zip);
    free(sr->pieces);
}

static const struct sb_trace_ops sr_ops = {.next = next_sr, .close = close_sr};

/* Reads a small entry whole, ended by null. Returns its size or a negative error, reported. */
static int read_entry(struct sr *sr, const char *name, char *out, size_t size)
{
    zip_int64_t index = zip_name_locate(sr->zip, name, 0);
    size_t used = 0;
    zip_file_t *file;

    if (index < 0)
        return sb_trace_error(&sr->base, "a ZIP file without a sigrok recording: no %s in it",
                              name);
    file = zip_fopen_index(sr->zip, (zip_uint64_t)index, 0);
    if (!file)
        return sb_trace_error(&sr->base, "damaged: %s: %s", name, zip_strerror(sr->zip));
    while (used < size) {
        zip_int64_t got = zip_fread(file, out + used, size - used);

        if (got < 0) {
            int rc = sb_trace_error(&sr->base, "damaged: %s: %s", name, zip_file_strerror(file));

            zip_fclose(file);
            return rc;
        }
        if (got == 0)
            break;
        used += (size_t)got;
    }
    zip_fclose(file);
    if (used == size)
        return sb_trace_error(&sr->base, "damaged: %s is longer than %zu bytes", name, size - 1);
    out[used] = '\0';
    return (int)used;
}

/* Version 1 differs in nothing that matters here: its data are always one piece. */
static int check_version(struct sr *sr)
{
    char text[16];
    int rc = read_entry(sr, "version", text, sizeof(text));

    if (rc < 0)
        return rc;
    text[strcspn(text, " \r\n")] = '\0';
    if (!strcmp(text, "1"))
        sr->base.format = "sigrok 1";
    else if (!strcmp(text, "2"))
        sr->base.format = "sigrok 2";
    else
        return sb_trace_error(&sr->base, "sigrok recording of version '%s': 1 and 2 are understood",
                              text);
    return 0;
}

/* True when `name` is "PREFIX-NUMBER". */
static bool is_piece(const char *name, const char *prefix, uint64_t *number)
{
    size_t length = strlen(prefix);

    if (strncmp(name, prefix, length) != 0 || name[length] != '-')
        return false;
    name += length + 1;
    length = strspn(name, "0123456789");
    if (!length || length > 9 || name[length])
        return false;
    *number = strtoull(name, NULL, 10);
    return true;
}

static int compare_pieces(const void *a, const void *b)
{
    const struct piece *x = a;
    const struct piece *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

/* Lists the data's pieces in order. */
static int find_pieces(struct sr *sr, const char *prefix)
{
    zip_int64_t whole = zip_name_locate(sr->zip, prefix, 0);
    zip_int64_t count = zip_get_num_entries(sr->zip, 0);

    sr->pieces = calloc(count > 0 ? (size_t)count : 1, sizeof(*sr->pieces));
    if (!sr->pieces)
        return sb_trace_no_memory(&sr->base);
    if (whole >= 0) {
        sr->pieces[sr->piece_count++].index = (zip_uint64_t)whole;
        return 0;
    }
    for (zip_int64_t i = 0; i < count; i++) {
        const char *name = zip_get_name(sr->zip, (zip_uint64_t)i, 0);
        struct piece *piece = &sr->pieces[sr->piece_count];

        if (!name || !is_piece(name, prefix, &piece->number))
            continue;
        piece->index = (zip_uint64_t)i;
        sr->piece_count++;
    }
    if (!sr->piece_count)
        return sb_trace_error(&sr->base, "no logic data: neither %s nor %s-1 is in it", prefix,
                              prefix);
    qsort(sr->pieces, sr->piece_count, sizeof(*sr->pieces), compare_pieces);
    for (size_t i = 0; i < sr->piece_count; i++)
        if (sr->pieces[i].number != i + 1)
            return sb_trace_error(&sr->base, "damaged: %s-%zu is missing or there twice", prefix,
                                  i + 1);
    return 0;
}

static int take_meta(struct sr *sr, const struct sb_sr_meta *meta,
                     const struct sb_trace_options *options)
{
    int64_t rate = meta->samplerate_hz ? meta->samplerate_hz : options->samplerate_hz;

    if (rate == 0)
        return sb_trace_error(&sr->base, "no sample rate in it: say --samplerate HZ");
    if (rate < 0 || rate > SAMPLERATE_MAX)
        return sb_trace_error(&sr->base, "sample rate of %lld Hz: 1 Hz to 10 GHz are understood",
                              (long long)rate);
    sr->samplerate_hz = (uint64_t)rate;
    sr->base.resolution_ns = (INT64_C(1000000000) + rate - 1) / rate;
    sr->unit_size = meta->unit_size;
    for (unsigned bit = 0; bit < SB_SR_PROBES_MAX; bit++) {
        int rc;

        if (!meta->names[bit])
            continue;
        sr->channels_by_bit[bit] = (unsigned char)sr->base.channel_count;
        sr->channel_mask |= UINT64_C(1) << bit;
        rc = sb_trace_add_channel(&sr->base, meta->names[bit]);
        if (rc < 0)
            return rc;
    }
    fill_block(sr, sr->mask, sr->channel_mask);
    return 0;
}

static int read_meta(struct sr *sr, const struct sb_trace_options *options)
{
    char *text = malloc(META_SIZE_MAX);
    struct sb_sr_meta meta;
    char why[160];
    int rc;

    if (!text)
        return sb_trace_no_memory(&sr->base);
    rc = read_entry(sr, "metadata", text, META_SIZE_MAX);
    if (rc < 0)
        goto out;
    rc = sb_sr_meta_parse(&meta, text, why, sizeof(why));
    if (rc < 0) {
        sb_trace_error(&sr->base, "%s", why);
        goto out;
    }
    rc = take_meta(sr, &meta, options);
    if (rc < 0)
        goto out;
    rc = find_pieces(sr, meta.capture_file);
out:
    free(text);
    return rc;
}

static int open_zip(struct sr *sr, const char *path)
{
    int code = 0;

    sr->zip = zip_open(path, ZIP_RDONLY, &code);
    if (!sr->zip) {
        zip_error_t error;

        zip_error_init_with_code(&error, code);
        sb_trace_error(&sr->base, "damaged or cut short: %s", zip_error_strerror(&error));
        zip_error_fini(&error);
        return -EINVAL;
    }
    return 0;
}

static int open_sr(struct sb_trace **out, const char *path, const struct sb_trace_options *options,
                   struct sb_diag *diag)
{
    struct sr *sr = sb_trace_alloc(sizeof(*sr), &sr_ops, path, diag);
    int rc;

    if (!sr)
        return -ENOMEM;
    rc = open_zip(sr, path);
    if (rc < 0)
        goto err;
    rc = check_version(sr);
    if (rc < 0)
        goto err;
    rc = read_meta(sr, options);
    if (rc < 0)
        goto err;
    *out = &sr->base;
    return 0;

err:
    sb_trace_close(&sr->base);
    return rc;
}

#endif

const struct sb_trace_reader sb_trace_reader_sr = {
    .name = "sigrok .sr",
    .recognises = is_zip,
    .open = open_sr,
};
