/* SPDX-License-Identifier: MIT */
/* Infrared: the NEC signal, remote control and receiver, light between them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/parts/part_ir_remote.h"
#include "sim/scenario/scenario.h"
#include "sim/world.h"
#include "tests/sr_file.h"
#include "config.h"
#include "tests/support.h"

static struct sb_diag diag;
static struct sb_world *world;
static struct sb_wire_listener listener;

/* What the receiver's pin did: times of its edges, the first falls. */
static int64_t edges[1024];
static unsigned edge_count;

static void on_edge(struct sb_wire *wire, enum sb_level level, void *arg)
{
    (void)level;
    (void)arg;
    if (edge_count < 1024)
        edges[edge_count++] = wire->changed_ns;
}

static struct sb_part *add(const char *type, const char *id, const char *name, const char *value)
{
    const char *attrs[1][2] = {{name, value}};
    struct sb_part_spec spec = {.type = type,
                                .id = id,
                                .attrs = (const char *const(*)[2])attrs,
                                .attr_count = name == NULL ? 0 : 1};
    struct sb_part *part = NULL;

    check_int(sb_world_add_part(world, &spec, &part, &diag), 0);
    return part;
}

/* A receiver "ir" and a remote "remote" with one attribute. */
static void build(const char *name, const char *value)
{
    sb_diag_init(&diag, NULL, NULL);
    edge_count = 0;
    world = sb_world_create(test_loop(), 1);
    add("wokwi-ir-receiver", "ir", NULL, NULL);
    add("wokwi-ir-remote", "remote", name, value);
    check_int(sb_world_start(world, &diag), 0);
    sb_wire_listen(sb_world_terminal(world, "ir:DAT")->wire, &listener, on_edge, NULL);
}

static void press(const char *key, int64_t ms)
{
    struct sb_part *remote = sb_world_part(world, "remote");

    check_int(sb_part_set_control(remote, key, 1), 0);
    sb_sleep_ms(ms);
    check_int(sb_part_set_control(remote, key, 0), 0);
}

static void send(const char *part, bool is_extended, uint16_t address, uint8_t command,
                 unsigned repeats)
{
    struct sb_ir_message message = {is_extended, address, command, repeats};
    struct sb_part *sender = sb_world_part(world, part);

    check_int(sender->type->ir_send(sender, &message), 0);
}

/* The 32 bits that begin with this edge's leader, by the lengths of the spaces; checks every mark. */
static uint32_t word_at(unsigned first)
{
    uint32_t word = 0;

    check_int(edges[first + 1] - edges[first], 9000000);
    check_int(edges[first + 2] - edges[first + 1], 4500000);
    for (unsigned i = 0; i < 32; i++) {
        const int64_t *bit = &edges[first + 2 + 2 * i];

        check_int(bit[1] - bit[0], 562500);
        check_true(bit[2] - bit[1] == 562500 || bit[2] - bit[1] == 1687500);
        word |= (uint32_t)(bit[2] - bit[1] == 1687500) << i;
    }
    check_int(edges[first + 67] - edges[first + 66], 562500);
    return word;
}

/* spec/drivers.md 19.5: address, command, word as it goes out, time to the last edge. */
static const struct {
    bool is_extended;
    uint16_t address;
    uint8_t command;
    uint32_t word;
    int64_t last_ns;
} vectors[] = {
    {false, 0x04, 0x08, 0xf708fb04, 68062500},  {false, 0x40, 0x01, 0xfe01bf40, 68062500},
    {false, 0x00, 0xff, 0x00ffff00, 68062500},  {true, 0x1234, 0x56, 0xa9561234, 64687500},
    {true, 0xffff, 0x00, 0xff00ffff, 77062500}, {true, 0x0000, 0x45, 0xba450000, 59062500},
};

static int send_vectors(void *arg)
{
    (void)arg;
    build(NULL, NULL);
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        edge_count = 0;
        send("ir", vectors[i].is_extended, vectors[i].address, vectors[i].command, 0);
        sb_sleep_ms(200);
        check_int(edge_count, 68);
        check_int(word_at(0), vectors[i].word);
        check_int(edges[67] - edges[0], vectors[i].last_ns);
    }
    sb_world_destroy(world);
    return 0;
}

static void frames_have_the_words_and_lengths_of_the_spec(void **state)
{
    (void)state;
    run_in_loop(send_vectors, NULL);
}

static int hold_key(void *arg)
{
    (void)arg;
    build(NULL, NULL);
    press("power", 250);
    sb_sleep_ms(500);
    /* The third frame had begun at 216 ms. */
    check_int(edge_count, 68 + 4 + 4);
    check_int(word_at(0), 0x5da2ff00);
    for (unsigned i = 0; i < 2; i++) {
        const int64_t *repeat = &edges[68 + 4 * i];

        check_int(repeat[0], 108000000 * (int64_t)(i + 1));
        check_int(repeat[1] - repeat[0], 9000000);
        check_int(repeat[2] - repeat[1], 2250000);
        check_int(repeat[3] - repeat[2], 562500);
    }
    sb_world_destroy(world);
    return 0;
}

static void a_held_key_repeats_every_108_ms_until_it_is_let_go(void **state)
{
    (void)state;
    run_in_loop(hold_key, NULL);
}

static int press_all(void *arg)
{
    static const uint8_t codes[] = {0xa2, 0xe2, 0x22, 0x02, 0xc2, 0xe0, 0xa8, 0x90, 0x68, 0x98,
                                    0xb0, 0x30, 0x18, 0x7a, 0x10, 0x38, 0x5a, 0x42, 0x4a, 0x52};
    static const uint8_t reversed[] = {0x45, 0x47, 0x44, 0x40, 0x43, 0x07, 0x15, 0x09, 0x16, 0x19,
                                       0x0d, 0x0c, 0x18, 0x5e, 0x08, 0x1c, 0x5a, 0x42, 0x52, 0x4a};
    const struct sb_part_control *keys;

    build("codes", arg == NULL ? "wokwi" : "reversed");
    keys = sb_world_part(world, "remote")->type->controls;
    for (unsigned i = 0; keys[i].name != NULL; i++) {
        uint32_t code = arg == NULL ? codes[i] : reversed[i];

        edge_count = 0;
        press(keys[i].name, 50);
        sb_sleep_ms(200);
        check_int(edge_count, 68);
        check_int(word_at(0), (code ^ 0xff) << 24 | code << 16 | 0xff00);
    }
    sb_world_destroy(world);
    return 0;
}

static void every_key_sends_wokwis_number(void **state)
{
    (void)state;
    run_in_loop(press_all, NULL);
}

/* The remotes of this print that are sold: power is 45h, 1 is 0Ch. */
static void every_key_can_send_the_number_of_the_remotes_that_are_sold(void **state)
{
    static char reversed;

    (void)state;
    run_in_loop(press_all, &reversed);
}

static int press_fast(void *arg)
{
    struct sb_part *remote;
    struct sb_ir_message message = {.command = 1};

    (void)arg;
    build(NULL, NULL);
    remote = sb_world_part(world, "remote");
    press("1", 10);
    press("2", 10);
    check_int(sb_part_set_control(remote, "3", 1), -EBUSY);
    check_int(remote->type->ir_send(remote, &message), -EBUSY);
    sb_sleep_ms(500);
    check_int(edge_count, 2 * 68);
    check_int(word_at(0), 0xcf30ff00);
    check_int(word_at(68), 0xe718ff00);
    check_int(edges[68], 108000000);
    sb_world_destroy(world);
    return 0;
}

static void a_second_key_waits_for_the_end_of_the_first_frame(void **state)
{
    (void)state;
    run_in_loop(press_fast, NULL);
}

static int press_two(void *arg)
{
    struct sb_part *remote;

    (void)arg;
    build(NULL, NULL);
    remote = sb_world_part(world, "remote");
    check_int(sb_part_set_control(remote, "1", 1), 0);
    check_int(sb_part_set_control(remote, "2", 1), 0);
    check_int(sb_part_set_control(remote, "2", 0), 0);
    sb_sleep_ms(150);
    check_int(sb_part_set_control(remote, "1", 0), 0);
    sb_sleep_ms(500);
    check_int(edge_count, 68 + 4);
    check_int(word_at(0), 0xcf30ff00);
    sb_world_destroy(world);
    return 0;
}

static void the_key_that_was_pressed_first_wins(void **state)
{
    (void)state;
    run_in_loop(press_two, NULL);
}

static int other_carrier(void *arg)
{
    build("carrier", arg);
    press("power", 50);
    sb_sleep_ms(200);
    note("%u", edge_count);
    sb_world_destroy(world);
    return 0;
}

static void a_receiver_sees_carriers_within_a_tenth_of_its_own(void **state)
{
    static const char *const carriers[] = {"34199", "34200", "41800", "41801"};
    static const char *const seen[] = {"0", "68", "68", "0"};

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        run_in_loop(other_carrier, (void *)(uintptr_t)carriers[i]);
        assert_string_equal(notes(), seen[i]);
    }
}

static int two_remotes(void *arg)
{
    struct sb_part *other;

    (void)arg;
    sb_diag_init(&diag, NULL, NULL);
    edge_count = 0;
    world = sb_world_create(test_loop(), 1);
    add("wokwi-ir-remote", "remote", NULL, NULL);
    other = add("wokwi-ir-remote", "other", NULL, NULL);
    add("wokwi-ir-receiver", "ir", NULL, NULL);
    check_int(sb_world_start(world, &diag), 0);
    sb_wire_listen(sb_world_terminal(world, "ir:DAT")->wire, &listener, on_edge, NULL);
    check_int(sb_part_set_control(sb_world_part(world, "remote"), "1", 1), 0);
    sb_sleep_ms(4);
    check_int(sb_part_set_control(other, "1", 1), 0);
    sb_sleep_ms(8);
    /* The leaders, 0 to 9 and 4 to 13 ms, are one mark; it still lasts. */
    check_int(edge_count, 1);
    sb_sleep_us(1200);
    check_int(edge_count, 2);
    check_int(edges[1], 13000000);
    sb_world_destroy(world);
    return 0;
}

static void light_of_two_remotes_adds_up(void **state)
{
    (void)state;
    run_in_loop(two_remotes, NULL);
}

static int send_under_faults(void *arg)
{
    struct sb_part *ir;
    unsigned blocked;

    (void)arg;
    build(NULL, NULL);
    ir = sb_world_part(world, "ir");
    blocked = (unsigned)sb_part_fault_find(ir, "blocked");
    sb_part_fault_begin(ir, blocked);
    sb_part_fault_begin(ir, blocked);
    press("1", 50);
    sb_sleep_ms(200);
    sb_part_fault_end(ir, blocked);
    press("1", 50);
    sb_sleep_ms(200);
    check_int(edge_count, 0);
    sb_part_fault_end(ir, blocked);
    press("1", 50);
    sb_sleep_ms(200);
    check_int(edge_count, 68);
    edge_count = 0;
    sb_part_fault_begin(ir, (unsigned)sb_part_fault_find(ir, "glitch"));
    sb_sleep_ms(300);
    sb_part_fault_end(ir, (unsigned)sb_part_fault_find(ir, "glitch"));
    check_true(edge_count >= 20 && edge_count % 2 == 0);
    for (unsigned i = 0; i < edge_count; i += 2)
        check_true(edges[i + 1] - edges[i] >= 50000 && edges[i + 1] - edges[i] <= 400000);
    edge_count = 0;
    sb_sleep_ms(300);
    check_int(edge_count, 0);
    sb_world_destroy(world);
    return 0;
}

static void faults_block_the_light_or_add_pulses_while_they_last(void **state)
{
    (void)state;
    run_in_loop(send_under_faults, NULL);
}

static int play_file(void *arg)
{
    struct sb_part *part;

    build(NULL, NULL);
    part = sb_world_part(world, arg);
    check_int(part->type->play(part, sr_path(), NULL, &diag), 0);
    sb_sleep_ms(10);
    for (unsigned i = 0; i < edge_count; i++)
        note("%d", (int)(edges[i] / 1000));
    sb_world_destroy(world);
    return 0;
}

static void a_recording_is_played_by_receiver_and_remote_whatever_its_idle_level(void **state)
{
    static const char meta[] = "capturefile=logic-1\nsamplerate=1 MHz\nunitsize=1\n"
                               "total probes=1\nprobe1=rx\n";

    (void)state;
    sr_write(sr_path(), meta, "\1\1\0\0\0\1\0\1", 8);
    run_in_loop(play_file, (void *)(uintptr_t) "ir");
    assert_string_equal(notes(), "102 | 105 | 106 | 107");
    run_in_loop(play_file, (void *)(uintptr_t) "remote");
    assert_string_equal(notes(), "102 | 105 | 106 | 107");
    sr_write(sr_path(), meta, "\0\0\1\1\1\0\1\0", 8);
    run_in_loop(play_file, (void *)(uintptr_t) "ir");
    assert_string_equal(notes(), "102 | 105 | 106 | 107");
}

/* 40 periods of 26 us of light, 2 ms dark before and behind them. */
static void light_with_its_carrier_is_played_as_one_mark(void **state)
{
    static unsigned char samples[2000 + 40 * 26 + 2000];

    (void)state;
    for (unsigned i = 0; i < 40; i++)
        memset(&samples[2000 + 26 * i], 1, 13);
    sr_write(sr_path(),
             "capturefile=logic-1\nsamplerate=1 MHz\nunitsize=1\n"
             "total probes=1\nprobe1=lamp\n",
             (const char *)samples, sizeof(samples));
    run_in_loop(play_file, (void *)(uintptr_t) "ir");
    assert_string_equal(notes(), "2100 | 3140");
}

static int play_unknown(void *arg)
{
    struct sb_part *part;

    (void)arg;
    build(NULL, NULL);
    part = sb_world_part(world, "ir");
    check_int(part->type->play(part, sr_path(), "x", &diag), -EINVAL);
    check_true(strstr(diag.last, "no channel \"x\": the file has \"a\", \"b\"") != NULL);
    check_int(part->type->play(part, sr_path(), NULL, &diag), -EINVAL);
    check_true(strstr(diag.last, "say which channel is played: the file has \"a\", \"b\"") != NULL);
    sb_world_destroy(world);
    return 0;
}

static void an_unknown_channel_is_refused_with_those_that_there_are(void **state)
{
    (void)state;
    sr_write(sr_path(),
             "capturefile=logic-1\nsamplerate=1 MHz\nunitsize=1\ntotal probes=2\n"
             "probe1=a\nprobe2=b\n",
             "\1\1\0", 3);
    run_in_loop(play_unknown, NULL);
}

/* ---- the steps of a scenario */

static int run_steps(void *arg)
{
    struct sb_scenario *scenario = NULL;
    const char *text = arg;

    build(NULL, NULL);
    if (sb_scenario_parse(&scenario, world, "s.yaml", text, strlen(text), &diag) < 0) {
        note("%s", diag.last);
    } else {
        if (sb_scenario_run(scenario) < 0)
            note("%s", sb_scenario_failure(scenario));
        sb_scenario_destroy(scenario);
    }
    note("%u edges", edge_count);
    sb_world_destroy(world);
    return 0;
}

#define STEPS "name: t\nversion: 1\nsteps:\n"

static const char *run(const char *text)
{
    if (!SB_HAVE_YAML)
        skip();
    run_in_loop(run_steps, (void *)(uintptr_t)text);
    return notes();
}

static void a_step_sends_infrared_in_no_time(void **state)
{
    (void)state;
    assert_string_equal(run(STEPS "- ir-send: {part-id: ir, protocol: nec, address: 0x40, "
                                  "command: 1, repeats: 2}\n- delay: 400ms\n"),
                        "76 edges");
    assert_string_equal(run(STEPS "- ir-send: {part-id: remote, address: 4660, command: 0x56}\n"
                                  "- ir-send: {part-id: remote, address: 0, command: 1}\n"
                                  "- delay: 400ms\n"),
                        "136 edges");
    assert_int_equal(word_at(0), 0xa9561234);
}

static void a_third_message_at_once_is_too_much(void **state)
{
    (void)state;
    assert_string_equal(run(STEPS "- ir-send: {part-id: ir, address: 0, command: 1}\n"
                                  "- ir-send: {part-id: ir, address: 0, command: 1}\n"
                                  "- ir-send: {part-id: ir, address: 0, command: 1}\n"),
                        "s.yaml:6: step 3: ir-send ir at 0.000000000 s: ir still sends and one "
                        "message more waits: a frame takes 108 ms, each repeat as much again | "
                        "1 edges");
}

static void a_fault_lasts_as_long_as_the_step_says(void **state)
{
    (void)state;
    assert_string_equal(run(STEPS "- fault: {part-id: ir, name: blocked, for: 100ms}\n"
                                  "- ir-send: {part-id: ir, address: 0, command: 1, repeats: 1}\n"
                                  "- delay: 1s\n"),
                        "4 edges");
    assert_string_equal(run(STEPS "- fault: {part-id: ir, name: blocked}\n"
                                  "- ir-send: {part-id: ir, address: 0, command: 1, repeats: 1}\n"
                                  "- delay: 1s\n"),
                        "0 edges");
}

static void what_a_step_cannot_do_is_refused_at_its_place(void **state)
{
    (void)state;
    assert_string_equal(run(STEPS "- ir-send: {part-id: ir, address: 0, command: 256}\n"),
                        "s.yaml:4:47: command may be at most 255 (0xff) | 0 edges");
    assert_string_equal(run(STEPS "- ir-send: {part-id: ir, protocol: rc5, address: 0, "
                                  "command: 1}\n"),
                        "s.yaml:4:36: unknown protocol \"rc5\": it may be nec or nec-extended | "
                        "0 edges");
    assert_string_equal(run(STEPS "- fault: {part-id: ir, name: glitsch}\n"),
                        "s.yaml:4:30: ir (wokwi-ir-receiver) has no fault \"glitsch\": did you "
                        "mean \"glitch\"? | 0 edges");
    assert_string_equal(run(STEPS "- fault: {part-id: remote, name: glitch}\n"),
                        "s.yaml:4:20: remote (wokwi-ir-remote) has no faults: `softboard parts "
                        "wokwi-ir-remote` lists what it has | 0 edges");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_have_the_words_and_lengths_of_the_spec),
        cmocka_unit_test(a_held_key_repeats_every_108_ms_until_it_is_let_go),
        cmocka_unit_test(every_key_sends_wokwis_number),
        cmocka_unit_test(every_key_can_send_the_number_of_the_remotes_that_are_sold),
        cmocka_unit_test(a_second_key_waits_for_the_end_of_the_first_frame),
        cmocka_unit_test(the_key_that_was_pressed_first_wins),
        cmocka_unit_test(a_receiver_sees_carriers_within_a_tenth_of_its_own),
        cmocka_unit_test(light_of_two_remotes_adds_up),
        cmocka_unit_test(faults_block_the_light_or_add_pulses_while_they_last),
        cmocka_unit_test(a_recording_is_played_by_receiver_and_remote_whatever_its_idle_level),
        cmocka_unit_test(light_with_its_carrier_is_played_as_one_mark),
        cmocka_unit_test(an_unknown_channel_is_refused_with_those_that_there_are),
        cmocka_unit_test(a_step_sends_infrared_in_no_time),
        cmocka_unit_test(a_third_message_at_once_is_too_much),
        cmocka_unit_test(a_fault_lasts_as_long_as_the_step_says),
        cmocka_unit_test(what_a_step_cannot_do_is_refused_at_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
