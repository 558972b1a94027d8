/* SPDX-License-Identifier: MIT */
/*
 * The HTU21D humidity and temperature sensor without its wires: what happens at each byte of its bus. A pure
 * function of bytes, times and what there is to measure. Written from the HTU21D(F) datasheet: commands,
 * conversion times, user register, soft reset, CRC, conversion of signal outputs; spec/drivers.md 11.
 */
#ifndef SB_SIM_HTU21D_MODEL_H
#define SB_SIM_HTU21D_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define SB_HTU21D_ADDRESS  0x40
#define SB_HTU21D_START_NS 15000000 /* after power-on and soft reset, at most */

/* Bits of the user register. */
#define SB_HTU21D_BATTERY_LOW 0x40 /* below 2.25 V at the last measurement; read-only */
#define SB_HTU21D_HEATER      0x04
#define SB_HTU21D_NO_OTP      0x02
#define SB_HTU21D_DEFAULT     0x02

enum sb_htu21d_activity {
    SB_HTU21D_IDLE,
    SB_HTU21D_POWER_UP,
    SB_HTU21D_RESETTING,
    SB_HTU21D_MEASURING_TEMPERATURE,
    SB_HTU21D_MEASURING_HUMIDITY,
};

/* How it answers its address. */
enum sb_htu21d_answer {
    SB_HTU21D_SILENT,  /* not acknowledged: busy, or nothing to read */
    SB_HTU21D_READY,   /* acknowledged */
    SB_HTU21D_HOLDING, /* acknowledged, then SCL is held until the measurement is done */
};

struct sb_htu21d_model {
    /* public, may change at any time; a measurement takes what there is when it begins */
    double temperature_c;
    double humidity_rh;
    double supply_v;
    bool is_typical; /* conversions take the typical time, not the longest */
    bool is_garbled; /* a fault: checksums are wrong */
    uint32_t serial; /* the part of the identification that differs from chip to chip */
    /* read-only */
    uint8_t user_register;
    enum sb_htu21d_activity activity; /* the present one, or the last */
    int64_t began_ns;
    int64_t busy_until_ns;
    bool has_measured;   /* the answer is a measurement */
    unsigned read_count; /* how often it was read */
    /* private */
    bool is_holding;   /* by a hold master command */
    uint8_t answer[8]; /* what is read */
    uint8_t answer_size;
    uint8_t answer_at;
    uint8_t command; /* whose second byte is to come; 0: the command itself is */
};

/* Power comes on: busy for SB_HTU21D_START_NS. */
void sb_htu21d_model_start(struct sb_htu21d_model *model, int64_t now_ns);

bool sb_htu21d_model_is_busy(const struct sb_htu21d_model *model, int64_t now_ns);

/* It was addressed. */
enum sb_htu21d_answer sb_htu21d_model_addressed(struct sb_htu21d_model *model, int64_t now_ns,
                                                bool is_read);

/* A byte was written. True acknowledges: a command that there is, or its second byte. */
bool sb_htu21d_model_written(struct sb_htu21d_model *model, int64_t now_ns, uint8_t byte);

/* The next byte that is read; FFh after the last. */
uint8_t sb_htu21d_model_read(struct sb_htu21d_model *model);

/*
 * Takes over what another one has measured: two bytes of a measurement and their checksum. False when it is wrong, and
 * nothing is taken.
 */
bool sb_htu21d_model_learn(struct sb_htu21d_model *model, const uint8_t frame[3]);

/* The checksum of the datasheet: x^8 + x^5 + x^4 + 1, from 0, highest bit first. */
uint8_t sb_htu21d_checksum(const uint8_t *bytes, unsigned size);

#endif
