/* SPDX-License-Identifier: MIT */
/*
 * Results of tests as JUnit's XML.
 */
#include "tools/junit.h"

#include <errno.h>
#include <string.h>

/* The bytes of the UTF-8 character at `text`, 0 when it is none that XML may hold. */
static size_t character_size(const unsigned char *text, size_t size)
{
    size_t length = text[0] < 0x80   ? 1
                    : text[0] < 0xc2 ? 0
                    : text[0] < 0xe0 ? 2
                    : text[0] < 0xf0 ? 3
                    : text[0] < 0xf5 ? 4
                                     : 0;

    if (text[0] < 0x20 && text[0] != '\n' && text[0] != '\t')
        return 0;
    if (length > size)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    if (text[0] == 0xed && text[1] >= 0xa0) /* a surrogate */
        return 0;
    return length;
}

static void put_text(FILE *out, const char *text, size_t size)
{
    while (size > 0) {
        size_t length = character_size((const unsigned char *)text, size);

        if (length == 0)
            putc('?', out);
        else if (*text == '&')
            fputs("&amp;", out);
        else if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '>')
            fputs("&gt;", out);
        else if (*text == '"')
            fputs("&quot;", out);
        else
            fwrite(text, 1, length, out);
        length = length == 0 ? 1 : length;
        text += length;
        size -= length;
    }
}

static void put_output(FILE *out, FILE *output)
{
    char line[4096];

    if (output == NULL)
        return;
    rewind(output);
    while (fgets(line, sizeof(line), output) != NULL)
        put_text(out, line, strlen(line));
}

static void put_test(FILE *out, const struct sb_test *test)
{
    const char *slash = strrchr(test->scenario, '/');
    const char *name = slash == NULL ? test->scenario : slash + 1;
    const char *dot = strrchr(name, '.');

    fputs("  <testcase classname=\"", out);
    if (slash != NULL)
        put_text(out, test->scenario, (size_t)(slash - test->scenario));
    fputs("\" name=\"", out);
    put_text(out, name, dot == NULL ? strlen(name) : (size_t)(dot - name));
    fprintf(out, "\" time=\"%.3f\"", test->seconds);
    if (test->has_passed) {
        fputs("/>\n", out);
        return;
    }
    fputs(">\n    <failure message=\"", out);
    put_text(out, test->cause, strlen(test->cause));
    fputs("\">", out);
    put_output(out, test->output);
    fputs("</failure>\n  </testcase>\n", out);
}

int sb_junit_write(const char *path, const struct sb_test_list *list)
{
    FILE *out = fopen(path, "we");
    size_t failed = 0;
    double seconds = 0;
    int has_failed;

    if (out == NULL)
        return -errno;
    for (size_t i = 0; i < list->count; i++) {
        failed += !list->tests[i].has_passed;
        seconds += list->tests[i].seconds;
    }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
    fprintf(out, "<testsuite name=\"softboard\" tests=\"%zu\" failures=\"%zu\" time=\"%.3f\">\n",
            list->count, failed, seconds);
    for (size_t i = 0; i < list->count; i++)
        put_test(out, &list->tests[i]);
    fputs("</testsuite>\n", out);
    has_failed = ferror(out);
    return fclose(out) != 0 || has_failed ? -EIO : 0;
}
