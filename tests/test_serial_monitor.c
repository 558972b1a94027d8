/* SPDX-License-Identifier: MIT */
/* The serial monitor, and the steps of scenarios that look at it and write to it. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "sim/files/board_file.h"
#include "sim/board_sim.h"
#include "sim/scenario/scenario.h"
#include "sim/parts/serial_monitor.h"

#if SB_HAVE_YAML

/* A byte at 115200 baud, and the middle of its stop bit. */
#define BYTE_NS 86806
#define STOP_NS 82465

#define PI     "{\"type\": \"softboard-raspberry-pi\", \"id\": \"pi\"}"
#define PI_GPS PI ", {\"type\": \"softboard-gps\", \"id\": \"gps\"}"
#define PICO   "{\"type\": \"wokwi-pi-pico\", \"id\": \"pico\"}"

#define BOARD(parts, connections) \
    "{\"version\": 1, \"parts\": [" parts "], \"connections\": [" connections "]}"

/* One run: a scenario beside a program. */
struct run {
    const char *board; /* null: a Raspberry Pi and nothing else */
    const char *steps;
    sb_task_fn *program; /* null: none */
    int64_t cancel_ns;   /* 0: never */
    /* what became of it */
    int rc;
    int64_t end_ns;
    unsigned steps_done;
    char failure[4096];
};

static struct sb_world *world;
static struct sb_sim_board sim;
static char got[5000]; /* what the program has read */
static size_t got_count;

static void make_world(const char *board)
{
    struct sb_diag diag;

    sb_diag_init(&diag, NULL, NULL);
    got_count = 0;
    world = sb_world_create(test_loop(), 1);
    check_int(sb_board_file_parse(world, "b.json", board, strlen(board), &diag), 0);
    check_int(sb_world_start(world, &diag), 0);
    check_int(sb_sim_board_init(&sim, world), sb_world_controller(world) != NULL ? 0 : -ENODEV);
    check_int(diag.warning_count, 0);
}

static void end_world(void)
{
    sb_sim_board_deinit(&sim);
    sb_world_destroy(world);
}

static struct sb_scenario *parse(const char *steps)
{
    struct sb_scenario *scenario = NULL;
    struct sb_diag diag;
    char text[8192];

    sb_diag_init(&diag, NULL, NULL);
    snprintf(text, sizeof(text), "name: Test\nversion: 1\nsteps:\n%s", steps);
    if (sb_scenario_parse(&scenario, world, "t/s.yaml", text, strlen(text), &diag) < 0)
        check_text(diag.last, "");
    return scenario;
}

static int run_task(void *arg)
{
    struct run *run = arg;
    struct sb_scenario *scenario;
    struct sb_task tasks[2];
    int count = 0;

    make_world(run->board == NULL ? BOARD(PI, "") : run->board);
    scenario = parse(run->steps);
    if (scenario == NULL) {
        end_world();
        return 0;
    }
    check_int(sb_spawn(&tasks[count++], "scenario", sb_scenario_run, scenario), 0);
    if (run->program != NULL)
        check_int(sb_spawn(&tasks[count++], "program", run->program, NULL), 0);
    if (run->cancel_ns > 0) {
        sb_sleep_ns(run->cancel_ns);
        sb_task_cancel(&tasks[0]);
    }
    sb_join(&tasks[0], &run->rc);
    run->end_ns = sb_now_ns();
    if (count > 1)
        cancel_and_join(&tasks[1], 1);
    run->steps_done = sb_scenario_steps_done(scenario);
    snprintf(run->failure, sizeof(run->failure), "%s", sb_scenario_failure(scenario));
    check_int(world->examiner.count, 0);
    sb_scenario_destroy(scenario);
    end_world();
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

static struct sb_stream *open_port(const char *name, unsigned baud)
{
    struct sb_stream *stream = NULL;

    check_int(sb_board_stream(&sim.board, name, baud, &stream), 0);
    return stream;
}

static int say(struct sb_stream *stream, const char *text)
{
    return sb_stream_write(stream, text, strlen(text));
}

/* Reads until it is cancelled, into `got`. */
static int read_on(struct sb_stream *stream)
{
    for (;;) {
        int rc = sb_stream_read(stream, got + got_count, sizeof(got) - 1 - got_count);

        if (rc < 0)
            return rc;
        got_count += (size_t)rc;
        got[got_count] = '\0';
        note_at("%.8s", got + got_count - (size_t)rc);
    }
}

/* ---- wait-serial */

static int greet(void *arg)
{
    struct sb_stream *stream = open_port("serial0", 115200);

    (void)arg;
    say(stream, "one two\r\nthree");
    sb_sleep_until_ns(10 * SB_MS_NS);
    say(stream, "four");
    return sb_sleep_ms(60000);
}

static void a_wait_ends_in_the_middle_of_the_last_stop_bit(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- wait-serial: two\n", .program = greet}, 6 * BYTE_NS + STOP_NS);
    pass_at((struct run){.steps = "- wait-serial: \"\\r\\nthr\"\n", .program = greet},
            11 * BYTE_NS + STOP_NS);
    pass_at((struct run){.steps = "- wait-serial: {text: four, within: 1s}\n", .program = greet},
            10 * SB_MS_NS + 3 * BYTE_NS + STOP_NS);
}

/* spec/wokwi.md 6: consecutive waits hang or miss. */
static void waits_in_a_row_miss_nothing_that_came_in_one_go_or_before_they_began(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- wait-serial: one\n- wait-serial: two\n- wait-serial: three\n",
                         .program = greet},
            13 * BYTE_NS + STOP_NS);
    pass_at((struct run){.steps = "- delay: 5ms\n- wait-serial: one\n- wait-serial: two\n"
                                  "- wait-serial: t\n- wait-serial: e\n- wait-serial: e\n",
                         .program = greet},
            5 * SB_MS_NS);
}

static void what_a_wait_has_found_or_passed_over_is_not_found_again(void **state)
{
    (void)state;
    fail_with((struct run){.steps = "- wait-serial: one\n- wait-serial: {text: one, within: 2ms}\n",
                           .program = greet},
              "t/s.yaml:5: step 2: wait-serial at 0.002256077 s: serial monitor: expected \"one\" "
              "within 2 ms, seen \" two\\r\\nthree\"");
    fail_with((struct run){.steps = "- wait-serial: two\n- wait-serial: {text: one, within: 2ms}\n",
                           .program = greet},
              "t/s.yaml:5: step 2: wait-serial at 0.002603301 s: serial monitor: expected \"one\" "
              "within 2 ms, seen \"\\r\\nthree\"");
}

static int stammer(void *arg)
{
    struct sb_stream *stream = open_port("serial0", 115200);

    (void)arg;
    say(stream, "aaabaab");
    return sb_sleep_ms(60000);
}

static void the_first_place_counts_whatever_came_before(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- wait-serial: aab\n", .program = stammer},
            3 * BYTE_NS + STOP_NS);
    pass_at((struct run){.steps = "- wait-serial: aab\n- wait-serial: aab\n", .program = stammer},
            6 * BYTE_NS + STOP_NS);
    pass_at((struct run){.steps = "- delay: 5ms\n- wait-serial: aab\n- wait-serial: aab\n",
                         .program = stammer},
            5 * SB_MS_NS);
    fail_with((struct run){.steps = "- wait-serial: aa\n- wait-serial: baa\n"
                                    "- wait-serial: {text: ab, within: 1ms}\n",
                           .program = stammer},
              "t/s.yaml:6: step 3: wait-serial at 0.001516495 s: serial monitor: expected \"ab\" "
              "within 1 ms, seen \"b\"");
}

static void a_deadline_includes_its_instant(void **state)
{
    (void)state;
    pass_at(
        (struct run){.steps = "- wait-serial: {text: one, within: 256077ns}\n", .program = greet},
        256077);
    fail_with(
        (struct run){.steps = "- wait-serial: {text: one, within: 256076ns}\n", .program = greet},
        "t/s.yaml:4: step 1: wait-serial at 0.000256076 s: serial monitor: expected \"one\" "
        "within 256.076 us, seen \"on\"");
    pass_at((struct run){.steps = "- delay: 2ms\n- wait-serial: {text: three, within: 0}\n",
                         .program = greet},
            2 * SB_MS_NS);
    fail_with((struct run){.steps = "- delay: 2ms\n- wait-serial: {text: four, within: 0}\n",
                           .program = greet},
              "t/s.yaml:5: step 2: wait-serial at 0.002000000 s: serial monitor: expected \"four\""
              ", seen \"one two\\r\\nthree\"");
}

static void a_failure_says_that_nothing_came(void **state)
{
    (void)state;
    fail_with((struct run){.steps = "- wait-serial: ready\n"},
              "t/s.yaml:4: step 1: wait-serial at 30.000000000 s: serial monitor: expected "
              "\"ready\" within 30 s, nothing came");
    fail_with((struct run){.steps = "- wait-serial: four\n- name: More\n  wait-serial: x\n",
                           .program = greet},
              "t/s.yaml:5: step 2 'More' at 30.010342883 s: serial monitor: expected \"x\" within "
              "30 s, nothing came after \"one two\\r\\nthreefour\"");
}

static int babble(void *arg)
{
    struct sb_stream *stream = open_port("serial0", 115200);

    (void)arg;
    for (int i = 0; i < 10; i++)
        say(stream, "0123456789");
    sb_stream_write(stream, "\xc3\xa9\0\"\\\x7f", 6);
    return sb_sleep_ms(60000);
}

static void a_failure_shows_the_last_bytes_as_a_text_in_quotes(void **state)
{
    (void)state;
    fail_with((struct run){.steps = "- wait-serial: {text: \"\\xe9\\0 x\", within: 20ms}\n",
                           .program = babble},
              "t/s.yaml:4: step 1: wait-serial at 0.020000000 s: serial monitor: expected "
              "\"\\xc3\\xa9\\x00 x\" within 20 ms, seen ...\""
              "23456789012345678901234567890123456789012345678901234567"
              "89\\xc3\\xa9\\x00\\\"\\\\\\x7f\"");
    pass_at((struct run){.steps = "- wait-serial: \"9\\xe9\\0\"\n", .program = babble},
            102 * BYTE_NS + STOP_NS);
}

/* ---- write-serial */

static int listen(void *arg)
{
    (void)arg;
    return read_on(open_port("serial0", 115200));
}

static void a_write_sends_its_bytes_and_no_more(void **state)
{
    struct run run = {.steps = "- delay: 1ms\n- write-serial: \"a\\0\"\n"
                               "- write-serial: [0x62, 0, 255, 10]\n- write-serial: 12\n"
                               "- delay: 1ms\n",
                      .program = listen};

    (void)state;
    pass_at(run, 2 * SB_MS_NS);
    assert_int_equal(got_count, 8);
    assert_memory_equal(got, "a\0b\0\xff\n12", 8);
}

static void a_write_takes_no_time_and_its_bytes_come_as_a_uart_sends_them(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- delay: 1ms\n- write-serial: xy\n", .program = listen},
            SB_MS_NS);
    pass_at((struct run){.steps = "- delay: 1ms\n- write-serial: xy\n- delay: 1ms\n",
                         .program = listen},
            2 * SB_MS_NS);
    assert_string_equal(notes(), "1.082465 x | 1.169271 y");
}

static void a_long_write_waits_until_the_rest_has_room(void **state)
{
    static char steps[4096] = "- write-serial: ";
    size_t begin = strlen(steps);
    struct run run = {.steps = steps, .program = listen};

    (void)state;
    for (size_t i = 0; i < 2500; i++)
        steps[begin + i] = (char)('a' + i % 26);
    snprintf(steps + begin + 2500, sizeof(steps) - begin - 2500, "\n");
    run_in_loop(run_task, &run);
    assert_int_equal(run.rc, 0);
    assert_true(run.end_ns > 1400LL * BYTE_NS && run.end_ns < 2000LL * BYTE_NS);
    snprintf(steps + begin + 2500, sizeof(steps) - begin - 2500, "\n- delay: 1s\n");
    run_in_loop(run_task, &run);
    assert_int_equal(got_count, 2500);
    assert_memory_equal(got, steps + begin, 2500);
}

static int echo(void *arg)
{
    struct sb_stream *stream = open_port("serial0", 115200);
    char line[64];
    int rc;

    (void)arg;
    say(stream, "> ");
    while ((rc = sb_stream_read_line(stream, line, sizeof(line))) >= 0)
        say(stream, line);
    return rc;
}

static void a_program_is_asked_and_answers(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- wait-serial: '> '\n- write-serial: \"ping\\n\"\n"
                                  "- wait-serial: \"ping\\n\"\n- write-serial: \"x\\ny\\n\"\n"
                                  "- wait-serial: x\n- wait-serial: \"y\\n\"\n",
                         .program = echo},
            BYTE_NS + STOP_NS + 4 * BYTE_NS + STOP_NS + 4 * BYTE_NS + STOP_NS +
                (BYTE_NS + STOP_NS + 3 * BYTE_NS + STOP_NS));
}

/* ---- the rate */

static int change_rate(void *arg)
{
    struct sb_stream *stream = open_port("serial0", 9600);

    (void)arg;
    say(stream, "slow");
    sb_stream_drain(stream);
    sb_stream_set_baud(stream, 1000000);
    say(stream, "fast");
    return read_on(stream);
}

static void the_monitor_keeps_to_the_rate_of_the_program(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- write-serial: A\n- wait-serial: slow\n- wait-serial: fast\n"
                                  "- write-serial: B\n- delay: 1ms\n",
                         .program = change_rate},
            4166668 + 39500 + SB_MS_NS);
    assert_string_equal(notes(), "4.166668 A | 4.215668 B");
    /* The same where the bits are seen. */
    pass_at((struct run){.steps = "- expect-pin: {part-id: pi, pin: GPIO14, value: 0}\n"
                                  "- wait-serial: slow\n- wait-serial: fast\n",
                         .program = change_rate},
            4166668 + 39500);
}

/* Bits from a pin: there is no port whose rate could be known. */
static int send_by_hand(void *arg)
{
    struct sb_pin *pin;
    unsigned frame = 'K' << 1 | 1u << 9;
    int64_t begin_ns;

    (void)arg;
    check_int(sb_board_pin(&sim.board, "GPIO14", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE, &pin), 0);
    sb_sleep_ms(1);
    begin_ns = sb_now_ns();
    for (int i = 0; i < 10; i++) {
        sb_pin_write(pin, frame >> i & 1);
        sb_sleep_until_ns(begin_ns + (i + 1) * 8681);
    }
    return sb_sleep_ms(100000);
}

static int send_by_hand_without_stop_bit(void *arg)
{
    struct sb_pin *pin;

    (void)arg;
    check_int(sb_board_pin(&sim.board, "GPIO14", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE, &pin), 0);
    sb_pin_write(pin, false);
    sb_sleep_us(40);
    sb_pin_write(pin, true);
    sb_sleep_us(20);
    sb_pin_write(pin, false);
    return sb_sleep_ms(100000);
}

static void bits_that_no_uart_sends_are_heard_at_115200(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- wait-serial: K\n", .program = send_by_hand},
            SB_MS_NS + STOP_NS);
    fail_with((struct run){.steps = "- wait-serial: {text: K, within: 1ms}\n",
                           .program = send_by_hand_without_stop_bit},
              "t/s.yaml:4: step 1: wait-serial at 0.001000000 s: serial monitor: expected \"K\" "
              "within 1 ms, nothing came; 1 byte without stop bit at 115200 baud");
}

/* ---- wires */

static int greet_on_both(void *arg)
{
    struct sb_stream *first = open_port("serial0", 115200);
    struct sb_stream *second = open_port("serial1", 9600);

    (void)arg;
    say(first, "first");
    say(second, "second");
    return read_on(second);
}

static void the_diagrams_wires_say_which_port_it_is(void **state)
{
    static const char wired[] = BOARD(PICO, "[\"$serialMonitor:RX\", \"pico:GP4\", \"\", []],"
                                            "[\"pico:GP5\", \"$serialMonitor:TX\", \"\"]");

    (void)state;
    fail_with((struct run){.board = wired,
                           .steps = "- write-serial: hi\n- delay: 5ms\n"
                                    "- wait-serial: {text: first, within: 0}\n",
                           .program = greet_on_both},
              "t/s.yaml:6: step 3: wait-serial at 0.005000000 s: serial monitor: expected "
              "\"first\", seen \"seco\"");
    assert_string_equal(notes(), "0.989583 h | 2.03125 i");
    pass_at((struct run){.board = BOARD(PICO, ""),
                         .steps = "- wait-serial: first\n",
                         .program = greet_on_both},
            4 * BYTE_NS + STOP_NS);
}

static void a_part_that_sends_is_heard_at_its_rate(void **state)
{
    (void)state;
    pass_at((struct run){.board = BOARD(PI_GPS, "[\"gps:TX\", \"$serialMonitor:RX\", \"\"]"),
                         .steps = "- wait-serial: \"$GP\"\n"},
            300 * SB_MS_NS + 2 * 1041667 + 989583);
}

static int use_the_pins_otherwise(void *arg)
{
    struct sb_pin *pin;

    (void)arg;
    check_int(sb_board_pin(&sim.board, "GPIO15", SB_PIN_OUTPUT, &pin), 0);
    return sb_sleep_ms(100);
}

static void a_monitor_that_sends_nothing_drives_nothing(void **state)
{
    (void)state;
    pass_at((struct run){.board = BOARD(PI, "[\"$serialMonitor:TX\", \"pi:GPIO15\", \"\"]"),
                         .steps = "- delay: 1ms\n- expect-pin: {part-id: $serialMonitor, pin: TX, "
                                  "value: 0}\n",
                         .program = use_the_pins_otherwise},
            SB_MS_NS);
}

static int count_changes_body(void *arg)
{
    struct sb_serial_monitor *monitor;
    struct sb_stream *stream;
    struct sb_diag diag;
    uint64_t changes;

    (void)arg;
    sb_diag_init(&diag, NULL, NULL);
    make_world(BOARD(PI, ""));
    check_int(sb_serial_monitor_open(world, &monitor, &diag), 0);
    stream = open_port("serial0", 9600);
    changes = sb_world_wire(world, "GPIO14")->change_count;
    say(stream, "hello");
    sb_sleep_ms(10);
    check_int(monitor->received_count, 5);
    check_int(sb_world_wire(world, "GPIO14")->change_count, changes);
    end_world();
    return 0;
}

static void listening_makes_no_bits_of_whole_bytes(void **state)
{
    (void)state;
    run_in_loop(count_changes_body, NULL);
}

static int open_again(void *arg)
{
    struct sb_stream *stream = open_port("serial0", 9600);

    (void)arg;
    say(stream, "ab");
    sb_sleep_us(1500);
    sb_stream_close(stream); /* in the middle of "b" */
    sb_sleep_ms(5);
    stream = open_port("serial0", 38400);
    say(stream, "cd");
    return read_on(stream);
}

static void a_port_that_is_closed_and_opened_again_goes_on(void **state)
{
    (void)state;
    pass_at((struct run){.steps = "- wait-serial: a\n- delay: 10ms\n- wait-serial: cd\n"
                                  "- write-serial: e\n- delay: 1ms\n",
                         .program = open_again},
            989583 + 11 * SB_MS_NS);
    assert_string_equal(notes(), "11.236979 e");
}

/* ---- limits and endings */

static int fill_body(void *arg)
{
    static uint8_t data[50000];
    struct sb_serial_monitor *monitor;
    struct sb_serial_search search;
    struct sb_stream *stream;
    struct sb_diag diag;

    (void)arg;
    sb_diag_init(&diag, NULL, NULL);
    make_world(BOARD(PI, ""));
    check_int(sb_serial_monitor_open(world, &monitor, &diag), 0);
    stream = open_port("serial0", 4000000);
    memset(data, '-', sizeof(data));
    say(stream, "first");
    sb_stream_write(stream, data, sizeof(data));
    say(stream, "second");
    sb_stream_write(stream, data, 15536 - 12);
    say(stream, "third");
    sb_stream_drain(stream);
    check_int(monitor->received_count, 4 + 65536);
    sb_serial_monitor_search(monitor, &search, "st--", 4);
    sb_serial_monitor_end_search(monitor);
    check_int(search.found_ns, -1); /* "firs" is gone */
    sb_serial_monitor_search(monitor, &search, "dt--", 4);
    sb_serial_monitor_end_search(monitor);
    check_int(search.found_ns, -1); /* the end is not before the beginning */
    sb_serial_monitor_search(monitor, &search, "t--", 3);
    sb_serial_monitor_end_search(monitor);
    check_int(search.found_ns, sb_now_ns());
    sb_serial_monitor_search(monitor, &search, "second", 6);
    sb_serial_monitor_end_search(monitor);
    check_int(monitor->cursor, 5 + 50000 + 6);
    sb_serial_monitor_search(monitor, &search, "third", 5);
    check_true(sb_event_is_set(&search.found));
    sb_serial_monitor_end_search(monitor);
    check_int(monitor->cursor, monitor->received_count);
    end_world();
    return 0;
}

static void the_last_64_kib_are_kept(void **state)
{
    (void)state;
    run_in_loop(fill_body, NULL);
}

static void a_cancelled_step_ends_at_once(void **state)
{
    static char steps[4096] = "- write-serial: ";
    struct run waiting = {.steps = "- wait-serial: x\n", .cancel_ns = SB_MS_NS};
    struct run writing = {.steps = steps, .cancel_ns = SB_MS_NS};

    (void)state;
    memset(steps + strlen(steps), 'a', 3000);
    run_in_loop(run_task, &waiting);
    assert_int_equal(waiting.rc, -ECANCELED);
    assert_int_equal(waiting.end_ns, SB_MS_NS);
    run_in_loop(run_task, &writing);
    assert_int_equal(writing.rc, -ECANCELED);
    assert_int_equal(writing.end_ns, SB_MS_NS);
    assert_string_equal(writing.failure, "");
}

/* ---- reading */

static int refuse_body(void *arg)
{
    static const struct {
        const char *board, *steps, *message;
    } cases[] = {
        {BOARD(PI, ""), "- wait-serial: ''\n",
         "4:16: wait-serial needs a text that is not empty, like \"ready\\n\""},
        {BOARD(PI, ""), "- wait-serial: [a]\n",
         "4:16: wait-serial needs a text that is not empty, like \"ready\\n\""},
        {BOARD(PI, ""), "- wait-serial:\n",
         "4:15: wait-serial needs a text that is not empty, like \"ready\\n\""},
        {BOARD(PI, ""), "- wait-serial: {within: 1s}\n",
         "4:16: wait-serial without \"text\": add it"},
        {BOARD(PI, ""), "- wait-serial: {text: a, match: regex}\n",
         "4:26: unknown key \"match\" in wait-serial: its keys are text, within"},
        {BOARD(PI, ""), "- wait-serial: {text: a, within: 5}\n",
         "4:34: within 5 has no unit: write \"5ms\" or another of ns, us, ms, s, m, h"},
        {BOARD(PI, ""), "- write-serial: {text: a}\n",
         "4:17: write-serial needs a text that is not empty, like \"ready\\n\""},
        {BOARD(PI, ""), "- write-serial: []\n",
         "4:17: write-serial of no bytes: give at least one"},
        {BOARD(PI, ""), "- write-serial: [1, 256]\n",
         "4:21: a byte must be a whole number, 0 to 255"},
        {BOARD(PI, ""), "- write-serial: [-1]\n", "4:18: a byte must be a whole number, 0 to 255"},
        {BOARD(PI, ""), "- write-serial: [1.5]\n", "4:18: a byte must be a whole number, 0 to 255"},
        {BOARD(PI, ""), "- write-serial: [a]\n", "4:18: a byte must be a whole number, 0 to 255"},
        {BOARD(PI, "[\"$serialMonitor:RX\", \"pi:GPIO14\", \"\"]"), "- write-serial: a\n",
         "4:3: write-serial: the board file wires $serialMonitor, but not its TX: add that "
         "connection"},
        {BOARD(PI, "[\"$serialMonitor:TX\", \"pi:GPIO15\", \"\"]"), "- wait-serial: a\n",
         "4:3: wait-serial: the board file wires $serialMonitor, but not its RX: add that "
         "connection"},
        {BOARD("", ""), "- wait-serial: a\n",
         "4:3: wait-serial: the board has no controller with a serial port: add one, or wire "
         "$serialMonitor"},
        {BOARD(PI, "[\"$serialMonitor:TX\", \"pi:GPIO15\", \"\"]"),
         "- expect-pin: {part-id: x, pin: A, value: 1}\n",
         "4:25: the board has no part \"x\": the only one is pi"},
    };

    (void)arg;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sb_scenario *scenario = NULL;
        struct sb_diag diag;
        char text[256];

        sb_diag_init(&diag, NULL, NULL);
        make_world(cases[i].board);
        snprintf(text, sizeof(text), "name: Test\nversion: 1\nsteps:\n%s", cases[i].steps);
        check_int(sb_scenario_parse(&scenario, world, "s.yaml", text, strlen(text), &diag),
                  -EINVAL);
        check_true(strncmp(diag.last, "s.yaml:", 7) == 0);
        check_text(diag.last + 7, cases[i].message);
        end_world();
    }
    return 0;
}

static void mistakes_are_found_before_the_run(void **state)
{
    (void)state;
    run_in_loop(refuse_body, NULL);
}

static int long_text_body(void *arg)
{
    char text[1200] = "name: Test\nversion: 1\nsteps:\n- wait-serial: ";
    struct sb_scenario *scenario = NULL;
    struct sb_diag diag;

    (void)arg;
    sb_diag_init(&diag, NULL, NULL);
    make_world(BOARD(PI, ""));
    memset(text + strlen(text), 'a', 1025);
    check_int(sb_scenario_parse(&scenario, world, "s.yaml", text, strlen(text), &diag), -EINVAL);
    check_text(diag.last, "s.yaml:4:16: a text of 1025 bytes: wait for 1024 at most");
    text[strlen(text) - 1] = '\0';
    check_int(sb_scenario_parse(&scenario, world, "s.yaml", text, strlen(text), &diag), 0);
    sb_scenario_destroy(scenario);
    end_world();
    return 0;
}

static void a_text_of_1024_bytes_can_be_waited_for(void **state)
{
    (void)state;
    run_in_loop(long_text_body, NULL);
}

/* As for `softboard check` of a board that is not started, and two scenarios for one world. */
static int before_the_start_body(void *arg)
{
    struct sb_serial_monitor *first;
    struct sb_serial_monitor *again;
    struct sb_stream *stream;
    struct sb_diag diag;
    const char *board = BOARD(PI, "");

    (void)arg;
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), 1);
    check_int(sb_board_file_parse(world, "b.json", board, strlen(board), &diag), 0);
    check_int(sb_serial_monitor_open(world, &first, &diag), 0);
    check_int(sb_serial_monitor_open(world, &again, &diag), 0);
    check_true(first == again);
    check_int(sb_world_start(world, &diag), 0);
    check_int(sb_sim_board_init(&sim, world), 0);
    stream = open_port("serial0", 9600);
    say(stream, "x");
    sb_stream_drain(stream);
    check_int(first->received_count, 1);
    check_int(sb_serial_monitor_write(first, "abc", 3), 3);
    sb_sleep_us(1500);
    end_world(); /* in the middle of a byte */
    sb_sleep_ms(5);
    return 0;
}

static void a_world_has_one_monitor_whenever_it_is_asked_for(void **state)
{
    (void)state;
    run_in_loop(before_the_start_body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_ends_in_the_middle_of_the_last_stop_bit),
        cmocka_unit_test(waits_in_a_row_miss_nothing_that_came_in_one_go_or_before_they_began),
        cmocka_unit_test(what_a_wait_has_found_or_passed_over_is_not_found_again),
        cmocka_unit_test(the_first_place_counts_whatever_came_before),
        cmocka_unit_test(a_deadline_includes_its_instant),
        cmocka_unit_test(a_failure_says_that_nothing_came),
        cmocka_unit_test(a_failure_shows_the_last_bytes_as_a_text_in_quotes),
        cmocka_unit_test(a_write_sends_its_bytes_and_no_more),
        cmocka_unit_test(a_write_takes_no_time_and_its_bytes_come_as_a_uart_sends_them),
        cmocka_unit_test(a_long_write_waits_until_the_rest_has_room),
        cmocka_unit_test(a_program_is_asked_and_answers),
        cmocka_unit_test(the_monitor_keeps_to_the_rate_of_the_program),
        cmocka_unit_test(bits_that_no_uart_sends_are_heard_at_115200),
        cmocka_unit_test(the_diagrams_wires_say_which_port_it_is),
        cmocka_unit_test(a_part_that_sends_is_heard_at_its_rate),
        cmocka_unit_test(a_monitor_that_sends_nothing_drives_nothing),
        cmocka_unit_test(listening_makes_no_bits_of_whole_bytes),
        cmocka_unit_test(a_port_that_is_closed_and_opened_again_goes_on),
        cmocka_unit_test(the_last_64_kib_are_kept),
        cmocka_unit_test(a_cancelled_step_ends_at_once),
        cmocka_unit_test(mistakes_are_found_before_the_run),
        cmocka_unit_test(a_text_of_1024_bytes_can_be_waited_for),
        cmocka_unit_test(a_world_has_one_monitor_whenever_it_is_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return 0;
}

#endif
