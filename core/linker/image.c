/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * image.c - the output as an ELF file.
 *
 * Knows the layout of a relocatable file; libelf translates headers and tables to the output's byte
 * order. (It could write the whole file, but only to a descriptor, and nothing here has one.)
 * Nothing but the inputs decides a byte: no time, no path, no address.
 */
#include <libelf.h>

#include "base/text.h"
#include "linker/inner.h"

/* Numbers from here on mean other things. */
#define MAX_SECTIONS (SHN_LORESERVE - 1)

struct image {
	struct job *job;
	struct buf bytes;
	struct buf names; /* of sections and symbols */
	struct strmap *named; /* offset */
	VEC(Elf64_Shdr) headers;
	VEC(Elf64_Sym) symbols;
	uint32_t first_global;
	uint32_t symtab;
};

static uint32_t add_name(struct image *m, const char *name)
{
	uintptr_t at = (uintptr_t)strmap_get(m->named, name);

	if (at || !*name)
		return (uint32_t)at;
	at = m->names.len;
	buf_put(&m->names, name, strlen(name) + 1);
	if (strmap_set(m->named, name, (void *)at))
		m->names.failed = true;
	return (uint32_t)at;
}

static void align(struct image *m, uint64_t to)
{
	while (!m->bytes.failed && m->bytes.len % to)
		buf_putc(&m->bytes, 0);
}

/* A header; where the bytes are is known when they are there. */
static Elf64_Shdr *add_header(struct image *m, const char *name, uint32_t type, uint64_t alignment)
{
	Elf64_Shdr *h = vec_add(&m->headers);

	if (!h) {
		m->bytes.failed = true;
		return NULL;
	}
	h->sh_name = name ? add_name(m, name) : 0;
	h->sh_type = type;
	h->sh_addralign = alignment;
	align(m, MAX(alignment, 1));
	h->sh_offset = type == SHT_NULL ? 0 : m->bytes.len;
	return h;
}

static void put(struct image *m, Elf64_Shdr *h, const void *data, size_t size)
{
	if (!h)
		return;
	h->sh_size = size;
	buf_put(&m->bytes, data, size);
}

/* A table, or the ELF header, in the output's byte order. */
static int put_translated(struct image *m, void *items, size_t size, Elf_Type type)
{
	const bool big = m->job->linker->inputs.v[0]->elf->big_endian;
	Elf_Data from = { .d_buf = items, .d_type = type, .d_size = size, .d_version = EV_CURRENT };
	Elf_Data to = from;

	to.d_buf = buf_reserve(&m->bytes, size);
	if (!to.d_buf)
		return -ENOMEM;
	if (!elf64_xlatetof(&to, &from, big ? ELFDATA2MSB : ELFDATA2LSB))
		return -EINVAL;
	m->bytes.len += size;
	return 0;
}

/* --- symbols ---------------------------------------------------------------------------------- */

static int add_symbol(struct image *m, struct symbol *s)
{
	Elf64_Sym sym = {
		.st_name = add_name(m, s->name),
		.st_info = ELF64_ST_INFO(s->bind, s->type),
		.st_other = s->visibility,
		.st_shndx = (uint16_t)(s->section ? s->section->index : s->special),
		.st_value = s->value,
		.st_size = s->size,
	};

	s->index = (uint32_t)m->symbols.n;
	return vec_push(&m->symbols, sym);
}

static int add_symbols(struct image *m)
{
	const struct job *j = m->job;
	int err = vec_push(&m->symbols, (Elf64_Sym) { 0 });

	for (size_t i = 0; i < j->locals.n && !err; i++)
		err = add_symbol(m, j->locals.v[i]);
	m->first_global = (uint32_t)m->symbols.n;
	for (size_t i = 0; i < j->globals.n && !err; i++)
		err = add_symbol(m, j->globals.v[i]);
	return err;
}

static int put_symbols(struct image *m)
{
	size_t size = m->symbols.n * sizeof(*m->symbols.v);
	Elf64_Shdr *h = add_header(m, ".symtab", SHT_SYMTAB, 8);

	if (!h)
		return -ENOMEM;
	h->sh_size = size;
	h->sh_entsize = sizeof(Elf64_Sym);
	h->sh_link = m->symtab + 1; /* .strtab comes next */
	h->sh_info = m->first_global;
	return put_translated(m, m->symbols.v, size, ELF_T_SYM);
}

/* --- sections -------------------------------------------------------------------------------- */

static void put_section(struct image *m, const struct section *s)
{
	Elf64_Shdr *h = add_header(m, s->name, s->type, s->align);

	if (!h)
		return;
	h->sh_flags = s->flags;
	h->sh_entsize = s->entsize;
	h->sh_size = s->size;
	if (s->data)
		buf_put(&m->bytes, s->data, s->size);
}

static int put_relocs(struct image *m, const struct section *s)
{
	_buf_free_ struct buf name = { 0 };
	_free_ Elf64_Rel *table = calloc(s->relocs.n, sizeof(*table));
	Elf64_Shdr *h;

	buf_printf(&name, ".rel%s", s->name);
	h = name.failed || !table ? NULL : add_header(m, name.data, SHT_REL, 8);
	if (!h)
		return -ENOMEM;
	/* they are in order: each input's were, and the inputs are behind each other */
	for (size_t i = 0; i < s->relocs.n; i++) {
		const struct relocation *from = &s->relocs.v[i];

		table[i].r_offset = from->offset;
		table[i].r_info = ELF64_R_INFO((uint64_t)from->symbol->index, from->type);
	}
	h->sh_flags = SHF_INFO_LINK;
	h->sh_entsize = sizeof(*table);
	h->sh_link = m->symtab;
	h->sh_info = s->index;
	h->sh_size = s->relocs.n * sizeof(*table);
	return put_translated(m, table, h->sh_size, ELF_T_REL);
}

/* Numbers first: symbols and relocations name sections by them. */
static int number_sections(struct image *m)
{
	struct job *j = m->job;
	size_t n = 1;

	for (size_t i = 0; i < j->sections.n; i++)
		j->sections.v[i]->index = (uint32_t)n++;
	n += (j->btf_bytes.len != 0) + (j->ext_bytes.len != 0);
	for (size_t i = 0; i < j->sections.n; i++)
		n += j->sections.v[i]->relocs.n != 0;
	m->symtab = (uint32_t)n;
	if (n + 2 > MAX_SECTIONS)
		return report_error(j->report, E2BIG, "more than %u sections", MAX_SECTIONS);
	return 0;
}

static int put_sections(struct image *m)
{
	struct job *j = m->job;
	int err = 0;

	add_header(m, NULL, SHT_NULL, 0);
	for (size_t i = 0; i < j->sections.n; i++)
		put_section(m, j->sections.v[i]);
	if (j->btf_bytes.len)
		put(m, add_header(m, ".BTF", SHT_PROGBITS, 4), j->btf_bytes.data, j->btf_bytes.len);
	if (j->ext_bytes.len)
		put(m, add_header(m, ".BTF.ext", SHT_PROGBITS, 4), j->ext_bytes.data,
		    j->ext_bytes.len);
	for (size_t i = 0; i < j->sections.n && !err; i++)
		if (j->sections.v[i]->relocs.n)
			err = put_relocs(m, j->sections.v[i]);
	return err ? err : put_symbols(m);
}

/* --- the file --------------------------------------------------------------------------------- */

static int put_names(struct image *m)
{
	/* its own name must be in it before it is written */
	const uint32_t name = add_name(m, ".strtab");
	Elf64_Shdr *h = add_header(m, NULL, SHT_STRTAB, 1);

	if (!h)
		return -ENOMEM;
	h->sh_name = name;
	if (m->names.failed)
		return -ENOMEM;
	put(m, h, m->names.data, m->names.len);
	return 0;
}

static int put_header(struct image *m, uint64_t table)
{
	const struct elf_file *first = m->job->linker->inputs.v[0]->elf;
	Elf64_Ehdr header = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     first->big_endian ? ELFDATA2MSB : ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_REL,
		.e_machine = EM_BPF,
		.e_version = EV_CURRENT,
		.e_shoff = table,
		.e_ehsize = sizeof(header),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = (uint16_t)m->headers.n,
		.e_shstrndx = (uint16_t)(m->headers.n - 1),
	};
	size_t end = m->bytes.len;
	int err;

	/* room for it was left at the beginning */
	m->bytes.len = 0;
	err = put_translated(m, &header, sizeof(header), ELF_T_EHDR);
	m->bytes.len = end;
	return err;
}

static int build(struct image *m)
{
	static const Elf64_Ehdr room;
	uint64_t table;
	int err;

	buf_putc(&m->names, 0);
	buf_put(&m->bytes, &room, sizeof(room));
	err = add_symbols(m);
	if (!err)
		err = put_sections(m);
	if (!err)
		err = put_names(m);
	if (err)
		return err;
	align(m, 8);
	table = m->bytes.len;
	err = put_translated(m, m->headers.v, m->headers.n * sizeof(*m->headers.v), ELF_T_SHDR);
	if (!err)
		err = put_header(m, table);
	return err ? err : m->bytes.failed ? -ENOMEM : 0;
}

int write_image(struct job *j, void **data, size_t *size)
{
	struct image m = { .job = j, .named = strmap_new() };
	int err = m.named ? number_sections(&m) : report_oom(j->report);

	if (!err && build(&m))
		err = report_oom(j->report);
	if (!err) {
		*size = m.bytes.len;
		*data = buf_take(&m.bytes);
		err = *data ? 0 : report_oom(j->report);
	}
	buf_free(&m.bytes);
	buf_free(&m.names);
	vec_free(&m.headers);
	vec_free(&m.symbols);
	strmap_free(m.named);
	return err;
}
