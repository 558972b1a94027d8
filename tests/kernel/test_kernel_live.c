/* SPDX-License-Identifier: MIT */
/*
 * The live board on a real kernel's lines: parts of a board file show what drivers do with a chip of gpio-sim and what
 * comes in from outside, at the kernel's times.
 */
#include "tests/kernel/kernel_rig.h"

#include <string.h>

#include "sim/parts/part_button.h"
#include "sim/world.h"
#include "tests/kernel/stimulus.h"
#include "tools/app/mirror.h"

static struct rig rig;
static struct sb_mirror mirror;
static struct sb_world *world;
static struct sb_diag diag;
static struct stimulus stimulus;

static void put(struct stimulus *s, unsigned gpio, bool level)
{
    (void)s;
    gpiosim_pull(&rig.sim, gpio, level);
}

static int level_seen(struct stimulus *s, unsigned gpio)
{
    (void)s;
    return gpiosim_value(&rig.sim, gpio);
}

static struct sb_part *add(const char *type, const char *id)
{
    struct sb_part_spec spec = {.type = type, .id = id};
    struct sb_part *part = NULL;

    assert_int_equal(sb_world_add_part(world, &spec, &part, &diag), 0);
    return part;
}

static void join(const char *a, const char *b)
{
    assert_int_equal(
        sb_world_connect(world, sb_world_terminal(world, a), sb_world_terminal(world, b), NULL), 0);
}

/* A Raspberry Pi, to which a test adds its parts before `start`. */
static void begin(void)
{
    rig_open(&rig);
    stimulus = (struct stimulus){.board = &rig.board.board, .put = put, .level = level_seen};
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(&rig.loop, 1);
    sb_mirror_init(world);
    add("softboard-raspberry-pi", "pi");
}

static void start(void)
{
    assert_int_equal(sb_world_start(world, &diag), 0);
    assert_int_equal(sb_mirror_open(&mirror, world, &rig.board, &diag), 0);
}

static void end(void)
{
    sb_linux_board_close(&rig.board);
    sb_mirror_close(&mirror);
    sb_world_destroy(world);
    rig_close(&rig);
}

/* ---- tests */

static void a_display_shows_what_was_written_to_the_lines(void **state)
{
    static const char *const lines[][2] = {{"lcd:RS", "pi:GPIO26"}, {"lcd:E", "pi:GPIO19"},
                                           {"lcd:D4", "pi:GPIO13"}, {"lcd:D5", "pi:GPIO6"},
                                           {"lcd:D6", "pi:GPIO5"},  {"lcd:D7", "pi:GPIO11"}};
    const struct sb_part *lcd;
    char text[64];

    (void)state;
    begin();
    lcd = add("wokwi-lcd1602", "lcd");
    for (unsigned i = 0; i < 6; i++)
        join(lines[i][0], lines[i][1]);
    start();
    assert_int_equal(rig_run(&rig, stimulus_display.run, &stimulus), 0);
    sb_mirror_finish(&mirror);
    assert_true(lcd->type->read_line(lcd, 1, text, sizeof(text)) > 0);
    assert_string_equal(text, "Softboard       ");
    assert_true(lcd->type->read_line(lcd, 2, text, sizeof(text)) > 0);
    assert_string_equal(text, "21.6\xc2\xb0"
                              "C  47 %    ");
    end();
}

static void a_button_looks_pressed_while_its_line_is_low(void **state)
{
    const struct sb_part_button *button;

    (void)state;
    begin();
    button = (const struct sb_part_button *)add("wokwi-pushbutton", "btn");
    join("btn:1.l", "pi:GPIO22");
    join("btn:2.l", "pi:GND.1");
    start();
    gpiosim_pull(&rig.sim, 22, true);
    (void)rig_pin(&rig, "GPIO22", SB_PIN_INPUT);
    sb_mirror_finish(&mirror);
    assert_false(button->is_pressed);
    gpiosim_pull(&rig.sim, 22, false);
    sb_mirror_finish(&mirror);
    assert_true(button->is_pressed);
    end();
}

#define EDGES        8
#define TOLERANCE_NS 100000

static int64_t pulled_ns[EDGES]; /* when the outside made each edge */
static int64_t shown_ns[EDGES];  /* when it was by the world */
static unsigned shown_count;

static void on_change(struct sb_wire *wire, enum sb_level level, void *arg)
{
    (void)arg;
    if (level <= SB_LEVEL_HIGH && shown_count < EDGES)
        shown_ns[shown_count] = wire->changed_ns + mirror.start_ns;
    shown_count++;
}

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    (void)edge;
    (void)arg;
}

/* How a remote begins. The program sleeps over its edges, which are told all at once. */
static int send_marks(void *arg)
{
    static const unsigned times_us[EDGES] = {9000, 4500, 560, 560, 560, 1690, 560, 0};
    struct sb_pin_watch watch;
    int rc = sb_pin_watch_start(arg, &watch, SB_EDGE_BOTH, on_edge, NULL);

    for (unsigned i = 0; i < EDGES; i++) {
        gpiosim_pull(&rig.sim, 23, i % 2 != 0);
        pulled_ns[i] = sb_now_ns();
        rig_block_us(times_us[i]);
    }
    if (rc == 0)
        rc = sb_sleep_ms(5);
    sb_pin_watch_stop(&watch);
    return rc;
}

static void edges_stand_where_the_kernel_saw_them(void **state)
{
    struct sb_wire_listener listener;
    struct sb_pin *pin;

    (void)state;
    begin();
    add("wokwi-ir-receiver", "ir");
    join("ir:DAT", "pi:GPIO23");
    start();
    gpiosim_pull(&rig.sim, 23, true);
    pin = rig_pin(&rig, "GPIO23", SB_PIN_INPUT);
    sb_mirror_finish(&mirror);
    sb_wire_listen(sb_world_wire(world, "GPIO23"), &listener, on_change, NULL);
    assert_int_equal(rig_run(&rig, send_marks, pin), 0);
    sb_mirror_finish(&mirror);
    assert_int_equal(shown_count, EDGES);
    for (unsigned i = 0; i < EDGES; i++)
        assert_in_range(pulled_ns[i] + TOLERANCE_NS - shown_ns[i], 0, 2 * TOLERANCE_NS);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_display_shows_what_was_written_to_the_lines),
        cmocka_unit_test(a_button_looks_pressed_while_its_line_is_low),
        cmocka_unit_test(edges_stand_where_the_kernel_saw_them),
    };

    rig_need_gpiosim();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
