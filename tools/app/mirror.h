/* SPDX-License-Identifier: MIT */
/*
 * The real board, mirrored in the world of a board file: what the program does with its pins and sees of them is what the
 * wires show (sim/mirror.h), some hundredths of a second later. It adds nothing to what the program does to the lines
 * but reads: of those that nobody watches, before each picture.
 *
 * Which line a pin of the controller is: on a Raspberry Pi the one of its name, on others what the controller's attribute
 * `lines` says, which goes before on a Raspberry Pi, too. A serial port is the one of its name unless `lines` says otherwise.
 */
#ifndef SB_TOOLS_APP_MIRROR_H
#define SB_TOOLS_APP_MIRROR_H

#include <stdbool.h>
#include <stdint.h>

#include "hal-linux/board_linux.h"
#include "lib/hal/tap.h"
#include "lib/timer.h"
#include "sim/files/diag.h"
#include "sim/mirror.h"
#include "tools/app/mirror_queue.h"

struct sb_sim_port;

/* A pin of the controller. */
struct sb_mirror_line {
    struct sb_terminal *terminal;
    int offset;         /* of its line on the chip; -1: it has none */
    char name[32];      /* as `lines` has it; "": it has the pin's own name */
    struct sb_pin *pin; /* while the program has it open; null */
    enum sb_mirror_kind last_kind;
    bool last_level;
    struct sb_analog sample;
};

/* Of simulated controllers: none has more serial ports. */
#define SB_MIRROR_PORTS_MAX 4

/* A serial port of the controller that `lines` has. */
struct sb_mirror_port {
    const struct sb_sim_port *port;
    char name[128]; /* of the real one: "ttyUSB0", a path */
};

/* The caller's memory. */
struct sb_mirror {
    struct sb_tap tap;
    /* read-only */
    struct sb_world *world;
    struct sb_part *controller;
    struct sb_linux_board *board;
    struct sb_mirror_line *lines;      /* as the controller's terminals */
    struct sb_mirror_line **by_offset; /* of each line of the chip; null: no pin is at it */
    struct sb_mirror_port ports[SB_MIRROR_PORTS_MAX];
    unsigned port_count;
    /* private */
    int64_t start_ns; /* the loop's time at the world's time 0 */
    unsigned offset_count;
    struct sb_list gps_modules; /* tools/app/mirror_gps.h */
    struct sb_timer timer;      /* armed while something waits to be shown */
    struct sb_mirror_queue queue;
};

/*
 * Mirrors the board in the world, which has been started and made by sb_mirror_init; both are borrowed. Opens the
 * board's chip to see which lines it has. Returns 0; -EINVAL for a board file that does not fit, reported to `diag`;
 * another error of the board, which has its text.
 */
int sb_mirror_open(struct sb_mirror *mirror, struct sb_world *world, struct sb_linux_board *board,
                   struct sb_diag *diag);

/* Before a picture: looks at lines that nobody watches, and shows what there is to show. In loop context. */
void sb_mirror_show(struct sb_mirror *mirror);

/* The run is over: shows all, to this instant. While the lines are still open. */
void sb_mirror_finish(struct sb_mirror *mirror);

/* After the board's close, before the world's end. */
void sb_mirror_close(struct sb_mirror *mirror);

#endif
