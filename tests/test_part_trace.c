/* SPDX-License-Identifier: MIT */
/* The trace player: sim/parts/part_trace.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/parts/part_trace.h"
#include "sim/bus/uart.h"
#include "sim/world.h"
#include "tests/sr_file.h"
#include "tests/support.h"

#define META "capturefile=logic-1\nsamplerate=1 MHz\nunitsize=1\ntotal probes=3\n"

static struct sb_diag diag;
static struct sb_world *world;
static struct sb_part *player;
static struct sb_wire_listener listeners[2];

static void changed(struct sb_wire *wire, enum sb_level level, void *arg)
{
    (void)wire;
    note("%lld:%s=%c", (long long)sb_now_ns() / 1000, (const char *)arg, "01zx"[level]);
}

/* A player with these attributes, its pins `first` and `second` (or null) on wires of their own. */
static int build(const char *const (*attrs)[2], unsigned count, const char *first,
                 const char *second)
{
    const char *pins[2];
    struct sb_part_spec spec = {
        .type = "softboard-trace", .id = "t", .attrs = attrs, .attr_count = count};

    pins[0] = first;
    pins[1] = second;
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), 1);
    check_int(sb_world_add_part(world, &spec, &player, &diag), 0);
    for (unsigned i = 0; i < 2 && pins[i]; i++) {
        struct sb_part_spec junction = {.type = "wokwi-junction", .id = i ? "y" : "x"};
        struct sb_part *part;
        char endpoint[16];

        snprintf(endpoint, sizeof(endpoint), "t:%s", pins[i]);
        check_int(sb_world_add_part(world, &junction, &part, &diag), 0);
        sb_world_connect(world, sb_world_terminal(world, i ? "y:J" : "x:J"),
                         sb_world_terminal(world, endpoint), "");
        sb_wire_listen(sb_world_terminal(world, endpoint)->wire, &listeners[i], changed,
                       (void *)(uintptr_t)pins[i]);
    }
    return sb_world_start(world, &diag);
}

static int play_clock(void *arg)
{
    const char *const attrs[][2] = {{"file", sr_path()}, {"autoplay", arg ? "0" : "1"}};

    check_int(build(attrs, 2, "SCL", "sda"), 0);
    check_int(sb_part_trace_wait(player), 0);
    check_int(sb_now_ns(), arg ? 0 : 6000);
    check_true(!sb_part_trace_failed(player, NULL, 0));
    sb_world_destroy(world);
    return 0;
}

static void edges_come_at_their_times_and_the_last_levels_stay(void **state)
{
    (void)state;
    sr_write(sr_path(), META "probe1=scl\nprobe2=SDA\n", "\0\1\1\3\1\1", 6);
    run_in_loop(play_clock, NULL);
    assert_string_equal(notes(), "0:SCL=0 | 0:sda=0 | 1:SCL=1 | 3:sda=1 | 4:sda=0");
}

static void a_clock_in_the_same_sample_falls_first_and_rises_last(void **state)
{
    (void)state;
    sr_write(sr_path(), META "probe1=SCL\nprobe2=SDA\n", "\0\3\0\3\1\1", 6);
    run_in_loop(play_clock, NULL);
    assert_string_equal(notes(), "0:SCL=0 | 0:sda=0 | 1:sda=1 | 1:SCL=1 | 2:SCL=0 | 2:sda=0 | "
                                 "3:sda=1 | 3:SCL=1 | 4:sda=0");
}

static void without_autoplay_nothing_is_driven(void **state)
{
    static char manual;

    (void)state;
    sr_write(sr_path(), META "probe1=SCL\nprobe2=SDA\n", "\0\1\0", 3);
    run_in_loop(play_clock, &manual);
    assert_string_equal(notes(), "");
}

static int play_mapped(void *arg)
{
    const char *const attrs[][2] = {
        {"file", sr_path()}, {"channels", arg}, {"from", "0.0000025"}, {"drive", "resistive"}};

    check_int(build(attrs, 4, "rx", "1"), 0);
    check_int(sb_world_terminal(world, "t:rx")->strength, SB_STRENGTH_RESISTIVE);
    check_int(sb_part_trace_wait(player), 0);
    sb_world_destroy(world);
    return 0;
}

static void pins_are_mapped_and_the_beginning_may_be_left_out(void **state)
{
    (void)state;
    sr_write(sr_path(), META "probe1=IR Toy IRRX\nprobe2=other\n", "\0\1\0\1\2\0", 6);
    run_in_loop(play_mapped, (void *)(uintptr_t) "RX=ir toy irrx");
    assert_string_equal(notes(), "0:rx=0 | 0:1=0 | 0:rx=1 | 1:rx=0 | 1:1=1 | 2:1=0");
}

static int play_later(void *arg)
{
    const char *const attrs[][2] = {{"channels", ""}};

    check_int(build(attrs, 1, "IR", NULL), 0);
    sb_sleep_us(100);
    check_int(player->type->play(player, sr_path(), arg, &diag), arg ? 0 : -EINVAL);
    sb_part_trace_wait(player);
    note("%s", diag.last);
    sb_world_destroy(world);
    return 0;
}

static void a_play_step_starts_now_with_the_channel_it_names(void **state)
{
    (void)state;
    sr_write(sr_path(), META "probe1=one\nprobe2=two\n", "\0\1\2\0", 4);
    run_in_loop(play_later, (void *)(uintptr_t) "two");
    assert_string_equal(notes(), "100:IR=0 | 102:IR=1 | 103:IR=0 | ");
}

static void a_pin_without_a_channel_is_an_error_that_lists_them(void **state)
{
    (void)state;
    sr_write(sr_path(), META "probe1=one\nprobe2=two\n", "\0\1\2\0", 4);
    run_in_loop(play_later, NULL);
    assert_non_null(strstr(notes(), "no channel for pin IR; the file has \"one\", \"two\""));
}

static int refused(void *arg)
{
    const char *const attrs[][2] = {{"file", sr_path()}, {"channels", arg}};

    check_true(build(attrs, 2, "IR", NULL) < 0);
    note("%s", diag.last);
    sb_world_destroy(world);
    return 0;
}

static void wrong_mappings_are_refused_at_the_start(void **state)
{
    (void)state;
    sr_write(sr_path(), META "probe1=one\nprobe2=two\n", "\0\1\2\0", 4);
    run_in_loop(refused, (void *)(uintptr_t) "IR=three");
    assert_non_null(strstr(notes(), "no channel 'three'; the file has \"one\", \"two\""));
    run_in_loop(refused, (void *)(uintptr_t) "IRX=one");
    assert_non_null(strstr(notes(), "no pin 'IRX'"));
    run_in_loop(refused, (void *)(uintptr_t) "one");
    assert_non_null(strstr(notes(), "'one' is not PIN=CHANNEL"));
    sr_write_file(sr_path(), "nonsense", 8);
    run_in_loop(refused, (void *)(uintptr_t) "IR=one");
    assert_non_null(strstr(notes(), "not a recording that is understood"));
}

static int play_vcd(void *arg)
{
    const char *const attrs[][2] = {{"file", sr_path()}};

    (void)arg;
    check_int(build(attrs, 1, "SCL", "SDA"), 0);
    check_int(sb_part_trace_wait(player), 0);
    check_int(sb_now_ns(), 9000);
    sb_world_destroy(world);
    return 0;
}

static void released_lines_are_let_go_of(void **state)
{
    static const char text[] =
        "$timescale 1 us $end $scope module bus $end $var wire 1 ! scl $end $var wire 1 ? sda $end "
        "$upscope $end $enddefinitions $end #0 0! x? #1 z! #2 0? #3 0! z? #4 1? z! #9";

    (void)state;
    sr_write_file(sr_path(), text, sizeof(text) - 1);
    run_in_loop(play_vcd, NULL);
    assert_string_equal(notes(), "0:SCL=0 | 1:SCL=z | 2:SDA=0 | 3:SCL=0 | 3:SDA=z | 4:SDA=1 | "
                                 "4:SCL=z");
}

/* The channels that nobody plays are more than there are pins, and bits in a word. */
static void channels_beyond_the_pins_are_passed_over(void **state)
{
    char text[8192] = "$timescale 1 us $end ";
    size_t used = strlen(text);

    (void)state;
    for (unsigned i = 0; i < 200; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "$var wire 1 i%u n%u $end ", i,
                                 i);
    used += (size_t)snprintf(text + used, sizeof(text) - used,
                             "$var wire 1 ! scl $end $var wire 1 ? sda $end $enddefinitions $end "
                             "#0 0! 0? 1i0 1i64 #1 0i64 1? 1i128 #2 1! 1i199 #9 0i199");
    sr_write_file(sr_path(), text, used);
    run_in_loop(play_vcd, NULL);
    assert_string_equal(notes(), "0:SCL=0 | 0:SDA=0 | 1:SDA=1 | 2:SCL=1");
}

static int play_infrared(void *arg)
{
    const char *const attrs[][2] = {{"file", sr_path()}};

    (void)arg;
    check_int(build(attrs, 1, "IR", NULL), 0);
    check_int(sb_part_trace_wait(player), 0);
    sb_world_destroy(world);
    return 0;
}

static void a_mark_at_once_is_an_edge(void **state)
{
    (void)state;
    sr_write_file(sr_path(), "+10 -20 +30 # timeout 5", 23);
    run_in_loop(play_infrared, NULL);
    assert_string_equal(notes(), "0:IR=1 | 0:IR=0 | 10:IR=1 | 30:IR=0 | 60:IR=1");
}

static void on_uart(enum sb_uart_event event, uint8_t byte, void *arg)
{
    (void)arg;
    check_int(event, SB_UART_BYTE);
    note("%lld:%02x", (long long)sb_now_ns() / 1000, byte);
}

static int play_log(void *arg)
{
    const char *const attrs[][2] = {{"file", sr_path()}, {"baud", "100000"}, {"from", arg}};
    struct sb_uart_rx rx;

    check_int(build(attrs, 3, "RX", NULL), 0);
    sb_wire_unlisten(&listeners[0]);
    notes_clear();
    check_int(sb_terminal_level(sb_world_terminal(world, "t:RX")), SB_LEVEL_HIGH);
    sb_uart_rx_init(&rx, sb_world_terminal(world, "x:J"), 100000, on_uart, NULL);
    sb_uart_rx_start(&rx);
    check_int(sb_part_trace_wait(player), 0);
    note("end %lld", (long long)sb_now_ns() / 1000);
    sb_uart_rx_stop(&rx);
    sb_world_destroy(world);
    return 0;
}

/* A byte takes 100 us; it is heard in the middle of its stop bit. */
static void bytes_of_a_log_are_sent_at_their_times(void **state)
{
    (void)state;
    sr_write_file(sr_path(), "1.0 $GPGSV,1\n1.002 AB\n1.002 !AB", 31);
    run_in_loop(play_log, (void *)(uintptr_t) "0");
    assert_string_equal(
        notes(),
        "195:24 | 295:47 | 395:50 | 495:47 | 595:53 | 695:56 | 795:2c | 895:31 | 995:0d | 1095:0a | 1195:31 | 1295:2e | 1395:30 | 1495:30 | 1595:32 | 1695:20 | 1795:41 | 1895:42 | 1995:0d | 2095:0a | 2195:21 | 2295:41 | 2395:42 | 2495:0d | 2595:0a | end 2600");
    run_in_loop(play_log, (void *)(uintptr_t) "0.0021");
    assert_string_equal(notes(), "195:41 | 295:42 | 395:0d | 495:0a | end 500");
}

/* Bit by bit for those who look. */
static int look_at_log(void *arg)
{
    const char *const attrs[][2] = {{"file", sr_path()}, {"baud", "1000"}};

    (void)arg;
    check_int(build(attrs, 2, "RX", NULL), 0);
    check_int(sb_part_trace_wait(player), 0);
    check_int(player->type->play(player, sr_path(), NULL, &diag), 0);
    sb_sleep_ms(15);
    sb_world_destroy(world); /* in the middle of a byte */
    return 0;
}

static void bytes_of_a_log_are_bits_on_the_wire(void **state)
{
    (void)state;
    sr_write_file(sr_path(), "$GPGSV,", 7);
    run_in_loop(look_at_log, NULL);
    assert_ptr_equal(strstr(notes(),
                            "0:RX=1 | 10000:RX=0 | 13000:RX=1 | 14000:RX=0 | 16000:RX=1 | "
                            "17000:RX=0 | 19000:RX=1 | 20000:RX=0 | 21000:RX=1 | 24000:RX=0"),
                     notes());
}

static int refuse_baud(void *arg)
{
    const char *const attrs[][2] = {{"baud", arg}};

    check_true(build(attrs, 1, "RX", NULL) < 0);
    note("%s", diag.last);
    sb_world_destroy(world);
    return 0;
}

static void an_impossible_baud_rate_is_refused(void **state)
{
    (void)state;
    run_in_loop(refuse_baud, (void *)(uintptr_t) "49");
    assert_non_null(strstr(notes(), "baud: 49; 50 to 4000000 are possible"));
}

static int play_damaged(void *arg)
{
    const char *const attrs[][2] = {{"file", sr_path()}};
    char text[512] = "";

    (void)arg;
    check_int(build(attrs, 1, "IR", NULL), 0);
    check_int(sb_part_trace_wait(player), -EINVAL);
    check_true(sb_part_trace_failed(player, text, sizeof(text)));
    note("%s", text);
    sb_world_destroy(world);
    return 0;
}

static void damage_met_while_playing_stops_and_is_told(void **state)
{
    (void)state;
    sr_write(sr_path(),
             "capturefile=logic-1\nsamplerate=1 MHz\nunitsize=2\ntotal probes=9\nprobe9=IR\n",
             "\0\0\0\1\0", 5);
    run_in_loop(play_damaged, NULL);
    assert_non_null(strstr(notes(), "0:IR=0 | 1:IR=1 | t: "));
    assert_non_null(strstr(notes(), "damaged: the data end inside a sample"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_come_at_their_times_and_the_last_levels_stay),
        cmocka_unit_test(a_clock_in_the_same_sample_falls_first_and_rises_last),
        cmocka_unit_test(without_autoplay_nothing_is_driven),
        cmocka_unit_test(pins_are_mapped_and_the_beginning_may_be_left_out),
        cmocka_unit_test(a_play_step_starts_now_with_the_channel_it_names),
        cmocka_unit_test(a_pin_without_a_channel_is_an_error_that_lists_them),
        cmocka_unit_test(wrong_mappings_are_refused_at_the_start),
        cmocka_unit_test(released_lines_are_let_go_of),
        cmocka_unit_test(channels_beyond_the_pins_are_passed_over),
        cmocka_unit_test(a_mark_at_once_is_an_edge),
        cmocka_unit_test(bytes_of_a_log_are_sent_at_their_times),
        cmocka_unit_test(bytes_of_a_log_are_bits_on_the_wire),
        cmocka_unit_test(an_impossible_baud_rate_is_refused),
        cmocka_unit_test(damage_met_while_playing_stops_and_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
