/* SPDX-License-Identifier: MIT */
/* The drawing: places, pictures of known states, the text form, keys and mouse. Needs no display. */
#include "tests/support.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "sim/draw/draw.h"
#include "sim/draw/keys.h"
#include "sim/draw/path.h"
#include "sim/draw/picture.h"
#include "sim/draw/strip.h"
#include "sim/draw/terminal_keys.h"
#include "sim/draw/view.h"
#include "sim/draw/view_private.h"
#include "sim/bus/uart.h"
#include "sim/parts/part_button.h"
#include "sim/parts/part_gps.h"
#include "sim/parts/part_ir_remote.h"
#include "sim/parts/part_hd44780.h"
#include "tests/lcd_rig.h"

#if SB_HAVE_SDL2
#include <SDL.h>
#endif

/* ---- a small board: Pi, LED on GPIO17, button with key b on GPIO27 */

struct bench {
    struct sb_world *world;
    struct sb_part *pi, *led, *button;
    struct sb_diag diag;
};

static struct sb_part *add(struct bench *bench, const char *type, const char *id, double left,
                           double top, double rotate, const char *const (*attrs)[2],
                           unsigned attr_count)
{
    struct sb_part_spec spec = {.type = type,
                                .id = id,
                                .left = left,
                                .top = top,
                                .rotate = rotate,
                                .attrs = attrs,
                                .attr_count = attr_count};
    struct sb_part *part = NULL;

    check_int(sb_world_add_part(bench->world, &spec, &part, &bench->diag), 0);
    return part;
}

static void join(struct bench *bench, const char *a, const char *b, const char *colour,
                 const char *path)
{
    struct sb_terminal *ends[] = {sb_world_terminal(bench->world, a),
                                  sb_world_terminal(bench->world, b)};

    check_int(sb_world_connect(bench->world, ends[0], ends[1], colour), 0);
    check_int(sb_world_add_connection_path(bench->world, ends[0], strchr(a, ':') + 1, ends[1],
                                           strchr(b, ':') + 1, colour, path),
              0);
}

static void open_bench(struct bench *bench)
{
    static const char *const led[][2] = {{"color", "red"}, {"label", "on"}};
    static const char *const button[][2] = {{"key", "b"}, {"bounce", "0"}};

    sb_diag_init(&bench->diag, NULL, NULL);
    bench->world = sb_world_create(test_loop(), 1);
    bench->pi = add(bench, "softboard-raspberry-pi", "pi", 0, 0, 0, NULL, 0);
    bench->led = add(bench, "wokwi-led", "led1", 400, 20, 0, led, 2);
    bench->button = add(bench, "wokwi-pushbutton", "btn1", 400, 120, 0, button, 2);
    join(bench, "pi:GPIO17", "led1:A", "green", "v-20 h200 *");
    join(bench, "led1:C", "pi:GND.1", NULL, "");
    join(bench, "btn1:1.l", "pi:GPIO27", "", "");
    join(bench, "btn1:2.l", "pi:GND.1", NULL, "h-10");
    check_int(sb_world_start(bench->world, &bench->diag), 0);
}

static void close_bench(struct bench *bench)
{
    sb_world_destroy(bench->world);
}

static void drive(const struct bench *bench, const char *pin, bool level)
{
    sb_terminal_drive(sb_world_terminal(bench->world, pin), SB_STRENGTH_STRONG, level);
}

/* ---- paths */

static const char *path_text(double ax, double ay, double bx, double by, const char *items)
{
    static char text[512];
    struct sb_path path;
    int used = 0;

    sb_path_lay(&path, (struct sb_point){ax, ay}, (struct sb_point){bx, by}, items);
    for (unsigned i = 0; i < path.count; i++)
        used += snprintf(text + used, sizeof(text) - (size_t)used, "%s%g,%g", i == 0 ? "" : " ",
                         path.points[i].x, path.points[i].y);
    return text;
}

static void a_path_without_items_turns_once(void **state)
{
    (void)state;
    assert_string_equal(path_text(0, 0, 30, 40, ""), "0,0 30,0 30,40");
    assert_string_equal(path_text(0, 0, 30, 0, ""), "0,0 30,0");
}

static void a_path_goes_by_its_items_and_closes_the_gap(void **state)
{
    (void)state;
    assert_string_equal(path_text(0, 0, 30, 40, "v10"), "0,0 0,10 30,10 30,40");
    assert_string_equal(path_text(0, 0, 30, 40, "h-5.5 v10"), "0,0 -5.5,0 -5.5,10 30,10 30,40");
}

static void items_after_the_star_belong_to_the_second_end(void **state)
{
    (void)state;
    assert_string_equal(path_text(0, 0, 30, 40, "* h10 v-5"), "0,0 40,0 40,35 30,35 30,40");
    assert_string_equal(path_text(0, 0, 30, 40, "v10 * h-5"), "0,0 0,10 25,10 25,40 30,40");
}

static void fillers_and_nonsense_in_a_path_are_passed_over(void **state)
{
    (void)state;
    assert_string_equal(path_text(0, 0, 30, 40, "v0 x7 h v10 h0 * v0"), "0,0 0,10 30,10 30,40");
}

static int hidden_wires(void *arg)
{
    struct bench bench;
    struct sb_path path;
    unsigned shown = 0;

    (void)arg;
    open_bench(&bench);
    for (struct sb_list *n = bench.world->connections.next; n != &bench.world->connections;
         n = n->next)
        shown += sb_path_of_connection(&path, SB_CONTAINER_OF(n, struct sb_connection, node));
    check_int(shown, 3);
    close_bench(&bench);
    return 0;
}

static void a_wire_with_an_empty_colour_is_hidden(void **state)
{
    (void)state;
    run_in_loop(hidden_wires, NULL);
}

/* ---- colours */

static uint32_t rgb_of(const char *text)
{
    struct sb_colour colour = sb_colour_of(text, sb_colour_hex(0x123456));

    return (uint32_t)colour.r << 16 | (uint32_t)colour.g << 8 | colour.b;
}

static void colours_come_by_name_and_by_digits(void **state)
{
    (void)state;
    assert_int_equal(rgb_of("limegreen"), 0x32cd32);
    assert_int_equal(rgb_of("LimeGreen"), 0x32cd32);
    assert_int_equal(rgb_of("#4d2"), 0x44dd22);
    assert_int_equal(rgb_of("#44Dd22"), 0x44dd22);
    assert_int_equal(rgb_of("no colour"), 0x123456);
    assert_int_equal(rgb_of(""), 0x123456);
}

static void terminal_colours_are_the_nearest(void **state)
{
    (void)state;
    assert_int_equal(sb_colour_palette_256(sb_colour_hex(0xff0000)), 196);
    assert_int_equal(sb_colour_palette_256(sb_colour_hex(0x808080)), 244);
    assert_int_equal(sb_colour_palette_8(sb_colour_hex(0xff2000)), 1);
    assert_int_equal(sb_colour_palette_8(sb_colour_hex(0x20ffff)), 6);
}

/* ---- places */

static void check_pin(const struct sb_part *part, const char *name, double x, double y)
{
    struct sb_point at;

    check_true(sb_geometry_board_pin(part, name, &at));
    check_int(lround(at.x * 10), lround(x * 10));
    check_int(lround(at.y * 10), lround(y * 10));
}

static int places(void *arg)
{
    struct bench bench;
    struct sb_part *turned;
    struct sb_point a;
    struct sb_point b;

    (void)arg;
    open_bench(&bench);
    check_pin(bench.led, "A", 425, 62);
    check_pin(bench.button, "2.r", 467, 152);
    check_true(sb_geometry_board_pin(bench.pi, "GPIO17", &a));
    check_true(sb_geometry_board_pin(bench.pi, "J8:11", &b));
    check_true(a.x == b.x && a.y == b.y);
    check_true(sb_geometry_board_pin(bench.pi, "GPIO18", &b)); /* header pin 12 is above pin 11 */
    check_true(a.x == b.x && fabs(a.y - b.y - 9.6) < 0.001);
    turned = add(&bench, "wokwi-led", "led2", 100, 100, 90, NULL, 0);
    check_pin(turned, "A", 120 - 17, 125 + 5); /* about the box's centre, clockwise */
    close_bench(&bench);
    return 0;
}

static void pins_are_where_the_drawing_has_them(void **state)
{
    (void)state;
    run_in_loop(places, NULL);
}

static int hits(void *arg)
{
    struct bench bench;
    unsigned index;

    (void)arg;
    open_bench(&bench);
    check_true(sb_spot_hit(bench.world, 430, 140, &index) == bench.button);
    check_true(sb_spot_hit(bench.world, 399, 140, &index) == NULL);
    check_true(sb_spot_hit(bench.world, 420, 40, &index) == NULL); /* the LED */
    bench.button->hide = true;
    check_true(sb_spot_hit(bench.world, 430, 140, &index) == NULL);
    close_bench(&bench);
    return 0;
}

static void a_point_hits_the_part_that_can_be_touched(void **state)
{
    (void)state;
    run_in_loop(hits, NULL);
}

/* ---- pictures */

#if SB_HAVE_SDL2

static void resistors_have_the_bands_of_their_value(void **state)
{
    struct sb_colour bands[4];

    (void)state;
    sb_draw_resistor_bands(4700, bands); /* yellow violet red gold */
    assert_int_equal(bands[0].r << 16 | bands[0].g << 8 | bands[0].b, 0xffee00);
    assert_int_equal(bands[1].r << 16 | bands[1].g << 8 | bands[1].b, 0x9030c0);
    assert_int_equal(bands[2].r << 16 | bands[2].g << 8 | bands[2].b, 0xf02020);
    sb_draw_resistor_bands(10, bands); /* brown black black */
    assert_int_equal(bands[0].r << 16 | bands[0].g << 8 | bands[0].b, 0x8b4513);
    assert_int_equal(bands[2].r << 16 | bands[2].g << 8 | bands[2].b, 0x000000);
}

static struct sb_colour pixel(const struct sb_picture *picture, double x, double y)
{
    int column = (int)((x - picture->origin.x) * picture->scale);
    int row = (int)((y - picture->origin.y) * picture->scale);
    const uint8_t *at = &picture->pixels[3 * (row * picture->width + column)];

    check_true(column >= 0 && column < picture->width && row >= 0 && row < picture->height);
    return (struct sb_colour){at[0], at[1], at[2], 255};
}

static void draw(struct sb_picture *picture, const struct bench *bench, const struct sb_part *part)
{
    check_int(sb_picture_draw(picture, bench->world, part), 0);
}

static int led_picture(void *arg)
{
    struct bench bench;
    struct sb_picture picture;
    struct sb_colour dark;
    struct sb_colour lit;

    (void)arg;
    open_bench(&bench);
    draw(&picture, &bench, NULL);
    dark = pixel(&picture, 400 + 20, 20 + 16);
    sb_picture_free(&picture);
    drive(&bench, "pi:GPIO17", true);
    draw(&picture, &bench, NULL);
    lit = pixel(&picture, 400 + 20, 20 + 16);
    sb_picture_free(&picture);
    check_true(dark.r > 120 && dark.g < 40 && dark.b < 40);
    check_true(lit.r > 250 && lit.g > 150 && lit.b > 150); /* white-hot */
    close_bench(&bench);
    return 0;
}

static void an_led_is_drawn_lit_or_dark(void **state)
{
    (void)state;
    run_in_loop(led_picture, NULL);
}

static bool is_colour(struct sb_colour a, struct sb_colour b)
{
    return a.r == b.r && a.g == b.g && a.b == b.b;
}

/* The lower right part of a module whose position has as many characters as there can be. */
static int gps_picture(void *arg)
{
    static const struct sb_sim_gps_fix fix = {
        .is_valid = true,
        .latitude = -455116780,
        .longitude = -1226800850,
        .altitude_dm = 179990,
        .speed = 99990,
        .course = 35900,
    };
    struct bench bench;
    struct sb_picture picture;
    struct sb_part *gps;
    struct sb_point size;
    unsigned count = 0;

    (void)arg;
    sb_diag_init(&bench.diag, NULL, NULL);
    bench.world = sb_world_create(test_loop(), 1);
    bench.pi = add(&bench, "softboard-raspberry-pi", "pi", 0, 0, 0, NULL, 0);
    gps = add(&bench, "softboard-gps", "gps1", 400, 20, 0, NULL, 0);
    check_int(sb_world_start(bench.world, &bench.diag), 0);
    sb_part_gps_show(gps, &fix, ~0U, NULL, 0, 0);
    draw(&picture, &bench, NULL);
    size = sb_geometry_size(gps);
    for (int y = 0; y < (int)size.y * 2; y++)
        for (int x = 2; x < (SB_PICTURE_MARGIN - 1) * 2; x++)
            count += !is_colour(pixel(&picture, 400 + size.x + x / 2.0, 20 + y / 2.0),
                                sb_colour_background());
    sb_picture_free(&picture);
    check_int(count, 0);
    close_bench(&bench);
    return 0;
}

static void what_a_gps_module_says_stays_within_it(void **state)
{
    (void)state;
    run_in_loop(gps_picture, NULL);
}

/* Nothing of a name stands in a picture's column, of half a pixel's width, above a pin. */
static bool is_empty(const struct sb_picture *picture, double x, double pin_y)
{
    struct sb_colour ground = pixel(picture, x, pin_y - 10.5);

    for (int i = 0; i < 8; i++)
        if (!is_colour(pixel(picture, x, pin_y - 9 + i / 2.0), ground))
            return false;
    return true;
}

/* How many such columns are beside each other between two pins of a knob; letters are one apart. */
static int gap_between(const struct sb_picture *picture, const struct sb_part *knob,
                       const char *left, const char *right)
{
    struct sb_point a;
    struct sb_point b;
    int gap = 0;
    int widest = 0;

    sb_geometry_board_pin(knob, left, &a);
    sb_geometry_board_pin(knob, right, &b);
    for (int i = 0; a.x + i / 2.0 < b.x; i++) {
        gap = is_empty(picture, a.x + i / 2.0, a.y) ? gap + 1 : 0;
        widest = gap > widest ? gap : widest;
    }
    return widest;
}

static int knob_picture(void *arg)
{
    struct bench bench;
    struct sb_picture picture;
    struct sb_part *knob;

    (void)arg;
    sb_diag_init(&bench.diag, NULL, NULL);
    bench.world = sb_world_create(test_loop(), 1);
    bench.pi = add(&bench, "softboard-raspberry-pi", "pi", 0, 0, 0, NULL, 0);
    knob = add(&bench, "wokwi-potentiometer", "knob", 400, 20, 0, NULL, 0);
    check_int(sb_world_start(bench.world, &bench.diag), 0);
    draw(&picture, &bench, NULL);
    check_true(gap_between(&picture, knob, "GND", "SIG") >= 2);
    check_true(gap_between(&picture, knob, "SIG", "VCC") >= 2);
    sb_picture_free(&picture);
    close_bench(&bench);
    return 0;
}

static void names_of_a_knobs_pins_are_apart(void **state)
{
    (void)state;
    run_in_loop(knob_picture, NULL);
}

static int wire_picture(void *arg)
{
    struct bench bench;
    struct sb_picture picture;
    struct sb_point from;
    struct sb_colour wire;

    (void)arg;
    open_bench(&bench);
    sb_geometry_board_pin(bench.pi, "GPIO17", &from);
    draw(&picture, &bench, NULL);
    wire = pixel(&picture, from.x + 100, from.y - 20);
    check_true(wire.r == 0 && wire.g == 128 && wire.b == 0);
    wire = pixel(&picture, 415, 62 - 0.1); /* no colour in the file, and ground */
    check_true(wire.r < 60 && wire.r == wire.g && wire.g == wire.b);
    sb_picture_free(&picture);
    close_bench(&bench);
    return 0;
}

static void wires_are_drawn_in_their_colours_along_their_paths(void **state)
{
    (void)state;
    run_in_loop(wire_picture, NULL);
}

static int button_picture(void *arg)
{
    struct bench bench;
    struct sb_picture pictures[2];

    (void)arg;
    open_bench(&bench);
    draw(&pictures[0], &bench, bench.button);
    check_int(pictures[0].width, 135); /* 67.3 pixels, twice */
    check_int(pictures[0].height, 91);
    check_int(sb_part_set_control(bench.button, "pressed", 1), 0);
    draw(&pictures[1], &bench, bench.button);
    check_true(pixel(&pictures[0], 433.6, 142.7).r > pixel(&pictures[1], 433.6, 142.7).r + 30);
    sb_picture_free(&pictures[0]);
    sb_picture_free(&pictures[1]);
    close_bench(&bench);
    return 0;
}

static void a_pressed_button_looks_pressed_and_a_part_is_cropped(void **state)
{
    (void)state;
    run_in_loop(button_picture, NULL);
}

/* Compares every dot of a cell with the glyph. */
static void check_cell(const struct sb_picture *picture, const struct sb_part *part, unsigned row,
                       unsigned column, const uint8_t *glyph)
{
    struct sb_lcd_layout lcd = sb_geometry_lcd(part);

    for (unsigned y = 0; y < SB_HD44780_GLYPH_ROWS; y++)
        for (unsigned x = 0; x < 5; x++) {
            struct sb_colour dot = pixel(picture,
                                         lcd.left + column * lcd.cell_width + x * lcd.dot_pitch + 1,
                                         lcd.top + row * lcd.cell_height + y * lcd.dot_pitch + 1);

            check_int(sb_colour_brightness(dot) < 0.3, glyph[y] >> (4 - x) & 1);
        }
}

static int lcd_picture(void *arg)
{
    struct lcd_rig rig;
    struct sb_picture picture;
    struct sb_lcd_layout lcd;
    struct sb_colour gap;

    (void)arg;
    check_int(lcd_rig_open(&rig, &(struct lcd_rig_config){.type = NULL}), 0);
    lcd_rig_start(&rig);
    lcd_rig_text(&rig, "Hg");
    lcd_rig_command(&rig, 0xc5);
    lcd_rig_text(&rig, "R");
    check_int(sb_picture_draw(&picture, rig.world, rig.lcd), 0);
    lcd = sb_geometry_lcd(rig.lcd);
    check_cell(&picture, rig.lcd, 0, 0, sb_hd44780_glyph(SB_HD44780_ROM_A00, 'H'));
    check_cell(&picture, rig.lcd, 0, 1, sb_hd44780_glyph(SB_HD44780_ROM_A00, 'g'));
    check_cell(&picture, rig.lcd, 1, 5, sb_hd44780_glyph(SB_HD44780_ROM_A00, 'R'));
    check_cell(&picture, rig.lcd, 1, 6, sb_hd44780_glyph(SB_HD44780_ROM_A00, ' '));
    gap = pixel(&picture, lcd.left + 2.25, lcd.top + 2.25); /* between lit dots */
    check_true(sb_colour_brightness(gap) > 0.5);
    sb_picture_free(&picture);
    lcd_rig_close(&rig);
    return 0;
}

static void an_lcd_is_drawn_dot_for_dot(void **state)
{
    (void)state;
    run_in_loop(lcd_picture, NULL);
}

static size_t read_whole(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t length = file == NULL ? 0 : fread(out, 1, size, file);

    if (file != NULL)
        fclose(file);
    return length;
}

static int same_bytes(void *arg)
{
    static char bytes[2][1 << 18];
    char path[] = "/tmp/test_draw_XXXXXX";
    struct bench bench;
    size_t sizes[2];
    int fd = mkstemp(path);

    (void)arg;
    check_true(fd >= 0);
    open_bench(&bench);
    for (int i = 0; i < 2; i++) {
        check_int(sb_screenshot(bench.world, NULL, path, &bench.diag), SB_HAVE_PNG ? 0 : -ENOTSUP);
        sizes[i] = read_whole(path, bytes[i], sizeof(bytes[i]));
        sb_sleep_ms(1500);
    }
    check_int(sizes[0], sizes[1]);
    check_true(memcmp(bytes[0], bytes[1], sizes[0]) == 0);
    if (SB_HAVE_PNG) {
        check_true(sizes[0] > 1000 && memcmp(bytes[0] + 1, "PNG", 3) == 0);
        check_true(memmem(bytes[0], sizes[0], "tIME", 4) == NULL);
        check_int(sb_screenshot(bench.world, NULL, "/nowhere/at/all.png", &bench.diag), -ENOENT);
        check_true(strstr(bench.diag.last, "/nowhere/at/all.png") != NULL);
    }
    close(fd);
    unlink(path);
    close_bench(&bench);
    return 0;
}

static void the_same_state_gives_the_same_bytes(void **state)
{
    (void)state;
    run_in_loop(same_bytes, NULL);
}

/* ---- the window, on SDL's dummy driver; as in a program on a stack that is large enough for SDL */

static int on_large_stack(void *fn)
{
    static _Alignas(16) char memory[1 << 23];
    sb_task_fn *const *body = fn;
    struct sb_task_config config = {
        .fn = *body, .name = "window", .stack = {memory, sizeof(memory)}};
    struct sb_task task;

    memset(memory, 0, sizeof(memory));
    check_int(sb_spawn_config(&task, &config), 0);
    return sb_join(&task, NULL);
}

static void click(double x, double y, bool is_down)
{
    SDL_Event event = {.button = {.type = is_down ? SDL_MOUSEBUTTONDOWN : SDL_MOUSEBUTTONUP,
                                  .button = SDL_BUTTON_LEFT,
                                  .x = (int)x,
                                  .y = (int)y}};

    SDL_PushEvent(&event);
}

static void type(SDL_Keycode key, bool is_down)
{
    SDL_Event event = {.key = {.type = is_down ? SDL_KEYDOWN : SDL_KEYUP, .keysym = {.sym = key}}};

    SDL_PushEvent(&event);
}

static int window_run(void *arg)
{
    struct bench bench;
    struct sb_view_state state = {.speed = 1, .title = "test"};
    struct sb_view *view = NULL;
    const struct sb_part_button *button;

    (void)arg;
    open_bench(&bench);
    button = (const struct sb_part_button *)bench.button;
    check_int(sb_window_open(&view, bench.world, &state, &bench.diag), 0);
    if (view == NULL)
        return 0;
    sb_view_frame(view);
    type(SDLK_b, true);
    sb_view_frame(view);
    check_int(button->is_pressed, 1);
    type(SDLK_b, false);
    type(SDLK_p, true);
    type(SDLK_PERIOD, true);
    type(SDLK_KP_PLUS, true);
    type(SDLK_l, true);
    type(SDLK_h, true);
    sb_view_frame(view);
    check_int(button->is_pressed, 0);
    check_int(state.is_paused, 1);
    check_int(state.step_requests, 1);
    check_int(state.speed, 2);
    check_int(state.quit_requested, 0);
    sb_view_frame(view);
    click(-50, -50, true); /* beside everything */
    type(SDLK_ESCAPE, true);
    sb_view_frame(view);
    check_int(button->is_pressed, 0);
    check_int(state.quit_requested, 1);
    check_int(sb_view_input_fd(view), -1);
    sb_view_close(view);
    close_bench(&bench);
    return 0;
}

static void a_window_takes_keys(void **state)
{
    sb_task_fn *body = window_run;

    (void)state;
    run_in_loop(on_large_stack, &body);
}

static int window_mouse(void *arg)
{
    struct bench bench;
    struct sb_view_state state = {.speed = 1, .title = "test"};
    struct sb_view *view = NULL;
    const struct sb_part_button *button;
    struct sb_box box;
    double scale;
    SDL_Window *window;
    int width;
    int height;

    (void)arg;
    open_bench(&bench);
    button = (const struct sb_part_button *)bench.button;
    check_int(sb_window_open(&view, bench.world, &state, &bench.diag), 0);
    if (view == NULL)
        return 0;
    window = SDL_GetWindowFromID(1);
    for (unsigned id = 2; window == NULL && id < 16; id++)
        window = SDL_GetWindowFromID(id);
    SDL_GetWindowSize(window, &width, &height);
    box = sb_geometry_world_bounds(bench.world);
    scale = width / (box.right - box.left + 32);
    click((430 - box.left + 16) * scale, (140 - box.top + 16) * scale, true);
    sb_view_frame(view);
    check_int(button->is_pressed, 1);
    click(0, 0, false); /* let go anywhere */
    sb_view_frame(view);
    check_int(button->is_pressed, 0);
    sb_view_close(view);
    close_bench(&bench);
    return 0;
}

static void the_mouse_presses_a_button(void **state)
{
    sb_task_fn *body = window_mouse;

    (void)state;
    run_in_loop(on_large_stack, &body);
}

#endif

/* ---- text */

static int text_form(void *arg)
{
    struct bench bench;
    char text[1024];

    (void)arg;
    open_bench(&bench);
    drive(&bench, "pi:GPIO17", true);
    check_int(sb_part_set_control(bench.button, "pressed", 1), 0);
    check_true(sb_text_view(bench.world, text, sizeof(text)) > 0);
    check_text(text, "● led1\n[b] btn1 pressed\nGPIO17=1  GPIO27=0\n");
    drive(&bench, "pi:GPIO17", false);
    check_int(sb_part_set_control(bench.button, "pressed", 0), 0);
    check_true(sb_text_view(bench.world, text, sizeof(text)) > 0);
    check_text(text, "○ led1\n[b] btn1\nGPIO17=0  GPIO27=z\n");
    check_int(sb_text_view(bench.world, text, 8), 7);
    close_bench(&bench);
    return 0;
}

static void the_board_is_told_as_text(void **state)
{
    (void)state;
    run_in_loop(text_form, NULL);
}

static int lcd_text(void *arg)
{
    struct lcd_rig rig;
    char text[1024];
    static const uint8_t glyph[] = {0x00, 0x00, 0x00, 0x00, 0x1f, 0x1f, 0x1f, 0x1f};

    (void)arg;
    check_int(lcd_rig_open(&rig, &(struct lcd_rig_config){.wires = "RS E D4 D5 D6 D7"}), 0);
    lcd_rig_start(&rig);
    lcd_rig_command(&rig, 0x40);
    for (size_t i = 0; i < sizeof(glyph); i++)
        lcd_rig_data(&rig, glyph[i]);
    lcd_rig_command(&rig, 0x80);
    lcd_rig_text(&rig, "Hot \xdf"
                       "C");
    lcd_rig_data(&rig, 0);
    check_true(sb_text_view(rig.world, text, sizeof(text)) > 0);
    *strstr(text, "\nGPIO") = '\0';
    check_text(text, "┌─ lcd1 ─────────┐\n"
                     "│Hot °C⣤         │\n"
                     "│                │\n"
                     "└────────────────┘");
    lcd_rig_close(&rig);
    return 0;
}

static void an_lcd_is_told_as_text_with_its_own_characters(void **state)
{
    (void)state;
    run_in_loop(lcd_text, NULL);
}

/* ---- keys */

static const char *key_text(const char *bytes)
{
    static char text[256];
    size_t count = strlen(bytes);
    size_t at = 0;
    int used = 0;

    while (at < count) {
        struct sb_terminal_key key;

        at += sb_terminal_key_read(bytes + at, count - at, &key);
        used += snprintf(text + used, sizeof(text) - (size_t)used, "%s%s%s", used == 0 ? "" : " ",
                         key.is_shifted ? "Shift-" : "", key.name);
    }
    return text;
}

static void keys_of_a_terminal_have_names(void **state)
{
    (void)state;
    assert_string_equal(key_text("aB+"), "a Shift-b +");
    assert_string_equal(key_text("\x1b[A\x1bOB\x1b[1;2C"), "ArrowUp ArrowDown Shift-ArrowRight");
    assert_string_equal(key_text("\x1b[15~\x1bOP\x1b[3~"), "F5 F1 Delete");
    assert_string_equal(key_text("\r\t\x7f\x1b"), "Enter Tab Backspace Escape");
}

static void a_key_is_the_attributes_in_any_case(void **state)
{
    (void)state;
    assert_true(sb_keys_is_same("b", "B"));
    assert_true(sb_keys_is_same("B", "b"));
    assert_true(sb_keys_is_same("ArrowUp", "ArrowUp"));
    assert_false(sb_keys_is_same("ArrowUp", "arrowup"));
    assert_false(sb_keys_is_same("", ""));
    assert_false(sb_keys_is_same("b", "bb"));
}

static int key_presses(void *arg)
{
    struct bench bench;
    struct sb_keys keys;
    const struct sb_part_button *button;

    (void)arg;
    open_bench(&bench);
    button = (const struct sb_part_button *)bench.button;
    check_int(sb_keys_init(&keys, bench.world), 0);
    check_int(sb_keys_tap(&keys, "x", 5), 0);
    check_int(sb_keys_tap(&keys, "b", 5), 1);
    sb_keys_tick(&keys, 5 + SB_KEYS_TAP_NS - 1);
    check_int(button->is_pressed, 1);
    sb_keys_tick(&keys, 5 + SB_KEYS_TAP_NS);
    check_int(button->is_pressed, 0);
    sb_keys_stick(&keys, "b");
    sb_keys_hold(&keys, "b", true);
    sb_keys_hold(&keys, "b", false);
    check_int(button->is_pressed, 1);
    sb_keys_stick(&keys, "b");
    check_int(button->is_pressed, 0);
    sb_keys_mouse_down(&keys, bench.world, 430, 140, true);
    sb_keys_mouse_up(&keys);
    check_int(button->is_pressed, 1); /* it sticks */
    sb_keys_mouse_down(&keys, bench.world, 430, 140, false);
    sb_keys_mouse_up(&keys);
    check_int(button->is_pressed, 0);
    sb_keys_deinit(&keys);
    close_bench(&bench);
    return 0;
}

static void a_button_is_pressed_while_anything_presses_it(void **state)
{
    (void)state;
    run_in_loop(key_presses, NULL);
}

/* The middle of a key of a remote that lies at 500, 0. */
static struct sb_point remote_key(unsigned index)
{
    struct sb_point at = sb_geometry_remote_key(index);

    return (struct sb_point){500 + at.x, at.y};
}

static int remote_presses(void *arg)
{
    struct bench bench;
    struct sb_keys keys;
    struct sb_part_ir_remote *remote;
    unsigned index;

    (void)arg;
    sb_diag_init(&bench.diag, NULL, NULL);
    bench.world = sb_world_create(test_loop(), 1);
    remote = (struct sb_part_ir_remote *)add(&bench, "wokwi-ir-remote", "remote", 500, 0, 0, NULL,
                                             0);
    check_int(sb_world_start(bench.world, &bench.diag), 0);
    check_int(sb_keys_init(&keys, bench.world), 0);
    for (unsigned i = 0; i < SB_IR_REMOTE_KEYS; i++) {
        struct sb_point at = remote_key(i);

        check_true(sb_spot_hit(bench.world, at.x, at.y, &index) == &remote->part);
        check_int(index, i);
        sb_keys_mouse_down(&keys, bench.world, at.x, at.y, false);
        check_int(remote->pressed, i);
        sb_keys_mouse_up(&keys);
        check_int(remote->pressed, -1);
        sb_sleep_ms(200);
    }
    check_int(sb_keys_hold(&keys, "PageUp", true), 1);
    check_text(remote->part.type->controls[remote->pressed].name, "plus");
    sb_keys_release(&keys);
    check_int(remote->pressed, -1);
    sb_keys_deinit(&keys);
    close_bench(&bench);
    return 0;
}

static void each_key_of_a_remote_is_a_spot(void **state)
{
    (void)state;
    run_in_loop(remote_presses, NULL);
}

static int remote_text(void *arg)
{
    struct bench bench;
    struct sb_part *remote;
    char text[1024];

    (void)arg;
    sb_diag_init(&bench.diag, NULL, NULL);
    bench.world = sb_world_create(test_loop(), 1);
    remote = add(&bench, "wokwi-ir-remote", "remote", 0, 0, 0, NULL, 0);
    check_int(sb_world_start(bench.world, &bench.diag), 0);
    check_int(sb_part_set_control(remote, "power", 1), 0);
    check_true(sb_text_view(bench.world, text, sizeof(text)) > 0);
    check_text(text, "remote power [o m t PageUp b ArrowLeft Enter ArrowRight 0 PageDown c "
                     "1 2 3 4 5 6\n7 8 9]\n");
    close_bench(&bench);
    return 0;
}

static void a_remote_is_told_as_text_in_eighty_columns(void **state)
{
    (void)state;
    run_in_loop(remote_text, NULL);
}

/* ---- from frame to frame */

static int brightness(void *arg)
{
    struct bench bench;
    struct sb_looks looks;

    (void)arg;
    open_bench(&bench);
    check_int(sb_looks_init(&looks, bench.world), 0);
    drive(&bench, "pi:GPIO17", true);
    sb_sleep_ms(4);
    drive(&bench, "pi:GPIO17", false);
    sb_sleep_ms(12);
    check_true(sb_looks_update(&looks));
    check_int(sb_looks_of(&looks, bench.led)->lit * 100, 25);
    check_true(!sb_looks_update(&looks)); /* no time has passed */
    check_int(sb_looks_of(&looks, bench.led)->lit * 100, 25);
    sb_sleep_ms(16);
    check_true(sb_looks_update(&looks));
    check_int(sb_looks_of(&looks, bench.led)->lit * 100, 0);
    sb_sleep_ms(16);
    check_true(!sb_looks_update(&looks));
    check_int(round(sb_look_led_brightness(bench.led, 0.5) * 1000), 781); /* gamma 2.8 */
    sb_looks_deinit(&looks);
    close_bench(&bench);
    return 0;
}

static void an_led_is_as_bright_as_it_was_lit(void **state)
{
    (void)state;
    run_in_loop(brightness, NULL);
}

TASK_TEST(a_receiver_lights_in_the_frames_in_which_it_receives)
{
    const struct sb_ir_message message = {.address = 1, .command = 2};
    struct sb_part *receiver;
    struct bench bench;
    struct sb_looks looks;

    (void)arg;
    sb_diag_init(&bench.diag, NULL, NULL);
    bench.world = sb_world_create(test_loop(), 1);
    receiver = add(&bench, "wokwi-ir-receiver", "ir1", 0, 0, 0, NULL, 0);
    check_int(sb_world_start(bench.world, &bench.diag), 0);
    check_int(sb_looks_init(&looks, bench.world), 0);
    check_true(!sb_looks_update(&looks));
    check_int(receiver->type->ir_send(receiver, &message), 0);
    sb_sleep_ms(16); /* a frame of NEC lasts 68 ms */
    check_true(sb_looks_update(&looks));
    check_true(sb_looks_of(&looks, receiver)->lit == 1);
    sb_sleep_ms(100);
    check_true(!sb_looks_update(&looks));
    sb_sleep_ms(16);
    check_true(sb_looks_update(&looks));
    check_true(sb_looks_of(&looks, receiver)->lit == 0);
    sb_looks_deinit(&looks);
    close_bench(&bench);
    return 0;
}

static int strip_levels(void *arg)
{
    struct bench bench;
    struct sb_strip strip = {.count = 0};
    const struct sb_strip_wire *wire = &strip.wires[0];

    (void)arg;
    open_bench(&bench);
    check_int(sb_strip_open(&strip, bench.world), 0);
    check_int(strip.count, 2);
    check_text(wire->wire->name, "GPIO17");
    for (int i = 0; i < 5; i++) {
        drive(&bench, "pi:GPIO17", i % 2 == 0);
        sb_sleep_ms(10);
    }
    check_int(wire->count, 5);
    check_int(sb_strip_after(wire, 15000000), 2); /* the changes come at 0, 10, 20 ... ms */
    check_int(sb_strip_level_before(wire, 2), SB_LEVEL_LOW);
    check_int(sb_strip_level_before(wire, 0), SB_LEVEL_FLOATING);
    for (int i = 0; i < SB_STRIP_CHANGES_MAX; i++)
        drive(&bench, "pi:GPIO17", i % 2 == 1);
    check_int(sb_strip_oldest(wire), 5);
    check_int(sb_strip_level_before(wire, 5), SB_LEVEL_HIGH);
    sb_strip_close(&strip);
    close_bench(&bench);
    return 0;
}

static int strip_in_a_byte(void *arg)
{
    struct bench bench;
    struct sb_strip strip = {.count = 0};
    struct sb_terminal *sender;
    struct sb_uart_tx tx;

    (void)arg;
    open_bench(&bench);
    sender = sb_world_terminal(bench.world, "pi:GPIO14");
    sb_uart_tx_init(&tx, sender, 10000, NULL, NULL);
    sb_uart_tx_write(&tx, "", 1);
    sb_sleep_us(150);
    check_int(sb_strip_open(&strip, bench.world), 0);
    for (unsigned i = 0; i < strip.count; i++)
        if (strip.wires[i].wire == sender->wire)
            note("%d", strip.wires[i].first_level);
    check_text(notes(), "0");
    sb_strip_close(&strip);
    sb_uart_tx_deinit(&tx);
    close_bench(&bench);
    return 0;
}

static void a_strip_that_is_opened_in_the_middle_of_a_byte_begins_with_its_bit(void **state)
{
    (void)state;
    run_in_loop(strip_in_a_byte, NULL);
}

static void the_strip_keeps_the_last_changes(void **state)
{
    (void)state;
    run_in_loop(strip_levels, NULL);
}

static int status_texts(void *arg)
{
    struct bench bench;
    struct sb_view_state state = {.speed = 0.5, .is_paused = true, .title = "test"};
    struct sb_view view = {.shows_help = false};
    char text[256];

    (void)arg;
    open_bench(&bench);
    check_int(sb_view_init(&view, bench.world, &state), 0);
    sb_sleep_ms(1234);
    sb_view_status(&view, text, sizeof(text));
    check_text(text, "1.234 s  x1/2  paused");
    sb_view_violations(bench.world, text, sizeof(text));
    check_text(text, "");
    sb_examine(bench.world, SB_RULE_WIRE_CONFLICT, bench.led, -1, "first");
    sb_examine(bench.world, SB_RULE_INPUT_FLOATING, NULL, -1, "second");
    sb_view_violations(bench.world, text, sizeof(text));
    check_text(text, "2 violations: input-floating: second");
    sb_view_deinit(&view);
    close_bench(&bench);
    return 0;
}

static void the_status_tells_time_speed_and_the_last_violation(void **state)
{
    (void)state;
    run_in_loop(status_texts, NULL);
}

static int no_terminal(void *arg)
{
    struct bench bench;
    struct sb_view_state state = {.speed = 1, .title = "test"};
    struct sb_view *view = NULL;
    int saved = dup(STDOUT_FILENO);
    int rc;

    (void)arg;
    open_bench(&bench);
    fflush(stdout);
    check_true(freopen("/dev/null", "w", stdout) != NULL);
    rc = sb_terminal_open(&view, bench.world, &state, &bench.diag);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    check_int(rc, -ENODEV);
    check_true(strstr(bench.diag.last, "--headless") != NULL);
    sb_terminal_restore(); /* nothing to do */
    sb_view_close(NULL);
    check_int(sb_view_input_fd(NULL), -1);
    close_bench(&bench);
    return 0;
}

static void a_terminal_view_needs_a_terminal(void **state)
{
    (void)state;
    run_in_loop(no_terminal, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_without_items_turns_once),
        cmocka_unit_test(a_path_goes_by_its_items_and_closes_the_gap),
        cmocka_unit_test(items_after_the_star_belong_to_the_second_end),
        cmocka_unit_test(fillers_and_nonsense_in_a_path_are_passed_over),
        cmocka_unit_test(a_wire_with_an_empty_colour_is_hidden),
        cmocka_unit_test(colours_come_by_name_and_by_digits),
        cmocka_unit_test(terminal_colours_are_the_nearest),
        cmocka_unit_test(pins_are_where_the_drawing_has_them),
        cmocka_unit_test(a_point_hits_the_part_that_can_be_touched),
#if SB_HAVE_SDL2
        cmocka_unit_test(resistors_have_the_bands_of_their_value),
        cmocka_unit_test(an_led_is_drawn_lit_or_dark),
        cmocka_unit_test(what_a_gps_module_says_stays_within_it),
        cmocka_unit_test(names_of_a_knobs_pins_are_apart),
        cmocka_unit_test(wires_are_drawn_in_their_colours_along_their_paths),
        cmocka_unit_test(a_pressed_button_looks_pressed_and_a_part_is_cropped),
        cmocka_unit_test(an_lcd_is_drawn_dot_for_dot),
        cmocka_unit_test(the_same_state_gives_the_same_bytes),
        cmocka_unit_test(a_window_takes_keys),
        cmocka_unit_test(the_mouse_presses_a_button),
#endif
        cmocka_unit_test(the_board_is_told_as_text),
        cmocka_unit_test(an_lcd_is_told_as_text_with_its_own_characters),
        cmocka_unit_test(keys_of_a_terminal_have_names),
        cmocka_unit_test(a_key_is_the_attributes_in_any_case),
        cmocka_unit_test(a_button_is_pressed_while_anything_presses_it),
        cmocka_unit_test(each_key_of_a_remote_is_a_spot),
        cmocka_unit_test(a_remote_is_told_as_text_in_eighty_columns),
        cmocka_unit_test(an_led_is_as_bright_as_it_was_lit),
        cmocka_unit_test(a_receiver_lights_in_the_frames_in_which_it_receives),
        cmocka_unit_test(the_strip_keeps_the_last_changes),
        cmocka_unit_test(a_strip_that_is_opened_in_the_middle_of_a_byte_begins_with_its_bit),
        cmocka_unit_test(the_status_tells_time_speed_and_the_last_violation),
        cmocka_unit_test(a_terminal_view_needs_a_terminal),
    };

    setenv("SDL_VIDEODRIVER", "dummy", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
