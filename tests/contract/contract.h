/* SPDX-License-Identifier: MIT */
/*
 * Contract tests: what the headers of lib/hal promise, asked of every backend by the same code. Each interface has a list
 * of tests (pin_contract, i2c_contract ...). A backend is a constructor: it opens a loop and a board, and brings what the
 * world outside the board can do there, a little table of functions for each interface.
 *
 * A test's body runs as a task of the backend's loop, for 20 s of its clock at most; so it uses the check_ forms of
 * tests/support.h. What a backend cannot do by its nature stands in tests/contract/gaps.c with the reason, and is
 * skipped there, aloud.
 */
#ifndef SB_TESTS_CONTRACT_CONTRACT_H
#define SB_TESTS_CONTRACT_CONTRACT_H

#include "tests/support.h"

#include <stdbool.h>

#include "lib/hal/board.h"

struct contract;

typedef void contract_fn(struct contract *contract);

struct contract_test {
    const char *name;
    contract_fn *fn;
};

/* The tests of one interface. */
struct contract_tests {
    const char *interface; /* "pins" */
    const struct contract_test *tests;
    unsigned count;
};

extern const struct contract_tests pin_contract; /* this and the next four: of pins */
extern const struct contract_tests edge_contract;
extern const struct contract_tests pins_contract;
extern const struct contract_tests tap_contract;
extern const struct contract_tests debounce_contract;
extern const struct contract_tests i2c_contract;
extern const struct contract_tests adc_contract;
extern const struct contract_tests spi_contract;
extern const struct contract_tests read_contract; /* this and the others: of streams */
extern const struct contract_tests write_contract;
extern const struct contract_tests end_contract;
extern const struct contract_tests broken_contract;
extern const struct contract_tests line_contract;

/* Pins, seen from outside the board; `gpio` is one of contract_gpios. */
struct contract_pins {
    int64_t late_ns;     /* by how much an edge's time may be later than the change was; 0: exact */
    unsigned queue_size; /* edges that are kept while the loop does not look */
    bool is_loss_exact;  /* all that did not fit are counted; false: at least one */
    bool debounces;
    int64_t debounce_late_ns; /* by how much the end of a debounced period may be late */
    bool is_rigid;            /* outputs that were opened together change together only */
    /* Pulls the line to a level, more weakly than an output drives it; -1 lets it go. Edges have their time now. */
    void (*put)(unsigned gpio, int level);
    /* Time passes in which the loop does not look, which is cheap where reading the clock is not. */
    void (*block_us)(unsigned us);
    /* So many changes while the loop does not look, from low on. */
    void (*storm)(unsigned gpio, unsigned count);
    int (*level)(unsigned gpio); /* on the line now; -1: floating */
    /* The levels that an output has had since this was last called, as digits: "10". */
    const char *(*history)(unsigned gpio);
};

/* The lines that the tests use. */
#define CONTRACT_GPIO_COUNT 5
extern const unsigned contract_gpios[CONTRACT_GPIO_COUNT]; /* 17, 22, 23, 24, 27 */

/*
 * An I2C bus with a memory at 50h, and nothing else that the tests would meet: the first byte that is written is where,
 * then come bytes; reads go on from there.
 */
#define CONTRACT_I2C_ADDRESS 0x50

struct contract_i2c {
    const char *bus;                       /* "i2c-1" */
    uint8_t *memory;                       /* 256 bytes, zeros at first */
    void (*set_deaf)(bool is_deaf);        /* acknowledges no address */
    void (*set_byte_limit)(unsigned most); /* acknowledges so many bytes of a write; 0: all */
    void (*set_delay_ns)(
        int64_t delay);             /* stretches the clock so long for each byte that is read */
    void (*set_held)(bool is_held); /* something holds the bus for good */
    /*
     * What went over the bus since this was last called: "S | 50w+ | 10w- | P", "Sr" for a repeated START, + or - for an
     * acknowledge. The beginning of it, if it is long.
     */
    const char *(*heard)(void);
};

/* Two analog inputs of a converter. */
struct contract_adc {
    const char *inputs[2]; /* "adc0" */
    unsigned bits;         /* 8 to 16 */
    unsigned reference_mv;
    void (*set_code)(unsigned input, unsigned code); /* what it converts to from now on */
};

/* Two devices on an SPI bus whose input is wired to its output. */
struct contract_spi {
    const char *devices[2];  /* "spi0.0" */
    void (*fail_next)(void); /* the next transfer fails with -EIO */
    /*
     * What was on the wires since this was last called: "cs0=0 | mode 3 lsb 500000 Hz: 01 02 | cs0=1"; of the bytes the
     * first eight.
     */
    const char *(*heard)(void);
};

/*
 * A stream and its other side. All of these are called in tasks, and may wait. What a backend cannot do is null, and the
 * tests that need it are gaps.
 */
struct contract_stream {
    unsigned baud; /* 0: has none */
    size_t big;    /* more bytes than go out at once while the other side does not read */
    struct sb_stream *(*open)(struct contract *contract);
    void (*put)(const void *data, size_t size); /* the other side sends all of it */
    size_t (*get)(void *data,
                  size_t size);  /* what has come there, without waiting for it; up to 512 bytes */
    void (*end)(void);           /* it sends no more, but reads on */
    bool (*has_heard_end)(void); /* it has read all, and then the end */
    void (*break_off)(void);     /* the connection breaks, the port is unplugged */
    int broken_rc;               /* what is said of that */
    void (*send_break)(void);
    void (*send_wrong_byte)(void); /* one without a stop bit */
    void (*overrun)(void);         /* a byte is lost before it can be taken */
    unsigned (*break_count)(void); /* that have come there; null: cannot be seen */
};

struct contract {
    const char *backend; /* as in gaps.c: "simulated" */
    void (*open)(struct contract *contract);
    void (*close)(struct contract *contract);
    /* Runs a task to its end. Returns its result, or the loop's error. */
    int (*run)(struct contract *contract, sb_task_fn *fn, void *arg);
    /* Those whose tests are run. */
    const struct contract_pins *pins;
    const struct contract_i2c *i2c;
    const struct contract_adc *adc;
    const struct contract_spi *spi;
    const struct contract_stream *stream;
    /* while it is open */
    struct sb_board *board;
};

/* Runs the tests, each on a board of its own. Returns how many failed. */
int contract_run_pins(struct contract *contract);    /* all those of pins */
int contract_run_streams(struct contract *contract); /* all those of streams */
int contract_run(struct contract *contract, const struct contract_tests *tests);

/* What a backend cannot do. */
struct contract_gap {
    const char *backend;
    const char *test; /* of an interface, "spi: *" for all of them; or "pins: NAME" */
    const char *reason;
};

extern const struct contract_gap contract_gaps[]; /* ended by nulls */

/* ---- for the tests */

#define CONTRACT(name) static void name(struct contract *c)
#define CONTRACT_TEST(name) \
    {                       \
#name, name         \
    }

#define CONTRACT_TESTS(of, what)                     \
    const struct contract_tests of = {               \
        .interface = (what),                         \
        .tests = tests,                              \
        .count = sizeof(tests) / sizeof((tests)[0]), \
    }

/* The board's text holds these words. */
#define check_error(c, words) check_error_at((c), (words), __FILE__, __LINE__)
void check_error_at(struct contract *contract, const char *words, const char *file, int line);

/* Opens a pin; if that fails, notes it with the board's text, and gives one that does nothing. */
struct sb_pin *contract_pin(struct contract *contract, const char *name, unsigned flags);

/* Tries to, and closes it again. */
int contract_try_pin(struct contract *contract, const char *name, unsigned flags);

#endif
