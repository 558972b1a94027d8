/* SPDX-License-Identifier: MIT */
/*
 * The LCD driver on pins that record, with a small decoder behind them that rebuilds what a controller
 * would hold. The decoder also measures: whatever is too short, too early or sent to a busy
 * controller makes the test fail. spec/drivers.md 10 and 20.4.
 */
#include "drivers/hd44780.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/event.h"
#include "lib/hal/pin.h"
#include "lib/timeout.h"
#include "tests/support.h"

/* ---- the controllers */

struct chip {
    bool is_8_bit;
    bool has_half; /* of a byte, on four lines */
    uint8_t half;
    bool is_half_read;
    bool is_cgram;
    unsigned ac;
    unsigned shift; /* to the left */
    uint8_t function;
    uint8_t control;
    uint8_t entry;
    uint8_t ddram[0x80];
    uint8_t cgram[0x40];
    int64_t busy_until_ns;
};

enum { RS, RW, E0, E1, D0, D7 = D0 + 7, BACKLIGHT, LINE_COUNT };

static struct rig {
    struct sb_pin pins[LINE_COUNT];
    bool levels[LINE_COUNT];
    int64_t changed_ns[LINE_COUNT];
    struct chip chips[2];
    unsigned width;
    int64_t fell_ns;    /* E, last */
    int64_t execute_ns; /* what the controller takes */
    bool notes_strobes;
    bool notes_bytes;
    unsigned byte_count;
    int writes_left; /* until pins fail; negative: never */
    char complaint[128];
} rig;

static struct sb_hd44780 lcd;
static struct sb_hd44780_config config;

static void complain(const char *what)
{
    if (rig.complaint[0] == '\0')
        snprintf(rig.complaint, sizeof(rig.complaint), "%s at %lld ns", what,
                 (long long)sb_now_ns());
}

static unsigned line_start(unsigned ac)
{
    return ac & 0x40;
}

static void step_ac(struct chip *chip)
{
    bool is_two_line = (chip->function & 0x08) != 0;

    if (chip->is_cgram) {
        chip->ac = (chip->ac + 1) & 0x3f;
        return;
    }
    chip->ac++;
    if (is_two_line && chip->ac - line_start(chip->ac) == 0x28)
        chip->ac = line_start(chip->ac) ^ 0x40;
    if (!is_two_line && chip->ac == 0x50)
        chip->ac = 0;
}

static void execute_command(struct chip *chip, uint8_t byte)
{
    unsigned size = (chip->function & 0x08) != 0 ? 40 : 80;

    if (byte >= 0x80) {
        chip->ac = byte & 0x7f;
        chip->is_cgram = false;
    } else if (byte >= 0x40) {
        chip->ac = byte & 0x3f;
        chip->is_cgram = true;
    } else if (byte >= 0x20) {
        chip->function = byte;
        chip->is_8_bit = (byte & 0x10) != 0;
        chip->has_half = false;
    } else if (byte >= 0x18) {
        chip->shift = (chip->shift + ((byte & 4) != 0 ? size - 1 : 1)) % size;
    } else if (byte >= 0x10) {
        chip->ac++;
    } else if (byte >= 0x08) {
        chip->control = byte;
    } else if (byte >= 0x04) {
        chip->entry = byte;
    } else {
        if (byte == 1)
            memset(chip->ddram, ' ', sizeof(chip->ddram));
        chip->shift = 0;
        chip->ac = 0;
        chip->is_cgram = false;
    }
}

static void execute(struct chip *chip, bool is_data, uint8_t byte)
{
    bool is_long = !is_data && byte <= 3;

    if (sb_now_ns() < chip->busy_until_ns)
        complain("a byte for a busy controller");
    chip->busy_until_ns = sb_now_ns() + (is_long ? 1520 * SB_US_NS : rig.execute_ns);
    rig.byte_count++;
    if (rig.notes_bytes)
        note("%c%02x", is_data ? 'd' : 'c', byte);
    if (!is_data)
        execute_command(chip, byte);
    else if (chip->is_cgram)
        chip->cgram[chip->ac] = byte;
    else
        chip->ddram[chip->ac] = byte;
    if (is_data)
        step_ac(chip);
}

/* E has fallen: takes what is on the lines, of which only D7 to D4 may be wired. */
static void latch(struct chip *chip)
{
    uint8_t bits = 0;

    if (rig.levels[RW]) {
        chip->is_half_read = !chip->is_8_bit && !chip->is_half_read;
        return;
    }
    if (chip->is_half_read)
        complain("a write between the halves of a read");
    for (unsigned line = 8 - rig.width; line < 8; line++)
        bits |= (uint8_t)(rig.levels[D0 + line] << line);
    if (rig.notes_strobes)
        note("%g %c%X", (double)sb_now_ns() / 1e6, rig.levels[RS] ? 'D' : 'C',
             rig.width == 8 ? bits : bits >> 4);
    if (chip->is_8_bit) {
        execute(chip, rig.levels[RS], bits);
    } else if (!chip->has_half) {
        chip->half = bits & 0xf0;
        chip->has_half = true;
    } else {
        chip->has_half = false;
        execute(chip, rig.levels[RS], (uint8_t)(chip->half | bits >> 4));
    }
}

/* ---- the pins */

static int line_of(const struct sb_pin *pin)
{
    return (int)(pin - rig.pins);
}

static int rig_configure(struct sb_pin *pin, unsigned flags)
{
    (void)pin;
    (void)flags;
    return 0;
}

static int rig_read(struct sb_pin *pin)
{
    const struct chip *chip = &rig.chips[rig.levels[E1] ? 1 : 0];

    check_int(line_of(pin), D7);
    if (!rig.levels[RW] || rig.levels[RS] || !(rig.levels[E0] || rig.levels[E1]) ||
        chip->is_half_read)
        complain("a read of what is not the busy flag");
    return sb_now_ns() < chip->busy_until_ns;
}

static void check_steady_before_edge(void)
{
    for (int line = RS; line <= D7; line++)
        if (line != E0 && line != E1 && sb_now_ns() - rig.changed_ns[line] < SB_US_NS)
            complain("less than 1 us between a line and E");
}

static int rig_write(struct sb_pin *pin, bool level)
{
    int line = line_of(pin);
    bool is_e = line == E0 || line == E1;

    if (rig.writes_left == 0)
        return -EIO;
    if (rig.writes_left > 0)
        rig.writes_left--;
    if (line > E1 && line <= D7 && rig.levels[RW])
        complain("a data line driven against the controller");
    if (rig.levels[line] == level)
        return 0;
    rig.levels[line] = level;
    if (is_e) {
        check_steady_before_edge();
        if (!level && sb_now_ns() - rig.changed_ns[line] < SB_US_NS)
            complain("E high for less than 1 us");
    } else if (line < BACKLIGHT && sb_now_ns() - rig.fell_ns < SB_US_NS) {
        complain("a line changed less than 1 us after E");
    }
    rig.changed_ns[line] = sb_now_ns();
    if (is_e && !level) {
        rig.fell_ns = sb_now_ns();
        latch(&rig.chips[line - E0]);
    }
    return 0;
}

static void rig_close(struct sb_pin *pin)
{
    (void)pin;
}

/* ---- a display on them */

static void rig_init(unsigned columns, unsigned rows, unsigned width)
{
    static const struct sb_pin_ops ops = {
        .configure = rig_configure,
        .read = rig_read,
        .write = rig_write,
        .close = rig_close,
    };

    rig = (struct rig){.width = width, .execute_ns = 37 * SB_US_NS, .writes_left = -1};
    for (int line = 0; line < LINE_COUNT; line++) {
        sb_pin_init(&rig.pins[line], NULL, "line", &ops);
        sb_pin_configure(&rig.pins[line], SB_PIN_OUTPUT);
        rig.changed_ns[line] = -SB_S_NS;
    }
    rig.fell_ns = -SB_S_NS;
    for (int i = 0; i < 2; i++) {
        rig.chips[i].is_8_bit = true;
        memset(rig.chips[i].ddram, 0xa5, sizeof(rig.chips[i].ddram));
        memset(rig.chips[i].cgram, 0xff, sizeof(rig.chips[i].cgram));
    }
    config = (struct sb_hd44780_config){
        .pins = {.rs = &rig.pins[RS], .e = {&rig.pins[E0]}},
        .columns = columns,
        .rows = rows,
    };
    for (unsigned line = 8 - width; line < 8; line++)
        config.pins.d[line] = &rig.pins[D0 + line];
}

static int setup(void **state)
{
    (void)state;
    rig_init(16, 2, 4);
    return 0;
}

static void start_lcd(void)
{
    check_int(sb_hd44780_init(&lcd, &config), 0);
    check_int(sb_hd44780_start(&lcd), 0);
}

/* What a viewer sees in a row of a display of one controller and two lines. */
static const char *seen(unsigned row)
{
    static char text[4][SB_HD44780_CELLS_MAX];
    const struct chip *chip = &rig.chips[0];

    for (unsigned column = 0; column < config.columns; column++)
        text[row][column] = (char)chip->ddram[row * 0x40 + (column + chip->shift) % 40];
    return text[row];
}

static void check_good(void)
{
    check_text(rig.complaint, "");
    rig.complaint[0] = '\0';
}

/* ---- initialisation */

static int trace_start(void *arg)
{
    (void)arg;
    rig.notes_strobes = true;
    start_lcd();
    check_good();
    check_int(rig.chips[0].control, 0x0c);
    check_int(rig.chips[0].entry, 0x06);
    check_text(seen(0), "                ");
    return 0;
}

static void l2_the_initialisation_of_four_lines_is_the_data_sheets(void **state)
{
    (void)state;
    run_in_loop(trace_start, NULL);
    assert_string_equal(notes(), "50.003 C3 | 55.005 C3 | 55.157 C3 | 55.209 C2 | "
                                 "55.261 C2 | 55.264 C8 | 55.316 C0 | 55.319 C8 | "
                                 "55.371 C0 | 55.374 C1 | 57.376 C0 | 57.379 C6 | "
                                 "57.431 C0 | 57.434 CC");
}

static void l2_the_initialisation_of_eight_lines_is_the_data_sheets(void **state)
{
    (void)state;
    rig_init(16, 2, 8);
    run_in_loop(trace_start, NULL);
    assert_string_equal(notes(), "50.003 C30 | 55.005 C30 | 55.157 C30 | 55.209 C38 | "
                                 "55.261 C8 | 55.313 C1 | 57.315 C6 | 57.367 CC");
}

static int start_and_print(void *arg)
{
    (void)arg;
    start_lcd();
    check_int(rig.chips[0].function, 0x28);
    check_int(rig.chips[0].has_half, false);
    sb_hd44780_print(&lcd, 1, 3, "Hello");
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(seen(0), "                ");
    check_text(seen(1), "   Hello        ");
    check_good();
    return 0;
}

static void l2_the_initialisation_works_from_every_state_of_the_interface(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 18; i++) {
        rig_init(16, 2, 4);
        rig.chips[0].is_8_bit = i == 0;
        rig.chips[0].has_half = i >= 2;
        rig.chips[0].half = (uint8_t)((i - 2) << 4);
        run_in_loop(start_and_print, NULL);
    }
}

static int start_twice(void *arg)
{
    (void)arg;
    start_lcd();
    sb_hd44780_print(&lcd, 0, 0, "kept");
    check_int(sb_hd44780_flush(&lcd), 0);
    check_int(sb_hd44780_start(&lcd), 0);
    check_text(seen(0), "                ");
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(seen(0), "kept            ");
    check_good();
    return 0;
}

static void a_second_start_shows_the_same_again(void **state)
{
    (void)state;
    run_in_loop(start_twice, NULL);
}

static int own_times(void *arg)
{
    (void)arg;
    rig.notes_strobes = true;
    config.power_up_ms = 100;
    config.execute_us = 300;
    config.clear_us = 3000;
    start_lcd();
    check_int(rig.chips[0].busy_until_ns / SB_US_NS, 109517 + 37);
    check_good();
    return 0;
}

static void waits_are_those_of_the_config(void **state)
{
    (void)state;
    rig_init(16, 2, 8);
    run_in_loop(own_times, NULL);
    assert_string_equal(notes(), "100.003 C30 | 105.005 C30 | 105.307 C30 | 105.609 C38 | "
                                 "105.911 C8 | 106.213 C1 | 109.215 C6 | 109.517 CC");
}

/* ---- geometries */

struct geometry {
    unsigned columns;
    unsigned rows;
    bool is_split;
    uint8_t function;
    struct {
        unsigned chip;
        unsigned address;
    } starts[4]; /* of rows; of halves when split */
};

static const struct geometry geometries[] = {
    {8, 1, false, 0x20, {{0, 0x00}}},
    {16, 1, false, 0x20, {{0, 0x00}}},
    {16, 1, true, 0x28, {{0, 0x00}, {0, 0x40}}},
    {8, 2, false, 0x28, {{0, 0x00}, {0, 0x40}}},
    {16, 2, false, 0x28, {{0, 0x00}, {0, 0x40}}},
    {20, 2, false, 0x28, {{0, 0x00}, {0, 0x40}}},
    {24, 2, false, 0x28, {{0, 0x00}, {0, 0x40}}},
    {40, 2, false, 0x28, {{0, 0x00}, {0, 0x40}}},
    {16, 4, false, 0x28, {{0, 0x00}, {0, 0x40}, {0, 0x10}, {0, 0x50}}},
    {20, 4, false, 0x28, {{0, 0x00}, {0, 0x40}, {0, 0x14}, {0, 0x54}}},
    {40, 4, false, 0x28, {{0, 0x00}, {0, 0x40}, {1, 0x00}, {1, 0x40}}},
};

static int fill_every_cell(void *arg)
{
    const struct geometry *geometry = arg;
    unsigned run = geometry->is_split ? geometry->columns / 2 : geometry->columns;

    start_lcd();
    for (unsigned cell = 0; cell < geometry->columns * geometry->rows; cell++)
        check_int(sb_hd44780_put(&lcd, cell / geometry->columns, cell % geometry->columns,
                                 (uint8_t)(cell + 0x41)),
                  0);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_int(rig.chips[0].function, geometry->function);
    for (unsigned cell = 0; cell < geometry->columns * geometry->rows; cell++) {
        const struct chip *chip = &rig.chips[geometry->starts[cell / run].chip];
        check_int(chip->ddram[geometry->starts[cell / run].address + cell % run],
                  (uint8_t)(cell + 0x41));
    }
    check_good();
    return 0;
}

static void l1_every_cell_of_every_geometry_is_where_it_belongs(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof(geometries) / sizeof(geometries[0]); i++) {
        struct geometry geometry = geometries[i];

        for (unsigned width = 4; width <= 8; width += 4) {
            rig_init(geometry.columns, geometry.rows, width);
            geometry.function = (uint8_t)(geometries[i].function |
                                          (width == 8 ? 0x10 : 0)); /* DL */
            config.is_split = geometry.is_split;
            if (geometry.columns == 40 && geometry.rows == 4)
                config.pins.e[1] = &rig.pins[E1];
            run_in_loop(fill_every_cell, &geometry);
        }
    }
}

static int two_controllers(void *arg)
{
    (void)arg;
    start_lcd();
    check_int(sb_hd44780_set_cursor(&lcd, 3, 39, SB_HD44780_CURSOR_UNDERLINE), 0);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_int(rig.chips[0].control, 0x0c);
    check_int(rig.chips[1].control, 0x0e);
    check_int(rig.chips[1].ac, 0x67);
    check_int(sb_hd44780_set_cursor(&lcd, 1, 2, SB_HD44780_CURSOR_BLINK), 0);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_int(rig.chips[0].control, 0x0d);
    check_int(rig.chips[0].ac, 0x42);
    check_int(rig.chips[1].control, 0x0c);
    check_good();
    return 0;
}

static void of_two_controllers_one_shows_the_cursor(void **state)
{
    (void)state;
    rig_init(40, 4, 4);
    config.pins.e[1] = &rig.pins[E1];
    run_in_loop(two_controllers, NULL);
}

/* ---- what a flush sends, and when */

static int changes_in_bytes(void *arg)
{
    (void)arg;
    start_lcd();
    rig.notes_bytes = true;
    sb_hd44780_print(&lcd, 0, 0, "Hi");
    sb_hd44780_print(&lcd, 1, 14, "yo");
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(notes(), "d48 | d69 | cce | d79 | d6f");
    notes_clear();
    sb_hd44780_print(&lcd, 0, 0, "HO");
    sb_hd44780_print(&lcd, 0, 0, "Hi");
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(notes(), "");
    sb_hd44780_print_row(&lcd, 0, "How");
    sb_hd44780_print_row(&lcd, 1, "");
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(notes(), "c81 | d6f | d77 | cce | d20 | d20");
    check_good();
    return 0;
}

static void l3_a_flush_sends_only_cells_that_differ(void **state)
{
    (void)state;
    run_in_loop(changes_in_bytes, NULL);
}

static int follow_on(void *arg)
{
    (void)arg;
    start_lcd();
    rig.notes_bytes = true;
    sb_hd44780_fill(&lcd, 'x');
    check_int(sb_hd44780_flush(&lcd), 0);
    check_int(rig.byte_count, 6 + 3 + 80);
    return 0;
}

static void l3_no_address_is_sent_where_the_controller_goes_on_by_itself(void **state)
{
    (void)state;
    rig_init(40, 2, 4);
    run_in_loop(follow_on, NULL);
    assert_null(strchr(notes(), 'c'));
}

struct spinner {
    struct sb_task task;
    int64_t longest_ns;
    unsigned turns;
};

static int spin(void *arg)
{
    struct spinner *spinner = arg;
    int64_t last_ns = sb_now_ns();

    while (sb_yield() == 0) {
        int64_t now_ns = sb_now_ns();
        if (now_ns - last_ns > spinner->longest_ns)
            spinner->longest_ns = now_ns - last_ns;
        last_ns = now_ns;
        spinner->turns++;
    }
    return 0;
}

static int flush_beside_others(void *arg)
{
    struct spinner spinner = {.turns = 0};
    int64_t begin_ns;

    (void)arg;
    config.execute_us = 41;
    start_lcd();
    sb_sleep_ms(1);
    sb_spawn(&spinner.task, "spinner", spin, &spinner);
    sb_yield();
    begin_ns = sb_now_ns();
    sb_hd44780_fill(&lcd, 'x');
    check_int(sb_hd44780_flush(&lcd), 0);
    sb_task_cancel(&spinner.task);
    sb_join(&spinner.task, NULL);
    /* 33 bytes (one is the address of row 1) of 46 us, but for the last one's execution. */
    check_int((rig.fell_ns - begin_ns) / SB_US_NS, 33 * 46 - 41);
    check_true(spinner.turns >= 32);
    check_true(spinner.longest_ns <= 46 * SB_US_NS);
    check_good();
    return 0;
}

static void l3_a_character_takes_46_us_and_others_run_after_each(void **state)
{
    (void)state;
    rig.execute_ns = 41 * SB_US_NS;
    run_in_loop(flush_beside_others, NULL);
}

static int start_beside_others(void *arg)
{
    struct spinner spinner = {.turns = 0};

    (void)arg;
    check_int(sb_hd44780_init(&lcd, &config), 0);
    sb_spawn(&spinner.task, "spinner", spin, &spinner);
    check_int(sb_hd44780_start(&lcd), 0);
    sb_task_cancel(&spinner.task);
    sb_join(&spinner.task, NULL);
    check_true(spinner.longest_ns <= 155 * SB_US_NS);
    check_good();
    return 0;
}

static void l3_the_initialisation_blocks_nobody_for_a_millisecond(void **state)
{
    (void)state;
    run_in_loop(start_beside_others, NULL);
}

static int flush_all(void *arg)
{
    (void)arg;
    return sb_hd44780_flush(&lcd);
}

static int two_flushers(void *arg)
{
    struct sb_task a;
    struct sb_task b;
    int result_a = -1;
    int result_b = -1;

    (void)arg;
    start_lcd();
    sb_hd44780_fill(&lcd, 'a');
    sb_spawn(&a, "a", flush_all, NULL);
    sb_spawn(&b, "b", flush_all, NULL);
    sb_sleep_us(500);
    sb_hd44780_fill(&lcd, 'b');
    sb_join(&a, &result_a);
    check_text(seen(1), "bbbbbbbbbbbbbbbb");
    sb_join(&b, &result_b);
    check_text(seen(0), "bbbbbbbbbbbbbbbb");
    check_int(result_a, 0);
    check_int(result_b, 0);
    check_good();
    return 0;
}

static void two_tasks_may_flush_and_the_last_state_wins(void **state)
{
    (void)state;
    run_in_loop(two_flushers, NULL);
}

static int run_lcd(void *arg)
{
    struct sb_task task;
    int result = 0;

    (void)arg;
    check_int(sb_hd44780_init(&lcd, &config), 0);
    sb_hd44780_print(&lcd, 0, 0, "early");
    sb_spawn(&task, "lcd", sb_hd44780_run, &lcd);
    sb_sleep_ms(100);
    check_text(seen(0), "early           ");
    sb_hd44780_print(&lcd, 0, 0, "later");
    sb_sleep_us(60);
    sb_hd44780_print(&lcd, 0, 0, "final");
    sb_sleep_ms(10);
    check_text(seen(0), "final           ");
    sb_task_cancel(&task);
    check_int(sb_join(&task, &result), 0);
    check_int(result, -ECANCELED);
    check_good();
    return 0;
}

static void run_brings_every_change_to_the_display(void **state)
{
    (void)state;
    run_in_loop(run_lcd, NULL);
}

/* ---- cancel and errors */

static const uint8_t arrow[] = {0x04, 0x0e, 0x15, 0x04, 0x04, 0x04, 0x04, 0x00};

static void set_everything(void)
{
    sb_hd44780_print_row(&lcd, 0, "It is " SB_HD44780_GLYPH(5) " 20 °C");
    sb_hd44780_print_row(&lcd, 1, "and raining");
    check_int(sb_hd44780_set_glyph(&lcd, 5, arrow), 0);
    check_int(sb_hd44780_set_shift(&lcd, 3), 0);
    check_int(sb_hd44780_set_cursor(&lcd, 1, 4, SB_HD44780_CURSOR_BLINK), 0);
}

static void check_everything(void)
{
    const struct chip *chip = &rig.chips[0];

    check_int(memcmp(chip->ddram,
                     "It is \5 20 \xdf"
                     "C   ",
                     16),
              0);
    check_int(memcmp(chip->ddram + 0x40, "and raining     ", 16), 0);
    check_int(memcmp(chip->cgram + 40, arrow, 8), 0);
    check_int(chip->shift, 3);
    check_int(chip->control, 0x0d);
    check_int(chip->ac, 0x44);
    check_int(chip->has_half, false);
    check_good();
}

/* Lets the flush go on for some turns, cancels it, flushes again. True when it had ended before. */
static bool cancel_after(unsigned turns)
{
    struct sb_task task;
    bool has_ended;
    int result = 0;

    set_everything();
    sb_spawn(&task, "flush", flush_all, NULL);
    while (turns-- > 0)
        sb_yield();
    has_ended = !sb_task_cancel(&task);
    check_int(sb_join(&task, &result), 0);
    check_true(result == -ECANCELED || result == 0); /* 0: it had no wait left */
    check_true(lcd.is_ready);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_everything();
    return has_ended;
}

static int cancel_at_every_wait(void *arg)
{
    unsigned turns = 0;
    bool has_ended = false;

    (void)arg;
    while (!has_ended && turns < 1000) {
        memset(rig.chips[0].cgram, 0xff, sizeof(rig.chips[0].cgram));
        start_lcd();
        has_ended = cancel_after(turns++);
    }
    check_true(turns > 40);
    return 0;
}

static void a_flush_cancelled_at_any_of_its_waits_is_mended_by_the_next(void **state)
{
    (void)state;
    run_in_loop(cancel_at_every_wait, NULL);
}

static int cancel_start_at(void *arg)
{
    int64_t *time_us = arg;
    struct sb_timeout timeout;
    int rc;

    check_int(sb_hd44780_init(&lcd, &config), 0);
    sb_timeout_begin_ns(&timeout, *time_us * SB_US_NS);
    rc = sb_timeout_end(&timeout, sb_hd44780_start(&lcd));
    check_int(rc, *time_us <= 57380 ? -ETIMEDOUT : 0); /* there the last wait ends */
    check_int(lcd.is_ready, rc == 0);
    set_everything();
    check_int(sb_hd44780_flush(&lcd), 0);
    check_everything();
    return 0;
}

static void a_start_cancelled_at_any_time_is_mended_by_the_next_flush(void **state)
{
    (void)state;
    for (int64_t time_us = 0; time_us < 57400; time_us += time_us < 54000 ? 3000 : 9) {
        rig_init(16, 2, 4);
        run_in_loop(cancel_start_at, &time_us);
    }
}

static int fail_at_write(void *arg)
{
    const int *write = arg;

    start_lcd();
    set_everything();
    rig.writes_left = *write;
    check_int(sb_hd44780_flush(&lcd), -EIO);
    rig.writes_left = -1;
    check_true(!lcd.is_ready);
    check_int(lcd.error, -EIO);
    check_int(lcd.error_count, 1);
    rig.complaint[0] = '\0'; /* pins that fail keep no times */
    check_int(sb_hd44780_flush(&lcd), 0);
    check_everything();
    return 0;
}

static void an_error_of_a_pin_is_returned_and_mended_by_the_next_flush(void **state)
{
    (void)state;
    for (int write = 0; write < 120; write++) {
        rig_init(16, 2, 4);
        run_in_loop(fail_at_write, &write);
    }
}

/* ---- the rest of what a display can do */

static int other_features(void *arg)
{
    (void)arg;
    config.pins.backlight = &rig.pins[BACKLIGHT];
    start_lcd();
    check_int(sb_hd44780_flush(&lcd), 0);
    check_true(rig.levels[BACKLIGHT]);
    rig.notes_bytes = true;

    sb_hd44780_set_display(&lcd, false);
    check_int(sb_hd44780_set_backlight(&lcd, false), 0);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_true(!rig.levels[BACKLIGHT]);
    sb_hd44780_set_display(&lcd, true);
    check_int(sb_hd44780_set_cursor(&lcd, 1, 15, 3), 0);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(notes(), "c08 | c0f | ccf");

    notes_clear();
    sb_hd44780_put(&lcd, 0, 2, 7);
    check_int(sb_hd44780_set_glyph(&lcd, 7, arrow), 0);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(notes(), "c78 | d04 | d0e | d15 | d04 | d04 | d04 | d04 | d00 | c82 | d07 | ccf");

    notes_clear();
    check_int(sb_hd44780_set_shift(&lcd, 38), 0);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_int(sb_hd44780_set_shift(&lcd, 1), 0);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(notes(), "c1c | c1c | c18 | c18 | c18");

    notes_clear();
    sb_hd44780_clear(&lcd);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(notes(), "c82 | d20 | ccf");
    check_good();
    return 0;
}

static void l4_display_backlight_cursor_glyphs_and_shift_reach_the_controller(void **state)
{
    (void)state;
    run_in_loop(other_features, NULL);
}

static int own_command(void *arg)
{
    (void)arg;
    start_lcd();
    sb_hd44780_print(&lcd, 0, 0, "text");
    check_int(sb_hd44780_flush(&lcd), 0);
    check_int(sb_hd44780_command(&lcd, 1, 0x01), -EINVAL);
    check_int(sb_hd44780_command(&lcd, 0, 0x01), 0);
    check_text(seen(0), "                ");
    check_int(sb_hd44780_set_shift(&lcd, 2), 0);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(seen(0), "xt              ");
    check_int(sb_hd44780_command(&lcd, 0, 0x02), 0);
    check_text(seen(0), "text            ");
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(seen(0), "xt              ");
    check_int(sb_hd44780_start(&lcd), 0);
    check_int(sb_hd44780_command(&lcd, 0, 0x85), 0);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(seen(0), "xt              ");
    check_int(rig.chips[0].shift, 2);
    check_good();
    return 0;
}

static void l4_what_a_command_of_the_callers_own_does_to_text_is_mended(void **state)
{
    (void)state;
    run_in_loop(own_command, NULL);
}

static int scrolling(void *arg)
{
    (void)arg;
    config.row_width = 40;
    start_lcd();
    check_int(sb_hd44780_print_row(&lcd, 0, "0123456789abcdefghijklmnopqrstuvwxyz"), 36);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(seen(0), "0123456789abcdef");
    check_int(sb_hd44780_set_shift(&lcd, 20), 0);
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(seen(0), "klmnopqrstuvwxyz");
    check_int(sb_hd44780_set_shift(&lcd, 40), -EINVAL);
    check_good();
    return 0;
}

static void l4_rows_wider_than_the_display_scroll(void **state)
{
    (void)state;
    run_in_loop(scrolling, NULL);
}

static int with_busy_flag(void *arg)
{
    (void)arg;
    config.pins.rw = &rig.pins[RW];
    start_lcd();
    sb_hd44780_fill(&lcd, 'x');
    check_int(sb_hd44780_flush(&lcd), 0);
    check_text(seen(1), "xxxxxxxxxxxxxxxx");
    note_at("done");
    for (unsigned line = 4; line < 8; line++)
        check_int(rig.pins[D0 + line].flags, SB_PIN_OUTPUT);
    check_good();
    return 0;
}

static void l4_the_busy_flag_shortens_the_waits(void **state)
{
    (void)state;
    rig.execute_ns = 10 * SB_US_NS;
    run_in_loop(with_busy_flag, NULL);
    assert_string_equal(notes(), "57.445 done");
    rig_init(16, 2, 8);
    rig.execute_ns = 10 * SB_US_NS;
    run_in_loop(with_busy_flag, NULL);
    assert_string_equal(notes(), "57.314 done");
}

static void l4_a_busy_flag_that_never_falls_is_waited_for_no_longer_than_without(void **state)
{
    (void)state;
    rig.execute_ns = 51 * SB_US_NS;
    config.execute_us = 60;
    run_in_loop(with_busy_flag, NULL);
}

static int broken_busy_line(void *arg)
{
    struct sb_timeout timeout;

    (void)arg;
    rig.execute_ns = SB_S_NS;
    config.pins.rw = &rig.pins[RW];
    check_int(sb_hd44780_init(&lcd, &config), 0);
    sb_timeout_begin_ms(&timeout, 70);
    check_int(sb_timeout_end(&timeout, sb_hd44780_start(&lcd)), 0);
    return 0;
}

static void a_busy_flag_that_is_stuck_stops_nothing(void **state)
{
    (void)state;
    run_in_loop(broken_busy_line, NULL);
}

/* ---- printing */

static void printed(const char *text, const char *row_0, const char *row_1)
{
    assert_int_equal(sb_hd44780_init(&lcd, &config), 0);
    assert_true(sb_hd44780_print(&lcd, 0, 0, text) >= 0);
    assert_memory_equal(lcd.wanted.cells, row_0, 16);
    assert_memory_equal(lcd.wanted.cells + 16, row_1, 16);
}

static void l4_utf_8_becomes_the_codes_of_the_rom(void **state)
{
    (void)state;
    printed("¥→←°µΩ█ｱﾟ÷π√∞äöü", "\x5c\x7e\x7f\xdf\xe4\xf4\xff\xb1\xdf\xfd\xf7\xe8\xf3\xe1\xef\xf5",
            "                ");
    assert_int_equal(lcd.unknown_count, 0);
    printed("a\\b~c€d\xc3", "a?b?c?d?        ", "                ");
    assert_int_equal(lcd.unknown_count, 4);
    printed(SB_HD44780_GLYPH(0) "1" SB_HD44780_GLYPH(7), "\0001\007             ",
            "                ");
}

static void text_is_cut_at_the_end_of_its_row_and_goes_on_after_a_newline(void **state)
{
    (void)state;
    printed("0123456789abcdefgh\nnext\nnone", "0123456789abcdef", "next            ");
    assert_int_equal(sb_hd44780_print(&lcd, 1, 14, "abc"), 2);
    assert_int_equal(sb_hd44780_print_row(&lcd, 0, "short\nrest"), 5);
    assert_memory_equal(lcd.wanted.cells, "short           next          ab", 32);
}

static void what_is_outside_the_display_is_refused(void **state)
{
    (void)state;
    assert_int_equal(sb_hd44780_init(&lcd, &config), 0);
    assert_int_equal(sb_hd44780_print(&lcd, 2, 0, "x"), -EINVAL);
    assert_int_equal(sb_hd44780_print(&lcd, 0, 16, "x"), -EINVAL);
    assert_int_equal(sb_hd44780_print_row(&lcd, 2, "x"), -EINVAL);
    assert_int_equal(sb_hd44780_put(&lcd, 0, 16, 'x'), -EINVAL);
    assert_int_equal(sb_hd44780_set_cursor(&lcd, 2, 0, SB_HD44780_CURSOR_BLINK), -EINVAL);
    assert_int_equal(sb_hd44780_set_cursor(&lcd, 0, 0, 4), -EINVAL);
    assert_int_equal(sb_hd44780_set_glyph(&lcd, 8, arrow), -EINVAL);
    assert_int_equal(sb_hd44780_set_backlight(&lcd, true), -ENOTSUP);
}

static void every_rom_code_but_copies_has_a_character(void **state)
{
    static const uint8_t without[] = {0xe7, 0xe9, 0xea, 0xeb, 0xf0, 0xf1, 0xf8, 0xf9, 0xfe};
    bool has[256] = {false};

    (void)state;
    for (uint32_t code_point = 1; code_point < 0x11000; code_point++) {
        int code = sb_hd44780_code(code_point);
        assert_true(code < 256);
        if (code >= 0)
            has[code] = true;
    }
    for (unsigned code = 0x20; code < 256; code++)
        if ((code < 0x80 || code > 0xa0) && memchr(without, (int)code, sizeof(without)) == NULL)
            assert_true(has[code]);
}

static void bad_utf_8_is_taken_a_byte_at_a_time(void **state)
{
    static const struct {
        const char *text;
        uint32_t first;
        int size;
    } cases[] = {
        {"", 0, 0},
        {"a", 'a', 1},
        {"\xc2\xb0", 0xb0, 2},
        {"\xe2\x86\x92", 0x2192, 3},
        {"\xf0\x9f\x98\x80", 0x1f600, 4},
        {"\x80", SB_HD44780_BAD_UTF8, 1},
        {"\xc0\x80", SB_HD44780_BAD_UTF8, 1},
        {"\xe0\x80\x80", SB_HD44780_BAD_UTF8, 1},
        {"\xed\xa0\x80", SB_HD44780_BAD_UTF8, 1},
        {"\xf4\x90\x80\x80", SB_HD44780_BAD_UTF8, 1},
        {"\xe2\x86", SB_HD44780_BAD_UTF8, 1},
        {"\xff", SB_HD44780_BAD_UTF8, 1},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *text = cases[i].text;
        assert_int_equal(sb_hd44780_next_code_point(&text), cases[i].first);
        assert_int_equal(text - cases[i].text, cases[i].size);
    }
}

static void init_refuses_what_cannot_be(void **state)
{
    static const struct {
        unsigned columns;
        unsigned rows;
        bool is_split;
        bool is_font_tall;
        unsigned row_width;
    } bad[] = {
        {0, 2, false, false, 0},   {41, 2, false, false, 0},  {16, 0, false, false, 0},
        {16, 3, false, false, 0},  {24, 4, false, false, 0},  {16, 2, true, false, 0},
        {15, 1, true, false, 0},   {16, 2, false, true, 0},   {16, 1, true, true, 0},
        {16, 2, false, false, 8},  {16, 2, false, false, 41}, {16, 4, false, false, 20},
        {16, 1, false, false, 81},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        config.columns = bad[i].columns;
        config.rows = bad[i].rows;
        config.is_split = bad[i].is_split;
        config.is_font_tall = bad[i].is_font_tall;
        config.row_width = bad[i].row_width;
        assert_int_equal(sb_hd44780_init(&lcd, &config), -EINVAL);
    }
    rig_init(16, 2, 4);
    config.pins.e[1] = &rig.pins[E1];
    assert_int_equal(sb_hd44780_init(&lcd, &config), -EINVAL);
    rig_init(16, 2, 4);
    config.pins.d[5] = NULL;
    assert_int_equal(sb_hd44780_init(&lcd, &config), -EINVAL);
    rig_init(16, 2, 4);
    config.pins.d[0] = &rig.pins[D0];
    assert_int_equal(sb_hd44780_init(&lcd, &config), -EINVAL);
    rig_init(16, 2, 4);
    sb_pin_configure(&rig.pins[D7], SB_PIN_INPUT);
    assert_int_equal(sb_hd44780_init(&lcd, &config), -EPERM);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(l1_every_cell_of_every_geometry_is_where_it_belongs),
        TEST(of_two_controllers_one_shows_the_cursor),
        TEST(l2_the_initialisation_of_four_lines_is_the_data_sheets),
        TEST(l2_the_initialisation_of_eight_lines_is_the_data_sheets),
        TEST(l2_the_initialisation_works_from_every_state_of_the_interface),
        TEST(a_second_start_shows_the_same_again),
        TEST(waits_are_those_of_the_config),
        TEST(l3_a_flush_sends_only_cells_that_differ),
        TEST(l3_no_address_is_sent_where_the_controller_goes_on_by_itself),
        TEST(l3_a_character_takes_46_us_and_others_run_after_each),
        TEST(l3_the_initialisation_blocks_nobody_for_a_millisecond),
        TEST(two_tasks_may_flush_and_the_last_state_wins),
        TEST(run_brings_every_change_to_the_display),
        TEST(a_flush_cancelled_at_any_of_its_waits_is_mended_by_the_next),
        TEST(a_start_cancelled_at_any_time_is_mended_by_the_next_flush),
        TEST(an_error_of_a_pin_is_returned_and_mended_by_the_next_flush),
        TEST(l4_display_backlight_cursor_glyphs_and_shift_reach_the_controller),
        TEST(l4_what_a_command_of_the_callers_own_does_to_text_is_mended),
        TEST(l4_rows_wider_than_the_display_scroll),
        TEST(l4_the_busy_flag_shortens_the_waits),
        TEST(l4_a_busy_flag_that_never_falls_is_waited_for_no_longer_than_without),
        TEST(a_busy_flag_that_is_stuck_stops_nothing),
        TEST(l4_utf_8_becomes_the_codes_of_the_rom),
        TEST(text_is_cut_at_the_end_of_its_row_and_goes_on_after_a_newline),
        TEST(what_is_outside_the_display_is_refused),
        TEST(every_rom_code_but_copies_has_a_character),
        TEST(bad_utf_8_is_taken_a_byte_at_a_time),
        TEST(init_refuses_what_cannot_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
