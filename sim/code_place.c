/* SPDX-License-Identifier: MIT */
/* Places come from debug information where libdw and the program have it. */
#include "sim/code_place.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#if SB_HAVE_DW
#include <dwarf.h>
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

/* clang leaves no table of which unit an address lies in: then each is asked. */
static Dwarf_Die *unit_of(Dwfl_Module *module, Dwarf_Addr at, Dwarf_Addr *bias)
{
    Dwarf_Die *unit = dwfl_module_addrdie(module, at, bias);

    if (unit != NULL)
        return unit;
    while ((unit = dwfl_module_nextcu(module, unit, bias)) != NULL)
        if (dwarf_haspc(unit, at - *bias) == 1)
            break;
    return unit;
}

/* As the compiler was told it, which clang completes by the folder that it ran in. */
static const char *source_of(Dwfl_Module *module, Dwarf_Addr at, int *number)
{
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = unit_of(module, at, &bias);
    Dwarf_Line *line = unit == NULL ? NULL : dwarf_getsrc_die(unit, at - bias);
    const char *file = line == NULL ? NULL : dwarf_linesrc(line, NULL, NULL);
    Dwarf_Attribute attribute;
    const char *folder = file == NULL
                             ? NULL
                             : dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
    size_t length = folder == NULL ? 0 : strlen(folder);

    if (file == NULL || dwarf_lineno(line, number) != 0)
        return NULL;
    if (length > 0 && strncmp(file, folder, length) == 0 && file[length] == '/')
        return file + length + 1;
    return file;
}

void sb_code_place(const void *address, char *out, size_t size)
{
    Dwfl *dwfl = loaded_code();
    Dwarf_Addr at = (Dwarf_Addr)(uintptr_t)address - 1; /* the call, not where it returns to */
    Dwfl_Module *module = dwfl == NULL ? NULL : dwfl_addrmodule(dwfl, at);
    const char *function = module == NULL ? NULL : dwfl_module_addrname(module, at);
    int number = 0;
    const char *file = module == NULL ? NULL : source_of(module, at, &number);

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
