// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-elf.c - ELF files of all shapes, sound, odd and hostile; functions of binaries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <stdio.h>
#include <zlib.h>

#include "elf/elf.h"
#include "elf/symbol.h"
#include "elf-image.h"

enum { TEXT = 1, REL_TEXT, DATA, BSS, STRTAB, SYMTAB, EMPTY, N_SECTIONS };

static const char code[] = "0123456789abcdef0123456789abcdef";
static const char strings[] = "\0prog\0counter\0extern_fn";
enum { S_PROG = 1, S_COUNTER = 6, S_EXTERN = 14 };

/* What compilers make, in small: code with relocations, data, bss, symbols. */
struct sample {
	struct image_section sections[N_SECTIONS];
	struct image symbols, relocs;
};

static void sample_make(struct sample *s, bool wide, bool big)
{
	size_t symbol_size = wide ? 24 : 16, rel_size = wide ? 16 : 8;
	struct image *m = &s->symbols;

	*s = (struct sample) { 0 };
	s->symbols = s->relocs = (struct image) { .wide = wide, .big = big };
	image_symbol(m, 0, 0, 0, 0, 0);
	image_symbol(m, 0, ELF64_ST_INFO(STB_LOCAL, STT_SECTION), DATA, 0, 0);
	image_symbol(m, S_PROG, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), TEXT, 0, 32);
	image_symbol(m, S_COUNTER, ELF64_ST_INFO(STB_WEAK, STT_OBJECT), BSS, 0x1122, 4);
	image_symbol(m, S_EXTERN, ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE), SHN_UNDEF, 0, 0);
	image_symbol(m, S_EXTERN, ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE), SHN_ABS, 7, 0);
	image_rel(&s->relocs, 16, 3, 1);
	image_rel(&s->relocs, 0, 4, 10);

	s->sections[TEXT - 1] = (struct image_section) {
		"xdp", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0, 0, 0, code, 32
	};
	s->sections[REL_TEXT - 1] = (struct image_section) {
		".relxdp",          SHT_REL, 0, SYMTAB, TEXT, rel_size, s->relocs.bytes.data,
		s->relocs.bytes.len
	};
	s->sections[DATA - 1] = (struct image_section) {
		".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 0, 0, 0, "data", 4
	};
	s->sections[BSS - 1] = (struct image_section) { ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE,
							0,      0,          0,
							NULL,   1 << 20 };
	s->sections[STRTAB - 1] = (struct image_section) { ".strtab", SHT_STRTAB,     0, 0, 0, 0,
							   strings,   sizeof(strings) };
	s->sections[SYMTAB - 1] = (struct image_section) {
		".symtab",           SHT_SYMTAB, 0, STRTAB, 2, symbol_size, s->symbols.bytes.data,
		s->symbols.bytes.len
	};
	s->sections[EMPTY - 1] =
		(struct image_section) { ".empty", SHT_PROGBITS, 0, 0, 0, 0, NULL, 0 };
}

static void sample_free(struct sample *s)
{
	buf_free(&s->symbols.bytes);
	buf_free(&s->relocs.bytes);
}

/* Touches everything that was handed out: a sanitizer sees what is out of bounds. */
static uint64_t walk(const struct elf_file *elf)
{
	uint64_t sum = strlen(elf->path);
	struct elf_reloc *relocs;
	size_t i, j, n;

	for (i = 0; i < elf->n_sections; i++) {
		const struct elf_section *s = elf_section(elf, (uint32_t)i);

		sum += strlen(s->name);
		assert_int_equal(s->index, i);
		if (s->type == SHT_NOBITS)
			assert_null(s->data);
		for (j = 0; s->data && j < s->size; j++)
			sum += s->data[j];
		if (i)
			elf_section_named(elf, s->name);
		if (elf_relocs(elf, (uint32_t)i, &relocs, &n, NULL))
			continue;
		for (j = 0; j < n; j++) {
			assert_true(relocs[j].offset < s->size);
			assert_true(!relocs[j].symbol || elf_symbol(elf, relocs[j].symbol));
			assert_true(!j || relocs[j].offset >= relocs[j - 1].offset);
		}
		free(relocs);
	}
	for (i = 0; i < elf->n_symbols; i++) {
		const struct elf_symbol *s = elf_symbol(elf, (uint32_t)i);

		sum += strlen(s->name);
		assert_true(s->section == SHN_ABS || s->section == SHN_COMMON ||
			    elf_section(elf, s->section));
	}
	assert_null(elf_section(elf, (uint32_t)elf->n_sections));
	assert_null(elf_symbol(elf, (uint32_t)elf->n_symbols));
	return sum;
}

/* Opens a copy that is exactly as large. An error must have been reported, once. */
static int try_bytes(const void *data, size_t size, char *message, size_t room)
{
	struct report *r = report_new();
	struct elf_file *elf;
	char *copy = malloc(size ?: 1);
	int err;

	if (size)
		memcpy(copy, data, size);
	err = elf_open_memory(&elf, copy, size, "t.o", r);
	assert_int_equal(report_errors(r), err ? 1 : 0);
	if (err) {
		assert_null(elf);
		assert_true(err < 0);
		cleat_diag_format(report_get(r, 0), message, room);
	} else {
		walk(elf);
		/* reading changes nothing of what belongs to the caller */
		assert_memory_equal(copy, data, size);
		elf_close(elf);
	}
	report_free(r);
	free(copy);
	return err;
}

static void refuse_image(uint16_t machine, const struct image_section *s, size_t n,
			 const char *message)
{
	struct image m = { .wide = true };
	char text[256] = "";

	image_build(&m, machine, s, n);
	assert_int_equal(try_bytes(m.bytes.data, m.bytes.len, text, sizeof(text)), -ENOEXEC);
	assert_string_equal(text, message);
	buf_free(&m.bytes);
}

static void check_sample(bool wide, bool big)
{
	bool big_host = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	struct image m = { .wide = wide, .big = big };
	const struct elf_section *section;
	const struct elf_symbol *symbol;
	struct report *r = report_new();
	struct elf_reloc *relocs;
	struct elf_file *elf;
	struct sample s;
	size_t n;

	sample_make(&s, wide, big);
	image_build(&m, EM_BPF, s.sections, N_SECTIONS - 1);
	assert_int_equal(elf_open_memory(&elf, m.bytes.data, m.bytes.len, "t.o", r), 0);
	assert_string_equal(elf->path, "t.o");
	assert_int_equal(elf->class, wide ? ELFCLASS64 : ELFCLASS32);
	assert_true(elf->big_endian == big);
	assert_true(elf->foreign == (big != big_host));
	assert_int_equal(elf->type, ET_REL);
	assert_int_equal(elf->machine, EM_BPF);
	assert_int_equal(elf->n_sections, N_SECTIONS + 1);
	section = elf_section_named(elf, "xdp");
	assert_ptr_equal(section, elf_section(elf, TEXT));
	assert_int_equal(section->size, 32);
	/* where it lies in the file: not copied */
	assert_true((const char *)section->data > m.bytes.data &&
		    (const char *)section->data < m.bytes.data + m.bytes.len);
	assert_memory_equal(section->data, code, 32);
	assert_null(elf_section_named(elf, "nope"));
	assert_int_equal(elf_section(elf, BSS)->size, 1 << 20);
	assert_non_null(elf_section(elf, EMPTY)->data);
	assert_int_equal(elf->n_symbols, 6);
	symbol = elf_symbol(elf, 1);
	assert_string_equal(symbol->name, ".data");
	symbol = elf_symbol(elf, 2);
	assert_string_equal(symbol->name, "prog");
	assert_int_equal(symbol->type, STT_FUNC);
	assert_int_equal(symbol->size, 32);
	symbol = elf_symbol(elf, 3);
	assert_int_equal(symbol->bind, STB_WEAK);
	assert_int_equal(symbol->value, 0x1122);
	assert_int_equal(elf_symbol(elf, 4)->section, SHN_UNDEF);
	assert_int_equal(elf_symbol(elf, 5)->section, SHN_ABS);
	assert_int_equal(elf_relocs(elf, TEXT, &relocs, &n, r), 0);
	assert_int_equal(n, 2);
	assert_int_equal(relocs[0].offset, 0);
	assert_int_equal(relocs[0].symbol, 4);
	assert_int_equal(relocs[0].type, 10);
	assert_int_equal(relocs[1].offset, 16);
	free(relocs);
	assert_int_equal(elf_relocs(elf, DATA, &relocs, &n, r), 0);
	assert_int_equal(n, 0);
	assert_null(relocs);
	walk(elf);
	elf_close(elf);
	assert_int_equal(report_count(r), 0);
	report_free(r);
	buf_free(&m.bytes);
	sample_free(&s);
}

static void test_sound(void **state _unused_)
{
	check_sample(true, false);
	check_sample(true, true);
	check_sample(false, false);
	check_sample(false, true);
	elf_close(NULL);
}

static void test_truncated(void **state _unused_)
{
	int shape;

	for (shape = 0; shape < 4; shape++) {
		struct image m = { .wide = shape & 1, .big = shape & 2 };
		struct sample s;
		char text[256];
		size_t cut;

		sample_make(&s, m.wide, m.big);
		image_build(&m, EM_BPF, s.sections, N_SECTIONS - 1);
		assert_int_equal(try_bytes(m.bytes.data, m.bytes.len, text, sizeof(text)), 0);
		/* the section table is at the end: whatever is cut off, it is missed */
		for (cut = 0; cut < m.bytes.len; cut++)
			assert_true(try_bytes(m.bytes.data, cut, text, sizeof(text)) < 0);
		sample_free(&s);
		buf_free(&m.bytes);
	}
}

static void test_flipped(void **state _unused_)
{
	static const uint8_t masks[] = { 0x01, 0x80, 0xff, 0x10 };
	size_t refused = 0, taken = 0;
	int shape;

	for (shape = 0; shape < 4; shape++) {
		struct image m = { .wide = shape & 1, .big = shape & 2 };
		struct sample s;
		char text[256];
		size_t i, j;

		sample_make(&s, m.wide, m.big);
		image_build(&m, EM_BPF, s.sections, N_SECTIONS - 1);
		for (i = 0; i < m.bytes.len; i++) {
			for (j = 0; j < ARRAY_SIZE(masks); j++) {
				m.bytes.data[i] = (char)(m.bytes.data[i] ^ masks[j]);
				if (try_bytes(m.bytes.data, m.bytes.len, text, sizeof(text)))
					refused++;
				else
					taken++;
				m.bytes.data[i] = (char)(m.bytes.data[i] ^ masks[j]);
			}
		}
		sample_free(&s);
		buf_free(&m.bytes);
	}
	/* neither everything passes nor everything is refused, or this tests nothing */
	assert_true(refused > 500);
	assert_true(taken > 500);
}

static void test_not_elf(void **state _unused_)
{
	struct report *r = report_new();
	struct elf_file *elf;
	char text[256];

	assert_int_equal(try_bytes("", 0, text, sizeof(text)), -ENOEXEC);
	assert_int_equal(try_bytes("\177EL", 3, text, sizeof(text)), -ENOEXEC);
	assert_int_equal(try_bytes("#!/bin/sh\n", 10, text, sizeof(text)), -ENOEXEC);
	assert_string_equal(text, "t.o: error: is not an ELF file");
	assert_int_equal(try_bytes("\177ELF", 4, text, sizeof(text)), -ENOEXEC);
	assert_string_equal(text, "t.o: error: has a damaged ELF header");
	assert_int_equal(try_bytes("!<arch>\n", 8, text, sizeof(text)), -ENOEXEC);
	assert_int_equal(elf_open(&elf, "/nonexistent.o", r), -ENOENT);
	assert_null(elf);
	cleat_diag_format(report_get(r, 0), text, sizeof(text));
	assert_string_equal(text,
			    "/nonexistent.o: error: cannot read /nonexistent.o: no such file or "
			    "directory");
	assert_int_equal(elf_open(&elf, "/tmp", r), -EISDIR);
	report_free(r);
}

static void test_refused(void **state _unused_)
{
	struct image_section two[N_SECTIONS];
	struct sample s;

	sample_make(&s, true, false);
	memcpy(two, s.sections, sizeof(s.sections));
	two[EMPTY - 1] = two[SYMTAB - 1];
	two[EMPTY - 1].name = ".symtab2";
	refuse_image(EM_BPF, two, N_SECTIONS - 1,
		     "t.o: error: has several symbol tables, '.symtab' and '.symtab2'");

	memcpy(two, s.sections, sizeof(s.sections));
	two[SYMTAB - 1].entsize = 16;
	refuse_image(EM_BPF, two, N_SECTIONS - 1,
		     "t.o: error: table '.symtab' has entries of an unexpected size");

	memcpy(two, s.sections, sizeof(s.sections));
	two[SYMTAB - 1].link = DATA;
	refuse_image(EM_BPF, two, N_SECTIONS - 1,
		     "t.o: error: symbol table '.symtab' has no sound name table");

	/* the last name is not terminated */
	memcpy(two, s.sections, sizeof(s.sections));
	two[STRTAB - 1].size = sizeof(strings) - 1;
	refuse_image(EM_BPF, two, N_SECTIONS - 1,
		     "t.o: error: symbol table '.symtab' has no sound name table");

	memcpy(two, s.sections, sizeof(s.sections));
	two[STRTAB - 1].size = 6;
	refuse_image(EM_BPF, two, N_SECTIONS - 1,
		     "t.o: error: symbol number 3 has a name outside of the name table");

	memcpy(two, s.sections, sizeof(s.sections));
	two[REL_TEXT - 1].info = 99;
	refuse_image(EM_BPF, two, N_SECTIONS - 1,
		     "t.o: error: relocations '.relxdp' are for a section that does not exist");

	/* the header says 64, the next section begins after 32 */
	memcpy(two, s.sections, sizeof(s.sections));
	{
		struct image m = { .wide = true };
		uint64_t longer = 40;
		char text[256];
		size_t headers;

		image_build(&m, EM_BPF, two, N_SECTIONS - 1);
		headers = m.bytes.len - (N_SECTIONS + 1) * 64;
		memcpy(m.bytes.data + headers + TEXT * 64 + 32, &longer, sizeof(longer));
		if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
			assert_int_equal(try_bytes(m.bytes.data, m.bytes.len, text, sizeof(text)),
					 -ENOEXEC);
			assert_string_equal(text,
					    "t.o: error: sections 'xdp' and '.relxdp' overlap");
		}
		buf_free(&m.bytes);
	}
	sample_free(&s);
}

static void refuse_relocs(const struct image_section *s, uint32_t target, const char *message)
{
	struct report *r = report_new();
	struct image m = { .wide = true };
	struct elf_reloc *relocs;
	struct elf_file *elf;
	char text[256];
	size_t n;

	image_build(&m, EM_BPF, s, N_SECTIONS - 1);
	assert_int_equal(elf_open_memory(&elf, m.bytes.data, m.bytes.len, "t.o", r), 0);
	assert_int_equal(elf_relocs(elf, target, &relocs, &n, r), -ENOEXEC);
	assert_null(relocs);
	assert_int_equal(n, 0);
	assert_int_equal(report_errors(r), 1);
	assert_string_equal(report_get(r, 0)->what, message);
	cleat_diag_format(report_get(r, 0), text, sizeof(text));
	elf_close(elf);
	report_free(r);
	buf_free(&m.bytes);
}

static void test_refused_relocs(void **state _unused_)
{
	struct image outside = { .wide = true }, no_symbol = { .wide = true };
	struct image_section changed[N_SECTIONS];
	struct sample s;

	sample_make(&s, true, false);
	memcpy(changed, s.sections, sizeof(s.sections));
	image_rel(&outside, 32, 3, 1);
	changed[REL_TEXT - 1].data = outside.bytes.data;
	changed[REL_TEXT - 1].size = outside.bytes.len;
	refuse_relocs(changed, TEXT,
		      "relocation number 0 of '.relxdp' lies outside of section 'xdp'");
	image_rel(&no_symbol, 0, 6, 1);
	changed[REL_TEXT - 1].data = no_symbol.bytes.data;
	refuse_relocs(changed, TEXT,
		      "relocation number 0 of '.relxdp' has a symbol that does not exist");

	memcpy(changed, s.sections, sizeof(s.sections));
	changed[REL_TEXT - 1].info = BSS;
	refuse_relocs(changed, BSS,
		      "relocations '.relxdp' are for section '.bss', which has no data");

	memcpy(changed, s.sections, sizeof(s.sections));
	changed[REL_TEXT - 1].link = STRTAB;
	refuse_relocs(changed, TEXT,
		      "relocations '.relxdp' refer to another table than the symbol table");

	memcpy(changed, s.sections, sizeof(s.sections));
	changed[REL_TEXT - 1].entsize = 1;
	refuse_relocs(changed, TEXT, "table '.relxdp' has entries of an unexpected size");
	buf_free(&outside.bytes);
	buf_free(&no_symbol.bytes);
	sample_free(&s);
}

static void test_no_symbols(void **state _unused_)
{
	struct image_section s = { "text", SHT_PROGBITS, 0, 0, 0, 0, code, 32 };
	struct image m = { .wide = true };
	struct elf_file *elf;

	image_build(&m, EM_BPF, &s, 1);
	assert_int_equal(elf_open_memory(&elf, m.bytes.data, m.bytes.len, "t.o", NULL), 0);
	assert_int_equal(elf->n_symbols, 0);
	assert_null(elf_symbol(elf, 0));
	walk(elf);
	elf_close(elf);
	buf_free(&m.bytes);
}

static void test_many_sections(void **state _unused_)
{
	enum { MANY = 70000 };
	struct image_section *s = calloc(MANY, sizeof(*s));
	struct image m = { .wide = true }, symbols = { .wide = true }, numbers = { .wide = true };
	char *names = calloc(MANY, 16);
	struct elf_file *elf;
	size_t i;

	for (i = 0; i < MANY; i++) {
		snprintf(names + i * 16, 16, "s%zu", i + 1);
		s[i] = (struct image_section) { names + i * 16, SHT_PROGBITS, 0, 0, 0, 0, code, 1 };
	}
	image_symbol(&symbols, 0, 0, 0, 0, 0);
	image_symbol(&symbols, S_PROG, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), SHN_XINDEX, 0, 1);
	image_put(&numbers, 0, 4);
	image_put(&numbers, 69000, 4);
	s[0] = (struct image_section) {
		".strtab", SHT_STRTAB, 0, 0, 0, 0, strings, sizeof(strings)
	};
	s[1] = (struct image_section) { ".symtab",          SHT_SYMTAB,       0, 1, 1, 24,
					symbols.bytes.data, symbols.bytes.len };
	s[2] = (struct image_section) { ".symtab_shndx",    SHT_SYMTAB_SHNDX, 0, 2, 0, 4,
					numbers.bytes.data, numbers.bytes.len };
	image_build(&m, EM_BPF, s, MANY);
	assert_int_equal(elf_open_memory(&elf, m.bytes.data, m.bytes.len, "t.o", NULL), 0);
	assert_int_equal(elf->n_sections, MANY + 2);
	assert_int_equal(elf_symbol(elf, 1)->section, 69000);
	assert_string_equal(elf_section(elf, 69000)->name, "s69000");
	assert_int_equal(elf_section_named(elf, "s69999")->index, 69999);
	walk(elf);
	elf_close(elf);
	buf_free(&m.bytes);

	/* a number that also means "absolute" cannot be told apart: refused, not guessed */
	memcpy(numbers.bytes.data + 4, &(uint32_t) { SHN_ABS }, 4);
	image_build(&m, EM_BPF, s, MANY);
	assert_int_equal(elf_open_memory(&elf, m.bytes.data, m.bytes.len, "t.o", NULL), -ENOEXEC);
	buf_free(&m.bytes);
	buf_free(&symbols.bytes);
	buf_free(&numbers.bytes);
	free(names);
	free(s);
}

static void put_compressed(struct image *m, uint64_t claimed, const void *data, size_t size)
{
	uLongf room = compressBound(size);
	Bytef *out = malloc(room);

	assert_int_equal(compress(out, &room, data, size), Z_OK);
	image_put(m, ELFCOMPRESS_ZLIB, 4);
	if (m->wide)
		image_put(m, 0, 4);
	image_put_word(m, claimed);
	image_put_word(m, 1);
	buf_put(&m->bytes, out, room);
	free(out);
}

static void test_compressed(void **state _unused_)
{
	static const char plain[] = "plain";
	int shape;

	for (shape = 0; shape < 4; shape++) {
		struct image m = { .wide = shape & 1, .big = shape & 2 };
		struct image packed = { .wide = m.wide, .big = m.big };
		char *long_text = malloc(100000), *before;
		struct image_section s[2];
		struct elf_file *elf;

		memset(long_text, 'x', 100000);
		put_compressed(&packed, 100000, long_text, 100000);
		s[0] = (struct image_section) {
			".debug_info",     SHT_PROGBITS,    SHF_COMPRESSED, 0, 0, 0,
			packed.bytes.data, packed.bytes.len
		};
		s[1] = (struct image_section) { "text", SHT_PROGBITS, 0, 0, 0, 0, plain, 5 };
		image_build(&m, EM_BPF, s, 2);
		before = malloc(m.bytes.len);
		memcpy(before, m.bytes.data, m.bytes.len);
		assert_int_equal(elf_open_memory(&elf, m.bytes.data, m.bytes.len, "t.o", NULL), 0);
		assert_int_equal(elf_section(elf, 1)->size, 100000);
		assert_memory_equal(elf_section(elf, 1)->data, long_text, 100000);
		assert_false(elf_section(elf, 1)->flags & SHF_COMPRESSED);
		assert_memory_equal(elf_section(elf, 2)->data, plain, 5);
		/* the caller's bytes may be in a read-only mapping */
		assert_memory_equal(before, m.bytes.data, m.bytes.len);
		elf_close(elf);
		free(before);
		free(long_text);
		buf_free(&m.bytes);
		buf_free(&packed.bytes);
	}
}

static void test_compressed_lies(void **state _unused_)
{
	static const uint64_t claims[] = { 0, 31, 33, 1 << 20, 1ULL << 31, UINT64_MAX };
	char text[256];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(claims); i++) {
		struct image m = { .wide = true }, packed = { .wide = true };
		struct image_section s;

		put_compressed(&packed, claims[i], code, 32);
		s = (struct image_section) { "z", SHT_PROGBITS,      SHF_COMPRESSED,  0, 0,
					     0,   packed.bytes.data, packed.bytes.len };
		image_build(&m, EM_BPF, &s, 1);
		assert_true(try_bytes(m.bytes.data, m.bytes.len, text, sizeof(text)) < 0);
		buf_free(&m.bytes);
		/* and cut in the middle of its header */
		s.size = 10;
		image_build(&m, EM_BPF, &s, 1);
		assert_true(try_bytes(m.bytes.data, m.bytes.len, text, sizeof(text)) < 0);
		buf_free(&m.bytes);
		buf_free(&packed.bytes);
	}
}

__attribute__((visibility("default"), noinline)) int test_elf_marker(int n);

int test_elf_marker(int n)
{
	return n + 42;
}

/* What the C library says about an address is what we must find in the file. */
static uint64_t offset_of(const void *address, const char **path)
{
	Dl_info info;

	assert_int_not_equal(dladdr(address, &info), 0);
	*path = info.dli_fname;
	return (uint64_t)((uintptr_t)address - (uintptr_t)info.dli_fbase);
}

struct count {
	size_t n;
	uint64_t last;
	bool found;
};

static int count_function(void *user, const char *name, uint64_t offset)
{
	struct count *count = user;

	assert_true(!count->n || offset > count->last);
	count->n++;
	count->last = offset;
	count->found |= streq(name, "test_elf_marker");
	return count->n == 1000 ? -ECANCELED : 0;
}

static void test_function_offset(void **state _unused_)
{
	struct report *r = report_new();
	struct count count = { 0 };
	uint64_t offset = 0;

	assert_int_equal(elf_function_offset("/proc/self/exe", "test_elf_marker", &offset, r), 0);
	/* the bytes there are the function's own */
	{
		FILE *f = fopen("/proc/self/exe", "r");
		uint8_t bytes[16];

		assert_non_null(f);
		assert_int_equal(fseek(f, (long)offset, SEEK_SET), 0);
		assert_int_equal(fread(bytes, 1, sizeof(bytes), f), sizeof(bytes));
		assert_memory_equal(bytes, (const void *)(uintptr_t)test_elf_marker, 16);
		fclose(f);
	}
	assert_int_equal(elf_function_offset("/proc/self/exe", "test_elf_markre", &offset, r),
			 -ENOENT);
	assert_string_equal(report_get(r, 0)->what,
			    "no function 'test_elf_markre' in /proc/self/exe");
	assert_string_equal(report_get(r, 0)->hint, "did you mean 'test_elf_marker'?");
	assert_int_equal(elf_function_offset("/proc/self/exe", "test_elf_marker@NO_1", &offset, r),
			 -ENOENT);
	assert_int_equal(elf_function_offset("/tmp", "x", &offset, r), -ENOEXEC);
	assert_int_equal(elf_function_offset("/nonexistent", "x", &offset, r), -ENOENT);
	assert_int_equal(elf_function_offset("/proc/self/status", "x", &offset, r), -ENOEXEC);

	assert_int_equal(elf_function_each("/proc/self/exe", "test_elf_mark*", count_function,
					   &count, r),
			 0);
	assert_int_equal(count.n, 1);
	assert_true(count.found);
	assert_int_equal(elf_function_each("/proc/self/exe", "no_such_*", count_function, &count,
					   r),
			 -ENOENT);
	report_free(r);
}

static void test_library(void **state _unused_)
{
	struct report *r = report_new();
	uint64_t offset = 0, other = 0;
	struct count count = { 0 };
	const char *path;
	void *libc = dlopen("libc.so.6", RTLD_NOW | RTLD_LOCAL);
	uint64_t want;
	int err;

	if (!libc)
		skip();
	/* qsort has one version and no fast variants; libc's code is at its address in the file */
	want = offset_of(dlsym(libc, "qsort"), &path);
	assert_int_equal(elf_function_offset(path, "qsort", &offset, r), 0);
	if (offset != want)
		skip(); /* a libc whose segments lie elsewhere in the file */
	err = elf_function_offset(path, "qsort@NO_SUCH_VERSION", &other, r);
	assert_int_equal(err, -ENOENT);
	if (elf_function_offset(path, "qsort@GLIBC_2.2.5", &other, r) == 0) {
		assert_int_equal(other, offset);
		assert_int_equal(elf_function_offset(path, "qsort@@GLIBC_2.2.5", &other, r), 0);
		assert_int_equal(other, offset);
		assert_int_equal(
			elf_function_offset(path, "pthread_cond_wait@GLIBC_2.2.5", &other, r), 0);
		assert_int_equal(elf_function_offset(path, "pthread_cond_wait@@GLIBC_2.2.5", &want,
						     r),
				 -ENOENT);
		assert_int_equal(
			elf_function_offset(path, "pthread_cond_wait@@GLIBC_2.3.2", &want, r), 0);
		assert_true(other != want);
		/* one name, two functions: without a version it means the default */
		assert_int_equal(elf_function_offset(path, "pthread_cond_wait", &other, r), 0);
		assert_true(other == want);
	}
	assert_int_equal(elf_function_each(path, "*", count_function, &count, r), -ECANCELED);
	assert_int_equal(count.n, 1000);
	dlclose(libc);
	report_free(r);
}

/* Of several symbols of one name: the one that is defined, outright rather than weakly. */
static void test_which_function(void **state _unused_)
{
	static const char names[] = "\0wanted\0both\0twice\0same";
	enum { WANTED = 1, BOTH = 8, TWICE = 13, SAME = 19 };
	const uint8_t strong = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
	const uint8_t weak = ELF64_ST_INFO(STB_WEAK, STT_FUNC);
	struct image m = { .wide = true }, dynamic = { .wide = true }, own = { .wide = true };
	char path[] = "/tmp/cleat-test-XXXXXX";
	struct report *r = report_new();
	int fd = mkstemp(path);
	uint64_t offset = 0;

	/* a library's function that this file calls: its address is of no code here */
	image_symbol(&dynamic, 0, 0, 0, 0, 0);
	image_symbol(&dynamic, WANTED, strong, SHN_UNDEF, 0, 0);
	image_symbol(&own, 0, 0, 0, 0, 0);
	image_symbol(&own, WANTED, strong, 1, 72, 8);
	image_symbol(&own, BOTH, weak, 1, 80, 8);
	image_symbol(&own, BOTH, strong, 1, 88, 8);
	image_symbol(&own, BOTH, weak, 1, 64, 8);
	image_symbol(&own, TWICE, strong, 1, 80, 8);
	image_symbol(&own, TWICE, strong, 1, 88, 8);
	image_symbol(&own, SAME, strong, 1, 88, 8);
	image_symbol(&own, SAME, strong, 1, 88, 8);
	{
		const struct image_section sections[] = {
			{ ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0, 0, 0, code, 32 },
			{ ".strtab", SHT_STRTAB, 0, 0, 0, 0, names, sizeof(names) },
			{ ".dynsym", SHT_DYNSYM, SHF_ALLOC, 2, 1, 24, dynamic.bytes.data,
			  dynamic.bytes.len },
			{ ".symtab", SHT_SYMTAB, 0, 2, 1, 24, own.bytes.data, own.bytes.len },
		};

		image_build(&m, EM_X86_64, sections, ARRAY_SIZE(sections));
	}
	image_segment(&m, PF_R | PF_X, 0, 0, m.bytes.len);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, m.bytes.data, m.bytes.len, 0), m.bytes.len);

	assert_int_equal(elf_function_offset(path, "wanted", &offset, r), 0);
	assert_int_equal(offset, 72);
	assert_int_equal(elf_function_offset(path, "both", &offset, r), 0);
	assert_int_equal(offset, 88);
	assert_int_equal(elf_function_offset(path, "same", &offset, r), 0);
	assert_int_equal(offset, 88);
	assert_int_equal(elf_function_offset(path, "twice", &offset, r), -EINVAL);
	assert_non_null(strstr(report_get(r, 0)->what,
			       "has several functions 'twice', at different places"));
	close(fd);
	unlink(path);
	buf_free(&m.bytes);
	buf_free(&dynamic.bytes);
	buf_free(&own.bytes);
	report_free(r);
}

/* Every byte of a binary's tables damaged in turn: no crash, and errors are reported once. */
static void test_damaged_binary(void **state _unused_)
{
	char path[] = "/tmp/cleat-test-XXXXXX";
	size_t i, found = 0, missed = 0;
	struct image m = { .wide = true };
	struct sample s;
	int fd = mkstemp(path);
	uint64_t offset = 0;

	assert_true(fd >= 0);
	sample_make(&s, true, false);
	image_build(&m, EM_X86_64, s.sections, N_SECTIONS - 1);
	image_segment(&m, PF_R | PF_X, 0, 0, m.bytes.len);
	assert_int_equal(pwrite(fd, m.bytes.data, m.bytes.len, 0), m.bytes.len);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), 0);
	for (i = 0; i < m.bytes.len; i++) {
		struct report *r = report_new();
		int err;

		m.bytes.data[i] ^= (char)0xff;
		assert_int_equal(pwrite(fd, m.bytes.data + i, 1, (off_t)i), 1);
		err = elf_function_offset(path, "prog", &offset, r);
		assert_int_equal(report_errors(r), err ? 1 : 0);
		if (err)
			missed++;
		else
			found++;
		m.bytes.data[i] ^= (char)0xff;
		assert_int_equal(pwrite(fd, m.bytes.data + i, 1, (off_t)i), 1);
		report_free(r);
	}
	assert_true(found > 50);
	assert_true(missed > 50);
	for (i = 0; i < m.bytes.len; i++) {
		assert_int_equal(ftruncate(fd, (off_t)i), 0);
		assert_true(elf_function_offset(path, "prog", &offset, NULL) < 0);
		assert_int_equal(pwrite(fd, m.bytes.data, m.bytes.len, 0), m.bytes.len);
	}
	close(fd);
	unlink(path);
	buf_free(&m.bytes);
	sample_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),           cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_flipped),         cmocka_unit_test(test_not_elf),
		cmocka_unit_test(test_refused),         cmocka_unit_test(test_refused_relocs),
		cmocka_unit_test(test_no_symbols),      cmocka_unit_test(test_many_sections),
		cmocka_unit_test(test_compressed),      cmocka_unit_test(test_compressed_lies),
		cmocka_unit_test(test_function_offset), cmocka_unit_test(test_library),
		cmocka_unit_test(test_which_function),
		cmocka_unit_test(test_damaged_binary),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
