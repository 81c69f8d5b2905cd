/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapwalk.c - all entries of a map, while others change it: an entry that is there from the
 * beginning of the walk to its end is handed out once, whatever happens to the others.
 *
 * Knows how the kernel walks: batches of whole buckets where a plugin says so (CLEAT_MAP_BATCH),
 * else from key to key, where a key that has gone sends the walk back to its beginning.
 */
#include "kernel/bpf.h"
#include "live/context.h"
#include "live/keyset.h"

/* The kernel's, not for user space: no such operation. */
#define KERNEL_ENOTSUPP 524

/* Bytes of a batch, and how many entries at least and at most. */
#define BATCH_BYTES (512u << 10)
#define BATCH_LEAST 16u
#define BATCH_MOST 8192u
#define BATCH_LIMIT (1u << 24)
/* How often in a row a bucket may be locked by somebody else. */
#define TRIES 1000

typedef int entry_fn(void *user, const void *key, const void *value);

struct walk {
	struct cleat_map *m;
	entry_fn *fn;
	void *user;
	int ret; /* what fn() returned when that stopped the walk */
};

static bool stops(struct walk *w, const void *key, const void *value)
{
	w->ret = w->fn(w->user, key, value);
	return w->ret != 0;
}

/* Somebody holds a lock that the walk needs for a moment. */
static bool is_passing(int err)
{
	return err == -EBUSY || err == -EDEADLK || err == -ETIMEDOUT || err == -EAGAIN ||
	       err == -EINTR;
}

/* ---- in batches ------------------------------------------------------------------------------ */

struct batch {
	uint32_t room;
	uint8_t *keys;
	uint8_t *values;
	/* A key for arrays, the number of a bucket for hashes. */
	uint8_t *cursor;
};

static void batch_free(struct batch *b)
{
	free(b->keys);
	free(b->values);
	free(b->cursor);
}

static int batch_resize(struct batch *b, uint32_t room, size_t key_size, size_t value_bytes)
{
	free(take_ptr(b->keys));
	free(take_ptr(b->values));
	b->room = room;
	b->keys = calloc(room, key_size);
	b->values = calloc(room, MAX(value_bytes, (size_t)1));
	return b->keys && b->values ? 0 : -ENOMEM;
}

/* -EOPNOTSUPP, with nothing handed out, when this map or kernel has no batches. */
static int walk_in_batches(struct walk *w)
{
	struct cleat_map *m = w->m;
	size_t key_size = m->attr.key_size, value_bytes = map_value_bytes(m);
	struct batch b _cleanup_(batch_free) = { 0 };
	unsigned int tries = 0;
	bool first = true;
	uint32_t count;
	int err;

	b.cursor = calloc(1, MAX(key_size, (size_t)8));
	if (!b.cursor)
		return -ENOMEM;
	count = (uint32_t)MIN(BATCH_BYTES / (key_size + value_bytes + 1), (size_t)BATCH_MOST);
	count = MIN(MAX(count, BATCH_LEAST), MAX(m->attr.max_entries, 1u));
	err = batch_resize(&b, count, key_size, value_bytes);
	while (!err) {
		count = b.room;
		err = sys_map_batch(BPF_MAP_LOOKUP_BATCH, m->fd, first ? NULL : b.cursor, b.cursor,
				    b.keys, b.values, &count, 0);
		if (first && (err == -EINVAL || err == -KERNEL_ENOTSUPP))
			return -EOPNOTSUPP;
		if (err == -ENOSPC && b.room < BATCH_LIMIT) {
			/* A bucket has more entries than there is room for. */
			err = batch_resize(&b, b.room * 4, key_size, value_bytes);
			continue;
		}
		if (err && err != -ENOENT && !is_passing(err))
			return err;
		/* What is passing may have come before the first bucket: then there is no cursor. */
		if (!is_passing(err) || count)
			first = false;
		for (uint32_t i = 0; i < count; i++)
			if (stops(w, b.keys + i * key_size, b.values + i * value_bytes))
				return 0;
		if (err == -ENOENT)
			return 0;
		tries = count ? 0 : tries + 1;
		if (is_passing(err))
			err = tries > TRIES ? err : 0;
		else if (tries > TRIES)
			err = -EAGAIN;
	}
	return err;
}

/* ---- key by key ------------------------------------------------------------------------------ */

/*
 * All keys first. When the key that the walk stands on goes, the kernel begins anew: that costs
 * time and loses nothing, since what comes twice is kept once and the end is the kernel's end.
 */
static int collect_keys(struct cleat_map *m, struct keyset *k)
{
	uint64_t steps, most = 64 * ((uint64_t)m->attr.max_entries + 64);
	_free_ uint8_t *at = malloc(2 * k->size);
	unsigned int tries = 0;
	int err = 0;

	if (!at)
		return -ENOMEM;
	for (steps = 0; !err; steps++) {
		if (steps > most)
			return -EAGAIN;
		err = sys_map_next_key(m->fd, steps ? at : NULL, at + k->size);
		if (is_passing(err) && steps && tries++ < TRIES) {
			err = 0;
			continue;
		}
		tries = 0;
		if (!err)
			err = keyset_add(k, at + k->size);
		if (!err)
			memcpy(at, at + k->size, k->size);
	}
	return err == -ENOENT ? 0 : err;
}

static int lookup(struct cleat_map *m, const void *key, void *value)
{
	const struct cleat_map_plugin *ops = map_operations(m);
	unsigned int tries = 0;
	int err;

	do {
		err = ops->lookup ? ops->lookup(m, key, value, 0) :
				    sys_map_lookup(m->fd, key, value, 0);
	} while (is_passing(err) && tries++ < TRIES);
	return err;
}

static int walk_key_by_key(struct walk *w)
{
	struct cleat_map *m = w->m;
	struct keyset keys _cleanup_(keyset_free) = { .size = MAX(m->attr.key_size, 1u) };
	_free_ uint8_t *value = calloc(1, map_value_bytes(m) + 8);
	int err = value ? collect_keys(m, &keys) : -ENOMEM;

	for (size_t i = 0; i < keys.n && !err; i++) {
		err = lookup(m, keyset_at(&keys, i), value);
		if (err == -ENOENT)
			err = 0;
		else if (!err && stops(w, keyset_at(&keys, i), value))
			break;
	}
	return err;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static int walk(struct walk *w)
{
	struct cleat_map *m = w->m;
	int err = -EOPNOTSUPP;

	if (m->fd < 0)
		return -EBADF;
	if (map_is_per_cpu(m) && cleat_possible_cpus(m->c) <= 0)
		return -EOPNOTSUPP;
	if (m->type && (m->type->flags & CLEAT_MAP_BATCH) && !map_operations(m)->lookup)
		err = walk_in_batches(w);
	return err == -EOPNOTSUPP ? walk_key_by_key(w) : err;
}

CLEAT_API int cleat_map_each(struct cleat_map *m,
			     int (*fn)(void *user, const void *key, const void *value), void *user)
{
	struct walk w = { .m = m, .fn = fn, .user = user };
	bool none = m->type && (m->type->flags & (CLEAT_MAP_NO_ITERATE | CLEAT_MAP_NO_KEY));
	int err;

	if (!context_is_ours(m->c)) {
		err = none ? -EOPNOTSUPP : walk(&w);
		return w.ret ? w.ret : err;
	}
	OPERATION(m->c);
	if (none) {
		REPORT_IN(m->c->report, REPORT_MAP, m->name);
		return report_error(m->c->report, EOPNOTSUPP,
				    "maps of type '%s' have no entries to walk", m->type->name);
	}
	err = walk(&w);
	if (w.ret)
		return w.ret;
	/* "no such entry" is nothing that a walk says */
	return err ? map_explain(m, err, "walk the entries") : 0;
}
