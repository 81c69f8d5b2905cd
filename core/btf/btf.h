/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * btf.h - BPF Type Format: read, index, find, build.
 *
 * One struct serves an object's BTF (small, fully validated when opened) and a kernel's (5 MB,
 * mapped and never copied, one walk for all wanted names, types validated when they are used).
 * A split BTF (a module's) stands on a base; ids and string offsets continue the base's.
 * Foreign byte order is converted when opened. No system calls here: bytes are handed in.
 */
#ifndef BTF_BTF_H
#define BTF_BTF_H

#include "base/report.h"
#include "base/text.h"

enum btf_kind {
	BTF_VOID, BTF_INT, BTF_PTR, BTF_ARRAY, BTF_STRUCT, BTF_UNION, BTF_ENUM, BTF_FWD,
	BTF_TYPEDEF, BTF_VOLATILE, BTF_CONST, BTF_RESTRICT, BTF_FUNC, BTF_FUNC_PROTO, BTF_VAR,
	BTF_DATASEC, BTF_FLOAT, BTF_DECL_TAG, BTF_TYPE_TAG, BTF_ENUM64,
	BTF_KINDS,
};

#define BTF_KIND_BIT(kind) (1u << (kind))
/* What a program's data can be made of. */
#define BTF_KINDS_TYPES (~BTF_KIND_BIT(BTF_FUNC))
#define BTF_KINDS_ALL   (~0u)

/* The wire format, in this machine's byte order. */
struct btf_header {
	uint16_t magic;
	uint8_t version;
	uint8_t flags;
	uint32_t hdr_len;
	uint32_t type_off;
	uint32_t type_len;
	uint32_t str_off;
	uint32_t str_len;
};

struct btf_type {
	uint32_t name_off;
	uint32_t info; /* bits 0-15 vlen, 24-28 kind, 31 kind_flag */
	union {
		uint32_t size;
		uint32_t type;
	};
};

struct btf_array {
	uint32_t type;
	uint32_t index_type;
	uint32_t nelems;
};

struct btf_member {
	uint32_t name_off;
	uint32_t type;
	uint32_t offset; /* bits; with kind_flag: bits 0-23 offset, 24-31 bit-field size */
};

struct btf_enum {
	uint32_t name_off;
	int32_t val;
};

struct btf_enum64 {
	uint32_t name_off;
	uint32_t lo;
	uint32_t hi;
};

struct btf_param {
	uint32_t name_off;
	uint32_t type;
};

struct btf_secinfo {
	uint32_t type;
	uint32_t offset;
	uint32_t size;
};

/* The word behind a BTF_INT: bits 0-7 width, 16-23 bit offset, 24-27 encoding. */
enum { BTF_INT_SIGNED = 1, BTF_INT_CHAR = 2, BTF_INT_BOOL = 4 };
/* 'vlen' of a BTF_FUNC, 'linkage' of a BTF_VAR. */
enum { BTF_STATIC = 0, BTF_GLOBAL = 1, BTF_EXTERN = 2 };

#define BTF_MAGIC 0xeb9f
#define BTF_MAX_DEPTH 32 /* of typedefs, modifiers, arrays: deeper is refused, so loops end */

static inline enum btf_kind btf_kind(const struct btf_type *t)
{
	return (enum btf_kind)((t->info >> 24) & 0x1f);
}

static inline uint32_t btf_vlen(const struct btf_type *t)
{
	return t->info & 0xffff;
}

static inline bool btf_kflag(const struct btf_type *t)
{
	return t->info >> 31;
}

struct btf;

enum btf_flags {
	BTF_COPY = 1 << 0, /* copy the bytes (else they must outlive the struct) */
	BTF_LAZY = 1 << 1, /* a kernel's: check the header only, validate what is used, index on demand;
			    * a type that does not fit or is of a kind not known here ends it */
};

/*
 * Open BTF from @data. @base is NULL, or the BTF this one is split from (must outlive it).
 * Everything in an object's BTF is validated: lengths, string offsets, type references, kinds,
 * vlen. A lie is one error with the type's id. Reports; returns 0 or -errno.
 */
int btf_open(struct btf **out, const void *data, size_t size, const struct btf *base,
	     unsigned int flags, struct report *r);
/* Do the bytes say that it is split from a base? Its strings do not begin with the empty one. */
bool btf_is_split(const void *data, size_t size);
/* An empty BTF to add to. */
int btf_new(struct btf **out, const struct btf *base);
/* A copy to add to and to btf_edit(), on the same base. Ids and string offsets stay as they are. */
int btf_clone(struct btf **out, const struct btf *b);
void btf_free(struct btf *b);

/* The number of types, void included: valid ids are 0 ... count - 1 (a split BTF's begin at base's). */
uint32_t btf_count(const struct btf *b);
const struct btf *btf_base(const struct btf *b);
/* Remember where each type is: for those who look at all of them, in no order. 0 or -ENOMEM. */
int btf_index_all(const struct btf *b);
/* True when the bytes were in the other byte order. */
bool btf_foreign(const struct btf *b);

/* The type, or NULL when @id is out of range or (lazy) the type does not validate. id 0 is void. */
const struct btf_type *btf_type(const struct btf *b, uint32_t id);
/* A string; "" when @off is 0 or out of range. */
const char *btf_str(const struct btf *b, uint32_t off);
static inline const char *btf_name(const struct btf *b, const struct btf_type *t)
{
	return btf_str(b, t->name_off);
}
/* The same by id; "" for void and anonymous types. */
const char *btf_name_of(const struct btf *b, uint32_t id);

/* What follows a type; NULL when @t is of another kind. Element count is btf_vlen(). */
const struct btf_member *btf_members(const struct btf_type *t);
const struct btf_enum *btf_enums(const struct btf_type *t);
const struct btf_enum64 *btf_enums64(const struct btf_type *t);
const struct btf_param *btf_params(const struct btf_type *t);
const struct btf_secinfo *btf_secinfos(const struct btf_type *t);
const struct btf_array *btf_array(const struct btf_type *t);
/* BTF_INT: encoding and width. */
uint32_t btf_int_encoding(const struct btf_type *t);
uint32_t btf_int_bits(const struct btf_type *t);
uint32_t btf_int_offset(const struct btf_type *t);
/* BTF_VAR: linkage; BTF_DECL_TAG: component (-1: the type itself). */
uint32_t btf_var_linkage(const struct btf_type *t);
int32_t btf_tag_component(const struct btf_type *t);
/* Member @i of a struct or union: its bit offset, and its bit-field size or 0. */
uint32_t btf_member_bit_offset(const struct btf_type *t, uint32_t i);
uint32_t btf_member_bit_size(const struct btf_type *t, uint32_t i);

/* Strip typedef, const, volatile, restrict, type_tag. Writes the id to *id when not NULL. */
const struct btf_type *btf_skip_mods(const struct btf *b, uint32_t id, uint32_t *out);
/* Strip const, volatile, restrict, type_tag, but not typedefs. */
const struct btf_type *btf_skip_quals(const struct btf *b, uint32_t id, uint32_t *out);
/* Size and alignment in bytes: pointers are 8. Return -EINVAL for types without a size. */
int64_t btf_size(const struct btf *b, uint32_t id);
int64_t btf_align(const struct btf *b, uint32_t id);
/* Member by name, also through anonymous structs and unions; its offset in bits from the outermost. */
int btf_find_member(const struct btf *b, uint32_t id, const char *name, uint32_t *type_id,
		    uint32_t *bit_offset, uint32_t *bit_size);
/* Value of an enumerator of enum @id, or of any enum when @id is 0. Returns 0 or -ENOENT. */
int btf_find_enumerator(struct btf *b, uint32_t id, const char *name, int64_t *value);

/* --- find ---------------------------------------------------------------------------------- */

/*
 * Names that will be asked for: the first question finds all of them in one walk of a lazy BTF, the
 * others cost nothing then. @kinds are those that will be asked for, BTF_KINDS_TYPES where no
 * function is among them: a walk that looks for functions takes twice the time. Flavours ("name___x")
 * count as the name. Returns 0 or -ENOMEM.
 */
int btf_expect(struct btf *b, const char *const *names, size_t n, uint32_t kinds);
/*
 * Ids of all types with this essential name (the part before a "___" flavour), of the kinds in the
 * mask and maybe of others, in id order; of this BTF alone, not of its base.
 * A flavour in @name is ignored, so a program's own type name can be handed in as it is.
 * The ids hold until a type is added, or functions of a name are asked for that were not before.
 */
int btf_named(struct btf *b, const char *name, uint32_t kinds, const uint32_t **ids, size_t *n);
/* The first type of exactly this name and one of the kinds in the mask; base first; 0: none. */
uint32_t btf_find(struct btf *b, const char *name, uint32_t kind_mask);
/* Length of @name without a flavour. */
size_t btf_essential_len(const char *name);
/*
 * What a person calls a type, "struct task_struct": the name in it, and in *kinds those of the mask
 * @of that the word before it means, or all of them where there is no such word.
 */
const char *btf_name_in_words(const char *words, uint32_t of, uint32_t *kinds);

/* --- build (btf_new() only) ------------------------------------------------------------------ */

/*
 * A base must be finished before something is split from it. Pointers to types and strings hold
 * until the next one is added.
 */

/* Add a string; returns its offset, or a negative errno. Equal strings share one offset. */
int64_t btf_add_str(struct btf *b, const char *s);
/* Add a type with @extra bytes of payload behind it; returns its id, or a negative errno. */
int64_t btf_add_type(struct btf *b, const struct btf_type *t, const void *extra, size_t size);
/* Bytes of payload behind a type, from its kind and vlen; -EINVAL for an unknown kind. */
int64_t btf_payload_size(const struct btf_type *t);
/* All bytes (header, types, strings) as the kernel takes them; valid until the next change. */
const void *btf_bytes(const struct btf *b, size_t *size);

/*
 * A type to write to: in BTF from btf_new() or opened with BTF_COPY, and not one of the base's;
 * else NULL. Kind and vlen must stay as they are. Ask again after btf_bytes().
 */
struct btf_type *btf_edit(struct btf *b, uint32_t id);

/* Visit every type reference and every string offset inside a type and its payload. */
int btf_each_ref(struct btf_type *t, int (*type)(void *user, uint32_t *id),
		 int (*str)(void *user, uint32_t *off), void *user);

#endif
