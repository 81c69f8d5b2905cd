// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-mapdef.c - maps defined in BTF: every attribute, inner maps, slots, and wrong ones. */
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

static const struct map_spec *map(const struct object *o, const char *name)
{
	const struct map_spec *m = object_map(o, name);

	assert_non_null(m);
	assert_int_equal(m->origin, MAP_FROM_BTF);
	return m;
}

static void test_attributes(void **state)
{
	struct object *o = open_built("tests/unit/bpf/mapdef.bpf.o", *state);
	const struct map_spec *m = map(o, "everything");

	assert_int_equal(m->type, 1);
	assert_int_equal(m->max_entries, 1024);
	assert_int_equal(m->flags, 5);
	assert_int_equal(m->numa_node, 3);
	assert_int_equal(m->key_size, 4);
	assert_int_equal(m->value_size, 8);
	assert_string_equal(btf_name_of(o->btf, m->key_btf), "u32");
	assert_string_equal(btf_name_of(o->btf, m->value_btf), "pair");
	assert_true(m->pin_by_name);
	assert_true(m->extra == 0x12345678);
	m = map(o, "both");
	assert_int_equal(m->key_size, 4);
	assert_int_equal(m->value_size, 8);
	assert_false(m->pin_by_name);
	assert_int_equal(m->extra, 9);
	/* one that is static, though others refuse it */
	assert_int_equal(map(o, "local_map")->type, 2);
	object_free(o);
}

static void test_inner(void **state)
{
	struct object *o = open_built("tests/unit/bpf/mapdef.bpf.o", *state);
	const struct map_spec *m = map(o, "outer");

	assert_int_equal(m->value_size, 4);
	assert_non_null(m->inner);
	assert_string_equal(m->inner->name, "outer.inner");
	assert_int_equal(m->inner->max_entries, 2);
	assert_int_equal(m->inner->value_size, 8);
	assert_int_equal(m->slots.n, 0);
	assert_null(object_map(o, "outer.inner"));

	m = map(o, "filled");
	assert_int_equal(m->slots.n, 2);
	assert_int_equal(m->slots.v[0].index, 0);
	assert_ptr_equal(m->slots.v[0].map, map(o, "in_b"));
	assert_int_equal(m->slots.v[1].index, 2);
	assert_ptr_equal(m->slots.v[1].map, map(o, "in_a"));
	assert_true(map(o, "in_a")->index < m->index);
	assert_true(map(o, "in_b")->index < m->index);
	for (size_t i = 0; i < o->maps.n; i++)
		assert_int_equal(o->maps.v[i]->index, i);

	m = map(o, "jumps");
	assert_null(m->inner);
	assert_int_equal(m->slots.n, 1);
	assert_int_equal(m->slots.v[0].index, 2);
	assert_ptr_equal(m->slots.v[0].func, object_func(o, "tail"));
	/* sitting in a slot does not make a program a subprogram */
	assert_non_null(object_program(o, "tail"));
	object_free(o);
}

static void test_references(void **state)
{
	struct object *o = open_built("tests/unit/bpf/mapdef.bpf.o", *state);
	const struct func *f = object_func(o, "user");

	assert_int_equal(f->n_refs, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(f->refs[i].kind, REF_MAP);
	assert_ptr_equal(f->refs[0].map, map(o, "local_map"));
	assert_ptr_equal(f->refs[1].map, map(o, "filled"));
	assert_ptr_equal(f->refs[2].map, map(o, "everything"));
	object_free(o);
}

/* --- definitions made by hand ---------------------------------------------------------------- */

struct world {
	struct btf *b;
	uint32_t u32;
	uint32_t u64;
};

static struct world begin(void)
{
	struct world w;

	assert_int_equal(btf_new(&w.b, NULL), 0);
	w.u32 = mk_int(w.b, "u32", 4, 0);
	w.u64 = mk_int(w.b, "u64", 8, 0);
	return w;
}

static uint32_t number(struct world *w, uint32_t n)
{
	return mk_ref(w->b, BTF_PTR, "", mk_array(w->b, w->u32, n));
}

static uint32_t pointer(struct world *w, uint32_t type)
{
	return mk_ref(w->b, BTF_PTR, "", type);
}

/* Open an object with @n variables of struct @def, each @step bytes behind the other. */
static int open_maps(struct world *w, uint32_t def, uint32_t linkage, uint32_t n, uint32_t step,
		     size_t section_size, struct object **o, struct report *r)
{
	uint8_t *zero = calloc(1, section_size + 1);
	struct btf_secinfo info[8];
	struct made m;
	const void *bytes;
	char name[16];
	size_t size;
	int err;

	report_clear(r);
	for (uint32_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "m%u", i);
		info[i].type =
			mk_type(w->b, BTF_VAR, name, false, 0, def, &linkage, sizeof(linkage));
		info[i].offset = i * step;
		info[i].size = (uint32_t)btf_size(w->b, def);
	}
	mk_type(w->b, BTF_DATASEC, ".maps", false, n, (uint32_t)section_size, info,
		n * sizeof(info[0]));
	bytes = btf_bytes(w->b, &size);
	made_begin(&m, false);
	made_section(&m, ".maps", PROG, DATA, zero, section_size);
	made_section(&m, ".BTF", PROG, 0, bytes, size);
	*o = NULL;
	err = made_open(&m, o, r);
	btf_free(w->b);
	free(zero);
	return err;
}

static void refuse(struct world *w, uint32_t def, struct report *r, const char *text)
{
	struct object *o;

	assert_true(open_maps(w, def, BTF_GLOBAL, 1, 0, 64, &o, r) < 0);
	assert_null(o);
	assert_error(r, text);
	assert_string_equal(report_get(r, 0)->map ? report_get(r, 0)->map : "", "m0");
}

static void test_wrong_attributes(void **state)
{
	struct report *r = *state;
	struct world w = begin();

	refuse(&w,
	       MK_STRUCT(w.b, "", 16, { "type", number(&w, 1), 0, 0 },
			 { "max_entris", number(&w, 1), 64, 0 }),
	       r, "unknown attribute 'max_entris'; known are type, max_entries");
	assert_non_null(report_get(r, 0)->hint);
	assert_non_null(strstr(report_get(r, 0)->hint, "max_entries"));
	w = begin();
	refuse(&w, MK_STRUCT(w.b, "", 8, { "max_entries", number(&w, 1), 0, 0 }), r,
	       "attribute 'type' is missing");
	w = begin();
	refuse(&w, MK_STRUCT(w.b, "", 8, { "type", w.u64, 0, 0 }), r,
	       "attribute 'type' is no number");
	w = begin();
	refuse(&w, MK_STRUCT(w.b, "", 8, { "key", w.u64, 0, 0 }), r, "attribute 'key' is no type");
	w = begin();
	refuse(&w, MK_STRUCT(w.b, "", 8, { "key", pointer(&w, 0), 0, 0 }), r,
	       "the key has a type without a size");
	w = begin();
	refuse(&w,
	       MK_STRUCT(w.b, "", 16, { "key_size", number(&w, 8), 0, 0 },
			 { "key", pointer(&w, w.u32), 64, 0 }),
	       r, "the key has 4 bytes, but key_size is 8");
	/* whichever comes first */
	w = begin();
	refuse(&w,
	       MK_STRUCT(w.b, "", 16, { "key", pointer(&w, w.u32), 0, 0 },
			 { "key_size", number(&w, 8), 64, 0 }),
	       r, "the key has 4 bytes, but key_size is 8");
	w = begin();
	refuse(&w,
	       MK_STRUCT(w.b, "", 16, { "value", pointer(&w, w.u64), 0, 0 },
			 { "value_size", number(&w, 4), 64, 0 }),
	       r, "the value has 8 bytes, but value_size is 4");
	w = begin();
	refuse(&w, MK_STRUCT(w.b, "", 8, { "pinning", number(&w, 2), 0, 0 }), r,
	       "pinning is 2, expected 0 (none) or 1 (by name)");
	w = begin();
	refuse(&w,
	       MK_STRUCT(w.b, "", 8,
			 { "max_entries", MK_ENUM(w.b, "", false, 8, { "x", 0x100000000 }), 0, 0 }),
	       r, "attribute 'max_entries' is 4294967296, which 32 bits cannot hold");
	w = begin();
	refuse(&w, w.u64, r, "not a struct");
}

static uint32_t values_of(struct world *w, uint32_t type)
{
	return mk_array(w->b, pointer(w, type), 0);
}

static void test_wrong_values(void **state)
{
	struct report *r = *state;
	struct world w = begin();
	uint32_t inner, type;

	inner = MK_STRUCT(w.b, "", 8, { "type", number(&w, 2), 0, 0 });
	refuse(&w,
	       MK_STRUCT(w.b, "", 8, { "values", values_of(&w, inner), 0, 0 },
			 { "type", number(&w, 1), 0, 0 }),
	       r, "attribute 'values' must be the last one");
	w = begin();
	refuse(&w,
	       MK_STRUCT(w.b, "", 8, { "type", number(&w, 1), 0, 0 },
			 { "values", values_of(&w, w.u64), 64, 0 }),
	       r, "holds neither maps nor programs");
	w = begin();
	refuse(&w,
	       MK_STRUCT(w.b, "", 16, { "type", number(&w, 1), 0, 0 },
			 { "values", number(&w, 4), 64, 0 }),
	       r, "attribute 'values' is no array without length");
	w = begin();
	inner = MK_STRUCT(w.b, "", 8, { "type", number(&w, 2), 0, 0 });
	refuse(&w,
	       MK_STRUCT(w.b, "", 16, { "type", number(&w, 1), 0, 0 },
			 { "value_size", number(&w, 8), 64, 0 },
			 { "values", values_of(&w, inner), 128, 0 }),
	       r, "has value_size 8, expected 4");
	w = begin();
	inner = MK_STRUCT(w.b, "", 8, { "type", number(&w, 2), 0, 0 });
	inner = MK_STRUCT(w.b, "", 8, { "type", number(&w, 2), 0, 0 },
			  { "values", values_of(&w, inner), 64, 0 });
	type = MK_STRUCT(w.b, "", 8, { "type", number(&w, 2), 0, 0 },
			 { "values", values_of(&w, inner), 64, 0 });
	{
		struct object *o;

		assert_true(open_maps(&w, type, BTF_GLOBAL, 1, 0, 64, &o, r) < 0);
		assert_error(r, "maps nest two deep at most");
	}
}

/* A definition whose inner one is itself ends. */
static void test_loop(void **state)
{
	struct world w = begin();
	struct btf_member m[2];
	struct object *o;
	uint32_t n = number(&w, 1), array, def;

	/* ids are given in order: pointer, array, struct */
	array = mk_array(w.b, btf_count(w.b) + 1, 0);
	mk_ref(w.b, BTF_PTR, "", array + 2);
	m[0] = (struct btf_member) { mk_str(w.b, "type"), n, 0 };
	m[1] = (struct btf_member) { mk_str(w.b, "values"), array, 64 };
	def = mk_type(w.b, BTF_STRUCT, "", false, 2, 8, m, sizeof(m));
	assert_int_equal(def, array + 2);
	assert_true(open_maps(&w, def, BTF_GLOBAL, 1, 0, 64, &o, *state) < 0);
	assert_error(*state, "maps nest two deep at most");
}

static void test_places(void **state)
{
	struct report *r = *state;
	struct world w = begin();
	struct object *o;
	uint32_t def;

	def = MK_STRUCT(w.b, "", 8, { "type", number(&w, 1), 0, 0 });
	assert_int_equal(no_errors(r, open_maps(&w, def, BTF_GLOBAL, 3, 8, 24, &o, r)), 0);
	assert_int_equal(o->maps.n, 3);
	object_free(o);
	w = begin();
	def = MK_STRUCT(w.b, "", 8, { "type", number(&w, 1), 0, 0 });
	assert_true(open_maps(&w, def, BTF_GLOBAL, 3, 4, 24, &o, r) < 0);
	assert_error(r, "maps 'm0' and 'm1' overlap in section '.maps'");
	w = begin();
	def = MK_STRUCT(w.b, "", 8, { "type", number(&w, 1), 0, 0 });
	assert_true(open_maps(&w, def, BTF_GLOBAL, 2, 12, 16, &o, r) < 0);
	assert_error(r, "it takes bytes 12 to 20 of section '.maps', which has 16");
	w = begin();
	def = MK_STRUCT(w.b, "", 8, { "type", number(&w, 1), 0, 0 });
	assert_true(open_maps(&w, def, BTF_EXTERN, 1, 0, 16, &o, r) < 0);
	assert_error(r, "defined in another object");
}

/* As Rust writes it: the definition inside a newtype inside a cell. */
static void test_wrapped(void **state)
{
	struct world w = begin();
	struct object *o;
	uint32_t def;

	def = MK_STRUCT(w.b, "Def", 16, { "type", number(&w, 7), 0, 0 },
			{ "key", pointer(&w, w.u32), 64, 0 });
	def = MK_STRUCT(w.b, "UnsafeCell", 16, { "value", def, 0, 0 });
	def = MK_STRUCT(w.b, "HashMap", 16, { "__0", def, 0, 0 });
	assert_int_equal(no_errors(*state, open_maps(&w, def, BTF_GLOBAL, 1, 0, 16, &o, *state)),
			 0);
	assert_int_equal(map(o, "m0")->type, 7);
	assert_int_equal(map(o, "m0")->key_size, 4);
	object_free(o);
}

/* __ulong(): newer compilers have an enumeration of 64 bits, older ones one of 32. */
static void test_wide_number(void **state)
{
	struct world w = begin();
	struct object *o;
	uint32_t def;

	def = MK_STRUCT(w.b, "", 16, { "type", number(&w, 1), 0, 0 },
			{ "map_extra", MK_ENUM(w.b, "", false, 8, { "x", 0x123456789 }), 64, 0 });
	assert_int_equal(no_errors(*state, open_maps(&w, def, BTF_GLOBAL, 1, 0, 16, &o, *state)),
			 0);
	assert_true(map(o, "m0")->extra == 0x123456789);
	object_free(o);
	w = begin();
	def = MK_STRUCT(w.b, "", 16, { "type", number(&w, 1), 0, 0 },
			{ "map_extra", MK_ENUM(w.b, "", false, 4, { "x", 0xfffffff0 }), 64, 0 });
	assert_int_equal(no_errors(*state, open_maps(&w, def, BTF_GLOBAL, 1, 0, 16, &o, *state)),
			 0);
	assert_true(map(o, "m0")->extra == 0xfffffff0);
	object_free(o);
}

static void test_no_btf(void **state)
{
	static const uint64_t zero[2];
	struct object *o;
	struct made m;

	made_begin(&m, false);
	made_section(&m, ".maps", PROG, DATA, zero, sizeof(zero));
	assert_int_equal(made_open(&m, &o, *state), -ENOENT);
	assert_error(*state, "section '.maps' has 16 bytes, but there is no BTF");
	assert_string_equal(report_get(*state, 0)->hint, "compile with -g");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_attributes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_inner, setup, teardown),
		cmocka_unit_test_setup_teardown(test_references, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrong_attributes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrong_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loop, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrapped, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wide_number, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_btf, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
