// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-core.c - CO-RE: each kind of relocation against types that moved, changed or went away.
 * What happens with several candidates and with mistakes is in test-core-errors.c; a real kernel
 * and a real compiler are in test-core-kernel.c.
 */
#include "core-world.h"

/* --- fields ----------------------------------------------------------------------------------- */

static void test_field_moved(void **state _unused_)
{
	uint32_t task = moved_task();
	size_t a = load(task, "0:0", INSN_W, 0), b = load(task, "0:1", INSN_DW, 8);
	size_t c = load(task, "0:2", INSN_DW, 16), d = mov(task, "0:1", CORE_FIELD_OFFSET, 8);
	size_t e = lddw(task, "0:1", CORE_FIELD_OFFSET, 8);
	size_t st = put((struct insn) {
		.code = INSN_ST | INSN_MEM | INSN_DW, .dst = 3, .off = 8, .imm = 77 });
	size_t stx =
		put((struct insn) { .code = INSN_STX | INSN_MEM | INSN_W, .dst = 3, .src = 4 });
	size_t add =
		put((struct insn) { .code = INSN_ALU | INSN_ADD | INSN_K, .dst = 3, .imm = 16 });
	size_t sx =
		put((struct insn) { .code = INSN_LDX | INSN_MEMSX | INSN_W, .dst = 3, .src = 4 });

	relo(st, task, "0:1", CORE_FIELD_OFFSET);
	relo(stx, task, "0:0", CORE_FIELD_OFFSET);
	relo(add, task, "0:2", CORE_FIELD_OFFSET);
	relo(sx, task, "0:0", CORE_FIELD_OFFSET);
	ok();
	is_load(a, INSN_W, 8);
	is_load(b, INSN_DW, 24);
	is_load(c, INSN_DW, 0);
	is_imm(d, 24);
	is_lddw(e, 24);
	is_load(st, INSN_DW, 24);
	assert_int_equal(w.insns[st].imm, 77);
	is_load(stx, INSN_W, 8);
	is_imm(add, 0);
	is_load(sx, INSN_W, 8);
	assert_int_equal(w.insns[sx].code & INSN_MODE, INSN_MEMSX);
	assert_int_equal(w.f.poisons.n, 0);
}

static void test_field_again(void **state _unused_)
{
	uint32_t task = moved_task();
	size_t a = load(task, "0:1", INSN_DW, 8);

	ok();
	is_load(a, INSN_DW, 24);
	/* a function is relocated once, however often it is asked for */
	ok();
	is_load(a, INSN_DW, 24);
}

static void test_field_in_section(void **state _unused_)
{
	/* records count from the section, instructions from the function */
	uint32_t task = moved_task();
	size_t a;

	w.f.offset = 800;
	put((struct insn) { .code = INSN_ALU64 | INSN_MOV, .dst = 1 });
	a = load(task, "0:1", INSN_DW, 8);
	ok();
	is_load(a, INSN_DW, 24);
}

static void test_field_missing(void **state _unused_)
{
	uint32_t task = MK_STRUCT(w.local, "task", 32, { "state", w.l_int, 0, 0 },
				  { "real_pid", w.l_int, 32, 0 },
				  { "comm", mk_array(w.local, w.l_char, 16), 64, 0 });
	uint32_t gone = MK_STRUCT(w.local, "gone", 8, { "x", w.l_int, 0, 0 });
	size_t a, b, c, d, e, f, g, h, i;

	MK_STRUCT(w.kernel, "task", 8, { "state", w.k_int, 32, 0 },
		  { "comm", mk_array(w.kernel, w.k_char, 4), 32, 0 });
	/* a union of the name is not a struct of the name */
	MK_UNION(w.kernel, "gone", 8, { "x", w.k_int, 0, 0 });
	a = load(task, "0:1", INSN_W, 4);
	b = mov(task, "0:1", CORE_FIELD_EXISTS, 1);
	c = mov(task, "0:1", CORE_FIELD_SIZE, 4);
	d = lddw(task, "0:1", CORE_FIELD_OFFSET, 4);
	e = mov(gone, "0:0", CORE_FIELD_SIGNED, 1);
	f = mov(gone, "0:0", CORE_FIELD_EXISTS, 1);
	g = load(task, "0:2:5", INSN_B, 13);
	h = mov(task, "0:2:3", CORE_FIELD_EXISTS, 1);
	i = load(task, "0:0", INSN_W, 0);
	ok();
	is_poison(a, "this kernel has no 'struct task.real_pid'");
	is_imm(b, 0);
	is_poison(c, "this kernel has no 'struct task.real_pid'");
	is_poison(d, "this kernel has no 'struct task.real_pid'");
	is_poison_insn(d + 1);
	is_poison(e, "this kernel has no 'struct gone', and so no 'struct gone.x'");
	is_imm(f, 0);
	is_poison(g, "this kernel has no 'struct task.comm[5]'");
	is_imm(h, 1);
	is_load(i, INSN_W, 4);
	assert_int_equal(w.f.poisons.n, 5);
	for (i = 1; i < w.f.poisons.n; i++)
		assert_true(w.f.poisons.v[i - 1].insn < w.f.poisons.v[i].insn);
}

static void test_field_incompatible(void **state _unused_)
{
	uint32_t in = MK_STRUCT(w.local, "in", 4, { "v", w.l_int, 0, 0 });
	uint32_t s = MK_STRUCT(w.local, "s", 16, { "a", w.l_int, 0, 0 }, { "b", in, 32, 0 });
	size_t a, b;

	MK_STRUCT(w.kernel, "s", 16, { "a", w.k_ptr, 0, 0 }, { "b", w.k_int, 64, 0 });
	a = load(s, "0:0", INSN_W, 0);
	b = mov(s, "0:1:0", CORE_FIELD_EXISTS, 1);
	ok();
	is_poison(a, "this kernel has no 'struct s.a' of a compatible type");
	is_imm(b, 0);
}

static void test_field_nested(void **state _unused_)
{
	/* local: s { struct { int a; union { int b; char c[4]; }; }; struct in { int v; } in; } */
	uint32_t u = MK_UNION(w.local, "", 4, { "b", w.l_int, 0, 0 },
			      { "c", mk_array(w.local, w.l_char, 4), 0, 0 });
	uint32_t anon = MK_STRUCT(w.local, "", 8, { "a", w.l_int, 0, 0 }, { "", u, 32, 0 });
	uint32_t in = MK_STRUCT(w.local, "in", 4, { "v", w.l_int, 0, 0 });
	uint32_t s = MK_STRUCT(w.local, "s", 12, { "", anon, 0, 0 },
			       { "in", mk_ref(w.local, BTF_CONST, "", in), 64, 0 });
	/* kernel: s { long x; int b; union { struct { char pad[4]; char c[4]; }; struct in in; }; a } */
	uint32_t k_in =
		MK_UNION(w.kernel, "renamed", 8, { "w", w.k_int, 0, 0 }, { "v", w.k_int, 32, 0 });
	uint32_t k_anon = MK_STRUCT(w.kernel, "", 8,
				    { "pad", mk_array(w.kernel, w.k_char, 4), 0, 0 },
				    { "c", mk_array(w.kernel, w.k_char, 4), 32, 0 });
	uint32_t k_u = MK_UNION(w.kernel, "", 8, { "", k_anon, 0, 0 },
				{ "in", mk_ref(w.kernel, BTF_TYPEDEF, "in_t", k_in), 0, 0 });
	size_t a, b, c, v;

	MK_STRUCT(w.kernel, "s", 32, { "x", w.k_long, 0, 0 }, { "b", w.k_int, 64, 0 },
		  { "", k_u, 96, 0 }, { "a", w.k_int, 192, 0 });
	a = load(s, "0:0:0", INSN_W, 0);
	b = load(s, "0:0:1:0", INSN_W, 4);
	c = load(s, "0:0:1:1:2", INSN_B, 6);
	v = load(s, "0:1:0", INSN_W, 8);
	ok();
	is_load(a, INSN_W, 24);
	is_load(b, INSN_W, 8);
	is_load(c, INSN_B, 18);
	is_load(v, INSN_W, 16);
}

static void test_field_flavours(void **state _unused_)
{
	/* both "state" of old kernels and "__state" of new ones; the type's tail is ours alone */
	uint32_t old = MK_STRUCT(w.local, "task___old", 8, { "state", w.l_long, 0, 0 });
	uint32_t new = MK_STRUCT(w.local, "task", 8, { "__state", w.l_uint, 0, 0 });
	uint32_t more = MK_STRUCT(w.local, "task___very___old", 8, { "__state", w.l_uint, 0, 0 });
	uint32_t not = MK_STRUCT(w.local, "task____x", 8, { "__state", w.l_uint, 0, 0 });
	size_t a, b, c, d, e;

	MK_STRUCT(w.kernel, "task", 16, { "pad", w.k_long, 0, 0 }, { "__state", w.k_uint, 64, 0 });
	a = mov(old, "0:0", CORE_FIELD_EXISTS, 1);
	b = load(old, "0:0", INSN_DW, 0);
	c = load(new, "0:0", INSN_W, 0);
	/* only the last part is the flavour */
	d = mov(more, "0:0", CORE_FIELD_EXISTS, 1);
	e = mov(not, "0:0", CORE_FIELD_EXISTS, 1);
	ok();
	is_imm(a, 0);
	is_poison(b, "this kernel has no 'struct task.state'");
	is_load(c, INSN_W, 8);
	is_imm(d, 0);
	is_imm(e, 0);
}

static void test_field_kernel_flavour(void **state _unused_)
{
	uint32_t s = MK_STRUCT(w.local, "s", 8, { "v", w.l_long, 0, 0 });
	size_t a;

	MK_STRUCT(w.kernel, "s___2", 24, { "pad", w.k_long, 0, 0 }, { "v", w.k_long, 64, 0 });
	a = load(s, "0:0", INSN_DW, 0);
	ok();
	is_load(a, INSN_DW, 8);
}

static void test_two_flavours(void **state _unused_)
{
	/* the name without its last part is itself a name with a flavour, but of something else */
	uint32_t s = MK_STRUCT(w.local, "s___a___b", 8, { "v", w.l_long, 0, 0 });
	size_t a = mov(s, "0:0", CORE_FIELD_EXISTS, 1);

	MK_STRUCT(w.kernel, "s___a", 8, { "v", w.k_long, 0, 0 });
	MK_STRUCT(w.kernel, "s", 8, { "v", w.k_long, 0, 0 });
	ok();
	is_imm(a, 0);
}

static void test_typedef_root(void **state _unused_)
{
	uint32_t l = mk_ref(w.local, BTF_TYPEDEF, "s_t",
			    MK_STRUCT(w.local, "", 8, { "v", w.l_long, 0, 0 }));
	size_t a;

	mk_ref(w.kernel, BTF_TYPEDEF, "s_t",
	       MK_STRUCT(w.kernel, "s_t", 24, { "pad", w.k_long, 0, 0 }, { "v", w.k_long, 64, 0 }));
	a = load(l, "0:0", INSN_DW, 0);
	ok();
	is_load(a, INSN_DW, 8);
}

/* --- arrays ----------------------------------------------------------------------------------- */

static void test_arrays(void **state _unused_)
{
	uint32_t in = MK_STRUCT(w.local, "in", 8, { "x", w.l_int, 0, 0 }, { "y", w.l_int, 32, 0 });
	uint32_t two = mk_array(w.local, mk_array(w.local, w.l_int, 3), 2);
	uint32_t s = MK_STRUCT(w.local, "s", 80, { "a", mk_array(w.local, in, 4), 0, 0 },
			       { "two", two, 256, 0 },
			       { "tail", mk_array(w.local, w.l_long, 0), 640, 0 });
	uint32_t k_in = MK_STRUCT(w.kernel, "in", 16, { "pad", w.k_long, 0, 0 },
				  { "x", w.k_int, 64, 0 }, { "y", w.k_int, 96, 0 });
	uint32_t k_two = mk_array(w.kernel, mk_array(w.kernel, w.k_int, 4), 2);
	size_t a, b, c, d, e, f, g;

	MK_STRUCT(w.kernel, "s", 96, { "two", k_two, 0, 0 },
		  { "a", mk_array(w.kernel, k_in, 4), 256, 0 },
		  { "tail", mk_array(w.kernel, w.k_long, 2), 768, 0 });
	a = load(s, "0:0:2:1", INSN_W, 20);
	b = load(s, "0:1:1:2", INSN_W, 52);
	/* the program's array has no length, the kernel's has */
	c = load(s, "0:2:1", INSN_DW, 88);
	d = mov(s, "0:2:2", CORE_FIELD_EXISTS, 1);
	/* the whole array: an instruction loads an element of it */
	e = load(s, "0:1", INSN_W, 32);
	f = mov(s, "0:0", CORE_FIELD_SIZE, 32);
	/* p[2].a[1].y */
	g = mov(s, "2:0:1:1", CORE_FIELD_OFFSET, 172);
	ok();
	is_load(a, INSN_W, 32 + 2 * 16 + 12);
	is_load(b, INSN_W, 24);
	is_load(c, INSN_DW, 104);
	is_imm(d, 0);
	is_load(e, INSN_W, 0);
	is_imm(f, 64);
	is_imm(g, 2 * 96 + 32 + 16 + 12);
}

static void test_flexible(void **state _unused_)
{
	/* trace events end in "unsigned long args[0]" in the kernel's BTF and "args[6]" in programs */
	uint32_t s = MK_STRUCT(w.local, "ev", 64, { "id", w.l_long, 0, 0 },
			       { "args", mk_array(w.local, w.l_ulong, 6), 64, 0 });
	uint32_t mid =
		MK_STRUCT(w.local, "mid", 64, { "args", mk_array(w.local, w.l_ulong, 6), 0, 0 });
	size_t a, b;

	MK_STRUCT(w.kernel, "ev", 24, { "hdr", w.k_long, 0, 0 }, { "id", w.k_long, 64, 0 },
		  { "args", mk_array(w.kernel, w.k_ulong, 0), 128, 0 });
	/* in the middle of a struct it is an array of no elements */
	MK_STRUCT(w.kernel, "mid", 8, { "args", mk_array(w.kernel, w.k_ulong, 0), 0, 0 },
		  { "id", w.k_long, 0, 0 });
	a = load(s, "0:1:5", INSN_DW, 48);
	b = mov(mid, "0:0:1", CORE_FIELD_EXISTS, 1);
	ok();
	is_load(a, INSN_DW, 56);
	is_imm(b, 0);
}

static void test_element_width(void **state _unused_)
{
	/* elements of another size, seen as one and as the array */
	uint32_t s = MK_STRUCT(w.local, "s", 16, { "a", mk_array(w.local, w.l_uint, 4), 0, 0 });
	size_t a, b;

	MK_STRUCT(w.kernel, "s", 32, { "a", mk_array(w.kernel, w.k_ulong, 4), 0, 0 });
	a = load(s, "0:0:1", INSN_W, 4);
	b = load(s, "0:0", INSN_W, 0);
	ok();
	is_load(a, INSN_DW, 8);
	is_poison(b, "'struct s.a' has 8 bytes in this kernel and 4 in the program, and only "
		     "pointers and unsigned integers can be adjusted");
}

/* --- widths ----------------------------------------------------------------------------------- */

static void test_width(void **state _unused_)
{
	uint32_t boolean = mk_int(w.local, "_Bool", 1, BTF_INT_BOOL);
	uint32_t ch = w.l_char;
	uint32_t e = MK_ENUM(w.local, "e", false, 4, { "A", 0 });
	uint32_t s = MK_STRUCT(w.local, "s", 64, { "u", w.l_uint, 0, 0 },
			       { "ul", w.l_ulong, 64, 0 }, { "i", w.l_int, 128, 0 },
			       { "b", boolean, 160, 0 }, { "c", ch, 168, 0 }, { "e", e, 192, 0 });
	uint32_t k_e = MK_ENUM(w.kernel, "e", false, 8, { "A", 0 });
	uint32_t k_c = mk_int(w.kernel, "uchar", 2, BTF_INT_CHAR);
	size_t u, ul, i, m, b, c, x, sx, st;
	static const char why[] = "' has 8 bytes in this kernel and 4 in the program, and only "
				  "pointers and unsigned integers can be adjusted";
	char text[200];

	MK_STRUCT(w.kernel, "s", 64, { "u", w.k_ulong, 0, 0 }, { "ul", w.k_uint, 64, 0 },
		  { "i", w.k_long, 128, 0 }, { "b", w.k_uint, 192, 0 }, { "c", k_c, 224, 0 },
		  { "e", k_e, 256, 0 });
	u = load(s, "0:0", INSN_W, 0);
	ul = load(s, "0:1", INSN_DW, 8);
	i = load(s, "0:2", INSN_W, 16);
	/* not an access: the address is right whatever the width */
	m = mov(s, "0:2", CORE_FIELD_OFFSET, 16);
	b = load(s, "0:3", INSN_B, 20);
	/* "signed char" is not exactly signed, by a rule that is as old as CO-RE */
	c = load(s, "0:4", INSN_B, 21);
	x = load(s, "0:5", INSN_W, 24);
	sx = put((struct insn) { .code = INSN_LDX | INSN_MEMSX | INSN_W, .dst = 1, .src = 2 });
	relo(sx, s, "0:0", CORE_FIELD_OFFSET);
	st = put((struct insn) { .code = INSN_ST | INSN_MEM | INSN_W, .dst = 1, .imm = 5 });
	relo(st, s, "0:0", CORE_FIELD_OFFSET);
	ok();
	is_load(u, INSN_DW, 0);
	is_load(ul, INSN_W, 8);
	snprintf(text, sizeof(text), "'struct s.i%s", why);
	is_poison(i, text);
	is_imm(m, 16);
	is_load(b, INSN_W, 24);
	is_load(c, INSN_H, 28);
	snprintf(text, sizeof(text), "'struct s.e%s", why);
	is_poison(x, text);
	is_load(sx, INSN_DW, 0);
	assert_int_equal(w.insns[sx].code & INSN_MODE, INSN_MEMSX);
	is_load(st, INSN_DW, 0);
	assert_int_equal(w.insns[st].imm, 5);
}

static void test_width_sign(void **state _unused_)
{
	/* a sign on either side is enough to spoil the upper half */
	uint32_t s = MK_STRUCT(w.local, "s", 8, { "i", w.l_int, 0, 0 }, { "u", w.l_uint, 32, 0 });
	size_t i, u;

	MK_STRUCT(w.kernel, "s", 16, { "i", w.k_ulong, 0, 0 }, { "u", w.k_long, 64, 0 });
	i = load(s, "0:0", INSN_W, 0);
	u = load(s, "0:1", INSN_W, 4);
	ok();
	is_poison_insn(i);
	is_poison_insn(u);
}

static void test_width_errors(void **state _unused_)
{
	uint32_t k_odd = mk_int(w.kernel, "u128", 16, 0);
	uint32_t s =
		MK_STRUCT(w.local, "s", 16, { "u", w.l_uint, 0, 0 }, { "o", w.l_ulong, 64, 0 });

	MK_STRUCT(w.kernel, "s", 32, { "u", w.k_ulong, 0, 0 }, { "o", k_odd, 128, 0 });
	load(s, "0:0", INSN_H, 0);
	fails(EINVAL,
	      "function 'probe', instruction 0: 'struct s.u' has 4 bytes by the object's types");
	load(s, "0:1", INSN_DW, 8);
	fails(EINVAL, "'struct s.o' has 16 bytes in this kernel, no load or store has");
}

/* --- bit-fields, sizes, signs ----------------------------------------------------------------- */

static void test_bitfields(void **state _unused_)
{
	/* b: 7 bits at 3, signed; in the kernel 10 bits at 25, over the end of a word */
	uint32_t s = MK_STRUCT(w.local, "s", 16, { "a", w.l_uint, 0, 3 }, { "b", w.l_int, 3, 7 },
			       { "c", w.l_uint, 64, 0 }, { "d", w.l_uint, 96, 5 },
			       { "e", w.l_char, 104, 6 });
	size_t off, size, sign, l, r, plain, pl, pr, psize, psign, mem, d, eoff, esize;

	MK_STRUCT(w.kernel, "s", 32, { "a", w.k_uint, 0, 3 }, { "b", w.k_uint, 25, 10 },
		  { "c", w.k_int, 128, 0 }, { "d", w.k_uint, 160, 0 },
		  /* over the ends of a byte and of two */
		  { "e", w.k_char, 204, 8 });
	off = mov(s, "0:1", CORE_FIELD_OFFSET, 0);
	/* a compiler may have chosen another load than we would: not checked */
	size = mov(s, "0:1", CORE_FIELD_SIZE, 2);
	sign = mov(s, "0:1", CORE_FIELD_SIGNED, 1);
	l = mov(s, "0:1", CORE_FIELD_LSHIFT, 54);
	r = mov(s, "0:1", CORE_FIELD_RSHIFT, 57);
	plain = mov(s, "0:2", CORE_FIELD_OFFSET, 8);
	psize = mov(s, "0:2", CORE_FIELD_SIZE, 4);
	psign = mov(s, "0:2", CORE_FIELD_SIGNED, 0);
	pl = mov(s, "0:2", CORE_FIELD_LSHIFT, 32);
	pr = mov(s, "0:2", CORE_FIELD_RSHIFT, 32);
	mem = load(s, "0:0", INSN_W, 0);
	d = load(s, "0:3", INSN_W, 12);
	eoff = mov(s, "0:4", CORE_FIELD_OFFSET, 13);
	esize = mov(s, "0:4", CORE_FIELD_SIZE, 1);
	ok();
	is_imm(eoff, 24);
	is_imm(esize, 4);
	is_imm(off, 0);
	is_imm(size, 8);
	is_imm(sign, 0);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	is_imm(l, 64 - (25 + 10));
	is_imm(pl, 32);
#endif
	is_imm(r, 64 - 10);
	is_imm(plain, 16);
	is_imm(psize, 4);
	is_imm(psign, 1);
	is_imm(pr, 32);
	is_load(mem, INSN_W, 0);
	is_poison(d,
		  "'struct s.d' is a bit-field on one side only, this kernel's or the program's");
}

static void test_bitfield_too_wide(void **state _unused_)
{
	uint32_t s =
		MK_STRUCT(w.local, "s", 16, { "x", w.l_ulong, 60, 10 }, { "y", w.l_ulong, 80, 3 });

	MK_STRUCT(w.kernel, "s", 16, { "x", w.k_ulong, 0, 10 }, { "y", w.k_ulong, 60, 5 });
	mov(s, "0:0", CORE_FIELD_OFFSET, 0);
	fails(E2BIG, "bit-field 'struct s.x' does not fit into one load of 8 bytes");
	mov(s, "0:1", CORE_FIELD_OFFSET, 8);
	fails(E2BIG, "bit-field 'struct s.y' does not fit into one load of 8 bytes");
}

static void test_signs(void **state _unused_)
{
	uint32_t e = MK_ENUM(w.local, "e", false, 4, { "A", 1 });
	uint32_t s = MK_STRUCT(w.local, "s", 32, { "i", w.l_int, 0, 0 }, { "e", e, 32, 0 },
			       { "p", w.l_ptr, 64, 0 }, { "c", w.l_char, 128, 0 });
	size_t i, n, p, c;

	MK_STRUCT(w.kernel, "s", 32, { "i", w.k_uint, 0, 0 },
		  { "e", MK_ENUM(w.kernel, "e", true, 8, { "A", -1 }), 64, 0 },
		  { "p", w.k_ptr, 128, 0 }, { "c", w.k_char, 192, 0 });
	i = mov(s, "0:0", CORE_FIELD_SIGNED, 1);
	n = mov(s, "0:1", CORE_FIELD_SIGNED, 0);
	p = mov(s, "0:2", CORE_FIELD_SIGNED, 0);
	c = mov(s, "0:3", CORE_FIELD_SIGNED, 1);
	ok();
	is_imm(i, 0);
	is_imm(n, 1);
	is_imm(p, 0);
	is_imm(c, 1);
}

/* --- types ------------------------------------------------------------------------------------ */

static void test_types(void **state _unused_)
{
	uint32_t s = MK_STRUCT(w.local, "s", 16, { "a", w.l_int, 0, 0 }, { "b", w.l_long, 64, 0 });
	uint32_t none = MK_UNION(w.local, "none", 4, { "a", w.l_int, 0, 0 });
	uint32_t t = mk_ref(w.local, BTF_TYPEDEF, "t", w.l_int);
	uint32_t f =
		mk_ref(w.local, BTF_TYPEDEF, "f",
		       mk_ref(w.local, BTF_PTR, "", MK_PROTO(w.local, w.l_int, { "x", w.l_long })));
	uint32_t k_s, k_t;
	size_t i[16];

	k_s = MK_STRUCT(w.kernel, "s", 40, { "b", w.k_long, 0, 0 }, { "a", w.k_int, 64, 0 });
	k_t = mk_ref(w.kernel, BTF_TYPEDEF, "t", w.k_ulong);
	mk_ref(w.kernel, BTF_TYPEDEF, "f",
	       mk_ref(w.kernel, BTF_PTR, "",
		      MK_PROTO(w.kernel, w.k_int, { "x", w.k_long }, { "y", w.k_long })));
	i[0] = mov(s, "0", CORE_TYPE_EXISTS, 1);
	i[1] = mov(none, "0", CORE_TYPE_EXISTS, 1);
	i[2] = mov(s, "0", CORE_TYPE_SIZE, 16);
	i[3] = mov(none, "0", CORE_TYPE_SIZE, 4);
	i[4] = mov(s, "0", CORE_TYPE_ID_TARGET, 9999);
	i[5] = lddw(none, "0", CORE_TYPE_ID_TARGET, 9999);
	i[6] = lddw(s, "0", CORE_TYPE_ID_LOCAL, 9999);
	i[7] = mov(t, "0", CORE_TYPE_EXISTS, 1);
	i[8] = mov(t, "0", CORE_TYPE_SIZE, 4);
	i[9] = mov(t, "0", CORE_TYPE_ID_TARGET, 0);
	/* a function that takes two is not one that takes one */
	i[10] = mov(f, "0", CORE_TYPE_EXISTS, 1);
	i[11] = mov(s, "0", CORE_TYPE_MATCHES, 1);
	i[12] = mov(t, "0", CORE_TYPE_MATCHES, 1);
	i[13] = mov(none, "0", CORE_TYPE_MATCHES, 1);
	i[14] = mov(w.l_int, "0", CORE_TYPE_EXISTS, 1);
	ok();
	is_imm(i[0], 1);
	is_imm(i[1], 0);
	is_imm(i[2], 40);
	is_imm(i[3], 0);
	is_imm(i[4], k_s);
	is_lddw(i[5], 0);
	is_lddw(i[6], s);
	is_imm(i[7], 1);
	is_imm(i[8], 8);
	is_imm(i[9], k_t);
	is_imm(i[10], 0);
	is_imm(i[11], 1);
	/* int is not unsigned long, and neither has the other's name */
	is_imm(i[12], 0);
	is_imm(i[13], 0);
	is_imm(i[14], 1);
	assert_int_equal(w.f.poisons.n, 0);
}

static void test_enums(void **state _unused_)
{
	uint32_t e = MK_ENUM(w.local, "e", false, 4, { "A", 1 }, { "B___x", 2 }, { "C", 3 },
			     { "N", -1 });
	uint32_t wide = MK_ENUM(w.local, "wide", false, 8, { "W", 0x100000001 }, { "V", 7 });
	uint32_t t =
		mk_ref(w.local, BTF_TYPEDEF, "e_t", MK_ENUM(w.local, "", false, 4, { "T", 4 }));
	size_t i[16];

	MK_ENUM(w.kernel, "e", true, 4, { "N", -5 }, { "B", 20 }, { "AB", 11 }, { "A", 10 });
	MK_ENUM(w.kernel, "wide", false, 4, { "W", 9 }, { "V", 0x7fffffff });
	mk_ref(w.kernel, BTF_TYPEDEF, "e_t",
	       MK_ENUM(w.kernel, "", false, 8, { "T", 0x123456789a }));
	i[0] = lddw(e, "0", CORE_ENUM_VALUE, 1);
	i[1] = mov(e, "1", CORE_ENUM_VALUE, 2);
	i[2] = lddw(e, "2", CORE_ENUM_VALUE, 3);
	i[3] = lddw(e, "3", CORE_ENUM_VALUE, UINT64_MAX);
	i[4] = mov(e, "0", CORE_ENUM_EXISTS, 1);
	i[5] = mov(e, "2", CORE_ENUM_EXISTS, 1);
	i[6] = lddw(wide, "0", CORE_ENUM_VALUE, 0x100000001);
	i[7] = lddw(t, "0", CORE_ENUM_VALUE, 4);
	ok();
	is_lddw(i[0], 10);
	is_imm(i[1], 20);
	is_poison(i[2], "this kernel has no 'C' in 'enum e'");
	is_poison_insn(i[2] + 1);
	is_lddw(i[3], (uint64_t)-5);
	is_imm(i[4], 1);
	is_imm(i[5], 0);
	is_lddw(i[6], 9);
	is_lddw(i[7], 0x123456789a);
	w.f.n_insns = w.f.n_relos = 0;
	w.f.core_done = false;
	vec_free(&w.f.poisons);
	mov(t, "0", CORE_ENUM_VALUE, 4);
	fails(ERANGE, "value of 'T' is 78187493530 in this kernel, the instruction holds 32 bits");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(field_moved),
		TEST(field_again),
		TEST(field_in_section),
		TEST(field_missing),
		TEST(field_incompatible),
		TEST(field_nested),
		TEST(field_flavours),
		TEST(field_kernel_flavour),
		TEST(two_flavours),
		TEST(typedef_root),
		TEST(arrays),
		TEST(flexible),
		TEST(element_width),
		TEST(width),
		TEST(width_sign),
		TEST(width_errors),
		TEST(bitfields),
		TEST(bitfield_too_wide),
		TEST(signs),
		TEST(types),
		TEST(enums),
	};

	return cmocka_run_group_tests_name("core", tests, NULL, NULL);
}
