/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * elf.h - bytes to sections, symbols and relocations.
 *
 * Knows ELF (through libelf), both byte orders and both classes; refuses to know what a BPF object
 * means. Everything handed out was checked against the file's bounds: a section's data is inside
 * the file, a name is terminated, a symbol's section exists.
 */
#ifndef ELF_ELF_H
#define ELF_ELF_H

#include "base/report.h"

struct elf_section {
	const char *name;
	uint32_t index; /* in the file */
	uint32_t type;	/* SHT_* */
	uint32_t link;
	uint32_t info;
	uint64_t flags; /* SHF_* */
	uint64_t addr;
	uint64_t size;
	uint64_t align;
	uint64_t entsize;
	const uint8_t *data; /* NULL for SHT_NOBITS; decompressed when it was compressed */
};

struct elf_symbol {
	const char *name; /* "" for none; a section symbol has its section's name */
	uint64_t value;
	uint64_t size;
	uint32_t index;	  /* in the symbol table */
	uint32_t section; /* index, or SHN_UNDEF, SHN_ABS, SHN_COMMON */
	uint8_t bind;	  /* STB_* */
	uint8_t type;	  /* STT_* */
	uint8_t visibility; /* STV_* */
};

struct elf_reloc {
	uint64_t offset; /* in the section it applies to */
	uint32_t type;	 /* R_BPF_* */
	uint32_t symbol; /* index in the symbol table */
	int64_t addend;	 /* of RELA; 0 for REL, whose addend is in the bytes */
};

struct elf_file {
	const char *path;
	uint8_t class;	 /* ELFCLASS32, ELFCLASS64 */
	bool big_endian;
	bool foreign;	 /* not this machine's byte order */
	uint16_t type;	 /* ET_* */
	uint16_t machine; /* EM_* */
	size_t n_sections;
	struct elf_section *sections; /* [index]; [0] is the null section */
	size_t n_symbols;
	struct elf_symbol *symbols; /* of .symtab, [index]; [0] is the null symbol */
};

/* Open a file, or bytes that stay valid while the file is open. Reports; returns 0 or -errno. */
int elf_open(struct elf_file **out, const char *path, struct report *r);
int elf_open_memory(struct elf_file **out, const void *data, size_t size, const char *name,
		    struct report *r);
void elf_close(struct elf_file *elf);

/* NULL when there is none. */
const struct elf_section *elf_section(const struct elf_file *elf, uint32_t index);
const struct elf_section *elf_section_named(const struct elf_file *elf, const char *name);
const struct elf_symbol *elf_symbol(const struct elf_file *elf, uint32_t index);

/* For qsort() of pointers to symbols: by section, value, index. */
int elf_compare_symbols(const void *pa, const void *pb);

/*
 * All relocations that apply to section @index (SHT_REL and SHT_RELA), sorted by offset, each with
 * its symbol in range and its offset inside the section. The caller frees *out.
 */
int elf_relocs(const struct elf_file *elf, uint32_t index, struct elf_reloc **out, size_t *n,
	       struct report *r);

#endif
