/* SPDX-License-Identifier: MIT */
/*
 * Who may open what on a real kernel, as somebody who is in no group: devices whose only user is root. And serial ports
 * that would have one wait: for a modem's carrier when they are opened, for what is not sent when they are closed.
 */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define NOBODY 65534

#define TTY_PLUG "/dev/softboard-tty"
#define SPI_PLUG "/dev/softboard-spi"
#define CARRIER  "/sys/module/softboard_tty/parameters/carrier"

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_open(&rig);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

/* ---- as nobody */

static void become_nobody(void)
{
    if (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
        _exit(126);
}

/* What a child prints and how it ends: "3: softboard gpio: no permission ...". */
static const char *as_nobody(int (*fn)(void *arg), void *arg)
{
    static char text[1024];
    char said[1000];
    size_t length = 0;
    ssize_t count;
    int ends[2];
    int status = 0;
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        become_nobody();
        _exit(fn(arg));
    }
    close(ends[1]);
    while ((count = read(ends[0], said + length, sizeof(said) - 1 - length)) > 0)
        length += (size_t)count;
    said[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    snprintf(text, sizeof(text), "%d: %s", WIFEXITED(status) ? WEXITSTATUS(status) : -1, said);
    return text;
}

static int open_thing(void *arg)
{
    const char *name = arg;
    struct sb_linux_board board;
    struct sb_stream *stream;
    struct sb_i2c *i2c;
    struct sb_spi *spi;
    struct sb_pin *pin;
    int rc;

    sb_linux_board_open(&board, &rig.clock, &(struct sb_linux_config){.consumer = "test"});
    if (strncmp(name, "i2c", 3) == 0)
        rc = sb_board_i2c(&board.board, name, &i2c);
    else if (strncmp(name, "spi", 3) == 0)
        rc = sb_board_spi(&board.board, name, NULL, &spi);
    else if (strncmp(name, "tty", 3) == 0)
        rc = sb_board_stream(&board.board, name, 9600, &stream);
    else
        rc = sb_board_pin(&board.board, name, SB_PIN_INPUT, &pin);
    fprintf(stderr, "%s", sb_board_error(&board.board));
    return -rc;
}

static void assert_denied(const char *name, const char *device, const char *group)
{
    char expected[256];

    snprintf(expected, sizeof(expected),
             "%d: no permission for %s: add yourself to the group %s (sudo usermod -aG %s $USER)",
             EACCES, device, group, group);
    if (strncmp(as_nobody(open_thing, (void *)(uintptr_t)name), expected, strlen(expected)) != 0)
        fail_msg("\"%s\", not \"%s\"", as_nobody(open_thing, (void *)(uintptr_t)name), expected);
}

/* A device of one of our modules; -1 in a kernel that has it not. */
static int plug_in(const char *path)
{
    return open(path, O_RDWR | O_CLOEXEC);
}

static void the_chip_names_its_group(void **state)
{
    char device[32];

    (void)state;
    snprintf(device, sizeof(device), "/dev/%s", rig.sim.chip);
    assert_denied("GPIO17", device, "gpio");
}

static void an_i2c_bus_names_its_group(void **state)
{
    (void)state;
    if (access("/dev/i2c-0", F_OK) != 0)
        skip();
    assert_denied("i2c-0", "/dev/i2c-0", "i2c");
}

static void an_spi_device_names_its_group(void **state)
{
    int plug = plug_in(SPI_PLUG);

    (void)state;
    if (plug < 0)
        skip();
    assert_denied("spi0.0", "/dev/spidev0.0", "spi");
    close(plug);
}

static void a_serial_port_names_its_group(void **state)
{
    int plug = plug_in(TTY_PLUG);

    (void)state;
    if (plug < 0)
        skip();
    assert_denied("ttySB0", "/dev/ttySB0", "dialout");
    close(plug);
}

/* ---- programs as nobody: `arg` is the shell's */

static int run_shell(void *arg)
{
    char folder[512];
    ssize_t length = readlink("/proc/self/exe", folder, sizeof(folder) - 1);

    folder[length < 0 ? 0 : length] = '\0';
    *strrchr(folder, '/') = '\0';
    if (chdir(folder) < 0)
        return 127;
    execl("/bin/sh", "sh", "-c", arg, (char *)NULL);
    return 127;
}

static void assert_holds(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" has no \"%s\"", text, words);
}

static void programs_end_with_3_and_say_why(void **state)
{
    static const char *const commands[] = {
        "./endings --backend linux -- return", "../../softboard gpio list",
        "../../softboard gpio get 17",         "../../softboard gpio set 17=1",
        "../../softboard gpio watch 17",       "../../softboard gpio blink 17",
        "../../softboard gpio info 17",        "../../examples/button --list-pins --backend linux",
    };

    (void)state;
    if (access("/bin/sh", X_OK) != 0)
        skip(); /* a guest without the host's files */
    for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        const char *said = as_nobody(run_shell, (void *)(uintptr_t)commands[i]);

        assert_holds(said, "no permission for /dev/gpiochip");
        assert_holds(said, "group gpio (sudo usermod -aG gpio $USER)");
        if (strncmp(said, "3: ", 3) != 0)
            fail_msg("%s: %s", commands[i], said);
    }
}

/* ---- ports that would have one wait */

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void set_carrier(bool is_there)
{
    int fd = open(CARRIER, O_WRONLY | O_CLOEXEC);

    assert_int_equal(write(fd, is_there ? "1" : "0", 1), 1);
    close(fd);
}

/* As somebody with a modem would set the port: it keeps that when it is closed. */
static void care_for_carrier(void)
{
    int fd = open("/dev/ttySB0", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    struct termios settings;

    assert_int_equal(tcgetattr(fd, &settings), 0);
    settings.c_cflag &= ~(tcflag_t)CLOCAL;
    assert_int_equal(tcsetattr(fd, TCSANOW, &settings), 0);
    close(fd);
}

/* A plain open() of it waits. */
static pid_t start_waiting_for_carrier(void)
{
    pid_t pid = fork();
    int fd;

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        fd = open("/dev/ttySB0", O_RDWR | O_NOCTTY | O_CLOEXEC);
        _exit(fd < 0 ? 1 : 0);
    }
    rig_block_us(200000);
    return pid;
}

static void opening_does_not_wait_for_a_carrier(void **state)
{
    int plug = plug_in(TTY_PLUG);
    struct sb_stream *port;
    pid_t other;

    (void)state;
    if (plug < 0)
        skip();
    care_for_carrier();
    set_carrier(false);
    other = start_waiting_for_carrier();
    assert_int_equal(waitpid(other, NULL, WNOHANG), 0);
    kill(other, SIGKILL);
    (void)waitpid(other, NULL, 0);
    assert_int_equal(sb_board_stream(&rig.board.board, "ttySB0", 9600, &port), 0);
    assert_int_equal(sb_stream_try_write(port, "hello", 5), 5);
    sb_stream_close(port);
    set_carrier(true);
    close(plug);
}

static void closing_does_not_wait_for_what_is_not_sent(void **state)
{
    static const uint8_t bytes[2000];
    int plug = plug_in(TTY_PLUG);
    struct sb_stream *port;
    int64_t begin_ns;

    (void)state;
    if (plug < 0)
        skip();
    assert_int_equal(sb_board_stream(&rig.board.board, "ttySB0", 300, &port), 0);
    assert_int_equal(sb_stream_try_write(port, bytes, sizeof(bytes)), sizeof(bytes)); /* 67 s */
    begin_ns = now_ns();
    sb_stream_close(port);
    assert_true(now_ns() - begin_ns < 500000000);
    assert_int_equal(sb_board_stream(&rig.board.board, "ttySB0", 300, &port), 0);
    sb_stream_close(port);
    close(plug);
}

int main(void)
{
#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_RIG(the_chip_names_its_group),
        ON_RIG(an_i2c_bus_names_its_group),
        ON_RIG(an_spi_device_names_its_group),
        ON_RIG(a_serial_port_names_its_group),
        ON_RIG(programs_end_with_3_and_say_why),
        ON_RIG(opening_does_not_wait_for_a_carrier),
        ON_RIG(closing_does_not_wait_for_what_is_not_sent),
    };

    rig_need_gpiosim();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
