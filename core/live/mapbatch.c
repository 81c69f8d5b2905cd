/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapbatch.c - many entries of a map at once: set, delete, delete all. Knows where the kernel takes
 * batches, and goes on one by one where it does not; refuses to know what keys and values are.
 */
#include "kernel/bpf.h"
#include "live/context.h"

/* The kernel's, not for user space: no such operation. */
#define KERNEL_ENOTSUPP 524

/* Entries of one call: from a few hundred on, more gain nothing. */
#define CHUNK 4096u

struct map_batch map_batch_begin(struct cleat_map *m, bool deletes, uint64_t flags)
{
	const struct cleat_map_plugin *ops = map_operations(m);
	bool cpus_known = !map_is_per_cpu(m) || cleat_possible_cpus(m->c) > 0;
	bool own = deletes ? ops->erase != NULL : ops->update != NULL;

	/* "only new" and "only existing" are for single entries */
	return (struct map_batch) {
		.m = m,
		.deletes = deletes,
		.usable = m->fd >= 0 && m->attr.key_size && cpus_known && !own &&
			  !(flags & ~(uint64_t)BPF_F_LOCK),
		.flags = flags,
	};
}

size_t map_batch_some(struct map_batch *b, const void *keys, const void *values, size_t n)
{
	uint32_t want, count;
	size_t done = 0;
	int err = 0;

	while (b->usable && done < n && !err) {
		const uint8_t *k = (const uint8_t *)keys + done * b->m->attr.key_size;
		const uint8_t *v =
			b->deletes ? NULL : (const uint8_t *)values + done * map_value_bytes(b->m);

		want = count = (uint32_t)MIN(n - done, (size_t)CHUNK);
		err = sys_map_batch(b->deletes ? BPF_MAP_DELETE_BATCH : BPF_MAP_UPDATE_BATCH,
				    b->m->fd, NULL, NULL, (void *)(uintptr_t)k,
				    (void *)(uintptr_t)v, &count, b->flags);
		if (err == -EINVAL || err == -KERNEL_ENOTSUPP)
			b->usable = false;
		/* What fails before the first entry leaves the count as it was. */
		if (err && count >= want)
			count = 0;
		done += count;
	}
	return done;
}

static int delete_one(struct cleat_map *m, const void *key)
{
	int err = cleat_map_delete(m, key);

	return err == -ENOENT ? 0 : err;
}

static int do_all(struct map_batch *b, const uint8_t *keys, const uint8_t *values, size_t *count)
{
	size_t key_size = b->m->attr.key_size, value_bytes = map_value_bytes(b->m), i = 0;
	int err = 0;

	while (!err) {
		i += map_batch_some(b, keys + i * key_size,
				    values ? values + i * value_bytes : NULL, *count - i);
		if (i == *count)
			break;
		err = b->deletes ? delete_one(b->m, keys + i * key_size) :
				   cleat_map_update(b->m, keys + i * key_size,
						    values + i * value_bytes, b->flags);
		i += !err;
	}
	*count = i;
	return err;
}

CLEAT_API int cleat_map_update_batch(struct cleat_map *m, const void *keys, const void *values,
				     size_t *count, uint64_t flags)
{
	struct map_batch b = map_batch_begin(m, false, flags);

	if (!context_is_ours(m->c))
		return do_all(&b, keys, values, count);
	OPERATION(m->c);
	return do_all(&b, keys, values, count);
}

CLEAT_API int cleat_map_delete_batch(struct cleat_map *m, const void *keys, size_t *count)
{
	struct map_batch b = map_batch_begin(m, true, 0);

	if (!context_is_ours(m->c))
		return do_all(&b, keys, NULL, count);
	OPERATION(m->c);
	return do_all(&b, keys, NULL, count);
}

/* ---- all of them ----------------------------------------------------------------------------- */

struct clearing {
	struct cleat_map *m;
	uint8_t *keys;
	size_t n;
	size_t deleted;
};

static int delete_gathered(struct clearing *c)
{
	size_t count = c->n;
	int err = cleat_map_delete_batch(c->m, c->keys, &count);

	c->deleted += count;
	c->n = 0;
	return err;
}

static int gather(void *user, const void *key, const void *value)
{
	struct clearing *c = user;

	(void)value;
	memcpy(c->keys + c->n * c->m->attr.key_size, key, c->m->attr.key_size);
	return ++c->n == CHUNK ? delete_gathered(c) : 0;
}

static int clear(struct cleat_map *m, size_t *deleted)
{
	struct clearing c = { .m = m, .keys = calloc(CHUNK, MAX(m->attr.key_size, 1u)) };
	int err = c.keys ? cleat_map_each(m, gather, &c) : -ENOMEM;

	if (!err && c.n)
		err = delete_gathered(&c);
	free(c.keys);
	if (deleted)
		*deleted = c.deleted;
	return err;
}

CLEAT_API int cleat_map_clear(struct cleat_map *m, size_t *deleted)
{
	if (!context_is_ours(m->c))
		return clear(m, deleted);
	OPERATION(m->c);
	return clear(m, deleted);
}
