// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * vec.c - growing arrays and the table from strings to pointers. Knows sizes and hashes; refuses
 * to know what the elements are.
 */
#include "base/text.h"
#include "base/vec.h"

int vec_reserve_(void **data, size_t *cap, size_t want, size_t size)
{
	size_t grown, bytes;
	void *moved;

	if (want <= *cap)
		return 0;
	/* n + 1 wrapped to 0 never gets here: memory ends long before */
	grown = *cap > SIZE_MAX / 2 ? want : MAX(*cap * 2, want);
	grown = MAX(grown, (size_t)8);
	if (__builtin_mul_overflow(grown, size, &bytes))
		return -ENOMEM;
	moved = realloc(*data, bytes);
	if (!moved)
		return -ENOMEM;
	*data = moved;
	*cap = grown;
	return 0;
}

struct strmap_slot {
	char *key;
	void *value;
	uint32_t hash;
};

struct strmap {
	struct strmap_slot *slots;
	size_t n;
	size_t cap; /* a power of two, or 0 */
	uint32_t seed;
};

struct strmap *strmap_new(void)
{
	struct strmap *m = calloc(1, sizeof(*m));

	/*
	 * Keys come from files that others wrote. The address differs from run to run, so nobody
	 * can prepare a file whose keys all fall into one slot.
	 */
	if (m)
		m->seed = (uint32_t)(((uintptr_t)m >> 4) * 0x9e3779b1u);
	return m;
}

void strmap_free(struct strmap *m)
{
	size_t i;

	if (!m)
		return;
	for (i = 0; i < m->cap; i++)
		free(m->slots[i].key);
	free(m->slots);
	free(m);
}

static uint32_t strmap_hash(const struct strmap *m, const char *key)
{
	uint32_t hash = 2166136261u ^ m->seed;

	for (; *key; key++)
		hash = (hash ^ (uint8_t)*key) * 16777619u;
	/* the low bits choose the slot: mix the high ones in */
	return hash ^ hash >> 15;
}

/* The slot that holds @key, or the free one where it would go. There is always a free one. */
static struct strmap_slot *strmap_slot(const struct strmap *m, const char *key, uint32_t hash)
{
	size_t at = hash & (m->cap - 1);

	while (m->slots[at].key) {
		if (m->slots[at].hash == hash && streq(m->slots[at].key, key))
			break;
		at = (at + 1) & (m->cap - 1);
	}
	return &m->slots[at];
}

static int strmap_grow(struct strmap *m)
{
	struct strmap bigger = *m;
	size_t i;

	bigger.cap = m->cap ? m->cap * 2 : 16;
	bigger.slots = calloc(bigger.cap, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (i = 0; i < m->cap; i++) {
		const struct strmap_slot *slot = &m->slots[i];

		if (slot->key)
			*strmap_slot(&bigger, slot->key, slot->hash) = *slot;
	}
	free(m->slots);
	*m = bigger;
	return 0;
}

int strmap_set(struct strmap *m, const char *key, void *value)
{
	uint32_t hash = strmap_hash(m, key);
	struct strmap_slot *slot;

	/* at most three quarters full */
	if (m->n >= m->cap - m->cap / 4 && strmap_grow(m))
		return -ENOMEM;
	slot = strmap_slot(m, key, hash);
	if (!slot->key) {
		slot->key = strdup(key);
		if (!slot->key)
			return -ENOMEM;
		slot->hash = hash;
		m->n++;
	}
	slot->value = value;
	return 0;
}

static const struct strmap_slot *strmap_find(const struct strmap *m, const char *key)
{
	const struct strmap_slot *slot;

	if (!m || !m->cap)
		return NULL;
	slot = strmap_slot(m, key, strmap_hash(m, key));
	return slot->key ? slot : NULL;
}

void *strmap_get(const struct strmap *m, const char *key)
{
	const struct strmap_slot *slot = strmap_find(m, key);

	return slot ? slot->value : NULL;
}

bool strmap_has(const struct strmap *m, const char *key)
{
	return strmap_find(m, key) != NULL;
}

int strmap_each(const struct strmap *m, int (*fn)(void *user, const char *key, void *value),
		void *user)
{
	int ret = 0;

	for (size_t i = 0; i < m->cap && ret == 0; i++)
		if (m->slots[i].key)
			ret = fn(user, m->slots[i].key, m->slots[i].value);
	return ret;
}
