/* SPDX-License-Identifier: MIT */
/* Names of a controller's pins: the program's, by `map`, and the real lines of `lines`; every refusal with its message. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/bus/board_buses.h"
#include "sim/clock_virtual.h"
#include "sim/controller.h"
#include "sim/world.h"

/* A world with one controller; nothing runs in it. */
struct bench {
    struct sb_clock clock;
    struct sb_loop loop;
    struct sb_world *world;
    struct sb_part *controller;
    struct sb_diag diag;
};

static int begin(struct bench *bench, const char *type, const char *attr, const char *value)
{
    const char *const attrs[1][2] = {{attr, value}};
    const struct sb_place place = {"b.json", 7, 3};
    struct sb_part_spec spec = {
        .type = type,
        .id = "c",
        .place = {"b.json", 4, 1},
        .attrs = attrs,
        .attr_count = attr != NULL,
        .attr_places = &place,
    };

    memset(bench, 0, sizeof(*bench));
    sb_clock_virtual_init(&bench->clock, SB_YIELD_COST_NS);
    sb_loop_init(&bench->loop, &(struct sb_loop_config){.clock = &bench->clock});
    bench->world = sb_world_create(&bench->loop, 1);
    sb_diag_init(&bench->diag, NULL, NULL);
    assert_int_equal(sb_world_add_part(bench->world, &spec, &bench->controller, &bench->diag), 0);
    return sb_world_start(bench->world, &bench->diag);
}

static void end(struct bench *bench)
{
    sb_world_destroy(bench->world);
    sb_loop_deinit(&bench->loop);
}

/* What a program means by these names, each "name>pin", with "-" where there is none. */
static const char *meanings(const struct bench *bench, const char *const *names)
{
    static char text[256];
    size_t used = 0;

    for (; *names != NULL; names++) {
        const struct sb_terminal *terminal = sb_controller_terminal(bench->controller, *names);

        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s>%s", used == 0 ? "" : " ",
                                 *names, terminal == NULL ? "-" : terminal->name);
    }
    return text;
}

static void on_a_pi_a_number_is_the_gpio(void **state)
{
    static const char *const names[] = {"17", "GPIO17", "BCM17", "J8:17", "J8:11", "GPIO40", NULL};
    struct bench bench;

    (void)state;
    assert_int_equal(begin(&bench, "softboard-raspberry-pi", NULL, NULL), 0);
    assert_string_equal(meanings(&bench, names),
                        "17>GPIO17 GPIO17>GPIO17 BCM17>GPIO17 J8:17>3V3 J8:11>GPIO17 GPIO40>-");
    end(&bench);
}

static void a_map_goes_before_the_pins_own_names(void **state)
{
    static const char *const names[] = {"GPIO17", "LED", "GP15", "GP2", "GONE", NULL};
    struct bench bench;

    (void)state;
    assert_int_equal(
        begin(&bench, "wokwi-pi-pico", "map", "GPIO17=GP15, LED = GP22 ,GP2=GP3,GONE=GP99"), 0);
    assert_string_equal(meanings(&bench, names), "GPIO17>GP15 LED>GP22 GP15>GP15 GP2>GP3 GONE>-");
    end(&bench);
}

static void lines_say_which_real_line_a_pin_is(void **state)
{
    struct bench bench;
    char line[16] = "";

    (void)state;
    assert_int_equal(begin(&bench, "wokwi-pi-pico", "lines", "GP15=GPIO17, GP16 = J8:36"), 0);
    assert_true(sb_controller_line(
        bench.controller, sb_controller_terminal(bench.controller, "GP16"), line, sizeof(line)));
    assert_string_equal(line, "J8:36");
    assert_false(sb_controller_line(
        bench.controller, sb_controller_terminal(bench.controller, "GP17"), line, sizeof(line)));
    end(&bench);
}

static void lines_say_which_real_port_a_serial_port_is(void **state)
{
    struct bench bench;
    char name[16] = "";

    (void)state;
    assert_int_equal(begin(&bench, "wokwi-pi-pico", "lines", "GP15=GPIO17, uart1 = ttyUSB0"), 0);
    assert_true(sb_controller_port(bench.controller, sb_sim_port_of(bench.controller, "serial1"),
                                   name, sizeof(name)));
    assert_string_equal(name, "ttyUSB0");
    assert_false(sb_controller_port(bench.controller, sb_sim_port_of(bench.controller, "serial0"),
                                    name, sizeof(name)));
    end(&bench);
}

static void without_lines_no_pin_has_one(void **state)
{
    struct bench bench;
    char line[16] = "";

    (void)state;
    assert_int_equal(begin(&bench, "softboard-raspberry-pi", NULL, NULL), 0);
    assert_false(sb_controller_line(
        bench.controller, sb_controller_terminal(bench.controller, "17"), line, sizeof(line)));
    end(&bench);
}

static void refuse(const char *lines, const char *message)
{
    struct bench bench;
    char last[512];
    int rc = begin(&bench, "wokwi-pi-pico", "lines", lines);

    snprintf(last, sizeof(last), "%s", bench.diag.last);
    end(&bench);
    assert_int_equal(rc, -EINVAL);
    assert_string_equal(last, message);
}

static void wrong_lines_are_refused_where_they_stand(void **state)
{
    (void)state;
    refuse("GP15", "b.json:7:3: c: lines has \"GP15\": write PIN=LINE, such as "
                   "\"GP15=GPIO17,GP16=J8:36\"");
    refuse("GP15=", "b.json:7:3: c: lines has \"GP15\": write PIN=LINE, such as "
                    "\"GP15=GPIO17,GP16=J8:36\"");
    refuse("GP15=GPIO17,", "b.json:7:3: c: lines has \"\": write PIN=LINE, such as "
                           "\"GP15=GPIO17,GP16=J8:36\"");
    refuse("GB15=GPIO17",
           "b.json:7:3: c: lines: c (wokwi-pi-pico) has no pin \"GB15\": did you mean "
           "\"GP15\"?");
    refuse("3V3=GPIO17", "b.json:7:3: c: lines: 3V3 is power, ground or unconnected, and no line");
    refuse("GP1=5,GP2=6,GP1=7", "b.json:7:3: c: lines has two lines for GP1: one has to go");
    refuse("serial7=ttyUSB0", "b.json:7:3: c: lines: c (wokwi-pi-pico) has no serial port "
                              "\"serial7\": it has serial0, serial1");
    refuse("ttyUSB0=serial0", "b.json:7:3: c: lines: c (wokwi-pi-pico) has no serial port "
                              "\"ttyUSB0\": it has serial0, serial1");
    refuse("serial0=ttyUSB0,uart0=ttyUSB1",
           "b.json:7:3: c: lines has two lines for serial0: one has to go");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_a_pi_a_number_is_the_gpio),
        cmocka_unit_test(a_map_goes_before_the_pins_own_names),
        cmocka_unit_test(lines_say_which_real_line_a_pin_is),
        cmocka_unit_test(lines_say_which_real_port_a_serial_port_is),
        cmocka_unit_test(without_lines_no_pin_has_one),
        cmocka_unit_test(wrong_lines_are_refused_where_they_stand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
