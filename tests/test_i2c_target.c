/* SPDX-License-Identifier: MIT */
/* The bus side of a simulated device: what it tells its part, and what it does with the lines. */
#include "sim/bus/i2c_target.h"

#include <errno.h>
#include <string.h>

#include "tests/i2c_rig.h"
#include "tests/support.h"

static struct i2c_rig rig;

/* One more device on the rig's bus. */
static struct sb_i2c_target second;
static struct sb_wire_listener listeners[2];

static void hear_scl(struct sb_wire *wire, enum sb_level level, void *arg)
{
    (void)wire;
    (void)arg;
    sb_i2c_target_changed(&second, rig.other_scl, level);
}

static void hear_sda(struct sb_wire *wire, enum sb_level level, void *arg)
{
    (void)wire;
    (void)arg;
    sb_i2c_target_changed(&second, rig.other_sda, level);
}

static void open_with_second(const struct sb_i2c_target_ops *ops, unsigned address)
{
    i2c_rig_open(&rig, NULL);
    sb_i2c_target_init(&second, ops, address, rig.other_scl, rig.other_sda);
    sb_wire_listen(rig.other_scl->wire, &listeners[0], hear_scl, NULL);
    sb_wire_listen(rig.other_sda->wire, &listeners[1], hear_sda, NULL);
}

static void close_both(void)
{
    sb_wire_unlisten(&listeners[0]);
    sb_wire_unlisten(&listeners[1]);
    sb_i2c_target_deinit(&second);
    i2c_rig_close(&rig);
}

static bool note_addressed(struct sb_i2c_target *target, bool is_read, bool is_restart)
{
    (void)target;
    note("%s%s", is_restart ? "again " : "", is_read ? "read" : "write");
    return true;
}

static bool note_written(struct sb_i2c_target *target, uint8_t byte)
{
    (void)target;
    note("%02x", byte);
    return byte != 0xee;
}

static uint8_t note_read(struct sb_i2c_target *target)
{
    (void)target;
    note("give");
    return 0x3c;
}

static void note_read_done(struct sb_i2c_target *target, bool is_acknowledged)
{
    (void)target;
    note("%s", is_acknowledged ? "more" : "enough");
}

static void note_ended(struct sb_i2c_target *target)
{
    (void)target;
    note("end");
}

static const struct sb_i2c_target_ops noting = {
    .addressed = note_addressed,
    .written = note_written,
    .read = note_read,
    .read_done = note_read_done,
    .ended = note_ended,
};

TASK_TEST(a_part_hears_of_its_own_transfers_from_beginning_to_end)
{
    uint8_t in[2];

    (void)arg;
    open_with_second(&noting, 0x21);
    check_int(sb_i2c_write_read(rig.bus, 0x21, (uint8_t[]){1, 2}, 2, in, 2), 0);
    check_int(in[0] << 8 | in[1], 0x3c3c);
    check_int(sb_i2c_probe(rig.bus, 0x20), -ENXIO);
    check_int(sb_i2c_write(rig.bus, 0x21, (uint8_t[]){0xee, 3}, 2), -EIO);
    check_text(notes(), "write | 01 | 02 | again read | give | more | give | enough | end | "
                        "write | ee | end");
    close_both();
    return 0;
}

TASK_TEST(two_devices_on_a_bus_do_not_disturb_each_other)
{
    uint8_t in[2];

    (void)arg;
    open_with_second(&noting, 0x21);
    check_int(sb_i2c_write(rig.bus, I2C_RIG_ADDRESS, (uint8_t[]){0, 0xa5, 0x5a}, 3), 0);
    check_int(sb_i2c_read(rig.bus, 0x21, in, 1), 0);
    check_int(in[0], 0x3c);
    check_int(sb_i2c_write_read(rig.bus, I2C_RIG_ADDRESS, (uint8_t[]){0}, 1, in, 2), 0);
    check_int(in[0] << 8 | in[1], 0xa55a);
    check_text(notes(), "read | give | enough | end");
    check_int(i2c_rig_violations(&rig), 0);
    close_both();
    return 0;
}

/* By hand, since no transfer of the HAL speaks to two. */
TASK_TEST(a_restart_to_somebody_else_is_an_end)
{
    struct sb_pin *scl;
    struct sb_pin *sda;
    const uint8_t bytes[2] = {0x21 << 1, I2C_RIG_ADDRESS << 1};

    (void)arg;
    open_with_second(&noting, 0x21);
    sb_i2c_close(rig.bus);
    check_int(sb_board_pin(&rig.sim.board, "GPIO3",
                           SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_INITIAL_TRUE, &scl),
              0);
    check_int(sb_board_pin(&rig.sim.board, "GPIO2",
                           SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_INITIAL_TRUE, &sda),
              0);
    for (int i = 0; i < 2; i++) {
        sb_pin_write(sda, true);
        sb_pin_write(scl, true);
        sb_pin_write(sda, false);
        sb_pin_write(scl, false);
        for (int bit = 8; bit >= 0; bit--) {
            sb_pin_write(sda, bit == 0 || (bytes[i] >> (bit - 1) & 1));
            sb_pin_write(scl, true);
            sb_pin_write(scl, false);
        }
    }
    check_text(notes(), "write | end");
    check_int(rig.selected, 1);
    close_both();
    return 0;
}

TASK_TEST(a_part_without_ops_is_there_takes_nothing_and_gives_ff)
{
    static const struct sb_i2c_target_ops none;
    uint8_t in[2] = {0};

    (void)arg;
    open_with_second(&none, 0x21);
    check_int(sb_i2c_probe(rig.bus, 0x21), 0);
    check_int(sb_i2c_write(rig.bus, 0x21, (uint8_t[]){1}, 1), -EIO);
    check_int(sb_i2c_read(rig.bus, 0x21, in, 2), 0);
    check_int(in[0] << 8 | in[1], 0xffff);
    close_both();
    return 0;
}

TASK_TEST(bits_of_read_bytes_are_flipped_as_often_as_asked)
{
    uint8_t in[256];
    int flipped = 0;

    (void)arg;
    i2c_rig_open(&rig, NULL);
    rig.target.flip_one_in = 8;
    rig.target.random = 7;
    check_int(sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, sizeof(in)), 0);
    for (size_t i = 0; i < sizeof(in); i++)
        flipped += __builtin_popcount(in[i]);
    check_true(flipped > 200 && flipped < 312); /* of 2048 */
    rig.target.flip_one_in = 0;
    check_int(sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, in, 1), 0);
    check_int(in[0], 0);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(a_stuck_device_lets_go_after_nine_clocks)
{
    (void)arg;
    i2c_rig_open(&rig, NULL);
    sb_i2c_target_set_stuck(&rig.target, true);
    for (int i = 0; i < 9; i++) {
        check_int(sb_terminal_level(rig.device_sda), SB_LEVEL_LOW);
        sb_terminal_drive(rig.other_scl, SB_STRENGTH_STRONG, false);
        sb_delay_us(5);
        sb_terminal_drive(rig.other_scl, SB_STRENGTH_NONE, false);
        sb_delay_us(5);
    }
    check_int(sb_terminal_level(rig.device_sda), SB_LEVEL_LOW);
    sb_terminal_drive(rig.other_scl, SB_STRENGTH_STRONG, false);
    check_int(sb_terminal_level(rig.device_sda), SB_LEVEL_HIGH);
    i2c_rig_close(&rig);
    return 0;
}

/* The bit is there 1.25 us before SCL rises, as UM10204 asks of who stretches. */
TASK_TEST(the_bit_after_a_stretch_has_its_setup_time)
{
    struct sb_pin *scl;

    (void)arg;
    i2c_rig_open(&rig, NULL);
    rig.stretch_ns = 40 * SB_MS_NS; /* longer than the controller waits: the line is the device's */
    check_int(sb_i2c_read(rig.bus, I2C_RIG_ADDRESS, (uint8_t[1]){0}, 1), -EIO);
    sb_i2c_close(rig.bus);
    check_int(sb_board_pin(&rig.sim.board, "GPIO3", SB_PIN_INPUT, &scl), 0);
    check_int(sb_terminal_level(rig.device_sda), SB_LEVEL_HIGH);
    check_int(sb_pin_wait_edge(scl, SB_EDGE_RISING, NULL), 0);
    check_int(sb_terminal_level(rig.device_sda), SB_LEVEL_LOW);
    check_int(sb_now_ns() - rig.device_sda->wire->changed_ns, 1250);
    i2c_rig_close(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_hears_of_its_own_transfers_from_beginning_to_end),
        cmocka_unit_test(two_devices_on_a_bus_do_not_disturb_each_other),
        cmocka_unit_test(a_restart_to_somebody_else_is_an_end),
        cmocka_unit_test(a_part_without_ops_is_there_takes_nothing_and_gives_ff),
        cmocka_unit_test(bits_of_read_bytes_are_flipped_as_often_as_asked),
        cmocka_unit_test(a_stuck_device_lets_go_after_nine_clocks),
        cmocka_unit_test(the_bit_after_a_stretch_has_its_setup_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
