/* SPDX-License-Identifier: MIT */
/*
 * The HD44780U controller: strobes to bytes, bytes to instructions, RAM to dots. Pages are those of
 * its datasheet (ADE-207-272(Z), Rev. 0.0).
 */
#include "sim/parts/hd44780_model.h"

#include <string.h>

#define LINE_COLUMNS 40 /* of a line of the DDRAM when there are two (p. 11) */
#define LINE_2       0x40

static bool is_data(enum sb_hd44780_command command)
{
    return command == SB_HD44780_WRITE_DATA || command == SB_HD44780_READ_DATA;
}

static uint8_t line_size(const struct sb_hd44780_model *model)
{
    return model->has_two_lines ? LINE_COLUMNS : SB_HD44780_DDRAM_SIZE;
}

/* The index of an address in ddram, -1 where the chip has no cell. */
static int cell_index(const struct sb_hd44780_model *model, uint8_t address)
{
    if (address < line_size(model))
        return address;
    if (model->has_two_lines && address >= LINE_2 && address < LINE_2 + LINE_COLUMNS)
        return address - LINE_2 + LINE_COLUMNS;
    return -1;
}

bool sb_hd44780_model_has_cell(const struct sb_hd44780_model *model, uint8_t address)
{
    return cell_index(model, address) >= 0;
}

uint8_t sb_hd44780_model_code(const struct sb_hd44780_model *model, uint8_t address)
{
    int index = cell_index(model, address);

    return index < 0 ? ' ' : model->ddram[index];
}

/*
 * The address counter's next value (p. 11, 12): lines end at 27 and 67 with two, at 4F with one. An
 * address outside of the lines just counts.
 */
static uint8_t next_address(const struct sb_hd44780_model *model, bool is_up)
{
    uint8_t address = model->address;

    if (model->is_cgram_selected)
        return (uint8_t)((is_up ? address + 1 : address - 1) & (SB_HD44780_CGRAM_SIZE - 1));
    if (model->has_two_lines) {
        if (address == (is_up ? LINE_COLUMNS - 1 : 0))
            return is_up ? LINE_2 : LINE_2 + LINE_COLUMNS - 1;
        if (address == (is_up ? LINE_2 + LINE_COLUMNS - 1 : LINE_2))
            return is_up ? 0 : LINE_COLUMNS - 1;
    } else if (address == (is_up ? SB_HD44780_DDRAM_SIZE - 1 : 0)) {
        return is_up ? 0 : SB_HD44780_DDRAM_SIZE - 1;
    }
    return (uint8_t)((is_up ? address + 1 : address - 1) & 0x7f);
}

/* Shifting to the left shows what was hidden on the right. Lines shift together, each in itself. */
static void shift_display(struct sb_hd44780_model *model, bool is_left)
{
    uint8_t size = line_size(model);

    model->shift = (uint8_t)((model->shift + (is_left ? 1 : size - 1)) % size);
}

static uint8_t read_ram(const struct sb_hd44780_model *model)
{
    if (model->is_cgram_selected)
        return model->cgram[model->address];
    return sb_hd44780_model_code(model, model->address);
}

static void clear(struct sb_hd44780_model *model)
{
    memset(model->ddram, ' ', sizeof model->ddram);
    model->address = 0;
    model->is_cgram_selected = false;
    model->shift = 0;
    model->is_incrementing = true; /* S stays (p. 26) */
}

static void begin(struct sb_hd44780_model *model, int64_t now_ns, enum sb_hd44780_command command)
{
    model->command = command;
    model->started_ns = now_ns;
    model->ready_ns = now_ns + sb_hd44780_command_duration_ns(command);
    model->busy_until_ns = model->ready_ns - (is_data(command) ? SB_HD44780_ADDRESS_NS : 0);
}

/*
 * The RAM has no known content after power-on, and a program that ran before may have left anything.
 * Stripes and blocks show when a program forgets to write what it shows.
 */
void sb_hd44780_model_start(struct sb_hd44780_model *model, int64_t now_ns,
                            enum sb_hd44780_interface interface)
{
    memset(model, 0, sizeof *model);
    for (unsigned i = 0; i < SB_HD44780_CGRAM_SIZE; i++)
        model->cgram[i] = i % 2 == 0 ? 0x15 : 0x0a;

    if (interface == SB_HD44780_AFTER_RESET) {
        clear(model); /* p. 23 */
        model->is_8bit = true;
        begin(model, now_ns, SB_HD44780_RESET);
        return;
    }
    memset(model->ddram, 0xff, sizeof model->ddram);
    model->is_8bit = interface == SB_HD44780_8BIT;
    model->has_half = interface == SB_HD44780_4BIT_HALF;
    model->has_two_lines = true;
    model->is_on = true;
    model->has_cursor = true;
    model->has_blink = true;
    model->is_shifting = true;
    model->shift = 3;
    model->command = SB_HD44780_NOTHING;
    model->started_ns = now_ns;
    model->busy_until_ns = now_ns;
    model->ready_ns = now_ns;
}

void sb_hd44780_model_reset(struct sb_hd44780_model *model, int64_t now_ns)
{
    sb_hd44780_model_start(model, now_ns, SB_HD44780_AFTER_RESET);
}

bool sb_hd44780_model_is_busy(const struct sb_hd44780_model *model, int64_t now_ns)
{
    return now_ns < model->busy_until_ns;
}

int64_t sb_hd44780_model_missing_ns(const struct sb_hd44780_model *model, int64_t now_ns)
{
    return now_ns < model->ready_ns ? model->ready_ns - now_ns : 0;
}

enum sb_hd44780_command sb_hd44780_command_of(bool rs, bool rw, uint8_t byte)
{
    if (rs)
        return rw ? SB_HD44780_READ_DATA : SB_HD44780_WRITE_DATA;
    if (rw)
        return SB_HD44780_READ_STATUS;
    for (int bit = 7; bit >= 0; bit--)
        if (byte >> bit & 1)
            return (enum sb_hd44780_command)(SB_HD44780_CLEAR + bit);
    return SB_HD44780_NOTHING;
}

const char *sb_hd44780_command_name(enum sb_hd44780_command command)
{
    static const char *const names[] = {
        [SB_HD44780_RESET] = "internal reset",
        [SB_HD44780_NOTHING] = "instruction 00",
        [SB_HD44780_CLEAR] = "clear display",
        [SB_HD44780_HOME] = "return home",
        [SB_HD44780_ENTRY_MODE] = "entry mode set",
        [SB_HD44780_DISPLAY_CONTROL] = "display on/off control",
        [SB_HD44780_SHIFT] = "cursor or display shift",
        [SB_HD44780_FUNCTION_SET] = "function set",
        [SB_HD44780_SET_CGRAM_ADDRESS] = "set CGRAM address",
        [SB_HD44780_SET_DDRAM_ADDRESS] = "set DDRAM address",
        [SB_HD44780_READ_STATUS] = "read busy flag",
        [SB_HD44780_WRITE_DATA] = "write data",
        [SB_HD44780_READ_DATA] = "read data",
    };

    return names[command];
}

int64_t sb_hd44780_command_duration_ns(enum sb_hd44780_command command)
{
    switch (command) {
    case SB_HD44780_RESET:
        return SB_HD44780_RESET_NS;
    case SB_HD44780_CLEAR:
    case SB_HD44780_HOME:
        return SB_HD44780_CLEAR_NS;
    case SB_HD44780_READ_STATUS:
        return 0;
    case SB_HD44780_WRITE_DATA:
    case SB_HD44780_READ_DATA:
        return SB_HD44780_EXECUTE_NS + SB_HD44780_ADDRESS_NS;
    default:
        return SB_HD44780_EXECUTE_NS;
    }
}

/*
 * Page 27 forbids to change N and F once other instructions have run, as a rule for programs. The chip
 * takes each function set: the start by instruction (p. 45, 46) needs it to, whatever ran before.
 */
static void set_function(struct sb_hd44780_model *model, uint8_t byte)
{
    model->is_8bit = byte & 0x10;
    model->has_two_lines = byte & 0x08;
    model->has_tall_font = byte & 0x04;
    model->shift = (uint8_t)(model->shift % line_size(model));
}

static void set_address(struct sb_hd44780_model *model, bool is_cgram, uint8_t address)
{
    model->is_cgram_selected = is_cgram;
    model->address = address;
    model->output = read_ram(model);
}

static void execute_instruction(struct sb_hd44780_model *model, uint8_t byte)
{
    switch (sb_hd44780_command_of(false, false, byte)) {
    case SB_HD44780_CLEAR:
        clear(model);
        break;
    case SB_HD44780_HOME:
        model->address = 0;
        model->is_cgram_selected = false;
        model->shift = 0;
        break;
    case SB_HD44780_ENTRY_MODE:
        model->is_incrementing = byte & 0x02;
        model->is_shifting = byte & 0x01;
        break;
    case SB_HD44780_DISPLAY_CONTROL:
        model->is_on = byte & 0x04;
        model->has_cursor = byte & 0x02;
        model->has_blink = byte & 0x01;
        break;
    case SB_HD44780_SHIFT:
        if (byte & 0x08)
            shift_display(model, !(byte & 0x04));
        else
            set_address(model, model->is_cgram_selected, next_address(model, byte & 0x04));
        break;
    case SB_HD44780_FUNCTION_SET:
        set_function(model, byte);
        break;
    case SB_HD44780_SET_CGRAM_ADDRESS:
        set_address(model, true, byte & 0x3f);
        break;
    case SB_HD44780_SET_DDRAM_ADDRESS:
        set_address(model, false, byte & 0x7f);
        break;
    default:
        break;
    }
}

/* The display shifts with writing to the DDRAM only (p. 26). What a read would give stays (p. 31). */
static void write_data(struct sb_hd44780_model *model, uint8_t byte)
{
    int index = cell_index(model, model->address);

    if (model->is_cgram_selected)
        model->cgram[model->address] = byte;
    else if (index >= 0)
        model->ddram[index] = byte;
    if (model->is_shifting && !model->is_cgram_selected)
        shift_display(model, model->is_incrementing);
    model->old_address = model->address;
    model->address = next_address(model, model->is_incrementing);
}

static void read_data(struct sb_hd44780_model *model)
{
    model->old_address = model->address;
    model->address = next_address(model, model->is_incrementing);
    model->output = read_ram(model);
}

static enum sb_hd44780_outcome execute(struct sb_hd44780_model *model, int64_t now_ns, bool rs,
                                       bool rw, uint8_t byte)
{
    if (rw && rs)
        read_data(model);
    else if (rs)
        write_data(model, byte);
    else if (!rw)
        execute_instruction(model, byte);
    if (rs || !rw)
        begin(model, now_ns, sb_hd44780_command_of(rs, rw, byte));
    return SB_HD44780_DONE;
}

enum sb_hd44780_outcome sb_hd44780_model_strobe(struct sb_hd44780_model *model, int64_t now_ns,
                                                bool rs, bool rw, uint8_t bus)
{
    bool is_lost = sb_hd44780_model_is_busy(model, now_ns);
    uint8_t byte = bus;

    if (!model->is_8bit) {
        model->has_half = !model->has_half;
        if (model->has_half) {
            if (!rw)
                model->half = bus >> 4;
            model->half_is_lost = is_lost;
            return SB_HD44780_HALF;
        }
        byte = (uint8_t)(model->half << 4 | bus >> 4);
        is_lost = is_lost || model->half_is_lost;
    }
    if (is_lost && (rs || !rw))
        return SB_HD44780_LOST;
    return execute(model, now_ns, rs, rw, byte);
}

static uint8_t output_byte(struct sb_hd44780_model *model, int64_t now_ns, bool rs)
{
    bool is_busy = sb_hd44780_model_is_busy(model, now_ns);
    bool is_counting = is_data(model->command) &&
                       now_ns < model->busy_until_ns + SB_HD44780_ADDRESS_NS;

    if (rs)
        return model->output;
    if (!is_busy)
        model->ready_ns = model->busy_until_ns;
    return (uint8_t)((is_busy ? 0x80 : 0) | (is_counting ? model->old_address : model->address));
}

uint8_t sb_hd44780_model_read(struct sb_hd44780_model *model, int64_t now_ns, bool rs)
{
    uint8_t byte;

    if (!model->is_8bit && model->has_half)
        return (uint8_t)(model->half << 4);
    byte = output_byte(model, now_ns, rs);
    if (model->is_8bit)
        return byte;
    /* Both halves are of one moment; the second waits here. */
    model->half = byte & 0x0f;
    return byte & 0xf0;
}

int sb_hd44780_model_shown_address(const struct sb_hd44780_model *model, unsigned line,
                                   unsigned column)
{
    unsigned size = line_size(model);

    if (line > 0 && !model->has_two_lines)
        return -1;
    return (int)((line > 0 ? LINE_2 : 0) + (column + model->shift) % size);
}

/*
 * While the CGRAM is selected the cursor stands at a meaningless place (p. 13): at the CGRAM's
 * address, taken for one of the DDRAM.
 */
bool sb_hd44780_model_is_cursor(const struct sb_hd44780_model *model, uint8_t address)
{
    return model->is_on && (model->has_cursor || model->has_blink) && address == model->address;
}

bool sb_hd44780_blink_is_dark(int64_t time_ns)
{
    return time_ns / SB_HD44780_BLINK_NS % 2 != 0;
}

/* Bit 3 of a custom character's code does not count, with the tall font bit 0 neither (p. 19, 20). */
const uint8_t *sb_hd44780_model_glyph(const struct sb_hd44780_model *model, enum sb_hd44780_rom rom,
                                      uint8_t code)
{
    if (code >= 0x10)
        return sb_hd44780_glyph(rom, code);
    if (model->has_tall_font && !model->has_two_lines)
        return &model->cgram[(size_t)(code & 6) * SB_HD44780_GLYPH_ROWS];
    return &model->cgram[(size_t)(code & 7) * SB_HD44780_GLYPH_ROWS];
}

void sb_hd44780_model_dots(const struct sb_hd44780_model *model, enum sb_hd44780_rom rom,
                           uint8_t address, int64_t time_ns, uint8_t rows[SB_HD44780_GLYPH_ROWS])
{
    bool is_cursor = sb_hd44780_model_is_cursor(model, address);
    uint8_t code = sb_hd44780_model_code(model, address);
    const uint8_t *glyph = sb_hd44780_model_glyph(model, rom, code);

    memset(rows, 0, SB_HD44780_GLYPH_ROWS);
    if (!model->is_on)
        return;
    for (unsigned i = 0; i < SB_HD44780_GLYPH_ROWS; i++)
        rows[i] = glyph[i] & 0x1f;
    if (is_cursor && model->has_cursor)
        rows[SB_HD44780_GLYPH_ROWS - 1] = 0x1f;
    if (is_cursor && model->has_blink && sb_hd44780_blink_is_dark(time_ns))
        memset(rows, 0x1f, SB_HD44780_GLYPH_ROWS);
}
