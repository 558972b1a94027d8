/* SPDX-License-Identifier: MIT */
/* The GPS module as its program meets it: sentences and their times, PPS, commands, routes, logs, faults. */
#include "tests/support.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/timeout.h"
#include "sim/board_sim.h"
#include "sim/parts/gps_route.h"
#include "sim/parts/part_gps.h"
#include "sim/trace/source.h"

#define ATTRS_MAX 8
#define S_MS      1000

static struct sb_world *world;
static struct sb_sim_board sim;
static struct sb_diag diag;
static struct sb_part *gps;
static struct sb_stream *port;
static struct sb_pin *pps;
static int64_t begin_ns;

/* Attributes as "name=value name=value"; commas in a value stand for blanks. */
static int build(const char *attrs, uint64_t seed)
{
    struct sb_part_spec pi = {.type = "softboard-raspberry-pi", .id = "pi"};
    const char *pairs[ATTRS_MAX][2];
    struct sb_part_spec spec = {
        .type = "softboard-gps", .id = "gps1", .attrs = (const char *const(*)[2])(uintptr_t)pairs};
    static char copy[1024];
    char *rest = NULL;
    int rc;

    begin_ns = sb_now_ns();
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), seed);
    check_int(sb_world_add_part(world, &pi, NULL, &diag), 0);
    snprintf(copy, sizeof(copy), "%s", attrs);
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '=');

        *value++ = '\0';
        for (char *comma = value; (comma = strchr(comma, ',')) != NULL;)
            *comma = ' ';
        pairs[spec.attr_count][0] = word;
        pairs[spec.attr_count++][1] = value;
    }
    rc = sb_world_add_part(world, &spec, &gps, &diag);
    check_int(rc, 0);
    check_int(sb_world_connect(world, sb_world_terminal(world, "gps1:TX"),
                               sb_world_terminal(world, "pi:GPIO15"), NULL),
              0);
    check_int(sb_world_connect(world, sb_world_terminal(world, "gps1:RX"),
                               sb_world_terminal(world, "pi:GPIO14"), NULL),
              0);
    check_int(sb_world_connect(world, sb_world_terminal(world, "gps1:PPS"),
                               sb_world_terminal(world, "pi:GPIO18"), NULL),
              0);
    return rc;
}

static void start_at(unsigned baud)
{
    check_int(sb_world_start(world, &diag), 0);
    check_int(sb_sim_board_init(&sim, world), 0);
    check_int(sb_board_stream(&sim.board, "serial0", baud, &port), 0);
    check_int(sb_board_pin(&sim.board, "GPIO18", SB_PIN_INPUT, &pps), 0);
}

static void begin(const char *attrs)
{
    build(attrs, 1);
    start_at(9600);
}

static void end(void)
{
    sb_sim_board_deinit(&sim);
    sb_world_destroy(world);
}

/* "line" with its checksum verified and cut off, without "$". "" when none came within the time. */
static const char *next_line(int64_t within_ms)
{
    static char line[256];
    struct sb_timeout timeout;
    unsigned sum = 0;
    char *star;
    int rc;

    sb_timeout_begin_ms(&timeout, within_ms);
    rc = sb_timeout_end(&timeout, sb_stream_read_line(port, line, sizeof(line)));
    if (rc < 0)
        return "";
    check_true(rc <= SB_SIM_GPS_LINE_SIZE);
    check_true(line[0] == '$' && strcmp(line + rc - 2, "\r\n") == 0);
    star = strchr(line, '*');
    check_true(star != NULL && star == line + rc - 5);
    if (star == NULL)
        return "";
    *star = '\0';
    for (const char *at = line + 1; *at != '\0'; at++)
        sum ^= (unsigned char)*at;
    check_int(strtol(star + 1, NULL, 16), sum);
    return line + 1;
}

/* The next line that begins so. */
static const char *next_of(const char *what, int64_t within_ms)
{
    int64_t end_ns = sb_now_ns() + within_ms * SB_MS_NS;
    const char *line;

    do
        line = next_line((end_ns - sb_now_ns()) / SB_MS_NS);
    while (line[0] != '\0' && strncmp(line, what, strlen(what)) != 0);
    return line;
}

/* The types of the sentences that come within the time, "GGA RMC". */
static const char *types_within(int64_t time_ms)
{
    static char types[1024];
    int64_t end_ns = sb_now_ns() + time_ms * SB_MS_NS;

    types[0] = '\0';
    while (sb_now_ns() < end_ns) {
        const char *line = next_line((end_ns - sb_now_ns() + SB_MS_NS - 1) / SB_MS_NS);

        if (line[0] != '\0')
            snprintf(types + strlen(types), sizeof(types) - strlen(types), "%s%.3s",
                     types[0] == '\0' ? "" : " ", line + 2);
    }
    return types;
}

static const char *field(const char *line, unsigned number)
{
    static char text[4][64];
    static unsigned turn;
    char *out = text[turn++ % 4];

    for (; number > 0 && line != NULL; number--) {
        line = strchr(line, ',');
        line = line == NULL ? NULL : line + 1;
    }
    snprintf(out, 64, "%.*s", line == NULL ? 0 : (int)strcspn(line, ","), line == NULL ? "" : line);
    return out;
}

static void command(const char *body)
{
    char text[160];
    unsigned sum = 0;

    for (const char *at = body; *at != '\0'; at++)
        sum ^= (unsigned char)*at;
    snprintf(text, sizeof(text), "$%s*%02X\r\n", body, sum);
    check_int(sb_stream_write(port, text, strlen(text)), strlen(text));
}

static const char *answer_to(const char *body)
{
    command(body);
    return next_of("PMTK", 3 * S_MS);
}

/* How long a line of so many bytes takes at 9600 baud: the last is decided in its stop bit's middle. */
static int64_t line_ns(int64_t bytes)
{
    return bytes * 1041667 - 52084;
}

/* ---- sentences */

TASK_TEST(sentences_begin_300_ms_after_their_second)
{
    (void)arg;
    begin("sentences=RMC,GGA latitude=45.511678 longitude=-122.680085 altitude=62.2");
    check_text(next_line(S_MS),
               "GPGGA,000000.000,4530.7007,N,12240.8051,W,1,9,1.16,62.2,M,47.0,M,,");
    check_int(sb_now_ns(), 300 * SB_MS_NS + line_ns(72));
    check_text(next_line(S_MS), "GPRMC,000000.000,A,4530.7007,N,12240.8051,W,0.00,0.00,010126,,,A");
    check_text(field(next_of("GPRMC", 2 * S_MS), 1), "000001.000");
    end();
    return 0;
}

TASK_TEST(every_sentence_has_its_form)
{
    (void)arg;
    begin("sentences=RMC,GGA,GSA,GSV,VTG,GLL,ZDA latitude=-33.856784 longitude=151.215297 "
          "altitude=-4.1 satellites=5 interval=2000");
    check_text(next_line(S_MS),
               "GPGGA,000000.000,3351.4070,S,15112.9178,E,1,5,1.70,-4.1,M,47.0,M,,");
    check_text(next_line(S_MS), "GPGLL,3351.4070,S,15112.9178,E,000000.000,A,A");
    check_true(strncmp(next_line(S_MS), "GPGSA,A,3,", 10) == 0);
    check_true(strncmp(next_line(S_MS), "GPGSV,2,1,08,", 13) == 0);
    check_true(strncmp(next_line(S_MS), "GPGSV,2,2,08,", 13) == 0);
    check_text(next_line(S_MS), "GPRMC,000000.000,A,3351.4070,S,15112.9178,E,0.00,0.00,010126,,,A");
    check_text(next_line(S_MS), "GPVTG,0.00,T,,M,0.00,N,0.00,K,A");
    check_text(next_line(S_MS), "GPZDA,000000.000,01,01,2026,,");
    check_text(next_line(1300), "");
    end();
    return 0;
}

TASK_TEST(satellites_are_plausible_and_agree_between_sentences)
{
    char used[12][4];
    const char *line;
    unsigned heard = 0;

    (void)arg;
    begin("sentences=GSA,GSV");
    line = next_line(S_MS);
    for (unsigned i = 0; i < 12; i++) {
        snprintf(used[i], 4, "%s", field(line, 3 + i));
        check_int(strlen(used[i]), i < 9 ? 2 : 0);
    }
    check_true(atof(field(line, 15)) > atof(field(line, 16)));
    for (int message = 1; message <= 3; message++) {
        line = next_line(S_MS);
        check_text(field(line, 1), "3");
        check_int(atoi(field(line, 2)), message);
        check_text(field(line, 3), "12");
        for (unsigned i = 0; i < 4; i++) {
            unsigned at = 4 + 4 * i;
            unsigned number = (unsigned)message * 4 - 4 + i;

            check_true(atoi(field(line, at + 1)) <= 90 && atoi(field(line, at + 2)) < 360);
            if (number < 9)
                check_text(field(line, at), used[number]);
            heard += field(line, at + 3)[0] != '\0';
        }
    }
    check_int(heard, 9);
    check_text(types_within(5300), "GSA GSA GSA GSA GSA GSV GSV GSV");
    end();
    return 0;
}

static void collect(uint64_t seed, char *out, size_t size)
{
    build("sentences=GSA,GSV", seed);
    start_at(9600);
    out[0] = '\0';
    for (int i = 0; i < 4; i++)
        strncat(out, next_line(S_MS), size - strlen(out) - 1);
    sb_sleep_ms(1000 - sb_now_ns() / SB_MS_NS % 1000);
    end();
}

TASK_TEST(the_sky_depends_on_the_seed)
{
    char first[512];
    char other[512];

    (void)arg;
    collect(1, first, sizeof(first));
    collect(2, other, sizeof(other));
    check_true(strcmp(first, other) != 0);
    return 0;
}

TASK_TEST(the_date_is_that_of_the_run_and_rolls_over)
{
    (void)arg;
    build("sentences=RMC,ZDA", 1);
    /* 2024-02-28T23:59:58.5 */
    sb_world_set_calendar_ns(world, INT64_C(1709164798500000000));
    start_at(9600);
    check_text(field(next_line(S_MS), 9), "280224");
    check_int(sb_now_ns(), 800 * SB_MS_NS + line_ns(70)); /* of 23:59:59, which was at 0.5 s */
    check_text(next_line(S_MS), "GPZDA,235959.000,28,02,2024,,");
    check_text(next_line(2 * S_MS),
               "GPRMC,000000.000,A,5230.9780,N,01322.6620,E,0.00,0.00,290224,,,A");
    check_text(next_line(S_MS), "GPZDA,000000.000,29,02,2024,,");
    end();
    return 0;
}

TASK_TEST(dates_are_right_over_two_centuries)
{
    static const struct {
        int64_t utc_s;
        const char *date;
    } dates[] = {
        {0, "01,01,1970"},          {951782400, "29,02,2000"},  {951868800, "01,03,2000"},
        {1767225599, "31,12,2025"}, {4107542399, "28,02,2100"}, {4107542400, "01,03,2100"},
        {2147483648, "19,01,2038"}, {-86400, "31,12,1969"},     {-2208988800, "01,01,1900"},
    };
    struct sb_sim_gps_sky sky = {0};
    struct sb_sim_gps_date date = {0};

    (void)arg;
    for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
        struct sb_sim_gps_fix fix = {.utc_ms = dates[i].utc_s * 1000};
        char text[SB_SIM_GPS_LINE_SIZE + 1];

        text[sb_sim_gps_write(SB_SIM_GPS_ZDA, &fix, &sky, &date, text)] = '\0';
        check_true(strncmp(strchr(text, ',') + 12, dates[i].date, 10) == 0);
    }
    return 0;
}

/* The longest of each. */
TASK_TEST(no_sentence_is_longer_than_82_characters)
{
    struct sb_sim_gps_fix fix = {
        .is_valid = true,
        .utc_ms = 86399999,
        .latitude = -899999999,
        .longitude = -1799999999,
        .altitude_dm = -999999,
        .speed = 999999,
        .course = 35999,
    };
    struct sb_sim_gps_sky sky;
    struct sb_sim_gps_date date = {0};
    char text[3 * SB_SIM_GPS_LINE_SIZE];

    (void)arg;
    sb_sim_gps_sky_init(&sky, 12, 1);
    sb_sim_gps_sky_update(&sky, fix.utc_ms);
    for (unsigned i = 0; i < SB_SIM_GPS_SENTENCE_COUNT; i++) {
        size_t size = sb_sim_gps_write(i, &fix, &sky, &date, text);

        for (char *at = text; at < text + size;) {
            char *line_end = memchr(at, '\n', (size_t)(text + size - at));

            check_true(line_end != NULL && line_end + 1 - at <= SB_SIM_GPS_LINE_SIZE);
            if (line_end == NULL)
                break;
            at = line_end + 1;
        }
    }
    /* 59.99999 minutes are not written as 60. */
    sb_sim_gps_write(SB_SIM_GPS_GLL, &fix, &sky, &date, text);
    check_true(strncmp(text, "$GPGLL,9000.0000,S,18000.0000,W,", 32) == 0);
    return 0;
}

/* ---- the fix and PPS */

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    (void)arg;
    note("%d@%lld", edge->value, (long long)((edge->time_ns - begin_ns) / SB_MS_NS));
    check_int((edge->time_ns - begin_ns) % SB_MS_NS, 0);
}

TASK_TEST(pps_rises_at_the_second_for_100_ms)
{
    struct sb_pin_watch watch;

    (void)arg;
    build("", 1);
    sb_world_set_calendar_ns(world, SB_CALENDAR_NS + 400 * SB_MS_NS);
    start_at(9600);
    sb_pin_watch_start(pps, &watch, SB_EDGE_BOTH, on_edge, NULL);
    sb_sleep_ms(2000);
    check_text(notes(), "1@600 | 0@700 | 1@1600 | 0@1700");
    sb_pin_watch_stop(&watch);
    end();
    return 0;
}

TASK_TEST(without_a_fix_there_is_time_but_no_place_and_no_pps)
{
    struct sb_pin_watch watch;

    (void)arg;
    begin("sentences=RMC,GGA,GSA,GSV,VTG,GLL");
    check_int(sb_part_set_control(gps, "fix", 0), 0);
    sb_pin_watch_start(pps, &watch, SB_EDGE_RISING, on_edge, NULL);
    check_text(next_line(S_MS), "GPGGA,000000.000,,,,,0,0,,,M,,M,,");
    check_text(next_line(S_MS), "GPGLL,,,,,000000.000,V,N");
    check_text(next_line(S_MS), "GPGSA,A,1,,,,,,,,,,,,,,,");
    check_text(next_line(S_MS), "GPGSV,1,1,00");
    check_text(next_line(S_MS), "GPRMC,000000.000,V,,,,,0.00,0.00,010126,,,N");
    check_text(next_line(S_MS), "GPVTG,0.00,T,,M,0.00,N,0.00,K,N");
    sb_sleep_until_ns(3500 * SB_MS_NS);
    check_text(notes(), "");
    sb_stream_discard(port);
    sb_part_set_control(gps, "fix", 1);
    check_text(field(next_of("GPRMC", 2 * S_MS), 2), "A");
    check_text(notes(), "1@4000");
    sb_pin_watch_stop(&watch);
    end();
    return 0;
}

TASK_TEST(fewer_than_three_satellites_give_no_fix_and_three_a_flat_one)
{
    (void)arg;
    begin("satellites=2 sentences=RMC");
    check_text(field(next_line(S_MS), 2), "V");
    end();
    begin("satellites=3 sentences=GSA");
    check_text(field(next_line(2 * S_MS), 2), "2");
    end();
    return 0;
}

/* ---- routes */

static char path[64];

static const char *write_file(const char *text)
{
    FILE *file;
    int fd;

    snprintf(path, sizeof(path), "/tmp/test_part_gps_XXXXXX");
    fd = mkstemp(path);
    file = fd < 0 ? NULL : fdopen(fd, "w");
    check_true(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    return path;
}

static void begin_route(const char *text, const char *attrs)
{
    char all[256];

    snprintf(all, sizeof(all), "route=%s %s", write_file(text), attrs);
    begin(all);
    unlink(path);
}

TASK_TEST(a_route_is_travelled_at_its_speed)
{
    /* A minute of latitude on the mean sphere is 1853.25 m: at 60.0406 knots it takes a minute. */
    (void)arg;
    begin_route("48,11\n48.0166666667,11 # north\n", "speed=60.0406 sentences=RMC");
    check_text(next_line(S_MS),
               "GPRMC,000000.000,A,4800.0000,N,01100.0000,E,60.04,0.00,010126,,,A");
    for (int i = 0; i < 29; i++)
        next_line(2 * S_MS);
    check_text(next_line(2 * S_MS),
               "GPRMC,000030.000,A,4800.5000,N,01100.0000,E,60.04,0.00,010126,,,A");
    for (int i = 0; i < 29; i++)
        next_line(2 * S_MS);
    check_text(next_line(2 * S_MS),
               "GPRMC,000100.000,A,4801.0000,N,01100.0000,E,0.00,0.00,010126,,,A");
    end();
    return 0;
}

TASK_TEST(seconds_names_of_columns_and_altitudes_are_understood)
{
    (void)arg;
    begin_route("# from a table\nTime, Longitude, Latitude, ele, name\n"
                "0, 179.9, 0, 100, a\r\n10, -179.9, 0, 200, b\n\n20,-179.9,0,200,c\n",
                "sentences=GGA,VTG");
    for (int i = 0; i < 10; i++)
        next_line(2 * S_MS);
    check_text(next_line(2 * S_MS),
               "GPGGA,000005.000,0000.0000,N,18000.0000,E,1,9,1.16,150.0,M,47.0,M,,");
    /* 0.2 degrees of the equator in 10 s: 22,239 m. */
    check_text(next_line(S_MS), "GPVTG,90.00,T,,M,4322.92,N,8006.05,K,A");
    check_text(field(next_of("GPGGA", 2 * S_MS), 4), "17958.8000");
    check_text(field(next_of("GPVTG", 2 * S_MS), 1), "90.00");
    for (int i = 0; i < 3; i++)
        next_of("GPGGA", 2 * S_MS);
    next_of("GPVTG", 2 * S_MS);
    /* It stands still from second 10 on, and keeps its course. */
    check_text(next_of("GPVTG", 2 * S_MS), "GPVTG,90.00,T,,M,0.00,N,0.00,K,A");
    end();
    return 0;
}

/* Positions of two fixes give the speed and course that the first says, whatever the direction. */
TASK_TEST(speed_and_course_agree_with_the_positions)
{
    static const char *const ends[] = {"48.01,11", "48.01,11.01", "48,11.01", "47.99,11.01",
                                       "47.99,11", "47.99,10.99", "48,10.99", "48.01,10.99"};

    (void)arg;
    for (size_t i = 0; i < 8; i++) {
        const double degree_m = 6371008.8 * 3.14159265358979 / 180;
        struct sb_sim_gps_fix a = {0};
        struct sb_sim_gps_fix b = {0};
        struct sb_sim_gps_route route;
        struct sb_sim_gps_route_options options = {.speed_knots = 20};
        char text[64];
        double north;
        double east;
        double course;

        snprintf(text, sizeof(text), "48,11\n%s\n", ends[i]);
        check_int(sb_sim_gps_route_read(&route, write_file(text), &options, &diag), 0);
        unlink(path);
        sb_sim_gps_route_at(&route, 20 * SB_S_NS, &a);
        sb_sim_gps_route_at(&route, 30 * SB_S_NS, &b);
        north = (b.latitude - a.latitude) / 1e7 * degree_m;
        east = (b.longitude - a.longitude) / 1e7 * degree_m * cos(48 * 3.14159265358979 / 180);
        course = atan2(east, north) * 180 / 3.14159265358979;
        course = course < -0.01 ? course + 360 : course;
        check_true(fabs(hypot(north, east) / 10 / (1852.0 / 3600) * 100 - a.speed) < 3);
        check_true(fabs(course * 100 - a.course) < 5);
        check_true(a.speed > 1995 && a.speed < 2005);
        sb_sim_gps_route_deinit(&route);
    }
    return 0;
}

TASK_TEST(a_loop_goes_back_to_its_beginning_and_round_again)
{
    struct sb_sim_gps_fix fix = {0};
    struct sb_sim_gps_fix again = {0};
    struct sb_sim_gps_route route;
    struct sb_sim_gps_route_options options = {.speed_knots = 3600, .is_loop = true};
    int64_t leg_ns;

    (void)arg;
    check_int(sb_sim_gps_route_read(&route, write_file("0,0\n0.1,0\n"), &options, &diag), 0);
    unlink(path);
    leg_ns = route.legs[0].duration_ns;
    sb_sim_gps_route_at(&route, leg_ns * 3 / 2, &fix);
    check_int(fix.latitude, 500000);
    check_int(fix.course, 18000);
    sb_sim_gps_route_at(&route, leg_ns * 15 / 2, &again);
    check_int(again.latitude, 500000);
    check_int(again.course, 18000);
    sb_sim_gps_route_at(&route, leg_ns * 5 / 2, &again);
    check_int(again.course, 0);
    sb_sim_gps_route_deinit(&route);
    return 0;
}

static void check_refused(const char *text, const char *expected)
{
    struct sb_sim_gps_route route;
    struct sb_sim_gps_route_options options = {.speed_knots = 10};

    sb_diag_init(&diag, NULL, NULL);
    check_true(sb_sim_gps_route_read(&route, write_file(text), &options, &diag) < 0);
    check_text(diag.last + strlen(path) + 1, expected);
    sb_sim_gps_route_deinit(&route);
    unlink(path);
}

TASK_TEST(what_is_wrong_in_a_route_is_said_with_its_line)
{
    (void)arg;
    check_refused("", " a route needs two points at least: lat,lon[,alt[,seconds]]");
    check_refused("48,11\n", " a route needs two points at least: lat,lon[,alt[,seconds]]");
    check_refused("48,11\n48,x\n", "2:4: \"x\" is no number");
    check_refused("48,11\n48\n", "2:1: a point needs latitude and longitude");
    check_refused("48,11\n91,11\n",
                  "2:1: 91, 11 is no place: latitude is -90 to 90, longitude -180 to 180");
    check_refused("a,b\n1,2\n",
                  "1:1: neither numbers nor names of columns: give lat,lon[,alt[,seconds]]");
    check_refused("1,2,3,10\n1,2,3,5\n", "2:1: the seconds go back");
    check_refused("1,2,3,10\n1,2,3\n", "2:1: seconds are given for all points or for none");
    check_refused("1,2,nan\n1,2\n", "1:1: nan m is no altitude");
    return 0;
}

static void check_attrs_refused(const char *attrs, const char *expected)
{
    build(attrs, 1);
    check_int(sb_world_start(world, &diag), -EINVAL);
    check_text(diag.last, expected);
    sb_world_destroy(world);
}

TASK_TEST(attributes_out_of_range_are_refused)
{
    (void)arg;
    check_attrs_refused("latitude=91", "gps1: latitude is \"91\": give degrees, -90 to 90");
    check_attrs_refused("longitude=181", "gps1: longitude is \"181\": give degrees, -180 to 180");
    check_attrs_refused("altitude=1e6", "gps1: altitude is \"1e6\": give metres, -1000 to 100000");
    check_attrs_refused("satellites=13", "gps1: satellites is \"13\": give 0 to 12");
    check_attrs_refused("interval=99", "gps1: interval is \"99\": give milliseconds, 100 to 10000");
    check_attrs_refused("baud=1", "gps1: baud is \"1\": give 1200 to 921600");
    check_attrs_refused("sentences=RMC,GGB", "gps1: sentences is \"RMC GGB\": give some of RMC GGA "
                                             "GSA GSV VTG GLL ZDA");
    check_attrs_refused("route=a file=b", "gps1: file and route exclude each other: give one");
    check_attrs_refused("route=/nowhere/r.csv", "gps1: /nowhere/r.csv: No such file or directory");
    check_attrs_refused("file=/nowhere/l.nmea", "gps1: /nowhere/l.nmea: No such file or directory");
    return 0;
}

/* ---- commands */

TASK_TEST(commands_are_acknowledged)
{
    (void)arg;
    begin("sentences=RMC");
    check_text(answer_to("PMTK220,1000"), "PMTK001,220,3");
    check_text(answer_to("PMTK220,99"), "PMTK001,220,2");
    check_text(answer_to("PMTK220,10001"), "PMTK001,220,2");
    check_text(answer_to("PMTK220"), "PMTK001,220,0");
    check_text(answer_to("PMTK314,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0"), "PMTK001,314,3");
    check_text(answer_to("PMTK314,0,6,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0"), "PMTK001,314,2");
    check_text(answer_to("PMTK314,0,1"), "PMTK001,314,0");
    check_text(answer_to("PMTK251,12345"), "PMTK001,251,2");
    check_text(answer_to("PMTK999,1"), "PMTK001,999,1");
    check_text(answer_to("PMTK605"), "PMTK705,AXN_2.31_3339_SIM,0001,Softboard,1.0");
    end();
    return 0;
}

TASK_TEST(what_is_no_sound_sentence_is_passed_over)
{
    static const char *const lines[] = {
        "$PMTK605*30\r\n", "$PMTK605*3\r\n",  "$PMTK605*331\r\n", "$PMTK605\r\n",
        "PMTK605*31\r\n",  "$PMTK605*3G\r\n", "$PMTK60x*7C\r\n",  "\r\n",
        "$\r\n",           "$*00\r\n",
    };
    char flood[400];

    (void)arg;
    begin("sentences=");
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        sb_stream_write(port, lines[i], strlen(lines[i]));
    memset(flood, 'x', sizeof(flood));
    flood[0] = '$';
    sb_stream_write(port, flood, sizeof(flood));
    check_text(next_line(3 * S_MS), "");
    check_text(answer_to("PMTK605"), "PMTK705,AXN_2.31_3339_SIM,0001,Softboard,1.0");
    end();
    return 0;
}

TASK_TEST(pmtk314_chooses_the_sentences_and_pmtk414_tells_them)
{
    (void)arg;
    begin("");
    check_text(answer_to("PMTK414"), "PMTK514,0,1,1,1,1,5,0,0,0,0,0,0,0,0,0,0,0,0,0");
    check_text(answer_to("PMTK314,1,0,0,2,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0"), "PMTK001,314,3");
    check_text(answer_to("PMTK414"), "PMTK514,1,0,0,2,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0");
    sb_sleep_ms(900 - sb_now_ns() / SB_MS_NS % 1000);
    sb_stream_discard(port);
    check_true(strstr("GLL ZDA GGA GLL ZDA GLL ZDA GGA GLL ZDA", types_within(3000)) != NULL);
    check_text(answer_to("PMTK314,-1"), "PMTK001,314,3");
    check_text(answer_to("PMTK414"), "PMTK514,0,1,1,1,1,5,0,0,0,0,0,0,0,0,0,0,0,0,0");
    end();
    return 0;
}

TASK_TEST(pmtk220_sets_the_interval_of_fixes)
{
    (void)arg;
    begin("sentences=RMC");
    check_text(answer_to("PMTK220,200"), "PMTK001,220,3");
    next_line(S_MS);
    for (int i = 0; i < 4; i++) {
        double before = atof(field(next_line(S_MS), 1));
        int64_t at_ns = sb_now_ns();

        check_true(fabs(atof(field(next_line(S_MS), 1)) - before - 0.2) < 1e-6);
        check_int(sb_now_ns() - at_ns, 200 * SB_MS_NS);
    }
    /* Sentences of a fix begin 30 % of its interval later: 60 ms. */
    check_int(sb_now_ns() % (200 * SB_MS_NS), 60 * SB_MS_NS + line_ns(70));
    end();
    return 0;
}

TASK_TEST(pmtk251_changes_the_rate_after_the_answer)
{
    (void)arg;
    begin("sentences=RMC");
    check_text(answer_to("PMTK251,57600"), "PMTK001,251,3");
    check_int(sb_stream_set_baud(port, 57600), 0);
    check_text(field(next_of("GPRMC", 2 * S_MS), 2), "A");
    check_text(answer_to("PMTK605"), "PMTK705,AXN_2.31_3339_SIM,0001,Softboard,1.0");
    check_int(port->framing_error_count, 0);
    /* A full cold start brings the first rate back. */
    command("PMTK104");
    check_text(next_of("PMTK", S_MS), "PMTK001,104,3");
    check_text(next_of("PMTK", S_MS), "PMTK011,MTKGPS");
    check_text(next_of("PMTK", S_MS), "PMTK010,001");
    sb_stream_set_baud(port, 9600);
    check_text(field(next_of("GPRMC", 2 * S_MS), 2), "V");
    end();
    return 0;
}

TASK_TEST(a_restart_takes_its_time_to_find_the_satellites)
{
    static const struct {
        const char *command;
        int64_t time_s;
    } starts[] = {{"PMTK101", 1}, {"PMTK102", 33}, {"PMTK103", 35}};

    (void)arg;
    for (size_t i = 0; i < 3; i++) {
        int64_t at_ns;
        const char *line;

        begin("sentences=RMC");
        check_text(field(next_line(2 * S_MS), 2), "A");
        at_ns = sb_now_ns();
        command(starts[i].command);
        next_of("PMTK010", S_MS);
        do
            line = next_of("GPRMC", 2 * S_MS);
        while (strcmp(field(line, 2), "V") == 0);
        check_int((sb_now_ns() - at_ns) / SB_S_NS,
                  starts[i].time_s + 1); /* of a whole second after it */
        sb_sleep_ms(1000 - sb_now_ns() / SB_MS_NS % 1000);
        end();
    }
    return 0;
}

TASK_TEST(standby_is_silent_until_a_byte_comes)
{
    struct sb_pin_watch watch;

    (void)arg;
    begin("sentences=RMC");
    check_text(answer_to("PMTK161,0"), "PMTK001,161,3");
    sb_pin_watch_start(pps, &watch, SB_EDGE_RISING, on_edge, NULL);
    check_text(next_line(5 * S_MS), "");
    check_text(notes(), "");
    sb_stream_write(port, "x", 1);
    check_text(field(next_of("GPRMC", 2 * S_MS), 2), "V");
    check_text(field(next_of("GPRMC", 2 * S_MS), 2), "A");
    check_text(answer_to("PMTK161,1"), "PMTK001,161,2");
    sb_pin_watch_stop(&watch);
    end();
    return 0;
}

TASK_TEST(what_the_line_has_no_time_for_is_left_out_in_whole_sentences)
{
    int count = 0;

    (void)arg;
    build("sentences=RMC,GGA,VTG,GLL baud=4800 interval=100", 1);
    start_at(4800);
    for (int64_t end_ns = sb_now_ns() + 10 * SB_S_NS; sb_now_ns() < end_ns; count++)
        check_true(next_line(2 * S_MS)[0] == 'G');
    check_true(count > 80 && count < 110);
    end();
    return 0;
}

/* ---- faults */

static void set_fault(const char *name, bool is_on)
{
    int fault = sb_part_fault_find(gps, name);

    check_true(fault >= 0);
    gps->type->set_fault(gps, (unsigned)fault, is_on);
}

TASK_TEST(a_dropout_is_silence)
{
    (void)arg;
    begin("sentences=RMC");
    set_fault("dropout", true);
    command("PMTK605");
    check_text(next_line(5 * S_MS), "");
    check_int(sb_pin_read(pps), 0);
    set_fault("dropout", false);
    check_text(field(next_line(2 * S_MS), 2), "A");
    end();
    return 0;
}

/* Reads for a minute; returns how many lines have a good checksum. */
static int good_lines(void)
{
    int64_t end_ns = sb_now_ns() + 60 * SB_S_NS;
    int good = 0;

    while (sb_now_ns() < end_ns) {
        struct sb_timeout timeout;
        char line[256];
        char expected[8];
        unsigned sum = 0;
        char *star;

        sb_timeout_begin_ms(&timeout, 2 * S_MS);
        if (sb_timeout_end(&timeout, sb_stream_read_line(port, line, sizeof(line))) < 0)
            continue;
        star = strchr(line, '*');
        for (const char *at = line + 1; star != NULL && at < star; at++)
            sum ^= (unsigned char)*at;
        snprintf(expected, sizeof(expected), "*%02X\r\n", sum & 255);
        good += line[0] == '$' && star != NULL && strcmp(star, expected) == 0;
    }
    return good;
}

TASK_TEST(noise_loss_and_garbage_damage_sentences)
{
    static const char *const names[] = {"noise", "loss", "garbage"};

    (void)arg;
    for (size_t i = 0; i < 3; i++) {
        int good;

        begin("sentences=RMC");
        set_fault(names[i], true);
        good = good_lines();
        check_true(good > 2 && good < 40);
        set_fault(names[i], false);
        good_lines();
        check_int(good_lines(), 60);
        end();
    }
    return 0;
}

/* ---- logs */

static const char log_text[] =
    "$GPGGA,081836.000,3751.65,S,14507.36,E,1,07,1.1,397.4,M,-32.5,M,,*63\r\n"
    "$GPRMC,081836.000,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*7C\r\n"
    "$GPGGA,081838.000,3751.65,S,14507.36,E,1,07,1.1,397.4,M,-32.5,M,,*6D\r\n"
    "$GPRMC,081838.000,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*72\r\n";

static int log_body(void *arg)
{
    struct sb_pin_watch watch;
    char attrs[128];
    int64_t first_ns;

    (void)arg;
    snprintf(attrs, sizeof(attrs), "loop=1 file=%s", write_file(log_text));
    begin(attrs);
    sb_pin_watch_start(pps, &watch, SB_EDGE_BOTH, on_edge, NULL);
    check_text(field(next_line(2 * S_MS), 1), "081836.000");
    first_ns = sb_now_ns();
    check_text(field(next_line(2 * S_MS), 1), "081836.000");
    check_text(field(next_line(3 * S_MS), 1), "081838.000");
    check_int((sb_now_ns() - first_ns + SB_MS_NS / 2) / SB_MS_NS, 2000);
    check_true(sb_part_gps_fix(gps)->is_valid);
    next_line(2 * S_MS);
    check_text(notes(), "1@700 | 0@800");
    /* Commands are answered between its lines, though they change nothing in it. */
    check_text(answer_to("PMTK220,100"), "PMTK001,220,3");
    check_text(field(next_of("GPGGA", 3 * S_MS), 1), "081836.000");
    sb_pin_watch_stop(&watch);
    end();
    unlink(path);
    return 0;
}

static void a_log_is_played_at_its_own_pace(void **state)
{
    (void)state;
    run_in_loop(log_body, NULL);
}

static int play_body(void *arg)
{
    (void)arg;
    begin("sentences=ZDA");
    check_true(strncmp(next_line(S_MS), "GPZDA", 5) == 0);
    check_int(gps->type->play(gps, write_file(log_text), NULL, &diag), 0);
    for (int i = 0; i < 4; i++)
        check_true(strncmp(next_line(3 * S_MS), i % 2 == 0 ? "GPGGA" : "GPRMC", 5) == 0);
    check_text(next_line(5 * S_MS), ""); /* it ends */
    end();
    unlink(path);
    return 0;
}

static void a_scenario_may_play_a_log(void **state)
{
    (void)state;
    run_in_loop(play_body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_begin_300_ms_after_their_second),
        cmocka_unit_test(every_sentence_has_its_form),
        cmocka_unit_test(satellites_are_plausible_and_agree_between_sentences),
        cmocka_unit_test(the_sky_depends_on_the_seed),
        cmocka_unit_test(the_date_is_that_of_the_run_and_rolls_over),
        cmocka_unit_test(dates_are_right_over_two_centuries),
        cmocka_unit_test(no_sentence_is_longer_than_82_characters),
        cmocka_unit_test(pps_rises_at_the_second_for_100_ms),
        cmocka_unit_test(without_a_fix_there_is_time_but_no_place_and_no_pps),
        cmocka_unit_test(fewer_than_three_satellites_give_no_fix_and_three_a_flat_one),
        cmocka_unit_test(a_route_is_travelled_at_its_speed),
        cmocka_unit_test(seconds_names_of_columns_and_altitudes_are_understood),
        cmocka_unit_test(speed_and_course_agree_with_the_positions),
        cmocka_unit_test(a_loop_goes_back_to_its_beginning_and_round_again),
        cmocka_unit_test(what_is_wrong_in_a_route_is_said_with_its_line),
        cmocka_unit_test(attributes_out_of_range_are_refused),
        cmocka_unit_test(commands_are_acknowledged),
        cmocka_unit_test(what_is_no_sound_sentence_is_passed_over),
        cmocka_unit_test(pmtk314_chooses_the_sentences_and_pmtk414_tells_them),
        cmocka_unit_test(pmtk220_sets_the_interval_of_fixes),
        cmocka_unit_test(pmtk251_changes_the_rate_after_the_answer),
        cmocka_unit_test(a_restart_takes_its_time_to_find_the_satellites),
        cmocka_unit_test(standby_is_silent_until_a_byte_comes),
        cmocka_unit_test(what_the_line_has_no_time_for_is_left_out_in_whole_sentences),
        cmocka_unit_test(a_dropout_is_silence),
        cmocka_unit_test(noise_loss_and_garbage_damage_sentences),
        cmocka_unit_test(a_log_is_played_at_its_own_pace),
        cmocka_unit_test(a_scenario_may_play_a_log),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
