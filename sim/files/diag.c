/* SPDX-License-Identifier: MIT */
/* Messages about files. */
#include "sim/files/diag.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/hal/nearest.h"

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

const char *sb_diag_nearest(const char *word, const char *const *candidates)
{
    const char *found = NULL;
    struct sb_nearest nearest;

    sb_nearest_init(&nearest, word);
    for (; *candidates != NULL; candidates++)
        if (sb_nearest_try(&nearest, *candidates))
            found = *candidates;
    return sb_nearest_name(&nearest) == NULL ? NULL : found;
}
