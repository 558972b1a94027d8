/* SPDX-License-Identifier: MIT */
/* What lib/hal/pins.h and sb_board_pins promise: several pins in one step, all or none. */
#include "tests/contract/contract.h"

#include <errno.h>

#include "lib/hal/pins.h"

#define COUNT 4

static const char *const names[COUNT] = {"GPIO17", "GPIO22", "GPIO23", "GPIO24"};
static const unsigned gpios[COUNT] = {17, 22, 23, 24};

static void open_all(struct contract *c, unsigned flags, uint64_t values, struct sb_pin **pins)
{
    if (sb_board_pins(c->board, names, COUNT, flags, values, pins) == 0)
        return;
    check_text(sb_board_error(c->board), "");
    for (unsigned i = 0; i < COUNT; i++)
        pins[i] = contract_pin(c, names[i], flags);
}

/* The levels on the lines, as bits. */
static unsigned levels(struct contract *c)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < COUNT; i++)
        bits |= c->pins->level(gpios[i]) == 1 ? 1u << i : 0;
    return bits;
}

static void put_all(struct contract *c, unsigned bits)
{
    for (unsigned i = 0; i < COUNT; i++) {
        c->pins->put(gpios[i], (bits >> i & 1) != 0);
        c->pins->block_us(300); /* so that no two edges have the same time */
    }
}

static uint64_t values_of(struct sb_pin *const *pins)
{
    uint64_t values = UINT64_MAX;

    check_int(sb_pins_read(pins, COUNT, &values), 0);
    return values;
}

/* ---- opening */

CONTRACT(outputs_begin_with_their_values)
{
    struct sb_pin *pins[COUNT];

    put_all(c, 0xa);
    open_all(c, SB_PIN_OUTPUT, 0x5, pins);
    check_int(levels(c), 0x5);
    for (unsigned i = 0; i < COUNT; i++) {
        check_text(pins[i]->name, names[i]);
        check_int(pins[i]->value, i % 2 == 0);
        check_int(pins[i]->flags & SB_PIN_OUTPUT, SB_PIN_OUTPUT);
    }
}

CONTRACT(outputs_may_all_begin_with_true)
{
    struct sb_pin *pins[COUNT];

    open_all(c, SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW | SB_PIN_INITIAL_TRUE, 0, pins);
    check_int(levels(c), 0);
    check_int(values_of(pins), 0xf);
}

CONTRACT(outputs_begin_without_a_glitch)
{
    struct sb_pin *pins[COUNT];

    put_all(c, 0xa);
    for (unsigned i = 0; i < COUNT; i++)
        (void)c->pins->history(gpios[i]);
    open_all(c, SB_PIN_OUTPUT, 0x5, pins);
    for (unsigned i = 0; i < COUNT; i++)
        check_text(c->pins->history(gpios[i]), i % 2 == 0 ? "1" : "0");
}

CONTRACT(either_all_are_opened_or_none)
{
    static const char *const unknown[] = {"GPIO17", "GPIO22", "GPIO99"};
    static const char *const twice[] = {"GPIO17", "GPIO22", "J8:11"};
    struct sb_pin *pins[COUNT] = {NULL};
    struct sb_pin *busy;

    check_int(sb_board_pins(c->board, unknown, 3, SB_PIN_INPUT, 0, pins), -ENOENT);
    check_error(c, "GPIO99");
    check_true(pins[0] == NULL && pins[1] == NULL && pins[2] == NULL);
    check_int(sb_board_pins(c->board, twice, 3, SB_PIN_INPUT, 0, pins), -EBUSY);
    check_error(c, "GPIO17");
    busy = contract_pin(c, "GPIO22", SB_PIN_INPUT);
    check_int(sb_board_pins(c->board, names, COUNT, SB_PIN_OUTPUT, 0, pins), -EBUSY);
    check_error(c, "GPIO22");
    sb_pin_close(busy);
    for (unsigned i = 0; i < COUNT; i++)
        check_int(contract_try_pin(c, names[i], SB_PIN_INPUT), 0);
}

CONTRACT(what_makes_no_sense_is_einval)
{
    const char *many[SB_PINS_MAX + 1];
    struct sb_pin *pins[SB_PINS_MAX + 1] = {NULL};

    for (unsigned i = 0; i < SB_PINS_MAX + 1; i++)
        many[i] = names[i % COUNT];
    check_int(sb_board_pins(c->board, names, 0, SB_PIN_INPUT, 0, pins), -EINVAL);
    check_int(sb_board_pins(c->board, many, SB_PINS_MAX + 1, SB_PIN_INPUT, 0, pins), -EINVAL);
    check_int(sb_board_pins(c->board, names, COUNT, SB_PIN_INPUT, 1, pins), -EINVAL);
    check_int(sb_board_pins(c->board, names, COUNT, SB_PIN_INPUT | SB_PIN_OUTPUT, 0, pins),
              -EINVAL);
    check_true(pins[0] == NULL);
}

CONTRACT(each_is_an_ordinary_pin)
{
    struct sb_pin *pins[COUNT];

    open_all(c, SB_PIN_OUTPUT, 0, pins);
    check_int(contract_try_pin(c, "GPIO22", SB_PIN_INPUT), -EBUSY);
    check_int(sb_pin_write(pins[2], true), 0);
    check_int(sb_pin_toggle(pins[0]), 0);
    check_int(levels(c), 0x5);
    check_int(sb_pin_read(pins[2]), 1);
    check_int(sb_pin_configure(pins[1], SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW), 0);
    check_int(levels(c), 0x7);
}

CONTRACT(one_changes_its_direction_or_says_why_it_cannot)
{
    struct sb_pin *pins[COUNT];
    int rc;

    open_all(c, SB_PIN_OUTPUT, 0x5, pins);
    rc = sb_pin_configure(pins[1], SB_PIN_INPUT | SB_PIN_ACTIVE_LOW);
    check_int(levels(c) & 0xd, 0x5);
    if (c->pins->is_rigid) {
        check_int(rc, -ENOTSUP);
        check_error(c, "use sb_pins_configure");
        return;
    }
    check_int(rc, 0);
    c->pins->put(22, 0);
    check_int(sb_pin_read(pins[1]), 1);
    check_int(levels(c), 0x5);
    check_int(sb_pin_write(pins[1], true), -EPERM);
}

CONTRACT(an_input_becomes_an_output_alone)
{
    struct sb_pin *pins[COUNT];

    open_all(c, SB_PIN_INPUT, 0, pins);
    put_all(c, 0x4);
    check_int(sb_pin_configure(pins[1], SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE), 0);
    check_int(levels(c), 0x6);
    check_int(values_of(pins), 0x6);
}

CONTRACT(when_all_are_closed_all_can_be_opened_again)
{
    struct sb_pin *pins[COUNT];

    open_all(c, SB_PIN_OUTPUT, 0, pins);
    sb_pin_close(pins[1]);
    check_int(sb_pin_write(pins[0], true), 0);
    check_int(c->pins->level(17), 1);
    pins[1] = NULL;
    sb_pins_close(pins, COUNT);
    for (unsigned i = 0; i < COUNT; i++)
        check_int(contract_try_pin(c, names[i], SB_PIN_INPUT), 0);
    open_all(c, SB_PIN_OUTPUT, 0xf, pins);
    check_int(levels(c), 0xf);
}

/* ---- all at once */

static void write_and_read(struct contract *c, struct sb_pin *const *pins, unsigned inverted)
{
    for (unsigned values = 0; values < 16; values++) {
        check_int(sb_pins_write(pins, COUNT, values), 0);
        check_int(levels(c), values ^ inverted);
        check_int(values_of(pins), values);
        for (unsigned i = 0; i < COUNT; i++)
            check_int(pins[i]->value, values >> i & 1);
    }
}

CONTRACT(all_are_written_and_read)
{
    struct sb_pin *pins[COUNT];

    open_all(c, SB_PIN_OUTPUT, 0, pins);
    write_and_read(c, pins, 0);
}

CONTRACT(all_may_be_active_low_or_some)
{
    struct sb_pin *pins[COUNT];

    open_all(c, SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW, 0, pins);
    write_and_read(c, pins, 0xf);
    check_int(sb_pin_configure(pins[3], SB_PIN_OUTPUT), 0);
    write_and_read(c, pins, 0x7);
}

CONTRACT(pins_that_were_opened_one_by_one_are_good_too)
{
    struct sb_pin *pins[COUNT];

    for (unsigned i = 0; i < COUNT; i++)
        pins[i] = contract_pin(c, names[i],
                               SB_PIN_OUTPUT | (i == 1 ? (unsigned)SB_PIN_ACTIVE_LOW : 0));
    write_and_read(c, pins, 0x2);
    check_int(sb_pins_configure(pins, COUNT, SB_PIN_INPUT, 0), 0);
    put_all(c, 0x9);
    check_int(values_of(pins), 0x9);
}

CONTRACT(they_may_be_named_in_any_order)
{
    struct sb_pin *pins[COUNT];
    struct sb_pin *turned[COUNT];
    uint64_t values;

    open_all(c, SB_PIN_OUTPUT, 0, pins);
    for (unsigned i = 0; i < COUNT; i++)
        turned[i] = pins[COUNT - 1 - i];
    check_int(sb_pins_write(turned, COUNT, 0x1), 0);
    check_int(levels(c), 0x8);
    check_int(sb_pins_write(turned + 1, 2, 0x1), 0);
    check_int(levels(c), 0xc);
    check_int(sb_pins_read(turned, COUNT, &values), 0);
    check_int(values, 0x3);
}

CONTRACT(inputs_are_read_as_they_are)
{
    struct sb_pin *pins[COUNT];

    open_all(c, SB_PIN_INPUT, 0, pins);
    for (unsigned bits = 0; bits < 16; bits += 5) {
        put_all(c, bits);
        check_int(values_of(pins), bits);
    }
}

CONTRACT(with_an_input_among_them_nothing_is_written)
{
    struct sb_pin *pins[COUNT];

    open_all(c, SB_PIN_INPUT, 0, pins);
    c->pins->put(24, 0);
    for (unsigned i = 0; i < COUNT - 1; i++)
        check_int(sb_pin_configure(pins[i], SB_PIN_OUTPUT), 0);
    check_int(sb_pins_write(pins, COUNT, 0xf), -EPERM);
    check_int(levels(c), 0);
    check_true(!pins[0]->value);
}

CONTRACT(all_change_their_direction)
{
    struct sb_pin *pins[COUNT];

    open_all(c, SB_PIN_OUTPUT, 0xf, pins);
    check_int(sb_pins_configure(pins, COUNT, SB_PIN_INPUT, 1), -EINVAL);
    check_int(sb_pins_configure(pins, COUNT, SB_PIN_INPUT, 0), 0);
    put_all(c, 0x6);
    check_int(values_of(pins), 0x6);
    check_int(sb_pins_write(pins, COUNT, 0), -EPERM);
    check_int(sb_pins_configure(pins, COUNT, SB_PIN_OUTPUT, 0x9), 0);
    check_int(levels(c), 0x9);
    check_int(pins[3]->value, 1);
    check_int(sb_pins_configure(pins, COUNT, SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE, 0), 0);
    check_int(levels(c), 0xf);
}

static void note_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)arg;
    note("%s%s", pin->name, edge->value ? "+" : "-");
}

/* Edges of each have its own watches, whatever shares a request. */
CONTRACT(each_can_be_watched)
{
    static struct sb_pin_watch watches[2]; /* until the board closes the pins */
    struct sb_pin *pins[COUNT];

    put_all(c, 0);
    open_all(c, SB_PIN_INPUT, 0, pins);
    check_int(sb_pin_watch_start(pins[1], &watches[0], SB_EDGE_BOTH, note_edge, NULL), 0);
    check_int(sb_pin_watch_start(pins[3], &watches[1], SB_EDGE_RISING, note_edge, NULL), 0);
    for (int i = 0; i < 2; i++) {
        put_all(c, i == 0 ? 0xf : 0);
        check_int(sb_sleep_ms(50), 0);
    }
    check_text(notes(), "GPIO22+ | GPIO24+ | GPIO22-");
    sb_pin_watch_stop(&watches[0]);
    put_all(c, 0xf);
    check_int(sb_sleep_ms(50), 0);
    check_text(notes(), "GPIO22+ | GPIO24+ | GPIO22- | GPIO24+");
    check_int(values_of(pins), 0xf);
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(outputs_begin_with_their_values),
    CONTRACT_TEST(outputs_may_all_begin_with_true),
    CONTRACT_TEST(outputs_begin_without_a_glitch),
    CONTRACT_TEST(either_all_are_opened_or_none),
    CONTRACT_TEST(what_makes_no_sense_is_einval),
    CONTRACT_TEST(each_is_an_ordinary_pin),
    CONTRACT_TEST(one_changes_its_direction_or_says_why_it_cannot),
    CONTRACT_TEST(an_input_becomes_an_output_alone),
    CONTRACT_TEST(when_all_are_closed_all_can_be_opened_again),
    CONTRACT_TEST(all_are_written_and_read),
    CONTRACT_TEST(all_may_be_active_low_or_some),
    CONTRACT_TEST(pins_that_were_opened_one_by_one_are_good_too),
    CONTRACT_TEST(they_may_be_named_in_any_order),
    CONTRACT_TEST(inputs_are_read_as_they_are),
    CONTRACT_TEST(with_an_input_among_them_nothing_is_written),
    CONTRACT_TEST(all_change_their_direction),
    CONTRACT_TEST(each_can_be_watched),
};

CONTRACT_TESTS(pins_contract, "several pins");
