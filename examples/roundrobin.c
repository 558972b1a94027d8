/* SPDX-License-Identifier: MIT */
/* Three tasks take turns: strictly one after the other, as long as none of them waits for anything. */
#include <softboard.h>
#include <stdio.h>

#define ROUNDS 5

static int foo(void *arg)
{
    int number = *(const int *)arg;

    for (int i = 0; i < ROUNDS; i++) {
        printf("Foo %d\n", number);
        int rc = sb_yield();
        if (rc < 0)
            return rc;
    }
    return 0;
}

int sb_main(struct sb_board *board)
{
    static const int numbers[] = {1, 2, 3};
    struct sb_task tasks[3];

    (void)board;
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "foo", foo, (void *)(uintptr_t)&numbers[i]);
    for (int i = 0; i < 3; i++)
        sb_join(&tasks[i], NULL);
    return 0;
}
