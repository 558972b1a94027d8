/* SPDX-License-Identifier: MIT */
/* Carriers of infrared: see ir_carrier.h. */
#include "sim/trace/ir_carrier.h"

#include "lib/timer.h"

/* 20 to 60 kHz, and what sampling makes of them. */
#define PERIOD_MIN_NS 15000
#define PERIOD_MAX_NS 55000

/* So many periods like each other are a carrier; the shortest marks of remote controls have 16. */
#define RUN_MIN 8

/* No mark with a carrier goes without an edge for so long. */
#define LONG_NS 100000

/* No mark without a carrier is so long. */
#define PAUSE_NS 20000000

void sb_ir_probe_init(struct sb_ir_probe *probe, bool level)
{
    *probe = (struct sb_ir_probe){.level = level, .first_level = level, .rise_ns = -1};
}

static void end_run(struct sb_ir_probe *probe)
{
    if (probe->run >= RUN_MIN) {
        probe->period_count += probe->run;
        probe->period_sum_ns += probe->run_ns;
    }
    probe->run = 0;
    probe->run_ns = 0;
}

/* Two rises are so far apart. */
static void take_period(struct sb_ir_probe *probe, int64_t period_ns)
{
    bool is_possible = period_ns >= PERIOD_MIN_NS && period_ns <= PERIOD_MAX_NS;

    /* More than a quarter from the mean of the run is not the same carrier. */
    if (!is_possible || (probe->run > 0 && (period_ns * 4 * probe->run > probe->run_ns * 5 ||
                                            period_ns * 4 * probe->run < probe->run_ns * 3)))
        end_run(probe);
    if (!is_possible)
        return;
    probe->run++;
    probe->run_ns += period_ns;
}

static void end_level(struct sb_ir_probe *probe, int64_t time_ns)
{
    int64_t length_ns = time_ns - probe->edge_ns;

    if (length_ns >= LONG_NS)
        probe->long_ns[probe->level] += length_ns;
    if (length_ns > probe->longest_ns) {
        probe->longest_ns = length_ns;
        probe->longest_level = probe->level;
    }
}

void sb_ir_probe_edge(struct sb_ir_probe *probe, int64_t time_ns, bool level)
{
    if (level == probe->level)
        return;
    end_level(probe, time_ns);
    probe->edge_ns = time_ns;
    probe->level = level;
    if (!level)
        return;
    if (probe->rise_ns >= 0)
        take_period(probe, time_ns - probe->rise_ns);
    probe->rise_ns = time_ns;
}

struct sb_ir_kind sb_ir_probe_end(struct sb_ir_probe *probe)
{
    struct sb_ir_kind kind = {.idle_level = probe->first_level};

    end_run(probe);
    if (probe->period_count > 0) {
        int64_t count = (int64_t)probe->period_count;

        kind.period_ns = (probe->period_sum_ns + count / 2) / count;
        kind.idle_level = probe->long_ns[1] > probe->long_ns[0];
    } else if (probe->longest_ns >= PAUSE_NS) {
        kind.idle_level = probe->longest_level;
    }
    return kind;
}

void sb_ir_carrier_init(struct sb_ir_carrier *carrier, const struct sb_ir_kind *kind, bool level)
{
    *carrier = (struct sb_ir_carrier){.kind = *kind};
    carrier->is_lit = level != kind->idle_level;
    carrier->level = !carrier->is_lit;
}

int64_t sb_ir_carrier_due_ns(const struct sb_ir_carrier *carrier)
{
    int64_t due_ns = carrier->lead_ns + carrier->kind.period_ns * 7 / 4;

    if (carrier->level || carrier->is_lit)
        return SB_NEVER;
    return due_ns > carrier->trail_ns ? due_ns : carrier->trail_ns;
}

static unsigned tell(struct sb_ir_carrier *carrier, int64_t time_ns, bool level,
                     struct sb_ir_edge *out)
{
    if (carrier->level == level)
        return 0;
    carrier->level = level;
    *out = (struct sb_ir_edge){time_ns, level};
    return 1;
}

unsigned sb_ir_carrier_flush(struct sb_ir_carrier *carrier, int64_t time_ns,
                             struct sb_ir_edge out[1])
{
    int64_t end_ns = carrier->lead_ns + carrier->kind.period_ns;

    if (sb_ir_carrier_due_ns(carrier) > time_ns)
        return 0;
    /* Light that stays on for longer than a period ends when it does. */
    return tell(carrier, end_ns > carrier->trail_ns ? end_ns : carrier->trail_ns, true, out);
}

unsigned sb_ir_carrier_feed(struct sb_ir_carrier *carrier, int64_t time_ns, bool level,
                            struct sb_ir_edge out[2])
{
    bool is_lit = level != carrier->kind.idle_level;
    unsigned count;

    if (carrier->is_lit == is_lit)
        return 0;
    if (!carrier->kind.period_ns) {
        carrier->is_lit = is_lit;
        return tell(carrier, time_ns, !is_lit, out);
    }
    if (!is_lit) {
        carrier->is_lit = false;
        carrier->trail_ns = time_ns;
        return 0;
    }
    count = sb_ir_carrier_flush(carrier, time_ns - 1, out);
    carrier->is_lit = true;
    carrier->lead_ns = time_ns;
    return count + tell(carrier, time_ns, false, out + count);
}
