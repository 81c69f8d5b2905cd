/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * test-linker-types.c - the static linker and types: what is said when files do not agree, whose
 * types stand for a name, and where records of functions and lines go.
 */
#include "linker-bench.h"

/* --- what files say of one name --------------------------------------------------------------- */

/* "__uint(name, n)". */
static uint32_t number(struct btf *t, uint32_t int_id, uint32_t n)
{
	return mk_ref(t, BTF_PTR, "", mk_array(t, int_id, n));
}

static uint32_t mk_var(struct btf *t, const char *name, uint32_t type, uint32_t linkage)
{
	return mk_type(t, BTF_VAR, name, false, 0, type, &linkage, sizeof(linkage));
}

static void mk_datasec(struct btf *t, const char *name, uint32_t var, uint32_t size)
{
	const struct btf_secinfo info = { var, 0, size };

	mk_type(t, BTF_DATASEC, name, false, 1, 0, &info, sizeof(info));
}

static void made_btf(struct made *m, const struct btf *t)
{
	size_t size;
	const void *bytes = btf_bytes(t, &size);

	made_section(m, ".BTF", PROG, 0, bytes, size);
}

struct map_of {
	uint32_t type, entries, key_bytes, extra; /* extra 0: not given */
};

/* Map 'm', defined or only declared. */
static int add_map(struct bench *b, struct map_of of, bool defined)
{
	static const uint64_t zeroes[5];
	struct btf *t;
	struct made m;
	uint32_t i, key, s, var, n = of.extra ? 4 : 3;
	int err;

	assert_int_equal(btf_new(&t, NULL), 0);
	i = mk_int(t, "int", 4, BTF_INT_SIGNED);
	key = of.key_bytes == 4 ? i : mk_int(t, "long", of.key_bytes, BTF_INT_SIGNED);
	{
		const struct mk_member members[] = {
			{ "type", number(t, i, of.type), 0, 0 },
			{ "max_entries", number(t, i, of.entries), 64, 0 },
			{ "key", mk_ref(t, BTF_PTR, "", key), 128, 0 },
			{ "map_extra", number(t, i, of.extra), 192, 0 },
		};

		var = mk_var(t, "m", mk_members(t, BTF_STRUCT, "", n * 8, members, n),
			     defined ? BTF_GLOBAL : BTF_EXTERN);
	}
	mk_datasec(t, ".maps", var, n * 8);
	made_begin(&m, false);
	s = defined ? made_section(&m, ".maps", PROG, DATA, zeroes, n * 8) : SHN_UNDEF;
	made_symbol(&m, "m", defined ? OBJECT(STB_GLOBAL) : LABEL(STB_GLOBAL), s, 0,
		    defined ? n * 8 : 0);
	made_btf(&m, t);
	err = add(b, &m);
	btf_free(t);
	return err;
}

static void test_declared_map(void **state)
{
	const struct map_of of = { 1, 10, 4, 0 };
	struct bench *b = *state;

	assert_int_equal(add_map(b, of, false), 0);
	assert_int_equal(add_map(b, of, true), 0);
	assert_int_equal(linked(b)->maps.n, 1);
	assert_int_equal(object_map(b->o, "m")->max_entries, 10);
	assert_int_equal(object_map(b->o, "m")->key_size, 4);
}

static void test_maps_differ(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add_map(b, (struct map_of) { 1, 10, 4, 0 }, true), 0);
	assert_int_equal(add_map(b, (struct map_of) { 2, 11, 8, 5 }, false), 0);
	refused(b, EINVAL,
		"map 'm' is not as in '1.o': type is 2, not 1; max_entries is 11, not 10; key: the "
		"type is 'long' of 8 bytes, not 'int' of 4 bytes; map_extra is given here only");
	assert_int_equal(report_errors(b->r), 1);
}

static void test_map_extra_counts(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add_map(b, (struct map_of) { 1, 10, 4, 3 }, true), 0);
	assert_int_equal(add_map(b, (struct map_of) { 1, 10, 4, 5 }, false), 0);
	refused(b, EINVAL, "map 'm' is not as in '1.o': map_extra is 5, not 3");
}

/* Variable 'x' of @size bytes, defined in @section or declared for it. */
static int add_variable(struct bench *b, uint32_t size, const char *section, bool defined)
{
	static const uint64_t zeroes[2];
	struct btf *t;
	struct made m;
	uint32_t s, var;
	int err;

	assert_int_equal(btf_new(&t, NULL), 0);
	var = mk_var(t, "x", mk_int(t, size == 4 ? "int" : "long", size, BTF_INT_SIGNED),
		     defined ? BTF_GLOBAL : BTF_EXTERN);
	if (section)
		mk_datasec(t, section, var, size);
	made_begin(&m, false);
	s = defined ? made_section(&m, section, PROG, DATA, zeroes, 16) : SHN_UNDEF;
	made_symbol(&m, "x", defined ? OBJECT(STB_GLOBAL) : LABEL(STB_GLOBAL), s, defined ? 8 : 0,
		    defined ? size : 0);
	made_btf(&m, t);
	err = add(b, &m);
	btf_free(t);
	return err;
}

static void test_variables_differ(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add_variable(b, 8, ".data", true), 0);
	assert_int_equal(add_variable(b, 4, NULL, false), 0);
	refused(b, EINVAL,
		"variable 'x' is not as in '1.o': the type is 'int' of 4 bytes, not 'long' of 8 "
		"bytes");
}

/* Places that compilers leave open are known now. */
static void test_variable_has_a_place(void **state)
{
	struct bench *b = *state;
	const struct btf_type *sec;
	uint32_t id;

	assert_int_equal(add_variable(b, 8, NULL, false), 0);
	assert_int_equal(add_variable(b, 8, ".data", true), 0);
	linked(b);
	id = btf_find(b->o->btf, ".data", BTF_KIND_BIT(BTF_DATASEC));
	sec = btf_type(b->o->btf, id);
	assert_true(id);
	assert_int_equal(sec->size, 16);
	assert_int_equal(btf_vlen(sec), 1);
	assert_int_equal(btf_secinfos(sec)[0].offset, 8);
	assert_int_equal(btf_var_linkage(btf_type(b->o->btf, btf_secinfos(sec)[0].type)),
			 BTF_GLOBAL);
}

static void test_kernels_own(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add_variable(b, 4, ".data", true), 0);
	assert_int_equal(add_variable(b, 4, ".ksyms", false), 0);
	refused(b, EINVAL, "'x' is asked of the kernel here (.ksyms), but '1.o' defines it");
}

/* Function 'f' of @n parameters, with a tag on the first; or the declaration of it. */
static int add_typed(struct bench *b, uint32_t n, bool defined, uint8_t bind, const char *tag,
		     unsigned int mark)
{
	const struct mk_param params[] = { { "a", 1 }, { "b", 1 } };
	const int32_t component = 0;
	struct btf *t;
	struct made m;
	uint32_t s, func;
	int err;

	assert_int_equal(btf_new(&t, NULL), 0);
	mk_int(t, "int", 4, BTF_INT_SIGNED);
	func = mk_type(t, BTF_FUNC, "f", false, defined ? BTF_GLOBAL : BTF_EXTERN,
		       mk_proto(t, 1, params, n), NULL, 0);
	if (tag)
		mk_type(t, BTF_DECL_TAG, tag, false, 0, func, &component, sizeof(component));
	made_begin(&m, false);
	s = defined ? made_section(&m, ".text", PROG, CODE, function(mark), 16) : SHN_UNDEF;
	made_symbol(&m, "f", defined ? FUNC(bind) : LABEL(STB_GLOBAL), s, 0, defined ? 16 : 0);
	made_btf(&m, t);
	err = add(b, &m);
	btf_free(t);
	return err;
}

static void test_functions_differ(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add_typed(b, 2, true, STB_GLOBAL, NULL, 1), 0);
	assert_int_equal(add_typed(b, 1, false, STB_GLOBAL, NULL, 0), 0);
	refused(b, EINVAL, "function 'f' is not as in '1.o': it takes 1 parameter, not 2");
}

static size_t count_kind(const struct btf *t, enum btf_kind kind, const char *name)
{
	size_t n = 0;

	for (uint32_t id = 1; id < btf_count(t); id++)
		n += btf_kind(btf_type(t, id)) == kind && streq(btf_name_of(t, id), name);
	return n;
}

/* What a declaration says holds; what a weak definition said that lost does not. */
static void test_tags(void **state)
{
	struct bench *b = *state;
	const struct btf *t;

	assert_int_equal(add_typed(b, 1, false, STB_GLOBAL, "of the declaration", 0), 0);
	assert_int_equal(add_typed(b, 1, true, STB_WEAK, "of the loser", 1), 0);
	assert_int_equal(add_typed(b, 1, true, STB_GLOBAL, "of the winner", 2), 0);
	assert_int_equal(add_typed(b, 1, false, STB_GLOBAL, "of the declaration", 0), 0);
	t = linked(b)->btf;
	assert_int_equal(mark_of(b->o, "f"), 2);
	assert_int_equal(count_kind(t, BTF_FUNC, "f"), 1);
	assert_int_equal(count_kind(t, BTF_DECL_TAG, "of the winner"), 1);
	assert_int_equal(count_kind(t, BTF_DECL_TAG, "of the declaration"), 1);
	assert_int_equal(count_kind(t, BTF_DECL_TAG, "of the loser"), 0);
}

/* Types from the declaration alone: the function was written in assembly. */
static void test_types_from_declaration(void **state)
{
	struct bench *b = *state;
	uint32_t id;

	assert_int_equal(add_typed(b, 1, false, STB_GLOBAL, NULL, 0), 0);
	assert_int_equal(add_function(b, "f", STB_GLOBAL, STV_DEFAULT, 4), 0);
	linked(b);
	id = btf_find(b->o->btf, "f", BTF_KIND_BIT(BTF_FUNC));
	assert_true(id);
	assert_int_equal(btf_vlen(btf_type(b->o->btf, id)), BTF_GLOBAL);
}

/* --- records ---------------------------------------------------------------------------------- */

/* .BTF.ext with one function and one line for byte 0 of .text. */
static int add_records(struct bench *b, uint8_t bind, unsigned int mark, bool alias)
{
	struct btf *t;
	struct made m;
	uint32_t s, text, func;
	int err;

	assert_int_equal(btf_new(&t, NULL), 0);
	mk_int(t, "int", 4, BTF_INT_SIGNED);
	func = mk_type(t, BTF_FUNC, "f", false, BTF_GLOBAL, mk_proto(t, 1, NULL, 0), NULL, 0);
	text = mk_str(t, ".text");
	{
		const uint32_t words[] = {
			/* offsets and lengths of three tables */
			24,
			0,
			20,
			20,
			28,
			8,
			text,
			1,
			0,
			func,
			16,
			text,
			1,
			0,
			mk_str(t, "file.c"),
			mk_str(t, "line"),
			mark << 10,
		};
		const struct {
			uint16_t magic;
			uint8_t version, flags;
			uint32_t words[ARRAY_SIZE(words)];
		} ext = { .magic = BTF_MAGIC, .version = 1 };
		uint8_t bytes[sizeof(ext)];

		memcpy(bytes, &ext, sizeof(ext));
		memcpy(bytes + 4, words, sizeof(words));
		made_begin(&m, false);
		s = made_section(&m, ".text", PROG, CODE, function(mark), 16);
		made_symbol(&m, "f", FUNC(bind), s, 0, 16);
		if (alias)
			made_symbol(&m, "alias", FUNC(STB_GLOBAL), s, 0, 16);
		made_btf(&m, t);
		made_section(&m, ".BTF.ext", PROG, 0, bytes, sizeof(bytes));
		err = add(b, &m);
	}
	btf_free(t);
	return err;
}

static void test_records_follow(void **state)
{
	struct bench *b = *state;
	const struct btf_ext_section *s;

	assert_int_equal(add_function(b, "before", STB_GLOBAL, STV_DEFAULT, 1), 0);
	assert_int_equal(add_records(b, STB_GLOBAL, 2, false), 0);
	s = btf_ext_section(linked(b)->ext, ".text");
	assert_non_null(s);
	assert_int_equal(s->n_funcs, 1);
	assert_int_equal(s->funcs[0].insn_off, 16);
	assert_string_equal(btf_name_of(b->o->btf, s->funcs[0].type_id), "f");
	assert_int_equal(s->n_lines, 1);
	assert_int_equal(s->lines[0].insn_off, 16);
	assert_string_equal(btf_str(b->o->btf, s->lines[0].file_name_off), "file.c");
	assert_int_equal(s->lines[0].line_col, 2 << 10);
}

static void test_records_of_losers(void **state)
{
	for (int alias = 0; alias < 2; alias++) {
		const struct btf_ext_section *s;
		struct bench *b;

		tear_down(state);
		set_up(state);
		b = *state;
		assert_int_equal(add_records(b, STB_WEAK, 1, alias), 0);
		assert_int_equal(add_records(b, STB_GLOBAL, 2, false), 0);
		s = btf_ext_section(linked(b)->ext, ".text");
		/* code that another name leads to is alive */
		assert_int_equal(s->n_funcs, 1 + alias);
		assert_int_equal(s->n_lines, 1 + alias);
		assert_int_equal(s->lines[alias].insn_off, 16);
	}
}

/* --- all of it ------------------------------------------------------------------------------- */

static void test_same_bytes(void **state)
{
	struct bench *b = *state;
	void *again;
	size_t size;

	assert_int_equal(add_records(b, STB_WEAK, 1, false), 0);
	assert_int_equal(add_map(b, (struct map_of) { 1, 10, 4, 0 }, true), 0);
	linked(b);
	assert_int_equal(linker_finish(b->l, &again, &size, b->r), 0);
	assert_int_equal(size, b->size);
	assert_memory_equal(again, b->data, size);
	free(again);
}

/* Cut anywhere: refused with words, or linked. */
static void test_truncated(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add_records(b, STB_GLOBAL, 1, false), 0);
	for (size_t n = 0; n < b->files[0].len; n += 3) {
		struct linker *l;
		void *data = NULL;
		size_t size;
		int err;

		report_clear(b->r);
		assert_int_equal(linker_new(&l), 0);
		err = linker_add_memory(l, b->files[0].data, n, "cut.o", b->r);
		if (!err)
			err = linker_finish(l, &data, &size, b->r);
		assert_int_equal(err<0, report_errors(b->r)> 0);
		free(data);
		linker_free(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINKER_TEST(test_declared_map),
		LINKER_TEST(test_maps_differ),
		LINKER_TEST(test_map_extra_counts),
		LINKER_TEST(test_variables_differ),
		LINKER_TEST(test_variable_has_a_place),
		LINKER_TEST(test_kernels_own),
		LINKER_TEST(test_functions_differ),
		LINKER_TEST(test_tags),
		LINKER_TEST(test_types_from_declaration),
		LINKER_TEST(test_records_follow),
		LINKER_TEST(test_records_of_losers),
		LINKER_TEST(test_same_bytes),
		LINKER_TEST(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
