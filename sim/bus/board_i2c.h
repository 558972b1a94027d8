/* SPDX-License-Identifier: MIT */
/*
 * I2C buses of the simulated controllers: which there are, on which pins, and the operation of the board
 * that opens them. Pins and numbers are those of the real boards' usual software:
 *
 *      softboard-raspberry-pi   i2c-1: GPIO2, GPIO3    i2c-0: GPIO0, GPIO1    (SDA, SCL; pull-ups on board)
 *      Raspberry Pi Pico        i2c-0: GP4, GP5        i2c-1: GP6, GP7
 *      Arduino Uno, Nano        i2c-0: A4, A5
 *      Arduino Mega             i2c-0: 20, 21, or the pins SDA and SCL
 *      ESP32                    i2c-0: 21, 22 (D21, D22)
 */
#ifndef SB_SIM_BOARD_I2C_H
#define SB_SIM_BOARD_I2C_H

#include "lib/hal/board.h"
#include "sim/part.h"

/*
 * Of struct sb_board_ops. Takes "/dev/i2c-1" and "i2c1" as well. The clock is that of the controller's
 * attribute i2c-clock.
 */
int sb_sim_board_i2c(struct sb_board *board, const char *name, struct sb_i2c **out);

/* The terminal of a controller that is SDA of a bus; null when it has none of that name. */
struct sb_terminal *sb_sim_i2c_sda(const struct sb_part *controller, const char *name);

#endif
