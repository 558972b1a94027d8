/* SPDX-License-Identifier: MIT */
/*
 * The VCD writer: one listener a wire. Changes of one tick of the file's time are gathered and
 * written when the next tick begins, so that a wire that changed more than once in it shows its last
 * level only.
 */
#include "sim/vcd_out.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define BUFFER_SIZE 65536

/* The longest single piece of text that is put into the buffer: a declaration of a wire. */
#define PIECE_SIZE_MAX 512

#define NAME_SIZE 128

#define ID_SIZE 8

struct variable {
    struct sb_wire_listener listener;
    struct sb_vcd *vcd;
    struct sb_wire *wire;
    struct variable *next_pending;
    enum sb_level level;   /* the latest */
    enum sb_level written; /* what the file has */
    bool is_pending;
    char id[ID_SIZE];
    char name[NAME_SIZE];
};

struct sb_vcd {
    struct sb_world *world;
    int fd;
    int error; /* the first; nothing is written after it */
    bool compat;
    bool is_dumped; /* the initial levels are in the file */
    int64_t timescale_ns;
    int64_t start_ns;
    int64_t tick;        /* of the pending changes */
    int64_t marked_tick; /* of the last #t */
    uint64_t merged_count;
    struct variable *pending_head;
    struct variable **pending_tail;
    char warning[160];
    unsigned variable_count;
    struct variable *variables;
    size_t used;
    char buffer[BUFFER_SIZE];
};

static void drain(struct sb_vcd *vcd)
{
    size_t written = 0;

    while (written < vcd->used && !vcd->error) {
        ssize_t rc = write(vcd->fd, vcd->buffer + written, vcd->used - written);

        if (rc >= 0)
            written += (size_t)rc;
        else if (errno != EINTR)
            vcd->error = -errno;
    }
    vcd->used = 0;
}

static void put(struct sb_vcd *vcd, const char *text)
{
    size_t size = strlen(text);

    if (BUFFER_SIZE - vcd->used < size)
        drain(vcd);
    memcpy(vcd->buffer + vcd->used, text, size);
    vcd->used += size;
}

static void put_format(struct sb_vcd *vcd, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put_format(struct sb_vcd *vcd, const char *format, ...)
{
    char text[PIECE_SIZE_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    put(vcd, text);
}

static void put_level(struct sb_vcd *vcd, struct variable *variable)
{
    static const char letters[] = "01zx";
    char text[ID_SIZE + 2];
    char letter = letters[variable->level];

    if (vcd->compat && variable->level > SB_LEVEL_HIGH)
        letter = '0';
    snprintf(text, sizeof(text), "%c%s", letter, variable->id);
    put(vcd, text);
    put(vcd, "\n");
    variable->written = variable->level;
}

static void mark_tick(struct sb_vcd *vcd, int64_t tick)
{
    if (vcd->marked_tick != tick)
        put_format(vcd, "#%" PRId64 "\n", tick);
    vcd->marked_tick = tick;
}

/*
 * Writes the initial levels. Not before time has passed: what is set up at the very start of a run
 * belongs to them.
 */
static void dump(struct sb_vcd *vcd)
{
    if (vcd->is_dumped)
        return;
    /* The marker comes first: sigrok begins its recording at the first one. */
    mark_tick(vcd, vcd->tick);
    put(vcd, "$dumpvars\n");
    for (unsigned i = 0; i < vcd->variable_count; i++)
        put_level(vcd, &vcd->variables[i]);
    put(vcd, "$end\n");
    vcd->is_dumped = true;
}

/* True when both levels look the same in the file. */
static bool is_same(const struct sb_vcd *vcd, enum sb_level a, enum sb_level b)
{
    return a == b || (vcd->compat && a != SB_LEVEL_HIGH && b != SB_LEVEL_HIGH);
}

static void put_pending(struct sb_vcd *vcd)
{
    struct variable *variable = vcd->pending_head;

    for (; variable; variable = variable->next_pending) {
        variable->is_pending = false;
        if (is_same(vcd, variable->level, variable->written))
            continue;
        mark_tick(vcd, vcd->tick);
        put_level(vcd, variable);
    }
    vcd->pending_head = NULL;
    vcd->pending_tail = &vcd->pending_head;
}

static void wire_changed(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct variable *variable = arg;
    struct sb_vcd *vcd = variable->vcd;
    int64_t now_ns = sb_world_now_ns(vcd->world);
    int64_t tick = now_ns / vcd->timescale_ns;

    (void)wire;
    if (!vcd->is_dumped) {
        if (now_ns == vcd->start_ns) {
            variable->level = level;
            return;
        }
        dump(vcd);
    }
    if (tick != vcd->tick) {
        put_pending(vcd);
        vcd->tick = tick;
    }
    variable->level = level;
    if (variable->is_pending) {
        vcd->merged_count++;
        return;
    }
    variable->is_pending = true;
    variable->next_pending = NULL;
    *vcd->pending_tail = variable;
    vcd->pending_tail = &variable->next_pending;
}

static bool is_of_interest(const struct sb_wire *wire)
{
    const struct sb_list *first = wire->terminals.next;
    const struct sb_terminal *terminal;

    if (wire->is_supply || first == &wire->terminals)
        return false;
    if (first->next != &wire->terminals)
        return true;
    terminal = SB_CONTAINER_OF(first, struct sb_terminal, node);
    return !sb_list_is_empty(&wire->links) || terminal->part->type->is_controller;
}

/* Printable ASCII without what readers take for a range or a keyword. */
static void make_name(const struct sb_wire *wire, char *out)
{
    snprintf(out, NAME_SIZE, "%s", wire->name);
    for (char *at = out; *at; at++)
        if (*at <= ' ' || *at > '~' || strchr("$[]{}()\\", *at))
            *at = '_';
    if (!out[0])
        snprintf(out, NAME_SIZE, "_");
}

static bool is_name_taken(const struct sb_vcd *vcd, unsigned count, const char *name)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(vcd->variables[i].name, name) == 0)
            return true;
    return false;
}

/* The names of wires are unique; they may meet only where letters were replaced. */
static void name_variable(struct sb_vcd *vcd, unsigned index)
{
    struct variable *variable = &vcd->variables[index];
    char name[NAME_SIZE];

    make_name(variable->wire, name);
    snprintf(variable->name, sizeof(variable->name), "%s", name);
    for (unsigned i = 2; is_name_taken(vcd, index, variable->name); i++)
        snprintf(variable->name, sizeof(variable->name), "%.*s_%u", NAME_SIZE - 12, name, i);
}

/* Numbers to the base of the 94 printable characters, least first. */
static void make_id(unsigned number, char *out)
{
    unsigned length = 0;

    do {
        out[length++] = (char)('!' + number % 94);
        number /= 94;
    } while (number);
    out[length] = '\0';
}

static void add_variable(struct sb_vcd *vcd, struct sb_wire *wire)
{
    unsigned index = vcd->variable_count++;
    struct variable *variable = &vcd->variables[index];

    variable->vcd = vcd;
    variable->wire = wire;
    name_variable(vcd, index);
    make_id(index, variable->id);
    sb_wire_listen(wire, &variable->listener, wire_changed, variable);
    variable->level = wire->level; /* which listening may have brought to light */
}

static void add_variables(struct sb_vcd *vcd, const struct sb_vcd_options *options)
{
    if (options->wires) {
        for (unsigned i = 0; i < options->wire_count; i++)
            add_variable(vcd, options->wires[i]);
        return;
    }
    for (unsigned i = 0; i < vcd->world->wire_count; i++)
        if (is_of_interest(vcd->world->wires[i]))
            add_variable(vcd, vcd->world->wires[i]);
}

static const struct {
    const char *name;
    int64_t ns;
} units[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};

#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

/* "10us"; "" for what a VCD file cannot say. */
static void format_timescale(int64_t timescale_ns, char *out, size_t size)
{
    out[0] = '\0';
    for (unsigned i = 0; i < UNIT_COUNT; i++)
        for (int number = 1; number <= 100; number *= 10)
            if (number * units[i].ns == timescale_ns)
                snprintf(out, size, "%d%s", number, units[i].name);
}

int sb_vcd_timescale_parse(const char *text, int64_t *out_ns)
{
    char *unit;
    long number = strtol(text, &unit, 10);

    if (number != 1 && number != 10 && number != 100)
        return -EINVAL;
    while (*unit == ' ')
        unit++;
    for (unsigned i = 0; i < UNIT_COUNT; i++) {
        if (strcasecmp(unit, units[i].name) != 0)
            continue;
        *out_ns = number * units[i].ns;
        return 0;
    }
    return -EINVAL;
}

static void put_header(struct sb_vcd *vcd, const struct sb_vcd_options *options)
{
    time_t start = (time_t)options->start_unix_s;
    char timescale[16];
    char date[32] = "";
    struct tm tm;

    if (gmtime_r(&start, &tm))
        strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
    format_timescale(vcd->timescale_ns, timescale, sizeof(timescale));
    put_format(vcd, "$date %s $end\n", date);
    put(vcd, "$version softboard $end\n");
    put_format(vcd, "$timescale %s $end\n", timescale);
    put(vcd, "$scope module gpio $end\n");
    for (unsigned i = 0; i < vcd->variable_count; i++)
        put_format(vcd, "$var wire 1 %s %s $end\n", vcd->variables[i].id, vcd->variables[i].name);
    put(vcd, "$upscope $end\n$enddefinitions $end\n");
}

int sb_vcd_open(struct sb_vcd **out, struct sb_world *world, const char *path,
                const struct sb_vcd_options *options, struct sb_diag *diag)
{
    static const struct sb_vcd_options no_options;
    struct sb_place place = {.file = path};
    char timescale[16];
    struct sb_vcd *vcd;
    unsigned count;
    int error;

    *out = NULL;
    if (!options)
        options = &no_options;
    vcd = calloc(1, sizeof(*vcd));
    count = options->wires ? options->wire_count : world->wire_count;
    if (vcd)
        vcd->variables = calloc(count ? count : 1, sizeof(*vcd->variables));
    if (!vcd || !vcd->variables) {
        error = ENOMEM;
        sb_diag_error(diag, place, "out of memory");
        goto err_free;
    }
    vcd->world = world;
    vcd->timescale_ns = options->timescale_ns ? options->timescale_ns : 1000;
    vcd->compat = options->compat;
    vcd->pending_tail = &vcd->pending_head;
    vcd->start_ns = sb_world_now_ns(world);
    vcd->tick = vcd->start_ns / vcd->timescale_ns;
    vcd->marked_tick = -1;
    format_timescale(vcd->timescale_ns, timescale, sizeof(timescale));
    if (!timescale[0]) {
        error = EINVAL;
        sb_diag_error(diag, place, "a VCD file's timescale is 1, 10 or 100 of ns, us, ms or s");
        goto err_free;
    }
    vcd->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (vcd->fd < 0) {
        error = errno;
        sb_diag_error(diag, place, "%s", strerror(error));
        goto err_free;
    }
    add_variables(vcd, options);
    put_header(vcd, options);
    *out = vcd;
    return 0;

err_free:
    if (vcd)
        free(vcd->variables);
    free(vcd);
    return -error;
}

int sb_vcd_flush(struct sb_vcd *vcd)
{
    dump(vcd);
    put_pending(vcd);
    drain(vcd);
    return vcd->error;
}

const char *sb_vcd_warning(struct sb_vcd *vcd)
{
    char timescale[16];

    vcd->warning[0] = '\0';
    if (!vcd->merged_count)
        return vcd->warning;
    format_timescale(vcd->timescale_ns, timescale, sizeof(timescale));
    snprintf(vcd->warning, sizeof(vcd->warning),
             "%" PRIu64 " changes fell together with a later one of the same wire within %s: a "
             "finer timescale shows them",
             vcd->merged_count, timescale);
    return vcd->warning;
}

int sb_vcd_close(struct sb_vcd *vcd, uint64_t *merged_count)
{
    int rc;

    if (merged_count)
        *merged_count = vcd ? vcd->merged_count : 0;
    if (!vcd)
        return 0;
    dump(vcd);
    put_pending(vcd);
    mark_tick(vcd, sb_world_now_ns(vcd->world) / vcd->timescale_ns);
    drain(vcd);
    for (unsigned i = 0; i < vcd->variable_count; i++)
        sb_wire_unlisten(&vcd->variables[i].listener);
    if (close(vcd->fd) < 0 && !vcd->error)
        vcd->error = -errno;
    rc = vcd->error;
    free(vcd->variables);
    free(vcd);
    return rc;
}
