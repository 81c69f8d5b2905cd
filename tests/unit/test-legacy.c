// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-legacy.c - maps defined by bytes, in every layout that was found in the wild. */
#include "object-file.h"
#include "btf-make.h"

static int setup(void **state)
{
	*state = report_new();
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	report_free(*state);
	return 0;
}

static struct object *open_good(struct made *m, struct report *r)
{
	struct object *o = NULL;

	assert_int_equal(no_errors(r, made_open(m, &o, r)), 0);
	return o;
}

/* One map of @size bytes in @section. */
static struct object *one(struct report *r, const char *section, const void *bytes, size_t size)
{
	struct made m;
	uint32_t s;

	report_clear(r);
	made_begin(&m, false);
	s = made_section(&m, section, PROG, DATA, bytes, size);
	made_symbol(&m, "the_map", OBJECT(STB_GLOBAL), s, 0, size);
	return open_good(&m, r);
}

static void check_common(const struct map_spec *m)
{
	assert_non_null(m);
	assert_int_equal(m->origin, MAP_FROM_LEGACY);
	assert_int_equal(m->type, 1);
	assert_int_equal(m->key_size, 4);
	assert_int_equal(m->value_size, 8);
	assert_int_equal(m->max_entries, 100);
}

/* Below the root in @dir, or NULL: not at all. */
static void check_pin(const struct map_spec *m, const char *dir)
{
	assert_int_equal(m->pin_by_name, dir != NULL);
	if (dir)
		assert_string_equal(m->pin_dir ? m->pin_dir : "", dir);
}

static void test_sizes(void **state)
{
	static const struct {
		const char *section;
		size_t size;
		uint32_t w[9];
		const char *pinned; /* in which directory, "": the root, NULL: nowhere */
		uint32_t node;
		size_t notes;
	} cases[] = {
		{ "maps", 16, { 1, 4, 8, 100 }, NULL, 0, 0 },
		{ "maps", 20, { 1, 4, 8, 100, 2 }, NULL, 0, 0 },
		{ "maps/tcp", 20, { 1, 4, 8, 100, 2 }, NULL, 0, 0 },
		{ "lirc_mode2/maps", 20, { 1, 4, 8, 100, 2 }, NULL, 0, 0 },
		/* a word that nobody can explain is said to be ignored */
		{ "maps", 24, { 1, 4, 8, 100, 2, 9 }, NULL, 0, 1 },
		/* Aya: id, pinning */
		{ "maps", 28, { 1, 4, 8, 100, 2, 0, 1 }, "", 0, 0 },
		{ "maps", 28, { 1, 4, 8, 100, 2, 0, 0 }, NULL, 0, 0 },
		/* Cilium's first: for the object, for all objects */
		{ "maps", 28, { 1, 4, 8, 100, 2, 5, 1 }, NULL, 0, 0 },
		{ "maps", 28, { 1, 4, 8, 100, 2, 5, 2 }, "tc/globals", 0, 0 },
		{ "maps", 28, { 1, 4, 8, 100, 2, 0, 2 }, "tc/globals", 0, 0 },
		/* kernel samples: inner_map_idx, numa_node */
		{ "maps", 28, { 1, 4, 8, 100, 4, 0, 1 }, NULL, 1, 0 },
		/* iproute2: id, pinning, inner_id, inner_idx */
		{ "maps", 36, { 1, 4, 8, 100, 2, 7, 0, 0, 0 }, NULL, 0, 0 },
		{ "maps", 36, { 1, 4, 8, 100, 2, 7, 1, 0, 0 }, NULL, 0, 0 },
		{ "maps", 36, { 1, 4, 8, 100, 2, 7, 2, 0, 0 }, "tc/globals", 0, 0 },
		{ "maps", 36, { 1, 4, 8, 100, 2, 7, 6, 0, 0 }, NULL, 0, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct object *o = one(*state, cases[i].section, cases[i].w, cases[i].size);
		const struct map_spec *m = object_map(o, "the_map");

		check_common(m);
		assert_int_equal(m->flags, cases[i].w[4]);
		check_pin(m, cases[i].pinned);
		assert_int_equal(m->numa_node, cases[i].node);
		assert_int_equal(report_count(*state), cases[i].notes);
		object_free(o);
	}
}

static void test_gobpf(void **state)
{
	static const struct {
		uint32_t pinning;
		const char *space;
		const char *dir;
		size_t notes;
	} cases[] = {
		{ 0, "", NULL, 0 },
		{ 1, "me", NULL, 0 },
		{ 2, "me", "me/globals", 0 },
		/* where it would be pinned is not said, or is nowhere for a map */
		{ 2, "", NULL, 1 },
		{ 2, "../../etc", NULL, 1 },
		{ 3, "me", NULL, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint32_t w[70] = { 1, 4, 8, 100, 2, cases[i].pinning };
		struct object *o;

		memcpy(&w[6], cases[i].space, strlen(cases[i].space));
		o = one(*state, "maps/x", w, sizeof(w));
		check_common(object_map(o, "the_map"));
		check_pin(object_map(o, "the_map"), cases[i].dir);
		assert_int_equal(report_count(*state), cases[i].notes);
		object_free(o);
	}
}

/* Symbols without sizes: each reaches to the next, the last to the end. */
static void test_stride(void **state)
{
	static const uint32_t w[] = { 1, 4, 8, 100, 0, 2, 4, 16, 3, 1, 3, 4, 4, 4, 0 };
	struct made m;
	struct object *o;
	uint32_t s;

	made_begin(&m, false);
	s = made_section(&m, "maps", PROG, DATA, w, sizeof(w));
	made_symbol(&m, "third", LABEL(STB_GLOBAL), s, 40, 0);
	made_symbol(&m, "first", LABEL(STB_GLOBAL), s, 0, 0);
	made_symbol(&m, "second", LABEL(STB_GLOBAL), s, 20, 0);
	made_symbol(&m, "LBB1", LABEL(STB_LOCAL), s, 4, 0);
	o = open_good(&m, *state);
	assert_int_equal(o->maps.n, 3);
	check_common(object_map(o, "first"));
	assert_int_equal(object_map(o, "second")->value_size, 16);
	assert_int_equal(object_map(o, "second")->flags, 1);
	assert_int_equal(object_map(o, "third")->type, 3);
	assert_string_equal(o->maps.v[2]->name, "third");
	object_free(o);
}

static void test_iproute2_inner(void **state)
{
	static const uint32_t w[2][9] = {
		{ 12, 4, 4, 10, 0, 0, 0, 42, 0 }, /* inner maps are like number 42 */
		{ 2, 4, 8, 1, 0, 42, 0, 0, 3 }, /* which sits in slot 3 */
	};
	static const uint32_t own[] = { 12, 4, 4, 10, 0, 42, 0, 42, 0 };
	struct made m;
	struct object *o = NULL;
	uint32_t s;

	made_begin(&m, false);
	s = made_section(&m, "maps", PROG, DATA, w, sizeof(w));
	made_symbol(&m, "outer", OBJECT(STB_GLOBAL), s, 0, 36);
	made_symbol(&m, "inner", OBJECT(STB_GLOBAL), s, 36, 36);
	o = open_good(&m, *state);
	assert_ptr_equal(object_map(o, "outer")->inner, object_map(o, "inner"));
	assert_int_equal(object_map(o, "outer")->slots.n, 1);
	assert_int_equal(object_map(o, "outer")->slots.v[0].index, 3);
	/* the inner one is made first */
	assert_string_equal(o->maps.v[0]->name, "inner");
	assert_int_equal(o->maps.v[0]->index, 0);
	object_free(o);

	made_begin(&m, false);
	s = made_section(&m, "maps", PROG, DATA, w, 36);
	made_symbol(&m, "outer", OBJECT(STB_GLOBAL), s, 0, 36);
	assert_true(made_open(&m, &o, *state) < 0);
	assert_error(*state, "id 42, which is not in the object");

	/* nor is a map its own inner map */
	report_clear(*state);
	made_begin(&m, false);
	s = made_section(&m, "maps", PROG, DATA, own, sizeof(own));
	made_symbol(&m, "outer", OBJECT(STB_GLOBAL), s, 0, 36);
	assert_true(made_open(&m, &o, *state) < 0);
	assert_error(*state, "id 42, which is not in the object");
}

/* Kernel samples count their maps in the order of the section, the first is 0. */
static void test_sample_inner(void **state)
{
	static const uint32_t w[4][7] = {
		{ 2, 4, 8, 1, 0, 0, 0 },
		{ 12, 4, 4, 10, 0, 0, 0 },
		{ 13, 4, 4, 10, 4, 9, 1 }, /* beyond the end */
		{ 12, 4, 4, 10, 4, 0, 1 }, /* its own memory is on node 1 */
	};
	struct made m;
	struct object *o;
	uint32_t s;

	made_begin(&m, false);
	s = made_section(&m, "maps", PROG, DATA, w, sizeof(w));
	made_symbol(&m, "lost", OBJECT(STB_GLOBAL), s, 56, 28);
	made_symbol(&m, "far", OBJECT(STB_GLOBAL), s, 84, 28);
	made_symbol(&m, "outer", OBJECT(STB_GLOBAL), s, 28, 28);
	made_symbol(&m, "inner", OBJECT(STB_GLOBAL), s, 0, 28);
	o = open_good(&m, *state);
	assert_ptr_equal(object_map(o, "outer")->maybe_inner, object_map(o, "inner"));
	assert_null(object_map(o, "outer")->inner);
	assert_null(object_map(o, "inner")->maybe_inner);
	assert_null(object_map(o, "lost")->maybe_inner);
	assert_ptr_equal(object_map(o, "far")->maybe_inner, object_map(o, "inner"));
	assert_int_equal(object_map(o, "far")->numa_node, 1);
	object_free(o);
}

/* iproute2: section "ID/SLOT" holds a program that the map with that id jumps to. */
static void test_iproute2_programs(void **state)
{
	static const uint32_t w[2][9] = {
		{ 3, 4, 4, 10, 0, 7, 0, 0, 0 },
		{ 1, 4, 4, 10, 0, 0, 0, 0, 0 },
	};
	static const uint64_t code[] = { MOV0, EXIT };
	static const char *const names[] = { "7/3", "0x7/4", "8/1", "0/1", "7/x", "7" };
	const struct map_spec *jumps;
	struct made m;
	struct object *o;
	uint32_t s;

	made_begin(&m, false);
	s = made_section(&m, "maps", PROG, DATA, w, sizeof(w));
	made_symbol(&m, "jumps", OBJECT(STB_GLOBAL), s, 0, 36);
	made_symbol(&m, "other", OBJECT(STB_GLOBAL), s, 36, 36);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		s = made_section(&m, names[i], PROG, CODE, code, sizeof(code));
		made_symbol(&m, names[i], FUNC(STB_GLOBAL), s, 0, sizeof(code));
	}
	o = open_good(&m, *state);
	jumps = object_map(o, "jumps");
	assert_int_equal(jumps->slots.n, 2);
	assert_int_equal(jumps->slots.v[0].index, 3);
	assert_string_equal(jumps->slots.v[0].func->name, "7/3");
	assert_int_equal(jumps->slots.v[1].index, 4);
	assert_int_equal(object_map(o, "other")->slots.n, 0);
	object_free(o);
}

/* struct ____btf_map_NAME says what key and value are. */
static void test_annotation(void **state)
{
	static const uint32_t w[] = { 1, 4, 8, 100, 0 };
	struct made m;
	struct btf *b;
	struct object *o;
	uint32_t s, u32, u64;
	const void *bytes;
	size_t size;

	assert_int_equal(btf_new(&b, NULL), 0);
	u32 = mk_int(b, "u32", 4, 0);
	u64 = mk_int(b, "u64", 8, 0);
	MK_STRUCT(b, "____btf_map_typed", 16, { "key", u32, 0, 0 }, { "value", u64, 64, 0 });
	MK_STRUCT(b, "____btf_map_other", 16, { "key", u64, 0, 0 }, { "value", u64, 64, 0 });
	bytes = btf_bytes(b, &size);
	made_begin(&m, false);
	s = made_section(&m, "maps/typed", PROG, DATA, w, sizeof(w));
	made_symbol(&m, "typed", OBJECT(STB_GLOBAL), s, 0, sizeof(w));
	s = made_section(&m, "maps/other", PROG, DATA, w, sizeof(w));
	made_symbol(&m, "other", OBJECT(STB_GLOBAL), s, 0, sizeof(w));
	made_section(&m, ".BTF", PROG, 0, bytes, size);
	o = open_good(&m, *state);
	assert_int_equal(object_map(o, "typed")->key_btf, u32);
	assert_int_equal(object_map(o, "typed")->value_btf, u64);
	assert_int_equal(object_map(o, "other")->key_btf, 0);
	object_free(o);
	btf_free(b);
}

static void bad(struct report *r, uint32_t type, uint64_t value, uint64_t size, const char *text)
{
	static const uint32_t w[] = { 1, 4, 8, 100, 0, 1, 4, 8, 100, 0 };
	struct made m;
	struct object *o = NULL;
	uint32_t s;

	report_clear(r);
	made_begin(&m, false);
	s = made_section(&m, "maps", type, DATA, w, sizeof(w));
	made_symbol(&m, "good", OBJECT(STB_GLOBAL), s, 0, 20);
	made_symbol(&m, "bad", OBJECT(STB_GLOBAL), s, value, size);
	assert_true(made_open(&m, &o, r) < 0);
	assert_error(r, text);
}

static void test_lies(void **state)
{
	static const uint32_t w[] = { 1, 4, 8, 100, 0 };
	struct made m;
	struct object *o = NULL;
	uint32_t s;

	bad(*state, PROG, 20, 21, "takes bytes 20 to 41 of section 'maps', which has 40");
	bad(*state, PROG, UINT64_MAX, 20, "map 'bad' takes bytes");
	bad(*state, PROG, 20, UINT64_MAX, "map 'bad' takes bytes");
	bad(*state, PROG, 20, 12, "defined by 12 bytes in section 'maps', expected 20 or more");
	bad(*state, PROG, 4, 20, "maps 'good' and 'bad' overlap");
	bad(*state, PROG, 0, 20, "maps 'good' and 'bad' overlap");
	report_clear(*state);
	made_begin(&m, false);
	s = made_section(&m, "maps", PROG, DATA, w, sizeof(w));
	made_symbol(&m, "twin", OBJECT(STB_GLOBAL), s, 0, 20);
	s = made_section(&m, "maps/2", PROG, DATA, w, sizeof(w));
	made_symbol(&m, "twin", OBJECT(STB_GLOBAL), s, 0, 20);
	assert_true(made_open(&m, &o, *state) < 0);
	assert_error(*state, "two maps are called 'twin'");
}

/* Static ones, of two files that were linked: the global one keeps the name wherever it comes. */
static void test_namesakes(void **state)
{
	static const uint32_t w[] = { 1, 4, 8, 100, 0 };
	struct made m;
	struct object *o = NULL;
	char name[16];
	uint32_t s;

	made_begin(&m, false);
	for (unsigned int i = 1; i <= 3; i++) {
		snprintf(name, sizeof(name), "maps/%u", i);
		s = made_section(&m, name, PROG, DATA, w, sizeof(w));
		made_symbol(&m, "twin", OBJECT(i == 2 ? STB_GLOBAL : STB_LOCAL), s, 0, 20);
	}
	assert_int_equal(made_open(&m, &o, *state), 0);
	assert_int_equal(o->maps.n, 3);
	assert_string_equal(o->maps.v[0]->name, "twin-2");
	assert_string_equal(o->maps.v[1]->name, "twin");
	assert_string_equal(o->maps.v[2]->name, "twin-3");
	assert_string_equal(o->maps.v[2]->symbol, "twin");
	assert_ptr_equal(object_map(o, "twin"), o->maps.v[1]);
	assert_ptr_equal(object_map(o, "twin-2"), o->maps.v[0]);
	assert_ptr_equal(object_map(o, "twin-3"), o->maps.v[2]);
	object_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_namesakes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gobpf, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stride, setup, teardown),
		cmocka_unit_test_setup_teardown(test_iproute2_inner, setup, teardown),
		cmocka_unit_test_setup_teardown(test_iproute2_programs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sample_inner, setup, teardown),
		cmocka_unit_test_setup_teardown(test_annotation, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lies, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
