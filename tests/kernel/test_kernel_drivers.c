/* SPDX-License-Identifier: MIT */
/*
 * Drivers on a real kernel's lines: they report what they are meant to, and the same, to a tenth of a
 * millisecond, as on the simulated board with the same signals.
 */
#include "tests/kernel/kernel_rig.h"

#include <stdio.h>

#include "sim/board_sim.h"
#include "sim/clock_virtual.h"
#include "tests/kernel/stimulus.h"

/* ---- on the kernel's lines */

static struct rig rig;

static void put_on_kernel(struct stimulus *stimulus, unsigned gpio, bool level)
{
    struct rig *r = stimulus->arg;

    gpiosim_pull(&r->sim, gpio, level);
}

static int level_on_kernel(struct stimulus *stimulus, unsigned gpio)
{
    struct rig *r = stimulus->arg;

    return gpiosim_value(&r->sim, gpio);
}

static void run_on_kernel(struct stimulus *stimulus, sb_task_fn *program)
{
    rig_open(&rig);
    *stimulus = (struct stimulus){
        .board = &rig.board.board, .put = put_on_kernel, .level = level_on_kernel, .arg = &rig};
    assert_int_equal(rig_run(&rig, program, stimulus), 0);
    rig_close(&rig);
}

/* ---- on the simulated board */

/* The inputs' other ends: resistors, of which one terminal is ours to drive. */
static const unsigned inputs[] = {22, 23};

static struct {
    struct sb_clock clock;
    struct sb_stacks_mmap stacks;
    struct sb_loop loop;
    struct sb_world *world;
    struct sb_sim_board board;
    struct sb_diag diag;
} sim;

static struct sb_terminal *terminal(const char *format, unsigned gpio)
{
    char name[24];

    snprintf(name, sizeof(name), format, gpio);
    return sb_world_terminal(sim.world, name);
}

static void put_on_sim(struct stimulus *stimulus, unsigned gpio, bool level)
{
    (void)stimulus;
    sb_terminal_drive(terminal("r%u:2", gpio), SB_STRENGTH_STRONG, level);
}

static int level_on_sim(struct stimulus *stimulus, unsigned gpio)
{
    (void)stimulus;
    return (int)sb_terminal_level(terminal("pi:GPIO%u", gpio));
}

static struct sb_part *add_part(const char *type, const char *id)
{
    struct sb_part_spec spec = {.type = type, .id = id};
    struct sb_part *part;

    assert_int_equal(sb_world_add_part(sim.world, &spec, &part, &sim.diag), 0);
    return part;
}

static void open_sim(void)
{
    sb_clock_virtual_init(&sim.clock, SB_YIELD_COST_NS);
    assert_int_equal(sb_stacks_mmap_init(&sim.stacks, 0), 0);
    sb_loop_init(&sim.loop, &(struct sb_loop_config){
                                .clock = &sim.clock,
                                .stacks = &sim.stacks.stacks,
                                .seed = 1,
                            });
    sb_diag_init(&sim.diag, NULL, NULL);
    sim.world = sb_world_create(&sim.loop, 1);
    add_part("softboard-raspberry-pi", "pi");
    for (unsigned i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        char id[8];
        snprintf(id, sizeof(id), "r%u", inputs[i]);
        add_part("wokwi-resistor", id);
        assert_int_equal(sb_world_connect(sim.world, terminal("pi:GPIO%u", inputs[i]),
                                          terminal("r%u:1", inputs[i]), NULL),
                         0);
    }
    assert_int_equal(sb_world_start(sim.world, &sim.diag), 0);
    assert_int_equal(sb_sim_board_init(&sim.board, sim.world), 0);
}

static void close_sim(void)
{
    sb_sim_board_deinit(&sim.board);
    sb_world_destroy(sim.world);
    sb_loop_deinit(&sim.loop);
    sb_stacks_mmap_deinit(&sim.stacks);
}

static void run_on_sim(struct stimulus *stimulus, sb_task_fn *program)
{
    struct sb_task task;

    open_sim();
    *stimulus =
        (struct stimulus){.board = &sim.board.board, .put = put_on_sim, .level = level_on_sim};
    assert_int_equal(sb_spawn(&task, "main", program, stimulus), 0);
    assert_int_equal(sb_loop_run(&sim.loop, &task), 0);
    assert_int_equal(task.result, 0);
    close_sim();
}

/* ---- tests */

static struct stimulus on_kernel;
static struct stimulus on_sim;

static void run_on_both(sb_task_fn *program, const char *expected)
{
    run_on_kernel(&on_kernel, program);
    run_on_sim(&on_sim, program);
    assert_string_equal(on_kernel.text, expected);
    assert_string_equal(on_sim.text, expected);
}

static void a_bouncing_button_gives_the_same_events_as_in_the_simulation(void **state)
{
    (void)state;
    run_on_both(stimulus_button, "100.0 press\n"
                                 "180.0 release\n"
                                 "1000.0 press\n"
                                 "1060.0 release\n"
                                 "1200.0 press\n"
                                 "1200.0 double\n"
                                 "1270.0 release\n"
                                 "3000.0 press\n"
                                 "4000.0 long\n"
                                 "4500.0 release\n"
                                 "0.0 4 presses, 0 lost\n");
}

static void a_remote_gives_the_same_frames_as_in_the_simulation(void **state)
{
    (void)state;
    run_on_both(stimulus_remote, "168.0 frame 40 44\n"
                                 "219.8 repeat 40 44\n"
                                 "327.8 repeat 40 44\n"
                                 "658.6 error: short\n"
                                 "0.0 1 frames, 0 lost\n");
}

static void a_display_shows_the_same_text_as_in_the_simulation(void **state)
{
    (void)state;
    run_on_both(stimulus_display, "0.0 56 strobes, display on\n"
                                  "0.0 [Softboard       ]\n"
                                  "0.0 [21.5\xdf"
                                  "C  48 %    ]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bouncing_button_gives_the_same_events_as_in_the_simulation),
        cmocka_unit_test(a_remote_gives_the_same_frames_as_in_the_simulation),
        cmocka_unit_test(a_display_shows_the_same_text_as_in_the_simulation),
    };

    rig_need_gpiosim();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
