/* SPDX-License-Identifier: MIT */
/*
 * Actions that do something to a part which no control can: infrared that is sent to it, faults that it
 * or its line has. Read here, done by sim/scenario/scenario_run.c.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/timer.h"
#include "sim/files/names.h"
#include "sim/scenario/scenario_actions.h"

/* More repeats than this hold a key for an hour. */
#define REPEATS_MAX 36000

/* A whole number up to `max`, decimal or hexadecimal (0x1234). */
static int read_code(const struct sb_fields *fields, const char *key, uint64_t max, uint64_t *out)
{
    const struct sb_yaml_node *node;
    int rc = sb_field_find(fields, key, NULL, &node);

    if (rc == 0)
        rc = sb_field_count(fields, node, out);
    if (rc == 0 && *out > max)
        rc = SB_FIELD_FAIL(fields, node, "%s may be at most %llu (0x%llx)", key,
                           (unsigned long long)max, (unsigned long long)max);
    return rc;
}

static int check_protocol(const struct sb_fields *fields, bool *is_extended)
{
    const char *protocol = "nec";
    int rc = 0;

    if (sb_yaml_get(fields->mapping, "protocol") != NULL)
        rc = sb_field_text(fields, "protocol", NULL, &protocol);
    if (rc < 0)
        return rc;
    *is_extended = strcmp(protocol, "nec-extended") == 0;
    if (*is_extended || strcmp(protocol, "nec") == 0)
        return 0;
    return SB_FIELD_FAIL(fields, sb_yaml_get(fields->mapping, "protocol"),
                         "unknown protocol \"%.60s\": it may be nec or nec-extended", protocol);
}

int sb_action_read_ir_send(const struct sb_fields *fields, struct sb_step *step)
{
    struct sb_ir_message *message = &step->u.ir;
    uint64_t address = 0;
    uint64_t command = 0;
    uint64_t repeats = 0;
    int rc = sb_field_part(fields, &step->part);

    if (rc < 0)
        return rc;
    if (step->part->type->ir_send == NULL)
        return SB_FIELD_FAIL(fields, sb_yaml_get(fields->mapping, "part-id"),
                             "%.60s (%s) sends no infrared: name a remote control or a receiver",
                             step->part->id, step->part->type->name);
    rc = check_protocol(fields, &message->is_extended);
    if (rc == 0)
        rc = read_code(fields, "address", 0xffff, &address);
    if (rc == 0)
        rc = read_code(fields, "command", 0xff, &command);
    if (rc == 0 && sb_yaml_get(fields->mapping, "repeats") != NULL)
        rc = read_code(fields, "repeats", REPEATS_MAX, &repeats);
    if (rc < 0)
        return rc;
    message->is_extended |= address > 0xff;
    message->address = (uint16_t)address;
    message->command = (uint8_t)command;
    message->repeats = (unsigned)repeats;
    return 0;
}

static int fail_fault(const struct sb_fields *fields, const struct sb_step *step, const char *word)
{
    const char **names = sb_names_of_faults(step->part->type);
    const struct sb_yaml_node *node = sb_yaml_get(fields->mapping, "name");
    char remedy[SB_REMEDY_SIZE];
    int rc;

    if (names == NULL)
        return sb_field_no_memory(fields);
    if (names[0] == NULL)
        rc = SB_FIELD_FAIL(fields, sb_yaml_get(fields->mapping, "part-id"),
                           "%.60s (%s) has no faults: `softboard parts %s` lists what it has",
                           step->part->id, step->part->type->name, step->part->type->name);
    else
        rc = SB_FIELD_FAIL(fields, node, "%.60s (%s) has no fault \"%.60s\": %s", step->part->id,
                           step->part->type->name, word,
                           sb_names_remedy(word, names, "its faults", remedy));
    free(names);
    return rc;
}

static void end_fault(struct sb_timer *timer, void *arg)
{
    const struct sb_step *step = arg;

    (void)timer;
    sb_part_fault_end(step->part, step->u.fault.index);
}

int sb_action_read_fault(const struct sb_fields *fields, struct sb_step *step)
{
    const char *name = "";
    int fault;
    int rc = sb_field_part(fields, &step->part);

    if (rc == 0)
        rc = sb_field_text(fields, "name", NULL, &name);
    if (rc < 0)
        return rc;
    fault = sb_part_fault_find(step->part, name);
    if (fault < 0)
        return fail_fault(fields, step, name);
    step->u.fault.index = (unsigned)fault;
    step->time_ns = SB_NEVER;
    sb_timer_init(&step->u.fault.timer, end_fault, step);
    return sb_field_time(fields, "for", &step->time_ns);
}
