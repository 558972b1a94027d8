/* SPDX-License-Identifier: MIT */
/*
 * The scenarios below some paths.
 */
#include "tools/test_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/scenario_files.h"

static int report(const char *path, int error)
{
    fprintf(stderr, "softboard test: %s: %s\n", path, strerror(error));
    return -error;
}

static int append(struct sb_test_list *list, const char *path)
{
    struct sb_test *grown = realloc(list->tests, (list->count + 1) * sizeof(*grown));

    if (grown == NULL)
        return report(path, ENOMEM);
    list->tests = grown;
    grown[list->count] = (struct sb_test){.scenario = strdup(path)};
    if (grown[list->count].scenario == NULL)
        return report(path, ENOMEM);
    list->count++;
    return 0;
}

static int add_folder(struct sb_test_list *list, const char *path);

static int add_entry(struct sb_test_list *list, const char *folder, const char *name)
{
    size_t length = strlen(folder);
    size_t size = length + strlen(name) + 2;
    char *path = malloc(size);
    struct stat status;
    int rc = 0;

    if (path == NULL)
        return report(folder, ENOMEM);
    snprintf(path, size, "%s%s%s", folder, folder[length - 1] == '/' ? "" : "/", name);
    /* A linked folder is not entered, since it may lead back. */
    if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
        rc = add_folder(list, path);
    else if (sb_is_scenario_name(name) && stat(path, &status) == 0 && S_ISREG(status.st_mode))
        rc = append(list, path);
    free(path);
    return rc;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int add_folder(struct sb_test_list *list, const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_shown, alphasort);
    int rc = 0;

    if (count < 0)
        return report(path, errno);
    for (int i = 0; i < count; i++) {
        if (rc == 0)
            rc = add_entry(list, path, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

int sb_test_list_add(struct sb_test_list *list, const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return report(path, errno);
    return S_ISDIR(status.st_mode) ? add_folder(list, path) : append(list, path);
}

static int compare(const void *a, const void *b)
{
    const struct sb_test *test_a = a;
    const struct sb_test *test_b = b;

    return strcmp(test_a->scenario, test_b->scenario);
}

/* build/examples of the folder or of one above it. */
static char *find_in_tree(const char *scenario)
{
    static const char below[] = "/build/examples";
    char *folder = realpath(scenario, NULL);
    char *found = NULL;
    char *slash;

    while (folder != NULL && found == NULL && (slash = strrchr(folder, '/')) != NULL) {
        size_t size = (size_t)(slash - folder) + sizeof(below);
        char *bindir = malloc(size);

        *slash = '\0';
        if (bindir == NULL)
            break;
        snprintf(bindir, size, "%s%s", folder, below);
        found = sb_scenario_companion(scenario, bindir, "", true);
        free(bindir);
    }
    free(folder);
    return found;
}

static char *find_program(const char *scenario, const struct sb_test_rule *rule)
{
    const char *build = getenv("SOFTBOARD_BUILD");
    char bindir[4096];
    char *found;

    if (rule->program != NULL)
        return strdup(rule->program);
    if (rule->bindir != NULL)
        return sb_scenario_companion(scenario, rule->bindir, "", true);
    found = sb_scenario_companion(scenario, NULL, "", true);
    if (found == NULL && build != NULL) {
        snprintf(bindir, sizeof(bindir), "%s/examples", build);
        found = sb_scenario_companion(scenario, bindir, "", true);
    }
    return found != NULL ? found : find_in_tree(scenario);
}

static void free_test(struct sb_test *test)
{
    free(test->scenario);
    free(test->program);
    free(test->board);
    if (test->output != NULL)
        fclose(test->output);
    if (test->receipt != NULL)
        fclose(test->receipt);
}

void sb_test_list_finish(struct sb_test_list *list, const struct sb_test_rule *rule)
{
    size_t kept = 0;

    if (list->count == 0)
        return;
    qsort(list->tests, list->count, sizeof(*list->tests), compare);
    for (size_t i = 0; i < list->count; i++) {
        struct sb_test *test = &list->tests[i];

        if (kept > 0 && compare(test, &list->tests[kept - 1]) == 0)
            free_test(test);
        else
            list->tests[kept++] = *test;
    }
    list->count = kept;
    for (size_t i = 0; i < list->count; i++) {
        struct sb_test *test = &list->tests[i];

        test->program = find_program(test->scenario, rule);
        test->board = sb_scenario_companion(test->scenario, NULL, ".json", false);
    }
}

void sb_test_list_shard(struct sb_test_list *list, size_t index, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (i % count == index - 1)
            list->tests[kept++] = list->tests[i];
        else
            free_test(&list->tests[i]);
    }
    list->count = kept;
}

void sb_test_list_deinit(struct sb_test_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free_test(&list->tests[i]);
    free(list->tests);
    *list = (struct sb_test_list){0};
}
