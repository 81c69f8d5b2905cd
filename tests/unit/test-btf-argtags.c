// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-btf-argtags.c - tags of arguments, said otherwise for kernels that do not read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "btf-make.h"
#include "btf/argtags.h"
#include "btf/ctxname.h"

static uint32_t func(struct btf *b, const char *name, uint32_t proto)
{
	return mk_type(b, BTF_FUNC, name, false, BTF_GLOBAL, proto, NULL, 0);
}

static uint32_t tag(struct btf *b, const char *name, uint32_t of, int32_t component)
{
	return mk_type(b, BTF_DECL_TAG, name, false, 0, of, &component, sizeof(component));
}

/* int shared(void *ctx, int n), also the type of 'plain', which has no tag; int other(int *p) */
struct object {
	struct btf *b;
	uint32_t i32, ptr, proto, shared, plain, int_ptr, other_proto, other, count;
};

static struct object make_object(const char *other_tag)
{
	struct object o;

	assert_int_equal(btf_new(&o.b, NULL), 0);
	o.i32 = mk_int(o.b, "int", 4, BTF_INT_SIGNED);
	o.ptr = mk_ref(o.b, BTF_PTR, "", 0);
	o.proto = MK_PROTO(o.b, o.i32, { "ctx", o.ptr }, { "n", o.i32 });
	o.shared = func(o.b, "shared", o.proto);
	o.plain = func(o.b, "plain", o.proto);
	o.int_ptr = mk_ref(o.b, BTF_PTR, "", o.i32);
	o.other_proto = MK_PROTO(o.b, o.i32, { "p", o.int_ptr });
	o.other = func(o.b, "other", o.other_proto);
	tag(o.b, "arg:ctx", o.shared, 0);
	if (other_tag)
		tag(o.b, other_tag, o.other, 0);
	o.count = btf_count(o.b);
	return o;
}

/* As a kernel reads it: written, and opened with all checks. */
static struct btf *lowered(const struct object *o, unsigned int unread, struct btf_ctx_func *funcs,
			   size_t n)
{
	struct btf *low, *b;
	const void *data;
	size_t size;

	assert_int_equal(btf_lower_arg_tags(&low, o->b, unread, funcs, n), 0);
	data = btf_bytes(low, &size);
	assert_int_equal(btf_open(&b, data, size, NULL, BTF_COPY, NULL), 0);
	btf_free(low);
	return b;
}

static const char *pointee(const struct btf *b, uint32_t func, uint32_t arg)
{
	const struct btf_type *t = btf_type(b, btf_type(b, func)->type);

	assert_int_equal(btf_kind(t), BTF_FUNC_PROTO);
	t = btf_type(b, btf_params(t)[arg].type);
	assert_int_equal(btf_kind(t), BTF_PTR);
	return btf_name_of(b, t->type);
}

static void test_tags(void **state _unused_)
{
	static const struct {
		const char *name;
		unsigned int tags;
	} cases[] = {
		{ NULL, BTF_ARG_CTX },
		{ "arg:nonnull", BTF_ARG_CTX },
		{ "arg:of-the-future", BTF_ARG_CTX },
		{ "arg:trusted", BTF_ARG_CTX | BTF_ARG_TRUSTED },
		{ "arg:nullable", BTF_ARG_CTX | BTF_ARG_TRUSTED },
		{ "arg:arena", BTF_ARG_CTX | BTF_ARG_ARENA },
		{ "arg:untrusted", BTF_ARG_CTX | BTF_ARG_UNTRUSTED },
		{ "argument", BTF_ARG_CTX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct object o = make_object(cases[i].name);

		assert_int_equal(btf_arg_tags(o.b), cases[i].tags);
		btf_free(o.b);
	}
}

static void test_no_tags(void **state _unused_)
{
	struct btf *b;
	uint32_t s;

	assert_int_equal(btf_new(&b, NULL), 0);
	s = MK_STRUCT(b, "s", 8, { "a", mk_int(b, "long", 8, 0), 0, 0 });
	/* of a member, and of a function itself */
	tag(b, "arg:ctx", s, 0);
	tag(b, "arg:ctx", func(b, "f", MK_PROTO(b, 0)), -1);
	assert_int_equal(btf_arg_tags(b), 0);
	btf_free(b);
}

static void test_context(void **state _unused_)
{
	struct object o = make_object("arg:nonnull");
	struct btf_ctx_func funcs[] = {
		{ .func = o.shared, .ctx = "xdp_md" },
		{ .func = o.shared, .ctx = "__sk_buff" },
		{ .func = o.plain, .ctx = "xdp_md" },
	};
	struct btf *b = lowered(&o, BTF_ARG_CTX, funcs, ARRAY_SIZE(funcs));
	const struct btf_type *t;

	/* a function for each kind of program, of the same name */
	assert_true(funcs[0].clone >= o.count);
	assert_true(funcs[1].clone >= o.count && funcs[1].clone != funcs[0].clone);
	assert_int_equal(funcs[2].clone, o.plain);
	for (size_t i = 0; i < 2; i++) {
		t = btf_type(b, funcs[i].clone);
		assert_int_equal(btf_kind(t), BTF_FUNC);
		assert_int_equal(btf_vlen(t), BTF_GLOBAL);
		assert_string_equal(btf_name(b, t), "shared");
		assert_string_equal(pointee(b, funcs[i].clone, 0), funcs[i].ctx);
		t = btf_type(b, t->type);
		assert_int_equal(btf_vlen(t), 2);
		assert_int_equal(btf_params(t)[1].type, o.i32);
		assert_string_equal(btf_str(b, btf_params(t)[0].name_off), "ctx");
	}
	/* the type that is shared with others is as it was */
	assert_string_equal(pointee(b, o.shared, 0), "");
	assert_string_equal(pointee(b, o.plain, 0), "");
	assert_int_equal(btf_vlen(btf_type(b, o.plain)), BTF_GLOBAL);
	/* what the other tag promises, the callers show */
	assert_int_equal(btf_vlen(btf_type(b, o.other)), BTF_STATIC);
	/* the object's own types are nobody's to change */
	assert_int_equal(btf_count(o.b), o.count);
	assert_int_equal(btf_vlen(btf_type(o.b, o.other)), BTF_GLOBAL);
	btf_free(b);
	btf_free(o.b);
}

/* A kernel that knows the context's tag, and not another. */
static void test_some(void **state _unused_)
{
	struct object o = make_object("arg:untrusted");
	struct btf_ctx_func funcs[] = { { .func = o.shared, .ctx = "xdp_md" } };
	struct btf *b = lowered(&o, BTF_ARG_UNTRUSTED, funcs, 1);

	assert_int_equal(funcs[0].clone, o.shared);
	assert_int_equal(btf_count(b), o.count);
	assert_int_equal(btf_vlen(btf_type(b, o.other)), BTF_STATIC);
	assert_int_equal(btf_vlen(btf_type(b, o.shared)), BTF_GLOBAL);
	btf_free(b);
	b = lowered(&o, BTF_ARG_TRUSTED, funcs, 1);
	assert_int_equal(btf_vlen(btf_type(b, o.other)), BTF_GLOBAL);
	btf_free(b);
	btf_free(o.b);
}

/* Pointers to the struct already, by a typedef too; no pointer at all; no such argument. */
static void test_left_alone(void **state _unused_)
{
	struct btf *b, *low;
	uint32_t i32, md, proto;
	struct btf_ctx_func funcs[3];
	struct object o;

	assert_int_equal(btf_new(&b, NULL), 0);
	i32 = mk_int(b, "int", 4, 0);
	md = MK_STRUCT(b, "xdp_md", 4, { "data", i32, 0, 0 });
	md = mk_ref(b, BTF_PTR, "", mk_ref(b, BTF_CONST, "", md));
	proto = MK_PROTO(b, i32, { "ctx", mk_ref(b, BTF_TYPEDEF, "md_t", md) });
	funcs[0] = (struct btf_ctx_func) { .func = func(b, "f", proto), .ctx = "xdp_md" };
	proto = MK_PROTO(b, i32, { "ctx", i32 });
	funcs[1] = (struct btf_ctx_func) { .func = func(b, "g", proto), .ctx = "xdp_md" };
	proto = MK_PROTO(b, i32, { "ctx", md });
	funcs[2] = (struct btf_ctx_func) { .func = func(b, "h", proto), .ctx = "xdp_md" };
	tag(b, "arg:ctx", funcs[0].func, 0);
	tag(b, "arg:ctx", funcs[1].func, 0);
	o.b = b;
	low = lowered(&o, BTF_ARG_CTX, funcs, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(funcs[i].clone, funcs[i].func);
	assert_int_equal(btf_count(low), btf_count(b));
	btf_free(low);
	btf_free(b);
}

/* Two tagged arguments of one function: both change, in one clone. */
static void test_two_arguments(void **state _unused_)
{
	struct object o = make_object(NULL);
	uint32_t proto = MK_PROTO(o.b, o.i32, { "a", o.ptr }, { "b", o.int_ptr });
	struct btf_ctx_func f = { .func = func(o.b, "both", proto), .ctx = "bpf_user_pt_regs_t" };
	struct btf *b;

	tag(o.b, "arg:ctx", f.func, 0);
	tag(o.b, "arg:ctx", f.func, 1);
	b = lowered(&o, BTF_ARG_CTX, &f, 1);
	assert_string_equal(pointee(b, f.clone, 0), "bpf_user_pt_regs_t");
	assert_string_equal(pointee(b, f.clone, 1), "bpf_user_pt_regs_t");
	btf_free(b);
	btf_free(o.b);
}

/* What a kernel says of the contexts of two types of programs, and of one that has no name. */
static struct btf *make_kernel(bool with_types)
{
	struct btf *b;
	uint32_t i32, skb, md, regs, ptr;

	assert_int_equal(btf_new(&b, NULL), 0);
	i32 = mk_int(b, "int", 4, BTF_INT_SIGNED);
	skb = MK_STRUCT(b, "__sk_buff", 4, { "len", i32, 0, 0 });
	md = MK_STRUCT(b, "xdp_md", 4, { "data", i32, 0, 0 });
	regs = mk_ref(b, BTF_TYPEDEF, "bpf_user_pt_regs_t", md);
	ptr = mk_ref(b, BTF_PTR, "", 0);
	if (with_types)
		MK_ENUM(b, "bpf_prog_type", false, 4, { "TYPE_A", 1 }, { "TYPE_AB", 2 },
			{ "TYPE_B", 6 }, { "TYPE_NONE", 7 }, { "TYPE_LATE", 8 });
	MK_STRUCT(b, "bpf_ctx_convert", 56, { "TYPE_A_kern", ptr, 0, 0 },
		  { "TYPE_AB_prog", skb, 64, 0 }, { "TYPE_A_prog", md, 128, 0 },
		  { "TYPE_B_prog", regs, 192, 0 }, { "TYPE_NONE_prog", ptr, 256, 0 });
	return b;
}

static void test_kernel_names(void **state _unused_)
{
	struct btf *b = make_kernel(true);

	assert_string_equal(btf_ctx_name(b, 1), "xdp_md");
	assert_string_equal(btf_ctx_name(b, 2), "__sk_buff");
	assert_string_equal(btf_ctx_name(b, 6), "bpf_user_pt_regs_t");
	assert_null(btf_ctx_name(b, 7));
	assert_null(btf_ctx_name(b, 8)); /* no such member */
	assert_null(btf_ctx_name(b, 9)); /* nor enumerator */
	btf_free(b);
	b = make_kernel(false);
	assert_null(btf_ctx_name(b, 1));
	btf_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tags),       cmocka_unit_test(test_no_tags),
		cmocka_unit_test(test_context),    cmocka_unit_test(test_some),
		cmocka_unit_test(test_left_alone), cmocka_unit_test(test_two_arguments),
		cmocka_unit_test(test_kernel_names),
	};

	return cmocka_run_group_tests_name("tags of arguments", tests, NULL, NULL);
}
