/* SPDX-License-Identifier: MIT */
/*
 * The fields of a step: times, levels, counts, parts, pins, files. Each reader takes the mapping of
 * an action and a key, and reports what is missing or wrong at its place. For sim/scenario/scenario_step.c.
 */
#ifndef SB_SIM_SCENARIO_FIELDS_H
#define SB_SIM_SCENARIO_FIELDS_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/part.h"
#include "sim/files/yaml.h"

struct sb_fields {
    struct sb_world *world;
    const struct sb_yaml *yaml;
    struct sb_diag *diag;
    const char *action;                 /* "set-control", for messages */
    const struct sb_yaml_node *mapping; /* of its fields */
};

/* Reports at a node; -EINVAL. */
#define SB_FIELD_FAIL(fields, node, ...) \
    (sb_diag_error((fields)->diag, sb_yaml_place((fields)->yaml, (node)), __VA_ARGS__), -EINVAL)

int sb_field_no_memory(const struct sb_fields *fields);

/* The value of a key that must be there, or of its older name (null: it has none). */
int sb_field_find(const struct sb_fields *fields, const char *key, const char *older,
                  const struct sb_yaml_node **out);

/* A text or a bare word or number, as written. */
int sb_field_text(const struct sb_fields *fields, const char *key, const char *older,
                  const char **out);

int sb_field_part(const struct sb_fields *fields, struct sb_part **out);

/* Of the key "pin", or its older name "name"; its name as written, too. */
int sb_field_pin(const struct sb_fields *fields, const struct sb_part *part,
                 const struct sb_terminal **out, const char **name);

int sb_field_level(const struct sb_fields *fields, const char *key, const char *older, bool *out);

/* A number, true, false, or any of these in quotes. */
int sb_field_number(const struct sb_fields *fields, const struct sb_yaml_node *node, double *out);
int sb_field_count(const struct sb_fields *fields, const struct sb_yaml_node *node, uint64_t *out);

/* A time with its unit. Without the key, `*out` stays as it is. */
int sb_field_time(const struct sb_fields *fields, const char *key, int64_t *out_ns);
int sb_field_time_of(const struct sb_fields *fields, const struct sb_yaml_node *node,
                     const char *what, int64_t *out_ns);

/* A path, relative to the scenario's folder; free() it. */
int sb_field_path(const struct sb_fields *fields, const char *key, char **out);

#endif
