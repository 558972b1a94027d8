/* SPDX-License-Identifier: MIT */
/*
 * Counts every allocation of the whole process while the display's example runs for ten simulated
 * minutes: this program's malloc is everybody's.
 */
#include <softboard.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* NOLINTBEGIN(bugprone-*,readability-*): taking malloc over needs what these warn of */
static int lcd_main(struct sb_board *board);
#define sb_main lcd_main
#include "examples/lcd.c"
#undef sb_main

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static unsigned long allocation_count;

void *malloc(size_t size)
{
    allocation_count++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocation_count++;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    allocation_count++;
    return __libc_realloc(memory, size);
}

/* NOLINTEND(bugprone-*,readability-*) */

static int run_example(void *arg)
{
    return lcd_main(arg);
}

int sb_main(struct sb_board *board)
{
    static struct sb_task example;
    unsigned long before = allocation_count;
    int rc = sb_spawn(&example, "example", run_example, board);

    if (rc == 0)
        rc = sb_sleep_ms(10 * 60 * 1000);
    printf("%lu allocations\n", allocation_count - before);
    return rc;
}
