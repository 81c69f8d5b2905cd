// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * widen - makes of an object's enums of 8 bytes what compilers later than ours write, in place:
 * BTF_KIND_ENUM64. Older ones keep the lower halves of the values only; the upper ones become 1. Tags
 * whose names begin with "attribute" become attributes, by the flag that says so. Knows
 * BTF's layout and an ELF section; everything else in the object stays as it is.
 */
#include <fcntl.h>
#include <libelf.h>
#include <stdio.h>

#include "base/base.h"
#include "btf/btf.h"

struct header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t hdr_len, type_off, type_len, str_off, str_len;
};

static bool is_attribute(const struct btf_type *t, const char *strings)
{
	return (btf_kind(t) == BTF_TYPE_TAG || btf_kind(t) == BTF_DECL_TAG) &&
	       has_prefix(strings + t->name_off, "attribute");
}

/*
 * The types from @from on, @size bytes, to @to; returns how many bytes they are there, 0: no BTF. The
 * strings are at @strings.
 */
static size_t widen(char *to, const char *from, size_t size, const char *strings)
{
	const char *end = from + size, *begin = to;

	while (from < end) {
		const struct btf_type *t = (const void *)from;
		int64_t payload = btf_payload_size(t);

		if (payload < 0)
			return 0;
		memcpy(to, from, sizeof(*t) + (size_t)payload);
		if (btf_kind(t) == BTF_ENUM && t->size == 8) {
			const struct btf_enum *old = btf_enums(t);
			struct btf_enum64 *new = (void *)(to + sizeof(*t));

			((struct btf_type *)to)->info = (uint32_t)BTF_ENUM64 << 24 | btf_vlen(t);
			for (uint32_t i = 0; i < btf_vlen(t); i++)
				new[i] = (struct btf_enum64) { .name_off = old[i].name_off,
							       .lo = (uint32_t)old[i].val,
							       .hi = 1 };
			to += btf_vlen(t) * (sizeof(*new) - sizeof(*old));
		}
		if (is_attribute(t, strings))
			((struct btf_type *)to)->info |= 1u << 31;
		to += sizeof(*t) + (size_t)payload;
		from += sizeof(*t) + (size_t)payload;
	}
	return (size_t)(to - begin);
}

/* @d with its enums widened, in memory that *@held gets and that must outlive the last use of @d. */
static int widen_data(Elf_Data *d, char **held)
{
	struct header h;
	char *to = *held = malloc(d->d_size * 2);
	const char *from = d->d_buf;
	size_t size;

	if (!to || d->d_size < sizeof(h))
		return -1;
	memcpy(&h, from, sizeof(h));
	if (h.hdr_len != sizeof(h) || h.type_off || h.str_off != h.type_len)
		return -1;
	size = widen(to + sizeof(h), from + sizeof(h), h.type_len,
		     from + sizeof(h) + h.str_off);
	if (!size)
		return -1;
	memcpy(to + sizeof(h) + size, from + sizeof(h) + h.str_off, h.str_len);
	h.type_len = h.str_off = (uint32_t)size;
	memcpy(to, &h, sizeof(h));
	d->d_buf = to;
	d->d_size = sizeof(h) + size + h.str_len;
	return 0;
}

int main(int argc, char **argv)
{
	_free_ char *widened = NULL;
	int fd = argc == 2 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1;
	Elf_Scn *s = NULL;
	size_t names;
	Elf *e;

	elf_version(EV_CURRENT);
	e = fd < 0 ? NULL : elf_begin(fd, ELF_C_RDWR, NULL);
	if (!e || elf_getshdrstrndx(e, &names))
		goto bad;
	while ((s = elf_nextscn(e, s))) {
		Elf64_Shdr *h = elf64_getshdr(s);
		const char *name = h ? elf_strptr(e, names, h->sh_name) : NULL;

		if (!name || strcmp(name, ".BTF") != 0)
			continue;
		if (widen_data(elf_getdata(s, NULL), &widened))
			goto bad;
		elf_flagscn(s, ELF_C_SET, ELF_F_DIRTY);
		if (elf_update(e, ELF_C_WRITE) < 0)
			goto bad;
		elf_end(e);
		close(fd);
		return 0;
	}
bad:
	fprintf(stderr, "widen: cannot\n");
	return 1;
}
