/* SPDX-License-Identifier: MIT */
/*
 * softboard test: runs scenario files, shows what failed, and counts.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/commands.h"
#include "tools/junit.h"
#include "tools/test_list.h"
#include "tools/test_run.h"

#define JOBS_MAX 1000

static const char usage[] =
    "usage: softboard test [OPTION...] PATH...\n"
    "\n"
    "Runs scenario files: each PATH, or all *.yaml below it when it is a folder. Every one runs as\n"
    "  PROGRAM --backend sim --headless --scenario FILE --wall-timeout 10m [--board BOARD]\n"
    "in a process of its own. The last line is 'N passed, N failed'.\n"
    "\n"
    "  -j N             run N at once; default: as many as there are processors\n"
    "  --junit FILE     write the results as JUnit's XML too\n"
    "  --shard I/N      run only the I-th of N parts, from 1\n"
    "  --program FILE   the program of all scenarios\n"
    "  --bindir DIR     where the programs are\n"
    "\n"
    "NAME.yaml and NAME-WHAT.yaml belong to the program NAME: in --bindir; else beside the scenario;\n"
    "else in $SOFTBOARD_BUILD/examples; else in build/examples of the scenario's folder or of one\n"
    "above it. NAME.json beside the scenario is its board.\n"
    "\n"
    "Exits with 0 when all passed, 1 when one failed, 2 for usage or when there is nothing to run.\n";

struct settings {
    struct sb_test_rule rule;
    const char *junit;
    unsigned jobs;
    unsigned shard_index;
    unsigned shard_count;
};

static void show_output(FILE *output)
{
    char line[4096];
    int is_start = 1;

    if (output == NULL)
        return;
    rewind(output);
    while (fgets(line, sizeof(line), output) != NULL) {
        size_t length = strlen(line);

        printf("%s%s", is_start ? "      " : "", line);
        is_start = length > 0 && line[length - 1] == '\n';
    }
    if (!is_start)
        putchar('\n');
}

static void show_test(struct sb_test *test)
{
    if (test->has_passed) {
        printf("ok    %s (%.1f s)\n", test->scenario, test->seconds);
        fclose(test->output);
        test->output = NULL;
        fclose(test->receipt);
        test->receipt = NULL;
    } else {
        printf("FAIL  %s (%.1f s): %s\n", test->scenario, test->seconds, test->cause);
        show_output(test->output);
    }
    fflush(stdout);
}

static int read_count(const char *text, unsigned max, unsigned *out)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (end == text || *end != '\0' || text[0] == '-' || value < 1 || value > max)
        return -1;
    *out = (unsigned)value;
    return 0;
}

static int read_shard(char *text, struct settings *settings)
{
    char *slash = strchr(text, '/');
    int rc;

    if (slash == NULL)
        return -1;
    *slash = '\0';
    rc = read_count(text, 1000000, &settings->shard_index);
    *slash = '/';
    if (rc < 0 || read_count(slash + 1, 1000000, &settings->shard_count) < 0)
        return -1;
    return settings->shard_index <= settings->shard_count ? 0 : -1;
}

static int fail_usage(const char *text, const char *word)
{
    fprintf(stderr, "softboard test: %s%s; see softboard test --help\n", text, word);
    return 2;
}

/* Returns 0, or the exit code plus one when the command is done already. */
static int read_options(int argc, char **argv, struct settings *settings)
{
    static const struct option options[] = {
        {"junit", required_argument, NULL, 'u'},   {"shard", required_argument, NULL, 's'},
        {"program", required_argument, NULL, 'p'}, {"bindir", required_argument, NULL, 'b'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "hj:", options, NULL)) != -1) {
        switch (option) {
        case 'j':
            if (read_count(optarg, JOBS_MAX, &settings->jobs) < 0)
                return 1 + fail_usage("-j takes a number from 1 on, not ", optarg);
            break;
        case 'u':
            settings->junit = optarg;
            break;
        case 's':
            if (read_shard(optarg, settings) < 0)
                return 1 + fail_usage("--shard takes two numbers like 1/4, not ", optarg);
            break;
        case 'p':
            settings->rule.program = optarg;
            break;
        case 'b':
            settings->rule.bindir = optarg;
            break;
        case 'h':
            fputs(usage, stdout);
            return 1;
        default:
            fputs(usage, stderr);
            return 3;
        }
    }
    return optind < argc ? 0 : 1 + fail_usage("no path is given", "");
}

static int run_list(struct sb_test_list *list, const struct settings *settings)
{
    size_t failed = 0;
    int rc = 0;

    if (settings->shard_count > 0)
        sb_test_list_shard(list, settings->shard_index, settings->shard_count);
    sb_test_run_all(list, settings->jobs, show_test);
    for (size_t i = 0; i < list->count; i++)
        failed += !list->tests[i].has_passed;
    if (settings->junit != NULL)
        rc = sb_junit_write(settings->junit, list);
    if (rc < 0)
        fprintf(stderr, "softboard test: %s cannot be written: %s\n", settings->junit,
                strerror(-rc));
    printf("%zu passed, %zu failed\n", list->count - failed, failed);
    return failed > 0 ? 1 : rc < 0 ? 2 : 0;
}

static unsigned count_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count < 1 ? 1 : count > JOBS_MAX ? JOBS_MAX : (unsigned)count;
}

int sb_cmd_test(int argc, char **argv)
{
    struct settings settings = {.jobs = count_processors()};
    struct sb_test_list list = {0};
    int result = read_options(argc, argv, &settings);

    if (result > 0)
        return result - 1;
    for (; optind < argc && result == 0; optind++) {
        if (sb_test_list_add(&list, argv[optind]) < 0)
            result = 2;
    }
    if (result == 0 && list.count == 0) {
        fputs("softboard test: no scenarios there: they are files that end in .yaml\n", stderr);
        result = 2;
    }
    if (result == 0) {
        sb_test_list_finish(&list, &settings.rule);
        result = run_list(&list, &settings);
    }
    sb_test_list_deinit(&list);
    return result;
}
