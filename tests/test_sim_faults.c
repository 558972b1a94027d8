/* SPDX-License-Identifier: MIT */
/* Faults of controllers and buttons: sim/board_sim.c, sim/parts/part_button.c. Those of other parts are in their own tests. */
#include <string.h>

#include "sim/board_sim.h"
#include "tests/support.h"

#define EDGES 200
#define GAP   (10 * SB_MS_NS)

static struct sb_world *world;
static struct sb_sim_board sim;
static struct sb_diag diag;

/* What the watch saw. */
static struct {
    int64_t times_ns[EDGES];
    int64_t late_ns; /* the greatest */
    unsigned count;
    unsigned lost;
} seen;

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    (void)arg;
    check_true(seen.count < EDGES);
    seen.times_ns[seen.count++] = edge->time_ns;
    seen.lost += edge->lost;
    if (sb_now_ns() - edge->time_ns > seen.late_ns)
        seen.late_ns = sb_now_ns() - edge->time_ns;
}

static void build(const char *type, uint64_t seed)
{
    static const char *const attrs[][2] = {{"bounce", "0"}};
    struct sb_part_spec pi = {.type = "softboard-raspberry-pi", .id = "pi"};
    struct sb_part_spec other = {.type = type, .id = "x"};
    struct sb_part *part;

    memset(&seen, 0, sizeof(seen));
    sb_diag_init(&diag, NULL, NULL);
    world = sb_world_create(test_loop(), seed);
    check_int(sb_world_add_part(world, &pi, &part, &diag), 0);
    if (strcmp(type, "wokwi-pushbutton") == 0) {
        other.attrs = attrs;
        other.attr_count = 1;
    }
    check_int(sb_world_add_part(world, &other, &part, &diag), 0);
}

static void start(struct sb_pin_watch *watch)
{
    struct sb_pin *pin;

    check_int(sb_world_start(world, &diag), 0);
    check_int(sb_sim_board_init(&sim, world), 0);
    check_int(sb_board_pin(&sim.board, "GPIO6", SB_PIN_INPUT | SB_PIN_PULL_UP, &pin), 0);
    check_int(sb_pin_watch_start(pin, watch, SB_EDGE_BOTH, on_edge, NULL), 0);
}

static void end(void)
{
    sb_sim_board_deinit(&sim);
    sb_world_destroy(world);
}

static void join(const char *a, const char *b)
{
    check_int(sb_world_connect(world, sb_world_terminal(world, a), sb_world_terminal(world, b), ""),
              0);
}

/* Toggles the input EDGES times, with a fault for the first half of them. */
static void toggle_under(const char *fault, uint64_t seed)
{
    struct sb_pin_watch watch;
    struct sb_terminal *source;
    struct sb_part *pi;
    unsigned index;

    build("wokwi-junction", seed);
    join("pi:GPIO6", "x:J");
    join("pi:GPIO7", "x:J");
    start(&watch);
    pi = sb_world_part(world, "pi");
    source = sb_world_terminal(world, "pi:GPIO7");
    index = (unsigned)sb_part_fault_find(pi, fault);
    sb_part_fault_begin(pi, index);
    for (unsigned i = 0; i < EDGES; i++) {
        if (i == EDGES / 2) {
            sb_sleep_ns(GAP);
            sb_part_fault_end(pi, index);
        }
        sb_terminal_drive(source, SB_STRENGTH_STRONG, i % 2 == 1);
        sb_sleep_ns(GAP);
    }
    end();
}

static int late_edges(void *arg)
{
    const int64_t *seed = arg;

    toggle_under("late-edges", (uint64_t)*seed);
    check_int(seen.count, EDGES);
    check_int(seen.lost, 0);
    for (unsigned i = 0; i < EDGES; i++)
        check_int(seen.times_ns[i], i * GAP + (i < EDGES / 2 ? 0 : GAP));
    note("%d", seen.late_ns > SB_MS_NS && seen.late_ns < 5 * SB_MS_NS);
    return 0;
}

static void late_edges_keep_their_times(void **state)
{
    (void)state;
    for (int64_t seed = 1; seed <= 10; seed++) {
        run_in_loop(late_edges, &seed);
        assert_string_equal(notes(), "1");
    }
}

static int lost_edges(void *arg)
{
    const int64_t *seed = arg;

    toggle_under("lost-edges", (uint64_t)*seed);
    check_int(seen.count + seen.lost, EDGES);
    check_true(seen.lost > EDGES / 2 / 10 && seen.lost < EDGES / 2 / 2);
    check_true(seen.count > EDGES / 2);
    return 0;
}

static void lost_edges_are_counted(void **state)
{
    (void)state;
    for (int64_t seed = 1; seed <= 10; seed++)
        run_in_loop(lost_edges, &seed);
}

static int worn_button(void *arg)
{
    const int64_t *seed = arg;
    struct sb_pin_watch watch;
    struct sb_part *button;
    int64_t pressed_ns;

    build("wokwi-pushbutton", (uint64_t)*seed);
    join("pi:GPIO6", "x:1.l");
    join("pi:GND", "x:2.l");
    start(&watch);
    button = sb_world_part(world, "x");
    sb_part_fault_begin(button, 0);
    pressed_ns = sb_now_ns();
    check_int(sb_part_set_control(button, "pressed", 1), 0);
    sb_sleep_ms(30);
    check_true(seen.count > 10 && seen.count % 2 == 1);
    check_true(seen.times_ns[seen.count - 1] - pressed_ns > 5 * SB_MS_NS);
    check_true(seen.times_ns[seen.count - 1] - pressed_ns <= 16 * SB_MS_NS);
    sb_part_fault_end(button, 0);
    seen.count = 0;
    check_int(sb_part_set_control(button, "pressed", 0), 0);
    sb_sleep_ms(30);
    check_int(seen.count, 1);
    end();
    return 0;
}

static void a_worn_button_bounces_for_long_until_the_fault_ends(void **state)
{
    (void)state;
    for (int64_t seed = 1; seed <= 10; seed++)
        run_in_loop(worn_button, &seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_edges_keep_their_times),
        cmocka_unit_test(lost_edges_are_counted),
        cmocka_unit_test(a_worn_button_bounces_for_long_until_the_fault_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
