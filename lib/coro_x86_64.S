/* SPDX-License-Identifier: MIT */
/*
 * The switch for x86-64 (System V ABI).
 *
 *      push x 6            the registers that a callee must keep; the caller has saved all others
 *      mov  rsp, (rdi)     where the suspended stack is found again
 *      mov  rsi, rsp       from here on this runs on the other one
 *      pop  x 6            its registers
 *      ret                 to where it was suspended. A call has put that address there, so that calls and
 *                          returns keep in step, and the processor foresees most returns
 *
 * mxcsr and the x87 control word stay with the thread: a task that changes the rounding mode changes it for
 * all. There is no endbr64: the linker then marks the program as one that cannot have a shadow stack, which
 * would trap the ret on another stack.
 */
#include "lib/coro_abi.h"

#ifdef SB_CORO_X86_64

        .macro  save register
        pushq   %\register
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset \register, 0
        .endm

        .macro  load register
        popq    %\register
        .cfi_adjust_cfa_offset -8
        .cfi_restore \register
        .endm

        .macro  save_all
        save    rbp
        save    rbx
        save    r12
        save    r13
        save    r14
        save    r15
        .endm

        .macro  load_all
        load    r15
        load    r14
        load    r13
        load    r12
        load    rbx
        load    rbp
        .endm

        .text
        .globl  sb_coro_jump
        .type   sb_coro_jump, @function
        .p2align 4
sb_coro_jump:                   /* (void **save: rdi, void *to: rsi) */
        .cfi_startproc
        save_all
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        load_all
        ret
        .cfi_endproc
        .size   sb_coro_jump, . - sb_coro_jump

/*
 * The same, ending in a jump. Between a task and the loop's own context the processor's guess of where a return
 * leads is wrong, and it guesses wrong again at each return behind it; where a jump leads it knows.
 */
        .globl  sb_coro_leap
        .type   sb_coro_leap, @function
        .p2align 4
sb_coro_leap:                   /* (void **save: rdi, void *to: rsi) */
        .cfi_startproc
        save_all
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        jmp     1f
        .cfi_endproc
        .size   sb_coro_leap, . - sb_coro_leap

/* Leaves a stack for good. Jumped to, so that no return is left behind for the processor to guess. */
        .globl  sb_coro_land
        .type   sb_coro_land, @function
        .p2align 4
sb_coro_land:                   /* (void *to: rdi) */
        .cfi_startproc
        movq    %rdi, %rsp
        .cfi_adjust_cfa_offset 48
        .cfi_rel_offset r15, 0
        .cfi_rel_offset r14, 8
        .cfi_rel_offset r13, 16
        .cfi_rel_offset r12, 24
        .cfi_rel_offset rbx, 32
        .cfi_rel_offset rbp, 40
1:      load_all
        popq    %rcx
        .cfi_adjust_cfa_offset -8
        .cfi_register rip, rcx
        notrack jmpq *%rcx
        .cfi_endproc
        .size   sb_coro_land, . - sb_coro_land

        .globl  sb_coro_start
        .type   sb_coro_start, @function
        .p2align 4
sb_coro_start:                  /* entry: r12, its argument: r13 */
        .cfi_startproc
        .cfi_undefined rip
        movq    %r13, %rdi
        jmpq    *%r12           /* a call would put all returns behind the next switch out of step */
        .cfi_endproc
        .size   sb_coro_start, . - sb_coro_start

#endif
        .section .note.GNU-stack, "", %progbits
