/* SPDX-License-Identifier: MIT */
/* The pages: four lines of twenty characters each, the page's sign in the upper right corner. */
#include <stdio.h>

#include "examples/station/station.h"

#define COLUMNS 20

/* A receiver that has been silent for longer is not there. */
#define SILENCE_NS (3 * SB_S_NS)

static const uint8_t signs[PAGE_COUNT][8] = {
    {0x00, 0x0e, 0x15, 0x17, 0x11, 0x0e, 0x00, 0x00}, /* a clock */
    {0x04, 0x0e, 0x15, 0x04, 0x04, 0x04, 0x04, 0x00}, /* north */
    {0x04, 0x0a, 0x0a, 0x0e, 0x0e, 0x1f, 0x0e, 0x00}, /* a thermometer */
    {0x1f, 0x00, 0x1e, 0x00, 0x1f, 0x00, 0x1c, 0x00}, /* a list */
};

int station_set_glyphs(struct station *station)
{
    int rc = 0;

    for (unsigned i = 0; i < PAGE_COUNT && rc == 0; i++)
        rc = sb_hd44780_set_glyph(&station->lcd, i, signs[i]);
    return rc;
}

static void print(struct station *station, unsigned row, const char *text)
{
    sb_hd44780_print_row(&station->lcd, row, text);
}

/* "GPS silent for 12 s", when it is. */
static bool tells_silence(struct station *station, unsigned row)
{
    int64_t age_ns = sb_now_ns() - station->gps.fix.time_ns;
    char text[2 * COLUMNS];

    if (station->gps.fix.time_ns == SB_NEVER)
        snprintf(text, sizeof(text), "GPS: no signal yet");
    else if (age_ns > SILENCE_NS)
        snprintf(text, sizeof(text), "GPS silent for %d s", (int)(age_ns / SB_S_NS % 100000));
    else
        return false;
    print(station, row, text);
    return true;
}

/* Both lines of the position, or why there is none. */
static void draw_coordinates(struct station *station, unsigned row, enum sb_gps_coordinates format)
{
    const struct sb_gps_fix *fix = &station->gps.fix;
    char text[SB_GPS_TEXT_SIZE] = "";

    if (tells_silence(station, row)) {
        print(station, row + 1, "");
        return;
    }
    if (!sb_gps_is_valid(fix, SB_GPS_POSITION)) {
        print(station, row, "Position: no fix");
        print(station, row + 1, "");
        return;
    }
    sb_gps_format_latitude(text, sizeof(text), fix->latitude_ndeg, format);
    print(station, row, text);
    sb_gps_format_longitude(text, sizeof(text), fix->longitude_ndeg, format);
    print(station, row + 1, text);
}

static void draw_clock(struct station *station)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const struct sb_gps_fix *fix = &station->gps.fix;
    char text[SB_GPS_TEXT_SIZE] = "";
    char line[COLUMNS + 1];

    if (sb_gps_is_valid(fix, SB_GPS_DATE)) {
        sb_gps_format_date(text, sizeof(text), fix->date_days, SB_GPS_ISO_DATE);
        snprintf(line, sizeof(line), "%s %.12s", days[sb_civil_weekday(fix->date_days)], text);
        print(station, 0, line);
    } else {
        print(station, 0, "No date yet");
    }
    if (sb_gps_is_valid(fix, SB_GPS_TIME)) {
        sb_gps_format_time(text, sizeof(text), fix->time_of_day_ns, 0);
        snprintf(line, sizeof(line), "%.8s UTC", text);
        print(station, 1, line);
    } else {
        print(station, 1, "No time yet");
    }
    draw_coordinates(station, 2, SB_GPS_DD);
}

static void draw_position(struct station *station)
{
    const struct sb_gps_fix *fix = &station->gps.fix;
    char text[SB_GPS_TEXT_SIZE] = "";
    char line[2 * COLUMNS];

    draw_coordinates(station, 0, SB_GPS_DM);
    if (sb_gps_is_valid(fix, SB_GPS_ALTITUDE | SB_GPS_SATELLITES_USED))
        snprintf(line, sizeof(line), "%d m, %d satellites", (int)(fix->altitude_mm / 1000),
                 (int)fix->satellites_used);
    else
        snprintf(line, sizeof(line), "Altitude unknown");
    print(station, 2, line);
    if (sb_gps_is_valid(fix, SB_GPS_SPEED)) {
        sb_gps_format_speed(text, sizeof(text), fix->speed_mkn, SB_GPS_KMH);
        snprintf(line, sizeof(line), "%.12s %s", text,
                 sb_gps_is_valid(fix, SB_GPS_COURSE) ? sb_gps_compass(fix->course_mdeg) : "");
    } else {
        snprintf(line, sizeof(line), "Speed unknown");
    }
    print(station, 3, line);
}

/* Thousandths as tenths: "-12.3". */
static void print_tenths(struct station *station, unsigned row, const char *what, int32_t value,
                         const char *unit)
{
    int tenths = (int)(value >= 0 ? value + 50 : value - 50) / 100;
    char line[2 * COLUMNS];

    snprintf(line, sizeof(line), "%-12s%s%d.%d %s", what, tenths < 0 ? "-" : "",
             (tenths < 0 ? -tenths : tenths) / 10, (tenths < 0 ? -tenths : tenths) % 10, unit);
    print(station, row, line);
}

static void draw_climate(struct station *station)
{
    const struct sb_htu21d_sample *last = &station->sensor.last;
    char line[2 * COLUMNS];

    if (last->time_ns < 0) {
        print(station, 0, "Temperature -");
        print(station, 1, "Humidity    -");
        print(station, 2, "");
    } else {
        print_tenths(station, 0, "Temperature", last->temperature_mdegc, "\u00b0C");
        print_tenths(station, 1, "Humidity", last->humidity_mrh, "%");
        print_tenths(station, 2, "Dew point",
                     sb_htu21d_dew_point_mdegc(last->humidity_mrh, last->temperature_mdegc),
                     "\u00b0C");
    }
    if (station->sensor.error != 0)
        snprintf(line, sizeof(line), "No sensor: error %d", -station->sensor.error);
    else if (last->time_ns < 0)
        snprintf(line, sizeof(line), "Measuring ...");
    else
        snprintf(line, sizeof(line), "%d s ago", (int)((sb_now_ns() - last->time_ns) / SB_S_NS));
    print(station, 3, line);
}

/* Where the list of tasks is. */
struct task_list {
    struct station *station;
    int number;
};

static void draw_task(const struct sb_task *task, void *arg)
{
    struct task_list *list = arg;
    int row = list->number++ - list->station->first_task;
    struct sb_task_info info;
    char line[2 * COLUMNS];

    if (row < 0 || row > 3)
        return;
    sb_task_info(task, &info);
    snprintf(line, sizeof(line), "%-9.9s%9llu", info.name, (unsigned long long)info.slice_count);
    print(list->station, (unsigned)row, line);
}

static void draw_tasks(struct station *station)
{
    struct task_list list = {.station = station};

    sb_loop_for_each_task(sb_loop_current(), draw_task, &list);
    if (station->first_task > list.number - 4)
        station->first_task = list.number > 4 ? list.number - 4 : 0;
    for (int row = list.number - station->first_task; row < 4; row++)
        print(station, (unsigned)row, "");
}

void station_draw_page(struct station *station)
{
    static void (*const draw[PAGE_COUNT])(struct station * station) = {draw_clock, draw_position,
                                                                       draw_climate, draw_tasks};

    draw[station->page](station);
    sb_hd44780_put(&station->lcd, 0, COLUMNS - 1, (uint8_t)station->page);
}
