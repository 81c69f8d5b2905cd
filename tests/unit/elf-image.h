/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * elf-image.h - small ELF files made in memory, of either class and byte order, for tests. Knows
 * the layout of headers; refuses to know whether what it is told to write makes sense.
 */
#ifndef UNIT_ELF_IMAGE_H
#define UNIT_ELF_IMAGE_H

#include <elf.h>

#include "base/text.h"

/* Tables of sections leave out what is zero at their end. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct image_section {
	const char *name;
	uint32_t type;
	uint64_t flags;
	uint32_t link;
	uint32_t info;
	uint64_t entsize;
	const void *data;
	size_t size;
	uint64_t align; /* 0: 8 */
};

struct image {
	struct buf bytes;
	bool wide; /* 64 bits */
	bool big; /* big endian */
};

static inline void image_put(struct image *m, uint64_t value, size_t width)
{
	size_t i;

	for (i = 0; i < width; i++)
		buf_putc(&m->bytes, (char)(value >> 8 * (m->big ? width - 1 - i : i)));
}

/* An address, offset or size: as wide as the class. */
static inline void image_put_word(struct image *m, uint64_t value)
{
	image_put(m, value, m->wide ? 8 : 4);
}

static inline void image_align(struct image *m, size_t to)
{
	while (m->bytes.len % to)
		buf_putc(&m->bytes, 0);
}

static inline void image_symbol(struct image *m, uint32_t name, uint8_t info, uint16_t section,
				uint64_t value, uint64_t size)
{
	image_put(m, name, 4);
	if (m->wide) {
		image_put(m, info, 1);
		image_put(m, 0, 1);
		image_put(m, section, 2);
	}
	image_put_word(m, value);
	image_put_word(m, size);
	if (!m->wide) {
		image_put(m, info, 1);
		image_put(m, 0, 1);
		image_put(m, section, 2);
	}
}

static inline void image_rel(struct image *m, uint64_t offset, uint32_t symbol, uint32_t type)
{
	image_put_word(m, offset);
	image_put_word(m, m->wide ? (uint64_t)symbol << 32 | type : symbol << 8 | type);
}

static inline void image_header(struct image *m, const struct image_section *s, uint32_t name,
				uint64_t offset)
{
	image_put(m, name, 4);
	image_put(m, s->type, 4);
	image_put_word(m, s->flags);
	image_put_word(m, 0);
	image_put_word(m, offset);
	image_put_word(m, s->size);
	image_put(m, s->link, 4);
	image_put(m, s->info, 4);
	image_put_word(m, s->type == SHT_NULL ? 0 : s->align ? s->align : 8);
	image_put_word(m, s->entsize);
}

/* Overwrite @width bytes of what was built. */
static inline void image_patch(struct image *m, size_t at, uint64_t value, size_t width)
{
	size_t i;

	for (i = 0; i < width; i++)
		m->bytes.data[at + i] = (char)(value >> 8 * (m->big ? width - 1 - i : i));
}

/*
 * A relocatable file with sections 1 to @n as given and the name table behind them. The header of
 * section 0 says how many there are when 16 bits are not enough.
 */
static inline void image_build(struct image *m, uint16_t machine, const struct image_section *s,
			       size_t n)
{
	size_t total = n + 2, i, name_at = 1;
	bool many = total >= SHN_LORESERVE;
	struct image_section null = { 0 }, strtab = { .name = ".shstrtab", .type = SHT_STRTAB };
	_buf_free_ struct buf names = { 0 };
	uint64_t *offsets = calloc(total, sizeof(*offsets));

	buf_putc(&names, 0);
	for (i = 0; i < n; i++)
		buf_put(&names, s[i].name, strlen(s[i].name) + 1);
	buf_put(&names, strtab.name, strlen(strtab.name) + 1);
	strtab.data = names.data;
	strtab.size = names.len;

	buf_put(&m->bytes, ELFMAG, SELFMAG);
	image_put(m, m->wide ? ELFCLASS64 : ELFCLASS32, 1);
	image_put(m, m->big ? ELFDATA2MSB : ELFDATA2LSB, 1);
	image_put(m, EV_CURRENT, 1);
	while (m->bytes.len < EI_NIDENT)
		image_put(m, 0, 1);
	image_put(m, ET_REL, 2);
	image_put(m, machine, 2);
	image_put(m, EV_CURRENT, 4);
	image_put_word(m, 0);
	image_put_word(m, 0);
	image_put_word(m, 0); /* e_shoff, below */
	image_put(m, 0, 4);
	image_put(m, m->wide ? 64 : 52, 2);
	image_put(m, 0, 2);
	image_put(m, 0, 2);
	image_put(m, m->wide ? 64 : 40, 2);
	image_put(m, many ? 0 : total, 2);
	image_put(m, many ? SHN_XINDEX : total - 1, 2);

	for (i = 0; i <= n; i++) {
		const struct image_section *at = i < n ? &s[i] : &strtab;

		image_align(m, 8);
		offsets[i] = m->bytes.len;
		if (at->type != SHT_NOBITS && at->size)
			buf_put(&m->bytes, at->data, at->size);
	}
	image_align(m, 8);
	image_patch(m, m->wide ? 0x28 : 0x20, m->bytes.len, m->wide ? 8 : 4);
	if (many) {
		null.size = total;
		null.link = (uint32_t)total - 1;
	}
	image_header(m, &null, 0, 0);
	for (i = 0; i <= n; i++) {
		const struct image_section *at = i < n ? &s[i] : &strtab;

		image_header(m, at, (uint32_t)name_at, offsets[i]);
		name_at += strlen(at->name) + 1;
	}
	free(offsets);
}

/* Make the file an executable with one segment. 64 bits only; once. */
static inline void image_segment(struct image *m, uint32_t flags, uint64_t address, uint64_t offset,
				 uint64_t size)
{
	image_align(m, 8);
	image_patch(m, 0x10, ET_EXEC, 2);
	image_patch(m, 0x20, m->bytes.len, 8);
	image_patch(m, 0x36, 56, 2);
	image_patch(m, 0x38, 1, 2);
	image_put(m, PT_LOAD, 4);
	image_put(m, flags, 4);
	image_put(m, offset, 8);
	image_put(m, address, 8);
	image_put(m, address, 8);
	image_put(m, size, 8);
	image_put(m, size, 8);
	image_put(m, 4096, 8);
}

#endif
