/* SPDX-License-Identifier: MIT */
/*
 * The HTU21D on its wires: the bus side (sim/bus/i2c_target.h) in front of the sensor (sim/parts/htu21d_model.h), its
 * controls and faults, and what it reports of a program that does not wait for it. Power is taken for
 * granted from the start.
 */
#include "lib/hal/tap.h"
#include "sim/parts/htu21d_model.h"
#include "sim/bus/i2c_target.h"
#include "sim/files/units.h"
#include "sim/world.h"

#include <math.h>
#include <string.h>

enum { VCC, GND, SCL, SDA, TERMINAL_COUNT };
enum { TEMPERATURE, HUMIDITY, SUPPLY };
enum { NACK, BIT_FLIP, STUCK_BUS, STRETCH, CRC };

/* Faults. */
#define FLIP_ONE_IN    16 /* bits */
#define STRETCH_ONE_IN 4  /* addresses and bytes */
#define STRETCH_NS     30000000

struct htu21d {
    struct sb_part part;
    struct sb_htu21d_model model;
    struct sb_i2c_target target;
    struct sb_timer timer; /* of a stretch */
    uint64_t random;
    bool is_silent;
    bool is_stretching;
};

static struct htu21d *htu21d_of(struct sb_i2c_target *target)
{
    return SB_CONTAINER_OF(target, struct htu21d, target);
}

static int64_t now_of(const struct htu21d *sensor)
{
    return sb_world_now_ns(sensor->part.world);
}

/* ---- what it reports */

static void examine_start(const struct htu21d *sensor, int64_t now_ns)
{
    char since[SB_TIME_TEXT_SIZE];
    char missing[SB_TIME_TEXT_SIZE];

    sb_format_time(now_ns - sensor->model.began_ns, since);
    sb_format_time(sensor->model.busy_until_ns - now_ns, missing);
    sb_examine(sensor->part.world, SB_RULE_HTU21D_POWER_UP, &sensor->part,
               now_ns - sensor->model.began_ns, "addressed %s after power-on: %s missing", since,
               missing);
}

static void examine_busy(const struct htu21d *sensor, int64_t now_ns)
{
    static const char *const names[] = {
        [SB_HTU21D_RESETTING] = "a soft reset",
        [SB_HTU21D_MEASURING_TEMPERATURE] = "a measurement of temperature",
        [SB_HTU21D_MEASURING_HUMIDITY] = "a measurement of humidity",
    };
    const struct sb_htu21d_model *model = &sensor->model;
    int64_t duration_ns = model->busy_until_ns - model->began_ns;
    char since[SB_TIME_TEXT_SIZE];
    char duration[SB_TIME_TEXT_SIZE];
    char missing[SB_TIME_TEXT_SIZE];

    sb_format_time(now_ns - model->began_ns, since);
    sb_format_time(duration_ns, duration);
    sb_format_time(model->busy_until_ns - now_ns, missing);
    sb_examine_limit(sensor->part.world, SB_RULE_HTU21D_BUSY, &sensor->part,
                     now_ns - model->began_ns, duration_ns,
                     "a command %s after %s began: it takes %s, %s missing", since,
                     names[model->activity], duration, missing);
}

/* A program that polls for the end of a measurement by reading is in the right. */
static void examine_address(const struct htu21d *sensor, int64_t now_ns, bool is_read)
{
    const struct sb_htu21d_model *model = &sensor->model;
    char since[SB_TIME_TEXT_SIZE];

    if (sb_htu21d_model_is_busy(model, now_ns)) {
        if (model->activity == SB_HTU21D_POWER_UP)
            examine_start(sensor, now_ns);
        else if (!is_read)
            examine_busy(sensor, now_ns);
        return;
    }
    if (!is_read || !model->has_measured || model->read_count == 0)
        return;
    sb_format_time(now_ns - model->began_ns, since);
    sb_examine(sensor->part.world, SB_RULE_HTU21D_STALE, &sensor->part, -1,
               "%s is read again: it was measured %s ago, and nothing since",
               model->activity == SB_HTU21D_MEASURING_HUMIDITY ? "humidity" : "temperature", since);
}

/* ---- the bus */

static void on_stretched(struct sb_timer *timer, void *arg)
{
    struct htu21d *sensor = arg;

    (void)timer;
    sb_i2c_target_release(&sensor->target);
}

static void stretch_until(struct htu21d *sensor, int64_t until_ns)
{
    sensor->target.is_stretching = true;
    sb_timer_start_at_ns(&sensor->timer, until_ns);
}

/* The fault. */
static void stretch_at_times(struct htu21d *sensor)
{
    if (sensor->is_stretching && sb_random_next(&sensor->random) % STRETCH_ONE_IN == 0)
        stretch_until(sensor, now_of(sensor) + STRETCH_NS);
}

static bool addressed(struct sb_i2c_target *target, bool is_read, bool is_restart)
{
    struct htu21d *sensor = htu21d_of(target);
    int64_t now_ns = now_of(sensor);
    enum sb_htu21d_answer answer;

    (void)is_restart;
    if (sensor->is_silent)
        return false;
    examine_address(sensor, now_ns, is_read);
    answer = sb_htu21d_model_addressed(&sensor->model, now_ns, is_read);
    if (answer == SB_HTU21D_HOLDING)
        stretch_until(sensor, sensor->model.busy_until_ns);
    else if (answer == SB_HTU21D_READY)
        stretch_at_times(sensor);
    return answer != SB_HTU21D_SILENT;
}

static bool written(struct sb_i2c_target *target, uint8_t byte)
{
    struct htu21d *sensor = htu21d_of(target);

    stretch_at_times(sensor);
    return sb_htu21d_model_written(&sensor->model, now_of(sensor), byte);
}

static uint8_t read_byte(struct sb_i2c_target *target)
{
    return sb_htu21d_model_read(&htu21d_of(target)->model);
}

static const struct sb_i2c_target_ops ops = {
    .addressed = addressed,
    .written = written,
    .read = read_byte,
};

static void changed(struct sb_part *part, unsigned terminal, enum sb_level level)
{
    struct htu21d *sensor = (struct htu21d *)part;

    if (part->world->is_mirrored)
        return; /* a real bus is the kernel's: no wire shows it */
    if (terminal == SCL || terminal == SDA)
        sb_i2c_target_changed(&sensor->target, &part->terminals[terminal], level);
}

/* What it measured, by the program's reads of three bytes. */
static void mirror_transfer(struct sb_part *part, const struct sb_tap_transfer *transfer)
{
    struct htu21d *sensor = (struct htu21d *)part;

    if (transfer->address == SB_HTU21D_ADDRESS && transfer->rc == 0 && transfer->in_size == 3 &&
        sb_htu21d_model_learn(&sensor->model, transfer->in))
        sb_part_look_changed(part);
}

/* ---- controls and faults */

static double *quantity(struct sb_htu21d_model *model, unsigned control)
{
    if (control == TEMPERATURE)
        return &model->temperature_c;
    return control == HUMIDITY ? &model->humidity_rh : &model->supply_v;
}

static int set_control(struct sb_part *part, unsigned control, double value)
{
    *quantity(&((struct htu21d *)part)->model, control) = value;
    sb_part_look_changed(part);
    return 0;
}

static double get_control(const struct sb_part *part, unsigned control)
{
    struct sb_htu21d_model model = ((const struct htu21d *)part)->model;

    return *quantity(&model, control);
}

static void set_fault(struct sb_part *part, unsigned fault, bool is_on)
{
    struct htu21d *sensor = (struct htu21d *)part;

    switch (fault) {
    case NACK:
        sensor->is_silent = is_on;
        break;
    case BIT_FLIP:
        sensor->target.flip_one_in = is_on ? FLIP_ONE_IN : 0;
        break;
    case STUCK_BUS:
        sb_i2c_target_set_stuck(&sensor->target, is_on);
        break;
    case STRETCH:
        sensor->is_stretching = is_on;
        break;
    default:
        sensor->model.is_garbled = is_on;
        break;
    }
}

/* ---- life */

static const struct sb_part_control controls[] = {
    {"temperature", -40, 125, "of the sensor, degrees Celsius"},
    {"humidity", 0, 100, "relative, per cent"},
    {"supply", 1.5, 3.6, "volts; the battery bit is set below 2.25"},
    {NULL, 0, 0, NULL},
};

static int init(struct sb_part *part, struct sb_diag *diag)
{
    struct htu21d *sensor = (struct htu21d *)part;
    bool has_pull_ups = sb_part_attr_flag(part, "pullups");

    for (unsigned i = 0; controls[i].name != NULL; i++) {
        double value = sb_part_attr_number(part, controls[i].name);

        if (!(value >= controls[i].min && value <= controls[i].max))
            return sb_part_error(part, diag, "%s is from %g to %g", controls[i].name,
                                 controls[i].min, controls[i].max);
        *quantity(&sensor->model, i) = part->world->is_mirrored ? NAN : value;
    }
    part->terminals[SCL].has_pull_up = has_pull_ups;
    part->terminals[SDA].has_pull_up = has_pull_ups;
    sensor->model.is_typical = strcmp(sb_part_attr(part, "conversion"), "typical") == 0;
    sensor->random = sb_world_seed_for(part->world, part->id);
    sensor->model.serial = (uint32_t)sb_random_next(&sensor->random);
    sb_timer_init(&sensor->timer, on_stretched, sensor);
    sb_i2c_target_init(&sensor->target, &ops, SB_HTU21D_ADDRESS, &part->terminals[SCL],
                       &part->terminals[SDA]);
    sensor->target.random = sb_random_next(&sensor->random);
    return 0;
}

static void start(struct sb_part *part)
{
    sb_htu21d_model_start(&((struct htu21d *)part)->model, sb_world_now_ns(part->world));
}

static void deinit(struct sb_part *part)
{
    struct htu21d *sensor = (struct htu21d *)part;

    sb_timer_stop(&sensor->timer);
    sb_i2c_target_deinit(&sensor->target);
}

static const struct sb_part_pin pins[] = {
    {"VCC", VCC, SB_ROLE_PASSIVE}, {"GND", GND, SB_ROLE_PASSIVE}, {"SCL", SCL, SB_ROLE_SIGNAL},
    {"SDA", SDA, SB_ROLE_SIGNAL},  {NULL, 0, SB_ROLE_SIGNAL},
};

static const struct sb_part_attr attrs[] = {
    {"temperature", SB_ATTR_NUMBER, "24", NULL, "at the start, degrees Celsius"},
    {"humidity", SB_ATTR_NUMBER, "40", NULL, "at the start, per cent"},
    {"supply", SB_ATTR_NUMBER, "3.3", NULL, "at the start, volts"},
    {"pullups", SB_ATTR_FLAG, "", NULL, "the breakout board has resistors from SCL and SDA to VCC"},
    {"conversion", SB_ATTR_CHOICE, "longest", "longest typical",
     "which of the datasheet's times a measurement takes"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static const struct sb_part_fault faults[] = {
    {"nack", "does not answer its address"},
    {"bit-flip", "bits of what is read are wrong, one in 16"},
    {"stuck-bus", "holds SDA low until nine clocks have come"},
    {"stretch", "holds SCL low for 30 ms at times"},
    {"crc", "every checksum is wrong"},
    {NULL, NULL},
};

static const struct sb_part_type type = {
    .name = "softboard-htu21d",
    .summary = "HTU21D, temperature and relative humidity, I2C address 40h",
    .pins = pins,
    .terminal_count = TERMINAL_COUNT,
    .attrs = attrs,
    .controls = controls,
    .faults = faults,
    .size = sizeof(struct htu21d),
    .init = init,
    .start = start,
    .changed = changed,
    .set_control = set_control,
    .get_control = get_control,
    .set_fault = set_fault,
    .mirror_transfer = mirror_transfer,
    .deinit = deinit,
};

const struct sb_part_type *const sb_parts_htu21d[] = {&type, NULL};
