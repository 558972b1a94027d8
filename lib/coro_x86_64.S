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

/*
 * The same, ending in a jump. Between a task and the loop's own context the processor's guess of where a return
 * leads is wrong, and it guesses wrong again at each return behind it; where a jump leads it knows.
 */
        .globl sb_coro_leap
        .type sb_coro_leap, @function
        .p2align 4
sb_coro_leap:                   /* (void **save: rdi, void *to: rsi) */
        .cfi_startproc
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        jmp     1f
        .cfi_endproc
        .size sb_coro_leap, . - sb_coro_leap

/* Leaves a stack for good. Jumped to, so that no return is left behind for the processor to guess. */
        .globl sb_coro_land
        .type sb_coro_land, @function
        .p2align 4
sb_coro_land:                   /* (void *to: rdi) */
        .cfi_startproc
        movq    %rdi, %rsp
1:      popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        popq    %rcx
        notrack jmpq *%rcx
        .cfi_endproc
        .size sb_coro_land, . - sb_coro_land

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
