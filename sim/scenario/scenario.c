/* SPDX-License-Identifier: MIT */
/*
 * Scenarios: the document and the list of its steps. The tree stays, since the steps borrow their
 * texts from it.
 */
#include "sim/scenario/scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario_step.h"
#include "sim/files/yaml.h"

static const char *const scenario_keys[] = {"name", "version", "author", "steps", NULL};

static int fail(const struct sb_scenario *scenario, const struct sb_yaml_node *node,
                struct sb_diag *diag, const char *text)
{
    return sb_diag_error(diag, sb_yaml_place(scenario->yaml, node), "%s", text);
}

static int out_of_memory(const struct sb_scenario *scenario, struct sb_diag *diag)
{
    return sb_diag_error(diag, (struct sb_place){.file = scenario->yaml->name}, "out of memory");
}

static int read_name(struct sb_scenario *scenario, struct sb_diag *diag)
{
    const struct sb_yaml_node *root = scenario->yaml->root;
    const struct sb_yaml_node *node = sb_yaml_get(root, "name");

    if (node == NULL)
        return fail(scenario, root, diag, "no name: add \"name: What it checks\"");
    if (node->kind != SB_YAML_SCALAR || sb_yaml_is_null(node))
        return fail(scenario, node, diag, "name must be a text");
    scenario->name = node->text;
    return 0;
}

static int check_version(const struct sb_scenario *scenario, struct sb_diag *diag)
{
    const struct sb_yaml_node *root = scenario->yaml->root;
    const struct sb_yaml_node *node = sb_yaml_get(root, "version");
    double version;

    if (node == NULL)
        return fail(scenario, root, diag, "no version: add \"version: 1\"");
    if (!sb_yaml_get_number(node, &version) || version != 1.0)
        return fail(scenario, node, diag, "version must be 1");
    return 0;
}

static int read_steps(struct sb_scenario *scenario, struct sb_diag *diag)
{
    const struct sb_yaml_node *root = scenario->yaml->root;
    const struct sb_yaml_node *list = sb_yaml_get(root, "steps");

    if (list == NULL)
        return fail(scenario, root, diag, "no steps: add \"steps:\" and a list");
    if (list->kind != SB_YAML_SEQUENCE || list->count == 0)
        return fail(scenario, list, diag, "steps must be a list with at least one step");
    if (list->count > SB_SCENARIO_STEPS_MAX)
        return fail(scenario, list, diag, "too many steps: split the scenario");
    scenario->steps = calloc(list->count, sizeof(*scenario->steps));
    if (scenario->steps == NULL)
        return out_of_memory(scenario, diag);
    for (const struct sb_yaml_node *node = list->first; node != NULL; node = node->next) {
        struct sb_step *step = &scenario->steps[scenario->step_count++];
        int rc;

        step->number = scenario->step_count;
        rc = sb_step_read(step, scenario, node, diag);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int read_scenario(struct sb_scenario *scenario, struct sb_diag *diag)
{
    const struct sb_yaml_node *root = scenario->yaml->root;
    int rc;

    if (root->kind != SB_YAML_MAPPING)
        return fail(scenario, root, diag, "a scenario must be a mapping with name, version, steps");
    rc = sb_yaml_check_keys(scenario->yaml, root, scenario_keys, "a scenario", diag);
    if (rc == 0)
        rc = read_name(scenario, diag);
    if (rc == 0)
        rc = check_version(scenario, diag);
    if (rc == 0)
        rc = read_steps(scenario, diag);
    return rc;
}

/* Takes the tree in any case. */
static int read_tree(struct sb_scenario **out, struct sb_world *world, struct sb_yaml *yaml,
                     struct sb_diag *diag)
{
    struct sb_scenario *scenario = calloc(1, sizeof(*scenario));
    int rc;

    if (scenario == NULL) {
        rc = sb_diag_error(diag, (struct sb_place){.file = yaml->name}, "out of memory");
        sb_yaml_destroy(yaml);
        return rc;
    }
    scenario->world = world;
    scenario->yaml = yaml;
    rc = read_scenario(scenario, diag);
    if (rc < 0) {
        sb_scenario_destroy(scenario);
        return rc;
    }
    *out = scenario;
    return 0;
}

int sb_scenario_read(struct sb_scenario **out, struct sb_world *world, const char *path,
                     struct sb_diag *diag)
{
    struct sb_yaml *yaml;
    int rc = sb_yaml_read(&yaml, path, diag);

    return rc < 0 ? rc : read_tree(out, world, yaml, diag);
}

int sb_scenario_parse(struct sb_scenario **out, struct sb_world *world, const char *name,
                      const char *text, size_t size, struct sb_diag *diag)
{
    struct sb_yaml *yaml;
    int rc = sb_yaml_parse(&yaml, name, text, size, diag);

    return rc < 0 ? rc : read_tree(out, world, yaml, diag);
}

void sb_scenario_destroy(struct sb_scenario *scenario)
{
    if (scenario == NULL)
        return;
    for (unsigned i = 0; i < scenario->step_count; i++)
        sb_step_deinit(&scenario->steps[i]);
    free(scenario->steps);
    sb_yaml_destroy(scenario->yaml);
    free(scenario);
}

void sb_scenario_set_hooks(struct sb_scenario *scenario, const struct sb_scenario_hooks *hooks)
{
    scenario->hooks = *hooks;
}

const char *sb_scenario_name(const struct sb_scenario *scenario)
{
    return scenario->name;
}

unsigned sb_scenario_step_count(const struct sb_scenario *scenario)
{
    return scenario->step_count;
}

unsigned sb_scenario_steps_done(const struct sb_scenario *scenario)
{
    return scenario->steps_done;
}

const char *sb_scenario_failure(const struct sb_scenario *scenario)
{
    return scenario->failure;
}
