// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-btf-match.c - CO-RE's kinds of sameness, and layouts with their reasons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "btf-make.h"
#include "btf/match.h"

/* Two BTFs; the same types have the same names in both, and other ids. */
struct pair {
	struct btf *l, *t;
};

static struct pair make_pair(void)
{
	struct pair p;

	assert_int_equal(btf_new(&p.l, NULL), 0);
	assert_int_equal(btf_new(&p.t, NULL), 0);
	/* so that ids never agree by chance */
	mk_int(p.t, "shift", 1, 0);
	mk_int(p.t, "shift more", 1, 0);
	return p;
}

static void free_pair(struct pair *p)
{
	btf_free(p->l);
	btf_free(p->t);
}

static bool fields(const struct pair *p, uint32_t l, uint32_t t)
{
	return btf_fields_compatible(p->l, l, p->t, t);
}

static bool types(const struct pair *p, uint32_t l, uint32_t t)
{
	return btf_types_compatible(p->l, l, p->t, t);
}

static bool declared(const struct pair *p, uint32_t l, uint32_t t)
{
	return btf_declarations_compatible(p->l, l, p->t, t);
}

static bool match(const struct pair *p, uint32_t l, uint32_t t)
{
	return btf_types_match(p->l, l, p->t, t);
}

static uint32_t old_bitfield_int(struct btf *b)
{
	uint32_t word = 8 << 16 | 8;

	return mk_type(b, BTF_INT, "int", false, 0, 4, &word, 4);
}

static uint32_t empty_struct(struct btf *b, const char *name)
{
	return mk_type(b, BTF_STRUCT, name, false, 0, 8, NULL, 0);
}

static uint32_t empty_union(struct btf *b, const char *name)
{
	return mk_type(b, BTF_UNION, name, false, 0, 8, NULL, 0);
}

static uint32_t fwd(struct btf *b, const char *name, bool is_union)
{
	return mk_type(b, BTF_FWD, name, is_union, 0, 0, NULL, 0);
}

static void test_fields(void **state _unused_)
{
	struct pair p = make_pair();
	uint32_t i4 = mk_int(p.l, "int", 4, BTF_INT_SIGNED), i8 = mk_int(p.t, "long", 8, 0);
	uint32_t lp = mk_ref(p.l, BTF_PTR, "", i4), tp = mk_ref(p.t, BTF_PTR, "", 0);
	uint32_t ls = empty_struct(p.l, "s"), ts = empty_struct(p.t, "other"),
		 tu = empty_union(p.t, "u");
	uint32_t le = MK_ENUM(p.l, "e", false, 4, { "A", 1 });
	uint32_t te = MK_ENUM(p.t, "e___v2", false, 8, { "B", 1 });
	uint32_t te2 = MK_ENUM(p.t, "f", false, 4, { "A", 1 });
	uint32_t te0 = MK_ENUM(p.t, "", false, 4, { "A", 1 });
	uint32_t lf = mk_type(p.l, BTF_FLOAT, "float", false, 0, 4, NULL, 0);
	uint32_t tf = mk_type(p.t, BTF_FLOAT, "double", false, 0, 8, NULL, 0);

	/* integers of any size and sign, but not those that were bit-fields */
	assert_true(fields(&p, i4, i8));
	assert_false(fields(&p, i4, old_bitfield_int(p.t)));
	assert_false(fields(&p, old_bitfield_int(p.l), i8));
	assert_false(fields(&p, i4, te2));
	/* qualifiers and typedefs do not count */
	assert_true(fields(&p, mk_ref(p.l, BTF_TYPEDEF, "x", mk_ref(p.l, BTF_CONST, "", i4)), i8));
	assert_true(fields(&p, i4, mk_ref(p.t, BTF_TYPE_TAG, "rcu", i8)));
	assert_true(fields(&p, lp, tp));
	assert_false(fields(&p, lp, i8));
	assert_true(fields(&p, lf, tf));
	assert_true(fields(&p, ls, ts));
	assert_true(fields(&p, ls, tu));
	/* enums by name without flavour, of either width; one without a name fits all */
	assert_true(fields(&p, le, te));
	assert_false(fields(&p, le, te2));
	assert_true(fields(&p, le, te0));
	assert_true(fields(&p, fwd(p.l, "n", false), fwd(p.t, "n", true)));
	assert_false(fields(&p, fwd(p.l, "n", false), fwd(p.t, "m", false)));
	/* arrays by element */
	assert_true(fields(&p, mk_array(p.l, i4, 3), mk_array(p.t, i8, 7)));
	assert_false(fields(&p, mk_array(p.l, i4, 3), mk_array(p.t, tp, 3)));
	assert_false(fields(&p, mk_array(p.l, i4, 1), i8));
	/* neither void, nor prototypes, nor what is not there */
	assert_false(fields(&p, 0, 0));
	assert_false(fields(&p, mk_proto(p.l, 0, NULL, 0), mk_proto(p.t, 0, NULL, 0)));
	assert_false(fields(&p, 9999, i8));
	assert_false(fields(&p, i4, 9999));
	free_pair(&p);
}

static void test_compatible(void **state _unused_)
{
	struct pair p = make_pair();
	uint32_t li = mk_int(p.l, "int", 4, BTF_INT_SIGNED), ti = mk_int(p.t, "long", 8, 0);
	uint32_t ls = empty_struct(p.l, "s"), ts = empty_struct(p.t, "t"),
		 tu = empty_union(p.t, "s");
	uint32_t lt = mk_ref(p.l, BTF_TYPEDEF, "x", li), tt = mk_ref(p.t, BTF_TYPEDEF, "y", ti);
	uint32_t le = MK_ENUM(p.l, "e", false, 4, { "A", 1 });
	uint32_t te = MK_ENUM(p.t, "f", false, 8, { "B", 1 });
	uint32_t lps = mk_ref(p.l, BTF_PTR, "", ls), tps = mk_ref(p.t, BTF_PTR, "", ts);
	uint32_t tpu = mk_ref(p.t, BTF_PTR, "", tu), tpp = mk_ref(p.t, BTF_PTR, "", tps);
	uint32_t lf, tf;

	assert_true(types(&p, li, ti));
	assert_false(types(&p, li, old_bitfield_int(p.t)));
	assert_true(types(&p, ls, ts));
	assert_false(types(&p, ls, tu));
	assert_true(types(&p, le, te));
	assert_false(types(&p, le, ti));
	/* a typedef at the root wants a typedef */
	assert_true(types(&p, lt, tt));
	assert_false(types(&p, lt, ti));
	assert_false(types(&p, li, tt));
	/* below the root it is looked through */
	assert_true(types(&p, mk_ref(p.l, BTF_PTR, "", lt), mk_ref(p.t, BTF_PTR, "", ti)));
	assert_true(types(&p, lps, tps));
	assert_false(types(&p, lps, tpu));
	assert_false(types(&p, lps, tpp));
	assert_true(types(&p, mk_ref(p.l, BTF_PTR, "", 0), mk_ref(p.t, BTF_PTR, "", 0)));
	assert_false(types(&p, lps, mk_ref(p.t, BTF_PTR, "", 0)));
	assert_true(types(&p, mk_array(p.l, li, 2), mk_array(p.t, ti, 9)));
	assert_false(types(&p, mk_array(p.l, li, 2), mk_array(p.t, ts, 2)));
	assert_false(types(&p, lps, fwd(p.t, "s", false)));

	lf = MK_PROTO(p.l, li, { "a", lps }, { "b", li });
	tf = MK_PROTO(p.t, ti, { "x", tps }, { "y", ti });
	assert_true(types(&p, lf, tf));
	assert_false(types(&p, lf, MK_PROTO(p.t, ti, { "x", tps })));
	assert_false(types(&p, lf, MK_PROTO(p.t, ti, { "x", tps }, { "y", ti }, { "z", ti })));
	assert_false(types(&p, lf, MK_PROTO(p.t, ti, { "x", tpu }, { "y", ti })));
	assert_false(types(&p, lf, MK_PROTO(p.t, 0, { "x", tps }, { "y", ti })));
	assert_false(types(&p, 0, ti));
	assert_false(types(&p, 9999, 9999));
	free_pair(&p);
}

/* What is only declared on one side, as the parameters of kernel functions often are. */
static void test_declarations(void **state _unused_)
{
	struct pair p = make_pair();
	uint32_t ts = empty_struct(p.t, "s"), tu = empty_union(p.t, "u");
	uint32_t lps = mk_ref(p.l, BTF_PTR, "", fwd(p.l, "s", false));
	uint32_t lpu = mk_ref(p.l, BTF_PTR, "", fwd(p.l, "u", true));
	uint32_t tps = mk_ref(p.t, BTF_PTR, "", ts), tpu = mk_ref(p.t, BTF_PTR, "", tu);
	uint32_t lf = MK_PROTO(p.l, 0, { "a", lps }, { "b", lpu });

	assert_true(declared(&p, lps, tps));
	assert_true(declared(&p, lpu, tpu));
	assert_true(declared(&p, lf, MK_PROTO(p.t, 0, { "x", tps }, { "y", tpu })));
	assert_false(declared(&p, lf, MK_PROTO(p.t, 0, { "x", tpu }, { "y", tps })));
	/* of this name, flavours apart, and of this kind */
	assert_true(declared(&p, mk_ref(p.l, BTF_PTR, "", fwd(p.l, "s___mine", false)), tps));
	assert_false(declared(&p, mk_ref(p.l, BTF_PTR, "", fwd(p.l, "other", false)), tps));
	assert_false(declared(&p, mk_ref(p.l, BTF_PTR, "", fwd(p.l, "s", true)), tps));
	assert_false(declared(&p, mk_ref(p.l, BTF_PTR, "", fwd(p.l, "u", false)), tpu));
	assert_false(declared(&p, lps, mk_ref(p.t, BTF_PTR, "", MK_ENUM(p.t, "s", false, 4, { "A", 1 }))));
	/* the variable itself, and the kernel that knows less than the object */
	assert_true(declared(&p, fwd(p.l, "s", false), mk_ref(p.t, BTF_CONST, "", ts)));
	assert_true(declared(&p, mk_ref(p.l, BTF_PTR, "", empty_struct(p.l, "far")),
			       mk_ref(p.t, BTF_PTR, "", fwd(p.t, "far", false))));
	/* typedefs at the outside are the declarer's own affair; kinds are not */
	assert_true(declared(&p, mk_ref(p.l, BTF_TYPEDEF, "s_t", fwd(p.l, "s", false)), ts));
	assert_false(declared(&p, lps, tpu));
	assert_false(declared(&p, lps, 0));
	/* CO-RE's type ids stay as strict as compilers expect */
	assert_false(types(&p, lps, tps));
	free_pair(&p);
}

/* Pointers to pointers: 31 of them are followed, more are not. */
static void test_depth(void **state _unused_)
{
	struct pair p = make_pair();
	uint32_t l = mk_int(p.l, "int", 4, 0), t = mk_int(p.t, "int", 4, 0);

	for (int i = 0; i < BTF_MAX_DEPTH - 1; i++) {
		l = mk_ref(p.l, BTF_PTR, "", l);
		t = mk_ref(p.t, BTF_PTR, "", t);
	}
	assert_true(types(&p, l, t));
	assert_true(match(&p, l, t));
	l = mk_ref(p.l, BTF_PTR, "", l);
	t = mk_ref(p.t, BTF_PTR, "", t);
	assert_false(types(&p, l, t));
	assert_false(match(&p, l, t));
	free_pair(&p);
}

/* A prototype whose 16 parameters are pointers to itself: 16^31 ways without a limit. */
static void test_branching_ends(void **state _unused_)
{
	struct btf *b;
	struct mk_param params[16];
	struct mk_member members[64];
	uint32_t proto, self;
	char *why = NULL;

	assert_int_equal(btf_new(&b, NULL), 0);
	for (int i = 0; i < 16; i++)
		params[i] = (struct mk_param){ "p", 2 };
	proto = mk_proto(b, 2, params, 16);
	assert_int_equal(mk_ref(b, BTF_PTR, "", proto), 2);
	assert_false(btf_types_compatible(b, proto, b, proto));
	assert_false(btf_types_match(b, proto, b, proto));
	/* no loop, but 16^7 ways down */
	self = mk_ref(b, BTF_PTR, "", 0);
	for (int level = 0; level < 7; level++) {
		for (int i = 0; i < 16; i++)
			params[i].type = self;
		self = mk_ref(b, BTF_PTR, "", mk_proto(b, 0, params, 16));
	}
	assert_false(btf_types_compatible(b, self, b, self));
	assert_false(btf_types_match(b, self, b, self));
	self = btf_count(b);
	for (int i = 0; i < 64; i++)
		members[i] = (struct mk_member){ "m", self, 0, 0 };
	mk_members(b, BTF_STRUCT, "self", 8, members, 64);
	assert_false(btf_types_match(b, self, b, self));
	assert_false(btf_layout_equal(b, self, b, self, &why));
	assert_non_null(why);
	free(why);
	btf_free(b);
}

static void test_match_scalars(void **state _unused_)
{
	struct pair p = make_pair();
	uint32_t li = mk_int(p.l, "int", 4, BTF_INT_SIGNED);

	assert_true(match(&p, li, mk_int(p.t, "int", 4, BTF_INT_SIGNED)));
	assert_false(match(&p, li, mk_int(p.t, "int", 4, 0)));
	assert_false(match(&p, li, mk_int(p.t, "int", 8, BTF_INT_SIGNED)));
	assert_false(match(&p, li, mk_int(p.t, "long", 4, BTF_INT_SIGNED)));
	assert_true(match(&p, li, mk_ref(p.t, BTF_TYPEDEF, "s32",
					 mk_int(p.t, "int", 4, BTF_INT_SIGNED))));
	assert_true(match(&p, 0, 0));
	assert_false(match(&p, li, 0));
	assert_true(match(&p, mk_array(p.l, 0, 3), mk_array(p.t, 0, 3)));
	assert_false(match(&p, mk_array(p.l, 0, 3), mk_array(p.t, 0, 4)));
	assert_false(match(&p, 9999, 9999));
	free_pair(&p);
}

static void test_match_enums(void **state _unused_)
{
	struct pair p = make_pair();
	uint32_t le = MK_ENUM(p.l, "e___mine", false, 4, { "A", 1 }, { "B___x", 2 });

	assert_true(match(&p, le, MK_ENUM(p.t, "e", false, 4, { "A", 7 }, { "B", 8 })));
	assert_true(match(&p, le, MK_ENUM(p.t, "e", false, 8, { "B", 1 }, { "C", 2 }, { "A", 3 })));
	assert_false(match(&p, le, MK_ENUM(p.t, "e", false, 4, { "A", 1 }, { "C", 2 })));
	assert_false(match(&p, le, MK_ENUM(p.t, "e", false, 4, { "A", 1 })));
	assert_false(match(&p, le, MK_ENUM(p.t, "f", false, 4, { "A", 1 }, { "B", 2 })));
	assert_false(match(&p, le, mk_int(p.t, "e", 4, 0)));
	assert_true(match(&p, mk_type(p.l, BTF_ENUM, "e", false, 0, 4, NULL, 0),
			  mk_type(p.t, BTF_ENUM, "e", false, 0, 4, NULL, 0)));
	free_pair(&p);
}

static void test_match_structs(void **state _unused_)
{
	struct pair p = make_pair();
	uint32_t li = mk_int(p.l, "int", 4, BTF_INT_SIGNED);
	uint32_t ti = mk_int(p.t, "int", 4, BTF_INT_SIGNED), tl = mk_int(p.t, "long", 8, 0);
	uint32_t ls = MK_STRUCT(p.l, "s___flavour", 8, { "a", li, 0, 0 }, { "b", li, 32, 0 });
	uint32_t tu, lp, tp;

	assert_true(match(&p, ls, MK_STRUCT(p.t, "s", 16, { "b", ti, 0, 0 }, { "new", tl, 32, 0 },
					    { "a", ti, 96, 0 })));
	assert_false(match(&p, ls, MK_STRUCT(p.t, "s", 8, { "a", ti, 0, 0 }, { "c", ti, 32, 0 })));
	assert_false(match(&p, ls, MK_STRUCT(p.t, "s", 16, { "a", ti, 0, 0 }, { "b", tl, 64, 0 })));
	assert_false(match(&p, ls, MK_STRUCT(p.t, "s", 4, { "a", ti, 0, 0 })));
	assert_false(match(&p, ls, MK_STRUCT(p.t, "r", 8, { "a", ti, 0, 0 }, { "b", ti, 32, 0 })));
	tu = MK_UNION(p.t, "s", 4, { "a", ti, 0, 0 }, { "b", ti, 0, 0 });
	assert_false(match(&p, ls, tu));

	/* behind a pointer only name and kind count, and declarations stand for the thing */
	lp = mk_ref(p.l, BTF_PTR, "", ls);
	assert_true(match(&p, lp, mk_ref(p.t, BTF_PTR, "", empty_struct(p.t, "s"))));
	assert_false(match(&p, lp, mk_ref(p.t, BTF_PTR, "", tu)));
	assert_true(match(&p, lp, mk_ref(p.t, BTF_PTR, "", fwd(p.t, "s", false))));
	assert_false(match(&p, lp, mk_ref(p.t, BTF_PTR, "", fwd(p.t, "s", true))));
	assert_false(match(&p, ls, fwd(p.t, "s", false)));
	tp = mk_ref(p.t, BTF_PTR, "", tu);
	assert_true(match(&p, mk_ref(p.l, BTF_PTR, "", fwd(p.l, "s", true)), tp));
	assert_false(match(&p, mk_ref(p.l, BTF_PTR, "", fwd(p.l, "s", false)), tp));
	assert_false(match(&p, fwd(p.l, "s", true), tu));
	assert_true(match(&p, fwd(p.l, "s", true), fwd(p.t, "s", true)));
	assert_false(match(&p, fwd(p.l, "s", true), fwd(p.t, "s", false)));
	free_pair(&p);
}

static void test_match_protos(void **state _unused_)
{
	struct pair p = make_pair();
	uint32_t li = mk_int(p.l, "int", 4, BTF_INT_SIGNED);
	uint32_t ti = mk_int(p.t, "int", 4, BTF_INT_SIGNED), tl = mk_int(p.t, "long", 8, 0);
	uint32_t lf = MK_PROTO(p.l, li, { "a", li });

	assert_true(match(&p, lf, MK_PROTO(p.t, ti, { "other_name", ti })));
	assert_false(match(&p, lf, MK_PROTO(p.t, ti, { "a", tl })));
	assert_false(match(&p, lf, MK_PROTO(p.t, tl, { "a", ti })));
	assert_false(match(&p, lf, MK_PROTO(p.t, ti, { "a", ti }, { "b", ti })));
	free_pair(&p);
}

/* --- layouts --- */

static void differs(const struct pair *p, uint32_t l, uint32_t t, const char *sentence)
{
	char *why = NULL;

	assert_false(btf_layout_equal(p->l, l, p->t, t, &why));
	assert_non_null(why);
	assert_string_equal(why, sentence);
	free(why);
	assert_false(btf_layout_equal(p->l, l, p->t, t, NULL));
}

static void equal(const struct pair *p, uint32_t l, uint32_t t)
{
	char *why = (char *)"";

	if (!btf_layout_equal(p->l, l, p->t, t, &why))
		fail_msg("%s", why);
	assert_null(why);
}

static void test_layout_scalars(void **state _unused_)
{
	struct pair p = make_pair();
	uint32_t lu = mk_int(p.l, "unsigned int", 4, 0), li = mk_int(p.l, "int", 4, BTF_INT_SIGNED);
	uint32_t tu = mk_int(p.t, "unsigned int", 4, 0), tl = mk_int(p.t, "long", 8, 0);
	uint32_t le = MK_ENUM(p.l, "e", false, 4, { "A", 1 }, { "B", 2 });

	equal(&p, lu, tu);
	equal(&p, li, tu);
	equal(&p, mk_ref(p.l, BTF_TYPEDEF, "u32", lu), tu);
	equal(&p, le, tu);
	equal(&p, mk_ref(p.l, BTF_PTR, "", lu), mk_ref(p.t, BTF_PTR, "", tl));
	equal(&p, le, MK_ENUM(p.t, "e", false, 4, { "B", 2 }, { "C", 3 }, { "A", 1 }));
	equal(&p, mk_array(p.l, lu, 4), mk_array(p.t, tu, 4));
	equal(&p, 0, 0);
	differs(&p, mk_ref(p.l, BTF_TYPEDEF, "u32", lu), tl,
		"the type is 'u32' of 4 bytes, not 'long' of 8 bytes");
	differs(&p, lu, mk_type(p.t, BTF_FLOAT, "float", false, 0, 4, NULL, 0),
		"the type is 'unsigned int' of 4 bytes, not 'float' of 4 bytes");
	differs(&p, mk_ref(p.l, BTF_PTR, "", 0), tl,
		"the type is a pointer, not 'long' of 8 bytes");
	differs(&p, mk_array(p.l, lu, 4), mk_array(p.t, tu, 5),
		"the type is a 4-element array of 16 bytes, not a 5-element array of 20 bytes");
	differs(&p, le, MK_ENUM(p.t, "e", false, 4, { "A", 1 }, { "B", 7 }),
		"the type has 'B' as 2, not 7");
	differs(&p, 9999, tl, "the type is an unreadable type, not 'long' of 8 bytes");
	free_pair(&p);
}

static void test_layout_structs(void **state _unused_)
{
	struct pair p = make_pair();
	uint32_t lu = mk_int(p.l, "u32", 4, 0), tu = mk_int(p.t, "u32", 4, 0);
	uint32_t tl = mk_int(p.t, "u64", 8, 0);
	uint32_t l = MK_STRUCT(p.l, "v", 8, { "a", lu, 0, 0 }, { "b", lu, 32, 0 });
	uint32_t in_l, in_t, ll, tt;

	/* the name of the struct does not show in the bytes */
	equal(&p, l, MK_STRUCT(p.t, "w", 8, { "a", tu, 0, 0 }, { "b", tu, 32, 0 }));
	differs(&p, l, MK_STRUCT(p.t, "v", 8, { "a", tu, 0, 0 }, { "c", tu, 32, 0 }),
		"the type has 'b' where 'c' is wanted");
	differs(&p, l, MK_STRUCT(p.t, "v", 12, { "a", tu, 0, 0 }, { "b", tu, 64, 0 }),
		"member 'b' is at byte 4, not at byte 8");
	differs(&p, l, MK_STRUCT(p.t, "v", 12, { "a", tu, 0, 0 }, { "b", tl, 32, 0 }),
		"member 'b' is 'u32' of 4 bytes, not 'u64' of 8 bytes");
	differs(&p, l, MK_STRUCT(p.t, "v", 8, { "a", tu, 0, 0 }, { "b", tu, 32, 5 }),
		"member 'b' is at byte 4, not at bit 32, 5 wide");
	differs(&p, l, MK_STRUCT(p.t, "v", 4, { "a", tu, 0, 0 }),
		"the type has a member 'b' that is not wanted");
	differs(&p, l, MK_STRUCT(p.t, "v", 12, { "a", tu, 0, 0 }, { "b", tu, 32, 0 },
				 { "c", tu, 64, 0 }),
		"the type has no member 'c'");
	differs(&p, l, MK_STRUCT(p.t, "v", 16, { "a", tu, 0, 0 }, { "b", tu, 32, 0 }),
		"the type is struct 'v' of 8 bytes, not struct 'v' of 16 bytes");
	differs(&p, l, MK_UNION(p.t, "v", 4, { "a", tu, 0, 0 }, { "b", tu, 0, 0 }),
		"the type is struct 'v' of 8 bytes, not union 'v' of 4 bytes");

	/* the path to the member, also through arrays and what has no name */
	in_l = MK_STRUCT(p.l, "", 8, { "packets", lu, 0, 0 }, { "bytes", lu, 32, 0 });
	in_t = MK_STRUCT(p.t, "", 8, { "packets", tu, 0, 0 }, { "octets", tu, 32, 0 });
	ll = MK_STRUCT(p.l, "o", 36, { "id", lu, 0, 0 }, { "stats", mk_array(p.l, in_l, 4), 32, 0 });
	tt = MK_STRUCT(p.t, "o", 36, { "id", tu, 0, 0 }, { "stats", mk_array(p.t, in_t, 4), 32, 0 });
	differs(&p, ll, tt, "member 'stats' has 'bytes' where 'octets' is wanted");
	in_t = MK_STRUCT(p.t, "", 12, { "packets", tu, 0, 0 }, { "bytes", tl, 32, 0 });
	ll = MK_STRUCT(p.l, "o", 12, { "id", lu, 0, 0 }, { "", in_l, 32, 0 });
	tt = MK_STRUCT(p.t, "o", 16, { "id", tu, 0, 0 }, { "", in_t, 32, 0 });
	differs(&p, ll, tt, "member 'bytes' is 'u32' of 4 bytes, not 'u64' of 8 bytes");
	ll = MK_STRUCT(p.l, "o", 12, { "id", lu, 0, 0 }, { "s", in_l, 32, 0 });
	tt = MK_STRUCT(p.t, "o", 16, { "id", tu, 0, 0 }, { "s", in_t, 32, 0 });
	differs(&p, ll, tt, "member 's.bytes' is 'u32' of 4 bytes, not 'u64' of 8 bytes");
	free_pair(&p);
}

static uint32_t section(struct btf *b, const char *name, uint32_t type, uint32_t off, uint32_t size)
{
	uint32_t linkage = BTF_GLOBAL;
	struct btf_secinfo s = {
		.type = mk_type(b, BTF_VAR, name, false, 0, type, &linkage, 4),
		.offset = off,
		.size = 4,
	};

	return mk_type(b, BTF_DATASEC, ".data", false, 1, size, &s, sizeof(s));
}

static void test_layout_sections(void **state _unused_)
{
	struct pair p = make_pair();
	uint32_t lu = mk_int(p.l, "u32", 4, 0), tu = mk_int(p.t, "u32", 4, 0);
	uint32_t tl = mk_int(p.t, "u64", 8, 0);
	uint32_t l = section(p.l, "x", lu, 8, 16);

	equal(&p, l, section(p.t, "x", tu, 8, 16));
	differs(&p, l, section(p.t, "y", tu, 8, 16), "the type has 'x' where 'y' is wanted");
	differs(&p, l, section(p.t, "x", tu, 4, 16), "the type has 'x' at byte 8, not 4");
	differs(&p, l, section(p.t, "x", tl, 8, 16),
		"member 'x' is 'u32' of 4 bytes, not 'u64' of 8 bytes");
	differs(&p, l, section(p.t, "x", tu, 8, 24),
		"the type is the section '.data' of 16 bytes, not the section '.data' of 24 bytes");
	free_pair(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_compatible),
		cmocka_unit_test(test_declarations),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_branching_ends),
		cmocka_unit_test(test_match_scalars),
		cmocka_unit_test(test_match_enums),
		cmocka_unit_test(test_match_structs),
		cmocka_unit_test(test_match_protos),
		cmocka_unit_test(test_layout_scalars),
		cmocka_unit_test(test_layout_structs),
		cmocka_unit_test(test_layout_sections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
