/* SPDX-License-Identifier: MIT */
/*
 * A kernel module for tests: an I2C adapter whose devices are programs. Who opens /dev/softboard-i2c makes the adapter
 * i2c-1, reads what is transferred there (tests/kernel/modules/softboard_i2c.h), and writes what the devices answer; when it
 * closes the file, the adapter is unplugged. A transfer that nobody answers for a second has timed out, as on a bus that
 * is held.
 */
#include <linux/i2c.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "softboard_i2c.h"

static int number = 1;
module_param(number, int, 0444);
MODULE_PARM_DESC(number, "the adapter's number");

struct bus {
    struct i2c_adapter adapter;
    struct mutex mutex; /* over all that follows */
    wait_queue_head_t asked;
    wait_queue_head_t answered;
    struct i2c_msg *messages; /* null: no transfer is under way */
    int message_count;
    bool is_taken;    /* the devices have read it */
    bool is_answered; /* with: */
    int result;
    bool is_gone;
};

static struct bus *plugged; /* one at a time */
static DEFINE_MUTEX(plug_mutex);

static void remove_bus(struct work_struct *work);
static DECLARE_WORK(removal, remove_bus);

/* ---- the bus' side */

static int transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
    struct bus *bus = container_of(adapter, struct bus, adapter);
    int rc;

    mutex_lock(&bus->mutex);
    bus->messages = messages;
    bus->message_count = count;
    bus->is_taken = false;
    bus->is_answered = false;
    mutex_unlock(&bus->mutex);
    wake_up(&bus->asked);
    wait_event_timeout(bus->answered, bus->is_answered || bus->is_gone, adapter->timeout);
    mutex_lock(&bus->mutex);
    bus->messages = NULL;
    rc = bus->is_answered ? bus->result : bus->is_gone ? -ENODEV : -ETIMEDOUT;
    mutex_unlock(&bus->mutex);
    return rc < 0 ? rc : count;
}

static u32 functionality(struct i2c_adapter *adapter)
{
    return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm algorithm = {
    .master_xfer = transfer,
    .functionality = functionality,
};

/* ---- the devices' side */

static bool is_waiting(const struct bus *bus)
{
    return bus->messages != NULL && !bus->is_taken;
}

/* Puts the transfer into the reader's buffer. Returns its size. */
static ssize_t put_request(const struct bus *bus, char __user *out, size_t size)
{
    struct softboard_i2c_request request = {.count = bus->message_count};
    size_t at = sizeof(request);
    int i;

    if (bus->message_count > SOFTBOARD_I2C_MESSAGES)
        return -E2BIG;
    for (i = 0; i < bus->message_count; i++) {
        const struct i2c_msg *message = &bus->messages[i];

        request.messages[i].address = message->addr;
        request.messages[i].is_read = (message->flags & I2C_M_RD) != 0;
        request.messages[i].size = message->len;
        if ((message->flags & I2C_M_RD) != 0)
            continue;
        if (at + message->len > size || copy_to_user(out + at, message->buf, message->len))
            return -EFAULT;
        at += message->len;
    }
    if (size < sizeof(request) || copy_to_user(out, &request, sizeof(request)))
        return -EFAULT;
    return at;
}

static ssize_t read_request(struct file *file, char __user *out, size_t size, loff_t *offset)
{
    struct bus *bus = file->private_data;
    ssize_t rc = -EAGAIN;

    do {
        if ((file->f_flags & O_NONBLOCK) == 0 &&
            wait_event_interruptible(bus->asked, is_waiting(bus)))
            return -EINTR;
        mutex_lock(&bus->mutex);
        if (is_waiting(bus)) {
            rc = put_request(bus, out, size);
            bus->is_taken = true;
        }
        mutex_unlock(&bus->mutex);
    } while (rc == -EAGAIN && (file->f_flags & O_NONBLOCK) == 0);
    return rc;
}

/* What was read goes into the messages that ask for it, one after the other. */
static int take_bytes(const struct bus *bus, const char __user *in, size_t size)
{
    int i;

    for (i = 0; i < bus->message_count; i++) {
        struct i2c_msg *message = &bus->messages[i];

        if ((message->flags & I2C_M_RD) == 0)
            continue;
        if (message->len > size || copy_from_user(message->buf, in, message->len))
            return -EFAULT;
        in += message->len;
        size -= message->len;
    }
    return 0;
}

/* Returns -ESTALE when nobody waits for the answer any more. */
static ssize_t write_answer(struct file *file, const char __user *in, size_t size, loff_t *offset)
{
    struct bus *bus = file->private_data;
    s32 result;
    int rc = 0;

    if (size < sizeof(result) || copy_from_user(&result, in, sizeof(result)))
        return -EINVAL;
    mutex_lock(&bus->mutex);
    if (bus->messages == NULL || !bus->is_taken)
        rc = -ESTALE;
    else if (result == 0)
        rc = take_bytes(bus, in + sizeof(result), size - sizeof(result));
    if (rc == 0) {
        bus->result = result;
        bus->is_answered = true;
    }
    mutex_unlock(&bus->mutex);
    wake_up(&bus->answered);
    return rc < 0 ? rc : size;
}

static __poll_t poll_requests(struct file *file, struct poll_table_struct *table)
{
    struct bus *bus = file->private_data;

    poll_wait(file, &bus->asked, table);
    return is_waiting(bus) ? EPOLLIN | EPOLLRDNORM : 0;
}

/* ---- plugging */

/* Waits until nobody has the bus open any more. Until then there is no other. */
static void remove_bus(struct work_struct *work)
{
    struct bus *bus = plugged;

    i2c_del_adapter(&bus->adapter);
    mutex_lock(&plug_mutex);
    plugged = NULL;
    mutex_unlock(&plug_mutex);
    kfree(bus);
}

static int plug(struct inode *inode, struct file *file)
{
    struct bus *bus;
    int rc;

    flush_work(&removal); /* one that is being removed has its number */
    bus = kzalloc(sizeof(*bus), GFP_KERNEL);
    if (bus == NULL)
        return -ENOMEM;
    mutex_init(&bus->mutex);
    init_waitqueue_head(&bus->asked);
    init_waitqueue_head(&bus->answered);
    bus->adapter.owner = THIS_MODULE;
    bus->adapter.algo = &algorithm;
    bus->adapter.timeout = HZ;
    bus->adapter.nr = number;
    snprintf(bus->adapter.name, sizeof(bus->adapter.name), "softboard test");
    mutex_lock(&plug_mutex);
    rc = plugged != NULL ? -EBUSY : i2c_add_numbered_adapter(&bus->adapter);
    if (rc == 0)
        plugged = bus;
    mutex_unlock(&plug_mutex);
    if (rc < 0) {
        kfree(bus);
        return rc;
    }
    file->private_data = bus;
    return 0;
}

static int unplug(struct inode *inode, struct file *file)
{
    struct bus *bus = file->private_data;

    mutex_lock(&bus->mutex);
    bus->is_gone = true;
    mutex_unlock(&bus->mutex);
    wake_up(&bus->answered);
    schedule_work(&removal);
    return 0;
}

static const struct file_operations operations = {
    .owner = THIS_MODULE,
    .open = plug,
    .release = unplug,
    .read = read_request,
    .write = write_answer,
    .poll = poll_requests,
};

static struct miscdevice device = {
    .minor = MISC_DYNAMIC_MINOR,
    .name = "softboard-i2c",
    .fops = &operations,
    .mode = 0600,
};

module_misc_device(device);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("An I2C adapter whose devices are programs");
