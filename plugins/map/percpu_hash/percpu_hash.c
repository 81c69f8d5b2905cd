/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * percpu_hash.c - hash tables with a value for each CPU: no locking, sums are the reader's.
 */
#include "common/mapcheck.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_PERCPU_HASH, .flags = CLEAT_MAP_PER_CPU | CLEAT_MAP_BATCH, .name = "percpu_hash" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	return mapcheck_hash(m, attr, true);
}

static const struct cleat_map_plugin percpu_hash = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "percpu_hash",
			   "hash table with a value for each CPU"),
	CLEAT_TABLE(types, types),
	.check = check,
};
CLEAT_PLUGIN(percpu_hash)
