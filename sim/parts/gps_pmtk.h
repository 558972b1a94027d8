/* SPDX-License-Identifier: MIT */
/*
 * Commands that an MTK3339 understands: `$PMTK220,1000*1F`. What is no sentence, is too long or has a wrong
 * checksum is passed over in silence, as the module does. spec/drivers.md 16.
 */
#ifndef SB_SIM_GPS_PMTK_H
#define SB_SIM_GPS_PMTK_H

#include <stdbool.h>
#include <stddef.h>

/* Fields of PMTK314 and PMTK514: one a sentence, how many fixes it comes once in. */
#define SB_PMTK_SENTENCES 19
#define SB_PMTK_FIELDS    20
#define SB_PMTK_LINE_SIZE 128

struct sb_pmtk_command {
    int number;           /* 220 */
    unsigned field_count; /* behind it */
    int fields[SB_PMTK_FIELDS];
};

/* Puts bytes together to commands. Zeroed at first. */
struct sb_pmtk_reader {
    char line[SB_PMTK_LINE_SIZE];
    size_t size;
    bool is_in_line;
};

/* Takes a byte; true when it completes a command, which is in `*command` then. */
bool sb_pmtk_read(struct sb_pmtk_reader *reader, char byte, struct sb_pmtk_command *command);

#endif
