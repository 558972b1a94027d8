/* SPDX-License-Identifier: MIT */
/* A clock on a 16x2 display. The button turns its pages: time, button presses, a task. */
#include <softboard.h>
#include <stdio.h>

enum { PAGE_CLOCK, PAGE_PRESSES, PAGE_TASK, PAGE_COUNT };

static struct sb_hd44780 lcd;
static struct sb_pushbutton button;
static struct sb_task display;
static int page;
static int64_t start_ns;

static const uint8_t bell[8] = {0x04, 0x0e, 0x0e, 0x0e, 0x1f, 0x00, 0x04, 0x00};

static void draw_page(void)
{
    int64_t seconds = (sb_now_ns() - start_ns) / SB_S_NS;
    struct sb_task_info info;
    char text[24];

    switch (page) {
    case PAGE_CLOCK:
        snprintf(text, sizeof(text), "Up %02d:%02d:%02d", (int)(seconds / 3600 % 100),
                 (int)(seconds / 60 % 60), (int)(seconds % 60));
        sb_hd44780_print_row(&lcd, 0, "Softboard \u2192");
        sb_hd44780_print_row(&lcd, 1, text);
        break;
    case PAGE_PRESSES:
        snprintf(text, sizeof(text), "%u", (unsigned)button.press_count);
        sb_hd44780_print_row(&lcd, 0, "Button presses");
        sb_hd44780_print_row(&lcd, 1, text);
        sb_hd44780_put(&lcd, 1, 15, 0); /* the bell */
        break;
    case PAGE_TASK:
        sb_task_info(&display, &info);
        snprintf(text, sizeof(text), "%llu slices", (unsigned long long)info.slice_count);
        sb_hd44780_print_row(&lcd, 0, "Display task");
        sb_hd44780_print_row(&lcd, 1, text);
        break;
    default:
        break;
    }
}

static void turn_page(struct sb_pushbutton *b, const struct sb_pushbutton_event *event, void *arg)
{
    (void)b;
    (void)event;
    (void)arg;
    page = (page + 1) % PAGE_COUNT;
    draw_page();
}

static int open_pins(struct sb_board *board, struct sb_hd44780_config *config, struct sb_pin **in)
{
    static const char *const names[] = {"GPIO26", "GPIO19", "GPIO13", "GPIO6", "GPIO5", "GPIO11"};
    unsigned flags = SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW;
    struct sb_pin *p[6];
    int rc = sb_board_pins(board, names, 6, SB_PIN_OUTPUT, 0, p);

    if (rc < 0)
        return rc;
    config->pins =
        (struct sb_hd44780_pins){.rs = p[0], .e = {p[1]}, .d = {[4] = p[2], p[3], p[4], p[5]}};
    return sb_board_pin(board, "GPIO27", flags, in);
}

int sb_main(struct sb_board *board)
{
    static struct sb_hd44780_config lcd_config = {.columns = 16, .rows = 2};
    static struct sb_pushbutton_config button_config = {.press_fn = turn_page};
    int rc = open_pins(board, &lcd_config, &button_config.pin);

    if (rc == 0)
        rc = sb_hd44780_init(&lcd, &lcd_config);
    if (rc == 0)
        rc = sb_pushbutton_init(&button, &button_config);
    if (rc == 0)
        rc = sb_pushbutton_start(&button);
    if (rc == 0)
        rc = sb_spawn(&display, "display", sb_hd44780_run, &lcd);
    if (rc == 0)
        rc = sb_hd44780_set_glyph(&lcd, 0, bell);
    start_ns = sb_now_ns();
    for (int64_t next_ns = start_ns; rc == 0; rc = sb_sleep_until_ns(next_ns)) {
        draw_page();
        next_ns += SB_S_NS;
    }
    return rc;
}
