/* SPDX-License-Identifier: MIT */
/* A shell on serial0: says its prompt and each line again, until a line is "end". */
#include <softboard.h>
#include <string.h>

static int say(struct sb_stream *stream, const char *text)
{
    return sb_stream_write(stream, text, strlen(text));
}

int sb_main(struct sb_board *board)
{
    struct sb_stream *stream;
    char line[80];
    int rc = sb_board_stream(board, "serial0", 9600, &stream);

    if (rc == 0)
        rc = say(stream, "ready\r\n");
    while (rc >= 0) {
        rc = say(stream, "> ");
        if (rc >= 0)
            rc = sb_stream_read_line(stream, line, sizeof(line));
        if (rc >= 0 && strcmp(line, "end\n") == 0)
            return 0;
        if (rc >= 0)
            rc = say(stream, line);
    }
    return rc;
}
