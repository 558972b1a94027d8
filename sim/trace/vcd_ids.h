/* SPDX-License-Identifier: MIT */
/*
 * The identifiers of a VCD file: short texts of printable characters, looked up at each change. Those
 * of one and two characters, which is nearly all, by a table; longer ones by hashing.
 */
#ifndef SB_SIM_TRACE_VCD_IDS_H
#define SB_SIM_TRACE_VCD_IDS_H

#include <stddef.h>
#include <stdint.h>

#define SB_VCD_LETTERS 94 /* '!' to '~' */

struct sb_vcd_id;

struct sb_vcd_ids {
    /* private */
    uint32_t short_ids[SB_VCD_LETTERS + SB_VCD_LETTERS * SB_VCD_LETTERS];
    struct sb_vcd_id *ids; /* open addressing */
    size_t count;
    size_t capacity; /* a power of two, or 0 */
};

/* What was put for an identifier that is not short; 0: nothing. */
uint32_t sb_vcd_ids_find_long(const struct sb_vcd_ids *ids, const char *id, size_t length);

/* What was put for the identifier; 0: nothing. */
static inline uint32_t sb_vcd_ids_find(const struct sb_vcd_ids *ids, const char *id, size_t length)
{
    unsigned first = (unsigned char)id[0] - (unsigned)'!';

    if (length == 1)
        return first < SB_VCD_LETTERS ? ids->short_ids[first] : 0;
    if (length == 2) {
        unsigned second = (unsigned char)id[1] - (unsigned)'!';

        if (first >= SB_VCD_LETTERS || second >= SB_VCD_LETTERS)
            return 0;
        return ids->short_ids[SB_VCD_LETTERS + first * SB_VCD_LETTERS + second];
    }
    return sb_vcd_ids_find_long(ids, id, length);
}

/*
 * Puts a value, not 0, for an identifier, in place of what was there; the text is copied. Returns 0;
 * -EINVAL when it has other than printable characters; -ENOMEM.
 */
int sb_vcd_ids_put(struct sb_vcd_ids *ids, const char *id, size_t length, uint32_t value);

/* All zero is an empty table. */
void sb_vcd_ids_deinit(struct sb_vcd_ids *ids);

#endif
