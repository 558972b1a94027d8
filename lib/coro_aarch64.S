/* SPDX-License-Identifier: MIT */
/*
 * The switch for 64-bit ARM (AAPCS64).
 *
 *      hint #34            "bti c": where branch targets are guarded, an indirect call may land here
 *      sub  sp             room for 20 words, in one step, since sp must stay a multiple of 16
 *      stp  x 6            x19 to x28, the frame pointer x29 and the return address x30
 *      stp  x 4            d8 to d15: a callee keeps the low halves of v8 to v15, and nothing else of them
 *      mov, str            sp has no store of its own
 *      mov  sp, x1         from here on this runs on the other stack
 *      ldp  x 10, add sp   its registers; x30 with the first, as the ret waits for it
 *      ret                 and not br: it keeps in step with the processor's stack of return addresses
 *
 * x16 to x18 are nobody's to keep here: scratch, and the platform's. FPCR stays with the thread: a task that
 * changes the rounding mode changes it for all. SVE and SME add nothing, since this function takes no such
 * arguments. Return addresses are signed by the functions that spill them, if they are built so; here x30
 * stays in the caller's hands, so nothing is signed.
 */
#include "lib/coro_abi.h"

#ifdef SB_CORO_AARCH64

        .macro  save first, second, word
        stp     \first, \second, [sp, #8 * \word]
        .cfi_rel_offset \first, 8 * \word
        .cfi_rel_offset \second, 8 * (\word + 1)
        .endm

        .macro  load first, second, word
        ldp     \first, \second, [sp, #8 * \word]
        .endm

        .text
        .globl  sb_coro_jump
        .type   sb_coro_jump, %function
        .p2align 4
sb_coro_jump:                   /* (void **save: x0, void *to: x1) */
        .cfi_startproc
        .cfi_remember_state
        hint    #34
        sub     sp, sp, #8 * SB_CORO_WORDS
        .cfi_adjust_cfa_offset 8 * SB_CORO_WORDS
        save    x19, x20, 0
        save    x21, x22, 2
        save    x23, x24, 4
        save    x25, x26, 6
        save    x27, x28, 8
        save    x29, x30, SB_CORO_FP
        save    d8, d9, 12
        save    d10, d11, 14
        save    d12, d13, 16
        save    d14, d15, 18
        mov     x2, sp
        str     x2, [x0]
        mov     sp, x1
        load    x29, x30, SB_CORO_FP
        load    x19, x20, 0
        load    x21, x22, 2
        load    x23, x24, 4
        load    x25, x26, 6
        load    x27, x28, 8
        load    d8, d9, 12
        load    d10, d11, 14
        load    d12, d13, 16
        load    d14, d15, 18
        add     sp, sp, #8 * SB_CORO_WORDS
        .cfi_restore_state
        ret
        .cfi_endproc
        .size   sb_coro_jump, . - sb_coro_jump

        .globl  sb_coro_start
        .type   sb_coro_start, %function
        .p2align 4
sb_coro_start:                  /* entry: x19, its argument: x20 */
        .cfi_startproc
        .cfi_undefined x30
        mov     x0, x20
        mov     x30, xzr        /* entry never returns: it is the first of its stack */
        mov     x17, x19
        br      x17             /* by x16 or x17 a guarded function can be entered without a call */
        .cfi_endproc
        .size   sb_coro_start, . - sb_coro_start

/* Guarded, so that a program which is so throughout stays it (NT_GNU_PROPERTY_TYPE_0, the bit of BTI). */
#ifdef __ARM_FEATURE_BTI_DEFAULT
        .section .note.gnu.property, "a"
        .p2align 3
        .word   4, 16, 5
        .asciz  "GNU"
        .word   0xc0000000, 4, 1, 0
#endif
#endif
        .section .note.GNU-stack, "", %progbits
