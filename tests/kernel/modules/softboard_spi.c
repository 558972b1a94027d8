/* SPDX-License-Identifier: MIT */
/*
 * A kernel module for tests: an SPI controller whose input is wired to its output, with two devices. Who opens
 * /dev/softboard-spi makes /dev/spidev0.0 and spidev0.1; what happens on the wires can be read there, line by line:
 *
 *   cs0=0                         a chip select's level
 *   mode 3 lsb 500000 Hz: 01 02   a transfer, its first eight bytes in the order of the wires
 *
 * A byte "e" that is written there makes the next transfer fail. Whoever closes the file unplugs the controller.
 */
#include <linux/delay.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/spi/spi.h>
#include <linux/uaccess.h>

#define LOG_SIZE   4096
#define SHOWN_SIZE 8
#define DEVICES    2

static struct {
    struct mutex mutex;
    struct platform_device *parent;
    struct spi_controller *controller; /* null: not plugged */
    unsigned fail_count;
    size_t length;
    char text[LOG_SIZE];
} bus = {.mutex = __MUTEX_INITIALIZER(bus.mutex)};

/* ---- the wires */

static __printf(1, 2) void note(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    bus.length += vscnprintf(bus.text + bus.length, LOG_SIZE - bus.length, format, args);
    va_end(args);
}

static void set_cs(struct spi_device *spi, bool level)
{
    mutex_lock(&bus.mutex);
    note("cs%d=%d\n", spi_get_chipselect(spi, 0), level);
    mutex_unlock(&bus.mutex);
}

static void note_transfer(const struct spi_device *spi, const struct spi_transfer *transfer)
{
    const u8 *out = transfer->tx_buf;
    unsigned i;

    note("mode %u%s %u Hz:", (unsigned)(spi->mode & (SPI_CPHA | SPI_CPOL)),
         (spi->mode & SPI_LSB_FIRST) != 0 ? " lsb" : "", transfer->speed_hz);
    for (i = 0; i < transfer->len && i < SHOWN_SIZE; i++)
        note(" %02x", out == NULL ? 0 : out[i]);
    note("\n");
}

static int transfer_one(struct spi_controller *controller, struct spi_device *spi,
                        struct spi_transfer *transfer)
{
    u64 time_us = div_u64((u64)transfer->len * 8 * USEC_PER_SEC, max(transfer->speed_hz, 1u));
    bool fails;

    usleep_range(time_us + 1, time_us + 2);
    mutex_lock(&bus.mutex);
    fails = bus.fail_count > 0;
    if (fails)
        bus.fail_count--;
    note_transfer(spi, transfer);
    mutex_unlock(&bus.mutex);
    if (fails)
        return -EIO;
    if (transfer->rx_buf != NULL && transfer->tx_buf != NULL)
        memcpy(transfer->rx_buf, transfer->tx_buf, transfer->len);
    else if (transfer->rx_buf != NULL)
        memset(transfer->rx_buf, 0, transfer->len);
    return 0;
}

/* ---- plugging */

static int add_devices(struct spi_controller *controller)
{
    struct spi_board_info info = {.modalias = "dh2228fv", .max_speed_hz = 10000000};
    int i;

    for (i = 0; i < DEVICES; i++) {
        info.chip_select = i;
        if (spi_new_device(controller, &info) == NULL)
            return -ENODEV;
    }
    return 0;
}

static int add_controller(void)
{
    struct spi_controller *controller = spi_alloc_host(&bus.parent->dev, 0);
    int rc;

    if (controller == NULL)
        return -ENOMEM;
    controller->bus_num = 0;
    controller->num_chipselect = DEVICES;
    controller->mode_bits = SPI_CPOL | SPI_CPHA | SPI_LSB_FIRST | SPI_CS_HIGH;
    controller->bits_per_word_mask = SPI_BPW_MASK(8);
    controller->max_speed_hz = 10000000;
    controller->set_cs = set_cs;
    controller->transfer_one = transfer_one;
    rc = spi_register_controller(controller);
    if (rc < 0) {
        spi_controller_put(controller);
        return rc;
    }
    rc = add_devices(controller);
    if (rc < 0)
        spi_unregister_controller(controller);
    else
        bus.controller = controller;
    return rc;
}

static int plug(struct inode *inode, struct file *file)
{
    int rc;

    if (bus.controller != NULL)
        return -EBUSY;
    bus.parent = platform_device_register_simple("softboard-spi", PLATFORM_DEVID_NONE, NULL, 0);
    if (IS_ERR(bus.parent))
        return PTR_ERR(bus.parent);
    rc = add_controller();
    if (rc < 0)
        platform_device_unregister(bus.parent);
    bus.length = 0;
    bus.fail_count = 0;
    return rc;
}

static int unplug(struct inode *inode, struct file *file)
{
    spi_unregister_controller(bus.controller);
    platform_device_unregister(bus.parent);
    bus.controller = NULL;
    return 0;
}

/* All that has been noted since the last time. */
static ssize_t read_log(struct file *file, char __user *out, size_t size, loff_t *offset)
{
    ssize_t rc;

    mutex_lock(&bus.mutex);
    rc = min(size, bus.length);
    if (copy_to_user(out, bus.text, rc) != 0)
        rc = -EFAULT;
    bus.length = 0;
    mutex_unlock(&bus.mutex);
    return rc;
}

static ssize_t write_command(struct file *file, const char __user *in, size_t size, loff_t *offset)
{
    char command;

    if (size != 1 || copy_from_user(&command, in, 1) != 0 || command != 'e')
        return -EINVAL;
    mutex_lock(&bus.mutex);
    bus.fail_count++;
    mutex_unlock(&bus.mutex);
    return size;
}

static const struct file_operations operations = {
    .owner = THIS_MODULE,
    .open = plug,
    .release = unplug,
    .read = read_log,
    .write = write_command,
};

static struct miscdevice device = {
    .minor = MISC_DYNAMIC_MINOR,
    .name = "softboard-spi",
    .fops = &operations,
    .mode = 0600,
};

module_misc_device(device);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("An SPI controller that hears itself");
