/* SPDX-License-Identifier: MIT */
/* What a serial line's levels and pulses tell: see uart_watch.h. */
#include "tools/decode/uart_watch.h"

#include <stdio.h>

/* A pulse is measured to a sample, and a sample may be an eighth of a bit. */
#define TOLERANCE_PERCENT 12

/* The level has lasted until `time_ns`. */
static void end_stretch(struct uart_watch *watch, int64_t time_ns)
{
    int64_t *longest_ns = &watch->longest_ns[watch->level];

    if (time_ns - watch->since_ns > *longest_ns)
        *longest_ns = time_ns - watch->since_ns;
}

void uart_watch_change(struct uart_watch *watch, const struct sb_trace_change *change)
{
    int64_t pulse_ns = change->time_ns - watch->since_ns;
    bool level = change->level == 1;

    if (change->channel != watch->channel || change->level == SB_TRACE_RELEASED)
        return;
    if (watch->has_level && level == watch->level)
        return;
    if (watch->has_level) {
        end_stretch(watch, change->time_ns);
        if (watch->edge_count > 0 && (watch->shortest_ns == 0 || pulse_ns < watch->shortest_ns))
            watch->shortest_ns = pulse_ns;
        watch->edge_count++;
    }
    watch->has_level = true;
    watch->level = level;
    watch->since_ns = change->time_ns;
}

/* The usual rate that has bits of this length, nearly; else the very one. */
static unsigned rate_of(int64_t bit_ns)
{
    static const unsigned usual[] = {1200,  2400,  4800,   9600,   19200,
                                     38400, 57600, 115200, 230400, 460800};
    int64_t rate = (INT64_C(1000000000) + bit_ns / 2) / bit_ns;

    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
        if (rate * 100 >= (int64_t)usual[i] * (100 - TOLERANCE_PERCENT) &&
            rate * 100 <= (int64_t)usual[i] * (100 + TOLERANCE_PERCENT))
            return usual[i];
    return (unsigned)rate;
}

/* A byte has nine bits low at most, so that a line which is low for longer than high rests so. */
static bool is_idle_low(const struct uart_watch *watch)
{
    return watch->longest_ns[0] > watch->longest_ns[1] &&
           watch->longest_ns[0] > 10 * watch->shortest_ns;
}

void uart_watch_explain(struct uart_watch *watch, const char *name, unsigned baud, int64_t end_ns,
                        char *text, size_t size)
{
    end_stretch(watch, end_ns);
    if (watch->edge_count == 0)
        snprintf(text, size, "%s does not change: --channel takes another", name);
    else if (is_idle_low(watch))
        snprintf(text, size, "%s is low when nothing is sent, a serial line is high: inverted?",
                 name);
    else if (watch->shortest_ns > 0)
        snprintf(text, size,
                 "little sense at %u baud: the shortest pulse of %s, %.5g us, is a bit at %u baud",
                 baud, name, (double)watch->shortest_ns / 1e3, rate_of(watch->shortest_ns));
    else
        snprintf(text, size, "%s changes only once: --channel takes another", name);
}
