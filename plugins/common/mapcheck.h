/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapcheck.h - what the kernel would refuse of arrays and hash tables, said with words instead of
 * EINVAL. It knows the rules of kernel/bpf/arraymap.c and hashtab.c that are the same for all of
 * a family.
 */
#ifndef COMMON_MAPCHECK_H
#define COMMON_MAPCHECK_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/* Keys of 4 bytes, values that are there, at least one entry; @per_cpu: values the CPUs can hold. */
int mapcheck_array(struct cleat_map *m, const struct cleat_map_attr *attr, bool per_cpu);
/* Entries of an array cannot be deleted: says so. */
int mapcheck_no_erase(struct cleat_map *m);

/* Keys and values that are there, at least one entry. */
int mapcheck_hash(struct cleat_map *m, const struct cleat_map_attr *attr, bool per_cpu);
/* The same, and the flags of those that forget. */
int mapcheck_lru(struct cleat_map *m, const struct cleat_map_attr *attr, bool per_cpu);
/* A list for each CPU (flag no_common_lru): as many entries as the kernel makes of it. */
void mapcheck_lru_round(struct cleat_map *m, struct cleat_map_attr *attr);

#endif
