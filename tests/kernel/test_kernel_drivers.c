/* SPDX-License-Identifier: MIT */
/*
 * Drivers on a real kernel's lines: they report what they are meant to, and the same as on the simulated board with the
 * same signals. Both lists of events are printed side by side: V=1 make test-kernel shows them.
 */
#include "tests/kernel/kernel_rig.h"

#include <string.h>

#include "config.h"
#include "tests/contract/sim_side.h"
#include "tests/kernel/stimulus.h"

static const char *folder = "tests/kernel/stimuli";

/* ---- on the kernel's lines */

static struct rig rig;

static void put_on_kernel(struct stimulus *stimulus, unsigned gpio, bool level)
{
    (void)stimulus;
    gpiosim_pull(&rig.sim, gpio, level);
}

static int level_on_kernel(struct stimulus *stimulus, unsigned gpio)
{
    (void)stimulus;
    return gpiosim_value(&rig.sim, gpio);
}

static void run_on_kernel(struct stimulus *stimulus, const struct stimulus_program *program)
{
    rig_open(&rig);
    *stimulus = (struct stimulus){
        .where = SB_HAVE_GPIOD == 2 ? "gpio-sim, libgpiod 2" : "gpio-sim, libgpiod 1",
        .folder = folder,
        .board = &rig.board.board,
        .put = put_on_kernel,
        .level = level_on_kernel,
    };
    assert_int_equal(rig_run(&rig, program->run, stimulus), 0);
    rig_close(&rig);
}

/* ---- on the simulated board */

/* Those that the outside pulls. */
static const unsigned inputs[] = {22, 23};

static struct sim_side side;

static void put_on_sim(struct stimulus *stimulus, unsigned gpio, bool level)
{
    (void)stimulus;
    sim_side_put(&side, gpio, level);
}

static int level_on_sim(struct stimulus *stimulus, unsigned gpio)
{
    (void)stimulus;
    return sim_side_level(&side, gpio);
}

static void run_on_sim(struct stimulus *stimulus, const struct stimulus_program *program)
{
    sim_side_open(&side, inputs, sizeof(inputs) / sizeof(inputs[0]));
    *stimulus = (struct stimulus){
        .where = "simulated",
        .folder = folder,
        .board = &side.board.board,
        .put = put_on_sim,
        .level = level_on_sim,
    };
    assert_int_equal(sim_side_run(&side, program->run, stimulus), 0);
    sim_side_close(&side);
}

/* ---- tests */

static struct stimulus on_kernel;
static struct stimulus on_sim;

static void run_on_both(const struct stimulus_program *program)
{
    run_on_kernel(&on_kernel, program);
    run_on_sim(&on_sim, program);
    assert_true(stimulus_compare(program, &on_kernel, &on_sim));
}

/* Of the simulation, which is exact: so the comparison is not of two lists that are wrong. */
static void check_event(unsigned index, int64_t time_us, const char *text)
{
    assert_true(index < on_sim.count);
    assert_string_equal(on_sim.events[index].text, text);
    assert_int_equal(on_sim.events[index].time_ns / 1000, time_us);
}

static void a_bouncing_button_gives_the_same_events_as_in_the_simulation(void **state)
{
    (void)state;
    run_on_both(&stimulus_button);
    check_event(0, 100000, "press");
    check_event(1, 180000, "release");
    check_event(2, 1000000, "press");
    check_event(3, 1060000, "release");
    check_event(4, 1200000, "press");
    check_event(5, 1200000, "double");
    check_event(6, 1270000, "release");
    check_event(7, 3000000, "press");
    check_event(8, 4000000, "long");
    check_event(9, 4500000, "release");
    check_event(10, 6000000, "4 presses, 0 lost");
    assert_int_equal(on_sim.count, 11);
}

static void a_remote_gives_the_same_frames_as_in_the_simulation(void **state)
{
    (void)state;
    run_on_both(&stimulus_remote);
    check_event(0, 167980, "frame 40 44");
    check_event(1, 219810, "repeat 40 44");
    check_event(2, 327810, "repeat 40 44");
    assert_string_equal(on_sim.events[3].text, "error: short");
    check_event(4, 1000000, "1 frames, 0 lost");
    assert_int_equal(on_sim.count, 5);
}

static bool has_event(const char *text)
{
    for (unsigned i = 0; i < on_sim.count; i++)
        if (strcmp(on_sim.events[i].text, text) == 0)
            return true;
    return false;
}

static void a_display_shows_the_same_text_as_in_the_simulation(void **state)
{
    (void)state;
    run_on_both(&stimulus_display);
    assert_true(has_event("[Softboard       ]"));
    assert_true(has_event("[21.5\xdf"
                          "C  48 %    ]"));
    assert_true(has_event("[21.6\xdf"
                          "C  47 %    ]"));
    assert_string_equal(on_sim.events[on_sim.count - 1].text, "display on");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bouncing_button_gives_the_same_events_as_in_the_simulation),
        cmocka_unit_test(a_remote_gives_the_same_frames_as_in_the_simulation),
        cmocka_unit_test(a_display_shows_the_same_text_as_in_the_simulation),
    };

    if (argc > 1)
        folder = argv[1];
    rig_need_gpiosim();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
