/* SPDX-License-Identifier: MIT */
/* What the station's files share: its devices, and which page its display shows. */
#ifndef STATION_H
#define STATION_H

#include <softboard.h>

enum station_page { PAGE_CLOCK, PAGE_POSITION, PAGE_CLIMATE, PAGE_TASKS, PAGE_COUNT };

struct station {
    struct sb_hd44780 lcd;
    struct sb_gps gps;
    struct sb_htu21d sensor;
    struct sb_nec_ir remote;
    struct sb_pushbutton button;
    struct sb_pin *led;

    enum station_page page;
    int first_task; /* that the page of tasks shows */
    bool is_dark;
    struct sb_event changed; /* the page is to be drawn anew */
};

/* Draws the present page into the display's memory; the display's own task sends what differs. */
void station_draw_page(struct station *station);

/* The pages' signs, in the display's first characters. */
int station_set_glyphs(struct station *station);

#endif
