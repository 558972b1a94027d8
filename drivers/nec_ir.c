/* SPDX-License-Identifier: MIT */
/*
 * The NEC receiver's state machine. It works on spans: how long the line has been at one level, known at
 * the edge that ends it. A span that does not fit where it came is looked at once more, as the mark of
 * a leader: so neither noise nor half a frame costs the frame after it. No edge leads to more than one event,
 * which is reported last of all: its function may do anything, stop the receiver included.
 */
#include "drivers/nec_ir.h"

#include <assert.h>
#include <errno.h>

#include "lib/task.h"

/* spec/drivers.md 12.2 and 12.4. */
#define LEADER_MARK_NS  (9000 * SB_US_NS)
#define FRAME_SPACE_NS  (4500 * SB_US_NS)
#define REPEAT_SPACE_NS (2250 * SB_US_NS)
#define SPACE_CUT_NS    (3000 * SB_US_NS) /* which of the two is meant */

/*
 * A receiver makes marks longer and spaces shorter by up to 200 us when the signal is strong, and the other
 * way round when it is weak; 30 per cent off is more than any remote is.
 */
#define BIT_MARK_MIN_NS  (300 * SB_US_NS)
#define BIT_MARK_MAX_NS  (900 * SB_US_NS)
#define BIT_SPACE_MIN_NS (300 * SB_US_NS)
#define BIT_SPACE_MAX_NS (2200 * SB_US_NS)
#define BIT_CUT_NS       (1125 * SB_US_NS)
#define BIT_COUNT        32

/* Longer than any part of a frame, and that told 5 ms late; but for a leader's mark, which is not waited for. */
#define GAP_NS (12 * SB_MS_NS)
/* A loop that comes so much later than the gap's end may have edges to deliver yet. */
#define LATE_NS (1 * SB_MS_NS)

#define TOLERANCE_PERCENT_MAX 40

/* What the next span should be. */
enum state {
    IDLE,   /* a leader's mark */
    LEADER, /* the leader's space */
    BITS, /* a bit's mark or space, or after the last bit the stop mark; a repeat has its bits already */
};

struct span {
    int64_t begin_ns;
    int64_t end_ns;
    bool level;
};

static int64_t duration_ns(const struct span *span)
{
    return span->end_ns - span->begin_ns;
}

static bool is_between(const struct span *span, int64_t min_ns, int64_t max_ns)
{
    return duration_ns(span) >= min_ns && duration_ns(span) <= max_ns;
}

static bool is_about(const struct sb_nec_ir *ir, const struct span *span, int64_t nominal_ns)
{
    uint32_t percent = ir->config->tolerance_percent;
    int64_t off_ns = nominal_ns * (percent ? percent : SB_NEC_IR_TOLERANCE_PERCENT) / 100;

    return is_between(span, nominal_ns - off_ns, nominal_ns + off_ns);
}

/* ---- events */

static void queue_event(struct sb_nec_ir *ir, const struct sb_nec_ir_event *event)
{
    if (ir->queue_count == SB_NEC_IR_EVENTS_MAX) {
        ir->queue_first = (uint8_t)((ir->queue_first + 1u) % SB_NEC_IR_EVENTS_MAX);
        ir->queue_count--;
        ir->overflow_count++;
    }
    ir->queue[(ir->queue_first + (unsigned)ir->queue_count) % SB_NEC_IR_EVENTS_MAX] = *event;
    ir->queue_count++;
}

static void hand_over(struct sb_nec_ir *ir, const struct sb_nec_ir_event *event)
{
    struct sb_waiter *waiter = sb_waitq_first(&ir->waiters);
    struct sb_nec_ir_event *slot;

    if (waiter == NULL) {
        queue_event(ir, event);
        return;
    }
    slot = waiter->slot;
    *slot = *event;
    sb_waitq_wake(waiter, 0);
}

static void report(struct sb_nec_ir *ir, const struct sb_nec_ir_event *event)
{
    const struct sb_nec_ir_config *config = ir->config;

    if ((config->wait_events & event->kind) != 0)
        hand_over(ir, event);
    if (config->fn != NULL)
        config->fn(ir, event, config->arg);
}

int sb_nec_ir_try_wait(struct sb_nec_ir *ir, struct sb_nec_ir_event *event)
{
    if (ir->queue_count == 0)
        return -EAGAIN;
    *event = ir->queue[ir->queue_first];
    ir->queue_first = (uint8_t)((ir->queue_first + 1u) % SB_NEC_IR_EVENTS_MAX);
    ir->queue_count--;
    return 0;
}

int sb_nec_ir_wait(struct sb_nec_ir *ir, struct sb_nec_ir_event *event)
{
    struct sb_waiter waiter = {.slot = event};
    int rc = sb_wait_check();

    assert(ir->config->wait_events != 0);
    if (rc < 0 || sb_nec_ir_try_wait(ir, event) == 0)
        return rc;
    return sb_waitq_wait(&ir->waiters, &waiter, "nec_ir", ir);
}

const char *sb_nec_ir_error_text(enum sb_nec_ir_error error)
{
    switch (error) {
    case SB_NEC_IR_BAD_LEADER:
        return "bad leader";
    case SB_NEC_IR_BAD_MARK:
        return "bad mark";
    case SB_NEC_IR_BAD_SPACE:
        return "bad space";
    case SB_NEC_IR_SHORT:
        return "short";
    case SB_NEC_IR_BAD_COMMAND:
        return "bad command";
    case SB_NEC_IR_BAD_ADDRESS:
        return "bad address";
    case SB_NEC_IR_LATE_REPEAT:
        return "late repeat";
    default:
        return "no error";
    }
}

/* ---- what has been received; all of these return whether there is something to report */

/* Not if it may have been a rest that was taken for a mark. */
static bool end_bad(struct sb_nec_ir *ir, enum sb_nec_ir_error error, int64_t time_ns,
                    struct sb_nec_ir_event *event)
{
    ir->state = IDLE;
    if (!ir->is_mark_level_known || ir->leader_level != ir->mark_level)
        return false;
    ir->error_count++;
    ir->has_key = false;
    *event = (struct sb_nec_ir_event){
        .time_ns = time_ns, .begin_ns = ir->begin_ns, .kind = SB_NEC_IR_ERROR, .error = error};
    return true;
}

static bool end_repeat(struct sb_nec_ir *ir, int64_t time_ns, struct sb_nec_ir_event *event)
{
    uint32_t repeat_ms = ir->config->repeat_ms;
    int64_t limit_ns = (repeat_ms != 0 ? repeat_ms : SB_NEC_IR_REPEAT_MS) * SB_MS_NS;

    if (!ir->has_key || ir->begin_ns - ir->key.begin_ns >= limit_ns)
        return end_bad(ir, SB_NEC_IR_LATE_REPEAT, time_ns, event);
    ir->repeat_count++;
    ir->key.kind = SB_NEC_IR_REPEAT;
    ir->key.time_ns = time_ns;
    ir->key.begin_ns = ir->begin_ns;
    ir->key.repeat_count++;
    *event = ir->key;
    return true;
}

static bool is_complement(unsigned a, unsigned b)
{
    return (a ^ b) == 0xff;
}

static bool end_frame(struct sb_nec_ir *ir, int64_t time_ns, struct sb_nec_ir_event *event)
{
    enum sb_nec_ir_addresses addresses = ir->config->addresses;
    unsigned address = ir->bits & 0xffff;
    unsigned command = ir->bits >> 16 & 0xff;
    bool is_short = is_complement(address & 0xff, address >> 8);

    if (!is_complement(command, ir->bits >> 24))
        return end_bad(ir, SB_NEC_IR_BAD_COMMAND, time_ns, event);
    if (addresses == SB_NEC_IR_STANDARD && !is_short)
        return end_bad(ir, SB_NEC_IR_BAD_ADDRESS, time_ns, event);
    if (addresses == SB_NEC_IR_EXTENDED)
        is_short = false;
    ir->frame_count++;
    ir->has_key = true;
    ir->key = (struct sb_nec_ir_event){
        .time_ns = time_ns,
        .begin_ns = ir->begin_ns,
        .kind = SB_NEC_IR_FRAME,
        .address = (uint16_t)(is_short ? address & 0xff : address),
        .is_extended = !is_short,
        .command = (uint8_t)command,
    };
    *event = ir->key;
    return true;
}

/* Ends what has had no edge for too long at `time_ns`. */
static bool end_at_gap(struct sb_nec_ir *ir, int64_t time_ns, struct sb_nec_ir_event *event)
{
    enum sb_nec_ir_error error = SB_NEC_IR_SHORT;

    if (ir->state == IDLE || time_ns - ir->edge_ns < GAP_NS)
        return false;
    if (ir->state == LEADER)
        error = SB_NEC_IR_BAD_LEADER;
    else if (ir->level == ir->leader_level)
        error = SB_NEC_IR_BAD_MARK;
    return end_bad(ir, error, ir->edge_ns + GAP_NS, event);
}

/* ---- spans */

/* Opens a leader, if the span can be its mark. */
static bool open_leader(struct sb_nec_ir *ir, const struct span *span)
{
    if (ir->config->polarity != SB_NEC_IR_IDLE_ANY && span->level != ir->mark_level)
        return false;
    if (!is_about(ir, span, LEADER_MARK_NS))
        return false;
    ir->state = LEADER;
    ir->begin_ns = span->begin_ns;
    ir->leader_level = span->level;
    return true;
}

static enum sb_nec_ir_error take_leader_space(struct sb_nec_ir *ir, const struct span *span)
{
    bool is_repeat = duration_ns(span) < SPACE_CUT_NS;

    if (!is_about(ir, span, is_repeat ? REPEAT_SPACE_NS : FRAME_SPACE_NS))
        return SB_NEC_IR_BAD_LEADER;
    ir->state = BITS;
    ir->is_repeat = is_repeat;
    ir->bit_count = is_repeat ? BIT_COUNT : 0;
    ir->bits = 0;
    return SB_NEC_IR_NO_ERROR;
}

static enum sb_nec_ir_error take_bit(struct sb_nec_ir *ir, const struct span *span)
{
    if (span->level == ir->leader_level) {
        if (!is_between(span, BIT_MARK_MIN_NS, BIT_MARK_MAX_NS))
            return SB_NEC_IR_BAD_MARK;
        ir->mark_level = ir->leader_level;
        ir->is_mark_level_known = true;
        if (ir->bit_count == BIT_COUNT)
            ir->state = IDLE;
        return SB_NEC_IR_NO_ERROR;
    }
    if (!is_between(span, BIT_SPACE_MIN_NS, BIT_SPACE_MAX_NS))
        return SB_NEC_IR_BAD_SPACE;
    ir->bits |= (uint32_t)(duration_ns(span) > BIT_CUT_NS) << ir->bit_count++;
    return SB_NEC_IR_NO_ERROR;
}

/* Returns whether there is something to report. */
static bool take_span(struct sb_nec_ir *ir, const struct span *span, struct sb_nec_ir_event *event)
{
    enum sb_nec_ir_error error;

    if (ir->state == IDLE) {
        bool is_mark = ir->is_mark_level_known && span->level == ir->mark_level;

        ir->noise_count += !open_leader(ir, span) && is_mark;
        return false;
    }
    error = ir->state == LEADER ? take_leader_space(ir, span) : take_bit(ir, span);
    if (error != SB_NEC_IR_NO_ERROR) {
        bool is_reported = end_bad(ir, error, span->end_ns, event);

        open_leader(ir, span);
        return is_reported;
    }
    if (ir->state != IDLE)
        return false;
    return ir->is_repeat ? end_repeat(ir, span->end_ns, event) : end_frame(ir, span->end_ns, event);
}

/* ---- edges and the timer */

/* What was before the next edge is unknown. */
static void forget(struct sb_nec_ir *ir)
{
    ir->state = IDLE;
    ir->has_edge = false;
}

static void arm(struct sb_nec_ir *ir)
{
    if (!ir->is_started)
        return;
    if (ir->state == IDLE)
        sb_timer_stop(&ir->timer);
    else
        sb_timer_start_at_ns(&ir->timer, ir->edge_ns + GAP_NS);
}

static void take_level(struct sb_nec_ir *ir, bool level, int64_t time_ns)
{
    struct span span = {.begin_ns = ir->edge_ns, .end_ns = time_ns, .level = ir->level};
    struct sb_nec_ir_event event;
    bool is_event = false;

    if (ir->has_edge && time_ns < ir->edge_ns)
        forget(ir);
    if (ir->has_edge) {
        is_event = end_at_gap(ir, time_ns, &event);
        if (level != ir->level)
            is_event |= take_span(ir, &span, &event);
    }
    if (!ir->has_edge || level != ir->level) {
        ir->has_edge = true;
        ir->level = level;
        ir->edge_ns = time_ns;
    }
    arm(ir);
    if (is_event)
        report(ir, &event);
}

void sb_nec_ir_feed(struct sb_nec_ir *ir, bool level, int64_t time_ns)
{
    assert(!ir->is_started);
    take_level(ir, level, time_ns);
}

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    struct sb_nec_ir *ir = arg;

    (void)pin;
    ir->lost_count += edge->lost;
    if (edge->lost > 0)
        forget(ir);
    take_level(ir, edge->value, edge->time_ns);
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    struct sb_nec_ir *ir = arg;
    struct sb_nec_ir_event event;
    int64_t gap_end_ns = ir->edge_ns + GAP_NS;
    int64_t now_ns = sb_now_ns();

    if (now_ns - gap_end_ns > LATE_NS && timer->deadline_ns == gap_end_ns)
        sb_timer_start_ns(timer, LATE_NS);
    else if (end_at_gap(ir, now_ns, &event))
        report(ir, &event);
}

/* ---- life */

static bool is_valid(const struct sb_nec_ir_config *config)
{
    return config->tolerance_percent <= TOLERANCE_PERCENT_MAX &&
           (unsigned)config->addresses <= SB_NEC_IR_EXTENDED &&
           (unsigned)config->polarity <= SB_NEC_IR_IDLE_ANY &&
           (config->wait_events & ~(unsigned)SB_NEC_IR_ALL) == 0;
}

int sb_nec_ir_init(struct sb_nec_ir *ir, const struct sb_nec_ir_config *config)
{
    if (!is_valid(config))
        return -EINVAL;
    *ir = (struct sb_nec_ir){
        .config = config,
        .mark_level = config->polarity == SB_NEC_IR_IDLE_LOW,
        .is_mark_level_known = config->polarity != SB_NEC_IR_IDLE_ANY,
    };
    sb_waitq_init(&ir->waiters);
    sb_timer_init(&ir->timer, on_timer, ir);
    return 0;
}

int sb_nec_ir_start(struct sb_nec_ir *ir)
{
    struct sb_pin *pin = ir->config->pin;
    int rc;

    if (ir->is_started)
        return 0;
    if (pin == NULL)
        return -EINVAL;
    rc = sb_pin_watch_start(pin, &ir->watch, SB_EDGE_BOTH, on_edge, ir);
    if (rc < 0)
        return rc;
    rc = sb_pin_read(pin);
    if (rc < 0) {
        sb_pin_watch_stop(&ir->watch);
        return rc;
    }
    forget(ir);
    ir->has_key = false;
    take_level(ir, rc != 0, sb_now_ns());
    ir->is_started = true;
    return 0;
}

void sb_nec_ir_stop(struct sb_nec_ir *ir)
{
    if (!ir->is_started)
        return;
    ir->is_started = false;
    forget(ir);
    ir->has_key = false;
    sb_pin_watch_stop(&ir->watch);
    sb_timer_stop(&ir->timer);
}
