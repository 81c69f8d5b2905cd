// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-link.c - references and one program in one piece: order, immediates, fixups, records. */
#include "object-file.h"
#include "object/internal.h"

static int setup(void **state)
{
	*state = report_new();
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	report_free(*state);
	return 0;
}

static struct object *open_good(struct made *m, struct report *r)
{
	struct object *o = NULL;

	assert_int_equal(no_errors(r, made_open(m, &o, r)), 0);
	return o;
}

static void link_good(struct object *o, const char *name, struct linked *l, struct report *r)
{
	struct program_spec *p = object_program(o, name);

	assert_non_null(p);
	assert_int_equal(no_errors(r, object_link(o, p, l, r)), 0);
}

static void expect_order(struct object *o, const char *program, struct report *r,
			 const char *const *names, size_t n)
{
	func_list list = { 0 };

	assert_int_equal(object_reach(o, object_program(o, program), &list, r), 0);
	assert_int_equal(list.n, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(list.v[i]->name, names[i]);
	vec_free(&list);
}

static void test_order(void **state)
{
	static const char *const main_order[] = { "main_prog", "a", "b", "d", "c" };
	static const char *const callback_order[] = { "with_callback", "callback", "on_exception" };
	struct object *o = open_built("tests/unit/bpf/link.bpf.o", *state);

	expect_order(o, "main_prog", *state, main_order, ARRAY_SIZE(main_order));
	expect_order(o, "with_callback", *state, callback_order, ARRAY_SIZE(callback_order));
	assert_ptr_equal(object_program(o, "with_callback")->exception,
			 object_func(o, "on_exception"));
	assert_null(object_program(o, "main_prog")->exception);
	object_free(o);
}

static void expect_fault(struct object *o, const char *program, const char *what, struct report *r)
{
	func_list list = { 0 };

	report_clear(r);
	assert_int_equal(object_reach(o, object_program(o, program), &list, r), -EINVAL);
	assert_int_equal(report_errors(r), 1);
	assert_string_equal(report_get(r, 0)->what, what);
	assert_int_equal(list.n, 0);
}

/* The object opens, and its other programs link: test_order() has seen it. */
static void test_faults(void **state)
{
	struct object *o = open_built("tests/unit/bpf/link.bpf.o", *state);

	expect_fault(o, "two_callbacks",
		     "program 'two_callbacks' has two exception callbacks, 'on_exception' and "
		     "'on_other_exception'",
		     *state);
	expect_fault(o, "lost_callback",
		     "program 'lost_callback' names exception callback 'nowhere', which is not "
		     "in the object",
		     *state);
	expect_fault(o, "hides_callback",
		     "exception callback 'hidden_callback' of program 'hides_callback' must be a "
		     "global, visible function without SEC()",
		     *state);
	object_free(o);
}

/* Where each function begins in the linked program, by what is there. */
static uint32_t begins(const struct linked *l, const struct object *o, const char *name)
{
	for (size_t i = 0; i < l->funcs.n; i++)
		if (l->funcs.v[i].type_id == object_func(o, name)->btf_id)
			return l->funcs.v[i].insn_off;
	fail_msg("no function '%s'", name);
	return 0;
}

static void test_calls(void **state)
{
	struct object *o = open_built("tests/unit/bpf/link.bpf.o", *state);
	uint32_t targets[8];
	struct linked l;
	size_t n = 0;

	link_good(o, "main_prog", &l, *state);
	assert_int_equal(l.funcs.n, 5);
	assert_int_equal(l.funcs.v[0].insn_off, 0);
	for (uint32_t i = 0; i < l.n_insns; i++) {
		if (!insn_is_call(&l.insns[i]))
			continue;
		assert_int_equal(l.insns[i].src, INSN_CALL_LOCAL);
		assert_true(n < ARRAY_SIZE(targets));
		targets[n++] = i + 1 + l.insns[i].imm;
	}
	/* main: a, c; a: b, c; b: d; c: d */
	assert_int_equal(n, 6);
	assert_int_equal(targets[0], begins(&l, o, "a"));
	assert_int_equal(targets[1], begins(&l, o, "c"));
	assert_int_equal(targets[2], begins(&l, o, "b"));
	assert_int_equal(targets[3], begins(&l, o, "c"));
	assert_int_equal(targets[4], begins(&l, o, "d"));
	assert_int_equal(targets[5], begins(&l, o, "d"));
	linked_free(&l);
	object_free(o);
}

static void test_callback_and_maps(void **state)
{
	struct object *o = open_built("tests/unit/bpf/link.bpf.o", *state);
	size_t maps = 0, values = 0, callbacks = 0;
	struct linked l;

	link_good(o, "with_callback", &l, *state);
	for (uint32_t i = 0; i < l.n_insns; i++) {
		if (!insn_is_lddw(&l.insns[i]))
			continue;
		if (l.insns[i].src == INSN_SRC_FUNC) {
			assert_int_equal(i + 1 + l.insns[i].imm, begins(&l, o, "callback"));
			callbacks++;
		}
		i++;
	}
	assert_int_equal(callbacks, 1);
	for (size_t i = 0; i < l.fixups.n; i++) {
		const struct fixup *f = &l.fixups.v[i];
		const struct insn *insn = &l.insns[f->insn];

		assert_true(insn_is_lddw(insn));
		assert_int_equal(insn[0].imm, 0);
		assert_int_equal(insn[0].src, f->value ? INSN_SRC_MAP_VALUE : INSN_SRC_MAP_FD);
		if (f->value) {
			assert_string_equal(f->map->name, ".bss");
			assert_true(insn[1].imm % 4 == 0 && insn[1].imm < 16);
			values++;
		} else {
			assert_string_equal(f->map->name, "table");
			maps++;
		}
	}
	assert_int_equal(maps, 1);
	assert_int_equal(values, 3);
	linked_free(&l);
	object_free(o);
}

static void test_lines(void **state)
{
	struct object *o = open_built("tests/unit/bpf/link.bpf.o", *state);
	struct linked l;
	size_t n;

	link_good(o, "main_prog", &l, *state);
	assert_true(l.lines.n > 5);
	assert_int_equal(l.lines.v[0].insn_off, 0);
	for (size_t i = 1; i < l.lines.n; i++)
		assert_true(l.lines.v[i].insn_off > l.lines.v[i - 1].insn_off);
	assert_true(l.lines.v[l.lines.n - 1].insn_off < l.n_insns);
	/* every function begins with a line, or the kernel refuses them all */
	for (size_t i = 0; i < l.funcs.n; i++) {
		bool found = false;

		for (size_t k = 0; k < l.lines.n; k++)
			found |= l.lines.v[k].insn_off == l.funcs.v[i].insn_off;
		assert_true(found);
	}
	n = l.lines.n;
	linked_free(&l);

	/* of two lines at one place, which no kernel takes, the first one stays */
	((struct btf_line_info *)object_func(o, "d")->lines)[1].insn_off =
		object_func(o, "d")->lines[0].insn_off;
	link_good(o, "main_prog", &l, *state);
	assert_int_equal(l.lines.n, n - 1);
	for (size_t i = 1; i < l.lines.n; i++)
		assert_true(l.lines.v[i].insn_off > l.lines.v[i - 1].insn_off);
	linked_free(&l);

	/* one function without lines or type: none for anybody */
	object_func(o, "d")->n_lines = 0;
	object_func(o, "d")->btf_id = 0;
	link_good(o, "main_prog", &l, *state);
	assert_int_equal(l.lines.n, 0);
	assert_int_equal(l.funcs.n, 0);
	linked_free(&l);
	object_free(o);
}

static void test_poisons(void **state)
{
	struct object *o = open_built("tests/unit/bpf/link.bpf.o", *state);
	struct func *d = object_func(o, "d");
	struct linked l;
	uint32_t start;

	assert_int_equal(vec_push(&d->poisons, (struct poison) { .insn = 1, .why = "because" }), 0);
	assert_int_equal(vec_push(&object_func(o, "c")->poisons, (struct poison) { .insn = 0 }), 0);
	assert_int_equal(vec_push(&object_func(o, "a")->poisons, (struct poison) { .insn = 2 }), 0);
	link_good(o, "main_prog", &l, *state);
	start = begins(&l, o, "d");
	assert_int_equal(l.poisons.n, 3);
	assert_int_equal(l.poisons.v[0].insn, begins(&l, o, "a") + 2);
	assert_int_equal(l.poisons.v[1].insn, start + 1);
	assert_string_equal(l.poisons.v[1].why, "because");
	linked_free(&l);
	object_free(o);
}

/* --- made by hand ---------------------------------------------------------------------------- */

/* Two functions that call each other: each is there once, and it ends. */
static void test_cycle(void **state)
{
	static const uint64_t code[] = { CALL(1), EXIT, CALL(-3), EXIT };
	struct made m;
	struct object *o;
	struct linked l;
	uint32_t tc;

	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
	made_symbol(&m, "one", FUNC(STB_GLOBAL), tc, 0, 16);
	made_symbol(&m, "two", FUNC(STB_GLOBAL), tc, 16, 16);
	o = open_good(&m, *state);
	link_good(o, "two", &l, *state);
	assert_int_equal(l.n_insns, 4);
	assert_int_equal(l.insns[0].imm, 1);
	assert_int_equal(l.insns[2].imm, -3);
	linked_free(&l);
	object_free(o);
}

/* A chain of calls far deeper than any stack. */
static void test_deep(void **state)
{
	enum { N = 200000 };
	uint64_t *code = malloc(2 * N * sizeof(*code));
	struct made m;
	struct object *o;
	struct linked l;
	char name[16];
	uint32_t text;

	for (size_t i = 0; i < N; i++) {
		code[2 * i] = i + 1 < N ? CALL(1) : MOV0;
		code[2 * i + 1] = EXIT;
	}
	made_begin(&m, false);
	text = made_section(&m, "tc", PROG, CODE, code, 2 * N * sizeof(*code));
	for (size_t i = 0; i < N; i++) {
		snprintf(name, sizeof(name), "f%zu", i);
		made_symbol(&m, name, FUNC(STB_GLOBAL), text, i * 16, 16);
	}
	o = open_good(&m, *state);
	link_good(o, "f0", &l, *state);
	assert_int_equal(l.n_insns, 2 * N);
	linked_free(&l);
	object_free(o);
	free(code);
}

/*
 * GNU as of gcc 12 leaves places in bytes where all others leave distances: told by the calls and
 * addresses that make sense in one way only.
 */
static void test_places(void **state)
{
	/* as long as each other; the first string is empty */
	static const char gcc[] = "\0GCC: (12.2.0-14) 12.2.0", clang[] = "\0clang version 14.0.6-b1";
	static const struct {
		const char *maker;
		uint64_t code[7];
		int32_t sub, last; /* where the calls go */
		int32_t offset; /* of the variable */
		bool fails;
	} cases[] = {
		/* places: function at 24, minus 1; section, function at 40, minus 1; variable at 8 */
		{ gcc, { CALL(23), CALL(39), LDDW(8), LDDW2, LDDW(12), LDDW2, EXIT }, 24, 40, 12, false },
		/* distances: the function itself; section and 5 instructions; the variable, and 4 */
		{ gcc, { CALL(-1), CALL(4), LDDW(0), LDDW2, LDDW(4), LDDW2, EXIT }, 24, 40, 12, false },
		/* nobody else leaves places */
		{ clang, { CALL(23), CALL(39), LDDW(8), LDDW2, LDDW(12), LDDW2, EXIT }, 0, 0, 0, true },
	};
	static const uint64_t text[] = { MOV0, MOV0, EXIT, MOV0, EXIT, MOV0, EXIT };
	static const uint8_t data[24] = { 1 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct object *o = NULL;
		struct made m;
		uint32_t tc, sub, dat, s_sub, s_text, s_var;
		const struct func *f;

		report_clear(*state);
		made_begin(&m, false);
		tc = made_section(&m, "tc", PROG, CODE, cases[i].code, sizeof(cases[i].code));
		sub = made_section(&m, ".text", PROG, CODE, text, sizeof(text));
		dat = made_section(&m, ".data", PROG, DATA, data, sizeof(data));
		made_section(&m, ".comment", PROG, 0, cases[i].maker, sizeof(gcc));
		s_text = made_symbol(&m, "", SECTION, sub, 0, 0);
		made_symbol(&m, "main", FUNC(STB_GLOBAL), tc, 0, sizeof(cases[i].code));
		made_symbol(&m, "first", FUNC(STB_LOCAL), sub, 0, 24);
		s_sub = made_symbol(&m, "sub", FUNC(STB_GLOBAL), sub, 24, 16);
		made_symbol(&m, "last", FUNC(STB_LOCAL), sub, 40, 16);
		s_var = made_symbol(&m, "var", OBJECT(STB_GLOBAL), dat, 8, 8);
		made_rel(&m, tc, 0, s_sub, 10);
		made_rel(&m, tc, 8, s_text, 10);
		made_rel(&m, tc, 16, s_var, 1);
		made_rel(&m, tc, 32, s_var, 1);
		if (cases[i].fails) {
			assert_true(made_open(&m, &o, *state) < 0);
			continue;
		}
		o = open_good(&m, *state);
		f = object_func(o, "main");
		assert_int_equal(f->n_refs, 4);
		assert_int_equal(f->refs[0].func->offset, cases[i].sub);
		assert_int_equal(f->refs[1].func->offset, cases[i].last);
		assert_int_equal(f->refs[2].addend, 8);
		assert_int_equal(f->refs[3].addend, cases[i].offset);
		object_free(o);
	}
}

/* Calls and addresses in all the ways that compilers write them. */
static void test_addends(void **state)
{
	static const uint64_t code[] = {
		CALL(-1), /* symbol of the function */
		CALL(2), /* section, and 3 instructions from its start */
		CALL(0), /* function symbol, as one assembler leaves it */
		LDDW(16), LDDW2, /* section of data */
		LDDW(4),  LDDW2, /* symbol of a variable, 4 behind it */
		LDDW(24), LDDW2, /* section of code: a callback */
		EXIT,
	};
	static const uint64_t text[] = { MOV0, MOV0, EXIT, MOV0, EXIT };
	static const uint8_t data[24] = { 1 };
	struct made m;
	struct object *o;
	struct linked l;
	uint32_t tc, sub, dat, s_sub, s_text, s_var, s_data;

	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
	sub = made_section(&m, ".text", PROG, CODE, text, sizeof(text));
	dat = made_section(&m, ".data", PROG, DATA, data, sizeof(data));
	s_text = made_symbol(&m, "", SECTION, sub, 0, 0);
	s_data = made_symbol(&m, "", SECTION, dat, 0, 0);
	made_symbol(&m, "main", FUNC(STB_GLOBAL), tc, 0, sizeof(code));
	s_sub = made_symbol(&m, "sub", FUNC(STB_GLOBAL), sub, 0, 24);
	made_symbol(&m, "last", FUNC(STB_LOCAL), sub, 24, 16);
	s_var = made_symbol(&m, "var", OBJECT(STB_GLOBAL), dat, 8, 8);
	made_rel(&m, tc, 0, s_sub, 10);
	made_rel(&m, tc, 8, s_text, 10);
	made_rel(&m, tc, 16, s_sub, 10);
	made_rel(&m, tc, 24, s_data, 1);
	made_rel(&m, tc, 40, s_var, 1);
	made_rel(&m, tc, 56, s_text, 1);
	o = open_good(&m, *state);
	link_good(o, "main", &l, *state);
	assert_int_equal(l.n_insns, ARRAY_SIZE(code) + ARRAY_SIZE(text));
	assert_int_equal(1 + l.insns[0].imm, 10);
	assert_int_equal(2 + l.insns[1].imm, 13);
	assert_int_equal(3 + l.insns[2].imm, 10);
	assert_int_equal(l.insns[3].src, INSN_SRC_MAP_VALUE);
	assert_int_equal(l.insns[4].imm, 16);
	assert_int_equal(l.insns[6].imm, 12);
	assert_int_equal(l.insns[7].src, INSN_SRC_FUNC);
	assert_int_equal(8 + l.insns[7].imm, 13);
	assert_int_equal(l.fixups.n, 2);
	linked_free(&l);
	object_free(o);
}

/* One instruction, one relocation, and what is said about it. */
static void bad_ref(struct report *r, uint64_t insn, uint64_t offset, uint8_t info,
		    uint32_t section, uint64_t value, const char *text)
{
	uint64_t code[] = { insn, LDDW2, MOV0, EXIT };
	static const uint64_t sub[] = { MOV0, EXIT };
	static const uint32_t maps[] = { 1, 4, 8, 100, 0 };
	static const uint8_t data[8] = { 1 };
	struct object *o = NULL;
	struct made m;
	uint32_t tc, s;

	report_clear(r);
	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code)); /* 1 */
	s = made_section(&m, ".text", PROG, CODE, sub, sizeof(sub)); /* 2 */
	made_symbol(&m, "sub", FUNC(STB_GLOBAL), s, 0, 16);
	s = made_section(&m, "maps", PROG, DATA, maps, sizeof(maps)); /* 3 */
	made_symbol(&m, "map", OBJECT(STB_GLOBAL), s, 0, 20);
	made_section(&m, ".data", PROG, DATA, data, sizeof(data)); /* 4 */
	made_section(&m, ".debug_info", PROG, 0, data, sizeof(data)); /* 5 */
	made_symbol(&m, "main", FUNC(STB_GLOBAL), tc, 0, sizeof(code));
	s = made_symbol(&m, "target", info, section, value, 0);
	made_rel(&m, tc, offset, s, 1);
	assert_true(made_open(&m, &o, r) < 0);
	assert_null(o);
	assert_error(r, text);
}

static void test_bad_refs(void **state)
{
	struct report *r = *state;
	const uint8_t label = LABEL(STB_LOCAL);

	bad_ref(r, MOV0, 0, label, 4, 0,
		"function 'main', instruction 0: a reference to 'target' in an instruction that "
		"takes none (code 0xb7)");
	assert_int_equal(report_get(r, 0)->insn, 0);
	bad_ref(r, CALL(-1), 0, label, 2, 8, "refers to the middle of function 'sub'");
	bad_ref(r, CALL(-1), 0, label, 2, 999, "refers to byte 999 of section '.text'");
	bad_ref(r, CALL(-100), 0, label, 2, 0, "refers to byte -792 of section '.text'");
	bad_ref(r, CALL(-1), 0, label, 4, 0, "calls 'target', which is no function");
	bad_ref(r, LDDW(4), 0, label, 3, 0, "byte 4 of section 'maps', where no map begins");
	bad_ref(r, LDDW(9), 0, label, 4, 0, "refers to byte 9 of section '.data', which has 8");
	bad_ref(r, LDDW(-1), 0, label, 4, 0, "refers to byte -1 of section '.data'");
	bad_ref(r, LDDW(0), 0, label, 4, 1ull << 63, "section '.data'");
	bad_ref(r, LDDW(1), 0, label, 4, INT64_MAX, "out of all bounds");
	bad_ref(r, LDDW(0), 0, label, 5, 0,
		"in section '.debug_info', which a program cannot reach");
	bad_ref(r, LDDW(0), 0, LABEL(STB_GLOBAL), SHN_COMMON, 8, "which is in no section");
	bad_ref(r, MOV0, 24, label, 4, 0, "instruction 3: a reference to 'target'");
}

/* Calls that the compiler resolved itself can lie, too. */
static void test_bad_calls(void **state)
{
	static const int32_t imms[] = { -5, 100, INT32_MAX, INT32_MIN, 0 };
	struct object *o = NULL;
	struct made m;
	uint32_t tc;

	for (size_t i = 0; i < ARRAY_SIZE(imms); i++) {
		uint64_t code[] = { CALL(imms[i]), EXIT };

		report_clear(*state);
		made_begin(&m, false);
		tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
		made_symbol(&m, "main", FUNC(STB_GLOBAL), tc, 0, sizeof(code));
		assert_true(made_open(&m, &o, *state) < 0);
		assert_error(*state, "function 'main', instruction 0:");
	}
}

static void test_claim(void **state)
{
	static const uint64_t code[] = { LDDW(3), LDDW2, EXIT };
	static const uint8_t bytes[8] = { 1 };
	struct map_spec claimed = { .name = "claimed" };
	struct made m;
	struct object *o;
	struct linked l;
	uint32_t tc, s;

	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
	s = made_section(&m, ".strange", PROG, DATA, bytes, sizeof(bytes));
	made_symbol(&m, "main", FUNC(STB_GLOBAL), tc, 0, sizeof(code));
	made_rel(&m, tc, 0, made_symbol(&m, "x", OBJECT(STB_GLOBAL), s, 2, 4), 1);
	o = open_good(&m, *state);
	assert_int_equal(o->unclaimed.n, 1);
	assert_int_equal(object_link(o, o->programs.v[0], &l, *state), -ENOTSUP);
	assert_error(*state, "section '.strange', which no plugin has claimed");
	assert_int_equal(object_claim_section(o, o->unclaimed.v[0], &claimed, *state), 0);
	link_good(o, "main", &l, *state);
	assert_int_equal(l.insns[1].imm, 5);
	assert_ptr_equal(l.fixups.v[0].map, &claimed);
	assert_true(l.fixups.v[0].value);
	linked_free(&l);
	/* its bytes are a copy, and its variables have names */
	assert_int_equal(claimed.data_size, sizeof(bytes));
	assert_memory_equal(claimed.data, bytes, sizeof(bytes));
	assert_ptr_equal(object_var(o, "x")->map, &claimed);
	assert_int_equal(object_var(o, "x")->offset, 2);
	object_free(o);
}

/* A struct whose members are functions: each is a slot, at its byte, and the bytes are zero. */
static void test_claim_variable(void **state)
{
	static const uint64_t code[] = { EXIT, EXIT };
	static const uint64_t bytes[] = { 7, 0, 8, 5 };
	const struct section_var var = { .name = "ops", .offset = 8, .size = 24 };
	struct map_spec *map;
	struct object *o;
	struct made m;
	uint32_t tc, s;

	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
	s = made_section(&m, "?.ops", PROG, DATA, bytes, sizeof(bytes));
	made_symbol(&m, "one", FUNC(STB_GLOBAL), tc, 0, 8);
	made_symbol(&m, "two", FUNC(STB_GLOBAL), tc, 8, 8);
	made_rel(&m, s, 8, made_symbol(&m, "one", FUNC(STB_GLOBAL), tc, 0, 8), 2);
	/* by the section and a distance, which is in the bytes */
	made_rel(&m, s, 16, made_symbol(&m, "", STT_SECTION, tc, 0, 0), 2);
	o = open_good(&m, *state);
	assert_int_equal(object_claim_var(o, o->unclaimed.v[0], &var, &map, *state), 0);
	assert_string_equal(map->name, "ops");
	assert_true(map->optional);
	assert_int_equal(map->slots.n, 2);
	assert_int_equal(map->slots.v[0].index, 0);
	assert_string_equal(map->slots.v[0].func->name, "one");
	assert_int_equal(map->slots.v[1].index, 8);
	assert_string_equal(map->slots.v[1].func->name, "two");
	assert_memory_equal(map->data, ((const uint64_t[]){ 0, 0, 5 }), 24);
	assert_ptr_equal(object_map(o, "ops"), map);
	object_free(o);
}

/* Two programs in one section; the second jumps by a table whose entries count from the section. */
static void test_jump_table(void **state)
{
	static const uint64_t code[] = { EXIT, LDDW(8), LDDW2, EXIT, EXIT };
	static const uint64_t good[] = { 99, 24, 32 }, bad[] = { 99, 24, 8 * 8 };
	struct made m;
	struct object *o;
	struct linked l;
	uint32_t tc, s;

	for (int i = 0; i < 3; i++) {
		report_clear(*state);
		made_begin(&m, false);
		tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
		s = made_section(&m, ".jumptables", PROG, 0, i == 1 ? bad : good, sizeof(good));
		made_symbol(&m, "first", FUNC(STB_GLOBAL), tc, 0, 8);
		made_symbol(&m, "main", FUNC(STB_GLOBAL), tc, 8, sizeof(code) - 8);
		/* i == 2: nobody says how long the table is */
		made_symbol(&m, "table", OBJECT(STB_LOCAL), s, 8, i == 2 ? 0 : 16);
		made_rel(&m, tc, 8, made_symbol(&m, "x", OBJECT(STB_GLOBAL), s, 8, i == 2 ? 0 : 16),
			 1);
		if (i == 2) {
			assert_true(made_open(&m, &o, *state) < 0);
			assert_error(*state, "byte 16 of section '.jumptables', where no table is");
			continue;
		}
		o = open_good(&m, *state);
		assert_int_equal(o->unclaimed.n, 0);
		if (i == 1) {
			assert_int_equal(object_link(o, o->programs.v[1], &l, *state), -EINVAL);
			assert_error(*state, "entry 1 of the jump table of function 'main' leads to "
					     "byte 64");
			object_free(o);
			continue;
		}
		link_good(o, "main", &l, *state);
		assert_int_equal(l.tables.n, 1);
		assert_int_equal(l.tables.v[0].table->n, 2);
		assert_int_equal(l.tables.v[0].to[0], 2);
		assert_int_equal(l.tables.v[0].to[1], 3);
		assert_int_equal(l.table_fixups.n, 1);
		assert_int_equal(l.table_fixups.v[0].insn, 0);
		/* a place in the table, not its beginning */
		assert_int_equal(l.insns[0].src, INSN_SRC_MAP_VALUE);
		assert_int_equal(l.insns[1].imm, 8);
		linked_free(&l);
		object_free(o);
	}
}

static void test_too_long(void **state)
{
	const size_t n = 1000001;
	uint64_t *code = malloc(n * sizeof(*code));
	struct made m;
	struct object *o;
	struct linked l;
	uint32_t tc;

	for (size_t i = 0; i < n; i++)
		code[i] = i + 1 < n ? MOV0 : EXIT;
	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, code, n * sizeof(*code));
	made_symbol(&m, "long", FUNC(STB_GLOBAL), tc, 0, 0);
	o = open_good(&m, *state);
	assert_int_equal(object_link(o, o->programs.v[0], &l, *state), -E2BIG);
	assert_error(*state, "more than 1000000 instructions");
	object_free(o);
	free(code);
}

/* Only calls of helpers: not what has the number as an immediate, or as a kernel function. */
static void test_old_reads(void **state _unused_)
{
	struct insn insns[] = {
		{ .code = INSN_JMP | INSN_CALL, .imm = 113 },
		{ .code = INSN_JMP | INSN_CALL, .imm = 112 },
		{ .code = INSN_JMP | INSN_CALL, .imm = 115 },
		{ .code = INSN_JMP | INSN_CALL, .imm = 114 },
		{ .code = INSN_JMP | INSN_CALL, .imm = 14 },
		{ .code = INSN_JMP | INSN_CALL, .src = INSN_CALL_LOCAL, .imm = 113 },
		{ .code = INSN_JMP | INSN_CALL, .src = INSN_CALL_KFUNC, .imm = 113 },
		{ .code = INSN_ALU64 | INSN_MOV | INSN_K, .imm = 113 },
	};
	static const int32_t want[] = { 4, 4, 45, 45, 14, 113, 113, 113 };
	struct linked l = { .insns = insns, .n_insns = ARRAY_SIZE(insns) };

	assert_int_equal(linked_use_old_reads(&l, false), 4);
	assert_int_equal(insns[0].imm, 113);
	assert_int_equal(linked_use_old_reads(&l, true), 4);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		assert_int_equal(insns[i].imm, want[i]);
	assert_int_equal(linked_use_old_reads(&l, true), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(test_calls, setup, teardown),
		cmocka_unit_test_setup_teardown(test_callback_and_maps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_poisons, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cycle, setup, teardown),
		cmocka_unit_test_setup_teardown(test_deep, setup, teardown),
		cmocka_unit_test_setup_teardown(test_addends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_refs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_calls, setup, teardown),
		cmocka_unit_test_setup_teardown(test_claim, setup, teardown),
		cmocka_unit_test_setup_teardown(test_jump_table, setup, teardown),
		cmocka_unit_test_setup_teardown(test_claim_variable, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_long, setup, teardown),
		cmocka_unit_test_setup_teardown(test_old_reads, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
