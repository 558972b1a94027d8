/* SPDX-License-Identifier: MIT */
/*
 * Which context switch this build has, and what it leaves on a suspended stack, in words from the stack
 * pointer upwards. The C code makes a first frame by it and lib/coro_ABI.S restores it, so only the
 * preprocessor speaks here. A new ABI has its words here and its instructions there.
 *
 *      SB_CORO_WORDS   the size of a first frame
 *      SB_CORO_PC      where the stack goes on; in a first frame that is sb_coro_start
 *      SB_CORO_ENTRY   in a first frame: the function to which sb_coro_start goes ...
 *      SB_CORO_TASK    ... and its argument
 *      SB_CORO_FP      the frame pointer, null in a first frame. Not defined: frames cannot be walked by it
 *      SB_CORO_NEXT    from where a frame pointer points: the frame pointer of the caller ...
 *      SB_CORO_RETURN  ... and the address to which it returns
 */
#ifndef SB_LIB_CORO_ABI_H
#define SB_LIB_CORO_ABI_H

#if !defined(SB_CORO_UCONTEXT) && defined(__ELF__)

#if defined(__x86_64__) && !defined(__ILP32__)
/* r15, r14, r13, r12, rbx, rbp, the return address; above a first frame a null as entry's own. */
#define SB_CORO_X86_64 1
#define SB_CORO_LEAP   1 /* it has sb_coro_leap and sb_coro_land, too */
#define SB_CORO_WORDS  8
#define SB_CORO_TASK   2
#define SB_CORO_ENTRY  3
#define SB_CORO_FP     5
#define SB_CORO_PC     6
#define SB_CORO_NEXT   0
#define SB_CORO_RETURN 1

#elif defined(__aarch64__) && !defined(__ILP32__)
/* x19 to x28, x29, x30, d8 to d15. */
#define SB_CORO_AARCH64 1
#define SB_CORO_WORDS   20
#define SB_CORO_ENTRY   0
#define SB_CORO_TASK    1
#define SB_CORO_FP      10
#define SB_CORO_PC      11
#define SB_CORO_NEXT    0
#define SB_CORO_RETURN  1

#elif defined(__arm__) && defined(__ARM_EABI__)
/* d8 to d15 if there are any, r4 to r11, lr. */
#define SB_CORO_ARM 1
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
#define SB_CORO_VFP 1
#define SB_CORO_LOW 16
#elif !defined(__ARM_ARCH_ISA_ARM) && __ARM_ARCH_ISA_THUMB == 1
/* Cortex-M0 and its kin push low registers only: r8 to r11, copied into them, come first. */
#define SB_CORO_THUMB1 1
#define SB_CORO_LOW    4
#else
#define SB_CORO_LOW 0
#endif
#define SB_CORO_ENTRY SB_CORO_LOW
#define SB_CORO_TASK  (SB_CORO_LOW + 1)
#ifdef SB_CORO_THUMB1
#define SB_CORO_WORDS 9
#else
#define SB_CORO_WORDS (SB_CORO_LOW + 9)
#endif
#define SB_CORO_PC (SB_CORO_WORDS - 1)
/* The AAPCS leaves a frame's shape to the compiler. Thumb code of gcc has none that could be walked. */
#ifndef __thumb__
#define SB_CORO_FP (SB_CORO_LOW + 7)
#ifdef __clang__
#define SB_CORO_NEXT   0
#define SB_CORO_RETURN 1
#else
#define SB_CORO_NEXT   (-1)
#define SB_CORO_RETURN 0
#endif
#endif

#elif defined(__riscv) && __riscv_xlen == 64 && !defined(__riscv_32e) && !defined(__riscv_64e)
#if defined(__riscv_float_abi_double) || defined(__riscv_float_abi_soft)
/* ra, s0, s1, s2 to s11, fs0 to fs11 if calls keep them; a multiple of 16 bytes. */
#define SB_CORO_RISCV64 1
#ifdef __riscv_float_abi_double
#define SB_CORO_WORDS 26
#else
#define SB_CORO_WORDS 14
#endif
#define SB_CORO_PC     0
#define SB_CORO_FP     1
#define SB_CORO_ENTRY  2
#define SB_CORO_TASK   3
#define SB_CORO_NEXT   (-2)
#define SB_CORO_RETURN (-1)
#endif
#endif

#endif

/* None of these: the contexts of the C library, whose frames are its secret. */
#if !defined(SB_CORO_WORDS) && !defined(SB_CORO_UCONTEXT)
#define SB_CORO_UCONTEXT 1
#endif

#endif
