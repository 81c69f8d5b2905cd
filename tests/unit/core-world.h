/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * core-world.h - an object of one function and a kernel, for tests of CO-RE: types and
 * instructions a line each, and what became of them. Knows the structs of core/object; refuses to
 * read files, so that each test shows the whole of its world.
 */
#ifndef TESTS_CORE_WORLD_H
#define TESTS_CORE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "btf-make.h"
#include "object/core.h"
#include "object/object.h"

#define POISON 0xbad2310

/* One function of an object, and a kernel. */
struct world {
	struct btf *local;
	struct btf *kernel;
	struct object o;
	struct func f;
	struct insn insns[64];
	struct insn fresh[64];
	struct btf_core_relo relos[64];
	struct target t;
	struct report *r;
	struct target_module modules[2];
	size_t n_modules;
	int modules_asked;
	/* the same in both: kernels renumber them, so the kernel has one type more in front */
	uint32_t l_int, l_uint, l_long, l_ulong, l_char, l_ptr;
	uint32_t k_int, k_uint, k_long, k_ulong, k_char, k_ptr;
};

static struct world w;

static inline int setup(void **state _unused_)
{
	memset(&w, 0, sizeof(w));
	assert_int_equal(btf_new(&w.local, NULL), 0);
	assert_int_equal(btf_new(&w.kernel, NULL), 0);
	w.l_int = mk_int(w.local, "int", 4, BTF_INT_SIGNED);
	w.l_uint = mk_int(w.local, "unsigned int", 4, 0);
	w.l_long = mk_int(w.local, "long", 8, BTF_INT_SIGNED);
	w.l_ulong = mk_int(w.local, "unsigned long", 8, 0);
	w.l_char = mk_int(w.local, "char", 1, BTF_INT_SIGNED | BTF_INT_CHAR);
	w.l_ptr = mk_ref(w.local, BTF_PTR, "", 0);
	mk_int(w.kernel, "first", 2, 0);
	w.k_int = mk_int(w.kernel, "int", 4, BTF_INT_SIGNED);
	w.k_uint = mk_int(w.kernel, "unsigned int", 4, 0);
	w.k_long = mk_int(w.kernel, "long", 8, BTF_INT_SIGNED);
	w.k_ulong = mk_int(w.kernel, "unsigned long", 8, 0);
	w.k_char = mk_int(w.kernel, "char", 1, BTF_INT_SIGNED | BTF_INT_CHAR);
	w.k_ptr = mk_ref(w.kernel, BTF_PTR, "", 0);
	w.o.arena = arena_new();
	w.o.btf = w.local;
	w.f.name = "probe";
	w.f.insns = w.insns;
	w.f.relos = w.relos;
	w.t.btf = w.kernel;
	w.r = report_new();
	return 0;
}

static inline int teardown(void **state _unused_)
{
	size_t i;

	for (i = 0; i < w.n_modules; i++)
		btf_free(w.modules[i].btf);
	vec_free(&w.f.poisons);
	report_free(w.r);
	arena_free(w.o.arena);
	btf_free(w.local);
	btf_free(w.kernel);
	return 0;
}

/* --- a world's parts -------------------------------------------------------------------------- */

static inline size_t put(struct insn i)
{
	w.insns[w.f.n_insns] = i;
	return w.f.n_insns++;
}

static inline void relo(size_t insn, uint32_t type, const char *access, uint32_t kind)
{
	w.relos[w.f.n_relos++] = (struct btf_core_relo) {
		.insn_off = (uint32_t)(w.f.offset + insn * sizeof(struct insn)),
		.type_id = type,
		.access_str_off = mk_str(w.local, access),
		.kind = kind,
	};
}

/* r1 = IMM */
static inline size_t mov(uint32_t type, const char *access, uint32_t kind, int32_t imm)
{
	size_t i =
		put((struct insn) { .code = INSN_ALU64 | INSN_MOV | INSN_K, .dst = 1, .imm = imm });

	relo(i, type, access, kind);
	return i;
}

/* r1 = *(SIZE *)(r2 + OFF) */
static inline size_t load(uint32_t type, const char *access, int size, int16_t off)
{
	size_t i = put((struct insn) {
		.code = (uint8_t)(INSN_LDX | INSN_MEM | size), .dst = 1, .src = 2, .off = off });

	relo(i, type, access, CORE_FIELD_OFFSET);
	return i;
}

/* r1 = IMM ll */
static inline size_t lddw(uint32_t type, const char *access, uint32_t kind, uint64_t imm)
{
	size_t i = put((struct insn) { .code = INSN_LDDW, .dst = 1, .imm = (int32_t)imm });

	put((struct insn) { .imm = (int32_t)(imm >> 32) });
	relo(i, type, access, kind);
	return i;
}

static inline int run(void)
{
	struct func *funcs[] = { &w.f };

	memcpy(w.fresh, w.insns, sizeof(w.fresh));
	report_clear(w.r);
	return object_core_relocate(&w.o, funcs, 1, &w.t, w.r);
}

static inline const char *said(void)
{
	size_t n = report_count(w.r);

	return n ? report_get(w.r, n - 1)->what : "";
}

static inline void ok(void)
{
	int err = run();

	if (err)
		fail_msg("%d: %s", err, said());
	assert_true(w.f.core_done);
	assert_int_equal(report_count(w.r), 0);
}

static inline void is_imm(size_t i, int64_t imm)
{
	assert_int_equal(w.insns[i].code, w.fresh[i].code);
	assert_int_equal(w.insns[i].imm, imm);
}

static inline void is_load(size_t i, int size, int16_t off)
{
	assert_int_equal(w.insns[i].code, (w.fresh[i].code & ~INSN_SIZE) | size);
	assert_int_equal(w.insns[i].off, off);
	assert_int_equal(w.insns[i].dst, w.fresh[i].dst);
	assert_int_equal(w.insns[i].src, w.fresh[i].src);
}

static inline void is_lddw(size_t i, uint64_t imm)
{
	assert_int_equal(w.insns[i].code, INSN_LDDW);
	assert_int_equal((uint32_t)w.insns[i].imm, (uint32_t)imm);
	assert_int_equal((uint32_t)w.insns[i + 1].imm, (uint32_t)(imm >> 32));
	assert_int_equal(w.insns[i + 1].code, 0);
}

static inline void is_poison_insn(size_t i)
{
	assert_int_equal(w.insns[i].code, 0x85);
	assert_int_equal(w.insns[i].imm, POISON);
	assert_int_equal(w.insns[i].off, 0);
	assert_int_equal(w.insns[i].dst, 0);
	assert_int_equal(w.insns[i].src, 0);
}

static inline void is_poison(size_t i, const char *why)
{
	size_t p;

	is_poison_insn(i);
	for (p = 0; p < w.f.poisons.n; p++)
		if (w.f.poisons.v[p].insn == i) {
			assert_string_equal(w.f.poisons.v[p].why, why);
			return;
		}
	fail_msg("no reason for instruction %zu", i);
}

/* Fails with this errno and message, and changes nothing. */
static inline void fails(int err, const char *what)
{
	assert_int_equal(run(), -err);
	assert_true(report_errors(w.r) > 0);
	if (!strstr(said(), what))
		fail_msg("said \"%s\", not \"%s\"", said(), what);
	assert_memory_equal(w.insns, w.fresh, sizeof(w.insns));
	assert_false(w.f.core_done);
	assert_int_equal(w.f.poisons.n, 0);
	/* one relocation at a time */
	w.f.n_insns = w.f.n_relos = 0;
}

/* struct task { int state; long pid; void *mm; } here; { mm, state, pad, pid } in the kernel */
static inline uint32_t moved_task(void)
{
	MK_STRUCT(w.kernel, "task", 32, { "mm", w.k_ptr, 0, 0 }, { "state", w.k_int, 64, 0 },
		  { "pad", w.k_long, 128, 0 }, { "pid", w.k_long, 192, 0 });
	return MK_STRUCT(w.local, "task", 24, { "state", w.l_int, 0, 0 },
			 { "pid", w.l_long, 64, 0 }, { "mm", w.l_ptr, 128, 0 });
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

#endif
