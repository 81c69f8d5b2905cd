/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * shape.c - what a type record says: its payload, its size and alignment, its members.
 *
 * Knows the wire format of each kind. Refuses to trust that types end: every walk along
 * references has a limit in depth, and those that branch have one in steps too.
 */
#include "btf/inner.h"

#define HEAD sizeof(struct btf_type)

const uint64_t btf_fixed_size[32] = {
	[BTF_VOID] = BTF_NO_SIZE, /* only id 0 is void, and it has no record */
	[BTF_INT] = HEAD + 4,
	[BTF_PTR] = HEAD,
	[BTF_ARRAY] = HEAD + sizeof(struct btf_array),
	[BTF_STRUCT] = HEAD,
	[BTF_UNION] = HEAD,
	[BTF_ENUM] = HEAD,
	[BTF_FWD] = HEAD,
	[BTF_TYPEDEF] = HEAD,
	[BTF_VOLATILE] = HEAD,
	[BTF_CONST] = HEAD,
	[BTF_RESTRICT] = HEAD,
	[BTF_FUNC] = HEAD,
	[BTF_FUNC_PROTO] = HEAD,
	[BTF_VAR] = HEAD + 4,
	[BTF_DATASEC] = HEAD,
	[BTF_FLOAT] = HEAD,
	[BTF_DECL_TAG] = HEAD + 4,
	[BTF_TYPE_TAG] = HEAD,
	[BTF_ENUM64] = HEAD,
	[BTF_KINDS... 31] = BTF_NO_SIZE,
};

/* 'vlen' of a function is its linkage: nothing follows. */
const uint8_t btf_each_size[32] = {
	[BTF_STRUCT] = sizeof(struct btf_member),   [BTF_UNION] = sizeof(struct btf_member),
	[BTF_ENUM] = sizeof(struct btf_enum),       [BTF_FUNC_PROTO] = sizeof(struct btf_param),
	[BTF_DATASEC] = sizeof(struct btf_secinfo), [BTF_ENUM64] = sizeof(struct btf_enum64),
};

/* A struct may hold others, 65535 of each: steps after which we stop counting. */
#define MAX_STEPS (1u << 20)

int64_t btf_payload_size(const struct btf_type *t)
{
	uint64_t size = btf_full_size(t->info);

	return size >= BTF_NO_SIZE ? -EINVAL : (int64_t)(size - HEAD);
}

static const void *payload(const struct btf_type *t, uint32_t kinds)
{
	return BTF_KIND_BIT(btf_kind(t)) & kinds ? t + 1 : NULL;
}

const struct btf_member *btf_members(const struct btf_type *t)
{
	return payload(t, BTF_KIND_BIT(BTF_STRUCT) | BTF_KIND_BIT(BTF_UNION));
}

const struct btf_enum *btf_enums(const struct btf_type *t)
{
	return payload(t, BTF_KIND_BIT(BTF_ENUM));
}

const struct btf_enum64 *btf_enums64(const struct btf_type *t)
{
	return payload(t, BTF_KIND_BIT(BTF_ENUM64));
}

const struct btf_param *btf_params(const struct btf_type *t)
{
	return payload(t, BTF_KIND_BIT(BTF_FUNC_PROTO));
}

const struct btf_secinfo *btf_secinfos(const struct btf_type *t)
{
	return payload(t, BTF_KIND_BIT(BTF_DATASEC));
}

const struct btf_array *btf_array(const struct btf_type *t)
{
	return payload(t, BTF_KIND_BIT(BTF_ARRAY));
}

/* The one word behind kinds that have one. */
static uint32_t word(const struct btf_type *t, enum btf_kind kind)
{
	const uint32_t *w = payload(t, BTF_KIND_BIT(kind));

	return w ? *w : 0;
}

uint32_t btf_int_encoding(const struct btf_type *t)
{
	return word(t, BTF_INT) >> 24 & 0xf;
}

uint32_t btf_int_bits(const struct btf_type *t)
{
	return word(t, BTF_INT) & 0xff;
}

uint32_t btf_int_offset(const struct btf_type *t)
{
	return word(t, BTF_INT) >> 16 & 0xff;
}

uint32_t btf_var_linkage(const struct btf_type *t)
{
	return word(t, BTF_VAR);
}

int32_t btf_tag_component(const struct btf_type *t)
{
	return (int32_t)word(t, BTF_DECL_TAG);
}

uint32_t btf_member_bit_offset(const struct btf_type *t, uint32_t i)
{
	const struct btf_member *m = btf_members(t);

	if (!m || i >= btf_vlen(t))
		return 0;
	return btf_kflag(t) ? m[i].offset & 0xffffff : m[i].offset;
}

uint32_t btf_member_bit_size(const struct btf_type *t, uint32_t i)
{
	const struct btf_member *m = btf_members(t);

	if (!m || i >= btf_vlen(t))
		return 0;
	return btf_kflag(t) ? m[i].offset >> 24 : 0;
}

#define QUALS                                                                                \
	(BTF_KIND_BIT(BTF_CONST) | BTF_KIND_BIT(BTF_VOLATILE) | BTF_KIND_BIT(BTF_RESTRICT) | \
	 BTF_KIND_BIT(BTF_TYPE_TAG))

static const struct btf_type *skip(const struct btf *b, uint32_t id, uint32_t *out, uint32_t kinds)
{
	for (unsigned int depth = 0; depth <= BTF_MAX_DEPTH; depth++) {
		const struct btf_type *t = btf_type(b, id);

		if (!t)
			return NULL;
		if (!(BTF_KIND_BIT(btf_kind(t)) & kinds)) {
			if (out)
				*out = id;
			return t;
		}
		id = t->type;
	}
	return NULL;
}

const struct btf_type *btf_skip_mods(const struct btf *b, uint32_t id, uint32_t *out)
{
	return skip(b, id, out, QUALS | BTF_KIND_BIT(BTF_TYPEDEF));
}

const struct btf_type *btf_skip_quals(const struct btf *b, uint32_t id, uint32_t *out)
{
	return skip(b, id, out, QUALS);
}

int64_t btf_size(const struct btf *b, uint32_t id)
{
	int64_t count = 1, size;

	for (unsigned int depth = 0; depth <= BTF_MAX_DEPTH; depth++) {
		const struct btf_type *t = btf_type(b, id);

		if (!t)
			return -EINVAL;
		switch (btf_kind(t)) {
		case BTF_INT:
		case BTF_STRUCT:
		case BTF_UNION:
		case BTF_ENUM:
		case BTF_ENUM64:
		case BTF_FLOAT:
		case BTF_DATASEC:
			size = t->size;
			break;
		case BTF_PTR:
			size = 8;
			break;
		case BTF_ARRAY:
			if (__builtin_mul_overflow(count, (int64_t)btf_array(t)->nelems, &count))
				return -EOVERFLOW;
			id = btf_array(t)->type;
			continue;
		case BTF_TYPEDEF:
		case BTF_VOLATILE:
		case BTF_CONST:
		case BTF_RESTRICT:
		case BTF_TYPE_TAG:
		case BTF_VAR:
			id = t->type;
			continue;
		default:
			return -EINVAL;
		}
		return __builtin_mul_overflow(count, size, &size) ? -EOVERFLOW : size;
	}
	return -EINVAL;
}

/* What a scalar of this size is aligned to in memory. */
static int64_t scalar_align(uint32_t size)
{
	return size && !(size & (size - 1)) ? MIN(size, 16) : 1;
}

static int64_t align_of(const struct btf *b, uint32_t id, unsigned int depth, uint32_t *steps)
{
	const struct btf_type *t;
	int64_t most = 1;

	for (;; depth++) {
		if (depth > BTF_MAX_DEPTH)
			return -EINVAL;
		t = btf_type(b, id);
		if (!t)
			return -EINVAL;
		switch (btf_kind(t)) {
		case BTF_INT:
		case BTF_ENUM:
		case BTF_ENUM64:
		case BTF_FLOAT:
			return scalar_align(t->size);
		case BTF_PTR:
			return 8;
		case BTF_ARRAY:
			id = btf_array(t)->type;
			continue;
		case BTF_TYPEDEF:
		case BTF_VOLATILE:
		case BTF_CONST:
		case BTF_RESTRICT:
		case BTF_TYPE_TAG:
		case BTF_VAR:
			id = t->type;
			continue;
		case BTF_STRUCT:
		case BTF_UNION:
			break;
		default:
			return -EINVAL;
		}
		break;
	}
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		int64_t align;

		if (++*steps > MAX_STEPS)
			return -EINVAL;
		align = align_of(b, btf_members(t)[i].type, depth + 1, steps);
		if (align < 0)
			return align;
		/* BTF does not say 'packed', but a member out of place does */
		if (!btf_member_bit_size(t, i) && btf_member_bit_offset(t, i) % (8 * align))
			return 1;
		most = MAX(most, align);
	}
	return t->size % most ? 1 : most;
}

int64_t btf_align(const struct btf *b, uint32_t id)
{
	uint32_t steps = 0;

	return align_of(b, id, 0, &steps);
}

struct member_search {
	const struct btf *btf;
	const char *name;
	uint32_t steps;
	uint32_t type;
	uint32_t bit_offset;
	uint32_t bit_size;
};

static int find_member(struct member_search *s, uint32_t id, uint64_t outer, unsigned int depth)
{
	const struct btf_type *t = btf_skip_mods(s->btf, id, NULL);
	const struct btf_member *m = t ? btf_members(t) : NULL;

	if (!m)
		return -ENOENT;
	if (depth > BTF_MAX_DEPTH)
		return -EINVAL;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const char *name = btf_str(s->btf, m[i].name_off);
		uint64_t off = outer + btf_member_bit_offset(t, i);

		if (++s->steps > MAX_STEPS || off > UINT32_MAX)
			return -EINVAL;
		if (!*name) {
			int err = find_member(s, m[i].type, off, depth + 1);

			if (err != -ENOENT)
				return err;
		} else if (streq(name, s->name)) {
			s->type = m[i].type;
			s->bit_offset = (uint32_t)off;
			s->bit_size = btf_member_bit_size(t, i);
			return 0;
		}
	}
	return -ENOENT;
}

int btf_find_member(const struct btf *b, uint32_t id, const char *name, uint32_t *type_id,
		    uint32_t *bit_offset, uint32_t *bit_size)
{
	struct member_search s = { .btf = b, .name = name };
	int err = *name ? find_member(&s, id, 0, 0) : -ENOENT;

	if (err)
		return err;
	if (type_id)
		*type_id = s.type;
	if (bit_offset)
		*bit_offset = s.bit_offset;
	if (bit_size)
		*bit_size = s.bit_size;
	return 0;
}

static int enumerator_of(const struct btf *b, const struct btf_type *t, const char *name,
			 int64_t *value)
{
	const struct btf_enum *e = btf_enums(t);
	const struct btf_enum64 *e64 = btf_enums64(t);

	for (uint32_t i = 0; (e || e64) && i < btf_vlen(t); i++) {
		if (!streq(btf_str(b, e ? e[i].name_off : e64[i].name_off), name))
			continue;
		if (e64)
			*value = (int64_t)((uint64_t)e64[i].hi << 32 | e64[i].lo);
		else if (btf_kflag(t))
			*value = e[i].val;
		else
			*value = (uint32_t)e[i].val;
		return 0;
	}
	return -ENOENT;
}

static int any_enumerator(const struct btf *b, const char *name, int64_t *value)
{
	uint32_t count = btf_count(b);

	if (b->base && any_enumerator(b->base, name, value) == 0)
		return 0;
	for (uint32_t id = b->index->first; id < count; id++) {
		const struct btf_type *t = btf_type(b, id);

		if (t && enumerator_of(b, t, name, value) == 0)
			return 0;
	}
	return -ENOENT;
}

int btf_find_enumerator(struct btf *b, uint32_t id, const char *name, int64_t *value)
{
	const struct btf_type *t;

	if (!*name)
		return -ENOENT;
	if (!id)
		return any_enumerator(b, name, value);
	t = btf_skip_mods(b, id, NULL);
	return t ? enumerator_of(b, t, name, value) : -ENOENT;
}

int btf_each_ref(struct btf_type *t, int (*type)(void *user, uint32_t *id),
		 int (*str)(void *user, uint32_t *off), void *user)
{
	/* which words of an element are a name and a type, counted from 1 */
	unsigned int name_word = 1, type_word = 0, words = btf_each_size[btf_kind(t)] / 4;
	uint32_t *w = (uint32_t *)(t + 1);
	int err = 0;

	if (str)
		err = str(user, &t->name_off);
	switch (btf_kind(t)) {
	case BTF_PTR:
	case BTF_TYPEDEF:
	case BTF_VOLATILE:
	case BTF_CONST:
	case BTF_RESTRICT:
	case BTF_FUNC:
	case BTF_VAR:
	case BTF_DECL_TAG:
	case BTF_TYPE_TAG:
		return !err && type ? type(user, &t->type) : err;
	case BTF_ARRAY:
		if (!err && type)
			err = type(user, &((struct btf_array *)w)->type);
		if (!err && type)
			err = type(user, &((struct btf_array *)w)->index_type);
		return err;
	case BTF_FUNC_PROTO:
		if (!err && type)
			err = type(user, &t->type);
		type_word = 2;
		break;
	case BTF_STRUCT:
	case BTF_UNION:
		type_word = 2;
		break;
	case BTF_DATASEC:
		name_word = 0;
		type_word = 1;
		break;
	case BTF_ENUM:
	case BTF_ENUM64:
		break;
	default:
		return err;
	}
	for (uint32_t i = 0; !err && i < btf_vlen(t); i++, w += words) {
		if (str && name_word)
			err = str(user, &w[name_word - 1]);
		if (!err && type && type_word)
			err = type(user, &w[type_word - 1]);
	}
	return err;
}
