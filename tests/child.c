/* SPDX-License-Identifier: MIT */
/* See child.h. */
#include "tests/child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support.h"

static char folder[64];

static void remove_folder(void)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "left behind: %s\n", folder);
}

const char *child_folder(void)
{
    if (folder[0] != '\0')
        return folder;
    snprintf(folder, sizeof(folder), "/tmp/softboard-test-XXXXXX");
    if (mkdtemp(folder) == NULL)
        fail_msg("no folder for temporary files");
    atexit(remove_folder);
    return folder;
}

char *child_read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "re");
    char *text;
    long length;

    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    length = ftell(file);
    rewind(file);
    text = calloc(1, (size_t)length + 1);
    if (text != NULL)
        *size = fread(text, 1, (size_t)length, file);
    fclose(file);
    return text;
}

static void read_part(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "re");

    out[0] = '\0';
    if (file == NULL)
        return;
    out[fread(out, 1, size - 1, file)] = '\0';
    fclose(file);
}

bool child_is_emulated(void)
{
    const char *emulator = getenv("SOFTBOARD_EMULATOR");

    return emulator != NULL && *emulator != '\0';
}

/* What the emulator's own loader says of a library to be preloaded, which is for the program in it. */
static void drop_complaints(char *text)
{
    static const char complaint[] = "ERROR: ld.so: object ";
    char *line = text;

    while (line != NULL && *line != '\0') {
        char *end = strchr(line, '\n');

        if (strncmp(line, complaint, sizeof(complaint) - 1) == 0 && end != NULL)
            memmove(line, end + 1, strlen(end + 1) + 1);
        else
            line = end == NULL ? NULL : end + 1;
    }
}

const char *child_build(void)
{
    const char *build = getenv("SOFTBOARD_BUILD");

    return build == NULL ? "build" : build;
}

void child_need(const char *program)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", child_build(), program);
    if (access(path, X_OK) == 0)
        return;
    print_message("no %s: skipped\n", path);
    skip();
}

/* Variables by which a program of ours, or a command of the shell's around it, would do something else. */
static void forget_variables(void)
{
    static const char *const names[] = {
        "DISPLAY",        "WAYLAND_DISPLAY", "SOFTBOARD_BACKEND",    "SOFTBOARD_BOARD",
        "SOFTBOARD_FONT", "SOFTBOARD_HEAP",  "SOFTBOARD_RECEIPT_FD", "CI",
        "NO_COLOR",       "COLORTERM",       "POSIXLY_CORRECT",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unsetenv(names[i]);
    setenv("LC_ALL", "C", 1);
}

/* Signals that nohup, the background of a script or another program has left ignored or blocked. */
static void hear_signals(void)
{
    static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGALRM, SIGCHLD};
    sigset_t none;

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        (void)signal(numbers[i], SIG_DFL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

void child_forget(void)
{
    forget_variables();
    hear_signals();
    closefrom(STDERR_FILENO + 1);
}

static void become(const char *command, const char *out, const char *err)
{
    int null = open("/dev/null", O_RDONLY);
    int out_fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int err_fd = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    dup2(null, STDIN_FILENO);
    dup2(out_fd, STDOUT_FILENO);
    dup2(err_fd, STDERR_FILENO);
    child_forget();
    if (chdir(child_build()) != 0)
        _exit(126);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

void child_run(struct child_result *result, const char *command, ...)
{
    char text[2048];
    char out[128];
    char err[128];
    va_list args;
    pid_t pid;
    int status = 0;

    va_start(args, command);
    vsnprintf(text, sizeof(text), command, args);
    va_end(args);
    snprintf(out, sizeof(out), "%s/stdout", child_folder());
    snprintf(err, sizeof(err), "%s/stderr", child_folder());
    pid = fork();
    if (pid == 0)
        become(text, out, err);
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        fail_msg("cannot run: %s", text);
    result->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    read_part(out, result->out, sizeof(result->out));
    read_part(err, result->err, sizeof(result->err));
    if (child_is_emulated())
        drop_complaints(result->err);
}
