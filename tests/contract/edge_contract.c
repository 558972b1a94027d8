/* SPDX-License-Identifier: MIT */
/* What lib/hal/pin.h promises of edges: who hears of them, of which, in which order, with which times; and when not. */
#include "tests/contract/contract.h"

#include <errno.h>
#include <string.h>

#include "lib/timeout.h"

#define EDGES_MAX 512
#define PINS_MAX  3

static struct contract *contract;

/* What has been reported. */
static struct {
    struct sb_pin *pins[PINS_MAX];
    struct sb_pin_watch watches[PINS_MAX];
    unsigned count;
    uint32_t lost;
    struct sb_edge edges[EDGES_MAX];
    char order[EDGES_MAX + 1]; /* a letter a pin; a capital one is a rise */
} seen;

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    unsigned i = 0;

    (void)arg;
    while (i < PINS_MAX - 1 && seen.pins[i] != pin)
        i++;
    if (seen.count == EDGES_MAX)
        return;
    seen.order[seen.count] = (char)((edge->value ? 'A' : 'a') + (int)i);
    seen.edges[seen.count++] = *edge;
    seen.lost += edge->lost;
}

static const char *const names[PINS_MAX] = {"GPIO22", "GPIO23", "GPIO24"};

/* Inputs GPIO22 and on, low and watched. */
static void watch(struct contract *c, unsigned count, unsigned flags, unsigned edges)
{
    contract = c;
    memset(&seen, 0, sizeof(seen));
    for (unsigned i = 0; i < count; i++) {
        c->pins->put(22 + i, 0);
        seen.pins[i] = contract_pin(c, names[i], SB_PIN_INPUT | flags);
        check_int(sb_pin_watch_start(seen.pins[i], &seen.watches[i], edges, on_edge, NULL), 0);
    }
}

/* One input, low and not watched yet. */
static struct sb_pin *input(struct contract *c, unsigned flags)
{
    watch(c, 0, 0, 0);
    c->pins->put(22, 0);
    return seen.pins[0] = contract_pin(c, "GPIO22", SB_PIN_INPUT | flags);
}

static void put(unsigned gpio, int level)
{
    contract->pins->put(gpio, level);
}

/* So many changes of GPIO22, the first one a rise. */
static void put_many(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        put(22, i % 2 == 0);
        contract->pins->block_us(50);
    }
}

static void pass(void)
{
    check_int(sb_sleep_ms(20), 0);
}

/* Waits until so many have been reported, and no more. */
static void expect(unsigned count)
{
    for (int i = 0; i < 2000 && seen.count < count; i++)
        sb_sleep_ms(1);
    pass();
    check_int(seen.count, count);
}

/* Waits until this has been noted, and no more. */
static void expect_notes(const char *expected)
{
    for (int i = 0; i < 2000 && strcmp(notes(), expected) != 0; i++)
        sb_sleep_ms(1);
    pass();
    check_text(notes(), expected);
}

/* ---- what an edge tells */

CONTRACT(an_edge_tells_its_value_and_when_it_was)
{
    int64_t before_ns[4];
    int64_t after_ns[4];

    watch(c, 1, 0, SB_EDGE_BOTH);
    for (int i = 0; i < 4; i++) {
        before_ns[i] = sb_now_ns();
        put(22, i % 2 == 0);
        after_ns[i] = sb_now_ns();
        pass();
    }
    expect(4);
    check_text(seen.order, "AaAa");
    for (int i = 0; i < 4; i++) {
        check_true(seen.edges[i].time_ns >= before_ns[i]);
        check_true(seen.edges[i].time_ns <= after_ns[i] + c->pins->late_ns);
        check_int(seen.edges[i].lost, 0);
    }
}

/* The loop does not look meanwhile. */
CONTRACT(an_edge_has_the_time_of_the_change_not_that_of_the_report)
{
    int64_t after_ns[2];

    watch(c, 1, 0, SB_EDGE_BOTH);
    for (int i = 0; i < 2; i++) {
        put(22, i == 0);
        after_ns[i] = sb_now_ns();
        contract->pins->block_us(3000);
    }
    expect(2);
    check_true(seen.edges[0].time_ns <= after_ns[0] + c->pins->late_ns);
    check_true(seen.edges[1].time_ns >= after_ns[0] + 3000000);
    check_true(seen.edges[1].time_ns <= after_ns[1] + c->pins->late_ns);
}

CONTRACT(a_line_that_stays_as_it_is_has_no_edge)
{
    watch(c, 1, 0, SB_EDGE_BOTH);
    put(22, 0);
    put(22, 1);
    put(22, 1);
    expect(1);
    check_text(seen.order, "A");
}

CONTRACT(active_low_turns_edges_too)
{
    watch(c, 1, SB_PIN_ACTIVE_LOW, SB_EDGE_BOTH);
    put(22, 1);
    put(22, 0);
    expect(2);
    check_text(seen.order, "aA");
}

CONTRACT(rising_is_logical_as_well)
{
    watch(c, 1, SB_PIN_ACTIVE_LOW, SB_EDGE_RISING);
    put_many(4);
    expect(2);
    check_text(seen.order, "AA");
}

CONTRACT(only_the_kinds_that_were_asked_for_are_reported)
{
    watch(c, 1, 0, SB_EDGE_FALLING);
    put_many(6);
    expect(3);
    check_text(seen.order, "aaa");
}

CONTRACT(edges_of_several_pins_come_in_order_of_time)
{
    static const struct {
        unsigned gpio;
        int level;
    } changes[] = {{24, 1}, {22, 1}, {23, 1}, {22, 0}, {24, 0}, {24, 1}, {23, 0}};

    watch(c, 3, 0, SB_EDGE_BOTH);
    for (unsigned i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        put(changes[i].gpio, changes[i].level);
        contract->pins->block_us(300);
    }
    expect(7);
    check_text(seen.order, "CABacCb");
    for (unsigned i = 1; i < seen.count; i++)
        check_true(seen.edges[i].time_ns > seen.edges[i - 1].time_ns);
}

CONTRACT(edges_that_did_not_fit_are_counted)
{
    unsigned total = c->pins->queue_size + 7;

    watch(c, 1, 0, SB_EDGE_BOTH);
    c->pins->storm(22, total);
    pass();
    put(22, total % 2 == 0);
    pass();
    if (c->pins->is_loss_exact)
        check_int(seen.count + seen.lost, total + 1);
    check_true(seen.count < total && seen.lost > 0);
    check_int(seen.pins[0]->lost_count, seen.lost);
    sb_pin_close(seen.pins[0]);
    check_int(contract_pin(c, "GPIO22", SB_PIN_INPUT)->lost_count, 0);
}

/* ---- who watches */

CONTRACT(nothing_to_watch_for_is_einval)
{
    struct sb_pin *pin = input(c, 0);
    struct sb_pin_watch watch;

    check_int(sb_pin_watch_start(pin, &watch, 0, on_edge, NULL), -EINVAL);
    check_int(sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH + 1, on_edge, NULL), -EINVAL);
    check_int(sb_pin_wait_edge(pin, 0, NULL), -EINVAL);
}

CONTRACT(an_output_cannot_be_watched)
{
    struct sb_pin *pin = contract_pin(c, "GPIO17", SB_PIN_OUTPUT);
    struct sb_pin_watch watch;

    check_int(sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, on_edge, NULL), -EPERM);
    check_int(sb_pin_wait_edge(pin, SB_EDGE_BOTH, NULL), -EPERM);
}

/* They watch until the pin is closed with the board, after the test's own stack is gone. */
static struct sb_pin_watch one;
static struct sb_pin_watch two;
static struct sb_pin_watch three;

static void note_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    note("%s%s", (const char *)arg, edge->value ? "+" : "-");
}

CONTRACT(those_who_watch_are_called_in_order_of_starting)
{
    struct sb_pin *pin = input(c, 0);

    check_int(sb_pin_watch_start(pin, &one, SB_EDGE_BOTH, note_edge, "a"), 0);
    check_int(sb_pin_watch_start(pin, &two, SB_EDGE_FALLING, note_edge, "b"), 0);
    check_int(sb_pin_watch_start(pin, &three, SB_EDGE_BOTH, note_edge, "c"), 0);
    put(22, 1);
    pass();
    put(22, 0);
    pass();
    sb_pin_watch_stop(&one);
    check_int(sb_pin_watch_start(pin, &one, SB_EDGE_BOTH, note_edge, "a"), 0);
    put(22, 1);
    expect_notes("a+ | c+ | a- | b- | c- | c+ | a+");
}

CONTRACT(what_is_stopped_hears_nothing_more)
{
    watch(c, 1, 0, SB_EDGE_BOTH);
    put(22, 1);
    expect(1);
    put(22, 0);
    sb_pin_watch_stop(&seen.watches[0]); /* before the loop has looked */
    put(22, 1);
    expect(1);
    sb_pin_watch_stop(&seen.watches[0]);
}

CONTRACT(what_came_before_watching_is_not_reported)
{
    watch(c, 1, 0, SB_EDGE_BOTH);
    sb_pin_watch_stop(&seen.watches[0]);
    put_many(3);
    check_int(sb_pin_watch_start(seen.pins[0], &seen.watches[0], SB_EDGE_BOTH, on_edge, NULL), 0);
    expect(0);
    put(22, 0);
    expect(1);
    check_text(seen.order, "a");
    check_int(seen.lost, 0);
}

CONTRACT(watching_can_be_repeated_without_end)
{
    watch(c, 1, 0, SB_EDGE_BOTH);
    for (int i = 0; i < 100; i++) {
        sb_pin_watch_stop(&seen.watches[0]);
        check_int(sb_pin_watch_start(seen.pins[0], &seen.watches[0], SB_EDGE_BOTH, on_edge, NULL),
                  0);
    }
    put(22, 1);
    expect(1);
}

/* ---- from within a callback */

static void stop_it(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    note_edge(pin, edge, "stop");
    sb_pin_watch_stop(arg);
}

CONTRACT(a_watch_may_stop_itself)
{
    struct sb_pin *pin = input(c, 0);

    check_int(sb_pin_watch_start(pin, &one, SB_EDGE_BOTH, stop_it, &one), 0);
    check_int(sb_pin_watch_start(pin, &two, SB_EDGE_BOTH, note_edge, "two"), 0);
    put_many(2);
    expect_notes("stop+ | two+ | two-");
}

CONTRACT(a_watch_may_stop_one_that_was_to_come_and_one_that_was)
{
    struct sb_pin *pin = input(c, 0);

    check_int(sb_pin_watch_start(pin, &one, SB_EDGE_BOTH, note_edge, "one"), 0);
    check_int(sb_pin_watch_start(pin, &two, SB_EDGE_RISING, stop_it, &three), 0);
    check_int(sb_pin_watch_start(pin, &three, SB_EDGE_BOTH, stop_it, &one), 0);
    put_many(2);
    pass();
    sb_pin_watch_stop(&two);
    check_int(sb_pin_watch_start(pin, &three, SB_EDGE_BOTH, stop_it, &one), 0);
    put_many(2);
    expect_notes("one+ | stop+ | one- | one+ | stop+ | stop-");
}

static void start_another(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)edge;
    (void)arg;
    check_int(sb_pin_watch_start(pin, &three, SB_EDGE_FALLING, note_edge, "three"), 0);
}

CONTRACT(a_watch_may_start_another)
{
    struct sb_pin *pin = input(c, 0);

    check_int(sb_pin_watch_start(pin, &one, SB_EDGE_RISING, start_another, NULL), 0);
    put_many(2);
    expect_notes("three-");
}

static void close_it(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    note_edge(pin, edge, arg);
    sb_pin_close(pin);
}

CONTRACT(a_watch_may_close_the_pin)
{
    struct sb_pin *pin = input(c, 0);

    check_int(sb_pin_watch_start(pin, &one, SB_EDGE_BOTH, close_it, "close"), 0);
    check_int(sb_pin_watch_start(pin, &two, SB_EDGE_BOTH, note_edge, "two"), 0);
    put_many(3);
    expect_notes("close+");
    check_int(contract_try_pin(c, "GPIO22", SB_PIN_OUTPUT), 0);
}

static void close_and_open_it(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    close_it(pin, edge, "close");
    check_int(sb_board_pin(contract->board, "GPIO22", SB_PIN_INPUT, arg), 0);
}

CONTRACT(a_watch_may_open_the_pin_anew)
{
    struct sb_pin *pin = input(c, 0);
    struct sb_pin *again = NULL;

    check_int(sb_pin_watch_start(pin, &one, SB_EDGE_BOTH, close_and_open_it, &again), 0);
    put_many(3);
    expect_notes("close+");
    if (again == NULL)
        return;
    check_int(sb_pin_watch_start(again, &two, SB_EDGE_BOTH, note_edge, "again"), 0);
    put(22, 0);
    expect_notes("close+ | again-");
}

static void follow(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    check_int(sb_pin_read(pin), edge->value);
    check_int(sb_pin_write(arg, edge->value), 0);
}

CONTRACT(a_watch_may_read_and_write_pins)
{
    struct sb_pin *pin = input(c, 0);
    struct sb_pin *led = contract_pin(c, "GPIO17", SB_PIN_OUTPUT);

    check_int(sb_pin_watch_start(pin, &one, SB_EDGE_BOTH, follow, led), 0);
    put(22, 1);
    pass();
    check_int(c->pins->level(17), 1);
    put(22, 0);
    pass();
    check_int(c->pins->level(17), 0);
}

static void put_low(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    note_edge(pin, edge, arg);
    put(22, 0);
}

/* All hear of the first edge before anybody hears of the second. */
CONTRACT(an_edge_that_a_watch_makes_comes_after_the_one_that_it_is_told_of)
{
    struct sb_pin *pin = input(c, 0);

    check_int(sb_pin_watch_start(pin, &one, SB_EDGE_RISING, put_low, "one"), 0);
    check_int(sb_pin_watch_start(pin, &two, SB_EDGE_BOTH, note_edge, "two"), 0);
    put(22, 1);
    expect_notes("one+ | two+ | two-");
}

static void put_other(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    note_edge(pin, edge, arg);
    put(23, edge->value);
}

CONTRACT(an_edge_of_another_pin_that_a_watch_makes_comes_after_it_too)
{
    struct sb_pin *pin = input(c, 0);
    struct sb_pin *other;

    put(23, 0);
    other = contract_pin(c, "GPIO23", SB_PIN_INPUT);
    check_int(sb_pin_watch_start(pin, &one, SB_EDGE_BOTH, put_other, "one"), 0);
    check_int(sb_pin_watch_start(other, &two, SB_EDGE_BOTH, note_edge, "other"), 0);
    check_int(sb_pin_watch_start(pin, &three, SB_EDGE_BOTH, note_edge, "three"), 0);
    put(22, 1);
    pass();
    put(22, 0);
    expect_notes("one+ | three+ | other+ | one- | three- | other-");
}

static void close_other(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    on_edge(pin, edge, NULL);
    sb_pin_close(arg);
}

CONTRACT(a_watch_may_close_another_pin_whose_edges_are_to_come)
{
    watch(c, 2, 0, SB_EDGE_BOTH);
    sb_pin_watch_stop(&seen.watches[0]);
    check_int(sb_pin_watch_start(seen.pins[0], &one, SB_EDGE_RISING, close_other, seen.pins[1]), 0);
    put(22, 1);
    contract->pins->block_us(300);
    put(23, 1);
    contract->pins->block_us(300);
    expect(1);
    check_text(seen.order, "A");
}

/* ---- changes of a watched pin */

CONTRACT(a_change_of_the_pull_is_no_edge_and_watching_goes_on)
{
    c->pins->put(22, -1);
    watch(c, 1, SB_PIN_PULL_DOWN, SB_EDGE_BOTH);
    c->pins->put(22, -1);
    pass();
    memset(seen.order, 0, sizeof(seen.order));
    seen.count = 0;
    check_int(sb_pin_configure(seen.pins[0], SB_PIN_INPUT | SB_PIN_PULL_UP), 0);
    check_int(sb_pin_read(seen.pins[0]), 1);
    expect(0);
    put(22, 0);
    expect(1);
    check_text(seen.order, "a");
}

CONTRACT(a_watched_pin_that_is_an_output_meanwhile_reports_nothing)
{
    watch(c, 1, 0, SB_EDGE_BOTH);
    check_int(sb_pin_configure(seen.pins[0], SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE), 0);
    check_int(sb_pin_toggle(seen.pins[0]), 0);
    expect(0);
    check_int(sb_pin_configure(seen.pins[0], SB_PIN_INPUT), 0);
    put(22, 1);
    expect(1);
    check_text(seen.order, "A");
}

CONTRACT(a_change_of_the_sense_turns_the_edges_that_follow)
{
    watch(c, 1, 0, SB_EDGE_RISING);
    check_int(sb_pin_configure(seen.pins[0], SB_PIN_INPUT | SB_PIN_ACTIVE_LOW), 0);
    put_many(2);
    expect(1);
    check_text(seen.order, "A");
    check_int(c->pins->level(22), 0);
}

/* ---- waiting */

struct waiting {
    struct sb_pin *pin;
    unsigned edges;
    int64_t limit_ms; /* 0: none */
    struct sb_edge edge;
    struct sb_task task;
};

static int wait_edge(void *arg)
{
    struct waiting *w = arg;
    struct sb_timeout timeout;

    if (w->limit_ms == 0)
        return sb_pin_wait_edge(w->pin, w->edges, &w->edge);
    sb_timeout_begin_ms(&timeout, w->limit_ms);
    return sb_timeout_end(&timeout, sb_pin_wait_edge(w->pin, w->edges, &w->edge));
}

static void start_waiting(struct waiting *w, struct sb_pin *pin, unsigned edges, int64_t limit_ms)
{
    *w = (struct waiting){.pin = pin, .edges = edges, .limit_ms = limit_ms};
    check_int(sb_spawn(&w->task, "waiter", wait_edge, w), 0);
    pass();
}

static int joined(struct waiting *w)
{
    int result = -1;

    check_int(sb_join(&w->task, &result), 0);
    return result;
}

CONTRACT(a_task_waits_for_an_edge_of_the_kind)
{
    struct sb_pin *pin = input(c, 0);
    struct waiting rise;
    struct waiting fall;
    int64_t before_ns;

    start_waiting(&rise, pin, SB_EDGE_RISING, 0);
    start_waiting(&fall, pin, SB_EDGE_FALLING, 0);
    before_ns = sb_now_ns();
    put(22, 1);
    check_int(joined(&rise), 0);
    check_true(rise.edge.value);
    check_true(rise.edge.time_ns >= before_ns && rise.edge.time_ns <= sb_now_ns());
    check_true(fall.task.state != SB_TASK_FINISHED);
    put(22, 0);
    check_int(joined(&fall), 0);
    check_true(!fall.edge.value);
}

CONTRACT(all_who_wait_are_woken)
{
    struct sb_pin *pin = input(c, 0);
    struct waiting waiting[3];

    for (int i = 0; i < 3; i++)
        start_waiting(&waiting[i], pin, SB_EDGE_BOTH, 0);
    put(22, 1);
    for (int i = 0; i < 3; i++) {
        check_int(joined(&waiting[i]), 0);
        check_true(waiting[i].edge.value);
        check_int(waiting[i].edge.time_ns, waiting[0].edge.time_ns);
    }
}

static int put_later(void *arg)
{
    (void)arg;
    check_int(sb_sleep_ms(20), 0);
    put(22, 0);
    return 0;
}

CONTRACT(a_task_waits_for_the_next_edge_not_for_one_that_was)
{
    struct sb_pin *pin = input(c, 0);
    struct sb_task task;

    put_many(3);
    pass();
    check_int(sb_spawn(&task, "later", put_later, NULL), 0);
    check_int(sb_pin_wait_edge(pin, SB_EDGE_BOTH, NULL), 0);
    check_int(sb_pin_read(pin), 0);
    check_int(sb_join(&task, NULL), 0);
}

CONTRACT(a_wait_can_be_cancelled)
{
    struct sb_pin *pin = input(c, 0);
    struct waiting waiting;

    start_waiting(&waiting, pin, SB_EDGE_BOTH, 0);
    sb_task_cancel(&waiting.task);
    check_int(joined(&waiting), -ECANCELED);
    put(22, 1);
    pass();
    check_int(sb_pin_read(pin), 1);
    check_true(sb_list_is_empty(&pin->watches));
}

CONTRACT(a_wait_can_time_out)
{
    struct sb_pin *pin = input(c, 0);
    struct waiting waiting;
    int64_t before_ns = sb_now_ns();

    start_waiting(&waiting, pin, SB_EDGE_FALLING, 50);
    put(22, 1);
    check_int(joined(&waiting), -ETIMEDOUT);
    check_true(sb_now_ns() - before_ns >= 50 * SB_MS_NS);
    check_true(sb_list_is_empty(&pin->watches));
    start_waiting(&waiting, pin, SB_EDGE_FALLING, 0);
    put(22, 0);
    check_int(joined(&waiting), 0);
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(an_edge_tells_its_value_and_when_it_was),
    CONTRACT_TEST(an_edge_has_the_time_of_the_change_not_that_of_the_report),
    CONTRACT_TEST(a_line_that_stays_as_it_is_has_no_edge),
    CONTRACT_TEST(active_low_turns_edges_too),
    CONTRACT_TEST(rising_is_logical_as_well),
    CONTRACT_TEST(only_the_kinds_that_were_asked_for_are_reported),
    CONTRACT_TEST(edges_of_several_pins_come_in_order_of_time),
    CONTRACT_TEST(edges_that_did_not_fit_are_counted),
    CONTRACT_TEST(nothing_to_watch_for_is_einval),
    CONTRACT_TEST(an_output_cannot_be_watched),
    CONTRACT_TEST(those_who_watch_are_called_in_order_of_starting),
    CONTRACT_TEST(what_is_stopped_hears_nothing_more),
    CONTRACT_TEST(what_came_before_watching_is_not_reported),
    CONTRACT_TEST(watching_can_be_repeated_without_end),
    CONTRACT_TEST(a_watch_may_stop_itself),
    CONTRACT_TEST(a_watch_may_stop_one_that_was_to_come_and_one_that_was),
    CONTRACT_TEST(a_watch_may_start_another),
    CONTRACT_TEST(a_watch_may_close_the_pin),
    CONTRACT_TEST(a_watch_may_open_the_pin_anew),
    CONTRACT_TEST(a_watch_may_read_and_write_pins),
    CONTRACT_TEST(an_edge_that_a_watch_makes_comes_after_the_one_that_it_is_told_of),
    CONTRACT_TEST(an_edge_of_another_pin_that_a_watch_makes_comes_after_it_too),
    CONTRACT_TEST(a_watch_may_close_another_pin_whose_edges_are_to_come),
    CONTRACT_TEST(a_change_of_the_pull_is_no_edge_and_watching_goes_on),
    CONTRACT_TEST(a_watched_pin_that_is_an_output_meanwhile_reports_nothing),
    CONTRACT_TEST(a_change_of_the_sense_turns_the_edges_that_follow),
    CONTRACT_TEST(a_task_waits_for_an_edge_of_the_kind),
    CONTRACT_TEST(all_who_wait_are_woken),
    CONTRACT_TEST(a_task_waits_for_the_next_edge_not_for_one_that_was),
    CONTRACT_TEST(a_wait_can_be_cancelled),
    CONTRACT_TEST(a_wait_can_time_out),
};

CONTRACT_TESTS(edge_contract, "edges");
