/* SPDX-License-Identifier: MIT */
/* What lib/hal/tap.h promises of pins: an observer hears what the program does and sees, in that order, on any backend. */
#include "tests/contract/contract.h"

#include <errno.h>

#include "lib/hal/tap.h"

static void on_configured(struct sb_tap *tap, struct sb_pin *pin, bool level)
{
    (void)tap;
    if ((pin->flags & SB_PIN_OUTPUT) != 0)
        note("%s is output %d", pin->name, level);
    else
        note("%s is input", pin->name);
}

static void on_written(struct sb_tap *tap, struct sb_pin *pin, bool level, int rc)
{
    (void)tap;
    note("%s written %d: %d", pin->name, level, rc);
}

static void on_read(struct sb_tap *tap, struct sb_pin *pin, int level)
{
    (void)tap;
    note("%s read %d", pin->name, level);
}

static void on_edge(struct sb_tap *tap, struct sb_pin *pin, bool level, int64_t time_ns,
                    uint32_t lost)
{
    (void)tap;
    check_true(time_ns <= sb_now_ns());
    note("%s edge %d, %u lost", pin->name, level, (unsigned)lost);
}

static void on_closed(struct sb_tap *tap, struct sb_pin *pin)
{
    (void)tap;
    note("%s closed", pin->name);
}

static const struct sb_tap_ops ops = {
    .pin_configured = on_configured,
    .pin_written = on_written,
    .pin_read = on_read,
    .pin_edge = on_edge,
    .pin_closed = on_closed,
};

static struct sb_tap observer = {.ops = &ops};

CONTRACT(an_observer_hears_of_outputs_in_electrical_levels)
{
    struct sb_pin *pin;

    sb_board_set_tap(c->board, &observer);
    pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW | SB_PIN_INITIAL_TRUE);
    check_int(sb_pin_write(pin, false), 0);
    check_int(sb_pin_toggle(pin), 0);
    check_int(sb_pin_read(pin), 1);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_OUTPUT), -EINVAL);
    check_int(sb_pin_configure(pin, SB_PIN_OUTPUT), 0);
    sb_pin_close(pin);
    sb_board_set_tap(c->board, NULL);
    (void)contract_pin(c, "GPIO17", SB_PIN_OUTPUT);
    check_text(notes(), "GPIO17 is output 0 | GPIO17 written 1: 0 | GPIO17 written 0: 0 | "
                        "GPIO17 read 0 | GPIO17 is output 0 | GPIO17 closed");
}

static void on_program_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)arg;
    note("the program hears %d", edge->value);
    check_int(sb_pin_read(pin), edge->value);
}

CONTRACT(an_observer_hears_of_an_edge_before_the_program)
{
    struct sb_pin_watch watch;
    struct sb_pin *pin;

    sb_board_set_tap(c->board, &observer);
    c->pins->put(22, 0);
    pin = contract_pin(c, "GPIO22", SB_PIN_INPUT | SB_PIN_ACTIVE_LOW);
    check_int(sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, on_program_edge, NULL), 0);
    c->pins->put(22, 1);
    check_int(sb_sleep_ms(50), 0);
    sb_pin_close(pin);
    sb_board_set_tap(c->board, NULL);
    check_text(notes(), "GPIO22 is input | GPIO22 edge 1, 0 lost | the program hears 0 | "
                        "GPIO22 read 1 | GPIO22 closed");
}

CONTRACT(an_observer_hears_nothing_of_what_was_refused)
{
    struct sb_pin *pin;

    sb_board_set_tap(c->board, &observer);
    c->pins->put(22, 0);
    check_int(contract_try_pin(c, "GPIO99", SB_PIN_INPUT), -ENOENT);
    check_int(contract_try_pin(c, "GPIO22", SB_PIN_INPUT | SB_PIN_OUTPUT), -EINVAL);
    pin = contract_pin(c, "GPIO22", SB_PIN_INPUT);
    check_int(sb_pin_write(pin, true), -EPERM);
    check_int(contract_try_pin(c, "GPIO22", SB_PIN_INPUT), -EBUSY);
    check_text(notes(), "GPIO22 is input");
    sb_pin_close(pin);
    sb_board_set_tap(c->board, NULL);
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(an_observer_hears_of_outputs_in_electrical_levels),
    CONTRACT_TEST(an_observer_hears_of_an_edge_before_the_program),
    CONTRACT_TEST(an_observer_hears_nothing_of_what_was_refused),
};

CONTRACT_TESTS(tap_contract, "tap");
