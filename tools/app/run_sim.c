/* SPDX-License-Identifier: MIT */
/*
 * A run on the simulated board: world, scenario, waveform, view, and what the run says at its end.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/board_sim.h"
#include "sim/clock_virtual.h"
#include "sim/scenario/scenario.h"
#include "tools/app/event_log.h"
#include "tools/app/live.h"
#include "tools/app/pin_list.h"
#include "tools/app/run.h"
#include "tools/app/sim_board.h"
#include "tools/app/stdio_guard.h"
#include "tools/app/watch.h"

/* What a program without display, terminal and --for runs. */
#define UNWATCHED_NS (60 * SB_S_NS)

/* A single step of a paused run. */
#define STEP_NS SB_MS_NS

struct sim_run {
    struct sb_run run;
    struct sb_options options; /* with what the view implies */
    struct sb_watch watch;
    struct sb_clock virtual_clock;
    struct sb_clock_paced paced;
    bool is_paced;
    struct sb_live live; /* if it is paced, as the next */
    struct sb_stdio_guard guard;
    struct sb_world *world;
    struct sb_sim_board board;
    struct sb_scenario *scenario;
    struct sb_task scenario_task;
    struct sb_event_log *event_log;
};

static void on_frame(void *arg)
{
    struct sim_run *sim = arg;
    struct sb_view_state *state = &sim->watch.state;
    double speed;

    if (sim->watch.view == NULL)
        return;
    sb_view_frame(sim->watch.view);
    if (state->quit_requested)
        sb_run_end(&sim->run, SB_ENDING_QUIT);
    for (; state->step_requests > 0; state->step_requests--)
        sb_clock_paced_step(&sim->paced, STEP_NS);
    speed = state->is_paused ? 0 : state->speed;
    if (speed != sim->paced.speed)
        sb_clock_paced_set_speed(&sim->paced, speed);
}

/* The options that the way of watching implies. */
static void settle_view(struct sim_run *sim)
{
    struct sb_options *options = &sim->options;
    bool is_watched = sb_watch_has_view(&sim->watch);

    if (options->speed == SB_SPEED_UNSET)
        options->speed = is_watched ? 1.0 : SB_SPEED_MAX;
    sim->is_paced = is_watched || options->speed != SB_SPEED_MAX;
    if (options->speed == SB_SPEED_MAX && is_watched)
        options->speed = 1e6;
    if (sim->watch.kind == SB_WATCH_TEXT_AT_END && options->for_ns < 0 &&
        options->scenario == NULL) {
        fprintf(stderr,
                "%s: no display and no terminal: running one simulated minute (--headless runs "
                "without end, --for sets another)\n",
                options->program);
        options->for_ns = UNWATCHED_NS;
    }
    sim->watch.state.speed = options->speed;
}

/* ---- the scenario */

static int take_screenshot(const struct sb_part *part, const char *path, void *arg)
{
    struct sim_run *sim = arg;

    return sb_screenshot(sim->world, part, path, &sim->watch.diag);
}

/* For `softboard test`, which must know that it was the scenario that ended the run. */
static void sign_receipt(void)
{
    const char *fd = getenv("SOFTBOARD_RECEIPT_FD");

    if (fd != NULL)
        (void)!write(atoi(fd), "done\n", 5);
}

static bool is_scenario_done(const struct sim_run *sim)
{
    return sb_scenario_steps_done(sim->scenario) == sb_scenario_step_count(sim->scenario);
}

/* The program may end in the very instant of the last step, which cancels the scenario: done is done. */
static int run_scenario(void *arg)
{
    struct sim_run *sim = arg;
    int rc = sb_scenario_run(sim->scenario);

    if (is_scenario_done(sim)) {
        sign_receipt();
        sb_run_end(&sim->run, SB_ENDING_SCENARIO);
    } else if (rc != -ECANCELED) {
        fprintf(stderr, "%s\n", sb_scenario_failure(sim->scenario));
        sb_run_end(&sim->run, SB_ENDING_FAILED);
    }
    return 0;
}

/* ---- set-up */

static int start_clock(struct sim_run *sim)
{
    const struct sb_options *options = &sim->options;
    int input_fd = sim->watch.kind == SB_WATCH_TERMINAL ? STDIN_FILENO : -1;
    sb_frame_fn *frame = sb_watch_has_view(&sim->watch) ? on_frame : NULL;

    if (!sim->is_paced) {
        sb_clock_virtual_init(&sim->virtual_clock, options->yield_cost_ns);
        return 0;
    }
    return sb_clock_paced_init(&sim->paced, options->speed, options->yield_cost_ns, input_fd, frame,
                               sim);
}

static int build(struct sim_run *sim)
{
    const struct sb_options *options = &sim->options;
    int rc;

    sim->world = sb_world_create(&sim->run.loop, options->seed);
    if (sim->world == NULL)
        return -ENOMEM;
    sb_watch_set_world(&sim->watch, sim->world);
    sb_world_set_calendar_ns(sim->world, options->start_unix_s * SB_S_NS);
    rc = sb_board_build(sim->world, sb_board_path(options), &sim->watch.diag);
    if (rc == 0)
        rc = sb_sim_board_init(&sim->board, sim->world);
    if (rc == 0 && sim->is_paced) {
        sb_live_init(&sim->live, &sim->paced);
        sb_stdio_guard_init(&sim->guard, &sim->live.host);
        sim->board.board.host = sim->watch.kind == SB_WATCH_TERMINAL ? &sim->guard.host
                                                                     : &sim->live.host;
    }
    if (rc == 0 && options->scenario != NULL) {
        struct sb_scenario_hooks hooks = {.screenshot = take_screenshot, .arg = sim};

        rc = sb_scenario_read(&sim->scenario, sim->world, options->scenario, &sim->watch.diag);
        if (rc == 0)
            sb_scenario_set_hooks(sim->scenario, &hooks);
    }
    return rc;
}

/* ---- the end */

static void print_time_option(const char *name, int64_t time_ns)
{
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = {{SB_S_NS, "s"}, {SB_MS_NS, "ms"}, {SB_US_NS, "us"}, {1, "ns"}};
    unsigned unit = 0;

    while (time_ns % units[unit].ns != 0)
        unit++;
    fprintf(stderr, " %s %lld%s", name, (long long)(time_ns / units[unit].ns), units[unit].name);
}

static void print_repeat(const struct sim_run *sim)
{
    const struct sb_options *options = &sim->options;

    fprintf(stderr, "seed %#llx; to repeat: %s --backend sim --headless --seed %llu",
            (unsigned long long)options->seed, program_invocation_name,
            (unsigned long long)options->seed);
    if (options->board != NULL)
        fprintf(stderr, " --board %s", options->board);
    if (options->scenario != NULL)
        fprintf(stderr, " --scenario %s", options->scenario);
    if (options->shuffle)
        fprintf(stderr, " --shuffle");
    if (options->strict)
        fprintf(stderr, " --strict");
    if (options->for_ns >= 0)
        print_time_option("--for", options->for_ns);
    if (options->timeout_ns >= 0)
        print_time_option("--timeout", options->timeout_ns);
    if (options->argc > 0)
        fprintf(stderr, " --");
    for (int i = 0; i < options->argc; i++)
        fprintf(stderr, " %s", options->argv[i]);
    fputc('\n', stderr);
}

static void check_parts(struct sim_run *sim)
{
    for (struct sb_list *n = sim->world->parts.next; n != &sim->world->parts; n = n->next) {
        const struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);
        const char *text = part->type->failure == NULL ? NULL : part->type->failure(part);

        if (text == NULL)
            continue;
        fprintf(stderr, "%s: %s: %s\n", sim->options.program, part->id, text);
        sim->watch.has_failed = true;
    }
}

static int exit_code(struct sim_run *sim)
{
    const struct sb_options *options = &sim->options;
    int code = sb_watch_exit_code(&sim->watch, sb_run_exit_code(&sim->run));

    if (code == SB_EXIT_GOOD && sim->scenario != NULL && !is_scenario_done(sim)) {
        fprintf(stderr, "%s: the run ended with %u of %u steps of the scenario done\n",
                options->program, sb_scenario_steps_done(sim->scenario),
                sb_scenario_step_count(sim->scenario));
        code = sim->run.ending == SB_ENDING_RETURNED ? SB_EXIT_FAILED : SB_EXIT_LIMIT;
    }
    return code;
}

static int run_it(struct sim_run *sim)
{
    const struct sb_options *options = &sim->options;
    int rc = sb_watch_open(&sim->watch);
    int code;

    if (rc == 0 && options->event_log != NULL)
        rc = sb_event_log_open(&sim->event_log, &sim->run.loop, options->event_log,
                               &sim->watch.diag);
    if (rc < 0)
        return SB_EXIT_USAGE;
    rc = sb_run_start(&sim->run, &sim->board.board);
    if (rc == 0 && sim->scenario != NULL)
        rc = sb_spawn(&sim->scenario_task, "scenario", run_scenario, sim);
    if (rc == 0)
        sb_run_loop(&sim->run);
    else
        sim->watch.has_failed = true;
    sb_watch_close(&sim->watch);
    if (sb_event_log_close(sim->event_log) < 0)
        sim->watch.has_failed = true;
    check_parts(sim);
    code = exit_code(sim);
    if (code != SB_EXIT_GOOD && options->event_log == NULL)
        print_repeat(sim);
    return code;
}

int sb_run_sim(const struct sb_options *options)
{
    static struct sim_run sim;
    int code = SB_EXIT_USAGE;
    int rc;

    sim.options = *options;
    sb_watch_init(&sim.watch, &sim.options);
    settle_view(&sim);
    rc = start_clock(&sim);
    if (rc == 0)
        rc = sb_run_init(&sim.run, &sim.options,
                         sim.is_paced ? &sim.paced.clock : &sim.virtual_clock, NULL);
    if (rc < 0) {
        fprintf(stderr, "%s: cannot start: %s\n", options->program, strerror(-rc));
        return SB_EXIT_FAILED;
    }
    rc = build(&sim);
    if (rc == -ENOMEM)
        fprintf(stderr, "%s: no memory for the board\n", options->program);
    if (rc == 0 && options->list_pins) {
        sb_pin_list_print_world(sim.world);
        code = SB_EXIT_GOOD;
    } else if (rc == 0) {
        code = run_it(&sim);
    }
    sb_scenario_destroy(sim.scenario);
    sb_sim_board_deinit(&sim.board);
    sb_live_deinit(&sim.live);
    sb_world_destroy(sim.world);
    sb_run_deinit(&sim.run);
    if (sim.is_paced)
        sb_clock_paced_deinit(&sim.paced);
    return code;
}
