/* SPDX-License-Identifier: MIT */
/*
 * Which of several names was meant by one that there is not, for messages: "did you mean". A letter that is wrong, missing
 * or too much counts once, a swap of neighbours too, and case not at all. A digit counts twice, as another number is
 * another pin: who says "GP15" means GPIO15 and not GPIO5.
 */
#ifndef SB_LIB_HAL_NEAREST_H
#define SB_LIB_HAL_NEAREST_H

#include <stdbool.h>

/* Candidates that are longer, the end included, are not looked at. */
#define SB_NEAREST_SIZE 64

struct sb_nearest {
    /* private */
    const char *word;
    unsigned distance; /* of `name`; what is further off is nothing at all */
    bool is_doubtful;  /* another one is as near */
    char name[SB_NEAREST_SIZE];
};

/* Begins to look for `word`, which is borrowed. */
void sb_nearest_init(struct sb_nearest *nearest, const char *word);

/* Looks at one of the names. Returns true when it is nearer than all before. */
bool sb_nearest_try(struct sb_nearest *nearest, const char *name);

/* The name that was meant; null when none is near, or several are equally so. */
const char *sb_nearest_name(const struct sb_nearest *nearest);

#endif
