/* SPDX-License-Identifier: MIT */
/* Watching a run: see watch.h. */
#include "tools/app/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

/* Violations that are printed as they happen; later ones are only counted. */
#define VIOLATIONS_PRINTED 20

static void on_diag(enum sb_severity severity, const char *text, void *arg)
{
    const struct sb_watch *watch = arg;

    fprintf(stderr, "%s: %s%s\n", watch->options->program,
            severity == SB_SEVERITY_WARNING ? "warning: " : "", text);
}

static void on_violation(const struct sb_violation *violation, void *arg)
{
    const struct sb_watch *watch = arg;
    uint64_t count = watch->world->examiner.count;

    if (count > VIOLATIONS_PRINTED)
        return;
    fprintf(stderr, "[%.9f s] %s%s%s: %s\n", (double)violation->time_ns / 1e9,
            violation->part == NULL ? "" : violation->part->id, violation->part == NULL ? "" : ": ",
            sb_rule_info(violation->rule)->name, violation->text);
    if (count == VIOLATIONS_PRINTED)
        fprintf(stderr, "(further violations are only counted)\n");
}

static enum sb_watch_kind choose_kind(const struct sb_options *options)
{
    const char *x11 = getenv("DISPLAY");
    const char *wayland = getenv("WAYLAND_DISPLAY");

    if (options->headless || options->list_pins || options->event_log != NULL)
        return SB_WATCH_NONE;
    if (SB_HAVE_SDL2 && ((x11 != NULL && *x11 != '\0') || (wayland != NULL && *wayland != '\0')))
        return SB_WATCH_WINDOW;
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return SB_WATCH_TERMINAL;
    return SB_WATCH_TEXT_AT_END;
}

void sb_watch_init(struct sb_watch *watch, const struct sb_options *options)
{
    *watch = (struct sb_watch){
        .options = options,
        .kind = choose_kind(options),
        .state = {.title = options->program, .speed = 1},
    };
    sb_diag_init(&watch->diag, on_diag, watch);
    watch->diag.ignore_unknown = options->ignore_unknown;
}

bool sb_watch_has_view(const struct sb_watch *watch)
{
    return watch->kind == SB_WATCH_WINDOW || watch->kind == SB_WATCH_TERMINAL;
}

void sb_watch_set_world(struct sb_watch *watch, struct sb_world *world)
{
    watch->world = world;
    world->examiner.fn = on_violation;
    world->examiner.arg = watch;
}

static int open_view(struct sb_watch *watch)
{
    if (watch->kind == SB_WATCH_WINDOW)
        return sb_window_open(&watch->view, watch->world, &watch->state, &watch->diag);
    if (watch->kind == SB_WATCH_TERMINAL)
        return sb_terminal_open(&watch->view, watch->world, &watch->state, &watch->diag);
    return 0;
}

int sb_watch_open(struct sb_watch *watch)
{
    const struct sb_options *options = watch->options;
    struct sb_vcd_options vcd = {
        .timescale_ns = options->vcd_timescale_ns,
        .start_unix_s = watch->world->calendar_ns / SB_S_NS,
    };
    int rc = 0;

    if (options->vcd != NULL)
        rc = sb_vcd_open(&watch->vcd, watch->world, options->vcd, &vcd, &watch->diag);
    if (rc == 0 && options->screenshot != NULL)
        rc = sb_screenshot_check(options->screenshot, &watch->diag);
    return rc == 0 ? open_view(watch) : rc;
}

static void close_vcd(struct sb_watch *watch)
{
    const char *program = watch->options->program;
    const char *path = watch->options->vcd;
    const char *warning;
    int rc;

    if (watch->vcd == NULL)
        return;
    warning = sb_vcd_warning(watch->vcd);
    if (warning[0] != '\0')
        fprintf(stderr, "%s: %s: warning: %s\n", program, path, warning);
    rc = sb_vcd_close(watch->vcd, NULL);
    watch->vcd = NULL;
    if (rc == 0)
        return;
    fprintf(stderr, "%s: %s: %s\n", program, path, strerror(-rc));
    watch->has_failed = true;
}

static void print_text_view(struct sb_world *world)
{
    static char text[64 * 1024];

    if (sb_text_view(world, text, sizeof(text)) >= 0)
        fputs(text, stdout);
}

void sb_watch_close(struct sb_watch *watch)
{
    const char *screenshot = watch->options->screenshot;

    sb_view_close(watch->view);
    watch->view = NULL;
    close_vcd(watch);
    if (screenshot != NULL && sb_screenshot(watch->world, NULL, screenshot, &watch->diag) < 0)
        watch->has_failed = true;
    if (watch->kind == SB_WATCH_TEXT_AT_END)
        print_text_view(watch->world);
}

int sb_watch_exit_code(const struct sb_watch *watch, int code)
{
    const struct sb_options *options = watch->options;
    uint64_t violations = watch->world->examiner.count;

    if (code == SB_EXIT_GOOD && watch->has_failed)
        code = SB_EXIT_FAILED;
    if (violations > 0)
        fprintf(stderr, "%s: %llu violation%s of what the hardware needs%s\n", options->program,
                (unsigned long long)violations, violations == 1 ? "" : "s",
                options->strict ? "" : " (--strict makes them failures)");
    return code == SB_EXIT_GOOD && options->strict && violations > 0 ? SB_EXIT_FAILED : code;
}
