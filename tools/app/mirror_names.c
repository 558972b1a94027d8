/* SPDX-License-Identifier: MIT */
/* Which line of a real chip each pin of a board file's controller is, and what a program's names mean. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hal-linux/lines_linux.h"
#include "sim/controller.h"
#include "tools/app/mirror_private.h"

static int no_line(const struct sb_part *controller, const struct sb_terminal *terminal,
                   struct sb_board *board)
{
    snprintf(board->error, sizeof(board->error),
             "%s: the board file does not say which line it is: add \"%s=GPIO17\", or another "
             "line, to lines of %s",
             terminal->name, terminal->name, controller->id);
    return -ENOENT;
}

/* What the board file does not know is the chip's business on a Raspberry Pi. */
int sb_mirror_name_line(struct sb_board *board, const char *name, const char **out, void *arg)
{
    const struct sb_mirror *mirror = arg;
    const struct sb_part *controller = mirror->controller;
    const struct sb_terminal *terminal = sb_controller_terminal(controller, name);
    bool is_pi = sb_controller_is_pi(controller);
    const struct sb_mirror_line *line;

    if (terminal == NULL && is_pi)
        return 0;
    if (terminal == NULL) {
        sb_controller_explain_unknown(controller, name, board->error, sizeof(board->error));
        return -ENOENT;
    }
    line = &mirror->lines[terminal->index];
    if (line->name[0] != '\0')
        *out = line->name;
    else if (line->offset >= 0)
        *out = terminal->name;
    else if (!is_pi)
        return no_line(controller, terminal, board);
    return 0;
}

/* The chip's line of a name in `lines`, which no other pin may have. */
static int find_named(struct sb_mirror *mirror, struct sb_mirror_line *line, struct sb_diag *diag)
{
    const struct sb_mirror_line *other;
    int offset = sb_linux_board_find_line(mirror->board, line->name);

    if (offset < 0)
        return sb_part_attr_error(mirror->controller, "lines", diag, "lines: %s",
                                  sb_board_error(&mirror->board->board));
    other = mirror->by_offset[offset];
    if (other != NULL)
        return sb_part_attr_error(mirror->controller, "lines", diag,
                                  "lines: %s and %s are the same line, %s", other->terminal->name,
                                  line->terminal->name, line->name);
    line->offset = offset;
    mirror->by_offset[offset] = line;
    return 0;
}

/* A line that has the pin's own name. That there is none is no error before the program asks for it. */
static void find_own(struct sb_mirror *mirror, struct sb_mirror_line *line)
{
    int offset = sb_linux_board_find_line(mirror->board, line->terminal->name);

    mirror->board->board.error[0] = '\0';
    if (offset < 0 || mirror->by_offset[offset] != NULL)
        return;
    line->offset = offset;
    mirror->by_offset[offset] = line;
}

static int make_lines(struct sb_mirror *mirror)
{
    struct sb_linux_chip_info chip;

    sb_linux_board_chip(mirror->board, &chip);
    mirror->offset_count = chip.line_count;
    mirror->lines = calloc(mirror->controller->type->terminal_count, sizeof(*mirror->lines));
    mirror->by_offset = calloc(mirror->offset_count + 1, sizeof(struct sb_mirror_line *));
    return mirror->lines == NULL || mirror->by_offset == NULL ? -ENOMEM : 0;
}

int sb_mirror_find_lines(struct sb_mirror *mirror, struct sb_diag *diag)
{
    const struct sb_part *controller = mirror->controller;
    unsigned count = controller->type->terminal_count;
    unsigned named_count = mirror->port_count;
    int rc = make_lines(mirror);

    for (unsigned i = 0; i < count && rc == 0; i++) {
        struct sb_mirror_line *line = &mirror->lines[i];

        line->terminal = &controller->terminals[i];
        line->offset = -1;
        if (!sb_controller_line(controller, line->terminal, line->name, sizeof(line->name)))
            continue;
        named_count++;
        rc = find_named(mirror, line, diag);
    }
    if (rc == 0 && named_count == 0 && !sb_controller_is_pi(controller))
        return sb_part_error(controller, diag,
                             "%s is no Raspberry Pi: give it the attribute \"lines\" that says "
                             "which real line each pin is, such as \"GP15=GPIO17,GP16=J8:36\"",
                             controller->type->name);
    for (unsigned i = 0; i < count && rc == 0 && sb_controller_is_pi(controller); i++)
        if (mirror->lines[i].offset < 0 && strncmp(mirror->lines[i].terminal->name, "GPIO", 4) == 0)
            find_own(mirror, &mirror->lines[i]);
    return rc;
}
