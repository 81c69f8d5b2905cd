/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * build.c - BTF that grows: strings without duplicates, types in the order they are added.
 *
 * Knows how to lay header, types and strings in a row. Refuses to judge the types: references may
 * point forward, and the one who opens the result checks them.
 */
#include "btf/inner.h"

struct btf_builder {
	VEC(uint8_t) types;
	VEC(char) strs;
	uint32_t *slots; /* string offset + 1 */
	uint32_t n_slots;
	uint32_t n_strings;
	bool changed;
};

void btf_builder_free(struct btf_builder *builder)
{
	if (!builder)
		return;
	vec_free(&builder->types);
	vec_free(&builder->strs);
	free(builder->slots);
	free(builder);
}

static void cleanup_btf(struct btf **b)
{
	btf_free(*b);
}

static void publish(struct btf *b)
{
	b->types = b->builder->types.v;
	b->types_len = (uint32_t)b->builder->types.n;
	b->strs = b->builder->strs.v;
	b->strs_len = (uint32_t)b->builder->strs.n;
	b->builder->changed = true;
}

int btf_new(struct btf **out, const struct btf *base)
{
	struct btf *b _cleanup_(cleanup_btf) = NULL;

	*out = NULL;
	if (btf_alloc(&b, base))
		return -ENOMEM;
	b->builder = calloc(1, sizeof(*b->builder));
	if (!b->builder)
		return -ENOMEM;
	if (base && btf_complete(base))
		return -ENOMEM;
	b->index->first = base ? btf_count(base) : 1;
	b->index->count = b->index->first;
	b->index->complete = true;
	if (!base && vec_push(&b->builder->strs, '\0'))
		return -ENOMEM;
	/* an allocated section: pointers into an empty one are no special case */
	if (vec_reserve(&b->builder->types, 64))
		return -ENOMEM;
	publish(b);
	*out = take_ptr(b);
	return 0;
}

static uint32_t *find_slot(const struct btf_builder *builder, const char *s, size_t len)
{
	uint32_t at = text_hash(s, len);

	for (;; at++) {
		uint32_t *slot = &builder->slots[at & (builder->n_slots - 1)];

		if (!*slot || streq(builder->strs.v + *slot - 1, s))
			return slot;
	}
}

/* Keep at most half of the slots in use. */
static int grow_slots(struct btf_builder *builder)
{
	uint32_t *old = builder->slots, n_old = builder->n_slots;

	if ((uint64_t)builder->n_strings * 2 < n_old)
		return 0;
	builder->slots = calloc(n_old ? (size_t)n_old * 2 : 64, sizeof(*old));
	if (!builder->slots) {
		builder->slots = old;
		return -ENOMEM;
	}
	builder->n_slots = n_old ? n_old * 2 : 64;
	for (uint32_t i = 0; i < n_old; i++) {
		const char *s = builder->strs.v + old[i] - 1;

		if (old[i])
			*find_slot(builder, s, strlen(s)) = old[i];
	}
	free(old);
	return 0;
}

int btf_clone(struct btf **out, const struct btf *b)
{
	struct btf *copy _cleanup_(cleanup_btf) = NULL;
	struct btf_builder *builder;
	uint32_t count = btf_count(b), end = 0;
	int err = btf_new(&copy, b->base);

	*out = NULL;
	if (err)
		return err;
	builder = copy->builder;
	for (uint32_t id = b->index->first; id < count; id++) {
		const struct btf_type *t = btf_type(b, id);

		if (vec_push(&copy->index->offsets, (uint32_t)((const uint8_t *)t - b->types)))
			return -ENOMEM;
		end = copy->index->offsets.v[copy->index->offsets.n - 1] +
		      (uint32_t)btf_full_size(t->info);
	}
	/* up to the last type that we know: a lazy BTF may hold more */
	if (vec_reserve(&builder->types, end) ||
	    vec_reserve(&builder->strs, (size_t)b->strs_len + 1))
		return -ENOMEM;
	if (end)
		memcpy(builder->types.v, b->types, end);
	if (b->strs_len)
		memcpy(builder->strs.v, b->strs, b->strs_len);
	builder->types.n = end;
	builder->strs.n = b->strs_len;
	for (uint32_t off = 0; off < b->strs_len; off += strlen(b->strs + off) + 1) {
		uint32_t *slot;

		if (!b->strs[off])
			continue;
		if (grow_slots(builder))
			return -ENOMEM;
		slot = find_slot(builder, b->strs + off, strlen(b->strs + off));
		if (!*slot) {
			*slot = off + 1;
			builder->n_strings++;
		}
	}
	copy->index->count = count;
	copy->foreign = b->foreign;
	publish(copy);
	*out = take_ptr(copy);
	return 0;
}

int64_t btf_add_str(struct btf *b, const char *s)
{
	struct btf_builder *builder = b->builder;
	size_t len = strlen(s);
	uint32_t *slot;

	if (!builder)
		return -EINVAL;
	if (!len)
		return 0;
	if (grow_slots(builder))
		return -ENOMEM;
	slot = find_slot(builder, s, len);
	if (*slot)
		return (int64_t)b->first_str + *slot - 1;
	if (len >= INT32_MAX || b->first_str + builder->strs.n + len >= INT32_MAX)
		return -EFBIG;
	if (vec_reserve(&builder->strs, builder->strs.n + len + 1))
		return -ENOMEM;
	memcpy(builder->strs.v + builder->strs.n, s, len + 1);
	*slot = (uint32_t)builder->strs.n + 1;
	builder->strs.n += len + 1;
	builder->n_strings++;
	publish(b);
	return (int64_t)b->first_str + *slot - 1;
}

int64_t btf_add_type(struct btf *b, const struct btf_type *t, const void *extra, size_t size)
{
	struct btf_builder *builder = b->builder;
	size_t old;

	if (!builder || btf_payload_size(t) < 0 || (uint64_t)btf_payload_size(t) != size)
		return -EINVAL;
	old = builder->types.n;
	if (old + sizeof(*t) + size >= INT32_MAX || b->index->count == INT32_MAX)
		return -EFBIG;
	if (vec_reserve(&builder->types, old + sizeof(*t) + size) ||
	    vec_push(&b->index->offsets, (uint32_t)old))
		return -ENOMEM;
	memcpy(builder->types.v + old, t, sizeof(*t));
	if (size)
		memcpy(builder->types.v + old + sizeof(*t), extra, size);
	builder->types.n = old + sizeof(*t) + size;
	publish(b);
	return b->index->count++;
}

struct btf_type *btf_edit(struct btf *b, uint32_t id)
{
	if (!b->owned && !b->builder)
		return NULL;
	if (!id || btf_complete(b) || id < b->index->first)
		return NULL;
	if (b->builder)
		b->builder->changed = true;
	return (struct btf_type *)btf_type(b, id);
}

struct rewrite {
	struct btf *to;
	const struct btf *from;
	const uint32_t *moved;
};

static int new_id(void *user, uint32_t *id)
{
	const struct rewrite *w = user;

	*id = w->moved[*id];
	return 0;
}

static int new_string(void *user, uint32_t *off)
{
	const struct rewrite *w = user;
	int64_t added;

	if (w->from->base == w->to->base && *off < w->from->first_str)
		return 0;
	added = btf_add_str(w->to, btf_str(w->from, *off));
	if (added < 0)
		return (int)added;
	*off = (uint32_t)added;
	return 0;
}

int btf_copy_type(struct btf *to, const struct btf *from, const struct btf_type *t,
		  const uint32_t *moved)
{
	struct rewrite w = { to, from, moved };
	int64_t id = btf_add_type(to, t, t + 1, (size_t)btf_payload_size(t));

	return id < 0 ? (int)id : btf_each_ref(btf_edit(to, (uint32_t)id), new_id, new_string, &w);
}

const void *btf_bytes(const struct btf *b, size_t *size)
{
	struct btf_index *x = b->index;
	struct btf_header h = {
		.magic = BTF_MAGIC,
		.version = 1,
		.hdr_len = sizeof(h),
		.type_len = b->types_len,
		.str_off = b->types_len,
		.str_len = b->strs_len,
	};
	uint8_t *image;

	*size = 0;
	if (b->image) {
		*size = b->image_size;
		return b->image;
	}
	if (x->image && (!b->builder || !b->builder->changed)) {
		*size = x->image_size;
		return x->image;
	}
	x->image_size = sizeof(h) + (size_t)b->types_len + b->strs_len;
	image = realloc(x->image, x->image_size);
	if (!image)
		return NULL;
	memcpy(image, &h, sizeof(h));
	memcpy(image + sizeof(h), b->types, b->types_len);
	if (b->strs_len)
		memcpy(image + sizeof(h) + b->types_len, b->strs, b->strs_len);
	x->image = image;
	if (b->builder)
		b->builder->changed = false;
	*size = x->image_size;
	return image;
}
