/* SPDX-License-Identifier: MIT */
/*
 * Stacks from the system. They are mapped in slabs of many, so that reserving costs few calls; a slab's
 * record lies in its own first page. A free stack is touched at its highest word only, so what was never
 * used costs no memory.
 */
#include "hal-linux/stacks_mmap.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config.h"
#include "lib/memcheck.h"

#if defined(__SANITIZE_ADDRESS__)
#define POOL_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOL_ASAN 1
#endif
#endif
#ifdef POOL_ASAN
#include <sanitizer/asan_interface.h>
#endif

#define SLAB_STACKS 16u
/* Shift of one stack against the next: a cache line and its pair, over sixteen steps. */
#define COLOUR_STEP 128u
#define COLOURS     16u

struct slab {
    struct slab *next;
    size_t size;
    unsigned count;
    bool has_guards;
};

/* Distance from one stack to the next: its guard page and itself. */
static size_t stride_of(const struct sb_stacks_mmap *pool)
{
    return pool->stack_size + pool->page_size;
}

/* The stack that begins there. Its colour comes from its address: see sb_stacks_mmap_init. */
static struct sb_stack stack_at(const struct sb_stacks_mmap *pool, void *base)
{
    size_t colour = (uintptr_t)base >> pool->page_shift & (COLOURS - 1);

    return (struct sb_stack){.base = base, .size = pool->stack_size - colour * COLOUR_STEP};
}

/* A free stack's link: its highest word, which a new task writes anyway. */
static void **link_of(struct sb_stack stack)
{
    return (void **)((char *)stack.base + stack.size) - 1;
}

/* The stack whose link that is: it ends there, and began a whole number of pages before the end of that page. */
static struct sb_stack stack_of(const struct sb_stacks_mmap *pool, void **link)
{
    uintptr_t end = (uintptr_t)(link + 1);
    uintptr_t base = ((end + pool->page_size - 1) & ~(pool->page_size - 1)) - pool->stack_size;

    return (struct sb_stack){.base = (void *)base, .size = end - base};
}

static void push_free(struct sb_stacks_mmap *pool, struct sb_stack stack)
{
    void **link = link_of(stack);

#ifdef POOL_ASAN
    __asan_unpoison_memory_region(link, sizeof(*link));
#endif
    if (pool->is_on_valgrind)
        (void)VALGRIND_MAKE_MEM_DEFINED(link, sizeof(*link));
    *link = pool->free_list;
    pool->free_list = link;
    pool->free_count++;
}

static int map_slab(struct sb_stacks_mmap *pool, unsigned count)
{
    size_t page = pool->page_size;
    size_t stride = stride_of(pool);
    size_t size = page + count * stride;
    struct slab *slab = mmap(NULL, size, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

    if (slab == MAP_FAILED)
        return -ENOMEM;
    slab->next = pool->slabs;
    slab->size = size;
    slab->count = count;
    slab->has_guards = pool->mapped_count + count <= SB_STACKS_GUARDED;
    pool->slabs = slab;
    for (unsigned i = count; i-- > 0;) {
        char *guard = (char *)slab + page + i * stride;
        if ((slab->has_guards || i == 0) && mprotect(guard, page, PROT_NONE) != 0)
            slab->has_guards = false; /* the limit of mappings: go on without */
        (void)VALGRIND_STACK_REGISTER(guard + page, guard + stride - 1);
        push_free(pool, stack_at(pool, guard + page));
    }
    pool->mapped_count += count;
    return 0;
}

static int get_stack(struct sb_stacks *stacks, struct sb_stack *out)
{
    struct sb_stacks_mmap *pool = (struct sb_stacks_mmap *)stacks;
    void **link = pool->free_list;

    if (link == NULL) {
        int rc = map_slab(pool, SLAB_STACKS);
        if (rc < 0)
            return rc;
        link = pool->free_list;
    }
    if (pool->is_on_valgrind)
        (void)VALGRIND_MAKE_MEM_DEFINED(link, sizeof(*link));
    pool->free_list = *link;
    pool->free_count--;
    *out = stack_of(pool, link);
    return 0;
}

static void put_stack(struct sb_stacks *stacks, struct sb_stack stack)
{
    push_free((struct sb_stacks_mmap *)stacks, stack);
}

int sb_stacks_mmap_init(struct sb_stacks_mmap *pool, size_t stack_size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t pages;

    if (stack_size == 0)
        stack_size = SB_STACK_SIZE;
    if (stack_size < 8192)
        return -EINVAL;
    pages = (stack_size + page - 1) / page;
    pages += pages % 2; /* with the guard an odd number: neighbours differ in their colours */
    *pool = (struct sb_stacks_mmap){
        .stacks = {.get = get_stack, .put = put_stack},
        .stack_size = pages * page,
        .page_size = page,
        .page_shift = (unsigned)__builtin_ctzl(page),
        .is_on_valgrind = RUNNING_ON_VALGRIND != 0,
    };
    return 0;
}

int sb_stacks_mmap_reserve(struct sb_stacks_mmap *pool, unsigned count)
{
    return pool->free_count >= count ? 0 : map_slab(pool, count - pool->free_count);
}

bool sb_stacks_mmap_is_guard(const struct sb_stacks_mmap *pool, const void *address)
{
    size_t page = pool->page_size;

    for (const struct slab *slab = pool->slabs; slab != NULL; slab = slab->next) {
        uintptr_t offset = (uintptr_t)address - (uintptr_t)slab - page;
        if ((uintptr_t)address >= (uintptr_t)slab + page && offset < slab->size - page)
            return offset % stride_of(pool) < page;
    }
    return false;
}

void sb_stacks_mmap_deinit(struct sb_stacks_mmap *pool)
{
    struct slab *slab = pool->slabs;

    while (slab != NULL) {
        struct slab *next = slab->next;
        munmap(slab, slab->size);
        slab = next;
    }
    pool->slabs = NULL;
    pool->free_list = NULL;
    pool->free_count = pool->mapped_count = 0;
}
