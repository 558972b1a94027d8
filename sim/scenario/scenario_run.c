/* SPDX-License-Identifier: MIT */
/*
 * Scenarios, run. Each step begins when everything else due at that instant has run; one that waits
 * listens to a wire or to a display under a timeout and never polls. A deadline includes its instant:
 * what happens exactly then still counts.
 */
#include "sim/scenario/scenario.h"

#include <errno.h>
#include <string.h>

#include "lib/event.h"
#include "lib/timeout.h"
#include "lib/timer.h"
#include "sim/scenario/scenario_report.h"
#include "sim/scenario/scenario_step.h"
#include "sim/parts/serial_monitor.h"

/* What a step waits for did not come in time. Positive: no error of the run itself. */
#define NOT_IN_TIME 1

static int64_t add_time(int64_t a_ns, int64_t b_ns)
{
    return b_ns > SB_NEVER - a_ns ? SB_NEVER : a_ns + b_ns;
}

/*
 * Waits for an event until the deadline, and then for the rest of that instant. Returns 0 when it came
 * before, NOT_IN_TIME, or a negative error.
 */
static int wait_until(struct sb_event *event, int64_t deadline_ns)
{
    struct sb_timeout timeout;
    int rc;

    sb_timeout_begin_at_ns(&timeout, deadline_ns);
    rc = sb_event_wait(event);
    rc = sb_timeout_end(&timeout, rc);
    if (rc != -ETIMEDOUT)
        return rc;
    rc = sb_settle();
    return rc < 0 ? rc : NOT_IN_TIME;
}

static int fail_busy(struct sb_scenario *scenario, const struct sb_part *sender)
{
    return sb_scenario_fail(scenario,
                            "%s still sends and one message more waits: a frame takes 108 ms, each "
                            "repeat as much again",
                            sender->id);
}

static int run_set_control(struct sb_scenario *scenario, const struct sb_step *step)
{
    int rc = sb_part_set_control(step->part, step->u.control.name, step->u.control.value);

    if (rc == -EBUSY && step->part->type->ir_send != NULL) /* a key of a remote control */
        return fail_busy(scenario, step->part);
    if (rc < 0)
        return sb_scenario_fail(scenario, "%s %s cannot be set to %g: %s", step->part->id,
                                step->u.control.name, step->u.control.value, strerror(-rc));
    return 0;
}

/* The first time that a wire has a level. */
struct level_watch {
    struct sb_wire_listener listener;
    struct sb_event seen;
    enum sb_level level;
    int64_t seen_ns;
};

static void watch_level(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct level_watch *watch = arg;

    if (level != watch->level || watch->seen_ns >= 0)
        return;
    watch->seen_ns = wire->changed_ns;
    sb_event_set(&watch->seen);
}

static int run_pin(struct sb_scenario *scenario, const struct sb_step *step)
{
    struct sb_wire *wire = step->terminal->wire;
    int64_t deadline_ns = add_time(sb_now_ns(), step->time_ns);
    struct level_watch watch = {.seen_ns = -1};
    int rc;

    watch.level = step->u.level ? SB_LEVEL_HIGH : SB_LEVEL_LOW;
    if (wire->level == watch.level)
        return 0;
    if (step->time_ns == 0)
        return sb_scenario_fail_level(scenario, step);
    sb_event_init(&watch.seen);
    sb_wire_listen(wire, &watch.listener, watch_level, &watch);
    rc = wait_until(&watch.seen, deadline_ns);
    sb_wire_unlisten(&watch.listener);
    if (rc < 0)
        return rc;
    if (watch.seen_ns < 0 || watch.seen_ns > deadline_ns)
        return sb_scenario_fail_level(scenario, step);
    return 0;
}

/* Changes between low and high; what floats or fights in between is no edge of its own. */
struct edge_watch {
    struct sb_wire_listener listener;
    enum sb_level last;
    int64_t end_ns;
    uint64_t count;
};

static void watch_edges(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct edge_watch *watch = arg;

    if (level > SB_LEVEL_HIGH || wire->changed_ns > watch->end_ns)
        return;
    if (watch->last <= SB_LEVEL_HIGH && level != watch->last)
        watch->count++;
    watch->last = level;
}

static int run_edges(struct sb_scenario *scenario, const struct sb_step *step)
{
    struct sb_wire *wire = step->terminal->wire;
    struct edge_watch watch = {.last = wire->level};
    int rc;

    watch.end_ns = add_time(sb_now_ns(), step->time_ns);
    sb_wire_listen(wire, &watch.listener, watch_edges, &watch);
    rc = sb_sleep_until_ns(watch.end_ns);
    if (rc == 0)
        rc = sb_settle();
    sb_wire_unlisten(&watch.listener);
    if (rc < 0)
        return rc;
    if (watch.count < step->u.edges.min || watch.count > step->u.edges.max)
        return sb_scenario_fail_edges(scenario, step, watch.count);
    return 0;
}

/* The next time that a wire goes to a level and away from it. */
struct pulse_watch {
    struct sb_wire_listener listener;
    struct sb_event ended;
    enum sb_level level;
    int64_t begin_ns;
    int64_t end_ns;
};

static void watch_pulse(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct pulse_watch *watch = arg;

    if (watch->end_ns >= 0)
        return;
    if (level == watch->level) {
        watch->begin_ns = wire->changed_ns;
    } else if (watch->begin_ns == wire->changed_ns) {
        watch->begin_ns = -1; /* of no length: an order within one instant, no pulse */
    } else if (watch->begin_ns >= 0) {
        watch->end_ns = wire->changed_ns;
        sb_event_set(&watch->ended);
    }
}

static int run_pulse(struct sb_scenario *scenario, const struct sb_step *step)
{
    struct pulse_watch watch = {.begin_ns = -1, .end_ns = -1};
    int64_t deadline_ns = add_time(sb_now_ns(), step->time_ns);
    int64_t width_ns;
    int rc;

    watch.level = step->u.pulse.level ? SB_LEVEL_HIGH : SB_LEVEL_LOW;
    sb_event_init(&watch.ended);
    sb_wire_listen(step->terminal->wire, &watch.listener, watch_pulse, &watch);
    rc = wait_until(&watch.ended, deadline_ns);
    sb_wire_unlisten(&watch.listener);
    if (rc < 0)
        return rc;
    if (watch.end_ns > deadline_ns)
        watch.end_ns = -1;
    width_ns = watch.end_ns - watch.begin_ns;
    if (watch.end_ns < 0 || width_ns < step->u.pulse.min_ns || width_ns > step->u.pulse.max_ns)
        return sb_scenario_fail_pulse(scenario, step, watch.begin_ns, watch.end_ns);
    return 0;
}

static size_t trim(const char *text, size_t size)
{
    while (size > 0 && text[size - 1] == ' ')
        size--;
    return size;
}

static bool line_matches(const struct sb_step *step, const char *line, size_t size)
{
    char copy[SB_DISPLAY_LINE_SIZE];
    size_t wanted = step->u.lcd.size;

    switch (step->u.lcd.match) {
    case SB_MATCH_EXACT:
        size = trim(line, size);
        wanted = trim(step->u.lcd.text, wanted);
        return size == wanted && memcmp(line, step->u.lcd.text, size) == 0;
    case SB_MATCH_CONTAINS:
        return wanted == 0 || memmem(line, size, step->u.lcd.text, wanted) != NULL;
    case SB_MATCH_REGEX:
        /* A NUL would end the text; code 8 shows the same custom character as code 0. */
        size = trim(line, size);
        for (size_t i = 0; i < size; i++)
            copy[i] = (char)(line[i] == '\0' ? '\b' : line[i]);
        copy[size] = '\0';
        return regexec(&step->u.lcd.regex, copy, 0, NULL, 0) == 0;
    }
    return false;
}

/* Returns 1 when the line is as expected, 0 when not, or an error. */
static int look_at_display(const struct sb_step *step)
{
    char line[SB_DISPLAY_LINE_SIZE];
    int size = step->part->type->read_line(step->part, step->u.lcd.line, line, sizeof(line));

    if (size < 0)
        return size;
    if ((size_t)size >= sizeof(line))
        return -ENOSPC;
    return line_matches(step, line, (size_t)size) ? 1 : 0;
}

static int run_lcd(struct sb_scenario *scenario, const struct sb_step *step)
{
    int64_t deadline_ns = add_time(sb_now_ns(), step->time_ns);
    bool is_last = step->time_ns == 0;

    for (;;) {
        int rc = look_at_display(step);

        if (rc == 1)
            return 0;
        if (rc < 0)
            return sb_scenario_fail(scenario, "%s line %u cannot be read: %s", step->part->id,
                                    step->u.lcd.line, strerror(-rc));
        if (is_last)
            return sb_scenario_fail_text(scenario, step);
        rc = wait_until(&step->part->look_changed, deadline_ns);
        is_last = rc == NOT_IN_TIME;
        if (rc == 0)
            rc = sb_settle();
        if (rc < 0)
            return rc;
    }
}

static int run_screenshot(struct sb_scenario *scenario, const struct sb_step *step)
{
    int rc;

    if (scenario->hooks.screenshot == NULL)
        return sb_scenario_fail(scenario, "nothing takes pictures here: build with SDL2 and "
                                          "libpng");
    rc = scenario->hooks.screenshot(step->part, step->path, scenario->hooks.arg);
    if (rc < 0)
        return sb_scenario_fail(scenario, "the picture cannot be written to \"%s\": %s", step->path,
                                strerror(-rc));
    return 0;
}

static int run_play(struct sb_scenario *scenario, const struct sb_step *step)
{
    struct sb_diag diag;
    int rc;

    sb_diag_init(&diag, NULL, NULL);
    rc = step->part->type->play(step->part, step->path, step->u.play.channel, &diag);
    if (rc < 0)
        return sb_scenario_fail(scenario, "%s", diag.error_count > 0 ? diag.last : strerror(-rc));
    return 0;
}

static int run_ir_send(struct sb_scenario *scenario, const struct sb_step *step)
{
    int rc = step->part->type->ir_send(step->part, &step->u.ir);

    if (rc == -EBUSY)
        return fail_busy(scenario, step->part);
    if (rc < 0)
        return sb_scenario_fail(scenario, "%s cannot send: %s", step->part->id, strerror(-rc));
    return 0;
}

static int run_fault(struct sb_step *step)
{
    sb_part_fault_begin(step->part, step->u.fault.index);
    if (step->time_ns != SB_NEVER)
        sb_timer_start_ns(&step->u.fault.timer, step->time_ns);
    return 0;
}

static int run_wait_serial(struct sb_scenario *scenario, const struct sb_step *step)
{
    struct sb_serial_monitor *monitor = step->u.serial.monitor;
    int64_t deadline_ns = add_time(sb_now_ns(), step->time_ns);
    struct sb_serial_search search;
    int rc = 0;

    sb_serial_monitor_search(monitor, &search, step->u.serial.data, step->u.serial.size);
    if (search.found_ns < 0 && step->time_ns > 0)
        rc = wait_until(&search.found, deadline_ns);
    sb_serial_monitor_end_search(monitor);
    if (rc < 0)
        return rc;
    if (search.found_ns < 0 || search.found_ns > deadline_ns)
        return sb_scenario_fail_serial(scenario, step);
    return 0;
}

/* Takes time only for what the monitor has no room for. */
static int run_write_serial(const struct sb_step *step)
{
    struct sb_serial_monitor *monitor = step->u.serial.monitor;
    size_t sent = 0;
    int rc;

    for (;;) {
        sent += sb_serial_monitor_write(monitor, step->u.serial.data + sent,
                                        step->u.serial.size - sent);
        if (sent == step->u.serial.size)
            return 0;
        rc = sb_event_wait(&monitor->room);
        if (rc < 0)
            return rc;
    }
}

static int run_step(struct sb_scenario *scenario, struct sb_step *step)
{
    switch (step->action) {
    case SB_STEP_DELAY:
        return step->time_ns == 0 ? 0 : sb_sleep_ns(step->time_ns);
    case SB_STEP_SET_CONTROL:
        return run_set_control(scenario, step);
    case SB_STEP_EXPECT_PIN:
    case SB_STEP_WAIT_PIN:
        return run_pin(scenario, step);
    case SB_STEP_EXPECT_EDGES:
        return run_edges(scenario, step);
    case SB_STEP_EXPECT_PULSE:
        return run_pulse(scenario, step);
    case SB_STEP_EXPECT_LCD:
    case SB_STEP_WAIT_LCD:
        return run_lcd(scenario, step);
    case SB_STEP_TAKE_SCREENSHOT:
        return run_screenshot(scenario, step);
    case SB_STEP_PLAY:
        return run_play(scenario, step);
    case SB_STEP_IR_SEND:
        return run_ir_send(scenario, step);
    case SB_STEP_FAULT:
        return run_fault(step);
    case SB_STEP_WAIT_SERIAL:
        return run_wait_serial(scenario, step);
    case SB_STEP_WRITE_SERIAL:
        return run_write_serial(step);
    }
    return -EINVAL;
}

int sb_scenario_run(void *arg)
{
    struct sb_scenario *scenario = arg;
    int rc = sb_settle();

    while (rc == 0 && scenario->steps_done < scenario->step_count) {
        struct sb_step *step = &scenario->steps[scenario->steps_done];

        if (scenario->hooks.step != NULL)
            scenario->hooks.step(step->number, step->title, scenario->hooks.arg);
        rc = run_step(scenario, step);
        if (rc == 0) {
            rc = sb_settle();
            scenario->steps_done++;
        }
    }
    return rc;
}
