/* SPDX-License-Identifier: MIT */
/* Programs with signals: see stimulus.h. */
#include "tests/kernel/stimulus.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "drivers/hd44780.h"
#include "drivers/nec_ir.h"
#include "drivers/pushbutton.h"
#include "lib/task.h"
#include "sim/parts/hd44780_model.h"

void stimulus_note(struct stimulus *stimulus, int64_t time_ns, const char *format, ...)
{
    int64_t tenths = (time_ns - stimulus->begin_ns + 50000) / 100000;
    size_t room = sizeof(stimulus->text) - stimulus->length;
    va_list args;
    int length = snprintf(stimulus->text + stimulus->length, room, "%lld.%d ",
                          (long long)(tenths / 10), (int)(tenths % 10));

    va_start(args, format);
    length += vsnprintf(stimulus->text + stimulus->length + length, room - (size_t)length, format,
                        args);
    va_end(args);
    if ((size_t)length + 1 < room) {
        stimulus->length += (size_t)length;
        stimulus->text[stimulus->length++] = '\n';
        stimulus->text[stimulus->length] = '\0';
    }
}

/* ---- signals */

static int pass_until(struct stimulus *s, int64_t time_us)
{
    return sb_sleep_until_ns(s->begin_ns + time_us * 1000);
}

/* A change that bounces: it takes 2 ms until the contact rests. */
static int put_bouncing(struct stimulus *s, unsigned gpio, bool level, int64_t time_us)
{
    static const int64_t bounces_us[] = {0, 150, 400, 900, 1300, 1900, 2000};
    int rc = 0;

    for (unsigned i = 0; i < sizeof(bounces_us) / sizeof(bounces_us[0]) && rc == 0; i++) {
        rc = pass_until(s, time_us + bounces_us[i]);
        s->put(s, gpio, i % 2 == 0 ? level : !level);
    }
    return rc;
}

/* ---- a button */

static void on_button(struct sb_pushbutton *button, const struct sb_pushbutton_event *event,
                      void *arg)
{
    const char *name = event->kind == SB_PUSHBUTTON_PRESS     ? "press"
                       : event->kind == SB_PUSHBUTTON_RELEASE ? "release"
                       : event->kind == SB_PUSHBUTTON_DOUBLE  ? "double"
                       : event->kind == SB_PUSHBUTTON_LONG    ? "long"
                                                              : "clicks";

    (void)button;
    stimulus_note(arg, event->time_ns, "%s", name);
}

int stimulus_button(void *arg)
{
    static const int64_t presses_ms[][2] = {{100, 180}, {1000, 1060}, {1200, 1270}, {3000, 4500}};
    struct stimulus *s = arg;
    struct sb_pushbutton_config config = {.press_fn = on_button,
                                          .release_fn = on_button,
                                          .double_fn = on_button,
                                          .long_fn = on_button,
                                          .arg = s};
    struct sb_pushbutton button;
    int rc;

    s->put(s, 22, true);
    rc = sb_board_pin(s->board, "GPIO22", SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW,
                      &config.pin);
    if (rc < 0 || (rc = sb_pushbutton_init(&button, &config)) < 0 ||
        (rc = sb_pushbutton_start(&button)) < 0)
        return rc;
    s->begin_ns = sb_now_ns();
    for (unsigned i = 0; i < 4 && rc == 0; i++) {
        rc = put_bouncing(s, 22, false, presses_ms[i][0] * 1000);
        if (rc == 0)
            rc = put_bouncing(s, 22, true, presses_ms[i][1] * 1000);
    }
    if (rc == 0)
        rc = pass_until(s, 6000000);
    stimulus_note(s, s->begin_ns, "%u presses, %u lost", button.press_count, button.lost_count);
    sb_pushbutton_stop(&button);
    sb_pin_close(config.pin);
    return rc;
}

/* ---- a remote control */

static void on_remote(struct sb_nec_ir *ir, const struct sb_nec_ir_event *event, void *arg)
{
    (void)ir;
    if (event->kind == SB_NEC_IR_ERROR)
        stimulus_note(arg, event->time_ns, "error: %s", sb_nec_ir_error_text(event->error));
    else
        stimulus_note(arg, event->time_ns, "%s %02x %02x",
                      event->kind == SB_NEC_IR_FRAME ? "frame" : "repeat", event->address,
                      event->command);
}

/* A mark and a space after it. Moves `*time_us` to their end. */
static int put_mark(struct stimulus *s, int64_t *time_us, int64_t mark_us, int64_t space_us)
{
    int rc = pass_until(s, *time_us);

    s->put(s, 23, false);
    *time_us += mark_us;
    if (rc == 0)
        rc = pass_until(s, *time_us);
    s->put(s, 23, true);
    *time_us += space_us;
    return rc;
}

static int put_frame(struct stimulus *s, int64_t time_us, uint32_t bits, unsigned bit_count)
{
    int rc = put_mark(s, &time_us, 9000, 4500);

    for (unsigned i = 0; i < bit_count && rc == 0; i++)
        rc = put_mark(s, &time_us, 560, (bits >> i & 1) != 0 ? 1690 : 560);
    return rc < 0 ? rc : put_mark(s, &time_us, 560, 0);
}

static int put_repeat(struct stimulus *s, int64_t time_us)
{
    int rc = put_mark(s, &time_us, 9000, 2250);

    return rc < 0 ? rc : put_mark(s, &time_us, 560, 0);
}

int stimulus_remote(void *arg)
{
    struct stimulus *s = arg;
    struct sb_nec_ir_config config = {.fn = on_remote, .arg = s};
    struct sb_nec_ir ir;
    int rc;

    s->put(s, 23, true);
    rc = sb_board_pin(s->board, "GPIO23", SB_PIN_INPUT | SB_PIN_PULL_UP, &config.pin);
    if (rc < 0 || (rc = sb_nec_ir_init(&ir, &config)) < 0 || (rc = sb_nec_ir_start(&ir)) < 0)
        return rc;
    s->begin_ns = sb_now_ns();
    rc = put_frame(s, 100000, 0xbb44bf40, 32);
    if (rc == 0)
        rc = put_repeat(s, 208000);
    if (rc == 0)
        rc = put_repeat(s, 316000);
    if (rc == 0)
        rc = put_frame(s, 600000, 0xbb44bf40, 20);
    if (rc == 0)
        rc = pass_until(s, 1000000);
    stimulus_note(s, s->begin_ns, "%u frames, %u lost", ir.frame_count, ir.lost_count);
    sb_nec_ir_stop(&ir);
    sb_pin_close(config.pin);
    return rc;
}

/* ---- a display */

/*
 * The line E, through which the display's model hears of each strobe: before E falls it looks at what the
 * other lines are, from outside.
 */
struct strobe {
    struct sb_pin pin;
    struct sb_pin *line;
    struct stimulus *s;
    struct sb_hd44780_model model;
    unsigned count;
};

static int strobe_configure(struct sb_pin *pin, unsigned flags)
{
    (void)pin;
    (void)flags;
    return 0;
}

static int strobe_write(struct sb_pin *pin, bool level)
{
    struct strobe *e = SB_CONTAINER_OF(pin, struct strobe, pin);
    static const unsigned gpios[] = {13, 6, 5, 11}; /* D4 to D7 */
    bool was_high = e->s->level(e->s, 19) == 1;
    int rc = sb_pin_write(e->line, level);
    uint8_t bus = 0;

    if (rc < 0 || !was_high || e->s->level(e->s, 19) != 0)
        return rc;
    for (unsigned i = 0; i < 4; i++)
        bus = (uint8_t)(bus | (e->s->level(e->s, gpios[i]) == 1 ? 0x10u << i : 0));
    (void)sb_hd44780_model_strobe(&e->model, sb_now_ns(), e->s->level(e->s, 26) == 1, false, bus);
    e->count++;
    return 0;
}

static const struct sb_pin_ops strobe_ops = {.configure = strobe_configure, .write = strobe_write};

static void note_glass(struct stimulus *s, const struct sb_hd44780_model *model)
{
    for (unsigned row = 0; row < 2; row++) {
        char text[17] = "";
        for (unsigned column = 0; column < 16; column++)
            text[column] = (char)sb_hd44780_model_code(
                model, (uint8_t)sb_hd44780_model_shown_address(model, row, column));
        stimulus_note(s, s->begin_ns, "[%s]", text);
    }
}

int stimulus_display(void *arg)
{
    static const char *const names[] = {"GPIO26", "GPIO13", "GPIO6", "GPIO5", "GPIO11"};
    struct stimulus *s = arg;
    struct strobe e = {.s = s};
    struct sb_pin *pins[5] = {NULL};
    struct sb_hd44780_config config = {.columns = 16, .rows = 2};
    struct sb_hd44780 lcd;
    int rc = sb_board_pin(s->board, "GPIO19", SB_PIN_OUTPUT, &e.line);

    for (unsigned i = 0; i < 5 && rc == 0; i++)
        rc = sb_board_pin(s->board, names[i], SB_PIN_OUTPUT, &pins[i]);
    if (rc < 0)
        return rc;
    sb_pin_init(&e.pin, s->board, "E", &strobe_ops);
    rc = sb_pin_configure(&e.pin, SB_PIN_OUTPUT);
    config.pins.rs = pins[0];
    config.pins.e[0] = &e.pin;
    memcpy(&config.pins.d[4], &pins[1], 4 * sizeof(pins[0]));
    s->begin_ns = sb_now_ns();
    sb_hd44780_model_start(&e.model, s->begin_ns, SB_HD44780_4BIT_HALF);
    if (rc == 0)
        rc = sb_hd44780_init(&lcd, &config);
    if (rc < 0)
        return rc;
    sb_hd44780_print_row(&lcd, 0, "Softboard");
    sb_hd44780_print_row(&lcd, 1,
                         "21.5\xc2\xb0"
                         "C  48 %");
    rc = sb_hd44780_flush(&lcd);
    stimulus_note(s, s->begin_ns, "%u strobes, display %s", e.count, e.model.is_on ? "on" : "off");
    note_glass(s, &e.model);
    sb_pin_close(e.line);
    for (unsigned i = 0; i < 5; i++)
        sb_pin_close(pins[i]);
    return rc;
}
