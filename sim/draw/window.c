/* SPDX-License-Identifier: MIT */
/* The window: its events and its frames. What is in it is drawn by window_scene.c and window_overlay.c. */
#include "sim/draw/window_private.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#if SB_HAVE_SDL2

#include <SDL.h>

#define STATUS_PERIOD_NS 200000000 /* of wall time, when nothing but the time changes */
#define STRIP_PERIOD_NS  33000000
#define SCREEN_SHARE     0.85 /* of the screen, at most */

/* ---- keys */

/* The key's name in the DOM; empty when it has none that a board could use. */
static void name_key(SDL_Keycode code, char out[16])
{
    static const struct {
        SDL_Keycode code;
        const char *name;
    } names[] = {
        {SDLK_UP, "ArrowUp"},       {SDLK_DOWN, "ArrowDown"}, {SDLK_LEFT, "ArrowLeft"},
        {SDLK_RIGHT, "ArrowRight"}, {SDLK_RETURN, "Enter"},   {SDLK_KP_ENTER, "Enter"},
        {SDLK_ESCAPE, "Escape"},    {SDLK_TAB, "Tab"},        {SDLK_BACKSPACE, "Backspace"},
        {SDLK_DELETE, "Delete"},    {SDLK_INSERT, "Insert"},  {SDLK_HOME, "Home"},
        {SDLK_END, "End"},          {SDLK_PAGEUP, "PageUp"},  {SDLK_PAGEDOWN, "PageDown"},
        {SDLK_KP_PLUS, "+"},        {SDLK_KP_MINUS, "-"},     {SDLK_KP_PERIOD, "."},
        {SDLK_KP_0, "0"},
    };

    out[0] = '\0';
    if (code >= ' ' && code < 0x7f)
        snprintf(out, 16, "%c", (char)code);
    else if (code >= SDLK_F1 && code <= SDLK_F12)
        snprintf(out, 16, "F%d", (int)(code - SDLK_F1) + 1);
    else if (code >= SDLK_KP_1 && code <= SDLK_KP_9)
        snprintf(out, 16, "%d", (int)(code - SDLK_KP_1) + 1);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].code == code)
            snprintf(out, 16, "%s", names[i].name);
}

/* PROGRAM-N.png in the current folder, with the first number that is free. */
static void save_screenshot(struct sb_window *window)
{
    const char *title = window->base.state->title;
    const char *slash = strrchr(title, '/');
    struct sb_diag diag;
    char path[128];
    char note[160];

    do
        snprintf(path, sizeof(path), "%.100s-%u.png", slash == NULL ? title : slash + 1,
                 ++window->screenshot_number);
    while (access(path, F_OK) == 0);
    sb_diag_init(&diag, NULL, NULL);
    if (sb_screenshot(window->base.world, NULL, path, &diag) < 0)
        snprintf(note, sizeof(note), "%.150s", diag.last);
    else
        snprintf(note, sizeof(note), "saved %s", path);
    sb_view_set_note(&window->base, note);
}

/* A window that another size suits: not maximized, and its new lower edge is on the screen. */
static bool may_be_high(SDL_Window *window, int height)
{
    SDL_Rect screen;
    int top = 0;

    if ((SDL_GetWindowFlags(window) & (SDL_WINDOW_MAXIMIZED | SDL_WINDOW_FULLSCREEN)) != 0)
        return false;
    SDL_GetWindowPosition(window, NULL, &top);
    return SDL_GetDisplayUsableBounds(SDL_GetWindowDisplayIndex(window), &screen) != 0 ||
           top + height <= screen.y + screen.h;
}

/* The window grows and shrinks with the strip, so that the board stays as it is. */
static void toggle_strip(struct sb_window *window)
{
    int height_before = sb_window_overlay_height(window);
    int growth;
    int width;
    int height;

    if (sb_strip_open(&window->strip, window->base.world) < 0)
        sb_view_set_note(&window->base, "no memory for the logic strip");
    window->shows_strip = !window->shows_strip;
    growth = (int)((sb_window_overlay_height(window) - height_before) / window->density);
    SDL_GetWindowSize(window->window, &width, &height);
    if (window->shows_strip)
        window->has_grown = may_be_high(window->window, height + growth);
    if (window->has_grown)
        SDL_SetWindowSize(window->window, width, height + growth);
    window->has_to_fit = true;
}

static void on_command(struct sb_window *window, const char *key)
{
    if (strcmp(key, "s") == 0)
        save_screenshot(window);
    else if (strcmp(key, "l") == 0)
        toggle_strip(window);
    else if (strcmp(key, "Escape") == 0)
        window->base.state->quit_requested = true;
    else if (!sb_view_command(&window->base, key))
        return;
    window->has_to_draw = true;
}

static void on_key(struct sb_window *window, const SDL_KeyboardEvent *event)
{
    char name[16];

    name_key(event->keysym.sym, name);
    if (event->type == SDL_KEYUP) {
        sb_keys_hold(&window->base.keys, name, false);
        return;
    }
    if ((event->keysym.sym == SDLK_EQUALS) && (event->keysym.mod & KMOD_SHIFT))
        snprintf(name, sizeof(name), "+");
    if (event->repeat != 0 && name[0] != '.' && !sb_keys_is_slide(&window->base.keys, name))
        return;
    if ((event->keysym.mod & KMOD_CTRL) != 0 || !sb_keys_hold(&window->base.keys, name, true))
        on_command(window, name);
}

/* ---- other events */

static struct sb_point board_point(const struct sb_window *window, int x, int y)
{
    return sb_window_scene_point(window, x * window->density, y * window->density);
}

static void on_mouse_down(struct sb_window *window, const SDL_MouseButtonEvent *event)
{
    struct sb_point at = board_point(window, event->x, event->y);

    if (event->button == SDL_BUTTON_LEFT)
        sb_keys_mouse_down(&window->base.keys, window->base.world, at.x, at.y,
                           (SDL_GetModState() & (KMOD_CTRL | KMOD_GUI)) != 0);
}

static void on_mouse_wheel(struct sb_window *window, const SDL_MouseWheelEvent *event)
{
    struct sb_point at;
    int x;
    int y;

    SDL_GetMouseState(&x, &y);
    at = board_point(window, x, y);
    sb_keys_mouse_wheel(&window->base.keys, window->base.world, at.x, at.y, event->y);
}

static void on_event(struct sb_window *window, const SDL_Event *event)
{
    struct sb_point at;

    switch (event->type) {
    case SDL_QUIT:
        window->base.state->quit_requested = true;
        break;
    case SDL_KEYDOWN:
    case SDL_KEYUP:
        on_key(window, &event->key);
        break;
    case SDL_MOUSEBUTTONDOWN:
        on_mouse_down(window, &event->button);
        break;
    case SDL_MOUSEMOTION:
        at = board_point(window, event->motion.x, event->motion.y);
        sb_keys_mouse_move(&window->base.keys, at.x, at.y);
        break;
    case SDL_MOUSEWHEEL:
        on_mouse_wheel(window, &event->wheel);
        break;
    case SDL_MOUSEBUTTONUP:
        sb_keys_mouse_up(&window->base.keys);
        break;
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
        window->has_to_fit = true;
        break;
    case SDL_WINDOWEVENT:
        if (event->window.event == SDL_WINDOWEVENT_FOCUS_LOST)
            sb_keys_release(&window->base.keys);
        else if (event->window.event == SDL_WINDOWEVENT_SIZE_CHANGED)
            window->has_to_fit = true;
        window->has_to_draw = true;
        break;
    default:
        break;
    }
}

/* ---- frames */

static int fit(struct sb_window *window)
{
    int logical_width;
    int logical_height;

    SDL_GetWindowSize(window->window, &logical_width, &logical_height);
    SDL_GetRendererOutputSize(window->renderer, &window->width, &window->height);
    window->density = logical_width > 0 ? (double)window->width / logical_width : 1;
    window->has_to_fit = false;
    window->has_to_draw = true;
    return sb_window_scene_fit(window, window->width,
                               window->height - sb_window_overlay_height(window));
}

static bool is_due(const struct sb_window *window, int64_t wall_ns)
{
    int64_t period_ns = window->shows_strip ? STRIP_PERIOD_NS : STATUS_PERIOD_NS;

    return window->has_to_draw || wall_ns - window->drawn_ns >= period_ns;
}

static void frame(struct sb_view *view)
{
    struct sb_window *window = (struct sb_window *)view;
    int64_t wall_ns = sb_view_wall_ns();
    bool has_changed;
    SDL_Event event;

    while (SDL_PollEvent(&event))
        on_event(window, &event);
    sb_view_note_refused(view);
    has_changed = sb_looks_update(&view->looks);
    if (window->has_to_fit && fit(window) < 0)
        view->state->quit_requested = true; /* nothing could be seen any more */
    else if (has_changed)
        sb_window_scene_update(window, false);
    if (!has_changed && !is_due(window, wall_ns))
        return;
    window->has_to_draw = false;
    window->drawn_ns = wall_ns;
    sb_window_scene_show(window);
    sb_window_draw_overlay(window);
    SDL_RenderPresent(window->renderer);
}

/* ---- opening and closing */

static void close_window(struct sb_view *view)
{
    struct sb_window *window = (struct sb_window *)view;

    sb_strip_close(&window->strip);
    sb_window_scene_free(&window->scene);
    sb_texts_destroy(window->texts);
    if (window->renderer != NULL)
        SDL_DestroyRenderer(window->renderer);
    if (window->window != NULL)
        SDL_DestroyWindow(window->window);
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
    sb_view_deinit(view);
    free(window);
}

/* The board as large as fits well, up to twice its size. */
static double choose_scale(double width, double height)
{
    static const double scales[] = {2, 1.5, 1.25, 1};
    SDL_Rect screen = {0, 0, 1280, 800};

    SDL_GetDisplayUsableBounds(0, &screen);
    for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++)
        if (width * scales[i] <= screen.w * SCREEN_SHARE &&
            height * scales[i] + SB_WINDOW_STATUS_HEIGHT <= screen.h * SCREEN_SHARE)
            return scales[i];
    return fmin(screen.w * SCREEN_SHARE / width,
                (screen.h * SCREEN_SHARE - SB_WINDOW_STATUS_HEIGHT) / height);
}

static bool make_window(struct sb_window *window)
{
    struct sb_box *box = &window->scene.bounds;
    double width;
    double height;
    double scale;

    *box = sb_geometry_world_bounds(window->base.world);
    *box = (struct sb_box){box->left - SB_WINDOW_MARGIN, box->top - SB_WINDOW_MARGIN,
                           box->right + SB_WINDOW_MARGIN, box->bottom + SB_WINDOW_MARGIN};
    width = box->right - box->left;
    height = box->bottom - box->top;
    scale = choose_scale(width, height);
    window->window = SDL_CreateWindow(window->base.state->title, SDL_WINDOWPOS_UNDEFINED,
                                      SDL_WINDOWPOS_UNDEFINED, (int)fmax(360, width * scale),
                                      (int)fmax(160, height * scale + SB_WINDOW_STATUS_HEIGHT),
                                      SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (window->window == NULL)
        return false;
    window->renderer = SDL_CreateRenderer(window->window, -1, SDL_RENDERER_TARGETTEXTURE);
    if (window->renderer == NULL)
        window->renderer = SDL_CreateRenderer(window->window, -1, SDL_RENDERER_SOFTWARE);
    window->texts = window->renderer == NULL ? NULL : sb_texts_create(window->renderer);
    return window->texts != NULL && fit(window) == 0;
}

static int refuse(struct sb_diag *diag, const char *why)
{
    (void)sb_diag_error(diag, (struct sb_place){.file = NULL},
                        "no window: %s: say --headless to run without", why);
    return -ENODEV;
}

int sb_window_open(struct sb_view **out, struct sb_world *world, struct sb_view_state *state,
                   struct sb_diag *diag)
{
    struct sb_window *window;

    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1"); /* signals are the program's */
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0)
        return refuse(diag, SDL_GetError());
    window = calloc(1, sizeof(*window));
    if (window == NULL || sb_view_init(&window->base, world, state) < 0 ||
        sb_strip_open(&window->strip, world) < 0) {
        free(window);
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
        return -ENOMEM;
    }
    window->base.frame = frame;
    window->base.close = close_window;
    if (!make_window(window)) {
        (void)refuse(diag, SDL_GetError());
        close_window(&window->base);
        return -ENODEV;
    }
    SDL_StopTextInput();
    *out = &window->base;
    return 0;
}

#else

int sb_window_open(struct sb_view **out, struct sb_world *world, struct sb_view_state *state,
                   struct sb_diag *diag)
{
    (void)out;
    (void)world;
    (void)state;
    (void)sb_diag_error(
        diag, (struct sb_place){.file = NULL},
        "no window: built without SDL2; install it and build again, or say --headless");
    return -ENOTSUP;
}

#endif
