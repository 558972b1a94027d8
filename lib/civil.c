/* SPDX-License-Identifier: MIT */
/*
 * The civil calendar. Years are counted from March, so that the leap day is the last of its year and
 * month lengths repeat (31 30 31 30 31, every 153 days); 400 years are always 146,097 days.
 */
#include "lib/civil.h"

#include <assert.h>

#define DAYS_IN_400_YEARS INT64_C(146097)
#define DAYS_IN_100_YEARS INT64_C(36524)
#define DAYS_IN_4_YEARS   INT64_C(1461)

/* Days from 0000-03-01 to 1970-01-01. */
#define DAYS_TO_1970 INT64_C(719468)

/* Rounds down, also below 0. `divisor` is positive. */
static int64_t divide_down(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor;

    return quotient * divisor > value ? quotient - 1 : quotient;
}

bool sb_civil_is_leap_year(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int sb_civil_month_days(int64_t year, int month)
{
    assert(month >= 1 && month <= 12);
    if (month == 2)
        return sb_civil_is_leap_year(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool sb_civil_is_date(int64_t year, int month, int day)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= sb_civil_month_days(year, month);
}

int64_t sb_civil_to_days(int64_t year, int month, int day)
{
    int64_t march_year = month > 2 ? year : year - 1;
    int64_t cycle = divide_down(march_year, 400);
    int64_t year_of_cycle = march_year - cycle * 400;
    int64_t month_from_march = month > 2 ? month - 3 : month + 9;

    assert(month >= 1 && month <= 12);
    return cycle * DAYS_IN_400_YEARS + year_of_cycle * 365 + year_of_cycle / 4 -
           year_of_cycle / 100 + (153 * month_from_march + 2) / 5 + day - 1 - DAYS_TO_1970;
}

struct sb_civil sb_civil_from_days(int64_t days)
{
    int64_t since_march = days + DAYS_TO_1970;
    int64_t cycle = divide_down(since_march, DAYS_IN_400_YEARS);
    int64_t day_of_cycle = since_march - cycle * DAYS_IN_400_YEARS;
    /* Taking out the leap days before it leaves years of 365 days. */
    int64_t year_of_cycle = (day_of_cycle - day_of_cycle / (DAYS_IN_4_YEARS - 1) +
                             day_of_cycle / DAYS_IN_100_YEARS -
                             day_of_cycle / (DAYS_IN_400_YEARS - 1)) /
                            365;
    int64_t day_of_year = day_of_cycle -
                          (year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100);
    int month_from_march = (int)((5 * day_of_year + 2) / 153);
    struct sb_civil civil = {
        .year = cycle * 400 + year_of_cycle + (month_from_march > 9),
        .month = month_from_march > 9 ? month_from_march - 9 : month_from_march + 3,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5) + 1,
    };

    return civil;
}

int sb_civil_weekday(int64_t days)
{
    int64_t from_thursday = days - divide_down(days, 7) * 7;

    return (int)((from_thursday + 3) % 7);
}

int64_t sb_civil_to_unix(const struct sb_civil *civil)
{
    int64_t days = sb_civil_to_days(civil->year, civil->month, civil->day);

    return days * SB_CIVIL_DAY_S + civil->hour * INT64_C(3600) + civil->minute * INT64_C(60) +
           civil->second;
}

struct sb_civil sb_civil_from_unix(int64_t unix_s)
{
    int64_t days = divide_down(unix_s, SB_CIVIL_DAY_S);
    int second = (int)(unix_s - days * SB_CIVIL_DAY_S);
    struct sb_civil civil = sb_civil_from_days(days);

    civil.hour = second / 3600;
    civil.minute = second / 60 % 60;
    civil.second = second % 60;
    return civil;
}
