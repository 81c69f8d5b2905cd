/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * core_spec.c - the place that an access string means, and the same place in another BTF.
 *
 * Knows how members are looked up by name through anonymous structs, and what makes two fields
 * comparable. Refuses to know instructions, candidates and messages.
 */
#include "object/core.h"

#include "btf/match.h"

/*
 * Members that one search may look at. The largest struct of a kernel has a few hundred; only a
 * BTF that nests anonymous structs into each other to waste our time gets here.
 */
#define SEARCH_BUDGET (1u << 20)

static bool is_composite(const struct btf_type *t)
{
	return btf_kind(t) == BTF_STRUCT || btf_kind(t) == BTF_UNION;
}

static bool is_enum(const struct btf_type *t)
{
	return btf_kind(t) == BTF_ENUM || btf_kind(t) == BTF_ENUM64;
}

static const char *enumerator_name(const struct btf *btf, const struct btf_type *t, uint32_t i)
{
	return btf_str(btf, btf_kind(t) == BTF_ENUM ? btf_enums(t)[i].name_off
						    : btf_enums64(t)[i].name_off);
}

/* The next number of "0:1:22"; the rest is left in *s. */
static int next_index(const char **s, uint32_t *out)
{
	const char *p = *s;
	uint64_t v = 0;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		v = v * 10 + (uint64_t)(*p - '0');
		if (v > UINT32_MAX)
			return -EINVAL;
	}
	if (*p == ':')
		p++;
	else if (*p)
		return -EINVAL;
	/* a colon at the end promises one more */
	if (!*p && p[-1] == ':')
		return -EINVAL;
	*s = p;
	*out = (uint32_t)v;
	return 0;
}

/* Move the place by @index elements of type @id. */
static int add_elements(struct core_spec *spec, uint32_t id, uint32_t index)
{
	int64_t size = btf_size(spec->btf, id);
	uint64_t bits;

	if (size < 0)
		return -EINVAL;
	if (__builtin_mul_overflow((uint64_t)size * 8, (uint64_t)index, &bits) ||
	    bits > UINT32_MAX - (uint64_t)spec->bits)
		return -ERANGE;
	spec->bits += (uint32_t)bits;
	return 0;
}

static int add_bits(struct core_spec *spec, uint64_t bits)
{
	if (bits > UINT32_MAX - (uint64_t)spec->bits)
		return -ERANGE;
	spec->bits += (uint32_t)bits;
	return 0;
}

/*
 * The last member of a struct may be an array without a length: "[]" and "[0]" look the same in
 * BTF, and any index into them is right.
 */
static bool is_flexible(const struct core_step *member, const struct btf_array *array)
{
	if (!member->name || array->nelems > 0)
		return false;
	return member->index + 1 == btf_vlen(member->in);
}

static int parse_member(struct core_spec *spec, const struct btf_type *t, uint32_t id,
			uint32_t index, uint32_t *next)
{
	const struct btf_member *m;
	int err;

	if (index >= btf_vlen(t))
		return -EINVAL;
	err = add_bits(spec, btf_member_bit_offset(t, index));
	if (err)
		return err;
	m = &btf_members(t)[index];
	*next = m->type;
	if (m->name_off) {
		const char *name = btf_str(spec->btf, m->name_off);

		if (!*name)
			return -EINVAL;
		/* nothing may follow, and then nobody else looks whether it exists */
		if (!btf_skip_mods(spec->btf, m->type, next))
			return -EINVAL;
		spec->steps[spec->n++] = (struct core_step) { id, index, name, t, *next };
	}
	return 0;
}

static int parse_element(struct core_spec *spec, const struct btf_type *t, uint32_t index,
			 uint32_t *next)
{
	const struct btf_array *a = btf_array(t);

	if (!a || !btf_skip_mods(spec->btf, a->type, next))
		return -EINVAL;
	if (index >= a->nelems && !is_flexible(&spec->steps[spec->n - 1], a))
		return -EINVAL;
	spec->steps[spec->n++] = (struct core_step) { .type = *next, .index = index };
	return add_elements(spec, *next, index);
}

static int parse_field(struct core_spec *spec, uint32_t id, const char *access)
{
	uint32_t index;
	int err;

	err = next_index(&access, &index);
	if (err)
		return err;
	/* the first index is that of the pointer: "p[2].x" */
	spec->levels = 1;
	spec->steps[spec->n++] = (struct core_step) { .type = id, .index = index };
	err = add_elements(spec, id, index);

	while (!err && *access) {
		const struct btf_type *t = btf_skip_mods(spec->btf, id, &id);

		if (!t)
			return -EINVAL;
		if (spec->levels++ == CORE_MAX_STEPS)
			return -E2BIG;
		err = next_index(&access, &index);
		if (err)
			return err;
		if (is_composite(t))
			err = parse_member(spec, t, id, index, &id);
		else if (btf_kind(t) == BTF_ARRAY)
			err = parse_element(spec, t, index, &id);
		else
			return -EINVAL;
	}
	return err;
}

static int parse_enumerator(struct core_spec *spec, const struct btf_type *t, uint32_t id,
			    const char *access)
{
	uint32_t index;
	int err;

	err = next_index(&access, &index);
	if (err || *access || !is_enum(t) || index >= btf_vlen(t))
		return -EINVAL;
	spec->steps[spec->n++] =
		(struct core_step) { id, index, enumerator_name(spec->btf, t, index), t, 0 };
	return 0;
}

int core_spec_parse(struct core_spec *spec, const struct btf *btf, uint32_t id, const char *access,
		    uint32_t kind, enum core_why *why)
{
	const struct btf_type *t;
	uint32_t bare;
	int err;

	spec->btf = btf;
	spec->kind = kind;
	spec->root = id;
	spec->bits = 0;
	spec->n = 0;
	spec->levels = 0;

	if (kind >= CORE_KINDS) {
		*why = CORE_BAD_KIND;
		return -EINVAL;
	}
	*why = CORE_BAD_ACCESS;
	if (core_is_type(kind))
		return streq(access, "0") ? 0 : -EINVAL;
	t = btf_skip_mods(btf, id, &bare);
	if (!t) {
		*why = CORE_BAD_TYPE;
		return -EINVAL;
	}
	if (core_is_enum(kind))
		err = parse_enumerator(spec, t, bare, access);
	else
		err = parse_field(spec, bare, access);
	/* it is the access string that is at fault, however it went wrong */
	return err ? -EINVAL : 0;
}

/* --- the same place elsewhere --------------------------------------------------------------- */

struct search {
	const struct core_spec *local;
	struct core_spec *found;
	const char *name;
	uint32_t local_type; /* of the member */
	unsigned int budget;
	enum core_why *why;
};

/* A member by name: depth first in the order of declaration, as if anonymous structs were open. */
static int find_member(struct search *s, uint32_t id, uint64_t bits, unsigned int level)
{
	struct core_spec *found = s->found;
	const struct btf *btf = found->btf;
	const struct btf_type *t = btf_skip_mods(btf, id, &id);
	const struct btf_member *m;
	uint32_t i, n;

	if (!t)
		return -EINVAL;
	if (!is_composite(t))
		return 0;
	n = btf_vlen(t);
	if (n && level >= CORE_MAX_STEPS)
		return -E2BIG;
	if (n > s->budget)
		return -E2BIG;
	s->budget -= n;

	m = btf_members(t);
	for (i = 0; i < n; i++, m++) {
		const char *name = btf_str(btf, m->name_off);
		uint32_t leaf;
		int ret;

		if (!*name) {
			ret = find_member(s, m->type, bits + btf_member_bit_offset(t, i),
					  level + 1);
			if (ret)
				return ret;
			continue;
		}
		if (*name != *s->name || strcmp(name, s->name) != 0)
			continue;
		if (!btf_skip_mods(btf, m->type, &leaf))
			return -EINVAL;
		if (!btf_fields_compatible(s->local->btf, s->local_type, btf, leaf)) {
			*s->why = CORE_INCOMPATIBLE;
			return 0;
		}
		ret = add_bits(found, bits + btf_member_bit_offset(t, i));
		if (ret)
			return ret;
		found->steps[found->n++] = (struct core_step) { id, i, name, t, leaf };
		found->levels = level + 1;
		return 1;
	}
	return 0;
}

static int match_member(struct core_spec *found, const struct core_spec *local,
			const struct core_step *step, uint32_t *id, enum core_why *why)
{
	struct search s = {
		.local = local,
		.found = found,
		.name = step->name,
		.local_type = step->leaf,
		.budget = SEARCH_BUDGET,
		.why = why,
	};
	int ret = find_member(&s, *id, 0, found->levels);

	if (ret > 0)
		*id = found->steps[found->n - 1].leaf;
	return ret;
}

static int match_element(struct core_spec *found, const struct core_step *step,
			 const struct btf_type *t, uint32_t *id)
{
	/* the first index belongs to the pointer, not to an array in the type */
	if (found->n > 0) {
		const struct btf_array *a = btf_array(t);

		if (!a)
			return 0;
		if (step->index >= a->nelems && !is_flexible(&found->steps[found->n - 1], a))
			return 0;
		if (!btf_skip_mods(found->btf, a->type, id))
			return -EINVAL;
	}
	if (found->levels == CORE_MAX_STEPS)
		return -E2BIG;
	found->levels++;
	found->steps[found->n++] = (struct core_step) { .type = *id, .index = step->index };
	return add_elements(found, *id, step->index) ?: 1;
}

static int match_field(struct core_spec *found, const struct core_spec *local, uint32_t id,
		       enum core_why *why)
{
	unsigned int i;

	for (i = 0; i < local->n; i++) {
		const struct core_step *step = &local->steps[i];
		const struct btf_type *t = btf_skip_mods(found->btf, id, &id);
		int ret;

		if (!t)
			return -EINVAL;
		if (step->name)
			ret = match_member(found, local, step, &id, why);
		else
			ret = match_element(found, step, t, &id);
		if (ret <= 0)
			return ret;
	}
	return 1;
}

static int match_enumerator(struct core_spec *found, const struct core_spec *local, uint32_t id)
{
	const char *want = local->steps[0].name;
	size_t len = btf_essential_len(want);
	const struct btf_type *t = btf_skip_mods(found->btf, id, &id);
	uint32_t i;

	if (!t || !is_enum(t))
		return 0;
	for (i = 0; i < btf_vlen(t); i++) {
		const char *name = enumerator_name(found->btf, t, i);

		if (strncmp(name, want, len) != 0 || btf_essential_len(name) != len)
			continue;
		found->steps[found->n++] = (struct core_step) { id, i, name, t, 0 };
		found->levels = 1;
		return 1;
	}
	return 0;
}

int core_spec_match(struct core_spec *found, const struct core_spec *local, const struct btf *btf,
		    uint32_t id, enum core_why *why)
{
	found->btf = btf;
	found->kind = local->kind;
	found->root = id;
	found->bits = 0;
	found->n = 0;
	found->levels = 0;

	if (core_is_field(local->kind)) {
		*why = CORE_NO_FIELD;
		return match_field(found, local, id, why);
	}
	if (core_is_enum(local->kind)) {
		*why = CORE_NO_ENUMERATOR;
		return match_enumerator(found, local, id);
	}
	*why = CORE_INCOMPATIBLE;
	if (local->kind == CORE_TYPE_MATCHES)
		return btf_types_match(local->btf, local->root, btf, id);
	return btf_types_compatible(local->btf, local->root, btf, id);
}
