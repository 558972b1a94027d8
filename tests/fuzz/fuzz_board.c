/* SPDX-License-Identifier: MIT */
/*
 * Board files of any content: read as JSON and, when the first byte is a tab, as YAML; a good one is
 * started too.
 */
#include <stddef.h>
#include <stdint.h>

#include "sim/files/board_file.h"
#include "sim/clock_virtual.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *name = "board.json";
    struct sb_clock clock;
    struct sb_loop loop;
    struct sb_world *world;
    struct sb_diag diag;

    if (size > 0 && text[0] == '\t') {
        name = "board.yaml";
        text++;
        size--;
    }
    sb_diag_init(&diag, NULL, NULL);
    diag.ignore_unknown = size % 2 != 0;
    sb_clock_virtual_init(&clock, SB_YIELD_COST_NS);
    sb_loop_init(&loop, &(struct sb_loop_config){.clock = &clock});
    world = sb_world_create(&loop, 1);
    if (sb_board_file_parse(world, name, text, size, &diag) == 0)
        (void)sb_world_start(world, &diag);
    sb_world_destroy(world);
    sb_loop_deinit(&loop);
    return 0;
}
