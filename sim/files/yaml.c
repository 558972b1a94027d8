/* SPDX-License-Identifier: MIT */
/*
 * The tree of a board or scenario file: memory, the checks common to YAML and JSON, and questions
 * about scalars. Nodes and texts live in chunks that end with the tree.
 */
#include "sim/files/yaml.h"
#include "sim/files/yaml_build.h"

#include "sim/files/names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct sb_yaml_chunk {
    struct sb_yaml_chunk *next;
    size_t used;
    size_t size;
    max_align_t memory[];
};

#define CHUNK_SIZE ((size_t)16 << 10)

static void *allocate(struct sb_yaml *yaml, size_t size)
{
    struct sb_yaml_chunk *chunk = yaml->chunks;
    void *memory;

    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (chunk == NULL || chunk->size - chunk->used < size) {
        size_t chunk_size = size > CHUNK_SIZE ? size : CHUNK_SIZE;

        chunk = malloc(sizeof(*chunk) + chunk_size);
        if (chunk == NULL)
            return NULL;
        chunk->next = yaml->chunks;
        chunk->used = 0;
        chunk->size = chunk_size;
        yaml->chunks = chunk;
    }
    memory = (char *)chunk->memory + chunk->used;
    chunk->used += size;
    return memory;
}

static const char *copy_text(struct sb_yaml *yaml, const char *text, size_t size)
{
    char *copy = allocate(yaml, size + 1);

    if (copy == NULL)
        return NULL;
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

static struct sb_place place_at(const struct sb_yaml_builder *builder, unsigned line,
                                unsigned column)
{
    return (struct sb_place){builder->yaml->name, line, column};
}

static int out_of_memory(const struct sb_yaml_builder *builder)
{
    return sb_diag_error(builder->diag, place_at(builder, 0, 0), "out of memory");
}

static struct sb_yaml_node *create_node(struct sb_yaml *yaml, enum sb_yaml_kind kind, unsigned line,
                                        unsigned column)
{
    struct sb_yaml_node *node = allocate(yaml, sizeof(*node));

    if (node == NULL)
        return NULL;
    *node = (struct sb_yaml_node){.kind = kind, .line = line, .column = column};
    return node;
}

static void append(struct sb_yaml_builder *builder, struct sb_yaml_node *node)
{
    struct sb_yaml_node *parent = builder->open;

    node->parent = parent;
    if (parent == NULL) {
        builder->yaml->root = node;
        return;
    }
    if (parent->last == NULL)
        parent->first = node;
    else
        parent->last->next = node;
    parent->last = node;
    parent->count++;
    node->key = builder->key;
    builder->key = NULL;
}

static bool is_key_next(const struct sb_yaml_builder *builder)
{
    return builder->open != NULL && builder->open->kind == SB_YAML_MAPPING && builder->key == NULL;
}

static uint32_t hash_text(const char *text, size_t size)
{
    uint32_t hash = 2166136261U;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619U;
    return hash;
}

/* The hash keeps a long mapping cheap; SB_YAML_KEYS keeps it from being quadratic without end. */
static int take_key(struct sb_yaml_builder *builder, struct sb_yaml_node *key)
{
    struct sb_place place = place_at(builder, key->line, key->column);

    if (strlen(key->text) != key->size)
        return sb_diag_error(builder->diag, place, "a NUL in a key: remove it");
    key->hash = hash_text(key->text, key->size);
    for (const struct sb_yaml_node *value = builder->open->first; value; value = value->next) {
        const struct sb_yaml_node *other = value->key;

        if (other->hash == key->hash && strcmp(other->text, key->text) == 0)
            return sb_diag_error(builder->diag, place,
                                 "duplicate key \"%.60s\": it stands at %u:%u already", key->text,
                                 other->line, other->column);
    }
    if (builder->open->count == SB_YAML_KEYS)
        return sb_diag_error(builder->diag, place, "more than %d keys in one mapping",
                             SB_YAML_KEYS);
    builder->key = key;
    return 0;
}

int sb_yaml_build_begin(struct sb_yaml_builder *builder, enum sb_yaml_kind kind, unsigned line,
                        unsigned column)
{
    struct sb_place place = place_at(builder, line, column);
    struct sb_yaml_node *node;

    if (is_key_next(builder))
        return sb_diag_error(builder->diag, place,
                             "a list or mapping as a key: only a text can be one");
    if (builder->depth == SB_YAML_DEPTH)
        return sb_diag_error(builder->diag, place, "nested deeper than %d levels", SB_YAML_DEPTH);
    node = create_node(builder->yaml, kind, line, column);
    if (node == NULL)
        return out_of_memory(builder);
    append(builder, node);
    builder->open = node;
    builder->depth++;
    return 0;
}

int sb_yaml_build_scalar(struct sb_yaml_builder *builder, const char *text, size_t size,
                         bool is_quoted, unsigned line, unsigned column)
{
    struct sb_yaml_node *node = create_node(builder->yaml, SB_YAML_SCALAR, line, column);

    if (node == NULL)
        return out_of_memory(builder);
    node->is_quoted = is_quoted;
    node->size = size;
    node->text = copy_text(builder->yaml, text, size);
    if (node->text == NULL)
        return out_of_memory(builder);
    if (is_key_next(builder))
        return take_key(builder, node);
    append(builder, node);
    return 0;
}

void sb_yaml_build_end(struct sb_yaml_builder *builder)
{
    builder->open = builder->open->parent;
    builder->depth--;
}

static bool is_json_name(const char *name)
{
    size_t length = strlen(name);

    return length >= 5 && strcasecmp(name + length - 5, ".json") == 0;
}

static int refuse_nul(const struct sb_yaml_builder *builder, const char *text, const char *nul)
{
    unsigned line = 1;
    unsigned column = 1;

    for (; text < nul; text++) {
        column++;
        if (*text == '\n') {
            line++;
            column = 1;
        }
    }
    return sb_diag_error(builder->diag, place_at(builder, line, column),
                         "a NUL byte: this is no text file in UTF-8");
}

static int check_text(const struct sb_yaml_builder *builder, const char *text, size_t size)
{
    const char *nul;

    if (size > SB_YAML_SIZE)
        return sb_diag_error(builder->diag, place_at(builder, 0, 0),
                             "larger than %zu MiB: this is no board or scenario",
                             SB_YAML_SIZE >> 20);
    nul = size > 0 ? memchr(text, '\0', size) : NULL;
    return nul == NULL ? 0 : refuse_nul(builder, text, nul);
}

int sb_yaml_parse(struct sb_yaml **out, const char *name, const char *text, size_t size,
                  struct sb_diag *diag)
{
    struct sb_yaml *yaml = calloc(1, sizeof(*yaml));
    struct sb_yaml_builder builder = {.yaml = yaml, .diag = diag};
    int rc;

    if (yaml == NULL || (yaml->name = copy_text(yaml, name, strlen(name))) == NULL) {
        sb_yaml_destroy(yaml);
        return sb_diag_error(diag, (struct sb_place){.file = name}, "out of memory");
    }
    rc = check_text(&builder, text, size);
    if (rc == 0 && is_json_name(name))
        rc = sb_yaml_read_json(&builder, text, size);
    else if (rc == 0)
        rc = sb_yaml_read_events(&builder, text, size);
    if (rc < 0) {
        sb_yaml_destroy(yaml);
        return rc;
    }
    *out = yaml;
    return 0;
}

int sb_yaml_read(struct sb_yaml **out, const char *path, struct sb_diag *diag)
{
    struct sb_place place = {.file = path};
    FILE *file = fopen(path, "rbe");
    char *text;
    size_t size;
    int rc;

    if (file == NULL)
        return sb_diag_error(diag, place, "cannot be opened: %s", strerror(errno));
    text = malloc(SB_YAML_SIZE + 1);
    if (text == NULL) {
        fclose(file);
        return sb_diag_error(diag, place, "out of memory");
    }
    errno = 0;
    size = fread(text, 1, SB_YAML_SIZE + 1, file);
    if (ferror(file))
        rc = sb_diag_error(diag, place, "cannot be read: %s", strerror(errno));
    else
        rc = sb_yaml_parse(out, path, text, size, diag);
    free(text);
    fclose(file);
    return rc;
}

void sb_yaml_destroy(struct sb_yaml *yaml)
{
    if (yaml == NULL)
        return;
    for (struct sb_yaml_chunk *chunk = yaml->chunks, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(yaml);
}

struct sb_place sb_yaml_place(const struct sb_yaml *yaml, const struct sb_yaml_node *node)
{
    return (struct sb_place){yaml->name, node->line, node->column};
}

const struct sb_yaml_node *sb_yaml_get(const struct sb_yaml_node *mapping, const char *key)
{
    for (const struct sb_yaml_node *value = mapping->first; value != NULL; value = value->next) {
        if (strcmp(value->key->text, key) == 0)
            return value;
    }
    return NULL;
}

int sb_yaml_check_keys(const struct sb_yaml *yaml, const struct sb_yaml_node *mapping,
                       const char *const *keys, const char *what, struct sb_diag *diag)
{
    for (const struct sb_yaml_node *value = mapping->first; value != NULL; value = value->next) {
        const char *word = value->key->text;
        const char *const *key = keys;
        char remedy[SB_REMEDY_SIZE];
        int rc;

        while (*key != NULL && strcmp(*key, word) != 0)
            key++;
        if (*key != NULL)
            continue;
        rc = sb_diag_unknown(diag, sb_yaml_place(yaml, value->key),
                             "unknown key \"%.60s\" in %s: %s", word, what,
                             sb_names_remedy(word, keys, "its keys", remedy));
        if (rc < 0)
            return rc;
    }
    return 0;
}
