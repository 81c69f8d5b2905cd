/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * inner.h - what the files of core/linker share: inputs, what becomes of their sections and symbols,
 * and the output while it grows. Refuses to be included from anywhere else.
 *
 * An input's section stays in one piece: it moves as a whole behind those of the same name, so what
 * is relative inside stays right, and only what refers to it from outside is touched.
 */
#ifndef LINKER_INNER_H
#define LINKER_INNER_H

#include <elf.h>

#include "base/vec.h"
#include "btf/btf.h"
#include "btf/ext.h"
#include "elf/elf.h"
#include "linker/linker.h"

struct symbol;

/* A relocation of the output. Addends are in the bytes. */
struct relocation {
	uint64_t offset;
	uint32_t type; /* R_BPF_* */
	struct symbol *symbol;
};

/* A section of the output. */
struct section {
	const char *name;
	uint32_t type; /* SHT_PROGBITS, SHT_NOBITS */
	uint64_t flags;
	uint64_t align;
	uint64_t entsize;
	uint64_t size;
	uint64_t zeroes; /* how much of it has no bytes in the inputs */
	uint8_t *data; /* NULL for SHT_NOBITS */
	bool note; /* license, version: one for all, not put behind each other */
	const struct input *first; /* who has it, for messages */
	const struct elf_section *from; /* there */
	uint32_t index;
	struct symbol *symbol; /* STT_SECTION */
	VEC(struct relocation) relocs;
	/* .BTF.ext */
	VEC(struct btf_func_info) funcs;
	VEC(struct btf_line_info) lines;
	VEC(struct btf_core_relo) relos;
};

/* Where a section of an input went; 'to' NULL: it was dropped. */
struct placed {
	struct section *to;
	uint64_t base;
};

/* What an input's types say of a name that other files can see. */
struct declared {
	uint32_t id; /* BTF_VAR or BTF_FUNC */
	const char *section; /* the data section that lists it ('.maps', '.ksyms'), or NULL */
	uint32_t size;
	bool is_extern;
};

/* A symbol of the output. */
struct symbol {
	const char *name;
	uint64_t value; /* of SHN_COMMON: the alignment */
	uint64_t size;
	uint8_t bind;
	uint8_t type;
	uint8_t visibility;
	uint32_t special; /* SHN_ABS, SHN_COMMON, or 0 */
	struct section *section; /* NULL: undefined, or special */
	uint32_t index;
	bool shifted; /* a jump table whose targets were moved */
	/* of global ones: */
	struct input *owner; /* who defines it, or NULL */
	const struct elf_symbol *from; /* there */
	struct input *seen; /* who has it first */
	struct input *said_by; /* whose types describe it, or NULL */
	const struct declared *said;
};

/* Bytes of a section that nobody can reach any more: a weak function that lost. */
struct range {
	uint32_t section; /* of the input */
	uint64_t from, to;
};

struct input {
	const char *path;
	struct elf_file *elf;
	struct btf *btf; /* or NULL */
	struct btf_ext *ext; /* or NULL */
	struct strmap *declared; /* struct declared by name */
	/* of the link at hand: */
	struct placed *placed; /* [section] */
	struct symbol **symbols; /* [symbol]; NULL: dropped */
	VEC(struct range) lost; /* sorted */
	uint32_t *kept; /* [type]: its id in 'part', 0: left out */
	uint32_t *types; /* [type]: its id in the output */
	struct btf *part; /* the types that go into the output */
};

struct linker {
	struct arena *arena; /* names, declarations */
	VEC(struct input *) inputs;
};

/* One link, from inputs to bytes. */
struct job {
	struct linker *linker;
	struct arena *arena;
	struct report *report;
	VEC(struct section *) sections;
	struct strmap *section_names;
	VEC(struct symbol *) locals; /* section symbols first */
	VEC(struct symbol *) globals; /* in the order in which they were met */
	struct strmap *global_names;
	struct btf *btf; /* of the output, or NULL */
	struct buf btf_bytes, ext_bytes; /* in the output's byte order */
};

/* Zeroed memory that lives as long as the job; reports when there is none. */
void *job_alloc(struct job *j, size_t n, size_t size);
/* Is the output of this machine's byte order. */
bool job_is_foreign(const struct job *j);
/* Swap the words of @data when the output is foreign. */
void job_swap_words(const struct job *j, void *data, size_t size);

/* section.c: where every input's sections go; then their bytes. */
int place_sections(struct job *j);
struct section *section_named(struct job *j, const char *name);
/* Make room at the end of a section, which is made when there is none. */
int section_extend(struct job *j, struct section *to, uint64_t size, uint64_t align,
		   uint64_t *base);
struct section *section_add(struct job *j, const char *name, uint32_t type, uint64_t flags);
int copy_sections(struct job *j);

/* symbol.c: which definition each name means. */
int resolve_symbols(struct job *j);
/* Was this byte of an input's section lost. */
bool input_lost(const struct input *in, uint32_t section, uint64_t offset);
const struct symbol *job_global(const struct job *j, const char *name);

/* agree.c: do all files mean the same by a name. */
int check_agreement(struct job *j);

/* reloc.c */
int move_relocations(struct job *j);

/* types.c: the output's BTF, but for its data sections. */
int merge_types(struct job *j);
/* datasec.c: those. */
int write_datasecs(struct job *j);

/* ext.c: .BTF.ext; adds strings to the output's BTF. */
int merge_ext(struct job *j);

/* image.c: the file. */
int write_image(struct job *j, void **data, size_t *size);

#endif
