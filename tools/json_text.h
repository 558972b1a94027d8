/* SPDX-License-Identifier: MIT */
/*
 * Texts in JSON output.
 */
#ifndef SB_TOOLS_JSON_TEXT_H
#define SB_TOOLS_JSON_TEXT_H

#include <stdio.h>

/* Writes a text in quotes, escaped. */
void sb_json_put_text(FILE *out, const char *text);

/* "name":"text", with a comma in front unless it is the first of its object. */
void sb_json_put_member(FILE *out, int is_first, const char *name, const char *text);

#endif
