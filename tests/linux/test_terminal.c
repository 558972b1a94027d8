/* SPDX-License-Identifier: MIT */
/* The board in a terminal, as its user sees it and types to it. Time is real here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/linux/terminal_rig.h"

static struct terminal terminal;

static void the_help_is_whole_where_the_board_has_fewer_rows(void **state)
{
    bool is_whole;

    (void)state;
    terminal_start(&terminal, 24, 80,
                   "TERM=xterm NO_COLOR=1 exec examples/thermometer --backend sim");
    if (!terminal_await(&terminal, "h help"))
        fail_msg("no board: %s", terminal.screen);
    terminal_type(&terminal, "h");
    is_whole = terminal_await(&terminal, "temperature [ ]  humidity { }");
    terminal_type(&terminal, "q");
    assert_int_equal(terminal_wait(&terminal), 0);
    terminal_close(&terminal);
    assert_true(is_whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_help_is_whole_where_the_board_has_fewer_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
