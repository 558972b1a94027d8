/* SPDX-License-Identifier: MIT */
/* The time and the place that a GPS receiver tells, on a 16x2 display. */
#include <softboard.h>
#include <stdio.h>

static struct sb_hd44780 lcd;

/* Called when all sentences of a second have come. */
static void on_epoch(struct sb_gps *gps, const struct sb_gps_fix *fix, void *arg)
{
    char text[SB_GPS_TEXT_SIZE] = "";
    char line[SB_GPS_TEXT_SIZE] = "no time yet";

    (void)gps;
    (void)arg;
    if (sb_gps_is_valid(fix, SB_GPS_TIME | SB_GPS_DATE)) {
        sb_gps_format_date(text, sizeof(text), fix->date_days, SB_GPS_DMY);
        sb_gps_format_time(line, sizeof(line), fix->time_of_day_ns, 0);
        sb_hd44780_print(&lcd, 0, 9, text);
    }
    sb_hd44780_print(&lcd, 0, 0, line);
    if (sb_gps_is_valid(fix, SB_GPS_POSITION))
        snprintf(line, sizeof(line), "%7.3f %8.3f", (double)fix->latitude_ndeg / 1e9,
                 (double)fix->longitude_ndeg / 1e9);
    sb_hd44780_print_row(&lcd, 1, sb_gps_is_valid(fix, SB_GPS_POSITION) ? line : "no fix");
}

static int open_display(struct sb_board *board, struct sb_task *task)
{
    static const char *const names[] = {"GPIO13", "GPIO6", "GPIO5", "GPIO11"};
    static struct sb_hd44780_config config = {.columns = 16, .rows = 2};
    int rc = sb_board_pin(board, "GPIO26", SB_PIN_OUTPUT, &config.pins.rs);

    if (rc == 0)
        rc = sb_board_pin(board, "GPIO19", SB_PIN_OUTPUT, &config.pins.e[0]);
    for (int i = 0; i < 4 && rc == 0; i++)
        rc = sb_board_pin(board, names[i], SB_PIN_OUTPUT, &config.pins.d[4 + i]);
    if (rc == 0)
        rc = sb_hd44780_init(&lcd, &config);
    return rc < 0 ? rc : sb_spawn(task, "display", sb_hd44780_run, &lcd);
}

int sb_main(struct sb_board *board)
{
    static struct sb_gps_config config = {.epoch_fn = on_epoch};
    static struct sb_gps gps;
    static struct sb_task display;
    int rc = open_display(board, &display);

    if (rc == 0)
        rc = sb_board_stream(board, "serial0", 9600, &config.stream);
    if (rc == 0)
        rc = sb_gps_init(&gps, &config);
    return rc < 0 ? rc : sb_gps_run(&gps);
}
