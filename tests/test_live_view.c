/* SPDX-License-Identifier: MIT */
/* What a view of a real board does with keys and mouse: nothing moves, and it says so. */
#include "tests/support.h"

#include <stdio.h>
#include <string.h>

#include "sim/draw/view_private.h"
#include "sim/mirror.h"

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
    check_true(control_of("pot1") == 0);
    end();
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_of_a_part_says_that_it_is_to_be_pressed_there),
        cmocka_unit_test(what_is_turned_stays_where_it_is),
        cmocka_unit_test(time_cannot_be_stopped),
        cmocka_unit_test(what_is_the_views_own_still_works),
        cmocka_unit_test(the_status_has_no_speed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
