/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * btf.c - opens BTF, and finds the bytes of a type and of a string.
 *
 * Knows the header and how ids and string offsets are shared out between a base and what is split
 * from it. Refuses to know what a type means (shape.c), what is wrong with it (check.c) and where
 * the types are (walk.c).
 */
#include <byteswap.h>

#include "btf/inner.h"

static const struct btf_type btf_void_type;

static const char *const kind_names[BTF_KINDS] = {
	[BTF_VOID] = "void",         [BTF_INT] = "int",
	[BTF_PTR] = "pointer",       [BTF_ARRAY] = "array",
	[BTF_STRUCT] = "struct",     [BTF_UNION] = "union",
	[BTF_ENUM] = "enum",         [BTF_FWD] = "forward declaration",
	[BTF_TYPEDEF] = "typedef",   [BTF_VOLATILE] = "volatile",
	[BTF_CONST] = "const",       [BTF_RESTRICT] = "restrict",
	[BTF_FUNC] = "function",     [BTF_FUNC_PROTO] = "function prototype",
	[BTF_VAR] = "variable",      [BTF_DATASEC] = "data section",
	[BTF_FLOAT] = "float",       [BTF_DECL_TAG] = "declaration tag",
	[BTF_TYPE_TAG] = "type tag", [BTF_ENUM64] = "enum64",
};

const char *btf_kind_name(unsigned int kind)
{
	return kind < BTF_KINDS ? kind_names[kind] : "unknown kind";
}

int btf_alloc(struct btf **out, const struct btf *base)
{
	struct btf *b = calloc(1, sizeof(*b));

	*out = NULL;
	if (!b)
		return -ENOMEM;
	b->index = calloc(1, sizeof(*b->index));
	if (!b->index) {
		free(b);
		return -ENOMEM;
	}
	b->base = base;
	b->first_str = base ? btf_end_str(base) : 0;
	*out = b;
	return 0;
}

void btf_free(struct btf *b)
{
	if (!b)
		return;
	btf_forget_names(b->index);
	vec_free(&b->index->offsets);
	free(b->index->image);
	free(b->index);
	btf_builder_free(b->builder);
	free(b->owned);
	free(b);
}

static void cleanup_btf(struct btf **b)
{
	btf_free(*b);
}

static void swap_words(void *data, size_t size)
{
	uint8_t *p = data;

	for (size_t i = 0; i + 4 <= size; i += 4) {
		uint32_t w = 0;

		memcpy(&w, p + i, 4);
		w = bswap_32(w);
		memcpy(p + i, &w, 4);
	}
}

/* Read the header into this machine's byte order, and believe it only when it fits in @size. */
static int read_header(const uint8_t *data, size_t size, struct btf_header *h, bool *foreign,
		       struct report *r)
{
	uint64_t rest, type_end, str_end;

	*foreign = false;
	if (size < sizeof(*h))
		return report_error(r, EINVAL, "BTF: %zu bytes are too short for a header", size);
	memcpy(h, data, sizeof(*h));
	if (h->magic == bswap_16(BTF_MAGIC)) {
		*foreign = true;
		swap_words(&h->hdr_len, sizeof(*h) - offsetof(struct btf_header, hdr_len));
	} else if (h->magic != BTF_MAGIC) {
		return report_error(r, EINVAL, "BTF: magic number is 0x%04x, not 0x%04x", h->magic,
				    BTF_MAGIC);
	}
	if (h->version != 1)
		return report_error(r, EOPNOTSUPP, "BTF: version %u is not known, only 1",
				    h->version);
	if (h->hdr_len < sizeof(*h) || h->hdr_len > size)
		return report_error(r, EINVAL, "BTF: header of %u bytes in %zu bytes", h->hdr_len,
				    size);
	rest = size - h->hdr_len;
	type_end = (uint64_t)h->type_off + h->type_len;
	str_end = (uint64_t)h->str_off + h->str_len;
	if (type_end > rest)
		return report_error(r, EINVAL, "BTF: types end at %llu of %llu bytes",
				    (unsigned long long)type_end, (unsigned long long)rest);
	if (str_end > rest)
		return report_error(r, EINVAL, "BTF: strings end at %llu of %llu bytes",
				    (unsigned long long)str_end, (unsigned long long)rest);
	if (h->type_len && h->str_len && h->type_off < str_end && h->str_off < type_end)
		return report_error(r, EINVAL, "BTF: types and strings overlap");
	return 0;
}

/* Header, types and strings in a row, in this machine's byte order. */
static int copy_image(struct btf *b, const struct btf_header *h, const uint8_t *data)
{
	struct btf_header own = {
		.magic = BTF_MAGIC,
		.version = 1,
		.flags = h->flags,
		.hdr_len = sizeof(own),
		.type_len = h->type_len,
		.str_off = h->type_len,
		.str_len = h->str_len,
	};
	size_t size = sizeof(own) + (size_t)h->type_len + h->str_len;
	uint8_t *copy = malloc(size);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, &own, sizeof(own));
	memcpy(copy + sizeof(own), data + h->hdr_len + h->type_off, h->type_len);
	memcpy(copy + sizeof(own) + h->type_len, data + h->hdr_len + h->str_off, h->str_len);
	/* every part of every type is a 32-bit word */
	if (b->foreign)
		swap_words(copy + sizeof(own), h->type_len);
	b->owned = copy;
	b->image = copy;
	b->image_size = size;
	b->types = copy + sizeof(own);
	b->strs = (const char *)copy + sizeof(own) + h->type_len;
	return 0;
}

static int check_strings(const struct btf *b, struct report *r)
{
	uint32_t end;

	if (!b->strs_len && b->base)
		return 0;
	if (!b->strs_len)
		return report_error(r, EINVAL, "BTF: no strings");
	if (b->strs[b->strs_len - 1])
		return report_error(r, EINVAL, "BTF: strings do not end with a NUL");
	if (!b->base && b->strs[0])
		return report_error(r, EINVAL, "BTF: strings do not begin with the empty one");
	if (__builtin_add_overflow(b->first_str, b->strs_len, &end))
		return report_error(r, EINVAL, "BTF: %u bytes of strings on a base of %u",
				    b->strs_len, b->first_str);
	return 0;
}

bool btf_is_split(const void *data, size_t size)
{
	struct btf_header h;
	bool foreign;

	if (read_header(data, size, &h, &foreign, NULL))
		return false;
	return !h.str_len || ((const char *)data)[h.hdr_len + h.str_off];
}

int btf_open(struct btf **out, const void *data, size_t size, const struct btf *base,
	     unsigned int flags, struct report *r)
{
	struct btf *b _cleanup_(cleanup_btf) = NULL;
	struct btf_header h;
	bool foreign;
	int err;

	*out = NULL;
	err = read_header(data, size, &h, &foreign, r);
	if (err)
		return err;
	if (btf_alloc(&b, base))
		return report_oom(r);
	b->foreign = foreign;
	b->types_len = h.type_len;
	b->strs_len = h.str_len;
	b->types = (const uint8_t *)data + h.hdr_len + h.type_off;
	b->strs = (const char *)data + h.hdr_len + h.str_off;
	/* sections of old compilers have no alignment, and we read words */
	if ((flags & BTF_COPY) || foreign || (uintptr_t)b->types % 4) {
		if (copy_image(b, &h, data))
			return report_oom(r);
	} else if (h.hdr_len == sizeof(h) && !h.type_off && h.str_off == h.type_len) {
		b->image = data;
		b->image_size = sizeof(h) + (size_t)h.type_len + h.str_len;
	}
	err = check_strings(b, r);
	if (err)
		return err;
	if (flags & BTF_LAZY) {
		b->index->shift = CHECKPOINT_SHIFT;
	} else {
		err = btf_check(b, r);
		if (err)
			return err;
	}
	*out = take_ptr(b);
	return 0;
}

uint32_t btf_count(const struct btf *b)
{
	if (btf_complete(b))
		return 1;
	return b->index->count;
}

const struct btf *btf_base(const struct btf *b)
{
	return b->base;
}

bool btf_foreign(const struct btf *b)
{
	return b->foreign;
}

/* The type at @off, if it is whole. */
static const struct btf_type *type_at(const struct btf *b, uint32_t off, uint64_t *size)
{
	const struct btf_type *t = (const struct btf_type *)(b->types + off);

	if (off > b->types_len || b->types_len - off < sizeof(*t))
		return NULL;
	*size = btf_full_size(t->info);
	return *size <= b->types_len - off ? t : NULL;
}

const struct btf_type *btf_type(const struct btf *b, uint32_t id)
{
	const struct btf_type *t;
	struct btf_index *x;
	uint32_t at, off;
	uint64_t size, cursor;

	if (!id)
		return &btf_void_type;
	x = b->index;
	/* Where each one is was written down, and it is whole, or it would not have been counted. */
	if (x->complete && !x->shift && id >= x->first && id < x->count)
		return (const struct btf_type *)(b->types + x->offsets.v[id - x->first]);
	while (btf_complete(b) == 0 && id < b->index->first) {
		b = b->base;
		if (!b)
			return NULL;
	}
	x = b->index;
	if (!x->complete || id >= x->count)
		return NULL;
	id -= x->first;
	at = id >> x->shift << x->shift;
	if ((id >> x->shift) >= x->offsets.n)
		return NULL;
	off = x->offsets.v[id >> x->shift];
	if (!x->shift)
		return type_at(b, off, &size);

	/* Types are often asked for in order: go on from the last one. One word, so that two
	 * threads at once see an old place or a new one, never half of each. */
	cursor = __atomic_load_n(&x->cursor, __ATOMIC_RELAXED);
	if ((uint32_t)(cursor >> 32) > at && (uint32_t)(cursor >> 32) <= id) {
		at = (uint32_t)(cursor >> 32);
		off = (uint32_t)cursor;
	}
	for (;;) {
		t = type_at(b, off, &size);
		if (!t)
			return NULL;
		if (at == id)
			break;
		at++;
		off += (uint32_t)size;
	}
	__atomic_store_n(&x->cursor, (uint64_t)id << 32 | off, __ATOMIC_RELAXED);
	return t;
}

const char *btf_str(const struct btf *b, uint32_t off)
{
	while (off < b->first_str) {
		if (!b->base)
			return "";
		b = b->base;
	}
	off -= b->first_str;
	return off < b->strs_len ? b->strs + off : "";
}

const char *btf_name_of(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_type(b, id);

	return t ? btf_str(b, t->name_off) : "";
}
