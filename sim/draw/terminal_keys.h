/* SPDX-License-Identifier: MIT */
/* Keys as a terminal sends them, by their names in the DOM. */
#ifndef SB_SIM_DRAW_TERMINAL_KEYS_H
#define SB_SIM_DRAW_TERMINAL_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct sb_terminal_key {
    char name[16]; /* "a", "ArrowUp"; letters are lower case; empty: none that is known */
    bool is_shifted;
};

/* Takes one key from the bytes (at least one); returns how many they were, at least 1. */
size_t sb_terminal_key_read(const char *bytes, size_t count, struct sb_terminal_key *key);

#endif
