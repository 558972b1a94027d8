/* SPDX-License-Identifier: MIT */
/*
 * The GPS driver: sentences put together, epochs, satellites, waiting; spec/drivers.md 15, 19.1, 20.6.
 * Recordings of real receivers are read where $CAPTURES has them.
 */
#include "drivers/gps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/gps_format.h"
#include "lib/civil.h"
#include "lib/hal/stream.h"
#include "lib/timeout.h"
#include "tests/support.h"

static struct sb_gps gps;
static struct sb_gps_config config;
static struct sb_gps_counts counts;

/* ---- feeding */

static void begin(void)
{
    assert_int_equal(sb_gps_init(&gps, &config), 0);
    notes_clear();
}

static int setup(void **state)
{
    (void)state;
    config = (struct sb_gps_config){0};
    begin();
    return 0;
}

static void feed_line_at(const char *line, int64_t time_ns)
{
    sb_gps_feed(&gps, line, strlen(line), time_ns);
    sb_gps_feed(&gps, "\r\n", 2, time_ns);
    sb_gps_counts(&gps, &counts);
}

static void feed_line(const char *line)
{
    feed_line_at(line, 0);
}

/* Feeds what stands between "$" and "*", with its checksum. */
static void say_at(const char *text, int64_t time_ns)
{
    char line[256];

    snprintf(line, sizeof(line), "$%s*%02X", text, (unsigned)sb_nmea_checksum(text, strlen(text)));
    feed_line_at(line, time_ns);
}

static void say(const char *text)
{
    say_at(text, 0);
}

/* A sentence that gives position 48 N 11 E, or says that there is none. */
static void say_rmc(const char *time, bool has_fix)
{
    char text[128];

    snprintf(text, sizeof(text), "GPRMC,%s,%s,4800.0,N,01100.0,E,010.0,090.0,311219,,,A", time,
             has_fix ? "A" : "V");
    say(text);
}

static bool is_valid(unsigned data)
{
    return sb_gps_is_valid(&gps.fix, data);
}

/* True when nothing of these is valid. */
static bool is_unknown(unsigned data)
{
    return (gps.fix.valid & data) == 0;
}

/* ---- noting */

/* "2013-08-26T06:15:07.000Z 45.511678 -122.680085 62.2m 0.02kn 79.97deg 12sat", "-" for what is unknown. */
static void describe(const struct sb_gps_fix *fix, char *text, size_t size)
{
    char words[7][SB_GPS_TEXT_SIZE] = {"-", "-", "-", "-", "-", "-", "-"};

    if (sb_gps_is_valid(fix, SB_GPS_DATE | SB_GPS_TIME))
        sb_gps_format_iso(words[0], SB_GPS_TEXT_SIZE, fix->date_days, fix->time_of_day_ns, 3);
    else if (sb_gps_is_valid(fix, SB_GPS_TIME))
        sb_gps_format_time(words[0], SB_GPS_TEXT_SIZE, fix->time_of_day_ns, 3);
    if (sb_gps_is_valid(fix, SB_GPS_POSITION)) {
        sb_gps_format_latitude(words[1], SB_GPS_TEXT_SIZE, fix->latitude_ndeg, SB_GPS_KML);
        sb_gps_format_longitude(words[2], SB_GPS_TEXT_SIZE, fix->longitude_ndeg, SB_GPS_KML);
    }
    if (sb_gps_is_valid(fix, SB_GPS_ALTITUDE))
        snprintf(words[3], SB_GPS_TEXT_SIZE, "%gm", fix->altitude_mm / 1e3);
    if (sb_gps_is_valid(fix, SB_GPS_SPEED))
        snprintf(words[4], SB_GPS_TEXT_SIZE, "%gkn", fix->speed_mkn / 1e3);
    if (sb_gps_is_valid(fix, SB_GPS_COURSE))
        snprintf(words[5], SB_GPS_TEXT_SIZE, "%gdeg", fix->course_mdeg / 1e3);
    if (sb_gps_is_valid(fix, SB_GPS_SATELLITES_USED))
        snprintf(words[6], SB_GPS_TEXT_SIZE, "%dsat", (int)fix->satellites_used);
    snprintf(text, size, "%s %s %s %s %s %s %s", words[0], words[1], words[2], words[3], words[4],
             words[5], words[6]);
}

static void note_epoch(struct sb_gps *self, const struct sb_gps_fix *fix, void *arg)
{
    char text[300];

    assert_ptr_equal(self, &gps);
    assert_ptr_equal(arg, &config);
    describe(fix, text, sizeof(text));
    note("%s", text);
}

static void note_fix(struct sb_gps *self, unsigned data, void *arg)
{
    assert_ptr_equal(self, &gps);
    assert_ptr_equal(arg, &config);
    note("%s%s%s%s", (data & SB_GPS_POSITION) != 0 ? "position " : "",
         (data & SB_GPS_SPEED) != 0 ? "speed " : "", (data & SB_GPS_DATE) != 0 ? "date " : "",
         (data & SB_GPS_SATELLITES_IN_VIEW) != 0 ? "sky " : "");
}

static void note_epochs(void)
{
    config = (struct sb_gps_config){.epoch_fn = note_epoch, .arg = &config};
    begin();
}

static void note_fixes(unsigned data)
{
    config = (struct sb_gps_config){.fix_fn = note_fix, .fix_data = data, .arg = &config};
    begin();
}

/* ---- the reference */

static const char *const reference[] = {
    "$GPRMC,081836,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*62",
    "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A",
    "$GPRMC,225446,A,4916.45,N,12311.12,W,000.5,054.7,191194,020.3,E*68",
    "$GPRMC,180041.896,A,3749.1851,N,08338.7891,W,001.9,154.9,240911,,,A*7A",
    "$GPRMC,180049.896,A,3749.1808,N,08338.7869,W,001.8,156.3,240911,,,A*70",
    "$GPRMC,092751.000,A,5321.6802,N,00630.3371,W,0.06,31.66,280511,,,A*45",
    "$GPGLL,3711.0942,N,08671.4472,W,000812.000,A,A*46",
    "$GPGLL,4916.45,N,12311.12,W,225444,A,*1D",
    "$GPGLL,4250.5589,S,14718.5084,E,092204.999,A*2D",
    "$GPGLL,0000.0000,N,00000.0000,E,235947.000,V*2D",
    "$GPVTG,232.9,T,,M,002.3,N,004.3,K,A*01",
    "$GPGGA,180050.896,3749.1802,N,08338.7865,W,1,07,1.1,397.4,M,-32.5,M,,0000*6C",
    "$GPGSA,A,3,07,11,28,24,26,08,17,,,,,,2.0,1.1,1.7*37",
    "$GPGSA,A,3,07,02,26,27,09,04,15,,,,,,1.8,1.0,1.5*33",
    "$GPGSV,3,1,12,28,72,355,39,01,52,063,33,17,51,272,44,08,46,184,38*74",
    "$GPGSV,3,2,12,24,42,058,33,11,34,053,33,07,20,171,40,20,15,116,*71",
    "$GPGSV,3,3,12,04,12,204,34,27,11,324,35,32,11,089,,26,10,264,40*7B",
    "$GPGSV,3,1,11,03,03,111,00,04,15,270,00,06,01,010,00,13,06,292,00*74",
    "$GPGSV,3,2,11,14,25,170,00,16,57,208,39,18,67,296,40,19,40,246,00*74",
    "$GPGSV,3,3,11,22,42,067,42,24,14,311,43,27,05,244,00,,,,*4D",
    "$GPGSV,4,1,14,22,81,349,25,14,64,296,22,18,54,114,21,51,40,212,*7D",
    "$GPGSV,4,2,14,24,30,047,22,04,22,312,26,31,22,204,,12,19,088,23*72",
    "$GPGSV,4,3,14,25,17,127,18,21,16,175,,11,09,315,16,19,05,273,*72",
    "$GPGSV,4,4,14,32,05,303,,15,02,073,*7A",
};

/* 24 attempted, 24 clean; of the original's 23 parsed we refuse L1, and the void L4 is no mistake. */
static void the_reference_leaves_what_it_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(reference) / sizeof(reference[0]); i++)
        feed_line(reference[i]);
    assert_int_equal(counts.sentences, 24);
    assert_int_equal(counts.rejected, 1);
    assert_int_equal(counts.unsupported + counts.bad_checksum + counts.no_checksum, 0);
    /* The void GLL takes speed, position and variation back; only the variation does not come again. */
    assert_int_equal(gps.fix.valid, SB_GPS_ALL & ~(SB_GPS_VARIATION | SB_GPS_ERROR));
    assert_int_equal(gps.fix.date_days, sb_civil_to_days(2011, 5, 28));
    assert_int_equal(gps.fix.time_of_day_ns, INT64_C(64850896000000)); /* of G1 */
    assert_int_equal(gps.fix.latitude_ndeg, 37819670000);
    assert_int_equal(gps.fix.longitude_ndeg, -83646441667);
    assert_int_equal(gps.fix.altitude_mm, 397400);
    assert_int_equal(gps.fix.geoid_mm, -32500);
    assert_int_equal(gps.fix.speed_mkn, 2300);
    assert_int_equal(gps.fix.speed_mm_s, 1183);
    assert_int_equal(gps.fix.course_mdeg, 232900);
    assert_int_equal(gps.fix.hdop_hundredths, 100);
    assert_int_equal(gps.fix.pdop_hundredths, 180);
    assert_int_equal(gps.fix.vdop_hundredths, 150);
    assert_int_equal(gps.fix.satellites_used, 7);
    assert_int_equal(gps.fix.satellites_in_view, 14);
    assert_int_equal(gps.fix.kind, SB_GPS_FIX_3D);
    assert_int_equal(gps.fix.quality, SB_NMEA_QUALITY_GPS);
}

/* ---- validity and age */

static void a_void_rmc_takes_the_position_back_and_keeps_its_value_and_time(void **state)
{
    (void)state;
    say_at("GPRMC,120000,A,4800.0,N,01100.0,E,010.0,090.0,311219,,,A", 100);
    say_at("GPRMC,120001,V,,,,,,,311219,,,N", 200);
    assert_true(is_unknown(SB_GPS_POSITION | SB_GPS_SPEED | SB_GPS_COURSE));
    assert_true(is_valid(SB_GPS_TIME | SB_GPS_DATE));
    assert_int_equal(gps.fix.latitude_ndeg, 48000000000);
    assert_int_equal(gps.fix.speed_mkn, 10000);
    assert_int_equal(gps.fix.time_of_day_ns, INT64_C(43201000000000));
    assert_int_equal(sb_gps_datum_time_ns(&gps.fix, SB_GPS_POSITION), 100);
    assert_int_equal(sb_gps_datum_time_ns(&gps.fix, SB_GPS_TIME), 200);
    assert_int_equal(gps.fix.time_ns, 200);
}

/* G10: no field had an age. */
static void g10_each_datum_has_an_age_of_its_own(void **state)
{
    (void)state;
    assert_int_equal(sb_gps_age_ns(&gps.fix, SB_GPS_POSITION, 50), SB_NEVER);
    assert_int_equal(gps.fix.time_ns, SB_NEVER);
    say_at("GPRMC,120000,A,4800.0,N,01100.0,E,010.0,090.0,311219,,,A", 100);
    say_at("GPVTG,045.0,T,,M,011.0,N,,K,A", 130);
    say_at("GPGSA,A,3,07,,,,,,,,,,,,2.0,1.1,1.7", 150);
    assert_int_equal(sb_gps_age_ns(&gps.fix, SB_GPS_POSITION, 200), 100);
    assert_int_equal(sb_gps_age_ns(&gps.fix, SB_GPS_SPEED, 200), 70);
    assert_int_equal(sb_gps_age_ns(&gps.fix, SB_GPS_VDOP, 200), 50);
    assert_int_equal(sb_gps_age_ns(&gps.fix, SB_GPS_ALTITUDE, 200), SB_NEVER);
    assert_int_equal(sb_gps_age_ns(&gps.fix, SB_GPS_ERROR, 200), SB_NEVER);
}

static void quality_0_takes_the_position_back_but_tells_satellites_and_hdop(void **state)
{
    (void)state;
    say_rmc("120000", true);
    say("GPGGA,120000,4800.0,N,01100.0,E,1,07,1.1,397.4,M,-32.5,M,,");
    say("GPGGA,120001,,,,,0,02,99.99,,,,,,");
    assert_true(is_unknown(SB_GPS_POSITION | SB_GPS_ALTITUDE | SB_GPS_GEOID | SB_GPS_SPEED));
    assert_true(is_valid(SB_GPS_QUALITY | SB_GPS_SATELLITES_USED | SB_GPS_HDOP));
    assert_int_equal(gps.fix.quality, SB_NMEA_QUALITY_NONE);
    assert_int_equal(gps.fix.satellites_used, 2);
    assert_int_equal(gps.fix.hdop_hundredths, 9999);
    say("GPGGA,120002,4800.0,N,01100.0,E,2,07,,397.4,M,-32.5,M,,");
    assert_true(is_valid(SB_GPS_POSITION | SB_GPS_ALTITUDE | SB_GPS_HDOP));
    assert_int_equal(gps.fix.quality, SB_NMEA_QUALITY_DIFFERENTIAL);
}

static void an_empty_course_is_unknown_and_the_speed_stays(void **state)
{
    (void)state;
    say_rmc("120000", true);
    say("GPVTG,,T,,M,0.004,N,0.008,K,A");
    assert_true(is_valid(SB_GPS_SPEED));
    assert_true(is_unknown(SB_GPS_COURSE));
    assert_int_equal(gps.fix.speed_mkn, 4);
    assert_int_equal(gps.fix.course_mdeg, 90000);
    say("GPVTG,0.00,T,,M,0.000,N,0.000,K,N");
    assert_true(is_unknown(SB_GPS_SPEED | SB_GPS_COURSE));
    assert_true(is_valid(SB_GPS_POSITION));
}

static void speeds_are_in_mm_a_second_too(void **state)
{
    (void)state;
    say("GPVTG,,T,,M,1.000,N,,K,A");
    assert_int_equal(gps.fix.speed_mm_s, 514);
    say("GPVTG,,T,,M,99999.999,N,,K,A");
    assert_int_equal(gps.fix.speed_mm_s, 51444444);
}

static void an_rmc_without_time_knows_neither_time_nor_date(void **state)
{
    (void)state;
    say_rmc("120000", true);
    say("GPRMC,,V,,,,,,,,,,N");
    assert_true(is_unknown(SB_GPS_TIME | SB_GPS_DATE | SB_GPS_POSITION));
}

static void a_gst_tells_the_error(void **state)
{
    (void)state;
    say("GPGST,172814.0,0.006,0.023,0.020,273.6,0.023,0.020,0.031");
    assert_true(is_valid(SB_GPS_ERROR));
    assert_int_equal(gps.fix.latitude_error_mm, 23);
    assert_int_equal(gps.fix.altitude_error_mm, 31);
    say("GPGST,172815.0,,,,,,,");
    assert_true(is_unknown(SB_GPS_ERROR));
}

static void the_unix_time_has_64_bits_and_a_leap_second_is_the_next_midnight(void **state)
{
    (void)state;
    assert_int_equal(sb_gps_unix_ns(&gps.fix), -1);
    say("GPZDA,061507.25,26,08,2013,,");
    assert_true(sb_gps_unix_ns(&gps.fix) == INT64_C(1377497707250000000));
    say("GPZDA,000000,01,01,2100,,");
    assert_true(sb_gps_unix_ns(&gps.fix) == INT64_C(4102444800000000000));
    say("GPZDA,235960.5,31,12,2016,,");
    assert_true(sb_gps_unix_ns(&gps.fix) == INT64_C(1483228800500000000));
}

/* ---- what is wrong changes nothing */

/* G5: the original had time and position committed when the speed turned out to be wrong. */
static void g5_a_sentence_counts_whole_or_not_at_all(void **state)
{
    struct sb_gps before;

    (void)state;
    say_rmc("120000", true);
    before = gps;
    say("GPRMC,120001,A,4900.0,N,01200.0,E,fast,090.0,311219,,,A");
    say("GPRMC,120001,A,4900.0,N,01200.0,E,010.0,090.0,321219,,,A");
    say("GPGGA,120001,4900.0,N,01200.0,E,1,07,1.1,high,M,-32.5,M,,");
    say("GPGSA,A,3,07,08,09,x,,,,,,,,,2.0,1.1,1.7");
    say("GPGSV,1,1,02,07,52,112,40,08,99,300,41");
    assert_int_equal(counts.rejected, 5);
    assert_int_equal(counts.sentences, 6);
    assert_memory_equal(&gps.fix, &before.fix, sizeof(gps.fix));
    assert_memory_equal(&gps.sats, &before.sats, sizeof(gps.sats));
    assert_int_equal(gps.epoch_count, 0);
}

static void a_wrong_checksum_changes_nothing(void **state)
{
    (void)state;
    feed_line("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6B");
    feed_line("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*16A");
    assert_int_equal(gps.fix.valid, 0);
    assert_int_equal(counts.bad_checksum, 2);
    assert_int_equal(counts.sentences, 0);
}

static void a_sentence_without_checksum_is_believed_only_if_asked_for(void **state)
{
    static const char line[] = "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W";

    (void)state;
    feed_line(line);
    assert_int_equal(gps.fix.valid, 0);
    assert_int_equal(counts.no_checksum, 1);
    config.accept_no_checksum = true;
    begin();
    feed_line(line);
    feed_line("$GPRMC,12");
    feed_line("$POLYN,TIME");
    feed_line("$GPRMC,123520,A,4907.038,N,01131.000,E,022.4,084.4,230394,003.1,W*00");
    assert_true(is_valid(SB_GPS_POSITION));
    assert_int_equal(gps.fix.latitude_ndeg, 48117300000);
    assert_int_equal(counts.no_checksum, 3);
    assert_int_equal(counts.sentences + counts.unsupported + counts.rejected, 0);
    assert_int_equal(counts.bad_checksum, 1);
}

/* G4. */
static void g4_what_is_too_long_is_a_sentence_that_is_not_read(void **state)
{
    static const char tail[] = ",14001,29001,23001,02001,21001,11001,16001,28001,05001,20001,22001,"
                               "18001,06001,19001,07001,09001,25001,08001,13001,30001,10001,03001";
    char text[200];

    (void)state;
    snprintf(text, sizeof(text), "PMTKCHN%s", tail);
    say(text);
    snprintf(text, sizeof(text), "GPRMC,%s", tail);
    say(text);
    assert_int_equal(counts.sentences, 2);
    assert_int_equal(counts.unsupported, 1);
    assert_int_equal(counts.rejected, 1);
    assert_int_equal(counts.too_long, 2);
}

/* ---- callbacks */

/* G7: a GGA without a fix fired the callback. */
static void g7_the_fix_callback_comes_only_with_a_fix(void **state)
{
    (void)state;
    note_fixes(0);
    say("GPGGA,120000,,,,,0,00,99.99,,,,,,");
    say_rmc("120001", false);
    say("GPVTG,232.9,T,,M,002.3,N,004.3,K,A");
    say("GPGSV,1,1,01,07,52,112,40");
    say("GPZDA,120001,31,12,2019,,");
    assert_string_equal(notes(), "");
    say_rmc("120002", true);
    say("GPVTG,232.9,T,,M,002.3,N,004.3,K,A");
    say("GPGSV,1,1,01,07,52,112,40");
    assert_string_equal(notes(), "position speed date  | speed  | sky ");
    say("GPGGA,120003,,,,,0,00,99.99,,,,,,");
    assert_string_equal(notes(), "position speed date  | speed  | sky ");
}

static void the_fix_callback_can_be_for_some_data_only(void **state)
{
    (void)state;
    note_fixes(SB_GPS_SATELLITES_IN_VIEW | SB_GPS_DATE);
    say_rmc("120002", true);
    say("GPVTG,232.9,T,,M,002.3,N,004.3,K,A");
    say("GPGLL,4800.0,N,01100.0,E,120002,A");
    say("GPGSV,1,1,01,07,52,112,40");
    assert_string_equal(notes(), "position speed date  | sky ");
}

static void data_that_there_are_not_are_refused(void **state)
{
    (void)state;
    config.fix_data = SB_GPS_ALL + 1;
    assert_int_equal(sb_gps_init(&gps, &config), -EINVAL);
}

/* ---- epochs */

static void an_epoch_is_all_sentences_of_one_utc(void **state)
{
    (void)state;
    note_epochs();
    say("GPGGA,061508.000,4530.7007,N,12240.8051,W,2,12,0.83,62.2,M,-19.4,M,0000,0000");
    say("GPGSA,A,3,07,,,,,,,,,,,,2.0,1.1,1.7");
    say("GPRMC,061508.000,A,4530.7007,N,12240.8051,W,0.02,79.97,260813,,,D");
    say("GPVTG,79.97,T,,M,0.03,N,0.04,K,D");
    assert_string_equal(notes(), "");
    say("GPGGA,061509.000,4530.7008,N,12240.8052,W,2,11,0.83,62.3,M,-19.4,M,0000,0000");
    assert_string_equal(notes(), "2013-08-26T06:15:08.000Z 45.511678 -122.680085 62.2m 0.03kn "
                                 "79.97deg 12sat");
    notes_clear();
    sb_gps_flush(&gps, 0);
    assert_string_equal(notes(), "2013-08-26T06:15:09.000Z 45.511680 -122.680087 62.3m - - 11sat");
    sb_gps_flush(&gps, 0);
    assert_int_equal(gps.epoch_count, 2);
}

/* Some send RMC first: its GGA comes later in the same epoch. */
static void the_order_of_sentences_in_an_epoch_makes_no_difference(void **state)
{
    static const char expected[] =
        "2013-08-26T06:15:08.000Z 45.511678 -122.680085 62.2m 0.02kn 79.97deg 12sat | "
        "2013-08-26T06:15:09.000Z 45.511680 -122.680087 62.3m 0.05kn 80deg 11sat";
    static const char *const rmc[] = {
        "GPRMC,061508.000,A,4530.7007,N,12240.8051,W,0.02,79.97,260813,,,D",
        "GPRMC,061509.000,A,4530.7008,N,12240.8052,W,0.05,80,260813,,,D",
    };
    static const char *const gga[] = {
        "GPGGA,061508.000,4530.7007,N,12240.8051,W,2,12,0.83,62.2,M,-19.4,M,0000,0000",
        "GPGGA,061509.000,4530.7008,N,12240.8052,W,2,11,0.83,62.3,M,-19.4,M,0000,0000",
    };

    (void)state;
    for (int is_gga_first = 0; is_gga_first < 2; is_gga_first++) {
        note_epochs();
        for (int i = 0; i < 2; i++) {
            say(is_gga_first ? gga[i] : rmc[i]);
            say(is_gga_first ? rmc[i] : gga[i]);
        }
        sb_gps_flush(&gps, 0);
        assert_string_equal(notes(), expected);
    }
}

static void only_date_and_satellites_in_use_go_on_into_the_next_epoch(void **state)
{
    (void)state;
    note_epochs();
    say("GPGGA,120000,4800.0,N,01100.0,E,1,07,1.1,397.4,M,-32.5,M,,");
    say_rmc("120000", true);
    say("GPGLL,4800.0,N,01100.0,E,120001,A");
    sb_gps_flush(&gps, 0);
    assert_string_equal(notes(),
                        "2019-12-31T12:00:00.000Z 48.000000 11.000000 397.4m 10kn 90deg 7sat | "
                        "2019-12-31T12:00:01.000Z 48.000000 11.000000 - - - 7sat");
}

static void the_date_follows_the_time_over_midnight(void **state)
{
    (void)state;
    note_epochs();
    say_rmc("235959", true);
    say("GPGGA,000000,4800.0,N,01100.0,E,1,07,1.1,397.4,M,-32.5,M,,");
    say("GPGGA,000001,4800.0,N,01100.0,E,1,07,1.1,397.4,M,-32.5,M,,");
    say("GPRMC,000001,A,4800.0,N,01100.0,E,010.0,090.0,010120,,,A");
    sb_gps_flush(&gps, 0);
    assert_string_equal(notes(),
                        "2019-12-31T23:59:59.000Z 48.000000 11.000000 - 10kn 90deg - | "
                        "2020-01-01T00:00:00.000Z 48.000000 11.000000 397.4m - - 7sat | "
                        "2020-01-01T00:00:01.000Z 48.000000 11.000000 397.4m 10kn 90deg 7sat");
}

static void a_leap_second_is_an_epoch_of_the_old_day(void **state)
{
    (void)state;
    note_epochs();
    say("GPRMC,235959,A,4800.0,N,01100.0,E,010.0,,311216,,,A");
    say("GPGGA,235960,4800.0,N,01100.0,E,1,07,1.1,397.4,M,-32.5,M,,");
    say("GPGGA,000000,4800.0,N,01100.0,E,1,07,1.1,397.4,M,-32.5,M,,");
    sb_gps_flush(&gps, 0);
    assert_string_equal(notes(), "2016-12-31T23:59:59.000Z 48.000000 11.000000 - 10kn - - | "
                                 "2016-12-31T23:59:60.000Z 48.000000 11.000000 397.4m - - 7sat | "
                                 "2017-01-01T00:00:00.000Z 48.000000 11.000000 397.4m - - 7sat");
}

/* A receiver's clock that is set in the day, and a sentence that comes late, are no new day. */
static void a_jump_in_the_day_does_not_touch_the_date(void **state)
{
    (void)state;
    note_epochs();
    say_rmc("235950", false);
    say("GPGGA,081433,4800.0,N,01100.0,E,1,07,1.1,397.4,M,-32.5,M,,");
    assert_int_equal(gps.fix.date_days, sb_civil_to_days(2019, 12, 31));
    say("GPGLL,4800.0,N,01100.0,E,175959,A");
    say("GPGLL,4800.0,N,01100.0,E,000000,A");
    assert_int_equal(gps.fix.date_days, sb_civil_to_days(2019, 12, 31));
    say_rmc("000000", true);
    say("GPGLL,4800.0,N,01100.0,E,235959,A");
    assert_int_equal(gps.fix.date_days, sb_civil_to_days(2019, 12, 30));
    say("GPGLL,4800.0,N,01100.0,E,000001,A");
    assert_int_equal(gps.fix.date_days, sb_civil_to_days(2019, 12, 31));
}

static void an_epoch_without_a_fix_has_time_and_date_alone(void **state)
{
    (void)state;
    note_epochs();
    say_rmc("120000", true);
    say("GPGGA,120000,4800.0,N,01100.0,E,1,07,1.1,397.4,M,-32.5,M,,");
    say("GPGGA,120001,,,,,0,00,99.99,,,,,,");
    say_rmc("120001", false);
    sb_gps_flush(&gps, 0);
    assert_string_equal(notes(),
                        "2019-12-31T12:00:00.000Z 48.000000 11.000000 397.4m 10kn 90deg 7sat | "
                        "2019-12-31T12:00:01.000Z - - - - - 0sat");
}

/* The last word of an epoch is what counts in it. */
static void a_sentence_without_a_fix_takes_the_epochs_position_back(void **state)
{
    (void)state;
    note_epochs();
    say("GPGGA,120000,4800.0,N,01100.0,E,1,07,1.1,397.4,M,-32.5,M,,");
    say_rmc("120000", false);
    sb_gps_flush(&gps, 0);
    assert_string_equal(notes(), "2019-12-31T12:00:00.000Z - - - - - 7sat");
}

static void a_receiver_that_has_lost_everything_leaves_the_last_epoch_alone(void **state)
{
    (void)state;
    note_epochs();
    say_rmc("120000", true);
    say("GPRMC,,V,,,,,,,,,,N");
    say("GPGGA,,,,,,0,00,99.9,,M,,M,,");
    assert_true(is_unknown(SB_GPS_POSITION | SB_GPS_TIME));
    sb_gps_flush(&gps, 0);
    assert_string_equal(notes(), "2019-12-31T12:00:00.000Z 48.000000 11.000000 - 10kn 90deg -");
}

static void sentences_before_the_first_utc_belong_to_it(void **state)
{
    (void)state;
    note_epochs();
    say("GPGSA,A,3,07,,,,,,,,,,,,2.0,1.1,1.7");
    say("GPVTG,090.0,T,,M,002.3,N,004.3,K,A");
    say("GPGLL,4800.0,N,01100.0,E,120000,A");
    sb_gps_flush(&gps, 0);
    assert_string_equal(notes(), "12:00:00.000 48.000000 11.000000 - 2.3kn 90deg -");
}

static void bytes_without_utc_or_position_make_no_epoch(void **state)
{
    (void)state;
    note_epochs();
    say("GPVTG,090.0,T,,M,002.3,N,004.3,K,A");
    say("GPGSV,1,1,01,07,52,112,40");
    sb_gps_flush(&gps, 0);
    assert_string_equal(notes(), "");
    say("GPGLL,4800.0,N,01100.0,E,,A");
    sb_gps_flush(&gps, 0);
    assert_string_equal(notes(), "- 48.000000 11.000000 - - - -");
}

static void a_flush_takes_a_sentence_that_lacks_its_line_end(void **state)
{
    static const char line[] = "$GPGLL,4916.45,N,12311.12,W,225444,A,*1D";

    (void)state;
    note_epochs();
    sb_gps_feed(&gps, line, sizeof(line) - 1, 0);
    assert_int_equal(gps.fix.valid, 0);
    sb_gps_flush(&gps, 0);
    assert_string_equal(notes(), "22:54:44.000 49.274167 -123.185333 - - - -");
}

/* ---- satellites */

static int snr_of(const char *talker, unsigned prn)
{
    const struct sb_gps_satellite *satellite = sb_gps_sats_find(&gps.sats, talker, prn, 0);

    assert_non_null(satellite);
    return satellite->snr_db;
}

/* G1: 12 satellites gave 8. */
static void g1_the_last_message_of_a_set_counts_when_it_is_full(void **state)
{
    const struct sb_gps_satellite *satellite;

    (void)state;
    for (size_t i = 14; i < 17; i++)
        feed_line(reference[i]);
    assert_int_equal(gps.sats.count, 12);
    assert_int_equal(gps.fix.satellites_in_view, 12);
    satellite = sb_gps_sats_find(&gps.sats, "GP", 20, 0);
    assert_non_null(satellite);
    assert_int_equal(satellite->elevation_deg, 15);
    assert_int_equal(satellite->azimuth_deg, 116);
    assert_int_equal(satellite->snr_db, SB_NMEA_UNKNOWN);
    satellite = sb_gps_sats_find(&gps.sats, "GP", 32, 0);
    assert_non_null(satellite);
    assert_int_equal(satellite->elevation_deg, 11);
    assert_int_equal(satellite->azimuth_deg, 89);
    assert_int_equal(snr_of("GP", 26), 40);
}

static void the_other_sets_of_the_reference_are_whole_too(void **state)
{
    static const unsigned set_b[] = {3, 4, 6, 13, 14, 16, 18, 19, 22, 24, 27};
    static const unsigned without_snr[] = {51, 31, 21, 19, 32, 15};
    unsigned unknown = 0;

    (void)state;
    for (size_t i = 17; i < 20; i++)
        feed_line(reference[i]);
    assert_int_equal(gps.sats.count, 11);
    for (size_t i = 0; i < 11; i++)
        assert_int_equal(gps.sats.rows[i].prn, set_b[i]);
    assert_int_equal(snr_of("GP", 18), 40);
    assert_int_equal(sb_gps_sats_find(&gps.sats, "GP", 18, 0)->azimuth_deg, 296);
    for (size_t i = 20; i < 24; i++)
        feed_line(reference[i]);
    assert_int_equal(gps.sats.count, 14);
    assert_null(sb_gps_sats_find(&gps.sats, "GP", 3, 0));
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(snr_of("GP", without_snr[i]), SB_NMEA_UNKNOWN);
    for (size_t i = 0; i < 14; i++)
        unknown += gps.sats.rows[i].snr_db == SB_NMEA_UNKNOWN;
    assert_int_equal(unknown, 6);
}

/* G8: tables were shared between GP, GL, GA, GB. */
static void g8_systems_do_not_overwrite_each_other(void **state)
{
    (void)state;
    say("GPGSV,1,1,02,01,52,112,40,02,61,300,41");
    say("GLGSV,1,1,03,01,10,010,20,66,37,078,27,67,62,349,26");
    assert_int_equal(gps.fix.satellites_in_view, 5);
    assert_int_equal(snr_of("GP", 1), 40);
    assert_int_equal(snr_of("GL", 1), 20);
    say("GPGSV,1,1,01,02,61,300,44");
    assert_int_equal(gps.fix.satellites_in_view, 4);
    assert_int_equal(gps.sats.count, 4);
    assert_null(sb_gps_sats_find(&gps.sats, "GP", 1, 0));
    assert_int_equal(snr_of("GP", 2), 44);
    assert_int_equal(snr_of("GL", 67), 26);
}

static void g8_signals_of_one_satellite_have_rows_of_their_own_and_count_once(void **state)
{
    (void)state;
    say("GAGSV,1,1,02,03,52,112,40,15,61,300,41,7");
    say("GAGSV,1,1,03,03,52,112,30,15,61,300,31,21,05,200,,1");
    assert_int_equal(gps.sats.count, 5);
    assert_int_equal(gps.fix.satellites_in_view, 3);
    assert_int_equal(sb_gps_sats_find(&gps.sats, "GA", 3, 7)->snr_db, 40);
    assert_int_equal(sb_gps_sats_find(&gps.sats, "GA", 3, 1)->snr_db, 30);
    say("GAGSV,1,1,01,03,52,112,39,7");
    assert_int_equal(gps.sats.count, 4);
    assert_int_equal(sb_gps_sats_find(&gps.sats, "GA", 3, 7)->snr_db, 39);
}

/* G9: a partial set could be seen. */
static void g9_a_set_is_replaced_only_by_a_whole_one(void **state)
{
    (void)state;
    for (size_t i = 14; i < 17; i++)
        feed_line(reference[i]);
    feed_line(reference[17]);
    feed_line(reference[19]); /* the second of three is missing */
    assert_int_equal(gps.sats.count, 12);
    assert_int_equal(gps.sats.incomplete_count, 1);
    feed_line(reference[18]); /* a set that began without its first */
    feed_line(reference[19]);
    assert_int_equal(gps.sats.count, 12);
    feed_line(reference[17]);
    feed_line(reference[17]); /* begun anew */
    feed_line(reference[18]);
    assert_int_equal(gps.sats.count, 12);
    feed_line(reference[19]);
    assert_int_equal(gps.sats.count, 11);
    say("GPGSV,2,1,05,03,03,111,00,04,15,270,00,06,01,010,00,13,06,292,00");
    say("GPGSV,3,2,05,22,42,067,42"); /* of another set */
    say("GPGSV,2,2,05,22,42,067,42");
    assert_int_equal(gps.sats.complete_count, 2);
    assert_int_equal(gps.sats.incomplete_count, 3);
}

static void other_sentences_may_stand_between_the_messages_of_a_set(void **state)
{
    (void)state;
    feed_line(reference[14]);
    say_rmc("120000", true);
    feed_line(reference[15]);
    say("GPGSA,A,3,07,,,,,,,,,,,,2.0,1.1,1.7");
    feed_line(reference[16]);
    assert_int_equal(gps.sats.count, 12);
}

static void a_snapshot_is_a_copy(void **state)
{
    struct sb_gps_satellite rows[4];

    (void)state;
    for (size_t i = 14; i < 17; i++)
        feed_line(reference[i]);
    assert_int_equal(sb_gps_sats_copy(&gps.sats, rows, 4), 12);
    assert_int_equal(sb_gps_sats_copy(&gps.sats, NULL, 0), 12);
    for (size_t i = 20; i < 24; i++)
        feed_line(reference[i]);
    assert_int_equal(rows[0].prn, 28);
    assert_int_equal(rows[3].prn, 8);
    assert_string_equal(rows[3].talker, "GP");
}

static void a_system_that_falls_silent_is_dropped_after_half_a_minute(void **state)
{
    (void)state;
    say_at("GLGSV,1,1,01,66,37,078,27", 0);
    say_at("GPGSV,1,1,01,02,61,300,44", SB_GPS_SET_AGE_MAX_NS);
    assert_int_equal(gps.fix.satellites_in_view, 2);
    say_at("GPGSV,1,1,01,02,61,300,44", SB_GPS_SET_AGE_MAX_NS + 1);
    assert_int_equal(gps.fix.satellites_in_view, 1);
    assert_int_equal(gps.sats.count, 1);
}

static void what_has_no_room_is_counted(void **state)
{
    char text[128];

    (void)state;
    for (int signal = 0; signal < 4; signal++)
        for (int message = 1; message <= 9; message++) {
            snprintf(text, sizeof(text), "GPGSV,9,%d,36,%d,1,1,1,%d,1,1,1,%d,1,1,1,%d,1,1,1,%d",
                     message, message * 4, message * 4 + 1, message * 4 + 2, message * 4 + 3,
                     signal);
            say(text);
        }
    assert_int_equal(gps.sats.count, SB_GPS_SATELLITES_MAX);
    assert_int_equal(gps.sats.lost_count, 4 * 36 - SB_GPS_SATELLITES_MAX);
    for (int i = 0; i < 30; i++) {
        snprintf(text, sizeof(text), "%c%cGSV,1,1,00", 'A' + i % 10, 'A' + i / 10);
        say(text);
    }
    assert_int_equal(gps.sats.set_count, SB_GPS_SETS_MAX);
}

/* A receiver of several systems sends one GSA for each, all as GN. */
static void gsa_that_follow_each_other_are_one_list(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        say("GNGSA,A,3,01,11,31,14,22,32,04,25,03,,,,1.56,0.91,1.27");
        say("GNGSA,A,3,67,83,76,82,68,,,,,,,,1.56,0.91,1.27");
        assert_int_equal(gps.sats.used_count, 14);
        assert_int_equal(gps.sats.used[9].prn, 67);
        say_rmc("120000", true);
    }
    say("GNGSA,A,3,01,11,31,,,,,,,,,,1.56,0.91,1.27,1");
    say("GNGSA,A,3,01,02,,,,,,,,,,,1.56,0.91,1.27,3");
    assert_int_equal(gps.sats.used_count, 19);
    say("GNGSA,A,3,05,,,,,,,,,,,,1.56,0.91,1.27,3");
    say("GNGSA,A,3,05,,,,,,,,,,,,1.56,0.91,1.27,3");
    assert_int_equal(gps.sats.used_count, 18);
    say("GNGSA,A,1,,,,,,,,,,,,,,,,3");
    assert_int_equal(gps.sats.used_count, 17);
    assert_int_equal(gps.fix.kind, SB_GPS_FIX_NONE);
}

static void a_gsa_may_have_gaps(void **state)
{
    (void)state;
    say("GPGSA,A,3,03,,11,14,,,25,31,,,,,3.3,1.8,2.8");
    assert_int_equal(gps.sats.used_count, 5);
    assert_int_equal(gps.sats.used[1].prn, 11);
    assert_int_equal(gps.sats.used[4].prn, 31);
}

/* ---- waiting */

static void say_in_loop(const char *text)
{
    char line[256];

    snprintf(line, sizeof(line), "$%s*%02X\n", text,
             (unsigned)sb_nmea_checksum(text, strlen(text)));
    sb_gps_feed(&gps, line, strlen(line), sb_now_ns());
}

static int wait_for(void *arg)
{
    unsigned data = *(const unsigned *)arg;
    int rc = sb_gps_wait(&gps, data);

    note_at("%x: %d", data, rc);
    return 0;
}

/* G9: a wait reset what others waited for, and looked once a second. */
static int several_wait(void *arg)
{
    static unsigned masks[] = {SB_GPS_POSITION | SB_GPS_ALTITUDE, SB_GPS_POSITION, 0,
                               SB_GPS_DATE | SB_GPS_ALTITUDE};
    struct sb_task tasks[4];

    (void)arg;
    say_in_loop("GPGGA,120000,4800.0,N,01100.0,E,1,07,1.1,397.4,M,-32.5,M,,");
    for (int i = 0; i < 4; i++) {
        sb_spawn(&tasks[i], "waiter", wait_for, &masks[i]);
        sb_sleep_us(1);
    }
    say_in_loop("GPGLL,4800.0,N,01100.0,E,120001,V");
    sb_sleep_ms(10);
    say_in_loop("GPGLL,4800.0,N,01100.0,E,120001,A");
    sb_sleep_ms(10);
    say_in_loop("GPGGA,120002,4800.0,N,01100.0,E,1,07,1.1,397.4,M,-32.5,M,,");
    sb_sleep_ms(10);
    say_in_loop("GPGLL,4800.0,N,01100.0,E,120002,V");
    sb_sleep_ms(10);
    say_in_loop("GPZDA,120002,31,12,2019,,");
    for (int i = 0; i < 4; i++)
        sb_join(&tasks[i], NULL);
    return 0;
}

static void g9_each_waits_for_its_own_data_to_come_anew(void **state)
{
    (void)state;
    run_in_loop(several_wait, NULL);
    assert_string_equal(notes(), "0.004 0: 0 | 10.004 4: 0 | 20.004 c: 0 | 40.004 a: 0");
}

static int give_up(void *arg)
{
    struct sb_timeout timeout;

    (void)arg;
    sb_timeout_begin_ms(&timeout, 100);
    check_int(sb_timeout_end(&timeout, sb_gps_wait(&gps, SB_GPS_POSITION)), -ETIMEDOUT);
    sb_timeout_begin_ms(&timeout, 100);
    check_int(sb_timeout_end(&timeout, sb_gps_wait_satellites(&gps)), -ETIMEDOUT);
    say_in_loop("GPGLL,4800.0,N,01100.0,E,120001,A");
    say_in_loop("GPGSV,1,1,01,07,52,112,40");
    check_int(sb_now_ns(), 200 * SB_MS_NS);
    sb_task_cancel(sb_task_current());
    check_int(sb_gps_wait(&gps, 0), -ECANCELED);
    check_int(sb_gps_wait_satellites(&gps), -ECANCELED);
    sb_cancel_clear();
    return 0;
}

static void waits_can_time_out_and_be_cancelled(void **state)
{
    (void)state;
    run_in_loop(give_up, NULL);
}

static int wait_for_sky(void *arg)
{
    struct sb_gps_satellite rows[16];
    int rc = sb_gps_wait_satellites(&gps);

    (void)arg;
    note_at("%d %d", rc, (int)sb_gps_sats_copy(&gps.sats, rows, 16));
    return 0;
}

static int sky_comes_in_parts(void *arg)
{
    struct sb_task task;

    (void)arg;
    sb_gps_feed(&gps, reference[17], strlen(reference[17]), 0);
    sb_gps_feed(&gps, reference[18], strlen(reference[18]), 0);
    sb_spawn(&task, "waiter", wait_for_sky, NULL);
    for (size_t i = 14; i < 17; i++) {
        sb_sleep_ms(10);
        sb_gps_feed(&gps, reference[i], strlen(reference[i]), sb_now_ns());
        sb_gps_feed(&gps, "\r", 1, sb_now_ns());
    }
    return sb_join(&task, NULL);
}

static void g9_satellites_are_waited_for_until_a_set_is_whole(void **state)
{
    (void)state;
    run_in_loop(sky_comes_in_parts, NULL);
    assert_string_equal(notes(), "30 0 12");
}

/* ---- the task that reads a stream */

static uint8_t stream_buffer[256];
static struct sb_stream stream;

static const struct sb_stream_ops stream_ops = {0};

static int read_stream(void *arg)
{
    static const char text[] = "02.000,A*33\r\n$GPGLL,4916.45,N,12311.12,W,225444,A,*1D\r\n";
    struct sb_task reader;
    struct sb_task waiter;
    unsigned data = SB_GPS_POSITION;
    int rc = 0;

    (void)arg;
    sb_stream_init(&stream, NULL, "serial0", &stream_ops, stream_buffer, sizeof(stream_buffer));
    sb_spawn(&reader, "gps", sb_gps_run, &gps);
    sb_spawn(&waiter, "waiter", wait_for, &data);
    for (size_t i = 0; i < sizeof(text) - 1; i++) { /* 9600 baud */
        sb_sleep_us(1042);
        sb_loop_callback_begin(test_loop());
        sb_stream_report(&stream, (const uint8_t *)&text[i], 1);
        sb_loop_callback_end(test_loop());
    }
    check_int(reader.slice_count, 2); /* begun, and woken by the end of the first line alone */
    sb_join(&waiter, NULL);
    check_int(sb_gps_age_ns(&gps.fix, SB_GPS_POSITION, sb_now_ns()), 0);
    sb_loop_callback_begin(test_loop());
    sb_stream_report_closed(&stream, -EPIPE);
    sb_loop_callback_end(test_loop());
    sb_join(&reader, &rc);
    note("%d", rc);
    check_int(gps.last_error, -EPIPE);
    return 0;
}

static void the_task_reads_its_stream_to_the_end(void **state)
{
    (void)state;
    config = (struct sb_gps_config){.stream = &stream, .epoch_fn = note_epoch, .arg = &config};
    begin();
    run_in_loop(read_stream, NULL);
    assert_string_equal(notes(), "57.31 4: 0 | 22:54:44.000 49.274167 -123.185333 - - - - | -32");
}

static int cancel_reader(void *arg)
{
    struct sb_task reader;
    int rc = 0;

    (void)arg;
    sb_stream_init(&stream, NULL, "serial0", &stream_ops, stream_buffer, sizeof(stream_buffer));
    sb_spawn(&reader, "gps", sb_gps_run, &gps);
    sb_sleep_ms(1);
    sb_task_cancel(&reader);
    sb_join(&reader, &rc);
    check_int(rc, -ECANCELED);
    return 0;
}

static void the_task_can_be_cancelled(void **state)
{
    (void)state;
    config = (struct sb_gps_config){.stream = &stream};
    begin();
    run_in_loop(cancel_reader, NULL);
}

/* ---- recordings of real receivers */

struct recording {
    const char *name;
    unsigned sentences;
    unsigned bad_checksum;
    unsigned no_checksum;
    unsigned unsupported;
    unsigned epochs; /* none is rejected */
    const char *last_epoch;
};

/* The first three numbers are those of the captures' README, the others were counted in the files. */
static struct recording recordings[] = {
    {"mt3339", 138, 0, 0, 0, 30,
     "2015-04-13T20:27:09.000Z 44.068828 -121.314188 1127.4m 0.03kn 188.44deg 10sat"},
    {"garmin38", 63, 0, 0, 32, 6,
     "2002-10-08T14:22:24.000Z 33.807517 -118.352383 38m 0kn 353.6deg 5sat"},
    {"nmea-fuzzy-cases", 28, 0, 0, 0, 14,
     "2020-03-18T13:39:00.900Z 41.575030 -93.750598 280.833m 0.006kn 0deg 19sat"},
    {"neo-m8n", 293, 0, 0, 0, 24,
     "2015-03-18T17:19:48.000Z 44.068984 -121.314229 1139.4m 0.059kn - 12sat"},
    {"humminbird-M37", 98, 0, 0, 49, 33,
     "2006-09-16T19:41:19.000Z 44.435365 -71.674942 - 5.1kn 85.4deg 10sat"},
    {"hemi", 753, 0, 0, 215, 118,
     "2018-09-07T19:41:00.000Z 42.363726 -71.032397 6.914m 0.03kn 196.33deg 4sat"},
    {"eXplorist110", 65, 0, 0, 0, 29, "2009-02-15T01:44:31.760Z - - - - - 0sat"},
    {"com-1289", 97, 1, 0, 14, 14,
     "2007-10-12T14:38:01.770Z 48.106220 -1.643693 42.1m 0kn 266.5deg 10sat"},
    {"firefly-II", 46, 23, 0, 0, 23, "2010-07-08T01:00:09.000Z 37.261015 -121.961165 - 0kn 0deg -"},
    {"mtk-3301", 56, 0, 3, 12, 11,
     "2008-08-23T08:14:39.000Z 52.216364 6.885078 102.93m 0.205kn 0deg 3sat"},
    {"bu353s4", 90, 0, 0, 0, 25,
     "2014-12-31T03:07:43.000Z -37.784795 175.314902 60.2m 0kn 181.39deg 7sat"},
    {"gp-320fw-2019-04-06-overflow", 141, 0, 0, 0, 21,
     "2019-04-06T23:57:43.020Z 48.149965 11.584667 464.4m 0.1kn 0deg 4sat"},
};

#define RECORDING_MAX 40000

static char bytes[RECORDING_MAX];
static size_t byte_count;
static char last_epoch[300];

/* Reads a recording without its comments. False when there are no captures. */
static bool load(const char *name)
{
    const char *folder = getenv("CAPTURES");
    char path[1024];
    char line[1024];
    FILE *file;

    snprintf(path, sizeof(path), "%s/gps/%s.log", folder != NULL ? folder : "", name);
    file = fopen(path, "r");
    byte_count = 0;
    if (file == NULL)
        return false;
    while (fgets(line, sizeof(line), file) != NULL) {
        if (line[0] == '#')
            continue;
        byte_count += (size_t)snprintf(bytes + byte_count, sizeof(bytes) - byte_count, "%s", line);
        assert_true(byte_count < sizeof(bytes));
    }
    fclose(file);
    return true;
}

static void keep_epoch(struct sb_gps *self, const struct sb_gps_fix *fix, void *arg)
{
    (void)self;
    (void)arg;
    describe(fix, last_epoch, sizeof(last_epoch));
}

static uint64_t random_bits(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* Feeds all bytes in pieces of 1 to `piece_max` bytes, and flushes. */
static void feed_bytes(size_t piece_max, uint64_t *seed)
{
    config = (struct sb_gps_config){.epoch_fn = keep_epoch};
    last_epoch[0] = '\0';
    begin();
    for (size_t at = 0; at < byte_count;) {
        size_t piece = 1 + (size_t)random_bits(seed) % piece_max;

        piece = piece < byte_count - at ? piece : byte_count - at;
        sb_gps_feed(&gps, bytes + at, piece, 0);
        at += piece;
    }
    sb_gps_flush(&gps, 0);
    sb_gps_counts(&gps, &counts);
}

static void load_reference(void)
{
    byte_count = 0;
    for (size_t i = 0; i < sizeof(reference) / sizeof(reference[0]); i++)
        byte_count += (size_t)snprintf(bytes + byte_count, sizeof(bytes) - byte_count, "%s\r\n",
                                       reference[i]);
}

static void a_recording_is_read_as_it_is(void **state)
{
    const struct recording *recording = *state;
    uint64_t seed = 1;

    if (!load(recording->name)) {
        print_message("skipped: no recording %s in $CAPTURES\n", recording->name);
        skip();
    }
    feed_bytes(4096, &seed);
    assert_int_equal(counts.sentences, recording->sentences);
    assert_int_equal(counts.bad_checksum, recording->bad_checksum);
    assert_int_equal(counts.no_checksum, recording->no_checksum);
    assert_int_equal(counts.unsupported, recording->unsupported);
    assert_int_equal(counts.rejected, 0);
    assert_int_equal(gps.epoch_count, recording->epochs);
    assert_string_equal(last_epoch, recording->last_epoch);
}

/* ---- whatever comes */

/* Where the bytes are split makes no difference to anything that can be asked. */
static void random_pieces_give_the_same(void **state)
{
    static const size_t piece_maxima[] = {1, 2, 7, 64, 1000};
    struct sb_gps whole;
    struct sb_gps_counts whole_counts;
    char whole_epoch[sizeof(last_epoch)];
    uint64_t seed = 42;

    (void)state;
    if (!load("neo-m8n"))
        load_reference();
    feed_bytes(SIZE_MAX / 2, &seed);
    whole = gps;
    whole_counts = counts;
    memcpy(whole_epoch, last_epoch, sizeof(last_epoch));
    assert_true(counts.sentences >= 24);
    for (size_t i = 0; i < sizeof(piece_maxima) / sizeof(piece_maxima[0]); i++) {
        feed_bytes(piece_maxima[i], &seed);
        assert_memory_equal(&gps.fix, &whole.fix, sizeof(gps.fix));
        assert_memory_equal(&gps.sats, &whole.sats, sizeof(gps.sats));
        assert_memory_equal(&counts, &whole_counts, sizeof(counts));
        assert_int_equal(gps.epoch_count, whole.epoch_count);
        assert_string_equal(last_epoch, whole_epoch);
    }
}

static void check_bounds(void)
{
    uint32_t rows = 0;

    assert_true(llabs(gps.fix.latitude_ndeg) <= 90000000000);
    assert_true(llabs(gps.fix.longitude_ndeg) <= 180000000000);
    assert_true(gps.fix.time_of_day_ns >= 0 && gps.fix.time_of_day_ns < 86401000000000);
    assert_true(gps.fix.course_mdeg >= 0 && gps.fix.course_mdeg <= 360000);
    assert_true(gps.fix.speed_mkn >= 0 && gps.fix.speed_mm_s >= 0);
    assert_int_equal(gps.fix.valid & ~(unsigned)SB_GPS_ALL, 0);
    for (uint32_t i = 0; i < gps.sats.set_count; i++)
        rows += gps.sats.sets[i].count;
    assert_int_equal(rows, gps.sats.count);
    assert_true(gps.sats.count <= SB_GPS_SATELLITES_MAX);
    assert_true(gps.sats.used_count <= SB_GPS_USED_MAX);
    assert_true(counts.unsupported + counts.rejected <= counts.sentences);
}

/* Sentences with a right checksum and anything else wrong: cut, with flipped bits, with other fields. */
static void mangled_sentences_break_nothing(void **state)
{
    static const char alphabet[] = ",,,.-0123456789AVNSEWM";
    uint64_t seed = 7;

    (void)state;
    for (int round = 0; round < 200000; round++) {
        const char *line = reference[random_bits(&seed) % (sizeof(reference) / sizeof(*reference))];
        size_t size = strlen(line) - 4;
        char text[128];

        memcpy(text, line + 1, size);
        if (random_bits(&seed) % 4 == 0)
            size = (size_t)random_bits(&seed) % (size + 1);
        for (uint64_t count = random_bits(&seed) % 4; count > 0 && size > 0; count--) {
            size_t at = (size_t)random_bits(&seed) % size;

            if (random_bits(&seed) % 2 == 0)
                text[at] = (char)(text[at] ^ 1 << random_bits(&seed) % 8);
            else
                text[at] = alphabet[random_bits(&seed) % (sizeof(alphabet) - 1)];
        }
        text[size] = '\0';
        say(text);
        check_bounds();
    }
    assert_true(counts.rejected > 1000 && counts.unsupported > 1000);
    assert_true(counts.sentences > counts.rejected + counts.unsupported + 1000);
}

static void flipped_bits_on_the_line_break_nothing(void **state)
{
    uint64_t seed = 9;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        load_reference();
        for (int count = 0; count < 40; count++) {
            size_t at = (size_t)random_bits(&seed) % byte_count;

            bytes[at] = (char)(bytes[at] ^ 1 << random_bits(&seed) % 8);
        }
        byte_count -= (size_t)random_bits(&seed) % 60;
        feed_bytes(100, &seed);
        check_bounds();
        assert_true(counts.sentences + counts.bad_checksum + counts.no_checksum > 0);
    }
}

#define RECORDING(index, name)                                                      \
    {                                                                               \
        name, a_recording_is_read_as_it_is, setup, NULL, (void *)&recordings[index] \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_reference_leaves_what_it_should, setup),
        cmocka_unit_test_setup(a_void_rmc_takes_the_position_back_and_keeps_its_value_and_time,
                               setup),
        cmocka_unit_test_setup(g10_each_datum_has_an_age_of_its_own, setup),
        cmocka_unit_test_setup(quality_0_takes_the_position_back_but_tells_satellites_and_hdop,
                               setup),
        cmocka_unit_test_setup(an_empty_course_is_unknown_and_the_speed_stays, setup),
        cmocka_unit_test_setup(speeds_are_in_mm_a_second_too, setup),
        cmocka_unit_test_setup(an_rmc_without_time_knows_neither_time_nor_date, setup),
        cmocka_unit_test_setup(a_gst_tells_the_error, setup),
        cmocka_unit_test_setup(the_unix_time_has_64_bits_and_a_leap_second_is_the_next_midnight,
                               setup),
        cmocka_unit_test_setup(g5_a_sentence_counts_whole_or_not_at_all, setup),
        cmocka_unit_test_setup(a_wrong_checksum_changes_nothing, setup),
        cmocka_unit_test_setup(a_sentence_without_checksum_is_believed_only_if_asked_for, setup),
        cmocka_unit_test_setup(g4_what_is_too_long_is_a_sentence_that_is_not_read, setup),
        cmocka_unit_test_setup(g7_the_fix_callback_comes_only_with_a_fix, setup),
        cmocka_unit_test_setup(the_fix_callback_can_be_for_some_data_only, setup),
        cmocka_unit_test_setup(data_that_there_are_not_are_refused, setup),
        cmocka_unit_test_setup(an_epoch_is_all_sentences_of_one_utc, setup),
        cmocka_unit_test_setup(the_order_of_sentences_in_an_epoch_makes_no_difference, setup),
        cmocka_unit_test_setup(only_date_and_satellites_in_use_go_on_into_the_next_epoch, setup),
        cmocka_unit_test_setup(the_date_follows_the_time_over_midnight, setup),
        cmocka_unit_test_setup(a_leap_second_is_an_epoch_of_the_old_day, setup),
        cmocka_unit_test_setup(a_jump_in_the_day_does_not_touch_the_date, setup),
        cmocka_unit_test_setup(an_epoch_without_a_fix_has_time_and_date_alone, setup),
        cmocka_unit_test_setup(a_sentence_without_a_fix_takes_the_epochs_position_back, setup),
        cmocka_unit_test_setup(a_receiver_that_has_lost_everything_leaves_the_last_epoch_alone,
                               setup),
        cmocka_unit_test_setup(sentences_before_the_first_utc_belong_to_it, setup),
        cmocka_unit_test_setup(bytes_without_utc_or_position_make_no_epoch, setup),
        cmocka_unit_test_setup(a_flush_takes_a_sentence_that_lacks_its_line_end, setup),
        cmocka_unit_test_setup(g1_the_last_message_of_a_set_counts_when_it_is_full, setup),
        cmocka_unit_test_setup(the_other_sets_of_the_reference_are_whole_too, setup),
        cmocka_unit_test_setup(g8_systems_do_not_overwrite_each_other, setup),
        cmocka_unit_test_setup(g8_signals_of_one_satellite_have_rows_of_their_own_and_count_once,
                               setup),
        cmocka_unit_test_setup(g9_a_set_is_replaced_only_by_a_whole_one, setup),
        cmocka_unit_test_setup(other_sentences_may_stand_between_the_messages_of_a_set, setup),
        cmocka_unit_test_setup(a_snapshot_is_a_copy, setup),
        cmocka_unit_test_setup(a_system_that_falls_silent_is_dropped_after_half_a_minute, setup),
        cmocka_unit_test_setup(what_has_no_room_is_counted, setup),
        cmocka_unit_test_setup(gsa_that_follow_each_other_are_one_list, setup),
        cmocka_unit_test_setup(a_gsa_may_have_gaps, setup),
        cmocka_unit_test_setup(g9_each_waits_for_its_own_data_to_come_anew, setup),
        cmocka_unit_test_setup(waits_can_time_out_and_be_cancelled, setup),
        cmocka_unit_test_setup(g9_satellites_are_waited_for_until_a_set_is_whole, setup),
        cmocka_unit_test_setup(the_task_reads_its_stream_to_the_end, setup),
        cmocka_unit_test_setup(the_task_can_be_cancelled, setup),
        cmocka_unit_test_setup(random_pieces_give_the_same, setup),
        cmocka_unit_test_setup(mangled_sentences_break_nothing, setup),
        cmocka_unit_test_setup(flipped_bits_on_the_line_break_nothing, setup),
        RECORDING(0, "mt3339"),
        RECORDING(1, "garmin38"),
        RECORDING(2, "nmea-fuzzy-cases"),
        RECORDING(3, "neo-m8n"),
        RECORDING(4, "humminbird-M37"),
        RECORDING(5, "hemi"),
        RECORDING(6, "eXplorist110"),
        RECORDING(7, "com-1289"),
        RECORDING(8, "firefly-II"),
        RECORDING(9, "mtk-3301"),
        RECORDING(10, "bu353s4"),
        RECORDING(11, "gp-320fw-2019-04-06-overflow"),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
