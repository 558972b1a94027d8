/* SPDX-License-Identifier: MIT */
/* Which serial port of this machine each one of a board file's controller is. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/bus/board_buses.h"
#include "sim/controller.h"
#include "tools/app/mirror_private.h"

static void path_of(const char *name, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s%s", name[0] == '/' ? "" : "/dev/", name);
}

/* A device has several names: /dev/serial/by-id/... */
static bool is_same(const char *a, const char *b)
{
    char path[PATH_MAX];
    char real_a[PATH_MAX];
    char real_b[PATH_MAX];

    path_of(a, path);
    if (realpath(path, real_a) == NULL)
        return false;
    path_of(b, path);
    return realpath(path, real_b) != NULL && strcmp(real_a, real_b) == 0;
}

static int add(struct sb_mirror *mirror, const struct sb_mirror_port *added, struct sb_diag *diag)
{
    char path[PATH_MAX];

    path_of(added->name, path);
    if (access(path, F_OK) < 0)
        return sb_part_attr_error(mirror->controller, "lines", diag,
                                  "lines: %s: there is no %s: plug it in, or write another port's "
                                  "name there",
                                  added->port->name, path);
    for (unsigned i = 0; i < mirror->port_count; i++)
        if (is_same(mirror->ports[i].name, added->name))
            return sb_part_attr_error(mirror->controller, "lines", diag,
                                      "lines: %s and %s are the same port, %s",
                                      mirror->ports[i].port->name, added->port->name, added->name);
    mirror->ports[mirror->port_count++] = *added;
    return 0;
}

int sb_mirror_find_ports(struct sb_mirror *mirror, struct sb_diag *diag)
{
    const struct sb_part *controller = mirror->controller;
    const struct sb_sim_port *port = sb_sim_family_of(controller->type->name)->ports;
    int rc = 0;

    for (; port->name != NULL && rc == 0; port++) {
        struct sb_mirror_port found = {.port = port};

        if (!sb_controller_port(controller, port, found.name, sizeof(found.name)))
            continue;
        rc = mirror->port_count < SB_MIRROR_PORTS_MAX ? add(mirror, &found, diag) : -ENOMEM;
    }
    return rc;
}

/* That of a name which the board file has for it, or which is the same device; null when no port is said to be it. */
static const struct sb_mirror_port *find_named(const struct sb_mirror *mirror, const char *name)
{
    const struct sb_sim_port *port = sb_sim_port_of(mirror->controller, name);

    for (unsigned i = 0; i < mirror->port_count; i++)
        if (mirror->ports[i].port == port)
            return &mirror->ports[i];
    for (unsigned i = 0; i < mirror->port_count; i++)
        if (is_same(mirror->ports[i].name, name))
            return &mirror->ports[i];
    return NULL;
}

int sb_mirror_name_port(struct sb_board *board, const char *name, const char **out, void *arg)
{
    const struct sb_mirror_port *found = find_named(arg, name);

    (void)board;
    if (found != NULL)
        *out = found->name;
    return 0;
}

const struct sb_sim_port *sb_mirror_port_of(const struct sb_mirror *mirror, const char *name)
{
    for (unsigned i = 0; i < mirror->port_count; i++)
        if (strcmp(mirror->ports[i].name, name) == 0)
            return mirror->ports[i].port;
    return sb_sim_port_of(mirror->controller, name);
}
