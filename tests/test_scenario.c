/* SPDX-License-Identifier: MIT */
/* Scenarios, run on virtual time: what each step does and when, and what it says when it fails. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "sim/files/board_file.h"
#include "sim/scenario/scenario.h"

#if SB_HAVE_YAML

static const char board[] =
    "{\"version\": 1, \"parts\": ["
    "{\"type\": \"softboard-raspberry-pi\", \"id\": \"pi\"},"
    "{\"type\": \"wokwi-led\", \"id\": \"led1\"},"
    "{\"type\": \"wokwi-pushbutton\", \"id\": \"btn1\", \"attrs\": {\"bounce\": \"0\"}},"
    "{\"type\": \"wokwi-resistor\", \"id\": \"r1\"},"
    "{\"type\": \"wokwi-lcd1602\", \"id\": \"lcd1\"}],"
    "\"connections\": [[\"pi:GPIO17\", \"led1:A\", \"green\"], [\"pi:GND\", \"led1:C\", \"black\"],"
    "[\"pi:3V3\", \"btn1:1.l\", \"red\"], [\"pi:GPIO5\", \"btn1:2.l\", \"blue\"],"
    "[\"btn1:2.r\", \"r1:1\", \"blue\"], [\"r1:2\", \"pi:GND\", \"black\"],"
    "[\"pi:GND\", \"lcd1:VSS\", \"black\"]]}";

/* One run: a scenario beside a program, both tasks of a fresh loop. */
struct run {
    const char *steps;
    sb_task_fn *program; /* null: the board is left alone */
    bool has_hooks;
    int hook_rc;
    int64_t cancel_ns; /* 0: never */
    /* what became of it */
    int rc;
    int64_t end_ns;
    unsigned steps_done;
    char failure[4096];
};

static struct sb_world *world;
static struct sb_part *lcd;
static struct sb_part_type lcd_type; /* the display's, with a text that the test sets */
static char lcd_lines[2][64];
static size_t lcd_sizes[2];

static void set_line(unsigned line, const char *text, size_t size)
{
    memcpy(lcd_lines[line - 1], text, size);
    lcd_sizes[line - 1] = size;
    sb_part_look_changed(lcd);
}

static void show(unsigned line, const char *text)
{
    set_line(line, text, strlen(text));
}

static int read_line(const struct sb_part *part, unsigned line, char *out, size_t size)
{
    (void)part;
    if (line < 1 || line > 2)
        return -ERANGE;
    if (lcd_sizes[line - 1] + 1 > size)
        return -ENOSPC;
    memcpy(out, lcd_lines[line - 1], lcd_sizes[line - 1]);
    out[lcd_sizes[line - 1]] = '\0';
    return (int)lcd_sizes[line - 1];
}

static int play(struct sb_part *part, const char *file, const char *channel, struct sb_diag *diag)
{
    note_at("play %s %s %s", part->id, file, channel == NULL ? "-" : channel);
    if (channel != NULL && strcmp(channel, "bad") == 0)
        return sb_diag_error(diag, (struct sb_place){.file = file}, "no channel \"bad\"");
    return 0;
}

static void drive(const char *endpoint, bool level)
{
    sb_terminal_drive(sb_world_terminal(world, endpoint), SB_STRENGTH_STRONG, level);
}

static int on_screenshot(const struct sb_part *part, const char *path, void *arg)
{
    const struct run *run = arg;

    note_at("picture of %s to %s", part == NULL ? "all" : part->id, path);
    return run->hook_rc;
}

static void on_step(unsigned step, const char *text, void *arg)
{
    (void)arg;
    note_at("%u: %s", step, text);
}

static void make_world(struct sb_diag *diag)
{
    world = sb_world_create(test_loop(), 1);
    check_int(sb_board_file_parse(world, "b.json", board, strlen(board), diag), 0);
    lcd = sb_world_part(world, "lcd1");
    check_int(sb_world_start(world, diag), 0);
    lcd_type = *lcd->type;
    lcd_type.read_line = read_line;
    lcd_type.play = play;
    lcd->type = &lcd_type;
    memset(lcd_lines, 0, sizeof(lcd_lines));
    memset(lcd_sizes, 0, sizeof(lcd_sizes));
    show(1, "Hello           ");
    show(2, "                ");
}

static int parse(struct sb_scenario **scenario, const char *steps, struct sb_diag *diag)
{
    char text[2048];

    snprintf(text, sizeof(text), "name: Test\nversion: 1\nsteps:\n%s", steps);
    return sb_scenario_parse(scenario, world, "t/s.yaml", text, strlen(text), diag);
}

static int run_task(void *arg)
{
    struct run *run = arg;
    struct sb_scenario *scenario;
    struct sb_diag diag;
    struct sb_task scenario_task;
    struct sb_task program_task;

    sb_diag_init(&diag, NULL, NULL);
    make_world(&diag);
    if (parse(&scenario, run->steps, &diag) < 0) {
        check_text(diag.last, "");
        sb_world_destroy(world);
        return 0;
    }
    if (run->has_hooks)
        sb_scenario_set_hooks(scenario, &(struct sb_scenario_hooks){on_screenshot, on_step, run});
    check_int(sb_spawn(&scenario_task, "scenario", sb_scenario_run, scenario), 0);
    if (run->program != NULL)
        check_int(sb_spawn(&program_task, "program", run->program, NULL), 0);
    if (run->cancel_ns > 0) {
        sb_sleep_ns(run->cancel_ns);
        sb_task_cancel(&scenario_task);
    }
    sb_join(&scenario_task, &run->rc);
    run->end_ns = sb_now_ns();
    if (run->program != NULL) {
        int rc;

        sb_task_cancel(&program_task);
        sb_join(&program_task, &rc);
    }
    run->steps_done = sb_scenario_steps_done(scenario);
    snprintf(run->failure, sizeof(run->failure), "%s", sb_scenario_failure(scenario));
    sb_scenario_destroy(scenario);
    sb_world_destroy(world);
    return 0;
}

/* The scenario passes, at this time. */
static void pass_at(struct run run, int64_t end_ns)
{
    run_in_loop(run_task, &run);
    assert_string_equal(run.failure, "");
    assert_int_equal(run.rc, 0);
    assert_int_equal(run.end_ns, end_ns);
}

/* Its last step fails, with this text. */
static void fail_with(struct run run, const char *failure)
{
    run_in_loop(run_task, &run);
    assert_string_equal(run.failure, failure);
    assert_int_equal(run.rc, -EBADMSG);
}

/* GPIO17: high from 10 to 25 ms, from 40 to 41 ms, and from 60 ms on. */
static int pulses(void *arg)
{
    static const int64_t changes_ms[] = {0, 10, 25, 40, 41, 60};

    (void)arg;
    for (int i = 0; i < 6; i++) {
        int rc = sb_sleep_until_ns(changes_ms[i] * SB_MS_NS);

        if (rc < 0)
            return rc;
        drive("pi:GPIO17", i % 2 != 0);
    }
    return 0;
}

static void a_delay_counts_from_the_end_of_the_step_before(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- delay: 1.5s\n- delay: 250us\n- delay: 7NS\n- delay: 0\n"},
            1500250007);
}

static void set_control_acts_at_its_instant(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- expect-pin: {part-id: btn1, pin: 2.r, value: 0, within: 0}\n"
                                  "- delay: 5ms\n"
                                  "- set-control: {part-id: btn1, name: pressed, value: 1}\n"
                                  "- expect-pin: {part-id: btn1, pin: 2.r, value: 1}\n"
                                  "- set-control: {part-id: btn1, control: pressed, value: false}\n"
                                  "- expect-pin: {part-id: pi, name: GPIO5, expected: '0'}\n",
                         .program = NULL},
            5 * SB_MS_NS);
}

static void expect_pin_looks_when_all_else_of_its_instant_has_run(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- expect-pin: {part-id: led1, pin: A, value: 0}\n"
                                  "- delay: 10ms\n"
                                  "- expect-pin: {part-id: led1, pin: A, value: true}\n",
                         .program = pulses},
            10 * SB_MS_NS);
}

static void expect_pin_says_what_it_saw(void **state)
{
    (void)state;
    fail_with((struct run){.steps = "- delay: 9.999999ms\n"
                                    "- name: The LED is on\n"
                                    "  expect-pin: {part-id: led1, pin: A, value: 1}\n",
                           .program = pulses},
              "t/s.yaml:5: step 2 'The LED is on' at 0.009999999 s: led1:A: expected 1, seen 0");
    fail_with(
        (struct run){.steps = "- delay: 30ms\n"
                              "- expect-pin: {part-id: led1, pin: A, value: 1, within: 5ms}\n",
                     .program = pulses},
        "t/s.yaml:5: step 2: expect-pin led1 A at 0.035000000 s: led1:A: expected 1 within "
        "5 ms, seen 0 since 0.025000000 s");
    fail_with((struct run){.steps = "- expect-pin: {part-id: pi, pin: GPIO17, value: 1}\n"},
              "t/s.yaml:4: step 1: expect-pin pi GPIO17 at 0.000000000 s: pi:GPIO17: expected 1, "
              "seen floating");
}

static void wait_pin_ends_at_the_very_change(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- wait-pin: {part-id: led1, pin: A, value: 1}\n"
                                  "- wait-pin: {part-id: led1, pin: A, value: 1}\n"
                                  "- wait-pin: {part-id: led1, pin: A, value: 0}\n",
                         .program = pulses},
            25 * SB_MS_NS);
}

static void wait_pin_counts_a_change_at_its_deadline(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- wait-pin: {part-id: led1, pin: A, value: 1, within: 10ms}\n",
                         .program = pulses},
            10 * SB_MS_NS);
    fail_with(
        (struct run){.steps = "- wait-pin: {part-id: led1, pin: A, value: 1, within: 9999999ns}\n",
                     .program = pulses},
        "t/s.yaml:4: step 1: wait-pin led1 A at 0.009999999 s: led1:A: expected 1 within "
        "9999.999 us, seen 0");
}

static void wait_pin_gives_up_after_thirty_seconds(void **state)
{
    (void)state;
    fail_with(
        (struct run){.steps = "- wait-pin: {part-id: btn1, pin: 2.r, value: 1}\n"},
        "t/s.yaml:4: step 1: wait-pin btn1 2.r at 30.000000000 s: btn1:2.r: expected 1 within "
        "30 s, seen 0");
}

/* A pulse of 1 us within one slice of a task, at 1 ms. */
static int glitch(void *arg)
{
    int rc = sb_sleep_ms(1);

    (void)arg;
    if (rc < 0)
        return rc;
    drive("pi:GPIO17", true);
    sb_delay_us(1);
    drive("pi:GPIO17", false);
    return 0;
}

static void a_pulse_that_no_other_task_could_see_is_seen(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- wait-pin: {part-id: led1, pin: A, value: 1, within: 2ms}\n",
                         .program = glitch},
            1001000);
    pass_at(
        (struct run){.steps = "- expect-pulse: {part-id: led1, pin: A, level: 1, min: 1us, max: "
                              "1us, within: 2ms}\n",
                     .program = glitch},
        1001000);
}

/* GPIO17 is high from 1.002 to 1.004 ms, in one slice that began at 1 ms. */
static int late(void *arg)
{
    int rc = sb_sleep_ms(1);

    (void)arg;
    if (rc < 0)
        return rc;
    sb_delay_us(2);
    drive("pi:GPIO17", true);
    sb_delay_us(2);
    drive("pi:GPIO17", false);
    return 0;
}

static void what_comes_after_a_deadline_in_another_task_s_slice_is_too_late(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- expect-edges: {part-id: led1, pin: A, count: 0, during: "
                                  "1001us}\n",
                         .program = late},
            1004000);
    fail_with(
        (struct run){.steps = "- wait-pin: {part-id: led1, pin: A, value: 1, within: 1001us}\n",
                     .program = late},
        "t/s.yaml:4: step 1: wait-pin led1 A at 0.001004000 s: led1:A: expected 1 within "
        "1.001 ms, seen 0 since 0.001004000 s");
    fail_with(
        (struct run){.steps = "- expect-pulse: {part-id: led1, pin: A, level: 1, within: "
                              "1003us}\n",
                     .program = late},
        "t/s.yaml:4: step 1: expect-pulse led1 A at 0.001004000 s: led1:A: expected a pulse of "
        "1 within 1.003 ms, seen one that began at 0.001002000 s and did not end in time");
}

static void expect_edges_counts_after_its_start_and_up_to_its_end(void **state)
{
    (void)state;
    pass_at(
        (struct run){.steps = "- delay: 10ms\n"
                              "- expect-edges: {part-id: led1, pin: A, count: 3, during: 31ms}\n"
                              "- expect-edges: {part-id: led1, pin: A, count: 0, during: 1ms}\n"
                              "- expect-edges: {part-id: led1, pin: A, count: {min: 1}, during: "
                              "1s}\n",
                     .program = pulses},
        1042 * SB_MS_NS);
}

static void expect_edges_says_how_many_it_saw(void **state)
{
    (void)state;
    fail_with(
        (struct run){.steps = "- expect-edges: {part-id: led1, pin: A, count: 1, during: 1s}\n",
                     .program = pulses},
        "t/s.yaml:4: step 1: expect-edges led1 A at 1.000000000 s: led1:A: expected 1 edge in "
        "1 s, seen 5");
    fail_with(
        (struct run){.steps = "- expect-edges: {part-id: led1, pin: A, count: {min: 6}, "
                              "during: 1.5s}\n",
                     .program = pulses},
        "t/s.yaml:4: step 1: expect-edges led1 A at 1.500000000 s: led1:A: expected 6 or more "
        "edges in 1.5 s, seen 5");
    fail_with((struct run){.steps = "- expect-edges: {part-id: led1, pin: A, count: {max: 4}, "
                                    "during: 90s}\n",
                           .program = pulses},
              "t/s.yaml:4: step 1: expect-edges led1 A at 90.000000000 s: led1:A: expected 0 to 4 "
              "edges in 90 s, seen 5");
}

static void expect_pulse_takes_the_next_one_that_begins(void **state)
{
    (void)state;
    pass_at(
        (struct run){.steps = "- delay: 10ms\n" /* the pulse that began then is over for it */
                              "- expect-pulse: {part-id: led1, pin: A, level: 1, min: 1ms, max: "
                              "1ms, within: 31ms}\n",
                     .program = pulses},
        41 * SB_MS_NS);
    pass_at((struct run){.steps = "- expect-pulse: {part-id: led1, pin: A, level: 0, min: 15ms, "
                                  "within: 1s}\n",
                         .program = pulses},
            40 * SB_MS_NS);
}

/* GPIO17 goes up and down at 1 ms, and is high from 3 to 4 ms. */
static int spike(void *arg)
{
    int rc = sb_sleep_ms(1);

    (void)arg;
    if (rc == 0) {
        drive("pi:GPIO17", true);
        drive("pi:GPIO17", false);
        rc = sb_sleep_ms(2);
    }
    drive("pi:GPIO17", true);
    if (rc == 0)
        rc = sb_sleep_ms(1);
    drive("pi:GPIO17", false);
    return rc;
}

static void expect_pulse_passes_over_one_of_no_length(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- expect-pulse: {part-id: led1, pin: A, level: 1, min: 1ms, "
                                  "within: 1s}\n",
                         .program = spike},
            4 * SB_MS_NS);
}

static void expect_pulse_says_what_it_saw(void **state)
{
    (void)state;
    fail_with(
        (struct run){.steps = "- expect-pulse: {part-id: led1, pin: A, level: 1, min: 9ms, "
                              "max: 14.9ms, within: 1s}\n",
                     .program = pulses},
        "t/s.yaml:4: step 1: expect-pulse led1 A at 0.025000000 s: led1:A: expected a pulse of "
        "1 of 9 ms or more and 14.9 ms at most within 1 s, seen one of 15 ms that began at "
        "0.010000000 s");
    fail_with(
        (struct run){.steps = "- delay: 41ms\n"
                              "- expect-pulse: {part-id: led1, pin: A, level: 1, max: 5ms, "
                              "within: 1s}\n",
                     .program = pulses},
        "t/s.yaml:5: step 2: expect-pulse led1 A at 1.041000000 s: led1:A: expected a pulse of "
        "1 of 5 ms at most within 1 s, seen one that began at 0.060000000 s and did not end in time");
    fail_with(
        (struct run){.steps = "- delay: 60ms\n"
                              "- expect-pulse: {part-id: led1, pin: A, level: 1, within: 1s}\n",
                     .program = pulses},
        "t/s.yaml:5: step 2: expect-pulse led1 A at 1.060000000 s: led1:A: expected a pulse of "
        "1 within 1 s, seen none that began");
}

/* Line 2 shows "Wait" at 100 ms and "On: 21.5 C" at 200 ms, its first half an instant earlier. */
static int display(void *arg)
{
    int rc = sb_sleep_ms(100);

    (void)arg;
    if (rc < 0)
        return rc;
    show(2, "Wait            ");
    rc = sb_sleep_ms(100);
    if (rc < 0)
        return rc;
    show(2, "On: 2           ");
    show(2, "On: 21.5 C      ");
    return 0;
}

static void expect_lcd_compares_a_line(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- expect-lcd: {part-id: lcd1, text: Hello}\n"
                                  "- expect-lcd: {part-id: lcd1, line: 1, text: 'Hello  '}\n"
                                  "- expect-lcd: {part-id: lcd1, line: 2, text: ''}\n"
                                  "- expect-lcd: {part-id: lcd1, text: ell, match: contains}\n"
                                  "- expect-lcd: {part-id: lcd1, text: 'o  ', match: contains}\n"
                                  "- expect-lcd: {part-id: lcd1, text: '^H.l+o$', match: regex}\n"},
            0);
}

static void wait_lcd_ends_when_the_text_appears(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- wait-lcd: {part-id: lcd1, line: 2, text: 'On: [0-9.]+ C', "
                                  "match: regex}\n",
                         .program = display},
            200 * SB_MS_NS);
    pass_at((struct run){.steps = "- expect-lcd: {part-id: lcd1, line: 2, text: Wait, within: "
                                  "100ms}\n",
                         .program = display},
            100 * SB_MS_NS);
}

/* Shows a text that is gone at the end of the same instant. */
static int flash(void *arg)
{
    int rc = sb_sleep_ms(1);

    (void)arg;
    if (rc < 0)
        return rc;
    show(2, "Flash");
    rc = sb_yield();
    show(2, "Rest");
    return rc;
}

static void a_text_that_does_not_last_its_instant_is_not_seen(void **state)
{
    (void)state;
    fail_with((struct run){.steps = "- wait-lcd: {part-id: lcd1, line: 2, text: Flash, within: "
                                    "2ms}\n",
                           .program = flash},
              "t/s.yaml:4: step 1: wait-lcd lcd1 at 0.002000000 s: lcd1 line 2: expected \"Flash\" "
              "within 2 ms, seen \"Rest\"\n"
              "    line 1: \"Hello           \"\n"
              "    line 2: \"Rest\"");
}

static void a_wrong_text_shows_the_whole_display(void **state)
{
    (void)state;
    fail_with((struct run){.steps = "- name: Ready\n"
                                    "  expect-lcd: {part-id: lcd1, line: 2, text: Wait, within: "
                                    "99ms}\n",
                           .program = display},
              "t/s.yaml:4: step 1 'Ready' at 0.099000000 s: lcd1 line 2: expected \"Wait\" within "
              "99 ms, seen \"                \"\n"
              "    line 1: \"Hello           \"\n"
              "    line 2: \"                \"");
    fail_with((struct run){.steps = "- expect-lcd: {part-id: lcd1, text: '^x', match: regex}\n"},
              "t/s.yaml:4: step 1: expect-lcd lcd1 at 0.000000000 s: lcd1 line 1: expected a match "
              "of \"^x\", seen \"Hello           \"\n"
              "    line 1: \"Hello           \"\n"
              "    line 2: \"                \"");
}

static int custom(void *arg)
{
    (void)arg;
    set_line(1, "\0\1 x", 4);
    return 0;
}

static void custom_characters_are_compared_and_shown(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- expect-lcd: {part-id: lcd1, text: \"\\0\\x01 x\"}\n"
                                  "- expect-lcd: {part-id: lcd1, text: '^.. x$', match: regex}\n",
                         .program = custom},
            0);
    fail_with((struct run){.steps = "- expect-lcd: {part-id: lcd1, text: x}\n", .program = custom},
              "t/s.yaml:4: step 1: expect-lcd lcd1 at 0.000000000 s: lcd1 line 1: expected \"x\", "
              "seen \"\\x00\\x01 x\"\n"
              "    line 1: \"\\x00\\x01 x\"\n"
              "    line 2: \"                \"");
}

static void pictures_are_taken_by_the_hook(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- delay: 3ms\n"
                                  "- take-screenshot: {part-id: lcd1, save-to: /tmp/a.png}\n"
                                  "- name: All of it\n"
                                  "  take-screenshot: {save-to: /tmp/b.png}\n",
                         .has_hooks = true},
            3 * SB_MS_NS);
    assert_string_equal(notes(), "0 1: step 1: delay | 3 2: step 2: take-screenshot lcd1 | "
                                 "3 picture of lcd1 to /tmp/a.png | 3 3: step 3: All of it | "
                                 "3 picture of all to /tmp/b.png");
    fail_with((struct run){.steps = "- take-screenshot: {save-to: /tmp/b.png}\n",
                           .has_hooks = true,
                           .hook_rc = -ENOSPC},
              "t/s.yaml:4: step 1: take-screenshot at 0.000000000 s: the picture cannot be written "
              "to \"/tmp/b.png\": No space left on device");
    fail_with((struct run){.steps = "- take-screenshot: {save-to: /tmp/b.png}\n"},
              "t/s.yaml:4: step 1: take-screenshot at 0.000000000 s: nothing takes pictures here: "
              "build with SDL2 and libpng");
}

static void recordings_are_played_by_the_part(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- delay: 2ms\n"
                                  "- play: {part-id: lcd1, file: /dev/null, channel: D0}\n"
                                  "- play: {part-id: lcd1, file: /dev/null}\n"},
            2 * SB_MS_NS);
    assert_string_equal(notes(), "2 play lcd1 /dev/null D0 | 2 play lcd1 /dev/null -");
    fail_with((struct run){.steps = "- play: {part-id: lcd1, file: /dev/null, channel: bad}\n"},
              "t/s.yaml:4: step 1: play lcd1 at 0.000000000 s: /dev/null: no channel \"bad\"");
}

static void a_cancelled_scenario_ends_at_once(void **state)
{
    static const char *const steps[] = {
        "- delay: 1s\n", "- wait-pin: {part-id: btn1, pin: 1.l, value: 0}\n",
        "- wait-lcd: {part-id: lcd1, text: x}\n",
        "- expect-edges: {part-id: led1, pin: A, count: 0, during: 1s}\n",
        "- expect-pulse: {part-id: led1, pin: A, level: 0, within: 1s}\n"};

    (void)state;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct run run = {.steps = steps[i], .cancel_ns = 4 * SB_MS_NS};

        run_in_loop(run_task, &run);
        assert_int_equal(run.rc, -ECANCELED);
        assert_int_equal(run.end_ns, 4 * SB_MS_NS);
        assert_int_equal(run.steps_done, 0);
        assert_string_equal(run.failure, "");
    }
}

static void steps_done_counts_what_succeeded(void **state)
{
    struct run run = {.steps = "- delay: 1s\n- expect-pin: {part-id: pi, pin: 11, value: 1}\n"
                               "- delay: 1s\n"};

    (void)state;
    run_in_loop(run_task, &run);
    assert_int_equal(run.steps_done, 1);
    assert_int_equal(run.end_ns, SB_S_NS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delay_counts_from_the_end_of_the_step_before),
        cmocka_unit_test(set_control_acts_at_its_instant),
        cmocka_unit_test(expect_pin_looks_when_all_else_of_its_instant_has_run),
        cmocka_unit_test(expect_pin_says_what_it_saw),
        cmocka_unit_test(wait_pin_ends_at_the_very_change),
        cmocka_unit_test(wait_pin_counts_a_change_at_its_deadline),
        cmocka_unit_test(wait_pin_gives_up_after_thirty_seconds),
        cmocka_unit_test(a_pulse_that_no_other_task_could_see_is_seen),
        cmocka_unit_test(what_comes_after_a_deadline_in_another_task_s_slice_is_too_late),
        cmocka_unit_test(expect_edges_counts_after_its_start_and_up_to_its_end),
        cmocka_unit_test(expect_edges_says_how_many_it_saw),
        cmocka_unit_test(expect_pulse_takes_the_next_one_that_begins),
        cmocka_unit_test(expect_pulse_passes_over_one_of_no_length),
        cmocka_unit_test(expect_pulse_says_what_it_saw),
        cmocka_unit_test(expect_lcd_compares_a_line),
        cmocka_unit_test(wait_lcd_ends_when_the_text_appears),
        cmocka_unit_test(a_text_that_does_not_last_its_instant_is_not_seen),
        cmocka_unit_test(a_wrong_text_shows_the_whole_display),
        cmocka_unit_test(custom_characters_are_compared_and_shown),
        cmocka_unit_test(pictures_are_taken_by_the_hook),
        cmocka_unit_test(recordings_are_played_by_the_part),
        cmocka_unit_test(a_cancelled_scenario_ends_at_once),
        cmocka_unit_test(steps_done_counts_what_succeeded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return 0;
}

#endif
