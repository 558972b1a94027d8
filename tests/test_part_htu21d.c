/* SPDX-License-Identifier: MIT */
/* The simulated HTU21D: its words and times, its bus, its faults, and what it reports of its program. */
#include "sim/parts/htu21d_model.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "sim/board_sim.h"
#include "tests/support.h"

#define MS SB_MS_NS

/* ---- the model */

static struct sb_htu21d_model model;

static void begin_model(double temperature_c, double humidity_rh)
{
    model = (struct sb_htu21d_model){
        .temperature_c = temperature_c, .humidity_rh = humidity_rh, .supply_v = 3.3};
    sb_htu21d_model_start(&model, 0);
}

static void command(int64_t now_ns, uint8_t byte)
{
    assert_int_equal(sb_htu21d_model_addressed(&model, now_ns, false), SB_HTU21D_READY);
    assert_true(sb_htu21d_model_written(&model, now_ns, byte));
}

static unsigned read_word(int64_t now_ns)
{
    uint8_t bytes[3];

    assert_int_equal(sb_htu21d_model_addressed(&model, now_ns, true), SB_HTU21D_READY);
    for (int i = 0; i < 3; i++)
        bytes[i] = sb_htu21d_model_read(&model);
    assert_int_equal(bytes[2], sb_htu21d_checksum(bytes, 2));
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static void set_resolution(uint8_t bits)
{
    command(MS * 100, 0xe6);
    assert_true(sb_htu21d_model_written(&model, MS * 100, 0x02 | bits));
}

/* spec/drivers.md 19.4. */
static void checksums_are_those_of_the_datasheet(void **state)
{
    static const uint8_t vectors[][3] = {
        {0x68, 0x3a, 0x7c}, {0x4e, 0x85, 0x6b}, {0x7c, 0x80, 0xf5}, {0x66, 0x4c, 0x4f},
        {0x72, 0x4e, 0xc0}, {0x60, 0x00, 0x55}, {0x80, 0x02, 0x41}, {0x00, 0x00, 0x00},
        {0xff, 0xff, 0x2d}, {0x7c, 0x82, 0x97},
    };
    const uint8_t single = 0xdc;

    (void)state;
    assert_int_equal(sb_htu21d_checksum(&single, 1), 0x79);
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
        assert_int_equal(sb_htu21d_checksum(vectors[i], 2), vectors[i][2]);
}

static void words_are_those_of_the_datasheet(void **state)
{
    static const struct {
        double value;
        unsigned word;
        bool is_humidity;
    } vectors[] = {
        {24.686, 0x6838, false}, {7.044, 0x4e84, false}, {23.367, 0x664c, false},
        {19.045, 0x6000, false}, {54.791, 0x7c82, true}, {56.5, 0x8002, true},
        {-46.85, 0x0000, false}, {-60, 0x0000, false},   {128.868, 0xfffc, false},
        {200, 0xfffc, false},    {-6, 0x0002, true},     {119, 0xfff2, true},
        {40.875, 0x6002, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        begin_model(vectors[i].value, vectors[i].value);
        command(100 * MS, vectors[i].is_humidity ? 0xf5 : 0xf3);
        assert_int_equal(read_word(200 * MS), vectors[i].word);
    }
}

static const struct {
    uint8_t bits; /* 7 and 0 of the user register */
    unsigned humidity, temperature;
    int64_t humidity_ms[2], temperature_ms[2]; /* longest, typical */
} resolutions[] = {
    {0x00, 12, 14, {16, 14}, {50, 44}},
    {0x01, 8, 12, {3, 2}, {13, 11}},
    {0x80, 10, 13, {5, 4}, {25, 22}},
    {0x81, 11, 11, {8, 7}, {7, 6}},
};

static void conversions_take_their_time_to_the_nanosecond(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        int64_t humidity_ns = resolutions[i / 2].humidity_ms[i % 2] * MS;
        int64_t temperature_ns = resolutions[i / 2].temperature_ms[i % 2] * MS;

        begin_model(20, 50);
        model.is_typical = i % 2;
        set_resolution(resolutions[i / 2].bits);
        command(200 * MS, 0xf3);
        assert_int_equal(sb_htu21d_model_addressed(&model, 200 * MS + temperature_ns - 1, true),
                         SB_HTU21D_SILENT);
        assert_int_equal(sb_htu21d_model_addressed(&model, 200 * MS + temperature_ns, true),
                         SB_HTU21D_READY);
        command(300 * MS, 0xf5);
        assert_int_equal(sb_htu21d_model_addressed(&model, 300 * MS + humidity_ns - 1, true),
                         SB_HTU21D_SILENT);
        assert_int_equal(sb_htu21d_model_addressed(&model, 300 * MS + humidity_ns, true),
                         SB_HTU21D_READY);
    }
}

/* Half a step is the most that a word is away from what there is. */
static void words_are_as_fine_as_the_resolution(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        for (int hundredths = -4000; hundredths <= 12500; hundredths += 37) {
            double value = hundredths / 100.0;
            double humidity = value < 0 ? 0 : value > 100 ? 100 : value;
            unsigned step = 1U << (16 - resolutions[i].temperature);
            unsigned word;

            begin_model(value, humidity);
            set_resolution(resolutions[i].bits);
            command(200 * MS, 0xf3);
            word = read_word(300 * MS);
            assert_int_equal(word & (step - 1), 0);
            assert_true(fabs(-46.85 + 175.72 * word / 65536 - value) <=
                        175.72 * step / 2 / 65536 + 1e-9);
            step = 1U << (16 - resolutions[i].humidity);
            command(300 * MS, 0xf5);
            word = read_word(400 * MS);
            assert_int_equal(word & (step - 1), 2); /* the status bit of humidity */
            assert_true(fabs(-6 + 125.0 * (word - 2) / 65536 - humidity) <=
                        125.0 * step / 2 / 65536 + 1e-9);
        }
}

static void starting_and_resetting_take_15_ms(void **state)
{
    (void)state;
    begin_model(20, 50);
    assert_int_equal(sb_htu21d_model_addressed(&model, 15 * MS - 1, false), SB_HTU21D_SILENT);
    assert_int_equal(sb_htu21d_model_addressed(&model, 15 * MS - 1, true), SB_HTU21D_SILENT);
    command(15 * MS, 0xfe);
    assert_int_equal(sb_htu21d_model_addressed(&model, 30 * MS - 1, false), SB_HTU21D_SILENT);
    assert_int_equal(sb_htu21d_model_addressed(&model, 30 * MS, false), SB_HTU21D_READY);
}

static uint8_t read_register(int64_t now_ns)
{
    command(now_ns, 0xe7);
    assert_int_equal(sb_htu21d_model_addressed(&model, now_ns, true), SB_HTU21D_READY);
    return sb_htu21d_model_read(&model);
}

static void write_register(int64_t now_ns, uint8_t byte)
{
    command(now_ns, 0xe6);
    assert_true(sb_htu21d_model_written(&model, now_ns, byte));
}

static void reserved_bits_and_the_battery_bit_cannot_be_written(void **state)
{
    (void)state;
    begin_model(20, 50);
    assert_int_equal(read_register(100 * MS), 0x02);
    write_register(100 * MS, 0xff);
    assert_int_equal(read_register(100 * MS), 0x87);
    model.user_register |= 0x28; /* a chip may have them set */
    write_register(100 * MS, 0x00);
    assert_int_equal(read_register(100 * MS), 0x28);
}

static void a_soft_reset_restores_all_but_the_heater(void **state)
{
    (void)state;
    begin_model(20, 50);
    write_register(100 * MS, 0x85);
    command(100 * MS, 0xfe);
    assert_int_equal(read_register(115 * MS), 0x06);
    /* There is nothing to read after it. */
    command(200 * MS, 0xf3);
    command(300 * MS, 0xfe);
    assert_int_equal(sb_htu21d_model_addressed(&model, 400 * MS, true), SB_HTU21D_SILENT);
}

/* Bit 1 clear: settings are loaded anew with each measurement. */
static void otp_reload_undoes_the_resolution_at_the_next_measurement(void **state)
{
    (void)state;
    begin_model(20, 50);
    write_register(100 * MS, 0x81);
    command(100 * MS, 0xf3);
    assert_int_equal(sb_htu21d_model_addressed(&model, 150 * MS - 1, true), SB_HTU21D_SILENT);
    assert_int_equal(read_register(150 * MS), 0x02);
}

static void the_battery_bit_is_of_the_last_measurement(void **state)
{
    (void)state;
    begin_model(20, 50);
    model.supply_v = 2.2;
    assert_int_equal(read_register(100 * MS), 0x02);
    command(100 * MS, 0xf3);
    assert_int_equal(read_register(200 * MS), 0x42);
    model.supply_v = 2.25;
    command(200 * MS, 0xf5);
    assert_int_equal(read_register(300 * MS), 0x02);
}

static void the_heater_warms_by_a_degree_and_dries(void **state)
{
    (void)state;
    begin_model(25, 50);
    write_register(100 * MS, 0x06);
    command(200 * MS, 0xf3);
    assert_true(fabs(-46.85 + 175.72 * read_word(300 * MS) / 65536 - 26) < 0.006);
    command(300 * MS, 0xf5);
    assert_true(fabs(-6 + 125.0 * (read_word(400 * MS) - 2) / 65536 - 47.1) < 0.1);
}

static void unknown_commands_are_not_acknowledged(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        static const char known[] = "\xe3\xe5\xe6\xe7\xf3\xf5\xfa\xfc\xfe";

        begin_model(20, 50);
        assert_int_equal(sb_htu21d_model_addressed(&model, 100 * MS, false), SB_HTU21D_READY);
        assert_int_equal(sb_htu21d_model_written(&model, 100 * MS, (uint8_t)byte),
                         memchr(known, (int)byte, sizeof(known) - 1) != NULL);
    }
    assert_int_equal(sb_htu21d_model_addressed(&model, 200 * MS, true), SB_HTU21D_SILENT);
}

static void the_identification_has_its_checksums(void **state)
{
    uint8_t id[8];

    (void)state;
    begin_model(20, 50);
    model.serial = 0x12345678;
    command(100 * MS, 0xfa);
    assert_true(sb_htu21d_model_written(&model, 100 * MS, 0x0f));
    sb_htu21d_model_addressed(&model, 100 * MS, true);
    for (int i = 0; i < 8; i++)
        id[i] = sb_htu21d_model_read(&model);
    for (int i = 0; i < 8; i += 2)
        assert_int_equal(id[i + 1], sb_htu21d_checksum(id + i, 1));
    assert_int_equal(id[0], 0x12);
    assert_int_equal(id[6], 0x78);
    command(100 * MS, 0xfc);
    assert_false(sb_htu21d_model_written(&model, 100 * MS, 0xc8));
    command(100 * MS, 0xfc);
    assert_true(sb_htu21d_model_written(&model, 100 * MS, 0xc9));
    sb_htu21d_model_addressed(&model, 100 * MS, true);
    for (int i = 0; i < 6; i++)
        id[i] = sb_htu21d_model_read(&model);
    assert_int_equal(id[2], sb_htu21d_checksum(id, 2));
    assert_int_equal(id[5], sb_htu21d_checksum(id + 3, 2));
    assert_memory_equal(id + 3, "HT", 2);
}

/* ---- the part on a board */

static struct sb_world *world;
static struct sb_sim_board sim;
static struct sb_diag diag;
static struct sb_part *sensor;
static struct sb_i2c *bus;

static int add_sensor(const char *attr, const char *value)
{
    const char *const attrs[1][2] = {{attr, value}};
    struct sb_part_spec spec = {
        .type = "softboard-htu21d", .id = "air", .attrs = attrs, .attr_count = attr != NULL};

    return sb_world_add_part(world, &spec, &sensor, &diag);
}

static void join(const char *a, const char *b)
{
    check_int(
        sb_world_connect(world, sb_world_terminal(world, a), sb_world_terminal(world, b), NULL), 0);
}

static void open_board(uint64_t seed, const char *attr, const char *value)
{
    struct sb_part_spec spec = {.type = "softboard-raspberry-pi", .id = "pi"};
    struct sb_part *pi;

    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), seed);
    check_int(sb_world_add_part(world, &spec, &pi, &diag), 0);
    check_int(add_sensor(attr, value), 0);
    join("pi:GPIO2", "air:SDA");
    join("pi:GPIO3", "air:SCL");
    join("pi:3V3", "air:VCC");
    join("pi:GND", "air:GND");
    check_int(sb_world_start(world, &diag), 0);
    check_int(sb_sim_board_init(&sim, world), 0);
    check_int(sb_board_i2c(&sim.board, "i2c-1", &bus), 0);
}

/* The sensor is ready. */
static void begin(void)
{
    open_board(1, NULL, NULL);
    sb_sleep_ms(15);
}

static void end(void)
{
    sb_sim_board_deinit(&sim);
    sb_world_destroy(world);
}

static int send(uint8_t byte)
{
    return sb_i2c_write(bus, SB_HTU21D_ADDRESS, &byte, 1);
}

static uint64_t violations(enum sb_rule rule)
{
    return world->examiner.rule_counts[rule];
}

static const char *last_violation(void)
{
    const struct sb_examiner *examiner = &world->examiner;

    return examiner->count > 0 ? examiner->kept[examiner->count - 1].text : "";
}

static void set_fault(const char *name, bool is_on)
{
    int fault = sb_part_fault_find(sensor, name);

    check_true(fault >= 0);
    sensor->type->set_fault(sensor, (unsigned)fault, is_on);
}

/* Measures without hold; true when the checksum is right. */
static bool measure(uint8_t byte, unsigned *word)
{
    uint8_t in[3] = {0};

    check_int(send(byte), 0);
    sb_sleep_ms(50);
    check_int(sb_i2c_read(bus, SB_HTU21D_ADDRESS, in, 3), 0);
    *word = (unsigned)in[0] << 8 | in[1];
    return sb_htu21d_checksum(in, 2) == in[2];
}

TASK_TEST(a_measurement_without_hold_is_polled_for)
{
    uint8_t in[3];
    int polls = 0;

    (void)arg;
    begin();
    check_int(send(0xf5), 0);
    while (sb_i2c_read(bus, SB_HTU21D_ADDRESS, in, 3) == -ENXIO) {
        polls++;
        sb_sleep_ms(1);
    }
    check_true(polls >= 10 && polls <= 16);
    check_int(in[0] << 8 | in[1], 0x5e32); /* 40 %: -6 + 125 * 5E30h / 65536 = 39.99 */
    check_int(in[2], sb_htu21d_checksum(in, 2));
    check_int(world->examiner.count, 0);
    check_int(bus->nack_count, polls);
    end();
    return 0;
}

TASK_TEST(a_measurement_with_hold_stretches_the_clock)
{
    uint8_t in[3];
    int64_t begin_ns;

    (void)arg;
    begin();
    begin_ns = sb_now_ns();
    check_int(sb_i2c_write_read(bus, SB_HTU21D_ADDRESS, (uint8_t[]){0xe5}, 1, in, 3), 0);
    check_int(in[0] << 8 | in[1], 0x5e32);
    check_true(sb_now_ns() - begin_ns > 16 * MS && sb_now_ns() - begin_ns < 17 * MS);
    check_int(world->examiner.count, 0);
    end();
    return 0;
}

/* 50 ms are more than a controller waits (SMBus: 35 ms), on real boards as well. */
TASK_TEST(temperature_of_14_bits_cannot_be_held_for)
{
    uint8_t in[3];

    (void)arg;
    begin();
    check_int(sb_i2c_write_read(bus, SB_HTU21D_ADDRESS, (uint8_t[]){0xe3}, 1, in, 3), -EIO);
    sb_sleep_ms(20);
    sb_i2c_probe(bus, SB_HTU21D_ADDRESS); /* frees the bus */
    check_int(sb_i2c_write(bus, SB_HTU21D_ADDRESS, (uint8_t[]){0xe6, 0x03}, 2), 0);
    check_int(sb_i2c_write_read(bus, SB_HTU21D_ADDRESS, (uint8_t[]){0xe3}, 1, in, 3), 0);
    check_int(in[0] << 8 | in[1], 0x6740); /* 24 degrees in 12 bits */
    end();
    return 0;
}

TASK_TEST(controls_set_what_is_measured)
{
    unsigned word;

    (void)arg;
    begin();
    check_int(sb_part_set_control(sensor, "temperature", 24.686), 0);
    check_int(sb_part_set_control(sensor, "humidity", 54.791), 0);
    check_int(sb_part_set_control(sensor, "temperature", 125.1), -ERANGE);
    check_int(sb_part_set_control(sensor, "humidity", -1), -ERANGE);
    check_true(measure(0xf3, &word));
    check_int(word, 0x6838);
    check_true(measure(0xf5, &word));
    check_int(word, 0x7c82);
    check_int((int)(sensor->type->get_control(sensor, 1) * 1000), 54791);
    end();
    return 0;
}

TASK_TEST(attributes_are_the_values_at_the_start)
{
    unsigned word;

    (void)arg;
    open_board(1, "temperature", "7.044");
    sb_sleep_ms(15);
    check_true(measure(0xf3, &word));
    check_int(word, 0x4e84);
    end();
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), 1);
    check_int(add_sensor("humidity", "101"), 0);
    check_int(sb_world_start(world, &diag), -EINVAL);
    check_true(strstr(diag.last, "air: humidity is from 0 to 100") != NULL);
    sb_world_destroy(world);
    return 0;
}

TASK_TEST(a_typical_sensor_is_faster)
{
    uint8_t in[3];

    (void)arg;
    open_board(1, "conversion", "typical");
    sb_sleep_ms(15);
    check_int(send(0xf5), 0);
    sb_sleep_ms(14);
    check_int(sb_i2c_read(bus, SB_HTU21D_ADDRESS, in, 3), 0);
    end();
    return 0;
}

/* ---- what it reports */

TASK_TEST(being_addressed_before_it_has_started_is_reported)
{
    (void)arg;
    open_board(1, NULL, NULL);
    sb_sleep_ms(14);
    check_int(sb_i2c_probe(bus, SB_HTU21D_ADDRESS), -ENXIO);
    check_int(violations(SB_RULE_HTU21D_POWER_UP), 1);
    check_text(last_violation(), "addressed 14.085 ms after power-on: 915 us missing");
    sb_sleep_until_ns(15 * MS - 85000); /* its address takes as long */
    check_int(sb_i2c_probe(bus, SB_HTU21D_ADDRESS), 0);
    check_int(world->examiner.count, 1);
    end();
    return 0;
}

TASK_TEST(a_command_while_it_measures_or_resets_is_reported)
{
    uint8_t in[3];

    (void)arg;
    begin();
    check_int(send(0xf3), 0);
    check_int(send(0xf5), -ENXIO);
    check_int(violations(SB_RULE_HTU21D_BUSY), 1);
    check_text(last_violation(), "a command 110 us after a measurement of temperature began: it "
                                 "takes 50 ms, 49.89 ms missing");
    sb_sleep_ms(50);
    check_int(sb_i2c_read(bus, SB_HTU21D_ADDRESS, in, 3), 0); /* the first goes on */
    check_int(in[1] & 3, 0);
    check_int(send(0xfe), 0);
    sb_sleep_ms(14);
    check_int(send(0xf5), -ENXIO);
    check_int(violations(SB_RULE_HTU21D_BUSY), 2);
    check_text(last_violation(),
               "a command 14.105 ms after a soft reset began: it takes 15 ms, 895 us missing");
    sb_sleep_ms(1);
    check_int(send(0xf5), 0);
    check_int(world->examiner.count, 2);
    end();
    return 0;
}

TASK_TEST(a_measurement_that_is_read_again_is_reported)
{
    uint8_t first[3];
    uint8_t in[3];
    unsigned word;

    (void)arg;
    begin();
    check_int(send(0xf5), 0);
    sb_sleep_ms(20);
    check_int(sb_i2c_read(bus, SB_HTU21D_ADDRESS, first, 3), 0);
    check_int(world->examiner.count, 0);
    sb_part_set_control(sensor, "humidity", 80);
    sb_sleep_ms(979);
    check_int(sb_i2c_read(bus, SB_HTU21D_ADDRESS, in, 3), 0);
    check_int(memcmp(in, first, 3), 0);
    check_int(violations(SB_RULE_HTU21D_STALE), 1);
    check_text(last_violation(),
               "humidity is read again: it was measured 999.48 ms ago, and nothing since");
    check_true(measure(0xf5, &word));
    check_int(word, 0xb022);
    check_int(world->examiner.count, 1);
    end();
    return 0;
}

/* ---- faults */

TASK_TEST(a_sensor_with_the_fault_nack_is_not_there)
{
    unsigned word;

    (void)arg;
    begin();
    set_fault("nack", true);
    check_int(sb_i2c_probe(bus, SB_HTU21D_ADDRESS), -ENXIO);
    set_fault("nack", false);
    check_true(measure(0xf3, &word));
    check_int(world->examiner.count, 0);
    end();
    return 0;
}

static int flip_signature(uint64_t seed)
{
    int signature = 0;
    unsigned word;

    open_board(seed, NULL, NULL);
    sb_sleep_ms(15);
    set_fault("bit-flip", true);
    for (int i = 0; i < 20; i++)
        signature = signature << 1 | measure(0xf3, &word);
    set_fault("bit-flip", false);
    for (int i = 0; i < 5; i++)
        check_true(measure(0xf3, &word));
    check_int(world->examiner.count, 0);
    end();
    return signature;
}

TASK_TEST(flipped_bits_break_most_checksums_by_the_seed)
{
    int first = flip_signature(1);

    (void)arg;
    check_true(__builtin_popcount((unsigned)first) <= 12);
    check_int(flip_signature(1), first);
    check_true(flip_signature(2) != first);
    return 0;
}

TASK_TEST(a_wrong_checksum_is_all_that_the_fault_crc_does)
{
    unsigned word;

    (void)arg;
    begin();
    set_fault("crc", true);
    check_true(!measure(0xf3, &word));
    check_int(word, 0x6738);
    set_fault("crc", false);
    check_true(measure(0xf3, &word));
    end();
    return 0;
}

TASK_TEST(a_stuck_sensor_is_freed_by_the_next_transfer)
{
    unsigned word;

    (void)arg;
    begin();
    set_fault("stuck-bus", true);
    sb_sleep_ms(100);
    check_int(send(0xf3), -EIO);
    check_true(measure(0xf3, &word));
    set_fault("stuck-bus", false);
    sb_sleep_ms(1);
    set_fault("stuck-bus", true);
    sb_sleep_ms(1);
    set_fault("stuck-bus", false); /* it lets go by itself, too */
    sb_sleep_ms(1);
    check_true(measure(0xf3, &word));
    check_int(world->examiner.count, 0);
    end();
    return 0;
}

TASK_TEST(a_stretching_sensor_is_slow_but_right)
{
    int64_t slow_count = 0;
    unsigned word;

    (void)arg;
    begin();
    set_fault("stretch", true);
    for (int i = 0; i < 40; i++) {
        int64_t begin_ns = sb_now_ns();

        check_true(measure(0xf3, &word));
        check_int(word, 0x6738);
        slow_count += sb_now_ns() - begin_ns > 80 * MS;
    }
    check_true(slow_count >= 10 && slow_count < 40);
    check_int(world->examiner.count, 0);
    end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksums_are_those_of_the_datasheet),
        cmocka_unit_test(words_are_those_of_the_datasheet),
        cmocka_unit_test(conversions_take_their_time_to_the_nanosecond),
        cmocka_unit_test(words_are_as_fine_as_the_resolution),
        cmocka_unit_test(starting_and_resetting_take_15_ms),
        cmocka_unit_test(reserved_bits_and_the_battery_bit_cannot_be_written),
        cmocka_unit_test(a_soft_reset_restores_all_but_the_heater),
        cmocka_unit_test(otp_reload_undoes_the_resolution_at_the_next_measurement),
        cmocka_unit_test(the_battery_bit_is_of_the_last_measurement),
        cmocka_unit_test(the_heater_warms_by_a_degree_and_dries),
        cmocka_unit_test(unknown_commands_are_not_acknowledged),
        cmocka_unit_test(the_identification_has_its_checksums),
        cmocka_unit_test(a_measurement_without_hold_is_polled_for),
        cmocka_unit_test(a_measurement_with_hold_stretches_the_clock),
        cmocka_unit_test(temperature_of_14_bits_cannot_be_held_for),
        cmocka_unit_test(controls_set_what_is_measured),
        cmocka_unit_test(attributes_are_the_values_at_the_start),
        cmocka_unit_test(a_typical_sensor_is_faster),
        cmocka_unit_test(being_addressed_before_it_has_started_is_reported),
        cmocka_unit_test(a_command_while_it_measures_or_resets_is_reported),
        cmocka_unit_test(a_measurement_that_is_read_again_is_reported),
        cmocka_unit_test(a_sensor_with_the_fault_nack_is_not_there),
        cmocka_unit_test(flipped_bits_break_most_checksums_by_the_seed),
        cmocka_unit_test(a_wrong_checksum_is_all_that_the_fault_crc_does),
        cmocka_unit_test(a_stuck_sensor_is_freed_by_the_next_transfer),
        cmocka_unit_test(a_stretching_sensor_is_slow_but_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
