/* SPDX-License-Identifier: MIT */
/* What lies over the board in the window: status line, logic strip, help. */
#include "sim/draw/window_private.h"

#include "config.h"

#if SB_HAVE_SDL2

#include <math.h>
#include <stdio.h>
#include <string.h>

/* All in logical pixels of the window. */
#define TEXT_SIZE     13.0
#define ROW_HEIGHT    22.0
#define NAME_WIDTH    90.0
#define STRIP_PADDING 6.0
#define SPAN_NS       5e9 /* shown at speed 1 */

static struct sb_colour grey(unsigned level)
{
    return sb_colour_hex(level << 16 | level << 8 | level);
}

static double strip_height(const struct sb_window *window)
{
    unsigned count = window->strip.count == 0 ? 1 : window->strip.count;

    return window->shows_strip ? count * ROW_HEIGHT + 2 * STRIP_PADDING + 16 : 0;
}

int sb_window_overlay_height(const struct sb_window *window)
{
    return (int)((SB_WINDOW_STATUS_HEIGHT + strip_height(window)) * window->density);
}

/* ---- the status line */

static void draw_status(struct sb_window *window, struct sb_canvas *canvas, double width,
                        double height)
{
    double top = height - SB_WINDOW_STATUS_HEIGHT;
    double middle = top + SB_WINDOW_STATUS_HEIGHT / 2;
    const char *note = sb_view_note(&window->base);
    double at = 10;
    char text[320];

    sb_canvas_fill(canvas, 0, top, width, SB_WINDOW_STATUS_HEIGHT, sb_colour_hex(0x263238));
    sb_view_status(&window->base, text, sizeof(text));
    sb_canvas_text(canvas, at, middle, TEXT_SIZE, SB_ALIGN_LEFT, 0, sb_colour_hex(0xeceff1), text);
    at += fmax(170, sb_canvas_text_width(canvas, TEXT_SIZE, text) + 20);
    if (note[0] != '\0')
        snprintf(text, sizeof(text), "%s", note);
    else
        sb_view_violations(window->base.world, text, sizeof(text));
    sb_canvas_text(canvas, at, middle, TEXT_SIZE, SB_ALIGN_LEFT, 0,
                   sb_colour_hex(note[0] != '\0' ? 0xa5d6a7 : 0xff6b6b), text);
    sb_canvas_fill(canvas, width - 70, top, 70, SB_WINDOW_STATUS_HEIGHT, sb_colour_hex(0x263238));
    sb_canvas_text(canvas, width - 10, middle, TEXT_SIZE, SB_ALIGN_RIGHT, 0,
                   sb_colour_hex(0x90a4ae), "h: help");
}

/* ---- the strip */

struct plot {
    struct sb_canvas *canvas;
    double left, width;
    double top, height; /* of the row: high at the top */
    int64_t from_ns, span_ns;
    struct sb_colour colour;
};

static double plot_x(const struct plot *plot, int64_t time_ns)
{
    double share = (double)(time_ns - plot->from_ns) / (double)plot->span_ns;

    return plot->left + plot->width * fmin(fmax(share, 0), 1);
}

static void plot_level(const struct plot *plot, double from, double to, enum sb_level level)
{
    double y = plot->top;

    if (level == SB_LEVEL_LOW)
        y += plot->height;
    else if (level != SB_LEVEL_HIGH)
        y += plot->height / 2;
    sb_canvas_fill(plot->canvas, from, y - 0.75, to - from, 1.5,
                   level == SB_LEVEL_CONFLICT   ? sb_colour_hex(0xff5252)
                   : level == SB_LEVEL_FLOATING ? sb_colour_hex(0x78909c)
                                                : plot->colour);
}

static void plot_edges(const struct plot *plot, double from, double to)
{
    sb_canvas_fill(plot->canvas, from - 0.75, plot->top - 0.75, fmax(1.5, to - from + 1.5),
                   plot->height + 1.5, plot->colour);
}

/* Changes that are closer than a pixel become one bar. */
static void plot_wire(const struct plot *plot, const struct sb_strip_wire *wire)
{
    int64_t pixel_ns = (int64_t)((double)plot->span_ns / plot->width) + 1;
    uint64_t number = sb_strip_after(wire, plot->from_ns);
    enum sb_level level = sb_strip_level_before(wire, number);
    double x = plot_x(plot, 0); /* before that there was no time */

    while (number < wire->count) {
        const struct sb_strip_change *last = sb_strip_change_at(wire, number);
        double first_x = plot_x(plot, last->time_ns);

        plot_level(plot, x, first_x, level);
        for (number++; number < wire->count; number++) {
            const struct sb_strip_change *next = sb_strip_change_at(wire, number);

            if (next->time_ns - last->time_ns > pixel_ns)
                break;
            last = next;
        }
        x = plot_x(plot, last->time_ns);
        plot_edges(plot, first_x, x);
        level = last->level;
    }
    plot_level(plot, x, plot->left + plot->width, level);
}

static struct sb_colour trace_colour(const struct sb_world *world, const struct sb_wire *wire)
{
    struct sb_colour colour = sb_colour_hex(0x69f0ae);

    for (struct sb_list *n = world->connections.next; n != &world->connections; n = n->next) {
        const struct sb_connection *connection = SB_CONTAINER_OF(n, struct sb_connection, node);

        if (connection->a->wire == wire) {
            colour = sb_draw_wire_colour(connection);
            break;
        }
    }
    return sb_colour_brightness(colour) < 0.45 ? sb_colour_mix(colour, grey(255), 0.45) : colour;
}

static void draw_time_axis(const struct plot *plot, double y)
{
    double span_s = (double)plot->span_ns / 1e9;
    char text[64];

    for (unsigned i = 0; i <= 5; i++) {
        double x = plot->left + plot->width * i / 5;

        sb_canvas_fill(plot->canvas, x, STRIP_PADDING + plot->top, 1, y - plot->top - 12, grey(70));
        snprintf(text, sizeof(text), i == 5 ? "now" : "-%.4g s", span_s * (5 - i) / 5);
        sb_canvas_text(plot->canvas, x, y, 10, i == 5 ? SB_ALIGN_RIGHT : SB_ALIGN_CENTRE, 0,
                       grey(150), text);
    }
}

static void draw_strip(struct sb_window *window, struct sb_canvas *canvas, double width,
                       double bottom)
{
    const struct sb_strip *strip = &window->strip;
    double top = bottom - strip_height(window);
    struct plot plot = {
        .canvas = canvas,
        .left = NAME_WIDTH,
        .width = fmax(50, width - NAME_WIDTH - 12),
        .top = top,
        .height = ROW_HEIGHT - 10,
        .span_ns = (int64_t)(SPAN_NS * window->base.state->speed) + 1000,
    };

    plot.from_ns = sb_world_now_ns(window->base.world) - plot.span_ns;
    sb_canvas_fill(canvas, 0, top, width, bottom - top, sb_colour_hex(0x15191c));
    draw_time_axis(&plot, bottom - 11);
    if (strip->count == 0)
        sb_canvas_text(canvas, 10, top + 18, TEXT_SIZE, SB_ALIGN_LEFT, 0, grey(180),
                       "no pin of the controller is in use");
    for (unsigned i = 0; i < strip->count; i++) {
        double row = top + STRIP_PADDING + i * ROW_HEIGHT;

        plot.top = row + 5;
        plot.colour = trace_colour(window->base.world, strip->wires[i].wire);
        sb_canvas_text(canvas, 10, row + ROW_HEIGHT / 2, 12, SB_ALIGN_LEFT, 0, plot.colour,
                       strip->wires[i].wire->name);
        plot_wire(&plot, &strip->wires[i]);
    }
}

/* ---- help */

/* A row of the help: keys, and what they do. */
struct help_row {
    char keys[16];
    char text[80];
};

static const struct help_row simulation_help[] = {
    {"p, space", "pause and go on"},
    {".", "single step of 1 ms while paused"},
    {"+  -", "twice and half as fast"},
    {"click", "presses a button; with Ctrl it sticks until the next click"},
    {"drag, wheel", "turns a knob, moves a slider"},
    {"Ctrl + key", "means these keys where a button has the same one"},
};
static const struct help_row window_help[] = {
    {"l", "logic strip of the last seconds"},
    {"s", "save a picture of the board"},
    {"h", "these keys"},
    {"q, Esc", "quit"},
};

#define COUNT(rows)   ((unsigned)(sizeof(rows) / sizeof((rows)[0])))
#define HELP_ROWS_MAX 26 /* with those for the keys of the board's parts */

/* Rows for the keys of one part, from item `first` on; `*next` is the first item of the next part. */
static unsigned part_rows(const struct sb_keys *keys, unsigned first, struct help_row *rows,
                          unsigned max, unsigned *next)
{
    const struct sb_part *part = keys->items[first].part;
    unsigned count = 0;
    size_t used = 0;

    for (*next = first; *next < keys->count && keys->items[*next].part == part; (*next)++) {
        const struct sb_keys_item *item = &keys->items[*next];
        const char *control = part->type->controls[item->spot.control].name;
        char text[48];

        if (item->spot.key[0] == '\0')
            continue;
        if (strcmp(control, item->spot.key) == 0)
            snprintf(text, sizeof(text), "%.16s", control);
        else
            snprintf(text, sizeof(text), "%.16s %.10s%s%.10s", control, item->spot.less,
                     item->spot.less[0] == '\0' ? "" : " ", item->spot.key);
        if (count > 0 && used + strlen(text) + 3 < 52) {
            used += (size_t)snprintf(rows[count - 1].text + used, sizeof(rows[0].text) - used,
                                     ",  %s", text);
            continue;
        }
        if (count == max)
            break;
        snprintf(rows[count].keys, sizeof(rows[0].keys), "%.15s", count == 0 ? part->id : "");
        used = (size_t)snprintf(rows[count].text, sizeof(rows[0].text), "%s", text);
        count++;
    }
    return count;
}

static void draw_row(struct sb_canvas *canvas, double left, double y, struct sb_colour colour,
                     const struct help_row *row)
{
    sb_canvas_text(canvas, left + 18, y, TEXT_SIZE, SB_ALIGN_LEFT, 0, colour, row->keys);
    sb_canvas_text(canvas, left + 115, y, TEXT_SIZE, SB_ALIGN_LEFT, 0, grey(235), row->text);
}

/* What can be done: with a real board, nothing to its time and its parts. `*own` is how many are the window's own. */
static unsigned collect_help(const struct sb_window *window, struct help_row *rows, unsigned *own)
{
    const struct sb_keys *keys = &window->base.keys;
    bool is_live = window->base.state->is_live;
    unsigned count = 0;

    for (unsigned i = 0; i < COUNT(simulation_help) && !is_live; i++)
        rows[count++] = simulation_help[i];
    for (unsigned i = 0; i < COUNT(window_help); i++)
        rows[count++] = window_help[i];
    *own = count;
    for (unsigned i = 0, next = 0; i < keys->count && count < HELP_ROWS_MAX && !is_live; i = next)
        count += part_rows(keys, i, &rows[count], HELP_ROWS_MAX - count, &next);
    return count;
}

static void draw_help(struct sb_window *window, struct sb_canvas *canvas, double width,
                      double height)
{
    struct help_row rows[HELP_ROWS_MAX];
    unsigned own;
    unsigned count = collect_help(window, rows, &own);
    double panel_width = fmin(540, width - 20);
    double left = (width - panel_width) / 2;
    double panel_height = count * ROW_HEIGHT + 24;
    double y = fmax(4, (height - panel_height) / 2);

    sb_canvas_fill_round(canvas, left, y, panel_width, panel_height, 8,
                         sb_colour_fade(sb_colour_hex(0x1c2327), 0.93));
    y += 12 + ROW_HEIGHT / 2;
    for (unsigned i = 0; i < count; i++, y += ROW_HEIGHT)
        draw_row(canvas, left, y, sb_colour_hex(i < own ? 0xffd54f : 0x81d4fa), &rows[i]);
}

void sb_window_draw_overlay(struct sb_window *window)
{
    double width = window->width / window->density;
    double height = window->height / window->density;
    struct sb_canvas canvas;

    sb_canvas_init(&canvas, window->renderer, window->texts, (struct sb_point){0, 0},
                   window->density, 1);
    if (window->shows_strip)
        draw_strip(window, &canvas, width, height - SB_WINDOW_STATUS_HEIGHT);
    draw_status(window, &canvas, width, height);
    if (window->base.shows_help)
        draw_help(window, &canvas, width, height - SB_WINDOW_STATUS_HEIGHT);
}

#endif
