/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lru_percpu_hash.c - hash tables that forget, with a value for each CPU.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_LRU_PERCPU_HASH, .flags = CLEAT_MAP_PER_CPU, .name = "lru_percpu_hash" },
};

static const struct cleat_map_plugin lru_percpu_hash = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "lru_percpu_hash",
			   "forgetting hash table with a value for each CPU"),
	CLEAT_TABLE(types, types),
};
CLEAT_PLUGIN(lru_percpu_hash)
