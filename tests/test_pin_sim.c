/* SPDX-License-Identifier: MIT */
/* Pins of the simulated board: opened together, for one instant and one settling; debounced. */
#include "sim/pin_sim.h"

#include <errno.h>
#include <string.h>

#include "sim/board_sim.h"
#include "tests/support.h"

static struct {
    struct sb_world *world;
    struct sb_sim_board sim;
    struct sb_diag diag;
} f;

static struct sb_pin *pins[4];

static void begin(void)
{
    struct sb_part_spec spec = {.type = "softboard-raspberry-pi", .id = "pi"};
    struct sb_part *part;

    sb_diag_init(&f.diag, NULL, NULL);
    f.world = sb_world_create(test_loop(), 1);
    check_int(sb_world_add_part(f.world, &spec, &part, &f.diag), 0);
}

static void join(const char *a, const char *b)
{
    check_int(sb_world_connect(f.world, sb_world_terminal(f.world, a),
                               sb_world_terminal(f.world, b), NULL),
              0);
}

static void start(void)
{
    check_int(sb_world_start(f.world, &f.diag), 0);
    check_int(sb_sim_board_init(&f.sim, f.world), 0);
}

static void end(void)
{
    sb_sim_board_deinit(&f.sim);
    sb_world_destroy(f.world);
}

static struct sb_pin *open_pin(const char *name, unsigned flags)
{
    struct sb_pin *pin = NULL;

    check_int(sb_board_pin(&f.sim.board, name, flags, &pin), 0);
    return pin;
}

static struct sb_wire *wire_of(const char *name)
{
    return sb_world_wire(f.world, name);
}

static int try_open(const char *const *names, unsigned count, unsigned flags, uint64_t values)
{
    return sb_board_pins(&f.sim.board, names, count, flags, values, pins);
}

static int refusal_body(void *arg)
{
    static const char *const busy[] = {"GPIO5", "GPIO6", "GPIO7"};
    static const char *const absent[] = {"GPIO5", "GPIO66"};
    static const char *const twice[] = {"GPIO5", "GPIO6", "J8:29"};
    struct sb_pin *other;

    (void)arg;
    begin();
    start();
    other = open_pin("GPIO7", SB_PIN_INPUT);
    check_int(try_open(busy, 3, SB_PIN_OUTPUT, 7), -EBUSY);
    check_text(sb_board_error(&f.sim.board),
               "GPIO7 is in use already: close it first, or share the handle");
    check_int(try_open(absent, 2, SB_PIN_OUTPUT, 3), -ENOENT);
    check_int(try_open(twice, 3, SB_PIN_OUTPUT, 7), -EBUSY);
    check_text(sb_board_error(&f.sim.board), "GPIO5 is named twice: name each pin once");
    check_int(try_open(busy, 2, SB_PIN_OUTPUT | SB_PIN_INPUT, 0), -EINVAL);
    check_true(strstr(sb_board_error(&f.sim.board), "contradict") != NULL);
    check_true(pins[0] == NULL);
    check_int(wire_of("GPIO5")->change_count, 0); /* not even for an instant */
    sb_pin_close(other);
    check_int(try_open(busy, 3, SB_PIN_OUTPUT, 5), 0);
    check_int(wire_of("GPIO5")->level, SB_LEVEL_HIGH);
    check_int(wire_of("GPIO6")->level, SB_LEVEL_LOW);
    check_int(wire_of("GPIO7")->level, SB_LEVEL_HIGH);
    end();
    return 0;
}

static void pins_are_opened_all_or_none_and_begin_with_their_values(void **state)
{
    (void)state;
    run_in_loop(refusal_body, NULL);
}

static void on_wire(struct sb_wire *wire, enum sb_level level, void *arg)
{
    (void)arg;
    note_at("%s %d of %d%d", wire->name, level, wire_of("GPIO5")->level, wire_of("GPIO6")->level);
}

static int instant_body(void *arg)
{
    static const char *const names[] = {"GPIO5", "GPIO6"};
    struct sb_wire_listener listeners[2];

    (void)arg;
    begin();
    start();
    check_int(try_open(names, 2, SB_PIN_OUTPUT, 1), 0);
    for (unsigned i = 0; i < 2; i++)
        sb_wire_listen(wire_of(names[i]), &listeners[i], on_wire, NULL);
    sb_delay_us(3);
    check_int(sb_pins_write(pins, 2, 2), 0);
    sb_delay_us(3);
    check_int(sb_pins_write(pins, 2, 3), 0); /* one of them only */
    check_text(notes(), "0.003 GPIO5 0 of 01 | 0.003 GPIO6 1 of 01 | 0.006 GPIO5 1 of 11");
    for (unsigned i = 0; i < 2; i++)
        sb_wire_unlisten(&listeners[i]);
    end();
    return 0;
}

static void all_levels_change_before_anybody_is_told(void **state)
{
    (void)state;
    run_in_loop(instant_body, NULL);
}

static int glitch_body(void *arg)
{
    static const char *const names[] = {"GPIO5", "GPIO6"};
    struct sb_pin *single;

    (void)arg;
    begin();
    join("pi:GPIO5", "pi:GPIO6");
    start();
    check_int(try_open(names, 2, SB_PIN_OUTPUT, 0), 0);
    check_int(sb_pins_write(pins, 2, 3), 0);
    check_int(sb_pins_write(pins, 2, 0), 0);
    check_int(f.world->examiner.count, 0);
    check_int(wire_of("GPIO5")->change_count, 3); /* low, high, low: no conflict between */
    sb_pin_close(pins[0]);
    single = open_pin("GPIO5", SB_PIN_OUTPUT);
    check_true(single == pins[0]);
    check_int(sb_pins_write(pins, 2, 3), 0); /* no longer in one step */
    check_int(f.world->examiner.rule_counts[SB_RULE_WIRE_CONFLICT], 1);
    end();
    return 0;
}

static void pins_on_one_wire_do_not_fight_unless_opened_singly(void **state)
{
    (void)state;
    run_in_loop(glitch_body, NULL);
}

static int bus_body(void *arg)
{
    static const char *const names[] = {"GPIO5", "GPIO6", "GPIO7"};
    struct sb_pin *there;
    uint64_t values = 0;

    (void)arg;
    begin();
    join("pi:GPIO6", "pi:GPIO16");
    start();
    there = open_pin("GPIO16", SB_PIN_INPUT | SB_PIN_PULL_DOWN);
    check_int(try_open(names, 3, SB_PIN_OUTPUT, 7), 0);
    check_int(sb_pins_configure(pins, 3, SB_PIN_INPUT | SB_PIN_PULL_UP, 0), 0);
    check_int(sb_pin_configure(there, SB_PIN_OUTPUT), 0);
    check_int(sb_pins_read(pins, 3, &values), 0);
    check_int(values, 5);
    check_int(sb_pins_write(pins, 3, 0), -EPERM);
    check_int(sb_pin_configure(there, SB_PIN_INPUT), 0);
    check_int(sb_pins_configure(pins, 3, SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW, 5), 0);
    check_int(sb_pin_read(there), 1);
    check_int(wire_of("GPIO7")->level, SB_LEVEL_LOW);
    check_int(sb_pins_read(pins, 3, &values), 0);
    check_int(values, 5);
    check_int(f.world->examiner.count, 0);
    sb_pins_close(pins, 3);
    check_int(wire_of("GPIO5")->level, SB_LEVEL_FLOATING);
    end();
    return 0;
}

static void a_bus_turns_round_together(void **state)
{
    (void)state;
    run_in_loop(bus_body, NULL);
}

/* ---- debouncing */

static struct sb_pin *outside; /* drives GPIO6 through GPIO5, from a timer as parts do */
static struct sb_timer timers[16];
static unsigned timer_count;

static void turn(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    sb_pin_toggle(outside);
}

static void turn_at_us(int64_t at_us)
{
    struct sb_timer *timer = &timers[timer_count++];

    sb_timer_init(timer, turn, NULL);
    sb_timer_start_ns(timer, at_us * SB_US_NS);
}

/* GPIO6, low, which GPIO5 drives. */
static struct sb_pin *begin_debounced(unsigned flags, unsigned period_us)
{
    struct sb_pin *pin;

    begin();
    join("pi:GPIO5", "pi:GPIO6");
    start();
    timer_count = 0;
    outside = open_pin("GPIO5", SB_PIN_OUTPUT);
    pin = open_pin("GPIO6", SB_PIN_INPUT | flags);
    check_int(sb_pin_set_debounce_us(pin, period_us), 0);
    return pin;
}

static void note_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    (void)arg;
    check_int(edge->time_ns, sb_now_ns());
    check_int(edge->lost, 0);
    note("%lld us: %d", (long long)edge->time_ns / 1000, edge->value);
}

static int bounce_body(void *arg)
{
    struct sb_pin *pin = begin_debounced(SB_PIN_ACTIVE_LOW, 100);
    struct sb_pin_watch watch;

    (void)arg;
    check_int(pin->debounce_us, 100);
    check_int(sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, note_edge, NULL), 0);
    turn_at_us(10); /* up, and it bounces for 30 us */
    turn_at_us(20);
    turn_at_us(40);
    turn_at_us(300); /* a glitch of 99 us */
    turn_at_us(399);
    turn_at_us(600); /* down, for 101 us */
    turn_at_us(701);
    sb_sleep_until_ns(139 * SB_US_NS);
    check_int(sb_pin_read(pin), 1);
    sb_sleep_until_ns(141 * SB_US_NS);
    check_int(sb_pin_read(pin), 0);
    sb_sleep_until_ns(350 * SB_US_NS);
    check_int(sb_pin_read(pin), 0);
    sb_sleep_ms(1);
    check_text(notes(), "140 us: 0 | 700 us: 1 | 801 us: 0");
    end();
    return 0;
}

static void a_level_counts_when_it_has_stayed_for_the_period(void **state)
{
    (void)state;
    run_in_loop(bounce_body, NULL);
}

static int period_body(void *arg)
{
    struct sb_pin *pin = begin_debounced(0, 0);
    struct sb_pin_watch watch;

    (void)arg;
    check_int(sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, note_edge, NULL), 0);
    turn_at_us(10);
    turn_at_us(50);
    sb_sleep_until_ns(20 * SB_US_NS);
    check_int(sb_pin_set_debounce_us(pin, 100), 0);
    sb_sleep_until_ns(60 * SB_US_NS);
    check_int(sb_pin_set_debounce_us(pin, 20), 0); /* the one that runs, runs to its end */
    turn_at_us(200 - 60);
    turn_at_us(240 - 60);
    sb_sleep_until_ns(250 * SB_US_NS);
    check_int(sb_pin_read(pin), 1);
    check_int(sb_pin_set_debounce_us(pin, 0), 0);
    check_int(sb_pin_read(pin), 0); /* as the line is, without an edge */
    turn_at_us(300 - 250);
    sb_sleep_ms(1);
    check_text(notes(), "10 us: 1 | 150 us: 0 | 220 us: 1 | 300 us: 1");
    end();
    return 0;
}

static void the_period_may_change_while_the_pin_is_watched(void **state)
{
    (void)state;
    run_in_loop(period_body, NULL);
}

static int rest_body(void *arg)
{
    struct sb_pin *pin;
    struct sb_pin_watch watch;

    (void)arg;
    begin();
    start();
    pin = open_pin("GPIO6", SB_PIN_INPUT | SB_PIN_PULL_DOWN);
    check_int(sb_pin_set_debounce_us(pin, 100), 0);
    check_int(sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, note_edge, NULL), 0);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_UP), 0);
    check_int(sb_pin_read(pin), 0);
    sb_sleep_until_ns(200 * SB_US_NS);
    check_int(sb_pin_configure(pin, SB_PIN_OUTPUT), 0);
    check_int(sb_pin_read(pin), 0);
    check_int(sb_pin_set_debounce_us(pin, 0), -EPERM);
    check_int(sb_pin_write(pin, true), 0);
    check_int(sb_pin_read(pin), 1);
    sb_sleep_until_ns(400 * SB_US_NS);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_DOWN), 0);
    check_int(sb_pin_read(pin), 0);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_UP), 0);
    check_int(sb_pin_read(pin), 0); /* it is debounced again */
    sb_sleep_ms(1);
    check_text(notes(), "100 us: 1 | 500 us: 1");
    sb_pin_close(pin);
    pin = open_pin("GPIO6", SB_PIN_INPUT | SB_PIN_PULL_DOWN);
    check_int(pin->debounce_us, 0);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_UP), 0);
    check_int(sb_pin_read(pin), 1);
    end();
    return 0;
}

static void an_output_is_not_debounced_and_a_closed_pin_forgets_it(void **state)
{
    (void)state;
    run_in_loop(rest_body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pins_are_opened_all_or_none_and_begin_with_their_values),
        cmocka_unit_test(all_levels_change_before_anybody_is_told),
        cmocka_unit_test(pins_on_one_wire_do_not_fight_unless_opened_singly),
        cmocka_unit_test(a_bus_turns_round_together),
        cmocka_unit_test(a_level_counts_when_it_has_stayed_for_the_period),
        cmocka_unit_test(the_period_may_change_while_the_pin_is_watched),
        cmocka_unit_test(an_output_is_not_debounced_and_a_closed_pin_forgets_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
