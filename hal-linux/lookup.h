/* SPDX-License-Identifier: MIT */
/* Names of hosts to addresses, without keeping the loop waiting. Private to hal-linux. */
#ifndef SB_HAL_LINUX_LOOKUP_H
#define SB_HAL_LINUX_LOOKUP_H

#include <netdb.h>

/*
 * As getaddrinfo for TCP: `host` may be null, `flags` and `family` are its hints. Waits, in a task; a plain address needs no
 * wait. Returns 0, and freeaddrinfo is the caller's; -ECANCELED or -ETIMEDOUT; -ENOENT when there is no such name;
 * -EHOSTUNREACH when nobody can say; -ENOMEM or another error of the system.
 */
int sb_lookup(const char *host, const char *port, int family, int flags, struct addrinfo **out);

#endif
