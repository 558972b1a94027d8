/* SPDX-License-Identifier: MIT */
/* I2C above any backend: what is refused, who has the bus when, what is counted. */
#include "lib/hal/i2c.h"

#include <errno.h>
#include <string.h>

#include "lib/timeout.h"
#include "tests/support.h"

struct fake {
    struct sb_i2c bus;
    int rc;
    int64_t duration_ms;
    unsigned closed;
};

static int fake_transfer(struct sb_i2c *bus, unsigned address, const uint8_t *out, size_t out_size,
                         uint8_t *in, size_t in_size)
{
    struct fake *fake = (struct fake *)bus;

    note_at("%02x w%zu:%02x r%zu", address, out_size, out_size ? out[0] : 0, in_size);
    if (in_size)
        memset(in, 0xa5, in_size);
    if (fake->duration_ms) {
        int rc = sb_sleep_ms(fake->duration_ms);
        if (rc < 0)
            return rc;
    }
    return fake->rc;
}

static void fake_close(struct sb_i2c *bus)
{
    ((struct fake *)bus)->closed++;
}

static const struct sb_i2c_ops ops = {.transfer = fake_transfer, .close = fake_close};

static struct fake fake;

static void begin(void)
{
    fake = (struct fake){0};
    sb_i2c_init(&fake.bus, NULL, "i2c-1", &ops);
}

static int kinds_body(void *arg)
{
    const uint8_t out[2] = {0xe7, 1};
    uint8_t in[3] = {0};

    (void)arg;
    begin();
    check_text(fake.bus.name, "i2c-1");
    check_int(sb_i2c_write(&fake.bus, 0x40, out, 2), 0);
    check_int(sb_i2c_read(&fake.bus, 0x41, in, 3), 0);
    check_int(in[2], 0xa5);
    check_int(sb_i2c_write_read(&fake.bus, 0x7f, out, 1, in, 2), 0);
    check_int(sb_i2c_probe(&fake.bus, 0), 0);
    check_text(notes(), "0 40 w2:e7 r0 | 0 41 w0:00 r3 | 0 7f w1:e7 r2 | 0 00 w0:00 r0");
    sb_i2c_close(&fake.bus);
    sb_i2c_close(NULL);
    check_int(fake.closed, 1);
    return 0;
}

static void every_kind_of_transfer_is_one_of_the_backend(void **state)
{
    (void)state;
    run_in_loop(kinds_body, NULL);
}

static int refusal_body(void *arg)
{
    static uint8_t data[SB_I2C_SIZE_MAX + 1];

    (void)arg;
    begin();
    check_int(sb_i2c_write(&fake.bus, 0x80, data, 1), -EINVAL);
    check_int(sb_i2c_probe(&fake.bus, 0x80), -EINVAL);
    check_int(sb_i2c_write(&fake.bus, 0x40, data, SB_I2C_SIZE_MAX + 1), -EINVAL);
    check_int(sb_i2c_read(&fake.bus, 0x40, data, SB_I2C_SIZE_MAX + 1), -EINVAL);
    check_text(notes(), "");
    check_int(fake.bus.transfer_count, 0);
    check_int(sb_i2c_write(&fake.bus, 0x7f, data, SB_I2C_SIZE_MAX), 0);
    check_int(sb_i2c_read(&fake.bus, 0x7f, data, SB_I2C_SIZE_MAX), 0);
    check_int(fake.bus.transfer_count, 2);
    return 0;
}

static void an_address_above_7fh_and_too_many_bytes_are_refused(void **state)
{
    (void)state;
    run_in_loop(refusal_body, NULL);
}

static int count_body(void *arg)
{
    static const int results[] = {0, -ENXIO, -ENXIO, -EIO, -ECANCELED, -ETIMEDOUT, -EACCES, 0};

    (void)arg;
    begin();
    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        fake.rc = results[i];
        check_int(sb_i2c_probe(&fake.bus, 0x40), results[i]);
    }
    check_int(fake.bus.transfer_count, 8);
    check_int(fake.bus.nack_count, 2);
    check_int(fake.bus.error_count, 2);
    return 0;
}

static void transfers_missing_answers_and_errors_are_counted_apart(void **state)
{
    (void)state;
    run_in_loop(count_body, NULL);
}

static int use(void *arg)
{
    unsigned address = *(unsigned *)arg;

    for (int i = 0; i < 2; i++) {
        int rc = sb_i2c_probe(&fake.bus, address);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int turns_body(void *arg)
{
    static unsigned addresses[3] = {1, 2, 3};
    struct sb_task tasks[3];

    (void)arg;
    begin();
    fake.duration_ms = 2;
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "user", use, &addresses[i]);
    for (int i = 0; i < 3; i++)
        sb_join(&tasks[i], NULL);
    check_text(notes(), "0 01 w0:00 r0 | 2 02 w0:00 r0 | 4 03 w0:00 r0 | "
                        "6 01 w0:00 r0 | 8 02 w0:00 r0 | 10 03 w0:00 r0");
    return 0;
}

static void tasks_take_turns_a_transfer_each(void **state)
{
    (void)state;
    run_in_loop(turns_body, NULL);
}

static int cancel_body(void *arg)
{
    static unsigned addresses[3] = {1, 2, 3};
    struct sb_task tasks[3];
    int results[3] = {0};

    (void)arg;
    begin();
    fake.duration_ms = 2;
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "user", use, &addresses[i]);
    sb_sleep_ms(1);
    sb_task_cancel(&tasks[0]); /* has the bus */
    sb_task_cancel(&tasks[1]); /* waits for it */
    for (int i = 0; i < 3; i++)
        sb_join(&tasks[i], &results[i]);
    check_int(results[0], -ECANCELED);
    check_int(results[1], -ECANCELED);
    check_int(results[2], 0);
    check_text(notes(), "0 01 w0:00 r0 | 1 03 w0:00 r0 | 3 03 w0:00 r0");
    check_int(fake.bus.transfer_count, 3); /* one never began */
    check_int(fake.bus.error_count, 0);
    return 0;
}

static void a_cancelled_task_leaves_the_bus_to_the_next(void **state)
{
    (void)state;
    run_in_loop(cancel_body, NULL);
}

static int timeout_body(void *arg)
{
    static unsigned address = 1;
    struct sb_timeout timeout;
    struct sb_task task;

    (void)arg;
    begin();
    fake.duration_ms = 2;
    sb_spawn(&task, "user", use, &address);
    sb_yield();
    sb_timeout_begin_ms(&timeout, 1);
    check_int(sb_timeout_end(&timeout, sb_i2c_probe(&fake.bus, 2)), -ETIMEDOUT);
    check_int(sb_now_ns(), SB_MS_NS);
    sb_join(&task, NULL);
    check_text(notes(), "0 01 w0:00 r0 | 2 01 w0:00 r0");
    return 0;
}

static void waiting_for_the_bus_ends_with_a_timeout(void **state)
{
    (void)state;
    run_in_loop(timeout_body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_transfer_is_one_of_the_backend),
        cmocka_unit_test(an_address_above_7fh_and_too_many_bytes_are_refused),
        cmocka_unit_test(transfers_missing_answers_and_errors_are_counted_apart),
        cmocka_unit_test(tasks_take_turns_a_transfer_each),
        cmocka_unit_test(a_cancelled_task_leaves_the_bus_to_the_next),
        cmocka_unit_test(waiting_for_the_bus_ends_with_a_timeout),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
