/* SPDX-License-Identifier: MIT */
/* The timer wheel against a sorted list: the same timers in the same order, whatever the deadlines. */
#include "tests/support.h"

#include "lib/wheel.h"

#define TIMERS 400

/* The model: timers in order of (deadline, arrival), found by looking at all of them. */
struct model {
    bool is_armed[TIMERS];
    uint64_t arrival[TIMERS];
    uint64_t arrivals;
};

static struct sb_wheel wheel;
static struct sb_timer timers[TIMERS];
static struct model model;
static uint64_t random_state;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static int model_first(int64_t now_ns)
{
    int best = -1;

    for (int i = 0; i < TIMERS; i++) {
        if (!model.is_armed[i] || timers[i].deadline_ns > now_ns)
            continue;
        if (best < 0 || timers[i].deadline_ns < timers[best].deadline_ns ||
            (timers[i].deadline_ns == timers[best].deadline_ns &&
             model.arrival[i] < model.arrival[best]))
            best = i;
    }
    return best;
}

static int64_t model_next_ns(void)
{
    int first = model_first(SB_NEVER);

    return first < 0 ? SB_NEVER : timers[first].deadline_ns;
}

static void arm(int i, int64_t deadline_ns)
{
    if (model.is_armed[i])
        sb_wheel_remove(&wheel, &timers[i]);
    timers[i].deadline_ns = deadline_ns;
    sb_wheel_add(&wheel, &timers[i]);
    model.is_armed[i] = true;
    model.arrival[i] = model.arrivals++;
}

static void disarm(int i)
{
    if (!model.is_armed[i])
        return;
    sb_wheel_remove(&wheel, &timers[i]);
    model.is_armed[i] = false;
}

static void advance_to(int64_t now_ns)
{
    struct sb_list batch;
    struct sb_list *node;

    sb_list_init(&batch);
    sb_wheel_collect(&wheel, now_ns, &batch);
    while ((node = sb_list_first(&batch)) != NULL) {
        int expected = model_first(now_ns);

        assert_int_not_equal(expected, -1);
        assert_ptr_equal(node, &timers[expected].node);
        sb_list_remove(node);
        model.is_armed[expected] = false;
    }
    assert_int_equal(model_first(now_ns), -1);
}

static void note_visit(const struct sb_timer *timer, void *arg)
{
    bool *is_visited = arg;

    assert_false(is_visited[timer - timers]);
    is_visited[timer - timers] = true;
}

static void check_each(void)
{
    bool is_visited[TIMERS] = {false};

    sb_wheel_for_each(&wheel, note_visit, is_visited);
    assert_memory_equal(is_visited, model.is_armed, sizeof(is_visited));
}

/* A delay of some 2^0 to 2^limit ns, many of them equal. */
static int64_t random_delay(unsigned limit)
{
    int64_t delay = (int64_t)(next_random() >> (64 - 1 - next_random() % limit));

    return next_random() % 4 == 0 ? delay & ~INT64_C(0xfff) : delay;
}

static void run(uint64_t seed, int64_t start_ns, unsigned limit)
{
    int64_t now_ns = start_ns;

    random_state = seed;
    model = (struct model){.arrivals = 0};
    for (int i = 0; i < TIMERS; i++)
        timers[i] = (struct sb_timer){.deadline_ns = 0};
    sb_wheel_init(&wheel, now_ns);
    for (int step = 0; step < 4000; step++) {
        int i = (int)(next_random() % TIMERS);

        switch (next_random() % 8) {
        case 0:
            disarm(i);
            break;
        case 1:
            now_ns += random_delay(limit) / 16;
            advance_to(now_ns);
            check_each();
            break;
        case 2:
            assert_int_equal(sb_wheel_next_ns(&wheel), model_next_ns());
            if (model_next_ns() != SB_NEVER && model_next_ns() > now_ns)
                now_ns = model_next_ns();
            advance_to(now_ns);
            break;
        default:
            arm(i, now_ns + 1 + random_delay(limit));
            break;
        }
    }
    while (model_next_ns() != SB_NEVER) {
        assert_int_equal(sb_wheel_next_ns(&wheel), model_next_ns());
        advance_to(model_next_ns());
    }
}

static void fires_as_a_sorted_list_would_for_near_and_far_deadlines(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        run(seed, 0, 8);
        run(seed, 0, 24);
        run(seed, 1, 44);
        run(seed, INT64_C(0x0fffffffffffff), 56);
    }
}

static void equal_deadlines_fire_in_order_of_arming_across_cascades(void **state)
{
    struct sb_list batch;

    (void)state;
    sb_wheel_init(&wheel, 0);
    for (int i = 0; i < 4; i++)
        timers[i] = (struct sb_timer){.deadline_ns = 1000000};
    sb_wheel_add(&wheel, &timers[2]);
    sb_list_init(&batch);
    sb_wheel_collect(&wheel, 999000, &batch);
    sb_wheel_add(&wheel, &timers[0]);
    sb_wheel_collect(&wheel, 999999, &batch);
    sb_wheel_add(&wheel, &timers[3]);
    assert_true(sb_list_is_empty(&batch));
    sb_wheel_collect(&wheel, 1000000, &batch);
    sb_list_remove(sb_list_first(&batch) == &timers[2].node ? &timers[2].node : NULL);
    sb_list_remove(sb_list_first(&batch) == &timers[0].node ? &timers[0].node : NULL);
    sb_list_remove(sb_list_first(&batch) == &timers[3].node ? &timers[3].node : NULL);
    assert_true(sb_list_is_empty(&batch));
}

static void a_deadline_that_is_past_is_due_at_once(void **state)
{
    struct sb_list batch;

    (void)state;
    sb_wheel_init(&wheel, 500);
    timers[0] = (struct sb_timer){.deadline_ns = INT64_MIN};
    sb_wheel_add(&wheel, &timers[0]);
    assert_int_equal(sb_wheel_next_ns(&wheel), 500);
    sb_list_init(&batch);
    sb_wheel_collect(&wheel, 500, &batch);
    assert_ptr_equal(sb_list_first(&batch), &timers[0].node);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fires_as_a_sorted_list_would_for_near_and_far_deadlines),
        cmocka_unit_test(equal_deadlines_fire_in_order_of_arming_across_cascades),
        cmocka_unit_test(a_deadline_that_is_past_is_due_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
