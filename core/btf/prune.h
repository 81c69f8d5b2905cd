/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * prune.h - of an object's BTF, what a kernel needs: objects carry the types of all the kernel's
 * data that their programs look at, and once CO-RE has been applied nobody needs those.
 */
#ifndef BTF_PRUNE_H
#define BTF_PRUNE_H

#include "btf/btf.h"

/*
 * A copy of @b with the types @roots (0 is allowed) and what they consist of. A struct that is only
 * pointed to keeps its name and size and loses its members, unless the pointer is tagged (a kptr
 * is as good as what it points to). Declaration tags stay with what they tag, and what such a tag
 * names ("contains:NAME:MEMBER") stays too. Order is kept.
 *
 * (*moved)[id] is the new id of each type, 0 for those that are gone; the caller frees it.
 * Returns 0 or -errno.
 */
int btf_prune(struct btf **out, struct btf *b, const uint32_t *roots, size_t n, uint32_t **moved);

#endif
