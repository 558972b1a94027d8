/* SPDX-License-Identifier: MIT */
/* Which names of streams and servers go to the host, and what a board without one says. */
#include "tests/support.h"

#include <errno.h>
#include <string.h>

#include "lib/hal/board.h"
#include "lib/hal/host.h"

static int host_stream(struct sb_host *host, struct sb_board *board, const char *name,
                       struct sb_stream **out)
{
    (void)host;
    (void)board;
    *out = NULL;
    note("stream %s", name);
    return 0;
}

static int host_listen(struct sb_host *host, struct sb_board *board, const char *name,
                       struct sb_server **out)
{
    (void)host;
    (void)board;
    *out = NULL;
    note("listen %s", name);
    return 0;
}

static int board_stream(struct sb_board *board, const char *name, unsigned baud,
                        struct sb_stream **out)
{
    (void)board;
    *out = NULL;
    note("board %s %u", name, baud);
    return 0;
}

static const struct sb_host_ops host_ops = {.stream = host_stream, .listen = host_listen};
static const struct sb_board_ops board_ops = {.stream = board_stream};

static void names_of_the_host_go_to_the_host(void **state)
{
    static const char *const names[] = {"tcp:a:1", "pty", "pty:/tmp/x", "stdio",  "serial0",
                                        "ptyx",    "tcp", "/dev/pty",   "stdio0", "COM1"};
    struct sb_host host = {.ops = &host_ops};
    struct sb_board board = {.ops = &board_ops, .host = &host};
    struct sb_stream *stream;
    struct sb_server *server;

    (void)state;
    notes_clear();
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_int_equal(sb_board_stream(&board, names[i], 9600, &stream), 0);
    assert_int_equal(sb_board_listen(&board, "tcp::0", &server), 0);
    assert_int_equal(sb_board_listen(&board, "serial0", &server), -EINVAL);
    assert_string_equal(
        sb_board_error(&board),
        "serial0: nobody can listen there: give an address such as tcp:localhost:7000");
    assert_string_equal(
        notes(), "stream tcp:a:1 | stream pty | stream pty:/tmp/x | stream stdio | "
                 "board serial0 9600 | board ptyx 9600 | board tcp 9600 | "
                 "board /dev/pty 9600 | board stdio0 9600 | board COM1 9600 | listen tcp::0");
}

static void without_a_host_the_remedy_is_told(void **state)
{
    static const char tail[] =
        ": sockets, pseudo terminals and stdin are the world's, for which the "
        "virtual clock cannot wait: use --speed 1 or --backend linux";
    struct sb_board board = {.ops = &board_ops};
    struct sb_stream *stream;
    struct sb_server *server;
    char longest[1000] = "tcp:";

    (void)state;
    assert_int_equal(sb_board_stream(&board, "pty", 9600, &stream), -ENOTSUP);
    assert_memory_equal(sb_board_error(&board), "pty", 3);
    assert_string_equal(sb_board_error(&board) + 3, tail);
    assert_int_equal(sb_board_listen(&board, "tcp::0", &server), -ENOTSUP);
    assert_string_equal(sb_board_error(&board) + 6, tail);
    memset(longest + 4, 'x', sizeof(longest) - 5);
    assert_int_equal(sb_board_stream(&board, longest, 9600, &stream), -ENOTSUP);
    assert_int_equal(strlen(sb_board_error(&board)), SB_BOARD_ERROR_SIZE - 1);
    assert_non_null(strstr(sb_board_error(&board), tail));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_the_host_go_to_the_host),
        cmocka_unit_test(without_a_host_the_remedy_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
