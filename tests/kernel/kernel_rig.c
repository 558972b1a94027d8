/* SPDX-License-Identifier: MIT */
/* The rig of the tests on a real kernel: see kernel_rig.h. */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/task.h"

#define I2C_BUSES_MAX 16

void rig_need_gpiosim(void)
{
    if (access("/sys/kernel/config/gpio-sim", W_OK) == 0)
        return;
    if (getenv("GUEST_LIST") == NULL) {
        printf("1..1\nok 1 # SKIP no gpio-sim here: run it by make test-kernel\n");
        exit(0);
    }
    printf("1..1\nnot ok 1 - the guest has gpio-sim\n");
    exit(1);
}

void rig_need_guest(void)
{
    if (getenv("GUEST_LIST") != NULL)
        return;
    printf("1..1\nok 1 # SKIP no guest: run it by make test-kernel\n");
    exit(0);
}

static void count_gone(void *arg)
{
    ((struct rig *)arg)->gone_count++;
}

void rig_open_board(struct rig *rig, const char *consumer)
{
    const struct sb_linux_config config = {
        .consumer = consumer,
        .gone_fn = count_gone,
        .gone_arg = rig,
    };

    rig->gone_count = 0;
    assert_int_equal(sb_clock_uv_init(&rig->clock), 0);
    assert_int_equal(sb_workers_uv_init(&rig->workers, &rig->clock), 0);
    assert_int_equal(sb_stacks_mmap_init(&rig->stacks, 0), 0);
    sb_loop_init(&rig->loop, &(struct sb_loop_config){
                                 .clock = &rig->clock.clock,
                                 .stacks = &rig->stacks.stacks,
                                 .workers = &rig->workers.workers,
                                 .seed = 1,
                             });
    sb_linux_board_open(&rig->board, &rig->clock, &config);
    if (sb_linux_board_open_chip(&rig->board) < 0)
        fail_msg("%s", sb_board_error(&rig->board.board));
}

void rig_close_board(struct rig *rig)
{
    sb_linux_board_close(&rig->board);
    sb_loop_deinit(&rig->loop);
    sb_stacks_mmap_deinit(&rig->stacks);
    sb_workers_uv_deinit(&rig->workers);
    sb_clock_uv_deinit(&rig->clock);
}

void rig_open(struct rig *rig)
{
    static const struct gpiosim_line lines[] = {
        {.name = "SPI_CE0_N", .offset = RIG_BUSY_OFFSET, .hog = RIG_BUSY_USER},
        {.name = RIG_LED_NAME, .offset = RIG_LED_OFFSET},
        {.name = NULL},
    };

    gpiosim_open(&rig->sim, "pi", RIG_LABEL, RIG_LINE_COUNT, lines);
    rig_open_board(rig, RIG_CONSUMER);
}

void rig_close(struct rig *rig)
{
    rig_close_board(rig);
    gpiosim_close(&rig->sim);
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

int rig_try_pin(struct rig *rig, const char *name, unsigned flags)
{
    struct sb_pin *pin = NULL;
    int rc = sb_board_pin(&rig->board.board, name, flags, &pin);

    sb_pin_close(pin);
    return rc;
}

struct sb_pin *rig_pin(struct rig *rig, const char *name, unsigned flags)
{
    struct sb_pin *pin = NULL;

    if (sb_board_pin(&rig->board.board, name, flags, &pin) < 0)
        fail_msg("%s", sb_board_error(&rig->board.board));
    return pin;
}

void rig_assert_error(struct rig *rig, const char *words)
{
    const char *text = sb_board_error(&rig->board.board);

    if (strstr(text, words) == NULL)
        fail_msg("the error is \"%s\", without \"%s\"", text, words);
}

void rig_write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool is_written = fd >= 0 && write(fd, text, strlen(text)) >= 0;

    if (fd >= 0)
        close(fd);
    if (!is_written)
        fail_msg("%s: %s", path, strerror(errno));
}

void rig_block_us(unsigned us)
{
    struct timespec time = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};

    nanosleep(&time, NULL);
}

static bool is_i2c_stub(int number)
{
    char path[64];
    char name[64] = "";
    FILE *file;

    snprintf(path, sizeof(path), "/sys/class/i2c-dev/i2c-%d/name", number);
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    if (fgets(name, sizeof(name), file) == NULL)
        name[0] = '\0';
    fclose(file);
    return strstr(name, "stub") != NULL;
}

int rig_find_i2c_stub(void)
{
    for (int i = 0; i < I2C_BUSES_MAX; i++)
        if (is_i2c_stub(i))
            return i;
    return -1;
}
