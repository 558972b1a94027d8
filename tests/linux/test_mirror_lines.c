/* SPDX-License-Identifier: MIT */
/* The real board in a world: which level a wire has, when it changed, and what is looked at for it. On a fake chip. */
#include "tests/linux/gpio_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/hal/stream.h"
#include "lib/task.h"
#include "sim/parts/part_button.h"
#include "sim/parts/part_gps.h"
#include "sim/world.h"
#include "tests/child.h"
#include "tools/app/mirror.h"

static struct rig rig;
static struct sb_mirror mirror;
static struct sb_world *world;
static struct sb_diag diag;
static char trace[512];

static void add_with(const char *type, const char *id, const char *attr, const char *value)
{
    const char *const attrs[1][2] = {{attr, value}};
    struct sb_part_spec spec = {.type = type, .id = id, .attrs = attrs, .attr_count = attr != NULL};

    assert_int_equal(sb_world_add_part(world, &spec, NULL, &diag), 0);
}

static void add(const char *type, const char *id)
{
    add_with(type, id, NULL, NULL);
}

static void join(const char *a, const char *b)
{
    assert_int_equal(
        sb_world_connect(world, sb_world_terminal(world, a), sb_world_terminal(world, b), NULL), 0);
}

/* A Raspberry Pi with a button at GPIO27, a knob at ADC1 and a GPS module at serial0. Returns what the mirror's opening did. */
static int begin_with(const char *lines)
{
    rig_open(&rig);
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(&rig.loop, 1);
    sb_mirror_init(world);
    add_with("softboard-raspberry-pi", "pi", lines == NULL ? NULL : "lines", lines);
    add("wokwi-pushbutton", "btn");
    add("wokwi-potentiometer", "knob");
    add("softboard-gps", "gps");
    join("btn:1.l", "pi:GPIO27");
    join("btn:2.l", "pi:GND.1");
    join("knob:SIG", "pi:ADC1");
    join("gps:TX", "pi:GPIO15");
    assert_int_equal(sb_world_start(world, &diag), 0);
    return sb_mirror_open(&mirror, world, &rig.board, &diag);
}

static void begin(void)
{
    assert_int_equal(begin_with(NULL), 0);
}

static void end(void)
{
    sb_linux_board_close(&rig.board);
    sb_mirror_close(&mirror);
    sb_world_destroy(world);
    rig_close(&rig);
}

static struct sb_wire *wire_of(const char *name)
{
    struct sb_wire *wire = sb_world_wire(world, name);

    assert_non_null(wire);
    return wire;
}

/* After all that is known. */
static enum sb_level level_of(const char *name)
{
    sb_mirror_finish(&mirror);
    return wire_of(name)->level;
}

static void on_change(struct sb_wire *wire, enum sb_level level, void *arg)
{
    size_t used = strlen(trace);

    (void)arg;
    snprintf(trace + used, sizeof(trace) - used, "%s%s=%d", used == 0 ? "" : " ", wire->name,
             level);
}

/* ---- levels */

static void an_output_is_what_was_written_until_it_is_closed(void **state)
{
    struct sb_pin *pin;

    (void)state;
    begin();
    pin = rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW);
    assert_int_equal(level_of("GPIO17"), SB_LEVEL_HIGH);
    sb_pin_write(pin, true);
    assert_int_equal(level_of("GPIO17"), SB_LEVEL_LOW);
    sb_pin_close(pin);
    assert_int_equal(level_of("GPIO17"), SB_LEVEL_FLOATING);
    end();
}

static int wait_for_low(void *arg)
{
    return rig_wait_level(arg, 0);
}

static void an_input_is_what_was_read(void **state)
{
    struct sb_pin *pin;

    (void)state;
    begin();
    pin = rig_pin(&rig, "GPIO22", SB_PIN_INPUT | SB_PIN_PULL_UP);
    assert_int_equal(level_of("GPIO22"), SB_LEVEL_HIGH);
    rig_put(22, 0);
    assert_int_equal(rig_run(&rig, wait_for_low, pin), 0);
    assert_int_equal(level_of("GPIO22"), SB_LEVEL_LOW);
    end();
}

/* Without a read of the program's: sb_pin_peek_level tells no tap. */
static int peek_until_low(void *arg)
{
    for (int i = 0; i < 2000 && sb_pin_peek_level(arg) != 0; i++)
        if (sb_sleep_ms(1) < 0)
            return -ECANCELED;
    return 0;
}

static void an_input_that_nobody_reads_is_looked_at_before_a_picture(void **state)
{
    const struct sb_part_button *button;
    struct sb_pin *pin;

    (void)state;
    begin();
    button = (const struct sb_part_button *)sb_world_part(world, "btn");
    pin = rig_pin(&rig, "GPIO27", SB_PIN_INPUT | SB_PIN_PULL_UP);
    sb_mirror_show(&mirror);
    assert_false(button->is_pressed);
    rig_put(27, 0);
    assert_int_equal(rig_run(&rig, peek_until_low, pin), 0);
    sb_mirror_finish(&mirror);
    assert_true(button->is_pressed);
    end();
}

static void a_line_that_is_let_go_has_the_level_from_outside(void **state)
{
    struct sb_pin *pin;

    (void)state;
    begin();
    rig_put(22, 0);
    pin = rig_pin(&rig, "GPIO22",
                  SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_PULL_UP | SB_PIN_INITIAL_TRUE);
    assert_int_equal(rig_run(&rig, peek_until_low, pin), 0);
    assert_int_equal(level_of("GPIO22"), SB_LEVEL_LOW);
    sb_pin_write(pin, true); /* lets go again, and is asked again */
    assert_int_equal(level_of("GPIO22"), SB_LEVEL_LOW);
    end();
}

static void pins_that_were_opened_together_are_shown_as_any(void **state)
{
    static const char *const names[] = {"GPIO5", "GPIO6", "GPIO13"};
    struct sb_pin *pins[3];

    (void)state;
    begin();
    assert_int_equal(sb_board_pins(&rig.board.board, names, 3, SB_PIN_OUTPUT, 1, pins), 0);
    assert_int_equal(level_of("GPIO5"), SB_LEVEL_HIGH);
    assert_int_equal(level_of("GPIO6"), SB_LEVEL_LOW);
    sb_pins_write(pins, 3, 6);
    assert_int_equal(level_of("GPIO5"), SB_LEVEL_LOW);
    assert_int_equal(level_of("GPIO13"), SB_LEVEL_HIGH);
    end();
}

static void a_sample_is_where_the_knob_stands(void **state)
{
    const struct sb_part *knob;
    struct sb_adc adc = {.name = "adc1"};

    (void)state;
    begin();
    knob = sb_world_part(world, "knob");
    mirror.tap.ops->adc_sampled(&mirror.tap, &adc, SB_ADC_MAX);
    sb_mirror_finish(&mirror);
    assert_true(knob->type->get_control(knob, 0) == 1);
    mirror.tap.ops->adc_sampled(&mirror.tap, &adc, -EIO);
    adc.name = "iio:device7/in_voltage1";
    mirror.tap.ops->adc_sampled(&mirror.tap, &adc, 0);
    sb_mirror_finish(&mirror);
    assert_true(knob->type->get_control(knob, 0) == 1);
    end();
}

static void receive(const char *port, const char *text)
{
    struct sb_stream stream = {.name = port};

    mirror.tap.ops->stream_received(&mirror.tap, &stream, (const uint8_t *)text, strlen(text));
}

static void a_gps_module_shows_what_the_program_receives_of_it(void **state)
{
    const struct sb_sim_gps_fix *fix;
    const struct sb_part *gps;

    (void)state;
    begin();
    gps = sb_world_part(world, "gps");
    fix = sb_part_gps_fix(gps);
    assert_int_equal(sb_part_gps_known(gps), 0);
    assert_int_equal(sb_part_gps_sky(gps)->in_view, 0);
    receive("ttyUSB7", "$GPRMC,061500,A,4731.99,N,00732.49,E,5.00,90.0,260813,,,A*7A\r\n");
    receive("serial0", "$GPGSV,1,1,02,07,79,048,42,02,51,062,43*7D\r\n");
    receive("serial0", "$GPRMC,061507,A,4530.70068,N,12240.80");
    receive("serial0", "510,W,5.00,90.00,260813,,,A*57\r\n$GPRMC,061508,V,,,,,,,260813,,,N*57\r\n");
    assert_true(fix->is_valid);
    assert_int_equal(sb_part_gps_known(gps),
                     SB_SIM_GPS_FIX | SB_SIM_GPS_PLACE | SB_SIM_GPS_SPEED | SB_SIM_GPS_COURSE);
    assert_int_equal(fix->latitude, 455116780);
    assert_int_equal(fix->longitude, -1226800850);
    assert_int_equal(fix->speed, 500);
    assert_int_equal(sb_part_gps_sky(gps)->in_view, 2);
    assert_int_equal(sb_part_gps_sky(gps)->satellites[1].azimuth, 62);
    end();
}

/* ---- serial ports that are elsewhere */

/* A port of this machine, a name for it, and what is written into its other end comes out of it. */
static struct {
    int fd;
    char name[64];
    char other_name[64];
} port;

static void open_port(void)
{
    port.fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(port.fd >= 0 && grantpt(port.fd) == 0 && unlockpt(port.fd) == 0);
    assert_int_equal(ptsname_r(port.fd, port.name, sizeof(port.name)), 0);
    snprintf(port.other_name, sizeof(port.other_name), "%s/port", child_folder());
    unlink(port.other_name);
    assert_int_equal(symlink(port.name, port.other_name), 0);
}

static int receive_a_fix(void *arg)
{
    static const char text[] =
        "$GPRMC,061507,A,4530.70068,N,12240.80510,W,5.00,90.00,260813,,,A*57\r\n"
        "$GPRMC,061508,V,,,,,,,260813,,,N*57\r\n";
    const struct sb_sim_gps_fix *fix = sb_part_gps_fix(sb_world_part(world, "gps"));
    uint8_t bytes[sizeof(text) - 1];

    if (write(port.fd, text, sizeof(text) - 1) != sizeof(text) - 1)
        return -EIO;
    if (sb_stream_read_exactly(arg, bytes, sizeof(bytes)) < 0)
        return -EIO;
    return fix->is_valid ? 0 : -ENODATA;
}

static void assert_gps_at(const char *lines, const char *opened)
{
    struct sb_stream *stream;

    assert_int_equal(begin_with(lines), 0);
    if (sb_board_stream(&rig.board.board, opened, 9600, &stream) < 0)
        fail_msg("%s", sb_board_error(&rig.board.board));
    assert_int_equal(rig_run(&rig, receive_a_fix, stream), 0);
    end();
}

static void a_gps_module_may_be_at_a_port_that_the_board_file_names(void **state)
{
    char lines[128];

    (void)state;
    if (child_is_emulated())
        skip(); /* it knows no serial ports */
    open_port();
    snprintf(lines, sizeof(lines), "GPIO17=STATUS_LED,serial0=%s", port.name);
    assert_gps_at(lines, "serial0");
    assert_gps_at(lines, port.name);
    assert_gps_at(lines, port.other_name);
    snprintf(lines, sizeof(lines), "serial0=%s", port.other_name);
    assert_gps_at(lines, "serial0");
    assert_gps_at(lines, port.name);
    close(port.fd);
}

static void a_port_that_is_not_there_is_refused(void **state)
{
    (void)state;
    assert_int_equal(begin_with("serial0=ttyNONE7"), -EINVAL);
    assert_string_equal(diag.last, "pi: lines: serial0: there is no /dev/ttyNONE7: plug it in, or "
                                   "write another port's name there");
    end();
}

/* ---- time */

static void an_edge_stands_where_the_kernel_saw_it_however_late_it_is_told(void **state)
{
    struct sb_wire_listener listeners[2];
    int64_t now_ns;
    struct sb_pin *out;
    struct sb_pin *in;

    (void)state;
    begin();
    trace[0] = '\0';
    out = rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT);
    in = rig_pin(&rig, "GPIO24", SB_PIN_INPUT | SB_PIN_PULL_UP);
    sb_mirror_finish(&mirror);
    sb_wire_listen(wire_of("GPIO17"), &listeners[0], on_change, NULL);
    sb_wire_listen(wire_of("GPIO24"), &listeners[1], on_change, NULL);
    now_ns = sb_clock_now_ns(&rig.clock.clock);
    while (sb_clock_now_ns(&rig.clock.clock) < now_ns + 2000)
        ;
    sb_pin_write(out, true);
    mirror.tap.ops->pin_edge(&mirror.tap, in, false, now_ns + 1000, 0);
    mirror.tap.ops->pin_edge(&mirror.tap, in, true, now_ns + 1500, 0);
    sb_mirror_finish(&mirror);
    assert_string_equal(trace, "GPIO24=0 GPIO24=1 GPIO17=1");
    assert_int_equal(wire_of("GPIO24")->changed_ns, now_ns + 1500 - mirror.start_ns);
    assert_true(wire_of("GPIO17")->changed_ns > wire_of("GPIO24")->changed_ns);
    end();
}

static int sleep_100_ms(void *arg)
{
    (void)arg;
    return sb_sleep_ms(100);
}

static void what_happened_is_shown_by_itself_a_little_later(void **state)
{
    struct sb_pin *pin;

    (void)state;
    begin();
    pin = rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT);
    sb_pin_write(pin, true);
    assert_int_equal(wire_of("GPIO17")->level, SB_LEVEL_FLOATING);
    assert_int_equal(rig_run(&rig, sleep_100_ms, NULL), 0);
    assert_int_equal(wire_of("GPIO17")->level, SB_LEVEL_HIGH);
    assert_false(sb_timer_is_armed(&mirror.timer)); /* nothing happens, and nobody is woken */
    end();
}

static void nothing_is_lost_however_much_happens_at_once(void **state)
{
    struct sb_pin *pin;

    (void)state;
    begin();
    pin = rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT);
    for (unsigned i = 0; i < 3 * SB_MIRROR_QUEUE_SIZE; i++)
        sb_pin_toggle(pin);
    sb_mirror_finish(&mirror);
    assert_int_equal(wire_of("GPIO17")->change_count, 3 * SB_MIRROR_QUEUE_SIZE + 1);
    end();
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_output_is_what_was_written_until_it_is_closed),
        cmocka_unit_test(an_input_is_what_was_read),
        cmocka_unit_test(an_input_that_nobody_reads_is_looked_at_before_a_picture),
        cmocka_unit_test(a_line_that_is_let_go_has_the_level_from_outside),
        cmocka_unit_test(pins_that_were_opened_together_are_shown_as_any),
        cmocka_unit_test(a_sample_is_where_the_knob_stands),
        cmocka_unit_test(a_gps_module_shows_what_the_program_receives_of_it),
        cmocka_unit_test(a_gps_module_may_be_at_a_port_that_the_board_file_names),
        cmocka_unit_test(a_port_that_is_not_there_is_refused),
        cmocka_unit_test(an_edge_stands_where_the_kernel_saw_it_however_late_it_is_told),
        cmocka_unit_test(what_happened_is_shown_by_itself_a_little_later),
        cmocka_unit_test(nothing_is_lost_however_much_happens_at_once),
    };

    (void)argc;
    rig_start(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
