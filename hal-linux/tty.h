/* SPDX-License-Identifier: MIT */
/*
 * A terminal's settings by the kernel's own structure, which takes any baud rate; its header does not go together with
 * <termios.h>, so it stays in one file. Private to hal-linux.
 */
#ifndef SB_HAL_LINUX_TTY_H
#define SB_HAL_LINUX_TTY_H

#include <stdint.h>

/* The kernel's structure, whatever it is. */
struct sb_tty_settings {
    uint32_t words[16];
};

/* Remembers the settings, and puts them back; the second may be called in a signal handler. 0 or an error of the system. */
int sb_tty_save(int fd, struct sb_tty_settings *out);
int sb_tty_restore(int fd, const struct sb_tty_settings *settings);

/*
 * Raw, 8N1, at `baud`; breaks and bytes without a stop bit are marked among what is read: FFh 00h and the byte, a break
 * FFh 00h 00h, a received FFh FFh FFh. Returns 0; -EINVAL when the rate is more than 3 % off; -ENOTTY; an error of the
 * system.
 */
int sb_tty_configure(int fd, unsigned baud);

/* Only the rate, from the next byte on. Returns as above; on failure it is as it was. */
int sb_tty_set_baud(int fd, unsigned baud);

#endif
