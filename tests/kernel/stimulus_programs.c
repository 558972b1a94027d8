/* SPDX-License-Identifier: MIT */
/* Programs for a signal or for a display: see stimulus.h. */
#include "tests/kernel/stimulus.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drivers/hd44780.h"
#include "drivers/nec_ir.h"
#include "drivers/pushbutton.h"
#include "lib/task.h"
#include "sim/parts/hd44780_model.h"

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

static int run_button(void *arg)
{
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
    rc = stimulus_play(s, stimulus_button.recording);
    stimulus_note(s, sb_now_ns(), "%u presses, %u lost", button.press_count, button.lost_count);
    sb_pushbutton_stop(&button);
    sb_pin_close(config.pin);
    return rc;
}

const struct stimulus_program stimulus_button = {
    "tests/kernel/stimuli/button.vcd, a button that bounces", "button.vcd", run_button};

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

static int run_remote(void *arg)
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
    rc = stimulus_play(s, stimulus_remote.recording);
    stimulus_note(s, sb_now_ns(), "%u frames, %u lost", ir.frame_count, ir.lost_count);
    sb_nec_ir_stop(&ir);
    sb_pin_close(config.pin);
    return rc;
}

const struct stimulus_program stimulus_remote = {"tests/kernel/stimuli/remote.vcd, a NEC remote",
                                                 "remote.vcd", run_remote};

/* ---- a display */

/*
 * The line E, through which the display's model hears of each strobe: when E falls it looks at what the other lines are,
 * from outside.
 */
struct strobe {
    struct sb_pin pin;
    struct sb_pin *line;
    struct stimulus *s;
    struct sb_hd44780_model model;
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
    bool is_data = e->s->level(e->s, 26) == 1;
    uint8_t bus = 0;

    if (rc < 0 || !was_high || e->s->level(e->s, 19) != 0)
        return rc;
    for (unsigned i = 0; i < 4; i++)
        bus = (uint8_t)(bus | (e->s->level(e->s, gpios[i]) == 1 ? 0x10u << i : 0));
    if (e->s->count == 0)
        e->s->begin_ns = sb_now_ns(); /* what came before was the program's own affair */
    stimulus_note(e->s, sb_now_ns(), "%s %x", is_data ? "data" : "command", bus >> 4);
    (void)sb_hd44780_model_strobe(&e->model, sb_now_ns(), is_data, false, bus);
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
        stimulus_note(s, sb_now_ns(), "[%s]", text);
    }
    stimulus_note(s, sb_now_ns(), "display %s", model->is_on ? "on" : "off");
}

static int print(struct sb_hd44780 *lcd, struct strobe *e, const char *first, const char *second)
{
    int rc;

    sb_hd44780_print_row(lcd, 0, first);
    sb_hd44780_print_row(lcd, 1, second);
    rc = sb_hd44780_flush(lcd);
    note_glass(e->s, &e->model);
    return rc;
}

static int run_display(void *arg)
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
    if (rc == 0)
        rc = print(&lcd, &e, "Softboard",
                   "21.5\xc2\xb0"
                   "C  48 %");
    if (rc == 0)
        rc = sb_sleep_ms(1000);
    if (rc == 0)
        rc = print(&lcd, &e, "Softboard",
                   "21.6\xc2\xb0"
                   "C  47 %");
    sb_pin_close(e.line);
    for (unsigned i = 0; i < 5; i++)
        sb_pin_close(pins[i]);
    return rc;
}

const struct stimulus_program stimulus_display = {"an HD44780 and two texts for it", NULL,
                                                  run_display};
