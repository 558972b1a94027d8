/* SPDX-License-Identifier: MIT */
/* Names of a controller's pins: see controller.h. */
#include "sim/controller.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/hal/rpi_header.h"
#include "sim/bus/board_buses.h"

#define NAME_SIZE 128 /* serial ports have long ones: /dev/serial/by-id/... */
#define PINS_MAX  256
#define PORTS_MAX 8

bool sb_controller_is_pi(const struct sb_part *controller)
{
    return strcmp(controller->type->name, "softboard-raspberry-pi") == 0;
}

/* ---- lists: "GP15=GPIO17, GP16=J8:36" */

struct item {
    char name[NAME_SIZE];
    char value[NAME_SIZE];
};

/* Without the blanks around it; what does not fit is cut off, and is nothing's name. */
static void copy_trimmed(char *out, const char *begin, const char *end)
{
    while (begin < end && *begin == ' ')
        begin++;
    while (end > begin && end[-1] == ' ')
        end--;
    snprintf(out, NAME_SIZE, "%.*s", (int)(end - begin), begin);
}

/* The item at `at`, whose value is "" where there is no "=". Returns where the next one begins; null after the last. */
static const char *read_item(const char *at, struct item *item)
{
    const char *end = at + strcspn(at, ",");
    const char *equals = memchr(at, '=', (size_t)(end - at));

    copy_trimmed(item->name, at, equals == NULL ? end : equals);
    copy_trimmed(item->value, equals == NULL ? end : equals + 1, end);
    return *end == ',' ? end + 1 : NULL;
}

/* ---- names of pins */

static int find_own(const struct sb_part *controller, const char *name)
{
    int gpio = sb_controller_is_pi(controller) ? sb_rpi_gpio_by_name(name) : -1;
    char other[16];

    if (gpio < 0)
        return sb_part_type_pin(controller->type, name);
    snprintf(other, sizeof(other), "GPIO%d", gpio);
    return sb_part_type_pin(controller->type, other);
}

struct sb_terminal *sb_controller_terminal(const struct sb_part *controller, const char *name)
{
    const char *at = sb_part_attr(controller, "map");
    struct item item;
    int terminal = -1;
    bool is_mapped = false;

    while (at != NULL && !is_mapped) {
        at = read_item(at, &item);
        is_mapped = strcmp(item.name, name) == 0;
    }
    terminal = is_mapped ? sb_part_type_pin(controller->type, item.value)
                         : find_own(controller, name);
    return terminal < 0 ? NULL : &controller->terminals[terminal];
}

static const char *nearest_pin(const struct sb_part_type *type, const char *name)
{
    const char *names[PINS_MAX] = {NULL};
    unsigned count = 0;

    for (unsigned i = 0; type->pins[i].name != NULL && count < PINS_MAX - 1; i++)
        if (type->pins[i].role == SB_ROLE_SIGNAL)
            names[count++] = type->pins[i].name;
    return sb_diag_nearest(name, names);
}

/* "PIN11" counts the header's pins for some people, and GPIOs for others. Empty where there is no such header. */
static void find_header_pin(const struct sb_part *controller, const char *name, char *out,
                            size_t size)
{
    int header = sb_controller_is_pi(controller) ? sb_rpi_header_by_guess(name) : -1;

    out[0] = '\0';
    if (header > 0)
        snprintf(out, size, "\"J8:%d\" (GPIO%d)", header, sb_rpi_header_pin(header));
}

void sb_controller_explain_unknown(const struct sb_part *controller, const char *name, char *out,
                                   size_t size)
{
    const char *nearest = nearest_pin(controller->type, name);
    char pin[24];

    find_header_pin(controller, name, pin, sizeof(pin));
    if (nearest != NULL)
        snprintf(out, size, "%s (%s) has no pin \"%s\": did you mean \"%s\"%s%s?", controller->id,
                 controller->type->name, name, nearest, pin[0] == '\0' ? "" : ", or ", pin);
    else if (pin[0] != '\0')
        snprintf(out, size, "%s (%s) has no pin \"%s\": did you mean %s?", controller->id,
                 controller->type->name, name, pin);
    else
        snprintf(out, size, "%s (%s) has no pin \"%s\": --list-pins lists them", controller->id,
                 controller->type->name, name);
}

/* ---- real lines */

bool sb_controller_line(const struct sb_part *controller, const struct sb_terminal *terminal,
                        char *out, size_t size)
{
    const char *at = sb_part_attr(controller, "lines");
    struct item item;

    while (at != NULL) {
        at = read_item(at, &item);
        if (find_own(controller, item.name) != (int)terminal->index)
            continue;
        snprintf(out, size, "%s", item.value);
        return true;
    }
    return false;
}

bool sb_controller_port(const struct sb_part *controller, const struct sb_sim_port *port, char *out,
                        size_t size)
{
    const char *at = sb_part_attr(controller, "lines");
    struct item item;

    while (at != NULL) {
        at = read_item(at, &item);
        if (sb_sim_port_of(controller, item.name) != port)
            continue;
        snprintf(out, size, "%s", item.value);
        return true;
    }
    return false;
}

/* Which pins and ports of the controller `lines` has named so far. */
struct named {
    bool pins[PINS_MAX];
    bool ports[PORTS_MAX];
};

/* True for what means a port, whether or not the controller has it. */
static bool is_like_port(const char *name)
{
    return strncasecmp(name, "serial", 6) == 0 || strncasecmp(name, "uart", 4) == 0 ||
           strncmp(name, "tty", 3) == 0 || name[0] == '/';
}

static int refuse_unknown(const struct sb_part *controller, const char *name, struct sb_diag *diag)
{
    const struct sb_sim_port *port = sb_sim_family_of(controller->type->name)->ports;
    char text[160];
    char known[96] = "none";
    size_t used = 0;

    if (!is_like_port(name)) {
        sb_controller_explain_unknown(controller, name, text, sizeof(text));
        return sb_part_attr_error(controller, "lines", diag, "lines: %s", text);
    }
    for (; port->name != NULL && used < sizeof(known); port++)
        used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s", used == 0 ? "" : ", ",
                                 port->name);
    return sb_part_attr_error(controller, "lines", diag,
                              "lines: %s (%s) has no serial port \"%s\": it has %s", controller->id,
                              controller->type->name, name, known);
}

static int check_once(const struct sb_part *controller, const char *name, bool *is_named,
                      struct sb_diag *diag)
{
    if (*is_named)
        return sb_part_attr_error(controller, "lines", diag,
                                  "lines has two lines for %s: one has to go", name);
    *is_named = true;
    return 0;
}

static int check_item(const struct sb_part *controller, const struct item *item,
                      struct named *named, struct sb_diag *diag)
{
    const struct sb_sim_port *port = sb_sim_port_of(controller, item->name);
    int terminal = find_own(controller, item->name);

    if (item->name[0] == '\0' || item->value[0] == '\0')
        return sb_part_attr_error(controller, "lines", diag,
                                  "lines has \"%s%s\": write PIN=LINE, such as "
                                  "\"GP15=GPIO17,GP16=J8:36\"",
                                  item->name, item->value);
    if (port != NULL)
        return check_once(controller, port->name,
                          &named->ports[port - sb_sim_family_of(controller->type->name)->ports],
                          diag);
    if (terminal < 0)
        return refuse_unknown(controller, item->name, diag);
    if (sb_part_type_role(controller->type, (unsigned)terminal) != SB_ROLE_SIGNAL)
        return sb_part_attr_error(controller, "lines", diag,
                                  "lines: %s is power, ground or unconnected, and no line",
                                  item->name);
    return check_once(controller, item->name, &named->pins[terminal], diag);
}

int sb_controller_check_lines(const struct sb_part *controller, struct sb_diag *diag)
{
    const char *at = sb_part_attr(controller, "lines");
    struct named named = {.pins = {false}};
    struct item item;
    int rc = 0;

    if (*at == '\0')
        return 0;
    while (at != NULL && rc == 0) {
        at = read_item(at, &item);
        rc = check_item(controller, &item, &named, diag);
    }
    return rc;
}
