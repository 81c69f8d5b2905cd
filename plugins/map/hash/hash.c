/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * hash.c - hash tables: the kernel's own rules are all there is.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_HASH, .flags = 0, .name = "hash" },
};

static const struct cleat_map_plugin hash = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "hash",
			   "keys and values, room made ahead"),
	CLEAT_TABLE(types, types),
};
CLEAT_PLUGIN(hash)
