// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-decl.c - types as C: declarators and definitions by example; and layouts that the compiler
 * itself confirms, when the environment names one in CC.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "btf-make.h"
#include "btf/decl.h"

struct types {
	struct btf *b;
	uint32_t u8, ch, u16, s32, u32, u64, ptr;
};

static int setup(void **state)
{
	struct types *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	assert_int_equal(btf_new(&t->b, NULL), 0);
	t->u8 = mk_int(t->b, "unsigned char", 1, 0);
	t->ch = mk_int(t->b, "char", 1, BTF_INT_SIGNED);
	t->u16 = mk_int(t->b, "unsigned short", 2, 0);
	t->s32 = mk_int(t->b, "int", 4, BTF_INT_SIGNED);
	t->u32 = mk_int(t->b, "unsigned int", 4, 0);
	t->u64 = mk_int(t->b, "unsigned long long", 8, 0);
	t->ptr = mk_ref(t->b, BTF_PTR, "", 0);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct types *t = *state;

	btf_free(t->b);
	free(t);
	return 0;
}

static void assert_type(struct types *t, uint32_t id, const char *name, const char *expect)
{
	struct buf out = { 0 };

	assert_int_equal(btf_decl_type(&out, t->b, id, name), 0);
	assert_string_equal(out.data, expect);
	buf_free(&out);
}

static void assert_types(struct types *t, uint32_t id, unsigned int flags, const char *expect)
{
	struct buf out = { 0 };

	assert_int_equal(btf_decl_types(&out, t->b, &id, 1, flags), 0);
	assert_string_equal(out.data ? out.data : "", expect);
	buf_free(&out);
}

static uint32_t ptr(struct types *t, uint32_t to)
{
	return mk_ref(t->b, BTF_PTR, "", to);
}

static uint32_t constant(struct types *t, uint32_t of)
{
	return mk_ref(t->b, BTF_CONST, "", of);
}

static void declarators(void **state)
{
	struct types *t = *state;
	uint32_t event = MK_STRUCT(t->b, "event", 4, { "pid", t->u32, 0, 0 });
	uint32_t proto = MK_PROTO(t->b, t->s32, { "a", t->u32 }, { "", ptr(t, event) });
	uint32_t more = MK_PROTO(t->b, 0, { "fmt", ptr(t, constant(t, t->ch)) }, { "", 0 });
	uint32_t none = mk_proto(t->b, ptr(t, t->ch), NULL, 0);
	uint32_t two = mk_array(t->b, mk_array(t->b, t->s32, 3), 2);
	uint32_t anonymous = MK_STRUCT(t->b, "", 4, { "x", t->u32, 0, 0 });
	uint32_t handler = mk_ref(t->b, BTF_TYPEDEF, "handler_t", ptr(t, proto));
	uint32_t linkage = BTF_GLOBAL;
	uint32_t var = mk_type(t->b, BTF_VAR, "limit", false, 0, t->u64, &linkage, 4);
	uint32_t func = mk_type(t->b, BTF_FUNC, "main", false, BTF_GLOBAL, proto, NULL, 0);
	uint32_t fwd = mk_type(t->b, BTF_FWD, "later", true, 0, 0, NULL, 0);
	uint32_t tag = mk_ref(t->b, BTF_TYPE_TAG, "user", t->ch);

	assert_type(t, 0, "", "void");
	assert_type(t, t->ptr, "", "void *");
	assert_type(t, t->u32, "x", "unsigned int x");
	assert_type(t, mk_array(t->b, t->ch, 16), "", "char[16]");
	assert_type(t, mk_array(t->b, t->ch, 16), "comm", "char comm[16]");
	assert_type(t, two, "m", "int m[2][3]");
	assert_type(t, ptr(t, two), "p", "int (*p)[2][3]");
	assert_type(t, mk_array(t->b, ptr(t, event), 4), "events", "struct event *events[4]");
	assert_type(t, ptr(t, event), "", "struct event *");
	assert_type(t, ptr(t, ptr(t, event)), "pp", "struct event **pp");
	assert_type(t, ptr(t, constant(t, t->ch)), "s", "const char *s");
	assert_type(t, constant(t, ptr(t, t->ch)), "s", "char *const s");
	assert_type(t, constant(t, ptr(t, t->ch)), "", "char *const");
	assert_type(t, constant(t, mk_ref(t->b, BTF_VOLATILE, "", t->s32)), "v",
		    "const volatile int v");
	assert_type(t, mk_ref(t->b, BTF_RESTRICT, "", ptr(t, t->ch)), "r", "char *restrict r");
	assert_type(t, constant(t, mk_array(t->b, t->s32, 2)), "a", "const int a[2]");
	assert_type(t, ptr(t, proto), "cb", "int (*cb)(unsigned int a, struct event *)");
	assert_type(t, mk_array(t->b, ptr(t, proto), 2), "cbs",
		    "int (*cbs[2])(unsigned int a, struct event *)");
	assert_type(t, ptr(t, more), "log", "void (*log)(const char *fmt, ...)");
	assert_type(t, none, "f", "char *f(void)");
	assert_type(t, ptr(t, mk_proto(t->b, ptr(t, proto), NULL, 0)), "get",
		    "int (*(*get)(void))(unsigned int a, struct event *)");
	assert_type(t, ptr(t, tag), "s", "char *s");
	assert_type(t, handler, "h", "handler_t h");
	assert_type(t, anonymous, "a", "struct {...} a");
	assert_type(t, var, "", "unsigned long long limit");
	assert_type(t, func, "", "int main(unsigned int a, struct event *)");
	assert_type(t, ptr(t, fwd), "l", "union later *l");
	assert_type(t, mk_int(t->b, "u32", 4, 0), "x", "u32 x");
}

static void orders(void **state)
{
	struct types *t = *state;
	uint32_t first = btf_count(t->b);
	/* ids in the order they are made */
	uint32_t outer = first + 5;
	uint32_t outer_ptr = ptr(t, outer);
	uint32_t proto = MK_PROTO(t->b, 0, { "o", outer_ptr });
	uint32_t proto_ptr = ptr(t, proto);
	uint32_t callback = mk_ref(t->b, BTF_TYPEDEF, "callback_t", proto_ptr);
	uint32_t inner =
		MK_STRUCT(t->b, "inner", 16, { "up", outer_ptr, 0, 0 }, { "cb", callback, 64, 0 });

	assert_int_equal(MK_STRUCT(t->b, "outer", 24, { "in", inner, 0, 0 },
				   { "next", outer_ptr, 128, 0 }),
			 outer);
	assert_types(t, outer, 0,
		     "struct outer;\n\n"
		     "typedef void (*callback_t)(struct outer *o);\n\n"
		     "struct inner {\n\tstruct outer *up;\n\tcallback_t cb;\n};\n\n"
		     "struct outer {\n\tstruct inner in;\n\tstruct outer *next;\n};\n\n");
}

static void layouts(void **state)
{
	struct types *t = *state;
	uint32_t u = MK_UNION(t->b, "", 8, { "word", t->u64, 0, 0 },
			      { "half", mk_array(t->b, t->u32, 2), 0, 0 });
	uint32_t aligned =
		MK_STRUCT(t->b, "aligned", 64, { "a", t->u32, 0, 0 }, { "b", t->u8, 128, 0 });
	uint32_t packed = MK_STRUCT(t->b, "tight", 9, { "a", t->u8, 0, 0 }, { "b", t->u64, 8, 0 });
	uint32_t end = MK_STRUCT(t->b, "end", 5, { "a", t->u32, 0, 0 }, { "b", t->u8, 32, 0 });
	uint32_t bits = MK_STRUCT(t->b, "bits", 8, { "a", t->u32, 0, 3 }, { "b", t->u32, 8, 5 },
				  { "c", t->u32, 32, 0 });
	uint32_t nested = MK_STRUCT(t->b, "nested", 24, { "tag", t->u32, 0, 0 }, { "", u, 64, 0 },
				    { "data", mk_array(t->b, t->ch, 0), 128, 0 });
	uint32_t none = mk_members(t->b, BTF_STRUCT, "none", 0, NULL, 0);
	uint32_t wide = MK_STRUCT(t->b, "wide", 1 << 30, { "a", t->u32, 0, 3 },
				  { "b", t->u32, 195, 5 });

	/* bits at both edges of what is a gigabyte: one line each, not a line for each word */
	assert_types(t, wide, 0,
		     "struct wide {\n\tunsigned int a : 3;\n\tunsigned char : 5;\n"
		     "\tunsigned char __pad1[23];\n\tunsigned char : 3;\n\tunsigned int b : 5;\n"
		     "\tunsigned char __pad25[1073741799];\n};\n\n");
	assert_types(t, aligned, 0,
		     "struct aligned {\n\tunsigned int a;\n\tunsigned int : 32;\n"
		     "\tunsigned int : 32;\n\tunsigned int : 32;\n\tunsigned char b;\n"
		     "\tunsigned char __pad17[47];\n};\n\n");
	assert_types(t, packed, 0,
		     "struct tight {\n\tunsigned char a;\n\tunsigned long long b;\n"
		     "} __attribute__((packed));\n\n");
	assert_types(t, end, 0,
		     "struct end {\n\tunsigned int a;\n\tunsigned char b;\n"
		     "} __attribute__((packed));\n\n");
	assert_types(t, bits, 0,
		     "struct bits {\n\tunsigned int a : 3;\n\tunsigned char : 5;\n"
		     "\tunsigned int b : 5;\n\tunsigned int c;\n};\n\n");
	assert_types(t, nested, 0,
		     "struct nested {\n\tunsigned int tag;\n\tunion {\n"
		     "\t\tunsigned long long word;\n\t\tunsigned int half[2];\n\t};\n"
		     "\tchar data[0];\n\tunsigned long long : 64;\n};\n\n");
	assert_types(t, none, 0, "struct none {\n};\n\n");
}

static void enumerations(void **state)
{
	struct types *t = *state;
	uint32_t plain =
		MK_ENUM(t->b, "color", false, 4, { "RED", 0 }, { "GREEN", 1 }, { "BLUE", 2 });
	uint32_t flags = MK_ENUM(t->b, "", false, 4, { "A", 1 }, { "B", 2 }, { "C", 0x80000000 });
	uint32_t sign = MK_ENUM(t->b, "sign", true, 1, { "MINUS", -1 }, { "PLUS", 1 });
	uint32_t wide =
		MK_ENUM(t->b, "wide", true, 8, { "LEAST", INT64_MIN }, { "MOST", INT64_MAX });
	uint32_t big = MK_ENUM(t->b, "big", false, 8, { "ONE", 1 });

	assert_types(t, plain, 0, "enum color {\n\tRED = 0,\n\tGREEN = 1,\n\tBLUE = 2,\n};\n\n");
	assert_types(t, flags, 0, "enum {\n\tA = 0x1,\n\tB = 0x2,\n\tC = 0x80000000,\n};\n\n");
	assert_types(t, sign, 0,
		     "enum sign {\n\tMINUS = -1,\n\tPLUS = 1,\n} __attribute__((mode(byte)));\n\n");
	assert_types(t, wide, 0,
		     "enum wide {\n\tLEAST = -9223372036854775807LL - 1,\n"
		     "\tMOST = 0x7fffffffffffffffLL,\n};\n\n");
	assert_types(t, big, 0, "enum big {\n\tONE = 1,\n} __attribute__((mode(DI)));\n\n");
}

static void names(void **state)
{
	struct types *t = *state;
	uint32_t one = MK_STRUCT(t->b, "same", 4, { "x", t->u32, 0, 0 });
	uint32_t two = MK_STRUCT(t->b, "same", 8, { "x", t->u64, 0, 0 });
	uint32_t e = MK_ENUM(t->b, "", false, 4, { "ZERO", 0 });
	uint32_t again = MK_ENUM(t->b, "", false, 4, { "ZERO", 0 });
	uint32_t word = mk_ref(t->b, BTF_TYPEDEF, "__u32", t->u32);
	uint32_t fwd = mk_type(t->b, BTF_FWD, "far", false, 0, 0, NULL, 0);
	uint32_t all = MK_STRUCT(t->b, "all", 40, { "a", one, 0, 0 }, { "b", two, 64, 0 },
				 { "e", e, 128, 0 }, { "f", again, 160, 0 }, { "w", word, 192, 0 },
				 { "far", ptr(t, fwd), 256, 0 });
	uint32_t rust = MK_STRUCT(t->b, "Vec<u8, 2>", 8,
				  { "0", mk_int(t->b, "i64", 8, BTF_INT_SIGNED), 0, 0 });

	assert_types(t, all, BTF_DECL_LINUX_TYPES,
		     "struct same {\n\tunsigned int x;\n};\n\n"
		     "struct same___2 {\n\tunsigned long long x;\n};\n\n"
		     "struct far;\n\n"
		     "struct all {\n\tstruct same a;\n\tstruct same___2 b;\n"
		     "\tenum {\n\t\tZERO = 0,\n\t} e;\n\tenum {\n\t\tZERO___2 = 0,\n\t} f;\n"
		     "\t__u32 w;\n\tstruct far *far;\n};\n\n");
	assert_types(t, rust, 0, "struct Vec_u8__2_ {\n\tsigned long long _0;\n};\n\n");
}

static void hostile(void **state)
{
	struct types *t = *state;
	struct buf out = { 0 };
	uint32_t first = btf_count(t->b), u, i;
	uint32_t self = MK_STRUCT(t->b, "self", 8, { "me", first, 0, 0 });
	uint32_t loop = mk_ref(t->b, BTF_PTR, "", btf_count(t->b));
	uint32_t overlap =
		MK_STRUCT(t->b, "overlap", 8, { "a", t->u64, 0, 0 }, { "b", t->u32, 32, 0 });
	uint32_t outside = MK_STRUCT(t->b, "outside", 4, { "a", t->u64, 0, 0 });
	uint32_t bad = mk_ref(t->b, BTF_PTR, "", 99999);

	assert_int_equal(self, first);
	btf_decl_types(&out, t->b, &self, 1, 0);
	assert_int_not_equal(btf_decl_type(&out, t->b, loop, "x"), 0);
	assert_int_not_equal(btf_decl_types(&out, t->b, &loop, 1, 0), 0);
	assert_int_equal(btf_decl_types(&out, t->b, &overlap, 1, 0), -EINVAL);
	assert_int_equal(btf_decl_types(&out, t->b, &outside, 1, 0), -EINVAL);
	assert_int_equal(btf_decl_type(&out, t->b, bad, "x"), -EINVAL);
	assert_int_equal(btf_decl_types(&out, t->b, &bad, 1, 0), -EINVAL);
	assert_int_equal(btf_decl_type(&out, t->b, 99999, ""), -EINVAL);
	u = mk_ref(t->b, BTF_TYPEDEF, "", t->u32);
	assert_type(t, u, "x", "unsigned int x");
	assert_types(t, u, 0, "");
	/* prototypes that take each other twice */
	for (u = t->u32, i = 0; i < 40; i++)
		u = ptr(t, MK_PROTO(t->b, u, { "a", u }, { "b", u }));
	assert_int_equal(btf_decl_type(&out, t->b, u, "f"), -E2BIG);
	buf_free(&out);
	/* structs without names that have each other twice */
	for (u = t->u8, i = 0; i < 30; i++)
		u = MK_UNION(t->b, "", 1, { "a", u, 0, 0 }, { "b", u, 0, 0 });
	assert_int_equal(btf_decl_types(&out, t->b, &u, 1, 0), -E2BIG);
	buf_free(&out);
}

/* --- what the compiler says ------------------------------------------------------------------- */

static uint32_t seed = 4711;

static uint32_t rnd(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

/* A struct whose members lie at random places, and the assertions that it has to satisfy. */
static uint32_t rnd_struct(struct types *t, int serial, const uint32_t *known, uint32_t n_known,
			   struct buf *asserts)
{
	uint32_t base[] = { t->u8, t->u16, t->u32, t->u64, t->ptr, mk_array(t->b, t->u16, 3) };
	struct mk_member m[8];
	char names[8][16], name[32];
	uint32_t n = 1 + rnd(8), i, at = 0, size;

	snprintf(name, sizeof(name), "s%d", serial);
	for (i = 0; i < n; i++) {
		uint32_t type = n_known && !rnd(4) ? known[rnd(n_known)] : base[rnd(6)];
		uint32_t bytes = (uint32_t)btf_size(t->b, type);

		snprintf(names[i], sizeof(names[i]), "m%u", i);
		m[i] = (struct mk_member) { names[i], type, 0, 0 };
		if (btf_kind(btf_type(t->b, type)) == BTF_INT && !rnd(3)) {
			m[i].bits = 1 + rnd(bytes * 8);
			at += rnd(3) ? 0 : rnd(9);
			m[i].bit = at;
			at += m[i].bits;
			continue;
		}
		at = (at + 7) / 8;
		/* natural, tight, or with a hole */
		if (rnd(4))
			at = (at + bytes - 1) / bytes * bytes;
		at += rnd(4) ? 0 : rnd(30);
		m[i].bit = at * 8;
		at = (at + bytes) * 8;
		buf_printf(asserts,
			   "_Static_assert(__builtin_offsetof(struct %s, %s) == %u, \"\");\n", name,
			   names[i], m[i].bit / 8);
	}
	size = (at + 7) / 8;
	size = rnd(2) ? size : (size + 15) / 8 * 8;
	buf_printf(asserts, "_Static_assert(sizeof(struct %s) == %u, \"\");\n", name, size);
	return mk_members(t->b, BTF_STRUCT, name, size, m, n);
}

static void compiles(void **state)
{
	struct types *t = *state;
	const char *cc = getenv("CC");
	struct buf asserts = { 0 }, command = { 0 }, out = { 0 };
	uint32_t ids[300], i;
	FILE *pipe;

	if (!cc || !*cc) {
		print_message("no compiler: CC is not set\n");
		skip();
	}
	for (i = 0; i < 300; i++)
		ids[i] = rnd_struct(t, (int)i, ids, i, &asserts);
	assert_int_equal(btf_decl_types(&out, t->b, ids, 300, 0), 0);
	buf_printf(&command, "%s -w -fsyntax-only -x c - 2>/dev/null", cc);
	pipe = popen(command.data, "w");
	assert_non_null(pipe);
	fwrite(out.data, 1, out.len, pipe);
	fwrite(asserts.data, 1, asserts.len, pipe);
	assert_int_equal(pclose(pipe), 0);
	buf_free(&asserts);
	buf_free(&command);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(declarators, setup, teardown),
		cmocka_unit_test_setup_teardown(orders, setup, teardown),
		cmocka_unit_test_setup_teardown(layouts, setup, teardown),
		cmocka_unit_test_setup_teardown(enumerations, setup, teardown),
		cmocka_unit_test_setup_teardown(names, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile, setup, teardown),
		cmocka_unit_test_setup_teardown(compiles, setup, teardown),
	};

	return cmocka_run_group_tests_name("decl", tests, NULL, NULL);
}
