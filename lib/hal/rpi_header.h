/* SPDX-License-Identifier: MIT */
/*
 * The 40-pin header (J8) of a Raspberry Pi: which GPIO is on which of its pins, and the ways in which
 * people name them. The same from the B+ and the Zero to the 5.
 */
#ifndef SB_LIB_HAL_RPI_HEADER_H
#define SB_LIB_HAL_RPI_HEADER_H

/* GPIO0 to GPIO27 are on the header. */
#define SB_RPI_GPIO_COUNT  28
#define SB_RPI_HEADER_PINS 40

/* What a header pin (1 to 40) carries: a GPIO number, or one of these. */
enum { SB_RPI_GROUND = -1, SB_RPI_3V3 = -2, SB_RPI_5V = -3 };
int sb_rpi_header_pin(int number);

/* The header pin (1 to 40) of a GPIO (0 to 27). */
int sb_rpi_header_number(int gpio);

/*
 * The GPIO that a name means: "GPIO17", "BCM17" and "17" by its number, "J8:11" and "BOARD11" by the
 * header pin; upper or lower case. -1 when it means none.
 */
int sb_rpi_gpio_by_name(const char *name);

/* The header pin that "J8:6" or "BOARD6" means, power and ground included; -1 when none. */
int sb_rpi_header_by_name(const char *name);

/*
 * The header pin that "PIN11" or "pin_11" may mean, which are no names, for messages ("did you mean"); -1 when none, or
 * power or ground.
 */
int sb_rpi_header_by_guess(const char *name);

#endif
