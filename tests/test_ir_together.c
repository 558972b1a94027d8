/* SPDX-License-Identifier: MIT */
/*
 * The NEC driver, the simulated remote control and the simulated receiver, written from the specification
 * by different hands, on one board: every key, held keys, lamps that flicker, and edges that come late or
 * not at all.
 */
#include "tests/support.h"

#include <stdio.h>
#include <string.h>

#include "drivers/nec_ir.h"
#include "sim/board_sim.h"
#include "sim/parts/part_ir_remote.h"

static struct {
    struct sb_world *world;
    struct sb_sim_board sim;
    struct sb_diag diag;
    struct sb_part *remote;
    struct sb_part *receiver;
    struct sb_part *pi;
    struct sb_nec_ir_config config;
    struct sb_nec_ir driver;
} f;

static void on_diag(enum sb_severity severity, const char *text, void *arg)
{
    (void)severity;
    (void)arg;
    check_text(text, "");
}

static struct sb_part *add(const char *type, const char *id, const char *const (*attrs)[2],
                           unsigned attr_count)
{
    struct sb_part_spec spec = {.type = type, .id = id, .attrs = attrs, .attr_count = attr_count};
    struct sb_part *part = NULL;

    check_int(sb_world_add_part(f.world, &spec, &part, &f.diag), 0);
    return part;
}

static void note_event(struct sb_nec_ir *ir, const struct sb_nec_ir_event *event, void *arg)
{
    (void)ir;
    (void)arg;
    if (event->kind == SB_NEC_IR_ERROR)
        note("%s", sb_nec_ir_error_text(event->error));
    else if (event->kind == SB_NEC_IR_REPEAT)
        note("held %u", (unsigned)event->repeat_count);
    else
        note(event->is_extended ? "%04X/%02X" : "%02X/%02X", (unsigned)event->address,
             (unsigned)event->command);
}

static void open_all(uint64_t seed, const char *address, const char *codes)
{
    const char *const attrs[][2] = {{"address", address}, {"codes", codes}};

    memset(&f, 0, sizeof(f));
    sb_diag_init(&f.diag, on_diag, NULL);
    f.world = sb_world_create(test_loop(), seed);
    f.pi = add("softboard-raspberry-pi", "pi", NULL, 0);
    f.receiver = add("wokwi-ir-receiver", "ir1", NULL, 0);
    f.remote = add("wokwi-ir-remote", "remote", attrs, 2);
    check_int(sb_world_connect(f.world, sb_world_terminal(f.world, "pi:GPIO18"),
                               sb_world_terminal(f.world, "ir1:DAT"), NULL),
              0);
    check_int(sb_world_start(f.world, &f.diag), 0);
    check_int(sb_sim_board_init(&f.sim, f.world), 0);
    check_int(sb_board_pin(&f.sim.board, "GPIO18", SB_PIN_INPUT | SB_PIN_PULL_UP, &f.config.pin),
              0);
    f.config.fn = note_event;
    check_int(sb_nec_ir_init(&f.driver, &f.config), 0);
    check_int(sb_nec_ir_start(&f.driver), 0);
}

static void close_all(void)
{
    sb_nec_ir_stop(&f.driver);
    sb_sim_board_deinit(&f.sim);
    sb_world_destroy(f.world);
}

static void press(const char *key, int64_t time_ms)
{
    check_int(sb_part_set_control(f.remote, key, 1), 0);
    sb_sleep_ms(time_ms);
    check_int(sb_part_set_control(f.remote, key, 0), 0);
    sb_sleep_ms(200);
}

/* The remote's own table, by spec/wokwi.md 2.7. */
static const struct {
    const char *key;
    uint8_t command;
} keys[SB_IR_REMOTE_KEYS] = {
    {"power", 162}, {"menu", 226}, {"test", 34},  {"plus", 2}, {"back", 194},
    {"prev", 224},  {"play", 168}, {"next", 144}, {"0", 104},  {"minus", 152},
    {"c", 176},     {"1", 48},     {"2", 24},     {"3", 122},  {"4", 16},
    {"5", 56},      {"6", 90},     {"7", 66},     {"8", 74},   {"9", 82},
};

static int press_every_key(void *arg)
{
    const char *address = arg;
    char expected[32];

    open_all(1, address, "wokwi");
    for (unsigned i = 0; i < SB_IR_REMOTE_KEYS; i++) {
        notes_clear();
        press(keys[i].key, 50);
        snprintf(expected, sizeof(expected), "%s/%02X", strcmp(address, "0") == 0 ? "00" : "1234",
                 (unsigned)keys[i].command);
        check_text(notes(), expected);
    }
    check_int(f.driver.error_count, 0);
    check_int(f.driver.noise_count, 0);
    close_all();
    return 0;
}

static void every_key_is_received(void **state)
{
    char address[] = "0";
    char extended[] = "4660";

    (void)state;
    run_in_loop(press_every_key, address);
    run_in_loop(press_every_key, extended);
}

static int hold(void *arg)
{
    (void)arg;
    open_all(1, "64", "reversed");
    press("power", 350);
    press("1", 250);
    close_all();
    return 0;
}

static void a_held_key_is_repeated_until_it_is_let_go(void **state)
{
    (void)state;
    run_in_loop(hold, NULL);
    assert_string_equal(notes(), "40/45 | held 1 | held 2 | held 3 | 40/0C | held 1 | held 2");
}

/* Every message of 19.5, with repeats. */
static int send_messages(void *arg)
{
    static const struct sb_ir_message messages[] = {
        {false, 0x04, 0x08, 1},  {false, 0x40, 0x01, 0},  {false, 0x00, 0xff, 0},
        {true, 0x1234, 0x56, 1}, {true, 0xffff, 0x00, 0}, {true, 0x0000, 0x45, 0},
    };

    (void)arg;
    open_all(1, "0", "wokwi");
    for (unsigned i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        check_int(f.receiver->type->ir_send(f.receiver, &messages[i]), 0);
        sb_sleep_ms(400);
    }
    close_all();
    return 0;
}

static void a_step_of_a_scenario_is_received(void **state)
{
    (void)state;
    run_in_loop(send_messages, NULL);
    assert_string_equal(notes(), "04/08 | held 1 | 40/01 | 00/FF | 1234/56 | held 1 | FFFF/00 | "
                                 "0000/45");
}

/* How many of twenty keys are received under a fault; after it, whether one is, at once. */
static unsigned press_under(struct sb_part *part, const char *fault)
{
    int number = sb_part_fault_find(part, fault);
    unsigned received;

    check_true(number >= 0);
    sb_part_fault_begin(part, (unsigned)number);
    for (unsigned i = 0; i < SB_IR_REMOTE_KEYS; i++)
        press(keys[i].key, 50);
    received = f.driver.frame_count;
    sb_part_fault_end(part, (unsigned)number);
    notes_clear();
    check_int(sb_part_set_control(f.remote, "play", 1), 0);
    sb_sleep_ms(75);
    check_text(notes(), "00/A8");
    return received;
}

/* N1: what is received is right, and what is lost is lost alone. */
static int flicker(void *arg)
{
    unsigned received;

    open_all(*(uint64_t *)arg, "0", "wokwi");
    received = press_under(f.receiver, "glitch");
    check_true(received < SB_IR_REMOTE_KEYS);
    check_true(f.driver.noise_count > 100);
    close_all();
    return 0;
}

static void after_flicker_the_next_key_is_received(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++)
        run_in_loop(flicker, &seed);
}

static int flicker_before(void *arg)
{
    int number;

    open_all(*(uint64_t *)arg, "0", "wokwi");
    number = sb_part_fault_find(f.receiver, "glitch");
    for (unsigned i = 0; i < SB_IR_REMOTE_KEYS; i++) {
        sb_part_fault_begin(f.receiver, (unsigned)number);
        sb_sleep_ms(100);
        sb_part_fault_end(f.receiver, (unsigned)number);
        sb_sleep_us(500);
        press(keys[i].key, 50);
    }
    check_int(f.driver.frame_count, SB_IR_REMOTE_KEYS);
    check_int(f.driver.error_count, 0);
    check_true(f.driver.noise_count > SB_IR_REMOTE_KEYS);
    close_all();
    return 0;
}

static void flicker_just_before_a_key_costs_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++)
        run_in_loop(flicker_before, &seed);
}

static int come_late(void *arg)
{
    open_all(*(uint64_t *)arg, "0", "wokwi");
    check_int(press_under(f.pi, "late-edges"), SB_IR_REMOTE_KEYS);
    check_int(f.driver.error_count, 0);
    close_all();
    return 0;
}

static void edges_that_are_told_late_cost_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++)
        run_in_loop(come_late, &seed);
}

static int lose(void *arg)
{
    open_all(*(uint64_t *)arg, "0", "wokwi");
    check_int(press_under(f.pi, "lost-edges"), 0);
    check_int(f.driver.error_count, 0);
    check_true(f.driver.lost_count > 100);
    close_all();
    return 0;
}

static void lost_edges_cost_their_frame_only_and_are_counted(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++)
        run_in_loop(lose, &seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_received),
        cmocka_unit_test(a_held_key_is_repeated_until_it_is_let_go),
        cmocka_unit_test(a_step_of_a_scenario_is_received),
        cmocka_unit_test(after_flicker_the_next_key_is_received),
        cmocka_unit_test(flicker_just_before_a_key_costs_nothing),
        cmocka_unit_test(edges_that_are_told_late_cost_nothing),
        cmocka_unit_test(lost_edges_cost_their_frame_only_and_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
