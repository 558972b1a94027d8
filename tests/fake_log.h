/* SPDX-License-Identifier: MIT */
/*
 * What a program did to lines of the fake GPIO chip (tests/linux/gpiofake.c), read from its log: changes of outputs, and
 * the text on a display, by the simulation's model of it.
 */
#ifndef SB_TESTS_FAKE_LOG_H
#define SB_TESTS_FAKE_LOG_H

#include <stddef.h>
#include <stdint.h>

/* Where an HD44780 is wired to, four data lines and R/W low; and how many characters it shows. */
struct fake_log_lcd {
    unsigned rs, e, d4, d5, d6, d7;
    unsigned columns;
    unsigned rows;
};

/* The times at which an output was driven or changed. Returns how many; `times` may be null. */
unsigned fake_log_changes(const char *path, unsigned offset, int64_t *times, unsigned size);

/*
 * Each text that the display has shown for 20 ms or more, the last one last: its rows with a '\n' each, an empty line
 * behind it. Characters of its own are '#', degrees '*'. Returns how many strobes there were.
 */
unsigned fake_log_texts(const char *path, const struct fake_log_lcd *lcd, char *text, size_t size);

#endif
