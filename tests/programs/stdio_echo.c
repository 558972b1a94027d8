/* SPDX-License-Identifier: MIT */
/* Writes what it reads from stdin to stdout, until the end. With the argument "twice" it opens both a second time. */
#include <errno.h>
#include <softboard.h>

int sb_main(struct sb_board *board)
{
    struct sb_stream *stream;
    struct sb_stream *other;
    char data[4096];
    int rc = sb_board_stream(board, "stdio", 0, &stream);

    if (rc == 0 && sb_board_args(board, NULL) > 0)
        return sb_board_stream(board, "stdio", 0, &other);
    while (rc >= 0) {
        rc = sb_stream_read(stream, data, sizeof(data));
        if (rc == -EPIPE)
            return 0;
        if (rc > 0)
            rc = sb_stream_write(stream, data, (size_t)rc);
    }
    return rc;
}
