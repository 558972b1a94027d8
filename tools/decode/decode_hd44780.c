/* SPDX-License-Identifier: MIT */
/*
 * Decodes a recording of an LCD's bus by playing it to the simulated LCD: a world of two parts, the
 * trace player and the display, under a virtual clock. The display is first brought into the state that
 * the real one was in when the recording began, by the strobes that any program would send.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/loop.h"
#include "lib/task.h"
#include "sim/parts/part_hd44780.h"
#include "sim/parts/part_trace.h"
#include "sim/world.h"
#include "tools/decode/decode.h"
#include "tools/decode/decode_loop.h"
#include "tools/decode/lcd_capture.h"
#include "tools/decode/lcd_print.h"

struct decoder {
    const struct decode_options *options;
    struct sb_diag *diag;
    struct lcd_capture capture;
    struct sb_world *world;
    struct sb_part *player;
    struct sb_part *lcd;
    int64_t base_ns; /* world time of the recording's time 0 */
    bool is_judging;
    struct lcd_report report;
};

/* ---- violations */

/*
 * Whether a recording can prove the violation. It has neither power-up nor floating lines, and an edge
 * may have come up to one sample before its time, so that only what is too short even with a sample
 * more is certain. A display that was asked for its busy flag has said itself when it was ready.
 */
static bool is_certain(const struct decoder *decoder, const struct sb_violation *violation)
{
    const struct lcd_capture *capture = &decoder->capture;
    struct sb_terminal *enable = sb_world_terminal(decoder->world, "lcd:E");

    switch (violation->rule) {
    case SB_RULE_LCD_POWER_UP:
    case SB_RULE_LCD_FLOATING_INPUT:
    case SB_RULE_INPUT_FLOATING:
    case SB_RULE_WIRE_CONFLICT:
        return false;
    case SB_RULE_LCD_BUSY:
        if (capture->has_status_reads)
            return false;
        break;
    case SB_RULE_LCD_ADDRESS_HOLD:
        /* Seen between two samples in which E was high. */
        if (sb_terminal_level(enable) == SB_LEVEL_HIGH)
            return true;
        break;
    default:
        break;
    }
    return violation->measured_ns < 0 ||
           violation->measured_ns + capture->resolution_ns < violation->limit_ns;
}

static void take_violation(const struct sb_violation *violation, void *arg)
{
    struct decoder *decoder = arg;
    struct lcd_report *report = &decoder->report;

    if (!decoder->is_judging)
        return;
    /*
     * What was written too early for the datasheet's oscillator would be lost on this display, but the
     * recorded one may be faster, and has to be believed to have taken what its program sent.
     */
    if (violation->rule == SB_RULE_LCD_BUSY)
        ((struct sb_hd44780_model *)(uintptr_t)sb_part_hd44780_model(decoder->lcd, 0))
            ->busy_until_ns = violation->time_ns;
    if (!is_certain(decoder, violation))
        return;
    if (report->violation_count < LCD_VIOLATIONS_KEPT) {
        report->violations[report->violation_count] = *violation;
        report->violations[report->violation_count].time_ns -= decoder->base_ns;
    }
    report->violation_count++;
}

/* ---- the state at the start */

static struct sb_terminal *line(const struct decoder *decoder, unsigned role)
{
    char endpoint[16];

    snprintf(endpoint, sizeof(endpoint), "player:%s", lcd_role_name(role));
    return sb_world_terminal(decoder->world, endpoint);
}

/* Puts four bits on D7..D4, strobes E, and waits. */
static int write_half(const struct decoder *decoder, bool rs, uint8_t half, int64_t wait_us)
{
    sb_terminal_drive(line(decoder, LCD_RS), SB_STRENGTH_RESISTIVE, rs);
    for (unsigned i = 0; i < 4; i++)
        sb_terminal_drive(line(decoder, LCD_D4 + i), SB_STRENGTH_RESISTIVE, half >> i & 1);
    sb_delay_us(1);
    sb_terminal_drive(line(decoder, LCD_E), SB_STRENGTH_RESISTIVE, true);
    sb_delay_us(1);
    sb_terminal_drive(line(decoder, LCD_E), SB_STRENGTH_RESISTIVE, false);
    return sb_sleep_us(wait_us);
}

static int write_byte(const struct decoder *decoder, bool rs, uint8_t byte)
{
    int rc = write_half(decoder, rs, byte >> 4, 1);

    return rc < 0 ? rc : write_half(decoder, rs, byte & 0xf, 2000);
}

/*
 * Writes what a program would to leave the display empty and in the state that `capture` tells: as
 * after power-on, or as any program has it while it shows text. The CGRAM is cleared too, since nothing
 * is known of it.
 */
static int prepare_display(struct decoder *decoder)
{
    static const uint8_t sync[] = {3, 3, 3, 2};
    enum lcd_start_kind kind = decoder->capture.start;
    bool is_reset = kind == LCD_START_RESET;
    bool is_8bit = is_reset || kind == LCD_START_RUNNING_8BIT;
    bool has_two_lines = !is_reset && decoder->options->rows > 1;
    const uint8_t state[] = {
        0x01,                                                             /* clear, address 0 */
        0x06,                                                             /* increment, no shift */
        is_reset ? 0x08 : 0x0c,                                           /* display off or on */
        (uint8_t)(0x20 | (is_8bit ? 0x10 : 0) | (has_two_lines ? 8 : 0)), /* the last of 4 bits */
    };
    int rc = sb_sleep_ms(100);

    if (decoder->capture.channels[LCD_RW] >= 0)
        sb_terminal_drive(line(decoder, LCD_RW), SB_STRENGTH_RESISTIVE, false);
    for (size_t i = 0; i < sizeof(sync) && rc == 0; i++)
        rc = write_half(decoder, false, sync[i], 5000);
    if (rc == 0)
        rc = write_byte(decoder, false, 0x28);
    if (rc == 0)
        rc = write_byte(decoder, false, 0x40);
    for (size_t i = 0; i < SB_HD44780_CGRAM_SIZE && rc == 0; i++)
        rc = write_byte(decoder, true, 0);
    for (size_t i = 0; i < sizeof(state) && rc == 0; i++)
        rc = write_byte(decoder, false, state[i]);
    return rc;
}

/* ---- the world */

static int add_player(struct decoder *decoder)
{
    char channels[LCD_ROLE_COUNT * 12] = "";
    char from[32];
    char rate[32];
    const char *attrs[][2] = {
        {"channels", channels}, {"from", from}, {"samplerate", rate}, {"drive", "resistive"}};
    const struct sb_part_spec spec = {
        .type = "softboard-trace",
        .id = "player",
        .attrs = (const char *const(*)[2])attrs,
        .attr_count = sizeof(attrs) / sizeof(attrs[0]),
    };

    for (unsigned i = 0; i < LCD_ROLE_COUNT; i++) {
        size_t used = strlen(channels);

        if (decoder->capture.channels[i] >= 0)
            snprintf(channels + used, sizeof(channels) - used, "%s%s=#%d", used ? "," : "",
                     lcd_role_name(i), decoder->capture.channels[i]);
    }
    snprintf(from, sizeof(from), "%.9f", (double)decoder->capture.from_ns / 1e9);
    snprintf(rate, sizeof(rate), "%lld", (long long)decoder->options->samplerate_hz);
    return sb_world_add_part(decoder->world, &spec, &decoder->player, decoder->diag);
}

static int add_lcd(struct decoder *decoder)
{
    char columns[16];
    char rows[16];
    const char *attrs[][2] = {{"columns", columns}, {"rows", rows}};
    const struct sb_part_spec spec = {
        .type = "softboard-lcd",
        .id = "lcd",
        .attrs = (const char *const(*)[2])attrs,
        .attr_count = sizeof(attrs) / sizeof(attrs[0]),
    };

    snprintf(columns, sizeof(columns), "%u", decoder->options->columns);
    snprintf(rows, sizeof(rows), "%u", decoder->options->rows);
    return sb_world_add_part(decoder->world, &spec, &decoder->lcd, decoder->diag);
}

static int build_world(struct decoder *decoder)
{
    int rc = add_player(decoder);

    if (rc == 0)
        rc = add_lcd(decoder);
    for (unsigned i = 0; i < LCD_ROLE_COUNT && rc == 0; i++) {
        char endpoint[16];

        if (decoder->capture.channels[i] < 0)
            continue;
        snprintf(endpoint, sizeof(endpoint), "lcd:%s", lcd_role_name(i));
        rc = sb_world_connect(decoder->world, line(decoder, i),
                              sb_world_terminal(decoder->world, endpoint), "");
    }
    decoder->world->examiner.fn = take_violation;
    decoder->world->examiner.arg = decoder;
    return rc < 0 ? rc : sb_world_start(decoder->world, decoder->diag);
}

/* Plays the file to its end. */
static int play_file(struct decoder *decoder)
{
    struct sb_part *player = decoder->player;
    char text[512];
    int rc;

    decoder->base_ns = sb_world_now_ns(decoder->world) - decoder->capture.from_ns;
    decoder->is_judging = true;
    rc = player->type->play(player, decoder->options->file, NULL, decoder->diag);
    if (rc < 0)
        return rc;
    rc = sb_part_trace_wait(player);
    if (rc < 0 && sb_part_trace_failed(player, text, sizeof(text)))
        sb_diag_error(decoder->diag, (struct sb_place){.file = NULL}, "%s", text);
    return rc;
}

static int run_world(void *arg)
{
    struct decoder *decoder = arg;
    int rc;

    decoder->world = sb_world_create(sb_loop_current(), 0);
    if (!decoder->world)
        return -ENOMEM;
    rc = build_world(decoder);
    if (rc == 0)
        rc = prepare_display(decoder);
    if (rc == 0)
        rc = play_file(decoder);
    if (rc == 0 && decoder->options->is_json)
        lcd_print_json(decoder->lcd, &decoder->report);
    else if (rc == 0)
        lcd_print_screen(decoder->lcd, &decoder->report);
    sb_world_destroy(decoder->world);
    return rc;
}

int decode_hd44780(const struct decode_options *options, struct sb_diag *diag)
{
    struct decoder decoder = {.options = options, .diag = diag};
    int rc;

    if (options->channel)
        return sb_diag_error(diag, (struct sb_place){.file = NULL},
                             "--channel: an LCD has several; say --map rs=NAME,e=NAME,d4=NAME,...");
    if (!options->file)
        return sb_diag_error(diag, (struct sb_place){.file = NULL}, "no FILE to decode");
    rc = lcd_capture_read(&decoder.capture, options, diag);
    if (rc < 0)
        return rc;
    decoder.report.file = options->file;
    decoder.report.strobe_count = decoder.capture.strobe_count;
    return decode_in_loop(run_world, &decoder, options, diag);
}
