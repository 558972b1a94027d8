/* SPDX-License-Identifier: MIT */
/*
 * Wires: the nets of a simulated board. Terminals (pins of parts) drive a wire with some strength or
 * only look at it; links (closed contacts, resistors) join wires at run time. A wire resolves to low,
 * high, floating or conflict, and tells who listens at the very time of each change.
 *
 * Strength, weakest first: pull (a bias of some 50 kOhm), resistive (whatever comes through a
 * resistor), strong (a push-pull or open-drain output), supply. The strongest drive of all that is
 * joined decides; two different levels of equal strength are a conflict. A resistor's value plays no
 * part. A terminal may drive a voltage instead, for analog inputs: there is no arithmetic of dividers.
 */
#ifndef SB_SIM_WIRE_H
#define SB_SIM_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/list.h"

struct sb_part;
struct sb_uart_tx;
struct sb_wire;
struct sb_world;

enum sb_level {
    SB_LEVEL_LOW = 0,
    SB_LEVEL_HIGH = 1,
    SB_LEVEL_FLOATING = 2,
    SB_LEVEL_CONFLICT = 3,
};

enum sb_strength {
    SB_STRENGTH_NONE, /* looks only; lets go */
    SB_STRENGTH_PULL,
    SB_STRENGTH_RESISTIVE,
    SB_STRENGTH_SEEN, /* in a mirrored world: a level that comes from a real line (sim/mirror.h) */
    SB_STRENGTH_STRONG,
    SB_STRENGTH_SUPPLY,
};

/* A voltage that a part gives, for analog inputs. */
struct sb_analog {
    double fraction; /* of the supply, 0 to 1 */
    double noise;    /* the most that a sample may be off, a fraction of the supply; 0: none */
    uint64_t random; /* state of the noise; seed it */
};

/* One pin of a part on a wire. */
struct sb_terminal {
    /* read-only */
    const char *name; /* as the part's type has it: "RS" */
    struct sb_part *part;
    unsigned index;       /* among the part's terminals */
    struct sb_wire *wire; /* never null once the board is built */
    enum sb_strength strength;
    bool drive_level;
    /*
     * Set before the world starts: a resistor on the part's own board pulls it up, whatever the part
     * does with it. The pins of I2C on a Raspberry Pi, breakout boards of sensors.
     */
    bool has_pull_up;
    struct sb_analog *analog; /* what it drives beside; null: nothing analog */
    /* private */
    const struct sb_uart_tx *sender; /* the UART that sends from it; null: none */
    struct sb_list node;
};

/* Called at each change of a wire's level, in loop context or in that of the task that drove it. */
typedef void sb_wire_fn(struct sb_wire *wire, enum sb_level level, void *arg);

/* One more listener than the parts themselves: VCD, scenario, window. The caller's memory. */
struct sb_wire_listener {
    /* private */
    struct sb_list node;
    sb_wire_fn *fn;
    void *arg;
    bool is_uart; /* listens in a struct sb_uart_rx, which need not see bits */
};

/*
 * A sender that hands on whole bytes without driving their bits, for as long as nobody could see them
 * (sim/bus/uart.h). `reveal` brings the wire to what it would be now; the wire has forgotten it by then.
 */
struct sb_wire_hidden {
    void (*reveal)(struct sb_wire_hidden *hidden);
    /* Hands over what should have come by now; it goes on hiding. */
    void (*catch_up)(struct sb_wire_hidden *hidden);
};

struct sb_wire {
    /* read-only */
    char *name; /* unique: the controller's pin ("GPIO17"), else the first part's ("lcd1.V0") */
    unsigned index;
    enum sb_level level;
    int64_t changed_ns; /* of the last change */
    uint64_t change_count;
    struct sb_world *world;
    struct sb_list terminals;
    const char *colour; /* as its first connection in the board file has it; "" */
    /* private */
    struct sb_list links;
    struct sb_list listeners;
    struct sb_wire_hidden *hidden; /* null: the wire shows all there is */
    bool is_watched;               /* somebody looks at its level without listening */
    bool is_supply;                /* some terminal drives it as a supply: links end here */
    bool is_queued;
    uint32_t mark;  /* of the last search for drives that came by */
    uint32_t visit; /* of the last update that came by */
    struct sb_wire *next_changed;
};

enum sb_link_kind {
    SB_LINK_CONTACT,  /* a switch: joins with full strength */
    SB_LINK_RESISTOR, /* passes drives on as resistive at most */
};

/* One end of a link, on its wire's list. */
struct sb_link_end {
    struct sb_list node;
    struct sb_link *link;
};

/* A joint between two wires that may open and close. The part's memory. */
struct sb_link {
    /* read-only */
    bool is_closed;
    /* private */
    enum sb_link_kind kind;
    struct sb_wire *wires[2];
    struct sb_link_end ends[2];
};

static inline struct sb_link *sb_link_of_node(struct sb_list *node)
{
    return SB_CONTAINER_OF(node, struct sb_link_end, node)->link;
}

/* Drives the terminal's wire; SB_STRENGTH_NONE lets go. Listeners have heard of it on return. */
void sb_terminal_drive(struct sb_terminal *terminal, enum sb_strength strength, bool level);

/* What a terminal is to drive. */
struct sb_drive {
    struct sb_terminal *terminal;
    enum sb_strength strength;
    bool level;
};

/*
 * Drives several terminals in the same instant: no wire has a level in between, and who listens to one finds the others
 * changed, too. The same terminal twice is not allowed; 64 at most.
 */
void sb_terminals_drive(const struct sb_drive *drives, unsigned count);

/*
 * Drives a voltage, which is borrowed until the terminal drives something else. Digitally it is a resistive
 * drive, high from one half on. To be called again when its fraction has changed.
 */
void sb_terminal_drive_analog(struct sb_terminal *terminal, struct sb_analog *analog);

/*
 * A sample of the wire's voltage, as a fraction of the supply: the mean of the analog drives, or 0 or 1
 * by its level where a stronger drive or none but digital ones decide, 0.5 in a conflict. Negative when
 * it floats.
 */
double sb_wire_sample(struct sb_wire *wire);

/* The level of the terminal's wire. Floating and conflict included. */
static inline enum sb_level sb_terminal_level(const struct sb_terminal *terminal)
{
    return terminal->wire->level;
}

/* A link between the wires of two terminals, open at first. Only while the board is built. */
void sb_link_init(struct sb_link *link, enum sb_link_kind kind, struct sb_terminal *a,
                  struct sb_terminal *b);
void sb_link_set_closed(struct sb_link *link, bool is_closed);

/* Resolves every wire anew and tells what changed: when time begins. */
void sb_world_settle_wires(struct sb_world *world);

/*
 * Begins to listen. The present level is not reported; it may be another than before, since a sender that was
 * hidden shows it now.
 */
void sb_wire_listen(struct sb_wire *wire, struct sb_wire_listener *listener, sb_wire_fn *fn,
                    void *arg);
void sb_wire_unlisten(struct sb_wire_listener *listener);

/* Says that the wire's level will be looked at, now and then, without listening: all must be on it. */
void sb_wire_watch(struct sb_wire *wire);

/* True when no listener but UARTs, no part, no closed link, no watch and no trace sees the wire's bits. */
bool sb_wire_is_unseen(const struct sb_wire *wire);

/* Ends the hiding of a sender: the wire has its true level from here on. */
void sb_wire_reveal(struct sb_wire *wire);

#endif
