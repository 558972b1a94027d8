/* SPDX-License-Identifier: MIT */
/* Dumps of tasks. Places come from debug information where libdw and the program have it. */
#include "tools/app/report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#if SB_HAVE_DW
#include <elfutils/libdwfl.h>
#endif

const char *sb_report_error_text(int rc)
{
    return strerror(-rc);
}

void sb_report_address(const void *address, char *out, size_t size)
{
    snprintf(out, size, "%p", address);
#if SB_HAVE_DW
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_linux_proc_find_elf,
        .find_debuginfo = dwfl_standard_find_debuginfo,
    };
    Dwfl *dwfl = dwfl_begin(&callbacks);
    Dwarf_Addr at = (Dwarf_Addr)(uintptr_t)address - 1; /* the call, not where it returns to */

    if (dwfl != NULL && dwfl_linux_proc_report(dwfl, getpid()) == 0 &&
        dwfl_report_end(dwfl, NULL, NULL) == 0) {
        Dwfl_Module *module = dwfl_addrmodule(dwfl, at);
        const char *function = module == NULL ? NULL : dwfl_module_addrname(module, at);
        Dwfl_Line *line = module == NULL ? NULL : dwfl_module_getsrc(module, at);
        int number = 0;
        const char *file = line == NULL ? NULL
                                        : dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL);

        if (function != NULL && file != NULL)
            snprintf(out, size, "%s (%s:%d)", function, file, number);
        else if (function != NULL)
            snprintf(out, size, "%s", function);
    }
    if (dwfl != NULL)
        dwfl_end(dwfl);
#endif
}

static void print_task(const struct sb_task *task, void *arg)
{
    static const char *const states[] = {"ready", "running", "waiting", "parked", "finished"};
    struct sb_task_info info;
    char place[256];

    (void)arg;
    sb_task_info(task, &info);
    fprintf(stderr, "  task %u '%s': %s", info.id, info.name, states[info.state]);
    if (info.wait_what != NULL)
        fprintf(stderr, " on %s since %.9f s", info.wait_what, (double)info.wait_since_ns / 1e9);
    if (info.wait_caller != NULL) {
        sb_report_address(info.wait_caller, place, sizeof(place));
        fprintf(stderr, ", in %s", place);
    }
    fprintf(stderr, "; %llu slices, stack %zu of %zu bytes\n", (unsigned long long)info.slice_count,
            info.stack_used, info.stack_size);
}

void sb_report_tasks(const struct sb_loop *loop)
{
    sb_loop_for_each_task(loop, print_task, NULL);
}
