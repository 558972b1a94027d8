/* SPDX-License-Identifier: MIT */
/*
 * The HD44780U controller under any strobes: its state stays within bounds, everything can be drawn,
 * and the start by instruction of the datasheet brings it back from wherever it is.
 *
 * The first byte is the interface state it starts in. Each strobe is two bytes: bit 0 RS, bit 1 RW,
 * bits 2..7 the time since the last one, then D7..D0.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "sim/parts/hd44780_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_bounds(const struct sb_hd44780_model *model)
{
    require(model->address < (model->is_cgram_selected ? SB_HD44780_CGRAM_SIZE : 0x80));
    require(model->shift < (model->has_two_lines ? 40 : 80));
    require(model->half < 16);
    require(model->busy_until_ns <= model->started_ns + SB_HD44780_RESET_NS);
    require(!model->is_8bit || !model->has_half);
    require(sb_hd44780_command_name(model->command) != NULL);
}

static void draw(const struct sb_hd44780_model *model, int64_t now_ns)
{
    for (unsigned line = 0; line < 2; line++)
        for (unsigned column = 0; column < 80; column++) {
            int address = sb_hd44780_model_shown_address(model, line, column);
            uint8_t rows[SB_HD44780_GLYPH_ROWS];

            require(address >= 0 ? sb_hd44780_model_has_cell(model, (uint8_t)address) : line == 1);
            if (address < 0)
                continue;
            sb_hd44780_model_dots(model, SB_HD44780_ROM_A00, (uint8_t)address, now_ns, rows);
            for (unsigned i = 0; i < SB_HD44780_GLYPH_ROWS; i++)
                require(rows[i] < 0x20);
        }
}

static void strobe_slowly(struct sb_hd44780_model *model, int64_t *now_ns, bool rs, uint8_t bus)
{
    *now_ns += 4100000;
    require(sb_hd44780_model_strobe(model, *now_ns, rs, false, bus) != SB_HD44780_LOST);
}

static void check_start(struct sb_hd44780_model *model, int64_t now_ns)
{
    static const uint8_t nibbles[] = {3, 3, 3, 2, 2, 8, 0, 8, 0, 1, 0, 6, 0, 12};

    now_ns += SB_HD44780_RESET_NS;
    /* A half that came while it was busy spoils the first byte only; the rest must not be lost. */
    sb_hd44780_model_strobe(model, now_ns, false, false, 0x30);
    for (size_t i = 1; i < sizeof nibbles; i++)
        strobe_slowly(model, &now_ns, false, (uint8_t)(nibbles[i] << 4));
    require(!model->is_8bit && !model->has_half && model->has_two_lines && model->is_on);
    require(model->is_incrementing && !model->is_shifting && model->address == 0);
    strobe_slowly(model, &now_ns, true, 0x40);
    strobe_slowly(model, &now_ns, true, 0x80);
    require(sb_hd44780_model_code(model, 0) == 'H' && model->address == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sb_hd44780_model model;
    int64_t now_ns = 0;

    if (size == 0)
        return 0;
    sb_hd44780_model_start(&model, now_ns, (enum sb_hd44780_interface)(data[0] % 4));
    for (size_t i = 1; i + 1 < size; i += 2) {
        bool rs = data[i] & 1;
        bool rw = data[i] & 2;

        now_ns += INT64_C(1000) << (data[i] >> 2) % 16;
        if (rw)
            sb_hd44780_model_read(&model, now_ns, rs);
        sb_hd44780_model_strobe(&model, now_ns, rs, rw, data[i + 1]);
        check_bounds(&model);
    }
    draw(&model, now_ns);
    check_start(&model, now_ns);
    return 0;
}
