/* SPDX-License-Identifier: MIT */
/*
 * The actions of the serial monitor: read here, with all that can be wrong, and done by
 * sim/scenario/scenario_run.c. A scenario with one of them makes the monitor, unless the board file has wired it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario_actions.h"
#include "sim/parts/serial_monitor.h"

static int open_monitor(const struct sb_fields *fields, struct sb_step *step, unsigned pin)
{
    int rc = sb_serial_monitor_open(fields->world, &step->u.serial.monitor, fields->diag);

    if (rc == -ENODEV)
        return SB_FIELD_FAIL(fields, fields->mapping->key,
                             "%s: the board has no controller with a serial port: add one, or wire "
                             "$serialMonitor",
                             fields->action);
    if (rc < 0)
        return sb_field_no_memory(fields);
    if (!sb_serial_monitor_is_wired(step->u.serial.monitor, pin))
        return SB_FIELD_FAIL(fields, fields->mapping->key,
                             "%s: the board file wires $serialMonitor, but not its %s: add that "
                             "connection",
                             fields->action, pin == SB_SERIAL_MONITOR_RX ? "RX" : "TX");
    return 0;
}

/* A text as written, which may hold any character. */
static int read_text(const struct sb_fields *fields, const struct sb_yaml_node *node,
                     struct sb_step *step)
{
    if (node->kind != SB_YAML_SCALAR || sb_yaml_is_null(node) || node->size == 0)
        return SB_FIELD_FAIL(fields, node, "%s needs a text that is not empty, like \"ready\\n\"",
                             fields->action);
    step->u.serial.data = (const uint8_t *)node->text;
    step->u.serial.size = node->size;
    return 0;
}

int sb_action_read_wait_serial(const struct sb_fields *fields, struct sb_step *step)
{
    static const char *const keys[] = {"text", "within", NULL};
    const struct sb_yaml_node *text = fields->mapping;
    int rc = 0;

    if (text->kind == SB_YAML_MAPPING) {
        rc = sb_yaml_check_keys(fields->yaml, fields->mapping, keys, fields->action, fields->diag);
        if (rc == 0)
            rc = sb_field_find(fields, "text", NULL, &text);
        if (rc == 0)
            rc = sb_field_time(fields, "within", &step->time_ns);
    }
    if (rc == 0)
        rc = read_text(fields, text, step);
    if (rc < 0)
        return rc;
    if (text->size > SB_SERIAL_MONITOR_TEXT_MAX)
        return SB_FIELD_FAIL(fields, text, "a text of %zu bytes: wait for %d at most", text->size,
                             SB_SERIAL_MONITOR_TEXT_MAX);
    return open_monitor(fields, step, SB_SERIAL_MONITOR_RX);
}

/* [0x41, 10]: each number is a byte. */
static int read_bytes(const struct sb_fields *fields, struct sb_step *step)
{
    const struct sb_yaml_node *list = fields->mapping;
    size_t count = 0;

    if (list->count == 0)
        return SB_FIELD_FAIL(fields, list, "%s of no bytes: give at least one", fields->action);
    step->u.serial.own = malloc(list->count);
    if (step->u.serial.own == NULL)
        return sb_field_no_memory(fields);
    for (const struct sb_yaml_node *node = list->first; node != NULL; node = node->next) {
        double number;

        if (!sb_yaml_get_number(node, &number) || !(number >= 0.0 && number <= 255.0) ||
            (double)(uint8_t)number != number)
            return SB_FIELD_FAIL(fields, node, "a byte must be a whole number, 0 to 255");
        step->u.serial.own[count++] = (uint8_t)number;
    }
    step->u.serial.data = step->u.serial.own;
    step->u.serial.size = count;
    return 0;
}

int sb_action_read_write_serial(const struct sb_fields *fields, struct sb_step *step)
{
    int rc = fields->mapping->kind == SB_YAML_SEQUENCE ? read_bytes(fields, step)
                                                       : read_text(fields, fields->mapping, step);

    return rc < 0 ? rc : open_monitor(fields, step, SB_SERIAL_MONITOR_TX);
}
