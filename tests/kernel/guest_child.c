/* SPDX-License-Identifier: MIT */
/* Children in the guest: see guest_child.h. */
#include "tests/kernel/guest_child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OUT "/run/child.out"
#define ERR "/run/child.err"

#define LIMIT_MS 100000
#define STEP_MS  20

static const char *folder = "build";

void guest_child_set_folder(const char *name)
{
    folder = name;
}

static void become(const char *command)
{
    dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    dup2(open(OUT, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), STDOUT_FILENO);
    dup2(open(ERR, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), STDERR_FILENO);
    if (chdir(folder) == 0)
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

void guest_child_start(struct guest_child *child, const char *command)
{
    char text[1024];

    snprintf(text, sizeof(text), "exec env %s", command);
    child->pid = fork();
    if (child->pid == 0)
        become(text);
    assert_true(child->pid > 0);
}

static void read_text(const char *path, char text[GUEST_CHILD_TEXT])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : read(fd, text, GUEST_CHILD_TEXT - 1);

    text[size < 0 ? 0 : size] = '\0';
    if (fd >= 0)
        close(fd);
}

void guest_child_end(struct guest_child *child)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000};
    int status = 0;
    pid_t ended = 0;

    for (int i = 0; i < LIMIT_MS / STEP_MS && ended == 0; i++) {
        ended = waitpid(child->pid, &status, WNOHANG);
        if (ended == 0)
            nanosleep(&step, NULL);
    }
    if (ended == 0) {
        kill(child->pid, SIGKILL);
        (void)waitpid(child->pid, &status, 0);
    }
    child->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    read_text(OUT, child->out);
    read_text(ERR, child->err);
}

void guest_child_run(struct guest_child *child, const char *command)
{
    guest_child_start(child, command);
    guest_child_end(child);
}

void guest_child_assert_status(const struct guest_child *child, int status)
{
    if (child->status != status)
        fail_msg("ended with %d, not %d:\n%s%s", child->status, status, child->out, child->err);
}
