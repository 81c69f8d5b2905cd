/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * queue.c - values without keys, taken out in the order in which they were put in.
 * Push, pop and peek are the kernel's, which the host knows; nothing can be walked.
 */
#include "common/mapref.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_QUEUE,
	  .flags = CLEAT_MAP_NO_BTF | CLEAT_MAP_NO_KEY | CLEAT_MAP_NO_ITERATE,
	  .name = "queue" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	return mapref_check_keyless(m, attr, "a queue");
}

static const struct cleat_map_plugin queue = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "queue",
			   "values without keys, first in, first out"),
	CLEAT_TABLE(types, types),
	.check = check,
};
CLEAT_PLUGIN(queue)
