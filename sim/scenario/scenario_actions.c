/* SPDX-License-Identifier: MIT */
/*
 * The actions of a scenario, read: one function each. Everything that can be wrong is found here,
 * before the run.
 */
#include "sim/scenario/scenario_actions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/timer.h"
#include "sim/files/names.h"
#include "sim/world.h"

int sb_action_read_delay(const struct sb_fields *fields, struct sb_step *step)
{
    return sb_field_time_of(fields, fields->mapping, "delay", &step->time_ns);
}

static int check_range(const struct sb_fields *fields, const struct sb_step *step,
                       const struct sb_part_control *control)
{
    double value = step->u.control.value;

    if (value >= control->min && value <= control->max)
        return 0;
    return SB_FIELD_FAIL(fields, sb_yaml_get(fields->mapping, "value"),
                         "%.60s %s is %g: it takes %g to %g", step->part->id, control->name, value,
                         control->min, control->max);
}

static int fail_control(const struct sb_fields *fields, const struct sb_step *step)
{
    const struct sb_yaml_node *node = sb_yaml_get(fields->mapping, "name");
    const char *word = step->u.control.name;
    const char **names = sb_names_of_controls(step->part->type);
    char remedy[SB_REMEDY_SIZE];
    int rc;

    if (names == NULL)
        return sb_field_no_memory(fields);
    if (node == NULL)
        node = sb_yaml_get(fields->mapping, "control");
    rc = SB_FIELD_FAIL(fields, node, "%.60s (%s) has no control \"%.60s\": %s", step->part->id,
                       step->part->type->name, word,
                       sb_names_remedy(word, names, "its controls", remedy));
    free(names);
    return rc;
}

int sb_action_read_set_control(const struct sb_fields *fields, struct sb_step *step)
{
    const struct sb_yaml_node *node;
    int control;
    int rc = sb_field_part(fields, &step->part);

    if (rc == 0)
        rc = sb_field_text(fields, "name", "control", &step->u.control.name);
    if (rc < 0)
        return rc;
    control = sb_part_control_find(step->part, step->u.control.name);
    if (control < 0)
        return fail_control(fields, step);
    rc = sb_field_find(fields, "value", NULL, &node);
    if (rc == 0)
        rc = sb_field_number(fields, node, &step->u.control.value);
    return rc < 0 ? rc : check_range(fields, step, &step->part->type->controls[control]);
}

int sb_action_read_pin(const struct sb_fields *fields, struct sb_step *step)
{
    int rc = sb_field_part(fields, &step->part);

    if (rc == 0)
        rc = sb_field_pin(fields, step->part, &step->terminal, &step->pin);
    if (rc == 0)
        rc = sb_field_level(fields, "value", "expected", &step->u.level);
    return rc < 0 ? rc : sb_field_time(fields, "within", &step->time_ns);
}

static int read_count(const struct sb_fields *fields, struct sb_step *step)
{
    static const char *const keys[] = {"min", "max", NULL};
    const struct sb_yaml_node *node;
    const struct sb_yaml_node *min;
    const struct sb_yaml_node *max;
    int rc = sb_field_find(fields, "count", NULL, &node);

    if (rc < 0)
        return rc;
    if (node->kind != SB_YAML_MAPPING) {
        rc = sb_field_count(fields, node, &step->u.edges.min);
        step->u.edges.max = step->u.edges.min;
        return rc;
    }
    min = sb_yaml_get(node, "min");
    max = sb_yaml_get(node, "max");
    rc = sb_yaml_check_keys(fields->yaml, node, keys, "count", fields->diag);
    if (rc < 0)
        return rc;
    step->u.edges.max = UINT64_MAX;
    if (min == NULL && max == NULL)
        return SB_FIELD_FAIL(fields, node, "count without \"min\" and \"max\": add one of them");
    if (min != NULL)
        rc = sb_field_count(fields, min, &step->u.edges.min);
    if (rc == 0 && max != NULL)
        rc = sb_field_count(fields, max, &step->u.edges.max);
    if (rc == 0 && step->u.edges.min > step->u.edges.max)
        return SB_FIELD_FAIL(fields, node, "min is more than max: exchange them");
    return rc;
}

int sb_action_read_expect_edges(const struct sb_fields *fields, struct sb_step *step)
{
    const struct sb_yaml_node *during;
    int rc = sb_field_part(fields, &step->part);

    if (rc == 0)
        rc = sb_field_pin(fields, step->part, &step->terminal, &step->pin);
    if (rc == 0)
        rc = read_count(fields, step);
    if (rc == 0)
        rc = sb_field_find(fields, "during", NULL, &during);
    if (rc == 0)
        rc = sb_field_time_of(fields, during, "during", &step->time_ns);
    if (rc == 0 && step->time_ns == 0)
        return SB_FIELD_FAIL(fields, during, "during must be more than 0");
    return rc;
}

int sb_action_read_expect_pulse(const struct sb_fields *fields, struct sb_step *step)
{
    int rc = sb_field_part(fields, &step->part);

    step->u.pulse.max_ns = SB_NEVER;
    if (rc == 0)
        rc = sb_field_pin(fields, step->part, &step->terminal, &step->pin);
    if (rc == 0)
        rc = sb_field_level(fields, "level", NULL, &step->u.pulse.level);
    if (rc == 0)
        rc = sb_field_time(fields, "min", &step->u.pulse.min_ns);
    if (rc == 0)
        rc = sb_field_time(fields, "max", &step->u.pulse.max_ns);
    if (rc == 0)
        rc = sb_field_time(fields, "within", &step->time_ns);
    if (rc < 0)
        return rc;
    if (step->u.pulse.min_ns > step->u.pulse.max_ns)
        return SB_FIELD_FAIL(fields, sb_yaml_get(fields->mapping, "min"),
                             "min is more than max: exchange them");
    /* No pulse begins and ends in no time, so that the usual 0 would never do. */
    if (step->time_ns == 0)
        return SB_FIELD_FAIL(fields, fields->mapping,
                             "expect-pulse without \"within\": add the time in which the pulse "
                             "must end");
    return 0;
}

/*
 * Nested repetitions of a regular expression multiply, and the C library expands them when it
 * compiles: "a{255}{255}{255}" would take all memory.
 */
static bool repeats_too_often(const char *pattern)
{
    unsigned long product = 1;

    for (const char *at = strchr(pattern, '{'); at != NULL; at = strchr(at + 1, '{')) {
        char *end;
        unsigned long min = strtoul(at + 1, &end, 10);
        unsigned long max = *end == ',' ? strtoul(end + 1, NULL, 10) : 0;
        unsigned long count = max > min ? max : min;

        if (count > 1000 || (product *= count > 0 ? count : 1) > 1000)
            return true;
    }
    return false;
}

static int read_regex(const struct sb_fields *fields, const struct sb_yaml_node *node,
                      struct sb_step *step)
{
    char cause[128];
    int rc;

    if (strlen(node->text) != node->size)
        return SB_FIELD_FAIL(fields, node, "a NUL in a regular expression: match it by \".\"");
    if (node->size > 200 || repeats_too_often(node->text))
        return SB_FIELD_FAIL(fields, node,
                             "the regular expression is too large: it may be 200 "
                             "bytes long and repeat 1000 times");
    rc = regcomp(&step->u.lcd.regex, node->text, REG_EXTENDED | REG_NOSUB);
    if (rc != 0) {
        regerror(rc, NULL, cause, sizeof(cause));
        return SB_FIELD_FAIL(fields, node, "bad regular expression: %s", cause);
    }
    step->u.lcd.has_regex = true;
    return 0;
}

static int read_match(const struct sb_fields *fields, struct sb_step *step)
{
    static const char *const names[] = {"exact", "contains", "regex", NULL};
    const struct sb_yaml_node *node = sb_yaml_get(fields->mapping, "match");
    char remedy[SB_REMEDY_SIZE];

    if (node == NULL)
        return 0;
    if (node->kind == SB_YAML_SCALAR) {
        for (unsigned i = 0; names[i] != NULL; i++) {
            if (strcmp(node->text, names[i]) == 0) {
                step->u.lcd.match = (enum sb_text_match)i;
                return 0;
            }
        }
    }
    return SB_FIELD_FAIL(
        fields, node, "unknown match \"%.60s\": %s",
        node->kind == SB_YAML_SCALAR ? node->text : "...",
        sb_names_remedy(node->kind == SB_YAML_SCALAR ? node->text : "", names, "it may", remedy));
}

static int read_line_number(const struct sb_fields *fields, struct sb_step *step)
{
    const struct sb_yaml_node *node = sb_yaml_get(fields->mapping, "line");
    const struct sb_part *part = step->part;
    uint64_t line = 1;
    char text[256];
    int rc;

    if (node != NULL) {
        rc = sb_field_count(fields, node, &line);
        if (rc < 0)
            return rc;
    }
    if (line < 1 || line > 1000)
        return SB_FIELD_FAIL(fields, node, "lines count from 1");
    step->u.lcd.line = (unsigned)line;
    if (!fields->world->is_started || node == NULL)
        return 0;
    if (part->type->read_line(part, (unsigned)line, text, sizeof(text)) == -ERANGE)
        return SB_FIELD_FAIL(fields, node, "%.60s has no line %u: lines count from 1", part->id,
                             (unsigned)line);
    return 0;
}

int sb_action_read_lcd(const struct sb_fields *fields, struct sb_step *step)
{
    const struct sb_yaml_node *text;
    int rc = sb_field_part(fields, &step->part);

    if (rc < 0)
        return rc;
    if (step->part->type->read_line == NULL)
        return SB_FIELD_FAIL(fields, sb_yaml_get(fields->mapping, "part-id"),
                             "%.60s (%s) shows no text: name a display", step->part->id,
                             step->part->type->name);
    rc = read_line_number(fields, step);
    if (rc == 0)
        rc = sb_field_find(fields, "text", NULL, &text);
    if (rc < 0)
        return rc;
    if (text->kind != SB_YAML_SCALAR || sb_yaml_is_null(text))
        return SB_FIELD_FAIL(fields, text, "text must be a text; \"\" is an empty line");
    step->u.lcd.text = text->text;
    step->u.lcd.size = text->size;
    rc = read_match(fields, step);
    if (rc == 0 && step->u.lcd.match == SB_MATCH_REGEX)
        rc = read_regex(fields, text, step);
    return rc < 0 ? rc : sb_field_time(fields, "within", &step->time_ns);
}

int sb_action_read_take_screenshot(const struct sb_fields *fields, struct sb_step *step)
{
    const struct sb_yaml_node *node;
    char *slash;
    int rc = 0;

    if (sb_yaml_get(fields->mapping, "part-id") != NULL)
        rc = sb_field_part(fields, &step->part);
    if (rc == 0)
        rc = sb_field_path(fields, "save-to", &step->path);
    if (rc < 0)
        return rc;
    node = sb_yaml_get(fields->mapping, "save-to");
    slash = strrchr(step->path, '/');
    if (slash == NULL || slash == step->path)
        return 0;
    *slash = '\0';
    if (access(step->path, W_OK | X_OK) != 0)
        rc = SB_FIELD_FAIL(fields, node, "the folder \"%.200s\" cannot be written to: %s",
                           step->path, strerror(errno));
    *slash = '/';
    return rc;
}

int sb_action_read_play(const struct sb_fields *fields, struct sb_step *step)
{
    int rc = sb_field_part(fields, &step->part);

    if (rc < 0)
        return rc;
    if (step->part->type->play == NULL)
        return SB_FIELD_FAIL(fields, sb_yaml_get(fields->mapping, "part-id"),
                             "%.60s (%s) plays no recordings: name a part that does",
                             step->part->id, step->part->type->name);
    rc = sb_field_path(fields, "file", &step->path);
    if (rc == 0 && sb_yaml_get(fields->mapping, "channel") != NULL)
        rc = sb_field_text(fields, "channel", NULL, &step->u.play.channel);
    if (rc == 0 && access(step->path, R_OK) != 0)
        rc = SB_FIELD_FAIL(fields, sb_yaml_get(fields->mapping, "file"),
                           "the file \"%.200s\" cannot be read: %s", step->path, strerror(errno));
    return rc;
}
