/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * hash.c - hash tables: keys and values, in room that is made ahead or as it is needed.
 */
#include "common/mapcheck.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_HASH, .flags = CLEAT_MAP_BATCH, .name = "hash" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	return mapcheck_hash(m, attr, false);
}

static const struct cleat_map_plugin hash = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "hash",
			   "keys and values"),
	CLEAT_TABLE(types, types),
	.check = check,
};
CLEAT_PLUGIN(hash)
