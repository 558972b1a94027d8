/* SPDX-License-Identifier: MIT */
/*
 * The scanner of sentences: one look at each byte.
 *
 *      IDLE --$--> TEXT --*--> CHECKSUM
 *       ^           |              |
 *       +---CR, LF--+--------------+        "$" leads to TEXT from everywhere
 */
#include "drivers/nmea.h"

#include <string.h>

_Static_assert(SB_NMEA_LENGTH_MAX >= 82 && SB_NMEA_LENGTH_MAX <= 60000, "offsets have 16 bits");

enum {
    IDLE,
    TEXT,
    CHECKSUM,
};

void sb_nmea_scanner_init(struct sb_nmea_scanner *scanner)
{
    memset(scanner, 0, sizeof(*scanner));
}

uint8_t sb_nmea_checksum(const char *text, size_t size)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < size && text[i] != '*'; i++)
        sum ^= (uint8_t)text[i];
    return sum;
}

static bool is_start(uint8_t byte)
{
    return byte == '$' || byte == '!';
}

static bool is_line_end(uint8_t byte)
{
    return byte == '\r' || byte == '\n';
}

static bool is_passed_over(uint8_t byte)
{
    return byte == 0 || byte == 0xff;
}

/* Everything that a sentence's text cannot just swallow is '*' or lower, or 0xFF. */
static bool is_plain(uint8_t byte)
{
    return byte > '*' && byte != 0xff;
}

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static void begin(struct sb_nmea_scanner *scanner, uint8_t start)
{
    scanner->state = TEXT;
    scanner->start = (char)start;
    scanner->text_size = 0;
    scanner->sum = 0;
    scanner->checksum = 0;
    scanner->digit_count = 0;
}

/* Blanks behind the checksum are what editors and terminals leave at the end of a line. */
static void take_digit(struct sb_nmea_scanner *scanner, uint8_t byte)
{
    int digit = hex_digit(byte);

    if (scanner->digit_count == 2 && (byte == ' ' || byte == '\t'))
        return;
    if (digit < 0 || scanner->digit_count >= 2) {
        scanner->digit_count = 3; /* for good: no checksum */
        return;
    }
    scanner->checksum = (uint8_t)(scanner->checksum << 4 | digit);
    scanner->digit_count++;
}

static enum sb_nmea_end judge(struct sb_nmea_scanner *scanner)
{
    if (scanner->state == CHECKSUM) {
        if (scanner->digit_count == 2 && scanner->checksum == scanner->sum) {
            scanner->good_count++;
            return SB_NMEA_GOOD;
        }
        scanner->bad_checksum_count++;
        return SB_NMEA_BAD;
    }
    if (scanner->text_size == 0 || scanner->text[0] < 'A' || scanner->text[0] > 'Z')
        return SB_NMEA_UNFINISHED; /* a stray '$' */
    scanner->no_checksum_count++;
    return SB_NMEA_UNCHECKED;
}

enum sb_nmea_end sb_nmea_scan_end(struct sb_nmea_scanner *scanner)
{
    enum sb_nmea_end end = SB_NMEA_UNFINISHED;

    if (scanner->state != IDLE)
        end = judge(scanner);
    if (end != SB_NMEA_UNFINISHED && scanner->text_size > SB_NMEA_TEXT_MAX)
        scanner->too_long_count++;
    scanner->state = IDLE;
    return end;
}

/* Takes plain text as far as it goes. Returns where it ends. */
static const uint8_t *take_text(struct sb_nmea_scanner *scanner, const uint8_t *at,
                                const uint8_t *limit)
{
    size_t size = scanner->text_size;
    uint8_t sum = scanner->sum;

    for (; at < limit && is_plain(*at); at++, size++) {
        if (size < SB_NMEA_TEXT_MAX)
            scanner->text[size] = (char)*at;
        sum ^= *at;
    }
    scanner->text_size = size;
    scanner->sum = sum;
    return at;
}

/* Takes one byte of a sentence that neither ends it nor begins another. */
static void take_byte(struct sb_nmea_scanner *scanner, uint8_t byte)
{
    if (is_passed_over(byte))
        return;
    if (scanner->state == CHECKSUM) {
        take_digit(scanner, byte);
        return;
    }
    if (byte == '*') {
        scanner->state = CHECKSUM;
        return;
    }
    if (scanner->text_size < SB_NMEA_TEXT_MAX)
        scanner->text[scanner->text_size] = (char)byte;
    scanner->text_size++;
    scanner->sum ^= byte;
}

/* Skips what lies between sentences. */
static const uint8_t *find_start(const uint8_t *at, const uint8_t *limit)
{
    while (at < limit && !is_start(*at))
        at++;
    return at;
}

size_t sb_nmea_scan(struct sb_nmea_scanner *scanner, const void *data, size_t size,
                    enum sb_nmea_end *end)
{
    const uint8_t *begins = data;
    const uint8_t *limit = begins + size;
    const uint8_t *at = begins;

    *end = SB_NMEA_UNFINISHED;
    while (*end == SB_NMEA_UNFINISHED) {
        if (scanner->state == IDLE)
            at = find_start(at, limit);
        else if (scanner->state == TEXT)
            at = take_text(scanner, at, limit);
        if (at == limit)
            break;
        if (is_start(*at) && scanner->state == CHECKSUM) {
            *end = sb_nmea_scan_end(scanner); /* the byte is the next one's */
        } else if (is_start(*at)) {
            scanner->cut_count += scanner->state == TEXT;
            begin(scanner, *at++);
        } else if (is_line_end(*at)) {
            *end = sb_nmea_scan_end(scanner);
            at++;
        } else {
            take_byte(scanner, *at++);
        }
    }
    return (size_t)(at - begins);
}
