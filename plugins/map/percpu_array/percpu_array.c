/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * percpu_array.c - arrays with a value for each CPU: counters without locks.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_PERCPU_ARRAY, .flags = CLEAT_MAP_INDEX | CLEAT_MAP_PER_CPU,
	  .name = "percpu_array" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	struct cleat *c = cleat_map_context(m);

	(void)p;
	if (attr->key_size != sizeof(uint32_t))
		return cleat_error(c, EINVAL, "keys of an array have 4 bytes, not %u",
				   attr->key_size);
	/* PCPU_MIN_UNIT_SIZE of the kernel's per-CPU allocator. */
	if (attr->value_size > 32768)
		return cleat_error(c, E2BIG, "a value for each CPU has at most 32768 bytes, not %u",
				   attr->value_size);
	return 0;
}

static const struct cleat_map_plugin percpu_array = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "percpu_array",
			   "a value for each index and CPU"),
	CLEAT_TABLE(types, types),
	.check = check,
};
CLEAT_PLUGIN(percpu_array)
