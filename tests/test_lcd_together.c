/* SPDX-License-Identifier: MIT */
/*
 * The HD44780 driver and the simulated display, each written from the datasheet by another hand, on one
 * board: every geometry and bus width, every state in which the display may be found, and no violation.
 */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drivers/hd44780.h"
#include "sim/board_sim.h"
#include "sim/parts/part_hd44780.h"

struct setup {
    unsigned columns;
    unsigned rows;
    bool is_8bit;
    bool has_rw;
    bool is_split;
    bool is_one_request; /* its lines were opened together */
    const char *state;   /* attribute interface-state */
};

static struct {
    struct sb_world *world;
    struct sb_sim_board sim;
    struct sb_diag diag;
    struct sb_part *lcd;
    struct sb_hd44780_config config;
    struct sb_hd44780 driver;
} f;

static void on_diag(enum sb_severity severity, const char *text, void *arg)
{
    (void)severity;
    (void)arg;
    check_text(text, "");
}

static void wire(unsigned gpio, const char *pin, struct sb_pin **handle, bool is_used)
{
    char from[32];
    char to[32];

    snprintf(from, sizeof(from), "pi:GPIO%u", gpio);
    snprintf(to, sizeof(to), "lcd1:%s", pin);
    *handle = NULL;
    if (!is_used)
        return;
    check_int(sb_world_connect(f.world, sb_world_terminal(f.world, from),
                               sb_world_terminal(f.world, to), NULL),
              0);
    *handle = (struct sb_pin *)(uintptr_t)(gpio + 1); /* opened once the world has started */
}

/* Opens what is wired, one by one or together. */
static void open_wired(bool is_one_request)
{
    struct sb_hd44780_pins *pins = &f.config.pins;
    struct sb_pin **handles[12] = {&pins->rs, &pins->rw, &pins->e[0], &pins->e[1]};
    struct sb_pin **wired[12];
    struct sb_pin *opened[12];
    char text[12][16];
    const char *names[12];
    unsigned count = 0;

    for (unsigned i = 0; i < 8; i++)
        handles[4 + i] = &pins->d[i];
    for (unsigned i = 0; i < 12; i++) {
        if (*handles[i] == NULL)
            continue;
        snprintf(text[count], sizeof(text[count]), "GPIO%u", (unsigned)(uintptr_t)*handles[i] - 1);
        names[count] = text[count];
        wired[count++] = handles[i];
    }
    for (unsigned i = 0; i < count && !is_one_request; i++)
        check_int(sb_board_pin(&f.sim.board, names[i], SB_PIN_OUTPUT, &opened[i]), 0);
    if (is_one_request)
        check_int(sb_board_pins(&f.sim.board, names, count, SB_PIN_OUTPUT, 0, opened), 0);
    for (unsigned i = 0; i < count; i++)
        *wired[i] = opened[i];
}

static void open_all(const struct setup *setup)
{
    struct sb_hd44780_pins *pins = &f.config.pins;
    char columns[8];
    char rows[8];
    const char *const attrs[][2] = {{"columns", columns},
                                    {"rows", rows},
                                    {"interface-state", setup->state},
                                    {"split", setup->is_split ? "1" : "0"}};
    struct sb_part_spec pi = {.type = "softboard-raspberry-pi", .id = "pi"};
    struct sb_part_spec lcd = {
        .type = "softboard-lcd", .id = "lcd1", .attrs = attrs, .attr_count = 4};

    memset(&f, 0, sizeof(f));
    snprintf(columns, sizeof(columns), "%u", setup->columns);
    snprintf(rows, sizeof(rows), "%u", setup->rows);
    f.config.columns = setup->columns;
    f.config.rows = setup->rows;
    f.config.is_split = setup->is_split;
    sb_diag_init(&f.diag, on_diag, NULL);
    f.world = sb_world_create(test_loop(), 1);
    check_int(sb_world_add_part(f.world, &pi, NULL, &f.diag), 0);
    check_int(sb_world_add_part(f.world, &lcd, &f.lcd, &f.diag), 0);
    wire(2, "RS", &pins->rs, true);
    wire(3, "RW", &pins->rw, setup->has_rw);
    wire(4, "E", &pins->e[0], true);
    wire(5, "E2", &pins->e[1], setup->rows == 4 && setup->columns > 20);
    for (unsigned i = 0; i < 8; i++) {
        char name[] = {'D', (char)('0' + i), '\0'};
        wire(6 + i, name, &pins->d[i], i >= 4 || setup->is_8bit);
    }
    check_int(sb_world_start(f.world, &f.diag), 0);
    check_int(sb_sim_board_init(&f.sim, f.world), 0);
    open_wired(setup->is_one_request);
    check_int(sb_hd44780_init(&f.driver, &f.config), 0);
}

static void close_all(void)
{
    sb_sim_board_deinit(&f.sim);
    sb_world_destroy(f.world);
}

static const char *line(unsigned number)
{
    static char text[256];

    check_true(f.lcd->type->read_line(f.lcd, number, text, sizeof(text)) >= 0);
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' '; n--)
        text[n - 1] = '\0';
    return text;
}

static void expect_no_violation(const struct setup *setup)
{
    char text[256] = "";

    if (f.world->examiner.count > 0)
        snprintf(text, sizeof(text), "%ux%u %s %s: %s", setup->columns, setup->rows,
                 setup->is_8bit ? "8 bit" : "4 bit", setup->state, f.world->examiner.kept[0].text);
    check_text(text, "");
}

/* Every row is told by its own text, begins at its first column and ends at its last. */
static int rows_body(void *arg)
{
    const struct setup *setup = arg;
    char text[64];
    char seen[128];

    open_all(setup);
    for (unsigned row = 0; row < setup->rows; row++) {
        snprintf(text, sizeof(text), "%c%u", (char)('A' + row), setup->columns);
        check_true(sb_hd44780_print(&f.driver, row, 0, text) > 0);
        check_int(sb_hd44780_print(&f.driver, row, setup->columns - 1, ">"), 1);
    }
    check_int(sb_hd44780_flush(&f.driver), 0);
    for (unsigned row = 0; row < setup->rows; row++) {
        snprintf(text, sizeof(text), "%c%u", (char)('A' + row), setup->columns);
        snprintf(seen, sizeof(seen), "%-*s>", (int)setup->columns - 1, text);
        check_text(line(row + 1), seen);
    }
    expect_no_violation(setup);
    close_all();
    return 0;
}

static void every_geometry_and_bus_width_shows_its_rows_from_every_interface_state(void **state)
{
    static const unsigned sizes[][2] = {{8, 1},  {16, 1}, {8, 2},  {16, 2}, {20, 2},
                                        {24, 2}, {40, 2}, {16, 4}, {20, 4}, {40, 4}};
    static const char *const states[] = {"reset", "8bit", "4bit", "4bit-half"};

    (void)state;
    for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (unsigned wide = 0; wide < 8; wide++)
            for (unsigned s = 0; s < 4; s++) {
                struct setup setup = {.columns = sizes[i][0],
                                      .rows = sizes[i][1],
                                      .is_8bit = (wide & 1) != 0,
                                      .has_rw = (wide & 2) != 0,
                                      .is_one_request = (wide & 4) != 0,
                                      .state = states[s]};
                run_in_loop(rows_body, &setup);
            }
}

static void a_split_single_row_is_one_row(void **state)
{
    struct setup setup = {.columns = 16, .rows = 1, .is_split = true, .state = "reset"};

    (void)state;
    run_in_loop(rows_body, &setup);
}

static int features_body(void *arg)
{
    const struct setup *setup = arg;
    static const uint8_t heart[8] = {0x00, 0x0a, 0x1f, 0x1f, 0x0e, 0x04, 0x00, 0x00};
    uint8_t rows[8];

    open_all(setup);
    sb_hd44780_print(&f.driver, 0, 0, "21.5°C → ¥ µΩ");
    sb_hd44780_set_glyph(&f.driver, 3, heart);
    sb_hd44780_put(&f.driver, 1, 5, 3);
    sb_hd44780_set_cursor(&f.driver, 1, 2, SB_HD44780_CURSOR_UNDERLINE);
    check_int(sb_hd44780_flush(&f.driver), 0);
    check_text(line(1), "21.5°C → ¥ µΩ");
    sb_part_hd44780_dots(f.lcd, 1, 5, sb_now_ns(), rows);
    check_true(memcmp(rows, heart, 8) == 0);
    sb_part_hd44780_dots(f.lcd, 1, 2, sb_now_ns(), rows);
    check_int(rows[7], 0x1f); /* the cursor */
    check_int(sb_part_hd44780_model(f.lcd, 0)->address, 0x42);
    sb_hd44780_set_display(&f.driver, false);
    check_int(sb_hd44780_flush(&f.driver), 0);
    check_text(line(1), "");
    sb_hd44780_set_display(&f.driver, true);
    sb_hd44780_clear(&f.driver);
    sb_hd44780_print(&f.driver, 1, 0, "new");
    check_int(sb_hd44780_flush(&f.driver), 0);
    check_text(line(1), "");
    check_text(line(2), "new");
    expect_no_violation(setup);
    close_all();
    return 0;
}

static void text_glyphs_cursor_and_display_state_arrive(void **state)
{
    struct setup setup = {.columns = 16, .rows = 2, .state = "reset"};

    (void)state;
    run_in_loop(features_body, &setup);
    setup.is_8bit = setup.has_rw = true;
    run_in_loop(features_body, &setup);
}

static int flush_task(void *arg)
{
    (void)arg;
    return sb_hd44780_flush(&f.driver);
}

/* A cancel at any moment of a flush, then another flush: the display shows what was asked for. */
static int cancel_body(void *arg)
{
    static const struct setup setup = {.columns = 16, .rows = 2, .state = "4bit-half"};
    int64_t after_us = *(const int64_t *)arg;
    struct sb_task task;

    open_all(&setup);
    sb_hd44780_print(&f.driver, 0, 0, "The first text..");
    sb_spawn(&task, "flush", flush_task, NULL);
    sb_sleep_us(after_us);
    sb_task_cancel(&task);
    sb_join(&task, NULL);
    sb_hd44780_print(&f.driver, 0, 0, "Another text");
    sb_hd44780_print(&f.driver, 1, 0, "below");
    check_int(sb_hd44780_flush(&f.driver), 0);
    check_text(line(1), "Another textxt..");
    check_text(line(2), "below");
    expect_no_violation(&setup);
    close_all();
    return 0;
}

static void a_cancelled_flush_is_mended_by_the_next(void **state)
{
    (void)state;
    for (int64_t us = 10; us < 66000; us += us < 50000 ? 1709 : 97)
        run_in_loop(cancel_body, &us);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_geometry_and_bus_width_shows_its_rows_from_every_interface_state),
        cmocka_unit_test(a_split_single_row_is_one_row),
        cmocka_unit_test(text_glyphs_cursor_and_display_state_arrive),
        cmocka_unit_test(a_cancelled_flush_is_mended_by_the_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
