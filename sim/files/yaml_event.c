/* SPDX-License-Identifier: MIT */
/*
 * YAML into the tree, by libyaml's event interface. libyaml checks the grammar; what these files have
 * no use for (anchors, aliases, tags, a second document) is refused here.
 */
#include "sim/files/yaml_build.h"

#include "config.h"

#if SB_HAVE_YAML

#include <string.h>
#include <yaml.h>

struct reader {
    yaml_parser_t parser;
    struct sb_yaml_builder *builder;
    const char *text;
    size_t size;
};

static struct sb_place place_of(const struct reader *reader, yaml_mark_t mark)
{
    return (struct sb_place){reader->builder->yaml->name, (unsigned)mark.line + 1,
                             (unsigned)mark.column + 1};
}

/* libyaml's marks count characters, not bytes. */
static bool is_tab_at(const struct reader *reader, size_t index)
{
    for (size_t i = 0; i < reader->size; i++) {
        if (((unsigned char)reader->text[i] & 0xc0) == 0x80)
            continue;
        if (index == 0)
            return reader->text[i] == '\t';
        index--;
    }
    return false;
}

/* libyaml's own texts are short and without remedy; the two mistakes that people make get one. */
static int report_problem(const struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    struct sb_diag *diag = reader->builder->diag;
    struct sb_place place = place_of(reader, parser->problem_mark);

    if (parser->error == YAML_MEMORY_ERROR)
        return sb_diag_error(diag, place, "out of memory");
    if (parser->error == YAML_READER_ERROR) {
        place.line = 0;
        return sb_diag_error(diag, place, "%s at byte %zu: the file must be text in UTF-8",
                             parser->problem, parser->problem_offset);
    }
    if (is_tab_at(reader, parser->problem_mark.index))
        return sb_diag_error(diag, place, "a tab: YAML is indented by spaces");
    if (parser->context != NULL)
        return sb_diag_error(diag, place, "%s, %s that begins at %zu:%zu", parser->problem,
                             parser->context, parser->context_mark.line + 1,
                             parser->context_mark.column + 1);
    return sb_diag_error(diag, place, "%s", parser->problem);
}

static int refuse_properties(const struct reader *reader, const yaml_event_t *event,
                             const yaml_char_t *anchor, const yaml_char_t *tag)
{
    struct sb_place place = place_of(reader, event->start_mark);

    if (anchor != NULL)
        return sb_diag_error(reader->builder->diag, place,
                             "anchor &%.60s: anchors are not read here, write the value out",
                             (const char *)anchor);
    if (tag != NULL)
        return sb_diag_error(reader->builder->diag, place,
                             "tag %.60s: tags are not read here, remove it", (const char *)tag);
    return 0;
}

static int take_scalar(const struct reader *reader, const yaml_event_t *event)
{
    bool is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    int rc = refuse_properties(reader, event, event->data.scalar.anchor, event->data.scalar.tag);

    if (rc < 0)
        return rc;
    return sb_yaml_build_scalar(
        reader->builder, (const char *)event->data.scalar.value, event->data.scalar.length,
        is_quoted, (unsigned)event->start_mark.line + 1, (unsigned)event->start_mark.column + 1);
}

static int take_begin(const struct reader *reader, const yaml_event_t *event)
{
    bool is_mapping = event->type == YAML_MAPPING_START_EVENT;
    int rc = is_mapping ? refuse_properties(reader, event, event->data.mapping_start.anchor,
                                            event->data.mapping_start.tag)
                        : refuse_properties(reader, event, event->data.sequence_start.anchor,
                                            event->data.sequence_start.tag);

    if (rc < 0)
        return rc;
    return sb_yaml_build_begin(reader->builder, is_mapping ? SB_YAML_MAPPING : SB_YAML_SEQUENCE,
                               (unsigned)event->start_mark.line + 1,
                               (unsigned)event->start_mark.column + 1);
}

/* Returns 1 at the end of the file, 0 to go on. */
static int take_event(const struct reader *reader, const yaml_event_t *event)
{
    struct sb_yaml_builder *builder = reader->builder;
    struct sb_place place = place_of(reader, event->start_mark);

    switch (event->type) {
    case YAML_STREAM_END_EVENT:
        return 1;
    case YAML_DOCUMENT_START_EVENT:
        if (builder->yaml->root != NULL)
            return sb_diag_error(builder->diag, place,
                                 "a second document: a file holds one, remove what follows");
        return 0;
    case YAML_ALIAS_EVENT:
        return sb_diag_error(builder->diag, place,
                             "alias *%.60s: aliases are not read here, write the value out",
                             (const char *)event->data.alias.anchor);
    case YAML_SCALAR_EVENT:
        return take_scalar(reader, event);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return take_begin(reader, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        sb_yaml_build_end(builder);
        return 0;
    default:
        return 0;
    }
}

static int read_all(struct reader *reader)
{
    int rc = 0;

    while (rc == 0) {
        yaml_event_t event;

        if (!yaml_parser_parse(&reader->parser, &event))
            return report_problem(reader);
        rc = take_event(reader, &event);
        yaml_event_delete(&event);
    }
    return rc < 0 ? rc : 0;
}

int sb_yaml_read_events(struct sb_yaml_builder *builder, const char *text, size_t size)
{
    /* With a fixed encoding a byte order mark would be text. */
    size_t mark = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    struct reader reader = {.builder = builder, .text = text + mark, .size = size - mark};
    struct sb_place place = {builder->yaml->name, 1, 1};
    int rc;

    if (!yaml_parser_initialize(&reader.parser))
        return sb_diag_error(builder->diag, place, "out of memory");
    /* Without a fixed encoding, a file that begins with FF FE would be taken for UTF-16. */
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)reader.text, reader.size);
    rc = read_all(&reader);
    yaml_parser_delete(&reader.parser);
    if (rc == 0 && builder->yaml->root == NULL)
        return sb_diag_error(builder->diag, place, "the file is empty");
    return rc;
}

#else

int sb_yaml_read_events(struct sb_yaml_builder *builder, const char *text, size_t size)
{
    (void)text;
    (void)size;
    return sb_diag_error(builder->diag, (struct sb_place){.file = builder->yaml->name},
                         "built without libyaml: YAML files cannot be read; install libyaml-dev "
                         "and build again");
}

#endif
