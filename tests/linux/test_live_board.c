/* SPDX-License-Identifier: MIT */
/*
 * Programs on real pins that are watched (--backend linux with --board, --vcd, --screenshot), on a fake chip: what their
 * users see, which lines they use, and each refusal.
 */
#include "tests/linux/gpio_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "tests/child.h"
#include "tests/linux/terminal_rig.h"

static struct child_result r;

static int set_up(void **state)
{
    (void)state;
    return rig_begin_log() ? 0 : -1;
}

/* Runs an example on real pins, after assignments or a command of the shell. */
static void run_after(const char *before, const char *example, const char *arguments)
{
    child_run(&r, "%s LD_PRELOAD='%s' examples/%s --backend linux %s", before,
              getenv("GPIO_RIG_FAKE"), example, arguments);
}

static void run(const char *example, const char *arguments)
{
    run_after("", example, arguments);
}

/* The same until a second after another process has put `script` into the chip's fifo, once line 27 is watched. */
static void run_with_edges(const char *script, const char *example, const char *arguments)
{
    char commands[128];
    char before[1024];

    snprintf(commands, sizeof(commands), "printf '%s'; sleep 1; kill -INT $$", script);
    snprintf(before, sizeof(before), "%s exec env", rig_do_after(" 27 config .*edges", commands));
    run_after(before, example, arguments);
}

static const char *path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", child_folder(), name);
    return path;
}

/* Writes a board file with one controller. Returns "--board PATH --headless OPTIONS". */
static const char *with_board(const char *controller, const char *connections, const char *options)
{
    static char arguments[512];
    FILE *file = fopen(path_of("board.json"), "we");

    assert_non_null(file);
    fprintf(file, "{ \"version\": 1, \"parts\": [\n  { %s }],\n  \"connections\": [%s] }\n",
            controller, connections);
    assert_int_equal(fclose(file), 0);
    snprintf(arguments, sizeof(arguments), "--board %s --headless %s", path_of("board.json"),
             options);
    return arguments;
}

static void assert_holds(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" has no \"%s\"", text, words);
}

static void assert_ended(int status)
{
    if (r.status != status)
        fail_msg("status %d, expected %d: %s%s", r.status, status, r.out, r.err);
}

/* It ended so, and said this. */
static void assert_refused(int status, const char *words)
{
    assert_holds(r.err, words);
    assert_string_equal(r.out, "");
    assert_int_equal(r.status, status);
}

/* ---- what is seen */

/* The board as text, which stands at the end where there is neither display nor terminal. */
static void a_display_shows_what_the_program_sends_to_the_lines(void **state)
{
    (void)state;
    run("lcd", "--board examples/lcd.json --strict --for 500ms");
    assert_holds(r.out, "Softboard \u2192");
    assert_holds(r.out, "Up 00:00:00");
    assert_null(strstr(r.out, "pressed"));
    assert_holds(r.out, "GPIO27=1");
    assert_string_equal(r.err, "");
    assert_ended(0);
}

static void a_button_looks_pressed_while_the_real_one_is(void **state)
{
    (void)state;
    run_with_edges("27 0\\n", "lcd", "--board examples/lcd.json");
    assert_holds(r.out, "Button presses");
    assert_holds(r.out, "[b] btn1 pressed");
    assert_holds(r.out, "GPIO27=0");
    assert_ended(0);
}

static char *picture(const char *name, size_t *size)
{
    char *bytes = child_read_file(path_of(name), size);

    assert_non_null(bytes);
    return bytes;
}

static void the_picture_is_that_of_the_simulation(void **state)
{
    char arguments[256];
    size_t sizes[2];
    char *bytes[2];
    int difference;

    (void)state;
    if (!SB_HAVE_SDL2 || !SB_HAVE_PNG)
        skip();
    snprintf(arguments, sizeof(arguments),
             "--board examples/lcd.json --headless --for 500ms --screenshot %s",
             path_of("real.png"));
    run("lcd", arguments);
    assert_ended(0);
    child_run(&r, "examples/lcd --backend sim --headless --for 500ms --screenshot %s",
              path_of("simulated.png"));
    assert_ended(0);
    bytes[0] = picture("real.png", &sizes[0]);
    bytes[1] = picture("simulated.png", &sizes[1]);
    difference = sizes[0] == sizes[1] ? memcmp(bytes[0], bytes[1], sizes[0]) : 1;
    free(bytes[0]);
    free(bytes[1]);
    assert_int_equal(difference, 0);
}

static struct terminal terminal;

/* The same in a terminal of 24 rows. */
static void run_in_terminal(const char *program)
{
    terminal_start(&terminal, 24, 80,
                   "TERM=xterm NO_COLOR=1 LD_PRELOAD='%s' exec %s --backend linux "
                   "--board examples/lcd.json",
                   getenv("GPIO_RIG_FAKE"), program);
}

static void await(const char *words)
{
    if (!terminal_await(&terminal, words))
        fail_msg("\"%s\" has no \"%s\"", terminal.screen, words);
}

static void in_a_terminal_the_board_is_drawn_and_keys_are_answered(void **state)
{
    (void)state;
    run_in_terminal("examples/lcd");
    await("Softboard \u2192");
    await("real pins  h help");
    assert_true(rig_await_log(27, "edges"));
    terminal_type(&terminal, "b");
    await("btn1 is on the real board: press it there");
    terminal_type(&terminal, "p");
    await("a real board has no pause and no speed");
    terminal_type(&terminal, "q");
    await("\x1b[?25h");
    assert_int_equal(terminal_wait(&terminal), 0);
    terminal_close(&terminal);
    assert_holds(rig_log(27), "| release");
}

static void who_draws_in_the_terminal_takes_its_keys(void **state)
{
    (void)state;
    run_in_terminal("tests/programs/stdio_echo");
    await("the board is drawn in this terminal and takes its keys: add --headless");
    assert_int_equal(terminal_wait(&terminal), 3);
    terminal_close(&terminal);
}

/* The levels that a wire of the waveform has, in order: "z101". */
static const char *levels_of(const char *file, const char *wire)
{
    static char levels[256];
    char declaration[64];
    char id[8] = "";
    size_t size;
    size_t count = 0;
    char *text = child_read_file(path_of(file), &size);
    const char *at;

    assert_non_null(text);
    snprintf(declaration, sizeof(declaration), " %s $end", wire);
    at = strstr(text, declaration);
    assert_non_null(at);
    for (const char *c = at - 1; *c != ' '; c--)
        at = c;
    (void)sscanf(at, "%7s", id);
    for (const char *line = strstr(text, "$enddefinitions"); line != NULL;
         line = strchr(line + 1, '\n'))
        if (line[0] == '\n' && line[1] != '\0' && strcspn(line + 2, "\n") == strlen(id) &&
            strncmp(line + 2, id, strlen(id)) == 0 && count + 1 < sizeof(levels))
            levels[count++] = line[1];
    levels[count] = '\0';
    free(text);
    return levels;
}

static void a_waveform_has_what_the_program_did_and_what_it_saw(void **state)
{
    char arguments[256];

    (void)state;
    snprintf(arguments, sizeof(arguments),
             "--vcd %s --vcd-timescale 1ns --board examples/button.json --headless",
             path_of("real.vcd"));
    run_with_edges("27 0\\n27 1\\n27 0\\n27 -1\\n", "button", arguments);
    assert_ended(0);
    assert_string_equal(levels_of("real.vcd", "GPIO27"), "z10101");
}

static void a_waveform_needs_no_board_file(void **state)
{
    char arguments[256];

    (void)state;
    snprintf(arguments, sizeof(arguments), "--vcd %s --for 1200ms", path_of("bare.vcd"));
    run("blink", arguments);
    assert_string_equal(r.out, "");
    assert_ended(0);
    assert_string_equal(levels_of("bare.vcd", "GPIO17"), "z010");
}

/* ---- which lines */

#define PICO_MAP "\"map\": \"GPIO17=GP15\""

static void a_pin_of_another_controller_is_the_line_that_the_board_file_says(void **state)
{
    (void)state;
    run("blink", with_board("\"type\": \"wokwi-pi-pico\", \"id\": \"pico\", "
                            "\"attrs\": { " PICO_MAP ", \"lines\": \"GP15=J8:15\" }",
                            "", "--for 700ms"));
    assert_string_equal(r.err, "");
    assert_ended(0);
    assert_string_equal(rig_log(22), "request blink | config output | 0 | 1 | release");
    assert_string_equal(rig_log(17), "");
}

static void a_part_may_be_put_at_another_line_of_a_pi(void **state)
{
    (void)state;
    run("blink", with_board("\"type\": \"softboard-raspberry-pi\", \"id\": \"pi\", "
                            "\"attrs\": { \"lines\": \"GPIO17=STATUS_LED\" }",
                            "", "--for 700ms"));
    assert_ended(0);
    assert_string_equal(rig_log(42), "request blink | config output | 0 | 1 | release");
}

static void lines_may_be_those_of_another_chip(void **state)
{
    (void)state;
    run_after("GPIOFAKE_LABEL=other", "blink",
              with_board("\"type\": \"softboard-raspberry-pi\", \"id\": \"pi\", "
                         "\"attrs\": { \"chip\": \"other\", \"lines\": \"GPIO17=23\" }",
                         "", "--for 700ms"));
    assert_string_equal(r.err, "");
    assert_ended(0);
    assert_string_equal(rig_log(23), "request blink | config output | 0 | 1 | release");
}

static void a_controller_that_is_no_pi_must_say_which_lines(void **state)
{
    (void)state;
    run("blink", with_board("\"type\": \"wokwi-pi-pico\", \"id\": \"pico\"", "", ""));
    assert_refused(2,
                   "board.json:2:3: pico: wokwi-pi-pico is no Raspberry Pi: give it the attribute "
                   "\"lines\" that says which real line each pin is, such as "
                   "\"GP15=GPIO17,GP16=J8:36\"\n");
}

static void a_line_that_the_chip_does_not_have_is_refused_where_it_stands(void **state)
{
    (void)state;
    run("blink", with_board("\"type\": \"wokwi-pi-pico\", \"id\": \"pico\",\n"
                            "    \"attrs\": { \"lines\": \"GP15=GPI017\" }",
                            "", ""));
    assert_refused(2,
                   "board.json:3:16: pico: lines: pinctrl-bcm2835 has no pin \"GPI017\": did you "
                   "mean \"GPIO17\"?\n");
    run("blink", with_board("\"type\": \"wokwi-pi-pico\", \"id\": \"pico\",\n"
                            "    \"attrs\": { \"lines\": \"GP15=GPIO17,GP16=J8:11\" }",
                            "", ""));
    assert_refused(2, "board.json:3:16: pico: lines: GP15 and GP16 are the same line, J8:11\n");
}

static void a_pin_without_a_line_is_refused_when_the_program_wants_it(void **state)
{
    (void)state;
    run("blink", with_board("\"type\": \"wokwi-pi-pico\", \"id\": \"pico\", "
                            "\"attrs\": { " PICO_MAP ", \"lines\": \"GP14=GPIO17\" }",
                            "", ""));
    assert_refused(1, "GP15: the board file does not say which line it is: add \"GP15=GPIO17\", or "
                      "another line, to lines of pico\n");
    run("blink", with_board("\"type\": \"wokwi-pi-pico\", \"id\": \"pico\", "
                            "\"attrs\": { \"lines\": \"GP14=GPIO17\" }",
                            "", ""));
    assert_refused(1, "pico (wokwi-pi-pico) has no pin \"GPIO17\": did you mean \"GP17\"?\n");
}

static void a_serial_port_that_is_not_there_is_refused_where_it_stands(void **state)
{
    (void)state;
    run("blink", with_board("\"type\": \"softboard-raspberry-pi\", \"id\": \"pi\",\n"
                            "    \"attrs\": { \"lines\": \"serial0=ttyNONE7\" }",
                            "", ""));
    assert_refused(2, "board.json:3:16: pi: lines: serial0: there is no /dev/ttyNONE7: plug it in, "
                      "or write another port's name there\n");
    run("blink", with_board("\"type\": \"softboard-raspberry-pi\", \"id\": \"pi\",\n"
                            "    \"attrs\": { \"lines\": \"serial1=ttyUSB0\" }",
                            "", ""));
    assert_refused(2, "board.json:3:16: pi: lines: pi (softboard-raspberry-pi) has no serial port "
                      "\"serial1\": it has serial0\n");
    run("blink", with_board("\"type\": \"wokwi-pi-pico\", \"id\": \"pico\",\n"
                            "    \"attrs\": { \"lines\": \"serial0=null,serial1=/dev/null\" }",
                            "", ""));
    assert_refused(2, "board.json:3:16: pico: lines: serial0 and serial1 are the same port, "
                      "/dev/null\n");
}

/* ---- the list of pins */

static void a_list_of_pins_has_the_line_of_each_and_what_is_wired_to_it(void **state)
{
    (void)state;
    run_after("GPIOFAKE_BUSY=18=lirc", "button", "--board examples/button.json --list-pins");
    assert_string_equal(r.err, "");
    assert_ended(0);
    assert_holds(r.out, "pi (softboard-raspberry-pi)\n"
                        "  GPIO0 (pin 27)    line  0\n");
    assert_holds(r.out, "\n  GPIO17 (pin 11)   line 17  r1:1\n"
                        "  GPIO18 (pin 12)   line 18  used by 'lirc'\n");
    assert_holds(r.out, "\n  GPIO27 (pin 13)   line 27  btn1:1.l\n"
                        "  ADC0\n");
    assert_holds(r.out, "\ngpiochip0 (pinctrl-bcm2835), its other lines\n");
    assert_holds(r.out, "\n  STATUS_LED        line 42\n");
    assert_string_equal(rig_log(17), "");
}

static void a_list_of_pins_says_what_lines_of_another_name_are_called(void **state)
{
    (void)state;
    run("blink",
        with_board("\"type\": \"wokwi-pi-pico\", \"id\": \"pico\", \"attrs\": { \"lines\": "
                   "\"GP15=GPIO17,GP16=STATUS_LED\" } },\n"
                   "  { \"type\": \"wokwi-pushbutton\", \"id\": \"btn\"",
                   "[\"btn:1.l\", \"pico:GP15\", \"\"], [\"btn:1.r\", \"pico:GP16\", \"\"]",
                   "--list-pins"));
    assert_string_equal(r.err, "");
    assert_holds(r.out, "pico (wokwi-pi-pico)\n"
                        "  GP0\n");
    assert_holds(r.out, "\n  GP15              line 17 (GPIO17)  btn:1.l, pico:GP16\n"
                        "  GP16              line 42 (STATUS_LED)  btn:1.l, pico:GP15\n");
    assert_holds(r.out, "\n  GPIO16 (pin 36)   line 16\n"
                        "  GPIO18 (pin 12)   line 18\n");
}

static void a_list_of_pins_has_the_ports_that_are_elsewhere(void **state)
{
    (void)state;
    run("blink", with_board("\"type\": \"softboard-raspberry-pi\", \"id\": \"pi\", "
                            "\"attrs\": { \"lines\": \"serial0=null\" } },\n"
                            "  { \"type\": \"softboard-gps\", \"id\": \"gps\"",
                            "[\"gps:TX\", \"pi:GPIO15\", \"\"], [\"gps:RX\", \"pi:GPIO14\", \"\"]",
                            "--list-pins"));
    assert_string_equal(r.err, "");
    assert_holds(r.out, "\n  ADC3\n  serial0           null     gps:RX, gps:TX\ngpiochip0");
}

static void without_a_board_file_the_list_has_the_chips_lines(void **state)
{
    (void)state;
    run_after("GPIOFAKE_BUSY=18=lirc", "button", "--list-pins --vcd none.vcd");
    assert_string_equal(r.err, "");
    assert_ended(0);
    assert_holds(r.out, "gpiochip0 (pinctrl-bcm2835)\n"
                        "  GPIO0 (pin 27)    line  0\n");
    assert_holds(r.out, "\n  GPIO18 (pin 12)   line 18  used by 'lirc'\n");
    run_after("GPIOFAKE_ABSENT=1", "button", "--list-pins");
    assert_refused(3, "no GPIO header");
    run("blink", with_board("\"type\": \"wokwi-pi-pico\", \"id\": \"pico\"", "", "--list-pins"));
    assert_refused(2, "pico: wokwi-pi-pico is no Raspberry Pi");
}

/* ---- refusals and endings */

static void what_only_a_simulation_can_do_is_refused(void **state)
{
    static const char *const options[] = {"--scenario x.yaml", "--speed 2", "--check-determinism",
                                          "--shuffle"};
    char arguments[128];

    (void)state;
    for (unsigned i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        snprintf(arguments, sizeof(arguments), "--board examples/blink.json %s", options[i]);
        run("blink", arguments);
        assert_refused(2, " needs a simulated board: leave out --backend linux\n");
    }
}

static void a_board_file_that_is_wrong_is_2_and_no_chip_is_3(void **state)
{
    (void)state;
    run("blink", "--headless --board nowhere.json");
    assert_refused(2, "nowhere.json");
    run_after("GPIOFAKE_ABSENT=1", "blink", "--headless --board examples/blink.json");
    assert_refused(3, "no GPIO header");
    run("blink", "--board examples/blink.json --for 1s --vcd /nowhere/x.vcd");
    assert_refused(2, "/nowhere/x.vcd");
    assert_string_equal(rig_log(17), "");
}

static void strict_fails_a_run_whose_outputs_fight(void **state)
{
    const char *options = with_board("\"type\": \"softboard-raspberry-pi\", \"id\": \"pi\"",
                                     "[\"pi:GPIO26\", \"pi:GPIO19\", \"\"]",
                                     "--for 300ms --strict");

    (void)state;
    run("lcd", options);
    assert_holds(r.err, "wire-conflict");
    assert_ended(1);
}

static void an_interrupted_run_leaves_its_files_and_no_line(void **state)
{
    char arguments[256];

    (void)state;
    snprintf(arguments, sizeof(arguments), "--board examples/blink.json --headless --vcd %s",
             path_of("cut.vcd"));
    run_after(rig_signal_after(" 17 1$", "INT"), "blink", arguments);
    assert_string_equal(r.err, "");
    assert_string_equal(levels_of("cut.vcd", "GPIO17"), "z01");
    assert_string_equal(rig_log(17), "request blink | config output | 0 | 1 | release");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_display_shows_what_the_program_sends_to_the_lines),
        TEST(a_button_looks_pressed_while_the_real_one_is),
        TEST(the_picture_is_that_of_the_simulation),
        TEST(in_a_terminal_the_board_is_drawn_and_keys_are_answered),
        TEST(who_draws_in_the_terminal_takes_its_keys),
        TEST(a_waveform_has_what_the_program_did_and_what_it_saw),
        TEST(a_waveform_needs_no_board_file),
        TEST(a_pin_of_another_controller_is_the_line_that_the_board_file_says),
        TEST(a_part_may_be_put_at_another_line_of_a_pi),
        TEST(lines_may_be_those_of_another_chip),
        TEST(a_controller_that_is_no_pi_must_say_which_lines),
        TEST(a_line_that_the_chip_does_not_have_is_refused_where_it_stands),
        TEST(a_pin_without_a_line_is_refused_when_the_program_wants_it),
        TEST(a_serial_port_that_is_not_there_is_refused_where_it_stands),
        TEST(a_list_of_pins_has_the_line_of_each_and_what_is_wired_to_it),
        TEST(a_list_of_pins_says_what_lines_of_another_name_are_called),
        TEST(a_list_of_pins_has_the_ports_that_are_elsewhere),
        TEST(without_a_board_file_the_list_has_the_chips_lines),
        TEST(what_only_a_simulation_can_do_is_refused),
        TEST(a_board_file_that_is_wrong_is_2_and_no_chip_is_3),
        TEST(strict_fails_a_run_whose_outputs_fight),
        TEST(an_interrupted_run_leaves_its_files_and_no_line),
    };

    (void)argc;
    rig_start(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
