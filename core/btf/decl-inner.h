/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * decl-inner.h - between the files that print declarations: decl.c writes one type, decl-layout.c
 * knows where a compiler would put members, decl-types.c finds the order.
 */
#ifndef BTF_DECL_INNER_H
#define BTF_DECL_INNER_H

#include "base/vec.h"
#include "btf/decl.h"

enum decl_state {
	DECL_NOT,
	DECL_BUSY,
	DECL_DONE,
};

struct decl_type {
	uint8_t state;
	bool forward; /* declared without its members */
	uint8_t align; /* in bytes; 0: not known yet */
	bool packed; /* with align: needs the attribute */
	uint16_t version; /* 1: has its own name, 2: NAME___2; 0: not named yet */
};

struct btf_decl {
	const struct btf *b;
	unsigned int flags;
	struct decl_type *types; /* by id; NULL: only one type is written, members never */
	uint32_t count;
	struct strmap *names; /* "t NAME" of tags, "i NAME" of typedefs and enumerators */
	struct buf *out;
	unsigned int depth;
	uint32_t budget; /* members and references still to look at */
	int err; /* the first */
};

#define DECL_BUDGET (1u << 24)
#define DECL_MAX_DEPTH 128

/* A step deeper, or false (and err) when it is too deep or too much. */
bool decl_enter(struct btf_decl *d);
static inline void decl_leave(struct btf_decl *d)
{
	d->depth--;
}
static inline void decl_fail(struct btf_decl *d, int err)
{
	if (!d->err)
		d->err = err;
}

/* Append a name as an identifier: what C does not take becomes '_'. */
void decl_put_name(struct buf *out, const char *name);
/* Write the declaration of @name; types without a name in full if @d has types. */
void decl_put(struct btf_decl *d, uint32_t id, const char *name, unsigned int indent);
/* "struct name", with the suffix of its version. */
void decl_put_tag(struct btf_decl *d, struct buf *out, uint32_t id);
/* "{ ... }" with attributes, of a struct, union or enum. */
void decl_put_body(struct btf_decl *d, uint32_t id, unsigned int indent);
/* The version of a name, given on first use. */
unsigned int decl_version(struct btf_decl *d, uint32_t id);
/* The same for any other name in the space of typedefs: how many had it before. */
unsigned int decl_count_name(struct btf_decl *d, char space, const char *name);

/* Alignment in bytes that our declaration of the type has. */
uint32_t decl_align(struct btf_decl *d, uint32_t id);
bool decl_packed(struct btf_decl *d, uint32_t id);

/* A member as it is laid out. */
struct decl_place {
	uint64_t at; /* bit offset */
	uint64_t size; /* bits */
	uint32_t field; /* bits of a bit-field, or 0 */
	uint32_t unit; /* bits of the type */
	uint32_t align; /* bits */
};
struct decl_place decl_place(struct btf_decl *d, const struct btf_type *t, uint32_t i);
/* Where a compiler puts it when @at bits are used. */
uint64_t decl_natural(const struct decl_place *p, uint64_t at, bool packed);

#endif
