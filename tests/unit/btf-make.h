/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * btf-make.h - BTF for tests, a type a line. Knows the builder of core/btf; asserts on failure,
 * so that tests need not.
 */
#ifndef TESTS_BTF_MAKE_H
#define TESTS_BTF_MAKE_H

#include <assert.h>
#include <stdarg.h>

#include "btf/btf.h"

static inline uint32_t mk_str(struct btf *b, const char *s)
{
	int64_t off = s && *s ? btf_add_str(b, s) : 0;

	assert(off >= 0);
	return (uint32_t)off;
}

static inline uint32_t mk_type(struct btf *b, enum btf_kind kind, const char *name, bool kflag,
			       uint32_t vlen, uint32_t size_or_type, const void *extra, size_t n)
{
	struct btf_type t = {
		.name_off = mk_str(b, name),
		.info = vlen | (uint32_t)kind << 24 | (uint32_t)kflag << 31,
		.size = size_or_type,
	};
	int64_t id = btf_add_type(b, &t, extra, n);

	assert(id > 0);
	return (uint32_t)id;
}

static inline uint32_t mk_int(struct btf *b, const char *name, uint32_t size, uint32_t encoding)
{
	uint32_t word = encoding << 24 | size * 8;

	return mk_type(b, BTF_INT, name, false, 0, size, &word, sizeof(word));
}

/* Pointer, typedef, const, volatile, ...: what refers to one type. */
static inline uint32_t mk_ref(struct btf *b, enum btf_kind kind, const char *name, uint32_t type)
{
	return mk_type(b, kind, name, false, 0, type, NULL, 0);
}

static inline uint32_t mk_array(struct btf *b, uint32_t type, uint32_t n)
{
	struct btf_array a = { type, type, n };

	return mk_type(b, BTF_ARRAY, "", false, 0, 0, &a, sizeof(a));
}

struct mk_member {
	const char *name;
	uint32_t type;
	uint32_t bit;
	uint32_t bits; /* of a bit-field, or 0 */
};

static inline uint32_t mk_members(struct btf *b, enum btf_kind kind, const char *name,
				  uint32_t size, const struct mk_member *from, uint32_t n)
{
	struct btf_member m[64];
	bool kflag = false;
	uint32_t i;

	assert(n <= 64);
	for (i = 0; i < n; i++)
		kflag |= from[i].bits != 0;
	for (i = 0; i < n; i++) {
		m[i].name_off = mk_str(b, from[i].name);
		m[i].type = from[i].type;
		m[i].offset = from[i].bit | (kflag ? from[i].bits << 24 : 0);
	}
	return mk_type(b, kind, name, kflag, n, size, m, n * sizeof(m[0]));
}

#define MK_STRUCT(b, name, size, ...)                                               \
	mk_members(b, BTF_STRUCT, name, size, (struct mk_member[]) { __VA_ARGS__ }, \
		   sizeof((struct mk_member[]) { __VA_ARGS__ }) / sizeof(struct mk_member))
#define MK_UNION(b, name, size, ...)                                               \
	mk_members(b, BTF_UNION, name, size, (struct mk_member[]) { __VA_ARGS__ }, \
		   sizeof((struct mk_member[]) { __VA_ARGS__ }) / sizeof(struct mk_member))

struct mk_value {
	const char *name;
	int64_t value;
};

static inline uint32_t mk_enum(struct btf *b, const char *name, bool is_signed, uint32_t size,
			       const struct mk_value *from, uint32_t n)
{
	struct btf_enum e[64];
	struct btf_enum64 wide[64];
	uint32_t i;

	assert(n <= 64);
	for (i = 0; i < n; i++) {
		e[i].name_off = wide[i].name_off = mk_str(b, from[i].name);
		e[i].val = (int32_t)from[i].value;
		wide[i].lo = (uint32_t)from[i].value;
		wide[i].hi = (uint32_t)((uint64_t)from[i].value >> 32);
	}
	if (size == 8)
		return mk_type(b, BTF_ENUM64, name, is_signed, n, size, wide, n * sizeof(wide[0]));
	return mk_type(b, BTF_ENUM, name, is_signed, n, size, e, n * sizeof(e[0]));
}

#define MK_ENUM(b, name, is_signed, size, ...)                                 \
	mk_enum(b, name, is_signed, size, (struct mk_value[]) { __VA_ARGS__ }, \
		sizeof((struct mk_value[]) { __VA_ARGS__ }) / sizeof(struct mk_value))

struct mk_param {
	const char *name;
	uint32_t type;
};

static inline uint32_t mk_proto(struct btf *b, uint32_t ret, const struct mk_param *from,
				uint32_t n)
{
	struct btf_param p[16];
	uint32_t i;

	assert(n <= 16);
	for (i = 0; i < n; i++) {
		p[i].name_off = mk_str(b, from[i].name);
		p[i].type = from[i].type;
	}
	return mk_type(b, BTF_FUNC_PROTO, "", false, n, ret, p, n * sizeof(p[0]));
}

#define MK_PROTO(b, ret, ...)                                 \
	mk_proto(b, ret, (struct mk_param[]) { __VA_ARGS__ }, \
		 sizeof((struct mk_param[]) { __VA_ARGS__ }) / sizeof(struct mk_param))

#endif
