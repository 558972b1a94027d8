/* SPDX-License-Identifier: MIT */
/*
 * Trials of pins, buses and drivers on simulated boards, whose examiners look on: whatever cut a call short, the bus
 * is free, no datasheet is violated, and the same driver works right afterwards.
 */
#include "tests/trial_rig.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drivers/gps.h"
#include "drivers/hd44780.h"
#include "drivers/htu21d.h"
#include "drivers/nec_ir.h"
#include "drivers/pushbutton.h"
#include "lib/gather.h"
#include "lib/hal/spi.h"
#include "tests/board_rig.h"
#include "tests/i2c_rig.h"

static struct board_rig rig;

static int board_tear_down(void *arg)
{
    (void)arg;
    board_rig_end(&rig);
    return 0;
}

/* ---- pin */

static struct {
    struct sb_pin *in;
    struct sb_pin *out;
    int seen_count;
    int64_t last_ns;
    int made_count;
    struct sb_event is_watching;
} p;

static int pin_set_up(void *arg)
{
    (void)arg;
    memset(&p, 0, sizeof(p));
    sb_event_init(&p.is_watching);
    board_rig_begin(&rig);
    board_rig_join(&rig, "pi:GPIO4", "pi:GPIO5");
    board_rig_start(&rig);
    p.out = board_rig_pin(&rig, "GPIO4", SB_PIN_OUTPUT);
    p.in = board_rig_pin(&rig, "GPIO5", SB_PIN_INPUT);
    return 0;
}

static int wait_edges(void *arg)
{
    (void)arg;
    while (p.seen_count < 2) {
        struct sb_edge edge = {.time_ns = -1};
        int rc = sb_pin_wait_edge(p.in, SB_EDGE_BOTH, &edge);

        if (rc < 0)
            return rc;
        SB_EXPECT(edge.time_ns > p.last_ns);
        p.last_ns = edge.time_ns;
        p.seen_count++;
    }
    return 0;
}

/* Until they have been seen: an edge that nobody waits for is nobody's. */
static int make_edges(void *arg)
{
    (void)arg;
    while (p.seen_count < 2) {
        int rc = sb_sleep_us(10);

        if (rc < 0)
            return rc;
        sb_pin_toggle(p.out);
    }
    return 0;
}

static void pin_check(void *arg)
{
    (void)arg;
    SB_EXPECT(sb_list_is_empty(&p.in->watches));
}

static const struct sb_trial_task pin_tasks[] = {
    {.name = "waiter", .fn = wait_edges, .then = wait_edges},
    {.name = "other", .fn = make_edges, .then = make_edges},
};

/* ---- analog input */

static struct {
    struct sb_adc *adc;
    struct sb_part *knob;
    int sample_count;
} a;

static int adc_set_up(void *arg)
{
    (void)arg;
    memset(&a, 0, sizeof(a));
    board_rig_begin(&rig);
    a.knob = board_rig_add(&rig, "wokwi-potentiometer", "knob", NULL);
    board_rig_join(&rig, "pi:ADC0", "knob:SIG");
    board_rig_start(&rig);
    return sb_board_adc(&rig.sim.board, "adc0", &a.adc);
}

static int sample(void *arg)
{
    (void)arg;
    while (a.sample_count < 3) {
        int rc;

        SB_EXPECT_INT(sb_part_set_control(a.knob, "position", 0.5 * a.sample_count), 0);
        rc = sb_adc_read(a.adc);
        SB_EXPECT_INT((rc + 16384) / 32768, a.sample_count);
        a.sample_count++;
        rc = sb_sleep_ms(1);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static const struct sb_trial_task adc_tasks[] = {{.name = "sampler", .fn = sample, .then = sample}};

/* ---- I2C */

static struct i2c_rig memory;

static int i2c_set_up(void *arg)
{
    (void)arg;
    i2c_rig_open(&memory, NULL);
    memory.memory[0x20] = 0x5a;
    memory.memory[0x21] = 0xa5;
    return 0;
}

static int i2c_tear_down(void *arg)
{
    (void)arg;
    i2c_rig_close(&memory);
    return 0;
}

static int i2c_write(void *arg)
{
    static const uint8_t bytes[] = {0x10, 0x11, 0x22};
    int rc = sb_i2c_write(memory.bus, I2C_RIG_ADDRESS, bytes, sizeof(bytes));

    (void)arg;
    SB_EXPECT(rc < 0 || (memory.memory[0x10] == 0x11 && memory.memory[0x11] == 0x22));
    return rc;
}

static int i2c_read(void *arg)
{
    static const uint8_t from = 0x20;
    uint8_t bytes[2] = {0};
    int rc = sb_i2c_write_read(memory.bus, I2C_RIG_ADDRESS, &from, 1, bytes, 2);

    (void)arg;
    SB_EXPECT(rc < 0 || (bytes[0] == 0x5a && bytes[1] == 0xa5));
    return rc;
}

static void i2c_check(void *arg)
{
    (void)arg;
    SB_EXPECT(i2c_rig_is_idle(&memory));
    SB_EXPECT(!sb_lock_is_locked(&memory.bus->lock));
    EXPECT_NOBODY_WAITS(&memory.bus->lock.waiters);
    if (i2c_rig_violations(&memory) > 0)
        sb_expect_at(false, i2c_rig_violation(&memory), "examiner", 0);
}

static const struct sb_trial_task i2c_tasks[] = {
    {.name = "writer", .fn = i2c_write, .then = i2c_write},
    {.name = "reader", .fn = i2c_read, .then = i2c_read},
};

/* ---- SPI */

static struct {
    struct sb_spi spi;
    bool is_selected;
    uint8_t shifted; /* the device gives back what it got before */
} spi;

static int shift(struct sb_spi *s, const uint8_t *out, uint8_t *in, size_t size)
{
    int rc;

    (void)s;
    SB_EXPECT(!spi.is_selected);
    spi.is_selected = true;
    rc = sb_sleep_us(8 * (int64_t)size);
    spi.is_selected = false;
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < size; i++) {
        in[i] = spi.shifted;
        spi.shifted = out[i];
    }
    return 0;
}

static int spi_set_up(void *arg)
{
    static const struct sb_spi_ops ops = {.transfer = shift};
    static const struct sb_spi_config config = {.mode = 0};

    (void)arg;
    memset(&spi, 0, sizeof(spi));
    sb_spi_init(&spi.spi, NULL, "spi0.0", &config, &ops);
    return 0;
}

static int use_spi(void *arg)
{
    const uint8_t out[2] = {0x12, 0x34};
    uint8_t in[2] = {0};
    int rc = sb_spi_transfer(&spi.spi, out, in, 2);

    (void)arg;
    SB_EXPECT(rc < 0 || in[1] == 0x12);
    return rc;
}

static void spi_check(void *arg)
{
    (void)arg;
    SB_EXPECT(!spi.is_selected);
    SB_EXPECT(!sb_lock_is_locked(&spi.spi.lock));
}

static const struct sb_trial_task spi_tasks[] = {
    {.name = "a", .fn = use_spi, .then = use_spi},
    {.name = "b", .fn = use_spi, .then = use_spi},
};

/* ---- pushbutton */

static struct {
    struct sb_part *part;
    struct sb_pushbutton_config config;
    struct sb_pushbutton button;
    unsigned kinds; /* that have come */
} button;

static int button_set_up(void *arg)
{
    (void)arg;
    memset(&button, 0, sizeof(button));
    board_rig_begin(&rig);
    button.part = board_rig_add(&rig, "wokwi-pushbutton", "btn", NULL);
    board_rig_join(&rig, "pi:GPIO17", "btn:1.l");
    board_rig_join(&rig, "pi:GND.1", "btn:2.l");
    board_rig_start(&rig);
    button.config.pin = board_rig_pin(&rig, "GPIO17",
                                      SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW);
    button.config.wait_events = SB_PUSHBUTTON_PRESS | SB_PUSHBUTTON_RELEASE | SB_PUSHBUTTON_LONG;
    button.config.debounce_ms = 2;
    button.config.double_click_ms = 3;
    button.config.long_press_ms = 5;
    SB_EXPECT_INT(sb_pushbutton_init(&button.button, &button.config), 0);
    return sb_pushbutton_start(&button.button);
}

static int button_tear_down(void *arg)
{
    sb_pushbutton_stop(&button.button);
    return board_tear_down(arg);
}

static int wait_button(void *arg)
{
    const unsigned all = SB_PUSHBUTTON_PRESS | SB_PUSHBUTTON_RELEASE | SB_PUSHBUTTON_LONG;

    (void)arg;
    while (button.kinds != all) {
        struct sb_pushbutton_event event;
        int rc = sb_pushbutton_wait(&button.button, &event);

        if (rc < 0)
            return rc;
        SB_EXPECT((button.kinds & event.kind) == 0);
        button.kinds |= event.kind;
    }
    return 0;
}

static int press_button(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(sb_part_set_control(button.part, "pressed", 1), 0);
    sb_sleep_ms(10);
    SB_EXPECT_INT(sb_part_set_control(button.part, "pressed", 0), 0);
    return sb_sleep_ms(10);
}

static void button_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(button.button.press_count, 1);
    SB_EXPECT_INT(button.button.overflow_count, 0);
    EXPECT_NOBODY_WAITS(&button.button.waiters);
}

static const struct sb_trial_task button_tasks[] = {
    {.name = "waiter", .fn = wait_button, .then = wait_button},
    {.name = "finger", .fn = press_button, .is_spared = true},
};

/* ---- infrared */

static struct {
    struct sb_part *remote;
    struct sb_nec_ir_config config;
    struct sb_nec_ir ir;
    int got_count;
} ir;

static int ir_set_up(void *arg)
{
    (void)arg;
    memset(&ir, 0, sizeof(ir));
    board_rig_begin(&rig);
    board_rig_add(&rig, "wokwi-ir-receiver", "ir1", NULL);
    ir.remote = board_rig_add(&rig, "wokwi-ir-remote", "remote", NULL);
    board_rig_join(&rig, "pi:GPIO18", "ir1:DAT");
    board_rig_start(&rig);
    ir.config.pin = board_rig_pin(&rig, "GPIO18", SB_PIN_INPUT | SB_PIN_PULL_UP);
    ir.config.wait_events = SB_NEC_IR_ALL;
    SB_EXPECT_INT(sb_nec_ir_init(&ir.ir, &ir.config), 0);
    return sb_nec_ir_start(&ir.ir);
}

static int ir_tear_down(void *arg)
{
    sb_nec_ir_stop(&ir.ir);
    return board_tear_down(arg);
}

/* A frame and a repeat, in this order. The one is waited for, the other has come when it is asked for. */
static int wait_ir(void *arg)
{
    (void)arg;
    while (ir.got_count < 2) {
        struct sb_nec_ir_event event = {.command = 0};
        int rc = ir.got_count == 0 ? 0 : sb_sleep_ms(100);

        if (rc == 0)
            rc = sb_nec_ir_wait(&ir.ir, &event);
        if (rc < 0)
            return rc;
        SB_EXPECT_INT(event.kind, ir.got_count == 0 ? SB_NEC_IR_FRAME : SB_NEC_IR_REPEAT);
        SB_EXPECT_INT(event.command, 168);
        ir.got_count++;
    }
    return 0;
}

static int press_key(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(sb_part_set_control(ir.remote, "play", 1), 0);
    sb_sleep_ms(150);
    SB_EXPECT_INT(sb_part_set_control(ir.remote, "play", 0), 0);
    return sb_sleep_ms(100);
}

static void ir_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(ir.ir.error_count, 0);
    EXPECT_NOBODY_WAITS(&ir.ir.waiters);
}

static const struct sb_trial_task ir_tasks[] = {
    {.name = "waiter", .fn = wait_ir, .then = wait_ir},
    {.name = "thumb", .fn = press_key, .is_spared = true},
};

/* ---- HTU21D */

static struct {
    struct sb_i2c *bus;
    struct sb_htu21d_config config;
    struct sb_htu21d sensor;
} htu;

static int htu_set_up(void *arg)
{
    static const char *const attrs[] = {"temperature", "21", "humidity", "50",
                                        "pullups",     "1",  NULL};

    (void)arg;
    memset(&htu, 0, sizeof(htu));
    board_rig_begin(&rig);
    board_rig_add(&rig, "softboard-htu21d", "htu1", attrs);
    board_rig_join(&rig, "pi:GPIO3", "htu1:SCL");
    board_rig_join(&rig, "pi:GPIO2", "htu1:SDA");
    board_rig_start(&rig);
    SB_EXPECT_INT(sb_board_i2c(&rig.sim.board, "i2c-1", &htu.bus), 0);
    htu.config =
        (struct sb_htu21d_config){.bus = htu.bus, .resolution = SB_HTU21D_11_11, .period_ms = 100};
    return sb_htu21d_init(&htu.sensor, &htu.config);
}

static int measure(void *arg)
{
    struct sb_htu21d_sample sample;
    int rc = sb_htu21d_read(&htu.sensor, &sample);

    (void)arg;
    if (rc < 0)
        return rc;
    SB_EXPECT(sample.temperature_mdegc > 20900 && sample.temperature_mdegc < 21100);
    SB_EXPECT(sample.humidity_mrh > 49500 && sample.humidity_mrh < 50500);
    SB_EXPECT(sample.time_ns >= 0 && sample.time_ns <= sb_now_ns());
    return 0;
}

static int wait_sample(void *arg)
{
    struct sb_htu21d_sample sample;
    int rc = sb_htu21d_wait(&htu.sensor, &sample);

    (void)arg;
    SB_EXPECT(rc < 0 || (sample.temperature_mdegc > 20900 && sample.temperature_mdegc < 21100));
    return rc;
}

static int start_sensor(void *arg)
{
    (void)arg;
    return sb_htu21d_start(&htu.sensor);
}

static void htu_check(void *arg)
{
    (void)arg;
    SB_EXPECT(!sb_lock_is_locked(&htu.sensor.lock));
    EXPECT_NOBODY_WAITS(&htu.sensor.lock.waiters);
    EXPECT_NOBODY_WAITS(&htu.sensor.waiters);
    SB_EXPECT_INT(measure(NULL), 0); /* whatever happened, it goes on, and at once */
    SB_EXPECT_INT(htu.sensor.nack_count + htu.sensor.bus_error_count, 0);
    board_rig_expect_no_violation(&rig);
}

static const struct sb_trial_task measure_tasks[] = {
    {.name = "a", .fn = measure},
    {.name = "b", .fn = start_sensor},
};

static const struct sb_trial_task sensor_tasks[] = {
    {.name = "sensor",
     .fn = sb_htu21d_run,
     .arg = &htu.sensor,
     .is_server = true,
     .is_spared = true},
    {.name = "a", .fn = wait_sample},
    {.name = "b", .fn = wait_sample},
};

/* ---- HD44780 */

static struct {
    struct sb_part *part;
    struct sb_hd44780_config config;
    struct sb_hd44780 lcd;
} lcd;

static int lcd_set_up(void *arg)
{
    static const char *const attrs[] = {"columns", "8", "rows", "1", NULL};
    struct sb_hd44780_pins *pins = &lcd.config.pins;
    char name[16];
    char end[16];

    (void)arg;
    memset(&lcd, 0, sizeof(lcd));
    board_rig_begin(&rig);
    lcd.part = board_rig_add(&rig, "softboard-lcd", "lcd1", attrs);
    board_rig_join(&rig, "pi:GPIO2", "lcd1:RS");
    board_rig_join(&rig, "pi:GPIO4", "lcd1:E");
    for (int i = 4; i < 8; i++) {
        snprintf(name, sizeof(name), "pi:GPIO%d", 6 + i);
        snprintf(end, sizeof(end), "lcd1:D%d", i);
        board_rig_join(&rig, name, end);
    }
    board_rig_start(&rig);
    lcd.config.columns = 8;
    lcd.config.rows = 1;
    pins->rs = board_rig_pin(&rig, "GPIO2", SB_PIN_OUTPUT);
    pins->e[0] = board_rig_pin(&rig, "GPIO4", SB_PIN_OUTPUT);
    for (int i = 4; i < 8; i++) {
        snprintf(name, sizeof(name), "GPIO%d", 6 + i);
        pins->d[i] = board_rig_pin(&rig, name, SB_PIN_OUTPUT);
    }
    return sb_hd44780_init(&lcd.lcd, &lcd.config);
}

static int show(void *arg)
{
    sb_hd44780_print(&lcd.lcd, 0, 0, arg);
    return sb_hd44780_flush(&lcd.lcd);
}

static void lcd_check(void *arg)
{
    char text[64] = "";

    (void)arg;
    EXPECT_NOBODY_WAITS(&lcd.lcd.flushers);
    SB_EXPECT(!lcd.lcd.is_flushing);
    SB_EXPECT_INT(sb_hd44780_print(&lcd.lcd, 0, 0, "the end"), 7);
    SB_EXPECT_INT(sb_hd44780_flush(&lcd.lcd), 0);
    SB_EXPECT(lcd.part->type->read_line(lcd.part, 1, text, sizeof(text)) >= 0);
    SB_EXPECT(strncmp(text, "the end", 7) == 0);
    board_rig_expect_no_violation(&rig);
}

static char hello[] = "hello";
static char world[] = "world";

static const struct sb_trial_task lcd_tasks[] = {
    {.name = "a", .fn = show, .arg = hello},
    {.name = "b", .fn = show, .arg = world},
};

static const struct sb_trial_task lcd_run_tasks[] = {
    {.name = "display", .fn = sb_hd44780_run, .arg = &lcd.lcd, .is_server = true},
    {.name = "a", .fn = show, .arg = hello},
};

/* ---- GPS */

static struct {
    struct sb_stream *stream;
    struct sb_gps_config config;
    struct sb_gps gps;
} gps;

static int gps_set_up(void *arg)
{
    static const char *const attrs[] = {"sentences", "RMC", "baud", "9600", NULL};

    (void)arg;
    memset(&gps, 0, sizeof(gps));
    board_rig_begin(&rig);
    board_rig_add(&rig, "softboard-gps", "gps1", attrs);
    board_rig_join(&rig, "pi:GPIO15", "gps1:TX");
    board_rig_start(&rig);
    SB_EXPECT_INT(sb_board_stream(&rig.sim.board, "serial0", 9600, &gps.stream), 0);
    gps.config.stream = gps.stream;
    return sb_gps_init(&gps.gps, &gps.config);
}

static int gps_tear_down(void *arg)
{
    sb_stream_close(gps.stream);
    return board_tear_down(arg);
}

static int wait_position(void *arg)
{
    int rc = sb_gps_wait(&gps.gps, SB_GPS_POSITION);

    (void)arg;
    SB_EXPECT(rc < 0 || gps.gps.fix.latitude_ndeg / 1000000 == 52516);
    SB_EXPECT(rc < 0 || sb_now_ns() < SB_S_NS); /* by the very first sentence */
    return rc;
}

static void gps_check(void *arg)
{
    struct sb_gps_counts counts;

    (void)arg;
    sb_gps_counts(&gps.gps, &counts);
    SB_EXPECT_INT(counts.bad_checksum + counts.rejected + counts.cut + counts.too_long, 0);
    EXPECT_NOBODY_WAITS(&gps.gps.waiters);
    EXPECT_NOBODY_WAITS(&gps.stream->reader);
}

static const struct sb_trial_task gps_tasks[] = {
    {.name = "receiver", .fn = sb_gps_run, .arg = &gps.gps, .is_server = true, .is_spared = true},
    {.name = "a", .fn = wait_position},
    {.name = "b", .fn = wait_position},
};

/* The receiver itself is cut short, and goes on in the middle of a sentence until there is a fix. */
static int receive_again(void *arg)
{
    int rc = 0;

    if ((gps.gps.fix.valid & SB_GPS_POSITION) == 0)
        rc = sb_wait_for_ms(2500, sb_gps_run, arg);
    return rc == -ETIMEDOUT ? 0 : rc;
}

static const struct sb_trial_task receive_tasks[] = {
    {.name = "receiver",
     .fn = sb_gps_run,
     .arg = &gps.gps,
     .then = receive_again,
     .is_server = true},
    {.name = "a", .fn = wait_position, .is_spared = true},
};

const struct trial_test driver_trials[] = {
    {
        .name = "waiting_for_edges_leaves_no_watch",
        .trial = {TASKS(pin_tasks), .set_up = pin_set_up, .check = pin_check,
                  .tear_down = board_tear_down},
    },
    {
        .name = "an_analog_input_is_read_between_waits",
        .trial = {TASKS(adc_tasks), .set_up = adc_set_up, .tear_down = board_tear_down},
    },
    {
        .name = "an_i2c_transfer_ends_with_the_bus_free",
        .trial = {TASKS(i2c_tasks), .set_up = i2c_set_up, .check = i2c_check,
                  .tear_down = i2c_tear_down},
        .has_edges = true,
    },
    {
        .name = "an_spi_device_is_deselected",
        .trial = {TASKS(spi_tasks), .set_up = spi_set_up, .check = spi_check},
    },
    {
        .name = "no_event_of_a_button_is_lost",
        .trial = {TASKS(button_tasks), .set_up = button_set_up, .check = button_check,
                  .tear_down = button_tear_down},
        .has_edges = true,
    },
    {
        .name = "no_frame_of_a_remote_is_lost",
        .trial = {TASKS(ir_tasks), .set_up = ir_set_up, .check = ir_check,
                  .tear_down = ir_tear_down},
        .has_edges = true,
    },
    {
        .name = "a_sensor_measures_after_a_measurement_was_cut_short",
        .trial = {TASKS(measure_tasks), .set_up = htu_set_up, .check = htu_check,
                  .tear_down = board_tear_down},
        .has_edges = true,
    },
    {
        .name = "who_waits_for_samples_may_leave",
        .trial = {TASKS(sensor_tasks), .set_up = htu_set_up, .check = htu_check,
                  .tear_down = board_tear_down},
    },
    {
        .name = "a_display_is_flushed_after_a_flush_was_cut_short",
        .trial = {TASKS(lcd_tasks), .set_up = lcd_set_up, .check = lcd_check,
                  .tear_down = board_tear_down},
    },
    {
        .name = "a_display_has_its_own_task",
        .trial = {TASKS(lcd_run_tasks), .set_up = lcd_set_up, .check = lcd_check,
                  .tear_down = board_tear_down},
    },
    {
        .name = "who_waits_for_a_fix_may_leave",
        .trial = {TASKS(gps_tasks), .set_up = gps_set_up, .check = gps_check,
                  .tear_down = gps_tear_down},
    },
    {
        .name = "a_receiver_goes_on_in_the_middle_of_a_sentence",
        .trial = {TASKS(receive_tasks), .set_up = gps_set_up, .check = gps_check,
                  .tear_down = gps_tear_down},
        .has_edges = true,
    },
    {.name = NULL},
};
