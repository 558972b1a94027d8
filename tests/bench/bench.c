/* SPDX-License-Identifier: MIT */
/*
 * build/bench [NAME...] [--json] [--runs N]: measures each row beside its floor in turns and prints the
 * medians. docs/bench.md says what each row does.
 */
#include "tests/bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "tests/bench/floor.h"
#include "tests/bench/peers.h"

#define RUNS     5
#define RUNS_MAX 99

#if SB_HAVE_UV
#define UV(fn) .uv = fn
#else
#define UV(fn) .uv = NULL
#endif

static const struct bench_row rows[] = {
    {"yield", 2, bench_yield, floor_yield, UV(peer_uv_idle), true, .max_ratio = 1.75},
    {"yield", 100, bench_yield, floor_yield, UV(peer_uv_idle), true, .max_ratio = 1.75},
    {"yield", 10000, bench_yield, floor_yield, UV(peer_uv_idle), true, .max_ratio = 1.75},
    {"sleep_virtual", 1000, bench_sleep_virtual, floor_sleep_virtual, .max_ratio = 1.5},
    {"sleep_virtual", 100000, bench_sleep_virtual, floor_sleep_virtual, .max_ratio = 1.5},
    {"sleep_virtual", 1000000, bench_sleep_virtual, floor_sleep_virtual, .max_ratio = 1.5},
    {"sleep_task", 1000, bench_sleep_task, floor_sleep_task, .max_ratio = 1.5},
    {"sleep_task", 100000, bench_sleep_task, floor_sleep_task, .max_ratio = 0},
#if SB_HAVE_UV
    {"sleep_real", 1000, bench_sleep_real_tasks, floor_sleep_real, peer_uv_timers, true,
     .max_ratio = 1.5, .max_uv_ratio = 1},
    {"sleep_real", 100000, bench_sleep_real_timers, floor_sleep_real, peer_uv_timers,
     .max_ratio = 1.5, .max_uv_ratio = 1},
#endif
    {"spawn", 1, bench_spawn, floor_spawn, .has_asyncio = true, .max_ns = 40},
    {"spawn", 100, bench_spawn, floor_spawn, .has_asyncio = true, .max_ns = 40},
    {"queue", 16, bench_queue, floor_queue, .has_asyncio = true, .max_ns = 20},
#if SB_HAVE_UV
    {"wake", 1, bench_wake, floor_wake, peer_uv_wake, true, .max_uv_ratio = 1.25},
    {"io_latency", 1000, bench_io_latency, floor_io_latency, .max_ns = 200000},
    {"io_latency_p99", 1000, bench_io_latency_p99, floor_io_latency_p99, .max_over_ns = 200000},
#endif
    {"edges", 1000000, bench_edges, floor_edges, .max_ns = 200},
    {"day", 86400, bench_day, floor_day, .max_ns = 20000}, /* 50,000 times real time */
    {"day_no_gps", 86400, bench_day_no_gps, floor_day, .max_ns = 10000}, /* 100,000 times */
};
#define ROW_COUNT ((int)(sizeof(rows) / sizeof(rows[0])))

struct result {
    double ns;
    double floor_ns;
    double uv_ns;      /* NAN: not measured */
    double asyncio_ns; /* NAN: not measured */
};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof(*values), compare);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static struct result measure(const struct bench_row *row, int runs)
{
    double ours[RUNS_MAX] = {0};
    double floors[RUNS_MAX] = {0};
    double uv[RUNS_MAX] = {0};
    double asyncio[RUNS_MAX] = {0};

    for (int i = 0; i < runs; i++) {
        ours[i] = row->ours(row->n);
        floors[i] = row->floor(row->n);
        uv[i] = row->uv == NULL ? NAN : row->uv(row->n);
        asyncio[i] = row->has_asyncio ? peer_asyncio(row->name, row->n) : NAN;
    }
    return (struct result){median(ours, runs), median(floors, runs), median(uv, runs),
                           median(asyncio, runs)};
}

static void print_json(const struct bench_row *row, const struct result *r)
{
    printf("{\"bench\":\"%s\",\"n\":%ld,\"ns\":%.2f,\"floor_ns\":%.2f,\"ratio\":%.2f", row->name,
           row->n, r->ns, r->floor_ns, r->ns / r->floor_ns);
    if (!isnan(r->uv_ns))
        printf(",\"libuv_ns\":%.2f", r->uv_ns);
    if (!isnan(r->asyncio_ns))
        printf(",\"asyncio_ns\":%.2f", r->asyncio_ns);
    printf("}\n");
}

/* One limit more in words, and whether it is kept. */
static bool check(char *limits, size_t size, double value, double limit, const char *format,
                  double number)
{
    size_t used = strlen(limits);

    if (used > 0)
        used += (size_t)snprintf(limits + used, size - used, ", ");
    snprintf(limits + used, size - used, format, number);
    return value <= limit;
}

/* The limits in words, and whether they are kept. A row without a limit is only reported. */
static const char *judge(const struct bench_row *row, const struct result *r, char *limits,
                         size_t size)
{
    bool is_met = true;

    limits[0] = '\0';
    if (row->max_ns > 0)
        is_met &= check(limits, size, r->ns, row->max_ns, "%g ns", row->max_ns);
    if (row->max_over_ns > 0)
        is_met &= check(limits, size, r->ns, r->floor_ns + row->max_over_ns, "floor + %g ns",
                        row->max_over_ns);
    if (row->max_ratio > 0)
        is_met &= check(limits, size, r->ns, row->max_ratio * r->floor_ns, "%g x floor",
                        row->max_ratio);
    if (row->max_uv_ratio > 0)
        is_met &= check(limits, size, r->ns, row->max_uv_ratio * r->uv_ns, "%g x libuv",
                        row->max_uv_ratio);
    if (limits[0] != '\0')
        return is_met ? "met" : "NOT MET";
    snprintf(limits, size, "-");
    return "-";
}

static void print_peer(double ns)
{
    if (isnan(ns))
        printf(" %9s", "-");
    else
        printf(" %9.1f", ns);
}

static void print_row(const struct bench_row *row, const struct result *r)
{
    char limits[64];
    const char *verdict = judge(row, r, limits, sizeof(limits));

    printf("%-14s %8ld %10.2f %10.2f %6.2f", row->name, row->n, r->ns, r->floor_ns,
           r->ns / r->floor_ns);
    print_peer(r->uv_ns);
    print_peer(r->asyncio_ns);
    printf("  %-22s %s\n", limits, verdict);
}

static bool is_chosen(const char *name, char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return count == 0;
}

static void print_names(FILE *out)
{
    for (int i = 0; i < ROW_COUNT; i++)
        if (i == 0 || strcmp(rows[i].name, rows[i - 1].name) != 0)
            fprintf(out, " %s", rows[i].name);
    fprintf(out, "\n");
}

static bool is_known(const char *name)
{
    for (int i = 0; i < ROW_COUNT; i++)
        if (strcmp(name, rows[i].name) == 0)
            return true;
    return false;
}

static int usage(FILE *out)
{
    fprintf(out, "usage: bench [NAME...] [--json] [--runs N]   (N: 1 to %d, default %d)\nnames:",
            RUNS_MAX, RUNS);
    print_names(out);
    return out == stderr ? 2 : 0;
}

int main(int argc, char **argv)
{
    bool is_json = false;
    int runs = RUNS;
    int name_count = 0;

    /* The names move to the front of argv. */
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            is_json = true;
        } else if (strcmp(argv[i], "--help") == 0) {
            return usage(stdout);
        } else if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc) {
            char *end;
            long value = strtol(argv[++i], &end, 10);
            if (*end != '\0' || value < 1 || value > RUNS_MAX)
                return usage(stderr);
            runs = (int)value;
        } else if (argv[i][0] == '-') {
            return usage(stderr);
        } else if (!is_known(argv[i])) {
            fprintf(stderr, "bench: no benchmark \"%s\"; there are:", argv[i]);
            print_names(stderr);
            return 2;
        } else {
            argv[name_count++] = argv[i];
        }
    }
    if (!is_json)
        printf("%-14s %8s %10s %10s %6s %9s %9s  %-22s\n", "bench", "n", "ns", "floor ns", "ratio",
               "libuv", "asyncio", "limit");
    for (int i = 0; i < ROW_COUNT; i++) {
        struct result r;
        if (!is_chosen(rows[i].name, argv, name_count))
            continue;
        r = measure(&rows[i], runs);
        if (is_json)
            print_json(&rows[i], &r);
        else
            print_row(&rows[i], &r);
        fflush(stdout);
    }
    return 0;
}
