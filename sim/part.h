/* SPDX-License-Identifier: MIT */
/*
 * Parts: what is on a simulated board. A part knows the wires of its own terminals and the world's
 * clock, never another part. A type is a constant table; sim/parts/part_NAME.c defines
 * `const struct sb_part_type *const sb_parts_NAME[]`, ended by null, and the build finds it.
 */
#ifndef SB_SIM_PART_H
#define SB_SIM_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/event.h"
#include "lib/list.h"
#include "sim/files/diag.h"
#include "sim/wire.h"

struct sb_part;
struct sb_tap_transfer;
struct sb_world;

enum sb_pin_role {
    SB_ROLE_SIGNAL,
    SB_ROLE_GROUND,  /* the part drives it low as a supply */
    SB_ROLE_POWER,   /* the part drives it high as a supply */
    SB_ROLE_PASSIVE, /* connected or not, nothing happens: VDD of a sensor, TP4 */
};

/* A name of a pin. Several names may mean one terminal: "GPIO17" and "11". */
struct sb_part_pin {
    const char *name; /* null ends the list */
    unsigned terminal;
    enum sb_pin_role role;
};

enum sb_attr_kind {
    SB_ATTR_TEXT,
    SB_ATTR_NUMBER,
    SB_ATTR_FLAG,   /* "1" or "true" is true, "" and "0" are false */
    SB_ATTR_CHOICE, /* one of `choices` */
    SB_ATTR_FILE,   /* a path, relative to the board file */
};

/* An attribute that a board file may set. */
struct sb_part_attr {
    const char *name; /* null ends the list */
    enum sb_attr_kind kind;
    const char *initial; /* when the file does not set it */
    const char *choices; /* "anode cathode", for SB_ATTR_CHOICE */
    const char *summary;
};

/* Something that a scenario or the window may set: a button pressed, a knob turned. */
struct sb_part_control {
    const char *name; /* null ends the list */
    double min;
    double max;
    const char *summary;
};

/* A way in which a part, or its line, may misbehave: switched on by a scenario's fault step. */
struct sb_part_fault {
    const char *name; /* null ends the list */
    const char *summary;
};

/* A key of a remote control, or what a click on a receiver sends. */
struct sb_ir_message {
    bool is_extended; /* the address has 16 bits, low byte first, and no complement */
    uint16_t address;
    uint8_t command;
    unsigned repeats; /* repeat frames after the first: the key is held */
};

struct sb_part_type {
    const char *name; /* "wokwi-led" */
    const char *summary;
    const struct sb_part_pin *pins;
    unsigned terminal_count;
    const struct sb_part_attr *attrs;
    const struct sb_part_control *controls;
    const struct sb_part_fault *faults; /* null: none */
    size_t size;                        /* of the part's struct, which begins with struct sb_part */
    bool is_controller;                 /* the program's pins are its terminals */
    bool is_drawing;                    /* text and logos: no wires, no warning without them */
    bool is_virtual;                    /* nothing that a user has put on the board: not listed */

    /* The terminal of a pin name that `pins` does not list (breadboard holes), -1: none. Null: none. */
    int (*find_pin)(const char *name);
    /*
     * Makes the part ready; attributes are set, its struct is zeroed beyond struct sb_part, its
     * terminals are on their wires. The only place where a part may allocate. Returns 0, or reports to
     * `diag` with sb_part_error and returns a negative error.
     */
    int (*init)(struct sb_part *part, struct sb_diag *diag);
    /* Time begins: the initial levels are there. May be null, as all below. */
    void (*start)(struct sb_part *part);
    /* The wire of one of its terminals has changed. Also comes before `start`, for the first levels. */
    void (*changed)(struct sb_part *part, unsigned terminal, enum sb_level level);
    /* A control was set, within its range. Returns 0 or an error. */
    int (*set_control)(struct sb_part *part, unsigned control, double value);
    /* NAN in a mirrored world while the program has not learned it yet. */
    double (*get_control)(const struct sb_part *part, unsigned control);
    /* Text of a display's line (from 1), as UTF-8. Returns its length; -ERANGE for no such line. */
    int (*read_line)(const struct sb_part *part, unsigned line, char *out, size_t size);
    /* Plays a recording into the part's outputs from now. `channel` may be null. */
    int (*play)(struct sb_part *part, const char *file, const char *channel, struct sb_diag *diag);
    /* Sends NEC infrared. Returns 0, or -EBUSY while it is sending. */
    int (*ir_send)(struct sb_part *part, const struct sb_ir_message *message);
    /* A fault begins or ends; null where it is enough to ask sb_part_has_fault. What is random in it comes from sb_world_seed_for(world, part->id). */
    void (*set_fault)(struct sb_part *part, unsigned fault, bool is_on);
    /* In a mirrored world: takes from its wires what a person sees of it. */
    void (*mirror)(struct sb_part *part);
    /* In a mirrored world: the program has made a transfer on the part's I2C bus, with this or another device. */
    void (*mirror_transfer)(struct sb_part *part, const struct sb_tap_transfer *transfer);
    /* Why what it plays turned out damaged, which fails the run; null while it has not. */
    const char *(*failure)(const struct sb_part *part);
    void (*deinit)(struct sb_part *part);
};

/* Most faults that a type may have. */
#define SB_PART_FAULTS_MAX 8

struct sb_part {
    /* read-only */
    const struct sb_part_type *type;
    const char *id;
    struct sb_world *world;
    double left, top; /* pixels, 96 an inch, of the unrotated box's corner */
    double rotate;    /* degrees, clockwise */
    bool hide;
    bool is_ready;                 /* its init has succeeded */
    struct sb_place place;         /* in the board file */
    struct sb_terminal *terminals; /* type->terminal_count of them */
    const char **attr_values;      /* as type->attrs; never null */
    struct sb_place *attr_places;  /* in the same file, of those that are set; else the part's */
    struct sb_list node;           /* in the world's parts, in order of the file */
    /*
     * Pulsed whenever what a person sees of the part has changed, and counted: the window draws
     * anew, wait-lcd looks again.
     */
    struct sb_event look_changed;
    uint64_t look_count;
    /* private */
    uint16_t fault_counts[SB_PART_FAULTS_MAX]; /* how often each was begun and not ended */
};

/* Every type table of sim/parts/part_NAME.c; the build makes it from the files that are there. */
extern const struct sb_part_type *const *const sb_part_list[];

/* The type of this name, or null. */
const struct sb_part_type *sb_part_type_find(const char *name);

/* All types, in order of file and name; null ends the list. */
const struct sb_part_type *sb_part_type_at(unsigned index);

/* The terminal's number of a pin name, by table or find_pin; -1 when the type has no such pin. */
int sb_part_type_pin(const struct sb_part_type *type, const char *name);

/* The role of a terminal, by its first name. */
enum sb_pin_role sb_part_type_role(const struct sb_part_type *type, unsigned terminal);

/* The first name of a terminal. */
const char *sb_part_type_pin_name(const struct sb_part_type *type, unsigned terminal);

/* An attribute's value; `name` must be one of the type's. */
const char *sb_part_attr(const struct sb_part *part, const char *name);
double sb_part_attr_number(const struct sb_part *part, const char *name);
bool sb_part_attr_flag(const struct sb_part *part, const char *name);

/* The control's number, -1 when the type has none of that name. */
int sb_part_control_find(const struct sb_part *part, const char *name);

/* Sets a control. Returns 0; -ENOENT; -ERANGE outside its range; -EROFS in a mirrored world. */
int sb_part_set_control(struct sb_part *part, const char *name, double value);

/* The fault's number, -1 when the type has none of that name. */
int sb_part_fault_find(const struct sb_part *part, const char *name);

/* Begins a fault of the part's type, or ends one: it lasts until it was ended as often as begun. */
void sb_part_fault_begin(struct sb_part *part, unsigned fault);
void sb_part_fault_end(struct sb_part *part, unsigned fault);
bool sb_part_has_fault(const struct sb_part *part, unsigned fault);

/* Says that what a person sees has changed. */
void sb_part_look_changed(struct sb_part *part);

/* Reports an error at the part's place in the board file; returns -EINVAL. */
int sb_part_error(const struct sb_part *part, struct sb_diag *diag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same at the place of an attribute; `name` must be one of the type's. */
int sb_part_attr_error(const struct sb_part *part, const char *name, struct sb_diag *diag,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
