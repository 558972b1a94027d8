/* SPDX-License-Identifier: MIT */
/* The tree of board and scenario files: places, scalars, and every refusal with its exact message. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "sim/files/yaml.h"

/* Reads a text that is good. */
static struct sb_yaml *read_text(const char *name, const char *text)
{
    struct sb_yaml *yaml = NULL;
    struct sb_diag diag;

    sb_diag_init(&diag, NULL, NULL);
    if (sb_yaml_parse(&yaml, name, text, strlen(text), &diag) < 0)
        fail_msg("refused: %s", diag.last);
    return yaml;
}

static void refuse_bytes(const char *name, const char *text, size_t size, const char *message)
{
    struct sb_yaml *yaml = NULL;
    struct sb_diag diag;

    sb_diag_init(&diag, NULL, NULL);
    assert_int_equal(sb_yaml_parse(&yaml, name, text, size, &diag), -EINVAL);
    assert_string_equal(diag.last, message);
    assert_int_equal(diag.error_count, 1);
    assert_null(yaml);
}

static void refuse(const char *name, const char *text, const char *message)
{
    refuse_bytes(name, text, strlen(text), message);
}

static const struct sb_yaml_node *item(const struct sb_yaml_node *node, unsigned index)
{
    node = node->first;
    while (index-- > 0)
        node = node->next;
    return node;
}

static void check_place(const struct sb_yaml_node *node, unsigned line, unsigned column)
{
    assert_int_equal(node->line, line);
    assert_int_equal(node->column, column);
}

/* A value and how deep brackets of one kind go. */
static char *make_brackets(size_t depth)
{
    char *text = calloc(2 * depth + 1, 1);

    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return text;
}

static void json_gives_each_node_its_place(void **state)
{
    struct sb_yaml *yaml = read_text("x.json",
                                     "{\n  \"a\": [1, \"\xc3\xa9\", true],\n\t\"b\": {}\n}\n");
    const struct sb_yaml_node *a = sb_yaml_get(yaml->root, "a");

    (void)state;
    check_place(yaml->root, 1, 1);
    check_place(a->key, 2, 3);
    check_place(a, 2, 8);
    check_place(item(a, 1), 2, 12);
    check_place(item(a, 2), 2, 17); /* columns count characters, not bytes */
    check_place(sb_yaml_get(yaml->root, "b"), 3, 7);
    assert_int_equal(yaml->root->count, 2);
    assert_null(sb_yaml_get(yaml->root, "c"));
    sb_yaml_destroy(yaml);
}

static void json_reads_every_escape(void **state)
{
    struct sb_yaml *yaml =
        read_text("x.json", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\\u0000!\"]");
    static const char expected[] = "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80\0!";

    (void)state;
    assert_int_equal(item(yaml->root, 0)->size, sizeof(expected) - 1);
    assert_memory_equal(item(yaml->root, 0)->text, expected, sizeof(expected));
    sb_yaml_destroy(yaml);
}

static void json_skips_a_byte_order_mark(void **state)
{
    struct sb_yaml *yaml = read_text("x.json", "\xef\xbb\xbf[7]");

    (void)state;
    check_place(yaml->root, 1, 1);
    sb_yaml_destroy(yaml);
}

static void json_takes_all_numbers_that_json_has(void **state)
{
    struct sb_yaml *yaml = read_text("x.json", "[0, -0, 12, -0.5, 1e3, 1.25E-2]");
    static const double expected[] = {0, 0, 12, -0.5, 1000, 0.0125};
    double number;

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        assert_true(sb_yaml_get_number(item(yaml->root, i), &number));
        assert_true(number == expected[i]);
    }
    sb_yaml_destroy(yaml);
}

static void json_names_the_token_after_a_missing_comma(void **state)
{
    (void)state;
    refuse("x.json", "{\"a\": [1\n  2]}", "x.json:2:3: expected ',' or ']', not 2");
    refuse("x.json", "{\"a\": 1\n \"b\": 2}", "x.json:2:2: expected ',' or '}', not '\"'");
    refuse("x.json", "{\"a\" 1}", "x.json:1:6: expected ':' after the key, not 1");
    refuse("x.json", "{\"a\": }", "x.json:1:7: expected a value, not '}'");
    refuse("x.json", "[1] [2]", "x.json:1:5: expected the end of the file, not '['");
    refuse("x.json", "[1}", "x.json:1:3: expected ',' or ']', not '}'");
    refuse("x.json", "[\xc3\xa9]", "x.json:1:2: expected a value, not the byte 0xc3");
}

static void json_refuses_what_only_yaml_and_javascript_have(void **state)
{
    (void)state;
    refuse("x.json", "{'a': 1}", "x.json:1:2: single quotes: JSON puts texts in double quotes");
    refuse("x.json", "{\"a\": 'b'}", "x.json:1:7: single quotes: JSON puts texts in double quotes");
    refuse("x.json", "{a: 1}", "x.json:1:2: expected a key in double quotes, not a");
    refuse("x.json", "{\"a\": yes}", "x.json:1:7: yes must stand in double quotes");
    refuse("x.json", "[NaN]", "x.json:1:2: NaN must stand in double quotes");
    refuse("x.json", "[1, // one\n 2]", "x.json:1:5: JSON has no comments: remove it");
    refuse("x.json", "[1, # one\n 2]", "x.json:1:5: JSON has no comments: remove it");
    refuse("x.json", "/* x */ []", "x.json:1:1: JSON has no comments: remove it");
    refuse("x.json", "[1,\n]", "x.json:1:3: a comma before ']': remove it");
    refuse("x.json", "{\"a\": 1, }", "x.json:1:8: a comma before '}': remove it");
    refuse("x.json", "[,]", "x.json:1:2: expected a value, not ','");
    refuse("x.json", "a: 1\n", "x.json:1:1: a must stand in double quotes");
    refuse("x.json", "- 1\n", "x.json:1:1: bad number -: JSON writes numbers like 1, -0.5 and 1e3");
    refuse("X.JSON", "[x]", "X.JSON:1:2: x must stand in double quotes");
}

static void json_refuses_numbers_that_json_does_not_have(void **state)
{
    static const char *const numbers[] = {"01", ".5",  "5.",   "+1",    "1e",  "1e+", "0x1f",
                                          "-",  "--1", "1.e3", "1_000", "-.5", "00",  "1.2.3"};
    char text[32];
    char message[128];

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        snprintf(text, sizeof(text), "[%s]", numbers[i]);
        snprintf(message, sizeof(message),
                 "x.json:1:2: bad number %s: JSON writes numbers like 1, -0.5 and 1e3", numbers[i]);
        refuse("x.json", text, message);
    }
}

static void json_refuses_bad_texts(void **state)
{
    static const char escapes[] =
        "x.json:1:3: bad escape: JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX";

    (void)state;
    refuse("x.json", "[\"a]", "x.json:1:2: the file ends inside of this text: a '\"' is missing");
    refuse("x.json", "[\"a\n\"]", "x.json:1:4: the line ends inside of a text: a '\"' is missing");
    refuse("x.json", "[\"a\tb\"]", "x.json:1:4: a control character in a text: write \\u0009");
    refuse("x.json", "[\"\\x\"]", escapes);
    refuse("x.json", "[\"\\", escapes);
    refuse("x.json", "[\"\\u12g4\"]",
           "x.json:1:3: bad escape: \\u is followed by four hexadecimal digits");
    refuse("x.json", "[\"\\u12",
           "x.json:1:3: bad escape: \\u is followed by four hexadecimal digits");
    refuse("x.json", "[\"\\ud800x\"]", "x.json:1:3: bad escape: half of a surrogate pair");
    refuse("x.json", "[\"\\udc00\"]", "x.json:1:3: bad escape: half of a surrogate pair");
    refuse("x.json", "[\"\xff\"]", "x.json:1:3: the byte 0xff is no UTF-8: save the file as UTF-8");
    refuse("x.json", "[\"\xc0\x80\"]",
           "x.json:1:3: the byte 0xc0 is no UTF-8: save the file as UTF-8");
    refuse("x.json", "[\"\xe0\x80\x80\"]",
           "x.json:1:3: the byte 0xe0 is no UTF-8: save the file as UTF-8");
    refuse("x.json", "[\"\xf4\x90\x80\x80\"]",
           "x.json:1:3: the byte 0xf4 is no UTF-8: save the file as UTF-8");
    refuse("x.json", "[\"\xed\xa0\x80\"]",
           "x.json:1:3: the byte 0xed is no UTF-8: save the file as UTF-8");
    refuse("x.json", "[\"\xe2\x82",
           "x.json:1:3: the byte 0xe2 is no UTF-8: save the file as UTF-8");
}

static void json_refuses_a_file_that_ends_too_soon(void **state)
{
    (void)state;
    refuse("x.json", "", "x.json:1:1: the file is empty");
    refuse("x.json", " \n", "x.json:1:1: the file is empty");
    refuse("x.json", "{\"a\": [1,\n", "x.json:2:1: the file ends where a value is expected");
    refuse("x.json", "[1", "x.json:1:3: the file ends where ',' or ']' is expected");
    refuse("x.json", "{\"a\"", "x.json:1:5: the file ends where ':' after the key is expected");
}

static void duplicate_keys_are_refused(void **state)
{
    (void)state;
    refuse("x.json", "{\"a\": 1,\n \"b\": 2, \"a\": 3}",
           "x.json:2:10: duplicate key \"a\": it stands at 1:2 already");
    refuse("x.json", "{\"a\": 1, \"\\u0061\": 3}",
           "x.json:1:10: duplicate key \"a\": it stands at 1:2 already");
    refuse("x.json", "{\"a\\u0000b\": 1}", "x.json:1:2: a NUL in a key: remove it");
}

static void sixty_four_levels_are_read_and_one_more_is_refused(void **state)
{
    char *good = make_brackets(SB_YAML_DEPTH);
    char *bad = make_brackets(SB_YAML_DEPTH + 1);

    (void)state;
    sb_yaml_destroy(read_text("x.json", good));
    refuse("x.json", bad, "x.json:1:65: nested deeper than 64 levels");
    free(good);
    free(bad);
}

static void a_mapping_has_a_thousand_keys_at_most(void **state)
{
    char *text = malloc(20000);
    size_t used = 0;

    (void)state;
    for (int i = 0; i <= SB_YAML_KEYS; i++)
        used += (size_t)sprintf(text + used, "%c\"k%d\":0\n", i == 0 ? '{' : ',', i);
    text[used++] = '}';
    refuse_bytes("x.json", text, used, "x.json:1001:2: more than 1000 keys in one mapping");
    free(text);
}

static void four_mebibytes_are_read_and_one_byte_more_is_refused(void **state)
{
    char *text = malloc(SB_YAML_SIZE + 1);
    struct sb_yaml *yaml;
    struct sb_diag diag;

    (void)state;
    memset(text, ' ', SB_YAML_SIZE + 1);
    text[0] = '1';
    sb_diag_init(&diag, NULL, NULL);
    assert_int_equal(sb_yaml_parse(&yaml, "x.json", text, SB_YAML_SIZE, &diag), 0);
    sb_yaml_destroy(yaml);
    refuse_bytes("x.json", text, SB_YAML_SIZE + 1,
                 "x.json: larger than 4 MiB: this is no board or scenario");
    free(text);
}

static void a_nul_byte_is_refused_where_it_stands(void **state)
{
    (void)state;
    refuse_bytes("x.yaml", "a: b\nc\0d", 8,
                 "x.yaml:2:2: a NUL byte: this is no text file in UTF-8");
}

static void a_missing_file_and_a_folder_are_refused(void **state)
{
    struct sb_yaml *yaml;
    struct sb_diag diag;

    (void)state;
    sb_diag_init(&diag, NULL, NULL);
    assert_int_equal(sb_yaml_read(&yaml, "/nowhere/x.json", &diag), -EINVAL);
    assert_string_equal(diag.last, "/nowhere/x.json: cannot be opened: No such file or directory");
    assert_int_equal(sb_yaml_read(&yaml, "/", &diag), -EINVAL);
    assert_string_equal(diag.last, "/: cannot be read: Is a directory");
}

static void unquoted_scalars_mean_what_yaml_1_2_says(void **state)
{
    struct sb_yaml *yaml = read_text("x.json", "[true, false, null, 12, \"true\", \"12\", \"\"]");
    const struct sb_yaml_node *root = yaml->root;
    bool flag = false;
    double number = 0;

    (void)state;
    assert_true(sb_yaml_get_bool(item(root, 0), &flag) && flag);
    assert_true(sb_yaml_get_bool(item(root, 1), &flag) && !flag);
    assert_true(sb_yaml_is_null(item(root, 2)));
    assert_true(sb_yaml_get_number(item(root, 3), &number) && number == 12);
    for (unsigned i = 0; i < 4; i++)
        assert_false(sb_yaml_is_text(item(root, i)));
    for (unsigned i = 4; i < 7; i++) {
        assert_true(sb_yaml_is_text(item(root, i)));
        assert_true(item(root, i)->is_quoted);
        assert_false(sb_yaml_get_bool(item(root, i), &flag));
        assert_false(sb_yaml_get_number(item(root, i), &number));
        assert_false(sb_yaml_is_null(item(root, i)));
    }
    sb_yaml_destroy(yaml);
}

static void unknown_keys_are_errors_or_warnings(void **state)
{
    static const char *const keys[] = {"type", "id", NULL};
    struct sb_yaml *yaml = read_text("x.json", "{\"id\": 1,\n \"tipe\": 2}");
    struct sb_diag diag;

    (void)state;
    sb_diag_init(&diag, NULL, NULL);
    assert_int_equal(sb_yaml_check_keys(yaml, yaml->root, keys, "a part", &diag), -EINVAL);
    assert_string_equal(diag.last,
                        "x.json:2:2: unknown key \"tipe\" in a part: did you mean \"type\"?");
    diag.ignore_unknown = true;
    assert_int_equal(sb_yaml_check_keys(yaml, yaml->root, keys, "a part", &diag), 0);
    assert_int_equal(diag.warning_count, 1);
    sb_yaml_destroy(yaml);
}

#if SB_HAVE_YAML

static void yaml_skips_a_byte_order_mark(void **state)
{
    struct sb_yaml *yaml = read_text("x.yaml", "\xef\xbb\xbf# note\na: 7\n");

    (void)state;
    check_place(yaml->root, 2, 1);
    sb_yaml_destroy(yaml);
}

static void yaml_gives_each_node_its_place(void **state)
{
    struct sb_yaml *yaml = read_text("x.yaml", "# one\na: 1\nb:\n  - {c: '2'}\n  - \"\xc3\xa9\"\n");
    const struct sb_yaml_node *b = sb_yaml_get(yaml->root, "b");

    (void)state;
    check_place(yaml->root, 2, 1);
    check_place(sb_yaml_get(yaml->root, "a"), 2, 4);
    check_place(b->key, 3, 1);
    check_place(sb_yaml_get(item(b, 0), "c"), 4, 9);
    assert_true(sb_yaml_get(item(b, 0), "c")->is_quoted);
    assert_string_equal(item(b, 1)->text, "\xc3\xa9");
    sb_yaml_destroy(yaml);
}

static void yaml_yes_and_on_are_texts(void **state)
{
    struct sb_yaml *yaml = read_text("x.yaml", "[yes, on, no, True, ~, 0x1f, 0o17, .5, +1, 1e3, "
                                               "1.2.3, 12h, .inf, '']");
    static const double numbers[] = {31, 15, 0.5, 1, 1000};
    const struct sb_yaml_node *root = yaml->root;
    bool flag;
    double number;

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        assert_true(sb_yaml_is_text(item(root, i)));
    assert_true(sb_yaml_get_bool(item(root, 3), &flag) && flag);
    assert_true(sb_yaml_is_null(item(root, 4)));
    for (unsigned i = 0; i < 5; i++)
        assert_true(sb_yaml_get_number(item(root, 5 + i), &number) && number == numbers[i]);
    for (unsigned i = 10; i < 14; i++)
        assert_true(sb_yaml_is_text(item(root, i)));
    sb_yaml_destroy(yaml);
}

static void yaml_refuses_what_it_has_no_use_for(void **state)
{
    (void)state;
    refuse("x.yaml", "a: &x 1\n",
           "x.yaml:1:4: anchor &x: anchors are not read here, write the value out");
    refuse("x.yaml", "a: &x [1]\n",
           "x.yaml:1:4: anchor &x: anchors are not read here, write the value out");
    refuse("x.yaml", "a: *x\n",
           "x.yaml:1:4: alias *x: aliases are not read here, write the value out");
    refuse("x.yaml", "a: !!str 1\n",
           "x.yaml:1:4: tag tag:yaml.org,2002:str: tags are not read here, remove it");
    refuse("x.yaml", "a: 1\n---\nb: 2\n",
           "x.yaml:2:1: a second document: a file holds one, remove what follows");
    refuse("x.yaml", "a: 1\nb: 2\na: 3\n",
           "x.yaml:3:1: duplicate key \"a\": it stands at 1:1 already");
    refuse("x.yaml", "? [1]\n: 2\n",
           "x.yaml:1:3: a list or mapping as a key: only a text can be one");
    refuse("x.yaml", "", "x.yaml:1:1: the file is empty");
    refuse("x.yaml", "# nothing\n", "x.yaml:1:1: the file is empty");
}

static void yaml_refuses_sixty_five_levels(void **state)
{
    char *bad = make_brackets(SB_YAML_DEPTH + 1);

    (void)state;
    refuse("x.yaml", bad, "x.yaml:1:65: nested deeper than 64 levels");
    free(bad);
}

static void yaml_names_the_place_of_a_syntax_error(void **state)
{
    (void)state;
    refuse("x.yaml", "a: [1\n  2]\nb: {\n",
           "x.yaml:4:1: did not find expected node content, while parsing a flow node that begins "
           "at 4:1");
    refuse(
        "x.yaml", "a: [1, {b: 2]\n",
        "x.yaml:1:13: did not find expected ',' or '}', while parsing a flow mapping that begins "
        "at 1:8");
    refuse("x.yaml", "a:\n\tb: 1\n", "x.yaml:2:1: a tab: YAML is indented by spaces");
    refuse("x.yaml", "\xc3\xa9: 1\n\tb: 1\n", "x.yaml:2:1: a tab: YAML is indented by spaces");
    refuse("x.yaml", "a: \xff\n",
           "x.yaml: invalid leading UTF-8 octet at byte 3: the file must be text in UTF-8");
}

#else

static void yaml_needs_libyaml_and_says_so(void **state)
{
    (void)state;
    refuse("x.yaml", "a: 1\n",
           "x.yaml: built without libyaml: YAML files cannot be read; install libyaml-dev and "
           "build again");
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_gives_each_node_its_place),
        cmocka_unit_test(json_reads_every_escape),
        cmocka_unit_test(json_skips_a_byte_order_mark),
        cmocka_unit_test(json_takes_all_numbers_that_json_has),
        cmocka_unit_test(json_names_the_token_after_a_missing_comma),
        cmocka_unit_test(json_refuses_what_only_yaml_and_javascript_have),
        cmocka_unit_test(json_refuses_numbers_that_json_does_not_have),
        cmocka_unit_test(json_refuses_bad_texts),
        cmocka_unit_test(json_refuses_a_file_that_ends_too_soon),
        cmocka_unit_test(duplicate_keys_are_refused),
        cmocka_unit_test(sixty_four_levels_are_read_and_one_more_is_refused),
        cmocka_unit_test(a_mapping_has_a_thousand_keys_at_most),
        cmocka_unit_test(four_mebibytes_are_read_and_one_byte_more_is_refused),
        cmocka_unit_test(a_nul_byte_is_refused_where_it_stands),
        cmocka_unit_test(a_missing_file_and_a_folder_are_refused),
        cmocka_unit_test(unquoted_scalars_mean_what_yaml_1_2_says),
        cmocka_unit_test(unknown_keys_are_errors_or_warnings),
#if SB_HAVE_YAML
        cmocka_unit_test(yaml_skips_a_byte_order_mark),
        cmocka_unit_test(yaml_gives_each_node_its_place),
        cmocka_unit_test(yaml_yes_and_on_are_texts),
        cmocka_unit_test(yaml_refuses_what_it_has_no_use_for),
        cmocka_unit_test(yaml_refuses_sixty_five_levels),
        cmocka_unit_test(yaml_names_the_place_of_a_syntax_error),
#else
        cmocka_unit_test(yaml_needs_libyaml_and_says_so),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
