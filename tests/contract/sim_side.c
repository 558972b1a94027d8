/* SPDX-License-Identifier: MIT */
/* A simulated board beside a real one: see sim_side.h. */
#include "tests/contract/sim_side.h"

#include "tests/support.h"

#include <stdio.h>

#include "sim/clock_virtual.h"

void sim_side_open_loop(struct sim_side *side)
{
    sb_clock_virtual_init(&side->clock, SB_YIELD_COST_NS);
    assert_int_equal(sb_stacks_mmap_init(&side->stacks, 0), 0);
    sb_loop_init(&side->loop, &(struct sb_loop_config){
                                  .clock = &side->clock,
                                  .stacks = &side->stacks.stacks,
                                  .seed = 1,
                              });
}

void sim_side_close_loop(struct sim_side *side)
{
    sb_loop_deinit(&side->loop);
    sb_stacks_mmap_deinit(&side->stacks);
}

void sim_side_begin(struct sim_side *side, const char *controller, const char *id)
{
    sim_side_open_loop(side);
    sb_diag_init(&side->diag, NULL, NULL);
    side->world = sb_world_create(&side->loop, 1);
    assert_non_null(side->world);
    (void)sim_side_add(side, controller, id);
}

struct sb_part *sim_side_add(struct sim_side *side, const char *type, const char *id)
{
    struct sb_part_spec spec = {.type = type, .id = id};
    struct sb_part *part = NULL;

    assert_int_equal(sb_world_add_part(side->world, &spec, &part, &side->diag), 0);
    return part;
}

struct sb_terminal *sim_side_terminal(const struct sim_side *side, const char *format, ...)
{
    char name[32];
    struct sb_terminal *terminal;
    va_list args;

    va_start(args, format);
    vsnprintf(name, sizeof(name), format, args);
    va_end(args);
    terminal = sb_world_terminal(side->world, name);
    assert_non_null(terminal);
    return terminal;
}

void sim_side_join(struct sim_side *side, struct sb_terminal *a, struct sb_terminal *b)
{
    assert_int_equal(sb_world_connect(side->world, a, b, NULL), 0);
}

void sim_side_start(struct sim_side *side)
{
    assert_int_equal(sb_world_start(side->world, &side->diag), 0);
    assert_int_equal(sb_sim_board_init(&side->board, side->world), 0);
}

void sim_side_close(struct sim_side *side)
{
    sb_sim_board_deinit(&side->board);
    sb_world_destroy(side->world);
    sim_side_close_loop(side);
}

int sim_side_run(struct sim_side *side, sb_task_fn *fn, void *arg)
{
    struct sb_task task;
    int rc;

    assert_int_equal(sb_spawn(&task, "main", fn, arg), 0);
    rc = sb_loop_run(&side->loop, &task);
    if (rc < 0) {
        sb_loop_cancel_all(&side->loop, NULL);
        (void)sb_loop_run(&side->loop, NULL);
    }
    return rc < 0 ? rc : task.result;
}

void sim_side_open(struct sim_side *side, const unsigned *gpios, unsigned count)
{
    sim_side_begin(side, "softboard-raspberry-pi", "pi");
    for (unsigned i = 0; i < count; i++) {
        char id[8];

        snprintf(id, sizeof(id), "r%u", gpios[i]);
        (void)sim_side_add(side, "wokwi-resistor", id);
        sim_side_join(side, sim_side_terminal(side, "pi:GPIO%u", gpios[i]),
                      sim_side_terminal(side, "r%u:1", gpios[i]));
    }
    sim_side_start(side);
}

void sim_side_put(struct sim_side *side, unsigned gpio, int level)
{
    sb_terminal_drive(sim_side_terminal(side, "r%u:2", gpio),
                      level < 0 ? SB_STRENGTH_NONE : SB_STRENGTH_STRONG, level > 0);
}

int sim_side_level(const struct sim_side *side, unsigned gpio)
{
    enum sb_level level = sb_terminal_level(sim_side_terminal(side, "pi:GPIO%u", gpio));

    return level <= SB_LEVEL_HIGH ? (int)level : -1;
}
