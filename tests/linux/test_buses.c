/* SPDX-License-Identifier: MIT */
/*
 * Serial ports on pseudo terminals, which are terminals to the kernel like any other; and what I2C, SPI and analog
 * inputs say where there are none. Transfers on buses are tested on a real kernel: tests/kernel. Time is real here.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/child.h"
#include "tests/linux/gpio_rig.h"

#include "lib/timeout.h"

static struct rig rig;
static int master_fd;
static char slave[64];
static uint8_t got[1024];

static void open_pty(void)
{
    master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(master_fd >= 0);
    assert_int_equal(grantpt(master_fd), 0);
    assert_int_equal(unlockpt(master_fd), 0);
    assert_int_equal(ptsname_r(master_fd, slave, sizeof(slave)), 0);
}

static int open_port(struct sb_stream **port, unsigned baud)
{
    return sb_board_stream(&rig.board.board, slave, baud, port);
}

/* Every byte there is, the one that marks errors twice in a row among them. */
static void fill(uint8_t *bytes)
{
    for (int i = 0; i < 256; i++)
        bytes[i] = (uint8_t)i;
    bytes[256] = 0xff;
    bytes[257] = 0xff;
    bytes[258] = 0;
    bytes[259] = 0;
}

static int read_every_byte(void *arg)
{
    struct sb_stream *port;
    struct sb_timeout timeout;
    int rc = open_port(&port, 115200);

    (void)arg;
    if (rc < 0)
        return rc;
    fill(got);
    if (write(master_fd, got, 260) != 260)
        return -EIO;
    memset(got, 0, sizeof(got));
    sb_timeout_begin_ms(&timeout, 2000);
    rc = sb_timeout_end(&timeout, sb_stream_read_exactly(port, got, 260));
    if (rc >= 0 && port->framing_error_count + port->break_count + port->lost_count > 0)
        rc = -EBADMSG;
    sb_stream_close(port);
    return rc;
}

static void every_byte_comes_as_it_is(void **state)
{
    uint8_t expected[260];

    (void)state;
    rig_open(&rig);
    open_pty();
    fill(expected);
    assert_int_equal(rig_run(&rig, read_every_byte, NULL), 260);
    assert_memory_equal(got, expected, 260);
    close(master_fd);
    rig_close(&rig);
}

static int write_every_byte(void *arg)
{
    struct sb_stream *port;
    int rc = open_port(&port, 9600);

    (void)arg;
    if (rc < 0)
        return rc;
    fill(got);
    rc = sb_stream_write(port, got, 260);
    if (read(master_fd, got, sizeof(got)) != 260) /* a pseudo terminal sends at once */
        rc = -EIO;
    if (rc == 260)
        rc = sb_stream_drain(port);
    if (rc == 0)
        rc = sb_stream_set_baud(port, 250000); /* one that no table has */
    sb_stream_close(port);
    return rc;
}

static void every_byte_goes_as_it_is_at_any_rate(void **state)
{
    uint8_t expected[260];

    (void)state;
    rig_open(&rig);
    open_pty();
    fill(expected);
    assert_int_equal(rig_run(&rig, write_every_byte, NULL), 0);
    assert_memory_equal(got, expected, 260);
    close(master_fd);
    rig_close(&rig);
}

static int read_until_unplugged(void *arg)
{
    struct sb_stream *port;
    char line[32];
    int rc = open_port(&port, 9600);

    (void)arg;
    if (rc < 0)
        return rc;
    if (write(master_fd, "$GPRMC\n", 7) != 7)
        return -EIO;
    if (sb_stream_read_line(port, line, sizeof(line)) != 7)
        return -EBADMSG;
    close(master_fd);
    rc = sb_stream_read(port, line, sizeof(line));
    sb_stream_close(port);
    return rc;
}

static void a_port_that_is_unplugged_gives_enodev(void **state)
{
    (void)state;
    rig_open(&rig);
    open_pty();
    assert_int_equal(rig_run(&rig, read_until_unplugged, NULL), -ENODEV);
    rig_close(&rig);
}

static int open_nothing(void *arg)
{
    struct sb_board *board = &rig.board.board;
    struct sb_stream *port;
    struct sb_i2c *i2c;
    struct sb_spi *spi;
    struct sb_adc *adc;

    switch (*(const int *)arg) {
    case 0:
        return sb_board_stream(board, "ttyNone9", 9600, &port);
    case 1:
        return sb_board_stream(board, "/dev/null", 9600, &port);
    case 2:
        return sb_board_stream(board, "ttyNone9", 0, &port);
    case 3:
        return sb_board_i2c(board, "i2c-99", &i2c);
    case 4:
        return sb_board_i2c(board, "/dev/null", &i2c);
    case 5:
        return sb_board_spi(board, "spi9.0", NULL, &spi);
    case 6:
        return sb_board_spi(board, "spi9.0", &(struct sb_spi_config){.mode = 4}, &spi);
    case 7:
        return sb_board_adc(board, "adc42", &adc);
    default:
        return sb_board_adc(board, "../../etc/passwd", &adc);
    }
}

static void what_is_not_there_is_refused_with_cause_and_remedy(void **state)
{
    static const struct {
        int rc;
        const char *words;
    } cases[] = {
        {-ENOENT, "there is no /dev/ttyNone9. On a Raspberry Pi switch it on: sudo raspi-config"},
        {-ENODEV, "/dev/null is no serial port"},
        {-EINVAL, "a serial port needs a baud rate, as 9600"},
        {-ENOENT, "there is no /dev/i2c-99. On a Raspberry Pi switch it on"},
        {-ENODEV, "/dev/null is no I2C bus: name one of /dev/i2c-*"},
        {-ENOENT, "there is no /dev/spidev9.0. On a Raspberry Pi switch it on"},
        {-EINVAL, "SPI has the modes 0 to 3, not 4"},
        {-ENOENT, "no analog input \"adc42\": a Raspberry Pi has none itself"},
        {-ENOENT, "no analog input \"../../etc/passwd\""},
    };

    (void)state;
    for (int i = 0; i < (int)(sizeof(cases) / sizeof(cases[0])); i++) {
        rig_open(&rig);
        assert_int_equal(rig_run(&rig, open_nothing, &i), cases[i].rc);
        rig_assert_error(&rig, cases[i].words);
        rig_close(&rig);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_comes_as_it_is),
        cmocka_unit_test(every_byte_goes_as_it_is_at_any_rate),
        cmocka_unit_test(a_port_that_is_unplugged_gives_enodev),
        cmocka_unit_test(what_is_not_there_is_refused_with_cause_and_remedy),
    };

    (void)argc;
    if (child_is_emulated()) {
        printf(
            "1..1\nok 1 # SKIP qemu-user refuses the calls that set up serial ports and buses\n");
        return 0;
    }
    rig_start(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
