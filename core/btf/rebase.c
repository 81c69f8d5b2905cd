/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * rebase.c - finds the types of an extract in the kernel's, and moves what was built on them.
 *
 * Knows what an extract may hold, and that a struct behind a pointer may change its size while one
 * inside another may not. Refuses to compare members: an extract has none.
 */
#include "btf/inner.h"
#include "btf/rebase.h"

struct rebase {
	struct report *report;
	const struct btf *split;
	const struct btf *extract;
	struct btf *onto;
	bool *inside; /* by id in the extract: its size is part of a layout of the split's */
	uint32_t *moved; /* by id in the split */
};

/* What can be found by name; the other kinds refer to types, and are in the split itself. */
static bool may_be_extracted(const struct btf_type *t)
{
	const uint32_t kinds = BTF_KIND_BIT(BTF_INT) | BTF_KIND_BIT(BTF_FLOAT) |
			       BTF_KIND_BIT(BTF_FWD) | BTF_KIND_BIT(BTF_STRUCT) |
			       BTF_KIND_BIT(BTF_UNION) | BTF_KIND_BIT(BTF_ENUM) |
			       BTF_KIND_BIT(BTF_ENUM64);

	return t->name_off && kinds & BTF_KIND_BIT(btf_kind(t));
}

static bool is_composite(const struct btf_type *t)
{
	return btf_kind(t) == BTF_STRUCT || btf_kind(t) == BTF_UNION;
}

static bool is_enum(const struct btf_type *t)
{
	return btf_kind(t) == BTF_ENUM || btf_kind(t) == BTF_ENUM64;
}

/* ---- which sizes matter ----------------------------------------------------------------------- */

/* Something has @id inside, not behind a pointer. */
static void note_inside(struct rebase *b, uint32_t id)
{
	const struct btf_type *t = btf_skip_mods(b->split, id, &id);

	for (int depth = 0; t && btf_kind(t) == BTF_ARRAY && depth < BTF_MAX_DEPTH; depth++)
		t = btf_skip_mods(b->split, btf_array(t)->type, &id);
	if (t && id < btf_count(b->extract))
		b->inside[id] = true;
}

static void note_layouts(struct rebase *b)
{
	for (uint32_t id = btf_count(b->extract); id < btf_count(b->split); id++) {
		const struct btf_type *t = btf_type(b->split, id);

		if (is_composite(t))
			for (uint32_t i = 0; i < btf_vlen(t); i++)
				note_inside(b, btf_members(t)[i].type);
		else if (btf_kind(t) == BTF_ARRAY)
			note_inside(b, id);
		else if (btf_kind(t) == BTF_VAR)
			note_inside(b, t->type);
	}
}

/* ---- where they are in the kernel's ------------------------------------------------------------ */

/* A declaration stands for a struct, or with the flag for a union. */
static bool is_declared(const struct btf_type *fwd, const struct btf_type *t)
{
	return btf_kind(t) == (btf_kflag(fwd) ? BTF_UNION : BTF_STRUCT) ||
	       (btf_kind(t) == BTF_FWD && btf_kflag(t) == btf_kflag(fwd));
}

/*
 * How well type @t of the kernel serves for @want of the extract, when their names are the same: 0 not
 * at all, 2 best.
 */
static int fits(const struct btf_type *want, bool inside, const struct btf_type *t)
{
	switch (btf_kind(want)) {
	case BTF_INT:
		return btf_kind(t) == BTF_INT && t->size == want->size &&
				       btf_int_encoding(t) == btf_int_encoding(want) &&
				       btf_int_bits(t) == btf_int_bits(want) ?
			       2 :
			       0;
	case BTF_FLOAT:
		return btf_kind(t) == BTF_FLOAT && t->size == want->size ? 2 : 0;
	case BTF_ENUM:
	case BTF_ENUM64:
		return is_enum(t) && t->size == want->size ? 2 : 0;
	case BTF_FWD:
		return is_declared(want, t) ? 1 + is_composite(t) : 0;
	default:
		if (btf_kind(t) != btf_kind(want))
			return 0;
		return t->size == want->size ? 2 : !inside;
	}
}

/* @near: what is there of this name and kind, or 0. */
static int not_found(struct rebase *b, const struct btf_type *want, uint32_t near)
{
	const char *name = btf_name(b->extract, want), *kind = btf_kind_name(btf_kind(want));

	if (!near || btf_kind(want) == BTF_FWD)
		return report_error(b->report, EINVAL,
				    "its types were built on %s '%s', which the kernel's do not have",
				    kind, name);
	return report_error(b->report, EINVAL,
			    "its types were built on %s '%s' of %u bytes, the kernel's has %u", kind,
			    name, want->size, btf_type(b->onto, near)->size);
}

static int find_type(struct rebase *b, uint32_t id)
{
	const struct btf_type *want = btf_type(b->extract, id), *t;
	const char *name = btf_name(b->extract, want);
	uint32_t near = 0, equals = 0;
	const uint32_t *ids;
	int best = 0;
	size_t n;

	if (!may_be_extracted(want))
		return report_error(b->report, EINVAL,
				    "BTF type %u ('%s', %s): nothing that is found by its name", id,
				    name, btf_kind_name(btf_kind(want)));
	if (btf_named(b->onto, name, BTF_KINDS_TYPES, &ids, &n))
		return report_oom(b->report);
	for (size_t i = 0; i < n; i++) {
		int fit;

		t = btf_type(b->onto, ids[i]);
		/* of the name's flavours, this one */
		if (!t || !streq(btf_name(b->onto, t), name))
			continue;
		if (btf_kind(t) == btf_kind(want))
			near = ids[i];
		fit = fits(want, b->inside[id], t);
		if (fit > best) {
			best = fit;
			b->moved[id] = ids[i];
			equals = 0;
		}
		equals += fit && fit == best;
	}
	if (!best)
		return not_found(b, want, near);
	/* behind a pointer one is as good as another */
	if (equals > 1 && b->inside[id] && is_composite(want))
		return report_error(b->report, EINVAL,
				    "its types were built on %s '%s' of %u bytes, and the kernel has %u of them",
				    btf_kind_name(btf_kind(want)), name, want->size, equals);
	return 0;
}

/* One walk for all names. */
static int look_for_names(struct rebase *b)
{
	uint32_t count = btf_count(b->extract);
	_free_ const char **names = calloc(count, sizeof(*names));

	size_t n = 0;

	if (!names)
		return report_oom(b->report);
	for (uint32_t id = 1; id < count; id++) {
		names[n] = btf_name_of(b->extract, id);
		n += *names[n] != 0;
	}
	return btf_expect(b->onto, names, n, BTF_KINDS_TYPES) ? report_oom(b->report) : 0;
}

static int find_types(struct rebase *b)
{
	int err = look_for_names(b);

	for (uint32_t id = 1; id < btf_count(b->extract) && !err; id++)
		err = find_type(b, id);
	return err;
}

/* ---- the module's own -------------------------------------------------------------------------- */

static int move_types(struct rebase *b, struct btf *out)
{
	uint32_t first = btf_count(b->extract), count = btf_count(b->split);

	for (uint32_t id = first; id < count; id++)
		b->moved[id] = id - first + btf_count(b->onto);
	for (uint32_t id = first; id < count; id++) {
		int err = btf_copy_type(out, b->split, btf_type(b->split, id), b->moved);

		if (err)
			return report_sys(b->report, err, "BTF type %u: no room for it", id);
	}
	return 0;
}

int btf_rebase(struct btf **out, const struct btf *split, struct btf *onto, struct report *r)
{
	_free_ bool *inside = calloc(btf_count(btf_base(split)), sizeof(*inside));
	_free_ uint32_t *moved = calloc(btf_count(split), sizeof(*moved));
	struct rebase b = {
		.report = r,
		.split = split,
		.extract = btf_base(split),
		.onto = onto,
		.inside = inside,
		.moved = moved,
	};
	struct btf *made;
	int err;

	*out = NULL;
	if (!inside || !moved)
		return report_oom(r);
	note_layouts(&b);
	err = find_types(&b);
	if (err)
		return err;
	if (btf_new(&made, onto))
		return report_oom(r);
	err = move_types(&b, made);
	if (err)
		btf_free(made);
	else
		*out = made;
	return err;
}
