/* SPDX-License-Identifier: MIT */
/* The choice of the backend. */
#include "tools/app/backend.h"

#include "hal-linux/board_linux.h"

enum sb_backend sb_backend_choose(const struct sb_options *options)
{
    if (options->backend != SB_BACKEND_AUTO)
        return options->backend;
    return sb_linux_board_is_present() ? SB_BACKEND_LINUX : SB_BACKEND_SIM;
}
