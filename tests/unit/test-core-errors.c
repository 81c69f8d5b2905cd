// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-core-errors.c - CO-RE: which candidates are asked, and what is said about mistakes and lies.
 */
#include "core-world.h"

/* --- candidates ------------------------------------------------------------------------------- */

static void test_duplicates_agree(void **state _unused_)
{
	uint32_t s = MK_STRUCT(w.local, "s", 8, { "v", w.l_long, 0, 0 });
	size_t a;

	MK_STRUCT(w.kernel, "s", 16, { "x", w.k_ptr, 0, 0 }, { "v", w.k_long, 64, 0 });
	MK_STRUCT(w.kernel, "s", 24, { "y", w.k_ptr, 0, 0 }, { "v", w.k_long, 64, 0 });
	a = load(s, "0:0", INSN_DW, 0);
	ok();
	is_load(a, INSN_DW, 8);
}

static void test_ambiguous(void **state _unused_)
{
	uint32_t s = MK_STRUCT(w.local, "s", 8, { "v", w.l_long, 0, 0 });
	uint32_t e = MK_ENUM(w.local, "e", false, 4, { "A", 1 });
	uint32_t a, b;
	char text[200];

	a = MK_STRUCT(w.kernel, "s", 16, { "x", w.k_ptr, 0, 0 }, { "v", w.k_long, 64, 0 });
	b = MK_STRUCT(w.kernel, "s___2", 16, { "v", w.k_long, 0, 0 });
	MK_STRUCT(w.kernel, "s___3", 16, { "w", w.k_long, 0, 0 });
	MK_ENUM(w.kernel, "e", false, 4, { "A", 5 });
	MK_ENUM(w.kernel, "e", false, 4, { "A", 6 });
	load(s, "0:0", INSN_DW, 0);
	snprintf(text, sizeof(text),
		 "function 'probe', instruction 0: offset of 'struct s.v' is "
		 "ambiguous in this kernel: 8 in 's' (type %u), 0 in 's___2' (type %u)",
		 a, b);
	fails(EINVAL, text);
	mov(s, "0", CORE_TYPE_ID_TARGET, 0);
	fails(EINVAL, "type id of 'struct s' is ambiguous");
	/* the same size, but at another place: which one is meant cannot be told */
	mov(s, "0:0", CORE_FIELD_SIZE, 8);
	fails(EINVAL, "size of 'struct s.v' is ambiguous in this kernel: 8 (at bit 64)");
	mov(e, "0", CORE_ENUM_VALUE, 1);
	fails(EINVAL, "value of 'A' is ambiguous");
}

static void narrowed(bool first)
{
	/* only one of the two has 'only', so that is the one whose 'v' is meant; in any order */
	uint32_t s =
		MK_STRUCT(w.local, "s", 16, { "v", w.l_long, 0, 0 }, { "only", w.l_long, 64, 0 });
	size_t a, b, c;

	if (first)
		MK_STRUCT(w.kernel, "s", 24, { "v", w.k_long, 128, 0 }, { "only", w.k_long, 0, 0 });
	MK_STRUCT(w.kernel, "s", 16, { "v", w.k_long, 64, 0 });
	if (!first)
		MK_STRUCT(w.kernel, "s", 24, { "v", w.k_long, 128, 0 }, { "only", w.k_long, 0, 0 });
	a = load(s, "0:0", INSN_DW, 0);
	b = mov(s, "0:1", CORE_FIELD_EXISTS, 1);
	c = mov(s, "0:0", CORE_FIELD_OFFSET, 0);
	ok();
	is_load(a, INSN_DW, 16);
	is_imm(b, 1);
	is_imm(c, 16);
}

static void test_narrowed(void **state _unused_)
{
	narrowed(true);
}

static void test_narrowed_last(void **state _unused_)
{
	narrowed(false);
}

static int modules(void *user, const struct target_module **out, size_t *n)
{
	assert_ptr_equal(user, &w);
	w.modules_asked++;
	*out = w.modules;
	*n = w.n_modules;
	return 0;
}

static int modules_denied(void *user _unused_, const struct target_module **out _unused_,
			  size_t *n _unused_)
{
	return -EPERM;
}

static void add_modules(void)
{
	struct btf *b;

	assert_int_equal(btf_new(&b, w.kernel), 0);
	w.modules[w.n_modules++] = (struct target_module) { "one", b, -1 };
	MK_STRUCT(b, "in_kernel", 16, { "pad", w.k_long, 0, 0 }, { "v", w.k_long, 64, 0 });
	assert_int_equal(btf_new(&b, w.kernel), 0);
	w.modules[w.n_modules++] = (struct target_module) { "two", b, -1 };
	MK_STRUCT(b, "in_module", 16, { "pad", w.k_long, 0, 0 }, { "v", w.k_long, 64, 0 });
	w.t.modules = modules;
	w.t.user = &w;
}

static void test_modules(void **state _unused_)
{
	uint32_t a = MK_STRUCT(w.local, "in_kernel", 8, { "v", w.l_long, 0, 0 });
	uint32_t b = MK_STRUCT(w.local, "in_module", 8, { "v", w.l_long, 0, 0 });
	uint32_t c = MK_STRUCT(w.local, "nowhere", 8, { "v", w.l_long, 0, 0 });
	size_t i[4];

	MK_STRUCT(w.kernel, "in_kernel", 32, { "pad", mk_array(w.kernel, w.k_long, 3), 0, 0 },
		  { "v", w.k_long, 192, 0 });
	add_modules();
	i[0] = load(a, "0:0", INSN_DW, 0);
	i[1] = load(b, "0:0", INSN_DW, 0);
	i[2] = mov(c, "0:0", CORE_FIELD_EXISTS, 1);
	i[3] = mov(b, "0", CORE_TYPE_SIZE, 8);
	ok();
	is_load(i[0], INSN_DW, 24);
	is_load(i[1], INSN_DW, 8);
	is_imm(i[2], 0);
	is_imm(i[3], 16);
	assert_int_equal(w.modules_asked, 1);
}

/* The kernel, then its modules, then those of files. */
static void test_modules_of_files(void **state _unused_)
{
	uint32_t task = moved_task();
	uint32_t b = MK_STRUCT(w.local, "in_module", 8, { "v", w.l_long, 0, 0 });
	uint32_t c = MK_STRUCT(w.local, "in_file", 8, { "v", w.l_long, 0, 0 });
	struct target_module given = { .name = "file.btf", .btf_fd = -1 };
	size_t i[4];

	add_modules();
	assert_int_equal(btf_new(&given.btf, w.kernel), 0);
	/* another place for each, so that the answer tells who gave it */
	MK_STRUCT(given.btf, "task", 8, { "pid", w.k_long, 0, 0 });
	MK_STRUCT(given.btf, "in_module", 8, { "v", w.k_long, 0, 0 });
	MK_STRUCT(given.btf, "in_file", 48, { "t", btf_find(w.kernel, "task", ~0u), 0, 0 },
		  { "pad", w.k_long, 256, 0 }, { "v", w.k_long, 320, 0 });
	w.t.given = &given;
	w.t.n_given = 1;
	i[0] = load(task, "0:1", INSN_DW, 8);
	i[1] = load(b, "0:0", INSN_DW, 0);
	i[2] = load(c, "0:0", INSN_DW, 0);
	i[3] = mov(c, "0", CORE_TYPE_SIZE, 8);
	ok();
	is_load(i[0], INSN_DW, 24);
	is_load(i[1], INSN_DW, 8);
	is_load(i[2], INSN_DW, 40);
	is_imm(i[3], 48);
	/* beside the types of another kernel, whose modules are not those that are loaded */
	w.t.core = w.kernel;
	w.modules_asked = 0;
	w.f.core_done = false;
	memcpy(w.insns, w.fresh, sizeof(w.insns));
	ok();
	is_load(i[1], INSN_DW, 0);
	is_load(i[2], INSN_DW, 40);
	assert_int_equal(w.modules_asked, 0);
	btf_free(given.btf);
}

static void test_modules_not_needed(void **state _unused_)
{
	uint32_t task = moved_task();
	size_t a = load(task, "0:1", INSN_DW, 8), b;

	add_modules();
	/* of a type that is there, a member that is not is no reason to look into modules */
	b = mov(MK_STRUCT(w.local, "task___2", 8, { "x", w.l_int, 0, 0 }), "0:0", CORE_FIELD_EXISTS,
		1);
	ok();
	is_load(a, INSN_DW, 24);
	is_imm(b, 0);
	assert_int_equal(w.modules_asked, 0);
}

static void test_modules_denied(void **state _unused_)
{
	uint32_t c = MK_STRUCT(w.local, "nowhere", 8, { "v", w.l_long, 0, 0 });
	size_t a = mov(c, "0:0", CORE_FIELD_EXISTS, 1);

	w.t.modules = modules_denied;
	ok();
	is_imm(a, 0);
}

/* --- errors ----------------------------------------------------------------------------------- */

static void test_no_kernel(void **state _unused_)
{
	uint32_t task = moved_task();
	struct func *funcs[] = { &w.f };

	w.t.btf = NULL;
	/* nothing to relocate: nothing needed */
	assert_int_equal(object_core_relocate(&w.o, funcs, 1, &w.t, w.r), 0);
	w.f.core_done = false;
	load(task, "0:1", INSN_DW, 8);
	fails(ESRCH, "needs the kernel's BTF for CO-RE, and this kernel has none");
	lddw(task, "0", CORE_TYPE_ID_LOCAL, 0);
	ok();
	is_lddw(0, task);
}

/* Many failures are one report of bearable length. */
static void test_many_errors(void **state _unused_)
{
	uint32_t task = moved_task();

	for (int i = 0; i < 14; i++)
		load(task, "0:1", INSN_DW, (int16_t)(100 + i));
	assert_int_equal(run(), -EINVAL);
	assert_int_equal(report_errors(w.r), 11);
	assert_non_null(strstr(report_get(w.r, 0)->what, "instruction 0: "));
	assert_non_null(strstr(report_get(w.r, 9)->what, "instruction 9: "));
	assert_string_equal(said(), "and 4 more CO-RE relocations that fail");
}

/* A name that many types have, all different. */
static void test_many_candidates(void **state _unused_)
{
	uint32_t s = MK_STRUCT(w.local, "s", 8, { "v", w.l_long, 0, 0 });

	for (uint32_t i = 1; i < 9; i++)
		MK_STRUCT(w.kernel, "s", 8 * i + 8, { "v", w.k_long, 64 * i, 0 });
	load(s, "0:0", INSN_DW, 0);
	assert_int_equal(run(), -EINVAL);
	assert_non_null(strstr(said(), "ambiguous in this kernel: 8 in 's' (type "));
	assert_non_null(strstr(said(), ", 48 in 's' (type "));
	assert_null(strstr(said(), ", 56 in 's'"));
	assert_non_null(strstr(said(), " and more (8 types of that name)"));
}

static void test_lost_relocations(void **state _unused_)
{
	struct func *funcs[] = { &w.f };

	put((struct insn) { .code = INSN_ALU64 | INSN_MOV | INSN_K });
	w.o.core_lost = true;
	assert_int_equal(object_core_relocate(&w.o, funcs, 1, &w.t, w.r), -EINVAL);
	assert_non_null(strstr(said(), "what is to be relocated for the kernel cannot be read"));
}

/* Types from a file are for CO-RE alone, and the running kernel's modules do not belong to them. */
static void test_types_of_a_file(void **state _unused_)
{
	uint32_t task = moved_task();
	uint32_t in_module = MK_STRUCT(w.local, "in_module", 8, { "v", w.l_long, 0, 0 });
	struct btf *file;
	uint32_t f_long;
	size_t a, b;

	assert_int_equal(btf_new(&file, NULL), 0);
	f_long = mk_int(file, "long", 8, BTF_INT_SIGNED);
	MK_STRUCT(file, "task", 16, { "pid", f_long, 64, 0 });
	add_modules();
	w.t.core = file;
	a = load(task, "0:1", INSN_DW, 8);
	b = mov(in_module, "0", CORE_TYPE_EXISTS, 1);
	ok();
	is_load(a, INSN_DW, 8);
	is_imm(b, 0);
	assert_int_equal(w.modules_asked, 0);
	/* also for a kernel that has none of its own */
	w.t.btf = NULL;
	w.f.core_done = false;
	memcpy(w.insns, w.fresh, sizeof(w.insns));
	ok();
	is_load(a, INSN_DW, 8);
	btf_free(file);
}

static void test_bad_access(void **state _unused_)
{
	static const char *const bad[] = { "",
					   ":",
					   "0:",
					   ":0",
					   "0::1",
					   "0:3",
					   "0:1:0",
					   "-1",
					   "0:-1",
					   "0:1x",
					   " 0",
					   "a",
					   "0:2:9",
					   "0:1:0:0",
					   "4294967296:0",
					   "0:99999999999",
					   "4294967295:1" };
	uint32_t s = MK_STRUCT(w.local, "s", 24, { "a", w.l_int, 0, 0 }, { "b", w.l_long, 64, 0 },
			       { "c", mk_array(w.local, w.l_int, 2), 128, 0 });
	uint32_t e = MK_ENUM(w.local, "e", false, 4, { "A", 1 });
	uint32_t nest = w.l_int;
	char deep[2 * 70];
	size_t i;

	MK_STRUCT(w.kernel, "s", 24, { "a", w.k_int, 0, 0 }, { "b", w.k_long, 64, 0 });
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		mov(s, bad[i], CORE_FIELD_EXISTS, 1);
		fails(EINVAL, "does not fit 'struct s'");
	}
	for (i = 0; i < sizeof(deep) - 1; i++)
		deep[i] = i % 2 ? ':' : '0';
	deep[sizeof(deep) - 3] = 0;
	mov(s, deep, CORE_FIELD_EXISTS, 1);
	fails(EINVAL, "does not fit");
	/* as deep as it says, but deeper than anybody goes */
	for (i = 0; i < 70; i++)
		nest = MK_STRUCT(w.local, "nest", 4, { "in", nest, 0, 0 });
	mov(nest, deep, CORE_FIELD_EXISTS, 1);
	fails(EINVAL, "does not fit 'struct nest'");
	mov(s, "0:0", CORE_TYPE_EXISTS, 1);
	fails(EINVAL, "access string '0:0' does not fit 'struct s'");
	mov(e, "1", CORE_ENUM_EXISTS, 1);
	fails(EINVAL, "access string '1' does not fit 'enum e'");
	mov(e, "0:0", CORE_ENUM_EXISTS, 1);
	fails(EINVAL, "does not fit");
	mov(s, "0", CORE_ENUM_VALUE, 1);
	fails(EINVAL, "does not fit");
	mov(s, "0:2:1", CORE_FIELD_SIGNED, 1);
	fails(EINVAL, "signedness of 'struct s.c[1]', an array element, cannot be relocated");
}

static void test_bad_records(void **state _unused_)
{
	uint32_t s = MK_STRUCT(w.local, "s", 8, { "a", w.l_int, 0, 0 });
	uint32_t anon = MK_STRUCT(w.local, "", 8, { "a", w.l_int, 0, 0 });
	uint32_t fwd = mk_type(w.local, BTF_FWD, "fwd", false, 0, 0, NULL, 0);
	size_t i;

	MK_STRUCT(w.kernel, "s", 8, { "a", w.k_int, 0, 0 });
	mov(12345, "0:0", CORE_FIELD_EXISTS, 1);
	fails(EINVAL, "CO-RE relocation for type 12345, which the object's BTF does not have");
	mov(0, "0", CORE_TYPE_EXISTS, 1);
	fails(EINVAL, "type 0");
	mov(s, "0:0", 13, 1);
	fails(EOPNOTSUPP, "CO-RE relocation of unknown kind 13");
	mov(s, "0:0", UINT32_MAX, 1);
	fails(EOPNOTSUPP, "unknown kind 4294967295");
	mov(anon, "0:0", CORE_FIELD_EXISTS, 1);
	fails(EOPNOTSUPP, "which has no name to be found by");
	mov(fwd, "0", CORE_TYPE_SIZE, 1);
	fails(EINVAL, "size of 'struct fwd': the type has no size");
	i = mov(s, "0:0", CORE_FIELD_EXISTS, 1);
	w.relos[0].insn_off = 4;
	fails(EINVAL, "at byte 4 of the section is not at an instruction");
	mov(s, "0:0", CORE_FIELD_EXISTS, 1);
	w.relos[0].insn_off = 8;
	fails(EINVAL, "at byte 8");
	mov(s, "0:0", CORE_FIELD_EXISTS, 1);
	w.relos[0].access_str_off = 0x7fffffff;
	fails(EINVAL, "access string '' does not fit");
	assert_int_equal(i, 0);
}

static void test_bad_insns(void **state _unused_)
{
	uint32_t s = MK_STRUCT(w.local, "s", 16, { "a", w.l_long, 0, 0 }, { "b", w.l_long, 64, 0 });
	uint32_t k_pad = mk_array(w.kernel, w.k_long, 4096);

	MK_STRUCT(w.kernel, "s", 40000, { "pad", k_pad, 0, 0 }, { "b", w.k_long, 32768 * 8, 0 });
	load(s, "0:1", INSN_DW, 9);
	fails(EINVAL,
	      "offset of 'struct s.b' is 8 by the object's types, but the instruction has 9");
	mov(s, "0:1", CORE_FIELD_OFFSET, -8);
	fails(EINVAL, "but the instruction has -8");
	lddw(s, "0:1", CORE_FIELD_OFFSET, 0x100000008);
	fails(EINVAL, "but the instruction has 4294967304");
	load(s, "0:1", INSN_DW, 8);
	fails(ERANGE,
	      "'struct s.b' is at byte 32768 in this kernel, a load or store reaches 32767");
	assert_non_null(report_get(w.r, 0)->hint);
	/* r1 += r2 */
	put((struct insn) { .code = INSN_ALU64 | INSN_ADD | INSN_X, .dst = 1, .src = 2, .imm = 8 });
	relo(0, s, "0:1", CORE_FIELD_OFFSET);
	fails(EINVAL, "offset of 'struct s.b' does not belong into the instruction 'r1 += r2'");
	put((struct insn) { .code = INSN_JMP | INSN_EXIT });
	relo(0, s, "0:1", CORE_FIELD_OFFSET);
	fails(EINVAL, "does not belong into the instruction 'exit'");
	/* one that refers to a map already */
	lddw(s, "0:1", CORE_FIELD_OFFSET, 8);
	w.insns[0].src = INSN_SRC_MAP_FD;
	fails(EINVAL, "does not belong into the instruction");
	/* the second half is missing */
	lddw(s, "0:1", CORE_FIELD_OFFSET, 8);
	w.f.n_insns = 1;
	fails(EINVAL, "does not belong into the instruction");
	lddw(s, "0:1", CORE_FIELD_OFFSET, 8);
	w.insns[1].off = 1;
	fails(EINVAL, "does not belong into the instruction");
}

static void test_cut_poison(void **state _unused_)
{
	uint32_t s = MK_STRUCT(w.local, "s", 8, { "a", w.l_long, 0, 0 });

	lddw(s, "0:0", CORE_FIELD_OFFSET, 0);
	w.f.n_insns = 1;
	w.insns[1].imm = 0x5555;
	ok();
	is_poison_insn(0);
	assert_int_equal(w.insns[1].imm, 0x5555);
}

static void test_all_errors(void **state _unused_)
{
	uint32_t task = moved_task();
	struct func g = w.f, *funcs[] = { &w.f, &g, &w.f };
	struct insn good = { .code = INSN_LDX | INSN_MEM | INSN_DW, .dst = 1, .src = 2, .off = 8 };
	struct btf_core_relo relo_good;
	struct btf_line_info line = { 0, mk_str(w.local, "probe.bpf.c"),
				      mk_str(w.local, "\treturn task->pid;"), 42 << 10 | 7 };
	const struct cleat_diag *d;

	load(task, "0:1", INSN_DW, 8);
	relo_good = w.relos[0];
	load(task, "0:1", INSN_DW, 9);
	load(task, "0:7", INSN_DW, 9);
	load(task, "0:7", INSN_DW, 9);
	w.f.lines = &line;
	w.f.n_lines = 1;
	g.name = "other";
	g.insns = &good;
	g.n_insns = 1;
	g.relos = &relo_good;
	g.n_relos = 1;
	memcpy(w.fresh, w.insns, sizeof(w.fresh));
	assert_int_equal(object_core_relocate(&w.o, funcs, 3, &w.t, w.r), -EINVAL);
	/* two mistakes, one of them made twice; the other function is fine */
	assert_int_equal(report_errors(w.r), 2);
	d = report_get(w.r, 0);
	assert_non_null(strstr(d->what, "function 'probe', instruction 1:"));
	assert_string_equal(d->source_file, "probe.bpf.c");
	assert_int_equal(d->source_line, 42);
	assert_non_null(strstr(d->source_text, "return task->pid;"));
	d = report_get(w.r, 1);
	assert_non_null(strstr(d->what, "instruction 2: access string '0:7' does not fit"));
	assert_memory_equal(w.insns, w.fresh, sizeof(w.insns));
	assert_false(w.f.core_done);
	assert_true(g.core_done);
	assert_int_equal(good.off, 24);
	/* without its mistakes the function can still be relocated */
	w.f.n_relos = 1;
	ok();
	is_load(0, INSN_DW, 24);
}

/* --- lies ------------------------------------------------------------------------------------- */

static void test_endless_kernel(void **state _unused_)
{
	uint32_t s = MK_STRUCT(w.local, "s", 8, { "a", w.l_long, 0, 0 });
	uint32_t k = btf_count(w.kernel);

	/* struct s { struct s; struct s; }: an anonymous member of its own type, twice */
	MK_STRUCT(w.kernel, "s", 8, { "", k, 0, 0 }, { "", k, 0, 0 });
	load(s, "0:0", INSN_DW, 0);
	fails(E2BIG, "of the kernel's BTF does not make sense, 'struct s.a' was to be found in it");
}

static void test_wide_kernel(void **state _unused_)
{
	/* 60 levels of 2 anonymous members: nobody lives to see the end of 2^60 */
	uint32_t s = MK_STRUCT(w.local, "s", 8, { "a", w.l_long, 0, 0 });
	uint32_t id = MK_STRUCT(w.kernel, "", 8, { "b", w.k_long, 0, 0 });
	int i;

	for (i = 0; i < 58; i++)
		id = MK_STRUCT(w.kernel, "", 8, { "", id, 0, 0 }, { "", id, 0, 0 });
	MK_STRUCT(w.kernel, "s", 8, { "", id, 0, 0 });
	load(s, "0:0", INSN_DW, 0);
	fails(E2BIG, "does not make sense");
}

static void test_far_kernel(void **state _unused_)
{
	uint32_t s = MK_STRUCT(w.local, "s", 8, { "a", w.l_long, 0, 0 });

	MK_STRUCT(w.kernel, "s", 0xffffffff, { "a", w.k_long, 0, 0 });
	mov(s, "3:0", CORE_FIELD_OFFSET, 24);
	fails(ERANGE, "does not make sense");
	/* a bit-field of a type that has no width */
	MK_STRUCT(w.local, "p", 8, { "a", w.l_ptr, 0, 5 });
	mov(btf_count(w.local) - 1, "0:0", CORE_FIELD_OFFSET, 0);
	MK_STRUCT(w.kernel, "p", 8, { "a", w.k_ptr, 0, 5 });
	fails(EINVAL, "offset of 'struct p.a': the type has no size");
}

/* --- names ------------------------------------------------------------------------------------ */

static void test_wanted(void **state _unused_)
{
	struct func *funcs[] = { &w.f };
	struct extern_spec kfunc = { .name = "bpf_it___v2", .kind = EXTERN_KFUNC, .btf_id = 1 };
	struct extern_spec sym = { .name = "runqueues", .kind = EXTERN_KSYM, .btf_id = 1 };
	struct extern_spec typeless = { .name = "init_net", .kind = EXTERN_KSYM };
	struct extern_spec config = { .name = "CONFIG_HZ", .kind = EXTERN_KCONFIG, .btf_id = 1 };
	struct ref refs[] = {
		{ .kind = REF_KFUNC, .ext = &kfunc },     { .kind = REF_EXTERN, .ext = &sym },
		{ .kind = REF_EXTERN, .ext = &typeless }, { .kind = REF_EXTERN, .ext = &config },
		{ .kind = REF_CALL, .func = &w.f },
	};
	struct strmap *core = strmap_new(), *kernel = strmap_new();

	load(MK_STRUCT(w.local, "task___old", 8, { "a", w.l_long, 0, 0 }), "0:0", INSN_DW, 0);
	mov(w.l_int, "0", CORE_TYPE_EXISTS, 1);
	mov(w.l_long, "0", CORE_TYPE_ID_LOCAL, 1);
	mov(99999, "0", CORE_TYPE_EXISTS, 1);
	mov(w.l_ptr, "0", CORE_TYPE_EXISTS, 1);
	w.f.refs = refs;
	w.f.n_refs = ARRAY_SIZE(refs);
	assert_int_equal(object_wanted_names(&w.o, funcs, 1, core, kernel), 0);
	assert_true(strmap_has(core, "task___old"));
	assert_true(strmap_has(core, "int"));
	assert_false(strmap_has(core, "long"));
	assert_false(strmap_has(core, ""));
	assert_false(strmap_has(core, "runqueues"));
	assert_true(strmap_has(kernel, "bpf_it___v2"));
	assert_true(strmap_has(kernel, "runqueues"));
	assert_false(strmap_has(kernel, "int"));
	assert_false(strmap_has(kernel, "init_net"));
	assert_false(strmap_has(kernel, "CONFIG_HZ"));
	strmap_free(core);
	strmap_free(kernel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(duplicates_agree), TEST(ambiguous),      TEST(narrowed),
		TEST(narrowed_last),    TEST(modules),        TEST(modules_not_needed),
		TEST(modules_of_files),
		TEST(modules_denied),   TEST(no_kernel),      TEST(bad_access),
		TEST(bad_records),      TEST(bad_insns),      TEST(cut_poison),
		TEST(all_errors),       TEST(endless_kernel), TEST(wide_kernel),
		TEST(far_kernel),       TEST(wanted),         TEST(types_of_a_file),
		TEST(many_errors),      TEST(many_candidates), TEST(lost_relocations),
	};

	return cmocka_run_group_tests_name("core errors", tests, NULL, NULL);
}
