/* SPDX-License-Identifier: MIT */
/*
 * What a failed step says.
 */
#include "sim/scenario/scenario_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/timer.h"
#include "sim/parts/serial_monitor.h"
#include "sim/files/units.h"

/* Room for a time in seconds with nine decimals. */
#define SECONDS_SIZE 32

static const char *const level_names[] = {"0", "1", "floating", "conflict"};

static const char *format_seconds(int64_t time_ns, char out[SECONDS_SIZE])
{
    snprintf(out, SECONDS_SIZE, "%" PRId64 ".%09" PRId64 " s", time_ns / SB_S_NS,
             time_ns % SB_S_NS);
    return out;
}

static void append(struct sb_scenario *scenario, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(struct sb_scenario *scenario, const char *format, ...)
{
    size_t used = strlen(scenario->failure);
    va_list args;

    va_start(args, format);
    vsnprintf(scenario->failure + used, sizeof(scenario->failure) - used, format, args);
    va_end(args);
}

/* "FILE:LINE: step 4 'name' at 1.234567890 s: " */
static void begin(struct sb_scenario *scenario)
{
    const struct sb_step *step = &scenario->steps[scenario->steps_done];
    char now[SECONDS_SIZE];

    format_seconds(sb_now_ns(), now);
    scenario->failure[0] = '\0';
    append(scenario, "%s:%u: ", scenario->yaml->name, step->line);
    if (step->name != NULL)
        append(scenario, "step %u '%s' at %s: ", step->number, step->name, now);
    else
        append(scenario, "%s at %s: ", step->title, now);
}

/* A text in quotes, what cannot be seen as YAML would write it. */
static void append_quoted(struct sb_scenario *scenario, const char *text, size_t size)
{
    append(scenario, "\"");
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte < 0x20)
            append(scenario, "\\x%02x", byte);
        else
            append(scenario, "%c", byte);
    }
    append(scenario, "\"");
}

int sb_scenario_fail(struct sb_scenario *scenario, const char *format, ...)
{
    size_t used;
    va_list args;

    begin(scenario);
    used = strlen(scenario->failure);
    va_start(args, format);
    vsnprintf(scenario->failure + used, sizeof(scenario->failure) - used, format, args);
    va_end(args);
    return -EBADMSG;
}

static void append_within(struct sb_scenario *scenario, const struct sb_step *step)
{
    char within[SB_TIME_TEXT_SIZE];

    if (step->time_ns == 0)
        return;
    sb_format_time(step->time_ns, within);
    append(scenario, " within %s", within);
}

int sb_scenario_fail_level(struct sb_scenario *scenario, const struct sb_step *step)
{
    const struct sb_wire *wire = step->terminal->wire;
    char since[SECONDS_SIZE];

    begin(scenario);
    append(scenario, "%s:%s: expected %d", step->part->id, step->pin, step->u.level);
    append_within(scenario, step);
    append(scenario, ", seen %s", level_names[wire->level]);
    if (wire->changed_ns > 0)
        append(scenario, " since %s", format_seconds(wire->changed_ns, since));
    return -EBADMSG;
}

int sb_scenario_fail_edges(struct sb_scenario *scenario, const struct sb_step *step, uint64_t count)
{
    uint64_t min = step->u.edges.min;
    uint64_t max = step->u.edges.max;
    char during[SB_TIME_TEXT_SIZE];

    sb_format_time(step->time_ns, during);
    begin(scenario);
    append(scenario, "%s:%s: expected ", step->part->id, step->pin);
    if (max == UINT64_MAX)
        append(scenario, "%" PRIu64 " or more edges", min);
    else if (min == max)
        append(scenario, "%" PRIu64 " edge%s", min, min == 1 ? "" : "s");
    else
        append(scenario, "%" PRIu64 " to %" PRIu64 " edges", min, max);
    append(scenario, " in %s, seen %" PRIu64, during, count);
    return -EBADMSG;
}

int sb_scenario_fail_pulse(struct sb_scenario *scenario, const struct sb_step *step,
                           int64_t begin_ns, int64_t end_ns)
{
    char time[SB_TIME_TEXT_SIZE];
    char begun[SECONDS_SIZE];

    begin(scenario);
    append(scenario, "%s:%s: expected a pulse of %d", step->part->id, step->pin,
           step->u.pulse.level);
    if (step->u.pulse.min_ns > 0) {
        sb_format_time(step->u.pulse.min_ns, time);
        append(scenario, " of %s or more", time);
    }
    if (step->u.pulse.max_ns != SB_NEVER) {
        sb_format_time(step->u.pulse.max_ns, time);
        append(scenario, "%s %s at most", step->u.pulse.min_ns > 0 ? " and" : " of", time);
    }
    append_within(scenario, step);
    if (begin_ns < 0) {
        append(scenario, ", seen none that began");
        return -EBADMSG;
    }
    format_seconds(begin_ns, begun);
    if (end_ns < 0) {
        append(scenario, ", seen one that began at %s and did not end in time", begun);
        return -EBADMSG;
    }
    sb_format_time(end_ns - begin_ns, time);
    append(scenario, ", seen one of %s that began at %s", time, begun);
    return -EBADMSG;
}

/* Bytes of a stream: as append_quoted, and what may be no UTF-8 as numbers, too. */
static void append_bytes(struct sb_scenario *scenario, const uint8_t *bytes, size_t size)
{
    static const char named[] = {
        ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['"'] = '"', ['\\'] = '\\'};

    append(scenario, "\"");
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] < sizeof(named) && named[bytes[i]] != '\0')
            append(scenario, "\\%c", named[bytes[i]]);
        else if (bytes[i] < 0x20 || bytes[i] > 0x7e)
            append(scenario, "\\x%02x", bytes[i]);
        else
            append(scenario, "%c", bytes[i]);
    }
    append(scenario, "\"");
}

/* Bytes of a text and of the stream that a failure shows. */
#define TEXT_SHOWN 200
#define TAIL_SHOWN 64

/* What came since the last match, or what had come until then. */
static void append_tail(struct sb_scenario *scenario, const struct sb_serial_monitor *monitor)
{
    uint64_t new_count = monitor->received_count - monitor->cursor;
    uint8_t tail[TAIL_SHOWN];
    size_t count = sb_serial_monitor_tail(monitor, tail, sizeof(tail));
    size_t shown = new_count > 0 && new_count < count ? (size_t)new_count : count;

    if (count == 0) {
        append(scenario, ", nothing came");
        return;
    }
    append(scenario, new_count > 0 ? ", seen " : ", nothing came after ");
    append(scenario, "%s",
           (new_count > 0 ? new_count : monitor->received_count) > shown ? "..." : "");
    append_bytes(scenario, tail + count - shown, shown);
}

int sb_scenario_fail_serial(struct sb_scenario *scenario, const struct sb_step *step)
{
    const struct sb_serial_monitor *monitor = step->u.serial.monitor;
    size_t size = step->u.serial.size;

    begin(scenario);
    append(scenario, "serial monitor: expected ");
    append_bytes(scenario, step->u.serial.data, size < TEXT_SHOWN ? size : TEXT_SHOWN);
    append(scenario, "%s", size > TEXT_SHOWN ? "..." : "");
    append_within(scenario, step);
    append_tail(scenario, monitor);
    if (monitor->framing_error_count > 0)
        append(scenario, "; %" PRIu64 " byte%s without stop bit at %u baud",
               monitor->framing_error_count, monitor->framing_error_count == 1 ? "" : "s",
               sb_serial_monitor_baud(monitor));
    return -EBADMSG;
}

static void append_line(struct sb_scenario *scenario, const struct sb_part *part, unsigned number)
{
    char line[SB_DISPLAY_LINE_SIZE];
    int size = part->type->read_line(part, number, line, sizeof(line));

    if (size >= 0 && (size_t)size < sizeof(line))
        append_quoted(scenario, line, (size_t)size);
}

static unsigned count_lines(const struct sb_part *part)
{
    char line[SB_DISPLAY_LINE_SIZE];
    unsigned count = 0;

    while (count < 16 && part->type->read_line(part, count + 1, line, sizeof(line)) >= 0)
        count++;
    return count;
}

int sb_scenario_fail_text(struct sb_scenario *scenario, const struct sb_step *step)
{
    static const char *const how[] = {"", "a text with ", "a match of "};
    const struct sb_part *part = step->part;
    unsigned count = count_lines(part);

    begin(scenario);
    append(scenario, "%s line %u: expected %s", part->id, step->u.lcd.line, how[step->u.lcd.match]);
    append_quoted(scenario, step->u.lcd.text, step->u.lcd.size);
    append_within(scenario, step);
    append(scenario, ", seen ");
    append_line(scenario, part, step->u.lcd.line);
    for (unsigned i = 1; i <= count && count > 1; i++) {
        append(scenario, "\n    line %u: ", i);
        append_line(scenario, part, i);
    }
    return -EBADMSG;
}
