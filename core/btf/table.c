/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * table.c - every name of a BTF, hashed: for a process that asks for names again and again.
 *
 * Knows essential names and ids. Refuses to be the first answer: building it costs more than
 * walking once or twice, and a megabyte for a kernel.
 */
#include <endian.h>

#include "btf/inner.h"

static inline uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

static inline uint32_t slot_of(const struct btf_table *t, uint64_t h)
{
	return (uint32_t)(h * 0x9e3779b97f4a7c15u >> (64 - t->shift));
}

/* Eight bytes at a time, the word with the NUL last. */
static uint64_t hash_name(const char *s, size_t len)
{
	uint64_t h = 0, w;

	for (; len >= 8; s += 8, len -= 8) {
		memcpy(&w, s, 8);
		h = mix(h, le64toh(w));
	}
	w = 0;
	memcpy(&w, s, len);
	return mix(h, le64toh(w));
}

/*
 * The same for a name of which only the beginning is known, in one pass. Most names cannot have a
 * flavour: of three underscores in a row, two are in one word.
 */
static uint64_t hash_essential(const char *s, const char *end)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t h = 0, pairs = 0, w, nul, bars;
	const char *p = s;

	for (;; p += 8) {
		if (end - p < 8)
			return hash_name(s, btf_essential_len(s));
		memcpy(&w, p, 8);
		w = le64toh(w);
		nul = (w - ones) & ~w & tops;
		bars = w ^ ones * '_';
		bars = (bars - ones) & ~bars & tops;
		pairs |= bars & bars >> 8;
		if (nul)
			break;
		h = mix(h, w);
	}
	if (pairs)
		return hash_name(s, btf_essential_len(s));
	return mix(h, w & ((nul & -nul) - 1));
}

void btf_table_free(struct btf_table *t)
{
	if (!t)
		return;
	free(t->heads);
	free(t->next);
	free(t);
}

/* Where the section ends that holds a string. */
static const char *end_of_strings(const struct btf *b, uint32_t off)
{
	while (off < b->first_str && b->base)
		b = b->base;
	return b->strs + b->strs_len;
}

static void cleanup_table(struct btf_table **t)
{
	btf_table_free(*t);
}

int btf_table_build(const struct btf *b, struct btf_table **out)
{
	struct btf_table *t _cleanup_(cleanup_table) = calloc(1, sizeof(*t));
	uint32_t first, count;

	if (!t || btf_complete(b))
		return -ENOMEM;
	first = b->index->first;
	count = b->index->count;
	t->count = count;
	for (t->shift = 6; t->shift < 31 && 1u << t->shift < count - first; t->shift++)
		;
	t->heads = calloc((size_t)1 << t->shift, sizeof(*t->heads));
	t->next = malloc(((size_t)count - first + 1) * sizeof(*t->next));
	if (!t->heads || !t->next)
		return -ENOMEM;
	/* the types in a row, without looking each up: they have been walked, so they are whole */
	for (uint32_t id = first, off = 0; id < count; id++) {
		const struct btf_type *type = (const struct btf_type *)(b->types + off);
		const char *name = btf_name(b, type);
		uint32_t slot;

		off += (uint32_t)btf_full_size(type->info);
		t->next[id - first] = 0;
		if (!*name)
			continue;
		slot = slot_of(t, hash_essential(name, end_of_strings(b, type->name_off)));
		t->next[id - first] = t->heads[slot];
		t->heads[slot] = id;
	}
	*out = take_ptr(t);
	return 0;
}

int btf_table_find(const struct btf *b, const struct btf_table *t, struct btf_named *named)
{
	uint32_t id = t->heads[slot_of(t, hash_name(named->name, named->len))];

	for (; id; id = t->next[id - b->index->first]) {
		const char *s = btf_name_of(b, id);

		if (strncmp(s, named->name, named->len) != 0)
			continue;
		if (s[named->len] && btf_essential_len(s) != named->len)
			continue;
		if (vec_push(&named->ids, id))
			return -ENOMEM;
	}
	/* the chain has the newest first */
	for (size_t i = 0, n = named->ids.n; i < n / 2; i++) {
		uint32_t swapped = named->ids.v[i];

		named->ids.v[i] = named->ids.v[n - 1 - i];
		named->ids.v[n - 1 - i] = swapped;
	}
	return 0;
}
