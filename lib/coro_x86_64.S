/* SPDX-License-Identifier: MIT */
/*
 * The switch for x86-64 (System V ABI): saves the six registers that a callee must keep, swaps the
 * stack pointer. mxcsr and the x87 control word are process-wide here: tasks that change rounding
 * modes change it for all.
 */
#if defined(__x86_64__)

        .text
        .globl sb_coro_jump
        .type sb_coro_jump, @function
        .p2align 4
sb_coro_jump:                   /* (void **save: rdi, void *to: rsi) */
        .cfi_startproc
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        ret
        .cfi_endproc
        .size sb_coro_jump, . - sb_coro_jump

        .globl sb_coro_start
        .type sb_coro_start, @function
        .p2align 4
sb_coro_start:                  /* entry: r12, its argument: r13 */
        .cfi_startproc
        movq    %r13, %rdi
        jmpq    *%r12           /* a call would put all returns behind the next switch out of step */
        .cfi_endproc
        .size sb_coro_start, . - sb_coro_start

#endif
        .section .note.GNU-stack, "", @progbits
