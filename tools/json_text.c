/* SPDX-License-Identifier: MIT */
/*
 * Texts in JSON output.
 */
#include "tools/json_text.h"

void sb_json_put_text(FILE *out, const char *text)
{
    putc('"', out);
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\')
            fprintf(out, "\\%c", byte);
        else if (byte == '\n')
            fputs("\\n", out);
        else if (byte < 0x20)
            fprintf(out, "\\u%04x", byte);
        else
            putc(byte, out);
    }
    putc('"', out);
}

void sb_json_put_member(FILE *out, int is_first, const char *name, const char *text)
{
    fprintf(out, "%s\"%s\":", is_first ? "" : ",", name);
    sb_json_put_text(out, text);
}
