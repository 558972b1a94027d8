/* SPDX-License-Identifier: MIT */
/*
 * JSON (RFC 8259) into the tree. Strict, and without libyaml, which takes more than JSON allows and
 * would name another place for a missing comma than the one where a person looks for it: each mistake
 * is reported where the first token that cannot follow begins.
 */
#include "sim/files/yaml_build.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct sb_yaml_builder *builder;
    const char *at;
    const char *end;
    unsigned line;
    unsigned column;
    char *scratch; /* the text of a string while it is read; as large as the file */
};

static int read_value(struct reader *reader);

static int fail_at(const struct reader *reader, unsigned line, unsigned column, const char *format,
                   ...) __attribute__((format(printf, 4, 5)));

static int fail_at(const struct reader *reader, unsigned line, unsigned column, const char *format,
                   ...)
{
    struct sb_place place = {reader->builder->yaml->name, line, column};
    va_list args;
    int rc;

    va_start(args, format);
    rc = sb_diag_verror(reader->builder->diag, place, format, args);
    va_end(args);
    return rc;
}

#define FAIL(reader, ...) fail_at((reader), (reader)->line, (reader)->column, __VA_ARGS__)

/* The character here; 0 at the end, since a NUL is in no text that comes here. */
static char peek(const struct reader *reader)
{
    return reader->at < reader->end ? *reader->at : '\0';
}

static void advance(struct reader *reader)
{
    unsigned char byte = (unsigned char)*reader->at++;

    if (byte == '\n') {
        reader->line++;
        reader->column = 1;
    } else if ((byte & 0xc0) != 0x80) {
        reader->column++;
    }
}

static void advance_by(struct reader *reader, size_t count)
{
    while (count-- > 0)
        advance(reader);
}

static void skip_blanks(struct reader *reader)
{
    while (peek(reader) == ' ' || peek(reader) == '\t' || peek(reader) == '\n' ||
           peek(reader) == '\r')
        advance(reader);
}

static bool is_word_part(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '.' || c == '$';
}

static size_t word_length(const struct reader *reader)
{
    size_t length = 0;

    while (reader->at + length < reader->end && is_word_part(reader->at[length]))
        length++;
    return length;
}

/* What stands here in place of `expected`; the mistakes that JavaScript and YAML teach have names. */
static int fail_token(const struct reader *reader, const char *expected)
{
    char c = peek(reader);
    size_t length = word_length(reader);

    if (c == '\0')
        return FAIL(reader, "the file ends where %s is expected", expected);
    if (c == '/' || c == '#')
        return FAIL(reader, "JSON has no comments: remove it");
    if (c == '\'')
        return FAIL(reader, "single quotes: JSON puts texts in double quotes");
    if (length > 0)
        return FAIL(reader, "expected %s, not %.*s", expected, length > 40 ? 40 : (int)length,
                    reader->at);
    if ((unsigned char)c < 0x20 || (unsigned char)c >= 0x7f)
        return FAIL(reader, "expected %s, not the byte 0x%02x", expected, (unsigned char)c);
    return FAIL(reader, "expected %s, not '%c'", expected, c);
}

static size_t skip_digits(const char *text, size_t at, size_t length)
{
    while (at < length && text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)? */
static bool is_number(const char *text, size_t length)
{
    size_t at = text[0] == '-' ? 1 : 0;
    size_t after = skip_digits(text, at, length);

    if (after == at || (text[at] == '0' && after > at + 1))
        return false;
    at = after;
    if (at < length && text[at] == '.') {
        after = skip_digits(text, at + 1, length);
        if (after == at + 1)
            return false;
        at = after;
    }
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        if (at < length && (text[at] == '-' || text[at] == '+'))
            at++;
        after = skip_digits(text, at, length);
        if (after == at)
            return false;
        at = after;
    }
    return at == length;
}

static bool is_literal(const char *text, size_t length)
{
    return (length == 4 && memcmp(text, "true", 4) == 0) ||
           (length == 5 && memcmp(text, "false", 5) == 0) ||
           (length == 4 && memcmp(text, "null", 4) == 0);
}

static int read_word(struct reader *reader)
{
    const char *text = reader->at;
    size_t length = word_length(reader);
    int shown = length > 40 ? 40 : (int)length;
    bool is_numeric = (text[0] >= '0' && text[0] <= '9') || text[0] == '-' || text[0] == '+' ||
                      text[0] == '.';
    int rc;

    if (is_numeric && !is_number(text, length))
        return FAIL(reader, "bad number %.*s: JSON writes numbers like 1, -0.5 and 1e3", shown,
                    text);
    if (!is_numeric && !is_literal(text, length))
        return FAIL(reader, "%.*s must stand in double quotes", shown, text);
    rc = sb_yaml_build_scalar(reader->builder, text, length, false, reader->line, reader->column);
    advance_by(reader, length);
    return rc;
}

/* The bytes of the UTF-8 character here, 0 when it is none (overlong forms and surrogates included). */
static size_t utf8_length(const struct reader *reader)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t available = (size_t)(reader->end - reader->at);
    unsigned char first = (unsigned char)*reader->at;
    size_t length = first < 0x80   ? 1
                    : first < 0xc2 ? 0
                    : first < 0xe0 ? 2
                    : first < 0xf0 ? 3
                    : first < 0xf5 ? 4
                                   : 0;
    uint32_t code = length < 2 ? first : first & (0xffU >> (length + 1));

    if (length > available)
        return 0;
    for (size_t i = 1; i < length; i++) {
        unsigned char byte = (unsigned char)reader->at[i];

        if ((byte & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (byte & 0x3fU);
    }
    if (length > 1 &&
        (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)))
        return 0;
    return length;
}

static size_t write_utf8(char *out, uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The number of "\uXXXX" at `at`; -1 when that does not stand there. */
static int32_t read_unit(const struct reader *reader, const char *at)
{
    int32_t unit = 0;

    if (reader->end - at < 6 || at[0] != '\\' || at[1] != 'u')
        return -1;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(at[i]);

        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

static int read_unicode_escape(struct reader *reader, char *out, size_t *written)
{
    int32_t unit = read_unit(reader, reader->at);
    int32_t second;

    if (unit < 0)
        return FAIL(reader, "bad escape: \\u is followed by four hexadecimal digits");
    if (unit < 0xd800 || unit > 0xdfff) {
        *written = write_utf8(out, (uint32_t)unit);
        advance_by(reader, 6);
        return 0;
    }
    second = read_unit(reader, reader->at + 6);
    if (unit > 0xdbff || second < 0xdc00 || second > 0xdfff)
        return FAIL(reader, "bad escape: half of a surrogate pair");
    *written = write_utf8(out, (uint32_t)(0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00)));
    advance_by(reader, 12);
    return 0;
}

static int read_escape(struct reader *reader, char *out, size_t *written)
{
    static const char names[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    char c = reader->at + 1 < reader->end ? reader->at[1] : '\0';
    const char *found = c == '\0' ? NULL : strchr(names, c);

    if (c == 'u')
        return read_unicode_escape(reader, out, written);
    if (found == NULL)
        return FAIL(reader, "bad escape: JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX");
    *out = meanings[found - names];
    *written = 1;
    advance_by(reader, 2);
    return 0;
}

/* A character or escape of a string. An escape is never shorter than what it stands for. */
static int read_character(struct reader *reader, char *out, size_t *written)
{
    unsigned char byte = (unsigned char)*reader->at;
    size_t length;

    if (byte == '\\')
        return read_escape(reader, out, written);
    if (byte == '\n' || byte == '\r')
        return FAIL(reader, "the line ends inside of a text: a '\"' is missing");
    if (byte < 0x20)
        return FAIL(reader, "a control character in a text: write \\u%04x", byte);
    length = utf8_length(reader);
    if (length == 0)
        return FAIL(reader, "the byte 0x%02x is no UTF-8: save the file as UTF-8", byte);
    memcpy(out, reader->at, length);
    *written = length;
    advance_by(reader, length);
    return 0;
}

static int read_string(struct reader *reader)
{
    unsigned line = reader->line;
    unsigned column = reader->column;
    size_t size = 0;

    advance(reader);
    while (peek(reader) != '"') {
        size_t written = 0;
        int rc;

        if (reader->at == reader->end)
            return fail_at(reader, line, column,
                           "the file ends inside of this text: "
                           "a '\"' is missing");
        rc = read_character(reader, reader->scratch + size, &written);
        if (rc < 0)
            return rc;
        size += written;
    }
    advance(reader);
    return sb_yaml_build_scalar(reader->builder, reader->scratch, size, true, line, column);
}

static int read_key(struct reader *reader)
{
    int rc;

    if (peek(reader) != '"')
        return fail_token(reader, "a key in double quotes");
    rc = read_string(reader);
    if (rc < 0)
        return rc;
    skip_blanks(reader);
    if (peek(reader) != ':')
        return fail_token(reader, "':' after the key");
    advance(reader);
    skip_blanks(reader);
    return 0;
}

/* An array or object; the two differ in their brackets and in the keys. */
static int read_collection(struct reader *reader, enum sb_yaml_kind kind)
{
    char close = kind == SB_YAML_MAPPING ? '}' : ']';
    const char *more = kind == SB_YAML_MAPPING ? "',' or '}'" : "',' or ']'";
    int rc = sb_yaml_build_begin(reader->builder, kind, reader->line, reader->column);

    if (rc < 0)
        return rc;
    advance(reader);
    skip_blanks(reader);
    while (peek(reader) != close) {
        unsigned line;
        unsigned column;

        rc = kind == SB_YAML_MAPPING ? read_key(reader) : 0;
        if (rc == 0)
            rc = read_value(reader);
        if (rc < 0)
            return rc;
        skip_blanks(reader);
        if (peek(reader) == close)
            break;
        if (peek(reader) != ',')
            return fail_token(reader, more);
        line = reader->line;
        column = reader->column;
        advance(reader);
        skip_blanks(reader);
        if (peek(reader) == close)
            return fail_at(reader, line, column, "a comma before '%c': remove it", close);
    }
    advance(reader);
    sb_yaml_build_end(reader->builder);
    return 0;
}

static int read_value(struct reader *reader)
{
    switch (peek(reader)) {
    case '{':
        return read_collection(reader, SB_YAML_MAPPING);
    case '[':
        return read_collection(reader, SB_YAML_SEQUENCE);
    case '"':
        return read_string(reader);
    default:
        return word_length(reader) > 0 ? read_word(reader) : fail_token(reader, "a value");
    }
}

static void skip_byte_order_mark(struct reader *reader)
{
    if (reader->end - reader->at >= 3 && memcmp(reader->at, "\xef\xbb\xbf", 3) == 0)
        reader->at += 3;
}

static int read_document(struct reader *reader)
{
    int rc;

    skip_byte_order_mark(reader);
    skip_blanks(reader);
    if (reader->at == reader->end)
        return fail_at(reader, 1, 1, "the file is empty");
    rc = read_value(reader);
    if (rc < 0)
        return rc;
    skip_blanks(reader);
    return reader->at == reader->end ? 0 : fail_token(reader, "the end of the file");
}

int sb_yaml_read_json(struct sb_yaml_builder *builder, const char *text, size_t size)
{
    struct reader reader = {
        .builder = builder, .at = text, .end = text + size, .line = 1, .column = 1};
    int rc;

    reader.scratch = malloc(size + 1);
    if (reader.scratch == NULL)
        return FAIL(&reader, "out of memory");
    rc = read_document(&reader);
    free(reader.scratch);
    return rc;
}
