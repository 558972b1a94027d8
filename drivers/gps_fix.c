/* SPDX-License-Identifier: MIT */
/* Questions about a fix. */
#include "drivers/gps_fix.h"

#include "lib/civil.h"
#include "lib/timer.h"

int64_t sb_gps_datum_time_ns(const struct sb_gps_fix *fix, enum sb_gps_datum datum)
{
    unsigned index = 0;

    while (index < SB_GPS_DATUM_COUNT - 1 && ((unsigned)datum >> index & 1) == 0)
        index++;
    return fix->times_ns[index];
}

int64_t sb_gps_age_ns(const struct sb_gps_fix *fix, enum sb_gps_datum datum, int64_t now_ns)
{
    int64_t time_ns = sb_gps_datum_time_ns(fix, datum);

    return time_ns == SB_NEVER ? SB_NEVER : now_ns - time_ns;
}

int64_t sb_gps_unix_ns(const struct sb_gps_fix *fix)
{
    if (sb_gps_datum_time_ns(fix, SB_GPS_TIME) == SB_NEVER ||
        sb_gps_datum_time_ns(fix, SB_GPS_DATE) == SB_NEVER)
        return -1;
    return fix->date_days * SB_CIVIL_DAY_S * SB_S_NS + fix->time_of_day_ns;
}
