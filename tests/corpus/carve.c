/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * carve.c - finds BPF objects inside other files: skeletons in programs, byte strings of Go and
 * Rust, or a file that is one. It knows the head of a 64-bit ELF file and where its sections end, and
 * refuses to know what is in them: a broken object is worth having, too.
 *
 * usage: carve FILE STEM    writes STEM.o, or STEM.0.o, STEM.1.o ..., and prints their names
 */
#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct bytes {
	const unsigned char *data;
	uint64_t size;
};

struct found {
	uint64_t offset, size;
};

#define MAX_FOUND 4096

static uint64_t number(const unsigned char *at, size_t width, bool big)
{
	uint64_t n = 0;

	for (size_t i = 0; i < width; i++)
		n |= (uint64_t)at[big ? width - 1 - i : i] << (8 * i);
	return n;
}

#define FIELD(at, type, field, big) \
	number((at) + offsetof(type, field), sizeof(((type *)0)->field), big)

/* How much of the file @b, which begins here, belongs to the BPF object; 0 when it is none. */
static uint64_t object_size(struct bytes b)
{
	uint64_t end, n, headers;
	bool big;

	if (b.size < sizeof(Elf64_Ehdr) || memcmp(b.data, ELFMAG, SELFMAG) ||
	    b.data[EI_CLASS] != ELFCLASS64)
		return 0;
	big = b.data[EI_DATA] == ELFDATA2MSB;
	headers = FIELD(b.data, Elf64_Ehdr, e_shoff, big);
	n = FIELD(b.data, Elf64_Ehdr, e_shnum, big);
	if (FIELD(b.data, Elf64_Ehdr, e_machine, big) != EM_BPF || n < 2 ||
	    FIELD(b.data, Elf64_Ehdr, e_shentsize, big) != sizeof(Elf64_Shdr) ||
	    headers < sizeof(Elf64_Ehdr) || headers > b.size ||
	    n * sizeof(Elf64_Shdr) > b.size - headers)
		return 0;
	end = headers + n * sizeof(Elf64_Shdr);
	for (uint64_t i = 1; i < n; i++) {
		const unsigned char *s = b.data + headers + i * sizeof(Elf64_Shdr);
		uint64_t offset = FIELD(s, Elf64_Shdr, sh_offset, big);
		uint64_t size = FIELD(s, Elf64_Shdr, sh_size, big);

		if (FIELD(s, Elf64_Shdr, sh_type, big) == SHT_NOBITS)
			continue;
		if (offset > b.size || size > b.size - offset)
			return 0;
		if (offset + size > end)
			end = offset + size;
	}
	return end;
}

static size_t find_objects(struct bytes b, struct found *found)
{
	uint64_t at = 0;
	size_t n = 0;

	while (at < b.size && n < MAX_FOUND) {
		const unsigned char *hit = memmem(b.data + at, b.size - at, ELFMAG, SELFMAG);
		struct bytes rest;
		uint64_t size;

		if (!hit)
			break;
		at = (uint64_t)(hit - b.data);
		rest = (struct bytes) { hit, b.size - at };
		size = object_size(rest);
		if (size)
			found[n++] = (struct found) { at, size };
		at += size ? size : SELFMAG;
	}
	return n;
}

static int write_file(const char *path, const unsigned char *data, uint64_t size)
{
	FILE *f = fopen(path, "wbx");
	bool written;

	if (!f) {
		perror(path);
		return 1;
	}
	written = fwrite(data, 1, size, f) == size;
	if (fclose(f) || !written) {
		perror(path);
		return 1;
	}
	puts(path);
	return 0;
}

static int carve(struct bytes b, const char *stem)
{
	static struct found found[MAX_FOUND];
	size_t n = find_objects(b, found);
	char path[4096];

	if (n == 1) {
		/* A file that is an object stays as it is: what follows its sections, too. */
		snprintf(path, sizeof(path), "%s.o", stem);
		return write_file(path, b.data + found[0].offset,
				  found[0].offset ? found[0].size : b.size);
	}
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s.%zu.o", stem, i);
		if (write_file(path, b.data + found[i].offset, found[i].size))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct bytes b = { 0 };
	struct stat st;
	void *map;
	int fd;

	if (argc != 3) {
		fputs("usage: carve FILE STEM\n", stderr);
		return 2;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st)) {
		perror(argv[1]);
		return 1;
	}
	if (st.st_size < (off_t)sizeof(Elf64_Ehdr))
		return 0;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED) {
		perror(argv[1]);
		return 1;
	}
	b = (struct bytes) { map, (uint64_t)st.st_size };
	return carve(b, argv[2]);
}
