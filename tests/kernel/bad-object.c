// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * bad-object - makes damaged copies of a BPF object: cut off at a place, or with one lie in it.
 * Knows ELF and BTF by their layout alone, because what it damages is what libcleat reads.
 *
 * usage: bad-object OBJECT DIR    one file for each damage, and its name on a line
 */
#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *bytes;
static size_t size;
static const char *dir;

struct section {
	size_t header, at, size;
};

static Elf64_Shdr header(size_t at)
{
	Elf64_Shdr s;

	memcpy(&s, bytes + at, sizeof(s));
	return s;
}

static struct section find(const char *name)
{
	Elf64_Ehdr e;
	Elf64_Shdr names;

	memcpy(&e, bytes, sizeof(e));
	names = header(e.e_shoff + (size_t)e.e_shstrndx * sizeof(Elf64_Shdr));
	for (size_t i = 1; i < e.e_shnum; i++) {
		size_t at = e.e_shoff + i * sizeof(Elf64_Shdr);
		Elf64_Shdr s = header(at);

		if (!strcmp((const char *)bytes + names.sh_offset + s.sh_name, name))
			return (struct section) { at, s.sh_offset, s.sh_size };
	}
	fprintf(stderr, "bad-object: no section %s\n", name);
	exit(1);
}

static void write_copy(const char *name, const uint8_t *data, size_t n)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.bpf.o", dir, name);
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, n, f) != n || fclose(f)) {
		perror(path);
		exit(1);
	}
	puts(name);
}

static void cut(const char *name, size_t n)
{
	write_copy(name, bytes, n);
}

/* @n bytes at @at become @value. */
static void lie(const char *name, size_t at, uint64_t value, size_t n)
{
	uint8_t *copy = malloc(size);

	if (!copy || at + n > size) {
		fprintf(stderr, "bad-object: %s is outside of the file\n", name);
		exit(1);
	}
	memcpy(copy, bytes, size);
	memcpy(copy + at, &value, n);
	write_copy(name, copy, size);
	free(copy);
}

static void cuts(const Elf64_Ehdr *e)
{
	struct section code = find("raw_tp/sched_process_exec"), btf = find(".BTF");

	cut("empty", 0);
	cut("cut-magic", 3);
	cut("cut-header", sizeof(Elf64_Ehdr) / 2);
	cut("cut-after-header", sizeof(Elf64_Ehdr));
	cut("cut-code", code.at + code.size / 2);
	cut("cut-btf", btf.at + btf.size / 2);
	cut("cut-before-sections", e->e_shoff);
	cut("cut-sections", e->e_shoff + sizeof(Elf64_Shdr) * 3 + 5);
	cut("cut-last-byte", size - 1);
}

static void elf_lies(const Elf64_Ehdr *e)
{
	struct section code = find("raw_tp/sched_process_exec");
	struct section symbols = find(".symtab"), maps = find(".maps");
	struct section refs = find(".relraw_tp/sched_process_exec");

	lie("machine", offsetof(Elf64_Ehdr, e_machine), EM_X86_64, 2);
	lie("32-bit", EI_CLASS, ELFCLASS32, 1);
	lie("executable", offsetof(Elf64_Ehdr, e_type), ET_EXEC, 2);
	lie("sections-beyond", offsetof(Elf64_Ehdr, e_shoff), size - 10, 8);
	lie("sections-many", offsetof(Elf64_Ehdr, e_shnum), 0xfff0, 2);
	lie("names-beyond", offsetof(Elf64_Ehdr, e_shstrndx), e->e_shnum + 7u, 2);
	lie("code-beyond", code.header + offsetof(Elf64_Shdr, sh_size), size * 2, 8);
	lie("code-odd", code.header + offsetof(Elf64_Shdr, sh_size), code.size - 3, 8);
	lie("maps-short", maps.header + offsetof(Elf64_Shdr, sh_size), maps.size - 8, 8);
	lie("symbols-link", symbols.header + offsetof(Elf64_Shdr, sh_link), 0xffff, 4);
	lie("reloc-symbol", refs.at + offsetof(Elf64_Rel, r_info) + 4, 0xffffff, 4);
	lie("reloc-offset", refs.at, 1 << 20, 8);
	lie("code-opcode", code.at, 0, 8);
}

static void btf_lies(void)
{
	struct section btf = find(".BTF"), ext = find(".BTF.ext");
	uint32_t type_off, type_at;

	memcpy(&type_off, bytes + btf.at + 8, 4);
	type_at = (uint32_t)btf.at + 24 + type_off;
	lie("btf-magic", btf.at, 0x1234, 2);
	lie("btf-version", btf.at + 2, 9, 1);
	lie("btf-header-length", btf.at + 4, 0xffffff, 4);
	lie("btf-types-beyond", btf.at + 12, 0x7fffff00, 4);
	lie("btf-strings-beyond", btf.at + 20, 0x7fffff00, 4);
	lie("btf-strings-overlap", btf.at + 16, 1, 4);
	lie("btf-name-beyond", type_at, 0x00ffffff, 4);
	lie("btf-kind", type_at + 7, 0x1f, 1);
	lie("btf-many-members", type_at + 4, 0xffff, 2);
	/* the first type is a pointer: to what is not there, and to itself */
	lie("btf-type-id", type_at + 8, 0x00ffffff, 4);
	lie("ext-magic", ext.at, 0x1234, 2);
	lie("ext-header-length", ext.at + 4, 0xffffff, 4);
	lie("ext-lines-beyond", ext.at + 20, 0x7fffff00, 4);
	lie("ext-record-size", ext.at + 24, 3, 4);
}

int main(int argc, char **argv)
{
	Elf64_Ehdr e;
	FILE *f;

	if (argc != 3) {
		fputs("usage: bad-object OBJECT DIR\n", stderr);
		return 2;
	}
	dir = argv[2];
	f = fopen(argv[1], "r");
	bytes = malloc(1 << 20);
	if (!f || !bytes) {
		perror(argv[1]);
		return 1;
	}
	size = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	if (size < sizeof(e)) {
		fprintf(stderr, "bad-object: %s is no object\n", argv[1]);
		return 1;
	}
	memcpy(&e, bytes, sizeof(e));
	cuts(&e);
	elf_lies(&e);
	btf_lies();
	return 0;
}
