/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * stack.c - values without keys, of which the last one put in is taken out first.
 * Push, pop and peek are the kernel's, which the host knows; nothing can be walked.
 */
#include "common/mapref.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_STACK,
	  .flags = CLEAT_MAP_NO_BTF | CLEAT_MAP_NO_KEY | CLEAT_MAP_NO_ITERATE,
	  .name = "stack" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	return mapref_check_keyless(m, attr, "a stack");
}

static const struct cleat_map_plugin stack = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "stack",
			   "values without keys, last in, first out"),
	CLEAT_TABLE(types, types),
	.check = check,
};
CLEAT_PLUGIN(stack)
