// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * decl-layout.c - where a C compiler would put the members of a struct as we declare it, so that
 * padding and packed are written where BTF says otherwise. Knows the rules that the ABIs of Linux
 * share; refuses to know how anything is spelled.
 */
#include "btf/decl-inner.h"

bool decl_enter(struct btf_decl *d)
{
	if (d->err)
		return false;
	if (d->depth >= DECL_MAX_DEPTH || !d->budget) {
		d->err = -E2BIG;
		return false;
	}
	d->budget--;
	d->depth++;
	return true;
}

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

struct decl_place decl_place(struct btf_decl *d, const struct btf_type *t, uint32_t i)
{
	struct decl_place p = {
		.at = btf_member_bit_offset(t, i),
		.field = btf_member_bit_size(t, i),
	};
	uint32_t id = btf_members(t)[i].type;
	const struct btf_type *m = btf_skip_mods(d->b, id, NULL);
	int64_t size = btf_size(d->b, id);

	if (!m || size < 0) {
		decl_fail(d, -EINVAL);
		return p;
	}
	/* The old form of bit-fields: a type narrower than its size. */
	if (!p.field && btf_kind(m) == BTF_INT && btf_int_bits(m) < (uint64_t)size * 8) {
		p.field = btf_int_bits(m);
		p.at += btf_int_offset(m);
	}
	p.unit = (uint32_t)MIN(size, 16) * 8;
	p.size = p.field ? p.field : (uint64_t)size * 8;
	p.align = decl_align(d, id) * 8;
	return p;
}

uint64_t decl_natural(const struct decl_place *p, uint64_t at, bool packed)
{
	if (!p->field)
		return round_up(at, packed ? 8 : p->align);
	/* A bit-field does not cross the border of its type. */
	if (!packed && p->unit && at % p->unit + p->field > p->unit)
		return round_up(at, p->unit);
	return at;
}

/* Does the layout need "packed"; and the alignment that it has without. */
static bool needs_packed(struct btf_decl *d, const struct btf_type *t, uint32_t *align)
{
	bool is_union = btf_kind(t) == BTF_UNION;
	uint64_t at = 0;
	uint32_t i;

	*align = 1;
	for (i = 0; i < btf_vlen(t) && !d->err; i++) {
		struct decl_place p = decl_place(d, t, i);

		if (d->err)
			break;
		*align = MAX(*align, p.align / 8);
		/* Padding brings us to any place that is not before the natural one. */
		if (p.at < at || decl_natural(&p, p.at, false) != p.at)
			return true;
		if (!is_union)
			at = p.at + p.size;
	}
	return t->size % *align != 0;
}

static void know_layout(struct btf_decl *d, uint32_t id, const struct btf_type *t)
{
	struct decl_type *known = &d->types[id];
	uint32_t align;

	if (known->align || !decl_enter(d))
		return;
	/* A struct in itself, as only a lie can have it, finds this. */
	known->align = 1;
	known->packed = needs_packed(d, t, &align);
	if (!known->packed)
		known->align = (uint8_t)align;
	decl_leave(d);
}

bool decl_packed(struct btf_decl *d, uint32_t id)
{
	const struct btf_type *t = btf_type(d->b, id);

	if (!d->types || !t || !btf_members(t))
		return false;
	know_layout(d, id, t);
	return d->types[id].packed;
}

uint32_t decl_align(struct btf_decl *d, uint32_t id)
{
	unsigned int depth;

	for (depth = 0; depth < BTF_MAX_DEPTH; depth++) {
		const struct btf_type *t = btf_skip_mods(d->b, id, &id);

		if (!t)
			return 1;
		switch (btf_kind(t)) {
		case BTF_INT:
		case BTF_ENUM:
		case BTF_ENUM64:
		case BTF_FLOAT:
			return t->size ? MIN(t->size & (0 - t->size), 16u) : 1;
		case BTF_PTR:
			return 8;
		case BTF_ARRAY:
			id = btf_array(t)->type;
			continue;
		case BTF_STRUCT:
		case BTF_UNION:
			if (!d->types)
				return 1;
			know_layout(d, id, t);
			return d->types[id].align ? d->types[id].align : 1;
		default:
			return 1;
		}
	}
	return 1;
}
