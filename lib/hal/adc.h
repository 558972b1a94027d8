/* SPDX-License-Identifier: MIT */
/*
 * Analog inputs. A program gets them by name from sb_board_adc(); a backend embeds struct sb_adc and
 * fills in its operations. Samples are scaled to 16 bits whatever the converter's resolution.
 */
#ifndef SB_LIB_HAL_ADC_H
#define SB_LIB_HAL_ADC_H

#include <stdint.h>

struct sb_adc;
struct sb_board;

#define SB_ADC_MAX 65535

struct sb_adc_ops {
    int (*read)(struct sb_adc *adc); /* 0 to SB_ADC_MAX, or an error; may wait in a task */
    void (*close)(struct sb_adc *adc);
};

struct sb_adc {
    /* read-only */
    const char *name; /* as the board calls it: "adc0" */
    struct sb_board *board;
    unsigned reference_mv; /* the voltage that reads as SB_ADC_MAX */
    unsigned bits;         /* of the converter: the lower ones of a sample repeat the upper */
    /* private */
    const struct sb_adc_ops *ops;
};

/*
 * A sample now: 0 to SB_ADC_MAX of the reference. The task waits while a real converter converts (-ECANCELED, -ETIMEDOUT
 * then); the simulated board takes no time. In loop context it does not wait: a real one then holds up the loop for as
 * long. Of a real one also -EIO when it does not answer, or says what is no number; -ENODEV when it has been unplugged; -EBUSY
 * while another program has it fill a buffer; or another error of the system.
 */
int sb_adc_read(struct sb_adc *adc);

/* The same in millivolts. */
int sb_adc_read_mv(struct sb_adc *adc);

/* Gives it back to its board; null is ignored. */
void sb_adc_close(struct sb_adc *adc);

/* For backends: fills the base in; all are borrowed. */
void sb_adc_init(struct sb_adc *adc, struct sb_board *board, const char *name,
                 const struct sb_adc_ops *ops);

#endif
