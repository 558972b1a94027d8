/* SPDX-License-Identifier: MIT */
/* Transfers of a simulated SPI bus: turns of its devices, and what ends a transfer early. */
#include <errno.h>

#include "lib/timeout.h"
#include "sim/bus/spi_controller.h"
#include "tests/spi_rig.h"
#include "tests/support.h"

static struct spi_rig rig;

/* ---- devices of one bus */

SPI_TEST(a_clock_that_idles_otherwise_changes_half_a_period_before_the_select)
{
    struct sb_spi *a;
    struct sb_spi *b;

    a = spi_rig_device(&rig, "spi0.0", &(struct sb_spi_config){.clock_hz = 500000});
    b = spi_rig_device(&rig, "spi0.1", &(struct sb_spi_config){.mode = 3});
    check_text(notes(), "0 mosi=0 | 0 cs0=1 | 0 sclk=0 | 0 cs1=1 | 0 sclk=1");
    notes_clear();
    check_int(sb_spi_transfer(a, NULL, NULL, 0), 0);
    check_int(sb_spi_transfer(b, NULL, NULL, 0), 0);
    check_text(notes(), "1000 sclk=0 | 2000 cs0=0 | 4000 cs0=1 | "
                        "5000 sclk=1 | 5500 cs1=0 | 6500 cs1=1");
}

struct sending {
    struct sb_spi *spi;
    size_t size;
    struct sb_task task;
};

static int send_zeros(void *arg)
{
    struct sending *sending = arg;

    return sb_spi_transfer(sending->spi, NULL, NULL, sending->size);
}

static void start_sending(struct sending *sending, struct sb_spi *spi, size_t size)
{
    *sending = (struct sending){.spi = spi, .size = size};
    check_int(sb_spawn(&sending->task, "transfer", send_zeros, sending), 0);
}

static int sent(struct sending *sending)
{
    int rc = -1;

    check_int(sb_join(&sending->task, &rc), 0);
    return rc;
}

SPI_TEST(devices_of_a_bus_take_turns_half_a_period_apart)
{
    struct sending sendings[3];
    struct sb_spi *a;
    struct sb_spi *b;

    a = spi_rig_device(&rig, "spi0.0", NULL);
    b = spi_rig_device(&rig, "spi0.1", &(struct sb_spi_config){.clock_hz = 500000});
    rig.noted = 1u << SPI_CS0 | 1u << SPI_CS1;
    notes_clear();
    start_sending(&sendings[0], b, 1);
    start_sending(&sendings[1], a, 2);
    start_sending(&sendings[2], b, 1);
    for (unsigned i = 0; i < 3; i++)
        check_int(sent(&sendings[i]), 0);
    check_text(notes(), "1000 cs1=0 | 18000 cs1=1 | 19000 cs0=0 | 35500 cs0=1 | "
                        "36000 cs1=0 | 53000 cs1=1");
}

SPI_TEST(a_device_that_is_opened_during_a_transfer_does_not_touch_the_clock)
{
    struct sending sending;

    start_sending(&sending, spi_rig_device(&rig, "spi0.0", NULL), 1);
    rig.edge_count = 0;
    check_int(sb_sleep_ns(3700), 0); /* it is low */
    (void)spi_rig_device(&rig, "spi0.1", &(struct sb_spi_config){.mode = 3});
    check_text(spi_rig_levels(&rig), "0001");
    check_int(sent(&sending), 0);
    check_int(rig.edge_count, 16);
    check_int(sb_now_ns(), 9000);
    check_text(spi_rig_levels(&rig), "0011");
}

SPI_TEST(two_buses_work_at_the_same_time)
{
    struct sending sendings[2];

    start_sending(&sendings[0], spi_rig_device(&rig, "spi0.0", NULL), 10);
    start_sending(&sendings[1], spi_rig_device(&rig, "spi1.2", NULL), 10);
    check_int(sent(&sendings[0]), 0);
    check_int(sent(&sendings[1]), 0);
    check_int(sb_now_ns(), 81000);
}

/* ---- cancel, time limits, faults */

/* 3 bytes at 1 MHz are over after 25 us. It is idle 9 us after the cancel at the latest, and good for more. */
TASK_TEST(a_cancel_at_any_time_ends_with_the_byte_and_leaves_the_bus_free)
{
    unsigned done = 0;

    (void)arg;
    for (int64_t at_ns = 0; at_ns < 26000; at_ns += 250) {
        struct sending sending;
        struct sb_spi *spi;
        int64_t cancelled_ns;
        uint8_t in = 0;
        int rc;

        spi_rig_open(&rig, &(struct spi_rig_config){.is_looped = true});
        rig.noted = 0;
        spi = spi_rig_device(&rig, "spi0.0", NULL);
        start_sending(&sending, spi, 3);
        rig.edge_count = 0;
        sb_sleep_ns(at_ns);
        cancelled_ns = sb_now_ns();
        sb_task_cancel(&sending.task);
        rc = sent(&sending);
        done += rc == 0;
        check_true(rc == -ECANCELED || rc == 0);
        check_true(rc == 0 ? rig.edge_count == 48 : rig.edge_count < 48);
        check_int(rig.edge_count % 16, 0);
        check_true(sb_now_ns() - cancelled_ns <= 9000);
        check_text(spi_rig_levels(&rig), "001z");
        check_int(sb_spi_transfer(spi, "\x5a", &in, 1), 0);
        check_int(in, 0x5a);
        check_int(spi->error_count, 0);
        spi_rig_close(&rig);
    }
    check_true(done > 4 && done < 40);
    return 0;
}

SPI_TEST(a_cancel_before_the_select_leaves_the_wires_alone)
{
    struct sending sending;
    struct sb_spi *spi = spi_rig_device(&rig, "spi0.0", NULL);

    notes_clear();
    start_sending(&sending, spi, 1);
    check_int(sb_sleep_ns(499), 0);
    sb_task_cancel(&sending.task);
    check_int(sent(&sending), -ECANCELED);
    check_int(sb_now_ns(), 499);
    check_int(sb_sleep_ms(1), 0);
    check_text(notes(), "");
}

SPI_TEST(a_cancel_after_the_clock_has_changed_its_idle_level_selects_nobody)
{
    struct sending sending;
    struct sb_spi *spi = spi_rig_device(&rig, "spi0.0", NULL);

    (void)spi_rig_device(&rig, "spi0.1", &(struct sb_spi_config){.mode = 3});
    notes_clear();
    start_sending(&sending, spi, 1);
    check_int(sb_sleep_ns(700), 0);
    sb_task_cancel(&sending.task);
    check_int(sent(&sending), -ECANCELED);
    check_int(sb_now_ns(), 700);
    check_int(sb_sleep_ms(1), 0);
    check_text(notes(), "500 sclk=0");
}

SPI_TEST(a_cancel_before_the_first_edge_deselects_without_one)
{
    struct sending sending;
    struct sb_spi *spi = spi_rig_device(&rig, "spi0.0", NULL);

    notes_clear();
    start_sending(&sending, spi, 1);
    check_int(sb_sleep_ns(700), 0);
    sb_task_cancel(&sending.task);
    check_int(sent(&sending), -ECANCELED);
    check_text(notes(), "500 cs0=0 | 1500 cs0=1");
}

SPI_TEST(a_time_limit_ends_a_transfer_with_its_byte)
{
    struct sb_timeout timeout;
    struct sb_spi *spi = spi_rig_device(&rig, "spi0.0", &(struct sb_spi_config){.clock_hz = 8000});

    rig.noted = 1u << SPI_CS0;
    notes_clear();
    sb_timeout_begin_ms(&timeout, 10);
    check_int(sb_timeout_end(&timeout, sb_spi_transfer(spi, NULL, NULL, 100)), -ETIMEDOUT);
    /* 62.5 us to the select, then 10 bytes of 1 ms */
    check_text(notes(), "62500 cs0=0 | 10125000 cs0=1");
}

SPI_TEST(who_waits_for_another_device_of_the_bus_can_be_cancelled)
{
    struct sending sendings[2];

    start_sending(&sendings[0], spi_rig_device(&rig, "spi0.0", NULL), 100);
    start_sending(&sendings[1], spi_rig_device(&rig, "spi0.1", NULL), 1);
    check_int(sb_sleep_us(10), 0);
    rig.noted = 1u << SPI_CS0 | 1u << SPI_CS1;
    notes_clear();
    sb_task_cancel(&sendings[1].task);
    check_int(sent(&sendings[1]), -ECANCELED);
    check_int(sb_now_ns(), 10000);
    check_int(sent(&sendings[0]), 0);
    check_text(notes(), "801000 cs0=1");
}

static unsigned stuck(void)
{
    return (unsigned)sb_part_fault_find(sb_world_controller(rig.world), "spi-stuck");
}

SPI_TEST(a_clock_that_stands_still_is_an_error_after_a_while)
{
    struct sb_spi *spi = spi_rig_device(&rig, "spi0.0", NULL);

    notes_clear();
    sb_part_fault_begin(sb_world_controller(rig.world), stuck());
    check_int(sb_spi_transfer(spi, NULL, (uint8_t[10]){0}, 10), -EIO);
    /* twice 80 us, and 200 ms */
    check_text(notes(), "500 cs0=0 | 200161500 cs0=1");
    check_int(spi->error_count, 1);
    sb_part_fault_end(sb_world_controller(rig.world), stuck());
    check_int(sb_spi_transfer(spi, NULL, NULL, 10), 0);
    check_int(spi_rig_violations(&rig), 0);
}

SPI_TEST(a_cancel_while_the_clock_stands_still_deselects)
{
    struct sending sending;
    struct sb_spi *spi = spi_rig_device(&rig, "spi0.0", NULL);

    notes_clear();
    sb_part_fault_begin(sb_world_controller(rig.world), stuck());
    start_sending(&sending, spi, 10);
    check_int(sb_sleep_us(50), 0);
    sb_task_cancel(&sending.task);
    check_int(sent(&sending), -ECANCELED);
    check_text(notes(), "500 cs0=0 | 50500 cs0=1");
    check_int(spi->error_count, 0);
}

/* Its timer must not outlive it. */
TASK_TEST(a_board_may_end_with_a_device_open)
{
    struct sb_spi *spi;

    (void)arg;
    spi_rig_open(&rig, NULL);
    spi = spi_rig_device(&rig, "spi0.0", NULL);
    check_int(sb_spi_transfer(spi, NULL, NULL, 1), 0);
    notes_clear();
    spi_rig_close(&rig);
    check_int(sb_sleep_ms(1), 0);
    check_text(notes(), "");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_that_idles_otherwise_changes_half_a_period_before_the_select),
        cmocka_unit_test(devices_of_a_bus_take_turns_half_a_period_apart),
        cmocka_unit_test(a_device_that_is_opened_during_a_transfer_does_not_touch_the_clock),
        cmocka_unit_test(two_buses_work_at_the_same_time),
        cmocka_unit_test(a_cancel_at_any_time_ends_with_the_byte_and_leaves_the_bus_free),
        cmocka_unit_test(a_cancel_before_the_select_leaves_the_wires_alone),
        cmocka_unit_test(a_cancel_after_the_clock_has_changed_its_idle_level_selects_nobody),
        cmocka_unit_test(a_cancel_before_the_first_edge_deselects_without_one),
        cmocka_unit_test(a_time_limit_ends_a_transfer_with_its_byte),
        cmocka_unit_test(who_waits_for_another_device_of_the_bus_can_be_cancelled),
        cmocka_unit_test(a_clock_that_stands_still_is_an_error_after_a_while),
        cmocka_unit_test(a_cancel_while_the_clock_stands_still_deselects),
        cmocka_unit_test(a_board_may_end_with_a_device_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
