/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * notes.c - the USDT probes of a binary; see notes.h.
 *
 * Knows the note: owner "stapsdt", type 3, three addresses (the probe, the base, the semaphore), three
 * texts (provider, name, arguments). The base tells how far a prelinker has moved the code since:
 * .stapsdt.base was moved with it, the note was not. What the argument's text means is in args.c.
 */
#include "notes.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWNER "stapsdt"
#define TYPE 3

struct notes_file {
	struct cleat *c;
	const char *path;
	Elf *elf;
	GElf_Ehdr header;
	int fd;
	uint64_t size; /* in bytes */
	uint64_t base; /* address of .stapsdt.base; 0: the file has none */
};

static int damaged(const struct notes_file *f, const char *what)
{
	return cleat_error(f->c, ENOEXEC, "%s has a damaged %s", f->path, what);
}

static int open_regular(struct notes_file *f)
{
	struct stat st;

	/* a FIFO must not make us wait */
	f->fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (f->fd < 0 || fstat(f->fd, &st))
		return cleat_error_sys(f->c, errno, "cannot read %s", f->path);
	if (!S_ISREG(st.st_mode))
		return cleat_error(f->c, ENOEXEC, "%s is not a regular file", f->path);
	f->size = (uint64_t)st.st_size;
	return 0;
}

static int open_file(struct notes_file *f)
{
	static const uint16_t one = 1;
	unsigned char ours = *(const unsigned char *)&one ? ELFDATA2LSB : ELFDATA2MSB;
	int err = open_regular(f);

	if (err)
		return err;
	if (elf_version(EV_CURRENT) == EV_NONE)
		return cleat_error(f->c, ENOTSUP, "libelf is older than the header it came with");
	/* Read, not mapped: a library that is replaced in place must not kill us. */
	f->elf = elf_begin(f->fd, ELF_C_READ, NULL);
	if (!f->elf || elf_kind(f->elf) != ELF_K_ELF)
		return cleat_error(f->c, ENOEXEC, "%s is not an ELF file", f->path);
	if (!gelf_getehdr(f->elf, &f->header))
		return damaged(f, "ELF header");
	if (f->header.e_type != ET_EXEC && f->header.e_type != ET_DYN)
		return cleat_error(f->c, ENOEXEC,
				   "%s is neither an executable nor a shared library", f->path);
	if (f->header.e_ident[EI_DATA] != ours)
		return cleat_error(f->c, ENOEXEC, "%s is for machines of the other byte order",
				   f->path);
	return 0;
}

/* ---- segments ----------------------------------------------------------------------------------- */

/* The i-th segment of the file that is mapped with these flags. */
static bool next_segment(const struct notes_file *f, uint32_t flags, size_t *i, GElf_Phdr *segment)
{
	size_t n = 0;

	if (elf_getphdrnum(f->elf, &n))
		return false;
	for (; *i < n && *i <= INT32_MAX; ++*i)
		if (gelf_getphdr(f->elf, (int)*i, segment) && segment->p_type == PT_LOAD &&
		    (segment->p_flags & flags)) {
			++*i;
			return true;
		}
	return false;
}

/* Where an address is in the file; false: nowhere, also when a segment says that it is behind the end. */
static bool to_offset(const struct notes_file *f, uint32_t flags, uint64_t address,
		      uint64_t *offset)
{
	GElf_Phdr segment;
	size_t i = 0;

	while (next_segment(f, flags, &i, &segment))
		if (address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz)
			return !__builtin_add_overflow(address - segment.p_vaddr, segment.p_offset,
						       offset) &&
			       *offset < f->size;
	return false;
}

uint64_t notes_address(const struct notes *notes, uint64_t offset)
{
	GElf_Phdr segment;
	size_t i = 0;

	while (next_segment(notes->file, PF_X, &i, &segment))
		if (offset >= segment.p_offset && offset - segment.p_offset < segment.p_filesz)
			return offset - segment.p_offset + segment.p_vaddr;
	return 0;
}

size_t notes_code(const struct notes *notes, uint64_t offset, void *bytes, size_t n)
{
	ssize_t got = pread(notes->file->fd, bytes, n, (off_t)offset);

	return got > 0 ? (size_t)got : 0;
}

/* ---- notes -------------------------------------------------------------------------------------- */

/* What is left of a note's description. */
struct rest {
	const uint8_t *data;
	size_t n;
};

static bool take_address(const struct notes_file *f, struct rest *r, uint64_t *address)
{
	size_t n = f->header.e_ident[EI_CLASS] == ELFCLASS32 ? 4 : 8;
	uint32_t narrow;

	if (r->n < n)
		return false;
	if (n == 4) {
		memcpy(&narrow, r->data, n);
		*address = narrow;
	} else {
		memcpy(address, r->data, n);
	}
	r->data += n;
	r->n -= n;
	return true;
}

static const char *take_text(struct rest *r)
{
	const char *text = (const char *)r->data;
	const uint8_t *end = r->n ? memchr(r->data, '\0', r->n) : NULL;

	if (!end)
		return NULL;
	r->n -= (size_t)(end + 1 - r->data);
	r->data = end + 1;
	return text;
}

static int add(struct notes *notes, const struct note *note)
{
	/* Grows at the powers of two. */
	if (!(notes->n & (notes->n - 1))) {
		struct note *more =
			realloc(notes->v, (notes->n ? notes->n * 2 : 1) * sizeof(*more));

		if (!more)
			return cleat_error(notes->file->c, ENOMEM, "out of memory");
		notes->v = more;
	}
	notes->v[notes->n++] = *note;
	return 0;
}

static int read_note(struct notes *notes, struct rest r)
{
	const struct notes_file *f = notes->file;
	uint64_t base, semaphore, moved;
	struct note note = { 0 };

	if (!take_address(f, &r, &note.address) || !take_address(f, &r, &base) ||
	    !take_address(f, &r, &semaphore))
		return damaged(f, "note of a probe");
	note.provider = take_text(&r);
	note.name = take_text(&r);
	/* without arguments the last text may be missing */
	note.args = take_text(&r);
	if (!note.provider || !*note.provider || !note.name || !*note.name)
		return damaged(f, "note of a probe");
	if (!note.args)
		note.args = "";
	moved = f->base && base ? f->base - base : 0;
	note.address += moved;
	/* What the linker threw away has an address outside the code. */
	if (!to_offset(f, PF_X, note.address, &note.offset))
		return 0;
	if (semaphore && !to_offset(f, PF_W, semaphore + moved, &note.semaphore))
		note.bad_semaphore = true;
	return add(notes, &note);
}

static int read_section(struct notes *notes, Elf_Scn *scn)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t at = 0, name, desc;
	GElf_Nhdr header;
	int err = 0;

	if (!data)
		return damaged(notes->file, "section .note.stapsdt");
	while (!err && (at = gelf_getnote(data, at, &header, &name, &desc)) > 0) {
		const uint8_t *bytes = data->d_buf;

		if (header.n_type == TYPE && header.n_namesz == sizeof(OWNER) &&
		    memcmp(bytes + name, OWNER, sizeof(OWNER)) == 0)
			err = read_note(notes, (struct rest) { bytes + desc, header.n_descsz });
	}
	return err;
}

static int read_sections(struct notes *notes)
{
	struct notes_file *f = notes->file;
	size_t names;
	GElf_Shdr header;
	int err = 0;

	if (elf_getshdrstrndx(f->elf, &names))
		return damaged(f, "section header");
	/* the base first, then what is relative to it */
	for (int pass = 0; pass < 2; pass++) {
		for (Elf_Scn *scn = NULL; !err && (scn = elf_nextscn(f->elf, scn));) {
			const char *name = gelf_getshdr(scn, &header)
						   ? elf_strptr(f->elf, names, header.sh_name)
						   : NULL;

			if (!name)
				return damaged(f, "section header");
			if (!pass && strcmp(name, ".stapsdt.base") == 0)
				f->base = header.sh_addr;
			if (pass && header.sh_type == SHT_NOTE &&
			    strcmp(name, ".note.stapsdt") == 0)
				err = read_section(notes, scn);
		}
	}
	return err;
}

int notes_read(struct cleat *c, const char *path, struct notes *out)
{
	struct notes_file *f = calloc(1, sizeof(*f));
	int err;

	*out = (struct notes) { .file = f };
	if (!f)
		return cleat_error(c, ENOMEM, "out of memory");
	f->c = c;
	f->path = path;
	f->fd = -1;
	err = open_file(f);
	if (err)
		return err;
	out->machine = f->header.e_machine;
	out->fixed = f->header.e_type == ET_EXEC;
	err = read_sections(out);
	if (!err && !out->n)
		err = cleat_error(c, ENOENT, "%s has no USDT probes", path);
	return err;
}

void notes_free(struct notes *notes)
{
	struct notes_file *f = notes->file;

	if (f && f->elf)
		elf_end(f->elf);
	if (f && f->fd >= 0)
		close(f->fd);
	free(f);
	free(notes->v);
	*notes = (struct notes) { 0 };
}

/* ---- symbols ------------------------------------------------------------------------------------ */

struct wanted {
	const char *name;
	size_t length;
	uint64_t address;
	size_t found;
};

static void search_table(const struct notes_file *f, Elf_Scn *scn, const GElf_Shdr *header,
			 struct wanted *w)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Sym symbol;

	for (int i = 0; data && gelf_getsym(data, i, &symbol); i++) {
		const char *name = symbol.st_shndx != SHN_UNDEF
					   ? elf_strptr(f->elf, header->sh_link, symbol.st_name)
					   : NULL;

		if (!name || strncmp(name, w->name, w->length) != 0 || name[w->length])
			continue;
		if (!w->found || w->address != symbol.st_value)
			w->found++;
		w->address = symbol.st_value;
	}
}

bool notes_symbol(void *notes, const char *name, size_t length, uint64_t *address)
{
	static const uint32_t tables[] = { SHT_SYMTAB, SHT_DYNSYM };
	const struct notes_file *f = ((struct notes *)notes)->file;
	struct wanted w = { .name = name, .length = length };
	GElf_Shdr header;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && !w.found; i++)
		for (Elf_Scn *scn = NULL; (scn = elf_nextscn(f->elf, scn));)
			if (gelf_getshdr(scn, &header) && header.sh_type == tables[i])
				search_table(f, scn, &header, &w);
	*address = w.address;
	return w.found == 1;
}
