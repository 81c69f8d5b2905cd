/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lru_hash.c - hash tables that make room by forgetting the entry that was used least recently.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_LRU_HASH, .flags = 0, .name = "lru_hash" },
};

static const struct cleat_map_plugin lru_hash = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "lru_hash",
			   "hash table that forgets what was used least"),
	CLEAT_TABLE(types, types),
};
CLEAT_PLUGIN(lru_hash)
