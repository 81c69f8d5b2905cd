// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-btf-find.c - types by name: flavours, batches, the table, walks that end early, the kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/file.h"
#include "base/report.h"
#include "btf-make.h"

#define VMLINUX "/sys/kernel/btf/vmlinux"

static const unsigned int both_flags[] = { 0, BTF_LAZY };

static void test_essential(void **state _unused_)
{
	static const struct {
		const char *name;
		size_t len;
	} cases[] = {
		{ "", 0 },	     { "x", 1 },	   { "task_struct", 11 },
		{ "a___b", 1 },	     { "task___v2", 4 },   { "task___v2___v3", 9 },
		{ "___a", 4 },	     { "a___", 4 },	   { "a____b", 6 },
		{ "a__b", 4 },	     { "a_____b", 7 },	   { "a____b___c", 6 },
		{ "a___b____c", 1 }, { "__a___b", 3 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (btf_essential_len(cases[i].name) != cases[i].len)
			fail_msg("'%s': %zu", cases[i].name, btf_essential_len(cases[i].name));
	}
}

/* Many types with names of many lengths, some more than once, some flavoured. */
#define N_FILLER 3000

struct crowd {
	struct btf *b;
	uint8_t *data;
	size_t size;
	uint32_t a, ab_struct, ab_fwd, flavoured, flavoured_a, twice, func, last;
};

static struct crowd make_crowd(void)
{
	struct crowd c;
	const void *data;
	uint32_t number;
	char name[64];

	assert_int_equal(btf_new(&c.b, NULL), 0);
	number = mk_int(c.b, "int", 4, BTF_INT_SIGNED);
	c.a = mk_ref(c.b, BTF_TYPEDEF, "a", number);
	c.ab_fwd = mk_type(c.b, BTF_FWD, "ab", false, 0, 0, NULL, 0);
	for (int i = 0; i < N_FILLER; i++) {
		snprintf(name, sizeof(name), "filler_with_a_long_name_%d", i);
		mk_ref(c.b, BTF_TYPEDEF, name, number);
		mk_ref(c.b, BTF_PTR, "", number);
	}
	c.ab_struct = MK_STRUCT(c.b, "ab", 4, { "x", number, 0, 0 });
	c.flavoured_a = mk_ref(c.b, BTF_TYPEDEF, "a___flavour", number);
	c.twice = MK_STRUCT(c.b, "task_struct", 4, { "x", number, 0, 0 });
	c.flavoured = MK_STRUCT(c.b, "task_struct___old", 4, { "x", number, 0, 0 });
	MK_STRUCT(c.b, "task_struct__not", 4, { "x", number, 0, 0 });
	MK_STRUCT(c.b, "task_struc", 4, { "x", number, 0, 0 });
	c.func = mk_type(c.b, BTF_FUNC, "task_struct", false, 0, MK_PROTO(c.b, 0, { "p", number }),
			 NULL, 0);
	c.last = mk_ref(c.b, BTF_TYPEDEF, "z", number);
	data = btf_bytes(c.b, &c.size);
	c.data = malloc(c.size);
	memcpy(c.data, data, c.size);
	return c;
}

static void free_crowd(struct crowd *c)
{
	free(c->data);
	btf_free(c->b);
}

static struct btf *open_crowd(const struct crowd *c, unsigned int flags)
{
	struct btf *b;

	assert_int_equal(btf_open(&b, c->data, c->size, NULL, flags, NULL), 0);
	return b;
}

static void expect_ids(struct btf *b, const char *name, size_t n, ...)
{
	const uint32_t *ids;
	size_t found;
	va_list args;

	assert_int_equal(btf_named(b, name, BTF_KINDS_ALL, &ids, &found), 0);
	if (found != n)
		fail_msg("'%s': %zu ids, not %zu", name, found, n);
	va_start(args, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ids[i], va_arg(args, uint32_t));
	va_end(args);
}

static void expect_all(struct btf *b, const struct crowd *c)
{
	expect_ids(b, "task_struct", 3, c->twice, c->flavoured, c->func);
	expect_ids(b, "task_struct___mine", 3, c->twice, c->flavoured, c->func);
	expect_ids(b, "a", 2, c->a, c->flavoured_a);
	expect_ids(b, "ab", 2, c->ab_fwd, c->ab_struct);
	expect_ids(b, "z", 1, c->last);
	expect_ids(b, "filler_with_a_long_name_7", 1, c->a + 2 + 14);
	expect_ids(b, "filler_with_a_long_name_", 0);
	expect_ids(b, "nobody", 0);
	expect_ids(b, "", 0);
	assert_int_equal(btf_find(b, "ab", BTF_KIND_BIT(BTF_STRUCT)), c->ab_struct);
	assert_int_equal(btf_find(b, "ab", ~0u), c->ab_fwd);
	assert_int_equal(btf_find(b, "ab", BTF_KIND_BIT(BTF_UNION)), 0);
	assert_int_equal(btf_find(b, "task_struct", BTF_KIND_BIT(BTF_FUNC)), c->func);
	assert_int_equal(btf_find(b, "task_struct___old", ~0u), c->flavoured);
	assert_int_equal(btf_find(b, "task_struct___new", ~0u), 0);
	assert_int_equal(btf_find(b, "a___flavour", ~0u), c->flavoured_a);
	assert_int_equal(btf_find(b, "", ~0u), 0);
}

/* All at once, before anything else is known. */
static void test_batch(void **state _unused_)
{
	static const char *const names[] = {
		"task_struct", "a", "ab", "z", "nobody", "a", "", "filler_with_a_long_name_7",
		"filler_with_a_long_name_", "task_struct___mine", "task_struct___old",
	};
	struct crowd c = make_crowd();

	/* one name decides how many bytes the filter looks at: leave out the short ones too */
	for (size_t skip = 0; skip < 4; skip++) {
		for (size_t i = 0; i < ARRAY_SIZE(both_flags); i++) {
			struct btf *b = open_crowd(&c, both_flags[i]);

			assert_int_equal(btf_expect(b, names + skip, ARRAY_SIZE(names) - skip,
						    BTF_KINDS_ALL),
					 0);
			expect_all(b, &c);
			btf_free(b);
		}
	}
	free_crowd(&c);
}

/* One by one: the first names by walks, the later ones by the table. */
static void test_one_by_one(void **state _unused_)
{
	struct crowd c = make_crowd();

	for (size_t i = 0; i < ARRAY_SIZE(both_flags); i++) {
		struct btf *b = open_crowd(&c, both_flags[i]);

		expect_all(b, &c);
		btf_free(b);
		/* another order, so that each name is found both ways */
		b = open_crowd(&c, both_flags[i]);
		expect_ids(b, "nobody", 0);
		expect_ids(b, "nobody else", 0);
		expect_ids(b, "still nobody", 0);
		expect_all(b, &c);
		btf_free(b);
	}
	free_crowd(&c);
}

/* Names are found with any length, with a flavour and without, alone and among others. */
static void test_each_length(void **state _unused_)
{
	static const char text[] = "abcdefghijklmnopqrstuvwxyz";

	for (size_t len = 1; len < 20; len++) {
		struct btf *b;
		char name[32], longer[64];
		uint32_t plain, flavoured;
		const char *other = "other_long_name";
		const void *data;
		size_t size;
		struct btf *lazy;

		assert_int_equal(btf_new(&b, NULL), 0);
		snprintf(name, sizeof(name), "%.*s", (int)len, text);
		plain = mk_int(b, name, 4, 0);
		snprintf(longer, sizeof(longer), "%s___fl", name);
		flavoured = mk_int(b, longer, 4, 0);
		snprintf(longer, sizeof(longer), "%s_x", name);
		mk_int(b, longer, 4, 0);
		snprintf(longer, sizeof(longer), "%s____x", name);
		mk_int(b, longer, 4, 0);
		data = btf_bytes(b, &size);
		for (int with = 0; with < 3; with++) {
			const char *names[] = { name, with == 1 ? other : "q" };

			assert_int_equal(btf_open(&lazy, data, size, NULL, BTF_LAZY, NULL), 0);
			assert_int_equal(btf_expect(lazy, names, with ? 2 : 1, BTF_KINDS_ALL), 0);
			expect_ids(lazy, name, 2, plain, flavoured);
			btf_free(lazy);
		}
		btf_free(b);
	}
}

/* A walk for types leaves functions out; they are found all the same when they are asked for. */
static void test_functions_later(void **state _unused_)
{
	const char *names[] = { "both", "other" };
	const uint32_t function = BTF_KIND_BIT(BTF_FUNC), structure = BTF_KIND_BIT(BTF_STRUCT);

	for (int order = 0; order < 4; order++) {
		struct btf *made, *b;
		uint32_t proto, first, both, other;
		const void *data;
		size_t size;

		assert_int_equal(btf_new(&made, NULL), 0);
		proto = mk_proto(made, 0, NULL, 0);
		first = mk_type(made, BTF_FUNC, "both", false, 0, proto, NULL, 0);
		both = mk_members(made, BTF_STRUCT, "both", 0, NULL, 0);
		other = mk_type(made, BTF_FUNC, "other", false, 0, proto, NULL, 0);
		data = btf_bytes(made, &size);
		assert_int_equal(btf_open(&b, data, size, NULL, BTF_LAZY, NULL), 0);
		if (order & 1)
			assert_int_equal(btf_expect(b, names, 2, BTF_KINDS_TYPES), 0);
		if (order & 2)
			assert_int_equal(btf_find(b, "both", structure), both);
		assert_int_equal(btf_find(b, "both", function), first);
		assert_int_equal(btf_find(b, "other", structure), 0);
		assert_int_equal(btf_find(b, "other", function), other);
		assert_int_equal(btf_find(b, "both", structure), both);
		expect_ids(b, "both", 2, first, both);
		btf_free(b);
		btf_free(made);
	}
}

/* Types added later are found, and what was found stays found. */
static void test_growing(void **state _unused_)
{
	struct btf *b;
	uint32_t one, two;

	assert_int_equal(btf_new(&b, NULL), 0);
	expect_ids(b, "x", 0);
	one = mk_int(b, "x", 4, 0);
	expect_ids(b, "x", 1, one);
	mk_int(b, "y", 4, 0);
	two = mk_int(b, "x", 8, 0);
	expect_ids(b, "x", 2, one, two);
	for (int i = 0; i < 5; i++) {
		char name[8];

		snprintf(name, sizeof(name), "n%d", i);
		expect_ids(b, name, 0);
	}
	one = mk_int(b, "n1", 4, 0);
	expect_ids(b, "n1", 1, one);
	btf_free(b);
}

static void test_any_order_of_ids(void **state _unused_)
{
	struct crowd c = make_crowd();
	struct btf *b = open_crowd(&c, BTF_LAZY);
	uint32_t count = btf_count(b), seed = 1;

	assert_int_equal(count, btf_count(c.b));
	for (int i = 0; i < 20000; i++) {
		uint32_t id;

		seed = seed * 1103515245 + 12345;
		id = i % 3 ? seed / 65536 % count : (uint32_t)i % count;
		assert_string_equal(btf_name_of(b, id), btf_name_of(c.b, id));
		assert_int_equal(btf_type(b, id)->info, btf_type(c.b, id)->info);
	}
	btf_free(b);
	free_crowd(&c);
}

/* A kind from the future: what comes before it is there, nothing after. */
static void test_unknown_kind(void **state _unused_)
{
	struct crowd c = make_crowd();
	struct btf *b, *copy;
	uint32_t at = c.ab_struct;
	const void *data;
	size_t size;

	btf_edit(c.b, at)->info = 25u << 24 | 1;
	data = btf_bytes(c.b, &size);
	assert_int_equal(btf_open(&b, data, size, NULL, BTF_LAZY, NULL), 0);
	expect_ids(b, "a", 1, c.a);
	expect_ids(b, "z", 0);
	assert_int_equal(btf_count(b), at);
	assert_non_null(btf_type(b, at - 1));
	assert_null(btf_type(b, at));
	/* a copy holds no more than what was understood */
	assert_int_equal(btf_clone(&copy, b), 0);
	assert_int_equal(mk_int(copy, "new", 4, 0), at);
	assert_string_equal(btf_name_of(copy, at), "new");
	btf_free(copy);
	btf_free(b);
	free_crowd(&c);
}

/* All types in one chain of the table. */
static void test_same_name(void **state _unused_)
{
	struct btf *b;
	const uint32_t *ids;
	size_t n;

	assert_int_equal(btf_new(&b, NULL), 0);
	for (int i = 0; i < 20000; i++)
		mk_int(b, "same", 4, 0);
	expect_ids(b, "x", 0);
	expect_ids(b, "y", 0);
	assert_int_equal(btf_named(b, "same", BTF_KINDS_ALL, &ids, &n), 0);
	assert_int_equal(n, 20000);
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(ids[i], i + 1);
	btf_free(b);
}

static void test_split_names(void **state _unused_)
{
	struct crowd c = make_crowd();
	struct btf *base = open_crowd(&c, BTF_LAZY), *made, *b;
	uint32_t own, fn;
	const char *const names[] = { "module_own", "task_struct" };
	const void *data;
	size_t size;

	assert_int_equal(btf_new(&made, c.b), 0);
	own = mk_int(made, "module_own", 4, 0);
	/* the name's text is in the base */
	fn = mk_int(made, "", 4, 0);
	btf_edit(made, fn)->name_off = btf_type(c.b, c.twice)->name_off;
	data = btf_bytes(made, &size);
	assert_int_equal(btf_open(&b, data, size, base, BTF_LAZY, NULL), 0);
	assert_int_equal(btf_expect(b, names, 2, BTF_KINDS_ALL), 0);
	/* of this BTF alone, but the base comes first in btf_find() */
	expect_ids(b, "module_own", 1, own);
	expect_ids(b, "task_struct", 1, fn);
	assert_int_equal(btf_find(b, "task_struct", ~0u), c.twice);
	assert_int_equal(btf_find(b, "task_struct", BTF_KIND_BIT(BTF_INT)), fn);
	expect_ids(base, "module_own", 0);
	btf_free(b);
	btf_free(base);
	btf_free(made);
	free_crowd(&c);
}

static void test_kernel(void **state _unused_)
{
	static const char *const names[] = { "task_struct", "pid_t", "bpf_prog_type", "vfs_read",
					     "list_head", "int", "no_such_thing_at_all" };
	struct file_view f;
	struct btf *lazy, *whole;
	uint32_t id, type, off, bits;
	const uint32_t *ids, *more;
	size_t n, m;
	int64_t v;

	if (file_map(VMLINUX, &f)) {
		print_message("# skip: no readable " VMLINUX "\n");
		skip();
	}
	assert_int_equal(btf_open(&lazy, f.data, f.size, NULL, BTF_LAZY, NULL), 0);
	assert_int_equal(btf_expect(lazy, names, ARRAY_SIZE(names), BTF_KINDS_ALL), 0);
	id = btf_find(lazy, "task_struct", BTF_KIND_BIT(BTF_STRUCT));
	assert_true(id > 0);
	assert_true(btf_size(lazy, id) > 1000);
	assert_int_equal(btf_align(lazy, id) & (btf_align(lazy, id) - 1), 0);
	assert_int_equal(btf_find_member(lazy, id, "pid", &type, &off, &bits), 0);
	assert_string_equal(btf_name_of(lazy, type), "pid_t");
	assert_int_equal(btf_size(lazy, type), 4);
	assert_int_equal(off % 32, 0);
	assert_true(btf_find(lazy, "vfs_read", BTF_KIND_BIT(BTF_FUNC)) > 0);
	assert_int_equal(btf_find(lazy, "no_such_thing_at_all", ~0u), 0);
	assert_int_equal(btf_find_enumerator(lazy, 0, "BPF_PROG_TYPE_XDP", &v), 0);
	assert_int_equal(v, 6);

	/* the careful way agrees with the fast one, type for type and name for name */
	assert_int_equal(btf_open(&whole, f.data, f.size, NULL, 0, NULL), 0);
	assert_int_equal(btf_count(whole), btf_count(lazy));
	assert_true(btf_count(whole) > 10000);
	for (uint32_t i = 0; i < btf_count(whole); i++) {
		if (btf_type(whole, i) != btf_type(lazy, i) && i)
			fail_msg("type %u", i);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(btf_named(lazy, names[i], BTF_KINDS_ALL, &ids, &n), 0);
		assert_int_equal(btf_named(whole, names[i], BTF_KINDS_ALL, &more, &m), 0);
		assert_int_equal(n, m);
		assert_memory_equal(ids, more, n * sizeof(*ids));
	}
	btf_free(whole);
	btf_free(lazy);
	file_unmap(&f);
}

/* As a person calls a type: the word says which kind, of those that can be meant. */
static void test_words(void **state _unused_)
{
	const uint32_t all = ~0u, enums = BTF_KIND_BIT(BTF_ENUM) | BTF_KIND_BIT(BTF_ENUM64);
	const uint32_t no_func = all & ~BTF_KIND_BIT(BTF_FUNC);
	uint32_t kinds;

	assert_string_equal(btf_name_in_words("struct a_b", all, &kinds), "a_b");
	assert_int_equal(kinds, BTF_KIND_BIT(BTF_STRUCT));
	assert_string_equal(btf_name_in_words("union u", all, &kinds), "u");
	assert_int_equal(kinds, BTF_KIND_BIT(BTF_UNION));
	assert_string_equal(btf_name_in_words("enum e", all, &kinds), "e");
	assert_int_equal(kinds, enums);
	assert_string_equal(btf_name_in_words("enum e", BTF_KIND_BIT(BTF_ENUM), &kinds), "e");
	assert_int_equal(kinds, BTF_KIND_BIT(BTF_ENUM));
	assert_string_equal(btf_name_in_words("typedef t", all, &kinds), "t");
	assert_int_equal(kinds, BTF_KIND_BIT(BTF_TYPEDEF));
	assert_string_equal(btf_name_in_words("func f", all, &kinds), "f");
	assert_int_equal(kinds, BTF_KIND_BIT(BTF_FUNC));
	/* a word for what cannot be meant is part of the name */
	assert_string_equal(btf_name_in_words("func f", no_func, &kinds), "func f");
	assert_int_equal(kinds, no_func);
	assert_string_equal(btf_name_in_words("structure", enums, &kinds), "structure");
	assert_int_equal(kinds, enums);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_essential),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_one_by_one),
		cmocka_unit_test(test_each_length),
		cmocka_unit_test(test_functions_later),
		cmocka_unit_test(test_growing),
		cmocka_unit_test(test_any_order_of_ids),
		cmocka_unit_test(test_unknown_kind),
		cmocka_unit_test(test_same_name),
		cmocka_unit_test(test_split_names),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
