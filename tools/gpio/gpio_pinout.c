/* SPDX-License-Identifier: MIT */
/*
 * softboard gpio pinout: the header as one looks at it, what each pin can be, and on a Raspberry Pi
 * what is in use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/hal/rpi_header.h"
#include "tools/gpio/gpio.h"
#include "tools/json_text.h"

#define FUNCTIONS_SIZE 96
#define NAME_SIZE      16

struct pinout {
    const struct gpio_header *header;
    bool is_real; /* of this machine: `users` are known */
    bool has_colour;
    char users[SB_RPI_GPIO_COUNT][SB_LINUX_NAME_SIZE]; /* "" nobody */
};

/* The session's function gets no pointer of ours. */
static struct pinout pinout;

static void name_pin(int gpio, char out[NAME_SIZE])
{
    static const char *const power[] = {"GND", "3V3", "5V"};

    if (gpio < 0)
        snprintf(out, NAME_SIZE, "%s", power[-1 - gpio]);
    else
        snprintf(out, NAME_SIZE, "GPIO%d", gpio);
}

static bool is_used(int gpio)
{
    return gpio >= 0 && pinout.users[gpio][0] != '\0';
}

static void functions_of(int gpio, char out[FUNCTIONS_SIZE])
{
    out[0] = '\0';
    if (gpio >= 0)
        gpio_header_functions(pinout.header, gpio, out, FUNCTIONS_SIZE);
}

/* ---- for people */

static const char *colour_of(int gpio)
{
    if (gpio == SB_RPI_5V)
        return "\033[31m";
    if (gpio == SB_RPI_3V3)
        return "\033[33m";
    if (gpio == SB_RPI_GROUND)
        return "\033[2m";
    return is_used(gpio) ? "\033[1;36m" : "\033[32m";
}

/* A word in `width` columns, to their left when that is negative. */
static void put_coloured(int gpio, const char *text, int width)
{
    if (pinout.has_colour)
        printf("%s%*s\033[0m", colour_of(gpio), width, text);
    else
        printf("%*s", width, text);
}

/* Columns that the functions of the odd pins take: they stand left of the header. */
static int left_width(void)
{
    int width = 0;

    for (int number = 1; number <= pinout.header->pin_count; number += 2) {
        char functions[FUNCTIONS_SIZE];

        functions_of(gpio_header_pin(pinout.header, number), functions);
        if ((int)strlen(functions) > width)
            width = (int)strlen(functions);
    }
    return width;
}

static void print_row(int number, int width)
{
    int left = gpio_header_pin(pinout.header, number);
    int right = gpio_header_pin(pinout.header, number + 1);
    char functions[FUNCTIONS_SIZE];
    char name[NAME_SIZE];

    functions_of(left, functions);
    printf("%*s ", width, functions);
    name_pin(left, name);
    printf("%c", is_used(left) ? '*' : ' ');
    put_coloured(left, name, 6);
    printf(" %2d | %-2d ", number, number + 1);
    name_pin(right, name);
    functions_of(right, functions);
    put_coloured(right, name, functions[0] == '\0' && !is_used(right) ? 0 : -6);
    if (is_used(right))
        printf("* %s\n", functions);
    else
        printf("%s%s\n", functions[0] == '\0' ? "" : "  ", functions);
}

static void print_users(void)
{
    bool is_first = true;

    for (int gpio = 0; gpio < SB_RPI_GPIO_COUNT; gpio++) {
        if (!is_used(gpio))
            continue;
        printf("%s  GPIO%d is used by '%s'\n", is_first ? "\n* in use\n" : "", gpio,
               pinout.users[gpio]);
        is_first = false;
    }
}

static void print_all(void)
{
    int width = left_width();

    printf("%s\n\n", pinout.header->title);
    for (int number = 1; number <= pinout.header->pin_count; number += 2)
        print_row(number, width);
    print_users();
}

/* ---- for programs */

static void put_functions(int gpio)
{
    char functions[FUNCTIONS_SIZE];
    char *rest = functions;
    bool is_first = true;

    functions_of(gpio, functions);
    fputs(",\"functions\":[", stdout);
    while (*rest != '\0') {
        char *comma = strstr(rest, ", ");

        if (comma != NULL)
            *comma = '\0';
        fputs(is_first ? "" : ",", stdout);
        sb_json_put_text(stdout, rest);
        rest = comma == NULL ? rest + strlen(rest) : comma + 2;
        is_first = false;
    }
    putchar(']');
}

static void put_pin(int number)
{
    int gpio = gpio_header_pin(pinout.header, number);
    char name[NAME_SIZE];

    name_pin(gpio, name);
    printf("{\"pin\":%d", number);
    sb_json_put_member(stdout, false, "name", name);
    if (gpio < 0)
        printf(",\"gpio\":null");
    else
        printf(",\"gpio\":%d", gpio);
    put_functions(gpio);
    if (is_used(gpio))
        sb_json_put_member(stdout, false, "consumer", pinout.users[gpio]);
    else
        printf(",\"consumer\":null");
    puts("}");
}

/* ---- */

static void read_board_name(char *out, size_t size)
{
    FILE *file = fopen("/proc/device-tree/model", "re");

    out[0] = '\0';
    if (file == NULL)
        return;
    out[fread(out, 1, size - 1, file)] = '\0';
    fclose(file);
}

static int look_at_board(struct gpio_session *session)
{
    struct sb_linux_chip_info chip;
    char board[64];

    sb_linux_board_chip(&session->board, &chip);
    read_board_name(board, sizeof(board));
    pinout.header = gpio_header_of(chip.label, board);
    for (unsigned i = 0; i < SB_RPI_GPIO_COUNT; i++) {
        struct sb_linux_line line;

        sb_linux_board_line(&session->board, i, &line);
        memcpy(pinout.users[i], line.consumer, sizeof(line.consumer));
    }
    return GPIO_EXIT_GOOD;
}

static bool wants_colour(void)
{
    const char *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) && (none == NULL || *none == '\0') &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

int gpio_pinout(const struct gpio_options *options)
{
    static struct gpio_session session;
    const char *model = options->word_count > 0 ? options->words[0] : NULL;

    pinout = (struct pinout){
        .header = gpio_header_by_name(model == NULL ? "3" : model),
        .has_colour = wants_colour(),
    };
    if (pinout.header == NULL || options->word_count > 1)
        return gpio_usage_error(
            "pinout takes one model: zero, 1, 1+, 2, 3, 4, 5, 400 or 500, or 1rev1 "
            "for the very first; not \"%s\"",
            options->words[options->word_count - 1]);
    if (model == NULL && sb_linux_board_is_present())
        (void)gpio_session_run(&session, options, look_at_board); /* else it is said why not */
    if (!options->is_json) {
        print_all();
        return GPIO_EXIT_GOOD;
    }
    for (int number = 1; number <= pinout.header->pin_count; number++)
        put_pin(number);
    return GPIO_EXIT_GOOD;
}
