/* SPDX-License-Identifier: MIT */
/*
 * UARTs on wires: times of bits and bytes, what is wrong on a line, and that whole bytes handed over
 * make no difference to anybody.
 */
#include "tests/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/bus/uart.h"
#include "sim/world.h"

#define BIT_NS  104167 /* of 9600 baud, rounded */
#define BYTE_NS 1041667

struct rig {
    struct sb_world *world;
    struct sb_terminal *out;
    struct sb_terminal *in;
    struct sb_wire *wire;
    struct sb_uart_tx tx;
    struct sb_uart_tx second; /* on `rx`'s side, when its terminal is set */
    struct sb_uart_rx rx;
    struct sb_uart_rx other;
    struct sb_wire_listener listener;
};

static struct rig r;
static int64_t begin_ns; /* times are noted from here */

/* Notes of one source are compared whole; what several write in one instant has no order. */
struct text {
    char text[1 << 19];
    size_t used;
};

static struct text received, received_by_other, rooms, edges;

static void add(struct text *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *to, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(to->text + to->used, sizeof(to->text) - to->used, format, args);
    va_end(args);
    check_true(length > 0 && to->used + (size_t)length < sizeof(to->text));
    if (to->used + (size_t)length < sizeof(to->text))
        to->used += (size_t)length;
}

static void react(void);
static unsigned events_to_reaction; /* 0: never */
static bool is_patient;             /* `received` says what came, not when */

static void on_event(enum sb_uart_event event, uint8_t byte, void *arg)
{
    static const char *const names[] = {"", "framing ", "break "};

    check_true(sb_loop_is_in_callback(test_loop()));
    add(arg, "%s%02x", names[event], byte);
    if (arg == &received && is_patient)
        add(arg, " ");
    else
        add(arg, "@%lld ", (long long)(sb_now_ns() - begin_ns));
    if (arg == &received && events_to_reaction > 0 && --events_to_reaction == 0)
        react();
}

static void on_room(void *arg)
{
    (void)arg;
    add(&rooms, "%lld ", (long long)(sb_now_ns() - begin_ns));
}

static void on_edge(struct sb_wire *wire, enum sb_level level, void *arg)
{
    (void)arg;
    add(&edges, "%d@%lld ", level, (long long)(wire->changed_ns - begin_ns));
}

static void open_rig(unsigned tx_baud, unsigned rx_baud)
{
    struct sb_part_spec spec = {.type = "softboard-raspberry-pi", .id = "pi"};
    struct sb_diag diag;

    received.used = received_by_other.used = rooms.used = edges.used = 0;
    received.text[0] = received_by_other.text[0] = rooms.text[0] = edges.text[0] = '\0';
    begin_ns = sb_now_ns();
    sb_diag_init(&diag, NULL, NULL);
    memset(&r, 0, sizeof(r));
    r.world = sb_world_create(test_loop(), 1);
    check_int(sb_world_add_part(r.world, &spec, NULL, &diag), 0);
    r.out = sb_world_terminal(r.world, "pi:GPIO14");
    r.in = sb_world_terminal(r.world, "pi:GPIO15");
    check_int(sb_world_connect(r.world, r.out, r.in, NULL), 0);
    check_int(sb_world_connect(r.world, r.out, sb_world_terminal(r.world, "pi:GPIO16"), NULL), 0);
    check_int(sb_world_start(r.world, &diag), 0);
    r.wire = r.out->wire;
    if (tx_baud > 0)
        sb_uart_tx_init(&r.tx, r.out, tx_baud, on_room, NULL);
    sb_uart_rx_init(&r.rx, r.in, rx_baud, on_event, &received);
    sb_uart_rx_init(&r.other, sb_world_terminal(r.world, "pi:GPIO16"), rx_baud, on_event,
                    &received_by_other);
}

static void close_rig(void)
{
    events_to_reaction = 0;
    is_patient = false;
    if (r.tx.terminal != NULL)
        sb_uart_tx_stop(&r.tx);
    if (r.second.terminal != NULL)
        sb_uart_tx_stop(&r.second);
    sb_uart_rx_stop(&r.rx);
    sb_uart_rx_stop(&r.other);
    sb_wire_unlisten(&r.listener);
    sb_world_destroy(r.world);
}

/* ---- the line */

TASK_TEST(a_byte_is_ten_bits_least_significant_first)
{
    (void)arg;
    check_int(sb_uart_byte_ns(9600), BYTE_NS);
    open_rig(9600, 9600);
    sb_uart_rx_start(&r.rx);
    sb_wire_listen(r.wire, &r.listener, on_edge, NULL);
    check_int(r.wire->level, SB_LEVEL_HIGH);
    check_int(sb_uart_tx_write(&r.tx, "\x4b", 1), 1);
    check_true(r.tx.is_sending);
    sb_sleep_ms(2);
    check_text(edges.text, "0@0 1@104167 0@312500 1@416667 0@520833 1@729167 0@833333 1@937500 ");
    check_text(received.text, "4b@989583 ");
    check_text(rooms.text, "1041667 ");
    check_true(!r.tx.is_sending);
    close_rig();
    return 0;
}

TASK_TEST(bytes_follow_each_other_without_a_gap_and_without_drift)
{
    char text[1000];
    char expected[64];

    (void)arg;
    memset(text, 'U', sizeof(text));
    open_rig(115200, 115200);
    sb_uart_rx_start(&r.rx);
    check_int(sb_uart_tx_write(&r.tx, text, sizeof(text)), sizeof(text));
    sb_sleep_ms(100);
    snprintf(expected, sizeof(expected), "55@%lld ", 999LL * 86806 + 82465);
    check_true(strstr(received.text, expected) != NULL);
    check_text(rooms.text, "86806000 ");
    close_rig();
    return 0;
}

TASK_TEST(the_queue_takes_what_it_has_room_for_and_says_when_half_is_free)
{
    char text[SB_UART_QUEUE_SIZE + 10] = {0};
    char expected[64];

    (void)arg;
    open_rig(9600, 9600);
    check_int(sb_uart_tx_write(&r.tx, text, 1), 1);
    check_int(sb_uart_tx_write(&r.tx, text, sizeof(text)), SB_UART_QUEUE_SIZE);
    check_int(sb_uart_tx_write(&r.tx, text, 1), 0);
    sb_sleep_ms(2);
    check_int(sb_uart_tx_write(&r.tx, text, 2), 1);
    sb_sleep_ms(2000);
    /* The byte that is sent first, then half of the queue and the one added have begun. */
    snprintf(expected, sizeof(expected), "%lld %lld ", 513LL * BYTE_NS, 1026LL * BYTE_NS);
    check_text(rooms.text, expected);
    close_rig();
    return 0;
}

TASK_TEST(a_glitch_shorter_than_half_a_bit_is_no_start)
{
    (void)arg;
    open_rig(0, 9600);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, true);
    sb_uart_rx_start(&r.rx);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, false);
    sb_sleep_ns(BIT_NS / 2 - 100);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, true);
    sb_sleep_us(200);
    check_text(received.text, "");
    /* A byte right behind it is heard: 0xff, so that its start bit is all there is. */
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, false);
    sb_sleep_ns(BIT_NS / 2 + 100);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, true);
    sb_sleep_ms(5);
    check_text(received.text, "ff@1241566 ");
    close_rig();
    return 0;
}

static void drive_high(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, true);
}

static void drive_low(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, false);
}

/* The edge is due in the same nanosecond as the sample and comes first: its timer is older. */
TASK_TEST(a_start_bit_in_the_very_middle_of_a_stop_bit_is_heard)
{
    struct sb_timer fall;
    struct sb_timer rise;

    (void)arg;
    open_rig(0, 10000);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, true);
    sb_uart_rx_start(&r.rx);
    sb_timer_init(&fall, drive_low, NULL);
    sb_timer_init(&rise, drive_high, NULL);
    sb_timer_start_at_ns(&fall, begin_ns + 950000);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, false);
    sb_sleep_us(100);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, true);
    sb_timer_start_at_ns(&rise, begin_ns + 1050000);
    sb_sleep_ms(5);
    check_text(received.text, "ff@950000 ff@1900000 ");
    close_rig();
    return 0;
}

TASK_TEST(a_line_that_is_low_at_first_is_waited_for)
{
    (void)arg;
    open_rig(0, 9600);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, false);
    sb_uart_rx_start(&r.rx);
    sb_sleep_ms(5);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, true);
    sb_sleep_ms(5);
    check_text(received.text, "");
    sb_uart_tx_init(&r.tx, r.out, 9600, NULL, NULL);
    sb_uart_tx_write(&r.tx, "A", 1);
    sb_sleep_ms(2);
    check_text(received.text, "41@10989583 ");
    close_rig();
    return 0;
}

TASK_TEST(a_rate_that_is_a_little_off_is_heard_and_one_that_is_far_off_is_a_framing_error)
{
    static const struct {
        unsigned baud;
        const char *text;
    } rates[] = {
        {9800, "55@969388 "},
        {9408, "55@1009779 "},
        {19200, "framing 66@494792 e6@1119792 "},
    };

    (void)arg;
    for (int i = 0; i < 3; i++) {
        open_rig(9600, rates[i].baud);
        sb_uart_rx_start(&r.rx);
        sb_uart_tx_write(&r.tx, "U", 1);
        sb_sleep_ms(5);
        check_text(received.text, rates[i].text);
        close_rig();
    }
    return 0;
}

/* A stop bit lasts half a bit beyond its middle: one part in nineteen, with no gap between bytes. */
TASK_TEST(rates_up_to_five_per_cent_off_are_heard_without_an_error)
{
    static const uint8_t bytes[] = {0x00, 0xff, 0x55, 0xaa, 0x01, 0x80, 0x7f, 0xfe};
    static const struct {
        unsigned baud;
        bool is_good;
    } rates[] = {{94000, false}, {95000, true},  {96000, true},  {99000, true},
                 {101000, true}, {104000, true}, {105000, true}, {106000, false}};
    static const char good[] = "00 ff 55 aa 01 80 7f fe ";

    (void)arg;
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        char text[256] = "";

        open_rig(100000, rates[i].baud);
        sb_uart_rx_start(&r.rx);
        sb_uart_tx_write(&r.tx, bytes, sizeof(bytes));
        sb_sleep_ms(5);
        for (const char *at = received.text; *at != '\0'; at = strchr(at, ' ') + 1)
            snprintf(text + strlen(text), 4, "%.2s ", at);
        check_true((strcmp(text, good) == 0) == rates[i].is_good);
        close_rig();
    }
    return 0;
}

TASK_TEST(a_break_is_told_once_and_bytes_follow_after_it)
{
    (void)arg;
    open_rig(9600, 9600);
    sb_uart_rx_start(&r.rx);
    sb_wire_listen(r.wire, &r.listener, on_edge, NULL);
    sb_uart_tx_write(&r.tx, "\xff", 1);
    sb_uart_tx_break(&r.tx, 5 * SB_MS_NS);
    sb_uart_tx_break(&r.tx, 3 * SB_MS_NS);
    sb_uart_tx_write(&r.tx, "\xff", 1);
    sb_sleep_ms(20);
    check_text(edges.text, "0@0 1@104167 0@1041667 1@6041667 0@6145834 1@6250001 ");
    check_text(received.text, "ff@989583 break 00@2031250 ff@7135417 ");
    close_rig();
    return 0;
}

TASK_TEST(a_new_rate_begins_with_the_next_byte)
{
    (void)arg;
    open_rig(9600, 9600);
    sb_uart_rx_start(&r.rx);
    sb_uart_tx_write(&r.tx, "a", 1);
    sb_sleep_us(100);
    sb_uart_tx_set_baud(&r.tx, 19200);
    sb_uart_tx_write(&r.tx, "b", 1);
    sb_sleep_us(910); /* "a" has come, "b" has not begun */
    sb_uart_rx_set_baud(&r.rx, 19200);
    sb_sleep_ms(5);
    check_text(received.text, "61@989583 62@1536459 ");
    close_rig();
    return 0;
}

TASK_TEST(to_set_the_rate_that_it_has_disturbs_no_byte)
{
    (void)arg;
    for (int is_seen = 0; is_seen < 2; is_seen++) {
        open_rig(9600, 9600);
        if (is_seen)
            sb_wire_watch(r.wire);
        sb_uart_rx_start(&r.rx);
        sb_uart_tx_write(&r.tx, "a", 1);
        sb_sleep_us(500);
        sb_uart_rx_set_baud(&r.rx, 9600);
        sb_uart_tx_set_baud(&r.tx, 9600);
        sb_sleep_ms(5);
        check_text(received.text, "61@989583 ");
        close_rig();
    }
    return 0;
}

TASK_TEST(a_sender_that_stops_lets_go_of_the_wire)
{
    (void)arg;
    open_rig(9600, 9600);
    sb_uart_rx_start(&r.rx);
    sb_uart_tx_write(&r.tx, "abc", 3);
    sb_sleep_us(1500);
    sb_uart_tx_stop(&r.tx);
    check_int(r.wire->level, SB_LEVEL_FLOATING);
    sb_uart_rx_stop(&r.rx);
    sb_sleep_ms(5);
    check_text(received.text, "61@989583 ");
    check_text(rooms.text, "");
    close_rig();
    return 0;
}

/* ---- noise */

static unsigned count_bytes(const char *text, const char *what)
{
    unsigned count = 0;

    for (; (text = strstr(text, what)) != NULL; text++)
        count++;
    return count;
}

static void send_with(const struct sb_uart_faults *faults)
{
    char text[1000];

    memset(text, 'A', sizeof(text));
    open_rig(115200, 115200);
    sb_uart_tx_set_faults(&r.tx, faults);
    sb_uart_rx_start(&r.rx);
    sb_uart_tx_write(&r.tx, text, sizeof(text));
    sb_sleep_ms(200);
    close_rig();
}

TASK_TEST(noise_loses_adds_and_changes_bytes_about_as_often_as_it_is_told_to)
{
    unsigned count;

    (void)arg;
    send_with(&(struct sb_uart_faults){.lose_one_in = 10, .random = 1});
    count = count_bytes(received.text, "41@");
    check_true(count > 860 && count < 940);
    check_int(count_bytes(received.text, "@"), count);
    send_with(&(struct sb_uart_faults){.garbage_one_in = 10, .random = 2});
    count = count_bytes(received.text, "@");
    check_true(count > 1070 && count < 1160);
    send_with(&(struct sb_uart_faults){.flip_one_in = 90, .random = 3});
    count = count_bytes(received.text, "@");
    check_true(count > 950);
    check_true(count - count_bytes(received.text, " 41@") > 60);
    check_true(count_bytes(received.text, "framing") > 3);
    return 0;
}

TASK_TEST(garbage_comes_in_after_bytes_and_not_after_garbage)
{
    (void)arg;
    open_rig(115200, 115200);
    sb_uart_tx_set_faults(&r.tx, &(struct sb_uart_faults){.garbage_one_in = 1, .random = 2});
    sb_uart_rx_start(&r.rx);
    check_int(sb_uart_tx_write(&r.tx, "abc", 3), 3);
    sb_sleep_ms(100);
    check_int(count_bytes(received.text, "@"), 6);
    check_true(!r.tx.is_sending);
    close_rig();
    return 0;
}

/* ---- hidden and seen */

TASK_TEST(a_wire_that_nobody_sees_does_not_change)
{
    uint64_t changes;

    (void)arg;
    open_rig(9600, 9600);
    sb_uart_rx_start(&r.rx);
    changes = r.wire->change_count;
    sb_uart_tx_write(&r.tx, "Hello", 5);
    sb_sleep_ms(10);
    check_int(r.wire->change_count, changes);
    check_text(received.text, "48@989583 65@2031250 6c@3072917 6c@4114584 6f@5156251 ");
    close_rig();
    return 0;
}

TASK_TEST(who_watches_the_wire_sees_every_bit)
{
    (void)arg;
    open_rig(9600, 9600);
    sb_uart_rx_start(&r.rx);
    sb_uart_tx_write(&r.tx, "\x55\x55", 2);
    sb_sleep_ns(BYTE_NS + 3 * BIT_NS + 10);
    check_int(r.wire->level, SB_LEVEL_HIGH);
    sb_wire_watch(r.wire);
    check_int(r.wire->level, SB_LEVEL_HIGH); /* bit 2 of the second byte, after the start bit */
    sb_sleep_ns(BIT_NS);
    check_int(r.wire->level, SB_LEVEL_LOW);
    sb_sleep_ms(2);
    check_text(received.text, "55@989583 55@2031250 ");
    close_rig();
    return 0;
}

static void on_late_bytes(const uint8_t *bytes, size_t count, void *arg)
{
    add(arg, "%zu from %02x@%lld ", count, bytes[0], (long long)(sb_now_ns() - begin_ns));
}

/* Until the next multiple of 8. */
static size_t patience(const uint8_t *bytes, size_t count, void *arg)
{
    size_t patient = 0;

    (void)arg;
    while (patient < count - 1 && bytes[patient] % 8 != 0)
        patient++;
    return patient;
}

TASK_TEST(a_patient_receiver_gets_bytes_together_with_the_one_it_waits_for)
{
    uint8_t data[20];

    (void)arg;
    for (unsigned i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i + 1);
    open_rig(9600, 9600);
    sb_uart_rx_set_patience(&r.rx, patience, on_late_bytes);
    sb_uart_rx_start(&r.rx);
    sb_uart_tx_write(&r.tx, data, sizeof(data));
    check_int(sb_uart_tx_room(&r.tx), SB_UART_QUEUE_SIZE - 19);
    sb_sleep_ns(10 * BYTE_NS + BYTE_NS / 2);
    check_text(received.text, "7 from 01@8281252 08@8281252 ");
    check_int(sb_uart_tx_room(&r.tx), SB_UART_QUEUE_SIZE - 9);
    sb_uart_rx_catch_up(&r.rx);
    check_text(received.text, "7 from 01@8281252 08@8281252 2 from 09@10937503 ");
    check_int(sb_uart_tx_room(&r.tx), SB_UART_QUEUE_SIZE - 9);
    sb_sleep_ms(20);
    check_text(received.text, "7 from 01@8281252 08@8281252 2 from 09@10937503 0b@11406253 "
                              "4 from 0c@16614588 10@16614588 3 from 11@20781256 14@20781256 ");
    check_text(rooms.text, "20833340 ");
    close_rig();
    return 0;
}

static void start_again(enum sb_uart_event event, uint8_t byte, void *arg)
{
    on_event(event, byte, arg);
    sb_uart_rx_stop(&r.other);
    sb_uart_rx_start(&r.other);
}

TASK_TEST(a_receiver_that_stops_and_starts_again_has_each_byte_once)
{
    (void)arg;
    for (int is_seen = 0; is_seen < 2; is_seen++) {
        open_rig(9600, 9600);
        if (is_seen)
            sb_wire_watch(r.wire);
        r.other.fn = start_again;
        sb_uart_rx_start(&r.other);
        sb_uart_rx_start(&r.rx);
        sb_uart_tx_write(&r.tx, "ab", 2);
        sb_sleep_ms(5);
        check_text(received.text, "61@989583 62@2031250 ");
        check_text(received_by_other.text, "61@989583 62@2031250 ");
        close_rig();
    }
    return 0;
}

/* Both have the same instant's timer where bits are sent, that of the first to listen before. */
static void give_up_other(enum sb_uart_event event, uint8_t byte, void *arg)
{
    on_event(event, byte, arg);
    if (byte == 'a')
        sb_uart_rx_set_baud(&r.other, 19200);
    else
        sb_uart_rx_stop(&r.other);
    sb_uart_rx_set_baud(&r.other, 9600);
}

TASK_TEST(a_receiver_that_another_disturbs_gives_up_the_byte_that_comes_in)
{
    (void)arg;
    for (int is_seen = 0; is_seen < 2; is_seen++) {
        open_rig(9600, 9600);
        if (is_seen)
            sb_wire_watch(r.wire);
        r.rx.fn = give_up_other;
        sb_uart_rx_start(&r.rx);
        sb_uart_rx_start(&r.other);
        sb_uart_tx_write(&r.tx, "ab", 2);
        sb_sleep_ms(5);
        check_text(received.text, "61@989583 62@2031250 ");
        check_text(received_by_other.text, "");
        close_rig();
    }
    return 0;
}

TASK_TEST(noise_that_ends_before_a_byte_begins_leaves_it_alone)
{
    struct sb_uart_faults faults = {.lose_one_in = 1, .random = 1};

    (void)arg;
    open_rig(9600, 9600);
    sb_uart_rx_start(&r.rx);
    sb_uart_tx_write(&r.tx, "abc", 3);
    sb_sleep_us(1000); /* in the second half of the stop bit of "a" */
    sb_uart_tx_set_faults(&r.tx, &faults);
    faults.lose_one_in = 0;
    sb_uart_tx_set_faults(&r.tx, &faults);
    sb_sleep_ms(1);
    faults.lose_one_in = 1; /* in that of "b" */
    sb_sleep_us(40);
    sb_uart_tx_set_faults(&r.tx, &faults);
    sb_sleep_ms(5);
    check_text(received.text, "61@989583 62@2031250 ");
    close_rig();
    return 0;
}

TASK_TEST(who_follows_keeps_the_rate_of_the_sender_that_has_gone)
{
    (void)arg;
    open_rig(115200, 9600);
    sb_uart_rx_follow(&r.rx);
    sb_uart_rx_start(&r.rx);
    check_int(sb_uart_listener_baud(r.wire), 9600);
    check_int(sb_uart_sender_baud(r.wire), 115200);
    sb_uart_tx_write(&r.tx, "a", 1);
    sb_sleep_ms(1);
    sb_uart_tx_stop(&r.tx);
    check_int(sb_uart_sender_baud(r.wire), 0);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, true);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, false);
    sb_sleep_us(9);
    sb_terminal_drive(r.out, SB_STRENGTH_STRONG, true);
    sb_sleep_ms(1);
    check_text(received.text, "61@82465 ff@1082465 ");
    close_rig();
    return 0;
}

/* Between two bytes of a batch. */
TASK_TEST(who_follows_patiently_keeps_the_rate_too)
{
    (void)arg;
    open_rig(115200, 9600);
    sb_uart_rx_follow(&r.rx);
    sb_uart_rx_set_patience(&r.rx, patience, on_late_bytes);
    sb_uart_rx_start(&r.rx);
    sb_uart_tx_write(&r.tx, "abc", 3);
    sb_sleep_us(84);
    sb_uart_tx_stop(&r.tx);
    check_text(received.text, "1 from 61@84000 ");
    check_int(sb_uart_listener_baud(r.wire), 115200);
    close_rig();
    return 0;
}

TASK_TEST(noise_that_begins_in_a_batch_begins_with_the_next_byte)
{
    const struct sb_uart_faults faults = {.lose_one_in = 1, .random = 1};

    (void)arg;
    for (int is_ended = 0; is_ended < 2; is_ended++) {
        open_rig(9600, 9600);
        sb_uart_rx_set_patience(&r.rx, patience, on_late_bytes);
        sb_uart_rx_start(&r.rx);
        sb_uart_tx_write(&r.tx, "abc", 3);
        sb_sleep_us(1000); /* in the second half of the stop bit of "a" */
        sb_uart_tx_set_faults(&r.tx, &faults);
        if (is_ended)
            sb_uart_tx_set_faults(&r.tx, &(struct sb_uart_faults){.lose_one_in = 0});
        sb_sleep_ms(5);
        check_text(received.text,
                   is_ended ? "1 from 61@1000000 62@2031250 63@3072917 " : "1 from 61@1000000 ");
        close_rig();
    }
    return 0;
}

/* The byte that is on the line has changed the rate already. */
TASK_TEST(who_follows_gives_up_a_byte_when_set_to_the_rate_before)
{
    (void)arg;
    for (int is_seen = 0; is_seen < 2; is_seen++) {
        open_rig(115200, 9600);
        if (is_seen)
            sb_wire_watch(r.wire);
        sb_uart_rx_follow(&r.rx);
        sb_uart_rx_start(&r.rx);
        sb_uart_tx_write(&r.tx, "\xff\xff", 2);
        sb_sleep_us(50);
        sb_uart_rx_set_baud(&r.rx, 9600);
        sb_sleep_ms(5);
        check_text(received.text, "ff@169271 ");
        close_rig();
    }
    return 0;
}

static uint64_t script;

static unsigned pick(unsigned limit)
{
    return (unsigned)(sb_random_next(&script) % limit);
}

static void write_some(void)
{
    uint8_t data[64];
    size_t size = pick(sizeof(data)) + 1;

    for (size_t i = 0; i < size; i++)
        data[i] = (uint8_t)pick(256);
    add(&rooms, "w%zu ", sb_uart_tx_write(&r.tx, data, size));
}

static void listen_or_not(void)
{
    if (sb_list_is_linked(&r.listener.node)) {
        sb_wire_unlisten(&r.listener);
        return;
    }
    sb_wire_listen(r.wire, &r.listener, on_edge, NULL);
    add(&edges, "level %d ", r.wire->level);
}

static void second_sender(void)
{
    if (r.second.terminal == NULL) {
        sb_uart_tx_init(&r.second, r.other.terminal, r.tx.next_baud, NULL, NULL);
    } else if (pick(2) == 0) {
        sb_uart_tx_write(&r.second, "second", 6);
    } else {
        sb_uart_tx_stop(&r.second);
        r.second.terminal = NULL;
    }
}

/* What a receiver's owner may do as soon as a byte has come. */
static void react(void)
{
    unsigned baud = pick(2) > 0 ? 9600 : 57600;

    events_to_reaction = 1 + pick(30);
    switch (pick(6)) {
    case 0:
        sb_uart_rx_set_baud(&r.rx, baud);
        sb_uart_tx_set_baud(&r.tx, baud);
        break;
    case 1:
        if (r.other.is_started)
            break; /* the line would fall and rise in the instant of its stop bit: no order tells when */
        sb_uart_tx_stop(&r.tx);
        sb_uart_tx_init(&r.tx, r.out, baud, on_room, NULL);
        sb_uart_rx_set_baud(&r.rx, baud);
        break;
    case 2:
        sb_uart_rx_stop(&r.rx);
        sb_uart_rx_start(&r.rx);
        break;
    case 3:
        sb_uart_tx_break(&r.tx, 1 + pick(3000000));
        break;
    case 4:
        listen_or_not();
        break;
    default:
        write_some();
        break;
    }
}

static void take_late_bytes(const uint8_t *bytes, size_t count, void *arg)
{
    for (size_t i = 0; i < count; i++)
        add(arg, "%02x ", bytes[i]);
}

/* One thing that may happen on a line, at a time that falls anywhere. */
static void do_something(void)
{
    static const unsigned bauds[] = {9600, 19200, 115200};
    struct sb_uart_faults faults = {.random = sb_random_next(&script)};
    unsigned baud = bauds[pick(3)];

    switch (pick(20)) {
    case 0:
        sb_uart_tx_break(&r.tx, 1 + (int64_t)pick(5000000));
        break;
    case 1:
        sb_uart_tx_set_baud(&r.tx, baud);
        if (pick(8) > 0)
            sb_uart_rx_set_baud(&r.rx, baud);
        break;
    case 2:
        sb_uart_rx_set_baud(&r.rx, r.tx.next_baud);
        break;
    case 3:
        if (r.other.is_started)
            sb_uart_rx_stop(&r.other);
        else
            sb_uart_rx_start(&r.other);
        break;
    case 4:
        faults.flip_one_in = pick(2) * 30;
        faults.lose_one_in = pick(2) * 10;
        faults.garbage_one_in = pick(2) * 10;
        sb_uart_tx_set_faults(&r.tx, &faults);
        break;
    case 5:
    case 6:
        listen_or_not();
        break;
    case 7:
        if (pick(10) == 0) {
            sb_uart_tx_stop(&r.tx);
            sb_uart_tx_init(&r.tx, r.out, baud, on_room, NULL);
        }
        break;
    case 8: /* somebody else pulls at the wire, or holds it low */
        sb_terminal_drive(r.in, pick(8) > 0 ? SB_STRENGTH_PULL : SB_STRENGTH_SUPPLY, pick(2));
        break;
    case 9:
        if (pick(3) == 0 || r.second.terminal != NULL)
            second_sender();
        break;
    default:
        write_some();
        break;
    }
}

/* Returns how often the wire changed. */
static uint64_t run_script(uint64_t seed, bool is_seen)
{
    uint64_t changes;

    script = seed;
    open_rig(9600, 9600);
    if (is_seen)
        sb_wire_watch(r.wire);
    is_patient = seed % 5 == 0;
    if (is_patient)
        sb_uart_rx_set_patience(&r.rx, patience, take_late_bytes);
    sb_uart_rx_start(&r.rx);
    if (seed % 2 == 0)
        sb_uart_rx_follow(&r.other);
    events_to_reaction = seed % 3 == 0 && !is_patient ? 1 + pick(30) : 0;
    for (int i = 0; i < 60; i++) {
        sb_sleep_ns(pick(3) > 0 ? 1 + pick(20000000) : 1 + pick(100000));
        do_something();
    }
    sb_sleep_ms(100);
    changes = r.wire->change_count;
    close_rig();
    return changes;
}

/* Fails with the place where the two part. */
static void check_same(uint64_t seed, const struct text *hidden, const struct text *seen)
{
    size_t at = 0;
    char a[80];
    char b[80];

    while (hidden->text[at] != '\0' && hidden->text[at] == seen->text[at])
        at++;
    if (hidden->text[at] == seen->text[at])
        return;
    at = at < 40 ? 0 : at - 40;
    snprintf(a, sizeof(a), "seed %llu: %.60s", (unsigned long long)seed, hidden->text + at);
    snprintf(b, sizeof(b), "seed %llu: %.60s", (unsigned long long)seed, seen->text + at);
    check_text(a, b);
}

/*
 * The same random script on a wire that is watched, bit by bit, and on one that is not: all that any
 * receiver, the sender's owner or a passing listener learns must agree to the nanosecond.
 */
TASK_TEST(hidden_bytes_and_bits_give_the_same_bytes_at_the_same_times)
{
    static struct text seen[4];
    const struct text *const logs[] = {&received, &received_by_other, &rooms, &edges};
    uint64_t changes[2] = {0, 0};

    (void)arg;
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        changes[0] += run_script(seed, true);
        for (int i = 0; i < 4; i++)
            seen[i] = *logs[i];
        changes[1] += run_script(seed, false);
        for (int i = 0; i < 4; i++)
            check_same(seed, logs[i], &seen[i]);
    }
    check_true(changes[1] < changes[0] * 4 / 5); /* much was hidden indeed */
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_byte_is_ten_bits_least_significant_first),
        cmocka_unit_test(bytes_follow_each_other_without_a_gap_and_without_drift),
        cmocka_unit_test(the_queue_takes_what_it_has_room_for_and_says_when_half_is_free),
        cmocka_unit_test(a_glitch_shorter_than_half_a_bit_is_no_start),
        cmocka_unit_test(a_start_bit_in_the_very_middle_of_a_stop_bit_is_heard),
        cmocka_unit_test(a_line_that_is_low_at_first_is_waited_for),
        cmocka_unit_test(
            a_rate_that_is_a_little_off_is_heard_and_one_that_is_far_off_is_a_framing_error),
        cmocka_unit_test(rates_up_to_five_per_cent_off_are_heard_without_an_error),
        cmocka_unit_test(a_break_is_told_once_and_bytes_follow_after_it),
        cmocka_unit_test(a_new_rate_begins_with_the_next_byte),
        cmocka_unit_test(to_set_the_rate_that_it_has_disturbs_no_byte),
        cmocka_unit_test(a_sender_that_stops_lets_go_of_the_wire),
        cmocka_unit_test(noise_loses_adds_and_changes_bytes_about_as_often_as_it_is_told_to),
        cmocka_unit_test(garbage_comes_in_after_bytes_and_not_after_garbage),
        cmocka_unit_test(a_wire_that_nobody_sees_does_not_change),
        cmocka_unit_test(who_watches_the_wire_sees_every_bit),
        cmocka_unit_test(a_patient_receiver_gets_bytes_together_with_the_one_it_waits_for),
        cmocka_unit_test(a_receiver_that_stops_and_starts_again_has_each_byte_once),
        cmocka_unit_test(a_receiver_that_another_disturbs_gives_up_the_byte_that_comes_in),
        cmocka_unit_test(noise_that_ends_before_a_byte_begins_leaves_it_alone),
        cmocka_unit_test(who_follows_keeps_the_rate_of_the_sender_that_has_gone),
        cmocka_unit_test(who_follows_patiently_keeps_the_rate_too),
        cmocka_unit_test(noise_that_begins_in_a_batch_begins_with_the_next_byte),
        cmocka_unit_test(who_follows_gives_up_a_byte_when_set_to_the_rate_before),
        cmocka_unit_test(hidden_bytes_and_bits_give_the_same_bytes_at_the_same_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
