/* SPDX-License-Identifier: MIT */
/*
 * The LCD's other half: from what is wanted to what the controllers show. `shown` is what they are known
 * to hold; it changes only together with a byte that has been sent, and a byte is sent whole, so a flush
 * may end at any of its waits and the next one goes on. Whoever flushes has the bus alone.
 */
#include <errno.h>

#include "drivers/hd44780.h"
#include "lib/task.h"

/* HD44780U datasheet p. 24, table 6. */
enum {
    CLEAR = 0x01,
    HOME = 0x02,
    ENTRY_INCREMENT = 0x06,
    CONTROL = 0x08,
    CONTROL_ON = 0x04,
    SHIFT_LEFT = 0x18,
    SHIFT_RIGHT = 0x1c,
    FUNCTION = 0x20,
    FUNCTION_8_BIT = 0x10,
    FUNCTION_2_LINE = 0x08,
    FUNCTION_5X10 = 0x04,
    SET_CGRAM = 0x40,
    SET_DDRAM = 0x80,
};

#define SECOND_LINE 0x40u
#define BLANK       0x20u
/* No cell, address or control byte is this. */
#define UNKNOWN 0xffffu

static int64_t or_default(uint32_t value, uint32_t default_value)
{
    return value != 0 ? value : default_value;
}

/* ---- where a cell is: HD44780U datasheet p. 10 to 12 for one and two rows; four halve them */

struct place {
    unsigned chip;
    unsigned address;
};

static struct place place_of(const struct sb_hd44780 *lcd, unsigned row, unsigned column)
{
    unsigned half = lcd->config->columns / 2;
    struct place place = {.address = column};

    if (lcd->config->is_split && column >= half)
        place.address = SECOND_LINE + column - half;
    if (lcd->bus->controller_count == 2)
        place.chip = row / 2;
    else if (row >= 2)
        place.address += lcd->config->columns;
    if (row % 2 == 1)
        place.address += SECOND_LINE;
    return place;
}

static unsigned next_address(const struct sb_hd44780 *lcd, unsigned address)
{
    unsigned column = (address % SECOND_LINE) + 1;

    if (lcd->line_size == 80)
        return address + 1 < 80 ? address + 1 : 0;
    if (column < lcd->line_size)
        return address + 1;
    return address < SECOND_LINE ? SECOND_LINE : 0;
}

/* ---- one at a time */

static int lock(struct sb_hd44780 *lcd)
{
    struct sb_waiter waiter;
    int rc = sb_wait_check();

    if (rc < 0)
        return rc;
    if (lcd->is_flushing)
        return sb_waitq_wait(&lcd->flushers, &waiter, "lcd", lcd);
    lcd->is_flushing = true;
    return 0;
}

static void unlock(struct sb_hd44780 *lcd)
{
    struct sb_waiter *next = sb_waitq_first(&lcd->flushers);

    if (next != NULL)
        sb_waitq_wake(next, 0);
    else
        lcd->is_flushing = false;
}

/* ---- bytes to a controller */

/* Where a byte may have been lost the controller's state is anybody's guess. */
static int check_bus(struct sb_hd44780 *lcd, int rc)
{
    if (rc < 0) {
        lcd->is_ready = false;
        lcd->error = rc;
        lcd->error_count++;
    }
    return rc;
}

/*
 * Until the controller has done what it was last told. A long wait is slept; a short one begins with
 * everybody else's turn and busily waits only for what that leaves.
 */
static int wait_until_free(struct sb_hd44780 *lcd, unsigned chip)
{
    bool has_yielded = false;
    int64_t left_ns;

    while ((left_ns = lcd->shown.chips[chip].free_ns - sb_now_ns()) > 0) {
        int rc = 0;

        if (left_ns >= SB_MS_NS) {
            rc = sb_sleep_ns(lcd->polls ? SB_MS_NS / 4 : left_ns);
        } else if (lcd->polls || !has_yielded) {
            rc = sb_yield();
            has_yielded = true;
        } else {
            sb_delay_ns(left_ns);
        }
        if (rc < 0)
            return rc;
        if (lcd->polls) {
            rc = check_bus(lcd, lcd->bus->ops->read_busy(lcd->bus, 1u << chip));
            if (rc <= 0)
                return rc;
        }
    }
    return 0;
}

static void set_busy(struct sb_hd44780 *lcd, unsigned chip, int64_t duration_ns)
{
    lcd->shown.chips[chip].free_ns = sb_now_ns() + duration_ns;
}

/* Does not wait: the controller is free. */
static int send(struct sb_hd44780 *lcd, unsigned chip, bool is_data, uint8_t byte)
{
    bool is_long = !is_data && byte <= (CLEAR | HOME);
    int rc = check_bus(lcd, lcd->bus->ops->write(lcd->bus, 1u << chip, is_data, byte));

    lcd->byte_count++;
    set_busy(lcd, chip,
             SB_US_NS * (is_long ? or_default(lcd->config->clear_us, 2000)
                                 : or_default(lcd->config->execute_us, 50)));
    return rc;
}

static int send_command(struct sb_hd44780 *lcd, unsigned chip, unsigned byte)
{
    int rc = wait_until_free(lcd, chip);

    return rc < 0 ? rc : send(lcd, chip, false, (uint8_t)byte);
}

/* ---- initialisation */

/* Nothing is known but what clear leaves: blanks, address 0, no shift. */
static void forget(struct sb_hd44780 *lcd)
{
    for (unsigned i = 0; i < SB_HD44780_CELLS_MAX; i++)
        lcd->shown.cells[i] = BLANK;
    for (unsigned chip = 0; chip < lcd->bus->controller_count; chip++) {
        lcd->shown.chips[chip].address = 0;
        lcd->shown.chips[chip].control = UNKNOWN;
        lcd->shown.chips[chip].shift = 0;
        lcd->shown.chips[chip].stale_glyphs = lcd->wanted.defined_glyphs;
    }
    lcd->shown.backlight = -1;
}

/*
 * Three times "eight lines" bring every state of the interface to eight lines: of a controller on
 * four lines with half a byte received, the first completes that byte, the others are one. The
 * byte completed so can be home, which ends within the first wait.
 */
static int reset_interface(struct sb_hd44780 *lcd, unsigned chip)
{
    static const int64_t waits_ns[] = {5 * SB_MS_NS, 150 * SB_US_NS, 0, 0};
    int64_t execute_ns = or_default(lcd->config->execute_us, 50) * SB_US_NS;
    unsigned count = lcd->bus->width == 4 ? 4 : 3;

    for (unsigned i = 0; i < count; i++) {
        uint8_t bits = i < 3 ? FUNCTION | FUNCTION_8_BIT : FUNCTION;
        int rc = wait_until_free(lcd, chip);

        if (rc < 0)
            return rc;
        rc = check_bus(lcd, lcd->bus->ops->strobe(lcd->bus, 1u << chip, bits));
        if (rc < 0)
            return rc;
        set_busy(lcd, chip, waits_ns[i] > execute_ns ? waits_ns[i] : execute_ns);
    }
    return 0;
}

static unsigned function_set(const struct sb_hd44780 *lcd)
{
    unsigned byte = FUNCTION;

    if (lcd->bus->width == 8)
        byte |= FUNCTION_8_BIT;
    if (lcd->line_size == 40)
        byte |= FUNCTION_2_LINE;
    return lcd->config->is_font_tall ? byte | FUNCTION_5X10 : byte;
}

static unsigned control_of(const struct sb_hd44780 *lcd, unsigned chip)
{
    unsigned row = lcd->wanted.cursor_row;

    if (!lcd->wanted.is_on)
        return CONTROL;
    if (place_of(lcd, row, lcd->wanted.cursor_column).chip != chip)
        return CONTROL | CONTROL_ON;
    return CONTROL | CONTROL_ON | lcd->wanted.cursor;
}

static int set_control(struct sb_hd44780 *lcd, unsigned chip)
{
    unsigned control;
    int rc;

    if (lcd->shown.chips[chip].control == control_of(lcd, chip))
        return 0;
    rc = wait_until_free(lcd, chip);
    if (rc < 0)
        return rc;
    control = control_of(lcd, chip);
    rc = send(lcd, chip, false, (uint8_t)control);
    lcd->shown.chips[chip].control = control;
    return rc;
}

static int initialise_chip(struct sb_hd44780 *lcd, unsigned chip)
{
    const unsigned commands[] = {function_set(lcd), CONTROL, CLEAR, ENTRY_INCREMENT};
    int rc = reset_interface(lcd, chip);

    lcd->polls = lcd->bus->can_read;
    for (unsigned i = 0; rc >= 0 && i < sizeof(commands) / sizeof(commands[0]); i++)
        rc = send_command(lcd, chip, commands[i]);
    if (rc < 0)
        return rc;
    lcd->shown.chips[chip].control = CONTROL;
    return set_control(lcd, chip);
}

static int initialise(struct sb_hd44780 *lcd)
{
    unsigned count = lcd->bus->controller_count;
    int rc = check_bus(lcd, lcd->bus->ops->rest(lcd->bus));

    lcd->is_ready = false;
    if (rc < 0)
        return rc;
    forget(lcd);
    for (unsigned chip = 0; chip < count; chip++)
        set_busy(lcd, chip, or_default(lcd->config->power_up_ms, 50) * SB_MS_NS);
    for (unsigned chip = 0; chip < count; chip++) {
        lcd->polls = false;
        rc = initialise_chip(lcd, chip);
        if (rc < 0)
            return rc;
    }
    lcd->is_ready = true;
    return 0;
}

/* ---- the flush */

static int send_glyph(struct sb_hd44780 *lcd, unsigned chip, unsigned number)
{
    int rc = send_command(lcd, chip, SET_CGRAM | number * SB_HD44780_GLYPH_ROWS);

    if (rc < 0)
        return rc;
    lcd->shown.chips[chip].address = UNKNOWN;
    lcd->shown.chips[chip].stale_glyphs &= ~(1u << number); /* set again if it changes meanwhile */
    for (unsigned row = 0; row < SB_HD44780_GLYPH_ROWS && rc >= 0; row++) {
        rc = wait_until_free(lcd, chip);
        if (rc >= 0)
            rc = send(lcd, chip, true, lcd->wanted.glyphs[number][row]);
    }
    if (rc < 0)
        lcd->shown.chips[chip].stale_glyphs |= 1u << number;
    return rc;
}

static int send_glyphs(struct sb_hd44780 *lcd, unsigned chip)
{
    for (unsigned number = 0; number < SB_HD44780_GLYPHS_MAX; number++) {
        if ((lcd->shown.chips[chip].stale_glyphs >> number & 1) != 0) {
            int rc = send_glyph(lcd, chip, number);
            if (rc < 0)
                return rc;
        }
    }
    return 0;
}

/* Goes round the line by the shorter way. */
static int send_shift(struct sb_hd44780 *lcd, unsigned chip)
{
    unsigned size = lcd->line_size;
    unsigned *shift = &lcd->shown.chips[chip].shift;

    while (*shift != lcd->wanted.shift) {
        bool is_left = (lcd->wanted.shift + size - *shift) % size <= size / 2;
        int rc = send_command(lcd, chip, is_left ? SHIFT_LEFT : SHIFT_RIGHT);

        if (rc < 0)
            return rc;
        *shift = (*shift + (is_left ? 1 : size - 1)) % size;
    }
    return 0;
}

static int go_to(struct sb_hd44780 *lcd, struct place place)
{
    int rc;

    if (lcd->shown.chips[place.chip].address == place.address)
        return 0;
    rc = send_command(lcd, place.chip, SET_DDRAM | place.address);
    if (rc < 0)
        return rc;
    lcd->shown.chips[place.chip].address = place.address;
    return 0;
}

static int send_cell(struct sb_hd44780 *lcd, unsigned row, unsigned column)
{
    unsigned cell = row * lcd->row_width + column;
    struct place place = place_of(lcd, row, column);
    uint8_t code;
    int rc = go_to(lcd, place);

    if (rc >= 0)
        rc = wait_until_free(lcd, place.chip);
    if (rc < 0)
        return rc;
    code = lcd->wanted.cells[cell]; /* not before: it may have changed during the wait */
    rc = send(lcd, place.chip, true, code);
    lcd->shown.cells[cell] = code;
    lcd->shown.chips[place.chip].address = next_address(lcd, place.address);
    return rc;
}

static int send_cells(struct sb_hd44780 *lcd)
{
    for (unsigned row = 0; row < lcd->config->rows; row++) {
        for (unsigned column = 0; column < lcd->row_width; column++) {
            unsigned cell = row * lcd->row_width + column;
            int rc = 0;

            if (lcd->shown.cells[cell] != lcd->wanted.cells[cell])
                rc = send_cell(lcd, row, column);
            if (rc < 0)
                return rc;
        }
    }
    return 0;
}

/* A visible cursor stands where the next character would go. */
static int place_cursor(struct sb_hd44780 *lcd)
{
    if (lcd->wanted.cursor == SB_HD44780_CURSOR_OFF || !lcd->wanted.is_on)
        return 0;
    return go_to(lcd, place_of(lcd, lcd->wanted.cursor_row, lcd->wanted.cursor_column));
}

static int send_backlight(struct sb_hd44780 *lcd)
{
    bool is_lit = lcd->wanted.is_lit;
    int rc;

    if (!lcd->bus->has_backlight || lcd->shown.backlight == is_lit)
        return 0;
    rc = lcd->bus->ops->set_backlight(lcd->bus, is_lit);
    if (rc < 0) {
        lcd->error = rc;
        lcd->error_count++;
        return rc;
    }
    lcd->shown.backlight = is_lit;
    return 0;
}

static int refresh(struct sb_hd44780 *lcd)
{
    int rc = lcd->is_ready ? 0 : initialise(lcd);

    if (rc >= 0)
        rc = send_backlight(lcd);
    for (unsigned chip = 0; rc >= 0 && chip < lcd->bus->controller_count; chip++) {
        rc = set_control(lcd, chip);
        if (rc >= 0)
            rc = send_glyphs(lcd, chip);
        if (rc >= 0)
            rc = send_shift(lcd, chip);
    }
    if (rc >= 0)
        rc = send_cells(lcd);
    return rc < 0 ? rc : place_cursor(lcd);
}

int sb_hd44780_flush(struct sb_hd44780 *lcd)
{
    int rc = lock(lcd);

    if (rc < 0)
        return rc;
    rc = refresh(lcd);
    unlock(lcd);
    return rc;
}

int sb_hd44780_start(struct sb_hd44780 *lcd)
{
    int rc = lock(lcd);

    if (rc < 0)
        return rc;
    rc = initialise(lcd);
    unlock(lcd);
    return rc;
}

int sb_hd44780_run(void *lcd)
{
    struct sb_hd44780 *self = lcd;
    int rc = sb_hd44780_start(self);

    while (rc >= 0) {
        sb_event_clear(&self->changed);
        rc = sb_hd44780_flush(self);
        if (rc >= 0)
            rc = sb_event_wait(&self->changed);
    }
    return rc;
}

int sb_hd44780_command(struct sb_hd44780 *lcd, unsigned controller, uint8_t command)
{
    int rc;

    if (controller >= lcd->bus->controller_count)
        return -EINVAL;
    rc = lock(lcd);
    if (rc < 0)
        return rc;
    if (!lcd->is_ready)
        rc = initialise(lcd);
    if (rc >= 0)
        rc = send_command(lcd, controller, command);
    if (rc >= 0) {
        lcd->shown.chips[controller].address = UNKNOWN;
        if (command <= (CLEAR | HOME))
            lcd->shown.chips[controller].shift = 0;
        for (unsigned i = 0; i < SB_HD44780_CELLS_MAX; i++)
            lcd->shown.cells[i] = UNKNOWN;
    }
    unlock(lcd);
    return rc;
}
