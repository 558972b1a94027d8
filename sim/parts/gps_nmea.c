/* SPDX-License-Identifier: MIT */
/* Sentences of NMEA 0183: see gps_nmea.h. Each writer appends to `at` and returns the new end. */
#include "sim/parts/gps_nmea.h"

/* Between the ellipsoid and mean sea level: it would depend on the place, but plays no part here. */
#define GEOID "47.0"

static char *put_text(char *at, const char *text)
{
    while (*text != '\0')
        *at++ = *text++;
    return at;
}

/* With leading zeros. */
static char *put_digits(char *at, unsigned value, unsigned digits)
{
    for (unsigned i = digits; i-- > 0; value /= 10)
        at[i] = (char)('0' + value % 10);
    return at + digits;
}

static char *put_number(char *at, unsigned value)
{
    unsigned digits = 1;

    for (unsigned rest = value; rest >= 10; rest /= 10)
        digits++;
    return put_digits(at, value, digits);
}

/* `value` is in units of the last decimal. */
static char *put_decimal(char *at, int32_t value, unsigned decimals)
{
    unsigned unit = 1;
    unsigned magnitude = value < 0 ? 0 - (unsigned)value : (unsigned)value;

    for (unsigned i = 0; i < decimals; i++)
        unit *= 10;
    if (value < 0)
        *at++ = '-';
    at = put_number(at, magnitude / unit);
    *at++ = '.';
    return put_digits(at, magnitude % unit, decimals);
}

/* hhmmss.sss */
static char *put_time(char *at, int64_t utc_ms)
{
    int64_t of_day = utc_ms % 86400000;
    unsigned ms = (unsigned)(of_day < 0 ? of_day + 86400000 : of_day);
    unsigned s = ms / 1000;

    at = put_digits(at, s / 3600, 2);
    at = put_digits(at, s / 60 % 60, 2);
    at = put_digits(at, s % 60, 2);
    *at++ = '.';
    return put_digits(at, ms % 1000, 3);
}

/* The Gregorian date of a day since 1970, from eras of 400 years that begin in March. */
static void find_date(struct sb_sim_gps_date *date, int64_t utc_ms)
{
    int64_t day = utc_ms >= 0 ? utc_ms / 86400000 : (utc_ms - 86399999) / 86400000;
    int64_t shifted = day + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    unsigned of_era = (unsigned)(shifted - era * 146097);
    unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * of_year + 2) / 153;

    if (date->year != 0 && date->day == day)
        return;
    date->day = day;
    date->day_of_month = of_year - (153 * month + 2) / 5 + 1;
    date->month = month < 10 ? month + 3 : month - 9;
    date->year = (unsigned)(era * 400 + year) + (date->month <= 2 ? 1 : 0);
}

/* "ddmm.mmmm,N" or "dddmm.mmmm,E": a degree is 600,000 of the last places. */
static char *put_angle(char *at, int32_t degrees_e7, unsigned digits, char positive, char negative)
{
    uint64_t magnitude = degrees_e7 < 0 ? 0 - (uint64_t)degrees_e7 : (uint64_t)degrees_e7;
    unsigned minutes_e4 = (unsigned)((magnitude * 6 + 50) / 100);

    at = put_digits(at, minutes_e4 / 600000, digits);
    at = put_digits(at, minutes_e4 % 600000 / 10000, 2);
    *at++ = '.';
    at = put_digits(at, minutes_e4 % 10000, 4);
    *at++ = ',';
    *at++ = degrees_e7 < 0 ? negative : positive;
    return at;
}

static char *put_position(char *at, const struct sb_sim_gps_fix *fix)
{
    if (!fix->is_valid)
        return put_text(at, ",,,");
    at = put_angle(at, fix->latitude, 2, 'N', 'S');
    *at++ = ',';
    return put_angle(at, fix->longitude, 3, 'E', 'W');
}

size_t sb_sim_gps_finish(char *out, size_t length)
{
    static const char hex[] = "0123456789ABCDEF";
    unsigned sum = 0;

    for (size_t i = 1; i < length; i++)
        sum ^= (unsigned char)out[i];
    out[length] = '*';
    out[length + 1] = hex[sum >> 4 & 15];
    out[length + 2] = hex[sum & 15];
    out[length + 3] = '\r';
    out[length + 4] = '\n';
    return length + 5;
}

static char *put_gll(char *at, const struct sb_sim_gps_fix *fix)
{
    at = put_position(put_text(at, "$GPGLL,"), fix);
    *at++ = ',';
    at = put_time(at, fix->utc_ms);
    return put_text(at, fix->is_valid ? ",A,A" : ",V,N");
}

static char *put_rmc(char *at, const struct sb_sim_gps_fix *fix, struct sb_sim_gps_date *date)
{
    at = put_time(put_text(at, "$GPRMC,"), fix->utc_ms);
    at = put_text(at, fix->is_valid ? ",A," : ",V,");
    at = put_position(at, fix);
    *at++ = ',';
    at = put_decimal(at, fix->is_valid ? (int32_t)fix->speed : 0, 2);
    *at++ = ',';
    at = put_decimal(at, fix->is_valid ? (int32_t)fix->course : 0, 2);
    *at++ = ',';
    find_date(date, fix->utc_ms);
    at = put_digits(at, date->day_of_month, 2);
    at = put_digits(at, date->month, 2);
    at = put_digits(at, date->year % 100, 2);
    return put_text(at, fix->is_valid ? ",,,A" : ",,,N");
}

static char *put_vtg(char *at, const struct sb_sim_gps_fix *fix)
{
    unsigned speed = fix->is_valid ? fix->speed : 0;

    at = put_text(at, "$GPVTG,");
    at = put_decimal(at, fix->is_valid ? (int32_t)fix->course : 0, 2);
    at = put_text(at, ",T,,M,");
    at = put_decimal(at, (int32_t)speed, 2);
    at = put_text(at, ",N,");
    at = put_decimal(at, (int32_t)(((uint64_t)speed * 1852 + 500) / 1000), 2);
    return put_text(at, fix->is_valid ? ",K,A" : ",K,N");
}

static char *put_gga(char *at, const struct sb_sim_gps_fix *fix, const struct sb_sim_gps_sky *sky)
{
    at = put_time(put_text(at, "$GPGGA,"), fix->utc_ms);
    *at++ = ',';
    at = put_position(at, fix);
    if (!fix->is_valid)
        return put_text(at, ",0,0,,,M,,M,,");
    at = put_text(at, ",1,");
    at = put_number(at, sky->used);
    *at++ = ',';
    at = put_decimal(at, (int32_t)sky->hdop, 2);
    *at++ = ',';
    at = put_decimal(at, fix->altitude_dm, 1);
    return put_text(at, ",M," GEOID ",M,,");
}

static char *put_gsa(char *at, const struct sb_sim_gps_fix *fix, const struct sb_sim_gps_sky *sky)
{
    at = put_text(at, "$GPGSA,A,");
    *at++ = !fix->is_valid ? '1' : sky->used == 3 ? '2' : '3';
    for (unsigned i = 0; i < SB_SIM_GPS_USED_MAX; i++) {
        *at++ = ',';
        if (fix->is_valid && i < sky->used)
            at = put_digits(at, sky->satellites[i].number, 2);
    }
    if (!fix->is_valid)
        return put_text(at, ",,,");
    *at++ = ',';
    at = put_decimal(at, (int32_t)sky->pdop, 2);
    *at++ = ',';
    at = put_decimal(at, (int32_t)sky->hdop, 2);
    *at++ = ',';
    return put_decimal(at, (int32_t)sky->vdop, 2);
}

static char *put_zda(char *at, const struct sb_sim_gps_fix *fix, struct sb_sim_gps_date *date)
{
    at = put_time(put_text(at, "$GPZDA,"), fix->utc_ms);
    find_date(date, fix->utc_ms);
    *at++ = ',';
    at = put_digits(at, date->day_of_month, 2);
    *at++ = ',';
    at = put_digits(at, date->month, 2);
    *at++ = ',';
    at = put_digits(at, date->year, 4);
    return put_text(at, ",,");
}

static char *put_satellite(char *at, const struct sb_sim_gps_satellite *satellite)
{
    *at++ = ',';
    at = put_digits(at, satellite->number, 2);
    *at++ = ',';
    at = put_digits(at, satellite->elevation, 2);
    *at++ = ',';
    at = put_digits(at, satellite->azimuth, 3);
    *at++ = ',';
    return satellite->snr == 0 ? at : put_digits(at, satellite->snr, 2);
}

/* Four satellites a message; one message even for none. */
static size_t write_gsv(const struct sb_sim_gps_fix *fix, const struct sb_sim_gps_sky *sky,
                        char *out)
{
    unsigned in_view = fix->is_valid ? sky->in_view : 0;
    unsigned messages = in_view == 0 ? 1 : (in_view + 3) / 4;
    size_t total = 0;

    for (unsigned message = 0; message < messages; message++) {
        char *at = put_text(out + total, "$GPGSV,");

        at = put_number(at, messages);
        *at++ = ',';
        at = put_number(at, message + 1);
        *at++ = ',';
        at = put_digits(at, in_view, 2);
        for (unsigned i = message * 4; i < message * 4 + 4 && i < in_view; i++)
            at = put_satellite(at, &sky->satellites[i]);
        total += sb_sim_gps_finish(out + total, (size_t)(at - (out + total)));
    }
    return total;
}

size_t sb_sim_gps_write(enum sb_sim_gps_sentence sentence, const struct sb_sim_gps_fix *fix,
                        const struct sb_sim_gps_sky *sky, struct sb_sim_gps_date *date, char *out)
{
    char *end = out;

    switch (sentence) {
    case SB_SIM_GPS_GLL:
        end = put_gll(out, fix);
        break;
    case SB_SIM_GPS_RMC:
        end = put_rmc(out, fix, date);
        break;
    case SB_SIM_GPS_VTG:
        end = put_vtg(out, fix);
        break;
    case SB_SIM_GPS_GGA:
        end = put_gga(out, fix, sky);
        break;
    case SB_SIM_GPS_GSA:
        end = put_gsa(out, fix, sky);
        break;
    case SB_SIM_GPS_GSV:
        return write_gsv(fix, sky, out);
    case SB_SIM_GPS_ZDA:
        end = put_zda(out, fix, date);
        break;
    case SB_SIM_GPS_SENTENCE_COUNT:
        break;
    }
    return sb_sim_gps_finish(out, (size_t)(end - out));
}
