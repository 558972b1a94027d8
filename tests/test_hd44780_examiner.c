/* SPDX-License-Identifier: MIT */
/*
 * What the character LCD reports of its program: every rule broken by a nanosecond, and kept to the
 * nanosecond, at both supply voltages.
 */
#include "tests/support.h"

#include <string.h>

#include "tests/lcd_rig.h"

static void open_started(struct lcd_rig *rig, const struct lcd_rig_config *config)
{
    check_int(lcd_rig_open(rig, config), 0);
    lcd_rig_start(rig);
    check_text(lcd_rig_violation(rig), "");
}

/* ---- bus timing */

/* One strobe with one of its times chosen, the others long. */
enum interval { ADDRESS_SETUP, WIDTH, CYCLE, DATA_SETUP, ADDRESS_HOLD, DATA_HOLD };

static void strobe_with(struct lcd_rig *rig, enum interval interval, int64_t ns)
{
    sb_delay_us(100);
    if (interval == CYCLE) {
        lcd_rig_set(rig, E, true);
        sb_delay_ns(480);
        lcd_rig_set(rig, E, false);
        sb_delay_ns(ns - 480);
    }
    if (interval != DATA_SETUP)
        lcd_rig_set(rig, D5, true);
    if (interval == ADDRESS_SETUP) {
        lcd_rig_set(rig, RS, true);
        sb_delay_ns(ns);
    }
    lcd_rig_set(rig, E, true);
    sb_delay_ns(interval == WIDTH ? ns : 1000);
    if (interval == DATA_SETUP) {
        lcd_rig_set(rig, D5, true);
        sb_delay_ns(ns);
    }
    lcd_rig_set(rig, E, false);
    if (interval == ADDRESS_HOLD || interval == DATA_HOLD)
        sb_delay_ns(ns);
    if (interval == ADDRESS_HOLD)
        lcd_rig_set(rig, RS, true);
    if (interval == DATA_HOLD) {
        for (enum lcd_pin i = D4; i <= D7; i++)
            lcd_rig_set(rig, i, i != D5); /* four changes, one offence */
    }
}

TASK_TEST(bus_times_are_held_to_the_nanosecond_at_both_voltages)
{
    static const struct {
        enum interval interval;
        enum sb_rule rule;
        int64_t limits_ns[2];
    } rows[] = {
        {ADDRESS_SETUP, SB_RULE_LCD_ADDRESS_SETUP, {40, 60}},
        {WIDTH, SB_RULE_LCD_ENABLE_WIDTH, {230, 450}},
        {CYCLE, SB_RULE_LCD_ENABLE_CYCLE, {500, 1000}},
        {DATA_SETUP, SB_RULE_LCD_DATA_SETUP, {80, 195}},
        {ADDRESS_HOLD, SB_RULE_LCD_ADDRESS_HOLD, {10, 20}},
        {DATA_HOLD, SB_RULE_LCD_DATA_HOLD, {10, 10}},
    };
    static const char *const attrs[] = {"voltage=5", "voltage=3.3"};

    (void)arg;
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        int64_t limit_ns = rows[i / 2].limits_ns[i % 2];
        struct lcd_rig rig;

        open_started(&rig, &(struct lcd_rig_config){.attrs = attrs[i % 2]});
        strobe_with(&rig, rows[i / 2].interval, limit_ns);
        check_text(lcd_rig_violation(&rig), "");
        lcd_rig_close(&rig);

        open_started(&rig, &(struct lcd_rig_config){.attrs = attrs[i % 2]});
        strobe_with(&rig, rows[i / 2].interval, limit_ns - 1);
        lcd_rig_check_violation(&rig, 1, rows[i / 2].rule, limit_ns - 1, limit_ns);
        lcd_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(bus_violations_say_which_line_and_how_much_is_missing)
{
    static const char *const texts[] = {
        "RS changed before E rose by 20 ns: 40 ns at least, 20 ns missing",
        "E was high for 100 ns: 230 ns at least, 130 ns missing",
        "E rose again after 490 ns: 500 ns at least, 10 ns missing",
        "D5 changed before E fell by 0 ns: 80 ns at least, 80 ns missing",
        "RS changed after E fell by 5 ns: 10 ns at least, 5 ns missing",
        "D4 changed after E fell by 0 ns: 10 ns at least, 10 ns missing",
    };
    static const int64_t times_ns[] = {20, 100, 490, 0, 5, 0};

    (void)arg;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct lcd_rig rig;

        open_started(&rig, &(struct lcd_rig_config){0});
        strobe_with(&rig, (enum interval)i, times_ns[i]);
        check_text(lcd_rig_violation(&rig), texts[i]);
        check_int(rig.world->examiner.count, 1);
        check_true(rig.world->examiner.kept[0].part == rig.lcd);
        lcd_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(rs_must_not_change_while_e_is_high)
{
    struct lcd_rig rig;

    (void)arg;
    open_started(&rig, &(struct lcd_rig_config){0});
    sb_delay_us(100);
    lcd_rig_set(&rig, E, true);
    sb_delay_ns(500);
    lcd_rig_set(&rig, RS, true);
    sb_delay_ns(100);
    lcd_rig_set(&rig, RS, false);
    sb_delay_ns(500);
    lcd_rig_set(&rig, E, false);
    lcd_rig_check_violation(&rig, 1, SB_RULE_LCD_ADDRESS_HOLD, 0, 10);
    check_text(lcd_rig_violation(&rig), "RS changed while E was high");
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(data_that_the_display_itself_drives_is_not_held_against_the_program)
{
    struct lcd_rig rig;

    (void)arg;
    open_started(&rig, &(struct lcd_rig_config){.wires = "RS RW E D4 D5 D6 D7"});
    for (int i = 0; i < 3; i++) {
        lcd_rig_read(&rig, false);
        lcd_rig_text(&rig, "a");
    }
    check_text(lcd_rig_violation(&rig), "");
    lcd_rig_close(&rig);
    return 0;
}

/* ---- start */

TASK_TEST(power_up_takes_15_ms_at_5_v_and_40_ms_at_3_3_v)
{
    static const int64_t limits_ns[] = {15000000, 40000000};
    static const char *const attrs[] = {"voltage=5", "voltage=3.3"};

    (void)arg;
    for (size_t i = 0; i < 4; i++) {
        int64_t early_ns = i < 2 ? 1 : 0;
        struct lcd_rig rig;

        lcd_rig_open(&rig, &(struct lcd_rig_config){.attrs = attrs[i % 2]});
        sb_sleep_ns(limits_ns[i % 2] - 1500 - early_ns); /* E falls 1500 ns into the strobe */
        lcd_rig_strobe(&rig, false, 0x30);
        if (early_ns == 0) {
            check_text(lcd_rig_violation(&rig), "");
        } else {
            lcd_rig_check_violation(&rig, 1, SB_RULE_LCD_POWER_UP, limits_ns[i % 2] - 1,
                                    limits_ns[i % 2]);
            sb_delay_us(4100);
            lcd_rig_strobe(&rig, false, 0x30);
            check_int(rig.world->examiner.count, 1);
        }
        lcd_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(a_program_that_does_not_wait_for_power_up_is_told_once)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    sb_sleep_ns(5000000 - 1500);
    lcd_rig_strobe(&rig, false, 0x30);
    check_text(lcd_rig_violation(&rig),
               "the first write after power-on came after 5 ms: 15 ms at least, 10 ms missing");
    sb_delay_us(4100);
    lcd_rig_strobe(&rig, false, 0x30);
    sb_delay_us(100);
    lcd_rig_strobe(&rig, false, 0x30);
    sb_delay_us(37);
    lcd_rig_strobe(&rig, false, 0x20);
    check_int(rig.world->examiner.count, 1);
    lcd_rig_close(&rig);
    return 0;
}

/* Three function sets with gaps from E's fall to E's fall. */
static void function_sets(struct lcd_rig *rig, int64_t first_ns, int64_t second_ns)
{
    sb_sleep_ms(15);
    lcd_rig_strobe(rig, false, 0x30);
    sb_sleep_ns(first_ns - 2000);
    lcd_rig_strobe(rig, false, 0x30);
    sb_sleep_ns(second_ns - 2000);
    lcd_rig_strobe(rig, false, 0x30);
}

TASK_TEST(function_sets_of_the_start_are_4_1_ms_and_100_us_apart)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    function_sets(&rig, 4100000, 100000);
    check_text(lcd_rig_violation(&rig), "");
    lcd_rig_close(&rig);

    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    function_sets(&rig, 4099999, 100000);
    lcd_rig_check_violation(&rig, 1, SB_RULE_LCD_INIT_WAIT, 4099999, 4100000);
    lcd_rig_close(&rig);

    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    function_sets(&rig, 4100000, 99999);
    lcd_rig_check_violation(&rig, 1, SB_RULE_LCD_INIT_WAIT, 99999, 100000);
    lcd_rig_close(&rig);

    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    function_sets(&rig, 2000000, 100000);
    check_text(lcd_rig_violation(&rig), "second function set follows the first after 2 ms: 4.1 ms "
                                        "at least, 2.1 ms missing");
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(a_start_later_on_only_has_to_heed_the_busy_time)
{
    struct lcd_rig rig;

    (void)arg;
    open_started(&rig, &(struct lcd_rig_config){0});
    for (int i = 0; i < 3; i++) {
        lcd_rig_strobe(&rig, false, 0x30);
        sb_delay_us(37);
    }
    lcd_rig_strobe(&rig, false, 0x20);
    sb_delay_us(37);
    lcd_rig_command(&rig, 0x28);
    lcd_rig_text(&rig, "ok");
    check_text(lcd_rig_line(&rig, 1), "ok              ");
    check_text(lcd_rig_violation(&rig), "");
    lcd_rig_close(&rig);
    return 0;
}

/* ---- busy */

TASK_TEST(writing_while_an_instruction_executes_names_both_and_what_is_missing)
{
    static const struct {
        uint8_t first, second; /* the second is data when it is a letter */
        int64_t gap_ns;        /* from the end of the first to the second's first half */
        const char *text;
    } rows[] = {
        {0x01, 'A', 20000,
         "display data written 20 us after 'clear display' began: it executes for 1.52 ms, 1.5 ms "
         "missing"},
        {0x02, 0x80, 370000,
         "set DDRAM address written 370 us after 'return home' began: it executes for 1.52 ms, "
         "1.15 ms missing"},
        {0x80, 'A', 30000,
         "display data written 30 us after 'set DDRAM address' began: it executes for 37 us, 7 us "
         "missing"},
        {'A', 'B', 38000,
         "display data written 38 us after 'write data' began: it executes for 41 us, 3 us "
         "missing"},
        {0x40, 0x01, 36999,
         "instruction written 36.999 us after 'set CGRAM address' began: it executes for 37 us, 1 "
         "ns missing"},
    };

    (void)arg;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct lcd_rig rig;

        open_started(&rig, &(struct lcd_rig_config){0});
        lcd_rig_send(&rig, rows[i].first == 'A', rows[i].first);
        sb_delay_ns(rows[i].gap_ns - 2000);
        lcd_rig_send(&rig, rows[i].second >= 'A' && rows[i].second <= 'B', rows[i].second);
        check_text(lcd_rig_violation(&rig), rows[i].text);
        check_int(rig.world->examiner.rule_counts[SB_RULE_LCD_BUSY], 1);
        check_int(rig.world->examiner.count, 1);
        lcd_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(execution_times_are_held_to_the_nanosecond)
{
    static const struct {
        uint8_t byte;
        int64_t limit_ns;
    } rows[] = {{0x01, 1520000}, {0x02, 1520000}, {0x0c, 37000}, {0xc0, 37000}, {'A', 41000}};

    (void)arg;
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        int64_t limit_ns = rows[i / 2].limit_ns;
        struct lcd_rig rig;

        open_started(&rig, &(struct lcd_rig_config){0});
        lcd_rig_send(&rig, rows[i / 2].byte == 'A', rows[i / 2].byte);
        sb_delay_ns(limit_ns - 2000 - (int64_t)(i % 2));
        lcd_rig_send(&rig, true, 'B');
        if (i % 2 == 0)
            check_text(lcd_rig_violation(&rig), "");
        else
            lcd_rig_check_violation(&rig, 1, SB_RULE_LCD_BUSY, limit_ns - 1, limit_ns);
        lcd_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(a_program_that_polls_the_busy_flag_need_not_count_time)
{
    struct lcd_rig rig;

    (void)arg;
    open_started(&rig, &(struct lcd_rig_config){.wires = "RS RW E D4 D5 D6 D7"});
    for (const char *c = "Hello"; *c != '\0'; c++) {
        while (lcd_rig_read(&rig, false) & 0x80)
            continue;
        lcd_rig_send(&rig, true, (uint8_t)*c);
    }
    check_text(lcd_rig_line(&rig, 1), "Hello           ");
    check_text(lcd_rig_violation(&rig), "");
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(data_read_while_busy_is_reported_but_the_flag_may_be_read)
{
    struct lcd_rig rig;

    (void)arg;
    open_started(&rig, &(struct lcd_rig_config){.wires = "RS RW E D4 D5 D6 D7"});
    lcd_rig_send(&rig, false, 0x80);
    lcd_rig_read(&rig, false);
    check_text(lcd_rig_violation(&rig), "");
    lcd_rig_read(&rig, true);
    check_text(lcd_rig_violation(&rig),
               "display data read 3.2 us after 'set DDRAM address' began: it executes for 37 us, "
               "33.8 us missing");
    check_int(rig.world->examiner.count, 1);
    lcd_rig_close(&rig);
    return 0;
}

/* ---- inputs and addresses */

static uint64_t floating_count(const struct lcd_rig *rig)
{
    return rig->world->examiner.rule_counts[SB_RULE_LCD_FLOATING_INPUT];
}

static void pulse_enable(struct lcd_rig *rig)
{
    sb_delay_us(50);
    lcd_rig_set(rig, E, true);
    sb_delay_us(1);
    lcd_rig_set(rig, E, false);
}

TASK_TEST(a_floating_input_is_reported_once_until_it_was_driven)
{
    struct lcd_rig rig;

    (void)arg;
    open_started(&rig, &(struct lcd_rig_config){0});
    lcd_rig_set(&rig, RS, true);
    lcd_rig_release(&rig, D5);
    lcd_rig_release(&rig, D7);
    for (int i = 0; i < 4; i++)
        pulse_enable(&rig);
    lcd_rig_check_violation(&rig, 1, SB_RULE_LCD_FLOATING_INPUT, -1, 0);
    check_text(lcd_rig_violation(&rig), "D5 D7 neither high nor low when E fell");
    sb_delay_us(50);
    lcd_rig_text(&rig, "x");
    check_int(floating_count(&rig), 1);
    lcd_rig_release(&rig, D5);
    pulse_enable(&rig);
    lcd_rig_check_violation(&rig, 2, SB_RULE_LCD_FLOATING_INPUT, -1, 0);
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(rs_and_a_wired_rw_must_not_float)
{
    struct lcd_rig rig;

    (void)arg;
    open_started(&rig, &(struct lcd_rig_config){.wires = "RS RW E D4 D5 D6 D7"});
    for (enum lcd_pin i = D4; i <= D7; i++)
        lcd_rig_release(&rig, i);
    lcd_rig_release(&rig, RS);
    lcd_rig_release(&rig, RW);
    pulse_enable(&rig);
    lcd_rig_check_violation(&rig, 1, SB_RULE_LCD_FLOATING_INPUT, -1, 0);
    check_text(lcd_rig_violation(&rig), "RS RW neither high nor low when E fell");
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(data_lines_that_must_be_there_are_missed)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){.wires = "RS E D4 D5"});
    lcd_rig_start(&rig);
    check_int(floating_count(&rig), 1);
    check_text(rig.world->examiner.kept[0].text, "D6 D7 neither high nor low when E fell");
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(an_address_outside_of_the_lines_is_reported)
{
    struct lcd_rig rig;

    (void)arg;
    open_started(&rig, &(struct lcd_rig_config){.wires = "RS RW E D4 D5 D6 D7"});
    lcd_rig_command(&rig, 0x80 | 0x27);
    lcd_rig_command(&rig, 0x80 | 0x40);
    lcd_rig_command(&rig, 0x80 | 0x67);
    check_text(lcd_rig_violation(&rig), "");
    lcd_rig_command(&rig, 0xa8);
    check_int(lcd_rig_read(&rig, false), 0x28);
    lcd_rig_text(&rig, "lost");
    lcd_rig_check_violation(&rig, 1, SB_RULE_LCD_ADDRESS_RANGE, -1, 0);
    check_text(lcd_rig_violation(&rig),
               "DDRAM address 28h set: two lines have 00h to 27h and 40h to 67h");
    lcd_rig_command(&rig, 0x80 | 0x68);
    lcd_rig_check_violation(&rig, 2, SB_RULE_LCD_ADDRESS_RANGE, -1, 0);
    lcd_rig_command(&rig, 0x20);
    lcd_rig_command(&rig, 0x80 | 0x4f);
    check_int(rig.world->examiner.count, 2);
    lcd_rig_command(&rig, 0x80 | 0x50);
    check_text(lcd_rig_violation(&rig), "DDRAM address 50h set: one line has 00h to 4Fh");
    lcd_rig_close(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bus_times_are_held_to_the_nanosecond_at_both_voltages),
        cmocka_unit_test(bus_violations_say_which_line_and_how_much_is_missing),
        cmocka_unit_test(rs_must_not_change_while_e_is_high),
        cmocka_unit_test(data_that_the_display_itself_drives_is_not_held_against_the_program),
        cmocka_unit_test(power_up_takes_15_ms_at_5_v_and_40_ms_at_3_3_v),
        cmocka_unit_test(a_program_that_does_not_wait_for_power_up_is_told_once),
        cmocka_unit_test(function_sets_of_the_start_are_4_1_ms_and_100_us_apart),
        cmocka_unit_test(a_start_later_on_only_has_to_heed_the_busy_time),
        cmocka_unit_test(writing_while_an_instruction_executes_names_both_and_what_is_missing),
        cmocka_unit_test(execution_times_are_held_to_the_nanosecond),
        cmocka_unit_test(a_program_that_polls_the_busy_flag_need_not_count_time),
        cmocka_unit_test(data_read_while_busy_is_reported_but_the_flag_may_be_read),
        cmocka_unit_test(a_floating_input_is_reported_once_until_it_was_driven),
        cmocka_unit_test(rs_and_a_wired_rw_must_not_float),
        cmocka_unit_test(data_lines_that_must_be_there_are_missed),
        cmocka_unit_test(an_address_outside_of_the_lines_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
