/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * percpu_hash.c - hash tables with a value for each CPU: no locking, sums are the reader's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_PERCPU_HASH, .flags = CLEAT_MAP_PER_CPU, .name = "percpu_hash" },
};

static const struct cleat_map_plugin percpu_hash = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "percpu_hash",
			   "hash table with a value for each CPU"),
	CLEAT_TABLE(types, types),
};
CLEAT_PLUGIN(percpu_hash)
