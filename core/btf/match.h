/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * match.h - are two types, from two BTFs, the same in CO-RE's sense.
 */
#ifndef BTF_MATCH_H
#define BTF_MATCH_H

#include "btf/btf.h"

/* Compatible by kind, recursively through pointers, arrays and prototypes (for type ids). */
bool btf_types_compatible(const struct btf *local, uint32_t local_id, const struct btf *target,
			  uint32_t target_id);
/*
 * The same for what is declared in one place and defined in another (kernel functions and
 * variables): where one says only "struct x;", the other may have the struct of this name. Typedefs
 * are looked through at the outside, too.
 */
bool btf_declarations_compatible(const struct btf *local, uint32_t local_id,
				 const struct btf *target, uint32_t target_id);
/* The stricter form of bpf_core_type_matches(): names of members and enumerators agree too. */
bool btf_types_match(const struct btf *local, uint32_t local_id, const struct btf *target,
		     uint32_t target_id);
/* May a field of one type stand for a field of the other. */
bool btf_fields_compatible(const struct btf *local, uint32_t local_id, const struct btf *target,
			   uint32_t target_id);
/*
 * Equal layout, names included: does a pinned map's value fit. On false, *why is a sentence that
 * the caller frees: @a is what is there, @b what is wanted ("member 'x' is at byte 4, not at byte
 * 8"); NULL when there is no memory for it. @why may be NULL.
 */
bool btf_layout_equal(const struct btf *a, uint32_t a_id, const struct btf *b, uint32_t b_id,
		      char **why);

#endif
