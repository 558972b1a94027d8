/* SPDX-License-Identifier: MIT */
/*
 * An infrared remote control of twenty keys that speaks NEC. It has no pins: its light reaches every
 * receiver of the board. A key that is held repeats every 108 ms. The command numbers are Wokwi's
 * (spec/wokwi.md 2.7) unless the attribute `codes` says otherwise: remotes of this print that are sold
 * send each number with its bits in reverse.
 */
#include "sim/parts/part_ir_remote.h"

#include <errno.h>
#include <string.h>

#include "sim/world.h"

/* In the order in which they stand on it, row by row. */
static const struct sb_part_control controls[] = {
    {"power", 0, 1, "1 presses, 0 releases, as for all keys; sends 162 (A2h)"},
    {"menu", 0, 1, "sends 226 (E2h)"},
    {"test", 0, 1, "sends 34 (22h)"},
    {"plus", 0, 1, "sends 2 (02h)"},
    {"back", 0, 1, "sends 194 (C2h)"},
    {"prev", 0, 1, "sends 224 (E0h)"},
    {"play", 0, 1, "sends 168 (A8h)"},
    {"next", 0, 1, "sends 144 (90h)"},
    {"0", 0, 1, "sends 104 (68h)"},
    {"minus", 0, 1, "sends 152 (98h)"},
    {"c", 0, 1, "sends 176 (B0h)"},
    {"1", 0, 1, "sends 48 (30h)"},
    {"2", 0, 1, "sends 24 (18h)"},
    {"3", 0, 1, "sends 122 (7Ah)"},
    {"4", 0, 1, "sends 16 (10h)"},
    {"5", 0, 1, "sends 56 (38h)"},
    {"6", 0, 1, "sends 90 (5Ah)"},
    {"7", 0, 1, "sends 66 (42h)"},
    {"8", 0, 1, "sends 74 (4Ah)"},
    {"9", 0, 1, "sends 82 (52h)"},
    {NULL, 0, 0, NULL},
};

static const uint8_t commands[SB_IR_REMOTE_KEYS] = {
    0xa2, 0xe2, 0x22, 0x02, 0xc2, 0xe0, 0xa8, 0x90, 0x68, 0x98,
    0xb0, 0x30, 0x18, 0x7a, 0x10, 0x38, 0x5a, 0x42, 0x4a, 0x52,
};

static uint8_t reverse(uint8_t byte)
{
    uint8_t out = 0;

    for (unsigned i = 0; i < 8; i++)
        out = (uint8_t)(out << 1 | (byte >> i & 1));
    return out;
}

static void on_mark(bool is_mark, void *arg)
{
    struct sb_part_ir_remote *remote = arg;

    sb_ir_lamp_set(remote->part.world, &remote->lamp, is_mark, remote->carrier_hz);
    remote->is_lit = is_mark;
    sb_part_look_changed(&remote->part);
}

/* Keys of a remote are a matrix: the one that was pressed first wins until it is let go. */
static int set_control(struct sb_part *part, unsigned control, double value)
{
    struct sb_part_ir_remote *remote = (struct sb_part_ir_remote *)part;
    struct sb_ir_message message = {
        .address = remote->address,
        .is_extended = remote->address > 0xff,
        .command = remote->is_reversed ? reverse(commands[control]) : commands[control],
    };

    if (value >= 0.5 && remote->pressed < 0) {
        int rc = sb_nec_wave_start(&remote->wave, &message, true);
        if (rc < 0)
            return rc;
        remote->pressed = (int)control;
    } else if (value < 0.5 && remote->pressed == (int)control) {
        remote->pressed = -1;
        sb_nec_wave_release(&remote->wave);
    }
    sb_part_look_changed(part);
    return 0;
}

static double get_control(const struct sb_part *part, unsigned control)
{
    return ((const struct sb_part_ir_remote *)part)->pressed == (int)control;
}

static int ir_send(struct sb_part *part, const struct sb_ir_message *message)
{
    return sb_nec_wave_start(&((struct sb_part_ir_remote *)part)->wave, message, false);
}

static int play(struct sb_part *part, const char *file, const char *channel, struct sb_diag *diag)
{
    return sb_ir_play_start(&((struct sb_part_ir_remote *)part)->play, file, channel, diag);
}

static const char *failure(const struct sb_part *part)
{
    return sb_ir_play_failure(&((const struct sb_part_ir_remote *)part)->play);
}

static int init(struct sb_part *part, struct sb_diag *diag)
{
    struct sb_part_ir_remote *remote = (struct sb_part_ir_remote *)part;
    double address = sb_part_attr_number(part, "address");
    double carrier_hz = sb_part_attr_number(part, "carrier");

    if (!(address >= 0 && address <= 65535 && address == (double)(uint16_t)address))
        return sb_part_error(part, diag, "address is %g: a whole number of 0 to 65535", address);
    if (!(carrier_hz >= 20000 && carrier_hz <= 60000))
        return sb_part_error(part, diag, "carrier is %g Hz: it may be 20000 to 60000", carrier_hz);
    remote->address = (uint16_t)address;
    remote->carrier_hz = (unsigned)carrier_hz;
    remote->is_reversed = strcmp(sb_part_attr(part, "codes"), "reversed") == 0;
    remote->pressed = -1;
    sb_nec_wave_init(&remote->wave, on_mark, remote);
    sb_ir_play_init(&remote->play, on_mark, remote);
    return 0;
}

static void deinit(struct sb_part *part)
{
    struct sb_part_ir_remote *remote = (struct sb_part_ir_remote *)part;

    sb_timer_stop(&remote->wave.timer);
    sb_ir_play_stop(&remote->play, true);
}

static const struct sb_part_attr attrs[] = {
    {"address", SB_ATTR_NUMBER, "0", NULL, "0 to 255; above that extended NEC, 16 bits"},
    {"codes", SB_ATTR_CHOICE, "wokwi", "wokwi reversed",
     "reversed: each command's bits in reverse, as remotes that are sold send them"},
    {"carrier", SB_ATTR_NUMBER, "38000", NULL, "Hz"},
    {"key", SB_ATTR_TEXT, "", NULL, "accepted, of no meaning here"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static const struct sb_part_type type = {
    .name = "wokwi-ir-remote",
    .summary = "infrared remote control, 20 keys, NEC; reaches every receiver without wires",
    .attrs = attrs,
    .controls = controls,
    .size = sizeof(struct sb_part_ir_remote),
    .is_drawing = true,
    .init = init,
    .set_control = set_control,
    .get_control = get_control,
    .play = play,
    .ir_send = ir_send,
    .failure = failure,
    .deinit = deinit,
};

const struct sb_part_type *const sb_parts_ir_remote[] = {&type, NULL};
