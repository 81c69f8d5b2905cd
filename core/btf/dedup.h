/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * dedup.h - several BTFs made one, in which every type is said once.
 *
 * Two types are the same when nothing tells them apart: kind, names, sizes, values, linkage, their
 * declaration tags, and the types that they refer to, to any depth and through cycles. A forward
 * declaration is what it declares, when all definitions of that name are the same type. Data
 * sections are never the same: their places are for a linker to sort out.
 */
#ifndef BTF_DEDUP_H
#define BTF_DEDUP_H

#include "btf/btf.h"

/*
 * Merge @n BTFs into a new one that can be added to and edited. All have one base, or none; types
 * and strings of a base stay the base's. Of equal types the first stays, and what stays keeps its
 * order, so merging one BTF without duplicates gives the same ids.
 *
 * *map (may be NULL) tells where types went: (*map)[i][id] is the new id of type @id of @in[i],
 * for every id below btf_count(). It is one piece of memory: the caller frees *map.
 * Reports; returns 0 or -errno.
 */
int btf_merge(struct btf *const *in, size_t n, struct btf **out, uint32_t ***map, struct report *r);

#endif
