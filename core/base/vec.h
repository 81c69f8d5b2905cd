/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * vec.h - growable arrays of any type, and a hash table from strings to pointers.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/base.h"

/* VEC(int) numbers = {0}; vec_push(&numbers, 3); for (i < numbers.n) numbers.v[i] */
#define VEC(type)           \
	struct {            \
		type *v;    \
		size_t n;   \
		size_t cap; \
	}

/* Make room for @n elements in all. Returns 0 or -ENOMEM. */
#define vec_reserve(vec, want) \
	vec_reserve_((void **)&(vec)->v, &(vec)->cap, (want), sizeof(*(vec)->v))

/* Append a value. Returns 0 or -ENOMEM. */
#define vec_push(vec, ...)                                 \
	(vec_reserve((vec), (vec)->n + 1) ? -ENOMEM        \
					  : ((vec)->v[(vec)->n++] = (__VA_ARGS__), 0))

/* Append a zeroed element; returns its address or NULL. Addresses move when the array grows. */
#define vec_add(vec)                                      \
	(vec_reserve((vec), (vec)->n + 1)                 \
		 ? NULL                                   \
		 : (memset(&(vec)->v[(vec)->n], 0, sizeof(*(vec)->v)), &(vec)->v[(vec)->n++]))

#define vec_free(vec)                                       \
	do {                                                \
		free((vec)->v);                             \
		(vec)->v = NULL, (vec)->n = (vec)->cap = 0; \
	} while (0)

int vec_reserve_(void **data, size_t *cap, size_t want, size_t size);

/* Strings to pointers. Keys are copied; values are the caller's. */
struct strmap;
struct strmap *strmap_new(void);
void strmap_free(struct strmap *m);
/* Set (replaces). Returns 0 or -ENOMEM. */
int strmap_set(struct strmap *m, const char *key, void *value);
/* The value, or NULL. */
void *strmap_get(const struct strmap *m, const char *key);
/* True when the key is present, even with a NULL value. */
bool strmap_has(const struct strmap *m, const char *key);

/* Calls @fn for each key, in no order, until it returns other than 0; returns that. */
int strmap_each(const struct strmap *m, int (*fn)(void *user, const char *key, void *value),
		void *user);

/* Memory that is freed all at once. Everything it gives is zeroed. NULL on failure. */
struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *a);
void *arena_alloc(struct arena *a, size_t size);
void *arena_copy(struct arena *a, const void *data, size_t size);
char *arena_dup(struct arena *a, const char *s);
char *arena_ndup(struct arena *a, const char *s, size_t n);
char *arena_format(struct arena *a, const char *fmt, ...) _printf_(2, 3);

#endif
