/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * decl.h - types as C: the name of a type, and declarations that compile.
 */
#ifndef BTF_DECL_H
#define BTF_DECL_H

#include "btf/btf.h"

/* The type as a C declaration of @name ("" for the type alone): "struct event *events[4]". */
int btf_decl_type(struct buf *out, const struct btf *b, uint32_t id, const char *name);

enum btf_decl_flags {
	BTF_DECL_NO_NAMED_TYPEDEF = 1 << 0,
};

/*
 * Declarations of the types @ids and of all that they need, in an order that compiles; forward
 * declarations where a pointer is enough; bit-fields, padding, packed and aligned as the layout
 * demands.
 */
int btf_decl_types(struct buf *out, const struct btf *b, const uint32_t *ids, size_t n,
		   unsigned int flags);

#endif
