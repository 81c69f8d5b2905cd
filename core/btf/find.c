/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * find.c - types by name.
 *
 * Knows which names were asked for before and what was found; all names that are expected cost one
 * walk, with the first question. Who keeps asking gets a table of all names (table.c) instead.
 * Refuses to rank what it finds: flavours, duplicates and wrong kinds are the caller's to judge.
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

const char *btf_name_in_words(const char *words, uint32_t of, uint32_t *kinds)
{
	static const struct {
		const char *word;
		uint32_t kinds;
	} known[] = {
		{ "struct ", BTF_KIND_BIT(BTF_STRUCT) },
		{ "union ", BTF_KIND_BIT(BTF_UNION) },
		{ "enum ", BTF_KIND_BIT(BTF_ENUM) | BTF_KIND_BIT(BTF_ENUM64) },
		{ "typedef ", BTF_KIND_BIT(BTF_TYPEDEF) },
		{ "func ", BTF_KIND_BIT(BTF_FUNC) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		*kinds = known[i].kinds & of;
		if (*kinds && has_prefix(words, known[i].word))
			return words + strlen(known[i].word);
	}
	*kinds = of;
	return words;
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
	x->unknown = 0;
	btf_table_free(x->table);
	x->table = NULL;
	x->walks = 0;
}

static struct btf_named *new_entry(struct btf_index *x, char *key)
{
	struct btf_named *named = calloc(1, sizeof(*named));

	if (!named)
		return NULL;
	named->name = key;
	named->len = strlen(key);
	if (vec_push(&x->named, named)) {
		free(named);
		return NULL;
	}
	if (strmap_set(x->names, key, named)) {
		x->named.n--;
		free(named);
		return NULL;
	}
	x->unknown++;
	return named;
}

/* The entry for @name without its flavour, made when there is none yet. */
static struct btf_named *name_entry(struct btf_index *x, const char *name, uint32_t kinds)
{
	_free_ char *key = strndup(name, btf_essential_len(name));
	struct btf_named *named;

	if (!x->names)
		x->names = strmap_new();
	if (!key || !x->names)
		return NULL;
	named = strmap_get(x->names, key);
	if (!named) {
		named = new_entry(x, key);
		if (!named)
			return NULL;
		key = NULL; /* is the entry's */
	}
	if ((kinds & BTF_KIND_BIT(BTF_FUNC)) && !named->functions) {
		named->functions = true;
		if (named->known) {
			named->known = false;
			named->ids.n = 0;
			x->unknown++;
		}
	}
	return named;
}

/*
 * A name and its flavours begin alike, so the filter looks at as many bytes as the shortest name
 * has: no more of a string needs to be read, and where it ends does not matter.
 */
static int want_build(struct btf_want *w, const struct btf_index *x)
{
	size_t width = sizeof(uint64_t);

	for (size_t i = 0; i < x->named.n; i++) {
		if (x->named.v[i]->known)
			continue;
		width = MIN(width, x->named.v[i]->len);
		w->functions |= x->named.v[i]->functions;
	}
	w->mask = width < 8 ? (1ull << 8 * width) - 1 : UINT64_MAX;
	for (size_t i = 0; i < x->named.n; i++) {
		struct btf_named *named = x->named.v[i];
		unsigned int bit;

		if (named->known)
			continue;
		bit = btf_want_bit(btf_name_key(named->name, w->mask));
		w->filter[bit / 8] |= (uint8_t)(1u << bit % 8);
		if (vec_push(&w->buckets[bit % WANT_BUCKETS].names, named))
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
		if (vec_push(&named->ids, id))
			return -ENOMEM;
	}
	return 0;
}

/* From the table, which has all kinds. */
static int ask_table(const struct btf *b, const struct btf_table *t)
{
	struct btf_index *x = b->index;

	for (size_t i = 0; i < x->named.n; i++) {
		int err = x->named.v[i]->known ? 0 : btf_table_find(b, t, x->named.v[i]);

		if (err)
			return err;
		x->named.v[i]->functions = true;
	}
	return 0;
}

static int walk_for_names(const struct btf *b)
{
	struct btf_want *want _cleanup_(want_free) = calloc(1, sizeof(*want));
	struct btf_index *x = b->index;
	int err = want ? want_build(want, x) : -ENOMEM;

	if (err)
		return err;
	x->walks++;
	err = btf_walk(b, want);
	for (size_t i = 0; i < x->named.n && !err; i++)
		if (!x->named.v[i]->known)
			x->named.v[i]->functions = want->functions;
	return err;
}

/* Find the names that are not known yet, all at once. */
static int look_up(const struct btf *b)
{
	struct btf_index *x = b->index;
	int err = 0;

	if (!x->unknown)
		return 0;
	if (x->walks >= WALKS_BEFORE_TABLE && !x->table)
		err = btf_table_build(b, &x->table);
	if (!err)
		err = x->table ? ask_table(b, x->table) : walk_for_names(b);
	if (err)
		return err;
	for (size_t i = 0; i < x->named.n; i++)
		x->named.v[i]->known = true;
	x->unknown = 0;
	x->named_count = x->count;
	return 0;
}

/* Types were added: what was known is not the whole truth any more. */
static void forget_outdated(struct btf_index *x)
{
	if (x->named.n > x->unknown && x->named_count != x->count)
		btf_forget_names(x);
}

int btf_expect(struct btf *b, const char *const *names, size_t n, uint32_t kinds)
{
	for (const struct btf *one = b; one; one = one->base) {
		forget_outdated(one->index);
		for (size_t i = 0; i < n; i++)
			if (names[i][0] && !name_entry(one->index, names[i], kinds))
				return -ENOMEM;
	}
	return 0;
}

static int named_in(const struct btf *b, const char *name, uint32_t kinds, const uint32_t **ids,
		    size_t *n)
{
	const struct btf_named *named;

	*ids = NULL;
	*n = 0;
	if (!*name)
		return 0;
	forget_outdated(b->index);
	named = name_entry(b->index, name, kinds);
	if (!named || look_up(b)) {
		/* half an answer would pass for a whole one later */
		btf_forget_names(b->index);
		return -ENOMEM;
	}
	*ids = named->ids.v;
	*n = named->ids.n;
	return 0;
}

int btf_named(struct btf *b, const char *name, uint32_t kinds, const uint32_t **ids, size_t *n)
{
	return named_in(b, name, kinds, ids, n);
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
	if (named_in(b, name, kind_mask, &ids, &n))
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
