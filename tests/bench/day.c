/* SPDX-License-Identifier: MIT */
/*
 * day: n simulated seconds of a station with a display whose clock changes each second, a sensor that is
 * measured every ten, a button that is pressed a hundred times a day, and (not in day_no_gps) a GPS receiver
 * that sends RMC and GGA each second over a serial line. An operation is a simulated second. The floor lets
 * the same time pass with one timer a second.
 */
#include <stdio.h>
#include <stdlib.h>

#include "drivers/gps.h"
#include "drivers/gps_format.h"
#include "drivers/hd44780.h"
#include "drivers/htu21d.h"
#include "drivers/pushbutton.h"
#include "sim/board_sim.h"
#include "tests/bench/bench.h"
#include "tests/bench/floor.h"

#define PRESSES_A_DAY 100
#define DAY_S         86400

struct station {
    struct sb_world *world;
    struct sb_sim_board sim;
    struct sb_hd44780 lcd;
    struct sb_hd44780_config lcd_config;
    struct sb_pushbutton button;
    struct sb_pushbutton_config button_config;
    struct sb_htu21d sensor;
    struct sb_htu21d_config sensor_config;
    struct sb_gps gps;
    struct sb_gps_config gps_config;
    struct sb_task tasks[3];
    long seconds;
    bool has_gps;
    int64_t spent_ns;
};

static struct station station;

/* ---- the board */

static void add(const char *type, const char *id, const char *name, const char *value)
{
    const char *attrs[1][2] = {{name, value}};
    struct sb_part_spec spec = {.type = type,
                                .id = id,
                                .attrs = (const char *const(*)[2])attrs,
                                .attr_count = name != NULL};
    struct sb_diag diag;
    struct sb_part *part;

    sb_diag_init(&diag, NULL, NULL);
    bench_expect(sb_world_add_part(station.world, &spec, &part, &diag) == 0);
}

static void join(const char *a, const char *b)
{
    bench_expect(sb_world_connect(station.world, sb_world_terminal(station.world, a),
                                  sb_world_terminal(station.world, b), "") == 0);
}

static void build(void)
{
    static const char *const wires[][2] = {
        {"pi:GPIO26", "lcd:RS"}, {"pi:GPIO19", "lcd:E"},   {"pi:GPIO13", "lcd:D4"},
        {"pi:GPIO6", "lcd:D5"},  {"pi:GPIO5", "lcd:D6"},   {"pi:GPIO11", "lcd:D7"},
        {"pi:GND", "lcd:RW"},    {"pi:GPIO27", "btn:1.l"}, {"pi:GND", "btn:2.l"},
        {"pi:GPIO2", "htu:SDA"}, {"pi:GPIO3", "htu:SCL"},
    };
    struct sb_diag diag;

    sb_diag_init(&diag, NULL, NULL);
    station.world = sb_world_create(sb_loop_current(), 1);
    add("softboard-raspberry-pi", "pi", NULL, NULL);
    add("wokwi-lcd2004", "lcd", NULL, NULL);
    add("wokwi-pushbutton", "btn", NULL, NULL);
    add("softboard-htu21d", "htu", NULL, NULL);
    if (station.has_gps) {
        add("softboard-gps", "gps", "sentences", "RMC GGA");
        join("gps:TX", "pi:GPIO15");
    }
    for (size_t i = 0; i < sizeof(wires) / sizeof(wires[0]); i++)
        join(wires[i][0], wires[i][1]);
    bench_expect(sb_world_start(station.world, &diag) == 0);
    bench_expect(sb_sim_board_init(&station.sim, station.world) == 0);
}

/* ---- the program */

static struct sb_pin *pin(const char *name, unsigned flags)
{
    struct sb_pin *out;

    bench_expect(sb_board_pin(&station.sim.board, name, flags, &out) == 0);
    return out;
}

static void open_devices(void)
{
    static const char *const names[] = {"GPIO26", "GPIO19", "GPIO13", "GPIO6", "GPIO5", "GPIO11"};
    struct sb_hd44780_config *lcd = &station.lcd_config;
    struct sb_pin *p[6];

    *lcd = (struct sb_hd44780_config){.columns = 20, .rows = 4};
    bench_expect(sb_board_pins(&station.sim.board, names, 6, SB_PIN_OUTPUT, 0, p) == 0);
    lcd->pins =
        (struct sb_hd44780_pins){.rs = p[0], .e = {p[1]}, .d = {[4] = p[2], p[3], p[4], p[5]}};
    bench_expect(sb_hd44780_init(&station.lcd, lcd) == 0);
    sb_spawn(&station.tasks[0], "display", sb_hd44780_run, &station.lcd);
    station.button_config = (struct sb_pushbutton_config){
        .pin = pin("GPIO27", SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW)};
    bench_expect(sb_pushbutton_init(&station.button, &station.button_config) == 0 &&
                 sb_pushbutton_start(&station.button) == 0);
    station.sensor_config = (struct sb_htu21d_config){.bus = NULL};
    bench_expect(sb_board_i2c(&station.sim.board, "i2c-1", &station.sensor_config.bus) == 0);
    bench_expect(sb_htu21d_init(&station.sensor, &station.sensor_config) == 0);
    sb_spawn(&station.tasks[1], "sensor", sb_htu21d_run, &station.sensor);
    if (!station.has_gps)
        return;
    station.gps_config = (struct sb_gps_config){.stream = NULL};
    bench_expect(sb_board_stream(&station.sim.board, "serial0", 9600, &station.gps_config.stream) ==
                 0);
    bench_expect(sb_gps_init(&station.gps, &station.gps_config) == 0);
    sb_spawn(&station.tasks[2], "gps", sb_gps_run, &station.gps);
}

static void draw_clock(void)
{
    int64_t second = sb_now_ns() / SB_S_NS;
    char line[SB_GPS_TEXT_SIZE];

    sb_gps_format_time(line, sizeof(line), second % DAY_S * SB_S_NS, 0);
    sb_hd44780_print(&station.lcd, 0, 0, line);
}

static void press(bool is_pressed)
{
    struct sb_part *button = sb_world_part(station.world, "btn");

    bench_expect(sb_part_set_control(button, "pressed", is_pressed) == 0);
}

static int run(void *arg)
{
    int64_t start_ns = bench_cpu_ns();

    (void)arg;
    build();
    open_devices();
    for (long second = 0; second < station.seconds; second++) {
        long phase = second % (DAY_S / PRESSES_A_DAY);

        draw_clock();
        if (phase == 5 || phase == 6)
            press(phase == 5);
        bench_expect(sb_sleep_until_ns((second + 1) * SB_S_NS) == 0);
    }
    bench_expect(station.button.press_count >= (uint32_t)(station.seconds / DAY_S * PRESSES_A_DAY));
    bench_expect(station.sensor.sample_count >= (uint64_t)station.seconds / 10 - 1);
    bench_expect(!station.has_gps || sb_gps_is_valid(&station.gps.fix, SB_GPS_POSITION));
    for (unsigned i = 0; i < 2u + station.has_gps; i++) {
        sb_task_cancel(&station.tasks[i]);
        sb_join(&station.tasks[i], NULL);
    }
    sb_pushbutton_stop(&station.button);
    sb_sim_board_deinit(&station.sim);
    sb_world_destroy(station.world);
    station.spent_ns = bench_cpu_ns() - start_ns;
    return 0;
}

static double day(long seconds, bool has_gps)
{
    station = (struct station){.seconds = seconds, .has_gps = has_gps};
    bench_loop_run(NULL, 4, run, NULL);
    return (double)station.spent_ns / (double)seconds;
}

double bench_day(long n)
{
    return day(n, true);
}

double bench_day_no_gps(long n)
{
    return day(n, false);
}

double floor_day(long n)
{
    (void)n;
    return floor_sleep_virtual(1000);
}
