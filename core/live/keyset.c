/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * keyset.c - a hash table of keys beside the keys themselves. Knows bytes; refuses to know maps.
 */
#include "base/text.h"
#include "live/keyset.h"

void keyset_free(struct keyset *k)
{
	free(k->v);
	free(k->slots);
	*k = (struct keyset) { .size = k->size };
}

static uint32_t *slot_of(const struct keyset *k, const void *key)
{
	size_t at = text_hash(key, k->size) & k->mask;

	while (k->slots[at] && memcmp(keyset_at(k, k->slots[at] - 1), key, k->size) != 0)
		at = (at + 1) & k->mask;
	return &k->slots[at];
}

static int grow(struct keyset *k)
{
	size_t cap = k->cap ? k->cap * 2 : 64;
	uint8_t *v = reallocarray(k->v, cap, k->size);
	uint32_t *slots = calloc(cap * 2, sizeof(*slots));

	if (v)
		k->v = v;
	if (!v || !slots) {
		free(slots);
		return -ENOMEM;
	}
	k->cap = cap;
	free(k->slots);
	k->slots = slots;
	k->mask = cap * 2 - 1;
	for (size_t i = 0; i < k->n; i++)
		*slot_of(k, keyset_at(k, i)) = (uint32_t)i + 1;
	return 0;
}

int keyset_add(struct keyset *k, const void *key)
{
	uint32_t *slot;

	if (k->n == k->cap && grow(k))
		return -ENOMEM;
	slot = slot_of(k, key);
	if (*slot)
		return 0;
	memcpy(k->v + k->n * k->size, key, k->size);
	*slot = (uint32_t)++k->n;
	return 0;
}

bool keyset_has(const struct keyset *k, const void *key)
{
	return k->n && *slot_of(k, key);
}
