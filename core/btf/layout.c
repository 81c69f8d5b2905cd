/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * layout.c - does a value of one type fit where a value of another is kept, and if not, why.
 *
 * Knows that members must agree in name, place and width, and enumerators that both sides have in
 * value. Refuses to care for what the bytes do not show: names of structs and typedefs, signs,
 * what a pointer points to.
 */
#include "btf/match.h"

#define MAX_STEPS (1u << 22)

struct layout {
	const struct btf *a, *b;
	struct buf path; /* of the member: "stats.packets" */
	struct buf why;
	uint32_t steps;
};

/* Begin a sentence about the member that we are in, or about the whole. */
static void begin(struct layout *l)
{
	if (l->path.len)
		buf_printf(&l->why, "member '%s' ", l->path.data);
	else
		buf_puts(&l->why, "the type ");
}

static bool differ(struct layout *l, const char *fmt, ...) _printf_(2, 3);

static bool differ(struct layout *l, const char *fmt, ...)
{
	va_list args;

	begin(l);
	va_start(args, fmt);
	buf_vprintf(&l->why, fmt, args);
	va_end(args);
	return false;
}

static bool is_integer(const struct btf_type *t)
{
	return btf_kind(t) == BTF_INT || btf_kind(t) == BTF_ENUM || btf_kind(t) == BTF_ENUM64;
}

/* "'u32' of 4 bytes", "struct 'event' of 24 bytes", "a pointer". */
static void describe(struct buf *out, const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_skip_mods(b, id, NULL);
	const char *name = btf_name_of(b, id);

	if (!t) {
		buf_puts(out, "an unreadable type");
		return;
	}
	if (!*name)
		name = btf_name(b, t);
	switch (btf_kind(t)) {
	case BTF_PTR:
		buf_puts(out, "a pointer");
		return;
	case BTF_ARRAY:
		buf_printf(out, "a %u-element array", btf_array(t)->nelems);
		break;
	case BTF_STRUCT:
	case BTF_UNION:
		buf_puts(out, btf_kind(t) == BTF_UNION ? "union" : "struct");
		if (*name)
			buf_printf(out, " '%s'", name);
		break;
	case BTF_ENUM:
	case BTF_ENUM64:
		buf_puts(out, "enum");
		if (*name)
			buf_printf(out, " '%s'", name);
		break;
	case BTF_DATASEC:
		buf_printf(out, "the section '%s'", name);
		break;
	default:
		if (*name)
			buf_printf(out, "'%s'", name);
		else
			buf_puts(out, "nothing");
		break;
	}
	if (btf_size(b, id) >= 0)
		buf_printf(out, " of %lld byte%s", (long long)btf_size(b, id),
			   btf_size(b, id) == 1 ? "" : "s");
}

static bool differ_types(struct layout *l, uint32_t a_id, uint32_t b_id)
{
	begin(l);
	buf_puts(&l->why, "is ");
	describe(&l->why, l->a, a_id);
	buf_puts(&l->why, ", not ");
	describe(&l->why, l->b, b_id);
	return false;
}

static int64_t value_of(const struct btf_type *t, uint32_t i, uint32_t *name_off)
{
	if (btf_enums(t)) {
		*name_off = btf_enums(t)[i].name_off;
		return btf_enums(t)[i].val;
	}
	*name_off = btf_enums64(t)[i].name_off;
	return (int64_t)((uint64_t)btf_enums64(t)[i].hi << 32 | btf_enums64(t)[i].lo);
}

/* New enumerators are fine; one that means something else now is not. */
static bool enums_equal(struct layout *l, const struct btf_type *a, const struct btf_type *b)
{
	uint32_t n = btf_vlen(b), at = 0;

	for (uint32_t i = 0; n && i < btf_vlen(a); i++) {
		uint32_t a_name, b_name;
		int64_t a_value = value_of(a, i, &a_name), b_value;

		for (uint32_t tries = 0; tries < n; tries++) {
			if (++l->steps >= MAX_STEPS)
				return differ(l, "has too many parts to compare");
			b_value = value_of(b, at, &b_name);
			at = (at + 1) % n;
			if (!streq(btf_str(l->a, a_name), btf_str(l->b, b_name)))
				continue;
			/* of 4 bytes both: the sign may be known to one side only */
			if (a_value == b_value ||
			    (a->size <= 4 && (uint32_t)a_value == (uint32_t)b_value))
				break;
			return differ(l, "has '%s' as %lld, not %lld", btf_str(l->a, a_name),
				      (long long)a_value, (long long)b_value);
		}
	}
	return true;
}

static bool equal(struct layout *l, uint32_t a_id, uint32_t b_id, unsigned int depth);

/* Go into a member; its name is on the path for as long as nothing is found there. */
static bool member_equal(struct layout *l, const char *name, uint32_t a_id, uint32_t b_id,
			 unsigned int depth)
{
	size_t outer = l->path.len;
	bool same;

	if (*name && outer)
		buf_putc(&l->path, '.');
	buf_puts(&l->path, name);
	same = equal(l, a_id, b_id, depth);
	if (l->path.data && !l->path.failed) {
		l->path.len = outer;
		l->path.data[outer] = 0;
	}
	return same;
}

/* "byte 4", or "bit 35, 3 bits wide". */
static void place(struct buf *out, const struct btf_type *t, uint32_t i)
{
	uint32_t offset = btf_member_bit_offset(t, i), bits = btf_member_bit_size(t, i);

	if (bits || offset % 8)
		buf_printf(out, "at bit %u, %u wide", offset, bits);
	else
		buf_printf(out, "at byte %u", offset / 8);
}

/* What anonymous members are called in messages. */
static const char *shown(const char *name)
{
	return *name ? name : "(anonymous)";
}

static bool composites_equal(struct layout *l, uint32_t a_id, uint32_t b_id,
			     const struct btf_type *a, const struct btf_type *b, unsigned int depth)
{
	for (uint32_t i = 0; i < MIN(btf_vlen(a), btf_vlen(b)); i++) {
		const struct btf_member *am = &btf_members(a)[i], *bm = &btf_members(b)[i];
		const char *name = btf_str(l->a, am->name_off);

		if (++l->steps >= MAX_STEPS)
			return differ(l, "has too many parts to compare");
		if (!streq(name, btf_str(l->b, bm->name_off)))
			return differ(l, "has '%s' where '%s' is wanted", shown(name),
				      shown(btf_str(l->b, bm->name_off)));
		if (btf_member_bit_offset(a, i) != btf_member_bit_offset(b, i) ||
		    btf_member_bit_size(a, i) != btf_member_bit_size(b, i)) {
			buf_puts(&l->why, "member '");
			if (l->path.len)
				buf_printf(&l->why, "%s.", l->path.data);
			buf_printf(&l->why, "%s' is ", shown(name));
			place(&l->why, a, i);
			buf_puts(&l->why, ", not ");
			place(&l->why, b, i);
			return false;
		}
		if (!member_equal(l, name, am->type, bm->type, depth + 1))
			return false;
	}
	if (btf_vlen(a) > btf_vlen(b))
		return differ(l, "has a member '%s' that is not wanted",
			      shown(btf_str(l->a, btf_members(a)[btf_vlen(b)].name_off)));
	if (btf_vlen(a) < btf_vlen(b))
		return differ(l, "has no member '%s'",
			      shown(btf_str(l->b, btf_members(b)[btf_vlen(a)].name_off)));
	return a->size == b->size || differ_types(l, a_id, b_id);
}

/* Data sections: variables in the order of their ids may be any; places are what counts. */
static bool sections_equal(struct layout *l, uint32_t a_id, uint32_t b_id, const struct btf_type *a,
			   const struct btf_type *b, unsigned int depth)
{
	const struct btf_secinfo *as = btf_secinfos(a), *bs = btf_secinfos(b);

	if (btf_vlen(a) != btf_vlen(b))
		return differ(l, "has %u variables, not %u", btf_vlen(a), btf_vlen(b));
	for (uint32_t i = 0; i < btf_vlen(a); i++) {
		const char *name = btf_name_of(l->a, as[i].type);

		if (++l->steps >= MAX_STEPS)
			return differ(l, "has too many parts to compare");
		if (!streq(name, btf_name_of(l->b, bs[i].type)))
			return differ(l, "has '%s' where '%s' is wanted", shown(name),
				      shown(btf_name_of(l->b, bs[i].type)));
		if (as[i].offset != bs[i].offset)
			return differ(l, "has '%s' at byte %u, not %u", name, as[i].offset,
				      bs[i].offset);
		if (!member_equal(l, name, as[i].type, bs[i].type, depth + 1))
			return false;
	}
	return a->size == b->size || differ_types(l, a_id, b_id);
}

/* A variable's type, for the rest as it is. */
static uint32_t behind_var(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_type(b, id);

	return t && btf_kind(t) == BTF_VAR ? t->type : id;
}

static bool equal(struct layout *l, uint32_t a_id, uint32_t b_id, unsigned int depth)
{
	for (; depth <= BTF_MAX_DEPTH; depth++) {
		const struct btf_type *a, *b;

		a_id = behind_var(l->a, a_id);
		b_id = behind_var(l->b, b_id);
		a = btf_skip_mods(l->a, a_id, NULL);
		b = btf_skip_mods(l->b, b_id, NULL);
		if (!a || !b)
			return differ_types(l, a_id, b_id);
		if (is_integer(a) && is_integer(b)) {
			if (a->size != b->size)
				return differ_types(l, a_id, b_id);
			if (btf_kind(a) == BTF_INT || btf_kind(b) == BTF_INT)
				return true;
			return enums_equal(l, a, b);
		}
		if (btf_kind(a) != btf_kind(b))
			return differ_types(l, a_id, b_id);
		switch (btf_kind(a)) {
		case BTF_VOID:
		case BTF_PTR:
			return true;
		case BTF_FLOAT:
			return a->size == b->size || differ_types(l, a_id, b_id);
		case BTF_FWD:
			return streq(btf_name(l->a, a), btf_name(l->b, b)) ||
			       differ_types(l, a_id, b_id);
		case BTF_STRUCT:
		case BTF_UNION:
			return composites_equal(l, a_id, b_id, a, b, depth);
		case BTF_DATASEC:
			return sections_equal(l, a_id, b_id, a, b, depth);
		case BTF_ARRAY:
			if (btf_array(a)->nelems != btf_array(b)->nelems)
				return differ_types(l, a_id, b_id);
			a_id = btf_array(a)->type;
			b_id = btf_array(b)->type;
			continue;
		default:
			return differ_types(l, a_id, b_id);
		}
	}
	return differ(l, "is nested too deep to compare");
}

bool btf_layout_equal(const struct btf *a, uint32_t a_id, const struct btf *b, uint32_t b_id,
		      char **why)
{
	struct layout l = { .a = a, .b = b };
	bool same = equal(&l, a_id, b_id, 0);

	if (why)
		*why = same ? NULL : buf_take(&l.why);
	buf_free(&l.path);
	buf_free(&l.why);
	return same;
}
