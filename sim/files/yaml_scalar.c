/* SPDX-License-Identifier: MIT */
/*
 * What an unquoted scalar means, by the core schema of YAML 1.2. JSON's words and numbers are a part
 * of that.
 */
#include "sim/files/yaml.h"

#include <stdlib.h>
#include <string.h>

static bool is_plain(const struct sb_yaml_node *node)
{
    return node->kind == SB_YAML_SCALAR && !node->is_quoted;
}

static bool is_one_of(const struct sb_yaml_node *node, const char *a, const char *b, const char *c)
{
    return strcmp(node->text, a) == 0 || strcmp(node->text, b) == 0 || strcmp(node->text, c) == 0;
}

bool sb_yaml_is_null(const struct sb_yaml_node *node)
{
    return is_plain(node) &&
           (is_one_of(node, "null", "Null", "NULL") || is_one_of(node, "", "~", "~"));
}

bool sb_yaml_get_bool(const struct sb_yaml_node *node, bool *out)
{
    if (!is_plain(node))
        return false;
    if (!is_one_of(node, "true", "True", "TRUE") && !is_one_of(node, "false", "False", "FALSE"))
        return false;
    *out = node->text[0] == 't' || node->text[0] == 'T';
    return true;
}

static size_t count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* [-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)? */
static bool is_decimal(const char *text)
{
    size_t digits;

    if (*text == '-' || *text == '+')
        text++;
    digits = count_digits(text);
    text += digits;
    if (*text == '.') {
        text++;
        digits += count_digits(text);
        text += count_digits(text);
    }
    if (digits == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        if (*text == '-' || *text == '+')
            text++;
        if (count_digits(text) == 0)
            return false;
        text += count_digits(text);
    }
    return *text == '\0';
}

static bool is_made_of(const char *text, const char *set)
{
    return *text != '\0' && text[strspn(text, set)] == '\0';
}

bool sb_yaml_get_number(const struct sb_yaml_node *node, double *out)
{
    if (!is_plain(node))
        return false;
    if (strncmp(node->text, "0x", 2) == 0 && is_made_of(node->text + 2, "0123456789abcdefABCDEF"))
        *out = (double)strtoull(node->text + 2, NULL, 16);
    else if (strncmp(node->text, "0o", 2) == 0 && is_made_of(node->text + 2, "01234567"))
        *out = (double)strtoull(node->text + 2, NULL, 8);
    else if (is_decimal(node->text))
        *out = strtod(node->text, NULL);
    else
        return false;
    return true;
}

bool sb_yaml_is_text(const struct sb_yaml_node *node)
{
    bool flag;
    double number;

    return node->kind == SB_YAML_SCALAR && !sb_yaml_is_null(node) &&
           !sb_yaml_get_bool(node, &flag) && !sb_yaml_get_number(node, &number);
}
