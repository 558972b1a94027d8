/* SPDX-License-Identifier: MIT */
/* The declarations of VCD files: see vcd_header.h. */
#include "sim/trace/vcd_header.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 1024
#define ID_SIZE   256

/* Scopes may lie so deep within each other. */
#define SCOPES_MAX 100

struct reader {
    struct sb_vcd_header *header;
    struct sb_trace *trace;
    struct sb_text *text;
    char scope[NAME_SIZE]; /* "top.board.", "" outside of all */
    unsigned depth;
    size_t outer_lengths[SCOPES_MAX]; /* of `scope`, for the way out: names may have dots */
};

/* A word's copy; `where` is its place for messages. */
struct word {
    char text[NAME_SIZE];
    uint64_t where;
};

/* False when there is no room for it. */
static bool append(char *text, size_t size, const char *more)
{
    size_t used = strlen(text);
    size_t length = strlen(more);

    if (length >= size - used)
        return false;
    memcpy(text + used, more, length + 1);
    return true;
}

static int cut_short(const struct reader *reader)
{
    return sb_text_error(reader->text, sb_text_offset(reader->text, reader->text->end),
                         "the file ends inside its header: no $enddefinitions");
}

/* Takes the next word. Returns 1; 0 when it is $end; an error, reported. */
static int next_word(struct reader *reader, struct word *out)
{
    const char *word;
    size_t length;
    int rc = sb_text_word(reader->text, &word, &length);

    out->text[0] = '\0';
    out->where = 0;
    if (rc < 0)
        return rc;
    if (rc == 0)
        return cut_short(reader);
    out->where = sb_text_offset(reader->text, reader->text->start - length);
    if (length >= sizeof(out->text))
        return sb_text_error(reader->text, out->where, "a word of more than %zu characters",
                             sizeof(out->text) - 1);
    memcpy(out->text, word, length);
    out->text[length] = '\0';
    return strcmp(out->text, "$end") != 0;
}

static int skip_section(struct reader *reader)
{
    int rc = sb_text_skip_past(reader->text, "$end");

    return rc == 0 ? cut_short(reader) : rc;
}

/* ---- timescale */

/* Powers of ten of femtoseconds. */
static int unit_exponent(const char *unit)
{
    static const char *const units[] = {"fs", "ps", "ns", "us", "ms", "s"};

    for (int i = 0; i < 6; i++)
        if (!strcmp(unit, units[i]))
            return 3 * i;
    return -1;
}

/* "10us", blanks left out. False when it is no timescale. */
static bool set_timescale(struct sb_vcd_header *header, const char *text)
{
    size_t digits = strspn(text, "0123456789");
    int exponent = unit_exponent(text + digits);

    if (exponent < 0 || digits < 1 || digits > 3 || strncmp(text, "100", digits) != 0)
        return false;
    exponent += (int)digits - 1 - 6;
    header->tick_ns = exponent < 0 ? 0 : 1;
    header->ticks_per_ns = 1;
    for (; exponent > 0; exponent--)
        header->tick_ns *= 10;
    for (; exponent < 0; exponent++)
        header->ticks_per_ns *= 10;
    return true;
}

static int read_timescale(struct reader *reader)
{
    char text[32] = "";
    uint64_t where = 0;
    struct word word;
    bool is_short = true;
    int rc;

    while ((rc = next_word(reader, &word)) > 0) {
        if (!text[0])
            where = word.where;
        is_short = is_short && append(text, sizeof(text), word.text);
    }
    if (rc < 0)
        return rc;
    if (!is_short || !set_timescale(reader->header, text))
        return sb_text_error(reader->text, where,
                             "timescale '%s': 1, 10 or 100 of s, ms, us, ns, ps, fs are understood",
                             text);
    return 0;
}

/* ---- scopes */

static int enter_scope(struct reader *reader)
{
    size_t used = strlen(reader->scope);
    struct word word;
    int rc = next_word(reader, &word); /* its type: module, task ... */

    if (rc > 0)
        rc = next_word(reader, &word);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return sb_text_error(reader->text, word.where, "a scope without a name");
    if (reader->depth == SCOPES_MAX || used + strlen(word.text) + 2 > sizeof(reader->scope))
        return sb_text_error(reader->text, word.where,
                             "scopes within scopes: %d, or %zu characters, are understood",
                             SCOPES_MAX, sizeof(reader->scope) - 2);
    reader->outer_lengths[reader->depth++] = used;
    snprintf(reader->scope + used, sizeof(reader->scope) - used, "%s.", word.text);
    return skip_section(reader);
}

static int leave_scope(struct reader *reader)
{
    if (reader->depth > 0)
        reader->scope[reader->outer_lengths[--reader->depth]] = '\0';
    return skip_section(reader);
}

/* ---- variables */

struct declaration {
    char type[32];
    long width;
    char id[ID_SIZE];
    char name[NAME_SIZE]; /* with its range: "data[7:0]" */
    uint64_t where;
};

/* "[7:0]" and what a name has between brackets belong together; other words of a name keep a blank. */
static int append_name(struct reader *reader, struct declaration *declaration,
                       const struct word *word)
{
    char *name = declaration->name;
    const char *open = strrchr(name, '[');
    bool is_joined = !name[0] || word->text[0] == '[' || (open && !strchr(open, ']'));

    if ((!is_joined && !append(name, NAME_SIZE, " ")) || !append(name, NAME_SIZE, word->text))
        return sb_text_error(reader->text, word->where, "a name of more than %d characters",
                             NAME_SIZE - 1);
    return 0;
}

static int take_word(struct reader *reader, struct declaration *declaration, unsigned number,
                     const struct word *word)
{
    char *end;

    switch (number) {
    case 0:
        declaration->where = word->where;
        snprintf(declaration->type, sizeof(declaration->type), "%s", word->text);
        return 0;
    case 1:
        declaration->width = strtol(word->text, &end, 10);
        if (!isdigit((unsigned char)word->text[0]) || *end || declaration->width < 1)
            return sb_text_error(reader->text, word->where, "'%s' is no number of bits",
                                 word->text);
        return 0;
    case 2:
        if (strlen(word->text) >= sizeof(declaration->id))
            return sb_text_error(reader->text, word->where,
                                 "an identifier of more than %zu characters",
                                 sizeof(declaration->id) - 1);
        memcpy(declaration->id, word->text, strlen(word->text) + 1);
        return 0;
    default:
        return append_name(reader, declaration, word);
    }
}

static int read_declaration(struct reader *reader, struct declaration *declaration)
{
    struct word word;
    unsigned number = 0;
    int rc;

    *declaration = (struct declaration){.width = 0};
    while ((rc = next_word(reader, &word)) > 0) {
        rc = take_word(reader, declaration, number++, &word);
        if (rc < 0)
            return rc;
    }
    if (rc < 0)
        return rc;
    if (number < 4)
        return sb_text_error(reader->text, declaration->where,
                             "a variable has a type, a number of bits, an identifier and a name");
    return 0;
}

/* The numbers of a variable's bits. */
struct range {
    bool is_given; /* by the name's end */
    long first;    /* of the most significant bit */
    long last;
};

/* "data[7:0]": where the brackets are that say so, null when the name ends otherwise. */
static char *find_range(char *name, struct range *range)
{
    char *open = strrchr(name, '[');
    char *end;

    if (!open || open == name)
        return NULL;
    range->first = strtol(open + 1, &end, 10);
    if (end == open + 1)
        return NULL;
    range->last = range->first;
    if (*end == ':') {
        const char *last = end + 1;

        range->last = strtol(last, &end, 10);
        if (end == last)
            return NULL;
    }
    if (strcmp(end, "]") != 0 || labs(range->first) > 1000000 || labs(range->last) > 1000000)
        return NULL;
    return open;
}

/* Cuts the range off the name if it numbers as many bits as there are. */
static struct range take_range(struct declaration *declaration)
{
    struct range range;
    char *at = find_range(declaration->name, &range);

    if (!at || labs(range.first - range.last) + 1 != declaration->width)
        return (struct range){.first = declaration->width - 1};
    *at = '\0';
    range.is_given = true;
    return range;
}

static int add_channels(struct reader *reader, struct declaration *declaration)
{
    struct range range = take_range(declaration);
    long step = range.first < range.last ? -1 : 1;

    if (declaration->width > (long)(SB_TRACE_CHANNELS_MAX - reader->trace->channel_count))
        return sb_text_error(reader->text, declaration->where,
                             "more than %d channels; each bit of a variable is one",
                             SB_TRACE_CHANNELS_MAX);
    for (long i = 0; i < declaration->width; i++) {
        char name[2 * NAME_SIZE + 32];
        int used = snprintf(name, sizeof(name), "%s%s", reader->scope, declaration->name);
        int rc;

        if (range.is_given || declaration->width > 1)
            snprintf(name + used, sizeof(name) - (size_t)used, "[%ld]", range.last + i * step);
        rc = sb_trace_add_channel(reader->trace, name);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int grow_variables(struct reader *reader)
{
    struct sb_vcd_header *header = reader->header;
    uint32_t capacity = header->variable_capacity ? 2 * header->variable_capacity : 64;
    struct sb_vcd_variable *variables = realloc(header->variables,
                                                capacity * sizeof(*header->variables));

    if (!variables)
        return sb_trace_no_memory(reader->trace);
    header->variables = variables;
    header->variable_capacity = capacity;
    return 0;
}

/* Adds a variable to those that have its identifier already: their channels are the same signals. */
static void share_identifier(struct reader *reader, uint32_t number, uint32_t with)
{
    struct sb_vcd_variable *variables = reader->header->variables;
    struct sb_trace_channel *channels = reader->trace->channels;
    const struct sb_vcd_variable *added = &variables[number];
    const struct sb_vcd_variable *first = &variables[with];

    for (uint32_t i = 0; i < added->width && i < first->width; i++)
        channels[added->first + i].signal = channels[first->first + i].signal;
    variables[number].next = first->next;
    variables[with].next = number;
}

static int add_variable(struct reader *reader, const struct declaration *declaration,
                        uint32_t first, uint32_t width)
{
    struct sb_vcd_header *header = reader->header;
    size_t length = strlen(declaration->id);
    uint32_t shared = sb_vcd_ids_find(&header->ids, declaration->id, length);
    uint32_t number = header->variable_count;
    int rc = 0;

    if (number == SB_VCD_VARIABLES_MAX)
        return sb_text_error(reader->text, declaration->where, "more than %d variables",
                             SB_VCD_VARIABLES_MAX - 1);
    if (number == header->variable_capacity)
        rc = grow_variables(reader);
    if (rc < 0)
        return rc;
    header->variables[header->variable_count++] = (struct sb_vcd_variable){first, width, 0};
    if (shared) {
        share_identifier(reader, number, shared);
        return 0;
    }
    rc = sb_vcd_ids_put(&header->ids, declaration->id, length, number);
    if (rc == -ENOMEM)
        return sb_trace_no_memory(reader->trace);
    return rc < 0 ? sb_text_error(reader->text, declaration->where,
                                  "an identifier has printable ASCII characters only")
                  : 0;
}

static bool has_levels(const char *type)
{
    static const char *const without[] = {"real", "realtime", "shortreal", "string", "event"};

    for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
        if (!strcmp(type, without[i]))
            return false;
    return true;
}

static int read_variable(struct reader *reader)
{
    uint32_t first = reader->trace->channel_count;
    struct declaration declaration;
    int rc = read_declaration(reader, &declaration);

    if (rc < 0)
        return rc;
    if (!has_levels(declaration.type)) {
        reader->header->skipped_count++;
        return add_variable(reader, &declaration, first, 0);
    }
    rc = add_channels(reader, &declaration);
    return rc < 0 ? rc : add_variable(reader, &declaration, first, (uint32_t)declaration.width);
}

/* ---- all */

/* Reads one section, from its keyword on. Returns 1; 0 when it was the last; an error, reported. */
static int read_section(struct reader *reader)
{
    struct word word;
    int rc = next_word(reader, &word);

    if (rc < 0)
        return rc;
    if (!strcmp(word.text, "$enddefinitions")) {
        rc = skip_section(reader);
        return rc < 0 ? rc : 0;
    }
    if (!strcmp(word.text, "$var"))
        rc = read_variable(reader);
    else if (!strcmp(word.text, "$scope"))
        rc = enter_scope(reader);
    else if (!strcmp(word.text, "$upscope"))
        rc = leave_scope(reader);
    else if (!strcmp(word.text, "$timescale"))
        rc = read_timescale(reader);
    else if (word.text[0] == '$' && rc > 0)
        rc = skip_section(reader);
    else
        return sb_text_error(reader->text, word.where,
                             "'%.40s' before the header's end, $enddefinitions", word.text);
    return rc < 0 ? rc : 1;
}

int sb_vcd_header_read(struct sb_vcd_header *header, struct sb_trace *trace, struct sb_text *text)
{
    struct reader reader = {.header = header, .trace = trace, .text = text};
    int rc = grow_variables(&reader);

    if (rc < 0)
        return rc;
    header->variables[header->variable_count++] = (struct sb_vcd_variable){0};
    do {
        rc = read_section(&reader);
    } while (rc > 0);
    if (rc < 0)
        return rc;
    if (header->ticks_per_ns)
        return 0;
    header->tick_ns = 1;
    header->ticks_per_ns = 1;
    snprintf(trace->note, sizeof(trace->note), "it has no timescale: 1 ns is assumed");
    return 0;
}

void sb_vcd_header_deinit(struct sb_vcd_header *header)
{
    sb_vcd_ids_deinit(&header->ids);
    free(header->variables);
}
