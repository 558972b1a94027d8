/* SPDX-License-Identifier: MIT */
/*
 * Readers of a scenario's actions, for the table of sim/scenario/scenario_step.c. Each fills a step, whose time
 * holds the action's default, from the fields and returns 0 or -EINVAL, reported.
 */
#ifndef SB_SIM_SCENARIO_ACTIONS_H
#define SB_SIM_SCENARIO_ACTIONS_H

#include "sim/scenario/scenario_fields.h"
#include "sim/scenario/scenario_step.h"

int sb_action_read_delay(const struct sb_fields *fields, struct sb_step *step);
int sb_action_read_set_control(const struct sb_fields *fields, struct sb_step *step);
int sb_action_read_pin(const struct sb_fields *fields, struct sb_step *step);
int sb_action_read_expect_edges(const struct sb_fields *fields, struct sb_step *step);
int sb_action_read_expect_pulse(const struct sb_fields *fields, struct sb_step *step);
int sb_action_read_lcd(const struct sb_fields *fields, struct sb_step *step);
int sb_action_read_take_screenshot(const struct sb_fields *fields, struct sb_step *step);
int sb_action_read_play(const struct sb_fields *fields, struct sb_step *step);
int sb_action_read_ir_send(const struct sb_fields *fields, struct sb_step *step);
int sb_action_read_wait_serial(const struct sb_fields *fields, struct sb_step *step);
int sb_action_read_write_serial(const struct sb_fields *fields, struct sb_step *step);
int sb_action_read_fault(const struct sb_fields *fields, struct sb_step *step);

#endif
