/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * seeds.c - the entries that a unit puts into a map that is kept: what is new or other goes in, what
 * is no more goes out, and all else, that programs and people put there, stays. For that the entries
 * of last time are remembered beside the map.
 */
#include <fcntl.h>

#include "base/text.h"
#include "kernel/bpf.h"
#include "state/state.h"

/* Keys and values, one behind the other, by key. */
struct list {
	const uint8_t *keys, *values;
	size_t key_size, value_bytes, stride_key, stride_value;
	size_t n;
	size_t *order;
};

struct seed_change {
	bool goes; /* it is to have no value */
	bool there; /* it has one now */
	uint8_t data[]; /* key, value that it is to have, value that it has */
};

struct seeds_change {
	int fd;
	size_t key_size, value_bytes;
	struct report *report;
	const char *name;
	VEC(struct seed_change *) all;
};

static const uint8_t *key_at(const struct list *l, size_t i)
{
	return l->keys + l->order[i] * l->stride_key;
}

static const uint8_t *value_at(const struct list *l, size_t i)
{
	return l->values + l->order[i] * l->stride_value;
}

static int compare(const void *a, const void *b, void *user)
{
	const struct list *l = user;
	const size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int by_key = memcmp(l->keys + x * l->stride_key, l->keys + y * l->stride_key, l->key_size);

	/* Of a key that is there twice, the last counts. */
	return by_key ? by_key : x < y ? -1 : x > y;
}

static int sort(struct list *l)
{
	size_t to = 0;

	l->order = calloc(l->n + 1, sizeof(*l->order));
	if (!l->order)
		return -ENOMEM;
	for (size_t i = 0; i < l->n; i++)
		l->order[i] = i;
	qsort_r(l->order, l->n, sizeof(*l->order), compare, l);
	for (size_t i = 0; i < l->n; i++) {
		if (i + 1 < l->n && !memcmp(key_at(l, i), key_at(l, i + 1), l->key_size))
			continue;
		l->order[to++] = l->order[i];
	}
	l->n = to;
	return 0;
}

/* ---- one entry ------------------------------------------------------------------------------- */

/* What is there now is remembered; @value NULL: it goes. */
static int plan_one(struct seeds_change *ch, const uint8_t *key, const uint8_t *value)
{
	struct seed_change *one = calloc(1, sizeof(*one) + ch->key_size + 2 * ch->value_bytes);

	int err;

	if (!one)
		return report_oom(ch->report);
	memcpy(one->data, key, ch->key_size);
	if (value)
		memcpy(one->data + ch->key_size, value, ch->value_bytes);
	one->goes = !value;
	one->there = !sys_map_lookup(ch->fd, key, one->data + ch->key_size + ch->value_bytes, 0);
	err = vec_push(&ch->all, one);
	if (err) {
		free(one);
		return report_oom(ch->report);
	}
	return 0;
}

/* Set or delete; entries of arrays are always there, and somebody else may have deleted it. */
static int put(const struct seeds_change *ch, const uint8_t *key, const uint8_t *value)
{
	int err = value ? sys_map_update(ch->fd, key, value, BPF_ANY) : sys_map_delete(ch->fd, key);

	return !value && (err == -ENOENT || err == -EINVAL) ? 0 : err;
}

static int go_through(struct seeds_change *ch, const struct list *old, const struct list *new)
{
	size_t i = 0, k = 0;
	int err = 0;

	while ((i < old->n || k < new->n) && !err) {
		int order = i == old->n   ? 1
			    : k == new->n ? -1
					  : memcmp(key_at(old, i), key_at(new, k), ch->key_size);

		if (order < 0)
			err = plan_one(ch, key_at(old, i), NULL);
		else if (order > 0 || memcmp(value_at(old, i), value_at(new, k), ch->value_bytes))
			err = plan_one(ch, key_at(new, k), value_at(new, k));
		i += order <= 0;
		k += order >= 0;
	}
	return err;
}

int seeds_prepare(struct cleat_plan *p, const struct unit_plan *up, const struct record_map *m,
		  struct seeds_change **out)
{
	const struct entries *e = &m->section->seeds;
	_free_ char *map_path = state_path(p->root, up->name, STATE_MAPS, m->name);
	_free_ char *old_path = state_path(p->root, up->name, STATE_SEEDS, m->name);
	struct list new = { .keys = e->keys,
			    .values = e->values,
			    .key_size = e->key_size,
			    .value_bytes = e->value_bytes,
			    .stride_key = e->key_size,
			    .stride_value = e->value_bytes,
			    .n = e->n };
	struct list old = new;
	_free_ char *bytes = NULL;
	struct seeds_change *ch;
	size_t size = 0;
	int err;

	*out = ch = calloc(1, sizeof(*ch));
	if (ch)
		ch->fd = -1;
	if (!ch || !map_path || !old_path)
		return report_oom(p->c->report);
	ch->key_size = e->key_size;
	ch->value_bytes = e->value_bytes;
	ch->report = p->c->report;
	ch->name = m->name;
	ch->fd = m->copied ? fcntl(m->map->fd, F_DUPFD_CLOEXEC, 3) : sys_obj_get(map_path, 0);
	if (ch->fd < 0)
		return report_sys(p->c->report, ch->fd, "cannot open %s", map_path);
	err = blob_read(old_path, &bytes, &size);
	if (err && err != -ENOENT)
		return report_sys(p->c->report, err, "cannot read %s", old_path);
	old.stride_key = old.stride_value = e->key_size + e->value_bytes;
	old.n = old.stride_key ? size / old.stride_key : 0;
	old.keys = (const uint8_t *)bytes;
	old.values = bytes ? (const uint8_t *)bytes + e->key_size : NULL;
	err = sort(&old) || sort(&new) ? report_oom(p->c->report) : go_through(ch, &old, &new);
	free(old.order);
	free(new.order);
	return err;
}

int seeds_run(const struct seeds_change *ch)
{
	int err = 0;

	for (size_t i = 0; i < ch->all.n && !err; i++) {
		const struct seed_change *one = ch->all.v[i];

		err = put(ch, one->data, one->goes ? NULL : one->data + ch->key_size);
		if (err)
			report_sys(ch->report, err, "map '%s': cannot %s an entry", ch->name,
				   one->goes ? "delete" : "set");
	}
	return err;
}

int seeds_back(const struct seeds_change *ch)
{
	int err = 0, e;

	for (size_t i = ch->all.n; i-- > 0;) {
		const struct seed_change *one = ch->all.v[i];

		e = put(ch, one->data,
			one->there ? one->data + ch->key_size + ch->value_bytes : NULL);
		err = err ? err : e;
	}
	return err;
}

void seeds_free(struct seeds_change *ch)
{
	if (!ch)
		return;
	for (size_t i = 0; i < ch->all.n; i++)
		free(ch->all.v[i]);
	vec_free(&ch->all);
	if (ch->fd >= 0)
		close(ch->fd);
	free(ch);
}

/* What the unit puts in, to be compared with next time. */
int seeds_blob(struct cleat *c, const struct record_map *m)
{
	const struct entries *e = &m->section->seeds;
	size_t stride = e->key_size + e->value_bytes;
	_free_ uint8_t *bytes = calloc(e->n + 1, stride);

	if (!bytes)
		return report_oom(c->report);
	for (size_t i = 0; i < e->n; i++) {
		memcpy(bytes + i * stride, e->keys + i * e->key_size, e->key_size);
		memcpy(bytes + i * stride + e->key_size, e->values + i * e->value_bytes,
		       e->value_bytes);
	}
	return blob_make(c, bytes, e->n * stride);
}
