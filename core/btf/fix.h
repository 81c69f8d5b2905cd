/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * fix.h - make an object's BTF fit for a kernel: fill what compilers leave out, replace what an
 * older kernel does not know, leave out what no program needs.
 */
#ifndef BTF_FIX_H
#define BTF_FIX_H

#include "btf/btf.h"

/* What the kernel's BTF loader understands; all set: a current kernel, nothing to replace. */
enum btf_feature {
	BTF_CAN_FUNC = 1 << 0,	      /* FUNC, FUNC_PROTO: 5.0 */
	BTF_CAN_GLOBAL_FUNC = 1 << 1, /* linkage of FUNC: 5.6 */
	BTF_CAN_DATASEC = 1 << 2,     /* VAR, DATASEC: 5.2 */
	BTF_CAN_FLOAT = 1 << 3,	      /* 5.13 */
	BTF_CAN_DECL_TAG = 1 << 4,    /* 5.16 */
	BTF_CAN_TYPE_TAG = 1 << 5,    /* 5.17 */
	BTF_CAN_ENUM64 = 1 << 6,      /* 6.0; also the sign flag of enums */
	BTF_CAN_QMARK = 1 << 7,	      /* '?' in DATASEC names */
	BTF_CAN_ATTRIBUTE = 1 << 8, /* tags that stand for attributes of the compiler: 6.15 */
	BTF_CAN_ALL = (1 << 9) - 1,
};

/*
 * A copy of @b in which everything outside @features is replaced by something of the same size and
 * id that the kernel takes (ids do not change, so func and line info stay valid).
 */
int btf_downgrade(struct btf **out, const struct btf *b, unsigned int features);

/* Where a variable is that a DATASEC lists wrongly. */
struct btf_place {
	const char *section;
	uint32_t offset;
};
/* True when @var, listed in @section, is at *to. */
typedef bool btf_place_fn(void *user, const char *section, const char *var, struct btf_place *to);

/*
 * A copy of @b in which each variable is listed where it is; NULL when all are already. Ids do not
 * change: new sections, of size 0, follow the other types. For BTF without a base.
 */
int btf_move_vars(struct btf **out, const struct btf *b, btf_place_fn *place, void *user);

#endif
