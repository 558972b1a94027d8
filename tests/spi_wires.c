/* SPDX-License-Identifier: MIT */
/* What goes over an SPI bus: see spi_wires.h. */
#include "tests/spi_wires.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/task.h"

#define BITS 8

static void add(struct spi_wires *wires, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct spi_wires *wires, const char *format, ...)
{
    size_t used = strlen(wires->text);
    va_list args;

    va_start(args, format);
    vsnprintf(wires->text + used, sizeof(wires->text) - used, format, args);
    va_end(args);
}

static void begin_item(struct spi_wires *wires)
{
    if (wires->text[0] != '\0')
        add(wires, " | ");
}

static void complain(struct spi_wires *wires, bool is_good, const char *words)
{
    if (is_good)
        return;
    begin_item(wires);
    add(wires, "%s", words);
}

static bool idle_level(const struct sb_spi_config *config)
{
    return config->mode >= 2;
}

/* ---- bits */

static void take_bit(struct spi_wires *wires)
{
    const struct sb_spi_config *config = &wires->selected->config;
    unsigned byte = wires->bit_count / BITS;
    unsigned bit = wires->bit_count % BITS;
    uint8_t mask = (uint8_t)(config->is_lsb_first ? 1u << bit : 0x80u >> bit);

    complain(wires, wires->mosi->level <= SB_LEVEL_HIGH, "MOSI IS AT NO LEVEL");
    complain(wires, sb_now_ns() > wires->data_ns, "MOSI CHANGES AS IT IS TAKEN");
    if (byte < sizeof(wires->bytes) && wires->mosi->level == SB_LEVEL_HIGH)
        wires->bytes[byte] |= mask;
    wires->bit_count++;
}

/* Every half of the clock is as long as the first one; the select came as long before it. */
static void measure(struct spi_wires *wires)
{
    int64_t half_ns = sb_now_ns() - wires->edge_ns;

    if (wires->edge_count == 1) {
        wires->half_ns = half_ns;
        complain(wires, wires->edge_ns - wires->select_ns >= half_ns, "NO SET-UP");
    } else if (wires->edge_count > 1) {
        complain(wires, half_ns == wires->half_ns, "AN UNEVEN CLOCK");
    }
}

static void on_sclk(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct spi_wires *wires = arg;
    bool leaves_idle;

    (void)wire;
    if (wires->selected == NULL)
        return;
    complain(wires, level <= SB_LEVEL_HIGH, "A CLOCK AT NO LEVEL");
    leaves_idle = (level == SB_LEVEL_HIGH) != idle_level(&wires->selected->config);
    measure(wires);
    wires->has_sampled = leaves_idle == (wires->selected->config.mode % 2 == 0);
    if (wires->has_sampled)
        take_bit(wires);
    wires->edge_ns = sb_now_ns();
    wires->edge_count++;
}

static void on_mosi(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct spi_wires *wires = arg;

    (void)wire;
    (void)level;
    wires->data_ns = sb_now_ns();
    complain(wires, wires->selected == NULL || !wires->has_sampled,
             "MOSI CHANGES AFTER IT IS TAKEN");
}

/* ---- transfers */

static void begin(struct spi_wires *wires, const struct spi_wires_device *device)
{
    complain(wires, wires->selected == NULL, "TWO DEVICES");
    complain(wires, wires->sclk->level == (enum sb_level)idle_level(&device->config),
             "A CLOCK THAT DOES NOT IDLE");
    complain(wires, sb_now_ns() - wires->deselect_ns >= wires->half_ns, "NO PAUSE");
    wires->selected = device;
    wires->select_ns = sb_now_ns();
    wires->edge_count = 0;
    wires->bit_count = 0;
    wires->has_sampled = false;
    memset(wires->bytes, 0, sizeof(wires->bytes));
}

static void end(struct spi_wires *wires)
{
    const struct sb_spi_config *config = &wires->selected->config;

    wires->selected = NULL;
    wires->deselect_ns = sb_now_ns();
    if (wires->edge_count == 0)
        return;
    begin_item(wires);
    add(wires, "mode %u%s %lld Hz:", config->mode, config->is_lsb_first ? " lsb" : "",
        wires->half_ns == 0 ? 0 : 500000000LL / (long long)wires->half_ns);
    for (unsigned i = 0; i < sizeof(wires->bytes) && i < wires->bit_count / BITS; i++)
        add(wires, " %02x", wires->bytes[i]);
    complain(wires, wires->bit_count % BITS == 0, "A PART OF A BYTE");
    complain(wires, wires->edge_count == 2 * wires->bit_count, "A CLOCK THAT DOES NOT COME BACK");
    complain(wires, sb_now_ns() - wires->edge_ns >= wires->half_ns, "NO HOLD");
}

static void on_cs(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct spi_wires_device *device = arg;
    struct spi_wires *wires = device->wires;
    enum sb_level active = device->config.is_cs_high ? SB_LEVEL_HIGH : SB_LEVEL_LOW;

    (void)wire;
    if (device->is_selected == (level == active))
        return;
    device->is_selected = level == active;
    if (!device->is_selected)
        end(wires);
    begin_item(wires);
    add(wires, "cs%d=%c", (int)(device - wires->devices), "01zx"[level]);
    if (device->is_selected)
        begin(wires, device);
}

void spi_wires_start(struct spi_wires *wires, struct sb_wire *sclk, struct sb_wire *mosi,
                     struct sb_wire *const selects[SPI_WIRES_DEVICES])
{
    *wires = (struct spi_wires){.sclk = sclk, .mosi = mosi, .data_ns = -1};
    sb_wire_listen(sclk, &wires->sclk_listener, on_sclk, wires);
    sb_wire_listen(mosi, &wires->mosi_listener, on_mosi, wires);
    for (unsigned i = 0; i < SPI_WIRES_DEVICES; i++) {
        struct spi_wires_device *device = &wires->devices[i];

        device->wires = wires;
        device->cs = selects[i];
        sb_wire_listen(selects[i], &device->listener, on_cs, device);
    }
}

void spi_wires_stop(struct spi_wires *wires)
{
    sb_wire_unlisten(&wires->sclk_listener);
    sb_wire_unlisten(&wires->mosi_listener);
    for (unsigned i = 0; i < SPI_WIRES_DEVICES; i++)
        sb_wire_unlisten(&wires->devices[i].listener);
}

void spi_wires_set(struct spi_wires *wires, unsigned device, const struct sb_spi_config *config)
{
    wires->devices[device].config = *config;
    wires->devices[device].is_selected = false;
}

const char *spi_wires_heard(struct spi_wires *wires)
{
    static char text[sizeof(wires->text)];

    memcpy(text, wires->text, sizeof(text));
    wires->text[0] = '\0';
    return text;
}
