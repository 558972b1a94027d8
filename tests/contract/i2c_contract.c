/* SPDX-License-Identifier: MIT */
/*
 * What lib/hal/i2c.h and lib/hal/board.h promise of I2C buses: what goes over the bus, in which order, what is refused,
 * and that the bus is free whatever cut a transfer short.
 */
#include "tests/contract/contract.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/timeout.h"

#define DEVICE CONTRACT_I2C_ADDRESS
#define ABSENT 0x51

static struct sb_i2c *open_bus(struct contract *c, const char *name)
{
    struct sb_i2c *bus = NULL;

    if (sb_board_i2c(c->board, name, &bus) < 0)
        check_text(sb_board_error(c->board), "");
    (void)c->i2c->heard();
    return bus;
}

static struct sb_i2c *open_it(struct contract *c)
{
    return open_bus(c, c->i2c->bus);
}

static void check_counts(const struct sb_i2c *bus, uint64_t transfers, uint64_t nacks,
                         uint64_t errors)
{
    check_int(bus->transfer_count, transfers);
    check_int(bus->nack_count, nacks);
    check_int(bus->error_count, errors);
}

/* ---- names */

CONTRACT(all_who_open_a_bus_share_a_handle_and_its_counts)
{
    struct sb_i2c *a = open_it(c);
    struct sb_i2c *b = open_it(c);

    check_true(a == b);
    check_text(a->name, c->i2c->bus);
    check_true(a->board == c->board);
    check_int(sb_i2c_probe(a, DEVICE), 0);
    check_int(sb_i2c_probe(b, DEVICE), 0);
    check_counts(a, 2, 0, 0);
}

CONTRACT(a_bus_is_given_back_with_the_last_close)
{
    struct sb_i2c *a = open_it(c);
    struct sb_i2c *b = open_it(c);

    sb_i2c_close(a);
    check_int(sb_i2c_probe(b, DEVICE), 0);
    sb_i2c_close(b);
    a = open_it(c);
    check_counts(a, 0, 0, 0);
    check_int(sb_i2c_probe(a, DEVICE), 0);
    sb_i2c_close(a);
    sb_i2c_close(NULL);
}

CONTRACT(a_bus_has_the_names_that_people_use)
{
    char path[32];
    struct sb_i2c *a = open_it(c);
    struct sb_i2c *b;

    snprintf(path, sizeof(path), "/dev/%s", c->i2c->bus);
    b = open_bus(c, path);
    check_true(a == b);
    check_text(b->name, c->i2c->bus);
}

CONTRACT(a_bus_that_the_board_does_not_have_is_enoent)
{
    static const char *const names[] = {"i2c-97", "i2c-", "thermometer", ""};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct sb_i2c *bus = NULL;

        check_int(sb_board_i2c(c->board, names[i], &bus), -ENOENT);
        check_error(c, "no I2C bus");
        check_error(c, names[i]);
    }
}

/* ---- transfers */

CONTRACT(a_write_is_one_transfer)
{
    static const uint8_t bytes[] = {0x10, 0xde, 0xad};
    struct sb_i2c *bus = open_it(c);

    check_int(sb_i2c_write(bus, DEVICE, bytes, 3), 0);
    check_text(c->i2c->heard(), "S | 50w+ | 10w+ | dew+ | adw+ | P");
    check_int(c->i2c->memory[0x10], 0xde);
    check_int(c->i2c->memory[0x11], 0xad);
    check_counts(bus, 1, 0, 0);
}

CONTRACT(a_read_is_one_transfer)
{
    struct sb_i2c *bus = open_it(c);
    uint8_t bytes[4] = {0, 0, 0, 0x55};

    c->i2c->memory[0x20] = 1;
    c->i2c->memory[0x21] = 2;
    c->i2c->memory[0x22] = 0xff;
    check_int(sb_i2c_write(bus, DEVICE, "\x20", 1), 0);
    (void)c->i2c->heard();
    check_int(sb_i2c_read(bus, DEVICE, bytes, 3), 0);
    check_text(c->i2c->heard(), "S | 50r+ | 01r+ | 02r+ | ffr- | P");
    check_true(memcmp(bytes, "\x01\x02\xff\x55", 4) == 0);
}

CONTRACT(a_write_and_a_read_have_no_stop_in_between)
{
    struct sb_i2c *bus = open_it(c);
    uint8_t bytes[2];

    c->i2c->memory[0x30] = 0x12;
    c->i2c->memory[0x31] = 0x34;
    check_int(sb_i2c_write_read(bus, DEVICE, "\x30", 1, bytes, 2), 0);
    check_text(c->i2c->heard(), "S | 50w+ | 30w+ | Sr | 50r+ | 12r+ | 34r- | P");
    check_true(memcmp(bytes, "\x12\x34", 2) == 0);
    check_counts(bus, 1, 0, 0);
}

CONTRACT(a_part_of_size_0_is_left_out)
{
    struct sb_i2c *bus = open_it(c);
    uint8_t byte;

    check_int(sb_i2c_write(bus, DEVICE, "\x40", 1), 0);
    (void)c->i2c->heard();
    c->i2c->memory[0x40] = 7;
    check_int(sb_i2c_write_read(bus, DEVICE, NULL, 0, &byte, 1), 0);
    check_text(c->i2c->heard(), "S | 50r+ | 07r- | P");
    check_int(byte, 7);
    check_int(sb_i2c_write_read(bus, DEVICE, "\x41", 1, NULL, 0), 0);
    check_text(c->i2c->heard(), "S | 50w+ | 41w+ | P");
}

CONTRACT(a_probe_writes_the_address_alone)
{
    struct sb_i2c *bus = open_it(c);

    check_int(sb_i2c_probe(bus, DEVICE), 0);
    check_int(sb_i2c_write(bus, DEVICE, NULL, 0), 0);
    check_int(sb_i2c_probe(bus, ABSENT), -ENXIO);
    check_text(c->i2c->heard(), "S | 50w+ | P | S | 50w+ | P | S | 51w- | P");
    check_counts(bus, 3, 1, 0);
}

/* ---- errors */

CONTRACT(nobody_at_the_address_is_enxio)
{
    struct sb_i2c *bus = open_it(c);
    uint8_t byte = 0x55;

    check_int(sb_i2c_write(bus, ABSENT, "\x10", 1), -ENXIO);
    check_int(sb_i2c_read(bus, ABSENT, &byte, 1), -ENXIO);
    check_int(sb_i2c_write_read(bus, ABSENT, "\x10", 1, &byte, 1), -ENXIO);
    check_text(c->i2c->heard(), "S | 51w- | P | S | 51r- | P | S | 51w- | P");
    check_counts(bus, 3, 3, 0);
    c->i2c->set_deaf(true);
    check_int(sb_i2c_probe(bus, DEVICE), -ENXIO);
    c->i2c->set_deaf(false);
    check_int(sb_i2c_probe(bus, DEVICE), 0);
}

CONTRACT(a_byte_that_is_not_acknowledged_is_eio)
{
    struct sb_i2c *bus = open_it(c);

    c->i2c->set_byte_limit(2);
    check_int(sb_i2c_write(bus, DEVICE, "\x00\x01\x02\x03", 4), -EIO);
    check_text(c->i2c->heard(), "S | 50w+ | 00w+ | 01w+ | 02w- | P");
    check_counts(bus, 1, 0, 1);
    c->i2c->set_byte_limit(0);
    check_int(sb_i2c_write(bus, DEVICE, "\x00\x01\x02\x03", 4), 0);
    check_counts(bus, 2, 0, 1);
}

CONTRACT(a_bus_that_is_held_is_eio)
{
    struct sb_i2c *bus = open_it(c);
    uint8_t byte;

    c->i2c->set_held(true);
    check_int(sb_i2c_write_read(bus, DEVICE, "\x00", 1, &byte, 1), -EIO);
    check_counts(bus, 1, 0, 1);
    c->i2c->set_held(false);
    check_int(sb_sleep_ms(100), 0);
    check_int(sb_i2c_probe(bus, DEVICE), 0);
}

CONTRACT(a_stretched_clock_is_waited_for)
{
    struct sb_i2c *bus = open_it(c);
    uint8_t bytes[2];

    c->i2c->memory[0x50] = 0xab;
    c->i2c->memory[0x51] = 0xcd;
    c->i2c->set_delay_ns(3 * SB_MS_NS);
    check_int(sb_i2c_write_read(bus, DEVICE, "\x50", 1, bytes, 2), 0);
    check_true(memcmp(bytes, "\xab\xcd", 2) == 0);
}

CONTRACT(what_no_bus_could_do_is_einval)
{
    static uint8_t bytes[SB_I2C_SIZE_MAX + 1];
    struct sb_i2c *bus = open_it(c);

    check_int(sb_i2c_write(bus, 0x80, bytes, 1), -EINVAL);
    check_int(sb_i2c_probe(bus, 0x150), -EINVAL);
    check_int(sb_i2c_write(bus, DEVICE, bytes, sizeof(bytes)), -EINVAL);
    check_int(sb_i2c_read(bus, DEVICE, bytes, sizeof(bytes)), -EINVAL);
    check_int(sb_i2c_write_read(bus, DEVICE, bytes, 1, bytes, sizeof(bytes)), -EINVAL);
    check_text(c->i2c->heard(), "");
    check_counts(bus, 0, 0, 0);
}

CONTRACT(the_largest_transfer_goes_through)
{
    static uint8_t out[SB_I2C_SIZE_MAX];
    static uint8_t in[SB_I2C_SIZE_MAX];
    struct sb_i2c *bus = open_it(c);
    bool is_good = true;

    for (unsigned i = 0; i < sizeof(out); i++)
        out[i] = (uint8_t)(i * 3);
    check_int(sb_i2c_write(bus, DEVICE, out, sizeof(out)), 0);
    check_int(sb_i2c_read(bus, DEVICE, in, sizeof(in)), 0);
    /* The memory has 256 bytes; the first byte said where. */
    for (unsigned i = 0; i < sizeof(in); i++)
        is_good = is_good && in[i] == c->i2c->memory[(i + sizeof(out) - 1) % 256];
    check_true(is_good);
    check_int(c->i2c->memory[(SB_I2C_SIZE_MAX - 2) % 256], out[SB_I2C_SIZE_MAX - 1]);
}

/* ---- tasks */

struct use {
    struct sb_i2c *bus;
    uint8_t at;
    uint8_t got[8];
    size_t count;     /* bytes that are read */
    int64_t limit_ms; /* 0: none */
    int64_t done_ns;
    struct sb_task task;
};

static int use_bus(void *arg)
{
    struct use *use = arg;
    struct sb_timeout timeout;
    int rc;

    if (use->limit_ms > 0)
        sb_timeout_begin_ms(&timeout, use->limit_ms);
    rc = sb_i2c_write_read(use->bus, DEVICE, &use->at, 1, use->got, use->count);
    if (use->limit_ms > 0)
        rc = sb_timeout_end(&timeout, rc);
    use->done_ns = sb_now_ns();
    return rc;
}

/* With a delay of 20 ms eight bytes take 160 ms: long enough for a machine that is busy. */
static void start_use(struct use *use, struct sb_i2c *bus, uint8_t at, size_t count,
                      int64_t limit_ms)
{
    *use = (struct use){.bus = bus, .at = at, .count = count, .limit_ms = limit_ms};
    check_int(sb_spawn(&use->task, "user", use_bus, use), 0);
}

static int joined(struct use *use)
{
    int result = -1;

    check_int(sb_join(&use->task, &result), 0);
    return result;
}

CONTRACT(tasks_take_turns_first_come_first_a_whole_transfer_each)
{
    struct sb_i2c *bus = open_it(c);
    struct use uses[3];

    c->i2c->set_delay_ns(1 * SB_MS_NS);
    for (unsigned i = 0; i < 6; i++)
        c->i2c->memory[0x10 + i] = (uint8_t)(0xa0 + i);
    for (unsigned i = 0; i < 3; i++)
        start_use(&uses[i], bus, (uint8_t)(0x14 - 2 * i), 2, 0);
    for (unsigned i = 0; i < 3; i++) {
        check_int(joined(&uses[i]), 0);
        check_int(uses[i].got[0], 0xa4 - 2 * i);
        check_int(uses[i].got[1], 0xa5 - 2 * i);
    }
    check_text(c->i2c->heard(), "S | 50w+ | 14w+ | Sr | 50r+ | a4r+ | a5r- | P | "
                                "S | 50w+ | 12w+ | Sr | 50r+ | a2r+ | a3r- | P | "
                                "S | 50w+ | 10w+ | Sr | 50r+ | a0r+ | a1r- | P");
    check_true(uses[0].done_ns < uses[1].done_ns && uses[1].done_ns < uses[2].done_ns);
    check_counts(bus, 3, 0, 0);
}

CONTRACT(other_tasks_go_on_during_a_transfer)
{
    struct sb_i2c *bus = open_it(c);
    struct use use;
    unsigned turns = 0;

    c->i2c->set_delay_ns(20 * SB_MS_NS);
    start_use(&use, bus, 0, 8, 0);
    while (use.done_ns == 0 && turns < 1000) {
        check_int(sb_sleep_ms(1), 0);
        turns++;
    }
    check_int(joined(&use), 0);
    check_true(turns > 2 && turns < 1000);
}

CONTRACT(who_waits_for_its_turn_can_be_cancelled)
{
    struct sb_i2c *bus = open_it(c);
    struct use first;
    struct use second;
    struct use third;

    c->i2c->set_delay_ns(20 * SB_MS_NS);
    start_use(&first, bus, 0x10, 8, 0);
    start_use(&second, bus, 0x20, 8, 0);
    start_use(&third, bus, 0x30, 8, 10);
    check_int(sb_sleep_ms(5), 0);
    sb_task_cancel(&second.task);
    check_int(joined(&second), -ECANCELED);
    check_int(joined(&third), -ETIMEDOUT);
    check_int(first.done_ns, 0);
    check_int(joined(&first), 0);
    check_text(c->i2c->heard(), "S | 50w+ | 10w+ | Sr | 50r+ | 00r+ | 00r+ | 00r+ | 00r+ | "
                                "00r+ | 00r+ | 00r+ | 00r- | P");
    check_counts(bus, 1, 0, 0);
}

/* Waits until something has gone over the bus. */
static void await_begin(struct contract *c)
{
    for (int i = 0; i < 2000; i++) {
        if (c->i2c->heard()[0] != '\0')
            return;
        check_int(sb_sleep_ms(1), 0);
    }
    check_true(false);
}

/* It has come to a STOP, or not begun; how much there is of it differs: a kernel's transfer ends in its own time. */
static void check_free(struct contract *c, struct sb_i2c *bus)
{
    const char *heard = c->i2c->heard();
    uint8_t byte = 0;

    check_true(heard[0] == '\0' || strcmp(heard + strlen(heard) - 1, "P") == 0);
    c->i2c->set_delay_ns(0);
    check_int(sb_i2c_write_read(bus, DEVICE, "\x30", 1, &byte, 1), 0);
    check_int(byte, 0x77);
    check_text(c->i2c->heard(), "S | 50w+ | 30w+ | Sr | 50r+ | 77r- | P");
    check_counts(bus, 2, 0, 0);
}

CONTRACT(the_bus_is_free_when_a_transfer_was_cancelled)
{
    struct sb_i2c *bus = open_it(c);
    struct use use;

    c->i2c->memory[0x30] = 0x77;
    c->i2c->set_delay_ns(20 * SB_MS_NS);
    start_use(&use, bus, 0x10, 8, 0);
    await_begin(c);
    sb_task_cancel(&use.task);
    check_int(joined(&use), -ECANCELED);
    check_free(c, bus);
}

CONTRACT(the_bus_is_free_when_a_transfer_timed_out)
{
    struct sb_i2c *bus = open_it(c);
    struct use use;

    c->i2c->memory[0x30] = 0x77;
    c->i2c->set_delay_ns(20 * SB_MS_NS);
    start_use(&use, bus, 0x10, 8, 10);
    check_int(joined(&use), -ETIMEDOUT);
    check_free(c, bus);
}

CONTRACT(the_turn_passes_on_when_a_transfer_was_cancelled)
{
    struct sb_i2c *bus = open_it(c);
    struct use first;
    struct use second;

    c->i2c->set_delay_ns(20 * SB_MS_NS);
    start_use(&first, bus, 0x10, 8, 0);
    start_use(&second, bus, 0x20, 2, 0);
    await_begin(c);
    sb_task_cancel(&first.task);
    check_int(joined(&first), -ECANCELED);
    check_int(joined(&second), 0);
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(all_who_open_a_bus_share_a_handle_and_its_counts),
    CONTRACT_TEST(a_bus_is_given_back_with_the_last_close),
    CONTRACT_TEST(a_bus_has_the_names_that_people_use),
    CONTRACT_TEST(a_bus_that_the_board_does_not_have_is_enoent),
    CONTRACT_TEST(a_write_is_one_transfer),
    CONTRACT_TEST(a_read_is_one_transfer),
    CONTRACT_TEST(a_write_and_a_read_have_no_stop_in_between),
    CONTRACT_TEST(a_part_of_size_0_is_left_out),
    CONTRACT_TEST(a_probe_writes_the_address_alone),
    CONTRACT_TEST(nobody_at_the_address_is_enxio),
    CONTRACT_TEST(a_byte_that_is_not_acknowledged_is_eio),
    CONTRACT_TEST(a_bus_that_is_held_is_eio),
    CONTRACT_TEST(a_stretched_clock_is_waited_for),
    CONTRACT_TEST(what_no_bus_could_do_is_einval),
    CONTRACT_TEST(the_largest_transfer_goes_through),
    CONTRACT_TEST(tasks_take_turns_first_come_first_a_whole_transfer_each),
    CONTRACT_TEST(other_tasks_go_on_during_a_transfer),
    CONTRACT_TEST(who_waits_for_its_turn_can_be_cancelled),
    CONTRACT_TEST(the_bus_is_free_when_a_transfer_was_cancelled),
    CONTRACT_TEST(the_bus_is_free_when_a_transfer_timed_out),
    CONTRACT_TEST(the_turn_passes_on_when_a_transfer_was_cancelled),
};

CONTRACT_TESTS(i2c_contract, "i2c");
