/* SPDX-License-Identifier: MIT */
/*
 * Character LCDs: the wires of one or two HD44780 controllers (sim/parts/hd44780_model.h), and the examiner
 * that watches how they are spoken to. Power is taken for granted from the start.
 */
#include "sim/parts/part_hd44780.h"

#include <string.h>

#include "sim/parts/hd44780_lcd.h"
#include "sim/world.h"

/* What was read stays on the bus after E falls: 5 ns at least (tDHR, p. 52), this long here. */
#define RELEASE_NS 20

enum {
    VSS,
    VDD,
    V0,
    RS,
    RW,
    E,
    D0,
    D4 = D0 + 4,
    D7 = D0 + 7,
    A = SB_LCD_TERMINAL_A,
    K = SB_LCD_TERMINAL_K,
    COMMON_COUNT,
    E2 = COMMON_COUNT, /* softboard-lcd */
    LCD_COUNT,
    SDA = COMMON_COUNT, /* the I2C backpack of wokwi-lcd..., which there is not yet */
    SCL,
    WOKWI_COUNT,
};

static enum sb_level level_of(const struct sb_lcd *lcd, unsigned terminal)
{
    return sb_terminal_level(&lcd->part.terminals[terminal]);
}

/* RS and data have pull-ups in the chip (p. 48): what floats reads high. */
static bool reads_high(const struct sb_lcd *lcd, unsigned terminal)
{
    enum sb_level level = level_of(lcd, terminal);

    return level == SB_LEVEL_HIGH || level == SB_LEVEL_FLOATING;
}

/* So has RW, but a board drawn without its wire means the usual jumper to ground. */
static bool is_reading(const struct sb_lcd *lcd)
{
    return (lcd->connected >> RW & 1) && reads_high(lcd, RW);
}

static unsigned first_data_line(const struct sb_lcd_unit *unit)
{
    return unit->model.is_8bit ? D0 : D4;
}

static uint8_t read_bus(const struct sb_lcd *lcd)
{
    unsigned bus = 0;

    for (unsigned i = 0; i < 8; i++)
        bus |= (unsigned)reads_high(lcd, D0 + i) << i;
    return (uint8_t)bus;
}

/* Whichever of the terminals changed last; null when none ever did. */
static const struct sb_terminal *last_changed(const struct sb_lcd *lcd, unsigned first,
                                              unsigned last)
{
    const struct sb_terminal *latest = NULL;

    for (unsigned i = first; i <= last; i++) {
        const struct sb_terminal *terminal = &lcd->part.terminals[i];

        if (terminal->wire->change_count > 0 &&
            (latest == NULL || terminal->wire->changed_ns > latest->wire->changed_ns))
            latest = terminal;
    }
    return latest;
}

/* Latched inputs that float. D0..D3 and RW may be left open altogether. */
static unsigned floating_inputs(const struct sb_lcd *lcd, const struct sb_lcd_unit *unit)
{
    const unsigned may_be_open = 1u << RW | 0xfu << D0;
    unsigned floating = 0;

    for (unsigned i = RS; i <= D7; i++)
        if (level_of(lcd, i) == SB_LEVEL_FLOATING)
            floating |= 1u << i;
    floating &= ~(1u << E) & (lcd->connected | ~may_be_open);
    if (unit->rw)
        floating &= 1u << RS | 1u << RW;
    else if (!unit->model.is_8bit)
        floating &= ~(0xfu << D0);
    return floating;
}

static void set_output(struct sb_lcd *lcd, bool is_on)
{
    lcd->is_output_on = is_on;
    for (unsigned i = lcd->output_first; i <= D7; i++)
        sb_terminal_drive(&lcd->part.terminals[i], is_on ? SB_STRENGTH_STRONG : SB_STRENGTH_NONE,
                          is_on && (lcd->output >> (i - D0) & 1));
}

/* tDDR after E rose, or RELEASE_NS after it fell. */
static void on_output_time(struct sb_timer *timer, void *arg)
{
    struct sb_lcd *lcd = arg;

    (void)timer;
    set_output(lcd, !lcd->is_output_on);
}

static void begin_output(struct sb_lcd *lcd, struct sb_lcd_unit *unit, int64_t now_ns)
{
    sb_timer_stop(&lcd->output_timer);
    if (lcd->is_output_on)
        set_output(lcd, false);
    lcd->output = sb_hd44780_model_read(&unit->model, now_ns, unit->rs);
    lcd->output_first = first_data_line(unit);
    sb_timer_start_at_ns(&lcd->output_timer, now_ns + lcd->limits->read_delay_ns);
}

static void end_output(struct sb_lcd *lcd, int64_t now_ns)
{
    sb_timer_stop(&lcd->output_timer);
    if (lcd->is_output_on)
        sb_timer_start_at_ns(&lcd->output_timer, now_ns + RELEASE_NS);
}

static void enable_rises(struct sb_lcd *lcd, struct sb_lcd_unit *unit)
{
    unit->rs = reads_high(lcd, RS);
    unit->rw = is_reading(lcd);
    sb_hd44780_examiner_rise(&unit->examiner, last_changed(lcd, RS, RW));
    if (unit->rw && !lcd->part.world->is_mirrored) /* else the real one answers */
        begin_output(lcd, unit, sb_world_now_ns(lcd->part.world));
}

static void enable_falls(struct sb_lcd *lcd, struct sb_lcd_unit *unit)
{
    int64_t now_ns = sb_world_now_ns(lcd->part.world);
    uint8_t bus = read_bus(lcd);

    sb_hd44780_examiner_fall(&unit->examiner, !unit->rw,
                             last_changed(lcd, first_data_line(unit), D7));
    sb_hd44780_examiner_floating(&unit->examiner, floating_inputs(lcd, unit));
    sb_hd44780_examiner_strobe(&unit->examiner, &unit->model, unit->rs, unit->rw, bus);
    if (unit->rw)
        end_output(lcd, now_ns);
    if (sb_hd44780_model_strobe(&unit->model, now_ns, unit->rs, unit->rw, bus) != SB_HD44780_DONE)
        return;
    if (!unit->rw)
        sb_hd44780_examiner_executed(&unit->examiner, &unit->model);
    sb_lcd_update_look(lcd);
}

static void enable_changed(struct sb_lcd *lcd, struct sb_lcd_unit *unit, enum sb_level level)
{
    bool is_high = level == SB_LEVEL_HIGH;

    if (is_high == unit->is_high || (level != SB_LEVEL_HIGH && level != SB_LEVEL_LOW))
        return;
    unit->is_high = is_high;
    if (is_high)
        enable_rises(lcd, unit);
    else
        enable_falls(lcd, unit);
}

static void changed(struct sb_part *part, unsigned terminal, enum sb_level level)
{
    struct sb_lcd *lcd = (struct sb_lcd *)part;

    if (!lcd->is_powered)
        return; /* the board's first levels settle */
    if (terminal == E)
        enable_changed(lcd, &lcd->units[0], level);
    else if (terminal == E2 && lcd->unit_count == 2)
        enable_changed(lcd, &lcd->units[1], level);
    else if (terminal == A || terminal == K)
        sb_lcd_update_look(lcd);
    for (unsigned i = 0; i < lcd->unit_count; i++) {
        struct sb_lcd_unit *unit = &lcd->units[i];

        if (terminal == RS || terminal == RW)
            sb_hd44780_examiner_address_changed(&unit->examiner, &part->terminals[terminal]);
        else if (terminal >= first_data_line(unit) && terminal <= D7)
            sb_hd44780_examiner_data_changed(&unit->examiner, &part->terminals[terminal]);
    }
}

static bool is_connected(const struct sb_terminal *terminal)
{
    const struct sb_list *others = &terminal->wire->terminals;

    return others->next->next != others;
}

static int init_geometry(struct sb_lcd *lcd, struct sb_diag *diag)
{
    const struct sb_part *part = &lcd->part;
    double columns = sb_part_attr_number(part, "columns");
    double rows = sb_part_attr_number(part, "rows");

    if (!(columns >= 8 && columns <= 40) || columns != (unsigned)columns)
        return sb_part_error(part, diag, "columns is a whole number from 8 to 40");
    if (rows != 1 && rows != 2 && rows != 4)
        return sb_part_error(part, diag, "rows is 1, 2 or 4");
    lcd->columns = (unsigned)columns;
    lcd->rows = (unsigned)rows;
    lcd->is_split = sb_part_attr_flag(part, "split");
    if (lcd->is_split && (lcd->rows != 1 || lcd->columns % 2 != 0))
        return sb_part_error(part, diag, "split needs one row with an even number of columns");
    lcd->unit_count = lcd->rows == 4 && lcd->columns > 20 ? 2 : 1;
    if (lcd->unit_count == 1 && (lcd->connected >> E2 & 1))
        return sb_part_error(part, diag,
                             "E2 is connected, but only 4 rows of more than 20 columns have it");
    return 0;
}

static int init_wokwi(struct sb_lcd *lcd, struct sb_diag *diag)
{
    const struct sb_part *part = &lcd->part;
    bool is_2004 = strcmp(part->type->name, "wokwi-lcd2004") == 0;

    lcd->columns = is_2004 ? 20 : 16;
    lcd->rows = is_2004 ? 4 : 2;
    lcd->unit_count = 1;
    if (strcmp(sb_part_attr(part, "pins"), "full") != 0)
        return sb_part_error(part, diag,
                             "pins \"i2c\" is not supported in this version; wire RS, E and D4 to "
                             "D7 and leave pins out");
    if (lcd->connected >> SDA)
        return sb_part_error(part, diag, "SDA and SCL are not there with pins \"full\"");
    return 0;
}

static int init(struct sb_part *part, struct sb_diag *diag)
{
    struct sb_lcd *lcd = (struct sb_lcd *)part;
    const char *interface = sb_part_attr(part, "interface-state");

    for (unsigned i = 0; i < part->type->terminal_count; i++)
        lcd->connected |= (unsigned)is_connected(&part->terminals[i]) << i;
    if (strcmp(sb_part_attr(part, "variant"), "A00") != 0)
        return sb_part_error(part, diag,
                             "variant \"A02\" is not supported in this version; only \"A00\" is");
    lcd->rom = SB_HD44780_ROM_A00;
    lcd->limits = strcmp(sb_part_attr(part, "voltage"), "5") == 0 ? &sb_hd44780_limits_5v
                                                                  : &sb_hd44780_limits_3v3;
    lcd->interface = SB_HD44780_AFTER_RESET;
    if (strcmp(interface, "8bit") == 0)
        lcd->interface = SB_HD44780_8BIT;
    else if (strcmp(interface, "4bit") == 0)
        lcd->interface = SB_HD44780_4BIT;
    else if (strcmp(interface, "4bit-half") == 0)
        lcd->interface = SB_HD44780_4BIT_HALF;
    sb_timer_init(&lcd->output_timer, on_output_time, lcd);
    if (strcmp(part->type->name, "softboard-lcd") == 0)
        return init_geometry(lcd, diag);
    return init_wokwi(lcd, diag);
}

static void start(struct sb_part *part)
{
    struct sb_lcd *lcd = (struct sb_lcd *)part;

    for (unsigned i = 0; i < lcd->unit_count; i++) {
        struct sb_lcd_unit *unit = &lcd->units[i];

        sb_hd44780_model_start(&unit->model, sb_world_now_ns(part->world), lcd->interface);
        sb_hd44780_examiner_start(&unit->examiner, part, lcd->limits);
        unit->is_high = level_of(lcd, i == 0 ? E : E2) == SB_LEVEL_HIGH;
    }
    lcd->is_powered = true;
    sb_lcd_update_look(lcd);
}

static void deinit(struct sb_part *part)
{
    sb_timer_stop(&((struct sb_lcd *)part)->output_timer);
}

bool sb_part_is_hd44780(const struct sb_part *part)
{
    return part->type->changed == changed;
}

static const struct sb_part_pin lcd_pins[] = {
    {"VSS", VSS, SB_ROLE_PASSIVE},  {"VDD", VDD, SB_ROLE_PASSIVE},  {"V0", V0, SB_ROLE_PASSIVE},
    {"RS", RS, SB_ROLE_SIGNAL},     {"RW", RW, SB_ROLE_SIGNAL},     {"E", E, SB_ROLE_SIGNAL},
    {"D0", D0, SB_ROLE_SIGNAL},     {"D1", D0 + 1, SB_ROLE_SIGNAL}, {"D2", D0 + 2, SB_ROLE_SIGNAL},
    {"D3", D0 + 3, SB_ROLE_SIGNAL}, {"D4", D0 + 4, SB_ROLE_SIGNAL}, {"D5", D0 + 5, SB_ROLE_SIGNAL},
    {"D6", D0 + 6, SB_ROLE_SIGNAL}, {"D7", D0 + 7, SB_ROLE_SIGNAL}, {"A", A, SB_ROLE_PASSIVE},
    {"K", K, SB_ROLE_PASSIVE},      {"E2", E2, SB_ROLE_SIGNAL},     {NULL, 0, SB_ROLE_SIGNAL},
};

/* The pins of the backpack are known, so that attribute "pins" can be spoken of. */
static const struct sb_part_pin wokwi_pins[] = {
    {"VSS", VSS, SB_ROLE_PASSIVE},  {"VDD", VDD, SB_ROLE_PASSIVE},  {"V0", V0, SB_ROLE_PASSIVE},
    {"RS", RS, SB_ROLE_SIGNAL},     {"RW", RW, SB_ROLE_SIGNAL},     {"E", E, SB_ROLE_SIGNAL},
    {"D0", D0, SB_ROLE_SIGNAL},     {"D1", D0 + 1, SB_ROLE_SIGNAL}, {"D2", D0 + 2, SB_ROLE_SIGNAL},
    {"D3", D0 + 3, SB_ROLE_SIGNAL}, {"D4", D0 + 4, SB_ROLE_SIGNAL}, {"D5", D0 + 5, SB_ROLE_SIGNAL},
    {"D6", D0 + 6, SB_ROLE_SIGNAL}, {"D7", D0 + 7, SB_ROLE_SIGNAL}, {"A", A, SB_ROLE_PASSIVE},
    {"K", K, SB_ROLE_PASSIVE},      {"GND", VSS, SB_ROLE_PASSIVE},  {"VCC", VDD, SB_ROLE_PASSIVE},
    {"SDA", SDA, SB_ROLE_PASSIVE},  {"SCL", SCL, SB_ROLE_PASSIVE},  {NULL, 0, SB_ROLE_SIGNAL},
};

static const struct sb_part_attr lcd_attrs[] = {
    {"columns", SB_ATTR_NUMBER, "16", NULL, "8 to 40"},
    {"rows", SB_ATTR_NUMBER, "2", NULL, "1, 2 or 4"},
    {"split", SB_ATTR_FLAG, "", NULL, "one row whose right half is the controller's second line"},
    {"color", SB_ATTR_TEXT, "black", NULL, "colour of the text"},
    {"background", SB_ATTR_TEXT, "green", NULL, "colour of the glass"},
    {"variant", SB_ATTR_CHOICE, "A00", "A00 A02", "character set; only A00 so far"},
    {"voltage", SB_ATTR_CHOICE, "5", "5 3.3", "supply in volts, for the limits of timing"},
    {"interface-state", SB_ATTR_CHOICE, "reset", "reset 8bit 4bit 4bit-half",
     "the controller as the program finds it: after a reset that worked, or left in any state"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static const struct sb_part_attr wokwi_attrs[] = {
    {"pins", SB_ATTR_CHOICE, "full", "full i2c", "only full so far"},
    {"i2cAddress", SB_ATTR_TEXT, "0x27", NULL, "of pins \"i2c\""},
    {"i2c-address", SB_ATTR_TEXT, "0x27", NULL, "of pins \"i2c\""},
    {"color", SB_ATTR_TEXT, "black", NULL, "colour of the text"},
    {"background", SB_ATTR_TEXT, "green", NULL, "colour of the glass"},
    {"variant", SB_ATTR_CHOICE, "A00", "A00 A02", "character set; only A00 so far"},
    {"voltage", SB_ATTR_CHOICE, "5", "5 3.3", "supply in volts, for the limits of timing"},
    {"interface-state", SB_ATTR_CHOICE, "reset", "reset 8bit 4bit 4bit-half",
     "the controller as the program finds it: after a reset that worked, or left in any state"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

#define LCD_TYPE(type_name, type_summary, type_pins, count, type_attrs)                  \
    {                                                                                    \
        .name = (type_name), .summary = (type_summary), .pins = (type_pins),             \
        .terminal_count = (count), .attrs = (type_attrs), .size = sizeof(struct sb_lcd), \
        .init = init, .start = start, .changed = changed, .read_line = sb_lcd_read_line, \
        .deinit = deinit,                                                                \
    }

static const struct sb_part_type lcd1602 = LCD_TYPE("wokwi-lcd1602", "character LCD, 16x2",
                                                    wokwi_pins, WOKWI_COUNT, wokwi_attrs);
static const struct sb_part_type lcd2004 = LCD_TYPE("wokwi-lcd2004", "character LCD, 20x4",
                                                    wokwi_pins, WOKWI_COUNT, wokwi_attrs);
static const struct sb_part_type lcd = LCD_TYPE("softboard-lcd", "character LCD, 8x1 to 40x4",
                                                lcd_pins, LCD_COUNT, lcd_attrs);

const struct sb_part_type *const sb_parts_hd44780[] = {&lcd1602, &lcd2004, &lcd, NULL};
