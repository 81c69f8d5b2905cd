/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * test-linker.c - the static linker, on objects made by hand: which definition a name means, and
 * where everything goes. That the result loads is the business of tests/kernel/link.sh.
 */
#include "linker-bench.h"

#define ABS64 2
#define ABS32 3

static const struct elf_symbol *symbol(const struct object *o, const char *name)
{
	for (size_t i = 1; i < o->elf->n_symbols; i++)
		if (streq(o->elf->symbols[i].name, name))
			return &o->elf->symbols[i];
	return NULL;
}

/* What byte @offset of a section refers to, and the 64 bits there. */
static const struct elf_symbol *target(const struct object *o, const char *section, uint64_t offset,
				       uint64_t *word)
{
	const struct elf_section *s = elf_section_named(o->elf, section);
	_free_ struct elf_reloc *relocs = NULL;
	const struct elf_symbol *found = NULL;
	size_t n;

	assert_non_null(s);
	assert_int_equal(elf_relocs(o->elf, s->index, &relocs, &n, NULL), 0);
	for (size_t i = 0; i < n; i++)
		if (relocs[i].offset == offset)
			found = elf_symbol(o->elf, relocs[i].symbol);
	if (word)
		memcpy(word, s->data + offset, sizeof(*word));
	return found;
}

/* A program that calls @name, which is not here. */
static int add_caller(struct bench *b, const char *name, uint8_t visibility)
{
	static const uint64_t code[] = { CALL(-1), EXIT };
	struct made m;
	uint32_t s, callee;

	made_begin(&m, false);
	s = made_section(&m, "xdp", PROG, CODE, code, sizeof(code));
	made_symbol(&m, "prog", FUNC(STB_GLOBAL), s, 0, sizeof(code));
	callee = made_symbol(&m, name, LABEL(STB_GLOBAL), SHN_UNDEF, 0, 0);
	made_visibility(&m, visibility);
	made_rel(&m, s, 0, callee, 10);
	return add(b, &m);
}

/* --- symbols ---------------------------------------------------------------------------------- */

static void test_extern_is_defined(void **state)
{
	struct bench *b = *state;
	const struct program_spec *p;

	assert_int_equal(add_caller(b, "f", STV_DEFAULT), 0);
	assert_int_equal(add_function(b, "f", STB_GLOBAL, STV_DEFAULT, 3), 0);
	p = object_program(linked(b), "prog");
	assert_non_null(p);
	assert_int_equal(p->entry->n_refs, 1);
	assert_int_equal(p->entry->refs[0].kind, REF_CALL);
	assert_string_equal(p->entry->refs[0].func->name, "f");
	assert_int_equal(b->o->externs.n, 0);
	assert_int_equal(mark_of(b->o, "f"), 3);
}

static void test_missing_is_a_note(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add_caller(b, "f", STV_DEFAULT), 0);
	assert_int_equal(linker_finish(b->l, &b->data, &b->size, b->r), 0);
	assert_true(reported(b->r, CLEAT_NOTE, "'f' is not defined in any of the files"));
	/* and it can be linked further */
	assert_int_equal(add_function(b, "f", STB_GLOBAL, STV_DEFAULT, 2), 0);
	free(b->data);
	assert_int_equal(mark_of(linked(b), "f"), 2);
}

static void test_strong_beats_weak(void **state)
{
	static const struct {
		uint8_t first, second;
		int wins;
	} cases[] = {
		{ STB_WEAK, STB_GLOBAL, 2 },
		{ STB_GLOBAL, STB_WEAK, 1 },
		{ STB_WEAK, STB_WEAK, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench *b;

		tear_down(state);
		set_up(state);
		b = *state;
		assert_int_equal(add_function(b, "f", cases[i].first, STV_DEFAULT, 1), 0);
		assert_int_equal(add_function(b, "f", cases[i].second, STV_DEFAULT, 2), 0);
		assert_int_equal(mark_of(linked(b), "f"), cases[i].wins);
		assert_int_equal(symbol(b->o, "f")->bind,
				 cases[i].wins == 1 ? cases[i].first : cases[i].second);
	}
}

static void test_two_strong(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add_function(b, "f", STB_GLOBAL, STV_DEFAULT, 1), 0);
	assert_int_equal(add_function(b, "g", STB_GLOBAL, STV_DEFAULT, 1), 0);
	assert_int_equal(add_function(b, "f", STB_GLOBAL, STV_DEFAULT, 2), 0);
	assert_int_equal(add_function(b, "g", STB_GLOBAL, STV_DEFAULT, 2), 0);
	refused(b, EEXIST, "function 'f' is defined in '1.o', too");
	assert_error(b->r, "function 'g' is defined in '2.o', too");
	assert_string_equal(report_get(b->r, 0)->object, "3.o");
	assert_string_equal(report_get(b->r, 1)->object, "4.o");
}

static void test_strictest_visibility(void **state)
{
	static const struct {
		uint8_t declared, defined, result;
	} cases[] = {
		{ STV_HIDDEN, STV_DEFAULT, STV_HIDDEN },
		{ STV_DEFAULT, STV_HIDDEN, STV_HIDDEN },
		{ STV_PROTECTED, STV_HIDDEN, STV_HIDDEN },
		{ STV_INTERNAL, STV_HIDDEN, STV_INTERNAL },
		{ STV_DEFAULT, STV_DEFAULT, STV_DEFAULT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench *b;

		tear_down(state);
		set_up(state);
		b = *state;
		assert_int_equal(add_caller(b, "f", cases[i].declared), 0);
		assert_int_equal(add_function(b, "f", STB_GLOBAL, cases[i].defined, 1), 0);
		assert_int_equal(symbol(linked(b), "f")->visibility, cases[i].result);
	}
}

static void test_function_and_variable(void **state)
{
	struct bench *b = *state;
	struct made m;
	uint32_t data;

	assert_int_equal(add_function(b, "x", STB_GLOBAL, STV_DEFAULT, 1), 0);
	made_begin(&m, false);
	data = made_section(&m, ".data", PROG, DATA, "12345678", 8);
	made_symbol(&m, "x", OBJECT(STB_WEAK), data, 0, 8);
	assert_int_equal(add(b, &m), 0);
	refused(b, EINVAL, "'x' is a variable, but in '1.o' it is a function");
}

static void test_tentative(void **state)
{
	struct bench *b = *state;
	struct made m;
	uint32_t data;

	for (int i = 0; i < 2; i++) {
		made_begin(&m, false);
		data = made_section(&m, ".data", PROG, DATA, "12345678", 8);
		made_symbol(&m, "here", OBJECT(i ? STB_GLOBAL : STB_WEAK), i ? data : SHN_COMMON,
			    i ? 0 : 4, 4);
		made_symbol(&m, "nowhere", OBJECT(STB_GLOBAL), SHN_COMMON, i ? 4 : 16, i ? 12 : 4);
		assert_int_equal(add(b, &m), 0);
	}
	linked(b);
	assert_string_equal(b->o->elf->sections[symbol(b->o, "here")->section].name, ".data");
	assert_int_equal(symbol(b->o, "here")->value, 8);
	assert_string_equal(b->o->elf->sections[symbol(b->o, "nowhere")->section].name, ".bss");
	assert_int_equal(symbol(b->o, "nowhere")->size, 12);
	assert_int_equal(elf_section_named(b->o->elf, ".bss")->align, 16);
	assert_int_equal(elf_section_named(b->o->elf, ".bss")->size, 12);
}

/* --- places ----------------------------------------------------------------------------------- */

/* A program with a static function and static data of the names that all files have. */
static int add_statics(struct bench *b, const char *name, const char *section, unsigned int mark)
{
	uint64_t code[] = {
		LDDW(8), LDDW2, CALL(1), I(0x18, 0x02, 0, 0), LDDW2, EXIT,
	};
	struct made m;
	uint32_t text, prog, data, text_section, data_section;

	made_begin(&m, false);
	/* the static function is the second of .text: byte 16 */
	uint64_t functions[] = { MOV0, EXIT, function(mark)[0], EXIT };
	text = made_section(&m, ".text", PROG, CODE, functions, sizeof(functions));
	prog = made_section(&m, section, PROG, CODE, code, sizeof(code));
	data = made_section(&m, ".data", PROG, DATA, "0123456701234567", 16);
	text_section = made_symbol(&m, "", SECTION, text, 0, 0);
	data_section = made_symbol(&m, "", SECTION, data, 0, 0);
	made_symbol(&m, "other", FUNC(STB_LOCAL), text, 0, 16);
	made_symbol(&m, "same", FUNC(STB_LOCAL), text, 16, 16);
	made_symbol(&m, "same_data", OBJECT(STB_LOCAL), data, 8, 8);
	made_symbol(&m, name, FUNC(STB_GLOBAL), prog, 0, sizeof(code));
	made_rel(&m, prog, 0, data_section, 1);
	made_rel(&m, prog, 16, text_section, 10);
	made_rel(&m, prog, 24, text_section, 1);
	return add(b, &m);
}

static void test_statics_stay_apart(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add_statics(b, "one", "xdp", 5), 0);
	assert_int_equal(add_statics(b, "two", "tc", 6), 0);
	assert_int_equal(add_statics(b, "three", "xdp", 7), 0);
	linked(b);
	for (unsigned int i = 0; i < 3; i++) {
		static const char *const names[] = { "one", "two", "three" };
		const struct func *f = object_program(b->o, names[i])->entry;

		assert_int_equal(f->n_refs, 3);
		assert_string_equal(f->refs[0].map->name, ".data");
		assert_int_equal(f->refs[0].addend, i * 16 + 8);
		assert_string_equal(f->refs[1].func->name, "same");
		assert_int_equal(f->refs[1].func->insns[0].imm, 5 + i);
		assert_string_equal(f->refs[2].func->name, "other");
		assert_int_equal(f->refs[2].func->offset, i * 32);
	}
}

static void test_words_of_data(void **state)
{
	struct bench *b = *state;
	uint64_t word;

	for (int i = 0; i < 2; i++) {
		static const uint64_t data[] = { 8, 0x1000000010, 0, 77 };
		struct made m;
		uint32_t s, section, variable;

		made_begin(&m, false);
		s = made_section(&m, ".data", PROG, DATA, data, sizeof(data));
		section = made_symbol(&m, "", SECTION, s, 0, 0);
		variable = made_symbol(&m, i ? "b" : "a", OBJECT(STB_GLOBAL), s, 24, 8);
		made_rel(&m, s, 0, section, ABS64);
		made_rel(&m, s, 8, section, ABS32);
		made_rel(&m, s, 16, variable, ABS64);
		assert_int_equal(add(b, &m), 0);
	}
	linked(b);
	assert_string_equal(target(b->o, ".data", 0, &word)->name, ".data");
	assert_int_equal(word, 8);
	target(b->o, ".data", 32, &word);
	assert_int_equal(word, 40);
	/* 32 bits only: the rest is somebody else's */
	target(b->o, ".data", 40, &word);
	assert_int_equal(word, 0x1000000030);
	assert_string_equal(target(b->o, ".data", 48, &word)->name, "b");
	assert_int_equal(word, 0);
	assert_int_equal(symbol(b->o, "b")->value, 56);
}

static void test_bad_words(void **state)
{
	static const uint64_t data[2];
	struct bench *b = *state;

	for (int i = 0; i < 2; i++) {
		struct made m;
		uint32_t s, section;

		made_begin(&m, false);
		s = made_section(&m, ".data", PROG, DATA, data, sizeof(data));
		section = made_symbol(&m, "", SECTION, s, 0, 0);
		made_rel(&m, s, 0, section, i ? 99 : ABS64);
		made_rel(&m, s, 12, section, i ? ABS64 : ABS32);
		assert_int_equal(add(b, &m), 0);
	}
	refused(b, EOPNOTSUPP, "section '.data', byte 0: a relocation of type 99");
	assert_error(b->r, "section '.data', byte 12: a relocation of 8 bytes at the end of 16");
}

static void test_alignment(void **state)
{
	struct bench *b = *state;
	struct made m;
	uint32_t s;

	for (unsigned int i = 0; i < 3; i++) {
		made_begin(&m, false);
		s = made_section(&m, ".data", PROG, DATA, "xyz", 3);
		m.s[m.n - 1].align = i == 1 ? 64 : 1;
		made_symbol(&m, i == 0 ? "a" : i == 1 ? "b" : "c", OBJECT(STB_GLOBAL), s, 1, 2);
		made_section(&m, "xdp", PROG, CODE, function(i), 16);
		m.s[m.n - 1].align = i == 1 ? 32 : 8;
		assert_int_equal(add(b, &m), 0);
	}
	assert_int_equal(linker_finish(b->l, &b->data, &b->size, b->r), 0);
	{
		struct elf_file *elf;
		const struct elf_section *code;

		assert_int_equal(elf_open_memory(&elf, b->data, b->size, "out.o", b->r), 0);
		assert_int_equal(elf_section_named(elf, ".data")->size, 70);
		assert_int_equal(elf_section_named(elf, ".data")->align, 64);
		code = elf_section_named(elf, "xdp");
		assert_int_equal(code->size, 64);
		/* "goto +0" between two functions */
		assert_int_equal(code->data[16], 0x05);
		assert_int_equal(code->data[17], 0);
		assert_int_equal(code->data[32], 0xb7);
		elf_close(elf);
	}
}

static void test_odd_alignment(void **state)
{
	struct bench *b = *state;
	struct made m;

	made_begin(&m, false);
	made_section(&m, ".data", PROG, DATA, "xyz", 3);
	m.s[m.n - 1].align = 24;
	assert_int_equal(add(b, &m), 0);
	refused(b, EINVAL, "section '.data' wants an alignment of 24 bytes");
}

static void test_huge_sections(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < 2; i++) {
		struct made m;

		made_begin(&m, false);
		made_section(&m, ".bss", SHT_NOBITS, DATA, NULL, 0x50000000);
		assert_int_equal(add(b, &m), 0);
	}
	refused(b, EFBIG, "section '.bss' would have more than 2147483647 bytes");
}

static void test_zeroes_and_bytes(void **state)
{
	struct bench *b = *state;
	const struct elf_section *s;

	for (int i = 0; i < 2; i++) {
		struct made m;

		made_begin(&m, false);
		made_section(&m, ".data.x", i ? PROG : SHT_NOBITS, DATA, i ? "12345678" : NULL, 8);
		assert_int_equal(add(b, &m), 0);
	}
	s = elf_section_named(linked(b)->elf, ".data.x");
	assert_int_equal(s->type, SHT_PROGBITS);
	assert_memory_equal(s->data,
			    "\0\0\0\0\0\0\0\0"
			    "12345678",
			    16);
}

static void test_code_and_data(void **state)
{
	struct bench *b = *state;
	struct made m;

	made_begin(&m, false);
	made_section(&m, "thing", PROG, CODE, function(1), 16);
	assert_int_equal(add(b, &m), 0);
	made_begin(&m, false);
	made_section(&m, "thing", PROG, DATA, "12345678", 8);
	assert_int_equal(add(b, &m), 0);
	refused(b, EINVAL, "section 'thing' has data, but in '1.o' it has code");
}

/* Entries of jump tables are distances from the section's beginning, and have no relocations. */
static void test_jump_tables(void **state)
{
	struct bench *b = *state;
	uint64_t word;

	for (unsigned int i = 0; i < 2; i++) {
		static const uint64_t code[] = { LDDW(0), LDDW2, MOV0, EXIT };
		static const uint64_t table[] = { 16, 24 };
		struct made m;
		uint32_t s, t, sym;

		made_begin(&m, false);
		s = made_section(&m, "xdp", PROG, CODE, code, sizeof(code));
		t = made_section(&m, ".jumptables", PROG, SHF_ALLOC, table, sizeof(table));
		sym = made_symbol(&m, "BPF.JT.0.0", OBJECT(STB_LOCAL), t, 0, 16);
		made_symbol(&m, i ? "b" : "a", FUNC(STB_GLOBAL), s, 0, sizeof(code));
		made_rel(&m, s, 0, sym, 1);
		assert_int_equal(add(b, &m), 0);
	}
	linked(b);
	target(b->o, ".jumptables", 8, &word);
	assert_int_equal(word, 24);
	target(b->o, ".jumptables", 16, &word);
	assert_int_equal(word, 32 + 16);
	target(b->o, ".jumptables", 24, &word);
	assert_int_equal(word, 32 + 24);
}

/* --- license ---------------------------------------------------------------------------------- */

static int add_license(struct bench *b, const char *text, size_t size)
{
	struct made m;
	uint32_t s;

	made_begin(&m, false);
	s = made_section(&m, "license", PROG, DATA, text, size);
	made_symbol(&m, "LICENSE", OBJECT(STB_GLOBAL), s, 0, size);
	return add(b, &m);
}

static void test_one_license(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add_license(b, "GPL", 4), 0);
	assert_int_equal(add_license(b, "GPL", 4), 0);
	assert_int_equal(add_function(b, "f", STB_GLOBAL, STV_DEFAULT, 1), 0);
	assert_string_equal(linked(b)->license, "GPL");
	assert_int_equal(elf_section_named(b->o->elf, "license")->size, 4);
}

static void test_two_licenses(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add_license(b, "GPL", 4), 0);
	assert_int_equal(add_license(b, "MIT", 4), 0);
	refused(b, EINVAL, "the license is 'MIT', but that of '1.o' is 'GPL'");
}

/* --- the files themselves ---------------------------------------------------------------------- */

static void test_byte_orders(void **state)
{
	struct bench *b = *state;
	struct made m;

	assert_int_equal(add_function(b, "f", STB_GLOBAL, STV_DEFAULT, 1), 0);
	made_begin(&m, true);
	made_section(&m, ".data", PROG, DATA, "12345678", 8);
	assert_int_equal(add(b, &m), -EINVAL);
	assert_error(b->r, "for machines of big-endian byte order, but '1.o' is for little-endian");
	/* what was refused is not there */
	report_clear(b->r);
	assert_int_equal(mark_of(linked(b), "f"), 1);
}

static void test_big_endian(void **state)
{
	struct bench *b = *state;
	const struct elf_section *s;

	for (int i = 0; i < 2; i++) {
		static const uint8_t data[] = { 0, 0, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4, 5, 6, 7, 8 };
		struct made m;
		uint32_t at, section;

		made_begin(&m, true);
		at = made_section(&m, ".data", PROG, DATA, data, sizeof(data));
		section = made_symbol(&m, "", SECTION, at, 0, 0);
		made_symbol(&m, i ? "b" : "a", OBJECT(STB_GLOBAL), at, 8, 8);
		made_rel(&m, at, 0, section, ABS64);
		assert_int_equal(add(b, &m), 0);
	}
	linked(b);
	assert_true(b->o->elf->big_endian);
	s = elf_section_named(b->o->elf, ".data");
	assert_memory_equal(s->data, "\0\0\0\0\0\0\0\4", 8);
	assert_memory_equal(s->data + 16, "\0\0\0\0\0\0\0\24", 8);
	assert_int_equal(symbol(b->o, "b")->value, 24);
}

static void test_nothing_to_link(void **state)
{
	refused(*state, EINVAL, "no objects to link");
}

static void test_not_for_bpf(void **state)
{
	struct bench *b = *state;

	assert_true(linker_add(b->l, "/proc/self/exe", b->r) < 0);
	assert_error(b->r, "not for BPF");
	report_clear(b->r);
	assert_int_equal(linker_add(b->l, "/nonexistent.o", b->r), -ENOENT);
	assert_error(b->r, "cannot read");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINKER_TEST(test_extern_is_defined),
		LINKER_TEST(test_missing_is_a_note),
		LINKER_TEST(test_strong_beats_weak),
		LINKER_TEST(test_two_strong),
		LINKER_TEST(test_strictest_visibility),
		LINKER_TEST(test_function_and_variable),
		LINKER_TEST(test_tentative),
		LINKER_TEST(test_statics_stay_apart),
		LINKER_TEST(test_words_of_data),
		LINKER_TEST(test_bad_words),
		LINKER_TEST(test_alignment),
		LINKER_TEST(test_odd_alignment),
		LINKER_TEST(test_huge_sections),
		LINKER_TEST(test_zeroes_and_bytes),
		LINKER_TEST(test_code_and_data),
		LINKER_TEST(test_jump_tables),
		LINKER_TEST(test_one_license),
		LINKER_TEST(test_two_licenses),
		LINKER_TEST(test_byte_orders),
		LINKER_TEST(test_big_endian),
		LINKER_TEST(test_nothing_to_link),
		LINKER_TEST(test_not_for_bpf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
