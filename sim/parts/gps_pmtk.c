/* SPDX-License-Identifier: MIT */
/* Commands to an MTK3339: see gps_pmtk.h. */
#include "sim/parts/gps_pmtk.h"

#include <stdlib.h>
#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The line is what stands between "$" and the end; it is cut at "*". */
static bool is_sound(char *line)
{
    char *star = strchr(line, '*');
    int high;
    int low;
    unsigned sum = 0;

    if (star == NULL || strlen(star) != 3)
        return false;
    high = hex_digit(star[1]);
    low = hex_digit(star[2]);
    *star = '\0';
    for (const char *at = line; *at != '\0'; at++)
        sum ^= (unsigned char)*at;
    return high >= 0 && low >= 0 && (unsigned)(high * 16 + low) == sum;
}

static bool parse(char *line, struct sb_pmtk_command *command)
{
    char *at = line + 4;
    char *end;

    if (!is_sound(line) || strncmp(line, "PMTK", 4) != 0)
        return false;
    *command = (struct sb_pmtk_command){0};
    command->number = (int)strtol(at, &end, 10);
    if (end != at + 3 || (*end != ',' && *end != '\0'))
        return false;
    while (*end == ',' && command->field_count < SB_PMTK_FIELDS) {
        at = end + 1;
        command->fields[command->field_count++] = (int)strtol(at, &end, 10);
        end += strcspn(end, ",");
    }
    return true;
}

bool sb_pmtk_read(struct sb_pmtk_reader *reader, char byte, struct sb_pmtk_command *command)
{
    if (byte == '$') {
        reader->is_in_line = true;
        reader->size = 0;
        return false;
    }
    if (!reader->is_in_line)
        return false;
    if (byte == '\r')
        return false;
    if (byte == '\n') {
        reader->is_in_line = false;
        reader->line[reader->size] = '\0';
        return parse(reader->line, command);
    }
    if (reader->size + 1 == sizeof(reader->line)) {
        reader->is_in_line = false;
        return false;
    }
    reader->line[reader->size++] = byte;
    return false;
}
