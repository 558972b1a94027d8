/* SPDX-License-Identifier: MIT */
/*
 * The NEC receiver under any edges, against a decoder that looks back: after each mark, whether the last
 * 67 spans are a frame, or the last 3 a repeat. What came before must make no difference.
 *
 * The first byte is the config. Then each byte is a span, marks and spaces in turn: a nominal one of NEC's
 * and how far it is off.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "drivers/nec_ir.h"

#define FRAME_SPANS  67
#define REPEAT_SPANS 3
#define SPANS_MAX    8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t spans_ns[SPANS_MAX];
static size_t span_count;

static struct sb_nec_ir_event seen;
static unsigned seen_count;

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void on_event(struct sb_nec_ir *ir, const struct sb_nec_ir_event *event, void *arg)
{
    (void)ir;
    (void)arg;
    seen = *event;
    seen_count++;
}

static int64_t span_of(uint8_t byte)
{
    static const int64_t nominal_us[] = {562, 562, 562, 1687, 1687, 9000, 4500, 2250};
    static const int64_t percents[] = {100, 100, 100, 104, 97, 103, 90, 112,
                                       80,  122, 74,  126, 60, 160, 30, 300};
    static const int64_t odd_us[] = {0,    1,    50,   299,   300,   900,   901,    1125,
                                     1126, 2200, 2201, 11999, 12000, 20000, 108000, 150000};

    if (byte >= 0xf0)
        return odd_us[byte & 15] * 1000;
    return nominal_us[byte & 7] * 10 * percents[byte >> 4];
}

/* The span that is so many before the last one. */
static int64_t back(size_t count)
{
    return spans_ns[span_count - 1 - count];
}

static bool is_between(int64_t value, int64_t min, int64_t max)
{
    return value >= min && value <= max;
}

static bool is_leader(size_t spans, int64_t space_ns)
{
    return span_count >= spans && is_between(back(spans - 1), 6750000, 11250000) &&
           is_between(back(spans - 2), space_ns * 3 / 4, space_ns * 5 / 4) &&
           is_between(back(0), 300000, 900000);
}

static bool is_repeat(void)
{
    return is_leader(REPEAT_SPANS, 2250000);
}

static bool is_frame(uint32_t *bits)
{
    if (!is_leader(FRAME_SPANS, 4500000))
        return false;
    *bits = 0;
    for (unsigned i = 0; i < 32; i++) {
        int64_t mark_ns = back(FRAME_SPANS - 3 - 2 * i);
        int64_t space_ns = back(FRAME_SPANS - 4 - 2 * i);

        if (!is_between(mark_ns, 300000, 900000) || !is_between(space_ns, 300000, 2200000))
            return false;
        *bits |= (uint32_t)(space_ns > 1125000) << i;
    }
    return true;
}

/* What an event says must fit the bits that came. */
static void check_frame(const struct sb_nec_ir_config *config, uint32_t bits)
{
    uint8_t bytes[] = {(uint8_t)bits, (uint8_t)(bits >> 8), (uint8_t)(bits >> 16),
                       (uint8_t)(bits >> 24)};
    bool is_short = (bytes[0] ^ bytes[1]) == 0xff;

    require(seen_count == 1);
    if ((bytes[2] ^ bytes[3]) != 0xff) {
        require(seen.error == SB_NEC_IR_BAD_COMMAND);
        return;
    }
    if (config->addresses == SB_NEC_IR_STANDARD && !is_short) {
        require(seen.error == SB_NEC_IR_BAD_ADDRESS);
        return;
    }
    if (config->addresses == SB_NEC_IR_EXTENDED)
        is_short = false;
    require(seen.kind == SB_NEC_IR_FRAME && seen.command == bytes[2] && seen.repeat_count == 0);
    require(seen.is_extended == !is_short);
    require(seen.address == (is_short ? bytes[0] : (bits & 0xffff)));
}

static void check_repeat(const struct sb_nec_ir_event *key)
{
    require(seen_count == 1);
    if (seen.kind == SB_NEC_IR_ERROR) {
        require(seen.error == SB_NEC_IR_LATE_REPEAT);
        return;
    }
    require(seen.kind == SB_NEC_IR_REPEAT && key->kind != SB_NEC_IR_ERROR);
    require(seen.address == key->address && seen.command == key->command);
    require(seen.repeat_count == key->repeat_count + 1);
    require(seen.begin_ns - key->begin_ns < 150000000);
}

/* `key` is the last frame or repeat, or an error. */
static void check_span(const struct sb_nec_ir_config *config, const struct sb_nec_ir_event *key,
                       bool is_mark, int64_t now_ns)
{
    uint32_t bits;

    if (config->polarity != SB_NEC_IR_IDLE_ANY && !is_mark) {
        require(seen_count == 0 || seen.kind == SB_NEC_IR_ERROR);
    } else if (is_frame(&bits)) {
        check_frame(config, bits);
    } else if (is_repeat()) {
        check_repeat(key);
    } else {
        require(seen_count == 0 || (seen_count == 1 && seen.kind == SB_NEC_IR_ERROR));
    }
    if (seen_count > 0)
        require(seen.begin_ns < seen.time_ns && seen.time_ns <= now_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sb_nec_ir_config config = {.fn = on_event, .wait_events = SB_NEC_IR_ALL};
    struct sb_nec_ir_event key = {.kind = SB_NEC_IR_ERROR};
    struct sb_nec_ir ir;
    unsigned event_count = 0;
    int64_t now_ns = 0;
    bool is_mark;

    if (size == 0)
        return 0;
    config.addresses = (enum sb_nec_ir_addresses)(data[0] % 3);
    config.polarity = (enum sb_nec_ir_polarity)(data[0] / 3 % 3);
    is_mark = (data[0] & 0x80) != 0;
    span_count = 0;
    require(sb_nec_ir_init(&ir, &config) == 0);
    sb_nec_ir_feed(&ir, is_mark == (config.polarity == SB_NEC_IR_IDLE_LOW), now_ns);
    for (size_t i = 1; i < size && i <= SPANS_MAX; i++) {
        spans_ns[span_count++] = span_of(data[i]);
        now_ns += span_of(data[i]);
        seen_count = 0;
        sb_nec_ir_feed(&ir, !is_mark == (config.polarity == SB_NEC_IR_IDLE_LOW), now_ns);
        check_span(&config, &key, is_mark, now_ns);
        if (seen_count > 0)
            key = seen;
        event_count += seen_count;
        is_mark = !is_mark;
    }
    require(ir.frame_count + ir.repeat_count + ir.error_count == event_count);
    require(ir.queue_count + ir.overflow_count == event_count);
    return 0;
}
