/* SPDX-License-Identifier: MIT */
/*
 * A weather and navigation station: GPS receiver, temperature and humidity, a display of 20x4 whose pages
 * a button and an infrared remote turn. The LED flashes at each position. Nothing polls: whoever has news
 * sets an event, and the page is drawn.
 */
#include <errno.h>

#include "examples/station/station.h"

#define FLASH_MS 50

/* Keys of the remote control (wokwi-ir-remote). */
enum {
    KEY_POWER = 0xa2,
    KEY_PLUS = 0x02,
    KEY_MINUS = 0x98,
    KEY_PREVIOUS = 0xe0,
    KEY_NEXT = 0x90,
};

static const uint8_t page_keys[PAGE_COUNT] = {0x30, 0x18, 0x7a, 0x10}; /* 1 to 4 */

static struct station station;

static void show_page(unsigned page)
{
    station.page = (enum station_page)(page % PAGE_COUNT);
    sb_event_set(&station.changed);
}

static void on_button(struct sb_pushbutton *button, const struct sb_pushbutton_event *event,
                      void *arg)
{
    (void)button;
    (void)event;
    (void)arg;
    show_page(station.page + 1);
}

static void on_key(uint8_t command)
{
    if (command == KEY_NEXT || command == KEY_PREVIOUS)
        show_page(station.page + (command == KEY_NEXT ? 1 : PAGE_COUNT - 1));
    if (command == KEY_MINUS && station.first_task > 0)
        station.first_task--;
    if (command == KEY_PLUS)
        station.first_task++;
    for (unsigned i = 0; i < PAGE_COUNT; i++)
        if (command == page_keys[i])
            show_page(i);
    if (command == KEY_POWER) {
        station.is_dark = !station.is_dark;
        sb_hd44780_set_display(&station.lcd, !station.is_dark);
    }
    sb_event_set(&station.changed);
}

/* A key that is held scrolls on; of all others only the first press counts. */
static void on_remote(struct sb_nec_ir *ir, const struct sb_nec_ir_event *event, void *arg)
{
    bool scrolls = event->command == KEY_PLUS || event->command == KEY_MINUS;

    (void)ir;
    (void)arg;
    if (event->kind == SB_NEC_IR_FRAME || (event->kind == SB_NEC_IR_REPEAT && scrolls))
        on_key(event->command);
}

static void end_flash(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    sb_pin_write(station.led, false);
}

/* Another second of the receiver's is over. */
static void on_epoch(struct sb_gps *gps, const struct sb_gps_fix *fix, void *arg)
{
    (void)gps;
    if (sb_gps_is_valid(fix, SB_GPS_POSITION)) {
        sb_pin_write(station.led, true);
        sb_timer_start_ns(arg, FLASH_MS * SB_MS_NS);
    }
    sb_event_set(&station.changed);
}

/* ---- the devices */

static int open_display(struct sb_board *board, struct sb_task *task)
{
    static const char *const names[] = {"GPIO26", "GPIO19", "GPIO13", "GPIO6", "GPIO5", "GPIO11"};
    static struct sb_hd44780_config config = {.columns = 20, .rows = 4};
    struct sb_pin *p[6];
    int rc = sb_board_pins(board, names, 6, SB_PIN_OUTPUT, 0, p);

    config.pins =
        (struct sb_hd44780_pins){.rs = p[0], .e = {p[1]}, .d = {[4] = p[2], p[3], p[4], p[5]}};
    if (rc == 0)
        rc = sb_hd44780_init(&station.lcd, &config);
    if (rc == 0)
        rc = station_set_glyphs(&station);
    return rc < 0 ? rc : sb_spawn(task, "display", sb_hd44780_run, &station.lcd);
}

static int open_inputs(struct sb_board *board)
{
    static struct sb_pushbutton_config button = {.press_fn = on_button};
    static struct sb_nec_ir_config remote = {.fn = on_remote};
    int rc = sb_board_pin(board, "GPIO27", SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW,
                          &button.pin);

    if (rc == 0)
        rc = sb_pushbutton_init(&station.button, &button);
    if (rc == 0)
        rc = sb_pushbutton_start(&station.button);
    if (rc == 0)
        rc = sb_board_pin(board, "GPIO18", SB_PIN_INPUT | SB_PIN_PULL_UP, &remote.pin);
    if (rc == 0)
        rc = sb_nec_ir_init(&station.remote, &remote);
    return rc < 0 ? rc : sb_nec_ir_start(&station.remote);
}

static int open_gps(struct sb_board *board, struct sb_task *task)
{
    static struct sb_gps_config config = {.epoch_fn = on_epoch};
    static struct sb_timer flash;
    int rc = sb_board_pin(board, "GPIO17", SB_PIN_OUTPUT, &station.led);

    sb_timer_init(&flash, end_flash, NULL);
    config.arg = &flash;
    if (rc == 0)
        rc = sb_board_stream(board, "serial0", 9600, &config.stream);
    if (rc == 0)
        rc = sb_gps_init(&station.gps, &config);
    return rc < 0 ? rc : sb_spawn(task, "gps", sb_gps_run, &station.gps);
}

static int open_sensor(struct sb_board *board, struct sb_task *task)
{
    static struct sb_htu21d_config config;
    int rc = sb_board_i2c(board, "i2c-1", &config.bus);

    if (rc == 0)
        rc = sb_htu21d_init(&station.sensor, &config);
    return rc < 0 ? rc : sb_spawn(task, "sensor", sb_htu21d_run, &station.sensor);
}

/* Waits for news, for a second at most: ages grow without any. */
static int wait_for_change(void)
{
    struct sb_timeout timeout;
    int rc;

    sb_timeout_begin_ms(&timeout, 1000);
    rc = sb_timeout_end(&timeout, sb_event_wait(&station.changed));
    sb_event_clear(&station.changed);
    return rc == -ETIMEDOUT ? 0 : rc;
}

int sb_main(struct sb_board *board)
{
    static struct sb_task tasks[3];
    int rc;

    sb_event_init(&station.changed);
    rc = open_display(board, &tasks[0]);
    if (rc == 0)
        rc = open_inputs(board);
    if (rc == 0)
        rc = open_gps(board, &tasks[1]);
    if (rc == 0)
        rc = open_sensor(board, &tasks[2]);
    while (rc == 0) {
        station_draw_page(&station);
        rc = wait_for_change();
    }
    return rc;
}
