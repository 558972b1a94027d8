/* SPDX-License-Identifier: MIT */
/* Messages about files. */
#include "sim/files/diag.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Words that differ in more places than this are not what was meant. */
#define NEAR_MAX 3

void sb_diag_init(struct sb_diag *diag, sb_diag_fn *fn, void *arg)
{
    *diag = (struct sb_diag){.fn = fn, .arg = arg};
}

static void report(struct sb_diag *diag, enum sb_severity severity, struct sb_place place,
                   const char *format, va_list args)
{
    char text[sizeof(diag->last)];
    int used = 0;

    if (place.file != NULL && place.line > 0)
        used = snprintf(text, sizeof(text), "%s:%u:%u: ", place.file, place.line, place.column);
    else if (place.file != NULL)
        used = snprintf(text, sizeof(text), "%s: ", place.file);
    if (used < (int)sizeof(text))
        vsnprintf(text + used, sizeof(text) - (size_t)used, format, args);
    if (severity == SB_SEVERITY_ERROR) {
        diag->error_count++;
        memcpy(diag->last, text, sizeof(text));
    } else {
        diag->warning_count++;
    }
    if (diag->fn != NULL)
        diag->fn(severity, text, diag->arg);
}

int sb_diag_verror(struct sb_diag *diag, struct sb_place place, const char *format, va_list args)
{
    report(diag, SB_SEVERITY_ERROR, place, format, args);
    return -EINVAL;
}

int sb_diag_error(struct sb_diag *diag, struct sb_place place, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    report(diag, SB_SEVERITY_ERROR, place, format, args);
    va_end(args);
    return -EINVAL;
}

void sb_diag_warning(struct sb_diag *diag, struct sb_place place, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    report(diag, SB_SEVERITY_WARNING, place, format, args);
    va_end(args);
}

int sb_diag_unknown(struct sb_diag *diag, struct sb_place place, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    report(diag, diag->ignore_unknown ? SB_SEVERITY_WARNING : SB_SEVERITY_ERROR, place, format,
           args);
    va_end(args);
    return diag->ignore_unknown ? 0 : -EINVAL;
}

#define WORD_MAX 63

/* Edit distance: a change, a letter more or less, a swap of neighbours. Case does not count. */
static unsigned distance(const char *a, const char *b)
{
    unsigned rows[3][WORD_MAX + 1];
    size_t la = strlen(a);
    size_t lb = strlen(b);

    if (lb > WORD_MAX)
        return UINT_MAX;
    for (size_t j = 0; j <= lb; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= la; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        const unsigned *above2 = rows[(i + 1) % 3];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= lb; j++) {
            bool is_same = strncasecmp(&a[i - 1], &b[j - 1], 1) == 0;
            unsigned best = above[j - 1] + (is_same ? 0 : 1);

            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && strncasecmp(&a[i - 1], &b[j - 2], 1) == 0 &&
                strncasecmp(&a[i - 2], &b[j - 1], 1) == 0 && above2[j - 2] + 1 < best)
                best = above2[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[la % 3][lb];
}

const char *sb_diag_nearest(const char *word, const char *const *candidates)
{
    const char *nearest = NULL;
    size_t length = strlen(word);
    unsigned best = length < 6 ? (unsigned)(length + 1) / 2 : NEAR_MAX;

    for (; *candidates != NULL; candidates++) {
        unsigned d = distance(word, *candidates);
        if (d < length && d <= best && (nearest == NULL || d < best)) {
            nearest = *candidates;
            best = d;
        }
    }
    return nearest;
}
