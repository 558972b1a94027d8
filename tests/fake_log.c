/* SPDX-License-Identifier: MIT */
/* The log of the fake GPIO chip: see fake_log.h. */
#include "tests/fake_log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/task.h"
#include "sim/parts/hd44780_model.h"

#define LINES   54
#define REST_NS (20 * SB_MS_NS)

struct log_line {
    int64_t time_ns;
    unsigned offset;
    char what[64]; /* "1", "config output" ... */
};

static bool read_line(FILE *file, struct log_line *line)
{
    long long time_ns;
    char rest[128];

    if (fscanf(file, "%lld %u %127[^\n]", &time_ns, &line->offset, rest) != 3)
        return false;
    line->time_ns = time_ns;
    snprintf(line->what, sizeof(line->what), "%.63s", rest);
    return line->offset < LINES;
}

static bool is_level(const struct log_line *line)
{
    return strcmp(line->what, "0") == 0 || strcmp(line->what, "1") == 0;
}

unsigned fake_log_changes(const char *path, unsigned offset, int64_t *times, unsigned size)
{
    FILE *file = fopen(path, "re");
    struct log_line line;
    unsigned count = 0;

    while (file != NULL && read_line(file, &line)) {
        if (line.offset != offset || !is_level(&line))
            continue;
        if (times != NULL && count < size)
            times[count] = line.time_ns;
        count++;
    }
    if (file != NULL)
        fclose(file);
    return count;
}

/* ---- a display */

struct watcher {
    const struct fake_log_lcd *lcd;
    struct sb_hd44780_model model;
    bool levels[LINES];
    unsigned strobe_count;
    int64_t strobe_ns;
    char *text;
    size_t size;
    size_t length;
};

static char letter(uint8_t code)
{
    if (code == 0xdf)
        return '*';
    return code < ' ' || code > '~' ? '#' : (char)code;
}

static void add(struct watcher *w, char c)
{
    if (w->length + 1 < w->size)
        w->text[w->length++] = c;
    w->text[w->length] = '\0';
}

/* Rows 3 and 4 are the right halves of the controller's lines. */
static void add_glass(struct watcher *w)
{
    const struct fake_log_lcd *lcd = w->lcd;

    for (unsigned row = 0; row < lcd->rows; row++) {
        for (unsigned column = 0; column < lcd->columns; column++) {
            int address = sb_hd44780_model_shown_address(&w->model, row % 2,
                                                         row / 2 * lcd->columns + column);
            add(w, address < 0 ? '?' : letter(sb_hd44780_model_code(&w->model, (uint8_t)address)));
        }
        add(w, '\n');
    }
    add(w, '\n');
}

static void strobe(struct watcher *w, int64_t time_ns)
{
    const unsigned data[] = {w->lcd->d4, w->lcd->d5, w->lcd->d6, w->lcd->d7};
    uint8_t bus = 0;

    for (unsigned i = 0; i < 4; i++)
        bus = (uint8_t)(bus | (w->levels[data[i]] ? 0x10u << i : 0));
    if (w->strobe_count == 0)
        sb_hd44780_model_start(&w->model, time_ns - SB_S_NS, SB_HD44780_AFTER_RESET);
    else if (time_ns - w->strobe_ns > REST_NS)
        add_glass(w);
    (void)sb_hd44780_model_strobe(&w->model, time_ns, w->levels[w->lcd->rs], false, bus);
    w->strobe_count++;
    w->strobe_ns = time_ns;
}

unsigned fake_log_texts(const char *path, const struct fake_log_lcd *lcd, char *text, size_t size)
{
    struct watcher w = {.lcd = lcd, .text = text, .size = size};
    FILE *file = fopen(path, "re");
    struct log_line line;

    text[0] = '\0';
    while (file != NULL && read_line(file, &line)) {
        if (!is_level(&line))
            continue;
        if (line.offset == lcd->e && w.levels[lcd->e] && line.what[0] == '0')
            strobe(&w, line.time_ns);
        w.levels[line.offset] = line.what[0] == '1';
    }
    if (file != NULL)
        fclose(file);
    if (w.strobe_count > 0)
        add_glass(&w);
    return w.strobe_count;
}
