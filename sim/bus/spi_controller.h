/* SPDX-License-Identifier: MIT */
/*
 * The controller of a simulated SPI bus, as the hardware of a microcontroller is one: bit for bit on three terminals
 * and a chip select, by a timer, while the task that asked waits. Other tasks cannot slow it down. There is no standard
 * of SPI: levels and edges of the four modes are those of Motorola's SPI Block Guide V03.06, as
 * are the half periods before, after and between transfers.
 */
#ifndef SB_SIM_SPI_CONTROLLER_H
#define SB_SIM_SPI_CONTROLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/hal/spi.h"
#include "lib/timer.h"
#include "lib/wait.h"
#include "sim/wire.h"

/* One transfer, or what a device is like between them. */
struct sb_spi_job {
    const struct sb_spi_config *config;
    struct sb_terminal *cs;
    const uint8_t *out; /* null: zeros */
    uint8_t *in;        /* null: dropped */
    size_t size;
    bool is_stuck; /* a fault: the clock stands still */
};

/* The caller's memory. */
struct sb_spi_controller {
    /* read-only */
    bool has_floated; /* of the last transfer: nothing drove MISO at any of its bits */
    /* private */
    struct sb_terminal *sclk;
    struct sb_terminal *mosi;
    struct sb_terminal *miso;
    struct sb_timer timer;
    struct sb_waitq finished; /* the task whose transfer it is */
    struct sb_spi_job job;
    int64_t half_ns; /* of the clock's period */
    int64_t free_ns; /* when a device may be selected again */
    size_t done;     /* bytes */
    int result;
    uint8_t phase;
    uint8_t edge; /* of the byte, the next one: 0 to 15 */
    uint8_t byte_out;
    uint8_t byte_in;
    bool miso_level; /* that was seen last */
    bool is_idle;
    bool is_cut; /* the task has given up: end as soon as may be */
};

/*
 * Half a period of a clock that is no faster than this, in whole nanoseconds: rounded up, so that neither the clock nor
 * one of its halves is ever shorter than asked for.
 */
int64_t sb_spi_half_period_ns(unsigned clock_hz);

/* MOSI is low. */
void sb_spi_controller_init(struct sb_spi_controller *controller, struct sb_terminal *sclk,
                            struct sb_terminal *mosi, struct sb_terminal *miso);

/* Stops where it is. No task may be in a transfer. */
void sb_spi_controller_deinit(struct sb_spi_controller *controller);

/*
 * Deselects a device, for half a period at least, and lets the clock idle as it wants it, unless there is a transfer with
 * another one.
 */
void sb_spi_controller_idle(struct sb_spi_controller *controller,
                            const struct sb_spi_config *config, struct sb_terminal *cs);

/*
 * Selects, shifts, deselects; one at a time. From the select to the first edge of the clock, from its last edge to the
 * deselect, and from there to the next select are half a period each, and so is what a clock that has idled at the other
 * level for another device has before the select. A bit is what MISO was when its edge came; a wire that floats, or that
 * two outputs fight for, reads as it was seen last, low at first. Without bytes the device is selected all the same.
 * Returns 0; -EIO when the clock stood still (is_stuck), after twice the time that the transfer should have taken and
 * 200 ms (Linux, drivers/spi/spi.c, spi_transfer_wait); -ECANCELED or -ETIMEDOUT: it had not begun, or has ended with the
 * byte that was under way, and the device is deselected. A transfer that was complete by then returns 0.
 */
int sb_spi_controller_transfer(struct sb_spi_controller *controller, const struct sb_spi_job *job);

#endif
