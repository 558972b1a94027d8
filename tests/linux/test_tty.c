/* SPDX-License-Identifier: MIT */
/* Rates of serial ports, on a port that can do some only: its ioctl is here. */
#include "hal-linux/tty.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* No descriptor of the system's. */
#define PORT 1000000

/* That of a 16550 with the usual crystal: whole fractions of it. */
#define TOP_BAUD 115200u

static struct termios2 port;

static unsigned made_of(unsigned baud)
{
    return baud >= TOP_BAUD ? TOP_BAUD : TOP_BAUD / ((TOP_BAUD + baud / 2) / baud);
}

int ioctl(int fd, unsigned long request, ...);

int ioctl(int fd, unsigned long request, ...)
{
    struct termios2 *settings;
    va_list args;

    va_start(args, request);
    settings = va_arg(args, struct termios2 *);
    va_end(args);
    if (fd != PORT) {
        errno = ENOTTY;
        return -1;
    }
    if (request == TCSETS2) {
        port = *settings;
        port.c_ospeed = port.c_ispeed = made_of(settings->c_ospeed);
    } else {
        *settings = port;
    }
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    port = (struct termios2){.c_ospeed = 9600, .c_ispeed = 9600};
    return sb_tty_configure(PORT, 9600);
}

static void a_rate_that_the_port_makes_nearly_is_good(void **state)
{
    (void)state;
    assert_int_equal(sb_tty_set_baud(PORT, 57600), 0);
    assert_int_equal(port.c_ospeed, 57600);
    assert_int_equal(sb_tty_set_baud(PORT, 56000), 0);
    assert_int_equal(port.c_ospeed, 57600);
}

static void a_rate_that_the_port_cannot_make_leaves_it_at_the_one_before(void **state)
{
    (void)state;
    assert_int_equal(sb_tty_set_baud(PORT, 250000), -EINVAL);
    assert_int_equal(port.c_ospeed, 9600);
    assert_int_equal(sb_tty_set_baud(PORT, 80000), -EINVAL);
    assert_int_equal(port.c_ospeed, 9600);
}

static void what_is_no_port_has_no_rate(void **state)
{
    (void)state;
    assert_int_equal(sb_tty_set_baud(PORT + 1, 9600), -ENOTTY);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_rate_that_the_port_makes_nearly_is_good),
        TEST(a_rate_that_the_port_cannot_make_leaves_it_at_the_one_before),
        TEST(what_is_no_port_has_no_rate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
