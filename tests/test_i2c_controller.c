/* SPDX-License-Identifier: MIT */
/* The simulated controller against a simulated device: what goes over the bus, when, and what ends it. */
#include "sim/bus/i2c_controller.h"

#include <errno.h>
#include <string.h>

#include "lib/timeout.h"
#include "tests/i2c_rig.h"
#include "tests/support.h"

static struct i2c_rig rig;

/* ---- transfers */

TASK_TEST(what_was_written_is_read_back)
{
    const uint8_t out[] = {0x10, 0xde, 0xad, 0x00, 0xff};
    uint8_t in[4] = {0};

    (void)arg;
    i2c_rig_open(&rig, NULL);
    rig.is_noted = true;
    check_int(sb_i2c_write(rig.bus, I2C_RIG_ADDRESS, out, sizeof(out)), 0);
    check_int(sb_i2c_write_read(rig.bus, I2C_RIG_ADDRESS, out, 1, in, sizeof(in)), 0);
    check_int(memcmp(in, out + 1, sizeof(in)), 0);
    check_text(notes(), "S | 50w+ | 10w+ | dew+ | adw+ | 00w+ | ffw+ | P | "
                        "S | 50w+ | 10w+ | Sr | 50r+ | der+ | adr+ | 00r+ | ffr- | P");
    check_true(i2c_rig_is_idle(&rig));
    check_int(i2c_rig_violations(&rig), 0);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(a_read_without_a_write_goes_on_from_the_last)
{
    uint8_t in[2] = {0};

    (void)arg;
    i2c_rig_open(&rig, NULL);
    rig.memory[0] = 0x12;
    rig.memory[1] = 0x34;
    rig.memory[2] = 0x56;
    check_int(sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, 2), 0);
    check_int(in[0] << 8 | in[1], 0x1234);
    check_int(sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, 1), 0);
    check_int(in[0], 0x56);
    check_true(i2c_rig_is_idle(&rig));
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(who_does_not_acknowledge_its_address_is_not_there)
{
    const uint8_t out[] = {0, 1};
    uint8_t in[1];

    (void)arg;
    i2c_rig_open(&rig, NULL);
    rig.is_noted = true;
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), 0);
    check_int(sb_i2c_probe(rig.bus, 0x51), -ENXIO);
    check_int(sb_i2c_write(rig.bus, 0x51, out, 2), -ENXIO);
    check_int(sb_i2c_read(rig.bus, 0x51, in, 1), -ENXIO);
    rig.is_deaf = true;
    check_int(sb_i2c_write_read(rig.bus, I2C_RIG_ADDRESS, out, 2, in, 1), -ENXIO);
    check_text(notes(), "S | 50w+ | P | S | 51w- | P | S | 51w- | P | S | 51r- | P | S | 50w- | P");
    check_true(i2c_rig_is_idle(&rig));
    check_int(rig.bus->nack_count, 4);
    check_int(i2c_rig_violations(&rig), 0);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(a_byte_that_is_not_acknowledged_is_an_error_and_the_end)
{
    const uint8_t out[] = {0, 1, 2, 3};

    (void)arg;
    i2c_rig_open(&rig, NULL);
    rig.is_noted = true;
    rig.byte_limit = 2;
    check_int(sb_i2c_write(rig.bus, I2C_RIG_ADDRESS, out, sizeof(out)), -EIO);
    check_text(notes(), "S | 50w+ | 00w+ | 01w+ | 02w- | P");
    check_int(rig.bus->error_count, 1);
    check_true(i2c_rig_is_idle(&rig));
    i2c_rig_close(&rig);
    return 0;
}

/* Two bytes are 20 us START, 2 x 90 us, 15 us to the STOP, at 100 kHz. */
TASK_TEST(the_clock_has_its_rate_to_the_nanosecond)
{
    const uint8_t out[] = {0};

    (void)arg;
    i2c_rig_open(&rig, NULL);
    check_int(rig.bus->clock_hz, 100000);
    check_int(sb_i2c_write(rig.bus, I2C_RIG_ADDRESS, out, 1), 0);
    check_int(sb_now_ns(), 5000 + 2 * 9 * 10000 + 10000);
    i2c_rig_close(&rig);
    i2c_rig_open(&rig, &(struct i2c_rig_config){.clock = "400000"});
    check_int(rig.bus->clock_hz, 400000);
    check_int(sb_i2c_write(rig.bus, I2C_RIG_ADDRESS, out, 1), 0);
    check_int(sb_now_ns(), 195000 + 1000 + 2 * 9 * 2500 + 2500);
    check_int(i2c_rig_violations(&rig), 0);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(transfers_in_a_row_keep_the_times_of_both_modes)
{
    static const char *const clocks[] = {"100000", "400000"};
    const uint8_t out[] = {0x55, 0xaa, 0x00, 0xff};
    uint8_t in[4];

    (void)arg;
    for (int i = 0; i < 2; i++) {
        i2c_rig_open(&rig, &(struct i2c_rig_config){.clock = clocks[i]});
        if (i == 0)
            sb_i2c_target_set_slow(&rig.target); /* Standard-mode is what is examined */
        for (int j = 0; j < 3; j++) {
            check_int(sb_i2c_write(rig.bus, I2C_RIG_ADDRESS, out, 4), 0);
            check_int(sb_i2c_write_read(rig.bus, I2C_RIG_ADDRESS, out, 1, in, 3), 0);
            check_int(in[0] << 16 | in[1] << 8 | in[2], 0xaa00ff);
            check_int(sb_i2c_probe(rig.bus, 0x21), -ENXIO);
        }
        check_int(i2c_rig_violations(&rig), 0);
        i2c_rig_close(&rig);
    }
    return 0;
}

static int spin(void *arg)
{
    (void)arg;
    for (int i = 0; i < 20; i++) {
        sb_delay_us(37);
        sb_yield();
    }
    return 0;
}

/* As hardware would, the controller goes on while a task holds the processor. */
TASK_TEST(tasks_that_let_time_pass_do_not_slow_the_bus)
{
    struct sb_task task;
    uint8_t out[4] = {0};

    (void)arg;
    i2c_rig_open(&rig, NULL);
    sb_spawn(&task, "spin", spin, NULL);
    check_int(sb_i2c_write(rig.bus, I2C_RIG_ADDRESS, out, 4), 0);
    check_int(rig.stop_ns, 5000 + 5 * 9 * 10000 + 10000);
    sb_join(&task, NULL);
    i2c_rig_close(&rig);
    return 0;
}

/* ---- stretching */

TASK_TEST(a_clock_that_is_stretched_is_waited_for)
{
    uint8_t in[2] = {0};

    (void)arg;
    i2c_rig_open(&rig, NULL);
    sb_i2c_target_set_slow(&rig.target);
    rig.memory[0] = 0x80; /* its first bit differs from what SDA is while it waits */
    rig.memory[1] = 0x01;
    rig.stretch_ns = 20 * SB_MS_NS;
    check_int(sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, 2), 0);
    check_int(in[0] << 8 | in[1], 0x8001);
    check_true(sb_now_ns() > 40 * SB_MS_NS);
    rig.stretch_ns = 1000; /* shorter than SCL is low anyway */
    check_int(sb_i2c_write_read(rig.bus, I2C_RIG_ADDRESS, (uint8_t[]){0}, 1, in, 2), 0);
    check_int(in[0] << 8 | in[1], 0x8001);
    check_int(i2c_rig_violations(&rig), 0);
    check_true(i2c_rig_is_idle(&rig));
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(a_stretch_of_35_ms_is_the_longest)
{
    uint8_t in[1] = {0};
    int64_t begin_ns;

    (void)arg;
    i2c_rig_open(&rig, NULL);
    rig.memory[0] = 0x5a;
    rig.memory[1] = 0x7e;
    /* It counts from the acknowledge, 15 us before SCL is let go; the device adds 1.25 us of setup. */
    rig.stretch_ns = 35 * SB_MS_NS + 15000 - 1250 - 1;
    check_int(sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, 1), 0);
    check_int(in[0], 0x5a);
    rig.stretch_ns += 2;
    begin_ns = sb_now_ns() + 5000; /* the bus is free for 5 us */
    check_int(sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, 1), -EIO);
    check_int(sb_now_ns() - begin_ns, 5000 + 90000 + 5000 + 35 * SB_MS_NS);
    check_int(rig.bus->error_count, 1);
    i2c_rig_close(&rig);
    return 0;
}

/* The device waits for clocks with its first bit, a 0, on SDA: nine clocks and a STOP bring it back. */
TASK_TEST(after_a_stretch_that_was_too_long_the_bus_recovers)
{
    uint8_t in[1] = {0};

    (void)arg;
    i2c_rig_open(&rig, NULL);
    rig.memory[0] = 0x0f;
    rig.stretch_ns = 50 * SB_MS_NS;
    check_int(sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, 1), -EIO);
    check_int(sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, 1), -EIO);
    sb_sleep_ms(10);
    rig.stretch_ns = 0;
    rig.at = 0;
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), 0);
    rig.at = 0;
    check_int(sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, 1), 0);
    check_int(in[0], 0x0f);
    check_true(i2c_rig_is_idle(&rig));
    i2c_rig_close(&rig);
    return 0;
}

/* ---- lines that do not do as they are told */

TASK_TEST(a_stuck_bus_costs_one_transfer)
{
    const uint8_t out[] = {3, 0x77};
    uint8_t in[1];

    (void)arg;
    i2c_rig_open(&rig, NULL);
    sb_i2c_target_set_stuck(&rig.target, true);
    sb_sleep_ms(1);
    check_int(sb_i2c_write(rig.bus, I2C_RIG_ADDRESS, out, 2), -EIO);
    check_true(i2c_rig_is_idle(&rig));
    check_int(sb_i2c_write(rig.bus, I2C_RIG_ADDRESS, out, 2), 0);
    check_int(sb_i2c_write_read(rig.bus, I2C_RIG_ADDRESS, out, 1, in, 1), 0);
    check_int(in[0], 0x77);
    check_int(i2c_rig_violations(&rig), 0); /* nobody can be blamed */
    i2c_rig_close(&rig);
    return 0;
}

static int write_task(void *arg)
{
    const uint8_t out[] = {0xff, 0xf0, 0x0f, 0xff};

    (void)arg;
    return sb_i2c_write(rig.bus, I2C_RIG_ADDRESS, out, 4);
}

/* At whatever bit: the transfer fails, or was over, and the next one works. */
TASK_TEST(a_bus_that_gets_stuck_in_a_transfer_is_freed_wherever_that_happens)
{
    struct sb_task task;
    int rc = 0;

    (void)arg;
    for (int64_t us = 1; us < 500; us += 7) {
        i2c_rig_open(&rig, NULL);
        sb_spawn(&task, "write", write_task, NULL);
        sb_sleep_us(us);
        sb_i2c_target_set_stuck(&rig.target, true);
        sb_join(&task, &rc);
        check_true(rc == -EIO || rc == -ENXIO || (rc == 0 && us > 460));
        rc = sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS);
        if (rc == -EIO)
            rc = sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS);
        check_int(rc, 0);
        check_true(i2c_rig_is_idle(&rig));
        check_text(i2c_rig_violation(&rig), "");
        i2c_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(a_line_that_stays_low_fails_every_transfer_and_is_let_go)
{
    (void)arg;
    i2c_rig_open(&rig, NULL);
    sb_terminal_drive(rig.other_sda, SB_STRENGTH_STRONG, false);
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), -EIO);
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), -EIO);
    check_int(sb_terminal_level(rig.device_scl), SB_LEVEL_HIGH);
    sb_terminal_drive(rig.other_sda, SB_STRENGTH_NONE, false);
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), 0);
    sb_terminal_drive(rig.other_scl, SB_STRENGTH_STRONG, false);
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), -EIO);
    check_int(sb_terminal_level(rig.device_sda), SB_LEVEL_HIGH);
    sb_terminal_drive(rig.other_scl, SB_STRENGTH_NONE, false);
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), 0);
    check_true(i2c_rig_is_idle(&rig));
    i2c_rig_close(&rig);
    return 0;
}

/* ---- cancel and timeout */

static int write_read_task(void *arg)
{
    const uint8_t out[] = {0x20, 0x96};
    uint8_t in[2];

    (void)arg;
    return sb_i2c_write_read(rig.bus, I2C_RIG_ADDRESS, out, 2, in, 2);
}

/* 6 address and data bytes, two STARTs, a STOP: 590 us. */
TASK_TEST(a_transfer_cancelled_at_any_microsecond_leaves_the_bus_good)
{
    struct sb_task task;
    uint8_t in[2];
    int done = 0;
    int rc = 0;

    (void)arg;
    for (int64_t us = 0; us < 600; us++) {
        int64_t cancelled_ns;

        i2c_rig_open(&rig, NULL);
        sb_i2c_target_set_slow(&rig.target);
        memset(rig.memory, 0x0f, sizeof(rig.memory)); /* the bits that it sends hold SDA low */
        sb_spawn(&task, "transfer", write_read_task, NULL);
        sb_sleep_us(us);
        cancelled_ns = sb_now_ns();
        sb_task_cancel(&task);
        sb_join(&task, &rc);
        check_true(rc == -ECANCELED || rc == 0);
        done += rc == 0;
        check_true(sb_now_ns() - cancelled_ns <= 300000); /* three bytes and a STOP at most */
        check_true(i2c_rig_is_idle(&rig));
        check_int(sb_i2c_write_read(rig.bus, I2C_RIG_ADDRESS, (uint8_t[]){0x30}, 1, in, 2), 0);
        check_int(in[0] << 8 | in[1], 0x0f0f);
        check_int(i2c_rig_violations(&rig), 0);
        i2c_rig_close(&rig);
    }
    check_true(done > 0 && done < 200);
    return 0;
}

static int long_read_task(void *arg)
{
    uint8_t in[100];

    (void)arg;
    return sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, sizeof(in));
}

TASK_TEST(a_long_transfer_ends_soon_after_its_cancel)
{
    struct sb_task task;
    int rc = 0;

    (void)arg;
    i2c_rig_open(&rig, NULL);
    sb_spawn(&task, "read", long_read_task, NULL);
    sb_sleep_ms(2);
    sb_task_cancel(&task);
    sb_join(&task, &rc);
    check_int(rc, -ECANCELED);
    check_true(sb_now_ns() < 2 * SB_MS_NS + 200000);
    check_true(i2c_rig_is_idle(&rig));
    check_int(rig.bus->error_count, 0);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(a_timeout_ends_a_transfer_with_a_stop_too)
{
    struct sb_timeout timeout;
    uint8_t in[100];

    (void)arg;
    i2c_rig_open(&rig, NULL);
    sb_timeout_begin_ms(&timeout, 1);
    check_int(sb_timeout_end(&timeout, sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, sizeof(in))),
              -ETIMEDOUT);
    check_true(sb_now_ns() >= SB_MS_NS && sb_now_ns() < SB_MS_NS + 200000);
    check_true(i2c_rig_is_idle(&rig));
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), 0);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(a_cancel_while_the_clock_is_stretched_waits_for_its_end)
{
    struct sb_task task;
    int rc = 0;

    (void)arg;
    i2c_rig_open(&rig, NULL);
    rig.stretch_ns = 10 * SB_MS_NS;
    sb_spawn(&task, "read", long_read_task, NULL);
    sb_sleep_ms(3);
    sb_task_cancel(&task);
    sb_join(&task, &rc);
    check_int(rc, -ECANCELED);
    check_true(sb_now_ns() > 10 * SB_MS_NS && sb_now_ns() < 11 * SB_MS_NS);
    check_true(i2c_rig_is_idle(&rig));
    i2c_rig_close(&rig);
    return 0;
}

/* SCL is low before it begins: it waits, and may go away without having touched a line. */
TASK_TEST(a_transfer_that_has_not_begun_is_given_up_at_once)
{
    struct sb_task task;
    int rc = 0;

    (void)arg;
    i2c_rig_open(&rig, NULL);
    sb_terminal_drive(rig.other_scl, SB_STRENGTH_STRONG, false);
    sb_spawn(&task, "write", write_task, NULL);
    sb_sleep_ms(3);
    sb_task_cancel(&task);
    sb_join(&task, &rc);
    check_int(rc, -ECANCELED);
    check_int(sb_now_ns(), 3 * SB_MS_NS);
    sb_terminal_drive(rig.other_scl, SB_STRENGTH_NONE, false);
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), 0);
    i2c_rig_close(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(a_read_without_a_write_goes_on_from_the_last),
        cmocka_unit_test(who_does_not_acknowledge_its_address_is_not_there),
        cmocka_unit_test(a_byte_that_is_not_acknowledged_is_an_error_and_the_end),
        cmocka_unit_test(the_clock_has_its_rate_to_the_nanosecond),
        cmocka_unit_test(transfers_in_a_row_keep_the_times_of_both_modes),
        cmocka_unit_test(tasks_that_let_time_pass_do_not_slow_the_bus),
        cmocka_unit_test(a_clock_that_is_stretched_is_waited_for),
        cmocka_unit_test(a_stretch_of_35_ms_is_the_longest),
        cmocka_unit_test(after_a_stretch_that_was_too_long_the_bus_recovers),
        cmocka_unit_test(a_stuck_bus_costs_one_transfer),
        cmocka_unit_test(a_bus_that_gets_stuck_in_a_transfer_is_freed_wherever_that_happens),
        cmocka_unit_test(a_line_that_stays_low_fails_every_transfer_and_is_let_go),
        cmocka_unit_test(a_transfer_cancelled_at_any_microsecond_leaves_the_bus_good),
        cmocka_unit_test(a_long_transfer_ends_soon_after_its_cancel),
        cmocka_unit_test(a_timeout_ends_a_transfer_with_a_stop_too),
        cmocka_unit_test(a_cancel_while_the_clock_is_stretched_waits_for_its_end),
        cmocka_unit_test(a_transfer_that_has_not_begun_is_given_up_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
