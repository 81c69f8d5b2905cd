// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-entries.c - lists of entries in both their forms, where in them an error is, sums over CPUs,
 * and sets of keys: with the real plugins and an object that clang made, before anything is created.
 * Without privilege.
 */
#include "plugin-fixture.h"

#include "live/entries.h"
#include "live/keyset.h"

struct fixture {
	struct cleat *c;
	struct cleat_object *o;
	struct entries e;
};

static char *in_build(const char *name)
{
	const char *build = getenv("top_builddir");

	return text_format("%s/%s", build ? build : ".", name);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char *object = in_build("tests/unit/bpf/map-text.bpf.o"), *plugins = in_build("plugins.d");
	struct cleat_options options = { .size = sizeof(options), .plugin_path = plugins };

	*state = f;
	if (access(object, R_OK) == 0) {
		assert_int_equal(cleat_open(&f->c, &options), 0);
		if (cleat_object_open(f->c, object, &f->o))
			fail_msg("%s", said(f->c->report));
		/* a number that machines rarely have */
		f->c->possible_cpus = 3;
	}
	free(object);
	free(plugins);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	entries_free(&f->e);
	cleat_close(f->c);
	free(f);
	return 0;
}

static struct cleat_map *map_of(void **state, const char *name)
{
	struct fixture *f = *state;
	struct cleat_map *m;

	if (!f->o)
		skip(); /* no clang */
	m = cleat_object_map(f->o, name);
	assert_non_null(m);
	assert_int_equal(map_resolve(m), 0);
	return m;
}

/* Read @text for a map, after what was reported before is forgotten. */
static int read_text(void **state, const char *map, const char *text)
{
	struct fixture *f = *state;
	struct cleat_map *m = map_of(state, map);
	char *copy = strdup(text);
	int err;

	report_clear(f->c->report);
	entries_free(&f->e);
	entries_begin(&f->e, m);
	REPORT_IN(f->c->report, REPORT_MAP, map);
	err = entries_read(&f->e, "list", copy, strlen(copy));
	free(copy);
	return err;
}

#define assert_read(map, text)                                                            \
	do {                                                                              \
		if (read_text(state, map, text))                                          \
			fail_msg("%s", said(((struct fixture *)*state)->c->report));      \
	} while (0)

#define assert_refused(map, text, words)                                                  \
	do {                                                                              \
		assert_true(read_text(state, map, text) < 0);                             \
		assert_said(((struct fixture *)*state)->c->report, words);                \
		assert_int_equal(report_errors(((struct fixture *)*state)->c->report), 1); \
	} while (0)

/* Entry @i as text. */
static const char *entry(void **state, size_t i)
{
	static char kept[512];
	struct entries *e = &((struct fixture *)*state)->e;
	char *text;

	assert_true(i < e->n);
	assert_int_equal(cleat_map_format_entry(e->map, e->keys + i * e->key_size,
						e->values + i * e->value_bytes, false, &text),
			 0);
	snprintf(kept, sizeof(kept), "%s", text);
	free(text);
	return kept;
}

#define assert_entries(wanted) \
	assert_int_equal(((struct fixture *)*state)->e.n, (size_t)(wanted))
#define assert_entry(i, wanted) assert_string_equal(entry(state, i), wanted)

static void test_lines(void **state)
{
	struct fixture *f = *state;

	assert_read("numbers", "# a list\n\n1 -> 10 ; ten\n  2->20\t# twenty\r\n\n;\n3 -> 0x1e");
	assert_entries(3);
	assert_entry(0, "1 -> 10");
	assert_entry(1, "2 -> 20");
	assert_entry(2, "3 -> 30");
	assert_int_equal(f->e.places[1].line, 4);
	assert_int_equal(f->e.places[2].line, 7);
	assert_string_equal(f->e.places[2].file, "list");
	assert_read("numbers", "");
	assert_entries(0);
	assert_read("numbers", " \n# nothing\n");
	assert_entries(0);
}

/* What is in quotes is text: no arrow, no comment, and its quotes may be escaped. */
static void test_quotes(void **state)
{
	assert_read("names", "\"a -> b\" -> \"c # d\" # e\n\"\\\" ;\" -> \"\\\\\" ; f\n"
			     "x -> \"->\"\n");
	assert_entries(3);
	assert_entry(0, "{ text = \"a -> b\" } -> { text = \"c # d\" }");
	assert_entry(1, "{ text = \"\\\" ;\" } -> { text = \"\\\\\" }");
	assert_entry(2, "{ text = \"x\" } -> { text = \"->\" }");
}

static void test_wrong_lines(void **state)
{
	struct fixture *f = *state;

	assert_refused("numbers", "1 -> 2\n3\n", "list:2: error: map 'numbers': '3': expected 'KEY");
	assert_refused("numbers", "-> 2\n", "list:1: error: map 'numbers': no key before '->'");
	assert_refused("numbers", "1 ->  # none\n", "no value after '->'");
	assert_refused("numbers", "1 -> 2\n\n70000 -> 3", "list:3: error: map 'numbers': '70000' does not");
	assert_refused("counts", "1 -> { calls = 1 }\n2 -> { kalls = 1 }", "list:2: error: map 'counts': at 'kalls'");
	/* all of them are told, and those that are right are counted */
	assert_int_equal(read_text(state, "numbers", "a -> 1\n2 -> 2\n3 -> b\n"), -EINVAL);
	assert_int_equal(report_errors(f->c->report), 2);
	assert_said(f->c->report, "list:3: error:");
	assert_entries(1);
}

static void test_too_many_wrong_lines(void **state)
{
	struct fixture *f = *state;
	struct buf text = { 0 };

	for (int i = 0; i < 500; i++)
		buf_puts(&text, "nothing\n");
	assert_int_equal(read_text(state, "numbers", text.data), -EINVAL);
	assert_int_equal(report_errors(f->c->report), 100);
	assert_said(f->c->report, "list:100: note: map 'numbers': too many errors: not read to its end");
	buf_free(&text);
}

static void test_no_text(void **state)
{
	struct fixture *f = *state;
	struct entries e;
	char text[] = "1 -> 2\n\0 3 -> 4";

	entries_begin(&e, map_of(state, "numbers"));
	assert_int_equal(entries_read(&e, "list", text, sizeof(text) - 1), -EINVAL);
	assert_said(f->c->report, "a NUL byte: this is not a text file");
	entries_free(&e);
}

static void test_json(void **state)
{
	struct fixture *f = *state;

	assert_read("numbers", "[\n{\"key\":1,\"value\":10},\n{\"value\": 20 , \"key\" :2}]\n");
	assert_entries(2);
	assert_entry(0, "1 -> 10");
	assert_entry(1, "2 -> 20");
	assert_int_equal(f->e.places[1].line, 3);
	assert_read("numbers", " [ ] ");
	assert_entries(0);
	assert_read("numbers", "{\"key\":1,\"value\":2}\n{\"key\":3,\"value\":4}\n");
	assert_entries(2);
	assert_entry(1, "3 -> 4");
	assert_read("counts", "[{\"key\":1,\"value\":[{\"calls\":1,\"weight\":2}, {}, {}],"
			      "\"sum\":{\"calls\":1,\"weight\":2}}]");
	assert_entry(0, "1 -> [ { calls = 1, weight = 2 }, { calls = 0, weight = 0 }, "
			"{ calls = 0, weight = 0 } ] # sum { calls = 1, weight = 2 }");
	assert_read("names", "[{\"key\":\"}],\\\"{\",\"value\":\"\\u0041\"}]");
	assert_entry(0, "{ text = \"}],\\\"{\" } -> { text = \"A\" }");
}

static void test_wrong_json(void **state)
{
	assert_refused("numbers", "[{\"key\":1,\"value\":2}", "list:1: error: map 'numbers': ',' or ']' expected, at the end");
	assert_refused("numbers", "[{\"key\":1,\"value\":2}\n{", "list:2: error: map 'numbers': ',' or ']' expected, at '{'");
	assert_refused("numbers", "[{\"key\":1}]", "entry 1 has no \"value\"");
	assert_refused("numbers", "[{\"key\":1,\"value\":2},\n{\"value\":2}]", "list:2: error: map 'numbers': entry 2 has no \"key\"");
	assert_refused("numbers", "[{\"key\":1,\"velue\":2}]", "\"key\" or \"value\" expected, at '\"velue\"");
	assert_refused("numbers", "[{\"key\":1,\"value\":}]", "a value expected, at '}]'");
	assert_refused("numbers", "[{\"key\":1,\"value\":[2", "a closing bracket expected");
	assert_refused("numbers", "[{\"key\":1,\"value\":\"2}]", "the closing '\"' expected");
	assert_refused("numbers", "[{\"key\":1,\"value\":2}] more", "nothing more expected, at 'more'");
	assert_refused("numbers", "[] more", "'[] more': expected 'KEY -> VALUE'");
	assert_refused("numbers", "[\n{\"key\":1,\"value\":1},\n{\"key\":70000,\"value\":1},\n{\"key\":2,\"value\":2}]",
		       "list:3: error: map 'numbers': '70000' does not fit");
	/* what is right behind it is read all the same */
	assert_entries(2);
}

/* A struct or an array as a key is no JSON. */
static void test_lines_like_json(void **state)
{
	assert_read("structs", "{ key = 1 } -> 2\n{ key = 3 } -> 4");
	assert_entries(2);
	assert_refused("structs", "[ ] -> 1\n", "list:1: error: map 'structs': at '[ ]'");
}

/* ---- sums ---------------------------------------------------------------------------------- */

static void test_sums(void **state)
{
	assert_read("counts", "1 -> [ { calls = 18446744073709551614, weight = 1 }, { calls = 1 }, "
			      "{ weight = 4294967294 } ]");
	assert_entry(0, "1 -> [ { calls = 18446744073709551614, weight = 1 }, "
			"{ calls = 1, weight = 0 }, { calls = 0, weight = 4294967294 } ] "
			"# sum { calls = 18446744073709551615, weight = 4294967295 }");
	assert_read("triples", "0 -> [ [ 1, 2, 3 ], [ 10, 20, 30 ], [ 100, 200, 300 ] ]");
	assert_entry(0, "0 -> [ [ 1, 2, 3 ], [ 10, 20, 30 ], [ 100, 200, 300 ] ] # sum [ 111, 222, 333 ]");
	assert_read("balances", "0 -> [ -5, 3, -128 ]");
	assert_entry(0, "0 -> [ -5, 3, -128 ]");
	assert_read("balances", "0 -> [ -5, 3, -126 ]");
	assert_entry(0, "0 -> [ -5, 3, -126 ] # sum -128");
	assert_read("untyped", "0 -> [ 1, 2, 65532 ]");
	assert_entry(0, "0 -> [ 1, 2, 65532 ] # sum 65535");
}

/* What does not fit is no sum, and what is no number has none. */
static void test_no_sums(void **state)
{
	assert_read("counts", "1 -> [ { weight = 4294967295 }, { weight = 1 }, {} ]");
	assert_null(strchr(entry(state, 0), '#'));
	assert_read("untyped", "0 -> [ 1, 2, 65533 ]");
	assert_null(strchr(entry(state, 0), '#'));
	assert_read("bytes", "0a0b0c0d0e0f -> [ 010203, 040506, 070809 ]");
	assert_null(strchr(entry(state, 0), '#'));
	assert_read("labels", "0 -> [ { n = 1 }, { n = 2 }, { n = 3 } ]");
	assert_null(strchr(entry(state, 0), '#'));
	assert_read("numbers", "1 -> 2");
	assert_entry(0, "1 -> 2");
}

/* ---- keys ---------------------------------------------------------------------------------- */

static void test_keyset(void **state)
{
	struct keyset k = { .size = 3 };
	uint8_t key[3];

	(void)state;
	assert_false(keyset_has(&k, "abc"));
	for (unsigned int i = 0; i < 10000; i++) {
		unsigned int n = i % 5000;

		key[0] = (uint8_t)n, key[1] = (uint8_t)(n >> 8), key[2] = 7;
		assert_int_equal(keyset_has(&k, key), i >= 5000);
		assert_int_equal(keyset_add(&k, key), 0);
	}
	assert_int_equal(k.n, 5000);
	assert_int_equal(keyset_at(&k, 258)[0], 2);
	assert_int_equal(keyset_at(&k, 258)[1], 1);
	key[2] = 8;
	assert_false(keyset_has(&k, key));
	keyset_free(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_wrong_lines),
		cmocka_unit_test(test_too_many_wrong_lines),
		cmocka_unit_test(test_no_text),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_wrong_json),
		cmocka_unit_test(test_lines_like_json),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_no_sums),
		cmocka_unit_test(test_keyset),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
