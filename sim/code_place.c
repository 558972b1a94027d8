/* SPDX-License-Identifier: MIT */
/* Places come from debug information where libdw and the program have it. */
#include "sim/code_place.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "config.h"

#if SB_HAVE_DW
#include <elfutils/libdwfl.h>
#endif

#if SB_HAVE_DW

/* What is loaded, read once: a report asks for many places. Null: nothing can be told. */
static Dwfl *loaded_code(void)
{
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_linux_proc_find_elf,
        .find_debuginfo = dwfl_standard_find_debuginfo,
    };
    static Dwfl *dwfl;
    static bool is_tried;

    if (is_tried)
        return dwfl;
    is_tried = true;
    dwfl = dwfl_begin(&callbacks);
    if (dwfl != NULL &&
        (dwfl_linux_proc_report(dwfl, getpid()) != 0 || dwfl_report_end(dwfl, NULL, NULL) != 0)) {
        dwfl_end(dwfl);
        dwfl = NULL;
    }
    return dwfl;
}

void sb_code_place(const void *address, char *out, size_t size)
{
    Dwfl *dwfl = loaded_code();
    Dwarf_Addr at = (Dwarf_Addr)(uintptr_t)address - 1; /* the call, not where it returns to */
    Dwfl_Module *module = dwfl == NULL ? NULL : dwfl_addrmodule(dwfl, at);
    const char *function = module == NULL ? NULL : dwfl_module_addrname(module, at);
    Dwfl_Line *line = module == NULL ? NULL : dwfl_module_getsrc(module, at);
    int number = 0;
    const char *file = line == NULL ? NULL : dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL);

    if (function == NULL)
        snprintf(out, size, "%p", address);
    else if (file == NULL)
        snprintf(out, size, "%s", function);
    else
        snprintf(out, size, "%s (%s:%d)", function, file, number);
}

#else

void sb_code_place(const void *address, char *out, size_t size)
{
    snprintf(out, size, "%p", address);
}

#endif
