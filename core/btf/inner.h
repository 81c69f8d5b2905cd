/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * inner.h - what the files that make up btf.h share: the struct itself, and the arithmetic of
 * type records. Knows the layout of a struct btf; refuses to be included from outside this folder.
 */
#ifndef BTF_INNER_H
#define BTF_INNER_H

#include "base/vec.h"
#include "btf/btf.h"

/* All types with one essential name. */
struct btf_named {
	char *name;
	size_t len;
	bool known;	/* the ids are all there are */
	bool functions; /* FUNCs are among them, or shall be */
	VEC(uint32_t) ids;
};

/*
 * Names that one walk looks for. A string is compared only when the hash of its first bytes is in
 * the filter: a kernel has 71,000 named types and nearly all of them are none of our business.
 */
#define WANT_FILTER_BITS 15
#define WANT_BUCKETS     256

struct btf_want {
	bool functions; /* else no FUNC is looked at */
	uint64_t mask;	/* the first bytes of a name that take part */
	uint8_t filter[1 << (WANT_FILTER_BITS - 3)];
	struct {
		VEC(struct btf_named *) names;
	} buckets[WANT_BUCKETS];
};

/* Every name, for those who ask again and again: chains of ids, newest first. */
struct btf_table {
	uint32_t *heads;
	uint32_t *next; /* by id - first id */
	unsigned int shift;
	uint32_t count; /* of the BTF when the table was built */
};

/*
 * What is found out on demand. It hangs on a pointer so that a const struct btf can learn: a
 * kernel's BTF is walked when the first question about types arrives, not before.
 */
struct btf_index {
	bool complete; /* the types have been walked, or counted when added */
	uint32_t first; /* id of the first own type */
	uint32_t count; /* one more than the last id */
	unsigned int shift; /* one offset is kept for every 2^shift types */
	VEC(uint32_t) offsets;
	uint64_t cursor; /* (id - first) << 32 | offset of the type asked for last */

	struct strmap *names; /* essential name to struct btf_named */
	VEC(struct btf_named *) named;
	size_t unknown;	      /* so many of them have not been looked up */
	uint32_t named_count; /* 'count' when the others were */
	unsigned int walks; /* for names */
	struct btf_table *table;

	void *image; /* of a BTF that is being built */
	size_t image_size;
};

struct btf {
	const struct btf *base;
	const uint8_t *types;
	uint32_t types_len;
	const char *strs; /* NUL at the end, unless strs_len is 0 */
	uint32_t strs_len;
	uint32_t first_str; /* offset that the first own string has */
	bool foreign;
	void *owned; /* our copy of the bytes, or NULL */
	const void *image; /* header, types, strings in a row, or NULL */
	size_t image_size;
	struct btf_builder *builder;
	struct btf_index *index;
};

#define CHECKPOINT_SHIFT 6

/*
 * Size of a type with its payload: fixed[kind] + vlen * each[kind]. A kind that we do not know
 * gets a size that no section has, so that the loops need one comparison only.
 */
#define BTF_NO_SIZE ((uint64_t)1 << 40)

extern const uint64_t btf_fixed_size[32];
extern const uint8_t btf_each_size[32];

static inline uint64_t btf_full_size(uint32_t info)
{
	unsigned int kind = (info >> 24) & 0x1f;

	return btf_fixed_size[kind] + (uint64_t)(info & 0xffff) * btf_each_size[kind];
}

/* One more than the last string offset. */
static inline uint32_t btf_end_str(const struct btf *b)
{
	return b->first_str + b->strs_len;
}

/* btf.c */
int btf_alloc(struct btf **out, const struct btf *base);
/* check.c */
int btf_check(struct btf *b, struct report *r);
/* walk.c: make the checkpoints, and note the names that are wanted (may be NULL). */
int btf_walk(const struct btf *b, struct btf_want *want);
/* Walk if nobody did. */
int btf_complete(const struct btf *b);
/* find.c */
void btf_forget_names(struct btf_index *x);
uint64_t btf_name_key(const char *s, uint64_t mask);
int btf_want_hit(struct btf_want *w, uint64_t key, const char *s, uint32_t id);
/* table.c */
int btf_table_build(const struct btf *b, struct btf_table **out);
int btf_table_find(const struct btf *b, const struct btf_table *t, struct btf_named *named);
void btf_table_free(struct btf_table *t);
/*
 * dedup.c: @b without its duplicates, and where its types went: moved[id] for every id. Equal
 * strings must share an offset, and every reference be in range.
 */
int btf_dedup(struct btf **out, const struct btf *b, uint32_t **moved);
/* build.c */
/*
 * Append @t, of @from or made from one of its types, to @to: strings are added (all of them where
 * the two have different bases), and moved[id] is what becomes of a reference. Returns 0 or -errno.
 */
int btf_copy_type(struct btf *to, const struct btf *from, const struct btf_type *t,
		  const uint32_t *moved);
void btf_builder_free(struct btf_builder *builder);

static inline unsigned int btf_want_bit(uint64_t key)
{
	return (unsigned int)((key * 0x9e3779b97f4a7c15u) >> (64 - WANT_FILTER_BITS));
}

const char *btf_kind_name(unsigned int kind);

#endif
