/* SPDX-License-Identifier: MIT */
/*
 * However a program ends, the kernel has its lines back: tests/programs/endings, whose other belongings are looked at in
 * tests/linux/test_endings.c, on a chip of gpio-sim.
 */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hal-linux/lines_linux.h"

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

static const char *consumer_of(unsigned offset)
{
    static struct sb_linux_line line;

    sb_linux_board_line(&rig.board, offset, &line);
    return line.consumer;
}

/* ---- the program, which lies beside this one */

static void become(const char *option, const char *how, int output)
{
    char path[512];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 16);
    const struct rlimit no_core = {0, 0};

    path[length < 0 ? 0 : length] = '\0';
    snprintf(strrchr(path, '/'), 16, "/endings");
    dup2(output, STDOUT_FILENO);
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    setrlimit(RLIMIT_CORE, &no_core);
    if (option == NULL)
        execl(path, "endings", "--backend", "linux", "--", how, (char *)NULL);
    else
        execl(path, "endings", "--backend", "linux", option, "50ms", "--", how, (char *)NULL);
    _exit(127);
}

/* Starts it, and returns when it has its lines. */
static pid_t start(const char *option, const char *how)
{
    char text[16] = "";
    int ends[2];
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    pid = fork();
    if (pid == 0)
        become(option, how, ends[1]);
    close(ends[1]);
    assert_int_equal(read(ends[0], text, sizeof(text) - 1), 6);
    assert_string_equal(text, "ready\n");
    close(ends[0]);
    return pid;
}

/* Its exit code, or 128 and the signal that it died of. */
static int end(pid_t pid, int first, int second)
{
    int status = 0;

    if (first != 0)
        kill(pid, first);
    if (second != 0) {
        rig_block_us(100000);
        kill(pid, second);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- tests */

static void lines_are_held_while_it_runs(void **state)
{
    pid_t pid = start(NULL, "wait");

    (void)state;
    assert_string_equal(consumer_of(17), "endings");
    assert_string_equal(consumer_of(27), "endings");
    assert_int_equal(gpiosim_value(&rig.sim, 17), 1);
    assert_int_equal(rig_try_pin(&rig, "GPIO17", SB_PIN_OUTPUT), -EBUSY);
    rig_assert_error(&rig, "GPIO17 is used by 'endings': end that program");
    assert_int_equal(end(pid, SIGTERM, 0), 0);
}

static void the_kernel_has_them_back_however_it_ends(void **state)
{
    static const struct {
        const char *option;
        const char *how;
        int first;
        int second;
        int status;
    } endings[] = {
        {NULL, "return", 0, 0, 0},
        {NULL, "fail", 0, 0, 1},
        {NULL, "exit", 0, 0, 7},
        {NULL, "_exit", 0, 0, 8},
        {NULL, "abort", 0, 0, 128 + SIGABRT},
        {NULL, "assert", 0, 0, 128 + SIGABRT},
        {NULL, "segv", 0, 0, 128 + SIGSEGV},
        {NULL, "divide", 0, 0, 128 + SIGFPE},
        {NULL, "overflow", 0, 0, 1},
        {"--for", "wait", 0, 0, 0},
        {"--timeout", "wait", 0, 0, 124},
        {"--wall-timeout", "wait", 0, 0, 124},
        {"--wall-timeout", "hog", 0, 0, 124},
        {NULL, "wait", SIGINT, 0, 0},
        {NULL, "wait", SIGTERM, 0, 0},
        {NULL, "wait", SIGHUP, 0, 0},
        {NULL, "clean-up", SIGINT, SIGINT, 130},
        {NULL, "wait", SIGQUIT, 0, 128 + SIGQUIT},
        {NULL, "wait", SIGKILL, 0, 128 + SIGKILL},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        int status = end(start(endings[i].option, endings[i].how), endings[i].first,
                         endings[i].second);

        if (status != endings[i].status)
            fail_msg("%s: %d", endings[i].how, status);
        if (consumer_of(17)[0] != '\0' || consumer_of(27)[0] != '\0')
            fail_msg("%s: a line is still held", endings[i].how);
        assert_int_equal(rig_try_pin(&rig, "GPIO17", SB_PIN_INPUT), 0);
    }
}

int main(void)
{
#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_RIG(lines_are_held_while_it_runs),
        ON_RIG(the_kernel_has_them_back_however_it_ends),
    };

    rig_need_gpiosim();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
