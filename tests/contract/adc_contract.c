/* SPDX-License-Identifier: MIT */
/* What lib/hal/adc.h and lib/hal/board.h promise of analog inputs: the scale of samples, names, and who may read when. */
#include "tests/contract/contract.h"

#include <errno.h>

#include "lib/timeout.h"

static struct sb_adc *open_input(struct contract *c, unsigned input)
{
    struct sb_adc *adc = NULL;

    if (sb_board_adc(c->board, c->adc->inputs[input], &adc) < 0)
        check_text(sb_board_error(c->board), "");
    return adc;
}

static unsigned top(const struct contract *c)
{
    return (1u << c->adc->bits) - 1;
}

/* The converter's code in the upper bits, and again in those below. */
static int sample_of(const struct contract *c, unsigned code)
{
    unsigned bits = c->adc->bits;

    return (int)(code << (16 - bits) | code >> (2 * bits - 16));
}

/* ---- names */

CONTRACT(an_input_has_a_name_a_range_and_a_resolution)
{
    struct sb_adc *adc = open_input(c, 0);

    check_text(adc->name, c->adc->inputs[0]);
    check_true(adc->board == c->board);
    check_int(adc->bits, c->adc->bits);
    check_int(adc->reference_mv, c->adc->reference_mv);
}

CONTRACT(an_input_that_the_board_does_not_have_is_enoent)
{
    static const char *const names[] = {"adc77", "adc", "adc0x", "", "thermometer", "../adc0"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct sb_adc *adc = NULL;

        check_int(sb_board_adc(c->board, names[i], &adc), -ENOENT);
        check_error(c, "no analog input");
        check_error(c, names[i]);
    }
}

CONTRACT(an_input_in_use_is_ebusy)
{
    struct sb_adc *adc = open_input(c, 0);
    struct sb_adc *other = NULL;

    check_int(sb_board_adc(c->board, c->adc->inputs[0], &other), -EBUSY);
    check_error(c, "close");
    c->adc->set_code(0, top(c));
    check_int(sb_adc_read(adc), SB_ADC_MAX);
}

CONTRACT(a_closed_input_can_be_opened_again)
{
    struct sb_adc *adc = open_input(c, 0);

    sb_adc_close(adc);
    adc = open_input(c, 0);
    c->adc->set_code(0, top(c));
    check_int(sb_adc_read(adc), SB_ADC_MAX);
    sb_adc_close(adc);
    sb_adc_close(NULL);
}

/* ---- samples */

CONTRACT(the_ends_of_the_range_are_0_and_the_maximum)
{
    struct sb_adc *adc = open_input(c, 0);

    c->adc->set_code(0, 0);
    check_int(sb_adc_read(adc), 0);
    check_int(sb_adc_read_mv(adc), 0);
    c->adc->set_code(0, top(c));
    check_int(sb_adc_read(adc), SB_ADC_MAX);
    check_int(sb_adc_read_mv(adc), c->adc->reference_mv);
}

CONTRACT(the_lower_bits_of_a_sample_repeat_the_upper_ones)
{
    struct sb_adc *adc = open_input(c, 0);
    unsigned last = top(c);

    for (unsigned code = 0; code <= last; code += 1 + last / 97) {
        c->adc->set_code(0, code);
        check_int(sb_adc_read(adc), sample_of(c, code));
    }
}

CONTRACT(millivolts_are_rounded)
{
    struct sb_adc *adc = open_input(c, 0);
    unsigned last = top(c);

    for (unsigned code = 0; code <= last; code += 1 + last / 97) {
        int64_t expected = ((int64_t)sample_of(c, code) * c->adc->reference_mv * 2 + SB_ADC_MAX) /
                           (2 * (int64_t)SB_ADC_MAX);

        c->adc->set_code(0, code);
        check_int(sb_adc_read_mv(adc), expected);
    }
}

CONTRACT(a_sample_is_of_now)
{
    struct sb_adc *adc = open_input(c, 0);

    for (unsigned i = 0; i < 5; i++) {
        unsigned code = i % 2 == 0 ? top(c) / 3 : top(c) / 5;

        c->adc->set_code(0, code);
        check_int(sb_adc_read(adc), sample_of(c, code));
        check_int(sb_adc_read(adc), sample_of(c, code));
    }
}

CONTRACT(inputs_do_not_disturb_each_other)
{
    struct sb_adc *a = open_input(c, 0);
    struct sb_adc *b = open_input(c, 1);

    c->adc->set_code(0, top(c) / 2);
    c->adc->set_code(1, top(c) / 4);
    check_int(sb_adc_read(a), sample_of(c, top(c) / 2));
    check_int(sb_adc_read(b), sample_of(c, top(c) / 4));
    sb_adc_close(a);
    check_int(sb_adc_read(b), sample_of(c, top(c) / 4));
}

/* ---- who may read, and when */

struct reading {
    struct sb_adc *adc;
    int result;
    bool is_done;
};

static void read_in_loop(struct sb_timer *timer, void *arg)
{
    struct reading *reading = arg;

    (void)timer;
    reading->result = sb_adc_read(reading->adc);
    reading->is_done = true;
}

CONTRACT(an_input_can_be_read_in_loop_context)
{
    struct reading reading = {.adc = open_input(c, 0)};
    struct sb_timer timer;

    c->adc->set_code(0, top(c) / 3);
    sb_timer_init(&timer, read_in_loop, &reading);
    sb_timer_start_ns(&timer, SB_MS_NS);
    check_int(sb_sleep_ms(20), 0);
    check_true(reading.is_done);
    check_int(reading.result, sample_of(c, top(c) / 3));
}

static int read_in_task(void *arg)
{
    struct reading *reading = arg;

    return sb_adc_read(reading->adc);
}

CONTRACT(several_tasks_may_read_at_the_same_time)
{
    struct reading reading = {.adc = open_input(c, 0)};
    struct sb_task tasks[4];

    c->adc->set_code(0, top(c) / 3);
    for (unsigned i = 0; i < 4; i++)
        check_int(sb_spawn(&tasks[i], "reader", read_in_task, &reading), 0);
    for (unsigned i = 0; i < 4; i++) {
        int result = -1;

        check_int(sb_join(&tasks[i], &result), 0);
        check_int(result, sample_of(c, top(c) / 3));
    }
}

/* Whether there is a wait to be cut short is the backend's affair; what comes after is not. */
CONTRACT(a_read_that_was_cut_short_can_be_made_again)
{
    struct reading reading = {.adc = open_input(c, 0)};
    struct sb_timeout timeout;
    struct sb_task task;
    int result = -1;

    c->adc->set_code(0, top(c) / 3);
    check_int(sb_spawn(&task, "reader", read_in_task, &reading), 0);
    check_int(sb_yield(), 0);
    sb_task_cancel(&task);
    check_int(sb_join(&task, &result), 0);
    check_true(result == -ECANCELED || result == sample_of(c, top(c) / 3));
    sb_timeout_begin_ms(&timeout, 0);
    result = sb_timeout_end(&timeout, sb_adc_read(reading.adc));
    check_true(result == -ETIMEDOUT || result == sample_of(c, top(c) / 3));
    check_int(sb_adc_read(reading.adc), sample_of(c, top(c) / 3));
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(an_input_has_a_name_a_range_and_a_resolution),
    CONTRACT_TEST(an_input_that_the_board_does_not_have_is_enoent),
    CONTRACT_TEST(an_input_in_use_is_ebusy),
    CONTRACT_TEST(a_closed_input_can_be_opened_again),
    CONTRACT_TEST(the_ends_of_the_range_are_0_and_the_maximum),
    CONTRACT_TEST(the_lower_bits_of_a_sample_repeat_the_upper_ones),
    CONTRACT_TEST(millivolts_are_rounded),
    CONTRACT_TEST(a_sample_is_of_now),
    CONTRACT_TEST(inputs_do_not_disturb_each_other),
    CONTRACT_TEST(an_input_can_be_read_in_loop_context),
    CONTRACT_TEST(several_tasks_may_read_at_the_same_time),
    CONTRACT_TEST(a_read_that_was_cut_short_can_be_made_again),
};

CONTRACT_TESTS(adc_contract, "adc");
