/* SPDX-License-Identifier: MIT */
/*
 * The NEC receiver on a pin that the test moves; spec/drivers.md 12, 19.5 and 20.4. What is on air is
 * written in words:
 *
 *      F34 12 56 A9    a frame of these bytes
 *      R               a repeat
 *      !F... !R        one that is spoilt as `spoilt` says
 *      M9000 S4500     a mark, a space of so many microseconds
 *      @108            until so many milliseconds after the last F or R began
 */
#include "drivers/nec_ir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/timeout.h"
#include "tests/support.h"

/* ---- a line */

struct line {
    struct sb_pin pin;
    bool level;
    bool is_watched;
    int read_error;
};

static struct line line;

static int line_configure(struct sb_pin *pin, unsigned flags)
{
    (void)pin;
    (void)flags;
    return 0;
}

static int line_read(struct sb_pin *pin)
{
    (void)pin;
    return line.read_error != 0 ? line.read_error : line.level;
}

static int line_write(struct sb_pin *pin, bool level)
{
    (void)pin;
    (void)level;
    return 0;
}

static int line_watch(struct sb_pin *pin, bool is_on)
{
    (void)pin;
    line.is_watched = is_on;
    return 0;
}

static void line_close(struct sb_pin *pin)
{
    (void)pin;
}

static void line_init(unsigned flags, bool level)
{
    static const struct sb_pin_ops ops = {
        .configure = line_configure,
        .read = line_read,
        .write = line_write,
        .watch = line_watch,
        .close = line_close,
    };

    line = (struct line){.level = level};
    sb_pin_init(&line.pin, NULL, "line", &ops);
    sb_pin_configure(&line.pin, flags);
}

/* An edge as a backend reports it, maybe long after it has happened. */
static void report_edge(bool level, int64_t time_ns, uint32_t lost)
{
    line.level = level;
    if (!line.is_watched)
        return;
    sb_loop_callback_begin(test_loop());
    sb_pin_report_edge(&line.pin, level, time_ns, lost);
    sb_loop_callback_end(test_loop());
}

/* ---- a remote */

static bool mark_level;               /* of the line while there is light */
static int64_t (*bend)(int64_t, int); /* what becomes of spans, if not null */
static int64_t begin_ns;              /* of the last frame or repeat */

/* What is wrong with the frame or repeat after a "!"; its spans are numbered from 0. */
static struct {
    int count;       /* of spans that are sent; 0: all */
    int number;      /* of a span that has another length; */
    int64_t time_ns; /* 0: none */
} spoilt;

enum { MARK, SPACE };

static void span(int kind, int64_t time_ns)
{
    bool level = kind == MARK ? mark_level : !mark_level;

    if (bend != NULL)
        time_ns = bend(time_ns, kind);
    if (line.level != level)
        report_edge(level, sb_now_ns(), 0);
    sb_sleep_ns(time_ns);
}

static void send(int64_t *spans_ns, int count, bool is_spoilt)
{
    begin_ns = sb_now_ns();
    if (is_spoilt && spoilt.count != 0 && spoilt.count < count)
        count = spoilt.count;
    if (is_spoilt && spoilt.time_ns != 0)
        spans_ns[spoilt.number] = spoilt.time_ns;
    for (int i = 0; i < count; i++)
        span(i % 2 == 0 ? MARK : SPACE, spans_ns[i]);
    if (count % 2 == 1)
        report_edge(!mark_level, sb_now_ns(), 0);
}

static void send_frame(uint32_t word, bool is_spoilt)
{
    int64_t spans_ns[67] = {9000000, 4500000};

    for (unsigned i = 0; i < 32; i++) {
        spans_ns[2 + 2 * i] = 562500;
        spans_ns[3 + 2 * i] = (word >> i & 1) != 0 ? 1687500 : 562500;
    }
    spans_ns[66] = 562500;
    send(spans_ns, 67, is_spoilt);
}

static void send_repeat(bool is_spoilt)
{
    send((int64_t[]){9000000, 2250000, 562500}, 3, is_spoilt);
}

static uint32_t take_bytes(const char **at)
{
    uint32_t word = 0;

    for (unsigned i = 0; i < 4; i++) {
        char *end;

        word |= (uint32_t)strtoul(*at, &end, 16) << 8 * i;
        *at = end;
    }
    return word;
}

static int64_t take_number(const char **at, double unit_ns)
{
    char *end;
    double number = strtod(*at, &end);

    *at = end;
    return (int64_t)(number * unit_ns + 0.5);
}

static void play(const char *text)
{
    bool is_spoilt = false;

    while (*text) {
        switch (*text++) {
        case 'F':
            send_frame(take_bytes(&text), is_spoilt);
            is_spoilt = false;
            break;
        case 'R':
            send_repeat(is_spoilt);
            is_spoilt = false;
            break;
        case '!':
            is_spoilt = true;
            break;
        case 'M':
            span(MARK, take_number(&text, 1e3));
            report_edge(!mark_level, sb_now_ns(), 0);
            break;
        case 'S':
            span(SPACE, take_number(&text, 1e3));
            break;
        case '@':
            sb_sleep_until_ns(begin_ns + take_number(&text, 1e6));
            break;
        default:
            break;
        }
    }
}

/* ---- a receiver that notes what it reports */

static struct sb_nec_ir ir;
static struct sb_nec_ir_config config;
static struct sb_nec_ir_event last; /* that was noted */

static void note_event(struct sb_nec_ir *self, const struct sb_nec_ir_event *event, void *arg)
{
    check_true(self == &ir);
    check_true(arg == &config);
    last = *event;
    if (event->kind == SB_NEC_IR_ERROR)
        note("%s", sb_nec_ir_error_text(event->error));
    else
        note(event->is_extended ? "%04X/%02X" : "%02X/%02X", (unsigned)event->address,
             (unsigned)event->command);
    if (event->kind == SB_NEC_IR_REPEAT)
        note("held %u", (unsigned)event->repeat_count);
}

static int play_all(void *arg)
{
    check_int(sb_nec_ir_init(&ir, &config), 0);
    check_int(sb_nec_ir_start(&ir), 0);
    play(arg);
    sb_sleep_ms(20);
    check_true(!sb_timer_is_armed(&ir.timer));
    sb_nec_ir_stop(&ir);
    return 0;
}

static void assert_received(const char *sent, const char *expected)
{
    char text[512];

    snprintf(text, sizeof(text), "%s", sent);
    run_in_loop(play_all, text);
    assert_string_equal(notes(), expected);
}

static int setup(void **state)
{
    (void)state;
    mark_level = false;
    bend = NULL;
    spoilt.count = 0;
    spoilt.time_ns = 0;
    line_init(SB_PIN_INPUT, true);
    config = (struct sb_nec_ir_config){.pin = &line.pin, .fn = note_event, .arg = &config};
    return 0;
}

#define GOOD "F40 BF 12 ED"

/* ---- frames */

/* spec/drivers.md 19.5; a result at the end of the stop mark (N2). */
static void the_vectors_are_received_at_their_last_edge(void **state)
{
    static const struct {
        const char *sent;
        const char *received;
        int64_t duration_ns;
    } vectors[] = {
        {"S10 F04 FB 08 F7", "04/08", 68062500},   {"S10 F40 BF 01 FE", "40/01", 68062500},
        {"S10 F00 FF FF 00", "00/FF", 68062500},   {"S10 F34 12 56 A9", "1234/56", 64687500},
        {"S10 FFF FF 00 FF", "FFFF/00", 77062500}, {"S10 F00 00 45 BA", "0000/45", 59062500},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        assert_received(vectors[i].sent, vectors[i].received);
        assert_int_equal(last.begin_ns, 10000);
        assert_int_equal(last.time_ns, 10000 + vectors[i].duration_ns);
        assert_int_equal(last.kind, SB_NEC_IR_FRAME);
        assert_int_equal(last.error, SB_NEC_IR_NO_ERROR);
        assert_int_equal(last.repeat_count, 0);
        assert_int_equal(ir.frame_count, 1);
        assert_int_equal(ir.noise_count, 0);
    }
}

static void note_time(struct sb_nec_ir *self, const struct sb_nec_ir_event *event, void *arg)
{
    (void)self;
    (void)arg;
    check_int(event->time_ns, sb_now_ns());
    note("%lld", (long long)event->time_ns);
}

static void events_come_when_they_are_decided(void **state)
{
    (void)state;
    config.fn = note_time;
    assert_received(GOOD " @108 R @108 R @108 M9000 S4500 M562.5 S562.5 M562.5",
                    "68062500 | 119812500 | 227812500 | 351187500");
}

static void a_frame_whose_command_does_not_match_its_complement_is_an_error(void **state)
{
    (void)state;
    assert_received("F04 FB 08 F6", "bad command");
    assert_int_equal(last.kind, SB_NEC_IR_ERROR);
    assert_int_equal(last.error, SB_NEC_IR_BAD_COMMAND);
    assert_int_equal(last.address, 0);
    assert_int_equal(last.time_ns, 68062500 - 1125000);
    assert_int_equal(ir.error_count, 1);
}

static void addresses_are_taken_as_the_config_says(void **state)
{
    (void)state;
    assert_received("F04 FB 08 F7 S40000 F34 12 56 A9", "04/08 | 1234/56");
    config.addresses = SB_NEC_IR_STANDARD;
    assert_received("F04 FB 08 F7 S40000 F34 12 56 A9", "04/08 | bad address");
    config.addresses = SB_NEC_IR_EXTENDED;
    assert_received("F04 FB 08 F7 S40000 F34 12 56 A9", "FB04/08 | 1234/56");
}

static void a_frame_of_66_edges_is_short(void **state)
{
    (void)state;
    spoilt.count = 65;
    assert_received("!F00 FF 00 FF", "short");
    assert_int_equal(last.time_ns, 65812500 + 12000000);
}

/* N1, and no overrun: the 69th edge is not the frame's. */
static void what_follows_a_frame_does_not_spoil_it(void **state)
{
    (void)state;
    assert_received(GOOD " S562.5 M562.5 S562.5 M562.5", "40/12");
    assert_received(GOOD " S562.5 F04 FB 08 F7", "40/12 | 04/08");
    assert_received(GOOD " S40000 R S562.5 M562.5", "40/12 | 40/12 | held 1");
    assert_int_equal(ir.noise_count, 1);
}

/* ---- noise, and frames that are broken */

/* N1 */
static void noise_opens_nothing(void **state)
{
    (void)state;
    assert_received("M200 S5000 " GOOD, "40/12");
    assert_received("M200 S30 M60 S700 M4000 S100 " GOOD, "40/12");
    assert_int_equal(ir.noise_count, 3);
    assert_received("M1000 S4500 M562 S562 M20000 S500 " GOOD, "40/12");
    assert_received("M200", "");
    assert_received("M3900 S4500 M562 S562 M562", ""); /* 19.5: no leader */
    assert_int_equal(ir.error_count, 0);
}

static void noise_in_a_frame_costs_that_frame_only(void **state)
{
    (void)state;
    assert_received("M9000 S4500 M562 S100 M50 S412 M562 S1687 M562 S40000 " GOOD,
                    "bad space | 40/12");
    assert_received("M9000 S1000 M50 S3450 M562 S562 M562 S40000 " GOOD, "bad leader | 40/12");
    assert_received("M9000 S4500 M200 S362 M562 S40000 " GOOD, "bad mark | 40/12");
    assert_int_equal(ir.error_count, 1);
}

static void what_breaks_a_frame_may_be_the_next_ones_leader(void **state)
{
    (void)state;
    assert_received("M9000 S4500 M562 S562 " GOOD, "bad mark | 40/12");
    assert_received("M9000 S1000 " GOOD, "bad leader | 40/12");
    assert_received("M9000 S2250 " GOOD, "bad mark | 40/12");
    assert_received("M9000 S4500 M562 S3000 " GOOD, "bad space | 40/12");
    assert_received(GOOD " S40000 M9000 S4500 R", "40/12 | bad mark | late repeat");
}

/* N6: nothing of an earlier burst is looked at. */
static void a_leader_alone_is_a_bad_leader(void **state)
{
    (void)state;
    assert_received(GOOD " S40000 M9000", "40/12 | bad leader");
    assert_int_equal(last.time_ns, 68062500 + 40000000 + 21000000);
    assert_int_equal(last.begin_ns, 68062500 + 40000000);
}

static void twelve_milliseconds_without_an_edge_end_a_frame(void **state)
{
    (void)state;
    assert_received("M9000 S4500 M600 S11999.999 M600", "bad space");
    assert_int_equal(last.time_ns, 9000000 + 4500000 + 600000 + 11999999);
    assert_received("M9000 S4500 M600 S12000 M600", "short");
    assert_int_equal(last.time_ns, 9000000 + 4500000 + 600000 + 12000000);
    assert_received("M9000 S4500 M30000 S100", "bad mark");
    assert_int_equal(last.time_ns, 9000000 + 4500000 + 12000000);
    assert_received("M9000 S2250 M30000 S100", "bad mark");
}

/* At each length, followed at once by a good frame, after a little, and after a rest. */
static void each_truncation_is_one_error_and_the_next_frame_is_received(void **state)
{
    static const char *const rests[] = {"", "S300", "S3000", "S9000", "S12000", "S40000"};
    char script[64];

    (void)state;
    for (spoilt.count = 1; spoilt.count < 67; spoilt.count++)
        for (size_t i = spoilt.count % 2 != 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
            snprintf(script, sizeof(script), "!F04 FB 08 F7 %s " GOOD, rests[i]);
            run_in_loop(play_all, script);
            assert_int_equal(ir.error_count, 1);
            assert_int_equal(ir.frame_count, 1);
            assert_int_equal(last.kind, SB_NEC_IR_FRAME);
            assert_int_equal(last.command, 0x12);
        }
}

/* ---- tolerances: N3 */

#define KEY      "F00 FF 00 FF"
#define HELD     "00/00 | 00/00 | held 1"
#define NOT_HELD "00/00 | bad leader"

enum { LEADER_MARK, LEADER_SPACE, FIRST_MARK, FIRST_SPACE, LAST_SPACE = 65, STOP_MARK };

static void assert_spoilt(const char *sent, int number, int64_t time_ns, const char *expected)
{
    spoilt.number = number;
    spoilt.time_ns = time_ns;
    assert_received(sent, expected);
}

/* A span of `sent` may be of these lengths, and not of others (unless `bad` is null). */
static void assert_limits(const char *sent, int number, int64_t min_ns, int64_t max_ns,
                          const char *good, const char *bad)
{
    if (bad != NULL) {
        assert_spoilt(sent, number, min_ns - 1, bad);
        assert_spoilt(sent, number, max_ns + 1, bad);
    }
    assert_spoilt(sent, number, min_ns, good);
    assert_spoilt(sent, number, max_ns, good);
}

static void a_leader_is_25_per_cent_off_at_most(void **state)
{
    (void)state;
    assert_limits("!" KEY, LEADER_MARK, 6750000, 11250000, "00/00", "");
    assert_limits("!" KEY, LEADER_SPACE, 3375000, 5625000, "00/00", "bad leader");
    assert_limits(KEY "@108!R", LEADER_MARK, 6750000, 11250000, HELD, "00/00");
    assert_limits(KEY "@108!R", LEADER_SPACE, 1687500, 2812500, HELD, NOT_HELD);
}

static void the_config_may_tolerate_more_or_less(void **state)
{
    (void)state;
    config.tolerance_percent = 5;
    assert_limits("!" KEY, LEADER_MARK, 8550000, 9450000, "00/00", "");
    assert_limits("!" KEY, LEADER_SPACE, 4275000, 4725000, "00/00", "bad leader");
    assert_limits(KEY "@108!R", LEADER_SPACE, 2137500, 2362500, HELD, NOT_HELD);
    config.tolerance_percent = 40;
    assert_limits("!" KEY, LEADER_MARK, 5400000, 12600000, "00/00", "");
    assert_limits("!" KEY, LEADER_SPACE, 3000000, 6300000, "00/00", NULL);
    assert_limits(KEY "@108!R", LEADER_SPACE, 1350000, 2999999, HELD, NULL);
    assert_spoilt("!" KEY, LEADER_SPACE, 6300001, "bad leader");
    assert_spoilt(KEY "@108!R", LEADER_SPACE, 1349999, NOT_HELD);
}

static void marks_of_bits_are_300_to_900_us(void **state)
{
    (void)state;
    assert_limits("!" KEY, FIRST_MARK, 300000, 900000, "00/00", "bad mark");
    assert_limits("!" KEY, STOP_MARK, 300000, 900000, "00/00", "bad mark");
    assert_limits(KEY "@108!R", FIRST_MARK, 300000, 900000, HELD, "00/00 | bad mark");
}

static void spaces_of_bits_are_300_to_2200_us_and_cut_at_1125(void **state)
{
    (void)state;
    assert_spoilt("!" KEY, FIRST_SPACE, 299999, "bad space");
    assert_spoilt("!" KEY, FIRST_SPACE, 300000, "00/00");
    assert_spoilt("!" KEY, FIRST_SPACE, 1125000, "00/00");
    assert_spoilt("!" KEY, FIRST_SPACE, 1125001, "FF01/00");
    assert_spoilt("!" KEY, LAST_SPACE, 1125000, "bad command");
    assert_spoilt("!" KEY, LAST_SPACE, 1125001, "00/00");
    assert_spoilt("!" KEY, LAST_SPACE, 2200000, "00/00");
    assert_spoilt("!" KEY, LAST_SPACE, 2200001, "bad space");
}

static uint32_t random_state;

static int64_t random_between(int64_t min, int64_t max)
{
    random_state = random_state * 1664525 + 1013904223;
    return min + (int64_t)(random_state >> 8) % (max - min + 1);
}

/* Each span anywhere within its limits. */
static int64_t bend_to_the_limits(int64_t time_ns, int kind)
{
    if (time_ns > 2000000)
        return random_between(time_ns * 3 / 4, time_ns * 5 / 4);
    if (kind == MARK)
        return random_between(300000, 900000);
    return time_ns < 1000000 ? random_between(300000, 1125000) : random_between(1125001, 2200000);
}

static void any_jitter_within_the_limits_is_received(void **state)
{
    char sent[64];
    char expected[64];

    (void)state;
    bend = bend_to_the_limits;
    for (random_state = 1; random_state <= 300; random_state++) {
        uint32_t seed = random_state;
        unsigned address = (unsigned)random_between(0, 255);
        unsigned command = (unsigned)random_between(0, 255);

        snprintf(sent, sizeof(sent), "F%02X %02X %02X %02X S15000 R", address, address ^ 0xff,
                 command, command ^ 0xff);
        snprintf(expected, sizeof(expected), "%02X/%02X | %02X/%02X | held 1", address, command,
                 address, command);
        assert_received(sent, expected);
        random_state = seed;
    }
}

static int64_t slower(int64_t time_ns, int kind)
{
    (void)kind;
    return time_ns * 110 / 100;
}

static int64_t faster(int64_t time_ns, int kind)
{
    (void)kind;
    return time_ns * 90 / 100;
}

/* As receivers do when the signal is strong, and when it is weak. */
static int64_t stretch(int64_t time_ns, int kind)
{
    return kind == MARK ? time_ns + 200000 : time_ns - 200000;
}

static int64_t shrink(int64_t time_ns, int kind)
{
    return kind == MARK ? time_ns - 200000 : time_ns + 200000;
}

static void remotes_and_receivers_may_be_off(void **state)
{
    int64_t (*const bends[])(int64_t, int) = {slower, faster, stretch, shrink};

    (void)state;
    for (unsigned i = 0; i < sizeof(bends) / sizeof(bends[0]); i++) {
        bend = bends[i];
        assert_received("F34 12 56 A9 S40000 R", "1234/56 | 1234/56 | held 1");
    }
}

/* ---- repeats: N4 */

static void a_repeat_has_the_key_and_how_often(void **state)
{
    (void)state;
    assert_received("F34 12 56 A9 @108 R @108 R @108 R",
                    "1234/56 | 1234/56 | held 1 | 1234/56 | held 2 | 1234/56 | held 3");
    assert_true(last.is_extended);
    assert_int_equal(last.begin_ns, 3 * 108000000);
    assert_int_equal(last.time_ns, 3 * 108000000 + 11812500);
    assert_int_equal(ir.frame_count, 1);
    assert_int_equal(ir.repeat_count, 3);
    assert_received(GOOD "@108 R @500" GOOD "@108 R",
                    "40/12 | 40/12 | held 1 | 40/12 | 40/12 | held 1");
}

static void a_repeat_after_no_valid_frame_is_an_error(void **state)
{
    (void)state;
    assert_received("R @108 R", "late repeat | late repeat");
    assert_int_equal(last.address, 0);
    assert_received(GOOD "@108 F04 FB 08 F6 @108 R", "40/12 | bad command | late repeat");
    config.addresses = SB_NEC_IR_STANDARD;
    assert_received("F34 12 56 A9 @108 R", "bad address | late repeat");
}

static void a_repeat_counts_for_150_ms_after_the_last_one_began(void **state)
{
    (void)state;
    assert_received(GOOD "@149.999999 R @149.999999 R", "40/12 | 40/12 | held 1 | 40/12 | held 2");
    assert_received(GOOD "@150 R @108 R", "40/12 | late repeat | late repeat");
    assert_received(GOOD "@108 R @150 R", "40/12 | 40/12 | held 1 | late repeat");
    config.repeat_ms = 300;
    assert_received(GOOD "@299.999999 R", "40/12 | 40/12 | held 1");
    assert_received(GOOD "@300 R", "40/12 | late repeat");
}

static void noise_does_not_end_a_held_key(void **state)
{
    (void)state;
    assert_received(GOOD "S1000 M300 S5000 M4000 @108 R", "40/12 | 40/12 | held 1");
}

/* ---- polarity: N5 */

static void an_inverted_line_needs_the_polarity(void **state)
{
    (void)state;
    line.level = false;
    mark_level = true;
    assert_received(GOOD "@108 R", "");
    config.polarity = SB_NEC_IR_IDLE_LOW;
    assert_received(GOOD "@108 R", "40/12 | 40/12 | held 1");
    assert_int_equal(ir.noise_count, 0);
    mark_level = false;
    line.level = true;
    assert_received(GOOD "@108 R", "");
}

static void any_polarity_is_that_of_a_good_leader(void **state)
{
    (void)state;
    config.polarity = SB_NEC_IR_IDLE_ANY;
    assert_received(GOOD "@108 R", "40/12 | 40/12 | held 1");
    line.level = false;
    mark_level = true;
    assert_received(GOOD "@108 R S40000 M9000 S1000 M500", "40/12 | 40/12 | held 1 | bad leader");
    assert_int_equal(ir.noise_count, 1);
}

/* A rest as long as a leader is no mark, and costs nothing. */
static void with_any_polarity_rests_are_no_leaders(void **state)
{
    (void)state;
    config.polarity = SB_NEC_IR_IDLE_ANY;
    assert_received("M300 S9000 M2250 S9000 M4500 S5000", "");
    assert_received("M200 S9000 " GOOD "S9000 " GOOD "S9000 M500 S9000 M500", "40/12 | 40/12");
    assert_int_equal(ir.error_count, 0);
}

static void until_a_leader_was_good_a_bad_one_is_noise(void **state)
{
    (void)state;
    config.polarity = SB_NEC_IR_IDLE_ANY;
    assert_received("M9000 S1000 M500 S20000 M9000", "");
    assert_int_equal(ir.error_count, 0);
    assert_received("M9000 S1000 M500 S20000 " GOOD "S20000 M9000", "40/12 | bad leader");
}

static int turn_round(void *arg)
{
    (void)arg;
    sb_nec_ir_init(&ir, &config);
    sb_nec_ir_start(&ir);
    play(GOOD "S40000 ");
    report_edge(false, sb_now_ns(), 0);
    mark_level = true;
    play("S40000 F04 FB 08 F7 S40000 M9000");
    sb_sleep_ms(20);
    sb_nec_ir_stop(&ir);
    return 0;
}

static void any_polarity_is_decided_at_each_leader(void **state)
{
    (void)state;
    config.polarity = SB_NEC_IR_IDLE_ANY;
    run_in_loop(turn_round, NULL);
    assert_string_equal(notes(), "40/12 | 04/08 | bad leader");
}

static void a_pin_that_is_active_low_is_inverted(void **state)
{
    (void)state;
    line_init(SB_PIN_INPUT | SB_PIN_ACTIVE_LOW, true);
    config.polarity = SB_NEC_IR_IDLE_LOW;
    assert_received(GOOD, "40/12");
}

/* ---- edges that are lost, late, or from elsewhere */

static int lose_an_edge(void *arg)
{
    (void)arg;
    sb_nec_ir_init(&ir, &config);
    sb_nec_ir_start(&ir);
    play(GOOD "S40000 M9000 S4500 M562 S562 ");
    report_edge(false, sb_now_ns(), 2);
    check_true(!sb_timer_is_armed(&ir.timer));
    sb_sleep_ms(9);
    report_edge(true, sb_now_ns(), 1);
    play("S4500 M562 S30000 F04 FB 08 F7 ");
    check_int(ir.lost_count, 3);
    sb_nec_ir_stop(&ir);
    return 0;
}

/* Nor is what was lost taken for a leader. */
static void lost_edges_drop_what_is_being_received(void **state)
{
    (void)state;
    run_in_loop(lose_an_edge, NULL);
    assert_string_equal(notes(), "40/12 | 04/08");
    assert_int_equal(ir.error_count, 0);
}

static int lose_within_a_held_key(void *arg)
{
    (void)arg;
    sb_nec_ir_init(&ir, &config);
    sb_nec_ir_start(&ir);
    play(GOOD);
    sb_sleep_ms(5);
    report_edge(true, sb_now_ns(), 2);
    play("@108 R");
    sb_nec_ir_stop(&ir);
    return 0;
}

static void a_held_key_outlives_lost_edges(void **state)
{
    (void)state;
    run_in_loop(lose_within_a_held_key, NULL);
    assert_string_equal(notes(), "40/12 | 40/12 | held 1");
}

/* Time that the loop had no time to look at. */
static void be_busy_ms(int64_t time_ms)
{
    test_loop()->clock->now_ns += time_ms * SB_MS_NS;
}

/* The loop was busy while the rest of a repeat came: the timer is due before its edges are told. */
static int come_late(void *arg)
{
    (void)arg;
    sb_nec_ir_init(&ir, &config);
    sb_nec_ir_start(&ir);
    play(GOOD "@108 M9000");
    be_busy_ms(50);
    sb_sleep_us(500);
    report_edge(false, 108 * SB_MS_NS + 11250000, 0);
    sb_sleep_us(500);
    report_edge(true, 108 * SB_MS_NS + 11812500, 0);
    check_int(last.time_ns, 108 * SB_MS_NS + 11812500);
    play("S20000 M9000");
    be_busy_ms(50);
    sb_sleep_ms(2);
    sb_nec_ir_stop(&ir);
    return 0;
}

static void edges_that_come_late_count_by_their_own_time(void **state)
{
    (void)state;
    run_in_loop(come_late, NULL);
    assert_string_equal(notes(), "40/12 | 40/12 | held 1 | bad leader");
}

static void feed_spans(const int64_t *spans_ns, unsigned count, int64_t time_ns)
{
    sb_nec_ir_feed(&ir, true, time_ns);
    for (unsigned i = 0; i < count; i++) {
        sb_nec_ir_feed(&ir, i % 2 == 1, time_ns);
        time_ns += spans_ns[i];
    }
    sb_nec_ir_feed(&ir, true, time_ns);
}

/* On a clock of its own, which may be before the loop's, and without a loop. */
static void edges_from_elsewhere_need_neither_pin_nor_loop(void **state)
{
    static const int64_t repeat[] = {9000000, 2250000, 562500};

    (void)state;
    notes_clear();
    config.pin = NULL;
    assert_int_equal(sb_nec_ir_init(&ir, &config), 0);
    feed_spans(repeat, 3, -5 * SB_S_NS);
    assert_string_equal(notes(), "late repeat");
    assert_int_equal(last.begin_ns, -5 * SB_S_NS);
    feed_spans(repeat, 1, 0);
    sb_nec_ir_feed(&ir, true, 20999999);
    assert_string_equal(notes(), "late repeat");
    sb_nec_ir_feed(&ir, true, 21000000);
    assert_string_equal(notes(), "late repeat | bad leader");
    feed_spans(repeat, 1, 100000000);
    sb_nec_ir_feed(&ir, false, 200000000);
    assert_string_equal(notes(), "late repeat | bad leader | bad leader");
    assert_int_equal(last.time_ns, 121000000);
    assert_int_equal(sb_nec_ir_start(&ir), -EINVAL);
}

static void a_time_that_goes_back_begins_anew(void **state)
{
    static const int64_t repeat[] = {9000000, 2250000, 562500};

    (void)state;
    notes_clear();
    assert_int_equal(sb_nec_ir_init(&ir, &config), 0);
    feed_spans(repeat, 2, SB_S_NS);
    feed_spans(repeat, 3, 0);
    assert_string_equal(notes(), "late repeat");
    assert_int_equal(last.begin_ns, 0);
}

static int stop_and_feed(void *arg)
{
    static const int64_t repeat[] = {9000000, 2250000, 562500};

    (void)arg;
    sb_nec_ir_init(&ir, &config);
    sb_nec_ir_start(&ir);
    play(GOOD "S40000 M9000");
    sb_nec_ir_stop(&ir);
    feed_spans(repeat, 3, sb_now_ns() + 20 * SB_MS_NS);
    return 0;
}

static int feed_and_start(void *arg)
{
    static const int64_t repeat[] = {9000000, 2250000, 562500};

    (void)arg;
    sb_nec_ir_init(&ir, &config);
    feed_spans(repeat, 1, -SB_S_NS);
    sb_nec_ir_start(&ir);
    play("S20000" GOOD);
    sb_nec_ir_stop(&ir);
    return 0;
}

static void at_a_start_edges_from_elsewhere_are_forgotten(void **state)
{
    (void)state;
    run_in_loop(feed_and_start, NULL);
    assert_string_equal(notes(), "40/12");
}

static void after_a_stop_edges_from_elsewhere_begin_anew(void **state)
{
    (void)state;
    run_in_loop(stop_and_feed, NULL);
    assert_string_equal(notes(), "40/12 | late repeat");
}

/* ---- tasks that wait */

static int take_two(void *arg)
{
    for (unsigned i = 0; i < 2; i++) {
        struct sb_nec_ir_event event = {0};
        int rc = sb_nec_ir_wait(&ir, &event);

        note_at("%s %d %02X", (const char *)arg, rc, (unsigned)event.command);
    }
    return 0;
}

static char name_a[] = "a";
static char name_b[] = "b";

static int serve_two_tasks(void *arg)
{
    struct sb_task tasks[2];

    (void)arg;
    sb_nec_ir_init(&ir, &config);
    sb_nec_ir_start(&ir);
    sb_spawn(&tasks[0], "a", take_two, name_a);
    sb_spawn(&tasks[1], "b", take_two, name_b);
    sb_sleep_ms(1);
    play("F00 FF 01 FE @108 R @392 F00 FF 02 FD @108 R @392 F00 FF 03 FC");
    cancel_and_join(tasks, 2);
    sb_nec_ir_stop(&ir);
    return 0;
}

static void tasks_that_wait_get_one_event_each_in_order(void **state)
{
    (void)state;
    config.fn = NULL;
    config.wait_events = SB_NEC_IR_FRAME;
    run_in_loop(serve_two_tasks, NULL);
    assert_string_equal(notes(), "69.0625 a 0 01 | 569.0625 b 0 02 | 1069.0625 a 0 03 | "
                                 "1069.0625 b -125 00");
}

static int take_what_is_queued(void *arg)
{
    struct sb_nec_ir_event event;
    struct sb_timeout timeout;

    (void)arg;
    sb_nec_ir_init(&ir, &config);
    sb_nec_ir_start(&ir);
    play(GOOD "@108 R @108 M9000 S20000");
    sb_nec_ir_stop(&ir);
    check_int(sb_nec_ir_wait(&ir, &event), 0);
    check_int(event.kind, SB_NEC_IR_REPEAT);
    check_int(event.begin_ns, 108 * SB_MS_NS);
    check_int(event.repeat_count, 1);
    check_int(sb_nec_ir_try_wait(&ir, &event), 0);
    check_int(event.kind, SB_NEC_IR_ERROR);
    check_int(event.error, SB_NEC_IR_BAD_LEADER);
    check_int(sb_nec_ir_try_wait(&ir, &event), -EAGAIN);
    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_nec_ir_wait(&ir, &event)), -ETIMEDOUT);
    return 0;
}

static void a_wait_takes_what_is_asked_for_and_the_function_hears_all(void **state)
{
    (void)state;
    config.wait_events = SB_NEC_IR_REPEAT | SB_NEC_IR_ERROR;
    run_in_loop(take_what_is_queued, NULL);
    assert_string_equal(notes(), "40/12 | 40/12 | held 1 | bad leader");
}

static int ten_events(void *arg)
{
    struct sb_nec_ir_event event;

    (void)arg;
    sb_nec_ir_init(&ir, &config);
    sb_nec_ir_start(&ir);
    play(GOOD "@108 R @108 R @108 R @108 R @108 R @108 R @108 R @108 R @108 R");
    check_int(ir.overflow_count, 2);
    while (sb_nec_ir_try_wait(&ir, &event) == 0)
        note("%u", (unsigned)event.repeat_count);
    sb_nec_ir_stop(&ir);
    return 0;
}

static void the_oldest_event_goes_when_one_too_many_comes_and_is_counted(void **state)
{
    (void)state;
    config.fn = NULL;
    config.wait_events = SB_NEC_IR_ALL;
    run_in_loop(ten_events, NULL);
    assert_string_equal(notes(), "2 | 3 | 4 | 5 | 6 | 7 | 8 | 9");
}

/* ---- start and stop */

static int stop_in_a_frame(void *arg)
{
    (void)arg;
    sb_nec_ir_init(&ir, &config);
    sb_nec_ir_start(&ir);
    check_int(sb_nec_ir_start(&ir), 0);
    play(GOOD "S30000 !F04 FB 08 F7");
    sb_nec_ir_stop(&ir);
    sb_nec_ir_stop(&ir);
    check_true(!sb_timer_is_armed(&ir.timer));
    check_true(!line.is_watched);
    sb_sleep_ms(3);
    sb_nec_ir_start(&ir);
    play("R S40000 F04 FB 08 F7");
    sb_nec_ir_stop(&ir);
    return 0;
}

static void a_stop_drops_what_is_being_received_and_forgets_the_key(void **state)
{
    (void)state;
    spoilt.count = 20;
    run_in_loop(stop_in_a_frame, NULL);
    assert_string_equal(notes(), "40/12 | late repeat | 04/08");
}

static void stop_itself(struct sb_nec_ir *self, const struct sb_nec_ir_event *event, void *arg)
{
    note_event(self, event, arg);
    sb_nec_ir_stop(self);
}

static void a_function_may_stop_the_receiver(void **state)
{
    (void)state;
    config.fn = stop_itself;
    assert_received(GOOD "@108 R", "40/12");
    assert_received("M9000 S20000 " GOOD, "bad leader");
    assert_received("M9000 S4500 M562 S562 " GOOD, "bad mark");
}

static int start_late(void *arg)
{
    const int64_t *late_ns = arg;

    sb_nec_ir_init(&ir, &config);
    report_edge(mark_level, 0, 0);
    sb_sleep_ns(*late_ns);
    sb_nec_ir_start(&ir);
    sb_sleep_until_ns(9 * SB_MS_NS);
    report_edge(!mark_level, sb_now_ns(), 0);
    play("S2250 M562");
    sb_nec_ir_stop(&ir);
    return 0;
}

static void what_is_left_of_a_leader_at_start_counts(void **state)
{
    int64_t late_ns = 2250000;

    (void)state;
    run_in_loop(start_late, &late_ns);
    assert_string_equal(notes(), "late repeat");
    late_ns++;
    line.level = true;
    run_in_loop(start_late, &late_ns);
    assert_string_equal(notes(), "");
}

static void what_there_is_not_is_refused(void **state)
{
    const struct sb_nec_ir_config good = config;

    (void)state;
    config.tolerance_percent = 41;
    assert_int_equal(sb_nec_ir_init(&ir, &config), -EINVAL);
    config.tolerance_percent = 40;
    assert_int_equal(sb_nec_ir_init(&ir, &config), 0);
    config.wait_events = SB_NEC_IR_ALL + 1;
    assert_int_equal(sb_nec_ir_init(&ir, &config), -EINVAL);
    config = good;
    config.polarity = (enum sb_nec_ir_polarity)3;
    assert_int_equal(sb_nec_ir_init(&ir, &config), -EINVAL);
    config = good;
    config.addresses = (enum sb_nec_ir_addresses)3;
    assert_int_equal(sb_nec_ir_init(&ir, &config), -EINVAL);
}

static int start_refused(void *arg)
{
    (void)arg;
    sb_nec_ir_init(&ir, &config);
    line.read_error = -EIO;
    check_int(sb_nec_ir_start(&ir), -EIO);
    check_true(!line.is_watched && !ir.is_started);
    line_init(SB_PIN_OUTPUT, true);
    check_int(sb_nec_ir_start(&ir), -EPERM);
    return 0;
}

static void start_gives_the_errors_of_the_pin(void **state)
{
    (void)state;
    run_in_loop(start_refused, NULL);
}

static void each_error_has_a_text(void **state)
{
    (void)state;
    for (int i = SB_NEC_IR_BAD_LEADER; i <= SB_NEC_IR_LATE_REPEAT; i++)
        for (int j = SB_NEC_IR_NO_ERROR; j < i; j++)
            assert_string_not_equal(sb_nec_ir_error_text((enum sb_nec_ir_error)i),
                                    sb_nec_ir_error_text((enum sb_nec_ir_error)j));
}

static void a_receiver_is_small(void **state)
{
    (void)state;
    assert_true(sizeof(ir) - sizeof(ir.queue) <= 256 || sizeof(void *) > 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_vectors_are_received_at_their_last_edge, setup),
        cmocka_unit_test_setup(events_come_when_they_are_decided, setup),
        cmocka_unit_test_setup(a_frame_whose_command_does_not_match_its_complement_is_an_error,
                               setup),
        cmocka_unit_test_setup(addresses_are_taken_as_the_config_says, setup),
        cmocka_unit_test_setup(a_frame_of_66_edges_is_short, setup),
        cmocka_unit_test_setup(what_follows_a_frame_does_not_spoil_it, setup),
        cmocka_unit_test_setup(noise_opens_nothing, setup),
        cmocka_unit_test_setup(noise_in_a_frame_costs_that_frame_only, setup),
        cmocka_unit_test_setup(what_breaks_a_frame_may_be_the_next_ones_leader, setup),
        cmocka_unit_test_setup(a_leader_alone_is_a_bad_leader, setup),
        cmocka_unit_test_setup(twelve_milliseconds_without_an_edge_end_a_frame, setup),
        cmocka_unit_test_setup(each_truncation_is_one_error_and_the_next_frame_is_received, setup),
        cmocka_unit_test_setup(a_leader_is_25_per_cent_off_at_most, setup),
        cmocka_unit_test_setup(the_config_may_tolerate_more_or_less, setup),
        cmocka_unit_test_setup(marks_of_bits_are_300_to_900_us, setup),
        cmocka_unit_test_setup(spaces_of_bits_are_300_to_2200_us_and_cut_at_1125, setup),
        cmocka_unit_test_setup(any_jitter_within_the_limits_is_received, setup),
        cmocka_unit_test_setup(remotes_and_receivers_may_be_off, setup),
        cmocka_unit_test_setup(a_repeat_has_the_key_and_how_often, setup),
        cmocka_unit_test_setup(a_repeat_after_no_valid_frame_is_an_error, setup),
        cmocka_unit_test_setup(a_repeat_counts_for_150_ms_after_the_last_one_began, setup),
        cmocka_unit_test_setup(noise_does_not_end_a_held_key, setup),
        cmocka_unit_test_setup(an_inverted_line_needs_the_polarity, setup),
        cmocka_unit_test_setup(any_polarity_is_that_of_a_good_leader, setup),
        cmocka_unit_test_setup(with_any_polarity_rests_are_no_leaders, setup),
        cmocka_unit_test_setup(until_a_leader_was_good_a_bad_one_is_noise, setup),
        cmocka_unit_test_setup(any_polarity_is_decided_at_each_leader, setup),
        cmocka_unit_test_setup(a_pin_that_is_active_low_is_inverted, setup),
        cmocka_unit_test_setup(lost_edges_drop_what_is_being_received, setup),
        cmocka_unit_test_setup(a_held_key_outlives_lost_edges, setup),
        cmocka_unit_test_setup(edges_that_come_late_count_by_their_own_time, setup),
        cmocka_unit_test_setup(edges_from_elsewhere_need_neither_pin_nor_loop, setup),
        cmocka_unit_test_setup(a_time_that_goes_back_begins_anew, setup),
        cmocka_unit_test_setup(at_a_start_edges_from_elsewhere_are_forgotten, setup),
        cmocka_unit_test_setup(after_a_stop_edges_from_elsewhere_begin_anew, setup),
        cmocka_unit_test_setup(tasks_that_wait_get_one_event_each_in_order, setup),
        cmocka_unit_test_setup(a_wait_takes_what_is_asked_for_and_the_function_hears_all, setup),
        cmocka_unit_test_setup(the_oldest_event_goes_when_one_too_many_comes_and_is_counted, setup),
        cmocka_unit_test_setup(a_stop_drops_what_is_being_received_and_forgets_the_key, setup),
        cmocka_unit_test_setup(a_function_may_stop_the_receiver, setup),
        cmocka_unit_test_setup(what_is_left_of_a_leader_at_start_counts, setup),
        cmocka_unit_test_setup(what_there_is_not_is_refused, setup),
        cmocka_unit_test_setup(start_gives_the_errors_of_the_pin, setup),
        cmocka_unit_test_setup(each_error_has_a_text, setup),
        cmocka_unit_test_setup(a_receiver_is_small, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
