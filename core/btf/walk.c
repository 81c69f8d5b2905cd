/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * walk.c - one pass over all types: where they are, and which have a name that somebody wants.
 *
 * Knows how to get from one type to the next fast: a kernel has 126,000 of them and this pass is
 * most of what a loader spends on CO-RE. Refuses to look into the types; what does not fit into
 * the section, or is of a kind unknown here, ends the BTF, and what came before stays usable.
 */
#include <endian.h>

#include "btf/inner.h"

/* The first eight bytes at @s, of which all but those in the mask may belong to something else. */
static inline uint64_t name_word(const char *s, uint64_t mask)
{
	uint64_t w;

	memcpy(&w, s, sizeof(w));
	return le64toh(w) & mask;
}

uint64_t btf_name_key(const char *s, uint64_t mask)
{
	char first[8] = { 0 };

	memcpy(first, s, strnlen(s, sizeof(first)));
	return name_word(first, mask);
}

/* A name in a base, or so near the end that eight bytes cannot be read: rare, out of the way. */
static uint64_t far_key(const struct btf *b, uint32_t name_off, uint64_t mask)
{
	return btf_name_key(btf_str(b, name_off), mask);
}

static inline bool filtered(const struct btf_want *want, uint64_t key)
{
	unsigned int bit = btf_want_bit(key);

	return !(want->filter[bit / 8] & 1u << bit % 8);
}

static int check_name(const struct btf *b, struct btf_want *want, uint32_t name_off, uint32_t near,
		      uint32_t id)
{
	uint32_t off = name_off - b->first_str;
	uint64_t key;

	if (!name_off)
		return 0;
	if (off < near)
		key = name_word(b->strs + off, want->mask);
	else
		key = far_key(b, name_off, want->mask);
	if (filtered(want, key))
		return 0;
	return btf_want_hit(want, key, btf_str(b, name_off), id);
}

/* Kinds whose record is all there is of them, and those of them that never have a name. */
#define SHORT_KINDS                                                                           \
	(NAMELESS_KINDS | BTF_KIND_BIT(BTF_FUNC) | BTF_KIND_BIT(BTF_FWD) | BTF_KIND_BIT(BTF_TYPEDEF))
#define NAMELESS_KINDS                                                        \
	(BTF_KIND_BIT(BTF_PTR) | BTF_KIND_BIT(BTF_CONST) | BTF_KIND_BIT(BTF_VOLATILE) | \
	 BTF_KIND_BIT(BTF_RESTRICT))

/*
 * The next @most types from *@off on; *@n is fewer where the section ends. A table of sizes would
 * be shorter, but then each address waits for two loads; with branches the processor guesses it and
 * goes on. Functions, nearly half of a kernel's types, are looked at only when somebody wants one:
 * otherwise their names are not even read.
 */
static int step_over(const struct btf *b, struct btf_want *want, uint32_t id, uint32_t most,
		     uint32_t *off, uint32_t *n)
{
	const uint32_t near = b->strs_len >= 8 ? b->strs_len - 7 : 0;
	const uint32_t skip = !want ? SHORT_KINDS :
			      want->functions ? NAMELESS_KINDS :
						NAMELESS_KINDS | BTF_KIND_BIT(BTF_FUNC);
	const uint8_t *p = b->types + *off, *end = b->types + b->types_len;
	uint32_t i;

	for (i = 0; i < most && (size_t)(end - p) >= sizeof(struct btf_type); i++) {
		const struct btf_type *t = (const struct btf_type *)p;
		unsigned int kind = btf_kind(t);
		uint64_t size;

		if (skip >> kind & 1) {
			p += sizeof(*t);
			continue;
		}
		if (kind == BTF_FUNC_PROTO)
			size = sizeof(*t) + (uint64_t)btf_vlen(t) * sizeof(struct btf_param);
		else
			size = btf_full_size(t->info);
		if (size > (size_t)(end - p))
			break;
		if (want && kind != BTF_FUNC_PROTO &&
		    check_name(b, want, t->name_off, near, id + i))
			return -ENOMEM;
		p += size;
	}
	*off = (uint32_t)(p - b->types);
	*n = i;
	return 0;
}

int btf_walk(const struct btf *b, struct btf_want *want)
{
	struct btf_index *x = b->index;
	const uint32_t every = 1u << x->shift;
	uint32_t off = 0, n = 0, got;
	bool count = !x->complete;

	if (count) {
		x->first = b->base ? btf_count(b->base) : 1;
		x->offsets.n = 0;
	}
	do {
		uint32_t from = off;

		if (step_over(b, want, x->first + n, every, &off, &got))
			return -ENOMEM;
		if (count && got && vec_push(&x->offsets, from))
			return -ENOMEM;
		n += got;
	} while (got == every);
	if (count) {
		x->count = x->first + n;
		x->complete = true;
	}
	return 0;
}

int btf_complete(const struct btf *b)
{
	return b->index->complete ? 0 : btf_walk(b, NULL);
}

int btf_index_all(const struct btf *b)
{
	int err;

	for (; b; b = b->base) {
		if (!b->index->shift)
			continue;
		b->index->shift = 0;
		b->index->complete = false;
		err = btf_walk(b, NULL);
		if (err)
			return err;
	}
	return 0;
}
