/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapload.c - a whole list of entries into a map that is there, in addition to what it holds or in
 * its place. Knows the order in which nothing is missing that stays; the list itself is entries.c's.
 */
#include "live/entries.h"
#include "live/keyset.h"

static int may_replace(struct cleat_map *m)
{
	uint32_t flags = m->type ? m->type->flags : 0;

	if (flags & CLEAT_MAP_INDEX)
		return report_error(m->c->report, EOPNOTSUPP,
				    "cannot replace the entries: those of an array stay");
	if (flags & (CLEAT_MAP_NO_KEY | CLEAT_MAP_NO_ITERATE))
		return report_error(m->c->report, EOPNOTSUPP,
				    "cannot replace the entries: maps of type '%s' have none to walk",
				    m->type->name);
	return 0;
}

struct stale {
	const struct keyset *listed;
	struct keyset keys;
};

static int note_stale(void *user, const void *key, const void *value)
{
	struct stale *s = user;

	(void)value;
	return keyset_has(s->listed, key) ? 0 : keyset_add(&s->keys, key);
}

/* Delete what is not in the list. */
static int delete_stale(struct entries *e, size_t *deleted)
{
	struct keyset listed _cleanup_(keyset_free) = { .size = e->key_size };
	struct stale s = { .listed = &listed, .keys.size = e->key_size };
	int err = 0;

	for (size_t i = 0; i < e->n && !err; i++)
		err = keyset_add(&listed, e->keys + i * e->key_size);
	if (!err)
		err = cleat_map_each(e->map, note_stale, &s);
	if (err == -ENOMEM)
		report_oom(e->map->c->report);
	if (!err) {
		*deleted = s.keys.n;
		err = cleat_map_delete_batch(e->map, s.keys.v, deleted);
	}
	keyset_free(&s.keys);
	return err;
}

/*
 * What is new first, so that what stays is never missing. Only when there is no room for both does what
 * is old go before.
 */
static int replace(struct entries *e, uint64_t flags, struct cleat_map_loaded *done)
{
	size_t before = report_count(e->map->c->report);
	int err = entries_put(e, flags, NULL, NULL, &done->entries);

	if (err != -E2BIG && err != -ENOSPC)
		return err ? err : delete_stale(e, &done->deleted);
	err = delete_stale(e, &done->deleted);
	if (err || !done->deleted)
		return err ? err : -E2BIG;
	report_drop(e->map->c->report, before);
	return entries_put(e, flags, NULL, NULL, &done->entries);
}

static int load(struct cleat_map *m, const char *name, char *text, size_t bytes,
		const struct cleat_map_load_options *options, struct cleat_map_loaded *done)
{
	struct entries e _cleanup_(entries_free);
	int err;

	entries_begin(&e, m);
	err = entries_read(&e, name, text, bytes);
	if (err)
		return err;
	done->listed = e.n;
	return options->replace ? replace(&e, options->flags, done) :
				  entries_put(&e, options->flags, NULL, NULL, &done->entries);
}

CLEAT_API int cleat_map_load(struct cleat_map *m, const char *name, const char *text, size_t bytes,
			     const struct cleat_map_load_options *options,
			     struct cleat_map_loaded *done)
{
	struct cleat_map_load_options o = { 0 };
	struct cleat_map_loaded d = { .size = sizeof(d) };
	_free_ char *copy = NULL;
	int err;

	OPERATION(m->c);
	REPORT_IN(m->c->report, REPORT_MAP, m->name);
	if (options)
		memcpy(&o, options, MIN(options->size, sizeof(o)));
	if (m->fd < 0)
		return report_error(m->c->report, EBADF, "the map is not created yet");
	copy = malloc(bytes + 1);
	if (!copy)
		return report_oom(m->c->report);
	memcpy(copy, text, bytes);
	copy[bytes] = '\0';
	err = o.replace ? may_replace(m) : 0;
	if (!err)
		err = load(m, name, copy, bytes, &o, &d);
	if (done) {
		d.size = done->size;
		memcpy(done, &d, MIN(done->size, sizeof(d)));
	}
	return err;
}
