/* SPDX-License-Identifier: MIT */
/*
 * Pins on lines of the kernel, through libgpiod and a fake chip: levels, edges, lines given back. Bounds
 * on time are wide: this runs on busy machines.
 */
#include "tests/linux/gpio_rig.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "lib/event.h"
#include "lib/task.h"
#include "lib/timeout.h"

#define MS_NS 1000000

/* ---- levels */

static void an_output_begins_with_its_value_and_shows_what_is_written(void **state)
{
    struct rig rig;
    struct sb_pin *led;

    (void)state;
    rig_open(&rig);
    led = rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);
    assert_int_equal(sb_pin_write(led, false), 0);
    assert_int_equal(sb_pin_toggle(led), 0);
    assert_int_equal(sb_pin_read(led), 1);
    rig_close(&rig);
    assert_string_equal(rig_log(17), "request test | config output | 1 | 0 | 1 | release");
}

static void pulls_and_drives_reach_the_kernel(void **state)
{
    struct rig rig;
    struct sb_pin *pin;

    (void)state;
    rig_open(&rig);
    pin = rig_pin(&rig, "GPIO4", SB_PIN_INPUT | SB_PIN_PULL_UP);
    assert_int_equal(sb_pin_read(pin), 1);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_DOWN), 0);
    assert_int_equal(sb_pin_read(pin), 0);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_INITIAL_TRUE),
                     0);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_OPEN_SOURCE), 0);
    sb_pin_close(pin);
    rig_close(&rig);
    assert_string_equal(rig_log(4),
                        "request test | config input pull-up | config input pull-down | "
                        "config output open-drain | 1 | config output open-source | 0 | "
                        "release");
}

static void active_low_turns_values_not_the_kernels_levels(void **state)
{
    struct rig rig;
    struct sb_pin *led;
    struct sb_pin *button;

    (void)state;
    rig_open(&rig);
    led = rig_pin(&rig, "GPIO18", SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW | SB_PIN_INITIAL_TRUE);
    button = rig_pin(&rig, "GPIO27", SB_PIN_INPUT | SB_PIN_PULL_UP | SB_PIN_ACTIVE_LOW);
    assert_int_equal(sb_pin_read(led), 1);
    assert_int_equal(sb_pin_write(led, false), 0);
    assert_int_equal(sb_pin_read(led), 0);
    rig_put(27, 0);
    assert_int_equal(sb_pin_read(button), 1);
    rig_put(27, 1);
    assert_int_equal(sb_pin_read(button), 0);
    rig_close(&rig);
    assert_string_equal(rig_log(18), "request test | config output | 0 | 1 | release");
}

/* ---- edges */

#define SEEN_MAX 2048

struct seen {
    struct sb_pin *pins[2];
    struct sb_pin_watch watches[2];
    unsigned count;
    uint32_t lost;
    unsigned wanted;
    struct sb_event all;
    struct sb_edge edges[SEEN_MAX];
    char order[SEEN_MAX];
};

static struct seen seen;

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)arg;
    seen.order[seen.count] = pin == seen.pins[0] ? 'a' : 'b';
    seen.edges[seen.count++] = *edge;
    seen.lost += edge->lost;
    if (seen.count + seen.lost >= seen.wanted)
        sb_event_set(&seen.all);
}

/* Inputs "GPIO22" and "GPIO23", low and watched. */
static void watch_two(struct rig *rig, unsigned flags)
{
    static const char *const names[] = {"GPIO22", "GPIO23"};

    memset(&seen, 0, sizeof(seen));
    sb_event_init(&seen.all);
    for (unsigned i = 0; i < 2; i++) {
        rig_put(22 + i, 0);
        seen.pins[i] = rig_pin(rig, names[i], SB_PIN_INPUT | flags);
    }
}

static void start_watching(void)
{
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(
            sb_pin_watch_start(seen.pins[i], &seen.watches[i], SB_EDGE_BOTH, on_edge, NULL), 0);
}

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int make_edges_in_turn(void *arg)
{
    (void)arg;
    seen.wanted = 12;
    for (int i = 0; i < 6; i++) {
        rig_put(22, (i + 1) % 2);
        rig_put(23, (i + 1) % 2);
    }
    return sb_event_wait(&seen.all);
}

static void edges_of_several_pins_come_in_order_with_the_kernels_times(void **state)
{
    struct rig rig;
    int64_t before_ns;

    (void)state;
    rig_open(&rig);
    watch_two(&rig, 0);
    start_watching();
    before_ns = now_ns();
    assert_int_equal(rig_run(&rig, make_edges_in_turn, NULL), 0);
    for (unsigned i = 0; i < 12; i++) {
        assert_true(seen.edges[i].time_ns > before_ns && seen.edges[i].time_ns < now_ns());
        assert_int_equal(seen.edges[i].value, i / 2 % 2 == 0);
        before_ns = seen.edges[i].time_ns;
    }
    assert_string_equal(seen.order, "abababababab");
    assert_int_equal(seen.lost, 0);
    rig_close(&rig);
}

static void edges_of_an_active_low_pin_are_logical(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig);
    watch_two(&rig, SB_PIN_ACTIVE_LOW);
    start_watching();
    assert_int_equal(rig_run(&rig, make_edges_in_turn, NULL), 0);
    assert_int_equal(seen.edges[0].value, 0);
    assert_int_equal(seen.edges[11].value, 1);
    rig_close(&rig);
}

/* A batch of eight, then the next when that was seen. */
static int make_burst(void *arg)
{
    (void)arg;
    for (unsigned made = 0; made < 1000; made += 8) {
        int rc;
        seen.wanted = made + 8;
        sb_event_clear(&seen.all);
        for (unsigned i = 0; i < 8; i++)
            rig_put(22, (i + 1) % 2);
        rc = sb_event_wait(&seen.all);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static void a_burst_of_1000_edges_is_seen_whole(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig);
    watch_two(&rig, 0);
    start_watching();
    assert_int_equal(rig_run(&rig, make_burst, NULL), 0);
    assert_int_equal(seen.count, 1000);
    assert_int_equal(seen.lost, 0);
    rig_close(&rig);
}

/* Edges come while nothing is taken over, perhaps more than the kernel keeps; then as many as are wanted are awaited. */
struct flood {
    unsigned count;
    unsigned wanted; /* reported or lost, of all since seen was cleared */
};

static int make_flood(void *arg)
{
    const struct flood *flood = arg;
    int rc = 0;

    for (unsigned i = 0; i < flood->count; i++)
        rig_put(22, (i + 1) % 2);
    for (int i = 0; i < 5000 && seen.count + seen.lost < flood->wanted && rc == 0; i++)
        rc = sb_sleep_ms(1);
    return rc < 0 ? rc : sb_sleep_ms(20); /* and no more */
}

static void flood(struct rig *rig, unsigned count, unsigned wanted)
{
    assert_int_equal(rig_run(rig, make_flood, &(struct flood){count, wanted}), 0);
    assert_int_equal(seen.count + seen.lost, wanted);
}

static void edges_that_the_kernel_dropped_are_told(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig);
    watch_two(&rig, 0);
    seen.wanted = SEEN_MAX;
    start_watching();
#if SB_HAVE_GPIOD == 2
    flood(&rig, 1000, 1000);
    assert_true(seen.count < 1000);
    assert_int_equal(seen.pins[0]->lost_count, seen.lost);
#else
    /* Nineteen, of which the first interface keeps sixteen: that some are missing shows with the next. */
    flood(&rig, 19, 16);
    assert_int_equal(seen.lost, 0);
    flood(&rig, 2, 18);
    assert_int_equal(seen.lost, 1);
#endif
    rig_close(&rig);
}

static void edges_from_before_a_watch_are_none_of_its(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig);
    watch_two(&rig, 0);
    seen.wanted = SEEN_MAX;
    start_watching();
    for (unsigned i = 0; i < 6; i++)
        rig_put(22, (i + 1) % 2);
    sb_pin_watch_stop(&seen.watches[0]);
    sb_pin_watch_stop(&seen.watches[1]);
    flood(&rig, 6, 0);
    start_watching();
    flood(&rig, 6, 6);
    assert_int_equal(seen.lost, 0);
    rig_close(&rig);
}

static void a_watched_pin_may_be_an_output_meanwhile(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig);
    watch_two(&rig, 0);
    seen.wanted = SEEN_MAX;
    start_watching();
    assert_int_equal(sb_pin_configure(seen.pins[0], SB_PIN_OUTPUT), 0);
    assert_int_equal(sb_pin_write(seen.pins[0], true), 0);
    flood(&rig, 4, 0);
    assert_int_equal(sb_pin_configure(seen.pins[0], SB_PIN_INPUT), 0);
    flood(&rig, 4, 4);
    assert_int_equal(seen.lost, 0);
    rig_close(&rig);
}

static void the_end_of_a_watch_leaves_an_output_as_it_is(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig);
    watch_two(&rig, 0);
    start_watching();
    assert_int_equal(sb_pin_configure(seen.pins[0], SB_PIN_OUTPUT), 0);
    assert_int_equal(sb_pin_write(seen.pins[0], true), 0);
    sb_pin_watch_stop(&seen.watches[0]);
    assert_int_equal(sb_pin_read(seen.pins[0]), 1);
    rig_close(&rig);
}

static void a_watched_pin_stays_so_when_a_change_fails(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig);
    watch_two(&rig, 0);
    seen.wanted = SEEN_MAX;
    start_watching();
    setenv("GPIOFAKE_NO_BIAS", "1", 1);
    assert_int_equal(sb_pin_configure(seen.pins[0], SB_PIN_INPUT | SB_PIN_PULL_UP), -ENOTSUP);
    unsetenv("GPIOFAKE_NO_BIAS");
    flood(&rig, 4, 4);
    assert_int_equal(seen.lost, 0);
    rig_close(&rig);
}

#if SB_HAVE_GPIOD == 2
static int see_all(void *arg)
{
    struct sb_timeout timeout;

    (void)arg;
    sb_timeout_begin_ms(&timeout, 2000);
    return sb_timeout_end(&timeout, sb_event_wait(&seen.all));
}
#endif

static void a_change_that_fails_loses_no_edge_that_the_kernel_has(void **state)
{
#if SB_HAVE_GPIOD == 2
    struct rig rig;

    (void)state;
    rig_open(&rig);
    watch_two(&rig, 0);
    seen.wanted = 1;
    start_watching();
    rig_put(22, 1); /* the loop does not run meanwhile */
    setenv("GPIOFAKE_NO_BIAS", "1", 1);
    assert_int_equal(sb_pin_configure(seen.pins[0], SB_PIN_INPUT | SB_PIN_PULL_UP), -ENOTSUP);
    unsetenv("GPIOFAKE_NO_BIAS");
    assert_int_equal(seen.count, 0);
    assert_int_equal(rig_run(&rig, see_all, NULL), 0);
    assert_int_equal(seen.edges[0].value, 1);
    rig_close(&rig);
#else
    (void)state;
    print_message(
        "libgpiod 1 takes a watched line anew for each change, and what was queued is gone\n");
    skip();
#endif
}

static void close_both(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    (void)edge;
    (void)arg;
    seen.count++;
    sb_pin_close(seen.pins[0]);
    sb_pin_close(seen.pins[1]);
}

static void a_pin_may_be_closed_in_its_own_callback(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig);
    watch_two(&rig, 0);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(
            sb_pin_watch_start(seen.pins[i], &seen.watches[i], SB_EDGE_BOTH, close_both, NULL), 0);
    flood(&rig, 4, 1);
    assert_non_null(strstr(rig_log(23), "release"));
    rig_close(&rig);
}

static int wait_for_edge(void *arg)
{
    return sb_pin_wait_edge(arg, SB_EDGE_RISING, NULL);
}

static int wait_for_ever(void *arg)
{
    return sb_event_wait(arg);
}

static void *press_later(void *arg)
{
    (void)arg;
    usleep(30000);
    rig_put(22, 1);
    return NULL;
}

static void a_wait_for_an_edge_is_no_deadlock_but_a_wait_for_nothing_is(void **state)
{
    struct rig rig;
    pthread_t thread;

    (void)state;
    rig_open(&rig);
    watch_two(&rig, 0);
    assert_int_equal(pthread_create(&thread, NULL, press_later, NULL), 0);
    assert_int_equal(rig_run(&rig, wait_for_edge, seen.pins[0]), 0);
    pthread_join(thread, NULL);
    assert_int_equal(rig_run(&rig, wait_for_ever, &seen.all), -EDEADLK);
    rig_close(&rig);
}

/* ---- time */

static int blink(void *arg)
{
    int64_t at_ns = sb_now_ns();
    int rc = 0;

    for (int i = 0; i < 10 && rc == 0; i++) {
        at_ns += 50 * (int64_t)MS_NS;
        rc = sb_sleep_until_ns(at_ns);
        sb_pin_toggle(arg);
    }
    return rc;
}

static void a_blink_by_deadlines_does_not_drift(void **state)
{
    struct rig rig;
    int64_t times[16];
    int64_t least_late_ns = INT64_MAX;

    (void)state;
    rig_open(&rig);
    assert_int_equal(rig_run(&rig, blink, rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT)), 0);
    rig_close(&rig);
    assert_int_equal(rig_log_times(17, times, 16), 11); /* the first is the initial value */
    for (int i = 1; i <= 10; i++) {
        int64_t late_ns = times[i] - times[0] - i * 50 * (int64_t)MS_NS;

        assert_true(late_ns >= 0);
        if (i > 5 && late_ns < least_late_ns)
            least_late_ns = late_ns;
    }
    /* Some may be late on a busy machine; that all later ones are, would be drift. */
    assert_true(least_late_ns < 10 * (int64_t)MS_NS);
}

/* ---- a program that is interrupted */

static struct rig child_rig;

static void stop(void *arg)
{
    (void)arg;
    sb_loop_stop(&child_rig.loop);
}

static struct sb_call stop_call = {.fn = stop};

static void on_interrupt(int number)
{
    (void)number;
    sb_loop_post(&child_rig.loop, &stop_call); /* NOLINT(bugprone-signal-handler): made for it */
}

/* Blinks and waits for a button until SIGINT, then gives all back as a program does. */
static int run_child(void)
{
    struct sb_task task;
    struct sb_pin *button;

    rig_open(&child_rig);
    signal(SIGINT, on_interrupt);
    button = rig_pin(&child_rig, "GPIO27", SB_PIN_INPUT | SB_PIN_PULL_UP);
    (void)sb_spawn(&task, "wait", wait_for_edge, button);
    (void)rig_pin(&child_rig, "GPIO17", SB_PIN_OUTPUT);
    (void)sb_loop_run(&child_rig.loop, NULL);
    sb_loop_cancel_all(&child_rig.loop, NULL);
    (void)sb_loop_run(&child_rig.loop, NULL);
    rig_close(&child_rig);
    return task.result == -ECANCELED ? 0 : 1;
}

static const char *program;

static void lines_are_released_when_a_program_is_interrupted(void **state)
{
    char fake[1024];
    struct rig rig;
    bool is_waiting;
    int status;
    pid_t pid;

    (void)state;
    rig_open(&rig);
    rig_close(&rig);
    snprintf(fake, sizeof(fake), "%s", getenv("GPIO_RIG_FAKE"));
    pid = fork();
    if (pid == 0) {
        setenv("LD_PRELOAD", fake, 1);
        unsetenv("GPIOFAKE_CTL");
        execl("/proc/self/exe", "test_gpiod", "--child", (char *)NULL);
        execlp(program, program, "--child", (char *)NULL); /* under an emulator */
        _exit(127);
    }
    is_waiting = rig_await_log(27, "edges"); /* as its task does once all is open */
    kill(pid, is_waiting ? SIGINT : SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_string_equal(rig_log(17), "request test | config output | 0 | release");
    assert_string_equal(rig_log(27) + strlen(rig_log(27)) - 7, "release");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_output_begins_with_its_value_and_shows_what_is_written),
        cmocka_unit_test(pulls_and_drives_reach_the_kernel),
        cmocka_unit_test(active_low_turns_values_not_the_kernels_levels),
        cmocka_unit_test(edges_of_several_pins_come_in_order_with_the_kernels_times),
        cmocka_unit_test(edges_of_an_active_low_pin_are_logical),
        cmocka_unit_test(a_burst_of_1000_edges_is_seen_whole),
        cmocka_unit_test(edges_that_the_kernel_dropped_are_told),
        cmocka_unit_test(edges_from_before_a_watch_are_none_of_its),
        cmocka_unit_test(a_watched_pin_may_be_an_output_meanwhile),
        cmocka_unit_test(the_end_of_a_watch_leaves_an_output_as_it_is),
        cmocka_unit_test(a_watched_pin_stays_so_when_a_change_fails),
        cmocka_unit_test(a_change_that_fails_loses_no_edge_that_the_kernel_has),
        cmocka_unit_test(a_pin_may_be_closed_in_its_own_callback),
        cmocka_unit_test(a_wait_for_an_edge_is_no_deadlock_but_a_wait_for_nothing_is),
        cmocka_unit_test(a_blink_by_deadlines_does_not_drift),
        cmocka_unit_test(lines_are_released_when_a_program_is_interrupted),
    };

    program = argv[0];
    rig_start(argv);
    return argc > 1 ? run_child() : cmocka_run_group_tests(tests, NULL, NULL);
}
