/* SPDX-License-Identifier: MIT */
/* Taps: what an observer of a board hears, in which order, and what it does not hear. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/hal/tap.h"
#include "sim/board_sim.h"

static struct sb_world *world;
static struct sb_sim_board sim;
static struct sb_diag diag;

/* ---- an observer that notes all */

static void on_configured(struct sb_tap *tap, struct sb_pin *pin, bool level)
{
    (void)tap;
    note_at("%s configured %#x %d", pin->name, pin->flags, level);
}

static void on_written(struct sb_tap *tap, struct sb_pin *pin, bool level, int rc)
{
    (void)tap;
    note_at("%s written %d rc %d", pin->name, level, rc);
}

static void on_read(struct sb_tap *tap, struct sb_pin *pin, int level)
{
    (void)tap;
    note_at("%s read %d", pin->name, level);
}

static void on_edge(struct sb_tap *tap, struct sb_pin *pin, bool level, int64_t time_ns,
                    uint32_t lost)
{
    (void)tap;
    note_at("%s edge %d of %lld, %u lost", pin->name, level, (long long)time_ns, lost);
}

static void on_closed(struct sb_tap *tap, struct sb_pin *pin)
{
    (void)tap;
    note_at("%s closed", pin->name);
}

static void on_received(struct sb_tap *tap, struct sb_stream *stream, const uint8_t *data,
                        size_t size)
{
    (void)tap;
    note_at("%s received '%.*s'", stream->name, (int)size, (const char *)data);
}

static void on_sent(struct sb_tap *tap, struct sb_stream *stream, const uint8_t *data, size_t size)
{
    (void)tap;
    note_at("%s sent '%.*s'", stream->name, (int)size, (const char *)data);
}

static void on_erred(struct sb_tap *tap, struct sb_stream *stream, enum sb_stream_error error,
                     size_t count)
{
    (void)tap;
    note_at("%s error %d x %zu", stream->name, error, count);
}

static void on_ended(struct sb_tap *tap, struct sb_stream *stream, int rc)
{
    (void)tap;
    note_at("%s ended %d", stream->name, rc);
}

static void on_i2c(struct sb_tap *tap, struct sb_i2c *bus, const struct sb_tap_transfer *transfer)
{
    (void)tap;
    note_at("%s %02x out %zu in %zu rc %d since %lld", bus->name, transfer->address,
            transfer->out_size, transfer->in_size, transfer->rc, (long long)transfer->start_ns);
}

static void on_sample(struct sb_tap *tap, struct sb_adc *adc, int sample)
{
    (void)tap;
    note_at("%s %d", adc->name, sample);
}

static const struct sb_tap_ops all = {
    .pin_configured = on_configured,
    .pin_written = on_written,
    .pin_read = on_read,
    .pin_edge = on_edge,
    .pin_closed = on_closed,
    .stream_received = on_received,
    .stream_sent = on_sent,
    .stream_erred = on_erred,
    .stream_ended = on_ended,
    .i2c_transferred = on_i2c,
    .adc_sampled = on_sample,
};

static void add(const char *type, const char *id)
{
    struct sb_part_spec spec = {.type = type, .id = id};

    check_int(sb_world_add_part(world, &spec, NULL, &diag), 0);
}

static void join(const char *a, const char *b)
{
    check_int(
        sb_world_connect(world, sb_world_terminal(world, a), sb_world_terminal(world, b), NULL), 0);
}

static void begin(void)
{
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), 1);
    add("softboard-raspberry-pi", "pi");
}

static void start(const struct sb_tap_ops *ops)
{
    static struct sb_tap tap;

    tap.ops = ops;
    check_int(sb_world_start(world, &diag), 0);
    check_int(sb_sim_board_init(&sim, world), 0);
    sb_board_set_tap(&sim.board, &tap);
}

static void end(void)
{
    sb_sim_board_deinit(&sim);
    sb_world_destroy(world);
}

static struct sb_pin *pin_of(const char *name, unsigned flags)
{
    struct sb_pin *pin = NULL;

    check_int(sb_board_pin(&sim.board, name, flags, &pin), 0);
    return pin;
}

/* ---- pins */

TASK_TEST(an_outputs_life_is_told_with_electrical_levels)
{
    struct sb_pin *pin;

    (void)arg;
    begin();
    start(&all);
    pin = pin_of("17", SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW);
    sb_sleep_ms(1);
    sb_pin_write(pin, true);
    sb_pin_toggle(pin);
    sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);
    sb_pin_close(pin);
    check_text(notes(), "0 GPIO17 configured 0x42 1 | 1 GPIO17 written 0 rc 0 | "
                        "1 GPIO17 written 1 rc 0 | 1 GPIO17 configured 0x82 1 | 1 GPIO17 closed");
    end();
    return 0;
}

static void on_pin(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)arg;
    note_at("%s watched %d", pin->name, edge->value);
}

TASK_TEST(an_edge_is_told_before_those_who_watch_hear_of_it)
{
    struct sb_pin_watch watch;
    struct sb_pin *out;
    struct sb_pin *in;

    (void)arg;
    begin();
    join("pi:GPIO5", "pi:GPIO6");
    start(&all);
    out = pin_of("GPIO5", SB_PIN_OUTPUT);
    in = pin_of("GPIO6", SB_PIN_INPUT | SB_PIN_ACTIVE_LOW);
    sb_pin_watch_start(in, &watch, SB_EDGE_BOTH, on_pin, NULL);
    notes_clear();
    sb_sleep_ms(2);
    sb_pin_write(out, true);
    sb_sleep_ms(1);
    check_text(notes(), "2 GPIO5 written 1 rc 0 | 2 GPIO6 edge 1 of 2000000, 0 lost | "
                        "2 GPIO6 watched 0");
    end();
    return 0;
}

TASK_TEST(a_read_is_told_and_a_peek_is_not)
{
    struct sb_pin *pin;

    (void)arg;
    begin();
    start(&all);
    pin = pin_of("GPIO6", SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW);
    notes_clear();
    check_int(sb_pin_read(pin), 0);
    check_int(sb_pin_peek_level(pin), 1);
    check_text(notes(), "0 GPIO6 read 1");
    end();
    return 0;
}

TASK_TEST(a_pin_that_could_not_be_opened_is_not_told)
{
    struct sb_pin *pin;

    (void)arg;
    begin();
    start(&all);
    check_int(sb_board_pin(&sim.board, "GPIO17", SB_PIN_INPUT | SB_PIN_OUTPUT, &pin), -EINVAL);
    check_int(sb_board_pin(&sim.board, "GPIO99", SB_PIN_INPUT, &pin), -ENOENT);
    check_text(notes(), "");
    end();
    return 0;
}

TASK_TEST(a_pin_hears_no_tap_that_its_board_has_lost)
{
    struct sb_pin *pin;

    (void)arg;
    begin();
    start(&all);
    sb_pin_close(pin_of("GPIO17", SB_PIN_OUTPUT));
    notes_clear();
    sb_board_set_tap(&sim.board, NULL);
    pin = pin_of("GPIO17", SB_PIN_OUTPUT);
    sb_pin_write(pin, true);
    sb_pin_close(pin);
    check_text(notes(), "");
    end();
    return 0;
}

/* ---- buses */

TASK_TEST(bytes_are_told_when_they_are_sent_and_when_they_have_come)
{
    struct sb_stream *stream = NULL;
    char line[8];

    (void)arg;
    begin();
    join("pi:GPIO14", "pi:GPIO15");
    start(&all);
    check_int(sb_board_stream(&sim.board, "serial0", 10000, &stream), 0);
    check_int(sb_stream_write(stream, "hi", 2), 2);
    check_int(sb_stream_read(stream, line, sizeof(line)), 1);
    check_int(sb_stream_read(stream, line, sizeof(line)), 1);
    check_text(notes(),
               "0 serial0 sent 'hi' | 0.95 serial0 received 'h' | 1.95 serial0 received 'i'");
    sb_stream_close(stream);
    end();
    return 0;
}

/* A stream of the tapped board that nothing is behind. */
static void bare_stream(struct sb_stream *stream, uint8_t *buffer, size_t size)
{
    static const struct sb_stream_ops ops = {.write = NULL};

    sb_stream_init(stream, &sim.board, "bare", &ops, buffer, size);
}

TASK_TEST(what_goes_round_the_end_of_the_buffer_is_told_in_order)
{
    struct sb_stream stream;
    uint8_t buffer[4];
    char in[4];

    (void)arg;
    begin();
    start(&all);
    bare_stream(&stream, buffer, sizeof(buffer));
    sb_stream_report(&stream, (const uint8_t *)"abc", 3);
    check_int(sb_stream_try_read(&stream, in, 3), 3);
    sb_stream_report(&stream, (const uint8_t *)"defg", 4);
    check_text(notes(), "0 bare received 'abc' | 0 bare received 'd' | 0 bare received 'efg'");
    end();
    return 0;
}

TASK_TEST(errors_of_a_line_and_its_end_are_told)
{
    struct sb_stream stream;
    uint8_t buffer[2];

    (void)arg;
    begin();
    start(&all);
    bare_stream(&stream, buffer, sizeof(buffer));
    sb_stream_report_error(&stream, SB_STREAM_BREAK);
    sb_stream_report(&stream, (const uint8_t *)"abcde", 5);
    sb_stream_report_closed(&stream, -EPIPE);
    check_text(notes(),
               "0 bare error 1 x 1 | 0 bare received 'ab' | 0 bare error 2 x 3 | 0 bare ended -32");
    end();
    return 0;
}

TASK_TEST(a_transfer_is_told_with_its_begin_and_its_result)
{
    struct sb_i2c *bus = NULL;
    uint8_t byte = 0;

    (void)arg;
    begin();
    start(&all);
    check_int(sb_board_i2c(&sim.board, "i2c-1", &bus), 0);
    sb_sleep_ms(1);
    check_int(sb_i2c_write(bus, 0x40, &byte, 1), -ENXIO);
    check_text(notes(), "1.105 i2c-1 40 out 1 in 0 rc -6 since 1000000");
    end();
    return 0;
}

TASK_TEST(samples_are_told_in_both_forms_of_reading)
{
    struct sb_adc *adc = NULL;

    (void)arg;
    begin();
    add("wokwi-potentiometer", "knob");
    join("knob:SIG", "pi:ADC0");
    start(&all);
    check_int(sb_part_set_control(sb_world_part(world, "knob"), "position", 1), 0);
    check_int(sb_board_adc(&sim.board, "adc0", &adc), 0);
    check_int(sb_adc_read(adc), SB_ADC_MAX);
    check_int(sb_adc_read_mv(adc), 3300);
    check_text(notes(), "0 adc0 65535 | 0 adc0 65535");
    end();
    return 0;
}

/* ---- */

TASK_TEST(a_tap_without_functions_is_no_harm)
{
    static const struct sb_tap_ops none = {.pin_read = NULL};
    struct sb_stream *stream = NULL;
    struct sb_i2c *bus = NULL;
    struct sb_adc *adc = NULL;
    struct sb_pin *pin;

    (void)arg;
    begin();
    start(&none);
    pin = pin_of("GPIO17", SB_PIN_OUTPUT);
    check_int(sb_pin_write(pin, true), 0);
    check_int(sb_pin_read(pin), 1);
    sb_pin_close(pin);
    check_int(sb_board_stream(&sim.board, "serial0", 9600, &stream), 0);
    check_int(sb_stream_write(stream, "x", 1), 1);
    check_int(sb_board_i2c(&sim.board, "i2c-1", &bus), 0);
    check_int(sb_i2c_probe(bus, 0x40), -ENXIO);
    check_int(sb_board_adc(&sim.board, "adc0", &adc), 0);
    check_true(sb_adc_read(adc) >= 0);
    end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outputs_life_is_told_with_electrical_levels),
        cmocka_unit_test(an_edge_is_told_before_those_who_watch_hear_of_it),
        cmocka_unit_test(a_read_is_told_and_a_peek_is_not),
        cmocka_unit_test(a_pin_that_could_not_be_opened_is_not_told),
        cmocka_unit_test(a_pin_hears_no_tap_that_its_board_has_lost),
        cmocka_unit_test(bytes_are_told_when_they_are_sent_and_when_they_have_come),
        cmocka_unit_test(what_goes_round_the_end_of_the_buffer_is_told_in_order),
        cmocka_unit_test(errors_of_a_line_and_its_end_are_told),
        cmocka_unit_test(a_transfer_is_told_with_its_begin_and_its_result),
        cmocka_unit_test(samples_are_told_in_both_forms_of_reading),
        cmocka_unit_test(a_tap_without_functions_is_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
