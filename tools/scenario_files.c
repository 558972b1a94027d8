/* SPDX-License-Identifier: MIT */
/*
 * Which files belong to a scenario.
 */
#include "tools/scenario_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text);
    size_t ending_length = strlen(ending);

    return length >= ending_length && strcmp(text + length - ending_length, ending) == 0;
}

bool sb_is_scenario_name(const char *path)
{
    return ends_with(path, ".yaml") || ends_with(path, ".yml");
}

static bool is_usable(const char *path, bool program)
{
    struct stat status;

    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    return access(path, program ? X_OK : R_OK) == 0;
}

char *sb_scenario_companion(const char *scenario, const char *folder, const char *suffix,
                            bool program)
{
    const char *slash = strrchr(scenario, '/');
    const char *name = slash == NULL ? scenario : slash + 1;
    const char *dot = strrchr(name, '.');
    size_t name_length = dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name);
    size_t size = (folder == NULL ? strlen(scenario) : strlen(folder)) + 1 + name_length +
                  strlen(suffix) + 3;
    char *path = malloc(size);

    if (path == NULL)
        return NULL;
    while (name_length > 0) {
        int shown = (int)name_length;

        if (folder != NULL)
            snprintf(path, size, "%s/%.*s%s", folder, shown, name, suffix);
        else
            snprintf(path, size, "%.*s%.*s%s", (int)(name - scenario), scenario, shown, name,
                     suffix);
        if (is_usable(path, program))
            return path;
        while (name_length > 0 && name[--name_length] != '-')
            ;
    }
    free(path);
    return NULL;
}
