/* SPDX-License-Identifier: MIT */
/*
 * Runs scenarios in child processes. What a child prints goes to a file without a name, to be shown
 * when it failed. A program that has run the scenario's last step signs a receipt, since to end with 0 is
 * easy.
 */
#include "tools/test_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void finish(struct sb_test *test, const char *cause)
{
    test->is_done = true;
    test->has_passed = cause == NULL;
    snprintf(test->cause, sizeof(test->cause), "%s", cause == NULL ? "" : cause);
}

static void exec_program(const struct sb_test *test)
{
    const char *arguments[] = {
        test->program,    "--backend", "sim", "--headless", "--scenario", test->scenario,
        "--wall-timeout", "10m",       NULL,  NULL,         NULL};
    char receipt[16];
    int input = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (test->board != NULL) {
        arguments[8] = "--board";
        arguments[9] = test->board;
    }
    snprintf(receipt, sizeof(receipt), "%d", fileno(test->receipt));
    setenv("SOFTBOARD_RECEIPT_FD", receipt, 1);
    dup2(input, STDIN_FILENO);
    dup2(fileno(test->output), STDOUT_FILENO);
    dup2(fileno(test->output), STDERR_FILENO);
    execv(test->program, (char *const *)arguments);
    dprintf(STDERR_FILENO, "%s cannot be run: %s\n", test->program, strerror(errno));
    _exit(127);
}

static void start(struct sb_test *test)
{
    test->begin_s = now_s();
    if (test->program == NULL) {
        finish(test, "no program of this name: see softboard test --help");
        return;
    }
    test->output = tmpfile();
    test->receipt = tmpfile();
    if (test->output == NULL || test->receipt == NULL) {
        finish(test, "no room for its output");
        return;
    }
    fflush(NULL);
    test->pid = fork();
    if (test->pid == 0)
        exec_program(test);
    if (test->pid < 0)
        finish(test, "no process could be started");
}

static void explain(struct sb_test *test, int status)
{
    char cause[sizeof(test->cause)];
    struct stat receipt;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

    if (code == 0 && fstat(fileno(test->receipt), &receipt) == 0 && receipt.st_size > 0) {
        finish(test, NULL);
        return;
    }
    if (code == 0)
        snprintf(cause, sizeof(cause),
                 "ended with 0 without running the scenario: no such program?");
    else if (WIFSIGNALED(status))
        snprintf(cause, sizeof(cause), "ended by signal %d", WTERMSIG(status));
    else if (code == 124)
        snprintf(cause, sizeof(cause), "exit code 124: a limit was reached");
    else if (code == 2)
        snprintf(cause, sizeof(cause), "exit code 2: usage or a wrong file");
    else
        snprintf(cause, sizeof(cause), "exit code %d", code);
    finish(test, cause);
}

/* Waits for one of the children. */
static void reap(struct sb_test_list *list)
{
    int status;
    pid_t pid;

    do
        pid = waitpid(-1, &status, 0);
    while (pid < 0 && errno == EINTR);
    for (size_t i = 0; i < list->count; i++) {
        struct sb_test *test = &list->tests[i];

        if (test->is_done || test->pid <= 0 || (pid > 0 && test->pid != pid))
            continue;
        test->seconds = now_s() - test->begin_s;
        if (pid > 0)
            explain(test, status);
        else
            finish(test, "its process was lost");
    }
}

void sb_test_run_all(struct sb_test_list *list, unsigned jobs, sb_test_done_fn *fn)
{
    size_t started = 0;
    size_t told = 0;
    size_t running = 0;

    while (told < list->count) {
        while (running < jobs && started < list->count) {
            struct sb_test *test = &list->tests[started++];

            start(test);
            if (!test->is_done)
                running++;
        }
        if (running > 0 && !list->tests[told].is_done) {
            reap(list);
            running--;
        }
        while (told < list->count && told < started && list->tests[told].is_done)
            fn(&list->tests[told++]);
    }
}
