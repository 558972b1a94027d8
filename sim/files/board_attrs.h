/* SPDX-License-Identifier: MIT */
/*
 * The attributes of one part of a board file, as texts. Boards write texts, numbers, true and false,
 * and lists; a part's type is given texts only. For sim/files/board_file.c.
 */
#ifndef SB_SIM_BOARD_ATTRS_H
#define SB_SIM_BOARD_ATTRS_H

#include "sim/files/yaml.h"

struct sb_board_attrs {
    const char *(*pairs)[2]; /* name and value */
    struct sb_place *places; /* of the names */
    unsigned count;
    char **owned; /* values that are not in the tree */
};

/*
 * Reads the mapping (or null: none). Returns 0, with something for sb_board_attrs_free, or -EINVAL
 * after one message. Names and places are borrowed from the tree.
 */
int sb_board_attrs_read(struct sb_board_attrs *attrs, const struct sb_yaml *yaml,
                        const struct sb_yaml_node *mapping, struct sb_diag *diag);
void sb_board_attrs_free(struct sb_board_attrs *attrs);

#endif
