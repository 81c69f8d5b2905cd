/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ctxname.c - what a kernel calls the context of its programs.
 *
 * Knows where kernels keep that: in struct bpf_ctx_convert, which has a member for each type of
 * program, TYPE_prog, of the type that such programs get; and that an enumeration has the types'
 * names. Refuses to know any of them.
 */
#include "btf/ctxname.h"

#define SUFFIX "_prog"

/* The enumerator of value @value in enum @id, or NULL. */
static const char *enumerator(const struct btf *b, uint32_t id, uint32_t value)
{
	const struct btf_type *t = btf_type(b, id);
	const struct btf_enum *e = t ? btf_enums(t) : NULL;

	for (uint32_t i = 0; e && i < btf_vlen(t); i++)
		if ((uint32_t)e[i].val == value)
			return btf_str(b, e[i].name_off);
	return NULL;
}

/* Is it the member of the programs of type @type. */
static bool is_of(const char *member, const char *type)
{
	size_t n = strlen(type);

	return strncmp(member, type, n) == 0 && streq(member + n, SUFFIX);
}

const char *btf_ctx_name(struct btf *kernel, uint32_t type)
{
	uint32_t types = btf_find(kernel, "bpf_prog_type", BTF_KIND_BIT(BTF_ENUM));
	const struct btf_type *t =
		btf_type(kernel, btf_find(kernel, "bpf_ctx_convert", BTF_KIND_BIT(BTF_STRUCT)));
	const char *wanted = enumerator(kernel, types, type), *name;
	const struct btf_member *m = t ? btf_members(t) : NULL;

	for (uint32_t i = 0; wanted && m && i < btf_vlen(t); i++) {
		if (!is_of(btf_str(kernel, m[i].name_off), wanted))
			continue;
		name = btf_name_of(kernel, m[i].type);
		return *name ? name : NULL;
	}
	return NULL;
}
