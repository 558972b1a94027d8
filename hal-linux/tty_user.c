/* SPDX-License-Identifier: MIT */
/* Who else has a terminal: what /proc tells everybody. */
#include "hal-linux/tty_user.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* The beginning of a file; false when it cannot be read. */
static bool read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);

    if (fd >= 0)
        close(fd);
    if (length < 0)
        return false;
    text[length] = '\0';
    return true;
}

/* "ttyAMA0              -W- (EC  p  )  204:64": E is enabled. */
bool sb_tty_is_console(dev_t device)
{
    FILE *file = fopen("/proc/consoles", "re");
    char line[128];
    bool is_one = false;

    if (file == NULL)
        return false;
    while (!is_one && fgets(line, sizeof(line), file) != NULL) {
        unsigned numbers[2];
        char flags[16];

        is_one = sscanf(line, "%*s %*s (%15[^)]) %u:%u", flags, &numbers[0], &numbers[1]) == 3 &&
                 strchr(flags, 'E') != NULL && makedev(numbers[0], numbers[1]) == device;
    }
    fclose(file);
    return is_one;
}

/* ---- processes */

typedef bool process_fn(int pid, const void *arg);

/* The first process that `fn` says yes to; 0 when there is none. */
static int find_process(process_fn *fn, const void *arg)
{
    DIR *folder = opendir("/proc");
    const struct dirent *entry;
    int found = 0;

    /* cppcheck-suppress readdirCalled ; each folder has its own buffer, in any C library for Linux */
    while (folder != NULL && found == 0 && (entry = readdir(folder)) != NULL) {
        int pid = atoi(entry->d_name);

        if (pid > 0 && fn(pid, arg))
            found = pid;
    }
    if (folder != NULL)
        closedir(folder);
    return found;
}

static bool name_process(int pid, struct sb_tty_user *out)
{
    char path[64];

    if (pid <= 0)
        return false;
    out->pid = pid;
    snprintf(path, sizeof(path), "/proc/%d/comm", pid);
    if (!read_text(path, out->name, sizeof(out->name)))
        return false;
    out->name[strcspn(out->name, "\n")] = '\0';
    return true;
}

/* proc(5): "pid (name) state parent group session terminal"; a name may hold blanks and parentheses. */
static bool leads_session_at(int pid, const void *device)
{
    char path[64];
    char text[256];
    const char *rest;
    unsigned terminal;
    int session;

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    if (!read_text(path, text, sizeof(text)))
        return false;
    rest = strrchr(text, ')');
    return rest != NULL && sscanf(rest, ") %*c %*d %*d %d %u", &session, &terminal) == 2 &&
           session == pid && terminal != 0 &&
           makedev(terminal >> 8 & 0xfff, (terminal & 0xff) | (terminal >> 12 & 0xfff00)) ==
               *(const dev_t *)device;
}

bool sb_tty_has_session(dev_t device, struct sb_tty_user *out)
{
    return name_process(find_process(leads_session_at, &device), out);
}

/* ---- locks and open files */

/* "1: FLOCK  ADVISORY  WRITE 1234 00:05:87 0 EOF": process, file system in hexadecimal, number of the file. */
static int find_lock(const struct stat *wanted)
{
    FILE *file = fopen("/proc/locks", "re");
    char line[160];
    int found = 0;

    if (file == NULL)
        return 0;
    while (found == 0 && fgets(line, sizeof(line), file) != NULL) {
        unsigned long inode;
        unsigned numbers[2];
        int pid;

        if (sscanf(line, "%*d: %*s %*s %*s %d %x:%x:%lu", &pid, &numbers[0], &numbers[1], &inode) ==
                4 &&
            inode == wanted->st_ino && makedev(numbers[0], numbers[1]) == wanted->st_dev)
            found = pid;
    }
    fclose(file);
    return found;
}

static bool has_open(int pid, const void *device)
{
    char path[300];
    DIR *folder;
    const struct dirent *entry;
    bool is_found = false;

    snprintf(path, sizeof(path), "/proc/%d/fd", pid);
    folder = opendir(path);
    /* cppcheck-suppress readdirCalled */
    while (folder != NULL && !is_found && (entry = readdir(folder)) != NULL) {
        struct stat status;

        snprintf(path, sizeof(path), "/proc/%d/fd/%s", pid, entry->d_name);
        is_found = stat(path, &status) == 0 && S_ISCHR(status.st_mode) &&
                   status.st_rdev == *(const dev_t *)device;
    }
    if (folder != NULL)
        closedir(folder);
    return is_found;
}

bool sb_tty_has_user(const char *path, struct sb_tty_user *out)
{
    struct stat status;

    if (stat(path, &status) < 0)
        return false;
    return name_process(find_lock(&status), out) ||
           name_process(find_process(has_open, &status.st_rdev), out);
}
