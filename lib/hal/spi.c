/* SPDX-License-Identifier: MIT */
/* SPI: what is the same for every backend: arguments, turns, counts. */
#include "lib/hal/spi.h"

#include <assert.h>
#include <errno.h>

#include "lib/hal/tap.h"
#include "lib/task.h"

#define DEFAULT_CLOCK_HZ 1000000

void sb_spi_init(struct sb_spi *spi, struct sb_board *board, const char *name,
                 const struct sb_spi_config *config, const struct sb_spi_ops *ops)
{
    *spi = (struct sb_spi){.name = name, .board = board, .config = *config, .ops = ops};
    if (spi->config.clock_hz == 0)
        spi->config.clock_hz = DEFAULT_CLOCK_HZ;
    sb_lock_init(&spi->lock);
}

static int transfer(struct sb_spi *spi, const uint8_t *out, uint8_t *in, size_t size)
{
    struct sb_tap_transfer told = {
        .start_ns = sb_tap_has_transfers(spi->board) ? sb_now_ns() : 0,
        .out = out,
        .out_size = out == NULL ? 0 : size,
        .in = in,
        .in_size = in == NULL ? 0 : size,
    };

    told.rc = spi->ops->transfer(spi, out, in, size);
    sb_tap_spi_transferred(spi, &told);
    return told.rc;
}

int sb_spi_transfer(struct sb_spi *spi, const void *out, void *in, size_t size)
{
    int released;
    int rc;

    if (size > SB_SPI_SIZE_MAX)
        return -EINVAL;
    rc = sb_lock_acquire(&spi->lock);
    if (rc < 0)
        return rc;
    rc = transfer(spi, out, in, size);
    spi->transfer_count++;
    if (rc < 0 && rc != -ECANCELED && rc != -ETIMEDOUT)
        spi->error_count++;
    released = sb_lock_release(&spi->lock);
    assert(released == 0);
    (void)released;
    return rc;
}

void sb_spi_close(struct sb_spi *spi)
{
    if (spi != NULL)
        spi->ops->close(spi);
}
