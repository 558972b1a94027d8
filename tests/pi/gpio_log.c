/* SPDX-License-Identifier: MIT */
/* The registers of an emulated GPIO, from a log: see gpio_log.h. */
#include "tests/pi/gpio_log.h"

#include <inttypes.h>
#include <string.h>

#define GPIO_BASE 0x3f200000u
#define GPSET0    (GPIO_BASE + 0x1c)
#define GPCLR0    (GPIO_BASE + 0x28)

#define LINE_SIZE 256

/* "4232@1795851053.026282:memory_region_ops_write cpu 2 mr 0x7f.. addr 0x3f20001c value 0x2000 size 4 name '..'" */
static bool read_write(const char *line, int64_t *time_ns, uint32_t *address, uint32_t *value)
{
    int64_t seconds;
    int64_t micros;

    if (strstr(line, "bcm2835_gpio") == NULL ||
        sscanf(line,
               "%*d@%" SCNd64 ".%" SCNd64 ":memory_region_ops_write cpu %*d mr %*s addr 0x%" SCNx32
               " value 0x%" SCNx32,
               &seconds, &micros, address, value) != 4)
        return false;
    *time_ns = (seconds * 1000000 + micros) * 1000;
    return true;
}

unsigned gpio_log_read(FILE *file, gpio_log_fn *fn, void *arg)
{
    char line[LINE_SIZE];
    uint32_t levels = 0;
    unsigned count = 0;

    while (fgets(line, sizeof(line), file) != NULL) {
        uint32_t before = levels;
        uint32_t address;
        uint32_t value;
        int64_t time_ns;

        if (!read_write(line, &time_ns, &address, &value))
            continue;
        if (address == GPSET0)
            levels |= value;
        else if (address == GPCLR0)
            levels &= ~value;
        if (levels == before)
            continue;
        count++;
        fn(time_ns, levels ^ before, levels, arg);
    }
    return count;
}
