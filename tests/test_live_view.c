/* SPDX-License-Identifier: MIT */
/* What a view of a real board does with keys and mouse: nothing moves, and it says so. And what it shows at first. */
#include "tests/support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "lib/hal/tap.h"
#include "sim/draw/picture.h"
#include "sim/draw/view_private.h"
#include "sim/mirror.h"
#include "sim/parts/part_gps.h"

static struct sb_world *world;
static struct sb_diag diag;
static struct sb_view_state shown = {.speed = 1, .is_live = true};
static struct sb_view view;

static void add(const char *type, const char *id, const char *attr, const char *value)
{
    const char *const attrs[1][2] = {{attr, value}};
    struct sb_part_spec spec = {.type = type, .id = id, .attrs = attrs, .attr_count = attr != NULL};

    check_int(sb_world_add_part(world, &spec, NULL, &diag), 0);
}

/* A button with the key b at the upper left, and a potentiometer. */
static void begin(void)
{
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), 1);
    sb_mirror_init(world);
    add("wokwi-pushbutton", "btn1", "key", "b");
    add("wokwi-potentiometer", "pot1", NULL, NULL);
    add("softboard-raspberry-pi", "pi", NULL, NULL);
    check_int(sb_world_start(world, &diag), 0);
    sb_mirror_advance(world, 0);
    memset(&view, 0, sizeof(view));
    check_int(sb_view_init(&view, world, &shown), 0);
}

static void end(void)
{
    sb_view_deinit(&view);
    sb_world_destroy(world);
}

static double control_of(const char *id)
{
    const struct sb_part *part = sb_world_part(world, id);

    return part->type->get_control(part, 0);
}

TASK_TEST(a_key_of_a_part_says_that_it_is_to_be_pressed_there)
{
    (void)arg;
    begin();
    sb_view_note_refused(&view);
    check_text(sb_view_note(&view), "");
    check_true(sb_keys_hold(&view.keys, "b", true));
    sb_view_note_refused(&view);
    check_text(sb_view_note(&view), "btn1 is on the real board: press it there");
    check_true(control_of("btn1") == 0);
    end();
    return 0;
}

TASK_TEST(what_is_turned_stays_where_it_is)
{
    (void)arg;
    begin();
    check_true(sb_keys_hold(&view.keys, "ArrowRight", true));
    sb_view_note_refused(&view);
    check_text(sb_view_note(&view), "pot1 is on the real board: nothing here moves it");
    check_true(isnan(control_of("pot1")));
    end();
    return 0;
}

TASK_TEST(a_remote_lists_no_keys_that_would_do_nothing)
{
    char text[256];

    (void)arg;
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), 1);
    sb_mirror_init(world);
    add("wokwi-ir-remote", "remote", NULL, NULL);
    check_int(sb_world_start(world, &diag), 0);
    check_true(sb_text_view(world, text, sizeof(text)) > 0);
    check_text(text, "remote\n");
    sb_world_destroy(world);
    return 0;
}

TASK_TEST(time_cannot_be_stopped)
{
    static const char *const keys[] = {"p", " ", ".", "+", "=", "-"};

    (void)arg;
    begin();
    for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        view.note[0] = '\0';
        check_true(sb_view_command(&view, keys[i]));
        check_text(sb_view_note(&view), "a real board has no pause and no speed");
    }
    check_true(!shown.is_paused && shown.speed == 1 && shown.step_requests == 0);
    end();
    return 0;
}

TASK_TEST(what_is_the_views_own_still_works)
{
    (void)arg;
    begin();
    check_true(sb_view_command(&view, "h"));
    check_true(view.shows_help);
    check_true(sb_view_command(&view, "q"));
    check_true(shown.quit_requested);
    check_text(sb_view_note(&view), "");
    end();
    return 0;
}

TASK_TEST(the_status_has_no_speed)
{
    char status[64];

    (void)arg;
    begin();
    sb_mirror_advance(world, 1500000000);
    sb_view_status(&view, status, sizeof(status));
    check_text(status, "1.500 s  real pins");
    end();
    return 0;
}

/* ---- what nobody has said yet */

/* A part with an attribute whose value the real one is not known to have, on a mirrored board. */
static struct sb_part *begin_with(const char *type, const char *attr, const char *value)
{
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), 1);
    sb_mirror_init(world);
    add("softboard-raspberry-pi", "pi", NULL, NULL);
    add(type, "part", attr, value);
    check_int(sb_world_start(world, &diag), 0);
    sb_mirror_advance(world, 0);
    return sb_world_part(world, "part");
}

static void check_told(const char *text)
{
    char told[256];

    check_true(sb_text_view(world, told, sizeof(told)) > 0);
    check_text(told, text);
    sb_world_destroy(world);
}

TASK_TEST(the_text_has_no_number_before_the_program_has_one)
{
    (void)arg;
    (void)begin_with("softboard-htu21d", "temperature", "90");
    check_told("part  temperature --  humidity --\n");
    (void)begin_with("wokwi-potentiometer", "value", "1023");
    check_told("part  position --\n");
    (void)begin_with("softboard-gps", "latitude", "47");
    check_told("part  fix --\n");
    return 0;
}

TASK_TEST(the_text_has_each_number_once_the_program_has_it)
{
    static const uint8_t in[] = {0x68, 0x38, 0x1e};
    const struct sb_tap_transfer transfer = {.address = 0x40, .in = in, .in_size = sizeof(in)};
    const struct sb_sim_gps_fix no_fix = {.is_valid = false};
    struct sb_part *part;

    (void)arg;
    part = begin_with("softboard-htu21d", "humidity", "90");
    part->type->mirror_transfer(part, &transfer);
    check_told("part  temperature 24.69  humidity --\n");
    part = begin_with("softboard-gps", NULL, NULL);
    sb_part_gps_show(part, &no_fix, SB_SIM_GPS_FIX, NULL, 0, 0);
    check_told("part  fix 0\n");
    return 0;
}

/* The part's picture; the caller frees its pixels. */
static void draw(struct sb_picture *picture, const struct sb_part *part)
{
    check_int(sb_picture_draw(picture, world, part), 0);
}

static bool is_same(const struct sb_picture *a, const struct sb_picture *b)
{
    return a->width == b->width && a->height == b->height &&
           memcmp(a->pixels, b->pixels, 3 * (size_t)(a->width * a->height)) == 0;
}

/* Whether its picture is the same whatever the board file says. */
static void check_unknown(const char *type, const char *attr, const char *one, const char *other)
{
    struct sb_picture pictures[2];

    draw(&pictures[0], begin_with(type, attr, one));
    sb_world_destroy(world);
    draw(&pictures[1], begin_with(type, attr, other));
    sb_world_destroy(world);
    check_true(is_same(&pictures[0], &pictures[1]));
    sb_picture_free(&pictures[0]);
    sb_picture_free(&pictures[1]);
}

TASK_TEST(a_picture_shows_nothing_of_the_board_files_values)
{
    (void)arg;
    if (!SB_HAVE_SDL2)
        return 0;
    check_unknown("softboard-htu21d", "temperature", "24", "90");
    check_unknown("softboard-htu21d", "humidity", "5", "90");
    check_unknown("wokwi-potentiometer", "value", "0", "900");
    check_unknown("wokwi-slide-potentiometer", "value", "0", "900");
    check_unknown("softboard-gps", "latitude", "0", "47");
    return 0;
}

/* The picture of a GPS module that has said so much. */
static void draw_gps(struct sb_picture *picture, unsigned known, bool is_valid)
{
    const struct sb_sim_gps_fix fix = {.is_valid = is_valid};
    struct sb_part *part = begin_with("softboard-gps", NULL, NULL);

    sb_part_gps_show(part, &fix, known, NULL, 0, 0);
    draw(picture, part);
    sb_world_destroy(world);
}

TASK_TEST(a_picture_of_zero_is_none_of_not_known)
{
    static const unsigned data[] = {SB_SIM_GPS_FIX, SB_SIM_GPS_PLACE, SB_SIM_GPS_ALTITUDE,
                                    SB_SIM_GPS_SPEED, SB_SIM_GPS_COURSE};
    struct sb_picture nothing;

    (void)arg;
    if (!SB_HAVE_SDL2)
        return 0;
    draw_gps(&nothing, 0, false);
    for (unsigned i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
        struct sb_picture zero;

        draw_gps(&zero, data[i], false);
        check_true(!is_same(&nothing, &zero));
        sb_picture_free(&zero);
    }
    sb_picture_free(&nothing);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_of_a_part_says_that_it_is_to_be_pressed_there),
        cmocka_unit_test(what_is_turned_stays_where_it_is),
        cmocka_unit_test(a_remote_lists_no_keys_that_would_do_nothing),
        cmocka_unit_test(time_cannot_be_stopped),
        cmocka_unit_test(what_is_the_views_own_still_works),
        cmocka_unit_test(the_status_has_no_speed),
        cmocka_unit_test(the_text_has_no_number_before_the_program_has_one),
        cmocka_unit_test(the_text_has_each_number_once_the_program_has_it),
        cmocka_unit_test(a_picture_shows_nothing_of_the_board_files_values),
        cmocka_unit_test(a_picture_of_zero_is_none_of_not_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
