/* SPDX-License-Identifier: MIT */
/*
 * Memory that runs out: preloaded, the NOMEM_AT-th allocation after the beginning of main() fails, and only that one. At
 * the end of the process it writes how many there were to the file NOMEM_COUNT. GNU C library only.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library's functions, under its own names, with parameters of ours. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name,bugprone-reserved-identifier) */

typedef int main_fn(int argc, char **argv, char **environment);
typedef int start_fn(main_fn *fn, int argc, char **argv, void (*init)(void), void (*fini)(void),
                     void (*rtld_fini)(void), void *stack_end);

/* What is not replaced. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

start_fn __libc_start_main;

static main_fn *real_main;
static unsigned long count;
static unsigned long fails_at; /* 0: none does */

static bool fails(void)
{
    if (fails_at == 0 || ++count != fails_at)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    if (fd < 0 && fails())
        return MAP_FAILED;
#ifdef SYS_mmap2 /* 32 bits: the offset in units of 4096 bytes */
    return (void *)syscall(SYS_mmap2, at, size, protection, flags, fd, (long)(offset >> 12));
#else
    return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
#endif
}

static int counted_main(int argc, char **argv, char **environment)
{
    const char *at = getenv("NOMEM_AT");

    fails_at = at == NULL ? 0 : strtoul(at, NULL, 10);
    return real_main(argc, argv, environment);
}

int __libc_start_main(main_fn *fn, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    start_fn *real;

    *(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = fn;
    return real(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name,bugprone-reserved-identifier) */

__attribute__((destructor)) static void say_count(void)
{
    const char *path = getenv("NOMEM_COUNT");
    FILE *file;
    unsigned long counted = count;

    fails_at = 0;
    file = path == NULL ? NULL : fopen(path, "we");
    if (file == NULL)
        return;
    fprintf(file, "%lu\n", counted);
    fclose(file);
}
