/* SPDX-License-Identifier: MIT */
/*
 * The HTU21D on its bus. A measurement is a command, a sleep and a read; while the sensor converts it
 * acknowledges nothing, so after the longest time that the datasheet gives it is asked once a millisecond
 * for a little longer.
 */
#include "drivers/htu21d.h"

#include <errno.h>

#include "drivers/crc8.h"
#include "lib/task.h"
#include "lib/timer.h"

enum {
    COMMAND_TEMPERATURE = 0xf3, /* no hold */
    COMMAND_HUMIDITY = 0xf5,
    COMMAND_WRITE_REGISTER = 0xe6,
    COMMAND_READ_REGISTER = 0xe7,
    COMMAND_RESET = 0xfe,
};

enum {
    REGISTER_RESOLUTION = 0x81,
    REGISTER_BATTERY_LOW = 0x40,
    REGISTER_HEATER = 0x04,
};

#define STATUS_HUMIDITY   0x0002
#define RESET_MS          SB_HTU21D_START_MS
#define PATIENCE          20 /* ms more than the longest conversion that the result may take */
#define FIRST_BACK_OFF_MS 10

struct timing {
    uint8_t register_bits;
    uint8_t temperature_ms;
    uint8_t humidity_ms;
};

/* By enum sb_htu21d_resolution; datasheet, "Sensor performance": the maxima. */
static const struct timing timings[] = {
    {0x00, 50, 16},
    {0x01, 13, 3},
    {0x80, 25, 5},
    {0x81, 7, 8},
};

static unsigned address_of(const struct sb_htu21d *sensor)
{
    return sensor->config->address != 0 ? sensor->config->address : SB_HTU21D_ADDRESS;
}

static bool is_interrupt(int rc)
{
    return rc == -ECANCELED || rc == -ETIMEDOUT;
}

/* ---- the sensor's commands; the lock is held */

static int send(struct sb_htu21d *sensor, uint8_t command)
{
    return sb_i2c_write(sensor->config->bus, address_of(sensor), &command, 1);
}

/*
 * A command after which it acknowledges nothing for so long. One that was cut short may have been heard; what is not
 * waited for here, who uses the sensor next waits for.
 */
static int begin(struct sb_htu21d *sensor, uint8_t command, unsigned longest_ms)
{
    int rc = send(sensor, command);

    if (rc == 0 || is_interrupt(rc))
        sensor->busy_until_ns = sb_now_ns() + longest_ms * SB_MS_NS;
    return rc;
}

static int restart(struct sb_htu21d *sensor)
{
    int rc;

    sensor->needs_resolution = true; /* the reset undoes it */
    rc = begin(sensor, COMMAND_RESET, RESET_MS);
    return rc < 0 ? rc : sb_sleep_ms(RESET_MS);
}

static int read_register(struct sb_htu21d *sensor, uint8_t *value)
{
    uint8_t command = COMMAND_READ_REGISTER;

    return sb_i2c_write_read(sensor->config->bus, address_of(sensor), &command, 1, value, 1);
}

/* Reserved bits stay as they are: datasheet, "User register". */
static int change_register(struct sb_htu21d *sensor, uint8_t mask, uint8_t bits)
{
    uint8_t data[2] = {COMMAND_WRITE_REGISTER, 0};
    int rc = read_register(sensor, &data[1]);

    if (rc < 0)
        return rc;
    data[1] = (uint8_t)((data[1] & ~mask) | bits);
    return sb_i2c_write(sensor->config->bus, address_of(sensor), data, sizeof(data));
}

static int write_resolution(struct sb_htu21d *sensor, enum sb_htu21d_resolution resolution)
{
    int rc;

    sensor->needs_resolution = true; /* until it is known to be written */
    rc = change_register(sensor, REGISTER_RESOLUTION, timings[resolution].register_bits);
    if (rc == 0)
        sensor->needs_resolution = false;
    return rc;
}

/* Reads a result that is `longest_ms` away at most. */
static int fetch(struct sb_htu21d *sensor, unsigned longest_ms, uint8_t frame[3])
{
    int rc = sb_sleep_ms(longest_ms);

    for (int i = 0; rc == 0; i++) {
        rc = sb_i2c_read(sensor->config->bus, address_of(sensor), frame, 3);
        if (rc != -ENXIO || i == PATIENCE)
            return rc;
        rc = sb_sleep_ms(1);
    }
    return rc;
}

/* One measurement, tried once. */
static int measure_once(struct sb_htu21d *sensor, uint8_t command, uint16_t *word)
{
    const struct timing *timing = &timings[sensor->resolution];
    bool is_humidity = command == COMMAND_HUMIDITY;
    unsigned longest_ms = is_humidity ? timing->humidity_ms : timing->temperature_ms;
    uint8_t frame[3];
    int rc = begin(sensor, command, longest_ms);

    if (rc == 0)
        rc = fetch(sensor, longest_ms, frame);
    if (rc == 0)
        rc = sb_htu21d_check(frame, word);
    if (rc < 0)
        return rc;
    /* Its diagnostics, which have a good checksum: an open or a short circuit. */
    if (*word == 0x0000 || *word == 0xffff)
        return -EIO;
    return is_humidity == ((*word & STATUS_HUMIDITY) != 0) ? 0 : -EBADMSG;
}

static void count(struct sb_htu21d *sensor, int rc)
{
    if (rc == -EBADMSG)
        sensor->crc_error_count++;
    else if (rc == -ENXIO)
        sensor->nack_count++;
    else
        sensor->bus_error_count++;
}

/* A soft reset also undoes the resolution. */
static int restore(struct sb_htu21d *sensor)
{
    int rc = restart(sensor);

    sensor->reset_count++;
    if (rc < 0)
        return rc;
    sensor->needs_resolution = sensor->resolution != SB_HTU21D_12_14;
    return sensor->needs_resolution ? write_resolution(sensor, sensor->resolution) : 0;
}

/* Tries until it works: waits longer after each failure, and resets the sensor before the last try. */
static int measure(struct sb_htu21d *sensor, uint8_t command, uint16_t *word)
{
    uint32_t tries = sensor->config->tries != 0 ? sensor->config->tries : SB_HTU21D_TRIES;
    int64_t back_off_ms = FIRST_BACK_OFF_MS;

    for (uint32_t i = 1;; i++) {
        int rc = measure_once(sensor, command, word);

        if (rc == 0 || is_interrupt(rc))
            return rc;
        count(sensor, rc);
        if (i >= tries)
            return rc;
        rc = sb_sleep_ms(back_off_ms);
        if (rc == 0 && i + 1 == tries)
            rc = restore(sensor);
        if (is_interrupt(rc))
            return rc;
        back_off_ms *= 2;
    }
}

static int read_both(struct sb_htu21d *sensor, struct sb_htu21d_sample *sample)
{
    uint16_t temperature = 0;
    uint16_t humidity = 0;
    int rc = measure(sensor, COMMAND_TEMPERATURE, &temperature);

    if (rc == 0)
        rc = measure(sensor, COMMAND_HUMIDITY, &humidity);
    if (rc < 0)
        return rc;
    sample->time_ns = sb_now_ns();
    sample->temperature_mdegc = sb_htu21d_temperature_mdegc(temperature);
    sample->humidity_mrh = sb_htu21d_humidity_mrh(humidity);
    if (sensor->config->is_compensated)
        sample->humidity_mrh = sb_htu21d_compensate_mrh(sample->humidity_mrh,
                                                        sample->temperature_mdegc);
    return 0;
}

/* ---- for programs */

int sb_htu21d_init(struct sb_htu21d *sensor, const struct sb_htu21d_config *config)
{
    if (config->bus == NULL || config->address > 0x7f ||
        (unsigned)config->resolution >= sizeof(timings) / sizeof(timings[0]))
        return -EINVAL;
    *sensor = (struct sb_htu21d){
        .config = config, .resolution = config->resolution, .last = {.time_ns = -1}};
    sb_lock_init(&sensor->lock);
    sb_waitq_init(&sensor->waiters);
    return 0;
}

/* Datasheet, "Power up": until it is over nothing is acknowledged. Its resolution is the default then. */
static int wait_for_start(struct sb_htu21d *sensor)
{
    uint32_t start_ms = sensor->config->power_up_ms;
    int rc = sb_sleep_ms(start_ms != 0 ? start_ms : SB_HTU21D_START_MS);

    if (rc == 0 && sensor->resolution != SB_HTU21D_12_14)
        rc = write_resolution(sensor, sensor->resolution);
    sensor->has_started = rc == 0;
    return rc;
}

/* Ends what somebody has begun who was cut short. */
static int finish_begun(struct sb_htu21d *sensor)
{
    int rc = 0;

    if (sensor->busy_until_ns > sb_now_ns())
        rc = sb_sleep_until_ns(sensor->busy_until_ns);
    if (rc == 0 && sensor->needs_resolution)
        rc = write_resolution(sensor, sensor->resolution);
    return rc;
}

/* Runs one of the above with the lock held. */
static int with_lock(struct sb_htu21d *sensor, int (*fn)(struct sb_htu21d *sensor, int arg),
                     int arg)
{
    int rc = sb_lock_acquire(&sensor->lock);

    if (rc < 0)
        return rc;
    rc = sensor->has_started ? finish_begun(sensor) : wait_for_start(sensor);
    if (!is_interrupt(rc)) /* a sensor that is not there yet is begun with again the next time */
        rc = fn(sensor, arg);
    sb_lock_release(&sensor->lock);
    return rc;
}

static int do_reset(struct sb_htu21d *sensor, int arg)
{
    int rc = restart(sensor);

    (void)arg;
    if (rc < 0)
        return rc;
    sensor->resolution = SB_HTU21D_12_14;
    sensor->needs_resolution = false;
    return 0;
}

static int do_set_resolution(struct sb_htu21d *sensor, int resolution)
{
    int rc = write_resolution(sensor, (enum sb_htu21d_resolution)resolution);

    if (rc == 0)
        sensor->resolution = (enum sb_htu21d_resolution)resolution;
    return rc;
}

static int do_start(struct sb_htu21d *sensor, int arg)
{
    int rc = restart(sensor);

    (void)arg;
    return rc < 0 ? rc : do_set_resolution(sensor, (int)sensor->resolution);
}

static int do_set_heater(struct sb_htu21d *sensor, int is_on)
{
    return change_register(sensor, REGISTER_HEATER, is_on != 0 ? REGISTER_HEATER : 0);
}

static int do_read_battery(struct sb_htu21d *sensor, int arg)
{
    uint8_t value = 0;
    int rc = read_register(sensor, &value);

    (void)arg;
    return rc < 0 ? rc : (value & REGISTER_BATTERY_LOW) != 0;
}

/* A measurement, its outcome noted and told to those who wait. */
static int do_read(struct sb_htu21d *sensor, int arg)
{
    struct sb_htu21d_sample sample;
    int rc = read_both(sensor, &sample);

    (void)arg;
    if (is_interrupt(rc))
        return rc;
    sensor->error = rc;
    if (rc == 0) {
        sensor->last = sample;
        sensor->sample_count++;
    } else {
        sensor->failure_count++;
    }
    return rc;
}

int sb_htu21d_start(struct sb_htu21d *sensor)
{
    return with_lock(sensor, do_start, 0);
}

int sb_htu21d_reset(struct sb_htu21d *sensor)
{
    return with_lock(sensor, do_reset, 0);
}

int sb_htu21d_set_resolution(struct sb_htu21d *sensor, enum sb_htu21d_resolution resolution)
{
    if ((unsigned)resolution >= sizeof(timings) / sizeof(timings[0]))
        return -EINVAL;
    return with_lock(sensor, do_set_resolution, (int)resolution);
}

int sb_htu21d_set_heater(struct sb_htu21d *sensor, bool is_on)
{
    return with_lock(sensor, do_set_heater, is_on);
}

int sb_htu21d_is_battery_low(struct sb_htu21d *sensor)
{
    return with_lock(sensor, do_read_battery, 0);
}

int sb_htu21d_read(struct sb_htu21d *sensor, struct sb_htu21d_sample *sample)
{
    int rc = with_lock(sensor, do_read, 0);

    if (rc == 0)
        *sample = sensor->last;
    return rc;
}

int sb_htu21d_run(void *arg)
{
    struct sb_htu21d *sensor = arg;
    uint32_t period_ms = sensor->config->period_ms != 0 ? sensor->config->period_ms
                                                        : SB_HTU21D_PERIOD_MS;
    int64_t next_ns = sb_now_ns();

    for (;;) {
        struct sb_htu21d_sample sample;
        int rc = sb_htu21d_read(sensor, &sample);

        if (is_interrupt(rc))
            return rc;
        sb_waitq_wake_all(&sensor->waiters, rc);
        /* A measurement that took longer than the period leaves the beats out that it missed. */
        do
            next_ns += period_ms * SB_MS_NS;
        while (next_ns <= sb_now_ns());
        rc = sb_sleep_until_ns(next_ns);
        if (rc < 0)
            return rc;
    }
}

int sb_htu21d_wait(struct sb_htu21d *sensor, struct sb_htu21d_sample *sample)
{
    struct sb_waiter waiter;
    int rc = sb_wait_check();

    if (rc == 0)
        rc = sb_waitq_wait(&sensor->waiters, &waiter, "htu21d", sensor);
    if (rc == 0)
        *sample = sensor->last;
    return rc;
}

int64_t sb_htu21d_age_ns(const struct sb_htu21d *sensor)
{
    return sensor->last.time_ns < 0 ? SB_NEVER : sb_now_ns() - sensor->last.time_ns;
}
