/* SPDX-License-Identifier: MIT */
/*
 * How a reader makes the tree: it begins and ends collections and adds scalars, in the order of the
 * file, and the builder checks what holds for YAML and JSON alike. For sim/yaml*.c only.
 */
#ifndef SB_SIM_YAML_BUILD_H
#define SB_SIM_YAML_BUILD_H

#include "sim/files/yaml.h"

struct sb_yaml_builder {
    struct sb_yaml *yaml;
    struct sb_diag *diag;
    struct sb_yaml_node *open; /* the innermost collection that has not ended */
    struct sb_yaml_node *key;  /* whose value comes next */
    unsigned depth;
};

/* Each returns 0 or -EINVAL, reported. Lines and columns count from 1. */
int sb_yaml_build_begin(struct sb_yaml_builder *builder, enum sb_yaml_kind kind, unsigned line,
                        unsigned column);
int sb_yaml_build_scalar(struct sb_yaml_builder *builder, const char *text, size_t size,
                         bool is_quoted, unsigned line, unsigned column);
void sb_yaml_build_end(struct sb_yaml_builder *builder);

/* The two readers. `text` holds no NUL. Return 0 or -EINVAL, reported. */
int sb_yaml_read_json(struct sb_yaml_builder *builder, const char *text, size_t size);
int sb_yaml_read_events(struct sb_yaml_builder *builder, const char *text, size_t size);

#endif
