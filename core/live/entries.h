/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * entries.h - entries for a map, read from text and checked before any of them is put in. Knows the
 * two forms of a list: "KEY -> VALUE" lines, and the JSON that a dump writes.
 */
#ifndef LIVE_ENTRIES_H
#define LIVE_ENTRIES_H

#include "base/vec.h"
#include "live/context.h"

struct entry_place {
	const char *file; /* or NULL */
	unsigned int line;
};

/* An entry that is bytes only once it is put in: what it names is opened then. */
struct entry_text {
	size_t number;
	char *key, *value;
};

struct entries {
	struct cleat_map *map;
	size_t key_size, value_bytes;
	uint8_t *keys, *values;
	struct entry_place *places;
	size_t n, cap;
	VEC(struct entry_text) texts; /* by number */
	VEC(char *) files;
};

/* For a map that is resolved; it need not be created. */
void entries_begin(struct entries *e, struct cleat_map *m);
void entries_free(struct entries *e);
/*
 * Add "KEY -> VALUE" (for a map without keys: "VALUE"), which is taken apart. It is checked, and errors
 * are reported where the report's scope says. Returns 0 or -errno.
 */
int entries_add(struct entries *e, char *text, const char *file, unsigned int line);
/* Add all of a text, which is taken apart. Collects the errors. */
int entries_read(struct entries *e, const char *file, char *text, size_t bytes);
/*
 * Put them in, in their order. @passed_over (or NULL) says which of those with a text are not. Stops at
 * the first that fails, which is reported; *done is how many were before it.
 */
int entries_put(struct entries *e, uint64_t flags,
		bool (*passed_over)(void *user, const struct entry_text *t), void *user,
		size_t *done);

#endif
