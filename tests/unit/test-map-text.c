// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-map-text.c - keys and values of maps as text, values for each CPU, and the keys that every
 * map takes: with the real plugins and an object that clang made, before anything is created.
 * Without privilege.
 */
#include "plugin-fixture.h"

#include "live/context.h"

struct fixture {
	struct cleat *c;
	struct cleat_object *o;
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
	return m;
}

/* What @text is as bytes and then as text again. */
static const char *again(struct cleat_map *m, int which, const char *text, bool json)
{
	static char shown[512];
	uint8_t data[256];
	char *out = NULL;

	if (cleat_map_parse(m, which, text, data))
		fail_msg("'%s': %s", text, said(m->c->report));
	assert_int_equal(cleat_map_format(m, which, data, json, &out), 0);
	assert_true(strlen(out) < sizeof(shown));
	memcpy(shown, out, strlen(out) + 1);
	free(out);
	return shown;
}

#define assert_again(m, which, text, wanted) \
	assert_string_equal(again(m, which, text, false), wanted)

#define assert_refused(m, which, text, words)                                   \
	do {                                                                    \
		uint8_t data_[256];                                             \
		assert_true(cleat_map_parse(m, which, text, data_) < 0);        \
		if (!strstr(said((m)->c->report), words))                       \
			fail_msg("no \"%s\" in: %s", words, said((m)->c->report)); \
		assert_int_equal(report_errors((m)->c->report), 1);             \
	} while (0)

/* ---- prefixes ------------------------------------------------------------------------------ */

static void test_prefixes(void **state)
{
	struct cleat_map *v4 = map_of(state, "v4"), *v6 = map_of(state, "v6");
	static const uint8_t ten[8] = { 9, 0, 0, 0, 10, 128, 0, 0 };
	uint8_t key[8];

	assert_again(v4, CLEAT_KEY, "192.0.2.0/24", "192.0.2.0/24");
	assert_again(v4, CLEAT_KEY, "192.0.2.1", "192.0.2.1/32");
	assert_again(v4, CLEAT_KEY, "255.255.255.255/0", "0.0.0.0/0");
	assert_again(v4, CLEAT_KEY, "\"192.0.2.0/24\"", "192.0.2.0/24");
	assert_again(v4, CLEAT_KEY, "{ length = 8, addr = [ 10 ] }", "10.0.0.0/8");
	assert_again(v6, CLEAT_KEY, "2001:db8::/32", "2001:db8::/32");
	assert_again(v6, CLEAT_KEY, "2001:db8::ffff/127", "2001:db8::fffe/127");
	assert_string_equal(again(v6, CLEAT_KEY, "::1", true), "\"::1/128\"");
	/* bits behind the prefix are cleared, not those of it */
	assert_int_equal(cleat_map_parse(v4, CLEAT_KEY, "10.255.255.255/9", key), 0);
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		assert_memory_equal(key, ten, sizeof(ten));
}

static void test_wrong_prefixes(void **state)
{
	static const char *const lengths[] = { "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",
					       "10.0.0.0/ 8", "10.0.0.0/8 ", "10.0.0.0/0x8",
					       "10.0.0.0/4294967304", "10.0.0.0/8/8" };
	static const char *const addresses[] = { "10.0.0", "10.0.0.0.0", "::1", "ex", "/8", "a/8",
						 "10.0.0.256", "1111111111111111111111111111111111111111111111111111/8" };
	struct cleat_map *v4 = map_of(state, "v4");

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		assert_refused(v4, CLEAT_KEY, lengths[i], "prefix length is 0 to 32");
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
		assert_refused(v4, CLEAT_KEY, addresses[i], "is not an IPv4 address");
	assert_refused(map_of(state, "v6"), CLEAT_KEY, "10.0.0.1", "is not an IPv6 address");
	assert_refused(map_of(state, "v6"), CLEAT_KEY, "::1/129", "prefix length is 0 to 128");
}

/* Data that is several things is no address, though it has 4 bytes; unknown data is one. */
static void test_prefixes_of_other_things(void **state)
{
	assert_again(map_of(state, "services"), CLEAT_KEY, "{ prefixlen = 32, proto = 6, port = 80 }",
		     "{ prefixlen = 32, proto = 6, port = 80 }");
	assert_again(map_of(state, "plain_v4"), CLEAT_KEY, "10.0.0.0/8", "10.0.0.0/8");
	assert_again(map_of(state, "plain_v4"), CLEAT_KEY, "20 00 00 00 0a 00 00 01", "10.0.0.1/32");
	assert_again(map_of(state, "plain_seven"), CLEAT_KEY, "08000000 0a0000", "0x080000000a0000");
}

/* ---- values for each CPU ------------------------------------------------------------------- */

static void test_lists(void **state)
{
	struct cleat_map *counts = map_of(state, "counts"), *triples = map_of(state, "triples");
	static const char three[] = "[ { calls = 1, weight = 0 }, { calls = 0, weight = 2 }, "
				    "{ calls = 3, weight = 0 } ]";

	assert_again(counts, CLEAT_VALUE, "{ calls = 7 }",
		     "[ { calls = 7, weight = 0 }, { calls = 7, weight = 0 }, "
		     "{ calls = 7, weight = 0 } ]");
	assert_again(counts, CLEAT_VALUE, "[{calls=1},{weight=2},{calls=3}]", three);
	assert_again(counts, CLEAT_VALUE, three, three);
	assert_again(counts, CLEAT_VALUE,
		     "[{\"calls\":1},{\"weight\":2},{\"calls\":3,\"weight\":0}]", three);
	/* an array is one value, and a list when it is a list of arrays */
	assert_again(triples, CLEAT_VALUE, "[ 1, 2, 3 ]",
		     "[ [ 1, 2, 3 ], [ 1, 2, 3 ], [ 1, 2, 3 ] ]");
	assert_again(triples, CLEAT_VALUE, "[ [ 1, 2, 3 ], [ 4, 5, 6 ], [ 7, 8, 9 ] ]",
		     "[ [ 1, 2, 3 ], [ 4, 5, 6 ], [ 7, 8, 9 ] ]");
	assert_string_equal(again(triples, CLEAT_VALUE, "[ [ 1, 2, 3 ], [ 4, 5, 6 ], [ 7, 8, 9 ] ]", true),
			    "[[1,2,3],[4,5,6],[7,8,9]]");
	assert_again(map_of(state, "bytes"), CLEAT_VALUE, "[ 0x010203, 04 05 06, \"0x070809\" ]",
		     "[ 0x010203, 0x040506, 0x070809 ]");
}

static void test_wrong_lists(void **state)
{
	struct cleat_map *counts = map_of(state, "counts");

	assert_refused(counts, CLEAT_VALUE, "[ { calls = 1 } ]", "has 1 values, but there are 3 CPUs");
	assert_refused(counts, CLEAT_VALUE, "[ {}, {}, {}, {} ]", "has 4 values, but there are 3 CPUs");
	assert_refused(counts, CLEAT_VALUE, "[ {}, {}, {}", "expected ']'");
	assert_refused(counts, CLEAT_VALUE, "[ {}, {}, {} ] x", "unexpected 'x'");
	assert_refused(counts, CLEAT_VALUE, "[ {}, { kalls = 1 }, {} ]", "kalls");
	assert_refused(counts, CLEAT_VALUE, "[", "expected ']'");
}

/* ---- without types ------------------------------------------------------------------------- */

static void test_numbers_and_bytes(void **state)
{
	struct cleat_map *numbers = map_of(state, "numbers"), *bytes = map_of(state, "bytes");

	assert_again(numbers, CLEAT_KEY, "65535", "65535");
	assert_again(numbers, CLEAT_KEY, "0xff", "255");
	assert_again(numbers, CLEAT_KEY, "-1", "65535");
	assert_again(numbers, CLEAT_VALUE, "18446744073709551615", "18446744073709551615");
	assert_again(bytes, CLEAT_KEY, "0a0b0c0d0e0f", "0x0a0b0c0d0e0f");
	assert_again(bytes, CLEAT_KEY, "0a:0b:0c:0d:0e:0f", "0x0a0b0c0d0e0f");
	assert_string_equal(again(bytes, CLEAT_KEY, "0X0A0B 0C0D 0E0F", true), "\"0x0a0b0c0d0e0f\"");
	assert_refused(numbers, CLEAT_KEY, "65536", "does not fit into 2 bytes");
	assert_refused(numbers, CLEAT_KEY, "-32769", "does not fit into 2 bytes");
	assert_refused(bytes, CLEAT_KEY, "0a0b", "2 bytes, expected 6");
	assert_refused(bytes, CLEAT_KEY, "0a0b0c0d0e0f10", "7 bytes, expected 6");
	assert_refused(bytes, CLEAT_KEY, "0a0", "hex bytes, at '0'");
	assert_refused(bytes, CLEAT_KEY, "zz", "hex bytes, at 'zz'");
}

/* ---- keys of all maps ---------------------------------------------------------------------- */

static void test_flags(void **state)
{
	struct cleat_map *m = map_of(state, "numbers");
	struct report *r = m->c->report;
	struct map_flags flags;

	assert_int_equal(map_parse_flags("", &flags, r), 0);
	assert_int_equal(flags.on, 0);
	assert_int_equal(map_parse_flags("no_prealloc | mmapable,0x40", &flags, r), 0);
	assert_int_equal(flags.on, BPF_F_NO_PREALLOC | BPF_F_MMAPABLE | 0x40);
	assert_int_equal(map_parse_flags("no-common-lru", &flags, r), 0);
	assert_int_equal(flags.on, BPF_F_NO_COMMON_LRU);
	assert_int_equal(map_parse_flags("!no_prealloc, !0x40, rdonly", &flags, r), 0);
	assert_int_equal(flags.off, BPF_F_NO_PREALLOC | 0x40);
	assert_int_equal(flags.on, BPF_F_RDONLY);
	assert_int_equal(map_parse_flags("!", &flags, r), -EINVAL);
	assert_int_equal(map_parse_flags("no_pre", &flags, r), -EINVAL);
	assert_int_equal(map_parse_flags("0x100000000", &flags, r), -EINVAL);
}

/* What stands behind a text's end is nothing to read in a value, and another key in a key. */
static void test_behind_text(void **state)
{
	struct cleat_map *m = map_of(state, "names");
	static const uint8_t behind[8] = { 'a', 'b', 0, 0, 0, 0xff };
	uint8_t key[8];
	char *text;

	assert_int_equal(cleat_map_format(m, CLEAT_VALUE, behind, false, &text), 0);
	assert_string_equal(text, "{ text = \"ab\" }");
	free(text);
	for (int json = 0; json < 2; json++) {
		assert_int_equal(cleat_map_format(m, CLEAT_KEY, behind, json, &text), 0);
		assert_int_equal(cleat_map_parse(m, CLEAT_KEY, text, key), 0);
		assert_memory_equal(key, behind, sizeof(key));
		free(text);
	}
	assert_again(m, CLEAT_KEY, "{ text = \"ab\" }", "{ text = \"ab\" }");
}

/* In whichever order they come; the last counts, and what the object says stays. */
static void test_keys(void **state)
{
	struct cleat_map *m = map_of(state, "limits"), *data = map_of(state, ".bss");
	struct cleat_map_info info = { .size = sizeof(info) };

	assert_int_equal(cleat_map_set_param(m, "numa-node", "0"), 0);
	assert_int_equal(cleat_map_set_param(m, "flags", "mmapable"), 0);
	assert_int_equal(cleat_map_set_param(m, "max-entries", "4K"), 0);
	assert_int_equal(cleat_map_info(m, &info), 0);
	assert_int_equal(info.flags, BPF_F_NUMA_NODE | BPF_F_MMAPABLE);
	assert_int_equal(info.max_entries, 4096);
	assert_int_equal(info.value_bytes, 16);
	assert_int_equal(cleat_map_set_param(data, "flags", "rdonly_prog"), 0);
	assert_int_equal(cleat_map_info(data, &info), 0);
	assert_int_equal(info.flags, BPF_F_RDONLY_PROG | BPF_F_MMAPABLE);
	assert_int_equal(cleat_map_set_param(data, "max-entries", "2"), -EINVAL);
	assert_int_equal(cleat_map_set_param(m, "device", "eth7"), 0);
	assert_int_equal(cleat_map_set_param(data, "device", "eth7"), -EINVAL);
	assert_int_equal(cleat_map_set_param(m, "max-entries", "0"), -ERANGE);
	assert_int_equal(cleat_map_set_param(m, "max-entries", "4G"), -ERANGE);
	assert_int_equal(cleat_map_set_param(m, "numa-node", "4294967296"), -ERANGE);
	assert_int_equal(cleat_map_set_param(m, "max_entries", "1"), -EINVAL);
	assert_non_null(strstr(said(m->c->report), "max-entries"));
}

/* Another type brings other keys; what was said before is said again. */
static void test_type(void **state)
{
	struct cleat_map *m = map_of(state, "retyped"), *data = map_of(state, ".bss");
	struct cleat_map_info info = { .size = sizeof(info) };

	assert_int_equal(cleat_map_set_param(m, "max-entries", "77"), 0);
	assert_int_equal(cleat_map_set_param(m, "flags", "!no_prealloc"), 0);
	assert_int_equal(cleat_map_set_param(m, "type", "lru-hash"), 0);
	assert_int_equal(cleat_map_info(m, &info), 0);
	assert_string_equal(info.type, "lru_hash");
	assert_string_equal(info.plugin, "lru_hash");
	assert_int_equal(info.max_entries, 77);
	assert_int_equal(info.flags, 0);
	assert_int_equal(cleat_map_set_param(m, "type", "lru_hahs"), -EINVAL);
	assert_non_null(strstr(said(m->c->report), "did you mean 'lru_hash'"));
	assert_int_equal(cleat_map_set_param(m, "type", "hash"), 0);
	assert_int_equal(cleat_map_set_param(data, "type", "hash"), -EINVAL);
}

static void test_sizes(void **state)
{
	struct cleat_map *m = map_of(state, "resized"), *data = map_of(state, ".bss");
	struct cleat_map_info info = { .size = sizeof(info) };

	/* the same size keeps the type */
	assert_int_equal(cleat_map_set_param(m, "key-size", "4"), 0);
	assert_int_equal(cleat_map_set_param(m, "value-size", "24"), 0);
	assert_int_equal(cleat_map_info(m, &info), 0);
	assert_int_equal(info.key_size, 4);
	assert_int_equal(info.value_size, 24);
	assert_string_equal(info.key_type, "u32");
	assert_null(info.value_type);
	assert_int_equal(cleat_map_set_param(m, "value-size", "4294967295"), -ERANGE);
	assert_int_equal(cleat_map_set_param(data, "value-size", "8"), -EINVAL);
	assert_int_equal(cleat_map_set_param(data, "create", "no"), -EINVAL);
}

static void test_not_created(void **state)
{
	struct cleat_map *m = map_of(state, "limits");
	uint8_t value[16], key[4] = { 0 };

	assert_int_equal(cleat_map_set(m, "1", "{ calls = 1 }", 0), -EBADF);
	assert_non_null(strstr(said(m->c->report), "not created yet"));
	assert_int_equal(cleat_map_lookup(m, key, value, 0), -EBADF);
	assert_int_equal(cleat_map_update(m, key, value, 0), -EBADF);
	assert_int_equal(cleat_map_delete(m, key), -EBADF);
	assert_int_equal(cleat_map_each(m, NULL, NULL), -EBADF);
	assert_int_equal(report_errors(m->c->report), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_wrong_prefixes),
		cmocka_unit_test(test_prefixes_of_other_things),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_wrong_lists),
		cmocka_unit_test(test_numbers_and_bytes),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_behind_text),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_type),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_not_created),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
