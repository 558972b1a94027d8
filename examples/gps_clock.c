/* SPDX-License-Identifier: MIT */
/* The time and the place that a GPS receiver tells, on a 16x2 display. */
#include <errno.h>
#include <softboard.h>
#include <stdio.h>

static struct sb_hd44780 lcd;

static void draw(const struct sb_gps_fix *fix)
{
    char time[SB_GPS_TEXT_SIZE] = "no time yet";
    char date[SB_GPS_TEXT_SIZE] = "";
    char line[64];

    if (sb_gps_is_valid(fix, SB_GPS_TIME))
        sb_gps_format_time(time, sizeof(time), fix->time_of_day_ns, 0);
    if (sb_gps_is_valid(fix, SB_GPS_DATE))
        sb_gps_format_date(date, sizeof(date), fix->date_days, SB_GPS_DMY);
    snprintf(line, sizeof(line), "%-11s%.5s", time, date);
    sb_hd44780_print_row(&lcd, 0, line);
    snprintf(line, sizeof(line), "%7.3f %8.3f", (double)fix->latitude_ndeg / 1e9,
             (double)fix->longitude_ndeg / 1e9);
    sb_hd44780_print_row(&lcd, 1, sb_gps_is_valid(fix, SB_GPS_POSITION) ? line : "no position");
}

/* Waits for the next sentence with a time, for three seconds at most. */
static int wait_for_time(struct sb_gps *gps)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, 3000);
    return sb_timeout_end(&timeout, sb_gps_wait(gps, SB_GPS_TIME));
}

static int open_display(struct sb_board *board, struct sb_task *task)
{
    static const char *const names[] = {"GPIO26", "GPIO19", "GPIO13", "GPIO6", "GPIO5", "GPIO11"};
    static struct sb_hd44780_config config = {.columns = 16, .rows = 2};
    struct sb_pin *p[6];
    int rc = sb_board_pins(board, names, 6, SB_PIN_OUTPUT, 0, p);

    config.pins =
        (struct sb_hd44780_pins){.rs = p[0], .e = {p[1]}, .d = {[4] = p[2], p[3], p[4], p[5]}};
    if (rc == 0)
        rc = sb_hd44780_init(&lcd, &config);
    return rc < 0 ? rc : sb_spawn(task, "display", sb_hd44780_run, &lcd);
}

int sb_main(struct sb_board *board)
{
    static struct sb_gps_config config;
    static struct sb_gps gps;
    static struct sb_task display;
    static struct sb_task reader;
    int rc = open_display(board, &display);

    if (rc == 0)
        rc = sb_board_stream(board, "serial0", 9600, &config.stream);
    if (rc == 0)
        rc = sb_gps_init(&gps, &config);
    if (rc == 0)
        rc = sb_spawn(&reader, "gps", sb_gps_run, &gps);
    while (rc == 0 || rc == -ETIMEDOUT) {
        rc = wait_for_time(&gps);
        if (rc == 0)
            draw(&gps.fix);
        else
            sb_hd44780_print_row(&lcd, 0, "GPS is silent");
    }
    return rc;
}
