/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * percpu_array.c - arrays with a value for each CPU: counters without locks.
 */
#include "common/mapcheck.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_PERCPU_ARRAY,
	  .flags = CLEAT_MAP_INDEX | CLEAT_MAP_PER_CPU | CLEAT_MAP_BATCH,
	  .name = "percpu_array" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	return mapcheck_array(m, attr, true);
}

static int erase(struct cleat_map *m, const void *key)
{
	(void)key;
	return mapcheck_no_erase(m);
}

static const struct cleat_map_plugin percpu_array = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "percpu_array",
			   "a value for each index and CPU"),
	CLEAT_TABLE(types, types),
	.check = check,
	.erase = erase,
};
CLEAT_PLUGIN(percpu_array)
