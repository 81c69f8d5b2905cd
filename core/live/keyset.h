/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * keyset.h - keys of a map in the order in which they came, each once. Knows that a key is so many
 * bytes and nothing else of it.
 */
#ifndef LIVE_KEYSET_H
#define LIVE_KEYSET_H

#include "base/base.h"

/* Begin with { .size = bytes of a key }. */
struct keyset {
	size_t size;
	uint8_t *v;
	size_t n;
	size_t cap;
	uint32_t *slots; /* number of a key + 1, by its hash; 0: free */
	size_t mask;
};

void keyset_free(struct keyset *k);
/* Add a key that may be there already. Returns 0 or -ENOMEM. */
int keyset_add(struct keyset *k, const void *key);
bool keyset_has(const struct keyset *k, const void *key);

static inline const uint8_t *keyset_at(const struct keyset *k, size_t i)
{
	return k->v + i * k->size;
}

#endif
