/* SPDX-License-Identifier: MIT */
/* Contract tests: how they are run. */
#include "tests/contract/contract.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/timeout.h"

#define LIMIT_MS      20000
#define NAME_MAX_SIZE 160

const unsigned contract_gpios[CONTRACT_GPIO_COUNT] = {17, 22, 23, 24, 27};

/* What a test of cmocka needs to know. */
struct run {
    struct contract *contract;
    const struct contract_tests *tests;
    const struct contract_test *test;
    const char *gap; /* why it is skipped; null: it is not */
};

static int run_body(void *arg)
{
    const struct run *run = arg;
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, LIMIT_MS);
    run->test->fn(run->contract);
    return sb_timeout_end(&timeout, 0);
}

static void run_one(void **state)
{
    const struct run *run = *state;
    struct contract *contract = run->contract;
    int rc;

    if (run->gap != NULL) {
        printf("# skipped on %s: %s: %s: %s\n", contract->backend, run->tests->interface,
               run->test->name, run->gap);
        skip();
    }
    checks_begin();
    contract->open(contract);
    rc = contract->run(contract, run_body, (void *)run);
    contract->close(contract);
    checks_end();
    assert_int_equal(rc, 0);
}

static bool is_gap_of(const struct contract_gap *gap, const struct contract *contract,
                      const char *interface, const char *test)
{
    size_t length = strlen(interface);

    return strcmp(gap->backend, contract->backend) == 0 &&
           strncmp(gap->test, interface, length) == 0 &&
           strncmp(gap->test + length, ": ", 2) == 0 &&
           (strcmp(gap->test + length + 2, "*") == 0 || strcmp(gap->test + length + 2, test) == 0);
}

/* Nothing of the interface is there: one test stands for all of them. */
static const char *find_whole_gap(const struct contract *contract, const char *interface)
{
    for (const struct contract_gap *gap = contract_gaps; gap->backend != NULL; gap++)
        if (is_gap_of(gap, contract, interface, "*"))
            return gap->reason;
    return NULL;
}

static const char *find_gap(const struct contract *contract, const char *interface,
                            const char *test)
{
    for (const struct contract_gap *gap = contract_gaps; gap->backend != NULL; gap++)
        if (is_gap_of(gap, contract, interface, test))
            return gap->reason;
    return NULL;
}

/* Every gap of this interface names a test that there is. */
static void no_gap_is_stale(void **state)
{
    const struct run *run = *state;
    const struct contract *contract = run->contract;
    const struct contract_tests *tests = run->tests;

    for (const struct contract_gap *gap = contract_gaps; gap->backend != NULL; gap++) {
        bool is_known = strcmp(gap->backend, contract->backend) != 0 ||
                        strncmp(gap->test, tests->interface, strlen(tests->interface)) != 0;

        for (unsigned i = 0; i < tests->count; i++)
            is_known = is_known || is_gap_of(gap, contract, tests->interface, tests->tests[i].name);
        if (!is_known)
            fail_msg("tests/contract/gaps.c names a test that there is not: %s", gap->test);
    }
}

static void add(struct CMUnitTest *unit, struct run *run, CMUnitTestFunction fn, const char *name)
{
    *unit = (struct CMUnitTest){.name = name, .test_func = fn, .initial_state = run};
}

int contract_run(struct contract *contract, const struct contract_tests *tests)
{
    static const struct contract_test all = {"all of it", NULL};
    const char *whole_gap = find_whole_gap(contract, tests->interface);
    struct CMUnitTest *units = calloc(tests->count + 1, sizeof(*units));
    struct run *runs = calloc(tests->count + 1, sizeof(*runs));
    unsigned count = 0;
    char name[NAME_MAX_SIZE];
    int failed;

    assert_non_null(units);
    assert_non_null(runs);
    snprintf(name, sizeof(name), "%s, %s", contract->backend, tests->interface);
    runs[count] = (struct run){contract, tests, &all, whole_gap};
    add(&units[count], &runs[count], whole_gap == NULL ? no_gap_is_stale : run_one,
        whole_gap == NULL ? "no_gap_is_stale" : all.name);
    count++;
    for (unsigned i = 0; i < tests->count && whole_gap == NULL; i++, count++) {
        const struct contract_test *test = &tests->tests[i];

        runs[count] = (struct run){contract, tests, test,
                                   find_gap(contract, tests->interface, test->name)};
        add(&units[count], &runs[count], run_one, test->name);
    }
    failed = _cmocka_run_group_tests(name, units, count, NULL, NULL);
    free(runs);
    free(units);
    return failed;
}

int contract_run_pins(struct contract *contract)
{
    return contract_run(contract, &pin_contract) + contract_run(contract, &edge_contract) +
           contract_run(contract, &pins_contract) + contract_run(contract, &tap_contract) +
           contract_run(contract, &debounce_contract);
}

int contract_run_streams(struct contract *contract)
{
    return contract_run(contract, &read_contract) + contract_run(contract, &write_contract) +
           contract_run(contract, &end_contract) + contract_run(contract, &broken_contract) +
           contract_run(contract, &line_contract);
}

/* ---- for the tests */

void check_error_at(struct contract *contract, const char *words, const char *file, int line)
{
    const char *text = sb_board_error(contract->board);

    if (strstr(text, words) == NULL)
        check_text_at(text, words, "the board's error, without", file, line);
}

static int do_nothing(struct sb_pin *pin)
{
    (void)pin;
    return -ENODEV;
}

static int configure_nothing(struct sb_pin *pin, unsigned flags)
{
    (void)flags;
    return do_nothing(pin);
}

static int write_nothing(struct sb_pin *pin, bool level)
{
    (void)level;
    return do_nothing(pin);
}

static void close_nothing(struct sb_pin *pin)
{
    (void)pin;
}

/* So that a test that could not open its pin comes to its end. */
static struct sb_pin *no_pin(struct contract *contract)
{
    static const struct sb_pin_ops ops = {
        .configure = configure_nothing,
        .read = do_nothing,
        .write = write_nothing,
        .watch = write_nothing,
        .close = close_nothing,
    };
    static struct sb_pin pin;

    sb_pin_init(&pin, contract->board, "no pin", &ops);
    return &pin;
}

struct sb_pin *contract_pin(struct contract *contract, const char *name, unsigned flags)
{
    struct sb_pin *pin = NULL;

    if (sb_board_pin(contract->board, name, flags, &pin) == 0)
        return pin;
    check_text(sb_board_error(contract->board), "");
    check_true(false);
    return no_pin(contract);
}

int contract_try_pin(struct contract *contract, const char *name, unsigned flags)
{
    struct sb_pin *pin = NULL;
    int rc = sb_board_pin(contract->board, name, flags, &pin);

    sb_pin_close(pin);
    return rc;
}
