/* SPDX-License-Identifier: MIT */
/* Prints temperature, humidity and dew point every ten seconds; above 30 degrees the LED is lit. */
#include <errno.h>
#include <softboard.h>
#include <stdio.h>
#include <stdlib.h>

#define ALARM_MDEGC 30000

/* Thousandths as "-12.345". */
static void print_milli(const char *what, int32_t value, const char *unit)
{
    printf("%s%s%d.%03d %s", what, value < 0 ? "-" : "", (int)(abs(value) / 1000),
           (int)(abs(value) % 1000), unit);
}

/* The board has a text for what is not the sensor's fault; another failure has left the text of an older one. */
static void print_failure(const struct sb_board *board, const struct sb_htu21d *sensor, int rc)
{
    bool has_remedy = rc == -EBUSY || rc == -ENOTSUP;

    printf("no measurement: %u failed so far%s%s\n", (unsigned)sensor->failure_count,
           has_remedy ? ": " : "", has_remedy ? sb_board_error(board) : "");
}

int sb_main(struct sb_board *board)
{
    static struct sb_htu21d_config config;
    static struct sb_htu21d sensor;
    static struct sb_task task;
    struct sb_htu21d_sample sample;
    struct sb_pin *led;
    int rc = sb_board_pin(board, "GPIO17", SB_PIN_OUTPUT, &led);

    if (rc == 0)
        rc = sb_board_i2c(board, "i2c-1", &config.bus);
    if (rc == 0)
        rc = sb_htu21d_init(&sensor, &config);
    if (rc == 0)
        rc = sb_spawn(&task, "sensor", sb_htu21d_run, &sensor);
    while (rc == 0) {
        rc = sb_htu21d_wait(&sensor, &sample);
        if (rc < 0 && rc != -ECANCELED) {
            print_failure(board, &sensor, rc);
            rc = 0; /* the sensor's task tries again */
        } else if (rc == 0) {
            print_milli("", sample.temperature_mdegc, "\u00b0C");
            print_milli(", ", sample.humidity_mrh, "%RH");
            print_milli(", dew point ",
                        sb_htu21d_dew_point_mdegc(sample.humidity_mrh, sample.temperature_mdegc),
                        "\u00b0C\n");
            sb_pin_write(led, sample.temperature_mdegc > ALARM_MDEGC);
        }
    }
    return rc;
}
