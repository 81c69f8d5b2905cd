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

/*
 * The first eight bytes of a name, zero from its NUL on. Reads eight bytes at @s.
 */
static inline uint64_t name_word(const char *s)
{
	uint64_t w, nul;

	memcpy(&w, s, sizeof(w));
	w = le64toh(w);
	/* 0x80 in each byte that is zero, and maybe in some above the lowest of those */
	nul = (w - 0x0101010101010101u) & ~w & 0x8080808080808080u;
	/* all bits below that lowest one; all there are when there is none */
	return w & ((nul & -nul) - 1);
}

uint64_t btf_name_key(const char *s, uint64_t mask)
{
	char first[8] = { 0 };

	memcpy(first, s, strnlen(s, sizeof(first)));
	return name_word(first) & mask;
}

/*
 * The step to the next type. A table would be shorter, but then the next address waits for two
 * loads; with branches the processor guesses it and goes on.
 */
static inline uint64_t step(uint32_t info)
{
	switch ((info >> 24) & 0x1f) {
	case BTF_PTR:
	case BTF_FWD:
	case BTF_TYPEDEF:
	case BTF_VOLATILE:
	case BTF_CONST:
	case BTF_RESTRICT:
	case BTF_FUNC:
	case BTF_FLOAT:
	case BTF_TYPE_TAG:
		return 12;
	case BTF_FUNC_PROTO:
		return 12 + (uint64_t)(info & 0xffff) * sizeof(struct btf_param);
	case BTF_STRUCT:
	case BTF_UNION:
		return 12 + (uint64_t)(info & 0xffff) * sizeof(struct btf_member);
	default:
		return btf_full_size(info);
	}
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
		key = name_word(b->strs + off) & want->mask;
	else
		key = far_key(b, name_off, want->mask);
	if (filtered(want, key))
		return 0;
	return btf_want_hit(want, key, btf_str(b, name_off), id);
}

int btf_walk(const struct btf *b, struct btf_want *want)
{
	struct btf_index *x = b->index;
	const uint32_t near = b->strs_len >= 8 ? b->strs_len - 7 : 0;
	const uint32_t every = (1u << x->shift) - 1;
	const uint8_t *p = b->types, *end = b->types + b->types_len;
	bool count = !x->complete;
	uint32_t n = 0;

	if (count) {
		x->first = b->base ? btf_count(b->base) : 1;
		x->offsets.n = 0;
	}
	while ((size_t)(end - p) >= sizeof(struct btf_type) && n < UINT32_MAX - x->first) {
		const struct btf_type *t = (const struct btf_type *)p;
		uint64_t size = step(t->info);

		if (size > (size_t)(end - p))
			break;
		if (count && !(n & every) && vec_push(&x->offsets, (uint32_t)(p - b->types)))
			return -ENOMEM;
		if (want && check_name(b, want, t->name_off, near, x->first + n))
			return -ENOMEM;
		n++;
		p += size;
	}
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
