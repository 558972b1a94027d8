/* SPDX-License-Identifier: MIT */
/*
 * Names as files write them: what a name means, what else there is, which of it was probably meant.
 */
#ifndef SB_SIM_NAMES_H
#define SB_SIM_NAMES_H

#include <stddef.h>

struct sb_part;
struct sb_part_type;
struct sb_terminal;
struct sb_world;

/* Room for the remedy of one message. */
#define SB_REMEDY_SIZE 256

/*
 * Writes 'did you mean "X"?', or else '`they` are A, B, C' (as many as fit). `names` ends with null.
 * Returns `out`.
 */
const char *sb_names_remedy(const char *word, const char *const *names, const char *they,
                            char out[SB_REMEDY_SIZE]);

/* Lists of what a type or world has, ended by null; free() it. Null when out of memory. */
const char **sb_names_of_pins(const struct sb_part_type *type);
const char **sb_names_of_controls(const struct sb_part_type *type);
const char **sb_names_of_faults(const struct sb_part_type *type);
const char **sb_names_of_parts(const struct sb_world *world);
const char **sb_names_of_types(void);

/* Writes "A, B, C", cut with "..." where it would not fit. Returns `out`. */
const char *sb_names_join(const char *const *names, char *out, size_t size);

/*
 * The terminal of a pin as files write it: by its exact name (some end with a blank), else without the
 * blanks around it. Null when the part has none.
 */
struct sb_terminal *sb_names_terminal(const struct sb_part *part, const char *name);

#endif
