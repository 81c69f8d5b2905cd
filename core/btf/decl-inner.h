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
	bool tagged; /* there are tags for it or its parts */
	bool packed; /* with align: needs the attribute */
	uint16_t version; /* 1: has its own name, 2: NAME___2; 0: not named yet */
};

/* A tag of a declaration: of the type itself (component -1), or of a member or parameter. */
struct decl_tag {
	uint32_t target;
	int32_t component;
	uint32_t id;
};

struct btf_decl {
	const struct btf *b;
	unsigned int flags;
	struct decl_type *types; /* by id; NULL: only one type is written, members never */
	uint32_t count;
	struct strmap *names; /* "t NAME" of tags, "i NAME" of typedefs and enumerators */
	VEC(struct decl_tag) tags; /* of declarations, by the type they are at; with BTF_DECL_TAGS */
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

/* Append a name as an identifier: what C does not take becomes '_', a keyword gets one at its end. */
void decl_put_name(const struct btf_decl *d, struct buf *out, const char *name);
/* Write the declaration of @name; types without a name in full if @d has types. */
void decl_put(struct btf_decl *d, uint32_t id, const char *name, unsigned int indent);
/* "struct name", with the suffix of its version. */
void decl_put_tag(struct btf_decl *d, struct buf *out, uint32_t id);
/* "{ ... }" with attributes, of a struct, union or enum. */
void decl_put_body(struct btf_decl *d, uint32_t id, unsigned int indent);
/* decl-tags.c: find the tags of declarations. Returns 0 or -ENOMEM. */
int decl_find_tags(struct btf_decl *d);
/* " __btf_decl_tag("x")" for each tag of a declaration or one of its parts; nothing without the flag. */
void decl_put_decl_tags(struct btf_decl *d, uint32_t id, int32_t component);
/* " __btf_type_tag("x")" */
void decl_put_type_tag(const struct btf_decl *d, struct buf *out, const struct btf_type *t);
/*
 * A typedef that is not written, but what it stands for: one without a name, as only BTF that no compiler
 * made has it; the compiler's own, which are something else on another machine (__builtin_va_list); and with
 * BTF_DECL_UAPI the "__kernel_" ones, which <linux/types.h> has, but for BPF otherwise.
 */
static inline bool decl_transparent(const struct btf_decl *d, const struct btf_type *t)
{
	const char *name = btf_name(d->b, t);

	return !name[0] || (d->types && has_prefix(name, "__builtin_")) || ((d->flags & BTF_DECL_UAPI) && has_prefix(name, "__kernel_"));
}
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
