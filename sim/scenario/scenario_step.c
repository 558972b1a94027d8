/* SPDX-License-Identifier: MIT */
/*
 * Steps of a scenario: the table of actions, and what a step consists of.
 */
#include "sim/scenario/scenario_step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/timer.h"
#include "sim/files/names.h"
#include "sim/scenario/scenario_actions.h"

#define WAIT_WITHIN_NS (30 * SB_S_NS)

struct action {
    const char *name;
    enum sb_step_action action;
    const char *const *keys; /* null: the value is no mapping */
    int (*read)(const struct sb_fields *fields, struct sb_step *step);
};

/* Of Wokwi's steps and of ours, those that this version cannot do yet. */
static const char *const later_actions[] = {"expect-chip-output", "touch",      "touch-press",
                                            "touch-release",      "touch-move", NULL};

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct action actions[] = {
    {"delay", SB_STEP_DELAY, NULL, sb_action_read_delay},
    {"set-control", SB_STEP_SET_CONTROL, KEYS("part-id", "name", "control", "value"),
     sb_action_read_set_control},
    {"expect-pin", SB_STEP_EXPECT_PIN,
     KEYS("part-id", "pin", "name", "value", "expected", "within"), sb_action_read_pin},
    {"wait-pin", SB_STEP_WAIT_PIN, KEYS("part-id", "pin", "name", "value", "expected", "within"),
     sb_action_read_pin},
    {"expect-edges", SB_STEP_EXPECT_EDGES, KEYS("part-id", "pin", "name", "count", "during"),
     sb_action_read_expect_edges},
    {"expect-pulse", SB_STEP_EXPECT_PULSE,
     KEYS("part-id", "pin", "name", "level", "min", "max", "within"), sb_action_read_expect_pulse},
    {"expect-lcd", SB_STEP_EXPECT_LCD, KEYS("part-id", "line", "text", "match", "within"),
     sb_action_read_lcd},
    {"wait-lcd", SB_STEP_WAIT_LCD, KEYS("part-id", "line", "text", "match", "within"),
     sb_action_read_lcd},
    {"take-screenshot", SB_STEP_TAKE_SCREENSHOT, KEYS("part-id", "save-to"),
     sb_action_read_take_screenshot},
    {"play", SB_STEP_PLAY, KEYS("part-id", "file", "channel"), sb_action_read_play},
    {"ir-send", SB_STEP_IR_SEND, KEYS("part-id", "protocol", "address", "command", "repeats"),
     sb_action_read_ir_send},
    {"fault", SB_STEP_FAULT, KEYS("part-id", "name", "for"), sb_action_read_fault},
    {"wait-serial", SB_STEP_WAIT_SERIAL, NULL, sb_action_read_wait_serial},
    {"write-serial", SB_STEP_WRITE_SERIAL, NULL, sb_action_read_write_serial},
};

#define ACTION_COUNT (sizeof(actions) / sizeof(actions[0]))

static const struct action *find_action(const char *name)
{
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    }
    return NULL;
}

static int fail_action(const struct sb_fields *fields, const struct sb_yaml_node *key)
{
    const char *names[ACTION_COUNT + 2] = {"name"};
    char remedy[SB_REMEDY_SIZE];

    for (size_t i = 0; later_actions[i] != NULL; i++) {
        if (strcmp(later_actions[i], key->text) == 0)
            return SB_FIELD_FAIL(fields, key,
                                 "step \"%s\" is not supported in this version: "
                                 "remove it",
                                 key->text);
    }
    for (size_t i = 0; i < ACTION_COUNT; i++)
        names[i + 1] = actions[i].name;
    return SB_FIELD_FAIL(fields, key, "unknown step \"%.60s\": %s", key->text,
                         sb_names_remedy(key->text, names, "the steps", remedy));
}

/* Finds the one action of a step, and its name. */
static int find_parts(const struct sb_fields *fields, struct sb_step *step,
                      const struct sb_yaml_node *node, const struct action **action,
                      const struct sb_yaml_node **fields_node)
{
    *action = NULL;
    *fields_node = NULL;
    for (const struct sb_yaml_node *value = node->first; value != NULL; value = value->next) {
        const struct action *found = find_action(value->key->text);

        if (strcmp(value->key->text, "name") == 0) {
            if (value->kind != SB_YAML_SCALAR || sb_yaml_is_null(value))
                return SB_FIELD_FAIL(fields, value, "name must be a text");
            step->name = value->text;
            continue;
        }
        if (found == NULL)
            return fail_action(fields, value->key);
        if (*action != NULL)
            return SB_FIELD_FAIL(fields, value->key,
                                 "%s and %s in one step: make two steps of it, each with its \"-\"",
                                 (*action)->name, found->name);
        *action = found;
        *fields_node = value;
    }
    if (*action == NULL)
        return SB_FIELD_FAIL(fields, node,
                             "a step that does nothing: add an action like "
                             "\"delay: 500ms\"");
    return 0;
}

static int make_title(const struct sb_fields *fields, struct sb_step *step)
{
    char text[256];
    const char *detail = "";

    if (step->pin != NULL)
        detail = step->pin;
    else if (step->action == SB_STEP_SET_CONTROL)
        detail = step->u.control.name;
    else if (step->action == SB_STEP_FAULT)
        detail = step->part->type->faults[step->u.fault.index].name;
    if (step->name != NULL)
        snprintf(text, sizeof(text), "step %u: %s", step->number, step->name);
    else
        snprintf(text, sizeof(text), "step %u: %s%s%s%s%s", step->number, fields->action,
                 step->part != NULL ? " " : "", step->part != NULL ? step->part->id : "",
                 *detail != '\0' ? " " : "", detail);
    step->title = strdup(text);
    return step->title == NULL ? sb_field_no_memory(fields) : 0;
}

int sb_step_read(struct sb_step *step, const struct sb_scenario *scenario,
                 const struct sb_yaml_node *node, struct sb_diag *diag)
{
    struct sb_fields fields = {.world = scenario->world, .yaml = scenario->yaml, .diag = diag};
    const struct action *action;
    int rc;

    step->line = node->line;
    if (node->kind != SB_YAML_MAPPING)
        return SB_FIELD_FAIL(&fields, node, "a step must be a mapping like \"- delay: 500ms\"");
    rc = find_parts(&fields, step, node, &action, &fields.mapping);
    if (rc < 0 || action == NULL || fields.mapping == NULL)
        return rc;
    fields.action = action->name;
    step->action = action->action;
    if (step->action == SB_STEP_WAIT_PIN || step->action == SB_STEP_WAIT_LCD ||
        step->action == SB_STEP_WAIT_SERIAL)
        step->time_ns = WAIT_WITHIN_NS;
    if (action->keys != NULL) {
        if (fields.mapping->kind != SB_YAML_MAPPING)
            return SB_FIELD_FAIL(&fields, fields.mapping,
                                 "%s must be a mapping with part-id and "
                                 "so on",
                                 action->name);
        rc = sb_yaml_check_keys(fields.yaml, fields.mapping, action->keys, action->name, diag);
    }
    if (rc == 0)
        rc = action->read(&fields, step);
    return rc < 0 ? rc : make_title(&fields, step);
}

void sb_step_deinit(struct sb_step *step)
{
    bool has_text = step->action == SB_STEP_EXPECT_LCD || step->action == SB_STEP_WAIT_LCD;

    if (has_text && step->u.lcd.has_regex)
        regfree(&step->u.lcd.regex);
    if (step->action == SB_STEP_FAULT && step->part != NULL)
        sb_timer_stop(&step->u.fault.timer);
    if (step->action == SB_STEP_WRITE_SERIAL)
        free(step->u.serial.own);
    free(step->title);
    free(step->path);
}
