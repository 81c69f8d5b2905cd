/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * table.c - every name of a BTF, hashed: for a process that asks for names again and again.
 *
 * Knows essential names and ids. Refuses to be the first answer: building it costs more than
 * walking once or twice, and a megabyte for a kernel.
 */
#include "btf/inner.h"

static uint64_t hash_name(const char *s, size_t len)
{
	uint64_t h = len, w = 0;

	for (; len >= 8; s += 8, len -= 8) {
		memcpy(&w, s, 8);
		h = (h ^ w) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	w = 0;
	memcpy(&w, s, len);
	h = (h ^ w) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* btf_essential_len() for names that mostly have no flavour. */
static size_t essential_len(const char *s)
{
	return strstr(s, "___") ? btf_essential_len(s) : strlen(s);
}

static uint32_t slot_of(const struct btf_table *t, const char *s, size_t len)
{
	return (uint32_t)(hash_name(s, len) * 0x9e3779b97f4a7c15u >> (64 - t->shift));
}

void btf_table_free(struct btf_table *t)
{
	if (!t)
		return;
	free(t->heads);
	free(t->next);
	free(t);
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
	for (uint32_t id = first; id < count; id++) {
		const struct btf_type *type = btf_type(b, id);
		const char *name = type ? btf_name(b, type) : "";
		uint32_t slot;

		t->next[id - first] = 0;
		if (!*name)
			continue;
		slot = slot_of(t, name, essential_len(name));
		t->next[id - first] = t->heads[slot];
		t->heads[slot] = id;
	}
	*out = take_ptr(t);
	return 0;
}

int btf_table_find(const struct btf *b, const struct btf_table *t, struct btf_named *named)
{
	uint32_t id = t->heads[slot_of(t, named->name, named->len)];

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
