/* SPDX-License-Identifier: MIT */
/*
 * A person who closes the window: preloaded, puts the events that SDL makes of that into its queue when the window has
 * looked for events WINDOWCLOSE_FRAMES times and found no more. With SDL's dummy driver no display is needed.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

/* Of SDL 2's events, whose headers need not be here: 56 bytes, which begin so. */
union event {
    struct {
        uint32_t type;
        uint32_t timestamp;
        uint32_t window;
        uint8_t event;
    } window;
    uint8_t size[56];
};

enum { QUIT = 0x100, WINDOW_EVENT = 0x200, WINDOW_CLOSE = 14 };

typedef int event_fn(union event *event);

event_fn SDL_PollEvent;

static event_fn *real(const char *name)
{
    return (event_fn *)(uintptr_t)dlsym(RTLD_NEXT, name);
}

static void close_window(void)
{
    event_fn *push = real("SDL_PushEvent");
    union event close = {.window = {.type = WINDOW_EVENT, .window = 1, .event = WINDOW_CLOSE}};
    union event quit = {.window = {.type = QUIT}};

    (void)push(&close);
    (void)push(&quit);
}

int SDL_PollEvent(union event *event)
{
    static long frames;
    const char *wanted = getenv("WINDOWCLOSE_FRAMES");
    int rc = real("SDL_PollEvent")(event);

    if (rc == 0 && wanted != NULL && ++frames == atol(wanted))
        close_window();
    return rc;
}
