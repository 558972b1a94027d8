/* SPDX-License-Identifier: MIT */
/*
 * However a program ends, what it leaves behind: its exit code, the settings and the lock of a serial port, a link to a
 * pseudo terminal, the terminal that it was drawn in. What becomes of its lines only a kernel can tell: tests/kernel.
 * Time is real here.
 */
#include "tests/linux/gpio_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "tests/child.h"
#include "tests/linux/terminal_rig.h"

static struct child_result r;

/* ---- a serial port and a link */

static int master_fd;
static int slave_fd; /* keeps its settings as a real port would */
static char slave[64];
static char link_path[128];
static struct termios before;

/* A port as somebody else might have left it. */
static void open_port(void)
{
    master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(master_fd >= 0 && grantpt(master_fd) == 0 && unlockpt(master_fd) == 0);
    assert_int_equal(ptsname_r(master_fd, slave, sizeof(slave)), 0);
    slave_fd = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(slave_fd >= 0 && tcgetattr(slave_fd, &before) == 0);
    cfsetspeed(&before, B2400);
    before.c_iflag = IXON | ICRNL;
    before.c_cc[VMIN] = 5;
    assert_int_equal(tcsetattr(slave_fd, TCSANOW, &before), 0);
    assert_int_equal(tcgetattr(slave_fd, &before), 0);
}

static int set_up(void **state)
{
    (void)state;
    open_port();
    snprintf(link_path, sizeof(link_path), "%s/gps", child_folder());
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(link_path);
    close(slave_fd);
    close(master_fd);
    return 0;
}

static bool is_marked_exclusive(void)
{
    int is_marked = 0;

    assert_int_equal(ioctl(slave_fd, TIOCGEXCL, &is_marked), 0);
    return is_marked != 0;
}

static bool is_locked(void)
{
    int fd = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
    bool is_free = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;

    close(fd);
    return !is_free;
}

static bool has_link(void)
{
    struct stat status;

    return lstat(link_path, &status) == 0;
}

static void assert_port_as_before(void)
{
    struct termios after;

    assert_int_equal(tcgetattr(slave_fd, &after), 0);
    assert_int_equal(after.c_iflag, before.c_iflag);
    assert_int_equal(after.c_oflag, before.c_oflag);
    assert_int_equal(after.c_cflag, before.c_cflag);
    assert_int_equal(after.c_lflag, before.c_lflag);
    assert_int_equal(cfgetospeed(&after), B2400);
    assert_memory_equal(after.c_cc, before.c_cc, sizeof(after.c_cc));
    assert_false(is_marked_exclusive());
    assert_false(is_locked());
}

/*
 * Runs it with what it holds; `signals` are what the shell does to it, process $p with its output in $o, once it is ready.
 * Two signals of a kind that come before it looks are one: who wants two sends the second when the first has done something,
 * or sends them until it has ended.
 */
static void run(const char *options, const char *how, const char *signals)
{
    child_run(
        &r,
        "o='%s/out'; rm -f \"$o\"; ulimit -c 0; exec 3>&2 2>/dev/null; "
        "LD_PRELOAD='%s' tests/programs/endings --backend linux %s -- %s %s '%s' >\"$o\" 2>&3 & p=$!; "
        "until [ -s \"$o\" ] || ! kill -0 $p; do sleep 0.01; done; "
        "%s; wait $p",
        child_folder(), getenv("GPIO_RIG_FAKE"), options, how, slave, link_path,
        signals[0] == '\0' ? ":" : signals);
}

struct ending {
    const char *options;
    const char *how;
    const char *signals;
    int status;
    const char *words; /* on stderr; null: it says nothing */
};

static void assert_ends(const struct ending *ending)
{
    run(ending->options, ending->how, ending->signals);
    if (r.status != ending->status)
        fail_msg("%s %s %s: %d, and says %s", ending->options, ending->how, ending->signals,
                 r.status, r.err);
    if (ending->words == NULL)
        assert_string_equal(r.err, "");
    else if (strstr(r.err, ending->words) == NULL)
        fail_msg("%s %s: \"%s\" has no \"%s\"", ending->how, ending->signals, r.err, ending->words);
}

static void assert_nothing_is_left(const struct ending *endings, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        assert_ends(&endings[i]);
        assert_port_as_before();
        assert_false(has_link());
    }
}

#define AWAIT_CLEAN_UP "until grep -q clean-up \"$o\" || ! kill -0 $p; do sleep 0.01; done"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void a_run_that_ends_in_order_leaves_nothing(void **state)
{
    static const struct ending endings[] = {
        {"", "return", "", 0, NULL},
        {"", "fail", "", 1, "endings: sb_main returned -5: Input/output error"},
        {"--for 50ms", "wait", "", 0, NULL},
        {"--timeout 500ms", "wait", "", 124, "the limit of --timeout is reached"},
        {"--wall-timeout 1s", "wait", "", 124, "the limit of --wall-timeout is reached"},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT(endings); i++) {
        assert_true(rig_begin_log());
        assert_nothing_is_left(&endings[i], 1);
        assert_string_equal(rig_log(17), "request endings | config output | 1 | release");
    }
}

static void a_signal_that_asks_for_the_end_leaves_nothing(void **state)
{
    static const struct ending endings[] = {
        {"", "wait", "kill -INT $p", 0, NULL},
        {"", "wait", "kill -TERM $p", 0, NULL},
        {"", "wait", "kill -HUP $p", 0, NULL},
        {"", "clean-up", "kill -INT $p; " AWAIT_CLEAN_UP "; kill -INT $p", 130, NULL},
        {"", "clean-up", "kill -TERM $p; while kill -INT $p; do sleep 0.1; done", 130, NULL},
    };

    (void)state;
    assert_nothing_is_left(endings, COUNT(endings));
}

/* A sanitizer reports crashes and leaks in its own way, and with its own exit codes. */
static void skip_sanitized(void)
{
    const char *san = getenv("SAN");

    if (san != NULL && *san != '\0')
        skip();
}

static void a_crash_leaves_nothing(void **state)
{
    static const struct ending endings[] = {
        {"", "abort", "", 128 + SIGABRT, NULL},
        {"", "assert", "", 128 + SIGABRT, "Assertion"},
        {"", "segv", "", 128 + SIGSEGV, NULL},
        {"", "divide", "", 128 + SIGFPE, NULL},
        {"", "wait", "kill -QUIT $p", 128 + SIGQUIT, NULL},
        {"", "wait", "kill -ILL $p", 128 + SIGILL, NULL},
        {"", "overflow", "", 1, "stack overflow in task 1 'main'"},
        {"--wall-timeout 1s", "hog", "", 124, "a task never waits"},
    };

    (void)state;
    skip_sanitized();
    assert_nothing_is_left(endings, COUNT(endings));
}

static void exit_in_the_middle_leaves_nothing(void **state)
{
    static const struct ending endings[] = {{"", "exit", "", 7, NULL}};

    (void)state;
    skip_sanitized();
    assert_nothing_is_left(endings, 1);
}

/* Runs it until it ends and finds the link of the one before; false: somebody else has got the number it points to. */
static bool next_takes_the_link(void)
{
    run("", "return", "");
    if (r.status == 0)
        return true;
    if (strstr(r.err, "is there already") == NULL)
        fail_msg("return: %d, and says %s", r.status, r.err);
    return false;
}

/* Nobody can do anything then. Numbers of pseudo terminals are given again, to any program at all. */
static void what_is_killed_leaves_a_port_that_can_be_used_and_a_stale_link(void **state)
{
    static const struct ending endings[] = {
        {"", "_exit", "", 8, NULL},
        {"", "wait", "kill -KILL $p", 128 + SIGKILL, NULL},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT(endings); i++) {
        bool is_taken = false;

        for (unsigned tries = 10; !is_taken && tries > 0; tries--) {
            unlink(link_path);
            assert_ends(&endings[i]);
            assert_true(has_link());
            /* The last close takes the mark off, but slave_fd is open; root does not see it. */
            assert_int_equal(ioctl(slave_fd, TIOCNXCL), 0);
            assert_false(is_locked());
            assert_int_equal(tcsetattr(slave_fd, TCSANOW, &before), 0);
            is_taken = next_takes_the_link();
        }
        assert_true(is_taken);
        assert_port_as_before();
        assert_false(has_link());
    }
}

static void nohup_lets_it_go_on_without_the_terminal(void **state)
{
    (void)state;
    child_run(&r,
              "rm -f '%s/out'; trap '' HUP; "
              "LD_PRELOAD='%s' tests/programs/endings --backend linux -- wait >'%s/out' & p=$!; "
              "until [ -s '%s/out' ] || ! kill -0 $p; do sleep 0.01; done; "
              "kill -HUP $p; sleep 0.3; kill -0 $p && echo lives; kill -TERM $p; wait $p",
              child_folder(), getenv("GPIO_RIG_FAKE"), child_folder(), child_folder());
    assert_string_equal(r.out, "lives\n");
    assert_int_equal(r.status, 0);
}

/* Files of others come and go meanwhile: what this one leaves behind is new, and stays. */
static void a_comparison_of_two_runs_that_is_interrupted_leaves_no_files(void **state)
{
    (void)state;
    child_run(&r,
              "list() { ls /tmp | grep softboard-run-; }; "
              "list >'%s/before'; "
              "timeout -s TERM 0.5 examples/blink --backend sim --check-determinism "
              "--for 1000000h 2>/dev/null; "
              "list | grep -vxFf '%s/before' >'%s/new'; "
              "n=0; while list | grep -xFf '%s/new' && [ $((n+=1)) -lt 20 ]; "
              "do sleep 0.1; done >/dev/null; "
              "list | grep -xFf '%s/new'",
              child_folder(), child_folder(), child_folder(), child_folder(), child_folder());
    assert_string_equal(r.out, "");
}

static void what_the_hardware_lacks_or_somebody_else_has_is_3(void **state)
{
    static const struct {
        const char *before;
        const char *program;
        int status;
        const char *words;
    } cases[] = {
        {"GPIOFAKE_ABSENT=1", "examples/blink --backend linux", 3,
         "no GPIO header: there is no /dev/gpiochip*"},
        {"GPIOFAKE_EACCES=1", "examples/blink --backend linux", 3,
         "no permission for /dev/gpiochip0: add yourself to the group gpio"},
        {"GPIOFAKE_BUSY='17=spi0 CS0'", "examples/blink --backend linux", 3,
         "GPIO17 is used by 'spi0 CS0': end that program, switch that function off, or take"},
        {"GPIOFAKE_NO_BIAS=1", "examples/button --backend linux", 3, "leave SB_PIN_PULL_UP"},
        {"", "tests/programs/faulty --backend linux -- no-pin", 1,
         "pinctrl-bcm2835 has no pin \"GPIO99\""},
        {"", "tests/programs/endings --backend linux -- return ttyNone9", 3,
         "no serial port \"ttyNone9\": there is no /dev/ttyNone9. On a Raspberry Pi switch it on"},
        {"", "tests/programs/faulty --backend linux -- no-bus", 3,
         "no I2C bus \"i2c-99\": there is no /dev/i2c-99. On a Raspberry Pi switch it on"},
        {"", "tests/programs/faulty --backend linux -- no-file", 1, "sb_main returned -2"},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT(cases); i++) {
        child_run(&r, "%s LD_PRELOAD='%s' %s", cases[i].before, getenv("GPIO_RIG_FAKE"),
                  cases[i].program);
        if (r.status != cases[i].status || strstr(r.err, cases[i].words) == NULL)
            fail_msg("%s %s: %d, %s", cases[i].before, cases[i].program, r.status, r.err);
    }
}

/* ---- what there is not enough of */

/*
 * Each allocation of the start fails in one run. libuv ends the process itself when one of its own does; where the fake
 * chip has no memory to show itself there is none.
 */
static void memory_that_runs_out_at_the_start_is_said(void **state)
{
    const char *san = getenv("SAN");
    unsigned said_count = 0;

    (void)state;
    if (san != NULL && *san != '\0')
        skip(); /* they have an allocator of their own */
    for (unsigned i = 1; i <= 30; i++) {
        child_run(&r,
                  "ulimit -c 0; NOMEM_AT=%u LD_PRELOAD=\"$(dirname '%s')/nomem.so:%s\" "
                  "tests/programs/endings --backend linux -- return 2>&1 | cat; exit 0",
                  i, getenv("GPIO_RIG_FAKE"), getenv("GPIO_RIG_FAKE"));
        if (strstr(r.out, "ready") == NULL && strstr(r.out, "no GPIO header") == NULL &&
            strstr(r.out, "memory") == NULL && r.out[0] != '\0')
            fail_msg("allocation %u: \"%s\"", i, r.out);
        said_count += strstr(r.out, "memory") != NULL;
    }
    assert_true(said_count > 10);
}

static void descriptors_that_run_out_at_the_start_are_said(void **state)
{
    unsigned said_count = 0;
    bool is_enough = false;

    (void)state;
    for (unsigned i = 5; i <= 40 && !is_enough; i++) {
        child_run(&r,
                  "ulimit -n %u; LD_PRELOAD='%s' tests/programs/endings --backend linux -- return",
                  i, getenv("GPIO_RIG_FAKE"));
        is_enough = r.status == 0;
        if (!is_enough &&
            ((r.status != 1 && r.status != 3) || strstr(r.err, "Too many open files") == NULL))
            fail_msg("%u descriptors, exit code %d: \"%s\"", i, r.status, r.err);
        said_count += !is_enough;
    }
    assert_true(is_enough && said_count > 5);
}

/* ---- the terminal that it is drawn in */

static struct terminal terminal;

static void start_in_terminal(const char *options, const char *how)
{
    terminal_start(&terminal, 60, 120,
                   "ulimit -c 0; TERM=xterm exec tests/programs/endings --backend sim %s -- %s",
                   options, how);
    assert_true(terminal_await(&terminal, "ready"));
}

static void the_terminal_is_as_before_however_it_ends(void **state)
{
    static const struct {
        const char *options;
        const char *how;
        int signal;
        int status;
    } endings[] = {
        {"", "return", 0, 0},
        {"", "fail", 0, 1},
        {"--for 50ms", "wait", 0, 0},
        {"--timeout 500ms", "wait", 0, 124},
        {"--wall-timeout 1s", "hog", 0, 124},
        {"", "wait", SIGINT, 0},
        {"", "wait", SIGTERM, 0},
        {"", "wait", SIGHUP, 0},
        {"", "wait", SIGQUIT, 128 + SIGQUIT},
        {"", "abort", 0, 128 + SIGABRT},
        {"", "assert", 0, 128 + SIGABRT},
        {"", "segv", 0, 128 + SIGSEGV},
        {"", "divide", 0, 128 + SIGFPE},
        {"", "overflow", 0, 1},
        {"", "exit", 0, 7},
    };

    (void)state;
    skip_sanitized();
    for (unsigned i = 0; i < COUNT(endings); i++) {
        struct termios modes;
        int status;

        start_in_terminal(endings[i].options, endings[i].how);
        if (endings[i].signal != 0)
            kill(terminal.pid, endings[i].signal);
        if (!terminal_await(&terminal, "\x1b[?25h"))
            fail_msg("%s: the cursor stays hidden", endings[i].how);
        status = terminal_wait(&terminal);
        if (status != endings[i].status)
            fail_msg("%s: %d", endings[i].how, status);
        assert_int_equal(tcgetattr(terminal.fd, &modes), 0);
        if ((modes.c_lflag & (ECHO | ICANON)) != (ECHO | ICANON))
            fail_msg("%s: the keys are not as before", endings[i].how);
        terminal_close(&terminal);
    }
}

static void a_terminal_that_is_closed_ends_the_run(void **state)
{
    (void)state;
    start_in_terminal("", "wait");
    terminal_close(&terminal);
    assert_int_equal(terminal_wait(&terminal), 0);
}

int main(int argc, char **argv)
{
#define WITH_PORT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_PORT(a_run_that_ends_in_order_leaves_nothing),
        WITH_PORT(a_signal_that_asks_for_the_end_leaves_nothing),
        WITH_PORT(a_crash_leaves_nothing),
        WITH_PORT(exit_in_the_middle_leaves_nothing),
        WITH_PORT(what_is_killed_leaves_a_port_that_can_be_used_and_a_stale_link),
        cmocka_unit_test(a_comparison_of_two_runs_that_is_interrupted_leaves_no_files),
        cmocka_unit_test(what_the_hardware_lacks_or_somebody_else_has_is_3),
        cmocka_unit_test(memory_that_runs_out_at_the_start_is_said),
        cmocka_unit_test(descriptors_that_run_out_at_the_start_are_said),
        cmocka_unit_test(nohup_lets_it_go_on_without_the_terminal),
        cmocka_unit_test(the_terminal_is_as_before_however_it_ends),
        cmocka_unit_test(a_terminal_that_is_closed_ends_the_run),
    };

    (void)argc;
    if (child_is_emulated()) {
        printf("1..1\nok 1 # SKIP qemu-user refuses the calls that set up serial ports\n");
        return 0;
    }
    rig_start(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
