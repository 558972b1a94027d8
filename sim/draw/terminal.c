/* SPDX-License-Identifier: MIT */
/*
 * The board in the upper part of the terminal. The rest is the scroll region (DECSTBM) for what the
 * program prints; each drawing saves and restores the cursor, so the two do not disturb each other. Only
 * rows that differ from what stands there are written.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "sim/draw/terminal_keys.h"
#include "sim/draw/text_grid.h"
#include "sim/draw/view_private.h"

#define ROWS_MIN       8
#define COLUMNS_MIN    30
#define PROGRAM_ROWS   3        /* left to the program at least */
#define DRAW_PERIOD_NS 33000000 /* of wall time */
#define OUTPUT_SIZE    65536

enum colours { COLOURS_NONE, COLOURS_8, COLOURS_256, COLOURS_ALL };

struct terminal {
    struct sb_view base;
    unsigned rows, columns; /* of the terminal */
    unsigned view_rows;     /* of the board: never fewer than before */
    enum colours colours;
    bool has_all_to_draw;
    int64_t drawn_ns; /* wall time */
    struct sb_text_grid grid, shown;
    size_t used;
    char output[OUTPUT_SIZE];
};

/* What a signal handler needs to give the terminal back. */
static struct termios saved_modes;
static volatile sig_atomic_t is_taken;

/* ---- output */

static void flush(struct terminal *t)
{
    size_t done = 0;

    while (done < t->used) {
        ssize_t count = write(STDOUT_FILENO, t->output + done, t->used - done);

        if (count < 0 && errno != EINTR && errno != EAGAIN)
            break;
        done += count > 0 ? (size_t)count : 0;
    }
    t->used = 0;
}

static void put_bytes(struct terminal *t, const char *bytes, size_t count)
{
    if (t->used + count > OUTPUT_SIZE)
        flush(t);
    memcpy(t->output + t->used, bytes, count);
    t->used += count;
}

__attribute__((format(printf, 2, 3))) static void put(struct terminal *t, const char *format, ...)
{
    char text[128];
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    put_bytes(t, text, length < (int)sizeof(text) ? (size_t)length : sizeof(text) - 1);
}

/* `base` is 38 for the ink, 48 for the paper. */
static void put_colour(struct terminal *t, unsigned base, struct sb_colour colour)
{
    if (t->colours == COLOURS_ALL)
        put(t, ";%u;2;%u;%u;%u", base, colour.r, colour.g, colour.b);
    else if (t->colours == COLOURS_256)
        put(t, ";%u;5;%u", base, sb_colour_palette_256(colour));
    else if (t->colours == COLOURS_8)
        put(t, ";%u", base - 8 + sb_colour_palette_8(colour));
}

static void put_style(struct terminal *t, const struct sb_text_cell *cell)
{
    static const struct {
        unsigned style;
        const char *code;
    } codes[] = {
        {SB_TEXT_BOLD, ";1"},
        {SB_TEXT_DIM, ";2"},
        {SB_TEXT_UNDERLINE, ";4"},
        {SB_TEXT_REVERSE, ";7"},
    };

    put(t, "\x1b[0");
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (cell->style & codes[i].style)
            put(t, "%s", codes[i].code);
    if (cell->style & SB_TEXT_HAS_INK)
        put_colour(t, 38, cell->ink);
    if (cell->style & SB_TEXT_HAS_PAPER)
        put_colour(t, 48, cell->paper);
    put(t, "m");
}

static bool has_same_style(const struct sb_text_cell *a, const struct sb_text_cell *b)
{
    return a->style == b->style && memcmp(&a->ink, &b->ink, sizeof(a->ink)) == 0 &&
           memcmp(&a->paper, &b->paper, sizeof(a->paper)) == 0;
}

static void put_row(struct terminal *t, unsigned row)
{
    const struct sb_text_cell *cells = t->grid.cells[row];

    put(t, "\x1b[%u;1H", row + 1);
    for (unsigned i = 0; i < t->grid.columns; i++) {
        char bytes[3];
        size_t size;

        if (i == 0 || !has_same_style(&cells[i], &cells[i - 1]))
            put_style(t, &cells[i]);
        size = sb_text_utf8(cells[i].code, bytes);
        put_bytes(t, bytes, size);
    }
    put(t, "\x1b[0m\x1b[K");
}

/* ---- modes */

void sb_terminal_restore(void)
{
    static const char reset[] = "\x1b[0m\x1b"
                                "7\x1b[r\x1b"
                                "8\x1b[?25h";

    if (!is_taken)
        return;
    is_taken = 0;
    (void)!write(STDOUT_FILENO, reset, sizeof(reset) - 1);
    tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
}

/* Keys come at once and unseen; Ctrl-C stays a signal, and output is as before. */
static void take_keys(void)
{
    struct termios modes = saved_modes;

    modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    modes.c_cc[VMIN] = 0;
    modes.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

/* A shell that stopped and continued us has put its own modes back. */
static bool has_lost_keys(void)
{
    struct termios modes;

    return tcgetattr(STDIN_FILENO, &modes) == 0 && (modes.c_lflag & (tcflag_t)ECHO) != 0;
}

static bool read_size(unsigned *rows, unsigned *columns)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return false;
    *rows = size.ws_row;
    *columns = size.ws_col;
    return true;
}

/* Gives the program the rows below the board, its cursor at their end. */
static void set_region(struct terminal *t)
{
    put(t, "\x1b[%u;%ur\x1b[%u;1H\x1b[?25l", t->view_rows + 1, t->rows, t->rows);
    t->has_all_to_draw = true;
}

/* ---- the picture */

static const struct sb_colour no_colour = {0, 0, 0, 0};

/* Which key moves which control, a part in rows of its own: "remote  power o  menu m ...". */
static void put_part_keys(struct sb_text_grid *grid, unsigned row, const struct sb_keys *keys)
{
    const struct sb_part *part = NULL;
    unsigned column = 0;

    for (unsigned i = 0; i < keys->count; i++) {
        const struct sb_keys_item *item = &keys->items[i];
        const struct sb_spot *spot = &item->spot;
        const char *control = item->part->type->controls[spot->control].name;
        char text[80];

        if (spot->key[0] == '\0')
            continue;
        if (strcmp(control, spot->key) == 0)
            snprintf(text, sizeof(text), "  %s", control);
        else
            snprintf(text, sizeof(text), "  %s %s%s%s", control, spot->less,
                     spot->less[0] == '\0' ? "" : " ", spot->key);
        if (item->part != part || column + strlen(text) > grid->columns) {
            row += part != NULL;
            column = item->part == part
                         ? 0
                         : sb_text_put(grid, row, 0, SB_TEXT_BOLD, no_colour, item->part->id);
            part = item->part;
        }
        column += sb_text_put(grid, row, column, 0, no_colour, text);
    }
}

static void put_help(struct sb_text_grid *grid, const struct sb_view *view)
{
    static const char *const lines[] = {
        "q quit   p or space pause   . single step (1 ms) while paused   h board",
        "+ twice as fast   - half as fast   Ctrl-C end",
        "[b] is a button's key: b presses it shortly, B holds it until the next B",
    };

    memset(grid->cells, 0, sizeof(grid->cells));
    grid->rows = 0;
    if (view->state->is_live) {
        sb_text_put(grid, 0, 0, 0, no_colour, "q quit   h board   Ctrl-C end");
        return;
    }
    for (unsigned i = 0; i < 3; i++)
        sb_text_put(grid, i, 0, 0, no_colour, lines[i]);
    put_part_keys(grid, 3, &view->keys);
}

static void put_status(struct terminal *t, unsigned row)
{
    char status[96];
    char line[192];
    const char *note = sb_view_note(&t->base);
    char said[256]; /* a note, else violations */
    unsigned used;

    sb_view_status(&t->base, status, sizeof(status));
    snprintf(line, sizeof(line), " %.60s  %s  h help ", t->base.state->title, status);
    sb_view_violations(t->base.world, said, sizeof(said));
    if (note[0] != '\0')
        snprintf(said, sizeof(said), "%s", note);
    used = sb_text_put(&t->grid, row, 0, SB_TEXT_REVERSE, no_colour, line);
    used += sb_text_put(&t->grid, row, used, said[0] == '\0' ? SB_TEXT_REVERSE : 0, no_colour, " ");
    used += sb_text_put(&t->grid, row, used, SB_TEXT_HAS_INK | SB_TEXT_BOLD,
                        sb_colour_hex(note[0] != '\0' ? 0xa5d6a7 : 0xff4040), said);
    for (; said[0] == '\0' && used < t->grid.columns; used++)
        sb_text_put(&t->grid, row, used, SB_TEXT_REVERSE, no_colour, " ");
}

/* The board, then the status in the last row of the view. */
static void lay_out(struct terminal *t)
{
    unsigned most = t->rows > PROGRAM_ROWS ? t->rows - PROGRAM_ROWS : 1;
    unsigned wanted;

    most = most > SB_TEXT_ROWS_MAX ? SB_TEXT_ROWS_MAX : most;
    sb_text_layout(&t->grid, t->columns, t->base.world, &t->base.looks);
    wanted = (t->grid.rows < 3 ? 3 : t->grid.rows) + 1; /* help has three rows, or more */
    if (t->base.shows_help)
        put_help(&t->grid, &t->base);
    if (wanted < t->grid.rows + 1)
        wanted = t->grid.rows + 1;
    if (wanted < t->view_rows)
        wanted = t->view_rows;
    if (wanted > most)
        wanted = most;
    if (wanted != t->view_rows) {
        t->view_rows = wanted;
        set_region(t);
    }
    memset(t->grid.cells[wanted - 1], 0, sizeof(t->grid.cells[0]));
    put_status(t, wanted - 1);
}

static void draw(struct terminal *t)
{
    bool has_begun = false;

    lay_out(t);
    for (unsigned row = 0; row < t->view_rows; row++) {
        if (!t->has_all_to_draw &&
            memcmp(t->grid.cells[row], t->shown.cells[row], sizeof(t->grid.cells[row])) == 0)
            continue;
        if (!has_begun)
            put(t, "\x1b"
                   "7");
        has_begun = true;
        put_row(t, row);
        memcpy(t->shown.cells[row], t->grid.cells[row], sizeof(t->grid.cells[row]));
    }
    t->has_all_to_draw = false;
    if (has_begun)
        put(t, "\x1b"
               "8");
    if (t->used > 0) {
        fflush(stdout); /* the program's, which is not to come in between */
        flush(t);
    }
}

/* ---- input */

static void on_key(struct terminal *t, const struct sb_terminal_key *key)
{
    struct sb_keys *keys = &t->base.keys;

    if (key->is_shifted ? sb_keys_stick(keys, key->name)
                        : sb_keys_tap(keys, key->name, sb_view_wall_ns()))
        return;
    sb_view_command(&t->base, key->name);
}

static bool take_input(struct terminal *t)
{
    char bytes[256];
    ssize_t count = read(STDIN_FILENO, bytes, sizeof(bytes));
    size_t at = 0;

    while (count > 0 && at < (size_t)count) {
        struct sb_terminal_key key;

        at += sb_terminal_key_read(bytes + at, (size_t)count - at, &key);
        if (key.name[0] != '\0')
            on_key(t, &key);
    }
    return count > 0;
}

static void check_size(struct terminal *t)
{
    unsigned rows = t->rows;
    unsigned columns = t->columns;

    if (!read_size(&rows, &columns) || (rows == t->rows && columns == t->columns))
        return;
    t->rows = rows;
    t->columns = columns;
    t->view_rows = 0; /* drawing sets the region anew */
    put(t, "\x1b[r\x1b[2J");
}

static void frame(struct sb_view *view)
{
    struct terminal *t = (struct terminal *)view;
    int64_t wall_ns = sb_view_wall_ns();
    bool has_input;

    if (has_lost_keys()) { /* before the read, which waits for a line in the shell's modes */
        is_taken = 1;
        take_keys();
        t->view_rows = 0;
    }
    has_input = take_input(t);
    sb_keys_tick(&view->keys, wall_ns);
    sb_view_note_refused(view);
    if (!has_input && wall_ns - t->drawn_ns < DRAW_PERIOD_NS)
        return;
    t->drawn_ns = wall_ns;
    check_size(t);
    sb_looks_update(&view->looks);
    draw(t);
}

/* ---- opening and closing */

static enum colours choose_colours(void)
{
    const char *none = getenv("NO_COLOR");
    const char *colour = getenv("COLORTERM");
    const char *term = getenv("TERM");

    if ((none != NULL && *none != '\0') || term == NULL || strcmp(term, "dumb") == 0)
        return COLOURS_NONE;
    if (colour != NULL && (strcmp(colour, "truecolor") == 0 || strcmp(colour, "24bit") == 0))
        return COLOURS_ALL;
    return strstr(term, "256color") != NULL ? COLOURS_256 : COLOURS_8;
}

static void close_terminal(struct sb_view *view)
{
    struct terminal *t = (struct terminal *)view;

    sb_looks_update(&view->looks);
    draw(t);
    sb_terminal_restore();
    sb_view_deinit(view);
    free(t);
}

static int refuse(struct sb_diag *diag, const char *why)
{
    (void)sb_diag_error(diag, (struct sb_place){.file = NULL}, "%s", why);
    return -ENODEV;
}

int sb_terminal_open(struct sb_view **out, struct sb_world *world, struct sb_view_state *state,
                     struct sb_diag *diag)
{
    struct terminal *t;
    unsigned rows;
    unsigned columns;

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
        tcgetattr(STDIN_FILENO, &saved_modes) != 0 || !read_size(&rows, &columns))
        return refuse(diag, "no terminal to draw the board in: say --headless to run without");
    if (rows < ROWS_MIN || columns < COLUMNS_MIN)
        return refuse(diag,
                      "the terminal is too small to draw the board in: make it larger, or say "
                      "--headless to run without");
    t = calloc(1, sizeof(*t));
    if (t == NULL || sb_view_init(&t->base, world, state) < 0) {
        free(t);
        return -ENOMEM;
    }
    t->base.frame = frame;
    t->base.close = close_terminal;
    t->base.input_fd = STDIN_FILENO;
    t->rows = rows;
    t->columns = columns;
    t->colours = choose_colours();
    is_taken = 1;
    take_keys();
    put(t, "\x1b[%u;1H", rows);
    for (unsigned i = 0; i < rows; i++) /* what was there scrolls away, and stays to be read */
        put(t, "\n");
    draw(t);
    *out = &t->base;
    return 0;
}
