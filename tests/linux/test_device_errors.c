/* SPDX-License-Identifier: MIT */
/*
 * Errors that the kernel gives, its drivers and its network, and what programs get: ioctl, pread and send are here, and fail as
 * they are told.
 */
#include "tests/linux/host_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/spi/spidev.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hal-linux/board_linux.h"
#include "tests/linux/iio_folder.h"

static int spi_error;
static int adc_error;
static int send_error;

int ioctl(int fd, unsigned long request, ...)
{
    va_list args;
    void *arg;

    va_start(args, request);
    arg = va_arg(args, void *);
    va_end(args);
    if (_IOC_TYPE(request) != SPI_IOC_MAGIC)
        return (int)syscall(SYS_ioctl, fd, request, arg);
    if (request != SPI_IOC_MESSAGE(1))
        return 0;
    errno = spi_error;
    return -1;
}

/* By its name in the library: tests are compiled for large files, which hal-linux is not. */
ssize_t failing_pread(int fd, void *data, size_t size, long offset) __asm__("pread");

ssize_t failing_pread(int fd, void *data, size_t size, long offset)
{
    (void)fd;
    (void)data;
    (void)size;
    (void)offset;
    errno = adc_error;
    return -1;
}

/* Of sockets; libuv has none here. */
ssize_t send(int fd, const void *buf, size_t n, int flags)
{
    (void)fd;
    (void)buf;
    (void)n;
    (void)flags;
    errno = send_error;
    return -1;
}

HOST_TEST(a_controller_that_does_not_answer_is_no_time_limit_of_the_tasks)
{
    struct sb_spi *spi = NULL;

    check_int(sb_board_spi(board, "/dev/null", NULL, &spi), 0);
    spi_error = ETIMEDOUT;
    check_int(sb_spi_transfer(spi, "x", NULL, 1), -EIO);
    check_int(spi->error_count, 1);
    spi_error = ESHUTDOWN;
    check_int(sb_spi_transfer(spi, "x", NULL, 1), -ENODEV);
    spi_error = EMSGSIZE;
    check_int(sb_spi_transfer(spi, "x", NULL, 1), -EMSGSIZE);
    sb_spi_close(spi);
}

HOST_TEST(a_converter_that_does_not_answer_is_no_time_limit_of_the_tasks)
{
    struct sb_linux_board *linux_board = SB_CONTAINER_OF(board, struct sb_linux_board, board);
    struct sb_adc *adc = NULL;
    struct iio_folder folder = {.path = ""};

    iio_folder_make(&folder);
    iio_folder_put(&folder, 0, "in_voltage0_raw", "512\n");
    linux_board->adc.folder = folder.path;
    check_int(sb_board_adc(board, "adc0", &adc), 0);
    adc_error = ETIMEDOUT;
    check_int(sb_adc_read(adc), -EIO);
    adc_error = ENODEV;
    check_int(sb_adc_read(adc), -ENODEV);
    adc_error = ESHUTDOWN;
    check_int(sb_adc_read(adc), -ENODEV);
    sb_adc_close(adc);
    iio_folder_remove(&folder);
}

HOST_TEST(another_side_that_does_not_answer_is_no_time_limit_of_the_tasks)
{
    struct connection connection = open_connection(board);
    char byte;

    send_error = ETIMEDOUT;
    check_int(sb_stream_write(connection.client, "x", 1), -ECONNRESET);
    sb_stream_close(connection.server);
    check_int(sb_stream_read(connection.client, &byte, 1), -ECONNRESET);
    sb_stream_close(connection.client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_controller_that_does_not_answer_is_no_time_limit_of_the_tasks),
        cmocka_unit_test(a_converter_that_does_not_answer_is_no_time_limit_of_the_tasks),
        cmocka_unit_test(another_side_that_does_not_answer_is_no_time_limit_of_the_tasks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
