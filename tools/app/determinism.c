/* SPDX-License-Identifier: MIT */
/*
 * --check-determinism: runs the program twice as child processes that differ in all that must not
 * matter, and compares their event logs and what they print. The first child has its addresses
 * fixed and a heap that grows upwards, the second has random addresses, memory filled with another
 * byte, and a heap that gives out blocks in falling order.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/app/report.h"
#include "tools/app/run.h"

/* Tells a child how to arrange its heap. */
#define HEAP_VARIABLE "SOFTBOARD_HEAP"
#define LINE_SIZE     512

/* Blocks of each size that sb_arrange_heap leaves in the heap's lists, and the sizes. */
#define BLOCKS    64
#define SIZE_STEP 16
#define SIZES     64
/* What glibc keeps by thread, last in first out, and which sizes it treats so altogether. */
#define CACHED_BLOCKS 7
#define FAST_SIZE     128

/*
 * Leaves free blocks of all sizes that are given out in falling order: those of lists that are last in,
 * first out are freed in rising order, the others in falling. Small ones between them, never
 * freed, keep them from growing together.
 */
void sb_arrange_heap(void)
{
    /* Volatile: malloc with free may be left out else. */
    static struct {
        void *volatile block;
        void *volatile between;
    } heap[SIZES][BLOCKS];
    const char *order = getenv(HEAP_VARIABLE);

    if (order == NULL || strcmp(order, "falling") != 0)
        return;
    for (size_t s = 0; s < SIZES; s++)
        for (int i = 0; i < BLOCKS; i++) {
            heap[s][i].block = malloc((s + 1) * SIZE_STEP + SIZE_STEP / 2);
            heap[s][i].between = malloc(1);
        }
    for (size_t s = 0; s < SIZES; s++) {
        bool is_fast = (s + 1) * SIZE_STEP < FAST_SIZE;
        for (int i = 0; i < (is_fast ? BLOCKS : CACHED_BLOCKS); i++)
            free(heap[s][i].block);
        for (int i = BLOCKS - 1; i >= CACHED_BLOCKS && !is_fast; i--)
            free(heap[s][i].block);
    }
}

/* What a child leaves behind. */
struct child {
    pid_t pid;
    char log_path[64];
    char out_path[64];
    int status;
};

/* A file that goes with the last process that has it open, however that ends. The child inherits it. */
static int make_file(char *path, size_t size)
{
    char name[] = "/tmp/softboard-run-XXXXXX";
    int fd = mkstemp(name);

    if (fd < 0)
        return -errno;
    unlink(name);
    snprintf(path, size, "/proc/self/fd/%d", fd);
    /* cppcheck-suppress resourceLeak ; it stays open until the end */
    return 0;
}

static int make_files(struct child *child)
{
    int rc = make_file(child->log_path, sizeof(child->log_path));

    return rc < 0 ? rc : make_file(child->out_path, sizeof(child->out_path));
}

/* The command line without --check-determinism, with the event log. */
static char **child_argv(char **argv, const struct child *child, char *log_option, size_t size)
{
    int count = 0;
    int out = 0;
    char **result;

    while (argv[count] != NULL)
        count++;
    result = calloc((size_t)count + 4, sizeof(*result));
    if (result == NULL)
        return NULL;
    snprintf(log_option, size, "--event-log=%s", child->log_path);
    result[out++] = argv[0];
    result[out++] = log_option;
    result[out++] = (char *)"--headless";
    for (int i = 1; i < count; i++) {
        bool is_own = strncmp(argv[i], "--check-d", 9) == 0;
        if (strcmp(argv[i], "--") == 0) {
            while (i < count)
                result[out++] = argv[i++];
            break;
        }
        if (!is_own)
            result[out++] = argv[i];
    }
    return result;
}

static void exec_child(char **argv, const struct child *child, bool is_second)
{
    int out = open(child->out_path, O_WRONLY | O_TRUNC | O_CLOEXEC);

    prctl(PR_SET_PDEATHSIG, SIGTERM); /* nobody would look at it any more */
    dup2(out, STDOUT_FILENO);
    if (is_second) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(null, STDERR_FILENO);
        setenv(HEAP_VARIABLE, "falling", 1);
        setenv("GLIBC_TUNABLES", "glibc.malloc.perturb=170", 1);
    } else {
        personality((unsigned long)personality(0xffffffffUL) | ADDR_NO_RANDOMIZE);
        setenv(HEAP_VARIABLE, "rising", 1);
        setenv("GLIBC_TUNABLES", "glibc.malloc.perturb=85", 1);
    }
    execv("/proc/self/exe", argv);
    execvp(argv[0], argv); /* no /proc, or under an emulator, which can only be started by name */
    _exit(127);
}

static int run_child(char **argv, struct child *child, bool is_second)
{
    char log_option[128];
    char **args;
    int rc = make_files(child);

    if (rc < 0)
        return rc;
    args = child_argv(argv, child, log_option, sizeof(log_option));
    if (args == NULL)
        return -ENOMEM;
    fflush(stdout);
    child->pid = fork();
    if (child->pid == 0)
        exec_child(args, child, is_second);
    free(args);
    if (child->pid < 0 || waitpid(child->pid, &child->status, 0) < 0)
        return -EAGAIN;
    return 0;
}

/* "at 0.500000000 s: run, task 'a', ..." of a line of an event log; or that it had ended. */
static void describe(const char *line, char *out, size_t size)
{
    char kind[16];
    char task[64];
    char name[128];
    long long time_ns;
    long long value;

    if (line[0] == '\0') {
        snprintf(out, size, "nothing more happens");
        return;
    }
    if (sscanf(line, "%lld %15s %63s %127s %lld", &time_ns, kind, task, name, &value) != 5) {
        snprintf(out, size, "%s", line);
        return;
    }
    snprintf(out, size, "at %.9f s: %s %s%s%s%s, value %lld", (double)time_ns / 1e9, kind,
             strcmp(name, "-") == 0 ? "" : name, strcmp(task, "-") == 0 ? "" : ", task '",
             strcmp(task, "-") == 0 ? "" : task, strcmp(task, "-") == 0 ? "" : "'", value);
}

static void read_line(FILE *file, char *line)
{
    if (fgets(line, LINE_SIZE, file) == NULL)
        line[0] = '\0';
    line[strcspn(line, "\n")] = '\0';
}

/* The number of the first line in which the files differ, 0 when none; the lines are left in a and b. */
static unsigned long first_difference(const char *path_a, const char *path_b, char *a, char *b,
                                      unsigned long *line_count)
{
    FILE *file_a = fopen(path_a, "re");
    FILE *file_b = fopen(path_b, "re");
    unsigned long line = 0;
    bool is_same = file_a != NULL && file_b != NULL;

    a[0] = b[0] = '\0';
    while (is_same) {
        read_line(file_a, a);
        read_line(file_b, b);
        is_same = strcmp(a, b) == 0;
        if (is_same && a[0] == '\0' && feof(file_a))
            break;
        line++;
    }
    if (file_a != NULL)
        fclose(file_a);
    if (file_b != NULL)
        fclose(file_b);
    *line_count = line;
    return is_same ? 0 : (line == 0 ? 1 : line);
}

static void copy_to_stdout(const char *path)
{
    FILE *file = fopen(path, "re");
    char buffer[4096];
    size_t got;

    while (file != NULL && (got = fread(buffer, 1, sizeof(buffer), file)) > 0)
        fwrite(buffer, 1, got, stdout);
    if (file != NULL)
        fclose(file);
}

static int compare(const struct sb_options *options, const struct child *first,
                   const struct child *second)
{
    char a[LINE_SIZE];
    char b[LINE_SIZE];
    char text[LINE_SIZE];
    unsigned long count;
    unsigned long line = first_difference(first->log_path, second->log_path, a, b, &count);

    if (line > 0) {
        fprintf(stderr, "%s: not deterministic: event %lu differs\n", options->program, line);
        describe(a, text, sizeof(text));
        fprintf(stderr, "  first run:  %s\n", text);
        describe(b, text, sizeof(text));
        fprintf(stderr, "  second run: %s\n", text);
        return SB_EXIT_FAILED;
    }
    line = first_difference(first->out_path, second->out_path, a, b, &(unsigned long){0});
    if (line > 0) {
        fprintf(stderr,
                "%s: not deterministic: the same events, but line %lu of the output differs\n"
                "  first run:  %s\n  second run: %s\n",
                options->program, line, a, b);
        return SB_EXIT_FAILED;
    }
    if (first->status != second->status) {
        fprintf(stderr, "%s: not deterministic: the runs ended differently\n", options->program);
        return SB_EXIT_FAILED;
    }
    fprintf(stderr, "%s: deterministic: two runs had the same %lu events\n", options->program,
            count);
    return WIFEXITED(first->status) ? WEXITSTATUS(first->status) : SB_EXIT_FAILED;
}

int sb_run_twice(const struct sb_options *options, char **argv)
{
    struct child children[2] = {{.pid = 0}, {.pid = 0}};
    int code = SB_EXIT_FAILED;
    int rc = 0;

    if (options->for_ns < 0 && options->scenario == NULL && options->timeout_ns < 0) {
        fprintf(stderr, "%s: --check-determinism needs an end: add --for TIME or --scenario FILE\n",
                options->program);
        return SB_EXIT_USAGE;
    }
    for (int i = 0; i < 2 && rc == 0; i++)
        rc = run_child(argv, &children[i], i == 1);
    if (rc < 0) {
        fprintf(stderr, "%s: --check-determinism: cannot run the program again: %s\n",
                options->program, strerror(-rc));
    } else {
        copy_to_stdout(children[0].out_path);
        code = compare(options, &children[0], &children[1]);
    }
    return code;
}
