/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * decl.h - types as C: the name of a type, and declarations that compile.
 */
#ifndef BTF_DECL_H
#define BTF_DECL_H

#include "btf/btf.h"

/*
 * The type as a C declaration of @name ("" for the type alone): "struct event *events[4]". What
 * has no name and is not written out is "struct {...}". A BTF_FUNC or BTF_VAR names itself when
 * @name is "". Returns 0, -EINVAL for what is no type, -ENOMEM.
 */
int btf_decl_type(struct buf *out, const struct btf *b, uint32_t id, const char *name);

enum btf_decl_flags {
	/* __u8 ... __be64 and their like come from <linux/types.h>: not declared again. */
	BTF_DECL_LINUX_TYPES = 1 << 0,
	/* C++ takes it, too: no restrict, keywords of C++ get a '_' at their end, _Bool is bool. */
	BTF_DECL_CXX = 1 << 1,
	/*
	 * With the tags of types and declarations, as __btf_type_tag("x") and __btf_decl_tag("x"): macros
	 * that the caller defines.
	 */
	BTF_DECL_TAGS = 1 << 2,
	/* 'bool', 'false' and 'true' are there already. */
	BTF_DECL_BOOL = 1 << 3,
	/* Types that <cleat/uapi.h> declares stand between #ifndef CLEAT_UAPI_H and #endif. */
	BTF_DECL_UAPI = 1 << 4,
	/*
	 * Structs, unions and enumerations stand once where several such texts are one program, and not
	 * behind <linux/bpf.h> if they are its own.
	 */
	BTF_DECL_ONCE = 1 << 5,
};

/*
 * Declarations of the types @ids and of all that they need, in an order that compiles; forward
 * declarations where a pointer is enough; bit-fields, padding and packed as the layout demands, so
 * that every offset and size is as BTF says. A second type of the same name becomes NAME___2, a
 * second enumerator too. Returns 0, -EINVAL for what cannot be declared, -E2BIG for hostile types,
 * -ENOMEM.
 */
int btf_decl_types(struct buf *out, const struct btf *b, const uint32_t *ids, size_t n,
		   unsigned int flags);

/* The same in steps: what has been declared once is not declared again. */
struct btf_decl;
int btf_decl_new(struct btf_decl **d, const struct btf *b, unsigned int flags);
int btf_decl_add(struct btf_decl *d, struct buf *out, uint32_t id);
/* A function or variable of the kernel: "extern int f(int a) ATTRIBUTES;", once, and what it needs. */
int btf_decl_symbol(struct btf_decl *d, struct buf *out, uint32_t id, const char *attributes);
/* A name as it is written in these declarations. */
void btf_decl_name(const struct btf_decl *d, struct buf *out, const char *name);
/* With BTF_DECL_TAGS: does the declaration @id have this tag. */
bool btf_decl_has_tag(const struct btf_decl *d, uint32_t id, const char *tag);
void btf_decl_free(struct btf_decl *d);

#endif
