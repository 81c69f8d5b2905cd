/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * object-file.h - BPF objects for tests: those that clang made, and those made by hand, a section
 * or symbol a line, in either byte order. Knows ELF and the reporter; refuses to know what is in
 * an object.
 */
#ifndef UNIT_OBJECT_FILE_H
#define UNIT_OBJECT_FILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/file.h"
#include "elf-image.h"
#include "object/object.h"

#define PROG SHT_PROGBITS
#define CODE (SHF_ALLOC | SHF_EXECINSTR)
#define DATA (SHF_ALLOC | SHF_WRITE)
#define FUNC(bind) ELF64_ST_INFO(bind, STT_FUNC)
#define OBJECT(bind) ELF64_ST_INFO(bind, STT_OBJECT)
#define LABEL(bind) ELF64_ST_INFO(bind, STT_NOTYPE)
#define SECTION ELF64_ST_INFO(STB_LOCAL, STT_SECTION)

/* Raw instructions: eight bytes as a little-endian number. */
#define I(code, regs, off, imm)                                                       \
	((uint64_t)(code) | (uint64_t)(regs) << 8 | (uint64_t)(uint16_t)(off) << 16 | \
	 (uint64_t)(uint32_t)(imm) << 32)
#define MOV0 I(0xb7, 0, 0, 0)
#define EXIT I(0x95, 0, 0, 0)
#define CALL(imm) I(0x85, 0x10, 0, imm)
#define LDDW(imm) I(0x18, 0x01, 0, imm)
#define LDDW2 I(0, 0, 0, 0)

/* An object being made: sections are numbered from 1. */
struct made {
	bool big;
	struct image_section s[40];
	size_t n;
	struct buf names;
	struct image symbols;
	size_t n_symbols;
	struct image rels[40];
};

static inline void made_begin(struct made *m, bool big)
{
	memset(m, 0, sizeof(*m));
	m->big = big;
	m->symbols.wide = true;
	m->symbols.big = big;
	buf_putc(&m->names, 0);
	image_symbol(&m->symbols, 0, 0, 0, 0, 0);
	m->n_symbols = 1;
}

static inline uint32_t made_section(struct made *m, const char *name, uint32_t type, uint64_t flags,
				    const void *data, size_t size)
{
	assert_true(m->n + 1 < ARRAY_SIZE(m->s) - 20);
	m->s[m->n] = (struct image_section) {
		.name = name, .type = type, .flags = flags, .data = data, .size = size
	};
	return (uint32_t)++m->n;
}

static inline uint32_t made_symbol(struct made *m, const char *name, uint8_t info, uint32_t section,
				   uint64_t value, uint64_t size)
{
	uint32_t at = *name ? (uint32_t)m->names.len : 0;

	if (*name)
		buf_put(&m->names, name, strlen(name) + 1);
	image_symbol(&m->symbols, at, info, (uint16_t)section, value, size);
	return (uint32_t)m->n_symbols++;
}

static inline void made_rel(struct made *m, uint32_t section, uint64_t offset, uint32_t symbol,
			    uint32_t type)
{
	m->rels[section].wide = true;
	m->rels[section].big = m->big;
	image_rel(&m->rels[section], offset, symbol, type);
}

/* The visibility (STV_*) of the last symbol. */
static inline void made_visibility(struct made *m, uint8_t visibility)
{
	m->symbols.bytes.data[m->symbols.bytes.len - 24 + 5] = (char)visibility;
}

/* Finish: the file's bytes, which the caller frees; everything else that was made is gone. */
static inline void made_finish(struct made *m, struct buf *out)
{
	struct image image = { .wide = true, .big = m->big };
	uint32_t n = (uint32_t)m->n, symtab;

	m->s[m->n++] = (struct image_section) {
		.name = ".strtab", .type = SHT_STRTAB, .data = m->names.data, .size = m->names.len
	};
	symtab = (uint32_t)++m->n;
	m->s[symtab - 1] = (struct image_section) { .name = ".symtab",
						    .type = SHT_SYMTAB,
						    .link = n + 1,
						    .info = 1,
						    .entsize = 24,
						    .data = m->symbols.bytes.data,
						    .size = m->symbols.bytes.len };
	for (uint32_t i = 1; i <= n; i++)
		if (m->rels[i].bytes.len)
			m->s[m->n++] = (struct image_section) { .name = ".rel",
								.type = SHT_REL,
								.link = symtab,
								.info = i,
								.entsize = 16,
								.data = m->rels[i].bytes.data,
								.size = m->rels[i].bytes.len };
	image_build(&image, EM_BPF, m->s, m->n);
	buf_free(&m->names);
	buf_free(&m->symbols.bytes);
	for (uint32_t i = 1; i <= n; i++)
		buf_free(&m->rels[i].bytes);
	*out = image.bytes;
}

/* Finish and open. */
static inline int made_open(struct made *m, struct object **o, struct report *r)
{
	_buf_free_ struct buf bytes = { 0 };

	made_finish(m, &bytes);
	return object_open_memory(o, bytes.data, bytes.len, "made.o", r);
}

/* True when a diagnostic of @level has @text in it; prints all when there is none. */
static inline bool reported(const struct report *r, int level, const char *text)
{
	char line[2048];

	for (size_t i = 0; i < report_count(r); i++) {
		const struct cleat_diag *d = report_get(r, i);

		if (d->level == level && strstr(d->what, text))
			return true;
	}
	fprintf(stderr, "# expected: %s\n", text);
	for (size_t i = 0; i < report_count(r); i++) {
		cleat_diag_format(report_get(r, i), line, sizeof(line));
		fprintf(stderr, "# %s\n", line);
	}
	return false;
}

#define assert_error(r, text) assert_true(reported((r), CLEAT_ERROR, (text)))

/* Prints what went wrong where nothing may. */
static inline int no_errors(const struct report *r, int err)
{
	if (err)
		reported(r, CLEAT_ERROR, "nothing");
	return err;
}

/* An object of tests/unit/bpf; skips the test when there is no compiler for it. */
static inline struct object *open_built(const char *name, struct report *r)
{
	const char *dir = getenv("top_builddir");
	_free_ char *path = path_join(dir ? dir : ".", name);
	struct object *o = NULL;

	assert_non_null(path);
	if (access(path, R_OK))
		skip();
	assert_int_equal(no_errors(r, object_open(&o, path, r)), 0);
	return o;
}

#endif
