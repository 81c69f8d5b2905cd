// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-btf-dedup.c - merging BTFs: which types are the same and which are not, rule by rule; where
 * ids go; and that nothing is said differently afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <time.h>

#include "base/file.h"
#include "base/report.h"
#include "btf/decl.h"
#include "btf/dedup.h"
#include "btf-make.h"
#include "object-file.h"

/* Two BTFs to fill, and what becomes of them. */
struct pair {
	struct btf *in[2];
	struct btf *out;
	uint32_t **map;
};

static struct pair new_pair(void)
{
	struct pair p = { 0 };

	assert_int_equal(btf_new(&p.in[0], NULL), 0);
	assert_int_equal(btf_new(&p.in[1], NULL), 0);
	return p;
}

static void free_pair(struct pair *p)
{
	btf_free(p->in[0]);
	btf_free(p->in[1]);
	btf_free(p->out);
	free(p->map);
}

/* What comes out is sound: the bytes open again, strictly checked. */
static void reopens(const struct btf *b)
{
	struct btf *again;
	size_t size;
	const void *data = btf_bytes(b, &size);

	assert_int_equal(btf_open(&again, data, size, btf_base(b), BTF_COPY, NULL), 0);
	assert_int_equal(btf_count(again), btf_count(b));
	btf_free(again);
}

/* Merge, and expect so many types. */
static void merge(struct pair *p, uint32_t types)
{
	assert_int_equal(btf_merge(p->in, 2, &p->out, &p->map, NULL), 0);
	assert_int_equal(btf_count(p->out) - 1, types);
	assert_int_equal(p->map[0][0], 0);
	assert_int_equal(p->map[1][0], 0);
	reopens(p->out);
}

static bool same(const struct pair *p, uint32_t a, uint32_t b)
{
	return p->map[0][a] == p->map[1][b];
}

static const struct btf_type *type_in(const struct pair *p, uint32_t input, uint32_t id)
{
	return btf_type(p->out, p->map[input][id]);
}

static uint32_t mk_tag(struct btf *b, const char *name, uint32_t type, int32_t component)
{
	return mk_type(b, BTF_DECL_TAG, name, false, 0, type, &component, sizeof(component));
}

static uint32_t mk_var(struct btf *b, const char *name, uint32_t type, uint32_t linkage)
{
	return mk_type(b, BTF_VAR, name, false, 0, type, &linkage, sizeof(linkage));
}

static uint32_t mk_fwd(struct btf *b, const char *name, bool is_union)
{
	return mk_type(b, BTF_FWD, name, is_union, 0, 0, NULL, 0);
}

static void test_primitives(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t other, i, j, f, g;

	/* another order, and strings at other places */
	other = mk_int(b, "other", 4, 0);
	i = mk_int(a, "int", 4, BTF_INT_SIGNED);
	j = mk_int(b, "int", 4, BTF_INT_SIGNED);
	f = mk_type(a, BTF_FLOAT, "double", false, 0, 8, NULL, 0);
	g = mk_type(b, BTF_FLOAT, "double", false, 0, 8, NULL, 0);
	mk_int(a, "x", 4, 0);
	mk_int(b, "x", 4, BTF_INT_SIGNED); /* sign */
	mk_int(b, "x", 8, 0); /* size */
	mk_int(b, "y", 4, 0); /* name */
	mk_type(b, BTF_FLOAT, "double", false, 0, 16, NULL, 0);
	merge(&p, 8);
	assert_true(same(&p, i, j));
	assert_true(same(&p, f, g));
	assert_string_equal(btf_name_of(p.out, p.map[1][other]), "other");
	/* of equal types the first stays, and keeps its place */
	assert_int_equal(p.map[1][j], i);
	free_pair(&p);
}

static void test_one_input_twice_in_itself(void **state _unused_)
{
	struct pair p = new_pair();
	uint32_t i = mk_int(p.in[0], "int", 4, 0), j = mk_int(p.in[0], "int", 4, 0);
	uint32_t x = mk_ref(p.in[0], BTF_PTR, "", i), y = mk_ref(p.in[0], BTF_PTR, "", j);

	assert_int_equal(btf_merge(p.in, 1, &p.out, &p.map, NULL), 0);
	assert_int_equal(btf_count(p.out), 3);
	assert_int_equal(p.map[0][i], p.map[0][j]);
	assert_int_equal(p.map[0][x], p.map[0][y]);
	free_pair(&p);
}

static void test_nothing(void **state _unused_)
{
	struct pair p = new_pair();

	merge(&p, 0);
	btf_free(p.out);
	free(p.map);
	assert_int_equal(btf_merge(NULL, 0, &p.out, &p.map, NULL), 0);
	assert_int_equal(btf_count(p.out), 1);
	free_pair(&p);
}

static void test_strings(void **state _unused_)
{
	struct pair p = new_pair();
	size_t size;

	mk_str(p.in[0], "of no type");
	mk_int(p.in[0], "int", 4, 0);
	mk_int(p.in[1], "int", 4, 0);
	mk_ref(p.in[1], BTF_TYPEDEF, "int", 1);
	merge(&p, 2);
	btf_bytes(p.out, &size);
	/* header, INT, TYPEDEF, "" and "int" */
	assert_int_equal(size, 24 + 16 + 12 + 1 + 4);
	free_pair(&p);
}

static void test_enums(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t e, same_e, wide, same_wide, anon, same_anon;

	e = MK_ENUM(a, "e", false, 4, { "A", 1 }, { "B", 2 });
	wide = MK_ENUM(a, "w", false, 8, { "BIG", 1ll << 40 });
	anon = MK_ENUM(a, "", false, 4, { "ONE", 1 });
	same_anon = MK_ENUM(b, "", false, 4, { "ONE", 1 });
	same_wide = MK_ENUM(b, "w", false, 8, { "BIG", 1ll << 40 });
	same_e = MK_ENUM(b, "e", false, 4, { "A", 1 }, { "B", 2 });
	MK_ENUM(b, "e", false, 4, { "A", 1 }, { "B", 3 });
	MK_ENUM(b, "e", false, 4, { "A", 1 }, { "C", 2 });
	MK_ENUM(b, "e", true, 4, { "A", 1 }, { "B", 2 });
	MK_ENUM(b, "e", false, 1, { "A", 1 }, { "B", 2 });
	MK_ENUM(b, "e", false, 8, { "A", 1 }, { "B", 2 });
	MK_ENUM(b, "", false, 4, { "TWO", 1 });
	MK_ENUM(b, "w", false, 8, { "BIG", 1ll << 41 });
	merge(&p, 10);
	assert_true(same(&p, e, same_e));
	assert_true(same(&p, wide, same_wide));
	assert_true(same(&p, anon, same_anon));
	free_pair(&p);
}

static void test_arrays(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t i = mk_int(a, "int", 4, 0), j = mk_int(b, "int", 4, 0);
	uint32_t l = mk_int(b, "long", 8, 0);
	struct btf_array element = { l, j, 4 }, index = { j, l, 4 };
	uint32_t x = mk_array(a, i, 4), y = mk_array(b, j, 4);

	mk_array(b, j, 5);
	mk_type(b, BTF_ARRAY, "", false, 0, 0, &element, sizeof(element));
	mk_type(b, BTF_ARRAY, "", false, 0, 0, &index, sizeof(index));
	merge(&p, 6);
	assert_true(same(&p, x, y));
	free_pair(&p);
}

static void test_references(void **state _unused_)
{
	static const enum btf_kind kinds[] = { BTF_PTR,   BTF_TYPEDEF,  BTF_VOLATILE,
					       BTF_CONST, BTF_RESTRICT, BTF_TYPE_TAG };

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		const char *name = kinds[k] == BTF_TYPEDEF || kinds[k] == BTF_TYPE_TAG ? "n" : "";
		struct pair p = new_pair();
		uint32_t i = mk_int(p.in[0], "int", 4, 0), l = mk_int(p.in[1], "long", 8, 0);
		uint32_t j = mk_int(p.in[1], "int", 4, 0);
		uint32_t x = mk_ref(p.in[0], kinds[k], name, i);
		uint32_t y = mk_ref(p.in[1], kinds[k], name, j);

		mk_ref(p.in[1], kinds[k], name, l);
		mk_ref(p.in[1], kinds[k], name, 0);
		mk_ref(p.in[1], kinds[k], *name ? "m" : "", y);
		merge(&p, 6);
		assert_true(same(&p, x, y));
		assert_int_equal(type_in(&p, 1, y)->type, p.map[0][i]);
		free_pair(&p);
	}
}

/* struct node { struct node *next; TYPE value; }; with a few names in between. */
static uint32_t mk_list(struct btf *b, uint32_t value)
{
	uint32_t at = btf_count(b);
	uint32_t ptr = mk_ref(b, BTF_PTR, "", at + 1);

	assert_int_equal(ptr, at);
	return MK_STRUCT(b, "node", 16, { "next", ptr, 0, 0 }, { "value", value, 64, 0 });
}

static void test_cycles(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t i = mk_int(a, "int", 4, 0), l = mk_int(b, "long", 8, 0);
	uint32_t j = mk_int(b, "int", 4, 0);
	uint32_t x = mk_list(a, i), y = mk_list(b, j), z = mk_list(b, l);

	merge(&p, 2 + 2 + 2);
	assert_true(same(&p, x, y));
	assert_true(same(&p, x - 1, y - 1));
	assert_false(same(&p, x, z));
	/* the pointers in the cycles too */
	assert_false(same(&p, x - 1, z - 1));
	assert_int_equal(type_in(&p, 1, z - 1)->type, p.map[1][z]);
	free_pair(&p);
}

/*
 * struct a { struct b *b; }; struct b { struct { struct a *a; union { struct c *c; }; }; };
 * struct c { LEAF leaf; struct a *a; }: what differs in the leaf tells all of them apart.
 */
static uint32_t mk_ring(struct btf *b, uint32_t leaf)
{
	uint32_t at = btf_count(b);
	uint32_t a = at + 1, in_b = at + 6, c = at + 7;

	assert_int_equal(mk_ref(b, BTF_PTR, "", in_b), at);
	assert_int_equal(MK_STRUCT(b, "a", 8, { "b", at, 0, 0 }), a);
	mk_ref(b, BTF_PTR, "", a);
	mk_ref(b, BTF_PTR, "", c);
	MK_UNION(b, "", 8, { "c", at + 3, 0, 0 });
	MK_STRUCT(b, "", 16, { "a", at + 2, 0, 0 }, { "", at + 4, 64, 0 });
	assert_int_equal(MK_STRUCT(b, "b", 16, { "", at + 5, 0, 0 }), in_b);
	assert_int_equal(MK_STRUCT(b, "c", 16, { "leaf", leaf, 0, 0 }, { "a", at + 2, 64, 0 }), c);
	return at;
}

static void test_rings_through_anonymous(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t i = mk_int(a, "int", 4, 0), l = mk_int(b, "long", 8, 0);
	uint32_t j = mk_int(b, "int", 4, 0);
	uint32_t x = mk_ring(a, i), z = mk_ring(b, l), y = mk_ring(b, j);

	merge(&p, 2 + 8 + 8);
	for (uint32_t k = 0; k < 8; k++) {
		assert_true(same(&p, x + k, y + k));
		assert_false(same(&p, x + k, z + k));
	}
	free_pair(&p);
}

/* A circle of one kind only: nothing tells its parts apart. */
static void test_circle_of_pointers(void **state _unused_)
{
	struct pair p = new_pair();

	mk_ref(p.in[0], BTF_PTR, "", 2);
	mk_ref(p.in[0], BTF_PTR, "", 3);
	mk_ref(p.in[0], BTF_PTR, "", 1);
	mk_ref(p.in[1], BTF_PTR, "", 1);
	merge(&p, 1);
	assert_int_equal(type_in(&p, 0, 2)->type, 1);
	free_pair(&p);
}

static void test_members(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t i = mk_int(a, "int", 4, 0), j = mk_int(b, "int", 4, 0);
	uint32_t x = MK_STRUCT(a, "s", 8, { "m", i, 0, 0 }, { "n", i, 32, 0 });
	uint32_t y = MK_STRUCT(b, "s", 8, { "m", j, 0, 0 }, { "n", j, 32, 0 });

	MK_STRUCT(b, "s", 8, { "m", j, 0, 0 }, { "o", j, 32, 0 });
	MK_STRUCT(b, "s", 8, { "m", j, 0, 0 }, { "n", j, 0, 0 });
	MK_STRUCT(b, "s", 12, { "m", j, 0, 0 }, { "n", j, 32, 0 });
	MK_STRUCT(b, "s", 8, { "m", j, 0, 0 });
	MK_STRUCT(b, "s", 8, { "m", j, 0, 7 }, { "n", j, 32, 0 });
	MK_STRUCT(b, "t", 8, { "m", j, 0, 0 }, { "n", j, 32, 0 });
	MK_UNION(b, "s", 8, { "m", j, 0, 0 }, { "n", j, 32, 0 });
	merge(&p, 1 + 1 + 7);
	assert_true(same(&p, x, y));
	free_pair(&p);
}

/* What points to a declaration in one file and to the definition in the other is the same. */
static void test_forward(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t fwd, j, def, pf, pd, x, y, uf, lone, lone2;

	fwd = mk_fwd(a, "later", false);
	pf = mk_ref(a, BTF_PTR, "", fwd);
	x = MK_STRUCT(a, "holder", 8, { "p", pf, 0, 0 });
	uf = mk_fwd(a, "later", true); /* union later: another type */
	lone = mk_fwd(a, "lone", false);
	j = mk_int(b, "int", 4, 0);
	def = MK_STRUCT(b, "later", 4, { "i", j, 0, 0 });
	pd = mk_ref(b, BTF_PTR, "", def);
	y = MK_STRUCT(b, "holder", 8, { "p", pd, 0, 0 });
	lone2 = mk_fwd(b, "lone", false);
	merge(&p, 6);
	assert_true(same(&p, fwd, def));
	assert_true(same(&p, pf, pd));
	assert_true(same(&p, x, y));
	assert_true(same(&p, lone, lone2));
	assert_int_equal(btf_kind(type_in(&p, 0, fwd)), BTF_STRUCT);
	assert_int_equal(btf_kind(type_in(&p, 0, uf)), BTF_FWD);
	free_pair(&p);
}

/* Definitions that differ: nobody knows which one is declared. Their users differ then, too. */
static void test_forward_ambiguous(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t i, j, fwd, pf, x, one, p1, y, two, p2, z;

	i = mk_int(a, "int", 4, 0);
	fwd = mk_fwd(a, "later", false);
	pf = mk_ref(a, BTF_PTR, "", fwd);
	x = MK_STRUCT(a, "holder", 8, { "p", pf, 0, 0 });
	j = mk_int(b, "int", 4, 0);
	one = MK_STRUCT(b, "later", 4, { "i", j, 0, 0 });
	p1 = mk_ref(b, BTF_PTR, "", one);
	y = MK_STRUCT(b, "holder", 8, { "p", p1, 0, 0 });
	two = MK_STRUCT(b, "later", 8, { "i", j, 0, 0 });
	p2 = mk_ref(b, BTF_PTR, "", two);
	z = MK_STRUCT(b, "holder", 8, { "p", p2, 0, 0 });
	merge(&p, 1 + 3 * 3);
	assert_true(same(&p, i, j));
	assert_int_equal(btf_kind(type_in(&p, 0, fwd)), BTF_FWD);
	assert_false(same(&p, fwd, one) || same(&p, fwd, two));
	assert_false(same(&p, x, y) || same(&p, x, z) || p.map[1][y] == p.map[1][z]);
	free_pair(&p);
}

/*
 * Definitions that look alike until one looks far: struct later { struct deep *d; } where "deep"
 * differs. The declaration is taken for both at first, and must be let go.
 */
static void test_forward_ambiguous_late(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t fwd, pf, j, deep, later[2];

	fwd = mk_fwd(a, "later", false);
	pf = mk_ref(a, BTF_PTR, "", fwd);
	MK_STRUCT(a, "holder", 8, { "p", pf, 0, 0 });
	j = mk_int(b, "int", 4, 0);
	for (uint32_t k = 0; k < 2; k++) {
		deep = MK_STRUCT(b, "deep", 4 + k * 4, { "i", j, 0, 0 });
		later[k] = MK_STRUCT(b, "later", 8, { "d", mk_ref(b, BTF_PTR, "", deep), 0, 0 });
	}
	merge(&p, 3 + 1 + 2 * 3);
	assert_int_equal(btf_kind(type_in(&p, 0, fwd)), BTF_FWD);
	assert_int_not_equal(p.map[1][later[0]], p.map[1][later[1]]);
	free_pair(&p);
}

static void test_forward_enum(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t fwd = mk_enum(a, "e", false, 4, NULL, 0),
		 wide = mk_enum(a, "w", false, 4, NULL, 0);
	uint32_t x = mk_ref(a, BTF_TYPEDEF, "t", fwd);
	uint32_t def = MK_ENUM(b, "e", false, 4, { "A", 1 });
	uint32_t big = MK_ENUM(b, "w", false, 8, { "BIG", 1ll << 40 });
	uint32_t y = mk_ref(b, BTF_TYPEDEF, "t", def);

	merge(&p, 3);
	assert_true(same(&p, fwd, def));
	assert_true(same(&p, wide, big));
	assert_true(same(&p, x, y));
	free_pair(&p);
}

static void test_functions(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t i = mk_int(a, "int", 4, 0), j = mk_int(b, "int", 4, 0);
	uint32_t x = MK_PROTO(a, i, { "a", i }, { "", 0 });
	uint32_t y = MK_PROTO(b, j, { "a", j }, { "", 0 });
	uint32_t f, g;

	f = mk_type(a, BTF_FUNC, "f", false, BTF_GLOBAL, x, NULL, 0);
	g = mk_type(b, BTF_FUNC, "f", false, BTF_GLOBAL, y, NULL, 0);
	mk_type(b, BTF_FUNC, "f", false, BTF_STATIC, y, NULL, 0);
	mk_type(b, BTF_FUNC, "f", false, BTF_EXTERN, y, NULL, 0);
	MK_PROTO(b, j, { "a", j });
	MK_PROTO(b, j, { "b", j }, { "", 0 });
	MK_PROTO(b, 0, { "a", j }, { "", 0 });
	merge(&p, 1 + 1 + 3 + 3);
	assert_true(same(&p, x, y));
	assert_true(same(&p, f, g));
	assert_int_equal(btf_vlen(type_in(&p, 1, g)), BTF_GLOBAL);
	free_pair(&p);
}

/* Variables are names with a type; where they are is said by sections, which stay apart. */
static void test_variables(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t i = mk_int(a, "int", 4, 0), j = mk_int(b, "int", 4, 0);
	uint32_t x = mk_var(a, "v", i, BTF_GLOBAL), y = mk_var(b, "v", j, BTF_GLOBAL);
	struct btf_secinfo s = { .type = x, .size = 4 };
	uint32_t bss, bss2;

	mk_var(b, "v", j, BTF_EXTERN);
	bss = mk_type(a, BTF_DATASEC, ".bss", false, 1, 4, &s, sizeof(s));
	s.type = y;
	bss2 = mk_type(b, BTF_DATASEC, ".bss", false, 1, 4, &s, sizeof(s));
	merge(&p, 1 + 2 + 2);
	assert_true(same(&p, x, y));
	assert_false(same(&p, bss, bss2));
	assert_int_equal(btf_secinfos(type_in(&p, 1, bss2))->type, p.map[0][x]);
	free_pair(&p);
}

static void test_tags(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t i = mk_int(a, "int", 4, 0), j = mk_int(b, "int", 4, 0);
	uint32_t x = MK_STRUCT(a, "s", 8, { "m", i, 0, 0 }),
		 y = MK_STRUCT(b, "s", 8, { "m", j, 0, 0 });
	uint32_t tag, other, tag2, other2, pf, f, g, arg;

	/* in another order: the same tags */
	tag = mk_tag(a, "contains", x, 0);
	other = mk_tag(a, "whole", x, -1);
	other2 = mk_tag(b, "whole", y, -1);
	tag2 = mk_tag(b, "contains", y, 0);
	/* a function with a tagged argument is not the one without */
	pf = MK_PROTO(a, i, { "a", i });
	f = mk_type(a, BTF_FUNC, "f", false, BTF_STATIC, pf, NULL, 0);
	arg = mk_tag(a, "arg:nonnull", f, 0);
	pf = MK_PROTO(b, j, { "a", j });
	g = mk_type(b, BTF_FUNC, "f", false, BTF_STATIC, pf, NULL, 0);
	merge(&p, 2 + 2 + 1 + 2 + 1);
	assert_true(same(&p, x, y));
	assert_true(same(&p, tag, tag2));
	assert_true(same(&p, other, other2));
	assert_false(same(&p, f, g));
	assert_int_equal(type_in(&p, 0, arg)->type, p.map[0][f]);
	assert_int_equal(btf_tag_component(type_in(&p, 0, arg)), 0);
	free_pair(&p);
}

static void test_tagged_apart(void **state _unused_)
{
	struct pair p = new_pair();
	struct btf *a = p.in[0], *b = p.in[1];
	uint32_t x = MK_STRUCT(a, "s", 0, ), y = MK_STRUCT(b, "s", 0, ),
		 fwd = mk_fwd(a, "t", false);
	uint32_t def = MK_STRUCT(b, "t", 0, );

	mk_tag(a, "contains", x, 0);
	mk_tag(b, "contains", y, 1);
	/* what is tagged stays what the tag is for */
	mk_tag(a, "tag", fwd, -1);
	merge(&p, 4 + 3);
	assert_false(same(&p, x, y));
	assert_false(same(&p, fwd, def));
	free_pair(&p);
}

/* Two modules of one kernel: what is the kernel's stays the kernel's. */
static void test_split(void **state _unused_)
{
	struct pair p = { 0 };
	struct btf *base, *plain;
	uint32_t i, x, y, named;
	struct report *r;

	assert_int_equal(btf_new(&base, NULL), 0);
	i = mk_int(base, "int", 4, 0);
	named = MK_STRUCT(base, "kernel", 4, { "i", i, 0, 0 });
	assert_int_equal(btf_new(&p.in[0], base), 0);
	assert_int_equal(btf_new(&p.in[1], base), 0);
	x = MK_STRUCT(p.in[0], "mod", 12, { "k", named, 0, 0 }, { "i", i, 64, 0 });
	mk_int(p.in[1], "long", 8, 0);
	y = MK_STRUCT(p.in[1], "mod", 12, { "k", named, 0, 0 }, { "i", i, 64, 0 });
	assert_int_equal(btf_merge(p.in, 2, &p.out, &p.map, NULL), 0);
	assert_ptr_equal(btf_base(p.out), base);
	assert_int_equal(btf_count(p.out), btf_count(base) + 2);
	assert_true(same(&p, x, y));
	assert_int_equal(p.map[1][named], named);
	assert_int_equal(btf_members(type_in(&p, 1, y))[0].type, named);
	assert_string_equal(btf_name_of(p.out, named), "kernel");
	reopens(p.out);
	free_pair(&p);

	r = report_new();
	assert_int_equal(btf_new(&plain, NULL), 0);
	assert_int_equal(btf_new(&p.in[0], base), 0);
	p.in[1] = plain;
	assert_int_equal(btf_merge(p.in, 2, &p.out, &p.map, r), -EINVAL);
	assert_string_equal(report_get(r, 0)->what, "BTF with different bases cannot be merged");
	assert_null(p.out);
	assert_null(p.map);
	report_free(r);
	free_pair((struct pair[]) { { .in = { p.in[0], plain } } });
	btf_free(base);
}

/* Lazy BTF was never checked: what it refers to may not be there. */
static void test_lies(void **state _unused_)
{
	struct pair p = new_pair();
	struct report *r = report_new();
	struct btf *lazy;
	const void *data;
	size_t size;

	mk_ref(p.in[0], BTF_TYPEDEF, "t", 77);
	data = btf_bytes(p.in[0], &size);
	assert_int_equal(btf_open(&lazy, data, size, NULL, BTF_LAZY, NULL), 0);
	assert_int_equal(btf_merge(&lazy, 1, &p.out, &p.map, r), -EINVAL);
	assert_int_equal(report_count(r), 1);
	assert_string_equal(report_get(r, 0)->what, "BTF type 1 ('t'): refers to type 77 of 2");
	assert_null(p.out);
	assert_null(p.map);
	report_free(r);
	btf_free(lazy);
	free_pair(&p);
}

/*
 * A hundred thousand pointers to pointers, in the worst orders: each is a type of its own, and the
 * time must not grow with the square.
 */
#define DEEP 100000u

static void test_deep(void **state _unused_)
{
	/* forward, backward, and scattered (a step that has no factor in common with DEEP) */
	static const uint32_t steps[] = { 1, DEEP - 1, 61803 };

	for (size_t s = 0; s < ARRAY_SIZE(steps); s++) {
		struct pair p = new_pair();
		_free_ uint32_t *target = calloc(DEEP + 1, sizeof(*target));
		uint64_t at = 0, next;
		clock_t start;

		assert_non_null(target);
		for (uint32_t n = 0; n + 1 < DEEP; n++, at = next) {
			next = (at + steps[s]) % DEEP;
			target[next] = (uint32_t)at + 1;
		}
		for (uint32_t n = 0; n < DEEP; n++)
			mk_ref(p.in[0], BTF_PTR, "", target[n]);
		start = clock();
		merge(&p, DEEP);
		assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
		free_pair(&p);
	}
}

/* --- whole files ----------------------------------------------------------------------------- */

/* The .BTF of an object that the build made. */
static struct btf *btf_of(const char *name)
{
	struct object *o = open_built(name, NULL);
	struct btf *b;

	assert_int_equal(btf_clone(&b, o->btf), 0);
	object_free(o);
	return b;
}

static char *declared(const struct btf *b, uint32_t id, bool whole)
{
	struct buf text = { 0 };

	if (whole)
		assert_int_equal(btf_decl_types(&text, b, &id, 1, 0), 0);
	else
		btf_decl_type(&text, b, id, "");
	return buf_take(&text);
}

/* Nothing is said differently: as C, each type is what it was. */
static void reads_alike(const struct btf *a, const struct btf *b, const uint32_t *map)
{
	for (uint32_t id = 1; id < btf_count(a); id++) {
		const struct btf_type *t = btf_type(a, id);
		unsigned int definitions = BTF_KIND_BIT(BTF_STRUCT) | BTF_KIND_BIT(BTF_UNION) |
					   BTF_KIND_BIT(BTF_TYPEDEF) | BTF_KIND_BIT(BTF_ENUM);
		bool whole = *btf_name(a, t) && (BTF_KIND_BIT(btf_kind(t)) & definitions);
		_free_ char *before = declared(a, id, whole);
		_free_ char *after = declared(b, map[id], whole);

		assert_string_equal(before ? before : "", after ? after : "");
	}
}

static uint32_t count_kind(const struct btf *b, enum btf_kind kind)
{
	uint32_t n = 0;

	for (uint32_t id = 1; id < btf_count(b); id++)
		n += btf_kind(btf_type(b, id)) == kind;
	return n;
}

/* Merging a merged one with itself adds its data sections, and nothing else. */
static void is_finished(struct btf *b)
{
	struct btf *twice[2] = { b, b }, *out;
	uint32_t **map;

	assert_int_equal(btf_merge(twice, 2, &out, &map, NULL), 0);
	assert_int_equal(btf_count(out), btf_count(b) + count_kind(b, BTF_DATASEC));
	for (uint32_t id = 0; id < btf_count(b); id++) {
		assert_int_equal(map[0][id], id);
		if (btf_kind(btf_type(b, id)) != BTF_DATASEC)
			assert_int_equal(map[1][id], id);
	}
	btf_free(out);
	free(map);
}

static void test_objects(void **state _unused_)
{
	static const char *const names[] = {
		"tests/unit/bpf/object.bpf.o", "tests/unit/bpf/core.bpf.o",
		"tests/unit/bpf/mapdef.bpf.o", "tests/unit/bpf/extern.bpf.o",
		"tests/unit/bpf/link.bpf.o",   "tests/unit/bpf/object.bpf.o",
	};
	struct btf *in[ARRAY_SIZE(names)], *out, *same_out;
	uint32_t **map, total = 0;
	size_t size, same_size;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		in[i] = btf_of(names[i]);
		total += btf_count(in[i]) - 1;
	}
	assert_int_equal(btf_merge(in, ARRAY_SIZE(in), &out, &map, NULL), 0);
	assert_true(btf_count(out) - 1 < total);
	for (size_t i = 0; i < ARRAY_SIZE(in); i++)
		reads_alike(in[i], out, map[i]);
	is_finished(out);
	reopens(out);
	free(map);
	/* the same question has the same answer, to the byte */
	assert_int_equal(btf_merge(in, ARRAY_SIZE(in), &same_out, NULL, NULL), 0);
	assert_non_null(btf_bytes(out, &size));
	assert_non_null(btf_bytes(same_out, &same_size));
	assert_int_equal(size, same_size);
	assert_memory_equal(btf_bytes(out, &size), btf_bytes(same_out, &same_size), size);
	btf_free(same_out);
	btf_free(out);
	for (size_t i = 0; i < ARRAY_SIZE(in); i++)
		btf_free(in[i]);
}

#define VMLINUX "/sys/kernel/btf/vmlinux"

/* A kernel has no duplicates: with itself it is what it was, in well under the time that hurts. */
static void test_kernel(void **state _unused_)
{
	struct file_view view;
	struct btf *kernel, *twice[2], *out;
	uint32_t **map;
	clock_t start;

	if (file_map(VMLINUX, &view)) {
		print_message(VMLINUX " cannot be read\n");
		skip();
	}
	assert_int_equal(btf_open(&kernel, view.data, view.size, NULL, BTF_LAZY, NULL), 0);
	twice[0] = twice[1] = kernel;
	start = clock();
	assert_int_equal(btf_merge(twice, 2, &out, &map, NULL), 0);
	print_message("%u types twice: %u types, %.0f ms\n", btf_count(kernel) - 1,
		      btf_count(out) - 1, (double)(clock() - start) * 1000 / CLOCKS_PER_SEC);
	assert_int_equal(btf_count(out), btf_count(kernel) + count_kind(kernel, BTF_DATASEC));
	for (uint32_t id = 0; id < btf_count(kernel); id++)
		assert_int_equal(map[0][id], id);
	btf_free(out);
	free(map);
	btf_free(kernel);
	file_unmap(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_primitives),
		cmocka_unit_test(test_one_input_twice_in_itself),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_enums),
		cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_rings_through_anonymous),
		cmocka_unit_test(test_circle_of_pointers),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_forward),
		cmocka_unit_test(test_forward_ambiguous),
		cmocka_unit_test(test_forward_ambiguous_late),
		cmocka_unit_test(test_forward_enum),
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_tagged_apart),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
