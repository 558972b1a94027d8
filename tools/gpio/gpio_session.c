/* SPDX-License-Identifier: MIT */
/*
 * A session of `softboard gpio` on the real pins: clock, loop and board of hal-linux, the same that every
 * program has; the lines that the arguments name; and errors in words for a command line.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/event.h"
#include "lib/hal/board.h"
#include "tools/app/signals.h"
#include "tools/gpio/gpio.h"

/* The board speaks to the author of a program; what it advises has another name here. */
static const struct {
    const char *theirs;
    const char *ours;
} words[] = {
    {"none is a Raspberry Pi's: use --backend sim",
     "none is a Raspberry Pi's: name one with --chip (softboard gpio list)"},
    {": use --backend sim", ""},
    {", or use --backend sim", ""},
    {"--list-pins lists them", "softboard gpio info lists them"},
    {"leave SB_PIN_PULL_UP and SB_PIN_PULL_DOWN out and wire", "leave --bias out and wire"},
    {"leave SB_PIN_OPEN_DRAIN and SB_PIN_OPEN_SOURCE out", "leave --drive out"},
};

void gpio_complain_board(const struct gpio_session *session)
{
    const char *text = sb_board_error(&session->board.board);

    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const char *at = strstr(text, words[i].theirs);

        if (at == NULL)
            continue;
        gpio_complain("%.*s%s%s", (int)(at - text), text, words[i].ours,
                      at + strlen(words[i].theirs));
        return;
    }
    gpio_complain("%s", text);
}

const char *gpio_label(const struct sb_linux_line *line, char out[GPIO_LABEL_SIZE])
{
    if (line->header_pin > 0)
        snprintf(out, GPIO_LABEL_SIZE, "%s (pin %d)", line->name, line->header_pin);
    else
        snprintf(out, GPIO_LABEL_SIZE, "%s", line->name);
    return out;
}

/* ---- lines */

static int add_line(struct gpio_session *session, const char *word, bool has_value)
{
    const char *equals = has_value ? strrchr(word, '=') : NULL;
    size_t length = equals == NULL ? strlen(word) : (size_t)(equals - word);
    struct gpio_line *line = &session->lines[session->line_count];
    int offset;

    if (session->line_count == GPIO_LINES_MAX)
        return gpio_usage_error("at most %d lines", GPIO_LINES_MAX);
    *line = (struct gpio_line){.lost = 0};
    snprintf(line->word, sizeof(line->word), "%.*s", (int)length, word);
    offset = sb_linux_board_find_line(&session->board, line->word);
    if (offset < 0) {
        if (!has_value && strchr(word, '=') != NULL)
            return gpio_usage_error("\"%s\" is no line: only set gives one a value", word);
        gpio_complain_board(session);
        return GPIO_EXIT_USAGE;
    }
    sb_linux_board_line(&session->board, (unsigned)offset, &line->info);
    for (unsigned i = 0; i < session->line_count; i++)
        if (session->lines[i].info.offset == line->info.offset)
            return gpio_usage_error("%s is named twice", line->info.name);
    session->line_count++;
    return 0;
}

int gpio_find_lines(struct gpio_session *session, bool have_values)
{
    for (unsigned i = 0; i < session->options->word_count; i++) {
        int code = add_line(session, session->options->words[i], have_values);

        if (code != 0)
            return code;
    }
    return 0;
}

int gpio_open_lines(struct gpio_session *session, unsigned flags)
{
    const char *names[GPIO_LINES_MAX];
    uint64_t values = 0;

    for (unsigned i = 0; i < session->line_count; i++) {
        names[i] = session->lines[i].word;
        values |= (uint64_t)session->lines[i].value << i;
    }
    if (sb_board_pins(&session->board.board, names, session->line_count, flags, values,
                      session->pins) >= 0)
        return 0;
    gpio_complain_board(session);
    return GPIO_EXIT_HARDWARE;
}

int gpio_wait_for_signal(void)
{
    struct sb_event never;

    sb_event_init(&never);
    return sb_event_wait(&never);
}

/* ---- running */

struct start {
    struct gpio_session *session;
    int (*fn)(struct gpio_session *session);
};

static int run_task(void *arg)
{
    const struct start *start = arg;

    return start->fn(start->session);
}

static void on_end(void *arg)
{
    struct gpio_session *session = arg;

    sb_task_cancel(&session->task);
}

static void on_gone(void *arg)
{
    struct gpio_session *session = arg;

    session->chip_is_gone = true;
    gpio_complain("the GPIO chip is gone: plug it in and start again");
    sb_task_cancel(&session->task);
}

static int run_loop(struct gpio_session *session, int (*fn)(struct gpio_session *session))
{
    struct start start = {.session = session, .fn = fn};
    int rc;

    session->end_call = (struct sb_call){.fn = on_end, .arg = session};
    rc = sb_spawn(&session->task, "gpio", run_task, &start);
    if (rc == 0)
        rc = sb_signals_start("softboard gpio", &session->loop, &session->stacks,
                              &session->end_call);
    if (rc == 0) {
        sb_loop_add_source(&session->loop, 1); /* signals */
        rc = sb_loop_run(&session->loop, &session->task);
        sb_loop_add_source(&session->loop, -1);
        sb_signals_stop();
        sb_loop_unpost(&session->loop, &session->end_call);
    }
    if (rc < 0) {
        gpio_complain("cannot run: %s", strerror(-rc));
        return GPIO_EXIT_FAILED;
    }
    if (session->chip_is_gone)
        return GPIO_EXIT_HARDWARE;
    return session->task.result == -ECANCELED ? GPIO_EXIT_GOOD : session->task.result;
}

static int open_board(struct gpio_session *session)
{
    const struct sb_linux_config config = {
        .chip = session->options->chip,
        .consumer = session->options->consumer,
        .gone_fn = on_gone,
        .gone_arg = session,
    };
    int rc;

    sb_linux_board_open(&session->board, &session->clock, &config);
    rc = sb_linux_board_open_chip(&session->board);
    if (rc == 0)
        return 0;
    gpio_complain_board(session);
    return rc == -ENOTSUP ? GPIO_EXIT_USAGE : GPIO_EXIT_HARDWARE;
}

int gpio_session_run(struct gpio_session *session, const struct gpio_options *options,
                     int (*fn)(struct gpio_session *session))
{
    int rc = sb_clock_uv_init(&session->clock);
    int code;

    session->options = options;
    session->line_count = 0;
    session->chip_is_gone = false;
    if (rc < 0) {
        gpio_complain("no real clock: %s",
                      rc == -ENOTSUP ? "built without libuv; install libuv1-dev and build again"
                                     : strerror(-rc));
        return rc == -ENOTSUP ? GPIO_EXIT_USAGE : GPIO_EXIT_HARDWARE;
    }
    (void)sb_stacks_mmap_init(&session->stacks, 0);
    sb_loop_init(&session->loop, &(struct sb_loop_config){
                                     .clock = &session->clock.clock,
                                     .stacks = &session->stacks.stacks,
                                 });
    code = open_board(session);
    if (code == 0) {
        code = run_loop(session, fn);
        sb_linux_board_close(&session->board);
    }
    sb_loop_deinit(&session->loop);
    sb_stacks_mmap_deinit(&session->stacks);
    sb_clock_uv_deinit(&session->clock);
    return code;
}
