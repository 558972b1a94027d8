/* SPDX-License-Identifier: MIT */
/*
 * The scenarios below some paths, each with its program and board.
 */
#ifndef SB_TOOLS_TEST_LIST_H
#define SB_TOOLS_TEST_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct sb_test {
    char *scenario;
    char *program; /* null: not found */
    char *board;   /* null: the program finds its own */
    /* of its run */
    pid_t pid;
    FILE *output;
    FILE *receipt; /* signed by a program that has run the last step */
    double begin_s;
    double seconds;
    bool is_done;
    bool has_passed;
    char cause[80]; /* why it failed */
};

struct sb_test_list {
    struct sb_test *tests;
    size_t count;
};

struct sb_test_rule {
    const char *program; /* of all; or null */
    const char *bindir;  /* where programs are looked for; or null */
};

/*
 * Adds a scenario file, or all *.yaml below a folder (not in hidden ones). Returns 0 or -errno,
 * reported on stderr.
 */
int sb_test_list_add(struct sb_test_list *list, const char *path);

/* Sorts by path, drops what is there twice, and finds the programs. */
void sb_test_list_finish(struct sb_test_list *list, const struct sb_test_rule *rule);

/* Keeps every `count`-th, from the `index`-th (from 1) on. */
void sb_test_list_shard(struct sb_test_list *list, size_t index, size_t count);

void sb_test_list_deinit(struct sb_test_list *list);

#endif
