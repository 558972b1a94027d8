/* SPDX-License-Identifier: MIT */
/* Analog inputs: what is the same for every backend. */
#include "lib/hal/adc.h"

#include <stddef.h>

#include "lib/hal/tap.h"

void sb_adc_init(struct sb_adc *adc, struct sb_board *board, const char *name,
                 const struct sb_adc_ops *ops)
{
    *adc = (struct sb_adc){.name = name, .board = board, .ops = ops};
}

int sb_adc_read(struct sb_adc *adc)
{
    int sample = adc->ops->read(adc);

    sb_tap_adc_sampled(adc, sample);
    return sample;
}

int sb_adc_read_mv(struct sb_adc *adc)
{
    int sample = sb_adc_read(adc);

    if (sample < 0)
        return sample;
    return (int)(((uint64_t)(unsigned)sample * adc->reference_mv + SB_ADC_MAX / 2) / SB_ADC_MAX);
}

void sb_adc_close(struct sb_adc *adc)
{
    if (adc != NULL)
        adc->ops->close(adc);
}
