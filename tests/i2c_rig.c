/* SPDX-License-Identifier: MIT */
/* A board with a memory on an I2C bus: see i2c_rig.h. */
#include "tests/i2c_rig.h"

#include <stdio.h>

#include "tests/support.h"

enum { SCL, SDA };

/* ---- the memory */

static struct i2c_rig *rig_of(struct sb_i2c_target *target)
{
    return SB_CONTAINER_OF(target, struct i2c_rig, target);
}

static void on_stretched(struct sb_timer *timer, void *arg)
{
    (void)timer;
    sb_i2c_target_release(arg);
}

static void stretch(struct i2c_rig *rig)
{
    if (rig->stretch_ns == 0)
        return;
    rig->target.is_stretching = true;
    sb_timer_start_ns(&rig->timer, rig->stretch_ns);
}

static bool addressed(struct sb_i2c_target *target, bool is_read, bool is_restart)
{
    struct i2c_rig *rig = rig_of(target);

    (void)is_restart;
    if (rig->is_deaf)
        return false;
    rig->selected = 1;
    rig->byte_count = 0;
    if (is_read)
        stretch(rig);
    else
        rig->has_at = false;
    return true;
}

static bool written(struct sb_i2c_target *target, uint8_t byte)
{
    struct i2c_rig *rig = rig_of(target);

    if (rig->byte_limit > 0 && rig->byte_count++ == rig->byte_limit)
        return false;
    if (rig->has_at)
        rig->memory[rig->at++] = byte;
    else
        rig->at = byte;
    rig->has_at = true;
    return true;
}

static uint8_t read_byte(struct sb_i2c_target *target)
{
    struct i2c_rig *rig = rig_of(target);

    return rig->memory[rig->at++];
}

static void read_done(struct sb_i2c_target *target, bool is_acknowledged)
{
    if (is_acknowledged)
        stretch(rig_of(target));
}

static void ended(struct sb_i2c_target *target)
{
    rig_of(target)->selected--;
}

static const struct sb_i2c_target_ops ops = {
    .addressed = addressed,
    .written = written,
    .read = read_byte,
    .read_done = read_done,
    .ended = ended,
};

/* ---- the bus */

static void on_event(const struct sb_i2c_event *event, void *arg)
{
    static const char *const names[] = {"S", "Sr", "", "", "P", "cut"};
    struct i2c_rig *rig = arg;

    if (event->kind == SB_I2C_STOP)
        rig->stop_ns = event->time_ns;
    if (!rig->is_noted)
        return;
    if (event->kind == SB_I2C_ADDRESS || event->kind == SB_I2C_DATA)
        note("%02x%c%c", event->byte, event->is_read ? 'r' : 'w',
             event->is_acknowledged ? '+' : '-');
    else
        note("%s", names[event->kind]);
}

static void on_wire(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct i2c_rig *rig = arg;
    bool is_scl = wire == rig->device_scl->wire;

    rig->levels[is_scl ? SCL : SDA] = level != SB_LEVEL_LOW;
    sb_i2c_monitor_feed(&rig->monitor, sb_now_ns(), rig->levels[SCL], rig->levels[SDA]);
    sb_i2c_target_changed(&rig->target, is_scl ? rig->device_scl : rig->device_sda, level);
}

static struct sb_part *add(struct i2c_rig *rig, const char *type, const char *id, const char *attr,
                           const char *value)
{
    const char *const attrs[1][2] = {{attr, value}};
    struct sb_part_spec spec = {
        .type = type, .id = id, .attrs = attrs, .attr_count = value != NULL};
    struct sb_part *part;

    check_int(sb_world_add_part(rig->world, &spec, &part, &rig->diag), 0);
    return part;
}

static void join(struct i2c_rig *rig, const char *pin, struct sb_terminal *device)
{
    char name[32];

    snprintf(name, sizeof(name), "board:%s", pin);
    check_int(sb_world_connect(rig->world, sb_world_terminal(rig->world, name), device, NULL), 0);
}

void i2c_rig_open(struct i2c_rig *rig, const struct i2c_rig_config *config)
{
    static const struct i2c_rig_config none;
    const struct i2c_rig_config *c = config != NULL ? config : &none;
    struct sb_part *part;

    *rig = (struct i2c_rig){.levels = {true, true}};
    sb_diag_init(&rig->diag, NULL, NULL);
    rig->world = sb_world_create(test_loop(), 1);
    add(rig, c->controller != NULL ? c->controller : "softboard-raspberry-pi", "board", "i2c-clock",
        c->clock);
    part = add(rig, "wokwi-led", "device", NULL, NULL);
    rig->device_scl = &part->terminals[0];
    rig->device_sda = &part->terminals[1];
    rig->device_scl->has_pull_up = c->has_pull_ups;
    rig->device_sda->has_pull_up = c->has_pull_ups;
    join(rig, c->scl != NULL ? c->scl : "GPIO3", rig->device_scl);
    join(rig, c->sda != NULL ? c->sda : "GPIO2", rig->device_sda);
    part = add(rig, "wokwi-led", "other", NULL, NULL);
    rig->other_scl = &part->terminals[0];
    rig->other_sda = &part->terminals[1];
    join(rig, c->scl != NULL ? c->scl : "GPIO3", rig->other_scl);
    join(rig, c->sda != NULL ? c->sda : "GPIO2", rig->other_sda);
    sb_i2c_target_init(&rig->target, &ops, I2C_RIG_ADDRESS, rig->device_scl, rig->device_sda);
    sb_timer_init(&rig->timer, on_stretched, &rig->target);
    sb_i2c_monitor_init(&rig->monitor, true, true, on_event, rig);
    sb_wire_listen(rig->device_scl->wire, &rig->listeners[SCL], on_wire, rig);
    sb_wire_listen(rig->device_sda->wire, &rig->listeners[SDA], on_wire, rig);
    check_int(sb_world_start(rig->world, &rig->diag), 0);
    check_int(sb_sim_board_init(&rig->sim, rig->world), 0);
    check_int(sb_board_i2c(&rig->sim.board, c->name != NULL ? c->name : "i2c-1", &rig->bus), 0);
}

void i2c_rig_close(struct i2c_rig *rig)
{
    sb_timer_stop(&rig->timer);
    sb_i2c_target_deinit(&rig->target);
    sb_wire_unlisten(&rig->listeners[SCL]);
    sb_wire_unlisten(&rig->listeners[SDA]);
    sb_sim_board_deinit(&rig->sim);
    sb_world_destroy(rig->world);
}

bool i2c_rig_is_idle(const struct i2c_rig *rig)
{
    return sb_terminal_level(rig->device_scl) == SB_LEVEL_HIGH &&
           sb_terminal_level(rig->device_sda) == SB_LEVEL_HIGH && !rig->monitor.is_open &&
           rig->selected == 0;
}

uint64_t i2c_rig_violations(const struct i2c_rig *rig)
{
    return rig->world->examiner.count;
}

const char *i2c_rig_violation(const struct i2c_rig *rig)
{
    const struct sb_examiner *examiner = &rig->world->examiner;

    return examiner->count > 0 ? examiner->kept[examiner->count - 1].text : "";
}
