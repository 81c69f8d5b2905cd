/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * argtags.h - what programs say of the arguments of their global functions by decl_tag "arg:...",
 * said otherwise for kernels that do not read such tags.
 */
#ifndef BTF_ARGTAGS_H
#define BTF_ARGTAGS_H

#include "btf/btf.h"

/* A function with an argument that is tagged as the context, seen from programs of one kind. */
struct btf_ctx_func {
	uint32_t func; /* BTF_FUNC */
	const char *ctx; /* the context's struct as the kernel calls it; it outlives this */
	uint32_t clone; /* what these programs are to say instead of 'func'; may be the same */
};

/* Tags that came together. */
enum btf_arg_tags {
	BTF_ARG_CTX = 1 << 0, /* "arg:ctx", "arg:nonnull": 6.8; and those not known here */
	BTF_ARG_TRUSTED = 1 << 1, /* "arg:trusted", "arg:nullable": 6.9 */
	BTF_ARG_ARENA = 1 << 2, /* "arg:arena": 6.9 */
	BTF_ARG_UNTRUSTED = 1 << 3, /* "arg:untrusted": 6.17 */
};

/* The tags that arguments of functions in @b have. */
unsigned int btf_arg_tags(const struct btf *b);

/*
 * A copy of @b that does not need the @unread tags. Types keep their ids; what is new comes behind
 * them.
 *
 * Where the context's tag is one of them, for each of @funcs a clone is added whose argument is a
 * pointer to a struct of the context's name: by that name all kernels know it. A function with any
 * other of them is made static: it is then verified with the arguments of its callers, which are
 * what the tags promise.
 */
int btf_lower_arg_tags(struct btf **out, const struct btf *b, unsigned int unread,
		       struct btf_ctx_func *funcs, size_t n);

#endif
