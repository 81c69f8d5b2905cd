/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * merge.c - BTFs put one behind the other, as one: strings shared, ids moved.
 *
 * Knows how ids and string offsets change when types move to another BTF. Refuses to know which
 * types are the same (dedup.c).
 */
#include "btf/dedup.h"
#include "btf/inner.h"

struct merge {
	struct report *report;
	const struct btf *base;
	struct btf *all; /* every type of every input */
	const struct btf *from;
	uint32_t first; /* id of the first type that is not the base's: the same for all */
	uint32_t start; /* where the types of 'from' begin in 'all' */
	uint32_t id;
};

static int move_type(void *user, uint32_t *id)
{
	struct merge *m = user;

	/* a lazy BTF has not been checked */
	if (*id >= btf_count(m->from))
		return report_error(m->report, EINVAL,
				    "BTF type %u ('%s'): refers to type %u of %u", m->id,
				    btf_name_of(m->from, m->id), *id, btf_count(m->from));
	if (*id >= m->first)
		*id = *id - m->first + m->start;
	return 0;
}

static int move_string(void *user, uint32_t *off)
{
	struct merge *m = user;
	int64_t added;

	if (m->base && *off < btf_end_str(m->base))
		return 0;
	added = btf_add_str(m->all, btf_str(m->from, *off));
	if (added < 0)
		return report_error(m->report, (int)added, "BTF type %u: no room for its name",
				    m->id);
	*off = (uint32_t)added;
	return 0;
}

/* Type m->id of m->from, behind what is there. */
static int append_type(struct merge *m)
{
	const struct btf_type *t = btf_type(m->from, m->id);
	int64_t added;

	if (!t)
		return report_error(m->report, EINVAL, "BTF type %u: not whole, or of unknown kind",
				    m->id);
	added = btf_add_type(m->all, t, t + 1, (size_t)btf_payload_size(t));
	if (added < 0)
		return report_error(m->report, (int)added, "BTF type %u: no room for it", m->id);
	return btf_each_ref(btf_edit(m->all, (uint32_t)added), move_type, move_string, m);
}

static int append_all(struct merge *m, struct btf *const *in, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		m->from = in[i];
		m->start = btf_count(m->all);
		for (m->id = m->first; m->id < btf_count(in[i]); m->id++) {
			int err = append_type(m);

			if (err)
				return err;
		}
	}
	return 0;
}

/* Where each type of each input went, from where each type of 'all' went: one piece of memory. */
static uint32_t **share_out(const struct merge *m, struct btf *const *in, size_t n,
			    const uint32_t *moved)
{
	size_t words = 0;
	uint32_t **map, *next;

	for (size_t i = 0; i < n; i++)
		words += btf_count(in[i]);
	map = malloc(n * sizeof(*map) + words * sizeof(**map) + 1);
	if (!map)
		return NULL;
	next = (uint32_t *)(map + n);
	for (size_t i = 0; i < n; i++) {
		uint32_t own = btf_count(in[i]) - m->first;

		map[i] = next;
		for (uint32_t id = 0; id < m->first; id++)
			*next++ = id;
		memcpy(next, moved, own * sizeof(*moved));
		next += own;
		moved += own;
	}
	return map;
}

static void cleanup_btf(struct btf **b)
{
	btf_free(*b);
}

int btf_merge(struct btf *const *in, size_t n, struct btf **out, uint32_t ***map, struct report *r)
{
	struct merge m = { .report = r, .base = n ? btf_base(in[0]) : NULL };
	struct btf *all _cleanup_(cleanup_btf) = NULL;
	_free_ uint32_t *moved = NULL;
	int err;

	*out = NULL;
	if (map)
		*map = NULL;
	for (size_t i = 1; i < n; i++)
		if (btf_base(in[i]) != m.base)
			return report_error(r, EINVAL, "BTF with different bases cannot be merged");
	if (btf_new(&all, m.base))
		return report_oom(r);
	m.all = all;
	m.first = btf_count(all);
	err = append_all(&m, in, n);
	if (err)
		return err;
	err = btf_dedup(out, all, &moved);
	if (err)
		return report_sys(r, err, "BTF: cannot find the types that are equal");
	if (!map)
		return 0;
	*map = share_out(&m, in, n, moved + m.first);
	if (*map)
		return 0;
	btf_free(*out);
	*out = NULL;
	return report_oom(r);
}
