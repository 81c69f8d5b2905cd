/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sections.c - variables that are listed in another data section than theirs.
 *
 * Knows how types list a section's variables; refuses to know where the variables are: that is
 * asked for.
 */
#include "btf/fix.h"
#include "btf/inner.h"

struct moved {
	const char *section;
	struct btf_secinfo info;
};

struct mover {
	const struct btf *from;
	struct btf *to;
	btf_place_fn *place;
	void *user;
	VEC(struct moved) moved;
};

static void cleanup_btf(struct btf **b)
{
	btf_free(*b);
}

static void free_mover(struct mover *m)
{
	vec_free(&m->moved);
}

static bool is_elsewhere(const struct mover *m, const struct btf_type *section,
			 const struct btf_secinfo *info, struct btf_place *place)
{
	const struct btf_type *var = btf_type(m->from, info->type);

	return var && btf_kind(var) == BTF_VAR &&
	       m->place(m->user, btf_name(m->from, section), btf_name(m->from, var), place);
}

static bool has_moved(const struct mover *m)
{
	struct btf_place place;

	for (uint32_t id = 1; id < btf_count(m->from); id++) {
		const struct btf_type *t = btf_type(m->from, id);
		const struct btf_secinfo *infos = t ? btf_secinfos(t) : NULL;

		for (uint32_t i = 0; infos && i < btf_vlen(t); i++)
			if (is_elsewhere(m, t, &infos[i], &place))
				return true;
	}
	return false;
}

/* The section with those that are in it; the others are remembered. */
static int copy_section(struct mover *m, const struct btf_type *t, const uint32_t *ids)
{
	const struct btf_secinfo *infos = btf_secinfos(t);
	size_t most = sizeof(*t) + btf_vlen(t) * sizeof(*infos);
	_free_ struct btf_type *copy = malloc(most);
	struct btf_secinfo *kept;
	uint32_t n = 0;

	if (!copy)
		return -ENOMEM;
	*copy = *t;
	kept = (struct btf_secinfo *)(copy + 1);
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		struct btf_place place;

		if (!is_elsewhere(m, t, &infos[i], &place)) {
			kept[n++] = infos[i];
			continue;
		}
		if (vec_push(&m->moved,
			     ((struct moved) { place.section,
					       { infos[i].type, place.offset, infos[i].size } })))
			return -ENOMEM;
	}
	copy->info = (uint32_t)BTF_DATASEC << 24 | n;
	return btf_copy_type(m->to, m->from, copy, ids);
}

static int copy_all(struct mover *m)
{
	uint32_t count = btf_count(m->from);
	_free_ uint32_t *ids = calloc(count, sizeof(*ids));
	int err = ids ? 0 : -ENOMEM;

	for (uint32_t id = 0; ids && id < count; id++)
		ids[id] = id;
	for (uint32_t id = 1; id < count && !err; id++) {
		const struct btf_type *t = btf_type(m->from, id);

		if (!t)
			return -EINVAL;
		err = btf_kind(t) == BTF_DATASEC ? copy_section(m, t, ids) :
						   btf_copy_type(m->to, m->from, t, ids);
	}
	return err;
}

/* A section for the variables from number @first on that are in the same one as that. */
static int add_section(struct mover *m, size_t first)
{
	const char *name = m->moved.v[first].section;
	VEC(struct btf_secinfo) infos = { 0 };
	struct btf_type t = { 0 };
	int64_t added = btf_add_str(m->to, name);

	for (size_t i = first; i < m->moved.n && added >= 0; i++)
		if (streq(m->moved.v[i].section, name) && vec_push(&infos, m->moved.v[i].info))
			added = -ENOMEM;
	if (added >= 0) {
		t.name_off = (uint32_t)added;
		t.info = (uint32_t)BTF_DATASEC << 24 | (uint32_t)infos.n;
		added = btf_add_type(m->to, &t, infos.v, infos.n * sizeof(*infos.v));
	}
	vec_free(&infos);
	return added < 0 ? (int)added : 0;
}

static bool is_first(const struct mover *m, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (streq(m->moved.v[k].section, m->moved.v[i].section))
			return false;
	return true;
}

int btf_move_vars(struct btf **out, const struct btf *b, btf_place_fn *place, void *user)
{
	struct mover m _cleanup_(free_mover) = { .from = b, .place = place, .user = user };
	struct btf *copy _cleanup_(cleanup_btf) = NULL;
	int err;

	*out = NULL;
	if (!has_moved(&m))
		return 0;
	err = btf_new(&copy, NULL);
	if (err)
		return err;
	copy->foreign = b->foreign;
	m.to = copy;
	err = copy_all(&m);
	for (size_t i = 0; i < m.moved.n && !err; i++)
		if (is_first(&m, i))
			err = add_section(&m, i);
	if (!err)
		*out = take_ptr(copy);
	return err;
}
