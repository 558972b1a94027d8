/* SPDX-License-Identifier: MIT */
/* The rig of the tests of real pins: see gpio_rig.h. */
#include "tests/linux/gpio_rig.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/task.h"

#define LOG_SIZE 65536

#define CTL "GPIOFAKE_CTL"
#define LOG "GPIOFAKE_LOG"

static char directory[64];

static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value == NULL ? "" : value;
}

/* The fake lies two folders above the program: build/tests/gpiofake.so. */
static bool find_fake(char *out, size_t size)
{
    char path[512];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

    if (length < 0)
        return false;
    path[length] = '\0';
    for (int i = 0; i < 2; i++)
        if (strrchr(path, '/') != NULL)
            *strrchr(path, '/') = '\0';
    snprintf(out, size, "%s/gpiofake.so", path);
    return access(out, R_OK) == 0;
}

static void add_to_variable(const char *name, const char *text)
{
    const char *old = getenv(name);
    char value[1024];

    snprintf(value, sizeof(value), "%s%s%s", text, old == NULL ? "" : ":", old == NULL ? "" : old);
    setenv(name, value, 1);
}

static void start_again(char **argv)
{
    char fake[600] = "gpiofake.so";
    char path[128];

    snprintf(directory, sizeof(directory), "/tmp/softboard-gpio.XXXXXX");
    if (!find_fake(fake, sizeof(fake)) || mkdtemp(directory) == NULL) {
        printf("1..1\nok 1 # SKIP %s is not built\n", fake);
        exit(0);
    }
    snprintf(path, sizeof(path), "%s/ctl", directory);
    if (mkfifo(path, 0600) != 0)
        exit(1);
    setenv(CTL, path, 1);
    snprintf(path, sizeof(path), "%s/log", directory);
    setenv(LOG, path, 1);
    setenv("GPIO_RIG", directory, 1);
    add_to_variable("LD_PRELOAD", fake);
    setenv("GPIO_RIG_FAKE", variable("LD_PRELOAD"), 1);
    add_to_variable("ASAN_OPTIONS", "verify_asan_link_order=0");
    execv("/proc/self/exe", argv);
    execvp(argv[0], argv); /* under an emulator */
    exit(1);
}

static void clean_up(void)
{
    unlink(variable(CTL));
    unlink(variable(LOG));
    rmdir(directory);
}

void rig_start(char **argv)
{
    const char *set = getenv("GPIO_RIG");

    if (set == NULL)
        start_again(argv);
    snprintf(directory, sizeof(directory), "%s", set);
    unsetenv("LD_PRELOAD"); /* a child says itself whether it wants the fake */
    if (argv[1] != NULL)
        return; /* such a child */
    atexit(clean_up);
}

bool rig_begin_log(void)
{
    FILE *file = fopen(variable(LOG), "we");

    return file != NULL && fclose(file) == 0;
}

void rig_open(struct rig *rig)
{
    const struct sb_linux_config config = {.consumer = "test"};

    assert_true(rig_begin_log());
    assert_int_equal(sb_clock_uv_init(&rig->clock), 0);
    assert_int_equal(sb_stacks_mmap_init(&rig->stacks, 0), 0);
    sb_loop_init(&rig->loop, &(struct sb_loop_config){
                                 .clock = &rig->clock.clock,
                                 .stacks = &rig->stacks.stacks,
                                 .seed = 1,
                             });
    sb_linux_board_open(&rig->board, &rig->clock, &config);
    if (sb_linux_board_open_chip(&rig->board) < 0)
        fail_msg("%s", sb_board_error(&rig->board.board));
}

void rig_close(struct rig *rig)
{
    sb_linux_board_close(&rig->board);
    sb_loop_deinit(&rig->loop);
    sb_stacks_mmap_deinit(&rig->stacks);
    sb_clock_uv_deinit(&rig->clock);
}

int rig_run(struct rig *rig, sb_task_fn *fn, void *arg)
{
    struct sb_task task;
    int rc;

    assert_int_equal(sb_spawn(&task, "main", fn, arg), 0);
    rc = sb_loop_run(&rig->loop, &task);
    if (rc < 0) {
        sb_loop_cancel_all(&rig->loop, NULL);
        (void)sb_loop_run(&rig->loop, NULL);
    }
    return rc < 0 ? rc : task.result;
}

struct sb_pin *rig_pin(struct rig *rig, const char *name, unsigned flags)
{
    struct sb_pin *pin = NULL;

    if (sb_board_pin(&rig->board.board, name, flags, &pin) < 0)
        fail_msg("%s", sb_board_error(&rig->board.board));
    return pin;
}

void rig_put(unsigned offset, int level)
{
    void (*put)(unsigned, int);

    *(void **)&put = dlsym(RTLD_DEFAULT, "gpiofake_put");
    assert_non_null(put);
    put(offset, level);
}

int rig_wait_level(struct sb_pin *pin, int value)
{
    for (int i = 0; i < 2000; i++) {
        int rc = 0;
        if (sb_pin_read(pin) == value)
            return 0;
        rc = sb_sleep_ms(1);
        if (rc < 0)
            return rc;
    }
    return -ETIMEDOUT;
}

static FILE *open_log(void)
{
    FILE *file = fopen(variable(LOG), "r");

    assert_non_null(file);
    return file;
}

/* One line of the log: false at its end. `what` is all after the offset. */
static bool read_log(FILE *file, int64_t *time_ns, unsigned *offset, char what[128])
{
    long long time;

    if (fscanf(file, "%lld %u %127[^\n]", &time, offset, what) != 3)
        return false;
    *time_ns = time;
    return true;
}

const char *rig_log(unsigned offset)
{
    static char text[LOG_SIZE];
    FILE *file = open_log();
    size_t length = 0;
    int64_t time_ns;
    unsigned of;
    char what[128];

    text[0] = '\0';
    while (read_log(file, &time_ns, &of, what) && length < sizeof(text) - 256)
        if (of == offset)
            length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
                                       length == 0 ? "" : " | ", what);
    fclose(file);
    return text;
}

unsigned rig_log_times(unsigned offset, int64_t *times, unsigned size)
{
    FILE *file = open_log();
    unsigned count = 0;
    int64_t time_ns;
    unsigned of;
    char what[128];

    while (count < size && read_log(file, &time_ns, &of, what))
        if (of == offset && (strcmp(what, "0") == 0 || strcmp(what, "1") == 0))
            times[count++] = time_ns;
    fclose(file);
    return count;
}

bool rig_await_log(unsigned offset, const char *words)
{
    for (int i = 0; i < 2000; i++) {
        if (strstr(rig_log(offset), words) != NULL)
            return true;
        usleep(10000);
    }
    return false;
}

/* When the command ends without it, nothing is done: the log, and what is put, would be the next one's. */
static const char *words_after(const char *logged, const char *command, const char *behind)
{
    static char words[1024];

    snprintf(words, sizeof(words),
             "(while kill -0 $$ && ! grep -q '%s' $" LOG "; do sleep 0.01; done; "
             "kill -0 $$ && { %s; }) 2>/dev/null & %s",
             logged, command, behind);
    return words;
}

const char *rig_signal_after(const char *logged, const char *name)
{
    char command[32];

    snprintf(command, sizeof(command), "kill -%s $$", name);
    return words_after(logged, command, "exec env");
}

const char *rig_do_after(const char *logged, const char *commands)
{
    char command[512];

    snprintf(command, sizeof(command), "exec 1<>$" CTL "; %s", commands);
    return words_after(logged, command, "");
}

const char *rig_put_after(const char *logged, const char *script)
{
    char command[256];

    snprintf(command, sizeof(command), "printf '%s'", script);
    return rig_do_after(logged, command);
}

void rig_assert_error(struct rig *rig, const char *words)
{
    const char *text = sb_board_error(&rig->board.board);

    if (strstr(text, words) == NULL)
        fail_msg("the error is \"%s\", without \"%s\"", text, words);
}
