/* SPDX-License-Identifier: MIT */
/*
 * What lib/hal/spi.h and lib/hal/board.h promise of SPI devices, on a bus whose input is wired to its output: what is on
 * the wires and how, what is refused, and turns.
 */
#include "tests/contract/contract.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/timeout.h"

static const struct sb_spi_config slow = {.clock_hz = 8000};

static struct sb_spi *open_device(struct contract *c, unsigned device,
                                  const struct sb_spi_config *config)
{
    struct sb_spi *spi = NULL;

    if (sb_board_spi(c->board, c->spi->devices[device], config, &spi) < 0)
        check_text(sb_board_error(c->board), "");
    (void)c->spi->heard();
    return spi;
}

/* ---- names and settings */

CONTRACT(a_device_has_a_name_and_its_settings)
{
    struct sb_spi_config config = {.clock_hz = 2000000, .mode = 3};
    struct sb_spi *spi = open_device(c, 0, &config);

    config.mode = 1;
    check_text(spi->name, c->spi->devices[0]);
    check_true(spi->board == c->board);
    check_int(spi->config.clock_hz, 2000000);
    check_int(spi->config.mode, 3);
}

CONTRACT(without_settings_it_is_mode_0_and_1_megahertz)
{
    struct sb_spi *spi = open_device(c, 0, NULL);

    check_int(spi->config.clock_hz, 1000000);
    check_int(spi->config.mode, 0);
    check_int(sb_spi_transfer(spi, "\x9f", NULL, 1), 0);
    check_text(c->spi->heard(), "cs0=0 | mode 0 1000000 Hz: 9f | cs0=1");
}

CONTRACT(a_device_that_the_board_does_not_have_is_enoent)
{
    static const char *const names[] = {"spi0.7", "spi9.0", "spi", "", "thermometer"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct sb_spi *spi = NULL;

        check_int(sb_board_spi(c->board, names[i], NULL, &spi), -ENOENT);
        check_error(c, "no SPI device");
        check_error(c, names[i]);
    }
}

CONTRACT(a_device_in_use_is_ebusy_by_any_name)
{
    char path[32];
    struct sb_spi *spi = open_device(c, 0, NULL);
    struct sb_spi *other = NULL;

    snprintf(path, sizeof(path), "/dev/spidev%s", c->spi->devices[0] + strlen("spi"));
    check_int(sb_board_spi(c->board, c->spi->devices[0], NULL, &other), -EBUSY);
    check_error(c, "in use already: close it first");
    check_int(sb_board_spi(c->board, path, NULL, &other), -EBUSY);
    check_int(sb_spi_transfer(spi, "\x01", NULL, 1), 0);
}

CONTRACT(a_closed_device_can_be_opened_with_other_settings)
{
    struct sb_spi *spi = open_device(c, 0, &(struct sb_spi_config){.mode = 3, .is_cs_high = true});

    check_int(sb_spi_transfer(spi, "\x01", NULL, 1), 0);
    sb_spi_close(spi);
    spi = open_device(c, 0, &(struct sb_spi_config){.mode = 1});
    check_int(spi->transfer_count, 0);
    check_int(sb_spi_transfer(spi, "\x02", NULL, 1), 0);
    check_text(c->spi->heard(), "cs0=0 | mode 1 1000000 Hz: 02 | cs0=1");
    sb_spi_close(spi);
    sb_spi_close(NULL);
}

CONTRACT(there_are_four_modes)
{
    struct sb_spi *spi = NULL;

    for (unsigned mode = 0; mode < 4; mode++) {
        char expected[64] = "cs0=0 | mode 0 500000 Hz: 55 | cs0=1";

        expected[13] = (char)('0' + (int)mode);
        spi = open_device(c, 0, &(struct sb_spi_config){.clock_hz = 500000, .mode = mode});
        check_int(sb_spi_transfer(spi, "\x55", NULL, 1), 0);
        check_text(c->spi->heard(), expected);
        sb_spi_close(spi);
    }
    check_int(sb_board_spi(c->board, c->spi->devices[0], &(struct sb_spi_config){.mode = 4}, &spi),
              -EINVAL);
    check_error(c, "modes 0 to 3");
}

CONTRACT(a_device_may_want_the_least_bit_first_and_a_high_select)
{
    struct sb_spi *spi =
        open_device(c, 0, &(struct sb_spi_config){.is_lsb_first = true, .is_cs_high = true});

    check_int(sb_spi_transfer(spi, "\x55", NULL, 1), 0);
    check_text(c->spi->heard(), "cs0=1 | mode 0 lsb 1000000 Hz: 55 | cs0=0");
}

CONTRACT(devices_of_a_bus_keep_their_own_settings)
{
    struct sb_spi *a = open_device(c, 0, &(struct sb_spi_config){.mode = 3});
    struct sb_spi *b = open_device(c, 1, &(struct sb_spi_config){.clock_hz = 200000});

    check_int(sb_spi_transfer(a, "\x01", NULL, 1), 0);
    check_int(sb_spi_transfer(b, "\x02", NULL, 1), 0);
    check_int(sb_spi_transfer(a, "\x03", NULL, 1), 0);
    check_text(c->spi->heard(), "cs0=0 | mode 3 1000000 Hz: 01 | cs0=1 | "
                                "cs1=0 | mode 0 200000 Hz: 02 | cs1=1 | "
                                "cs0=0 | mode 3 1000000 Hz: 03 | cs0=1");
    check_int(a->transfer_count, 2);
    check_int(b->transfer_count, 1);
}

/* ---- transfers */

CONTRACT(a_transfer_sends_and_receives_at_once)
{
    static const uint8_t out[] = {0x9f, 0x00, 0xff, 0x12};
    struct sb_spi *spi = open_device(c, 0, NULL);
    uint8_t in[5] = {0, 0, 0, 0, 0x77};

    check_int(sb_spi_transfer(spi, out, in, 4), 0);
    check_true(memcmp(in, out, 4) == 0);
    check_int(in[4], 0x77);
    check_text(c->spi->heard(), "cs0=0 | mode 0 1000000 Hz: 9f 00 ff 12 | cs0=1");
}

CONTRACT(one_buffer_may_be_sent_and_received_into)
{
    struct sb_spi *spi = open_device(c, 0, NULL);
    uint8_t bytes[] = {1, 2, 3};

    check_int(sb_spi_transfer(spi, bytes, bytes, 3), 0);
    check_true(memcmp(bytes, "\x01\x02\x03", 3) == 0);
}

CONTRACT(nothing_to_send_is_zeros)
{
    struct sb_spi *spi = open_device(c, 0, NULL);
    uint8_t in[] = {1, 2, 3};

    check_int(sb_spi_transfer(spi, NULL, in, 3), 0);
    check_true(memcmp(in, "\0\0\0", 3) == 0);
    check_int(sb_spi_transfer(spi, NULL, NULL, 2), 0);
    check_text(c->spi->heard(), "cs0=0 | mode 0 1000000 Hz: 00 00 00 | cs0=1 | "
                                "cs0=0 | mode 0 1000000 Hz: 00 00 | cs0=1");
}

CONTRACT(a_transfer_of_nothing_is_good)
{
    struct sb_spi *spi = open_device(c, 0, NULL);

    check_int(sb_spi_transfer(spi, NULL, NULL, 0), 0);
    check_int(sb_spi_transfer(spi, "\x01", NULL, 1), 0);
    check_int(spi->error_count, 0);
}

CONTRACT(the_largest_transfer_goes_through)
{
    static uint8_t out[SB_SPI_SIZE_MAX];
    static uint8_t in[SB_SPI_SIZE_MAX];
    struct sb_spi *spi = open_device(c, 0, &(struct sb_spi_config){.clock_hz = 4000000});

    for (unsigned i = 0; i < sizeof(out); i++)
        out[i] = (uint8_t)(i * 5 + i / 256);
    check_int(sb_spi_transfer(spi, out, in, sizeof(out)), 0);
    check_true(memcmp(in, out, sizeof(out)) == 0);
}

CONTRACT(a_larger_one_is_einval)
{
    static uint8_t out[SB_SPI_SIZE_MAX + 1];
    struct sb_spi *spi = open_device(c, 0, NULL);

    check_int(sb_spi_transfer(spi, out, NULL, sizeof(out)), -EINVAL);
    check_text(c->spi->heard(), "");
    check_int(spi->transfer_count, 0);
}

CONTRACT(an_error_of_the_bus_is_counted_and_the_next_transfer_is_good)
{
    struct sb_spi *spi = open_device(c, 0, NULL);
    uint8_t in = 0;

    c->spi->fail_next();
    check_int(sb_spi_transfer(spi, "\x01", &in, 1), -EIO);
    check_int(sb_spi_transfer(spi, "\x02", &in, 1), 0);
    check_int(in, 2);
    check_int(spi->transfer_count, 2);
    check_int(spi->error_count, 1);
}

/* ---- tasks */

/* 200 bytes at 8 kHz take 200 ms: long enough for a machine that is busy. */
struct use {
    struct sb_spi *spi;
    uint8_t out[200];
    uint8_t in[200];
    int64_t limit_ms; /* 0: none */
    int64_t done_ns;
    struct sb_task task;
};

static int use_device(void *arg)
{
    struct use *use = arg;
    struct sb_timeout timeout;
    int rc;

    if (use->limit_ms > 0)
        sb_timeout_begin_ms(&timeout, use->limit_ms);
    rc = sb_spi_transfer(use->spi, use->out, use->in, sizeof(use->out));
    if (use->limit_ms > 0)
        rc = sb_timeout_end(&timeout, rc);
    use->done_ns = sb_now_ns();
    return rc;
}

static void start_use(struct use *use, struct sb_spi *spi, uint8_t byte, int64_t limit_ms)
{
    *use = (struct use){.spi = spi, .limit_ms = limit_ms};
    memset(use->out, byte, sizeof(use->out));
    check_int(sb_spawn(&use->task, "user", use_device, use), 0);
}

static int joined(struct use *use)
{
    int result = -1;

    check_int(sb_join(&use->task, &result), 0);
    return result;
}

static struct use uses[3];

CONTRACT(tasks_take_turns_first_come_first_a_whole_transfer_each)
{
    struct sb_spi *spi = open_device(c, 0, &slow);

    for (unsigned i = 0; i < 3; i++)
        start_use(&uses[i], spi, (uint8_t)(3 - i), 0);
    for (unsigned i = 0; i < 3; i++) {
        check_int(joined(&uses[i]), 0);
        check_true(memcmp(uses[i].in, uses[i].out, sizeof(uses[i].out)) == 0);
    }
    check_text(c->spi->heard(), "cs0=0 | mode 0 8000 Hz: 03 03 03 03 03 03 03 03 | cs0=1 | "
                                "cs0=0 | mode 0 8000 Hz: 02 02 02 02 02 02 02 02 | cs0=1 | "
                                "cs0=0 | mode 0 8000 Hz: 01 01 01 01 01 01 01 01 | cs0=1");
    check_true(uses[0].done_ns < uses[1].done_ns && uses[1].done_ns < uses[2].done_ns);
}

CONTRACT(other_tasks_go_on_during_a_transfer)
{
    unsigned turns = 0;

    start_use(&uses[0], open_device(c, 0, &slow), 1, 0);
    while (uses[0].done_ns == 0 && turns < 1000) {
        check_int(sb_sleep_ms(1), 0);
        turns++;
    }
    check_int(joined(&uses[0]), 0);
    check_true(turns > 2 && turns < 1000);
}

CONTRACT(who_waits_for_its_turn_can_be_cancelled)
{
    struct sb_spi *spi = open_device(c, 0, &slow);

    start_use(&uses[0], spi, 1, 0);
    start_use(&uses[1], spi, 2, 0);
    start_use(&uses[2], spi, 3, 20);
    check_int(sb_sleep_ms(10), 0);
    sb_task_cancel(&uses[1].task);
    check_int(joined(&uses[1]), -ECANCELED);
    check_int(joined(&uses[2]), -ETIMEDOUT);
    check_int(uses[0].done_ns, 0);
    check_int(joined(&uses[0]), 0);
    check_int(spi->transfer_count, 1);
    check_text(c->spi->heard(), "cs0=0 | mode 0 8000 Hz: 01 01 01 01 01 01 01 01 | cs0=1");
}

/* It has ended, or not begun. */
static void cut_short(struct contract *c, int64_t limit_ms)
{
    struct sb_spi *spi = open_device(c, 0, &slow);
    const char *heard;
    uint8_t in = 0;

    start_use(&uses[0], spi, 1, limit_ms);
    check_int(sb_sleep_ms(10), 0);
    if (limit_ms == 0)
        sb_task_cancel(&uses[0].task);
    check_int(joined(&uses[0]), limit_ms == 0 ? -ECANCELED : -ETIMEDOUT);
    heard = c->spi->heard();
    if (heard[0] != '\0')
        check_text(heard, "cs0=0 | mode 0 8000 Hz: 01 01 01 01 01 01 01 01 | cs0=1");
    check_int(sb_spi_transfer(spi, "\x09", &in, 1), 0);
    check_int(in, 9);
    check_int(spi->error_count, 0);
}

CONTRACT(a_transfer_that_was_cancelled_has_ended)
{
    cut_short(c, 0);
}

CONTRACT(a_transfer_that_timed_out_has_ended)
{
    cut_short(c, 20);
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(a_device_has_a_name_and_its_settings),
    CONTRACT_TEST(without_settings_it_is_mode_0_and_1_megahertz),
    CONTRACT_TEST(a_device_that_the_board_does_not_have_is_enoent),
    CONTRACT_TEST(a_device_in_use_is_ebusy_by_any_name),
    CONTRACT_TEST(a_closed_device_can_be_opened_with_other_settings),
    CONTRACT_TEST(there_are_four_modes),
    CONTRACT_TEST(a_device_may_want_the_least_bit_first_and_a_high_select),
    CONTRACT_TEST(devices_of_a_bus_keep_their_own_settings),
    CONTRACT_TEST(a_transfer_sends_and_receives_at_once),
    CONTRACT_TEST(one_buffer_may_be_sent_and_received_into),
    CONTRACT_TEST(nothing_to_send_is_zeros),
    CONTRACT_TEST(a_transfer_of_nothing_is_good),
    CONTRACT_TEST(the_largest_transfer_goes_through),
    CONTRACT_TEST(a_larger_one_is_einval),
    CONTRACT_TEST(an_error_of_the_bus_is_counted_and_the_next_transfer_is_good),
    CONTRACT_TEST(tasks_take_turns_first_come_first_a_whole_transfer_each),
    CONTRACT_TEST(other_tasks_go_on_during_a_transfer),
    CONTRACT_TEST(who_waits_for_its_turn_can_be_cancelled),
    CONTRACT_TEST(a_transfer_that_was_cancelled_has_ended),
    CONTRACT_TEST(a_transfer_that_timed_out_has_ended),
};

CONTRACT_TESTS(spi_contract, "spi");
