/* SPDX-License-Identifier: MIT */
/*
 * The switch for 64-bit RISC-V (psABI), with floating point in registers (lp64d) or without (lp64).
 *
 *      addi sp             room for all words in one step, since sp must stay a multiple of 16
 *      sd  x 13            ra, and s0 to s11, the registers that a callee must keep
 *      fsd x 12            fs0 to fs11, the same of the floating point unit
 *      sd  sp, (a0)        where the suspended stack is found again
 *      mv  sp, a1          from here on this runs on the other one
 *      ld, fld, addi sp    its registers; ra first, as the ret waits for it
 *      ret                 through ra, which keeps in step with the processor's stack of return addresses
 *
 * gp and tp are the thread's. No vector register outlives a call. fcsr stays with the thread: a task that changes
 * the rounding mode changes it for all.
 */
#include "lib/coro_abi.h"

#ifdef SB_CORO_RISCV64

        .macro  save register, word
        sd      \register, 8 * \word(sp)
        .cfi_rel_offset \register, 8 * \word
        .endm

        .macro  load register, word
        ld      \register, 8 * \word(sp)
        .endm

        .macro  fsave register, word
        fsd     \register, 8 * \word(sp)
        .cfi_rel_offset \register, 8 * \word
        .endm

        .macro  fload register, word
        fld     \register, 8 * \word(sp)
        .endm

        .text
        .globl  sb_coro_jump
        .type   sb_coro_jump, @function
        .p2align 2
sb_coro_jump:                   /* (void **save: a0, void *to: a1) */
        .cfi_startproc
        .cfi_remember_state
        addi    sp, sp, -8 * SB_CORO_WORDS
        .cfi_adjust_cfa_offset 8 * SB_CORO_WORDS
        save    ra, SB_CORO_PC
        save    s0, SB_CORO_FP
        save    s1, 2
        save    s2, 3
        save    s3, 4
        save    s4, 5
        save    s5, 6
        save    s6, 7
        save    s7, 8
        save    s8, 9
        save    s9, 10
        save    s10, 11
        save    s11, 12
#ifdef __riscv_float_abi_double
        fsave   fs0, 13
        fsave   fs1, 14
        fsave   fs2, 15
        fsave   fs3, 16
        fsave   fs4, 17
        fsave   fs5, 18
        fsave   fs6, 19
        fsave   fs7, 20
        fsave   fs8, 21
        fsave   fs9, 22
        fsave   fs10, 23
        fsave   fs11, 24
#endif
        sd      sp, (a0)
        mv      sp, a1
        load    ra, SB_CORO_PC
        load    s0, SB_CORO_FP
        load    s1, 2
        load    s2, 3
        load    s3, 4
        load    s4, 5
        load    s5, 6
        load    s6, 7
        load    s7, 8
        load    s8, 9
        load    s9, 10
        load    s10, 11
        load    s11, 12
#ifdef __riscv_float_abi_double
        fload   fs0, 13
        fload   fs1, 14
        fload   fs2, 15
        fload   fs3, 16
        fload   fs4, 17
        fload   fs5, 18
        fload   fs6, 19
        fload   fs7, 20
        fload   fs8, 21
        fload   fs9, 22
        fload   fs10, 23
        fload   fs11, 24
#endif
        addi    sp, sp, 8 * SB_CORO_WORDS
        .cfi_restore_state
        ret
        .cfi_endproc
        .size   sb_coro_jump, . - sb_coro_jump

        .globl  sb_coro_start
        .type   sb_coro_start, @function
        .p2align 2
sb_coro_start:                  /* entry: s1, its argument: s2 */
        .cfi_startproc
        .cfi_undefined ra
        mv      a0, s2
        li      ra, 0           /* entry never returns: it is the first of its stack */
        jr      s1
        .cfi_endproc
        .size   sb_coro_start, . - sb_coro_start

#endif
        .section .note.GNU-stack, "", %progbits
