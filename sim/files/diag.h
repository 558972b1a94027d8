/* SPDX-License-Identifier: MIT */
/*
 * Messages about files that people write: file, line, column, cause and remedy in one line each. The
 * readers of sim/ print nothing themselves; they hand each message to the program's function.
 */
#ifndef SB_SIM_DIAG_H
#define SB_SIM_DIAG_H

#include <stdbool.h>
#include <stdarg.h>

/* A place in a text file. Lines and columns count from 1; 0 where there is none. */
struct sb_place {
    const char *file;
    unsigned line;
    unsigned column;
};

enum sb_severity { SB_SEVERITY_WARNING, SB_SEVERITY_ERROR };

/* `text` is "FILE:LINE:COLUMN: message" or "FILE: message", without severity and newline. */
typedef void sb_diag_fn(enum sb_severity severity, const char *text, void *arg);

struct sb_diag {
    sb_diag_fn *fn; /* null: counted only */
    void *arg;
    bool ignore_unknown; /* unknown types, pins, attributes, keys are warnings */
    unsigned error_count;
    unsigned warning_count;
    char last[512]; /* the last error's text */
};

void sb_diag_init(struct sb_diag *diag, sb_diag_fn *fn, void *arg);

/* Reports an error; returns -EINVAL for the caller to pass on. */
int sb_diag_error(struct sb_diag *diag, struct sb_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int sb_diag_verror(struct sb_diag *diag, struct sb_place place, const char *format, va_list args);

void sb_diag_warning(struct sb_diag *diag, struct sb_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* An unknown thing: a warning (returns 0) if those are to be ignored, else an error (-EINVAL). */
int sb_diag_unknown(struct sb_diag *diag, struct sb_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Of `candidates` (ended by null) the one that a person most likely meant by `word`, for "did you
 * mean"; null when none is near, or several are equally so (lib/hal/nearest.h).
 */
const char *sb_diag_nearest(const char *word, const char *const *candidates);

#endif
