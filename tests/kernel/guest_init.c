/* SPDX-License-Identifier: MIT */
/*
 * The first process of a guest kernel: mounts what programs expect, then does what a list says, one line
 * each, and switches the machine off. Static, so that an initramfs needs nothing else.
 *
 *   module FILE [ARGUMENTS]      loads a module of the kernel
 *   link TARGET PATH             makes a symbolic link
 *   run NAME LIMIT_S FILE [ARGUMENT]...   runs a program between the lines "@BEGIN NAME" and "@END NAME STATUS"
 *   beside FILE [ARGUMENT]...    starts a program, and gives it a second
 *   alone                        ends that one again
 *
 * The list is GUEST_LIST of the environment, which is the kernel's command line.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGUMENTS_MAX 32

static void mount_at(const char *type, const char *path)
{
    (void)mkdir(path, 0755);
    if (mount(type, path, type, 0, NULL) != 0 && errno != EBUSY && errno != ENODEV &&
        errno != ENOENT) /* this kernel has no such thing */
        printf("# init: %s on %s: %s\n", type, path, strerror(errno));
}

static void open_console(void)
{
    int fd = open("/dev/console", O_RDWR);

    for (int i = 0; fd >= 0 && i < 3; i++)
        dup2(fd, i);
    if (fd > 2)
        close(fd);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

static void mount_all(void)
{
    mount_at("devtmpfs", "/dev");
    open_console();
    mount_at("proc", "/proc");
    mount_at("sysfs", "/sys");
    mount_at("debugfs", "/sys/kernel/debug");
    mount_at("devpts", "/dev/pts");
    mount_at("tmpfs", "/dev/shm");
    mount_at("tmpfs", "/run");
}

static void load_module(const char *path, const char *arguments)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || (syscall(SYS_finit_module, fd, arguments, 0) != 0 && errno != EEXIST))
        printf("# init: %s: %s\n", path, strerror(errno));
    if (fd >= 0)
        close(fd);
}

static long now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

static void take_signal(int number)
{
    (void)number;
}

/* Waits for the child, at most so long, and reaps whatever else ends meanwhile. Returns its status as a shell has it. */
static int wait_for(pid_t child, unsigned limit_s)
{
    long end_s = now_s() + (long)limit_s;
    int status = 0;

    alarm(limit_s + 1);
    for (;;) {
        pid_t ended = waitpid(-1, &status, 0);

        if (ended == child)
            break;
        if (ended < 0 && errno == EINTR && now_s() >= end_s) {
            kill(child, SIGKILL);
            (void)waitpid(child, &status, 0);
            return 124;
        }
        if (ended < 0 && errno != EINTR)
            return 127;
    }
    alarm(0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void run(const char *name, unsigned limit_s, char *const argv[])
{
    pid_t child;
    int status;

    printf("@BEGIN %s\n", name);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        dup2(open("/dev/null", O_RDONLY), STDIN_FILENO); /* nobody is at the console's keys */
        execv(argv[0], argv);
        printf("# init: %s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    status = child < 0 ? 127 : wait_for(child, limit_s);
    printf("\n@END %s %d\n", name, status);
}

/* ---- a program beside others */

static pid_t companion;

static void start_beside(char *const argv[])
{
    companion = fork();
    if (companion == 0) {
        execv(argv[0], argv);
        printf("# init: %s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    sleep(1);
}

static void end_beside(void)
{
    if (companion <= 0)
        return;
    kill(companion, SIGTERM);
    (void)waitpid(companion, NULL, 0);
    companion = 0;
}

/* One line of the list. */
static void obey(char *line)
{
    char *argv[ARGUMENTS_MAX + 1];
    char *rest = NULL;
    char *verb = strtok_r(line, " ", &rest);
    unsigned count = 0;

    if (verb == NULL)
        return;
    if (strcmp(verb, "module") == 0) {
        char *path = strtok_r(NULL, " ", &rest);
        load_module(path, rest);
        return;
    }
    while (count < ARGUMENTS_MAX && (argv[count] = strtok_r(NULL, " ", &rest)) != NULL)
        count++;
    argv[count] = NULL;
    if (strcmp(verb, "link") == 0 && count == 2 && symlink(argv[0], argv[1]) != 0)
        printf("# init: %s: %s\n", argv[1], strerror(errno));
    if (strcmp(verb, "beside") == 0 && count >= 1)
        start_beside(argv);
    if (strcmp(verb, "alone") == 0)
        end_beside();
    if (strcmp(verb, "run") == 0 && count >= 3)
        run(argv[0], (unsigned)atoi(argv[1]), argv + 2);
}

int main(void)
{
    const char *path = getenv("GUEST_LIST");
    struct sigaction action = {.sa_handler = take_signal};
    char line[1024];
    FILE *list;

    sigaction(SIGALRM, &action, NULL);
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    setenv("HOME", "/run", 1);
    setenv("TMPDIR", "/run", 1);
    setenv("CMOCKA_MESSAGE_OUTPUT", "TAP", 1);
    setenv("NO_COLOR", "1", 1);
    mount_all();
    list = fopen(path == NULL ? "/list" : path, "re");
    printf("@UP %s\n", list == NULL ? strerror(errno) : "");
    while (list != NULL && fgets(line, sizeof(line), list) != NULL) {
        mount_at("configfs", "/sys/kernel/config"); /* a module may have brought it */
        line[strcspn(line, "\n")] = '\0';
        obey(line);
    }
    printf("@DOWN\n");
    fflush(stdout);
    sync();
    reboot(RB_POWER_OFF);
    return 0;
}
