/* SPDX-License-Identifier: MIT */
/* What window and terminal share: commands, the status line, and which of the two is meant. */
#include "sim/draw/view_private.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SPEED_MAX 1048576.0
#define NOTE_NS   4000000000

void sb_view_frame(struct sb_view *view)
{
    view->frame(view);
}

int sb_view_input_fd(const struct sb_view *view)
{
    return view == NULL ? -1 : view->input_fd;
}

void sb_view_close(struct sb_view *view)
{
    if (view != NULL)
        view->close(view);
}

int sb_view_init(struct sb_view *view, struct sb_world *world, struct sb_view_state *state)
{
    int rc = sb_looks_init(&view->looks, world);

    view->world = world;
    view->state = state;
    view->input_fd = -1;
    return rc < 0 ? rc : sb_keys_init(&view->keys, world);
}

void sb_view_deinit(struct sb_view *view)
{
    sb_keys_deinit(&view->keys);
    sb_looks_deinit(&view->looks);
}

void sb_view_set_note(struct sb_view *view, const char *text)
{
    snprintf(view->note, sizeof(view->note), "%s", text);
    view->note_end_ns = sb_view_wall_ns() + NOTE_NS;
}

const char *sb_view_note(const struct sb_view *view)
{
    return sb_view_wall_ns() < view->note_end_ns ? view->note : "";
}

void sb_view_note_refused(struct sb_view *view)
{
    const struct sb_keys_item *item = sb_keys_take_refused(&view->keys);
    char note[sizeof(view->note)];

    if (item == NULL)
        return;
    snprintf(note, sizeof(note), "%.80s is on the real board: %s", item->part->id,
             item->spot.kind == SB_SPOT_PRESS ? "press it there" : "nothing here moves it");
    sb_view_set_note(view, note);
}

/* The keys that are about simulated time. */
static bool is_about_time(char key)
{
    return key != '\0' && strchr("p .+=-", key) != NULL;
}

bool sb_view_command(struct sb_view *view, const char *key)
{
    struct sb_view_state *state = view->state;

    if (key[0] == '\0' || key[1] != '\0')
        return false;
    if (state->is_live && is_about_time(key[0])) {
        sb_view_set_note(view, "a real board has no pause and no speed");
        return true;
    }
    switch (key[0]) {
    case 'q':
        state->quit_requested = true;
        return true;
    case 'p':
    case ' ':
        state->is_paused = !state->is_paused;
        return true;
    case '.':
        if (state->is_paused)
            state->step_requests++;
        return true;
    case '+':
    case '=':
        state->speed = state->speed * 2 > SPEED_MAX ? SPEED_MAX : state->speed * 2;
        return true;
    case '-':
        state->speed = state->speed / 2 < 1 / SPEED_MAX ? 1 / SPEED_MAX : state->speed / 2;
        return true;
    case 'h':
        view->shows_help = !view->shows_help;
        return true;
    default:
        return false;
    }
}

void sb_view_status(const struct sb_view *view, char *out, size_t size)
{
    const struct sb_view_state *state = view->state;
    double now_s = (double)sb_world_now_ns(view->world) / 1e9;
    char speed[32];

    if (state->is_live) {
        snprintf(out, size, "%.3f s  real pins", now_s);
        return;
    }
    if (state->speed >= 1)
        snprintf(speed, sizeof(speed), "x%.6g", state->speed);
    else
        snprintf(speed, sizeof(speed), "x1/%.6g", 1 / state->speed);
    snprintf(out, size, "%.3f s  %s%s", now_s, speed, state->is_paused ? "  paused" : "");
}

void sb_view_violations(const struct sb_world *world, char *out, size_t size)
{
    const struct sb_examiner *examiner = &world->examiner;
    uint64_t kept = examiner->count < SB_EXAMINER_KEPT ? examiner->count : SB_EXAMINER_KEPT;
    const struct sb_violation *last = &examiner->kept[kept == 0 ? 0 : kept - 1];

    out[0] = '\0';
    if (kept == 0)
        return;
    snprintf(out, size, "%llu violation%s: %s%s%s: %s", (unsigned long long)examiner->count,
             examiner->count == 1 ? "" : "s", last->part == NULL ? "" : last->part->id,
             last->part == NULL ? "" : ": ", sb_rule_info(last->rule)->name, last->text);
}

int64_t sb_view_wall_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
