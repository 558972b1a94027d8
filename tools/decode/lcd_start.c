/* SPDX-License-Identifier: MIT */
/*
 * How well bytes make sense: penalties for what programs do not do. Once the possibilities have come
 * to the same state, as any initialisation makes them, they collect the same, so what happened before
 * decides.
 */
#include "tools/decode/lcd_start.h"

#include <string.h>

/* The two halves of a byte cannot differ in RS or RW; an 8-bit data write needs eight wires. */
#define PENALTY_IMPOSSIBLE 16

/* A pause inside of a byte that is so much longer than the one before it is rather one between bytes. */
#define LONG_GAP 4

void lcd_start_init(struct lcd_start *start, bool has_8_wires)
{
    memset(start, 0, sizeof(*start));
    start->has_8_wires = has_8_wires;
    start->guesses[LCD_START_RESET].is_8bit = true;
    start->guesses[LCD_START_RUNNING_8BIT].is_8bit = true;
    start->guesses[LCD_START_RUNNING_HALF].has_high = true;
}

/* Addresses outside of both line maps, instruction 00: programs do not mean them. */
static uint64_t instruction_penalty(uint8_t byte)
{
    uint8_t address = byte & 0x7f;

    if (byte == 0)
        return 4;
    if (byte & 0x80)
        return address > 0x67 || (address > 0x27 && address < 0x40) ? 3 : 0;
    return 0;
}

/* Codes that the common ROMs leave empty, and control characters of ASCII. */
static uint64_t data_penalty(uint8_t byte)
{
    return (byte >= 0x10 && byte < 0x20) || (byte >= 0x80 && byte < 0xa0) ? 1 : 0;
}

static bool is_function_set(const struct lcd_strobe *strobe)
{
    return !strobe->rs && !strobe->rw && (strobe->bus & 0xe0) == 0x20;
}

static void take_byte(struct lcd_guess *guess, bool rs, bool rw, uint8_t byte)
{
    if (rw)
        return;
    guess->penalty += rs ? data_penalty(byte) : instruction_penalty(byte);
    if (!rs && (byte & 0xe0) == 0x20) {
        guess->is_8bit = byte & 0x10;
        guess->function_set_count++;
    }
}

/* With four wires, 8 bits only carry the beginning of an initialisation. */
static void take_8bit(const struct lcd_start *start, struct lcd_guess *guess,
                      const struct lcd_strobe *strobe)
{
    if (!start->has_8_wires && !is_function_set(strobe))
        guess->penalty += strobe->rs ? PENALTY_IMPOSSIBLE : 4;
    if (start->has_8_wires || is_function_set(strobe))
        take_byte(guess, strobe->rs, strobe->rw, strobe->bus);
}

static void take_half(struct lcd_guess *guess, const struct lcd_strobe *strobe, bool is_first)
{
    int64_t gap_ns = strobe->time_ns - guess->last_ns;

    if (!guess->has_high) {
        guess->has_high = true;
        guess->high = *strobe;
        guess->high_gap_ns = is_first ? INT64_MAX : gap_ns;
        return;
    }
    guess->has_high = false;
    if (is_first)
        return; /* the low half of a byte whose high half nobody saw */
    if (guess->high.rs != strobe->rs || guess->high.rw != strobe->rw)
        guess->penalty += PENALTY_IMPOSSIBLE;
    if (gap_ns / LONG_GAP > guess->high_gap_ns)
        guess->penalty += 1;
    take_byte(guess, strobe->rs, strobe->rw,
              (uint8_t)((guess->high.bus & 0xf0) | strobe->bus >> 4));
}

void lcd_start_strobe(struct lcd_start *start, const struct lcd_strobe *strobe)
{
    bool is_first = !start->has_first;

    if (is_first) {
        start->first = *strobe;
        start->has_first = true;
    }
    for (unsigned i = 0; i < LCD_START_KIND_COUNT; i++) {
        struct lcd_guess *guess = &start->guesses[i];

        if (is_first)
            guess->last_ns = strobe->time_ns;
        if (guess->is_8bit)
            take_8bit(start, guess, strobe);
        else
            take_half(guess, strobe, is_first);
        guess->last_ns = strobe->time_ns;
    }
}

/*
 * An initialisation begins with a function set. With four wires that is half a byte, which must come
 * again as a whole one.
 */
static bool may_be_reset(const struct lcd_start *start)
{
    if (!start->has_first)
        return true;
    return is_function_set(&start->first) &&
           (start->has_8_wires || start->guesses[LCD_START_RESET].function_set_count > 1);
}

enum lcd_start_kind lcd_start_kind(const struct lcd_start *start)
{
    /* Of equals the first; the two of 8 bits always are. */
    enum lcd_start_kind best = LCD_START_KIND_COUNT;

    for (enum lcd_start_kind kind = 0; kind < LCD_START_KIND_COUNT; kind++) {
        if (kind == LCD_START_RESET && !may_be_reset(start))
            continue;
        if (best == LCD_START_KIND_COUNT ||
            start->guesses[kind].penalty < start->guesses[best].penalty)
            best = kind;
    }
    return best;
}
