/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * selftest-object.c - the smallest BPF object: a program of two instructions in a section of any name, a map
 * of any type. There need be no compiler where a plugin is tried. Knows how ELF files are written; refuses
 * to know what they are for.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "selftest.h"

#ifndef EM_BPF
#define EM_BPF 247
#endif

enum { NONE, CODE, MAPS, LICENSE, SYMBOLS, NAMES, N_SECTIONS };

/* r0 = 0; exit: the code is the first byte in either byte order. */
static const unsigned char program[] = { 0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0 };
static const char license[] = "GPL";

/* The text that all names point into: that of the program and the map stands at 1. */
struct names {
	char text[1024];
	size_t n;
};

static Elf64_Word add_name(struct names *names, const char *name)
{
	size_t at = names->n, n = strlen(name) + 1;

	if (n > sizeof(names->text) - at)
		return 0;
	memcpy(names->text + at, name, n);
	names->n += n;
	return (Elf64_Word)at;
}

static void put_symbol(Elf64_Sym *symbol, unsigned char type, Elf64_Half section, Elf64_Xword size)
{
	symbol->st_name = 1;
	symbol->st_info = ELF64_ST_INFO(STB_GLOBAL, type);
	symbol->st_shndx = section;
	symbol->st_size = size;
}

static int write_object(FILE *out, const char *section, const struct selftest_map *map)
{
	/* as objects had them before BTF: type, size of key and value, entries, flags */
	const uint32_t definition[] = { map->type, map->key, map->value, map->entries, 0 };
	struct names names = { .n = 1 };
	Elf64_Sym symbols[3] = { 0 };
	Elf64_Shdr sections[N_SECTIONS] = { 0 };
	struct {
		const char *name;
		Elf64_Word type;
		Elf64_Xword flags;
		const void *data;
		size_t size;
	} const made[N_SECTIONS] = {
		[CODE] = { section, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, program,
			   sizeof(program) },
		[MAPS] = { "maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, definition,
			   map->type ? sizeof(definition) : 0 },
		[LICENSE] = { "license", SHT_PROGBITS, SHF_ALLOC, license, sizeof(license) },
		[SYMBOLS] = { ".symtab", SHT_SYMTAB, 0, symbols,
			      (map->type ? 3 : 2) * sizeof(symbols[0]) },
		[NAMES] = { ".strtab", SHT_STRTAB, 0, names.text, sizeof(names.text) },
	};
	Elf64_Ehdr head = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB,
			     EV_CURRENT },
		.e_type = ET_REL,
		.e_machine = EM_BPF,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(head),
		.e_shoff = sizeof(head),
		.e_shentsize = sizeof(sections[0]),
		.e_shnum = N_SECTIONS,
		.e_shstrndx = NAMES,
	};
	Elf64_Off at = sizeof(head) + sizeof(sections);

	add_name(&names, SELFTEST_NAME);
	put_symbol(&symbols[1], STT_FUNC, CODE, sizeof(program));
	put_symbol(&symbols[2], STT_OBJECT, MAPS, sizeof(definition));
	for (int i = CODE; i < N_SECTIONS; i++) {
		sections[i] = (Elf64_Shdr) {
			.sh_name = add_name(&names, made[i].name),
			.sh_type = made[i].type,
			.sh_flags = made[i].flags,
			.sh_offset = at,
			.sh_size = made[i].size,
			.sh_addralign = i == NAMES || i == LICENSE ? 1 : 8,
			.sh_link = i == SYMBOLS ? NAMES : 0,
			.sh_info = i == SYMBOLS ? 1 : 0,
			.sh_entsize = i == SYMBOLS ? sizeof(symbols[0]) : 0,
		};
		if (!sections[i].sh_name)
			return -ENAMETOOLONG;
		at += (made[i].size + 7) & ~(size_t)7;
	}
	fwrite(&head, sizeof(head), 1, out);
	fwrite(sections, sizeof(sections), 1, out);
	for (int i = CODE; i < N_SECTIONS; i++) {
		static const char zeros[8];

		fwrite(made[i].data, 1, made[i].size, out);
		fwrite(zeros, 1, -made[i].size & 7, out);
	}
	return ferror(out) ? -EIO : 0;
}

int selftest_object(const char *path, const char *section, const struct selftest_map *map)
{
	FILE *out = fopen(path, "we");
	int err;

	if (!out)
		return -errno;
	err = write_object(out, section, map);
	if (fclose(out) && !err)
		err = -errno;
	return err;
}
