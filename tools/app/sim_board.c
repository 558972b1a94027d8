/* SPDX-License-Identifier: MIT */
/* The simulated board of a program. */
#include "tools/app/sim_board.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/files/board_file.h"

/* PROGRAM.json beside the executable, in `path`; false when there is none. */
static bool find_beside_program(char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);

    if (length <= 0 || (size_t)length + sizeof(".json") > size)
        return false;
    memcpy(path + length, ".json", sizeof(".json"));
    return access(path, F_OK) == 0;
}

static int add_bare_pi(struct sb_world *world, struct sb_diag *diag)
{
    struct sb_part_spec spec = {
        .type = "softboard-raspberry-pi",
        .id = "pi",
        .place = {.file = "the bare board"},
    };

    return sb_world_add_part(world, &spec, NULL, diag);
}

const char *sb_board_path(const struct sb_options *options)
{
    static char path[PATH_MAX];
    const char *from_env = getenv("SOFTBOARD_BOARD");

    if (options->board != NULL)
        return options->board;
    if (from_env != NULL && *from_env != '\0')
        return from_env;
    return find_beside_program(path, sizeof(path)) ? path : NULL;
}

int sb_board_build(struct sb_world *world, const char *path, struct sb_diag *diag)
{
    static char folder[PATH_MAX];
    int rc;

    if (path != NULL) {
        snprintf(folder, sizeof(folder), "%s", path);
        world->folder = dirname(folder);
        rc = sb_board_file_read(world, path, diag);
    } else {
        rc = add_bare_pi(world, diag);
    }
    if (rc == 0 && sb_world_controller(world) == NULL)
        return sb_diag_error(diag, (struct sb_place){.file = path},
                             "no part is a controller, so the program has no pins: add a "
                             "softboard-raspberry-pi or another of 'softboard parts'");
    return rc == 0 ? sb_world_start(world, diag) : rc;
}
