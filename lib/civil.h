/* SPDX-License-Identifier: MIT */
/*
 * The civil calendar: days and seconds since 1970-01-01T00:00:00Z to year, month, day and time of day,
 * and back. Pure, 64-bit, proleptic Gregorian: the rules of today hold for all years, the year before
 * 1 is 0. No time zones and no leap seconds, as in Unix time: a day has 86,400 seconds.
 */
#ifndef SB_LIB_CIVIL_H
#define SB_LIB_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#define SB_CIVIL_DAY_S INT64_C(86400)

struct sb_civil {
    int64_t year;
    int month;  /* 1..12 */
    int day;    /* 1..31 */
    int hour;   /* 0..23 */
    int minute; /* 0..59 */
    int second; /* 0..59 */
};

bool sb_civil_is_leap_year(int64_t year);

/* How many days a month (1..12) has. */
int sb_civil_month_days(int64_t year, int month);

/* True when there is such a day: any year, month 1..12, day 1 to the length of the month. */
bool sb_civil_is_date(int64_t year, int month, int day);

/*
 * Days from 1970-01-01 to a date, negative before. The month is 1..12; the day may be any number and
 * counts on from the first: day 32 of January is 1 February. Years to +-10^15.
 */
int64_t sb_civil_to_days(int64_t year, int month, int day);

/* The date of a day, at 00:00:00. Days to +-10^17. */
struct sb_civil sb_civil_from_days(int64_t days);

/* 0 Monday to 6 Sunday. */
int sb_civil_weekday(int64_t days);

/*
 * Unix seconds of a date and time, and back. Hour, minute and second may be any numbers and carry:
 * second 60 is the next minute's 0. Seconds to +-9 x 10^18, which is every Unix time of 64 bits but the
 * outermost.
 */
int64_t sb_civil_to_unix(const struct sb_civil *civil);
struct sb_civil sb_civil_from_unix(int64_t unix_s);

#endif
