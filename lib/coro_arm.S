/* SPDX-License-Identifier: MIT */
/*
 * The switch for 32-bit ARM (AAPCS), in ARM or Thumb code as the compiler was asked for.
 *
 *      push {r4-r11, lr}   the registers that a callee must keep, and where to return. r9 may be the platform's;
 *                          then it is the same everywhere
 *      vpush {d8-d15}      the same of VFP, where the compiler may use it (hard or softfp)
 *      str sp, [r0]        where the suspended stack is found again
 *      mov sp, r1          from here on this runs on the other one
 *      vpop, pop           its registers
 *      bx lr               and not a pop into pc: it changes between ARM and Thumb on every processor
 *
 * Between the two, sp may be a multiple of 4 only: the AAPCS asks for 8 where functions call each other.
 * FPSCR stays with the thread: a task that changes the rounding mode changes it for all.
 *
 * Thumb code of an old processor that also has ARM code (ARMv4T to v6) calls it as ARM code. A processor that has
 * nothing but the first Thumb (Cortex-M0, M23) has a switch of its own below: its push knows r0 to r7 and lr.
 */
#include "lib/coro_abi.h"

#ifdef SB_CORO_ARM

/* The unwinder's tables, where there is a system that has one. Elsewhere they would drag it in. */
#ifdef __linux__
#define UNWIND
#else
#define UNWIND @ no
#endif

        .syntax unified
        .cfi_sections .debug_frame
#if defined(__thumb2__) || defined(SB_CORO_THUMB1)
        .thumb
#define FUNCTION .thumb_func
#else
        .arm
#define FUNCTION
#endif

        .text
        .globl  sb_coro_jump
        .type   sb_coro_jump, %function
        .p2align 4
        FUNCTION
sb_coro_jump:                   /* (void **save: r0, void *to: r1) */
        UNWIND  .fnstart
        .cfi_startproc
        .cfi_remember_state
#ifdef SB_CORO_THUMB1
        push    {r4-r7, lr}
        UNWIND  .save {r4-r7, lr}
        .cfi_adjust_cfa_offset 20
        .cfi_rel_offset r4, 0
        .cfi_rel_offset r5, 4
        .cfi_rel_offset r6, 8
        .cfi_rel_offset r7, 12
        .cfi_rel_offset lr, 16
        mov     r4, r8
        mov     r5, r9
        mov     r6, r10
        mov     r7, r11
        push    {r4-r7}
        UNWIND  .save {r8-r11}
        .cfi_adjust_cfa_offset 16
        .cfi_rel_offset r8, 0
        .cfi_rel_offset r9, 4
        .cfi_rel_offset r10, 8
        .cfi_rel_offset r11, 12
        mov     r2, sp
        str     r2, [r0]
        mov     sp, r1
        pop     {r4-r7}
        .cfi_adjust_cfa_offset -16
        mov     r8, r4
        mov     r9, r5
        mov     r10, r6
        mov     r11, r7
        pop     {r4-r7}
        .cfi_adjust_cfa_offset -16
        pop     {r2}
        .cfi_restore_state
        bx      r2
#else
        push    {r4-r11, lr}
        UNWIND  .save {r4-r11, lr}
        .cfi_adjust_cfa_offset 36
        .cfi_rel_offset r4, 0
        .cfi_rel_offset r5, 4
        .cfi_rel_offset r6, 8
        .cfi_rel_offset r7, 12
        .cfi_rel_offset r8, 16
        .cfi_rel_offset r9, 20
        .cfi_rel_offset r10, 24
        .cfi_rel_offset r11, 28
        .cfi_rel_offset lr, 32
#ifdef SB_CORO_VFP
        vpush   {d8-d15}
        UNWIND  .vsave {d8-d15}
        .cfi_adjust_cfa_offset 64
#endif
        str     sp, [r0]
        mov     sp, r1
#ifdef SB_CORO_VFP
        vpop    {d8-d15}
        .cfi_adjust_cfa_offset -64
#endif
        pop     {r4-r11, lr}
        .cfi_restore_state
        bx      lr
#endif
        .cfi_endproc
        UNWIND  .fnend
        .size   sb_coro_jump, . - sb_coro_jump

        .globl  sb_coro_start
        .type   sb_coro_start, %function
        .p2align 4
        FUNCTION
sb_coro_start:                  /* entry: r4, its argument: r5 */
        UNWIND  .fnstart
        UNWIND  .cantunwind
        .cfi_startproc
        .cfi_undefined lr
        movs    r0, #0
        mov     lr, r0          /* entry never returns: it is the first of its stack */
        mov     r0, r5
        bx      r4
        .cfi_endproc
        UNWIND  .fnend
        .size   sb_coro_start, . - sb_coro_start

#endif
        .section .note.GNU-stack, "", %progbits
