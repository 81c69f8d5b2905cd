// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-header.c - C headers of types made by hand: what stands around the declarations, the order when
 * it is all of them, tags, functions of the kernel, words of C and C++; and lists of the records. What is
 * looked at is the text behind the preamble, which the compilers see in test-roundtrip.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "btf-make.h"
#include "btf/decl.h"
#include "btf/header.h"

struct types {
	struct btf *b;
	uint32_t u8, u32, u64;
	struct buf out;
};

static int setup(void **state)
{
	struct types *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	assert_int_equal(btf_new(&t->b, NULL), 0);
	t->u8 = mk_int(t->b, "unsigned char", 1, 0);
	t->u32 = mk_int(t->b, "unsigned int", 4, 0);
	t->u64 = mk_int(t->b, "unsigned long long", 8, 0);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct types *t = *state;

	buf_free(&t->out);
	btf_free(t->b);
	free(t);
	return 0;
}

static int to_buf(void *user, const char *text, size_t n)
{
	buf_put(user, text, n);
	return 0;
}

/* The declarations of a header, without what every header begins with. */
static const char *body(struct types *t)
{
	static const char last[] = "#define __btf_pushed\n#endif\n\n";
	const char *found = strstr(t->out.data, last);

	assert_non_null(found);
	return found + strlen(last);
}

static const char *all(struct types *t)
{
	struct btf_writer w = { to_buf, &t->out };
	uint32_t bad;

	buf_clear(&t->out);
	assert_int_equal(btf_header_all(t->b, "test", &w, &bad), 0);
	return body(t);
}

static const char *some(struct types *t, const uint32_t *ids, size_t n)
{
	struct btf_writer w = { to_buf, &t->out };
	uint32_t bad;

	buf_clear(&t->out);
	assert_int_equal(btf_header_of(t->b, ids, n, "a */ b", &w, &bad), 0);
	assert_int_equal(bad, 0);
	return body(t);
}

#define POP "#ifdef __btf_pushed\n#pragma clang attribute pop\n#undef __btf_pushed\n#endif\n"
#define SYMBOLS                                                                             \
	"\n#ifndef __weak\n#define __weak __attribute__((weak))\n#endif\n#ifndef __ksym\n"  \
	"#define __ksym __attribute__((section(\".ksyms\")))\n#endif\n\n"

static uint32_t tag(struct types *t, const char *name, uint32_t target, int32_t component)
{
	return mk_type(t->b, BTF_DECL_TAG, name, false, 0, target, &component, 4);
}

static void order(void **state)
{
	struct types *t = *state;
	uint32_t used = MK_ENUM(t->b, "", false, 4, { "USED", 0 });

	MK_STRUCT(t->b, "zebra", 4, { "e", used, 0, 0 });
	mk_ref(t->b, BTF_TYPEDEF, "ape", t->u32);
	MK_ENUM(t->b, "", false, 4, { "false", 0 }, { "true", 1 });
	mk_ref(t->b, BTF_TYPEDEF, "bool", mk_int(t->b, "_Bool", 1, BTF_INT_BOOL));
	MK_ENUM(t->b, "yak", false, 4, { "Y", 0 });
	MK_ENUM(t->b, "", false, 4, { "LOOSE", 0 });
	MK_STRUCT(t->b, "", 4, { "x", t->u32, 0, 0 });

	assert_string_equal(all(t), "enum {\n\tLOOSE = 0,\n};\n\n"
				    "enum yak {\n\tY = 0,\n};\n\n"
				    "typedef unsigned int ape;\n\n"
				    "struct zebra {\n\tenum {\n\t\tUSED = 0,\n\t} e;\n};\n\n" POP
				    "\n#endif\n");
	assert_non_null(strstr(t->out.data, "/* test */\n#ifndef __VMLINUX_H__\n"));
}

static void functions(void **state)
{
	struct types *t = *state;
	uint32_t task = MK_STRUCT(t->b, "task", 4, { "pid", t->u32, 0, 0 });
	uint32_t proto = MK_PROTO(t->b, t->u32, { "t", mk_ref(t->b, BTF_PTR, "", task) });
	uint32_t plain = mk_type(t->b, BTF_FUNC, "plain", false, BTF_STATIC, proto, NULL, 0);
	uint32_t kfunc = mk_type(t->b, BTF_FUNC, "get_task", false, BTF_STATIC, proto, NULL, 0);
	uint32_t linkage = BTF_GLOBAL;
	uint32_t var = mk_type(t->b, BTF_VAR, "jiffies", false, 0, t->u64, &linkage, 4);
	uint32_t ids[] = { plain, var };

	tag(t, "bpf_kfunc", kfunc, -1);
	tag(t, "bpf_kfunc_not", plain, -1);
	assert_string_equal(all(t), "struct task {\n\tunsigned int pid;\n};\n\n" POP SYMBOLS
				    "extern unsigned int get_task(struct task *t) __weak __ksym;\n\n"
				    "\n#endif\n");
	/* of those that are named, any; and of the struct no more than that there is one */
	assert_string_equal(some(t, ids, 2),
			    "struct task;\n\n" POP SYMBOLS
			    "extern unsigned int plain(struct task *t) __weak __ksym;\n\n"
			    "extern unsigned long long jiffies __weak __ksym;\n\n");
	assert_non_null(strstr(t->out.data, "/* a *| b */\n#pragma once\n"));
}

static void tags(void **state)
{
	struct types *t = *state;
	uint32_t rcu = mk_ref(t->b, BTF_TYPE_TAG, "rcu", t->u32);
	uint32_t user = mk_ref(t->b, BTF_TYPE_TAG, "user", mk_ref(t->b, BTF_PTR, "", rcu));
	uint32_t arena = mk_type(t->b, BTF_TYPE_TAG, "address_space(1)", true, 0, t->u32, NULL, 0);
	uint32_t evil = mk_ref(t->b, BTF_TYPE_TAG, "\")) int x; //", t->u32);
	uint32_t worse = mk_type(t->b, BTF_TYPE_TAG, "packed)) x", true, 0, t->u32, NULL, 0);
	uint32_t s = MK_STRUCT(t->b, "s", 40, { "a", mk_ref(t->b, BTF_PTR, "", rcu), 0, 0 },
			       { "b", mk_ref(t->b, BTF_PTR, "", user), 64, 0 },
			       { "c", mk_ref(t->b, BTF_PTR, "", arena), 128, 0 },
			       { "d", mk_ref(t->b, BTF_PTR, "", evil), 192, 0 },
			       { "e", mk_ref(t->b, BTF_PTR, "", worse), 256, 0 });

	tag(t, "whole", s, -1);
	tag(t, "first", s, 0);
	tag(t, "second", s, 0);
	assert_string_equal(some(t, &s, 1),
			    "struct s {\n"
			    "\tunsigned int __btf_type_tag(\"rcu\") *a"
			    " __btf_decl_tag(\"first\") __btf_decl_tag(\"second\");\n"
			    "\tunsigned int __btf_type_tag(\"rcu\") * __btf_type_tag(\"user\") *b;\n"
			    "\tunsigned int __btf_attribute(address_space(1)) *c;\n"
			    "\tunsigned int *d;\n\tunsigned int *e;\n"
			    "} __btf_decl_tag(\"whole\");\n\n" POP);
}

/* What the compiler has by that name may be something else. */
static void of_the_compiler(void **state)
{
	struct types *t = *state;
	uint32_t word = MK_STRUCT(t->b, "__va_list_tag", 8, { "p", t->u64, 0, 0 });
	uint32_t builtin = mk_ref(t->b, BTF_TYPEDEF, "__builtin_va_list", mk_array(t->b, word, 1));

	mk_ref(t->b, BTF_TYPEDEF, "va_list", builtin);
	assert_string_equal(all(t), "struct __va_list_tag {\n\tunsigned long long p;\n};\n\n"
				    "typedef struct __va_list_tag va_list[1];\n\n" POP
				    "\n#endif\n");
}

/* What <cleat/uapi.h> and <linux/types.h> have, which a program includes before. */
static void beside_uapi(void **state)
{
	struct types *t = *state;
	uint32_t insn = MK_STRUCT(t->b, "bpf_insn", 4, { "code", t->u32, 0, 0 });
	uint32_t lock = MK_STRUCT(t->b, "bpf_spin_lock", 4, { "val", t->u32, 0, 0 });
	uint32_t n = mk_ref(t->b, BTF_TYPEDEF, "size_t",
			    mk_ref(t->b, BTF_TYPEDEF, "__kernel_size_t", t->u64));
	uint32_t s = MK_STRUCT(t->b, "s", 24, { "insn", insn, 0, 0 },
			       { "n", n, 64, 0 }, { "l", mk_ref(t->b, BTF_PTR, "", lock), 128, 0 });

	assert_string_equal(some(t, &s, 1),
			    "#ifndef CLEAT_UAPI_H\nstruct bpf_insn {\n\tunsigned int code;\n};\n"
			    "#endif\n\n"
			    "typedef unsigned long long size_t;\n\n"
			    "#ifndef CLEAT_UAPI_H\nstruct bpf_spin_lock;\n#endif\n\n"
			    "struct s {\n\tstruct bpf_insn insn;\n\tsize_t n;\n"
			    "\tstruct bpf_spin_lock *l;\n};\n\n" POP);
}

static void keywords(void **state)
{
	struct types *t = *state;
	uint32_t s = MK_STRUCT(t->b, "new", 8, { "class", t->u8, 0, 0 }, { "int", t->u8, 8, 0 },
			       { "flag", mk_int(t->b, "_Bool", 1, BTF_INT_BOOL), 16, 0 },
			       { "r", t->u32, 32, 0 });
	uint32_t r = mk_ref(t->b, BTF_TYPEDEF, "r",
			    mk_ref(t->b, BTF_RESTRICT, "", mk_ref(t->b, BTF_PTR, "", s)));
	uint32_t ids[] = { s, r };

	assert_int_equal(btf_decl_types(&t->out, t->b, ids, 2, 0), 0);
	assert_string_equal(t->out.data,
			    "struct new {\n\tunsigned char class;\n\tunsigned char int_;\n"
			    "\t_Bool flag;\n\tunsigned int r;\n};\n\n"
			    "typedef struct new *restrict r;\n\n");
	buf_clear(&t->out);
	assert_int_equal(btf_decl_types(&t->out, t->b, ids, 2, BTF_DECL_CXX), 0);
	assert_string_equal(t->out.data,
			    "struct new_ {\n\tunsigned char class_;\n\tunsigned char int_;\n"
			    "\tbool flag;\n\tunsigned int r;\n};\n\n"
			    "typedef struct new_ *__restrict r;\n\n");
}

static int refuse(void *user, const char *text, size_t n)
{
	(void)text;
	(void)n;
	return *(int *)user;
}

static void failures(void **state)
{
	struct types *t = *state;
	int answer = 7;
	struct btf_writer w = { refuse, &answer };
	uint32_t bad, overlap = MK_STRUCT(t->b, "o", 8, { "a", t->u64, 0, 0 }, { "b", t->u32, 32, 0 });

	assert_int_equal(btf_list(t->b, false, &w), 7);
	assert_int_equal(btf_header_of(t->b, &t->u32, 1, "", &w, &bad), 7);
	assert_int_equal(bad, 0);
	assert_int_equal(btf_header_of(t->b, &overlap, 1, "", &w, &bad), -EINVAL);
	assert_int_equal(bad, overlap);
	bad = 0;
	assert_int_equal(btf_header_all(t->b, "", &w, &bad), -EINVAL);
	assert_int_equal(bad, overlap);
}

static void lists(void **state)
{
	struct types *t = *state;
	struct btf_writer w = { to_buf, &t->out };
	uint32_t linkage = BTF_EXTERN;
	uint32_t var;
	struct btf_secinfo info;

	MK_STRUCT(t->b, "s", 8, { "a\"b", t->u32, 0, 3 }, { "", t->u32, 32, 0 });
	MK_ENUM(t->b, "e", true, 4, { "MINUS", -1 });
	MK_ENUM(t->b, "w", false, 8, { "BIG", -1 });
	var = mk_type(t->b, BTF_VAR, "v", false, 0, t->u32, &linkage, 4);
	info = (struct btf_secinfo){ var, 4, 8 };
	mk_type(t->b, BTF_DATASEC, ".bss", false, 1, 12, &info, sizeof(info));
	MK_PROTO(t->b, 0, { "x", t->u8 });
	mk_array(t->b, t->u8, 5);
	mk_type(t->b, BTF_FWD, "u", true, 0, 0, NULL, 0);

	assert_int_equal(btf_list(t->b, false, &w), 0);
	assert_string_equal(
		t->out.data,
		"[1] INT 'unsigned char' size=1 bits_offset=0 nr_bits=8 encoding=(none)\n"
		"[2] INT 'unsigned int' size=4 bits_offset=0 nr_bits=32 encoding=(none)\n"
		"[3] INT 'unsigned long long' size=8 bits_offset=0 nr_bits=64 encoding=(none)\n"
		"[4] STRUCT 's' size=8 vlen=2\n\t'a\"b' type_id=2 bits_offset=0 bitfield_size=3\n"
		"\t(anon) type_id=2 bits_offset=32\n"
		"[5] ENUM 'e' encoding=SIGNED size=4 vlen=1\n\t'MINUS' val=-1\n"
		"[6] ENUM64 'w' encoding=UNSIGNED size=8 vlen=1\n\t'BIG' val=18446744073709551615\n"
		"[7] VAR 'v' type_id=2 linkage=extern\n"
		"[8] DATASEC '.bss' size=12 vlen=1\n\t'v' type_id=7 offset=4 size=8\n"
		"[9] FUNC_PROTO (anon) ret_type_id=0 vlen=1\n\t'x' type_id=1\n"
		"[10] ARRAY (anon) type_id=1 index_type_id=1 nr_elems=5\n"
		"[11] FWD 'u' fwd_kind=union\n");
	buf_clear(&t->out);
	assert_int_equal(btf_list(t->b, true, &w), 0);
	assert_non_null(strstr(
		t->out.data,
		",\n{\"id\":4,\"kind\":\"STRUCT\",\"name\":\"s\",\"size\":8,\"vlen\":2,\"members\":["
		"{\"name\":\"a\\\"b\",\"type_id\":2,\"bits_offset\":0,\"bitfield_size\":3},"
		"{\"name\":\"\",\"type_id\":2,\"bits_offset\":32}]},\n"));
	assert_non_null(strstr(t->out.data, "\"val\":18446744073709551615}]}"));
	assert_memory_equal(t->out.data, "{\"types\":[{\"id\":1,", 18);
	assert_string_equal(t->out.data + t->out.len - 5, "\"}]}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(order, setup, teardown),
		cmocka_unit_test_setup_teardown(functions, setup, teardown),
		cmocka_unit_test_setup_teardown(tags, setup, teardown),
		cmocka_unit_test_setup_teardown(of_the_compiler, setup, teardown),
		cmocka_unit_test_setup_teardown(beside_uapi, setup, teardown),
		cmocka_unit_test_setup_teardown(keywords, setup, teardown),
		cmocka_unit_test_setup_teardown(failures, setup, teardown),
		cmocka_unit_test_setup_teardown(lists, setup, teardown),
	};

	return cmocka_run_group_tests_name("header", tests, NULL, NULL);
}
