// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * elf.c - sections, symbols and relocations of an ELF file. Knows the format, through libelf, and
 * how a file can lie about itself; refuses to know what any section is for.
 *
 * Section data is handed out where it lies in the file, in the file's byte order: nothing is
 * copied but what was compressed. Tables (symbols, relocations) are translated.
 */
#include <gelf.h>

#include "base/file.h"
#include "base/text.h"
#include "base/vec.h"
#include "elf/elf.h"

/* All compressed sections of a file together: more is an attack, not debug information. */
#define INFLATED_MAX ((uint64_t)256 << 20)
/* Deflate cannot do better: a section that claims to is lying, and would cost us the memory. */
#define DEFLATE_RATIO 1032

/* The file as others see it comes first, so that one pointer is both. */
struct elf {
	struct elf_file file;
	struct file_view view;
	uint8_t *copy; /* of the bytes, when libelf has to write to them */
	const uint8_t *data;
	size_t size;
	Elf *elf;
	struct strmap *names;
	uint64_t inflated;
	uint32_t symtab; /* 0: none */
	/* lists of the relocation sections that apply to a section; 0 ends them */
	uint32_t *first_reloc, *next_reloc;
};

static const struct elf *inside(const struct elf_file *file)
{
	return (const struct elf *)file;
}

void elf_close(struct elf_file *file)
{
	struct elf *e = (struct elf *)file;

	if (!e)
		return;
	if (e->elf)
		elf_end(e->elf);
	strmap_free(e->names);
	free(e->first_reloc);
	free(e->next_reloc);
	free(e->file.sections);
	free(e->file.symbols);
	free((void *)(uintptr_t)e->file.path);
	free(e->copy);
	file_unmap(&e->view);
	free(e);
}

static void close_elf(struct elf **e)
{
	if (*e)
		elf_close(&(*e)->file);
}

/*
 * The string at @offset of a string table that was seen to end with NUL: then every offset inside
 * is the start of a terminated string.
 */
static const char *string_at(const struct elf_section *table, uint64_t offset)
{
	return offset < table->size ? (const char *)table->data + offset : NULL;
}

/* The string table of section number @index, or NULL when it is none or not terminated. */
static const struct elf_section *string_table(const struct elf *e, uint32_t index)
{
	const struct elf_section *s = elf_section(&e->file, index);

	if (!s || s->type != SHT_STRTAB || !s->data || !s->size || s->data[s->size - 1])
		return NULL;
	return s;
}

static int read_header(struct elf *e, struct report *r)
{
	static const uint16_t one = 1;
	bool big_host = *(const uint8_t *)&one == 0;
	GElf_Ehdr header;

	if (e->size < SELFMAG || memcmp(e->data, ELFMAG, SELFMAG) != 0)
		return report_error(r, ENOEXEC, "is not an ELF file");
	/* an archive or a core of another format never gets here: the magic is right */
	e->elf = elf_memory((char *)(uintptr_t)e->data, e->size);
	if (!e->elf || elf_kind(e->elf) != ELF_K_ELF || !gelf_getehdr(e->elf, &header))
		return report_error(r, ENOEXEC, "has a damaged ELF header");
	e->file.class = header.e_ident[EI_CLASS];
	e->file.big_endian = header.e_ident[EI_DATA] == ELFDATA2MSB;
	e->file.foreign = e->file.big_endian != big_host;
	e->file.type = header.e_type;
	e->file.machine = header.e_machine;
	return 0;
}

static int check_bounds(const struct elf *e, uint32_t index, const GElf_Shdr *header,
			struct report *r)
{
	uint64_t end;

	if (header->sh_type == SHT_NOBITS || header->sh_type == SHT_NULL || !header->sh_size)
		return 0;
	if (__builtin_add_overflow(header->sh_offset, header->sh_size, &end) || end > e->size)
		return report_error(r, ENOEXEC,
				    "section number %u reaches beyond the end of the "
				    "file: is it truncated?",
				    index);
	return 0;
}

static int read_section(struct elf *e, uint32_t index, bool *compressed, struct report *r)
{
	struct elf_section *s = &e->file.sections[index];
	Elf_Scn *scn = elf_getscn(e->elf, index);
	GElf_Shdr header;
	int err;

	s->name = "";
	s->index = index;
	if (!scn || !gelf_getshdr(scn, &header))
		return report_error(r, ENOEXEC, "has a damaged section header, number %u", index);
	/* its fields hold counts that did not fit into the ELF header */
	if (!index)
		return 0;
	err = check_bounds(e, index, &header, r);
	if (err)
		return err;
	s->type = header.sh_type;
	s->link = header.sh_link;
	s->info = header.sh_info;
	s->flags = header.sh_flags;
	s->addr = header.sh_addr;
	s->size = header.sh_size;
	s->align = header.sh_addralign;
	s->entsize = header.sh_entsize;
	if (s->type == SHT_NULL)
		s->size = 0;
	else if (s->type != SHT_NOBITS)
		/* an empty section may lie anywhere, even outside of the file */
		s->data = e->data + (s->size ? header.sh_offset : 0);
	if (s->flags & SHF_COMPRESSED && s->data)
		*compressed = true;
	return 0;
}

static int read_sections(struct elf *e, bool *compressed, struct report *r)
{
	size_t n, i, size;
	GElf_Ehdr header;
	int err;

	if (!gelf_getehdr(e->elf, &header) || elf_getshdrnum(e->elf, &n))
		return report_error(r, ENOEXEC, "has a damaged section table");
	/*
	 * libelf sees no sections where the table lies beyond the end. And a count that does not
	 * fit into the file is a lie that would cost memory.
	 */
	size = gelf_fsize(e->elf, ELF_T_SHDR, 1, EV_CURRENT);
	if ((header.e_shoff && !n) || n > e->size / size ||
	    (n && header.e_shoff > e->size - n * size))
		return report_error(r, ENOEXEC,
				    "section table reaches beyond the end of the file: is "
				    "it truncated?");
	if (!n)
		return 0;
	e->file.sections = calloc(n, sizeof(*e->file.sections));
	if (!e->file.sections)
		return report_oom(r);
	e->file.n_sections = n;
	for (i = 0; i < n; i++) {
		err = read_section(e, (uint32_t)i, compressed, r);
		if (err)
			return err;
	}
	return 0;
}

/*
 * libelf changes headers in place when it decompresses, and the bytes need not be ours. Start over
 * with a copy; this is rare and the files are small.
 */
static int reopen_copy(struct elf *e, struct report *r)
{
	bool compressed;

	elf_end(e->elf);
	e->elf = NULL;
	free(e->file.sections);
	e->file.sections = NULL;
	e->copy = malloc(e->size);
	if (!e->copy)
		return report_oom(r);
	memcpy(e->copy, e->data, e->size);
	e->data = e->copy;
	return read_header(e, r) ?: read_sections(e, &compressed, r);
}

static int inflate_section(struct elf *e, struct elf_section *s, struct report *r)
{
	Elf_Scn *scn = elf_getscn(e->elf, s->index);
	GElf_Chdr header;
	GElf_Shdr after;
	Elf_Data *data;

	if (!gelf_getchdr(scn, &header))
		return report_error(r, ENOEXEC, "compressed section '%s' has a damaged header",
				    s->name);
	if (header.ch_size > INFLATED_MAX - e->inflated || header.ch_size / DEFLATE_RATIO > s->size)
		return report_error(r, EFBIG, "compressed section '%s' claims an unlikely size",
				    s->name);
	if (elf_compress(scn, 0, 0) < 0)
		return report_error(r, ENOEXEC, "cannot decompress section '%s'", s->name);
	data = elf_rawdata(scn, NULL);
	if (!data || !data->d_buf || !gelf_getshdr(scn, &after))
		return report_error(r, ENOEXEC, "cannot decompress section '%s'", s->name);
	e->inflated += data->d_size;
	s->data = data->d_buf;
	s->size = data->d_size;
	s->align = after.sh_addralign;
	s->flags = after.sh_flags;
	return 0;
}

static int inflate_sections(struct elf *e, struct report *r)
{
	size_t i;
	int err;

	for (i = 1; i < e->file.n_sections; i++) {
		struct elf_section *s = &e->file.sections[i];

		if (!(s->flags & SHF_COMPRESSED) || !s->data)
			continue;
		err = inflate_section(e, s, r);
		if (err)
			return err;
	}
	return 0;
}

static int name_sections(struct elf *e, struct report *r)
{
	const struct elf_section *strings;
	size_t table, i;

	if (e->file.n_sections < 2)
		return 0;
	if (elf_getshdrstrndx(e->elf, &table) || table > UINT32_MAX)
		return report_error(r, ENOEXEC, "has no table of section names");
	strings = string_table(e, (uint32_t)table);
	if (!strings)
		return report_error(r, ENOEXEC, "has a damaged table of section names");
	e->names = strmap_new();
	if (!e->names)
		return report_oom(r);
	for (i = 1; i < e->file.n_sections; i++) {
		struct elf_section *s = &e->file.sections[i];
		GElf_Shdr header;

		if (!gelf_getshdr(elf_getscn(e->elf, i), &header))
			return report_error(r, ENOEXEC, "has a damaged section header, number %zu",
					    i);
		s->name = string_at(strings, header.sh_name);
		if (!s->name)
			return report_error(r, ENOEXEC,
					    "section number %zu has a name outside of "
					    "the name table",
					    i);
		/* several may have one name: the first is found by it */
		if (s->type != SHT_NULL && !strmap_has(e->names, s->name) &&
		    strmap_set(e->names, s->name, s))
			return report_oom(r);
	}
	return 0;
}

static int compare_places(const void *a, const void *b)
{
	const struct elf_section *x = *(const struct elf_section *const *)a;
	const struct elf_section *y = *(const struct elf_section *const *)b;

	return x->data < y->data ? -1 : x->data > y->data;
}

/*
 * No tool makes sections that share bytes; a file that has them can make one megabyte count for
 * thousands. Linked binaries are left alone: they were edited by stranger tools.
 */
static int check_overlaps(const struct elf *e, struct report *r)
{
	_free_ const struct elf_section **by_place = NULL;
	size_t i, n = 0;

	if (e->file.type != ET_REL)
		return 0;
	by_place = calloc(e->file.n_sections + 1, sizeof(*by_place));
	if (!by_place)
		return report_oom(r);
	for (i = 1; i < e->file.n_sections; i++)
		if (e->file.sections[i].data && e->file.sections[i].size)
			by_place[n++] = &e->file.sections[i];
	qsort(by_place, n, sizeof(*by_place), compare_places);
	for (i = 1; i < n; i++) {
		const struct elf_section *before = by_place[i - 1];

		if (by_place[i]->data - before->data < (ptrdiff_t)before->size)
			return report_error(r, ENOEXEC, "sections '%s' and '%s' overlap",
					    before->name, by_place[i]->name);
	}
	return 0;
}

static size_t entry_size(const struct elf *e, Elf_Type type)
{
	return gelf_fsize(e->elf, type, 1, EV_CURRENT);
}

/* A section that is a table of @type: its entries, translated. */
static Elf_Data *table_data(const struct elf *e, const struct elf_section *s, Elf_Type type,
			    size_t *n, struct report *r)
{
	size_t size = entry_size(e, type);
	Elf_Data *data;

	if (!size || s->entsize != size || s->size % size || !s->data) {
		report_error(r, ENOEXEC, "table '%s' has entries of an unexpected size", s->name);
		return NULL;
	}
	data = elf_getdata(elf_getscn(e->elf, s->index), NULL);
	if (!data || data->d_type != type || data->d_size != s->size ||
	    s->size / size > INT32_MAX) {
		report_error(r, ENOEXEC, "table '%s' is damaged", s->name);
		return NULL;
	}
	*n = s->size / size;
	return data;
}

static bool is_special(uint32_t section)
{
	return section == SHN_ABS || section == SHN_COMMON;
}

static int read_symbol(struct elf *e, size_t i, Elf_Data *data, Elf_Data *extended,
		       const struct elf_section *strings, struct report *r)
{
	struct elf_symbol *to = &e->file.symbols[i];
	Elf32_Word more = 0;
	GElf_Sym from;

	if (!gelf_getsymshndx(data, extended, (int)i, &from, &more))
		return report_error(r, ENOEXEC, "symbol number %zu is damaged", i);
	to->value = from.st_value;
	to->size = from.st_size;
	to->index = (uint32_t)i;
	to->section = from.st_shndx;
	to->bind = GELF_ST_BIND(from.st_info);
	to->type = GELF_ST_TYPE(from.st_info);
	to->visibility = GELF_ST_VISIBILITY(from.st_other);
	to->name = string_at(strings, from.st_name);
	if (!to->name)
		return report_error(r, ENOEXEC,
				    "symbol number %zu has a name outside of the name "
				    "table",
				    i);
	/*
	 * Beyond 65279 sections, some have the numbers that mean something else: those cannot be
	 * told apart any more once they are out of here.
	 */
	if (from.st_shndx == SHN_XINDEX)
		to->section = extended && !is_special(more) ? more : UINT32_MAX;
	else if (from.st_shndx >= SHN_LORESERVE && !is_special(from.st_shndx))
		to->section = UINT32_MAX;
	if (!is_special(to->section) && !elf_section(&e->file, to->section))
		return report_error(r, ENOEXEC, "symbol '%s' is in a section that does not exist",
				    to->name);
	if (to->type == STT_SECTION && !*to->name && !is_special(to->section))
		to->name = e->file.sections[to->section].name;
	return 0;
}

/* The table that holds section numbers over 16 bits for symbol table @symtab, if there is one. */
static int extended_numbers(const struct elf *e, uint32_t symtab, size_t n, Elf_Data **out,
			    struct report *r)
{
	size_t i, count;

	*out = NULL;
	for (i = 1; i < e->file.n_sections; i++) {
		const struct elf_section *s = &e->file.sections[i];

		if (s->type != SHT_SYMTAB_SHNDX || s->link != symtab)
			continue;
		*out = table_data(e, s, ELF_T_WORD, &count, r);
		if (!*out)
			return -ENOEXEC;
		if (count < n)
			return report_error(r, ENOEXEC, "table '%s' is too short", s->name);
		return 0;
	}
	return 0;
}

static int read_symbols(struct elf *e, struct report *r)
{
	const struct elf_section *symtab = NULL, *strings;
	Elf_Data *data, *extended;
	size_t i, n;
	int err;

	for (i = 1; i < e->file.n_sections; i++) {
		if (e->file.sections[i].type != SHT_SYMTAB)
			continue;
		if (symtab)
			return report_error(r, ENOEXEC, "has several symbol tables, '%s' and '%s'",
					    symtab->name, e->file.sections[i].name);
		symtab = &e->file.sections[i];
	}
	if (!symtab)
		return 0;
	data = table_data(e, symtab, ELF_T_SYM, &n, r);
	if (!data)
		return -ENOEXEC;
	e->symtab = symtab->index;
	if (!n)
		return 0;
	strings = string_table(e, symtab->link);
	if (!strings)
		return report_error(r, ENOEXEC, "symbol table '%s' has no sound name table",
				    symtab->name);
	err = extended_numbers(e, symtab->index, n, &extended, r);
	if (err)
		return err;
	e->file.symbols = calloc(n, sizeof(*e->file.symbols));
	if (!e->file.symbols)
		return report_oom(r);
	e->file.n_symbols = n;
	/* every name is set, so that a caller who stops early has sound symbols too */
	for (i = 0; i < n; i++)
		e->file.symbols[i].name = "";
	for (i = 1; i < n; i++) {
		err = read_symbol(e, i, data, extended, strings, r);
		if (err)
			return err;
	}
	return 0;
}

static bool is_reloc_table(const struct elf_section *s)
{
	return s->type == SHT_REL || s->type == SHT_RELA;
}

/* So that nobody has to search all sections for those that belong to one. */
static int list_relocs(struct elf *e, struct report *r)
{
	size_t n = e->file.n_sections, i;

	if (e->file.type != ET_REL || !n)
		return 0;
	e->first_reloc = calloc(n, sizeof(*e->first_reloc));
	e->next_reloc = calloc(n, sizeof(*e->next_reloc));
	if (!e->first_reloc || !e->next_reloc)
		return report_oom(r);
	/* backwards, so that each list is in the order of the file */
	for (i = n; i-- > 1;) {
		const struct elf_section *s = &e->file.sections[i];

		if (!is_reloc_table(s))
			continue;
		if (!s->info || s->info >= n)
			return report_error(r, ENOEXEC,
					    "relocations '%s' are for a section that "
					    "does not exist",
					    s->name);
		e->next_reloc[i] = e->first_reloc[s->info];
		e->first_reloc[s->info] = (uint32_t)i;
	}
	return 0;
}

static int open_bytes(struct elf *e, struct report *r)
{
	bool compressed = false;
	int err;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return report_error(r, ENOTSUP, "libelf is older than the header it came with");
	err = read_header(e, r) ?: read_sections(e, &compressed, r);
	if (!err && compressed)
		err = reopen_copy(e, r);
	if (!err)
		err = name_sections(e, r) ?: check_overlaps(e, r);
	if (!err && compressed)
		err = inflate_sections(e, r);
	if (!err)
		err = read_symbols(e, r) ?: list_relocs(e, r);
	return err;
}

static struct elf *new_elf(const char *path)
{
	struct elf *e = calloc(1, sizeof(*e));

	if (e)
		e->file.path = text_dup(path);
	if (e && !e->file.path) {
		free(e);
		return NULL;
	}
	return e;
}

int elf_open(struct elf_file **out, const char *path, struct report *r)
{
	REPORT_IN(r, REPORT_OBJECT, path);
	_cleanup_(close_elf) struct elf *e = new_elf(path);
	int err;

	*out = NULL;
	if (!e)
		return report_oom(r);
	err = file_map(path, &e->view);
	if (err)
		return report_sys(r, err, "cannot read %s", path);
	e->data = e->view.data;
	e->size = e->view.size;
	err = open_bytes(e, r);
	if (err)
		return err;
	*out = &take_ptr(e)->file;
	return 0;
}

int elf_open_memory(struct elf_file **out, const void *data, size_t size, const char *name,
		    struct report *r)
{
	REPORT_IN(r, REPORT_OBJECT, name);
	_cleanup_(close_elf) struct elf *e = new_elf(name);
	int err;

	*out = NULL;
	if (!e)
		return report_oom(r);
	e->data = data;
	e->size = size;
	err = open_bytes(e, r);
	if (err)
		return err;
	*out = &take_ptr(e)->file;
	return 0;
}

const struct elf_section *elf_section(const struct elf_file *elf, uint32_t index)
{
	return index < elf->n_sections ? &elf->sections[index] : NULL;
}

const struct elf_section *elf_section_named(const struct elf_file *elf, const char *name)
{
	return strmap_get(inside(elf)->names, name);
}

const struct elf_symbol *elf_symbol(const struct elf_file *elf, uint32_t index)
{
	return index < elf->n_symbols ? &elf->symbols[index] : NULL;
}

/* One table's entries, at the end of @to (room was made). */
static int read_relocs(const struct elf *e, const struct elf_section *table,
		       const struct elf_section *target, Elf_Data *data, size_t n,
		       struct elf_reloc *to, struct report *r)
{
	size_t i;

	for (i = 0; i < n; i++) {
		GElf_Rela rela = { 0 };
		GElf_Rel rel;
		uint64_t symbol;

		if (table->type == SHT_RELA) {
			if (!gelf_getrela(data, (int)i, &rela))
				return report_error(r, ENOEXEC, "'%s' is damaged", table->name);
		} else {
			if (!gelf_getrel(data, (int)i, &rel))
				return report_error(r, ENOEXEC, "'%s' is damaged", table->name);
			rela.r_offset = rel.r_offset;
			rela.r_info = rel.r_info;
		}
		symbol = GELF_R_SYM(rela.r_info);
		if (rela.r_offset >= target->size)
			return report_error(r, ENOEXEC,
					    "relocation number %zu of '%s' lies outside "
					    "of section '%s'",
					    i, table->name, target->name);
		/* number 0 is "no symbol", which a file without symbols has too */
		if (symbol && symbol >= e->file.n_symbols)
			return report_error(r, ENOEXEC,
					    "relocation number %zu of '%s' has a symbol "
					    "that does not exist",
					    i, table->name);
		to[i] = (struct elf_reloc) {
			.offset = rela.r_offset,
			.type = (uint32_t)GELF_R_TYPE(rela.r_info),
			.symbol = (uint32_t)symbol,
			.addend = rela.r_addend,
		};
	}
	return 0;
}

static int compare_relocs(const void *a, const void *b)
{
	const struct elf_reloc *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void sort_relocs(struct elf_reloc *v, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (v[i].offset < v[i - 1].offset) {
			qsort(v, n, sizeof(*v), compare_relocs);
			return;
		}
}

int elf_relocs(const struct elf_file *elf, uint32_t index, struct elf_reloc **out, size_t *n,
	       struct report *r)
{
	const struct elf *e = inside(elf);
	const struct elf_section *target = elf_section(elf, index), *table;
	VEC(struct elf_reloc) found = { 0 };
	Elf_Data *data;
	size_t count;
	uint32_t at;
	int err = 0;

	*out = NULL;
	*n = 0;
	if (!target || !e->first_reloc)
		return 0;
	for (at = e->first_reloc[index]; at && !err; at = e->next_reloc[at]) {
		table = &elf->sections[at];
		if (!table->size)
			continue;
		if (!target->data)
			err = report_error(r, ENOEXEC,
					   "relocations '%s' are for section '%s', which "
					   "has no data",
					   table->name, target->name);
		else if (table->link != e->symtab)
			err = report_error(r, ENOEXEC,
					   "relocations '%s' refer to another table than "
					   "the symbol table",
					   table->name);
		if (err)
			break;
		data = table_data(e, table, table->type == SHT_RELA ? ELF_T_RELA : ELF_T_REL,
				  &count, r);
		if (!data)
			err = -ENOEXEC;
		else if (vec_reserve(&found, found.n + count))
			err = report_oom(r);
		else
			err = read_relocs(e, table, target, data, count, found.v + found.n, r);
		if (!err)
			found.n += count;
	}
	if (err) {
		vec_free(&found);
		return err;
	}
	sort_relocs(found.v, found.n);
	*out = found.v;
	*n = found.n;
	return 0;
}

int elf_compare_symbols(const void *pa, const void *pb)
{
	const struct elf_symbol *a = *(const struct elf_symbol *const *)pa;
	const struct elf_symbol *b = *(const struct elf_symbol *const *)pb;

	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}
