/* SPDX-License-Identifier: MIT */
/*
 * One step of a scenario: read and checked by scenario_step.c, done by scenario_run.c. For
 * sim/scenario/ only.
 */
#ifndef SB_SIM_SCENARIO_STEP_H
#define SB_SIM_SCENARIO_STEP_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/timer.h"
#include "sim/scenario/scenario.h"
#include "sim/files/yaml.h"

struct sb_serial_monitor;

enum sb_step_action {
    SB_STEP_DELAY,
    SB_STEP_SET_CONTROL,
    SB_STEP_EXPECT_PIN,
    SB_STEP_WAIT_PIN,
    SB_STEP_EXPECT_EDGES,
    SB_STEP_EXPECT_PULSE,
    SB_STEP_EXPECT_LCD,
    SB_STEP_WAIT_LCD,
    SB_STEP_TAKE_SCREENSHOT,
    SB_STEP_PLAY,
    SB_STEP_IR_SEND,
    SB_STEP_FAULT,
    SB_STEP_WAIT_SERIAL,
    SB_STEP_WRITE_SERIAL,
};

enum sb_text_match { SB_MATCH_EXACT, SB_MATCH_CONTAINS, SB_MATCH_REGEX };

struct sb_step {
    enum sb_step_action action;
    const char *name; /* null when the file gives it none */
    char *title;      /* "step 3: Press the button", or "step 3: set-control btn1 pressed" */
    unsigned number;  /* from 1 */
    unsigned line;    /* in the file */
    struct sb_part *part;
    const struct sb_terminal *terminal;
    const char *pin; /* its name as the file has it */
    int64_t time_ns; /* of a delay, "during" or "within" */
    char *path;      /* of a picture or recording */
    union {
        struct {
            const char *name;
            double value;
        } control;
        bool level; /* expect-pin, wait-pin */
        struct {
            uint64_t min;
            uint64_t max;
        } edges;
        struct {
            bool level;
            int64_t min_ns;
            int64_t max_ns;
        } pulse;
        struct {
            unsigned line;
            enum sb_text_match match;
            bool has_regex;
            const char *text;
            size_t size;
            regex_t regex;
        } lcd;
        struct {
            const char *channel; /* null: the file's only one */
        } play;
        struct sb_ir_message ir;
        struct {
            unsigned index;        /* of the part's type */
            struct sb_timer timer; /* of its end; the step's time is for how long */
        } fault;
        struct {
            struct sb_serial_monitor *monitor;
            const uint8_t *data;
            size_t size;
            uint8_t *own; /* what `data` is, if the file has a list of numbers; else null */
        } serial;
    } u;
};

struct sb_scenario {
    struct sb_world *world;
    struct sb_yaml *yaml; /* names and texts of the steps are its */
    const char *name;
    struct sb_step *steps;
    unsigned step_count;
    unsigned steps_done;
    struct sb_scenario_hooks hooks;
    char failure[4096];
};

/*
 * Reads a step, which is zeroed but for its number, from its node and checks it against the world.
 * Returns 0 or -EINVAL, reported. Call sb_step_deinit in either case.
 */
int sb_step_read(struct sb_step *step, const struct sb_scenario *scenario,
                 const struct sb_yaml_node *node, struct sb_diag *diag);
void sb_step_deinit(struct sb_step *step);

#endif
