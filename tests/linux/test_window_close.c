/* SPDX-License-Identifier: MIT */
/* A window that is closed ends its program as Ctrl-C does: simulated, and on the real pins of a fake chip. Needs no display. */
#include "tests/linux/gpio_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "tests/child.h"

static struct child_result r;

static const char *path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", child_folder(), name);
    return path;
}

/* For a build with LeakSanitizer: the library by which SDL speaks to the desktop keeps what it has. */
static void allow_leaks(void)
{
    FILE *file = fopen(path_of("leaks"), "we");

    assert_non_null(file);
    fputs("leak:libdbus\n", file);
    assert_int_equal(fclose(file), 0);
}

/* Runs a program with a window that is closed in a frame. */
static void run(unsigned frame, const char *command)
{
    if (!SB_HAVE_SDL2)
        skip();
    allow_leaks();
    child_run(&r,
              "LSAN_OPTIONS=print_suppressions=0:suppressions=%s "
              "DISPLAY=:none SDL_VIDEODRIVER=dummy WINDOWCLOSE_FRAMES=%u "
              "LD_PRELOAD=\"$(dirname '%s')/windowclose.so:%s\" timeout -k 1 60 %s",
              path_of("leaks"), frame, getenv("GPIO_RIG_FAKE"), getenv("GPIO_RIG_FAKE"), command);
}

static void assert_ended(int status)
{
    if (r.status != status)
        fail_msg("status %d, expected %d: %s%s", r.status, status, r.out, r.err);
}

static void assert_file_ends_with(const char *path, const char *end, size_t end_size)
{
    size_t size;
    char *bytes = child_read_file(path, &size);

    assert_non_null(bytes);
    assert_true(size > end_size);
    assert_memory_equal(bytes + size - end_size, end, end_size);
    free(bytes);
}

static void every_task_cleans_up(void **state)
{
    (void)state;
    run(5, "tests/programs/faulty --backend sim -- clean-up");
    assert_string_equal(r.err, "");
    assert_string_equal(r.out, "waiting\ncleaned up\n");
    assert_ended(0);
}

static void a_simulated_run_leaves_whole_files(void **state)
{
    char command[256];

    (void)state;
    snprintf(command, sizeof(command), "examples/blink --backend sim --vcd %s", path_of("sim.vcd"));
    if (SB_HAVE_PNG)
        snprintf(command + strlen(command), sizeof(command) - strlen(command), " --screenshot %s",
                 path_of("sim.png"));
    run(5, command);
    assert_string_equal(r.err, "");
    assert_ended(0);
    assert_file_ends_with(path_of("sim.vcd"), "\n", 1);
    if (SB_HAVE_PNG)
        assert_file_ends_with(path_of("sim.png"), "IEND\xae\x42\x60\x82", 8);
}

static void steps_of_a_scenario_that_are_left_are_a_limit(void **state)
{
    (void)state;
    run(2, "examples/blink --scenario examples/blink.yaml");
    assert_non_null(strstr(r.err, "steps of the scenario done"));
    assert_ended(124);
}

static void real_lines_are_given_back_and_files_are_whole(void **state)
{
    static const char released[] = " | release";
    char command[256];
    const char *log;

    (void)state;
    snprintf(command, sizeof(command),
             "examples/blink --backend linux --board examples/blink.json --vcd %s",
             path_of("real.vcd"));
    run(5, command);
    assert_string_equal(r.err, "");
    assert_ended(0);
    log = rig_log(17);
    assert_int_equal(strncmp(log, "request blink | config output | 0", 33), 0);
    assert_string_equal(log + strlen(log) - strlen(released), released);
    assert_file_ends_with(path_of("real.vcd"), "\n", 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_cleans_up),
        cmocka_unit_test(a_simulated_run_leaves_whole_files),
        cmocka_unit_test(steps_of_a_scenario_that_are_left_are_a_limit),
        cmocka_unit_test(real_lines_are_given_back_and_files_are_whole),
    };

    (void)argc;
    rig_start(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
