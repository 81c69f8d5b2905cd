/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * find.c - types by name.
 *
 * Knows which names were asked for before and what was found; a batch of new names costs one walk.
 * Who keeps asking gets a table of all names (table.c) instead. Refuses to rank what it finds:
 * flavours, duplicates and wrong kinds are the caller's to judge.
 */
#include "btf/inner.h"

/* The table costs as much as three walks and answers any number of names. */
#define WALKS_BEFORE_TABLE 2

size_t btf_essential_len(const char *name)
{
	size_t len = strlen(name);

	/* the last run of exactly three underscores inside the name; what follows is the flavour */
	for (size_t i = len; i >= 5; i--) {
		const char *s = name + i - 5;

		if (s[0] != '_' && s[1] == '_' && s[2] == '_' && s[3] == '_' && s[4] != '_')
			return i - 4;
	}
	return len;
}

static void free_named(struct btf_named *named)
{
	if (!named)
		return;
	free(named->name);
	vec_free(&named->ids);
	free(named);
}

void btf_forget_names(struct btf_index *x)
{
	strmap_free(x->names);
	x->names = NULL;
	for (size_t i = 0; i < x->named.n; i++)
		free_named(x->named.v[i]);
	vec_free(&x->named);
	btf_table_free(x->table);
	x->table = NULL;
	x->walks = 0;
}

/* The entry for @name without its flavour; made when there is none yet. *fresh: it was made. */
static struct btf_named *name_entry(struct btf_index *x, const char *name, bool *fresh)
{
	struct btf_named *named;
	char *key;

	*fresh = false;
	key = strndup(name, btf_essential_len(name));
	if (!key)
		return NULL;
	if (!x->names)
		x->names = strmap_new();
	named = x->names ? strmap_get(x->names, key) : NULL;
	if (!x->names || named) {
		free(key);
		return named;
	}
	named = calloc(1, sizeof(*named));
	if (!named) {
		free(key);
		return NULL;
	}
	named->name = key;
	named->len = strlen(key);
	if (vec_push(&x->named, named)) {
		free_named(named);
		return NULL;
	}
	if (strmap_set(x->names, key, named)) {
		x->named.n--;
		free_named(named);
		return NULL;
	}
	*fresh = true;
	return named;
}

static int want_key(struct btf_want *w, struct btf_named *named, const char *text)
{
	uint64_t key = btf_name_key(text, w->mask);
	unsigned int bit = btf_want_bit(key);

	w->filter[bit / 8] |= (uint8_t)(1u << bit % 8);
	return vec_push(&w->buckets[bit % WANT_BUCKETS].names, named);
}

/*
 * A name and its flavours begin alike as far as the name and three underscores go. So the shortest
 * name decides how many bytes the filter looks at, and a name shorter than that is put in twice:
 * as it is, and with underscores behind it.
 */
static int want_build(struct btf_want *w, struct btf_named *const *named, size_t n)
{
	size_t width = sizeof(uint64_t);

	for (size_t i = 0; i < n; i++)
		width = MIN(width, named[i]->len + 3);
	w->mask = width < 8 ? (1ull << 8 * width) - 1 : UINT64_MAX;
	for (size_t i = 0; i < n; i++) {
		char flavoured[12] = { 0 };

		if (want_key(w, named[i], named[i]->name))
			return -ENOMEM;
		if (named[i]->len >= width)
			continue;
		memcpy(flavoured, named[i]->name, named[i]->len);
		memcpy(flavoured + named[i]->len, "___", 3);
		if (want_key(w, named[i], flavoured))
			return -ENOMEM;
	}
	return 0;
}

static void want_free(struct btf_want **want)
{
	if (!*want)
		return;
	for (size_t i = 0; i < WANT_BUCKETS; i++)
		vec_free(&(*want)->buckets[i].names);
	free(*want);
}

int btf_want_hit(struct btf_want *w, uint64_t key, const char *s, uint32_t id)
{
	unsigned int bucket = btf_want_bit(key) % WANT_BUCKETS;

	for (size_t i = 0; i < w->buckets[bucket].names.n; i++) {
		struct btf_named *named = w->buckets[bucket].names.v[i];

		if (strncmp(s, named->name, named->len) != 0)
			continue;
		if (s[named->len] && btf_essential_len(s) != named->len)
			continue;
		/* a name of few bytes is in twice, perhaps in one bucket */
		if (named->ids.n && named->ids.v[named->ids.n - 1] == id)
			continue;
		if (vec_push(&named->ids, id))
			return -ENOMEM;
	}
	return 0;
}

/* Find the names from number @from on, all at once. */
static int look_up(const struct btf *b, size_t from)
{
	struct btf_want *want _cleanup_(want_free) = NULL;
	struct btf_index *x = b->index;

	if (x->walks >= WALKS_BEFORE_TABLE && !x->table) {
		int err = btf_table_build(b, &x->table);

		if (err)
			return err;
	}
	if (x->table) {
		for (size_t i = from; i < x->named.n; i++) {
			int err = btf_table_find(b, x->table, x->named.v[i]);

			if (err)
				return err;
		}
		return 0;
	}
	want = calloc(1, sizeof(*want));
	if (!want || want_build(want, x->named.v + from, x->named.n - from))
		return -ENOMEM;
	x->walks++;
	return btf_walk(b, want);
}

static int prefetch(const struct btf *b, const char *const *names, size_t n)
{
	struct btf_index *x = b->index;
	size_t from;
	int err = 0;

	/* types were added: what was known is not the whole truth any more */
	if (x->complete && x->named_count != x->count)
		btf_forget_names(x);
	from = x->named.n;
	for (size_t i = 0; i < n && !err; i++) {
		bool fresh;

		if (names[i][0] && !name_entry(x, names[i], &fresh))
			err = -ENOMEM;
	}
	if (!err && x->named.n > from)
		err = look_up(b, from);
	if (err) {
		/* half an answer would pass for a whole one later */
		btf_forget_names(x);
		return err;
	}
	x->named_count = x->count;
	return 0;
}

int btf_prefetch(struct btf *b, const char *const *names, size_t n)
{
	for (const struct btf *one = b; one; one = one->base) {
		int err = prefetch(one, names, n);

		if (err)
			return err;
	}
	return 0;
}

static int named_in(const struct btf *b, const char *name, const uint32_t **ids, size_t *n)
{
	struct btf_named *named;
	bool fresh;
	int err;

	*ids = NULL;
	*n = 0;
	if (!*name)
		return 0;
	err = prefetch(b, &name, 1);
	if (err)
		return err;
	named = name_entry(b->index, name, &fresh);
	if (!named)
		return -ENOMEM;
	*ids = named->ids.v;
	*n = named->ids.n;
	return 0;
}

int btf_named(struct btf *b, const char *name, const uint32_t **ids, size_t *n)
{
	return named_in(b, name, ids, n);
}

static uint32_t find(const struct btf *b, const char *name, uint32_t kind_mask)
{
	const uint32_t *ids;
	size_t n;

	if (b->base) {
		uint32_t id = find(b->base, name, kind_mask);

		if (id)
			return id;
	}
	if (named_in(b, name, &ids, &n))
		return 0;
	for (size_t i = 0; i < n; i++) {
		const struct btf_type *t = btf_type(b, ids[i]);

		if (t && (BTF_KIND_BIT(btf_kind(t)) & kind_mask) && streq(btf_name(b, t), name))
			return ids[i];
	}
	return 0;
}

uint32_t btf_find(struct btf *b, const char *name, uint32_t kind_mask)
{
	return find(b, name, kind_mask);
}
