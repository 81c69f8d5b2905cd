// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-btf-rebase.c - a module's types, built on an extract of one kernel's, put on another's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/report.h"
#include "btf-make.h"
#include "btf/rebase.h"

/* An extract, a module's types on it, and a kernel's. */
struct world {
	struct btf *extract, *split, *kernel, *out;
	struct report *report;
};

static struct world new_world(void)
{
	struct world w = { .report = report_new() };

	assert_int_equal(btf_new(&w.extract, NULL), 0);
	assert_int_equal(btf_new(&w.kernel, NULL), 0);
	/* nothing is where the extract has it */
	mk_int(w.kernel, "char", 1, BTF_INT_SIGNED);
	return w;
}

/* When the extract is complete. */
static struct btf *split(struct world *w)
{
	assert_int_equal(btf_new(&w->split, w->extract), 0);
	return w->split;
}

static void free_world(struct world *w)
{
	btf_free(w->out);
	btf_free(w->split);
	btf_free(w->extract);
	btf_free(w->kernel);
	report_free(w->report);
}

/* Names and sizes are all that an extract has of these. */
static uint32_t hull(struct btf *b, enum btf_kind kind, const char *name, uint32_t size)
{
	return mk_type(b, kind, name, false, 0, size, NULL, 0);
}

static uint32_t declared(struct btf *b, const char *name, bool is_union)
{
	return mk_type(b, BTF_FWD, name, is_union, 0, 0, NULL, 0);
}

/* What comes out stands on its own: neither the split nor the extract is needed any more. */
static void rebases(struct world *w)
{
	assert_int_equal(btf_rebase(&w->out, w->split, w->kernel, w->report), 0);
	assert_int_equal(report_count(w->report), 0);
	btf_free(w->split);
	btf_free(w->extract);
	w->split = w->extract = NULL;
	assert_ptr_equal(btf_base(w->out), w->kernel);
}

static void refuses(struct world *w, const char *words)
{
	assert_int_equal(btf_rebase(&w->out, w->split, w->kernel, w->report), -EINVAL);
	assert_null(w->out);
	assert_int_equal(report_errors(w->report), 1);
	if (!strstr(report_get(w->report, 0)->what, words))
		fail_msg("'%s' is not in: %s", words, report_get(w->report, 0)->what);
	free_world(w);
}

/* Type id of member @i of the struct @name. */
static uint32_t member_type(struct btf *b, const char *name, uint32_t i)
{
	const struct btf_type *t = btf_type(b, btf_find(b, name, BTF_KIND_BIT(BTF_STRUCT)));

	assert_non_null(t);
	assert_true(i < btf_vlen(t));
	return btf_members(t)[i].type;
}

/* struct mine { int n; struct list_head list; struct task *task; double d; enum e e; } */
static void test_moves(void **state _unused_)
{
	struct world w = new_world();
	uint32_t i32, list, task, dbl, e, ids[5];
	struct btf *b;
	const struct btf_type *t;

	i32 = mk_int(w.extract, "int", 4, BTF_INT_SIGNED);
	list = hull(w.extract, BTF_STRUCT, "list_head", 16);
	task = hull(w.extract, BTF_STRUCT, "task", 100);
	dbl = hull(w.extract, BTF_FLOAT, "double", 8);
	e = hull(w.extract, BTF_ENUM, "e", 4);

	/* the other way around, and the task has grown: it is behind a pointer */
	ids[4] = MK_ENUM(w.kernel, "e", false, 4, { "A", 1 });
	ids[3] = hull(w.kernel, BTF_FLOAT, "double", 8);
	ids[2] = hull(w.kernel, BTF_STRUCT, "task", 200);
	ids[1] = hull(w.kernel, BTF_STRUCT, "list_head", 16);
	ids[0] = mk_int(w.kernel, "int", 4, BTF_INT_SIGNED);

	b = split(&w);
	task = mk_ref(b, BTF_PTR, "", task);
	MK_STRUCT(b, "mine", 48, { "n", i32, 0, 0 }, { "list", list, 64, 0 },
		  { "task", task, 192, 0 }, { "d", dbl, 256, 0 }, { "e", e, 320, 0 });
	rebases(&w);

	b = w.out;
	assert_int_equal(btf_count(b), btf_count(w.kernel) + 2);
	assert_int_equal(member_type(b, "mine", 0), ids[0]);
	assert_int_equal(member_type(b, "mine", 1), ids[1]);
	t = btf_type(b, member_type(b, "mine", 2));
	assert_int_equal(btf_kind(t), BTF_PTR);
	assert_int_equal(t->type, ids[2]);
	assert_int_equal(member_type(b, "mine", 3), ids[3]);
	assert_int_equal(member_type(b, "mine", 4), ids[4]);
	t = btf_type(b, btf_find(b, "mine", BTF_KIND_BIT(BTF_STRUCT)));
	assert_string_equal(btf_str(b, btf_members(t)[1].name_off), "list");
	assert_int_equal(btf_member_bit_offset(t, 4), 320);
	free_world(&w);
}

/* A name of the module that the extract has as well is in the extract's strings alone. */
static void test_shared_strings(void **state _unused_)
{
	struct world w = new_world();
	struct btf_type t = { .info = BTF_TYPEDEF << 24 };

	mk_int(w.extract, "int", 4, BTF_INT_SIGNED);
	t.type = hull(w.extract, BTF_STRUCT, "shared", 8);
	t.name_off = btf_type(w.extract, t.type)->name_off;
	mk_int(w.kernel, "int", 4, BTF_INT_SIGNED);
	hull(w.kernel, BTF_STRUCT, "shared", 8);
	assert_true(btf_add_type(split(&w), &t, NULL, 0) > 0);
	rebases(&w);
	assert_int_not_equal(btf_find(w.out, "shared", BTF_KIND_BIT(BTF_TYPEDEF)), 0);
	free_world(&w);
}

/* struct, array of it, typedef of that, as a member or a variable: all of it is layout */
static void test_sizes_inside(void **state _unused_)
{
	for (int how = 0; how < 4; how++) {
		struct world w = new_world();
		uint32_t id = hull(w.extract, BTF_STRUCT, "inner", 16);
		struct btf *b;

		hull(w.kernel, BTF_STRUCT, "inner", 24);
		b = split(&w);
		if (how == 1)
			id = mk_ref(b, BTF_TYPEDEF, "t", mk_ref(b, BTF_CONST, "", id));
		if (how == 2)
			mk_array(b, id, 2);
		else if (how == 3)
			mk_type(b, BTF_VAR, "v", false, 0, id, &(uint32_t){ BTF_STATIC }, 4);
		else
			MK_STRUCT(b, "outer", 16, { "in", id, 0, 0 });
		refuses(&w, "built on struct 'inner' of 16 bytes, the kernel's has 24");
	}
}

static void test_missing(void **state _unused_)
{
	struct world w = new_world();
	uint32_t id = hull(w.extract, BTF_UNION, "gone", 16);

	hull(w.kernel, BTF_STRUCT, "gone", 16);
	hull(w.kernel, BTF_UNION, "gone___old", 16);
	mk_ref(split(&w), BTF_PTR, "", id);
	refuses(&w, "built on union 'gone', which the kernel's do not have");
}

static void test_scalars(void **state _unused_)
{
	static const struct {
		enum btf_kind kind;
		uint32_t size, encoding;
		const char *words;
	} cases[] = {
		{ BTF_INT, 8, BTF_INT_SIGNED, "int 'x' of 4 bytes, the kernel's has 8" },
		{ BTF_INT, 4, 0, "int 'x' of 4 bytes" },
		{ BTF_FLOAT, 4, 0, "int 'x', which the kernel's do not have" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct world w = new_world();

		mk_int(w.extract, "x", 4, BTF_INT_SIGNED);
		if (cases[i].kind == BTF_INT)
			mk_int(w.kernel, "x", cases[i].size, cases[i].encoding);
		else
			hull(w.kernel, cases[i].kind, "x", cases[i].size);
		mk_ref(split(&w), BTF_PTR, "", 1);
		refuses(&w, cases[i].words);
	}
}

/* A declaration takes the definition if there is one, of its own sort only. */
static void test_declarations(void **state _unused_)
{
	struct world w = new_world();
	uint32_t s = declared(w.extract, "s", false), u = declared(w.extract, "u", true);
	uint32_t only = declared(w.extract, "only", false), want[3];
	struct btf *b;

	declared(w.kernel, "s", false);
	want[0] = hull(w.kernel, BTF_STRUCT, "s", 8);
	hull(w.kernel, BTF_STRUCT, "u", 8);
	want[1] = hull(w.kernel, BTF_UNION, "u", 8);
	want[2] = declared(w.kernel, "only", false);
	b = split(&w);
	MK_STRUCT(b, "mine", 24, { "s", mk_ref(b, BTF_PTR, "", s), 0, 0 },
		  { "u", mk_ref(b, BTF_PTR, "", u), 64, 0 },
		  { "only", mk_ref(b, BTF_PTR, "", only), 128, 0 });
	rebases(&w);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(btf_type(w.out, member_type(w.out, "mine", i))->type, want[i]);
	free_world(&w);
}

/* Several of a name: by size; an enum may have become a wide one. */
static void test_several(void **state _unused_)
{
	struct world w = new_world();
	uint32_t s = hull(w.extract, BTF_STRUCT, "s", 16), want, e;
	struct btf *b;

	e = hull(w.extract, BTF_ENUM, "e", 8);
	hull(w.kernel, BTF_STRUCT, "s", 8);
	want = hull(w.kernel, BTF_STRUCT, "s", 16);
	hull(w.kernel, BTF_STRUCT, "s", 24);
	MK_ENUM(w.kernel, "e", false, 8, { "A", 1 });
	b = split(&w);
	MK_STRUCT(b, "mine", 24, { "s", s, 0, 0 }, { "e", e, 128, 0 });
	rebases(&w);
	assert_int_equal(member_type(w.out, "mine", 0), want);
	assert_int_equal(btf_kind(btf_type(w.kernel, member_type(w.out, "mine", 1))), BTF_ENUM64);
	free_world(&w);
}

static void test_ambiguous(void **state _unused_)
{
	struct world w = new_world();
	uint32_t s = hull(w.extract, BTF_STRUCT, "s", 16), want;

	want = hull(w.kernel, BTF_STRUCT, "s", 16);
	hull(w.kernel, BTF_STRUCT, "s", 16);
	mk_ref(split(&w), BTF_PTR, "", s);
	rebases(&w);
	/* behind a pointer the first will do */
	assert_int_equal(btf_type(w.out, btf_count(w.kernel))->type, want);
	free_world(&w);

	w = new_world();
	s = hull(w.extract, BTF_STRUCT, "s", 16);
	hull(w.kernel, BTF_STRUCT, "s", 16);
	hull(w.kernel, BTF_STRUCT, "s", 16);
	MK_STRUCT(split(&w), "mine", 16, { "s", s, 0, 0 });
	refuses(&w, "struct 's' of 16 bytes, and the kernel has 2 of them");
}

static void test_no_extract(void **state _unused_)
{
	struct world w = new_world();

	hull(w.extract, BTF_STRUCT, "", 16);
	mk_ref(split(&w), BTF_PTR, "", 1);
	refuses(&w, "BTF type 1 ('', struct): nothing that is found by its name");

	w = new_world();
	mk_ref(w.extract, BTF_TYPEDEF, "t", 0);
	mk_ref(split(&w), BTF_PTR, "", 1);
	refuses(&w, "BTF type 1 ('t', typedef): nothing that is found by its name");
}

/* Nothing of the kernel's is used at all. */
static void test_empty_extract(void **state _unused_)
{
	struct world w = new_world();

	MK_STRUCT(split(&w), "mine", 0);
	rebases(&w);
	assert_int_equal(btf_find(w.out, "mine", BTF_KIND_BIT(BTF_STRUCT)), btf_count(w.kernel));
	free_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_shared_strings),
		cmocka_unit_test(test_sizes_inside),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_declarations),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_ambiguous),
		cmocka_unit_test(test_no_extract),
		cmocka_unit_test(test_empty_extract),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
