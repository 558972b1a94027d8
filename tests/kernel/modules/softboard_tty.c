/* SPDX-License-Identifier: MIT */
/*
 * A kernel module for tests: two serial ports, ttySB0 and ttySB1, each wired to the other, there while somebody has
 * /dev/softboard-tty open. A byte takes its time on the wire. Where the two ports' rates differ it comes with a framing
 * error; where the receiver has no room it is lost, and counted. Breaks are breaks.
 *
 * A byte that is written to /dev/softboard-tty: "f" is a framing error at ttySB0, "o" an overrun there. Closing it unplugs
 * both ports.
 */
#include <linux/hrtimer.h>
#include <linux/kfifo.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/serial.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_flip.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#define PORTS       2
#define QUEUE_SIZE  4096
#define BITS_A_BYTE 10
/* Rates that differ by more are not understood. */
#define TOLERANCE_PERCENT 5

struct end {
    struct tty_port port;
    struct end *other;
    spinlock_t lock;
    struct hrtimer timer; /* of the byte that is on the wire */
    bool is_sending;
    u8 sent;
    unsigned baud;
    struct serial_icounter_struct counts;
    DECLARE_KFIFO(queue, u8, QUEUE_SIZE);
};

static struct tty_driver *driver;
static struct end ends[PORTS];
static bool is_plugged;

static bool carrier = true;
module_param(carrier, bool, 0644);
MODULE_PARM_DESC(carrier, "whether a modem at the port would say that it is connected");

/* ---- the wire */

static void deliver(struct end *end, u8 byte, char flag)
{
    if (!tty_port_initialized(&end->port))
        return; /* nobody listens */
    end->counts.rx++;
    if (flag == TTY_FRAME)
        end->counts.frame++;
    if (flag == TTY_BREAK)
        end->counts.brk++;
    if (tty_insert_flip_char(&end->port, byte, flag) == 0)
        end->counts.buf_overrun++;
    tty_flip_buffer_push(&end->port);
}

static bool is_understood(const struct end *a, const struct end *b)
{
    return abs((int)a->baud - (int)b->baud) * 100LL <= (long long)b->baud * TOLERANCE_PERCENT;
}

static ktime_t byte_time(const struct end *end)
{
    return ns_to_ktime(div_u64(NSEC_PER_SEC * BITS_A_BYTE, max(end->baud, 1u)));
}

/* Puts the next byte on the wire. */
static bool send_next(struct end *end)
{
    end->is_sending = kfifo_get(&end->queue, &end->sent) != 0;
    return end->is_sending;
}

static enum hrtimer_restart on_sent(struct hrtimer *timer)
{
    struct end *end = container_of(timer, struct end, timer);
    unsigned long flags;
    bool goes_on;
    u8 byte;

    spin_lock_irqsave(&end->lock, flags);
    byte = end->sent;
    end->counts.tx++;
    goes_on = send_next(end);
    if (goes_on)
        hrtimer_forward_now(timer, byte_time(end));
    spin_unlock_irqrestore(&end->lock, flags);
    deliver(end->other, byte, is_understood(end, end->other) ? TTY_NORMAL : TTY_FRAME);
    if (kfifo_len(&end->queue) < QUEUE_SIZE / 2)
        tty_port_tty_wakeup(&end->port);
    return goes_on ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

/* ---- terminals */

static struct end *end_of(const struct tty_struct *tty)
{
    return &ends[tty->index];
}

static int open_end(struct tty_struct *tty, struct file *file)
{
    return tty_port_open(&end_of(tty)->port, tty, file);
}

static void close_end(struct tty_struct *tty, struct file *file)
{
    tty_port_close(&end_of(tty)->port, tty, file);
}

static void hang_up_end(struct tty_struct *tty)
{
    tty_port_hangup(&end_of(tty)->port);
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
static int write_bytes(struct tty_struct *tty, const unsigned char *bytes, int size)
#else
static ssize_t write_bytes(struct tty_struct *tty, const u8 *bytes, size_t size)
#endif
{
    struct end *end = end_of(tty);
    unsigned long flags;

    spin_lock_irqsave(&end->lock, flags);
    size = kfifo_in(&end->queue, bytes, size);
    if (!end->is_sending && send_next(end))
        hrtimer_start(&end->timer, byte_time(end), HRTIMER_MODE_REL);
    spin_unlock_irqrestore(&end->lock, flags);
    return size;
}

static unsigned write_room(struct tty_struct *tty)
{
    return kfifo_avail(&end_of(tty)->queue);
}

static unsigned chars_in_buffer(struct tty_struct *tty)
{
    return kfifo_len(&end_of(tty)->queue);
}

static void drop_buffer(struct tty_struct *tty)
{
    struct end *end = end_of(tty);
    unsigned long flags;

    spin_lock_irqsave(&end->lock, flags);
    kfifo_reset(&end->queue);
    spin_unlock_irqrestore(&end->lock, flags);
}

static void set_termios(struct tty_struct *tty, const struct ktermios *old)
{
    end_of(tty)->baud = tty_termios_baud_rate(&tty->termios);
}

static int set_break(struct tty_struct *tty, int state)
{
    if (state != 0)
        deliver(end_of(tty)->other, 0, TTY_BREAK);
    return 0;
}

static int get_counts(struct tty_struct *tty, struct serial_icounter_struct *counts)
{
    *counts = end_of(tty)->counts;
    return 0;
}

static int control(struct tty_struct *tty, unsigned command, unsigned long arg)
{
    const struct end *end = end_of(tty);
    unsigned state = end->is_sending || kfifo_len(&end->queue) > 0 ? 0 : TIOCSER_TEMT;

    return command == TIOCSERGETLSR ? put_user(state, (unsigned __user *)arg) : -ENOIOCTLCMD;
}

static const struct tty_operations tty_operations = {
    .open = open_end,
    .close = close_end,
    .hangup = hang_up_end,
    .write = write_bytes,
    .write_room = write_room,
    .chars_in_buffer = chars_in_buffer,
    .flush_buffer = drop_buffer,
    .set_termios = set_termios,
    .break_ctl = set_break,
    .get_icount = get_counts,
    .ioctl = control,
};

static int activate(struct tty_port *port, struct tty_struct *tty)
{
    set_termios(tty, NULL);
    return 0;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static int has_carrier(struct tty_port *port)
#else
static bool has_carrier(struct tty_port *port)
#endif
{
    return carrier;
}

static void shut_down(struct tty_port *port)
{
    struct end *end = container_of(port, struct end, port);

    hrtimer_cancel(&end->timer);
    end->is_sending = false;
    kfifo_reset(&end->queue);
}

static const struct tty_port_operations port_operations = {
    .activate = activate,
    .carrier_raised = has_carrier,
    .shutdown = shut_down,
};

/* ---- plugging */

static int plug(struct inode *inode, struct file *file)
{
    int i;

    if (is_plugged)
        return -EBUSY;
    for (i = 0; i < PORTS; i++) {
        struct end *end = &ends[i];

        if (end->other != NULL)
            tty_port_destroy(&end->port);
        memset(end, 0, sizeof(*end));
        tty_port_init(&end->port);
        end->port.ops = &port_operations;
        end->other = &ends[1 - i];
        spin_lock_init(&end->lock);
        hrtimer_init(&end->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
        end->timer.function = on_sent;
        INIT_KFIFO(end->queue);
        tty_port_register_device(&end->port, driver, i, NULL);
    }
    is_plugged = true;
    return 0;
}

static int unplug(struct inode *inode, struct file *file)
{
    int i;

    for (i = 0; i < PORTS; i++) {
        tty_port_tty_hangup(&ends[i].port, false);
        tty_unregister_device(driver, i);
        hrtimer_cancel(&ends[i].timer);
    }
    is_plugged = false;
    return 0;
}

static ssize_t write_command(struct file *file, const char __user *in, size_t size, loff_t *offset)
{
    char command;

    if (size != 1 || copy_from_user(&command, in, 1) != 0)
        return -EINVAL;
    if (command == 'f')
        deliver(&ends[0], 'x', TTY_FRAME);
    else if (command == 'o')
        ends[0].counts.overrun++;
    else
        return -EINVAL;
    return size;
}

static const struct file_operations operations = {
    .owner = THIS_MODULE,
    .open = plug,
    .release = unplug,
    .write = write_command,
};

static struct miscdevice device = {
    .minor = MISC_DYNAMIC_MINOR,
    .name = "softboard-tty",
    .fops = &operations,
    .mode = 0600,
};

static int __init begin(void)
{
    int rc;

    driver = tty_alloc_driver(PORTS, TTY_DRIVER_DYNAMIC_DEV);
    if (IS_ERR(driver))
        return PTR_ERR(driver);
    driver->driver_name = "softboard-tty";
    driver->name = "ttySB";
    driver->type = TTY_DRIVER_TYPE_SERIAL;
    driver->subtype = SERIAL_TYPE_NORMAL;
    driver->init_termios = tty_std_termios;
    driver->init_termios.c_cflag = B9600 | CS8 | CREAD | HUPCL | CLOCAL;
    tty_set_operations(driver, &tty_operations);
    rc = tty_register_driver(driver);
    if (rc == 0) {
        rc = misc_register(&device);
        if (rc < 0)
            tty_unregister_driver(driver);
    }
    if (rc < 0)
        tty_driver_kref_put(driver);
    return rc;
}

module_init(begin);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Two serial ports that are wired to each other");
