/* SPDX-License-Identifier: MIT */
/* The chip goes while its lines are open and watched: errors, but no crash and no loop that spins. */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "lib/task.h"

static struct rig rig;

static void end_rig(void)
{
    rig_close_board(&rig);
    gpiosim_close(&rig.sim);
}

static int pass_1_s(void *arg)
{
    (void)arg;
    return sb_sleep_ms(1000);
}

static int64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    (void)edge;
    ++*(unsigned *)arg;
}

static void what_is_open_gives_an_error(void **state)
{
    struct sb_pin *led;
    struct sb_pin *button;

    (void)state;
    rig_open(&rig);
    led = rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT);
    button = rig_pin(&rig, "GPIO22", SB_PIN_INPUT);
    gpiosim_unplug(&rig.sim);
    assert_int_equal(sb_pin_write(led, true), -ENODEV);
    assert_int_equal(sb_pin_read(button), -ENODEV);
    assert_int_equal(sb_pin_configure(button, SB_PIN_OUTPUT), -ENODEV);
    rig_assert_error(&rig, "the GPIO chip is gone");
    end_rig();
}

static void nothing_more_can_be_opened(void **state)
{
    (void)state;
    rig_open(&rig);
    gpiosim_unplug(&rig.sim);
    assert_int_equal(rig_try_pin(&rig, "GPIO17", SB_PIN_INPUT), -ENODEV);
    rig_assert_error(&rig, "the GPIO chip is gone");
    end_rig();
}

static void what_is_watched_falls_silent_the_board_is_told_and_the_loop_sleeps(void **state)
{
    struct sb_pin_watch watch;
    struct sb_pin *button;
    unsigned count = 0;
    int64_t begin_ns;

    (void)state;
    rig_open(&rig);
    button = rig_pin(&rig, "GPIO22", SB_PIN_INPUT);
    assert_int_equal(sb_pin_watch_start(button, &watch, SB_EDGE_BOTH, on_edge, &count), 0);
    gpiosim_pull(&rig.sim, 22, true);
    assert_int_equal(rig_run(&rig, pass_1_s, NULL), 0);
    assert_int_equal(count, 1);
    gpiosim_unplug(&rig.sim);
    begin_ns = cpu_ns();
    assert_int_equal(rig_run(&rig, pass_1_s, NULL), 0);
    assert_true(cpu_ns() - begin_ns < 200000000);
    assert_int_equal(count, 1);
    assert_int_equal(rig.gone_count, 1);
    assert_int_equal(sb_pin_read(button), -ENODEV);
    sb_pin_watch_stop(&watch);
    sb_pin_close(button);
    end_rig();
}

static int wait_for_rise(void *arg)
{
    return sb_pin_wait_edge(arg, SB_EDGE_RISING, NULL);
}

static int unplug(void *arg)
{
    (void)arg;
    gpiosim_unplug(&rig.sim);
    return sb_sleep_ms(100);
}

/* Linux before 6.6 itself wakes nobody who waits for edges of a chip that goes. */
static void tasks_that_wait_for_an_edge_return_enodev(void **state)
{
    struct sb_task waiters[2];

    (void)state;
    rig_open(&rig);
    sb_spawn(&waiters[0], "waiter", wait_for_rise,
             rig_pin(&rig, "GPIO22", SB_PIN_INPUT | SB_PIN_PULL_DOWN));
    sb_spawn(&waiters[1], "waiter", wait_for_rise, rig_pin(&rig, "GPIO23", SB_PIN_INPUT));
    assert_int_equal(rig_run(&rig, unplug, NULL), 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_true(sb_task_is_finished(&waiters[i]));
        assert_int_equal(waiters[i].result, -ENODEV);
    }
    end_rig();
}

/* ---- where nothing tells that the node in /dev has gone */

static void allow_inotify(const char *count)
{
    int fd = open("/proc/sys/fs/inotify/max_user_instances", O_WRONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, count, strlen(count)), strlen(count));
    close(fd);
}

static bool kernel_wakes_waiters(void)
{
    struct utsname name;
    unsigned major = 0;
    unsigned minor = 0;

    assert_int_equal(uname(&name), 0);
    assert_int_equal(sscanf(name.release, "%u.%u", &major, &minor), 2);
    return major > 6 || (major == 6 && minor >= 6);
}

static int unplug_and_cancel(void *arg)
{
    int rc = unplug(NULL);

    (void)sb_task_cancel(arg);
    return rc < 0 ? rc : sb_join(arg, NULL);
}

static void then_the_kernel_wakes_a_task_or_it_can_be_cancelled(void **state)
{
    struct sb_task waiter;

    (void)state;
    allow_inotify("0");
    rig_open(&rig);
    sb_spawn(&waiter, "waiter", wait_for_rise, rig_pin(&rig, "GPIO22", SB_PIN_INPUT));
    assert_int_equal(rig_run(&rig, unplug_and_cancel, &waiter), 0);
    allow_inotify("128");
    assert_true(sb_task_is_finished(&waiter));
    assert_int_equal(waiter.result, kernel_wakes_waiters() ? -ENODEV : -ECANCELED);
    assert_int_equal(rig.gone_count, kernel_wakes_waiters() ? 1 : 0);
    end_rig();
}

static void it_can_be_plugged_in_again(void **state)
{
    (void)state;
    rig_open(&rig);
    (void)rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT);
    end_rig();
    rig_open(&rig);
    (void)rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);
    assert_int_equal(gpiosim_value(&rig.sim, 17), 1);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_open_gives_an_error),
        cmocka_unit_test(nothing_more_can_be_opened),
        cmocka_unit_test(what_is_watched_falls_silent_the_board_is_told_and_the_loop_sleeps),
        cmocka_unit_test(tasks_that_wait_for_an_edge_return_enodev),
        cmocka_unit_test(then_the_kernel_wakes_a_task_or_it_can_be_cancelled),
        cmocka_unit_test(it_can_be_plugged_in_again),
    };

    rig_need_gpiosim();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
