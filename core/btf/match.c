/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * match.c - CO-RE's three notions of the same type, between two BTFs.
 *
 * Knows the rules that compilers and loaders agree on, quirks included: objects depend on the
 * answers. Refuses to follow more than BTF_MAX_DEPTH levels, or to go on for ever where a type
 * branches: then the answer is no.
 */
#include "btf/match.h"

#define MAX_STEPS (1u << 22)

/* Both sides, and the patience that is left. */
struct match {
	const struct btf *local;
	const struct btf *target;
	uint32_t steps;
	bool opaque; /* a declaration stands for what it declares */
};

static bool is_enum(const struct btf_type *t)
{
	return btf_kind(t) == BTF_ENUM || btf_kind(t) == BTF_ENUM64;
}

static bool is_composite(const struct btf_type *t)
{
	return btf_kind(t) == BTF_STRUCT || btf_kind(t) == BTF_UNION;
}

/* An enum of 8 bytes may have been one of 4 when the program was compiled, and the reverse. */
static bool same_kind(const struct btf_type *local, const struct btf_type *target)
{
	return btf_kind(local) == btf_kind(target) || (is_enum(local) && is_enum(target));
}

static bool names_equal(const char *local, const char *target)
{
	size_t len = btf_essential_len(local);

	return len == btf_essential_len(target) && memcmp(local, target, len) == 0;
}

/* Integers that carry a bit offset are bit-fields of compilers long gone. */
static bool plain_ints(const struct btf_type *local, const struct btf_type *target)
{
	return !btf_int_offset(local) && !btf_int_offset(target);
}

bool btf_fields_compatible(const struct btf *local, uint32_t local_id, const struct btf *target,
			   uint32_t target_id)
{
	const char *local_name, *target_name;

	for (unsigned int depth = 0; depth < BTF_MAX_DEPTH; depth++) {
		const struct btf_type *l = btf_skip_mods(local, local_id, NULL);
		const struct btf_type *t = btf_skip_mods(target, target_id, NULL);

		if (!l || !t)
			return false;
		if (is_composite(l) && is_composite(t))
			return true;
		if (!same_kind(l, t))
			return false;
		switch (btf_kind(l)) {
		case BTF_PTR:
		case BTF_FLOAT:
			return true;
		case BTF_INT:
			return plain_ints(l, t);
		case BTF_FWD:
		case BTF_ENUM:
		case BTF_ENUM64:
			local_name = btf_name(local, l);
			target_name = btf_name(target, t);
			return !*local_name || !*target_name ||
			       names_equal(local_name, target_name);
		case BTF_ARRAY:
			local_id = btf_array(l)->type;
			target_id = btf_array(t)->type;
			continue;
		default:
			return false;
		}
	}
	return false;
}

/* A declaration and what it declares: the flag of a forward declaration means union. */
static bool declares(const struct btf_type *fwd, const struct btf_type *t)
{
	return btf_kind(t) == (btf_kflag(fwd) ? BTF_UNION : BTF_STRUCT);
}

/* "struct x;" on one side, and the struct of this name on the other. */
static bool stands_for(const struct match *m, const struct btf_type *l, const struct btf_type *t)
{
	if (!m->opaque || !names_equal(btf_name(m->local, l), btf_name(m->target, t)))
		return false;
	return (btf_kind(l) == BTF_FWD && declares(l, t)) ||
	       (btf_kind(t) == BTF_FWD && declares(t, l));
}

static bool compatible(struct match *m, uint32_t local_id, uint32_t target_id, int levels)
{
	while (--levels >= 0 && ++m->steps < MAX_STEPS) {
		const struct btf_type *l = btf_skip_mods(m->local, local_id, NULL);
		const struct btf_type *t = btf_skip_mods(m->target, target_id, NULL);

		if (!l || !t)
			return false;
		if (!same_kind(l, t))
			return stands_for(m, l, t);
		switch (btf_kind(l)) {
		case BTF_VOID:
		case BTF_STRUCT:
		case BTF_UNION:
		case BTF_ENUM:
		case BTF_ENUM64:
		case BTF_FWD:
		case BTF_FLOAT:
			return true;
		case BTF_INT:
			return plain_ints(l, t);
		case BTF_PTR:
			local_id = l->type;
			target_id = t->type;
			continue;
		case BTF_ARRAY:
			local_id = btf_array(l)->type;
			target_id = btf_array(t)->type;
			continue;
		case BTF_FUNC_PROTO:
			if (btf_vlen(l) != btf_vlen(t))
				return false;
			for (uint32_t i = 0; i < btf_vlen(l); i++) {
				if (!compatible(m, btf_params(l)[i].type, btf_params(t)[i].type,
						levels - 1))
					return false;
			}
			local_id = l->type;
			target_id = t->type;
			continue;
		default:
			return false;
		}
	}
	return false;
}

bool btf_types_compatible(const struct btf *local, uint32_t local_id, const struct btf *target,
			  uint32_t target_id)
{
	const struct btf_type *l = btf_type(local, local_id);
	const struct btf_type *t = btf_type(target, target_id);
	struct match m = { .local = local, .target = target };

	/* at the root a typedef is a typedef; only below it they are looked through */
	if (!l || !t || !same_kind(l, t))
		return false;
	return compatible(&m, local_id, target_id, BTF_MAX_DEPTH);
}

bool btf_declarations_compatible(const struct btf *local, uint32_t local_id,
				 const struct btf *target, uint32_t target_id)
{
	struct match m = { .local = local, .target = target, .opaque = true };

	return compatible(&m, local_id, target_id, BTF_MAX_DEPTH);
}

static bool matches(struct match *m, uint32_t local_id, uint32_t target_id, bool behind_ptr,
		    int levels);

static const char *enumerator(const struct btf *b, const struct btf_type *t, uint32_t i)
{
	return btf_str(b, btf_enums(t) ? btf_enums(t)[i].name_off : btf_enums64(t)[i].name_off);
}

/* Each of ours is among theirs, by name. Both mostly have one order: look where we stopped. */
static bool enums_match(struct match *m, const struct btf_type *l, const struct btf_type *t)
{
	uint32_t n = btf_vlen(t), at = 0;

	if (!is_enum(t) || btf_vlen(l) > n)
		return false;
	for (uint32_t i = 0; i < btf_vlen(l); i++) {
		const char *name = enumerator(m->local, l, i);
		uint32_t tries = 0;

		while (!names_equal(name, enumerator(m->target, t, at))) {
			at = (at + 1) % n;
			if (++tries == n || ++m->steps >= MAX_STEPS)
				return false;
		}
		at = (at + 1) % n;
	}
	return true;
}

static bool members_match(struct match *m, const struct btf_type *l, const struct btf_type *t,
			  bool behind_ptr, int levels)
{
	uint32_t n = btf_vlen(t), at = 0;

	if (btf_vlen(l) > n)
		return false;
	for (uint32_t i = 0; i < btf_vlen(l); i++) {
		const struct btf_member *own = &btf_members(l)[i];
		const char *name = btf_str(m->local, own->name_off);
		uint32_t tries = 0;
		bool found = false;

		for (; !found && tries < n; tries++, at = (at + 1) % n) {
			const struct btf_member *other = &btf_members(t)[at];

			if (++m->steps >= MAX_STEPS)
				return false;
			if (names_equal(name, btf_str(m->target, other->name_off)))
				found = matches(m, own->type, other->type, behind_ptr, levels - 1);
		}
		if (!found)
			return false;
	}
	return true;
}

static bool matches(struct match *m, uint32_t local_id, uint32_t target_id, bool behind_ptr,
		    int levels)
{
	int depth = BTF_MAX_DEPTH;

	if (levels <= 0)
		return false;
	while (--depth >= 0 && ++m->steps < MAX_STEPS) {
		const struct btf_type *l = btf_skip_mods(m->local, local_id, NULL);
		const struct btf_type *t = btf_skip_mods(m->target, target_id, NULL);
		bool same;

		if (!l || !t || !names_equal(btf_name(m->local, l), btf_name(m->target, t)))
			return false;
		same = btf_kind(l) == btf_kind(t);
		switch (btf_kind(l)) {
		case BTF_VOID:
			return same;
		case BTF_FWD:
			if (same)
				return btf_kflag(l) == btf_kflag(t);
			return behind_ptr && declares(l, t);
		case BTF_ENUM:
		case BTF_ENUM64:
			return enums_match(m, l, t);
		case BTF_STRUCT:
		case BTF_UNION:
			/* what a pointer points to need only be of the same name and kind */
			if (behind_ptr)
				return same || (btf_kind(t) == BTF_FWD && declares(t, l));
			return same && members_match(m, l, t, behind_ptr, levels);
		case BTF_INT:
			return same && l->size == t->size &&
			       !((btf_int_encoding(l) ^ btf_int_encoding(t)) & BTF_INT_SIGNED);
		case BTF_FLOAT:
			return same && l->size == t->size;
		case BTF_PTR:
			if (!same)
				return false;
			behind_ptr = true;
			local_id = l->type;
			target_id = t->type;
			continue;
		case BTF_ARRAY:
			if (!same || btf_array(l)->nelems != btf_array(t)->nelems)
				return false;
			local_id = btf_array(l)->type;
			target_id = btf_array(t)->type;
			continue;
		case BTF_FUNC_PROTO:
			if (!same || btf_vlen(l) != btf_vlen(t))
				return false;
			for (uint32_t i = 0; i < btf_vlen(l); i++) {
				if (!matches(m, btf_params(l)[i].type, btf_params(t)[i].type,
					     behind_ptr, levels - 1))
					return false;
			}
			local_id = l->type;
			target_id = t->type;
			continue;
		default:
			return false;
		}
	}
	return false;
}

bool btf_types_match(const struct btf *local, uint32_t local_id, const struct btf *target,
		     uint32_t target_id)
{
	struct match m = { .local = local, .target = target };

	return matches(&m, local_id, target_id, false, BTF_MAX_DEPTH);
}
