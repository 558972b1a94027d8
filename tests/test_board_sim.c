/* SPDX-License-Identifier: MIT */
/* Wires, links and simulated pins: levels, strengths, conflicts, edges; the button's bounce; the LED. */
#include "tests/support.h"

#include <errno.h>
#include <string.h>

#include "sim/board_sim.h"
#include "sim/parts/part_button.h"
#include "sim/parts/part_led.h"

struct fixture {
    struct sb_world *world;
    struct sb_sim_board sim;
    struct sb_diag diag;
};

static struct fixture f;

static struct sb_part *add(const char *type, const char *id, const char *attr, const char *value)
{
    const char *const attrs[1][2] = {{attr, value}};
    struct sb_part_spec spec = {.type = type, .id = id, .attrs = attrs, .attr_count = attr != NULL};
    struct sb_part *part;

    check_int(sb_world_add_part(f.world, &spec, &part, &f.diag), 0);
    return part;
}

static void join(const char *a, const char *b)
{
    check_int(sb_world_connect(f.world, sb_world_terminal(f.world, a),
                               sb_world_terminal(f.world, b), NULL),
              0);
}

static void begin(uint64_t seed)
{
    sb_diag_init(&f.diag, NULL, NULL);
    f.world = sb_world_create(test_loop(), seed);
    add("softboard-raspberry-pi", "pi", NULL, NULL);
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

static enum sb_level level_of(const char *endpoint)
{
    return sb_terminal_level(sb_world_terminal(f.world, endpoint));
}

/* ---- wires */

static int led_body(void *arg)
{
    struct sb_part_led *led;
    struct sb_pin *pin;

    (void)arg;
    begin(1);
    led = (struct sb_part_led *)add("wokwi-led", "led1", NULL, NULL);
    add("wokwi-resistor", "r1", "value", "330");
    join("pi:GPIO17", "r1:1");
    join("r1:2", "led1:A");
    join("led1:C", "pi:GND.3");
    start();
    pin = open_pin("GPIO17", SB_PIN_OUTPUT);
    check_true(!led->is_lit);
    check_int(level_of("led1:A"), SB_LEVEL_LOW);
    sb_pin_write(pin, true);
    check_true(led->is_lit);
    sb_sleep_ms(3);
    check_int(sb_part_led_lit_ns(led), 3 * SB_MS_NS);
    sb_pin_write(pin, false);
    sb_sleep_ms(3);
    check_int(sb_part_led_lit_ns(led), 3 * SB_MS_NS);
    sb_pin_close(pin);
    check_int(level_of("led1:A"), SB_LEVEL_FLOATING);
    end();
    return 0;
}

static void an_led_behind_a_resistor_follows_its_pin(void **state)
{
    (void)state;
    run_in_loop(led_body, NULL);
}

static int pull_body(void *arg)
{
    struct sb_pin *pin;

    (void)arg;
    begin(1);
    add("wokwi-resistor", "up", NULL, NULL);
    join("up:1", "pi:3V3");
    join("up:2", "pi:GPIO4");
    start();
    check_int(level_of("pi:GPIO4"), SB_LEVEL_HIGH);
    pin = open_pin("GPIO4", SB_PIN_INPUT | SB_PIN_PULL_DOWN);
    check_int(sb_pin_read(pin), 1); /* a resistor is stronger than the pin's own pull */
    check_int(sb_pin_configure(pin, SB_PIN_OUTPUT), 0);
    check_int(level_of("pi:GPIO4"), SB_LEVEL_LOW); /* an output is stronger than both */
    check_int(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_INITIAL_TRUE), 0);
    check_int(level_of("pi:GPIO4"), SB_LEVEL_HIGH);
    check_int(f.world->examiner.count, 0);
    check_int(level_of("pi:GPIO3"), SB_LEVEL_HIGH); /* I2C: the board pulls it up by itself */
    pin = open_pin("GPIO3", SB_PIN_INPUT | SB_PIN_PULL_DOWN);
    check_int(sb_pin_read(pin), 1);
    check_int(sb_pin_configure(pin, SB_PIN_OUTPUT), 0);
    check_int(level_of("pi:GPIO3"), SB_LEVEL_LOW);
    sb_pin_close(pin);
    check_int(level_of("pi:GPIO3"), SB_LEVEL_HIGH);
    end();
    return 0;
}

static void the_stronger_drive_wins(void **state)
{
    (void)state;
    run_in_loop(pull_body, NULL);
}

static int conflict_body(void *arg)
{
    struct sb_pin *a;
    struct sb_pin *b;

    (void)arg;
    begin(1);
    join("pi:GPIO5", "pi:GPIO6");
    start();
    a = open_pin("GPIO5", SB_PIN_OUTPUT);
    b = open_pin("GPIO6", SB_PIN_OUTPUT);
    check_int(f.world->examiner.count, 0);
    sb_pin_write(a, true);
    check_int(level_of("pi:GPIO5"), SB_LEVEL_CONFLICT);
    check_int(f.world->examiner.rule_counts[SB_RULE_WIRE_CONFLICT], 1);
    check_text(f.world->examiner.kept[0].text, "wire GPIO5: pi:GPIO5 drives it high, pi:GPIO6 low");
    sb_pin_write(b, true);
    check_int(level_of("pi:GPIO5"), SB_LEVEL_HIGH);
    check_int(f.world->examiner.count, 1);
    end();
    return 0;
}

static void two_outputs_that_differ_are_a_conflict_and_two_that_agree_are_none(void **state)
{
    (void)state;
    run_in_loop(conflict_body, NULL);
}

static int short_body(void *arg)
{
    struct sb_part *button;
    struct sb_pin *pin;

    (void)arg;
    begin(1);
    button = add("wokwi-pushbutton", "b", "bounce", "0");
    join("b:1.l", "pi:GPIO5");
    join("b:2.r", "pi:GND");
    start();
    pin = open_pin("GPIO5", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);
    check_int(level_of("pi:GPIO5"), SB_LEVEL_HIGH);
    sb_part_set_control(button, "pressed", 1);
    check_int(level_of("pi:GPIO5"), SB_LEVEL_CONFLICT);
    check_int(f.world->examiner.rule_counts[SB_RULE_WIRE_CONFLICT], 1);
    check_int(level_of("pi:GND"), SB_LEVEL_LOW);
    sb_pin_write(pin, false);
    check_int(level_of("pi:GPIO5"), SB_LEVEL_LOW);
    end();
    return 0;
}

static void an_output_against_a_supply_through_a_button_is_a_conflict(void **state)
{
    (void)state;
    run_in_loop(short_body, NULL);
}

static int float_body(void *arg)
{
    struct sb_pin *pin;

    (void)arg;
    begin(1);
    start();
    pin = open_pin("GPIO5", SB_PIN_INPUT);
    check_int(sb_pin_read(pin), 0);
    check_int(sb_pin_read(pin), 0);
    check_int(f.world->examiner.rule_counts[SB_RULE_INPUT_FLOATING], 1);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_UP), 0);
    check_int(sb_pin_read(pin), 1);
    check_int(f.world->examiner.count, 1);
    end();
    return 0;
}

static void reading_a_floating_input_is_reported_once_and_a_pulled_one_is_not(void **state)
{
    (void)state;
    run_in_loop(float_body, NULL);
}

/* ---- pins */

static int names_body(void *arg)
{
    struct sb_pin *pin = NULL;

    (void)arg;
    begin(1);
    start();
    check_text(open_pin("17", SB_PIN_OUTPUT)->name, "GPIO17");
    check_text(open_pin("J8:13", SB_PIN_OUTPUT)->name, "GPIO27");
    check_text(open_pin("board3", SB_PIN_OUTPUT)->name, "GPIO2");
    check_text(open_pin("BCM3", SB_PIN_OUTPUT)->name, "GPIO3");
    check_int(sb_board_pin(&f.sim.board, "GPIO17", SB_PIN_INPUT, &pin), -EBUSY);
    check_text(sb_board_error(&f.sim.board),
               "GPIO17 is in use already: close it first, or share the handle");
    check_int(sb_board_pin(&f.sim.board, "GPIO71", SB_PIN_INPUT, &pin), -ENOENT);
    check_true(strstr(sb_board_error(&f.sim.board), "did you mean \"GPIO17\"?") != NULL);
    check_int(sb_board_pin(&f.sim.board, "GP15", SB_PIN_INPUT, &pin), -ENOENT);
    check_true(strstr(sb_board_error(&f.sim.board), "did you mean \"GPIO15\"?") != NULL);
    check_int(sb_board_pin(&f.sim.board, "PIN11", SB_PIN_INPUT, &pin), -ENOENT);
    check_true(strstr(sb_board_error(&f.sim.board),
                      "did you mean \"GPIO11\", or \"J8:11\" (GPIO17)?") != NULL);
    check_int(sb_board_pin(&f.sim.board, "pin_40", SB_PIN_INPUT, &pin), -ENOENT);
    check_true(strstr(sb_board_error(&f.sim.board), "did you mean \"J8:40\" (GPIO21)?") != NULL);
    check_int(sb_board_pin(&f.sim.board, "PIN9", SB_PIN_INPUT, &pin), -ENOENT);
    check_true(strstr(sb_board_error(&f.sim.board), "did you mean \"GPIO9\"?") != NULL);
    check_int(sb_board_pin(&f.sim.board, "J8:6", SB_PIN_INPUT, &pin), -EINVAL);
    check_int(sb_board_pin(&f.sim.board, "GPIO4", SB_PIN_INPUT | SB_PIN_OUTPUT, &pin), -EINVAL);
    check_int(sb_board_pin(&f.sim.board, "GPIO4", SB_PIN_INPUT, &pin), 0);
    check_int(sb_pin_write(pin, true), -EPERM);
    end();
    return 0;
}

static void pins_have_the_names_that_people_use_and_errors_say_what_to_do(void **state)
{
    (void)state;
    run_in_loop(names_body, NULL);
}

static int bus_body(void *arg)
{
    struct sb_terminal *terminal = NULL;
    struct sb_pin *pin;

    (void)arg;
    begin(1);
    start();
    check_int(sb_sim_board_take(&f.sim, "GPIO2", "i2c-1", &terminal), 0);
    check_text(terminal->name, "GPIO2");
    check_true(sb_sim_board_find(&f.sim, "BCM2") == terminal);
    check_int(sb_board_pin(&f.sim.board, "J8:3", SB_PIN_INPUT, &pin), -EBUSY);
    check_text(sb_board_error(&f.sim.board), "GPIO2 is used by i2c-1: close that first");
    check_int(sb_sim_board_take(&f.sim, "GPIO2", "serial9", &terminal), -EBUSY);
    check_text(sb_board_error(&f.sim.board),
               "serial9 needs GPIO2, which is used by i2c-1: close that first");
    sb_terminal_drive(terminal, SB_STRENGTH_STRONG, true);
    sb_terminal_drive(terminal, SB_STRENGTH_STRONG, false);
    sb_sim_board_give_back(&f.sim, terminal);
    check_int(level_of("pi:GPIO2"), SB_LEVEL_HIGH); /* by the Raspberry Pi's own pull-up */
    pin = open_pin("GPIO2", SB_PIN_INPUT);
    check_int(sb_sim_board_take(&f.sim, "GPIO2", "i2c-1", &terminal), -EBUSY);
    check_text(sb_board_error(&f.sim.board),
               "i2c-1 needs GPIO2, which is in use as a pin: close it first");
    sb_pin_close(pin);
    check_int(sb_sim_board_take(&f.sim, "GPIO2", "i2c-1", &terminal), 0);
    end();
    return 0;
}

static void a_bus_takes_pins_and_gives_them_back(void **state)
{
    (void)state;
    run_in_loop(bus_body, NULL);
}

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)arg;
    check_true(sb_task_current() == NULL);
    note_at("%s %d at %lld lost %u", pin->name, edge->value, (long long)edge->time_ns, edge->lost);
}

static int edge_body(void *arg)
{
    struct sb_pin_watch watch;
    struct sb_pin *out;
    struct sb_pin *in;
    struct sb_edge edge;

    (void)arg;
    begin(1);
    join("pi:GPIO5", "pi:GPIO6");
    start();
    out = open_pin("GPIO5", SB_PIN_OUTPUT);
    in = open_pin("GPIO6", SB_PIN_INPUT | SB_PIN_ACTIVE_LOW);
    check_int(sb_pin_watch_start(in, &watch, SB_EDGE_BOTH, on_edge, NULL), 0);
    sb_pin_write(out, true);
    note("written");
    sb_delay_us(10);
    sb_pin_write(out, false);
    sb_pin_write(out, true);
    check_int(sb_pin_wait_edge(in, SB_EDGE_FALLING, &edge), 0);
    check_int(edge.time_ns, 10000);
    sb_pin_watch_stop(&watch);
    sb_pin_write(out, false);
    sb_sleep_ms(1);
    check_text(notes(), "written | 0 GPIO6 0 at 0 lost 0 | 0.01 GPIO6 1 at 10000 lost 0 | "
                        "0.01 GPIO6 0 at 10000 lost 0");
    end();
    return 0;
}

static void edges_that_a_task_makes_are_reported_in_loop_context_with_their_own_times(void **state)
{
    (void)state;
    run_in_loop(edge_body, NULL);
}

static void on_edge_close(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)edge;
    note("%s", (const char *)arg);
    sb_pin_close(pin);
}

static int close_body(void *arg)
{
    struct sb_pin_watch watches[3];
    struct sb_pin *out;
    struct sb_pin *in;

    (void)arg;
    begin(1);
    join("pi:GPIO5", "pi:GPIO6");
    start();
    out = open_pin("GPIO5", SB_PIN_OUTPUT);
    in = open_pin("GPIO6", SB_PIN_INPUT);
    for (int i = 0; i < 3; i++)
        sb_pin_watch_start(in, &watches[i], SB_EDGE_BOTH, on_edge_close, "first");
    sb_pin_write(out, true);
    sb_sleep_ms(1);
    check_text(notes(), "first"); /* its close ended the other two */
    end();
    return 0;
}

static void a_watch_may_close_its_pin(void **state)
{
    (void)state;
    run_in_loop(close_body, NULL);
}

static int overflow_body(void *arg)
{
    struct sb_pin_watch watch;
    struct sb_pin *out;
    struct sb_pin *in;

    (void)arg;
    begin(1);
    join("pi:GPIO5", "pi:GPIO6");
    start();
    out = open_pin("GPIO5", SB_PIN_OUTPUT);
    in = open_pin("GPIO6", SB_PIN_INPUT);
    sb_pin_watch_start(in, &watch, SB_EDGE_RISING, on_edge, NULL);
    for (int i = 0; i < 20; i++)
        sb_pin_toggle(out);
    sb_sleep_ms(1);
    check_int(in->lost_count, 0);
    notes_clear();
    sb_pin_toggle(out);
    sb_sleep_ms(1);
    check_text(notes(), "1 GPIO6 1 at 1000000 lost 4");
    check_int(in->lost_count, 4);
    end();
    return 0;
}

static void more_edges_than_the_queue_holds_are_counted_as_lost(void **state)
{
    (void)state;
    run_in_loop(overflow_body, NULL);
}

/* ---- the button */

static int count_edges(uint64_t seed, const char *id, const char *bounce, int64_t *last_ns)
{
    struct sb_wire *wire;
    struct sb_part *button;
    int count;

    begin(seed);
    button = add("wokwi-pushbutton", id, "bounce", bounce);
    join("pi:GPIO5", strcmp(id, "a") == 0 ? "a:1.r" : "c:1.r");
    join("pi:GND", strcmp(id, "a") == 0 ? "a:2.l" : "c:2.l");
    start();
    open_pin("GPIO5", SB_PIN_INPUT | SB_PIN_PULL_UP);
    wire = sb_world_wire(f.world, "GPIO5");
    count = -(int)wire->change_count;
    check_int(sb_part_set_control(button, "pressed", 1), 0);
    check_int(wire->level, SB_LEVEL_LOW); /* the first contact is immediate */
    sb_sleep_ms(50);
    check_int(wire->level, SB_LEVEL_LOW);
    count += (int)wire->change_count;
    *last_ns = wire->changed_ns - (sb_now_ns() - 50 * SB_MS_NS);
    check_int(sb_part_set_control(button, "pressed", 2), -ERANGE);
    check_int(sb_part_set_control(button, "pushed", 1), -ENOENT);
    end();
    return count;
}

static int bounce_body(void *arg)
{
    int64_t last[4];
    int first = count_edges(1, "a", "", &last[0]);

    (void)arg;
    check_true(first % 2 == 1 && first >= 10 && first <= 100);
    check_true(last[0] > 0 && last[0] <= 1100000);
    check_int(count_edges(1, "a", "", &last[1]), first);
    check_int(last[1], last[0]);
    count_edges(2, "a", "", &last[2]);
    check_true(last[2] != last[0]);
    count_edges(1, "c", "", &last[3]);
    check_true(last[3] != last[0]);
    check_int(count_edges(1, "a", "0", &last[1]), 1);
    count_edges(1, "a", "12", &last[1]);
    check_true(last[1] > 5000000 && last[1] <= 12100000);
    return 0;
}

static void a_button_bounces_by_its_seed_and_ends_closed(void **state)
{
    (void)state;
    run_in_loop(bounce_body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_led_behind_a_resistor_follows_its_pin),
        cmocka_unit_test(the_stronger_drive_wins),
        cmocka_unit_test(two_outputs_that_differ_are_a_conflict_and_two_that_agree_are_none),
        cmocka_unit_test(an_output_against_a_supply_through_a_button_is_a_conflict),
        cmocka_unit_test(reading_a_floating_input_is_reported_once_and_a_pulled_one_is_not),
        cmocka_unit_test(pins_have_the_names_that_people_use_and_errors_say_what_to_do),
        cmocka_unit_test(a_bus_takes_pins_and_gives_them_back),
        cmocka_unit_test(edges_that_a_task_makes_are_reported_in_loop_context_with_their_own_times),
        cmocka_unit_test(a_watch_may_close_its_pin),
        cmocka_unit_test(more_edges_than_the_queue_holds_are_counted_as_lost),
        cmocka_unit_test(a_button_bounces_by_its_seed_and_ends_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
