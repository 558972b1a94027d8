/* SPDX-License-Identifier: MIT */
/* The VCD writer: sim/vcd_out.c. The stimulus is a bare junction that the test drives. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/bus/uart.h"
#include "sim/vcd_out.h"
#include "sim/world.h"
#include "tests/sr_file.h"
#include "tests/support.h"

#define HEADER(timescale)                                                                       \
    "$date 2026-01-01T00:00:00Z $end\n$version softboard $end\n$timescale " timescale " $end\n" \
    "$scope module gpio $end\n$var wire 1 ! a.J $end\n$var wire 1 \" b.J $end\n"                \
    "$upscope $end\n$enddefinitions $end\n"

static struct sb_vcd_options options;
static struct sb_diag diag;

struct bench {
    struct sb_world *world;
    struct sb_terminal *a, *b;
    struct sb_vcd *vcd;
};

static void add_junction(struct sb_world *world, const char *id)
{
    struct sb_part_spec spec = {.type = "wokwi-junction", .id = id};
    struct sb_part *part;

    check_int(sb_world_add_part(world, &spec, &part, &diag), 0);
}

/* Two wires, a and b, of two terminals each, and c, on which nothing else is. */
static void begin(struct bench *bench)
{
    sb_diag_init(&diag, NULL, NULL);
    bench->world = sb_world_create(test_loop(), 1);
    add_junction(bench->world, "a");
    add_junction(bench->world, "a2");
    add_junction(bench->world, "b");
    add_junction(bench->world, "b2");
    add_junction(bench->world, "c");
    bench->a = sb_world_terminal(bench->world, "a:J");
    bench->b = sb_world_terminal(bench->world, "b:J");
    sb_world_connect(bench->world, bench->a, sb_world_terminal(bench->world, "a2:J"), "");
    sb_world_connect(bench->world, bench->b, sb_world_terminal(bench->world, "b2:J"), "");
    check_int(sb_world_start(bench->world, &diag), 0);
    check_int(sb_vcd_open(&bench->vcd, bench->world, sr_path(), &options, &diag), 0);
}

static void drive(struct sb_terminal *terminal, int level)
{
    sb_terminal_drive(terminal, level < 0 ? SB_STRENGTH_NONE : SB_STRENGTH_STRONG, level > 0);
}

static uint64_t end(struct bench *bench)
{
    uint64_t merged = 0;

    check_int(sb_vcd_close(bench->vcd, &merged), 0);
    sb_world_destroy(bench->world);
    return merged;
}

static void run(sb_task_fn *fn, const char *timescale, bool compat)
{
    options = (struct sb_vcd_options){.start_unix_s = 1767225600, .compat = compat};
    if (timescale)
        assert_int_equal(sb_vcd_timescale_parse(timescale, &options.timescale_ns), 0);
    run_in_loop(fn, NULL);
}

static void assert_file(const char *expected)
{
    size_t size;
    char *text = (char *)sr_read_file(sr_path(), &size);

    assert_string_equal(text, expected);
    free(text);
}

static int all_levels(void *arg)
{
    struct bench bench;

    (void)arg;
    begin(&bench);
    drive(bench.a, 0); /* still time 0: an initial level */
    sb_sleep_us(10);
    drive(bench.a, 1);
    drive(bench.b, 1);
    sb_sleep_us(5);
    drive(sb_world_terminal(bench.world, "a2:J"), 0);
    sb_sleep_us(5);
    drive(sb_world_terminal(bench.world, "a2:J"), -1);
    drive(bench.b, -1);
    sb_sleep_us(10);
    check_int(end(&bench), 0);
    return 0;
}

static void levels_conflicts_and_floating_wires_are_written(void **state)
{
    (void)state;
    run(all_levels, NULL, false);
    assert_file(HEADER("1us") "#0\n$dumpvars\n0!\nz\"\n$end\n#10\n1!\n1\"\n#15\nx!\n#20\n1!\nz\"\n"
                              "#30\n");
}

static void compat_knows_only_0_and_1(void **state)
{
    (void)state;
    run(all_levels, NULL, true);
    assert_file(HEADER("1us") "#0\n$dumpvars\n0!\n0\"\n$end\n#10\n1!\n1\"\n#15\n0!\n#20\n1!\n0\"\n"
                              "#30\n");
}

/* Opened in the middle of a byte whose bits nobody has seen until then. */
static int half_a_byte(void *arg)
{
    struct bench bench;
    struct sb_uart_tx tx;

    (void)arg;
    begin(&bench);
    check_int(sb_vcd_close(bench.vcd, NULL), 0);
    sb_uart_tx_init(&tx, bench.a, 10000, NULL, NULL);
    sb_uart_tx_write(&tx, "\xfe", 1);
    sb_sleep_us(150);
    check_int(sb_vcd_open(&bench.vcd, bench.world, sr_path(), &options, &diag), 0);
    sb_sleep_ms(2);
    sb_uart_tx_deinit(&tx);
    end(&bench);
    return 0;
}

static void a_file_that_is_opened_in_the_middle_of_a_byte_begins_with_its_bit(void **state)
{
    (void)state;
    run(half_a_byte, NULL, false);
    assert_file(HEADER("1us") "#150\n$dumpvars\n0!\nz\"\n$end\n#200\n1!\n#2150\n");
}

static int short_pulses(void *arg)
{
    struct bench bench;

    (void)arg;
    begin(&bench);
    drive(bench.a, 0);
    drive(bench.b, 0);
    sb_sleep_ns(12300);
    drive(bench.a, 1);
    sb_sleep_ns(300);
    drive(bench.a, 0);
    sb_sleep_ns(300);
    drive(bench.a, 1);
    drive(bench.b, 1);
    sb_sleep_ns(20200); /* 33100 */
    drive(bench.b, 0);
    sb_sleep_ns(100);
    drive(bench.b, 1);
    check_text(sb_vcd_warning(bench.vcd), *(const char **)arg);
    check_int(end(&bench), options.timescale_ns == 100 ? 0 : 3);
    return 0;
}

static void run_short_pulses(const char *timescale, const char *warning)
{
    options = (struct sb_vcd_options){.start_unix_s = 1767225600};
    assert_int_equal(sb_vcd_timescale_parse(timescale, &options.timescale_ns), 0);
    run_in_loop(short_pulses, &warning);
}

static void changes_within_a_tick_are_one_and_counted(void **state)
{
    (void)state;
    run_short_pulses("1us", "3 changes fell together with a later one of the same wire within 1us: "
                            "a finer timescale shows them");
    assert_file(HEADER("1us") "#0\n$dumpvars\n0!\n0\"\n$end\n#12\n1!\n1\"\n#33\n");
}

static void a_finer_timescale_shows_all(void **state)
{
    (void)state;
    run_short_pulses("100 ns", "");
    assert_file(HEADER("100ns") "#0\n$dumpvars\n0!\n0\"\n$end\n#123\n1!\n#126\n0!\n#129\n1!\n1\"\n"
                                "#331\n0\"\n#332\n1\"\n");
}

static int flush_in_between(void *arg)
{
    struct bench bench;
    char *text;
    size_t size;

    (void)arg;
    begin(&bench);
    sb_sleep_us(3);
    drive(bench.a, 1);
    check_int(sb_vcd_flush(bench.vcd), 0);
    text = (char *)sr_read_file(sr_path(), &size);
    check_text(text, HEADER("1us") "#0\n$dumpvars\nz!\nz\"\n$end\n#3\n1!\n");
    free(text);
    end(&bench);
    return 0;
}

static void a_flushed_file_is_readable(void **state)
{
    (void)state;
    run(flush_in_between, NULL, false);
}

/* More than one buffer. */
static int many_changes(void *arg)
{
    struct bench bench;

    (void)arg;
    begin(&bench);
    for (int i = 0; i < 20000; i++) {
        sb_sleep_us(1);
        drive(bench.a, i % 2);
    }
    end(&bench);
    return 0;
}

static void long_files_are_whole_and_the_same_each_time(void **state)
{
    size_t sizes[2];
    unsigned char *files[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        run(many_changes, NULL, false);
        files[i] = sr_read_file(sr_path(), &sizes[i]);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(files[0], files[1], sizes[0]);
    assert_true(sizes[0] > 150000);
    assert_string_equal((char *)files[0] + sizes[0] - strlen("#19999\n0!\n#20000\n1!\n"),
                        "#19999\n0!\n#20000\n1!\n");
    free(files[0]);
    free(files[1]);
}

static int full_disk(void *arg)
{
    struct bench bench;

    (void)arg;
    begin(&bench);
    sb_vcd_close(bench.vcd, NULL);
    if (sb_vcd_open(&bench.vcd, bench.world, "/dev/full", &options, &diag) == 0) {
        check_int(sb_vcd_flush(bench.vcd), -ENOSPC);
        check_int(sb_vcd_close(bench.vcd, NULL), -ENOSPC);
    }
    check_int(sb_vcd_open(&bench.vcd, bench.world, "/nonexistent/x.vcd", &options, &diag), -ENOENT);
    check_text(diag.last, "/nonexistent/x.vcd: No such file or directory");
    check_int(sb_vcd_close(bench.vcd, NULL), 0);
    sb_world_destroy(bench.world);
    return 0;
}

static void errors_are_kept_until_close(void **state)
{
    (void)state;
    run(full_disk, NULL, false);
}

static int chosen_wires(void *arg)
{
    struct sb_wire *wires[2];
    struct bench bench;

    (void)arg;
    begin(&bench);
    sb_vcd_close(bench.vcd, NULL);
    wires[0] = sb_world_terminal(bench.world, "c:J")->wire;
    wires[1] = bench.a->wire;
    options.wires = wires;
    options.wire_count = 2;
    check_int(sb_vcd_open(&bench.vcd, bench.world, sr_path(), &options, &diag), 0);
    end(&bench);
    return 0;
}

static void chosen_wires_are_written_in_their_order(void **state)
{
    size_t size;
    char *text;

    (void)state;
    run(chosen_wires, NULL, false);
    text = (char *)sr_read_file(sr_path(), &size);
    assert_non_null(strstr(text, "$var wire 1 ! c.J $end\n$var wire 1 \" a.J $end\n$upscope"));
    free(text);
}

static void timescales_are_1_10_or_100_of_a_unit(void **state)
{
    static const char *const bad[] = {"", "us", "2us", "1000ns", "1", "1 min", "-1us", "1us x"};
    int64_t ns;

    (void)state;
    assert_int_equal(sb_vcd_timescale_parse("1us", &ns), 0);
    assert_int_equal(ns, 1000);
    assert_int_equal(sb_vcd_timescale_parse("100 ms", &ns), 0);
    assert_int_equal(ns, 100000000);
    assert_int_equal(sb_vcd_timescale_parse("1ns", &ns), 0);
    assert_int_equal(ns, 1);
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(sb_vcd_timescale_parse(bad[i], &ns), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_conflicts_and_floating_wires_are_written),
        cmocka_unit_test(compat_knows_only_0_and_1),
        cmocka_unit_test(a_file_that_is_opened_in_the_middle_of_a_byte_begins_with_its_bit),
        cmocka_unit_test(changes_within_a_tick_are_one_and_counted),
        cmocka_unit_test(a_finer_timescale_shows_all),
        cmocka_unit_test(a_flushed_file_is_readable),
        cmocka_unit_test(long_files_are_whole_and_the_same_each_time),
        cmocka_unit_test(errors_are_kept_until_close),
        cmocka_unit_test(chosen_wires_are_written_in_their_order),
        cmocka_unit_test(timescales_are_1_10_or_100_of_a_unit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
