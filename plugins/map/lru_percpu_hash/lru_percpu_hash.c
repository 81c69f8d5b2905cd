/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lru_percpu_hash.c - hash tables that forget, with a value for each CPU.
 */
#include "common/mapcheck.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_LRU_PERCPU_HASH, .flags = CLEAT_MAP_PER_CPU | CLEAT_MAP_BATCH, .name = "lru_percpu_hash" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	return mapcheck_lru(m, attr, true);
}

static int prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	(void)p;
	mapcheck_lru_round(m, attr);
	return 0;
}

static const struct cleat_map_plugin lru_percpu_hash = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "lru_percpu_hash",
			   "forgetting hash table with a value for each CPU"),
	CLEAT_TABLE(types, types),
	.check = check,
	.prepare = prepare,
};
CLEAT_PLUGIN(lru_percpu_hash)
