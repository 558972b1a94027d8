/* SPDX-License-Identifier: MIT */
/* Identifiers of VCD files: see vcd_ids.h. */
#include "sim/trace/vcd_ids.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct sb_vcd_id {
    char *text; /* null: a free place */
    size_t length;
    uint32_t value;
};

/* FNV-1a. */
static uint32_t hash(const char *text, size_t length)
{
    uint32_t sum = UINT32_C(2166136261);

    for (size_t i = 0; i < length; i++)
        sum = (sum ^ (unsigned char)text[i]) * UINT32_C(16777619);
    return sum;
}

/* The place of the identifier, or the free one where it would be. */
static struct sb_vcd_id *place_of(struct sb_vcd_id *ids, size_t capacity, const char *id,
                                  size_t length)
{
    size_t at = hash(id, length) & (capacity - 1);

    for (;;) {
        struct sb_vcd_id *place = &ids[at];

        if (!place->text || (place->length == length && !memcmp(place->text, id, length)))
            return place;
        at = (at + 1) & (capacity - 1);
    }
}

uint32_t sb_vcd_ids_find_long(const struct sb_vcd_ids *ids, const char *id, size_t length)
{
    return ids->capacity ? place_of(ids->ids, ids->capacity, id, length)->value : 0;
}

static int grow(struct sb_vcd_ids *ids)
{
    size_t capacity = ids->capacity ? 2 * ids->capacity : 64;
    struct sb_vcd_id *larger = calloc(capacity, sizeof(*larger));

    if (!larger)
        return -ENOMEM;
    for (size_t i = 0; i < ids->capacity; i++)
        if (ids->ids[i].text)
            *place_of(larger, capacity, ids->ids[i].text, ids->ids[i].length) = ids->ids[i];
    free(ids->ids);
    ids->ids = larger;
    ids->capacity = capacity;
    return 0;
}

static int put_long(struct sb_vcd_ids *ids, const char *id, size_t length, uint32_t value)
{
    struct sb_vcd_id *place;

    if (2 * (ids->count + 1) > ids->capacity && grow(ids) < 0)
        return -ENOMEM;
    place = place_of(ids->ids, ids->capacity, id, length);
    if (!place->text) {
        place->text = malloc(length);
        if (!place->text)
            return -ENOMEM;
        memcpy(place->text, id, length);
        place->length = length;
        ids->count++;
    }
    place->value = value;
    return 0;
}

static bool is_letter(char c)
{
    return c >= '!' && c <= '~';
}

int sb_vcd_ids_put(struct sb_vcd_ids *ids, const char *id, size_t length, uint32_t value)
{
    for (size_t i = 0; i < length; i++)
        if (!is_letter(id[i]))
            return -EINVAL;
    if (length > 2)
        return put_long(ids, id, length, value);
    if (length == 2)
        ids->short_ids[SB_VCD_LETTERS + (id[0] - '!') * SB_VCD_LETTERS + (id[1] - '!')] = value;
    else
        ids->short_ids[id[0] - '!'] = value;
    return 0;
}

void sb_vcd_ids_deinit(struct sb_vcd_ids *ids)
{
    for (size_t i = 0; i < ids->capacity; i++)
        free(ids->ids[i].text);
    free(ids->ids);
}
