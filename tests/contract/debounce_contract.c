/* SPDX-License-Identifier: MIT */
/* What lib/hal/pin.h promises of debounced inputs: what stays is an edge, late by the period; what does not is none. */
#include "tests/contract/contract.h"

#include <errno.h>

#define PERIOD_US 50000
#define PERIOD_NS (PERIOD_US * INT64_C(1000))

static struct sb_pin_watch watch;
static int64_t edge_ns;

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    (void)arg;
    edge_ns = edge->time_ns;
    note("%d%s", edge->value, edge->lost > 0 ? "!" : "");
}

/* A watched input, low, and debounced. Null where that is refused, as it should be. */
static struct sb_pin *debounced(struct contract *c)
{
    struct sb_pin *pin;

    c->pins->put(22, 0);
    pin = contract_pin(c, "GPIO22", SB_PIN_INPUT);
    check_int(sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, on_edge, NULL), 0);
    if (c->pins->debounces) {
        check_int(sb_pin_set_debounce_us(pin, PERIOD_US), 0);
        check_int(pin->debounce_us, PERIOD_US);
        return pin;
    }
    check_int(sb_pin_set_debounce_us(pin, PERIOD_US), -ENOTSUP);
    check_int(pin->debounce_us, 0);
    return NULL;
}

static void pass_ms(int64_t ms)
{
    check_int(sb_sleep_ms(ms), 0);
}

CONTRACT(an_output_cannot_be_debounced)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT);

    check_int(sb_pin_set_debounce_us(pin, PERIOD_US), -EPERM);
}

CONTRACT(a_level_counts_once_it_has_stayed)
{
    struct sb_pin *pin = debounced(c);
    int64_t begin_ns = sb_now_ns();

    if (pin == NULL)
        return;
    c->pins->put(22, 1);
    check_int(sb_pin_read(pin), 0);
    pass_ms(30);
    check_int(sb_pin_read(pin), 0);
    check_text(notes(), "");
    pass_ms(100);
    check_int(sb_pin_read(pin), 1);
    check_text(notes(), "1");
    check_true(edge_ns >= begin_ns + PERIOD_NS);
    check_true(edge_ns <= begin_ns + PERIOD_NS + c->pins->debounce_late_ns);
}

CONTRACT(a_glitch_is_no_edge_and_not_counted)
{
    struct sb_pin *pin = debounced(c);

    if (pin == NULL)
        return;
    c->pins->put(22, 1);
    pass_ms(10);
    c->pins->put(22, 0);
    pass_ms(200);
    check_int(sb_pin_read(pin), 0);
    check_text(notes(), "");
    check_int(pin->lost_count, 0);
}

CONTRACT(each_bounce_begins_the_period_anew)
{
    struct sb_pin *pin = debounced(c);
    int64_t last_ns = 0;

    if (pin == NULL)
        return;
    for (int i = 0; i < 5; i++) {
        last_ns = sb_now_ns();
        c->pins->put(22, i % 2 == 0);
        pass_ms(20);
    }
    check_text(notes(), "");
    pass_ms(100);
    check_text(notes(), "1");
    check_true(edge_ns >= last_ns + PERIOD_NS);
    c->pins->put(22, 0);
    pass_ms(150);
    check_text(notes(), "1 | 0");
}

CONTRACT(active_low_is_debounced_too)
{
    struct sb_pin *pin = debounced(c);

    if (pin == NULL)
        return;
    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_ACTIVE_LOW), 0);
    check_int(pin->debounce_us, PERIOD_US);
    pass_ms(150);
    c->pins->put(22, 1);
    check_int(sb_pin_read(pin), 1);
    pass_ms(150);
    check_int(sb_pin_read(pin), 0);
    check_text(notes(), "0");
}

CONTRACT(it_can_be_ended_and_ends_with_the_pin)
{
    struct sb_pin *pin = debounced(c);

    if (pin == NULL)
        return;
    check_int(sb_pin_set_debounce_us(pin, 0), 0);
    check_int(pin->debounce_us, 0);
    c->pins->put(22, 1);
    check_int(sb_pin_read(pin), 1);
    pass_ms(10);
    check_text(notes(), "1");
    check_int(sb_pin_set_debounce_us(pin, PERIOD_US), 0);
    sb_pin_close(pin);
    pin = contract_pin(c, "GPIO22", SB_PIN_INPUT);
    check_int(pin->debounce_us, 0);
    c->pins->put(22, 0);
    check_int(sb_pin_read(pin), 0);
}

CONTRACT(it_rests_while_the_pin_is_an_output)
{
    struct sb_pin *pin = debounced(c);

    if (pin == NULL)
        return;
    check_int(sb_pin_configure(pin, SB_PIN_OUTPUT), 0);
    check_int(sb_pin_write(pin, true), 0);
    check_int(sb_pin_read(pin), 1);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT), 0);
    pass_ms(150);
    c->pins->put(22, 1);
    check_int(sb_pin_read(pin), 0);
    pass_ms(150);
    check_int(sb_pin_read(pin), 1);
    check_text(notes(), "1");
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(an_output_cannot_be_debounced),
    CONTRACT_TEST(a_level_counts_once_it_has_stayed),
    CONTRACT_TEST(a_glitch_is_no_edge_and_not_counted),
    CONTRACT_TEST(each_bounce_begins_the_period_anew),
    CONTRACT_TEST(active_low_is_debounced_too),
    CONTRACT_TEST(it_can_be_ended_and_ends_with_the_pin),
    CONTRACT_TEST(it_rests_while_the_pin_is_an_output),
};

CONTRACT_TESTS(debounce_contract, "debouncing");
