/* SPDX-License-Identifier: MIT */
/* main() of every program that is linked with Softboard: the program itself is sb_main(). */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tools/app/backend.h"
#include "tools/app/options.h"
#include "tools/app/report.h"
#include "tools/app/run.h"
#include "tools/app/signals.h"

/* A closed stdin, stdout or stderr would be the next file that is opened, which would get what is printed. */
static void fill_standard_files(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

/* The program may call exit() in any task, and what it forks may, too. */
static pid_t own_pid;

static void restore_at_exit(void)
{
    if (getpid() == own_pid)
        sb_signals_restore();
}

int main(int argc, char **argv)
{
    static char out_buffer[BUFSIZ];
    struct sb_options options;
    int code;

    fill_standard_files();
    code = sb_options_read(&options, argc, argv);

    /* stdio would allocate its buffer at the first output, in the middle of the run. */
    setvbuf(stdout, out_buffer, _IOLBF, sizeof(out_buffer));
    sb_arrange_heap();
    own_pid = getpid();
    atexit(restore_at_exit);
    if (code < 0 && options.check_determinism)
        code = sb_run_twice(&options, argv);
    if (code < 0 && sb_backend_choose(&options) == SB_BACKEND_LINUX)
        code = sb_run_linux(&options);
    if (code < 0)
        code = sb_run_sim(&options);
    return sb_report_lost_output(options.program) && code == SB_EXIT_GOOD ? SB_EXIT_FAILED : code;
}
