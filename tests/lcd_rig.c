/* SPDX-License-Identifier: MIT */
/* The bench for character LCDs: see lcd_rig.h. */
#include "tests/lcd_rig.h"

#include <stdio.h>
#include <string.h>

#include "tests/support.h"

static const char *const names[LCD_PIN_COUNT] = {
    "RS", "RW", "E", "D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "E2", "A", "K", "SDA",
};

static bool has_word(const char *words, const char *word)
{
    size_t size = strlen(word);

    for (const char *at = words; (at = strstr(at, word)) != NULL; at += size)
        if ((at == words || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

static int add_lcd(struct lcd_rig *rig, const struct lcd_rig_config *config)
{
    char text[128] = "";
    const char *attrs[8][2];
    unsigned count = 0;
    char *rest = NULL;
    struct sb_part_spec spec = {
        .type = config->type != NULL ? config->type : "wokwi-lcd1602",
        .id = "lcd1",
        .place = {"board.json", 3, 5},
        .attrs = (const char *const(*)[2])attrs,
    };

    if (config->attrs != NULL)
        snprintf(text, sizeof text, "%s", config->attrs);
    for (char *word = strtok_r(text, " ", &rest); word != NULL && count < 8;
         word = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(word, '=');

        *equals = '\0';
        attrs[count][0] = word;
        attrs[count++][1] = equals + 1;
    }
    spec.attr_count = count;
    return sb_world_add_part(rig->world, &spec, &rig->lcd, &rig->diag);
}

int lcd_rig_open(struct lcd_rig *rig, const struct lcd_rig_config *config)
{
    const char *wires = config->wires != NULL ? config->wires : "RS E D4 D5 D6 D7";
    const struct sb_part_spec pi = {
        .type = "softboard-raspberry-pi", .id = "pi", .hide = true}; /* would lie under the LCD */
    struct sb_part *part;
    char end[32];
    int rc;

    memset(rig, 0, sizeof *rig);
    rig->enable = E;
    sb_diag_init(&rig->diag, NULL, NULL);
    rig->world = sb_world_create(test_loop(), 1);
    rc = add_lcd(rig, config);
    if (rc < 0)
        return rc;
    sb_world_add_part(rig->world, &pi, &part, &rig->diag);
    for (int i = 0; i < LCD_PIN_COUNT; i++) {
        if (!has_word(wires, names[i]))
            continue;
        snprintf(end, sizeof end, "lcd1:%s", names[i]);
        rig->pins[i] = &part->terminals[i < 4 ? 20 + i : i]; /* the first four have pull-ups */
        sb_world_connect(rig->world, rig->pins[i], sb_world_terminal(rig->world, end), "");
        sb_terminal_drive(rig->pins[i], SB_STRENGTH_STRONG, i == A);
    }
    rig->is_8bit = rig->pins[D0] != NULL;
    return sb_world_start(rig->world, &rig->diag);
}

void lcd_rig_close(struct lcd_rig *rig)
{
    sb_world_destroy(rig->world);
}

void lcd_rig_set(struct lcd_rig *rig, enum lcd_pin pin, bool level)
{
    if (rig->pins[pin] != NULL)
        sb_terminal_drive(rig->pins[pin], SB_STRENGTH_STRONG, level);
}

void lcd_rig_release(struct lcd_rig *rig, enum lcd_pin pin)
{
    sb_terminal_drive(rig->pins[pin], SB_STRENGTH_NONE, false);
}

enum sb_level lcd_rig_level(const struct lcd_rig *rig, enum lcd_pin pin)
{
    return sb_terminal_level(rig->pins[pin]);
}

void lcd_rig_strobe(struct lcd_rig *rig, bool rs, uint8_t bits)
{
    lcd_rig_set(rig, RS, rs);
    for (unsigned i = 0; i < 8; i++)
        lcd_rig_set(rig, (enum lcd_pin)(D0 + i), bits >> i & 1);
    sb_delay_ns(500);
    lcd_rig_set(rig, rig->enable, true);
    sb_delay_ns(1000);
    lcd_rig_set(rig, rig->enable, false);
    sb_delay_ns(500);
}

void lcd_rig_send(struct lcd_rig *rig, bool rs, uint8_t byte)
{
    lcd_rig_strobe(rig, rs, byte);
    if (!rig->is_8bit)
        lcd_rig_strobe(rig, rs, (uint8_t)(byte << 4));
}

void lcd_rig_command(struct lcd_rig *rig, uint8_t byte)
{
    lcd_rig_send(rig, false, byte);
    sb_delay_us(byte < 4 ? 1520 : 37);
}

void lcd_rig_data(struct lcd_rig *rig, uint8_t byte)
{
    lcd_rig_send(rig, true, byte);
    sb_delay_us(41);
}

void lcd_rig_text(struct lcd_rig *rig, const char *bytes)
{
    for (; *bytes != '\0'; bytes++)
        lcd_rig_data(rig, (uint8_t)*bytes);
}

void lcd_rig_start(struct lcd_rig *rig)
{
    static const uint8_t rest[] = {0x08, 0x01, 0x06, 0x0c};

    sb_sleep_ms(40);
    lcd_rig_strobe(rig, false, 0x38);
    sb_delay_us(4100);
    lcd_rig_strobe(rig, false, 0x38);
    sb_delay_us(100);
    lcd_rig_strobe(rig, false, 0x38);
    sb_delay_us(37);
    if (!rig->is_8bit) {
        lcd_rig_strobe(rig, false, 0x20);
        sb_delay_us(37);
    }
    lcd_rig_command(rig, rig->is_8bit ? 0x38 : 0x28);
    for (size_t i = 0; i < sizeof rest; i++)
        lcd_rig_command(rig, rest[i]);
}

static uint8_t read_strobe(struct lcd_rig *rig)
{
    unsigned bits = 0;

    lcd_rig_set(rig, rig->enable, true);
    sb_delay_ns(500);
    for (unsigned i = rig->is_8bit ? 0 : 4; i < 8; i++)
        bits |= (unsigned)(lcd_rig_level(rig, (enum lcd_pin)(D0 + i)) == SB_LEVEL_HIGH) << i;
    lcd_rig_set(rig, rig->enable, false);
    sb_delay_ns(500);
    return (uint8_t)bits;
}

uint8_t lcd_rig_read(struct lcd_rig *rig, bool rs)
{
    uint8_t byte;

    for (unsigned i = rig->is_8bit ? D0 : D4; i <= D7; i++)
        lcd_rig_release(rig, (enum lcd_pin)i);
    lcd_rig_set(rig, RS, rs);
    lcd_rig_set(rig, RW, true);
    sb_delay_ns(100);
    byte = read_strobe(rig);
    if (!rig->is_8bit)
        byte |= read_strobe(rig) >> 4;
    lcd_rig_set(rig, RW, false);
    return byte;
}

const char *lcd_rig_line(const struct lcd_rig *rig, unsigned line)
{
    static char out[200];
    int rc = rig->lcd->type->read_line(rig->lcd, line, out, sizeof out);

    return rc < 0 ? "no such line" : out;
}

const char *lcd_rig_violation(const struct lcd_rig *rig)
{
    const struct sb_examiner *examiner = &rig->world->examiner;

    return examiner->count == 0 ? "" : examiner->kept[examiner->count - 1].text;
}

void lcd_rig_check_violation(struct lcd_rig *rig, uint64_t count, enum sb_rule rule,
                             int64_t measured_ns, int64_t limit_ns)
{
    const struct sb_examiner *examiner = &rig->world->examiner;

    check_int(examiner->count, count);
    if (examiner->count == 0)
        return;
    check_int(examiner->kept[examiner->count - 1].rule, rule);
    check_int(examiner->kept[examiner->count - 1].measured_ns, measured_ns);
    check_int(examiner->kept[examiner->count - 1].limit_ns, limit_ns);
}
