/* SPDX-License-Identifier: MIT */
/*
 * Serial ports that somebody else has, that may not be opened or that go away, on pseudo terminals. Others are child
 * processes. Time is real here.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tests/child.h"
#include "tests/linux/gpio_rig.h"

#include "lib/timeout.h"

#define NOBODY 65534

static struct rig rig;
static int master_fd;
static char slave[64];
static struct sb_stream *port;

static int set_up(void **state)
{
    (void)state;
    rig_open(&rig);
    master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    return master_fd >= 0 && grantpt(master_fd) == 0 && unlockpt(master_fd) == 0
               ? ptsname_r(master_fd, slave, sizeof(slave))
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    rig_close(&rig);
    close(master_fd);
    return 0;
}

static int open_port(void *arg)
{
    (void)arg;
    return sb_board_stream(&rig.board.board, slave, 9600, &port);
}

static void open_and_expect(int rc, const char *words)
{
    assert_int_equal(rig_run(&rig, open_port, NULL), rc);
    rig_assert_error(&rig, words);
}

/* ---- others */

/* A child that does `fn` with the port, and then stays until it is killed. */
static pid_t start_other(void (*fn)(int fd), bool is_session)
{
    int ready[2];
    char byte;
    pid_t pid;

    assert_int_equal(pipe(ready), 0);
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_NAME, "agetty");
        if (is_session)
            setsid();
        fn(open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC));
        (void)!write(ready[1], "", 1);
        pause();
        _exit(0);
    }
    assert_true(pid > 0 && read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static void stop_other(pid_t pid)
{
    kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}

/* The error that the port has because of `pid`, which `what` tells. */
static const char *by_other(const char *what, pid_t pid)
{
    static char text[160];

    snprintf(text, sizeof(text), "%s is %s 'agetty' (process %d)", slave, what, (int)pid);
    return text;
}

static void lock_it(int fd)
{
    (void)flock(fd, LOCK_EX);
}

static void a_port_that_another_has_locked_names_its_user(void **state)
{
    pid_t other = start_other(lock_it, false);
    int is_marked = 1;

    (void)state;
    open_and_expect(-EBUSY, by_other("used by", other));
    rig_assert_error(&rig, ": end that program");
    stop_other(other);
    assert_int_equal(ioctl(master_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY) < 0, 0);
    assert_int_equal(ioctl(open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC), TIOCGEXCL, &is_marked), 0);
    assert_int_equal(is_marked, 0); /* the other's port is left as it was */
    assert_int_equal(rig_run(&rig, open_port, NULL), 0);
}

static void mark_it(int fd)
{
    (void)ioctl(fd, TIOCEXCL);
}

/* In a child, as root may open what others have marked. What it says comes through a pipe. */
static int open_as_nobody(char *text, size_t size)
{
    int ends[2];
    ssize_t length;
    int status = 0;
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    pid = fork();
    if (pid == 0) {
        int rc;

        if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
            _exit(126);
        rc = rig_run(&rig, open_port, NULL);
        (void)!write(ends[1], sb_board_error(&rig.board.board),
                     strlen(sb_board_error(&rig.board.board)));
        _exit(-rc);
    }
    close(ends[1]);
    length = read(ends[0], text, size - 1);
    close(ends[0]);
    text[length < 0 ? 0 : length] = '\0';
    assert_true(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    return -WEXITSTATUS(status);
}

static void a_port_that_another_has_marked_is_busy(void **state)
{
    char text[SB_BOARD_ERROR_SIZE];
    pid_t other;

    (void)state;
    assert_int_equal(chmod(slave, 0666), 0);
    other = start_other(mark_it, false);
    assert_int_equal(open_as_nobody(text, sizeof(text)), -EBUSY);
    if (geteuid() == 0) /* whose process it is, so nobody may look into it */
        assert_non_null(strstr(text, "is used by another program: `sudo fuser -v /dev/pts/"));
    stop_other(other);
}

static void a_port_without_permission_names_the_group(void **state)
{
    char text[SB_BOARD_ERROR_SIZE];

    (void)state;
    if (geteuid() != 0)
        skip(); /* then it is ours, whatever its mode */
    assert_int_equal(chmod(slave, 0600), 0);
    assert_int_equal(open_as_nobody(text, sizeof(text)), -EACCES);
    assert_non_null(strstr(text, "no permission for /dev/pts/"));
    assert_non_null(
        strstr(text, "add yourself to the group dialout (sudo usermod -aG dialout $USER)"));
}

static void log_in_at_it(int fd)
{
    (void)ioctl(fd, TIOCSCTTY, 0);
}

static void a_port_with_a_login_on_it_is_refused(void **state)
{
    pid_t other = start_other(log_in_at_it, true);

    (void)state;
    open_and_expect(-EBUSY, by_other("the terminal of", other));
    rig_assert_error(&rig,
                     "a login: switch that off first, sudo raspi-config nonint do_serial_cons 1");
    stop_other(other);
}

static void the_kernels_console_is_refused(void **state)
{
    static struct child_result r;
    char name[32] = "";
    char flags[32] = "";

    (void)state;
    child_run(&r, "cat /proc/consoles");
    if (sscanf(r.out, "%31s %*s (%31[^)])", name, flags) != 2 || strchr(flags, 'E') == NULL)
        skip(); /* this machine has none, or shows none here */
    snprintf(slave, sizeof(slave), "/dev/%s", name);
    if (access(slave, F_OK) != 0)
        skip();
    open_and_expect(-EBUSY, "is the kernel's console: switch that off first");
}

/* ---- going away */

static int read_until_unplugged(void *arg)
{
    char data[64];
    int rc;

    (void)arg;
    while ((rc = sb_stream_read(port, data, sizeof(data))) > 0)
        ;
    return rc;
}

static int write_until_unplugged(void *arg)
{
    static const char data[4096];
    int rc;

    (void)arg;
    while ((rc = sb_stream_write(port, data, sizeof(data))) > 0)
        ;
    return rc;
}

/* A reader and a writer, who waits since nobody takes anything, when the other side goes. */
static int lose_it_while_in_use(void *arg)
{
    struct sb_task reader;
    struct sb_task writer;
    int rc = open_port(NULL);
    int results[2];

    (void)arg;
    if (rc < 0)
        return rc;
    sb_spawn(&reader, "reader", read_until_unplugged, NULL);
    sb_spawn(&writer, "writer", write_until_unplugged, NULL);
    sb_sleep_ms(20);
    close(master_fd);
    sb_join(&reader, &results[0]);
    sb_join(&writer, &results[1]);
    if (results[0] != -ENODEV || results[1] != -ENODEV)
        return -EBADMSG;
    return sb_stream_drain(port);
}

static int64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void who_reads_writes_or_drains_a_port_that_goes_hears_of_it(void **state)
{
    (void)state;
    assert_int_equal(rig_run(&rig, lose_it_while_in_use, NULL), -ENODEV);
}

static int lose_it_unused(void *arg)
{
    int rc = open_port(NULL);
    int64_t begin_ns;

    (void)arg;
    if (rc < 0)
        return rc;
    close(master_fd);
    begin_ns = cpu_ns();
    sb_sleep_ms(500);
    return cpu_ns() - begin_ns < 100000000 ? sb_stream_drain(port) : -EBUSY;
}

static void a_port_that_goes_costs_no_time_and_drains_with_an_error(void **state)
{
    (void)state;
    assert_int_equal(rig_run(&rig, lose_it_unused, NULL), -ENODEV);
}

/* What a stream holds of what the program has not read. */
#define STREAM_SIZE 16384

/* More waits than the stream holds, so that nothing is read when the other side goes. */
static int lose_it_while_full(void *arg)
{
    static char data[65536];
    struct sb_timeout timeout;
    int rc = open_port(NULL);

    (void)arg;
    if (rc < 0)
        return rc;
    fcntl(master_fd, F_SETFL, O_NONBLOCK);
    /* The kernel passes on a little after each read, in a thread of its own. */
    for (int i = 0; i < 2000 && (write(master_fd, data, sizeof(data)) > 0 ||
                                 port->received_count < STREAM_SIZE);
         i++)
        sb_sleep_ms(5);
    close(master_fd);
    sb_sleep_ms(10);
    if (port->received_count != STREAM_SIZE)
        return -EBADMSG;
    sb_timeout_begin_ms(&timeout, 5000);
    return sb_timeout_end(&timeout, read_until_unplugged(NULL));
}

static void a_full_stream_is_read_to_its_end_first(void **state)
{
    (void)state;
    assert_int_equal(rig_run(&rig, lose_it_while_full, NULL), -ENODEV);
    assert_true(port->received_count >= STREAM_SIZE);
}

int main(int argc, char **argv)
{
#define ON_PORT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_PORT(a_port_that_another_has_locked_names_its_user),
        ON_PORT(a_port_that_another_has_marked_is_busy),
        ON_PORT(a_port_without_permission_names_the_group),
        ON_PORT(a_port_with_a_login_on_it_is_refused),
        ON_PORT(the_kernels_console_is_refused),
        ON_PORT(who_reads_writes_or_drains_a_port_that_goes_hears_of_it),
        ON_PORT(a_port_that_goes_costs_no_time_and_drains_with_an_error),
        ON_PORT(a_full_stream_is_read_to_its_end_first),
    };

    (void)argc;
    if (child_is_emulated()) {
        printf("1..1\nok 1 # SKIP qemu-user refuses the calls that set up serial ports\n");
        return 0;
    }
    rig_start(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
