/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * check.c - is an object's BTF true: lengths, kinds, string offsets, references.
 *
 * Knows what the rest of this folder relies on, and contradictions that no compiler writes.
 * Refuses to play the kernel's verifier: what is odd but harmless passes, because objects load
 * elsewhere with it. Loops in types pass too; whoever follows references has a limit.
 */
#include "btf/inner.h"

struct check {
	struct btf *btf;
	struct report *report;
	uint32_t id;
	const struct btf_type *type;
};

#define bad(c, fmt, ...)                                                                \
	report_error((c)->report, EINVAL, "BTF type %u ('%s', %s): " fmt, (c)->id,      \
		     btf_name((c)->btf, (c)->type), btf_kind_name(btf_kind((c)->type)), \
		     ##__VA_ARGS__)

static int check_type_ref(void *user, uint32_t *id)
{
	struct check *c = user;

	if (*id < c->btf->index->count)
		return 0;
	return bad(c, "refers to type %u of %u", *id, c->btf->index->count);
}

static int check_str_ref(void *user, uint32_t *off)
{
	struct check *c = user;

	if (*off >= btf_end_str(c->btf))
		return bad(c, "name at %u of %u bytes of strings", *off, btf_end_str(c->btf));
	/* on a base that is not its own nearly all offsets point into the middle of something */
	if (c->btf->base && *off && *btf_str(c->btf, *off - 1))
		return bad(c, "no name begins at %u of its base's and its own strings", *off);
	return 0;
}

/* Note where each type begins; after this every type is whole and of a known kind. */
static int measure(struct btf *b, struct report *r)
{
	struct btf_index *x = b->index;
	uint32_t off = 0;

	x->first = b->base ? btf_count(b->base) : 1;
	x->count = x->first;
	while (off < b->types_len) {
		const struct btf_type *t = (const struct btf_type *)(b->types + off);
		uint32_t left = b->types_len - off;

		if (left < sizeof(*t))
			return report_error(r, EINVAL, "BTF type %u: cut off, %u bytes are left",
					    x->count, left);
		if (btf_full_size(t->info) >= BTF_NO_SIZE)
			return report_error(r, EOPNOTSUPP,
					    "BTF type %u ('%s'): kind %u is not known", x->count,
					    btf_name(b, t), (unsigned int)btf_kind(t));
		if (btf_full_size(t->info) > left)
			return report_error(
				r, EINVAL,
				"BTF type %u ('%s', %s): %u elements, but %u bytes are left",
				x->count, btf_name(b, t), btf_kind_name(btf_kind(t)), btf_vlen(t),
				left);
		if (x->count == UINT32_MAX)
			return report_error(r, EINVAL, "BTF: too many types");
		if (vec_push(&x->offsets, off))
			return report_oom(r);
		x->count++;
		off += (uint32_t)btf_full_size(t->info);
	}
	x->complete = true;
	return 0;
}

static int check_members(struct check *c)
{
	const struct btf_type *t = c->type;

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		uint64_t end = (uint64_t)btf_member_bit_offset(t, i) + btf_member_bit_size(t, i);

		if (end > (uint64_t)t->size * 8)
			return bad(c, "member '%s' ends at bit %llu of %llu",
				   btf_str(c->btf, btf_members(t)[i].name_off),
				   (unsigned long long)end, (unsigned long long)t->size * 8);
	}
	return 0;
}

static int check_variables(struct check *c)
{
	for (uint32_t i = 0; i < btf_vlen(c->type); i++) {
		const struct btf_secinfo *s = &btf_secinfos(c->type)[i];
		const struct btf_type *v = btf_type(c->btf, s->type);

		if (!v || (btf_kind(v) != BTF_VAR && btf_kind(v) != BTF_FUNC))
			return bad(c, "type %u in it is no variable", s->type);
	}
	return 0;
}

static int check_type(struct check *c)
{
	const struct btf_type *t = c->type;
	const struct btf_type *other;
	int err;

	/* the callbacks only look */
	err = btf_each_ref((struct btf_type *)t, NULL, check_str_ref, c);
	if (!err)
		err = btf_each_ref((struct btf_type *)t, check_type_ref, NULL, c);
	if (err)
		return err;
	switch (btf_kind(t)) {
	case BTF_INT:
		if (btf_int_offset(t) + btf_int_bits(t) > (uint64_t)t->size * 8)
			return bad(c, "%u bits from bit %u on in %u bytes", btf_int_bits(t),
				   btf_int_offset(t), t->size);
		return 0;
	case BTF_STRUCT:
	case BTF_UNION:
		return check_members(c);
	case BTF_FUNC:
		other = btf_type(c->btf, t->type);
		if (!other || btf_kind(other) != BTF_FUNC_PROTO)
			return bad(c, "type %u is no function prototype", t->type);
		return 0;
	case BTF_DATASEC:
		return check_variables(c);
	default:
		return 0;
	}
}

int btf_check(struct btf *b, struct report *r)
{
	struct check c = { .btf = b, .report = r };
	int err = measure(b, r);

	if (err)
		return err;
	for (c.id = b->index->first; c.id < b->index->count; c.id++) {
		c.type = btf_type(b, c.id);
		err = check_type(&c);
		if (err)
			return err;
	}
	return 0;
}
