/* SPDX-License-Identifier: MIT */
/* SPI devices of simulated boards: names, pins, sharing, and what is refused. */
#include "sim/bus/board_buses.h"

#include <errno.h>
#include <string.h>

#include "tests/spi_rig.h"
#include "tests/support.h"

static struct spi_rig rig;

/* Its chip select is the fourth pin: cs0. */
struct place {
    const char *device;
    struct spi_rig_config config;
};

#define PI     NULL
#define PICO   "wokwi-pi-pico"
#define UNO    "wokwi-arduino-uno"
#define NANO   "wokwi-arduino-nano"
#define MEGA   "wokwi-arduino-mega"
#define DEVKIT "board-esp32-devkit-c-v4"

/* SCLK, MOSI, MISO, chip select; and a pin that has no part in it. */
static const struct place places[] = {
    {"spi0.0", {.controller = PI, .pins = {"GPIO11", "GPIO10", "GPIO9", "GPIO8", "GPIO7"}}},
    {"spi0.1", {.controller = PI, .pins = {"GPIO11", "GPIO10", "GPIO9", "GPIO7", "GPIO8"}}},
    {"spi1.0", {.controller = PI, .pins = {"GPIO21", "GPIO20", "GPIO19", "GPIO18", "GPIO7"}}},
    {"spi1.1", {.controller = PI, .pins = {"GPIO21", "GPIO20", "GPIO19", "GPIO17", "GPIO7"}}},
    {"spi1.2", {.controller = PI, .pins = {"GPIO21", "GPIO20", "GPIO19", "GPIO16", "GPIO7"}}},
    {"spi0.0", {.controller = PICO, .pins = {"GP18", "GP19", "GP16", "GP17", "GP0"}}},
    {"spi1.0", {.controller = PICO, .pins = {"GP10", "GP11", "GP8", "GP9", "GP0"}}},
    {"spi1.0", {.controller = "board-pi-pico-w", .pins = {"GP10", "GP11", "GP8", "GP9", "GP0"}}},
    {"spi0.0", {.controller = UNO, .pins = {"13", "11", "12", "10", "9"}}},
    {"spi0.0", {.controller = NANO, .pins = {"13", "11", "12", "10", "9"}}},
    {"spi0.0", {.controller = NANO, .pins = {"13.2", "11.2", "12.2", "10", "9"}}},
    {"spi0.0", {.controller = NANO, .pins = {"13", "11.2", "12", "10", "9"}}},
    {"spi0.0", {.controller = MEGA, .pins = {"52", "51", "50", "53", "9"}}},
    {"spi1.0", {.controller = DEVKIT, .pins = {"14", "13", "12", "15", "4"}}},
    {"spi2.0", {.controller = DEVKIT, .pins = {"18", "23", "19", "5", "4"}}},
    {"spi1.0", {.controller = "board-esp32-devkit-v1", .pins = {"D14", "D13", "D12", "D15", "D4"}}},
    {"spi2.0", {.controller = "wokwi-esp32-devkit-v1", .pins = {"D18", "D23", "D19", "D5", "D4"}}},
};

TASK_TEST(every_board_has_its_devices_on_its_own_pins)
{
    (void)arg;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct spi_rig_config config = places[i].config;
        struct sb_spi *spi;
        uint8_t in = 0;

        config.is_looped = true;
        spi_rig_open(&rig, &config);
        spi = spi_rig_device(&rig, places[i].device, NULL);
        check_text(spi->name, places[i].device);
        check_text(spi_rig_levels(&rig), "001z");
        rig.noted = 1u << SPI_CS0;
        rig.edge_count = 0;
        notes_clear();
        check_int(sb_spi_transfer(spi, "\xa5", &in, 1), 0);
        check_int(in, 0xa5);
        check_int(rig.edge_count, 16);
        check_true(strstr(notes(), "cs0=0 | ") != NULL && strstr(notes(), "cs0=1") != NULL);
        check_int(spi_rig_violations(&rig), 0);
        spi_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(a_device_has_the_names_that_people_use)
{
    static const char *const names[] = {"spi0.1", "spidev0.1", "/dev/spidev0.1"};

    (void)arg;
    spi_rig_open(&rig, NULL);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct sb_spi *spi = spi_rig_device(&rig, names[i], NULL);

        check_text(spi->name, "spi0.1");
        sb_spi_close(spi);
    }
    spi_rig_close(&rig);
    return 0;
}

TASK_TEST(a_device_that_the_board_does_not_have_is_an_error_that_says_what_it_has)
{
    static const char *const wrong[] = {"spi0.2", "spi2.0",  "spi0", "spi0.",           "spi",
                                        "",       "spi0.00", "0.0",  "/dev/spidev0.0x", "SPI0.0"};
    struct sb_spi *spi = NULL;

    (void)arg;
    spi_rig_open(&rig, NULL);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        check_int(sb_board_spi(&rig.sim.board, wrong[i], NULL, &spi), -ENOENT);
    check_int(sb_board_spi(&rig.sim.board, "spi2.0", NULL, &spi), -ENOENT);
    check_text(
        sb_board_error(&rig.sim.board),
        "board (softboard-raspberry-pi) has no SPI device \"spi2.0\": it has spi0.0, spi0.1, "
        "spi1.0, spi1.1, spi1.2");
    check_true(spi == NULL);
    spi_rig_close(&rig);
    return 0;
}

TASK_TEST(a_mode_that_there_is_not_is_an_error_and_takes_no_pin)
{
    struct sb_spi *spi = NULL;

    (void)arg;
    spi_rig_open(&rig, NULL);
    check_int(sb_board_spi(&rig.sim.board, "spi0.0", &(struct sb_spi_config){.mode = 4}, &spi),
              -EINVAL);
    check_text(sb_board_error(&rig.sim.board), "spi0.0: SPI has the modes 0 to 3, not 4");
    check_text(spi_rig_levels(&rig), "zzzz");
    spi_rig_close(&rig);
    return 0;
}

static void check_pin(const char *name, int rc, const char *text)
{
    struct sb_pin *pin = NULL;

    check_int(sb_board_pin(&rig.sim.board, name, SB_PIN_INPUT, &pin), rc);
    if (rc < 0)
        check_text(sb_board_error(&rig.sim.board), text);
    sb_pin_close(pin);
}

TASK_TEST(a_device_takes_its_select_and_the_pins_of_its_bus)
{
    struct sb_spi *a;
    struct sb_spi *b;

    (void)arg;
    spi_rig_open(&rig, NULL);
    a = spi_rig_device(&rig, "spi0.0", NULL);
    check_pin("GPIO7", 0, NULL);
    check_pin("GPIO8", -EBUSY, "GPIO8 is used by spi0.0: close that first");
    b = spi_rig_device(&rig, "spi0.1", NULL);
    check_pin("GPIO7", -EBUSY, "GPIO7 is used by spi0.1: close that first");
    check_text(spi_rig_levels(&rig), "0011");
    sb_spi_close(a);
    check_pin("GPIO8", 0, NULL);
    check_pin("GPIO9", -EBUSY, "GPIO9 is used by spi0: close that first");
    check_pin("GPIO10", -EBUSY, "GPIO10 is used by spi0: close that first");
    check_pin("GPIO11", -EBUSY, "GPIO11 is used by spi0: close that first");
    check_int(sb_spi_transfer(b, NULL, NULL, 1), 0);
    sb_spi_close(b);
    check_pin("GPIO9", 0, NULL);
    check_pin("GPIO10", 0, NULL);
    check_pin("GPIO11", 0, NULL);
    check_text(spi_rig_levels(&rig), "zzzz");
    spi_rig_close(&rig);
    return 0;
}

TASK_TEST(a_device_needs_all_of_its_pins_and_takes_none_if_one_is_in_use)
{
    static const char *const pins[] = {"GPIO8", "GPIO9", "GPIO10", "GPIO11"};
    static const char *const errors[] = {
        "spi0.0 needs GPIO8, which is in use as a pin: close it first",
        "spi0 needs GPIO9, which is in use as a pin: close it first",
        "spi0 needs GPIO10, which is in use as a pin: close it first",
        "spi0 needs GPIO11, which is in use as a pin: close it first",
    };

    (void)arg;
    spi_rig_open(&rig, NULL);
    for (unsigned i = 0; i < 4; i++) {
        struct sb_spi *spi = NULL;
        struct sb_pin *pin = NULL;

        check_int(sb_board_pin(&rig.sim.board, pins[i], SB_PIN_INPUT, &pin), 0);
        check_int(sb_board_spi(&rig.sim.board, "spi0.0", NULL, &spi), -EBUSY);
        check_text(sb_board_error(&rig.sim.board), errors[i]);
        check_text(spi_rig_levels(&rig), "zzzz");
        for (unsigned j = 1; j < 4; j++)
            check_pin(pins[(i + j) % 4], 0, NULL);
        sb_pin_close(pin);
    }
    sb_spi_close(spi_rig_device(&rig, "spi0.0", NULL));
    spi_rig_close(&rig);
    return 0;
}

TASK_TEST(a_device_whose_select_is_taken_leaves_its_neighbour_as_it_is)
{
    struct sb_spi *other = NULL;
    struct sb_spi *spi;
    struct sb_pin *pin;

    (void)arg;
    spi_rig_open(&rig, NULL);
    spi = spi_rig_device(&rig, "spi0.0", NULL);
    check_int(sb_board_pin(&rig.sim.board, "GPIO7", SB_PIN_INPUT, &pin), 0);
    check_int(sb_board_spi(&rig.sim.board, "spi0.1", NULL, &other), -EBUSY);
    check_int(sb_spi_transfer(spi, NULL, NULL, 1), 0);
    check_text(spi_rig_levels(&rig), "001z");
    sb_pin_close(pin);
    spi_rig_close(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_board_has_its_devices_on_its_own_pins),
        cmocka_unit_test(a_device_has_the_names_that_people_use),
        cmocka_unit_test(a_device_that_the_board_does_not_have_is_an_error_that_says_what_it_has),
        cmocka_unit_test(a_mode_that_there_is_not_is_an_error_and_takes_no_pin),
        cmocka_unit_test(a_device_takes_its_select_and_the_pins_of_its_bus),
        cmocka_unit_test(a_device_needs_all_of_its_pins_and_takes_none_if_one_is_in_use),
        cmocka_unit_test(a_device_whose_select_is_taken_leaves_its_neighbour_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
