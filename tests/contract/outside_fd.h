/* SPDX-License-Identifier: MIT */
/*
 * The other side of a stream of this machine's, as a descriptor: what the contract tests of streams do there. Used in tasks;
 * one at a time.
 */
#ifndef SB_TESTS_CONTRACT_OUTSIDE_FD_H
#define SB_TESTS_CONTRACT_OUTSIDE_FD_H

#include <termios.h>

#include "tests/contract/contract.h"

/* Taken; becomes non-blocking. Of a terminal the bytes pass as they are, at a rate such as B115200. */
void outside_fd_take(int taken);
void outside_fd_take_tty(int taken, speed_t speed);

/* Closes it, if it is open. */
void outside_fd_close(void);
int outside_fd(void);

/* struct contract_stream's put and get. */
void outside_fd_put(const void *data, size_t size);
size_t outside_fd_get(void *data, size_t size);

#endif
