/* SPDX-License-Identifier: MIT */
/* Analog inputs of simulated controllers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/bus/adc.h"
#include "sim/bus/board_buses.h"

struct analog {
    struct sb_sim_bus bus;
    struct sb_adc adc;
    struct sb_sim_board *sim;
    struct sb_terminal *terminal;
    int last;
    bool float_was_told;
};

static struct analog *analog_of(struct sb_adc *adc)
{
    return SB_CONTAINER_OF(adc, struct analog, adc);
}

/* A real input that floats reads anything; this one what it read last, and the examiner hears of it. */
static int analog_read(struct sb_adc *adc)
{
    struct analog *analog = analog_of(adc);
    int sample = sb_sim_adc_sample(analog->terminal, adc->bits);

    if (sample >= 0) {
        analog->last = sample;
        analog->float_was_told = false;
    } else if (!analog->float_was_told) {
        analog->float_was_told = true;
        sb_examine(analog->sim->world, SB_RULE_INPUT_FLOATING, analog->sim->controller, -1,
                   "%s (%s) is read while nothing drives it: wire it", analog->terminal->name,
                   adc->name);
    }
    return analog->last;
}

static void analog_close(struct sb_adc *adc)
{
    struct analog *analog = analog_of(adc);

    sb_sim_board_give_back(analog->sim, analog->terminal);
}

static void analog_deinit(struct sb_sim_bus *bus)
{
    free(SB_CONTAINER_OF(bus, struct analog, bus));
}

static const struct sb_sim_input *find_input(const struct sb_sim_board *sim, const char *name)
{
    const struct sb_terminal *terminal = sb_sim_board_find(sim, name);

    for (const struct sb_sim_input *input = sb_sim_board_family(sim)->inputs; input->name != NULL;
         input++)
        if (strcmp(input->name, name) == 0 ||
            (terminal != NULL && strcmp(input->pin, terminal->name) == 0))
            return input;
    return NULL;
}

static struct analog *find_analog(struct sb_sim_board *sim, const struct sb_sim_input *input)
{
    struct sb_sim_bus *bus = sb_sim_board_bus(sim, input->name);
    struct analog *analog;

    if (bus != NULL)
        return SB_CONTAINER_OF(bus, struct analog, bus);
    analog = calloc(1, sizeof(*analog));
    if (analog == NULL)
        return NULL;
    analog->sim = sim;
    analog->bus = (struct sb_sim_bus){.name = input->name, .deinit = analog_deinit};
    sb_sim_board_add_bus(sim, &analog->bus);
    return analog;
}

int sb_sim_board_adc(struct sb_board *board, const char *name, struct sb_adc **out)
{
    static const struct sb_adc_ops ops = {.read = analog_read, .close = analog_close};
    struct sb_sim_board *sim = SB_CONTAINER_OF(board, struct sb_sim_board, board);
    const struct sb_sim_family *family = sb_sim_board_family(sim);
    const struct sb_sim_input *input = find_input(sim, name);
    struct analog *analog;
    struct sb_terminal *terminal;
    int rc;

    if (input == NULL)
        return sb_sim_board_unknown_input(sim, name);
    rc = sb_sim_board_take(sim, input->pin, input->name, &terminal);
    if (rc < 0)
        return rc;
    analog = find_analog(sim, input);
    if (analog == NULL) {
        sb_sim_board_give_back(sim, terminal);
        return sb_sim_board_fail(sim, -ENOMEM, "%s: out of memory", input->name);
    }
    sb_wire_watch(terminal->wire);
    analog->terminal = terminal;
    analog->last = 0;
    analog->float_was_told = false;
    sb_adc_init(&analog->adc, board, input->name, &ops);
    analog->adc.bits = family->bits;
    analog->adc.reference_mv = family->reference_mv;
    *out = &analog->adc;
    return 0;
}
