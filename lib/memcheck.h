/* SPDX-License-Identifier: MIT */
/*
 * What Valgrind must be told of stacks that it did not see being made. Without its headers nothing; with them
 * a few instructions that do nothing where no Valgrind runs.
 */
#ifndef SB_LIB_MEMCHECK_H
#define SB_LIB_MEMCHECK_H

#ifdef __has_include
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#endif
#endif
#ifndef RUNNING_ON_VALGRIND
#define RUNNING_ON_VALGRIND 0
#endif
#ifndef VALGRIND_STACK_REGISTER
#define VALGRIND_STACK_REGISTER(low, high) 0u
#endif
#ifndef VALGRIND_MAKE_MEM_DEFINED
#define VALGRIND_MAKE_MEM_DEFINED(address, size) (void)0
#endif

#endif
