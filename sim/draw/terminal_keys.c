/* SPDX-License-Identifier: MIT */
/* Keys of a terminal: plain bytes, and the sequences of xterm and those like it (ECMA-48 CSI, SS3). */
#include "sim/draw/terminal_keys.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct named {
    int code; /* the final letter, or the number before "~" */
    const char *name;
};

static const struct named letters[] = {
    {'A', "ArrowUp"}, {'B', "ArrowDown"}, {'C', "ArrowRight"}, {'D', "ArrowLeft"}, {'H', "Home"},
    {'F', "End"},     {'P', "F1"},        {'Q', "F2"},         {'R', "F3"},        {'S', "F4"},
};

static const struct named numbers[] = {
    {1, "Home"}, {2, "Insert"}, {3, "Delete"}, {4, "End"},  {5, "PageUp"}, {6, "PageDown"},
    {11, "F1"},  {12, "F2"},    {13, "F3"},    {14, "F4"},  {15, "F5"},    {17, "F6"},
    {18, "F7"},  {19, "F8"},    {20, "F9"},    {21, "F10"}, {23, "F11"},   {24, "F12"},
};

static const struct named controls[] = {
    {'\r', "Enter"}, {'\n', "Enter"}, {'\t', "Tab"}, {0x7f, "Backspace"}, {'\b', "Backspace"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void set_name(struct sb_terminal_key *key, const struct named *table, size_t count, int code)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].code == code)
            snprintf(key->name, sizeof(key->name), "%s", table[i].name);
}

/* After ESC [ or ESC O: parameters, then a letter or "~". "1;2" before it means shift. */
static size_t read_sequence(const char *bytes, size_t count, struct sb_terminal_key *key)
{
    char parameters[16] = "";
    const char *second;
    size_t at = 2;

    while (at < count && (isdigit((unsigned char)bytes[at]) || bytes[at] == ';')) {
        if (at - 2 < sizeof(parameters) - 1)
            parameters[at - 2] = bytes[at];
        at++;
    }
    if (at >= count)
        return count;
    second = strchr(parameters, ';');
    key->is_shifted = second != NULL && strtol(second + 1, NULL, 10) == 2;
    if (bytes[at] == '~')
        set_name(key, numbers, COUNT(numbers), (int)strtol(parameters, NULL, 10));
    else
        set_name(key, letters, COUNT(letters), bytes[at]);
    return at + 1;
}

size_t sb_terminal_key_read(const char *bytes, size_t count, struct sb_terminal_key *key)
{
    unsigned char first = (unsigned char)bytes[0];

    *key = (struct sb_terminal_key){.is_shifted = false};
    if (first == 0x1b) {
        if (count >= 3 && (bytes[1] == '[' || bytes[1] == 'O'))
            return read_sequence(bytes, count, key);
        snprintf(key->name, sizeof(key->name), "Escape");
        return 1;
    }
    if (first > 0x20 && first < 0x7f) {
        key->is_shifted = isupper(first) != 0;
        key->name[0] = (char)tolower(first);
    } else if (first == ' ') {
        key->name[0] = ' ';
    } else {
        set_name(key, controls, COUNT(controls), first);
    }
    return 1;
}
