/* SPDX-License-Identifier: MIT */
/* Texts of errors. */
#include "hal-linux/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int sb_linux_fail(struct sb_board *board, int rc, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(board->error, sizeof(board->error), format, args);
    va_end(args);
    return rc;
}

int sb_linux_fail_permission(struct sb_board *board, const char *path, const char *group)
{
    return sb_linux_fail(board, -EACCES, "no permission for %s: " SB_LINUX_GROUP_REMEDY, path,
                         group, group);
}
