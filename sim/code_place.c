/* SPDX-License-Identifier: MIT */
/* Places come from debug information where libdw and the program have it. */
#include "sim/code_place.h"

#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "config.h"

#if SB_HAVE_DW
#include <elfutils/libdwfl.h>
#endif

void sb_code_place(const void *address, char *out, size_t size)
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
