/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * array.c - arrays: a value for each index, always there. Also the maps of the data sections.
 */
#include "common/mapcheck.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_ARRAY,
	  .flags = CLEAT_MAP_INDEX | CLEAT_MAP_DATA | CLEAT_MAP_BATCH,
	  .name = "array" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	return mapcheck_array(m, attr, false);
}

static int erase(struct cleat_map *m, const void *key)
{
	(void)key;
	return mapcheck_no_erase(m);
}

static const struct cleat_map_plugin array = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "array",
			   "a value for each index, and the data sections"),
	CLEAT_TABLE(types, types),
	.check = check,
	.erase = erase,
};
CLEAT_PLUGIN(array)
