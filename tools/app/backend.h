/* SPDX-License-Identifier: MIT */
/* Which board a program runs on when its user did not say. */
#ifndef SB_TOOLS_APP_BACKEND_H
#define SB_TOOLS_APP_BACKEND_H

#include "tools/app/options.h"

/* SB_BACKEND_SIM or SB_BACKEND_LINUX. */
enum sb_backend sb_backend_choose(const struct sb_options *options);

#endif
