/* SPDX-License-Identifier: MIT */
/*
 * The HAL's pins on a simulated controller. A pin drives its terminal as it is configured and hears of
 * its wire's changes. An edge is reported in loop context: at once when it was made there (by a timer of
 * a part), through a short queue and a timer of this very instant when a task's own write made it.
 */
#include "sim/pin_sim.h"

#include "sim/board_sim.h"

/* By how much a late edge is late at most. */
#define LATE_MAX_NS 5000000

static struct sb_sim_pin *sim_pin(struct sb_pin *pin)
{
    return SB_CONTAINER_OF(pin, struct sb_sim_pin, pin);
}

/* ---- edges */

static void report(struct sb_sim_pin *p, bool level, int64_t time_ns, uint32_t lost)
{
    struct sb_sim_board *sim = p->sim;

    sim->is_reporting = true;
    sb_pin_report_edge(&p->pin, level, time_ns, lost);
    sim->is_reporting = false;
}

/* What is called may make more edges, which stand behind the others, and may stop it all. */
static void report_queued(struct sb_timer *timer, void *arg)
{
    struct sb_sim_pin *p = arg;

    (void)timer;
    while (p->next < p->queued) {
        unsigned i = p->next++;
        report(p, p->queue[i].level, p->queue[i].time_ns, p->queue[i].lost);
    }
    p->next = p->queued = 0;
}

static bool has_fault(const struct sb_sim_pin *p, enum sb_controller_fault fault)
{
    return sb_part_has_fault(p->sim->controller, fault);
}

static uint64_t random_below(struct sb_sim_pin *p, uint64_t limit)
{
    return sb_random_next(&p->sim->random) % limit;
}

static void queue_edge(struct sb_sim_pin *p, int64_t time_ns)
{
    int64_t delay_ns = 0;

    if (p->queued == SB_SIM_EDGE_QUEUE) {
        p->lost++;
        return;
    }
    p->queue[p->queued].time_ns = time_ns;
    p->queue[p->queued].level = p->level;
    p->queue[p->queued].lost = p->lost;
    p->lost = 0;
    if (p->queued++ > 0)
        return; /* the timer is armed, or has fired and is at it */
    if (has_fault(p, SB_CONTROLLER_LATE_EDGES))
        delay_ns = (int64_t)random_below(p, LATE_MAX_NS);
    sb_timer_start_ns(&p->timer, delay_ns);
}

/* The level that the program sees changes, for a reason at this very time. */
static void change_level(struct sb_sim_pin *p, bool level, int64_t time_ns)
{
    p->level = level;
    if (!p->is_watched || p->is_deaf)
        return;
    if (has_fault(p, SB_CONTROLLER_LOST_EDGES) && random_below(p, 4) == 0) {
        p->lost++;
        return;
    }
    if (sb_loop_is_in_callback(p->sim->world->loop) && p->queued == 0 && !p->sim->is_reporting &&
        !has_fault(p, SB_CONTROLLER_LATE_EDGES)) {
        uint32_t lost = p->lost;

        p->lost = 0;
        report(p, p->level, time_ns, lost);
        return;
    }
    queue_edge(p, time_ns);
}

/* The line has stayed as it is for the debounce period. */
static void on_settled(struct sb_timer *timer, void *arg)
{
    struct sb_sim_pin *p = arg;

    if (p->line_level != p->level)
        change_level(p, p->line_level, timer->deadline_ns);
}

static void on_wire(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct sb_sim_pin *p = arg;

    if (level > SB_LEVEL_HIGH)
        return; /* an input between the levels keeps what it saw */
    p->float_was_told = false;
    if (p->line_level == (level == SB_LEVEL_HIGH))
        return;
    p->line_level = level == SB_LEVEL_HIGH;
    if (p->is_debounced)
        sb_timer_start_ns(&p->settle, (int64_t)p->debounce_us * SB_US_NS);
    else
        change_level(p, p->line_level, wire->changed_ns);
}

/* ---- operations */

static struct sb_drive drive_of(struct sb_sim_pin *p, unsigned flags, bool level)
{
    struct sb_drive drive = {p->terminal, SB_STRENGTH_NONE, (flags & SB_PIN_PULL_UP) != 0};
    bool is_let_go = (flags & SB_PIN_INPUT) != 0 || ((flags & SB_PIN_OPEN_DRAIN) != 0 && level) ||
                     ((flags & SB_PIN_OPEN_SOURCE) != 0 && !level);

    if (!is_let_go)
        drive = (struct sb_drive){p->terminal, SB_STRENGTH_STRONG, level};
    else if ((flags & (SB_PIN_PULL_UP | SB_PIN_PULL_DOWN)) != 0)
        drive.strength = SB_STRENGTH_PULL;
    return drive;
}

static void drive(struct sb_sim_pin *p, unsigned flags, bool level)
{
    struct sb_drive drive = drive_of(p, flags, level);

    sb_terminal_drive(drive.terminal, drive.strength, drive.level);
}

static void forget_edges(struct sb_sim_pin *p)
{
    p->next = p->queued = 0;
    p->lost = 0;
    sb_timer_stop(&p->timer);
}

/* From the level that is on the line, without an edge. */
static void begin_debounce(struct sb_sim_pin *p, bool is_input)
{
    p->is_debounced = is_input && p->debounce_us > 0;
    p->level = p->line_level;
    sb_timer_stop(&p->settle);
}

static int pin_configure(struct sb_pin *pin, unsigned flags)
{
    struct sb_sim_pin *p = sim_pin(pin);
    bool value = (flags & SB_PIN_INITIAL_TRUE) != 0;
    bool is_input = (flags & SB_PIN_INPUT) != 0;
    enum sb_level level;

    forget_edges(p);
    p->is_deaf = true;
    drive(p, flags, value != ((flags & SB_PIN_ACTIVE_LOW) != 0));
    level = sb_terminal_level(p->terminal);
    if (level <= SB_LEVEL_HIGH)
        p->line_level = level == SB_LEVEL_HIGH;
    if (!p->is_debounced || !is_input) /* else another pull counts in its time, as in the kernel */
        begin_debounce(p, is_input);
    p->float_was_told = false;
    p->is_deaf = !is_input;
    return 0;
}

/* A period that runs goes on to its end, as in the kernel. */
static int pin_set_debounce_us(struct sb_pin *pin, unsigned period_us)
{
    struct sb_sim_pin *p = sim_pin(pin);

    p->debounce_us = period_us;
    if (!p->is_debounced || period_us == 0)
        begin_debounce(p, true);
    return 0;
}

static int pin_read(struct sb_pin *pin)
{
    struct sb_sim_pin *p = sim_pin(pin);
    enum sb_level level = sb_terminal_level(p->terminal);

    if (level <= SB_LEVEL_HIGH)
        return p->is_debounced ? p->level : level == SB_LEVEL_HIGH;
    if (level == SB_LEVEL_FLOATING && !p->float_was_told) {
        p->float_was_told = true;
        sb_examine(p->sim->world, SB_RULE_INPUT_FLOATING, p->sim->controller, -1,
                   "%s is read while nothing drives or pulls it: use SB_PIN_PULL_UP or wire it",
                   pin->name);
    }
    return p->level;
}

static int pin_write(struct sb_pin *pin, bool level)
{
    drive(sim_pin(pin), pin->flags, level);
    return 0;
}

static int pins_write(struct sb_pin *const *pins, unsigned count, uint64_t levels)
{
    struct sb_drive drives[SB_PINS_MAX];

    for (unsigned i = 0; i < count; i++)
        drives[i] = drive_of(sim_pin(pins[i]), pins[i]->flags, (levels >> i & 1) != 0);
    sb_terminals_drive(drives, count);
    return 0;
}

static int pin_watch(struct sb_pin *pin, bool is_on)
{
    struct sb_sim_pin *p = sim_pin(pin);

    p->is_watched = is_on;
    if (!is_on)
        forget_edges(p);
    return 0;
}

static void pin_close(struct sb_pin *pin)
{
    struct sb_sim_pin *p = sim_pin(pin);

    p->is_open = false;
    sb_timer_stop(&p->settle);
    sb_wire_unlisten(&p->listener);
    sb_terminal_drive(p->terminal, SB_STRENGTH_NONE, false);
}

static const struct sb_pin_ops pin_ops = {
    .configure = pin_configure,
    .read = pin_read,
    .write = pin_write,
    .watch = pin_watch,
    .close = pin_close,
    .set_debounce_us = pin_set_debounce_us,
    .write_all = pins_write,
};

void sb_sim_pin_init(struct sb_sim_pin *p, struct sb_sim_board *sim, struct sb_terminal *terminal)
{
    p->sim = sim;
    p->terminal = terminal;
    p->pin.name = terminal->name;
    sb_timer_init(&p->timer, report_queued, p);
    sb_timer_init(&p->settle, on_settled, p);
}

void sb_sim_pin_deinit(struct sb_sim_pin *p)
{
    sb_timer_stop(&p->timer);
    sb_timer_stop(&p->settle);
    sb_wire_unlisten(&p->listener);
}

int sb_sim_pin_open(struct sb_sim_pin *p, unsigned flags)
{
    int rc;

    sb_wire_reveal(p->terminal->wire); /* the pin's first level is the true one */
    sb_pin_init(&p->pin, &p->sim->board, p->terminal->name, &pin_ops);
    p->debounce_us = 0;
    p->is_debounced = false;
    rc = sb_pin_configure(&p->pin, flags);
    if (rc < 0)
        return rc;
    p->is_open = true;
    sb_wire_listen(p->terminal->wire, &p->listener, on_wire, p);
    return 0;
}
