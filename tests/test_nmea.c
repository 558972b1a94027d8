/* SPDX-License-Identifier: MIT */
/* Sentences found, checked and taken apart; spec/drivers.md 15.1 to 15.4, 19.1, 20.6. */
#include "drivers/nmea.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/support.h"

/* ---- helpers */

static struct sb_nmea_scanner scanner;
static struct sb_nmea_sentence parsed;

static int setup(void **state)
{
    (void)state;
    sb_nmea_scanner_init(&scanner);
    notes_clear();
    return 0;
}

/* Notes each sentence that ends in `text`: "good GPGLL,..", "bad ..", "unchecked ..". */
static void scan(const char *text, size_t size)
{
    while (size > 0) {
        static const char *const words[] = {"?", "good", "bad", "unchecked"};
        enum sb_nmea_end end;
        size_t taken = sb_nmea_scan(&scanner, text, size, &end);

        assert_true(taken <= size && (taken > 0 || end != SB_NMEA_UNFINISHED));
        text += taken;
        size -= taken;
        if (end != SB_NMEA_UNFINISHED)
            note("%s %.*s", words[end], (int)scanner.text_size, scanner.text);
    }
}

static void scan_text(const char *text)
{
    scan(text, strlen(text));
}

/* Of a whole sentence, whose checksum must be right: what the parser says. */
static int parse_line(const char *line)
{
    enum sb_nmea_end end;

    sb_nmea_scanner_init(&scanner);
    assert_int_equal(sb_nmea_scan(&scanner, line, strlen(line), &end), strlen(line));
    assert_int_equal(sb_nmea_scan_end(&scanner), SB_NMEA_GOOD);
    return sb_nmea_parse(&parsed, scanner.text, scanner.text_size);
}

static int parse(const char *text)
{
    return sb_nmea_parse(&parsed, text, strlen(text));
}

static void is_number(struct sb_nmea_number number, int32_t value)
{
    assert_true(number.is_present);
    assert_int_equal(number.value, value);
}

static void is_missing(struct sb_nmea_number number)
{
    assert_false(number.is_present);
}

/* Millionths of a degree, as people write positions. */
static void is_position(struct sb_nmea_position position, int latitude, int longitude)
{
    assert_int_equal((position.latitude_ndeg + (latitude < 0 ? -500 : 500)) / 1000, latitude);
    assert_int_equal((position.longitude_ndeg + (longitude < 0 ? -500 : 500)) / 1000, longitude);
}

static void is_time(int hour, int minute, int second, int ms)
{
    assert_true(parsed.has_utc);
    assert_int_equal(parsed.utc_ns, ((hour * 60 + minute) * 60 + second) * INT64_C(1000000000) +
                                        ms * INT64_C(1000000));
}

/* ---- scanner */

static void a_sentence_ends_with_cr_lf_or_both(void **state)
{
    (void)state;
    scan_text("$GPGLL,1*4D\r\n$GPGLL,2*4E\n$GPGLL,3*4F\r$GPGLL,4*48\n\r");
    assert_string_equal(notes(), "good GPGLL,1 | good GPGLL,2 | good GPGLL,3 | good GPGLL,4");
    assert_int_equal(scanner.good_count, 4);
}

static void a_dollar_begins_a_sentence_wherever_it_comes(void **state)
{
    (void)state;
    scan_text(
        "0,A*33\r\nxyz$GPGLL,$GPGLL,1*4D$GPGLL,2*4E\n\\s:a,c:17*00\\$GPGLL,3*4F\n!AIVDM,1*4A\n");
    assert_string_equal(notes(), "good GPGLL,1 | good GPGLL,2 | good GPGLL,3 | good AIVDM,1");
    assert_int_equal(scanner.start, '!');
    assert_int_equal(scanner.cut_count, 1);
    assert_int_equal(scanner.bad_checksum_count + scanner.no_checksum_count, 0);
}

static void nul_and_ff_are_passed_over_everywhere(void **state)
{
    static const char noisy[] = "\0\xff$\xffGPG\0LL,\0\xff"
                                "1\xff*\0004\xff"
                                "d\0\r\n";

    (void)state;
    scan(noisy, sizeof(noisy) - 1);
    assert_string_equal(notes(), "good GPGLL,1");
}

static void a_checksum_is_two_hex_digits_of_any_case(void **state)
{
    (void)state;
    scan_text("$GPGLL,2*4e\n$GPGLL,2*4E\n");
    assert_int_equal(scanner.good_count, 2);
}

/* Logs that went through an editor or a terminal have them; the original strips its lines, too. */
static void blanks_behind_the_checksum_are_passed_over(void **state)
{
    (void)state;
    scan_text("$GPGLL,2*4E \r\n$GPGLL,2*4E\t \n$GPGLL,2*4E  $GPGLL,2*4E ");
    assert_int_equal(sb_nmea_scan_end(&scanner), SB_NMEA_GOOD);
    assert_int_equal(scanner.good_count, 4);
}

/* 19.1: *16A, empty checksum, a second * in the body. */
static void anything_else_behind_the_first_star_is_a_bad_checksum(void **state)
{
    static const char *const wrong[] = {
        "$GPGLL,2*4E0\n",   "$GPGLL,2*04E\n",  "$GPGLL,2*\n",      "$GPGLL,2*4\n",
        "$GPGLL,2*4F\n",    "$GPGLL,2*4 \n",   "$GPGLL,2* 4E\n",   "$GP*GLL,2*4E\n",
        "$GPGLL,2*4E*\n",   "$GPGLL,2*4G\n",   "$GPGLL,2*4E 4E\n", "$GPGLL,2**4E\n",
        "$GPGLL,2*4E*4E\n", "$GPGLL,2*0x4E\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        scan_text(wrong[i]);
    assert_int_equal(scanner.bad_checksum_count, sizeof(wrong) / sizeof(wrong[0]));
    assert_int_equal(scanner.good_count + scanner.no_checksum_count, 0);
}

static void hundreds_of_digits_are_a_bad_checksum_too(void **state)
{
    (void)state;
    scan_text("$GPGLL,2*");
    for (int i = 0; i < 256; i++)
        scan_text("0");
    scan_text("4E\n");
    assert_int_equal(scanner.bad_checksum_count, 1);
}

static void a_sentence_without_star_has_no_checksum_unless_it_is_noise(void **state)
{
    (void)state;
    scan_text("$POLYN,TIME\r\n$\r\n$\x05\x81x\n$,,\n$ 20\n");
    assert_string_equal(notes(), "unchecked POLYN,TIME");
    assert_int_equal(scanner.no_checksum_count, 1);
}

static void the_end_of_bytes_ends_a_sentence(void **state)
{
    (void)state;
    scan_text("$GPGLL,2*4E");
    assert_int_equal(sb_nmea_scan_end(&scanner), SB_NMEA_GOOD);
    assert_int_equal(sb_nmea_scan_end(&scanner), SB_NMEA_UNFINISHED);
    scan_text("$GPGLL,2*4");
    assert_int_equal(sb_nmea_scan_end(&scanner), SB_NMEA_BAD);
    scan_text("$GPGLL,2");
    assert_int_equal(sb_nmea_scan_end(&scanner), SB_NMEA_UNCHECKED);
    scan_text("$");
    assert_int_equal(sb_nmea_scan_end(&scanner), SB_NMEA_UNFINISHED);
}

/* A GLL with as many decimals as make the whole `length` characters from "$" to the checksum. */
static const char *gll_of_length(size_t length, char *line, size_t size)
{
    static const char tail[] = ",N,12311.12,W,225444,A";
    int used = snprintf(line, size, "$GPGLL,4916.");

    while ((size_t)used < length - 3 - strlen(tail))
        line[used++] = '1';
    used += snprintf(line + used, size - (size_t)used, "%s", tail);
    snprintf(line + used, size - (size_t)used, "*%02X\r\n",
             (unsigned)sb_nmea_checksum(line + 1, (size_t)used - 1));
    return line;
}

/* G4: a line limit of 76, and no count of what is too long. */
static void g4_128_characters_are_read_and_more_are_counted(void **state)
{
    char line[1024];

    (void)state;
    scan_text(gll_of_length(SB_NMEA_LENGTH_MAX, line, sizeof(line)));
    assert_int_equal(scanner.good_count, 1);
    assert_int_equal(scanner.too_long_count, 0);
    assert_int_equal(sb_nmea_parse(&parsed, scanner.text, scanner.text_size), 0);
    scan_text(gll_of_length(SB_NMEA_LENGTH_MAX + 1, line, sizeof(line)));
    scan_text(gll_of_length(900, line, sizeof(line)));
    assert_int_equal(scanner.good_count, 3);
    assert_int_equal(scanner.too_long_count, 2);
    assert_int_equal(sb_nmea_parse(&parsed, scanner.text, scanner.text_size), -EBADMSG);
}

static void g4_a_position_of_high_precision_is_read(void **state)
{
    (void)state;
    assert_int_equal(parse_line("$GNGGA,132827.20,4134.49941239000,N,09345.03495785000,W,2,10,0.9,"
                                "280.340,M,-31.442,M,13.2,0133*5A"),
                     0);
    assert_int_equal(parsed.gga.position.latitude_ndeg, INT64_C(41574990207));
    assert_int_equal(parsed.gga.position.longitude_ndeg, INT64_C(-93750582631));
}

/* ---- the reference sentences */

static void rmc_of_the_reference_are_taken_apart(void **state)
{
    (void)state;
    assert_int_equal(
        parse_line("$GPRMC,081836,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*62"), 0);
    assert_int_equal(parsed.kind, SB_NMEA_RMC);
    assert_string_equal(parsed.talker, "GP");
    assert_true(parsed.rmc.has_fix);
    is_position(parsed.rmc.position, -37860833, 145122667);
    is_time(8, 18, 36, 0);
    assert_true(parsed.rmc.has_date);
    assert_int_equal(parsed.rmc.date_days, 10482); /* 13 September 1998 */
    is_number(parsed.rmc.speed_mkn, 0);
    is_number(parsed.rmc.course_mdeg, 360000);
    is_number(parsed.rmc.variation_mdeg, 11300);

    assert_int_equal(
        parse_line("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A"), 0);
    is_position(parsed.rmc.position, 48117300, 11516667);
    is_time(12, 35, 19, 0);
    assert_int_equal(parsed.rmc.date_days, 8847); /* 23 March 1994 */
    is_number(parsed.rmc.speed_mkn, 22400);
    is_number(parsed.rmc.course_mdeg, 84400);
    is_number(parsed.rmc.variation_mdeg, -3100);

    assert_int_equal(
        parse_line("$GPRMC,225446,A,4916.45,N,12311.12,W,000.5,054.7,191194,020.3,E*68"), 0);
    is_position(parsed.rmc.position, 49274167, -123185333);
    is_number(parsed.rmc.variation_mdeg, 20300);

    assert_int_equal(
        parse_line("$GPRMC,180041.896,A,3749.1851,N,08338.7891,W,001.9,154.9,240911,,,A*7A"), 0);
    is_position(parsed.rmc.position, 37819752, -83646485);
    is_time(18, 0, 41, 896);
    assert_int_equal(parsed.rmc.date_days, 15241); /* 24 September 2011 */
    is_missing(parsed.rmc.variation_mdeg);

    assert_int_equal(
        parse_line("$GPRMC,180049.896,A,3749.1808,N,08338.7869,W,001.8,156.3,240911,,,A*70"), 0);
    is_position(parsed.rmc.position, 37819680, -83646448);

    assert_int_equal(
        parse_line("$GPRMC,092751.000,A,5321.6802,N,00630.3371,W,0.06,31.66,280511,,,A*45"), 0);
    is_position(parsed.rmc.position, 53361337, -6505618);
    is_number(parsed.rmc.speed_mkn, 60);
    is_number(parsed.rmc.course_mdeg, 31660);

    assert_int_equal(
        parse_line("$GPRMC,061507.000,A,4530.7007,N,12240.8051,W,0.02,79.97,260813,,,D*4B"), 0);
    is_position(parsed.rmc.position, 45511678, -122680085);
}

static void gll_of_the_reference_are_taken_apart(void **state)
{
    (void)state;
    assert_int_equal(parse_line("$GPGLL,4916.45,N,12311.12,W,225444,A,*1D"), 0);
    assert_int_equal(parsed.kind, SB_NMEA_GLL);
    assert_true(parsed.gll.has_fix);
    is_position(parsed.gll.position, 49274167, -123185333);
    is_time(22, 54, 44, 0);
    assert_int_equal(parse_line("$GPGLL,4250.5589,S,14718.5084,E,092204.999,A*2D"), 0);
    is_position(parsed.gll.position, -42842648, 147308473);
    is_time(9, 22, 4, 999);
    assert_int_equal(parse_line("$GPGLL,0000.0000,N,00000.0000,E,235947.000,V*2D"), 0);
    assert_false(parsed.gll.has_fix);
    is_time(23, 59, 47, 0);
}

/* 71.4472 minutes. */
static void gll_of_the_reference_with_too_many_minutes_is_refused(void **state)
{
    (void)state;
    assert_int_equal(parse_line("$GPGLL,3711.0942,N,08671.4472,W,000812.000,A,A*46"), -EBADMSG);
}

static void vtg_gga_and_gsa_of_the_reference_are_taken_apart(void **state)
{
    static const uint16_t prns[] = {7, 11, 28, 24, 26, 8, 17};

    (void)state;
    assert_int_equal(parse_line("$GPVTG,232.9,T,,M,002.3,N,004.3,K,A*01"), 0);
    assert_true(parsed.vtg.has_fix);
    is_number(parsed.vtg.speed_mkn, 2300);
    is_number(parsed.vtg.course_mdeg, 232900);

    assert_int_equal(parse_line("$GPGGA,180050.896,3749.1802,N,08338.7865,W,1,07,1.1,397.4,M,-32.5,"
                                "M,,0000*6C"),
                     0);
    is_time(18, 0, 50, 896);
    is_position(parsed.gga.position, 37819670, -83646442);
    assert_int_equal(parsed.gga.quality, SB_NMEA_QUALITY_GPS);
    is_number(parsed.gga.satellite_count, 7);
    is_number(parsed.gga.hdop_hundredths, 110);
    is_number(parsed.gga.altitude_mm, 397400);
    is_number(parsed.gga.geoid_mm, -32500);
    assert_int_equal(
        parse_line("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47"), 0);
    is_position(parsed.gga.position, 48117300, 11516667);
    is_number(parsed.gga.altitude_mm, 545400);
    is_number(parsed.gga.geoid_mm, 46900);
    is_number(parsed.gga.satellite_count, 8);

    assert_int_equal(parse_line("$GPGSA,A,3,07,11,28,24,26,08,17,,,,,,2.0,1.1,1.7*37"), 0);
    assert_int_equal(parsed.gsa.fix, 3);
    assert_int_equal(parsed.gsa.satellite_count, 7);
    assert_memory_equal(parsed.gsa.prns, prns, sizeof(prns));
    is_number(parsed.gsa.pdop_hundredths, 200);
    is_number(parsed.gsa.hdop_hundredths, 110);
    is_number(parsed.gsa.vdop_hundredths, 170);
    assert_int_equal(parse_line("$GPGSA,A,3,07,02,26,27,09,04,15,,,,,,1.8,1.0,1.5*33"), 0);
    assert_int_equal(parsed.gsa.satellite_count, 7);
    assert_int_equal(parsed.gsa.prns[6], 15);
}

static void gsv_of_the_reference_is_taken_apart(void **state)
{
    (void)state;
    assert_int_equal(
        parse_line("$GPGSV,3,2,12,24,42,058,33,11,34,053,33,07,20,171,40,20,15,116,*71"), 0);
    assert_int_equal(parsed.gsv.message_count, 3);
    assert_int_equal(parsed.gsv.message, 2);
    assert_int_equal(parsed.gsv.in_view, 12);
    assert_int_equal(parsed.gsv.signal, 0);
    assert_int_equal(parsed.gsv.satellite_count, 4);
    assert_int_equal(parsed.gsv.satellites[3].prn, 20);
    assert_int_equal(parsed.gsv.satellites[3].elevation_deg, 15);
    assert_int_equal(parsed.gsv.satellites[3].azimuth_deg, 116);
    assert_int_equal(parsed.gsv.satellites[3].snr_db, SB_NMEA_UNKNOWN);
    assert_int_equal(parsed.gsv.satellites[2].snr_db, 40);
}

/* ---- edges */

struct edge {
    const char *text;
    int rc;
};

static void each_edge_is(const struct edge *edges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int rc = parse(edges[i].text);

        if (rc != edges[i].rc)
            fail_msg("%s gives %d, expected %d", edges[i].text, rc, edges[i].rc);
    }
}

#define EACH_EDGE_IS(edges) each_edge_is(edges, sizeof(edges) / sizeof((edges)[0]))

/* G5: lat 99, lon 999, time 256199, empty hemispheres; the rest of 19.1. */
static void g5_positions_times_and_dates_that_cannot_be_are_refused(void **state)
{
    static const struct edge edges[] = {
        {"GPGLL,9907.038,N,01131.000,E,123519,A", -EBADMSG},
        {"GPGLL,4807.038,N,99931.000,E,123519,A", -EBADMSG},
        {"GPGLL,9000.0000,N,18000.0000,W,123519,A", 0},
        {"GPGLL,9000.0001,N,01131.000,E,123519,A", -EBADMSG},
        {"GPGLL,4807.038,N,18000.0001,E,123519,A", -EBADMSG},
        {"GPGLL,4860.000,N,01131.000,E,123519,A", -EBADMSG},
        {"GPGLL,4859.9999,N,01159.9999,E,123519,A", 0},
        {"GPGLL,4807.038,,01131.000,E,123519,A", -EBADMSG},
        {"GPGLL,4807.038,N,01131.000,,123519,A", -EBADMSG},
        {"GPGLL,4807.038,X,01131.000,E,123519,A", -EBADMSG},
        {"GPGLL,4807.038,E,01131.000,N,123519,A", -EBADMSG},
        {"GPGLL,4807.038,NN,01131.000,E,123519,A", -EBADMSG},
        {"GPGLL,,,,,123519,A", -EBADMSG},
        {"GPGLL,807.038,N,01131.000,E,123519,A", -EBADMSG},
        {"GPGLL,-807.038,N,01131.000,E,123519,A", -EBADMSG},
        {"GPGLL,48071.038,N,01131.000,E,123519,A", -EBADMSG},
        {"GPGLL,4807.0.38,N,01131.000,E,123519,A", -EBADMSG},
        {"GPGLL,4807.03x,N,01131.000,E,123519,A", -EBADMSG},
        {"GPGLL,4807,N,01131,E,123519,A", 0},
        {"GPGLL,4807.038,N,01131.000,E,256199,A", -EBADMSG},
        {"GPGLL,4807.038,N,01131.000,E,240000,A", -EBADMSG},
        {"GPGLL,4807.038,N,01131.000,E,126000,A", -EBADMSG},
        {"GPGLL,4807.038,N,01131.000,E,123560,A", -EBADMSG},
        {"GPGLL,4807.038,N,01131.000,E,235960,A", 0},
        {"GPGLL,4807.038,N,01131.000,E,235961,A", -EBADMSG},
        {"GPGLL,4807.038,N,01131.000,E,12351,A", -EBADMSG},
        {"GPGLL,4807.038,N,01131.000,E,123519.,A", 0},
        {"GPGLL,4807.038,N,01131.000,E,1235191,A", -EBADMSG},
        {"GPGLL,4807.038,N,01131.000,E,123519.5x,A", -EBADMSG},
        {"GPGLL,4807.038,N,01131.000,E,,A", 0},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,231394,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,320394,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,000394,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230094,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,310494,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,290224,003.1,W", 0},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,290223,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,2303,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,23039x,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,,01131.000,,022.4,084.4,230394,003.1,", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,180.1,E", -EBADMSG},
        {"GPRMC,123519,AA,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,360.1,230394,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,-10,230394,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,-2.4,084.4,230394,003.1,W", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,fast,084.4,230394,003.1,W", -EBADMSG},
        {"GPZDA,202640.000,31,04,2015,,", -EBADMSG},
        {"GPZDA,202640.000,13,04,15,,", -EBADMSG},
        {"GPZDA,202640.000,13,,2015,,", -EBADMSG},
    };

    (void)state;
    EACH_EDGE_IS(edges);
}

/* G2: missing fields. Each prefix of a sentence is either refused or one of its older, shorter variants. */
static void g2_short_sentences_are_refused_or_a_known_variant(void **state)
{
    static const struct edge edges[] = {
        {"GPRMC", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4", -EBADMSG},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394", 0},
        {"GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W", 0},
        {"GPGLL,4916.45,N,12311.12,W,225444", -EBADMSG},
        {"GPGLL", -EBADMSG},
        {"GPVTG,232.9,T,,M", -EBADMSG},
        {"GPVTG,232.9,T,,M,002.3,N,004.3,K", 0},
        {"GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9", -EBADMSG},
        {"GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4", 0},
        {"GPGSA,A,3,07,11,28", -EBADMSG},
        {"GPGSA", -EBADMSG},
        {"GPGSV,3,1", -EBADMSG},
        {"GPGSV,1,1,00", 0},
        {"GPGSV", -EBADMSG},
        {"GPGSV,1,2,00", -EBADMSG},
        {"GPGSV,0,0,00", -EBADMSG},
        {"GPGSV,x,1,00", -EBADMSG},
        {"GPZDA,202640.000,13,04", -EBADMSG},
        {"GPZDA,202640.000,13,04,2015", 0},
        {"GPZDA,,,,,,", 0},
        {"GNGNS,112257.00,3844.24011,N,00908.43828,W,AN", -EBADMSG},
        {"GPGST,172814.0,0.006,0.023,0.020,273.6,0.023,0.020", -EBADMSG},
    };

    (void)state;
    EACH_EDGE_IS(edges);
}

/* G2: gsv: the last message of a set is shorter than promised. */
static void g2_a_short_gsv_gives_what_is_there(void **state)
{
    (void)state;
    assert_int_equal(parse("GPGSV,3,3,11,22,42,067,42,24,14,311"), 0);
    assert_int_equal(parsed.gsv.satellite_count, 2);
    assert_int_equal(parsed.gsv.satellites[1].prn, 24);
    assert_int_equal(parsed.gsv.satellites[1].azimuth_deg, 311);
    assert_int_equal(parsed.gsv.satellites[1].snr_db, SB_NMEA_UNKNOWN);
    assert_int_equal(parse("GPGSV,3,3,11,22,42,067,42,24"), 0);
    assert_int_equal(parsed.gsv.satellite_count, 2);
    assert_int_equal(parsed.gsv.satellites[1].elevation_deg, SB_NMEA_UNKNOWN);
    assert_int_equal(parse("GPGSV,3,3,11,22,42,067,42,24,14,311,43,27,05,244,00,,,,"), 0);
    assert_int_equal(parsed.gsv.satellite_count, 3);
    assert_int_equal(parse("GPGSV,3,1,00,,,,,,,,,,,,,,,,"), 0);
    assert_int_equal(parsed.gsv.satellite_count, 0);
    assert_int_equal(parse("GPGSV,2,1,06,21,,,40,28,,,47,25,,,43,07,,,40"), 0);
    assert_int_equal(parsed.gsv.satellites[0].elevation_deg, SB_NMEA_UNKNOWN);
    assert_int_equal(parsed.gsv.satellites[0].snr_db, 40);
}

/* G8. */
static void g8_a_gsv_of_nmea_4_11_names_its_signal_and_a_gsa_its_system(void **state)
{
    (void)state;
    assert_int_equal(parse("GAGSV,1,1,02,03,52,112,40,15,61,300,41,7"), 0);
    assert_string_equal(parsed.talker, "GA");
    assert_int_equal(parsed.gsv.signal, 7);
    assert_int_equal(parsed.gsv.satellite_count, 2);
    assert_int_equal(parse("GBGSV,1,1,01,303,52,112,40,B"), 0);
    assert_int_equal(parsed.gsv.signal, 11);
    assert_int_equal(parsed.gsv.satellites[0].prn, 303);
    assert_int_equal(parse("GPGSV,1,1,00,1"), 0);
    assert_int_equal(parsed.gsv.signal, 1);
    assert_int_equal(parsed.gsv.satellite_count, 0);
    assert_int_equal(parse("GNGSA,A,3,03,15,,,,,,,,,,,1.56,0.91,1.27,3"), 0);
    assert_int_equal(parsed.gsa.system, 3);
}

/* 19.1: a course that is empty is not 0. */
static void an_empty_course_or_speed_is_unknown(void **state)
{
    (void)state;
    assert_int_equal(
        parse_line("$GNRMC,083559.00,A,4717.11437,N,00833.91522,E,0.004,,091202,,,A,V*1A"), 0);
    is_missing(parsed.rmc.course_mdeg);
    is_number(parsed.rmc.speed_mkn, 4);
    assert_int_equal(parse_line("$GPVTG,,T,,M,0.004,N,0.008,K,A*2F"), 0);
    is_missing(parsed.vtg.course_mdeg);
    is_number(parsed.vtg.speed_mkn, 4);
    assert_int_equal(parse("GPRMC,123519,A,4807.038,N,01131.000,E,,084.4,230394,003.1,W"), 0);
    is_missing(parsed.rmc.speed_mkn);
    is_number(parsed.rmc.course_mdeg, 84400);
    assert_int_equal(parse("GPVTG,,T,,M,,N,,K,N"), 0);
    assert_false(parsed.vtg.has_fix);
    assert_int_equal(parse("GPVTG,232.9,T,,M,,N,18.52,K"), 0);
    is_number(parsed.vtg.speed_mkn, 10000);
}

/* 19.1: quality 0 with an empty position, HDOP empty or 99.99. */
static void a_gga_without_a_fix_is_accepted_whatever_its_position(void **state)
{
    (void)state;
    assert_int_equal(parse("GPGGA,,,,,,0,,,,M,,M,,"), 0);
    assert_int_equal(parsed.gga.quality, SB_NMEA_QUALITY_NONE);
    assert_false(parsed.has_utc);
    is_missing(parsed.gga.hdop_hundredths);
    assert_int_equal(parse("GNGGA,235503.00,,,,,0,08,99.99,,,,,,"), 0);
    is_number(parsed.gga.hdop_hundredths, 9999);
    is_number(parsed.gga.satellite_count, 8);
    is_missing(parsed.gga.altitude_mm);
    assert_int_equal(
        parse("GPGGA,235946.005,8960.000000,N,00000.000000,E,0,0,,137.000,M,13.000,M,,"), 0);
    assert_int_equal(parsed.gga.quality, SB_NMEA_QUALITY_NONE);
    assert_int_equal(parse("GPGGA,235946.005,,,,,1,04,1.0,137.000,M,13.000,M,,"), -EBADMSG);
}

static void a_void_rmc_still_tells_time_and_date(void **state)
{
    (void)state;
    assert_int_equal(parse("GPRMC,014413.76,V,3728.0549,N,12213.8639,W,0.00,0.0,150209,,"), 0);
    assert_false(parsed.rmc.has_fix);
    is_time(1, 44, 13, 760);
    assert_int_equal(parsed.rmc.date_days, 14290);
    assert_int_equal(parse("GPRMC,,V,,,,,,,,,,N"), 0);
    assert_false(parsed.has_utc);
    assert_false(parsed.rmc.has_date);
    assert_int_equal(parse("GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,,,N"), 0);
    assert_false(parsed.rmc.has_fix);
    assert_int_equal(parse("GPGLL,3728.0549,N,12213.8639,W,014413.076,N,V"), 0);
    assert_false(parsed.gll.has_fix);
}

/* G6: yy = 94 was 2094. */
static void g6_years_of_two_digits_are_1980_to_2079(void **state)
{
    static const struct {
        const char *text;
        int32_t days;
    } dates[] = {
        {"GPRMC,000000,V,,,,,,,010180,,", 3652},  /* 1 January 1980 */
        {"GPRMC,000000,V,,,,,,,311299,,", 10956}, /* 31 December 1999 */
        {"GPRMC,000000,V,,,,,,,010100,,", 10957}, /* 1 January 2000 */
        {"GPRMC,000000,V,,,,,,,311279,,", 40176}, /* 31 December 2079 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
        assert_int_equal(parse(dates[i].text), 0);
        assert_int_equal(parsed.rmc.date_days, dates[i].days);
    }
    assert_int_equal(parse("GPZDA,000000,01,01,2080,00,00"), 0);
    assert_int_equal(parsed.zda.date_days, 40177);
    assert_int_equal(parse("GPZDA,000000,31,12,2199,00,00"), 0);
    assert_int_equal(parsed.zda.date_days, 84005);
    assert_int_equal(parse("GPZDA,000000,01,01,2200,00,00"), -EBADMSG);
    assert_int_equal(parse("GPZDA,000000,31,12,1979,00,00"), -EBADMSG);
    assert_int_equal(parse("GPZDA,000000,01,01,0000,00,00"), -EBADMSG);
}

/* G13: talkers and kinds that were missing. */
static void g13_every_talker_is_heard_and_proprietary_sentences_are_not(void **state)
{
    static const struct edge edges[] = {
        {"BDGLL,4916.45,N,12311.12,W,225444,A,", 0},
        {"GBGLL,4916.45,N,12311.12,W,225444,A,", 0},
        {"GQGLL,4916.45,N,12311.12,W,225444,A,", 0},
        {"QZGLL,4916.45,N,12311.12,W,225444,A,", 0},
        {"GIGLL,4916.45,N,12311.12,W,225444,A,", 0},
        {"NAGLL,4916.45,N,12311.12,W,225444,A,", 0},
        {"INGLL,4916.45,N,12311.12,W,225444,A,", 0},
        {"IIGLL,4916.45,N,12311.12,W,225444,A,", 0},
        {"PQGLL,4916.45,N,12311.12,W,225444,A,", -ENOTSUP},
        {"PMTK001,220,3", -ENOTSUP},
        {"PUBX,00", -ENOTSUP},
        {"gpGLL,4916.45,N,12311.12,W,225444,A,", -ENOTSUP},
        {"GPgll,4916.45,N,12311.12,W,225444,A,", -ENOTSUP},
        {"GLL,4916.45,N,12311.12,W,225444,A,", -ENOTSUP},
        {"GPGLLX,4916.45,N,12311.12,W,225444,A,", -ENOTSUP},
        {"GPGL", -ENOTSUP},
        {"GPTXT,01,01,02,ANTSTATUS=OK", -ENOTSUP},
        {"", -ENOTSUP},
        {",", -ENOTSUP},
    };

    (void)state;
    EACH_EDGE_IS(edges);
}

static void g13_zda_gns_and_gst_are_taken_apart(void **state)
{
    (void)state;
    assert_int_equal(parse_line("$GPZDA,202640.000,13,04,2015,,*54"), 0);
    is_time(20, 26, 40, 0);
    assert_true(parsed.zda.has_date);
    assert_int_equal(parsed.zda.date_days, 16538);
    assert_int_equal(
        parse("GNGNS,112257.00,3844.24011,N,00908.43828,W,AND,03,10.5,12.3,-2.1,1.0,0000,V"), 0);
    assert_int_equal(parsed.kind, SB_NMEA_GNS);
    assert_int_equal(parsed.gga.quality, SB_NMEA_QUALITY_DIFFERENTIAL);
    is_position(parsed.gga.position, 38737335, -9140638);
    is_number(parsed.gga.satellite_count, 3);
    is_number(parsed.gga.hdop_hundredths, 1050);
    is_number(parsed.gga.altitude_mm, 12300);
    is_number(parsed.gga.geoid_mm, -2100);
    assert_int_equal(parse("GNGNS,112257.00,,,,,NN,00,,,,,"), 0);
    assert_int_equal(parsed.gga.quality, SB_NMEA_QUALITY_NONE);
    assert_int_equal(parse("GNGNS,112257.00,,,,,NX,00,,,,,"), -EBADMSG);
    assert_int_equal(parse("GPGST,172814.0,0.006,0.023,0.020,273.6,0.023,0.0205,0.031"), 0);
    is_number(parsed.gst.latitude_mm, 23);
    is_number(parsed.gst.longitude_mm, 21);
    is_number(parsed.gst.altitude_mm, 31);
}

/* The SiRF manual's own RMC has a blank where the variation would be. */
static void blanks_around_a_value_do_not_count(void **state)
{
    static const struct edge edges[] = {
        {"GPRMC,161229.487,A,3723.2475,N,12158.3416,W,0.13,309.62,120598, ,", 0},
        {"GPGGA,161229.487, 3723.2475,N ,12158.3416,W,1,07, 1.0,   9.0,M, , , ,0000", 0},
        {"GPGSA,A,3,07,02,26, , , , , , , , , ,1.8,1.0,1.5", 0},
        {"GPRMC,161229.487,A,37 23.2475,N,12158.3416,W,0.13,309.62,120598,,", -EBADMSG},
        {"GPRMC,161229.487, ,3723.2475,N,12158.3416,W,0.13,309.62,12 598,,", -EBADMSG},
    };

    (void)state;
    EACH_EDGE_IS(edges);
    assert_int_equal(parse(edges[0].text), 0);
    is_missing(parsed.rmc.variation_mdeg);
    assert_int_equal(parse(edges[1].text), 0);
    is_position(parsed.gga.position, 37387458, -121972360);
    is_number(parsed.gga.altitude_mm, 9000);
    assert_int_equal(parse(edges[2].text), 0);
    assert_int_equal(parsed.gsa.satellite_count, 3);
}

static void numbers_are_rounded_and_bounded(void **state)
{
    static const struct {
        const char *altitude;
        int rc;
        int32_t mm;
    } rows[] = {
        {"-0028", 0, -28000},
        {"00019", 0, 19000},
        {"1.0004", 0, 1000},
        {"1.0005", 0, 1001},
        {"-1.0005", 0, -1001},
        {"+7", 0, 7000},
        {".5", 0, 500},
        {"5.", 0, 5000},
        {".", -EBADMSG, 0},
        {"-", -EBADMSG, 0},
        {"1-", -EBADMSG, 0},
        {"--1", -EBADMSG, 0},
        {"1e3", -EBADMSG, 0},
        {" 1 ", 0, 1000},
        {"1 1", -EBADMSG, 0},
        {"2147483.647", 0, INT32_MAX},
        {"2147483.648", -EBADMSG, 0},
        {"999999999999999999999", -EBADMSG, 0},
        {"0.99999999999999999999999999", 0, 1000},
    };
    char text[128];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(text, sizeof(text), "GPGGA,,4807.038,N,01131.000,E,1,08,0.9,%s,M,,,,",
                 rows[i].altitude);
        assert_int_equal(parse(text), rows[i].rc);
        if (rows[i].rc == 0)
            is_number(parsed.gga.altitude_mm, rows[i].mm);
    }
}

static void every_quality_is_known(void **state)
{
    char text[64];

    (void)state;
    for (int quality = 0; quality <= 10; quality++) {
        snprintf(text, sizeof(text), "GPGGA,,4807.038,N,01131.000,E,%d,08,0.9,,,,,,", quality);
        assert_int_equal(parse(text), quality <= 9 ? 0 : -EBADMSG);
        if (quality <= 9)
            assert_int_equal(parsed.gga.quality, quality);
    }
}

/* The record may be all garbage before: what a sentence does not say must not be read from it. */
static void parsing_leaves_nothing_of_the_sentence_before(void **state)
{
    (void)state;
    memset(&parsed, 0xa5, sizeof(parsed));
    assert_int_equal(parse("GPRMC,,V,,,,,,,"), 0);
    assert_false(parsed.has_utc || parsed.rmc.has_date || parsed.rmc.has_fix);
    is_missing(parsed.rmc.speed_mkn);
    is_missing(parsed.rmc.course_mdeg);
    is_missing(parsed.rmc.variation_mdeg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_sentence_ends_with_cr_lf_or_both, setup),
        cmocka_unit_test_setup(a_dollar_begins_a_sentence_wherever_it_comes, setup),
        cmocka_unit_test_setup(nul_and_ff_are_passed_over_everywhere, setup),
        cmocka_unit_test_setup(a_checksum_is_two_hex_digits_of_any_case, setup),
        cmocka_unit_test_setup(blanks_behind_the_checksum_are_passed_over, setup),
        cmocka_unit_test_setup(anything_else_behind_the_first_star_is_a_bad_checksum, setup),
        cmocka_unit_test_setup(hundreds_of_digits_are_a_bad_checksum_too, setup),
        cmocka_unit_test_setup(a_sentence_without_star_has_no_checksum_unless_it_is_noise, setup),
        cmocka_unit_test_setup(the_end_of_bytes_ends_a_sentence, setup),
        cmocka_unit_test_setup(g4_128_characters_are_read_and_more_are_counted, setup),
        cmocka_unit_test(g4_a_position_of_high_precision_is_read),
        cmocka_unit_test(rmc_of_the_reference_are_taken_apart),
        cmocka_unit_test(gll_of_the_reference_are_taken_apart),
        cmocka_unit_test(gll_of_the_reference_with_too_many_minutes_is_refused),
        cmocka_unit_test(vtg_gga_and_gsa_of_the_reference_are_taken_apart),
        cmocka_unit_test(gsv_of_the_reference_is_taken_apart),
        cmocka_unit_test(g5_positions_times_and_dates_that_cannot_be_are_refused),
        cmocka_unit_test(g2_short_sentences_are_refused_or_a_known_variant),
        cmocka_unit_test(g2_a_short_gsv_gives_what_is_there),
        cmocka_unit_test(g8_a_gsv_of_nmea_4_11_names_its_signal_and_a_gsa_its_system),
        cmocka_unit_test(an_empty_course_or_speed_is_unknown),
        cmocka_unit_test(a_gga_without_a_fix_is_accepted_whatever_its_position),
        cmocka_unit_test(a_void_rmc_still_tells_time_and_date),
        cmocka_unit_test(g6_years_of_two_digits_are_1980_to_2079),
        cmocka_unit_test(g13_every_talker_is_heard_and_proprietary_sentences_are_not),
        cmocka_unit_test(g13_zda_gns_and_gst_are_taken_apart),
        cmocka_unit_test(blanks_around_a_value_do_not_count),
        cmocka_unit_test(numbers_are_rounded_and_bounded),
        cmocka_unit_test(every_quality_is_known),
        cmocka_unit_test(parsing_leaves_nothing_of_the_sentence_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
