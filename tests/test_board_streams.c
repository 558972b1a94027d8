/* SPDX-License-Identifier: MIT */
/* The simulated board's serial ports: names, pins, errors, bytes between two ports of one board. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/timeout.h"
#include "lib/wait_any.h"
#include "sim/board_sim.h"

#define BYTE_NS 1041667
#define STOP_NS 989583

static struct sb_world *world;
static struct sb_sim_board sim;
static struct sb_diag diag;

static void join(const char *a, const char *b)
{
    check_int(
        sb_world_connect(world, sb_world_terminal(world, a), sb_world_terminal(world, b), NULL), 0);
}

static void begin(const char *controller)
{
    struct sb_part_spec spec = {.type = controller, .id = "board"};

    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), 1);
    check_int(sb_world_add_part(world, &spec, NULL, &diag), 0);
}

static void start(void)
{
    check_int(sb_world_start(world, &diag), 0);
    check_int(sb_sim_board_init(&sim, world), 0);
}

static void end(void)
{
    sb_sim_board_deinit(&sim);
    sb_world_destroy(world);
}

static struct sb_stream *open_port(const char *name, unsigned baud)
{
    struct sb_stream *stream = NULL;

    check_int(sb_board_stream(&sim.board, name, baud, &stream), 0);
    return stream;
}

static enum sb_level level_of(const char *endpoint)
{
    return sb_terminal_level(sb_world_terminal(world, endpoint));
}

TASK_TEST(every_controller_has_its_ports_at_their_pins)
{
    static const struct {
        const char *controller, *port, *tx, *rx;
    } ports[] = {
        {"softboard-raspberry-pi", "serial0", "board:GPIO14", "board:GPIO15"},
        {"softboard-raspberry-pi", "/dev/serial0", "board:GPIO14", "board:GPIO15"},
        {"softboard-raspberry-pi", "ttyAMA0", "board:8", "board:10"},
        {"softboard-raspberry-pi", "uart0", "board:8", "board:10"},
        {"wokwi-pi-pico", "serial0", "board:GP0", "board:GP1"},
        {"board-pi-pico-w", "serial1", "board:GP4", "board:GP5"},
        {"wokwi-arduino-uno", "serial0", "board:1", "board:0"},
        {"wokwi-arduino-nano", "serial0", "board:1", "board:0"},
        {"wokwi-arduino-mega", "serial0", "board:1", "board:0"},
        {"wokwi-arduino-mega", "serial1", "board:18", "board:19"},
        {"wokwi-arduino-mega", "serial2", "board:16", "board:17"},
        {"wokwi-arduino-mega", "serial3", "board:14", "board:15"},
        {"board-esp32-devkit-c-v4", "serial0", "board:TX", "board:RX"},
        {"board-esp32-devkit-c-v4", "serial2", "board:17", "board:16"},
        {"wokwi-esp32-devkit-v1", "serial0", "board:TX0", "board:RX0"},
        {"board-esp32-devkit-v1", "serial2", "board:TX2", "board:RX2"},
    };

    (void)arg;
    for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
        struct sb_stream *stream;
        char text[4];

        begin(ports[i].controller);
        join(ports[i].tx, ports[i].rx);
        start();
        stream = open_port(ports[i].port, 9600);
        check_int(stream->baud, 9600);
        check_int(sb_stream_write(stream, "ok", 2), 2);
        check_int(sb_stream_read_exactly(stream, text, 2), 2);
        check_true(memcmp(text, "ok", 2) == 0);
        sb_stream_close(stream);
        end();
    }
    return 0;
}

TASK_TEST(a_port_has_its_pins_to_itself_until_it_is_closed)
{
    struct sb_stream *stream;
    struct sb_stream *other;
    struct sb_pin *pin;

    (void)arg;
    begin("softboard-raspberry-pi");
    start();
    stream = open_port("serial0", 115200);
    check_int(level_of("board:GPIO14"), SB_LEVEL_HIGH);
    check_int(level_of("board:GPIO15"), SB_LEVEL_HIGH); /* the pull-up */
    check_int(sb_board_pin(&sim.board, "GPIO14", SB_PIN_OUTPUT, &pin), -EBUSY);
    check_text(sb_board_error(&sim.board), "GPIO14 is used by serial0: close that first");
    check_int(sb_board_stream(&sim.board, "ttyAMA0", 9600, &other), -EBUSY);
    sb_stream_close(stream);
    check_int(level_of("board:GPIO14"), SB_LEVEL_FLOATING);
    check_int(level_of("board:GPIO15"), SB_LEVEL_FLOATING);
    check_int(sb_board_pin(&sim.board, "GPIO15", SB_PIN_INPUT, &pin), 0);
    check_int(sb_board_stream(&sim.board, "serial0", 9600, &other), -EBUSY);
    check_text(sb_board_error(&sim.board),
               "serial0 needs GPIO15, which is in use as a pin: close it first");
    sb_pin_close(pin);
    check_true(open_port("serial0", 9600) == stream);
    end();
    return 0;
}

TASK_TEST(errors_say_what_there_is)
{
    struct sb_stream *stream;

    (void)arg;
    begin("wokwi-pi-pico");
    start();
    check_int(sb_board_stream(&sim.board, "serial7", 9600, &stream), -ENOENT);
    check_text(sb_board_error(&sim.board),
               "board (wokwi-pi-pico) has no serial port \"serial7\": it has serial0, serial1");
    check_int(sb_board_stream(&sim.board, "", 9600, &stream), -ENOENT);
    check_int(sb_board_stream(&sim.board, "serial0", 49, &stream), -EINVAL);
    check_text(sb_board_error(&sim.board), "serial0: 49 baud is out of range: give 50 to 4000000");
    check_int(sb_board_stream(&sim.board, "serial0", 4000001, &stream), -EINVAL);
    stream = open_port("serial0", 9600);
    check_int(sb_stream_set_baud(stream, 10), -EINVAL);
    check_int(stream->baud, 9600);
    check_int(sb_stream_send_break(stream, 0), -EINVAL);
    end();
    return 0;
}

/* The Pico's two ports, each joined to the other. */
static void begin_two_ports(struct sb_stream **a, struct sb_stream **b)
{
    begin("wokwi-pi-pico");
    join("board:GP0", "board:GP5");
    join("board:GP4", "board:GP1");
    start();
    *a = open_port("serial0", 9600);
    *b = open_port("serial1", 9600);
}

TASK_TEST(bytes_arrive_in_the_middle_of_their_stop_bits)
{
    struct sb_stream *a;
    struct sb_stream *b;
    char text[8];

    (void)arg;
    begin_two_ports(&a, &b);
    check_int(sb_stream_write(a, "abc", 3), 3);
    check_int(sb_now_ns(), 0);
    check_int(sb_stream_read(b, text, sizeof(text)), 1);
    check_int(sb_now_ns(), STOP_NS);
    check_int(sb_stream_read_exactly(b, text, 2), 2);
    check_int(sb_now_ns(), 2 * BYTE_NS + STOP_NS);
    check_int(sb_stream_drain(a), 0);
    check_int(sb_now_ns(), 3 * BYTE_NS);
    check_int(b->received_count, 3);
    check_int(a->sent_count, 3);
    end();
    return 0;
}

TASK_TEST(a_long_write_waits_for_room_and_all_of_it_arrives)
{
    static char sent[5000];
    static char got[5000];
    struct sb_stream *a;
    struct sb_stream *b;
    int64_t writing_ns;

    (void)arg;
    for (size_t i = 0; i < sizeof(sent); i++)
        sent[i] = (char)(i * 7 + i / 256);
    begin_two_ports(&a, &b);
    check_int(sb_stream_write(a, sent, 4000), 4000);
    writing_ns = sb_now_ns();
    check_true(writing_ns > 2900LL * BYTE_NS && writing_ns < 3600LL * BYTE_NS);
    check_int(sb_stream_drain(a), 0);
    check_int(sb_now_ns(), 4000LL * BYTE_NS);
    check_int(sb_stream_read_exactly(b, got, 4000), 4000);
    check_true(memcmp(got, sent, 4000) == 0);
    end();
    return 0;
}

TASK_TEST(what_nobody_reads_overruns_the_buffer)
{
    static char sent[5000];
    struct sb_stream *a;
    struct sb_stream *b;

    (void)arg;
    begin_two_ports(&a, &b);
    check_int(sb_stream_write(a, sent, sizeof(sent)), sizeof(sent));
    sb_stream_drain(a);
    check_int(b->lost_count, sizeof(sent) - 4096);
    check_int(b->received_count, 4096);
    check_int(sb_stream_discard(b), 4096);
    end();
    return 0;
}

TASK_TEST(breaks_and_wrong_rates_are_counted)
{
    struct sb_stream *a;
    struct sb_stream *b;
    char text[4];

    (void)arg;
    begin_two_ports(&a, &b);
    check_int(sb_stream_send_break(a, 2 * SB_MS_NS), 0);
    check_int(sb_stream_write(a, "x", 1), 1);
    check_int(sb_stream_read(b, text, sizeof(text)), 1);
    check_int(text[0], 'x');
    check_int(b->break_count, 1);
    check_int(sb_stream_drain(a), 0);
    check_int(sb_stream_set_baud(a, 4800), 0);
    check_int(a->baud, 4800);
    check_int(sb_stream_write(a, "", 1), 1); /* NUL: low for nine bits of 4800 baud */
    sb_sleep_ms(10);
    check_int(b->break_count, 2);
    check_int(sb_stream_write(a, "\x04", 1), 1);
    sb_sleep_ms(10);
    check_int(b->framing_error_count, 1);
    end();
    return 0;
}

TASK_TEST(a_read_that_times_out_in_the_middle_of_a_line_loses_nothing)
{
    struct sb_stream *a;
    struct sb_stream *b;
    struct sb_timeout timeout;
    char line[16];
    int tries = 0;
    int rc;

    (void)arg;
    begin_two_ports(&a, &b);
    sb_stream_write(a, "twelve bytes\n", 13);
    do {
        sb_timeout_begin_ms(&timeout, 3);
        rc = sb_timeout_end(&timeout, sb_stream_read_line(b, line, sizeof(line)));
        tries++;
    } while (rc == -ETIMEDOUT && tries < 100);
    check_int(rc, 13);
    check_int(tries, 5);
    check_text(line, "twelve bytes\n");
    end();
    return 0;
}

/* ---- late bytes: a program must not be able to tell */

struct log {
    char text[1 << 16];
    size_t used;
};

static struct log logs[3]; /* of the writer, the reader and the one who looks in between */
static uint64_t scripts[3];
static int64_t begin_ns;

static void record(unsigned who, const char *what, int rc)
{
    struct log *log = &logs[who];
    int length = snprintf(log->text + log->used, sizeof(log->text) - log->used, "%s %d@%lld ", what,
                          rc, (long long)(sb_now_ns() - begin_ns));

    check_true(log->used + (size_t)length < sizeof(log->text));
    if (log->used + (size_t)length < sizeof(log->text))
        log->used += (size_t)length;
}

static unsigned pick(unsigned who, unsigned limit)
{
    return (unsigned)(sb_random_next(&scripts[who]) % limit);
}

static int writer_body(void *arg)
{
    struct sb_stream *stream = arg;

    for (int i = 0; i < 60; i++) {
        char data[1000];
        size_t size = 1 + pick(0, pick(0, 4) > 0 ? 60 : sizeof(data));

        for (size_t k = 0; k < size; k++)
            data[k] = pick(0, 12) == 0 ? '\n' : (char)('a' + pick(0, 26));
        if (pick(0, 20) == 0)
            sb_stream_send_break(stream, 1 + pick(0, 3000000));
        record(0, "write", sb_stream_write(stream, data, size));
        if (pick(0, 3) == 0)
            record(0, "drain", sb_stream_drain(stream));
        sb_sleep_ns(1 + pick(0, pick(0, 4) > 0 ? 60000000 : 4000000));
    }
    return 0;
}

static int reader_body(void *arg)
{
    struct sb_stream *stream = arg;

    for (int i = 0; i < 150; i++) {
        struct sb_timeout timeout;
        char data[512] = {0};
        int rc;

        sb_timeout_begin_ns(&timeout, 1 + pick(1, 30000000));
        switch (pick(1, 6)) {
        case 0:
            rc = sb_stream_read_exactly(stream, data, 1 + pick(1, 100));
            break;
        case 4:
            rc = sb_stream_read_until_idle_ns(stream, data, 1 + pick(1, 200), 1 + pick(1, 5000000));
            break;
        case 5:
            rc = sb_wait_any((struct sb_case[]){sb_stream_read_case(stream)}, 1);
            record(1, "readable at", (int)(sb_now_ns() - begin_ns));
            rc = rc < 0 ? rc : sb_stream_try_read(stream, data, 1 + pick(1, 50));
            break;
        case 1:
            rc = sb_stream_read(stream, data, 1 + pick(1, 100));
            break;
        default:
            rc = sb_stream_read_line(stream, data, 2 + pick(1, 500));
            break;
        }
        rc = sb_timeout_end(&timeout, rc);
        record(1, "read", rc);
        for (int k = 0; k < rc; k++)
            record(1, "", data[k]);
        if (pick(1, 3) == 0)
            sb_sleep_ns(1 + pick(1, 40000000));
    }
    return 0;
}

static int looker_body(void *arg)
{
    struct sb_stream *stream = arg;

    for (int i = 0; i < 60; i++) {
        char data[8];

        sb_sleep_ns(1 + pick(2, 60000000));
        if (pick(2, 5) == 0)
            record(2, "discard", (int)sb_stream_discard(stream));
        else
            record(2, "try", sb_stream_try_read(stream, data, 1 + pick(2, sizeof(data) - 1)));
        record(2, "received", (int)stream->received_count);
    }
    return 0;
}

static void run_script(uint64_t seed, bool is_seen)
{
    struct sb_stream *streams[2];
    struct sb_task tasks[3];

    begin_ns = sb_now_ns();
    for (unsigned i = 0; i < 3; i++) {
        scripts[i] = seed * 3 + i;
        logs[i].used = 0;
    }
    begin_two_ports(&streams[0], &streams[1]);
    if (is_seen)
        sb_wire_watch(sb_world_terminal(world, "board:GP0")->wire);
    sb_spawn(&tasks[0], "writer", writer_body, streams[0]);
    sb_spawn(&tasks[1], "reader", reader_body, streams[1]);
    sb_spawn(&tasks[2], "looker", looker_body, streams[1]);
    for (int i = 0; i < 3; i++)
        sb_join(&tasks[i], NULL);
    sb_stream_discard(streams[1]); /* counts are those of the last call */
    record(2, "lost", (int)streams[1]->lost_count);
    record(2, "breaks", (int)streams[1]->break_count);
    end();
}

TASK_TEST(bytes_that_come_late_and_bits_make_no_difference_to_a_program)
{
    static struct log seen[3];

    (void)arg;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        run_script(seed, true);
        memcpy(seen, logs, sizeof(seen));
        run_script(seed, false);
        for (int i = 0; i < 3; i++) {
            size_t at = 0;

            while (at < logs[i].used && logs[i].text[at] == seen[i].text[at])
                at++;
            if (at < logs[i].used || logs[i].used != seen[i].used) {
                char text[64];

                snprintf(text, sizeof(text), "%.60s", logs[i].text + (at < 30 ? 0 : at - 30));
                check_text(text, seen[i].text + (at < 30 ? 0 : at - 30));
            }
        }
    }
    return 0;
}

/* As at the end of a run, which nobody closes ports for. */
TASK_TEST(a_board_ends_in_the_middle_of_a_byte)
{
    struct sb_stream *a;
    struct sb_stream *b;

    (void)arg;
    begin_two_ports(&a, &b);
    sb_stream_write(a, "abc", 3);
    sb_sleep_us(1500);
    end();
    sb_sleep_ms(5);
    return 0;
}

static void note_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)arg;
    note("%s %d@%lld", pin->name, edge->value, (long long)edge->time_ns);
}

/* Nobody sees the bits until the pin is opened. */
TASK_TEST(a_pin_that_is_opened_in_the_middle_of_a_byte_hears_the_next_edge)
{
    struct sb_pin_watch watch;
    struct sb_stream *stream;
    struct sb_pin *pin;

    (void)arg;
    begin("wokwi-pi-pico");
    join("board:GP0", "board:GP1");
    join("board:GP0", "board:GP2");
    start();
    stream = open_port("serial0", 10000);
    sb_stream_write(stream, "\xfe", 1);
    sb_sleep_us(150); /* start bit and bit 0 are low, for 200 us */
    check_int(sb_board_pin(&sim.board, "GP2", SB_PIN_INPUT, &pin), 0);
    check_int(sb_pin_read(pin), 0);
    sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, note_edge, NULL);
    sb_sleep_ms(2);
    check_text(notes(), "GP2 1@200000");
    sb_pin_watch_stop(&watch);
    end();
    return 0;
}

TASK_TEST(an_analog_input_on_a_serial_line_samples_its_bits)
{
    struct sb_stream *stream;
    struct sb_adc *adc;

    (void)arg;
    begin("wokwi-arduino-uno");
    join("board:1", "board:A0");
    start();
    stream = open_port("serial0", 10000);
    check_int(sb_board_adc(&sim.board, "A0", &adc), 0);
    sb_stream_write(stream, "U", 1);
    for (int i = 0; i < 10; i++) {
        sb_sleep_until_ns(i * 100000 + 50000);
        check_int(sb_adc_read(adc), i % 2 == 0 ? 0 : SB_ADC_MAX);
    }
    end();
    return 0;
}

TASK_TEST(a_port_that_could_not_be_opened_leaves_nothing)
{
    struct sb_stream *stream;
    struct sb_pin *pin;

    (void)arg;
    begin("softboard-raspberry-pi");
    start();
    check_int(sb_board_pin(&sim.board, "GPIO15", SB_PIN_INPUT, &pin), 0);
    check_int(sb_board_stream(&sim.board, "serial0", 9600, &stream), -EBUSY);
    end();
    return 0;
}

/* Reads as it likes, for a random time at most, until all has come. */
struct impatient {
    struct sb_task task;
    struct sb_stream *stream;
    size_t *got;
};

static int be_impatient(void *arg)
{
    struct impatient *self = arg;

    while (*self->got < 2000) {
        uint64_t random = sb_loop_random(test_loop());
        struct sb_timeout timeout;
        char data[64];
        int rc;

        sb_timeout_begin_ns(&timeout, (int64_t)(random % 3000000));
        if (random >> 32 & 1)
            rc = sb_stream_read_exactly(self->stream, data, (size_t)(random >> 33) % 20);
        else if (random >> 40 & 1)
            rc = sb_stream_read_line(self->stream, data, 2 + (size_t)(random >> 41) % 40);
        else
            rc = sb_stream_read(self->stream, data, (size_t)(random >> 41) % 40);
        rc = sb_timeout_end(&timeout, rc);
        if (rc < 0 && rc != -ETIMEDOUT)
            return rc;
        for (int i = 0; i < rc; i++, ++*self->got)
            check_int((uint8_t)data[i], (uint8_t)(*self->got * 7 + *self->got / 256));
        rc = sb_yield();
        if (rc < 0)
            return rc;
    }
    return 0;
}

TASK_TEST(readers_that_time_out_anywhere_get_every_byte_in_order)
{
    struct impatient readers[4];
    char sent[2000];
    struct sb_stream *a;
    struct sb_stream *b;
    size_t got = 0;

    (void)arg;
    for (size_t i = 0; i < sizeof(sent); i++)
        sent[i] = (char)(i * 7 + i / 256);
    begin_two_ports(&a, &b);
    for (int i = 0; i < 4; i++) {
        readers[i] = (struct impatient){.stream = b, .got = &got};
        sb_spawn(&readers[i].task, "reader", be_impatient, &readers[i]);
    }
    check_int(sb_stream_write(a, sent, sizeof(sent)), sizeof(sent));
    for (int i = 0; i < 4; i++)
        sb_join(&readers[i].task, NULL);
    check_int(got, 2000);
    check_int(b->lost_count, 0);
    sb_stream_close(a);
    sb_stream_close(b);
    end();
    return 0;
}

TASK_TEST(analog_inputs_have_the_boards_names_and_those_of_their_pins)
{
    struct sb_adc *adc;
    struct sb_adc *other;
    struct sb_pin *pin;

    (void)arg;
    begin("softboard-raspberry-pi");
    start();
    check_int(sb_board_adc(&sim.board, "adc0", &adc), 0);
    check_text(adc->name, "adc0");
    check_int(adc->bits, 12);
    check_int(adc->reference_mv, 3300);
    check_int(sb_board_adc(&sim.board, "ADC0", &other), -EBUSY);
    check_text(sb_board_error(&sim.board),
               "adc0 needs ADC0, which is used by adc0: close that first");
    check_int(sb_board_adc(&sim.board, "adc4", &other), -ENOENT);
    check_text(sb_board_error(&sim.board), "board (softboard-raspberry-pi) has no analog input "
                                           "\"adc4\": it has adc0, adc1, adc2, adc3");
    check_int(sb_board_adc(&sim.board, "GPIO4", &other), -ENOENT);
    check_int(sb_board_pin(&sim.board, "ADC1", SB_PIN_INPUT, &pin), -EINVAL);
    check_text(sb_board_error(&sim.board),
               "ADC1 is an analog input only: open it with sb_board_adc");
    sb_adc_close(NULL);
    sb_adc_close(adc);
    check_int(sb_board_adc(&sim.board, "ADC0", &other), 0);
    end();
    begin("wokwi-arduino-uno");
    start();
    check_int(sb_board_adc(&sim.board, "A5", &adc), 0);
    check_text(adc->name, "adc5");
    check_int(adc->bits, 10);
    check_int(adc->reference_mv, 5000);
    check_int(sb_board_pin(&sim.board, "A5", SB_PIN_INPUT, &pin), -EBUSY);
    check_int(sb_board_pin(&sim.board, "A4", SB_PIN_INPUT, &pin), 0);
    check_int(sb_board_adc(&sim.board, "adc4", &other), -EBUSY);
    end();
    begin("wokwi-esp32-devkit-v1");
    start();
    check_int(sb_board_adc(&sim.board, "D34", &adc), 0);
    check_text(adc->name, "adc6");
    end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_controller_has_its_ports_at_their_pins),
        cmocka_unit_test(a_port_has_its_pins_to_itself_until_it_is_closed),
        cmocka_unit_test(errors_say_what_there_is),
        cmocka_unit_test(bytes_arrive_in_the_middle_of_their_stop_bits),
        cmocka_unit_test(a_long_write_waits_for_room_and_all_of_it_arrives),
        cmocka_unit_test(what_nobody_reads_overruns_the_buffer),
        cmocka_unit_test(breaks_and_wrong_rates_are_counted),
        cmocka_unit_test(a_read_that_times_out_in_the_middle_of_a_line_loses_nothing),
        cmocka_unit_test(bytes_that_come_late_and_bits_make_no_difference_to_a_program),
        cmocka_unit_test(a_board_ends_in_the_middle_of_a_byte),
        cmocka_unit_test(a_pin_that_is_opened_in_the_middle_of_a_byte_hears_the_next_edge),
        cmocka_unit_test(an_analog_input_on_a_serial_line_samples_its_bits),
        cmocka_unit_test(a_port_that_could_not_be_opened_leaves_nothing),
        cmocka_unit_test(readers_that_time_out_anywhere_get_every_byte_in_order),
        cmocka_unit_test(analog_inputs_have_the_boards_names_and_those_of_their_pins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
