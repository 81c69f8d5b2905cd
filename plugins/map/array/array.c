/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * array.c - arrays: a value for each index, always there. Also the maps of the data sections.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <string.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_ARRAY, .flags = CLEAT_MAP_INDEX | CLEAT_MAP_DATA, .name = "array" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	if (attr->key_size != sizeof(uint32_t))
		return cleat_error(cleat_map_context(m), EINVAL,
				   "keys of an array have 4 bytes, not %u", attr->key_size);
	return 0;
}

/* Nothing to delete in an array: the nearest thing is zero. */
static int erase(struct cleat_map *m, const void *key)
{
	(void)key;
	cleat_error(cleat_map_context(m), EINVAL, "entries of an array cannot be deleted");
	cleat_hint(cleat_map_context(m), "set the value to 0");
	return -EINVAL;
}

static const struct cleat_map_plugin array = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "array",
			   "a value for each index, and the data sections"),
	CLEAT_TABLE(types, types),
	.check = check,
	.erase = erase,
};
CLEAT_PLUGIN(array)
