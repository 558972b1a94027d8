/* SPDX-License-Identifier: MIT */
/* The nearest of several names: the edit distance, by rows of its table. */
#include "lib/hal/nearest.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

/* Words that are further off are not what was meant; of short ones that is half of them. */
#define DISTANCE_MAX 3

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static unsigned cost_of(char c)
{
    return is_digit(c) ? 2 : 1;
}

static unsigned cost_of_change(char a, char b)
{
    if (lower(a) == lower(b))
        return 0;
    return cost_of(a) > cost_of(b) ? cost_of(a) : cost_of(b);
}

static bool are_swapped(const char *a, const char *b)
{
    return lower(a[0]) == lower(b[1]) && lower(a[1]) == lower(b[0]);
}

/* `name` is short enough. */
static unsigned distance(const char *word, const char *name)
{
    unsigned rows[3][SB_NEAREST_SIZE];
    size_t word_length = strlen(word);
    size_t name_length = strlen(name);

    rows[0][0] = 0;
    for (size_t j = 1; j <= name_length; j++)
        rows[0][j] = rows[0][j - 1] + cost_of(name[j - 1]);
    for (size_t i = 1; i <= word_length; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        const unsigned *above2 = rows[(i + 1) % 3];

        row[0] = above[0] + cost_of(word[i - 1]);
        for (size_t j = 1; j <= name_length; j++) {
            row[j] = above[j - 1] + cost_of_change(word[i - 1], name[j - 1]);
            row[j] = least(row[j], above[j] + cost_of(word[i - 1]));
            row[j] = least(row[j], row[j - 1] + cost_of(name[j - 1]));
            if (i > 1 && j > 1 && are_swapped(word + i - 2, name + j - 2))
                row[j] = least(row[j], above2[j - 2] + 1);
        }
    }
    return rows[word_length % 3][name_length];
}

void sb_nearest_init(struct sb_nearest *nearest, const char *word)
{
    size_t length = strlen(word);

    *nearest = (struct sb_nearest){
        .word = word,
        .distance = length < 2 * DISTANCE_MAX ? (unsigned)(length + 1) / 2 : DISTANCE_MAX,
    };
}

bool sb_nearest_try(struct sb_nearest *nearest, const char *name)
{
    size_t length = strlen(name);
    unsigned d = length >= SB_NEAREST_SIZE ? UINT_MAX : distance(nearest->word, name);

    if (d > nearest->distance || d >= strlen(nearest->word) || strcmp(name, nearest->name) == 0)
        return false;
    if (d == nearest->distance && nearest->name[0] != '\0') {
        nearest->is_doubtful = true;
        return false;
    }
    nearest->distance = d;
    nearest->is_doubtful = false;
    memcpy(nearest->name, name, length + 1);
    return true;
}

const char *sb_nearest_name(const struct sb_nearest *nearest)
{
    return nearest->name[0] == '\0' || nearest->is_doubtful ? NULL : nearest->name;
}
