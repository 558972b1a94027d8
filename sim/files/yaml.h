/* SPDX-License-Identifier: MIT */
/*
 * Board and scenario files as a tree in which everything knows its line and column. YAML 1.2 by
 * libyaml's events, JSON (a name that ends in ".json") by a strict reader of our own. Refused, with
 * the place: duplicate keys, anchors and aliases, tags, a second document, more than SB_YAML_DEPTH
 * levels, more than SB_YAML_KEYS keys in one mapping, more than SB_YAML_SIZE bytes, a NUL byte.
 */
#ifndef SB_SIM_YAML_H
#define SB_SIM_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/files/diag.h"

#define SB_YAML_DEPTH 64
#define SB_YAML_KEYS  1000
#define SB_YAML_SIZE  ((size_t)4 << 20)

enum sb_yaml_kind { SB_YAML_SCALAR, SB_YAML_SEQUENCE, SB_YAML_MAPPING };

struct sb_yaml_node {
    /* read-only */
    enum sb_yaml_kind kind;
    bool is_quoted;   /* a scalar in quotes, or a block of text: never a number, true or null */
    unsigned line;    /* of its first character; both count from 1 */
    unsigned column;  /* in characters */
    const char *text; /* of a scalar; a NUL follows it (and "\0" in quotes puts one into it) */
    size_t size;      /* of `text`, bytes */
    unsigned count;   /* of items, or of keys */
    const struct sb_yaml_node *first; /* item of a sequence, or value of a mapping */
    const struct sb_yaml_node *next;  /* sibling */
    const struct sb_yaml_node *key;   /* of a mapping's value: its key, a scalar */
    /* private */
    struct sb_yaml_node *last;
    struct sb_yaml_node *parent;
    uint32_t hash;
};

struct sb_yaml {
    /* read-only */
    const char *name; /* of the file, as messages have it */
    const struct sb_yaml_node *root;
    /* private */
    struct sb_yaml_chunk *chunks;
};

/* Reads a file. Returns 0 with `*out` for sb_yaml_destroy, or -EINVAL after one message. */
int sb_yaml_read(struct sb_yaml **out, const char *path, struct sb_diag *diag);

/* The same from memory; everything is copied. */
int sb_yaml_parse(struct sb_yaml **out, const char *name, const char *text, size_t size,
                  struct sb_diag *diag);

/* Null is ignored. Places and texts of the tree end with it. */
void sb_yaml_destroy(struct sb_yaml *yaml);

struct sb_place sb_yaml_place(const struct sb_yaml *yaml, const struct sb_yaml_node *node);

/*
 * Checks that a mapping has only keys of a list (ended by null); `what` names it in messages: "a
 * part". Returns 0; for an unknown key what sb_diag_unknown does, so that it may be a mere warning.
 */
int sb_yaml_check_keys(const struct sb_yaml *yaml, const struct sb_yaml_node *mapping,
                       const char *const *keys, const char *what, struct sb_diag *diag);

/* The value of a key; null when the mapping has none of that name. */
const struct sb_yaml_node *sb_yaml_get(const struct sb_yaml_node *mapping, const char *key);

/* Nothing, null or ~, without quotes. */
bool sb_yaml_is_null(const struct sb_yaml_node *node);

/* True when it is an unquoted true or false (True, TRUE): `yes` and `on` are texts. */
bool sb_yaml_get_bool(const struct sb_yaml_node *node, bool *out);

/* True when it is an unquoted number: 12, -0.5, 1e3, 0x1f, 0o17. */
bool sb_yaml_get_number(const struct sb_yaml_node *node, double *out);

/* A scalar that is none of these. */
bool sb_yaml_is_text(const struct sb_yaml_node *node);

#endif
