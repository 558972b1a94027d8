/* SPDX-License-Identifier: MIT */
/* A converter of the kernel's iio_dummy, made and taken away through configfs. Whatever fails ends the test. */
#ifndef SB_TESTS_KERNEL_IIO_DUMMY_H
#define SB_TESTS_KERNEL_IIO_DUMMY_H

/* Is there where the kernel has iio_dummy. */
#define IIO_DUMMY_CONFIG "/sys/kernel/config/iio/devices/dummy"

#define IIO_DUMMY_NAME_SIZE 64

struct iio_dummy {
    char name[16];   /* in configfs */
    char device[32]; /* "iio:device0" */
};

void iio_dummy_open(struct iio_dummy *dummy, const char *name);

/* It is unplugged, whoever has it open. */
void iio_dummy_close(struct iio_dummy *dummy);

/* What its output out_voltage0 gives. */
void iio_dummy_set(const struct iio_dummy *dummy, unsigned value);

#endif
