// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-btf-fix.c - BTF for older kernels: each replacement, every combination, ids that stay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "btf-make.h"
#include "btf/fix.h"

struct object {
	struct btf *b;
	uint32_t i32, ptr, en, en_signed, en64, proto, cb_proto, dots_proto, func, memcpy_func, var_a, var_b, sec,
		odd_sec, flt, tag, ttag, attr_type, attr_decl, holder, count;
};

static uint32_t func(struct btf *b, const char *name, uint32_t linkage, uint32_t proto)
{
	return mk_type(b, BTF_FUNC, name, false, linkage, proto, NULL, 0);
}

static uint32_t var(struct btf *b, const char *name, uint32_t type)
{
	uint32_t linkage = BTF_STATIC;

	return mk_type(b, BTF_VAR, name, false, 0, type, &linkage, 4);
}

static struct object make_object(void)
{
	struct object o;
	struct btf_secinfo in[2];
	uint32_t whole = (uint32_t)-1;

	assert_int_equal(btf_new(&o.b, NULL), 0);
	o.i32 = mk_int(o.b, "int", 4, BTF_INT_SIGNED);
	o.ptr = mk_ref(o.b, BTF_PTR, "", o.i32);
	/* rustc does this */
	btf_edit(o.b, o.ptr)->name_off = mk_str(o.b, "*mut i32");
	o.en = MK_ENUM(o.b, "plain", false, 4, { "P", 1 });
	o.en_signed = MK_ENUM(o.b, "signed", true, 4, { "S", -1 });
	o.en64 = MK_ENUM(o.b, "wide", false, 8, { "W1", 1 }, { "W2", 1ll << 40 });
	o.proto = MK_PROTO(o.b, o.i32, { "ctx", o.ptr }, { "", o.i32 });
	o.dots_proto = MK_PROTO(o.b, o.i32, { "", o.i32 }, { "", 0 });
	func(o.b, "dots", BTF_STATIC, o.dots_proto);
	o.cb_proto = MK_PROTO(o.b, o.i32, { "", o.ptr }, { "", 0 });
	mk_ref(o.b, BTF_PTR, "", o.cb_proto);
	o.func = func(o.b, "prog", BTF_GLOBAL, o.proto);
	o.memcpy_func = func(o.b, "memcpy", BTF_GLOBAL, o.proto);
	o.var_a = var(o.b, "prog.count", o.i32);
	o.var_b = var(o.b, "b", o.i32);
	in[0] = (struct btf_secinfo){ o.var_b, 4, 4 };
	in[1] = (struct btf_secinfo){ o.var_a, 0, 4 };
	o.sec = mk_type(o.b, BTF_DATASEC, ".bss.two", false, 2, 8, in, sizeof(in));
	o.odd_sec = mk_type(o.b, BTF_DATASEC, "?.struct_ops", false, 1, 8, in, sizeof(in[0]));
	o.flt = mk_type(o.b, BTF_FLOAT, "double", false, 0, 8, NULL, 0);
	o.ttag = mk_ref(o.b, BTF_TYPE_TAG, "user", o.i32);
	o.holder = MK_STRUCT(o.b, "holder", 24, { "f", o.flt, 0, 0 }, { "e", o.en64, 64, 0 },
			     { "p", mk_ref(o.b, BTF_PTR, "", o.ttag), 128, 0 });
	o.tag = mk_type(o.b, BTF_DECL_TAG, "a tag", false, 0, o.holder, &whole, 4);
	o.attr_type = mk_type(o.b, BTF_TYPE_TAG, "address_space(1)", true, 0, o.i32, NULL, 0);
	mk_ref(o.b, BTF_PTR, "", o.attr_type);
	o.attr_decl = mk_type(o.b, BTF_DECL_TAG, "packed", true, 0, o.holder, &whole, 4);
	o.count = btf_count(o.b);
	return o;
}

/* Downgrade, and open the bytes again, which checks all that an object's BTF must be. */
static struct btf *without(const struct object *o, unsigned int missing)
{
	struct btf *down, *b;
	const void *data;
	size_t size;

	assert_int_equal(btf_downgrade(&down, o->b, BTF_CAN_ALL & ~missing), 0);
	data = btf_bytes(down, &size);
	assert_int_equal(btf_open(&b, data, size, NULL, BTF_COPY, NULL), 0);
	btf_free(down);
	return b;
}

static void expect_kind(const struct btf *b, uint32_t id, enum btf_kind kind, const char *name)
{
	const struct btf_type *t = btf_type(b, id);

	assert_non_null(t);
	assert_int_equal(btf_kind(t), kind);
	assert_string_equal(btf_name(b, t), name);
}

static void test_nothing_missing(void **state _unused_)
{
	struct object o = make_object();
	struct btf *b = without(&o, 0);
	const struct btf_type *t;

	assert_int_equal(btf_count(b), o.count);
	for (uint32_t id = 1; id < o.count; id++) {
		t = btf_type(o.b, id);
		if (id == o.ptr || id == o.proto || id == o.dots_proto ||
		    id == o.memcpy_func || id == o.sec)
			continue;
		expect_kind(b, id, btf_kind(t), btf_name(o.b, t));
		assert_memory_equal(btf_type(b, id), t,
				    sizeof(*t) + (size_t)btf_payload_size(t));
	}
	/* what kernels refuse although compilers write it */
	expect_kind(b, o.ptr, BTF_PTR, "");
	t = btf_type(b, o.proto);
	assert_string_equal(btf_str(b, btf_params(t)[0].name_off), "ctx");
	assert_string_equal(btf_str(b, btf_params(t)[1].name_off), "param1");
	assert_int_equal(btf_params(btf_type(b, o.cb_proto))[0].name_off, 0);
	/* the dots at the end of a function's parameters have no name */
	t = btf_type(b, o.dots_proto);
	assert_string_equal(btf_str(b, btf_params(t)[0].name_off), "param0");
	assert_int_equal(btf_params(t)[1].name_off, 0);
	assert_int_equal(btf_vlen(btf_type(b, o.memcpy_func)), BTF_STATIC);
	assert_int_equal(btf_vlen(btf_type(b, o.func)), BTF_GLOBAL);
	/* variables by place, with their sizes */
	assert_int_equal(btf_secinfos(btf_type(b, o.sec))[0].type, o.var_a);
	assert_int_equal(btf_secinfos(btf_type(b, o.sec))[1].offset, 4);
	assert_int_equal(btf_secinfos(btf_type(b, o.sec))[1].size, 4);
	/* the original is as it was */
	expect_kind(o.b, o.ptr, BTF_PTR, "*mut i32");
	btf_free(b);
	btf_free(o.b);
}

static void test_each_missing(void **state _unused_)
{
	struct object o = make_object();
	const struct btf_type *t;
	struct btf *b;

	b = without(&o, BTF_CAN_GLOBAL_FUNC);
	expect_kind(b, o.func, BTF_FUNC, "prog");
	assert_int_equal(btf_vlen(btf_type(b, o.func)), 0);
	btf_free(b);

	b = without(&o, BTF_CAN_FUNC | BTF_CAN_GLOBAL_FUNC);
	expect_kind(b, o.func, BTF_TYPEDEF, "prog");
	assert_int_equal(btf_type(b, o.func)->type, o.proto);
	expect_kind(b, o.proto, BTF_ENUM, "");
	t = btf_type(b, o.cb_proto);
	assert_int_equal(btf_vlen(t), 2);
	assert_int_equal(t->size, 4);
	assert_string_equal(btf_str(b, btf_enums(t)[0].name_off), "param0");
	assert_string_equal(btf_str(b, btf_enums(t)[1].name_off), "param1");
	btf_free(b);

	b = without(&o, BTF_CAN_DATASEC);
	expect_kind(b, o.var_a, BTF_INT, "prog_count");
	assert_int_equal(btf_size(b, o.var_a), 1);
	assert_int_equal(btf_int_bits(btf_type(b, o.var_a)), 8);
	expect_kind(b, o.sec, BTF_STRUCT, "_bss_two");
	t = btf_type(b, o.sec);
	assert_int_equal(t->size, 8);
	/* in order of place, which the section's were not */
	assert_int_equal(btf_members(t)[0].type, o.var_a);
	assert_string_equal(btf_str(b, btf_members(t)[0].name_off), "prog_count");
	assert_int_equal(btf_member_bit_offset(t, 1), 32);
	assert_string_equal(btf_str(b, btf_members(t)[1].name_off), "b");
	expect_kind(b, o.odd_sec, BTF_STRUCT, "__struct_ops");
	btf_free(b);

	b = without(&o, BTF_CAN_QMARK);
	expect_kind(b, o.odd_sec, BTF_DATASEC, "_.struct_ops");
	expect_kind(b, o.sec, BTF_DATASEC, ".bss.two");
	btf_free(b);

	b = without(&o, BTF_CAN_FLOAT);
	expect_kind(b, o.flt, BTF_STRUCT, "");
	assert_int_equal(btf_size(b, o.flt), 8);
	assert_int_equal(btf_vlen(btf_type(b, o.flt)), 0);
	btf_free(b);

	b = without(&o, BTF_CAN_DECL_TAG);
	expect_kind(b, o.tag, BTF_INT, "");
	assert_int_equal(btf_size(b, o.tag), 1);
	btf_free(b);

	b = without(&o, BTF_CAN_TYPE_TAG);
	expect_kind(b, o.ttag, BTF_CONST, "");
	assert_int_equal(btf_type(b, o.ttag)->type, o.i32);
	btf_free(b);

	/* attributes go, and what is a tag stays one */
	b = without(&o, BTF_CAN_ATTRIBUTE);
	expect_kind(b, o.attr_type, BTF_CONST, "");
	assert_false(btf_kflag(btf_type(b, o.attr_type)));
	expect_kind(b, o.attr_decl, BTF_INT, "");
	expect_kind(b, o.ttag, BTF_TYPE_TAG, "user");
	expect_kind(b, o.tag, BTF_DECL_TAG, "a tag");
	btf_free(b);

	b = without(&o, BTF_CAN_ENUM64);
	expect_kind(b, o.en64, BTF_UNION, "wide");
	t = btf_type(b, o.en64);
	assert_int_equal(t->size, 8);
	assert_string_equal(btf_str(b, btf_members(t)[1].name_off), "W2");
	assert_int_equal(btf_members(t)[1].type, o.count);
	assert_int_equal(btf_member_bit_offset(t, 1), 0);
	assert_int_equal(btf_size(b, o.count), 1);
	assert_int_equal(btf_count(b), o.count + 1);
	assert_false(btf_kflag(btf_type(b, o.en_signed)));
	assert_int_equal(btf_enums(btf_type(b, o.en_signed))[0].val, -1);
	btf_free(b);
	btf_free(o.b);
}

/* What must not be there when a feature is missing. */
static const struct {
	unsigned int feature;
	uint32_t kinds;
} forbidden[] = {
	{ BTF_CAN_FUNC, BTF_KIND_BIT(BTF_FUNC) | BTF_KIND_BIT(BTF_FUNC_PROTO) },
	{ BTF_CAN_DATASEC, BTF_KIND_BIT(BTF_VAR) | BTF_KIND_BIT(BTF_DATASEC) },
	{ BTF_CAN_FLOAT, BTF_KIND_BIT(BTF_FLOAT) },
	{ BTF_CAN_DECL_TAG, BTF_KIND_BIT(BTF_DECL_TAG) },
	{ BTF_CAN_TYPE_TAG, BTF_KIND_BIT(BTF_TYPE_TAG) },
	{ BTF_CAN_ENUM64, BTF_KIND_BIT(BTF_ENUM64) },
};

static void test_every_combination(void **state _unused_)
{
	struct object o = make_object();

	for (unsigned int missing = 0; missing <= BTF_CAN_ALL; missing++) {
		struct btf *b = without(&o, missing);

		for (uint32_t id = 1; id < btf_count(b); id++) {
			const struct btf_type *t = btf_type(b, id);

			for (size_t i = 0; i < ARRAY_SIZE(forbidden); i++) {
				if ((missing & forbidden[i].feature) &&
				    (BTF_KIND_BIT(btf_kind(t)) & forbidden[i].kinds))
					fail_msg("missing 0x%x: type %u is of kind %u", missing, id,
						 btf_kind(t));
			}
			/* what has a size has the same one */
			if (id < o.count && btf_kind(btf_type(o.b, id)) != BTF_VAR &&
			    btf_size(o.b, id) >= 0)
				assert_int_equal(btf_size(b, id), btf_size(o.b, id));
		}
		btf_free(b);
	}
	btf_free(o.b);
}

/* A section that nobody measured: the members still lie inside. */
static void test_section_without_size(void **state _unused_)
{
	struct object o = make_object();
	struct btf *b;

	btf_edit(o.b, o.sec)->size = 0;
	b = without(&o, BTF_CAN_DATASEC);
	assert_int_equal(btf_size(b, o.sec), 5);
	btf_free(b);
	/* and one whose places cannot be told in bits */
	((struct btf_secinfo *)(btf_edit(o.b, o.sec) + 1))[0].offset = UINT32_MAX;
	assert_int_equal(btf_downgrade(&b, o.b, BTF_CAN_ALL & ~(unsigned int)BTF_CAN_DATASEC),
			 -EINVAL);
	assert_null(b);
	btf_free(o.b);
}

static void test_split(void **state _unused_)
{
	struct object o = make_object();
	struct btf *made, *b;
	uint32_t own;

	assert_int_equal(btf_new(&made, o.b), 0);
	own = mk_type(made, BTF_FLOAT, "float", false, 0, 4, NULL, 0);
	/* a prototype of the base with a parameter without a name */
	func(made, "f", BTF_STATIC, o.proto);
	assert_int_equal(btf_downgrade(&b, made, BTF_CAN_FUNC), 0);
	assert_int_equal(btf_count(b), own + 2);
	expect_kind(b, own, BTF_STRUCT, "");
	/* the base is somebody else's */
	expect_kind(b, o.flt, BTF_FLOAT, "double");
	btf_free(b);
	btf_free(made);
	btf_free(o.b);
}

/* --- variables that are listed in another section than theirs --------------------------------- */

static bool is_merged(void *user _unused_, const char *section, const char *name,
		      struct btf_place *to)
{
	if (!streq(section, ".rodata") || !has_prefix(name, "merged"))
		return false;
	*to = (struct btf_place) { name[6] == '8' ? ".rodata.cst8" : ".rodata.cst16",
				   streq(name, "merged16_b") ? 16 : 0 };
	return true;
}

static void test_moved_vars(void **state _unused_)
{
	struct btf *b, *moved;
	struct btf_secinfo in[5];
	const struct btf_secinfo *out;
	uint32_t i32, vars[5], rodata, other, after;
	static const char *const names[] = { "merged16_a", "kept", "merged8", "merged16_b", "too" };

	assert_int_equal(btf_new(&b, NULL), 0);
	i32 = mk_int(b, "int", 4, BTF_INT_SIGNED);
	for (size_t i = 0; i < ARRAY_SIZE(vars); i++) {
		vars[i] = var(b, names[i], i32);
		in[i] = (struct btf_secinfo){ vars[i], i == 4 ? 4 : 0, 4 };
	}
	rodata = mk_type(b, BTF_DATASEC, ".rodata", false, 5, 0, in, sizeof(in));
	other = mk_type(b, BTF_DATASEC, ".data", false, 5, 20, in, sizeof(in));
	after = mk_ref(b, BTF_PTR, "", i32);

	assert_int_equal(btf_move_vars(&moved, b, is_merged, NULL), 0);
	assert_int_equal(btf_count(moved), btf_count(b) + 2);
	expect_kind(moved, after, BTF_PTR, "");
	expect_kind(moved, rodata, BTF_DATASEC, ".rodata");
	assert_int_equal(btf_vlen(btf_type(moved, rodata)), 2);
	out = btf_secinfos(btf_type(moved, rodata));
	assert_int_equal(out[0].type, vars[1]);
	assert_int_equal(out[1].type, vars[4]);
	assert_int_equal(out[1].offset, 4);
	assert_int_equal(btf_vlen(btf_type(moved, other)), 5);
	expect_kind(moved, after + 1, BTF_DATASEC, ".rodata.cst16");
	assert_int_equal(btf_vlen(btf_type(moved, after + 1)), 2);
	out = btf_secinfos(btf_type(moved, after + 1));
	assert_int_equal(out[0].type, vars[0]);
	assert_int_equal(out[1].type, vars[3]);
	assert_int_equal(out[1].offset, 16);
	assert_int_equal(out[1].size, 4);
	expect_kind(moved, after + 2, BTF_DATASEC, ".rodata.cst8");
	btf_free(b);

	/* all are where they are listed: nothing is made */
	assert_int_equal(btf_move_vars(&b, moved, is_merged, NULL), 0);
	assert_null(b);
	btf_free(moved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_missing),
		cmocka_unit_test(test_each_missing),
		cmocka_unit_test(test_every_combination),
		cmocka_unit_test(test_section_without_size),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_moved_vars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
