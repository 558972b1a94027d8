/* SPDX-License-Identifier: MIT */
/* The simulated SPI controller: what is on the wires and when, and what it hears. */
#include "sim/bus/spi_controller.h"

#include "tests/spi_rig.h"
#include "tests/sr_file.h"
#include "tests/support.h"

static struct spi_rig rig;

/* ---- the modes: 90h at 1 MHz, from the opening of the device on */

static void send_90(const struct sb_spi_config *config)
{
    struct sb_spi *spi;

    spi_rig_open(&rig, NULL);
    spi = spi_rig_device(&rig, "spi0.0", config);
    check_int(sb_spi_transfer(spi, "\x90", NULL, 1), 0);
    check_int(sb_now_ns() % 10000, 9000);
    check_int(spi_rig_violations(&rig), 0);
    spi_rig_close(&rig);
}

#define OPENED_LOW  "0 mosi=0 | 0 cs0=1 | 0 sclk=0 | "
#define OPENED_HIGH "0 mosi=0 | 0 cs0=1 | 0 sclk=1 | "

TASK_TEST(in_mode_0_bits_come_with_the_select_and_as_the_clock_falls)
{
    (void)arg;
    send_90(&(struct sb_spi_config){.mode = 0});
    check_text(notes(), OPENED_LOW "500 mosi=1 | 500 cs0=0 | "
                                   "1000 sclk=1 | 1500 sclk=0 | 1500 mosi=0 | "
                                   "2000 sclk=1 | 2500 sclk=0 | "
                                   "3000 sclk=1 | 3500 sclk=0 | 3500 mosi=1 | "
                                   "4000 sclk=1 | 4500 sclk=0 | 4500 mosi=0 | "
                                   "5000 sclk=1 | 5500 sclk=0 | "
                                   "6000 sclk=1 | 6500 sclk=0 | "
                                   "7000 sclk=1 | 7500 sclk=0 | "
                                   "8000 sclk=1 | 8500 sclk=0 | 9000 cs0=1");
    return 0;
}

TASK_TEST(in_mode_1_bits_come_as_the_clock_rises)
{
    (void)arg;
    send_90(&(struct sb_spi_config){.mode = 1});
    check_text(notes(), OPENED_LOW "500 cs0=0 | "
                                   "1000 sclk=1 | 1000 mosi=1 | 1500 sclk=0 | "
                                   "2000 sclk=1 | 2000 mosi=0 | 2500 sclk=0 | "
                                   "3000 sclk=1 | 3500 sclk=0 | "
                                   "4000 sclk=1 | 4000 mosi=1 | 4500 sclk=0 | "
                                   "5000 sclk=1 | 5000 mosi=0 | 5500 sclk=0 | "
                                   "6000 sclk=1 | 6500 sclk=0 | "
                                   "7000 sclk=1 | 7500 sclk=0 | "
                                   "8000 sclk=1 | 8500 sclk=0 | 9000 cs0=1");
    return 0;
}

TASK_TEST(in_mode_2_bits_come_with_the_select_and_as_the_clock_rises)
{
    (void)arg;
    send_90(&(struct sb_spi_config){.mode = 2});
    check_text(notes(), OPENED_HIGH "500 mosi=1 | 500 cs0=0 | "
                                    "1000 sclk=0 | 1500 sclk=1 | 1500 mosi=0 | "
                                    "2000 sclk=0 | 2500 sclk=1 | "
                                    "3000 sclk=0 | 3500 sclk=1 | 3500 mosi=1 | "
                                    "4000 sclk=0 | 4500 sclk=1 | 4500 mosi=0 | "
                                    "5000 sclk=0 | 5500 sclk=1 | "
                                    "6000 sclk=0 | 6500 sclk=1 | "
                                    "7000 sclk=0 | 7500 sclk=1 | "
                                    "8000 sclk=0 | 8500 sclk=1 | 9000 cs0=1");
    return 0;
}

TASK_TEST(in_mode_3_bits_come_as_the_clock_falls)
{
    (void)arg;
    send_90(&(struct sb_spi_config){.mode = 3});
    check_text(notes(), OPENED_HIGH "500 cs0=0 | "
                                    "1000 sclk=0 | 1000 mosi=1 | 1500 sclk=1 | "
                                    "2000 sclk=0 | 2000 mosi=0 | 2500 sclk=1 | "
                                    "3000 sclk=0 | 3500 sclk=1 | "
                                    "4000 sclk=0 | 4000 mosi=1 | 4500 sclk=1 | "
                                    "5000 sclk=0 | 5000 mosi=0 | 5500 sclk=1 | "
                                    "6000 sclk=0 | 6500 sclk=1 | "
                                    "7000 sclk=0 | 7500 sclk=1 | "
                                    "8000 sclk=0 | 8500 sclk=1 | 9000 cs0=1");
    return 0;
}

SPI_TEST(the_least_bit_may_come_first_and_the_select_be_high)
{
    struct sb_spi *spi;

    rig.noted &= ~(1u << SPI_SCLK);
    spi = spi_rig_device(&rig, "spi0.0",
                         &(struct sb_spi_config){.is_lsb_first = true, .is_cs_high = true});
    check_int(sb_spi_transfer(spi, "\x09", NULL, 1), 0);
    check_text(notes(), "0 mosi=0 | 0 cs0=0 | 500 mosi=1 | 500 cs0=1 | "
                        "1500 mosi=0 | 3500 mosi=1 | 4500 mosi=0 | 9000 cs0=0");
}

SPI_TEST(bytes_follow_each_other_without_a_pause)
{
    struct sb_spi *spi = spi_rig_device(&rig, "spi0.0", NULL);

    rig.noted = 1u << SPI_CS0;
    check_int(sb_spi_transfer(spi, "\x55\xaa\x0f", NULL, 3), 0);
    check_text(notes(), "0 mosi=0 | 0 cs0=1 | 0 sclk=0 | 500 cs0=0 | 25000 cs0=1");
    check_int(rig.edge_count, 1 + 3 * 16);
    check_int(rig.last_edge_ns, 24500);
}

SPI_TEST(a_transfer_of_nothing_selects_for_a_period)
{
    struct sb_spi *spi = spi_rig_device(&rig, "spi0.0", NULL);

    notes_clear();
    check_int(sb_spi_transfer(spi, NULL, NULL, 0), 0);
    check_text(notes(), "500 cs0=0 | 1500 cs0=1");
}

/* ---- the clock */

/* Half periods in ns: rounded up, as the exact ones of a third and a seventh of a nanosecond show. */
TASK_TEST(the_clock_is_never_faster_than_asked_and_no_slower_than_it_must_be)
{
    static const struct {
        unsigned clock_hz;
        int64_t half_ns;
    } clocks[] = {
        {8000, 62500},  {1000000, 500}, {3000000, 167}, {999999, 501},
        {7, 71428572},  {1, 500000000}, {60000000, 9},  {125000000, 4},
        {300000000, 2}, {500000000, 1}, {500000001, 1}, {4294967295, 1},
    };

    (void)arg;
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        struct sb_spi *spi;

        spi_rig_open(&rig, NULL);
        rig.noted = 0;
        spi = spi_rig_device(&rig, "spi0.0",
                             &(struct sb_spi_config){.clock_hz = clocks[i].clock_hz});
        rig.edge_count = 0;
        check_int(sb_spi_transfer(spi, "\x55", NULL, 1), 0);
        check_int(rig.edge_count, 16);
        check_int(rig.last_edge_ns - rig.first_edge_ns, 15 * clocks[i].half_ns);
        spi_rig_close(&rig);
    }
    return 0;
}

/* ---- what it hears */

/* The device drives this from now until then. */
static void answer(int64_t from_ns, int64_t until_ns, bool level)
{
    struct sb_terminal *miso = rig.terminals[SPI_MISO];

    sb_sleep_until_ns(from_ns);
    sb_terminal_drive(miso, SB_STRENGTH_STRONG, level);
    sb_sleep_until_ns(until_ns);
    sb_terminal_drive(miso, SB_STRENGTH_STRONG, !level);
}

struct hearing {
    struct sb_spi_config config;
    struct sb_task task;
    uint8_t in;
};

static int hear_byte(void *arg)
{
    struct hearing *hearing = arg;

    return sb_spi_transfer(spi_rig_device(&rig, "spi0.0", &hearing->config), NULL, &hearing->in, 1);
}

/* The first edge is 1 us after the opening; the third bit is taken two periods after the first. */
static uint8_t heard_of(const struct sb_spi_config *config, int64_t from_ns, int64_t until_ns,
                        bool level)
{
    struct hearing hearing = {.config = *config};
    int rc = -1;
    int64_t now_ns;

    spi_rig_open(&rig, NULL);
    rig.noted = 0;
    sb_terminal_drive(rig.terminals[SPI_MISO], SB_STRENGTH_STRONG, !level);
    now_ns = sb_now_ns();
    check_int(sb_spawn(&hearing.task, "transfer", hear_byte, &hearing), 0);
    answer(now_ns + from_ns, now_ns + until_ns, level);
    check_int(sb_join(&hearing.task, &rc), 0);
    check_int(rc, 0);
    spi_rig_close(&rig);
    return hearing.in;
}

TASK_TEST(a_bit_is_what_miso_is_at_its_edge_and_not_a_nanosecond_before_or_after)
{
    static const int64_t third_bits_ns[] = {3000, 3500, 3000, 3500};

    (void)arg;
    for (unsigned mode = 0; mode < 4; mode++) {
        struct sb_spi_config config = {.mode = mode};
        int64_t at_ns = third_bits_ns[mode];

        check_int(heard_of(&config, at_ns - 1, at_ns + 1, true), 0x20);
        check_int(heard_of(&config, at_ns - 1, at_ns + 1, false), 0xdf);
        check_int(heard_of(&config, at_ns - 400, at_ns - 1, true), 0x00);
        check_int(heard_of(&config, at_ns + 1, at_ns + 400, true), 0x00);
        config.is_lsb_first = true;
        check_int(heard_of(&config, at_ns - 1, at_ns + 1, true), 0x04);
    }
    return 0;
}

static void follow_clock(struct sb_wire *wire, enum sb_level level, void *arg)
{
    (void)wire;
    sb_terminal_drive(arg, SB_STRENGTH_STRONG, level == SB_LEVEL_HIGH);
}

SPI_TEST(what_a_device_does_at_an_edge_comes_too_late_for_it)
{
    struct sb_wire_listener listener = {.is_uart = false};
    struct sb_terminal *miso;
    struct sb_spi *spi;
    uint8_t in = 0x77;

    spi = spi_rig_device(&rig, "spi0.0", NULL);
    miso = rig.terminals[SPI_MISO];
    sb_wire_listen(rig.terminals[SPI_SCLK]->wire, &listener, follow_clock, miso);
    sb_terminal_drive(miso, SB_STRENGTH_STRONG, false);
    check_int(sb_spi_transfer(spi, NULL, &in, 1), 0);
    check_int(in, 0x00);
    check_int(sb_terminal_level(miso), SB_LEVEL_LOW);
    sb_wire_unlisten(&listener);
}

/* One bit takes 10 us at 100 kHz, and the recording has a sample each microsecond: MISO changes as SCLK falls. */
TASK_TEST(a_recording_can_be_what_a_device_answers)
{
    static uint8_t samples[200];
    static const unsigned answer_bits = 0xc35a;
    struct sb_spi *spi;
    uint8_t in[2] = {0};

    (void)arg;
    for (unsigned us = 5; us < sizeof(samples) && us < 165; us++)
        samples[us] = answer_bits >> (15 - (us - 5) / 10) & 1;
    sr_write(sr_path(),
             "capturefile=logic-1\nsamplerate=1 MHz\nunitsize=1\ntotal probes=1\nprobe1=MISO\n",
             samples, sizeof(samples));
    spi_rig_open(&rig, &(struct spi_rig_config){.trace = sr_path()});
    spi = spi_rig_device(&rig, "spi0.0", &(struct sb_spi_config){.clock_hz = 100000});
    check_int(sb_spi_transfer(spi, NULL, in, 2), 0);
    check_int(in[0] << 8 | in[1], answer_bits);
    check_int(spi_rig_violations(&rig), 0);
    spi_rig_close(&rig);
    return 0;
}

/* Nobody else sees that wire, so its bits would not be made: the start bit lasts longer than the byte. */
TASK_TEST(a_serial_line_can_be_what_is_heard)
{
    struct sb_part_spec spec = {.type = "softboard-raspberry-pi", .id = "pi"};
    struct sb_part *part;
    struct sb_stream *port;
    struct sb_spi *spi;
    uint8_t in = 0;

    (void)arg;
    rig = (struct spi_rig){.world = sb_world_create(test_loop(), 1)};
    sb_diag_init(&rig.diag, NULL, NULL);
    check_int(sb_world_add_part(rig.world, &spec, &part, &rig.diag), 0);
    check_int(sb_world_connect(rig.world, sb_world_terminal(rig.world, "pi:GPIO14"),
                               sb_world_terminal(rig.world, "pi:GPIO9"), NULL),
              0);
    check_int(sb_world_start(rig.world, &rig.diag), 0);
    check_int(sb_sim_board_init(&rig.sim, rig.world), 0);
    spi = spi_rig_device(&rig, "spi0.0", NULL);
    check_int(sb_board_stream(&rig.sim.board, "serial0", 100000, &port), 0);
    check_int(sb_spi_transfer(spi, NULL, &in, 1), 0);
    check_int(in, 0xff);
    check_int(sb_stream_write(port, "\xff", 1), 1);
    check_int(sb_spi_transfer(spi, NULL, &in, 1), 0);
    check_int(in, 0x00);
    spi_rig_close(&rig);
    return 0;
}

/* ---- what the examiner says of MISO */

#define FLOATS "GPIO9 (MISO) is read by spi0.0 while nothing drives it: wire it, or receive nothing"

SPI_TEST(miso_that_floats_reads_as_it_was_seen_last_and_is_reported_once)
{
    struct sb_spi *spi;
    uint8_t in = 0x77;

    spi = spi_rig_device(&rig, "spi0.0", NULL);
    check_int(sb_spi_transfer(spi, NULL, &in, 1), 0);
    check_int(in, 0);
    check_int(rig.world->examiner.rule_counts[SB_RULE_INPUT_FLOATING], 1);
    check_text(spi_rig_violation(&rig), FLOATS);
    check_int(sb_spi_transfer(spi, NULL, &in, 1), 0);
    check_int(spi_rig_violations(&rig), 1);
    sb_terminal_drive(rig.terminals[SPI_MISO], SB_STRENGTH_PULL, true);
    check_int(sb_spi_transfer(spi, NULL, &in, 1), 0);
    sb_terminal_drive(rig.terminals[SPI_MISO], SB_STRENGTH_NONE, true);
    check_int(sb_spi_transfer(spi, NULL, &in, 1), 0);
    check_int(in, 0xff);
    check_int(spi_rig_violations(&rig), 2);
}

SPI_TEST(who_receives_nothing_may_let_miso_float)
{
    struct sb_spi *spi = spi_rig_device(&rig, "spi0.0", NULL);

    check_int(sb_spi_transfer(spi, "\x55", NULL, 1), 0);
    check_int(sb_spi_transfer(spi, NULL, (uint8_t[1]){0}, 0), 0);
    check_int(spi_rig_violations(&rig), 0);
}

/* As memories do, which let go of it during a command: here but for the fifth bit, which is seen until the end. */
SPI_TEST(a_device_that_drives_miso_for_one_bit_does_not_let_it_float)
{
    struct hearing hearing = {.in = 0};
    int rc = -1;

    check_int(sb_spawn(&hearing.task, "transfer", hear_byte, &hearing), 0);
    sb_sleep_until_ns(4999);
    sb_terminal_drive(rig.terminals[SPI_MISO], SB_STRENGTH_STRONG, true);
    sb_sleep_until_ns(5001);
    sb_terminal_drive(rig.terminals[SPI_MISO], SB_STRENGTH_NONE, true);
    check_int(sb_join(&hearing.task, &rc), 0);
    check_int(rc, 0);
    check_int(hearing.in, 0x0f);
    check_int(spi_rig_violations(&rig), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_mode_0_bits_come_with_the_select_and_as_the_clock_falls),
        cmocka_unit_test(in_mode_1_bits_come_as_the_clock_rises),
        cmocka_unit_test(in_mode_2_bits_come_with_the_select_and_as_the_clock_rises),
        cmocka_unit_test(in_mode_3_bits_come_as_the_clock_falls),
        cmocka_unit_test(the_least_bit_may_come_first_and_the_select_be_high),
        cmocka_unit_test(bytes_follow_each_other_without_a_pause),
        cmocka_unit_test(a_transfer_of_nothing_selects_for_a_period),
        cmocka_unit_test(the_clock_is_never_faster_than_asked_and_no_slower_than_it_must_be),
        cmocka_unit_test(a_bit_is_what_miso_is_at_its_edge_and_not_a_nanosecond_before_or_after),
        cmocka_unit_test(what_a_device_does_at_an_edge_comes_too_late_for_it),
        cmocka_unit_test(a_recording_can_be_what_a_device_answers),
        cmocka_unit_test(a_serial_line_can_be_what_is_heard),
        cmocka_unit_test(miso_that_floats_reads_as_it_was_seen_last_and_is_reported_once),
        cmocka_unit_test(who_receives_nothing_may_let_miso_float),
        cmocka_unit_test(a_device_that_drives_miso_for_one_bit_does_not_let_it_float),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
