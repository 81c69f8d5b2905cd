/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapcheck.c - checks of arrays and hash tables; see mapcheck.h. Refuses to know anything of the
 * running kernel: what only it can refuse, it refuses.
 */
#include "common/mapcheck.h"

#include <errno.h>

/* PCPU_MIN_UNIT_SIZE of the kernel's per-CPU allocator. */
#define PER_CPU_MOST 32768u

static int check_sizes(struct cleat_map *m, const struct cleat_map_attr *attr, bool per_cpu)
{
	struct cleat *c = cleat_map_context(m);

	if (!attr->value_size)
		return cleat_error(c, EINVAL, "the map has no value: its size is 0");
	if (per_cpu && attr->value_size > PER_CPU_MOST)
		return cleat_error(c, E2BIG, "a value for each CPU has at most %u bytes, not %u",
				   PER_CPU_MOST, attr->value_size);
	if (per_cpu && (attr->flags & BPF_F_NUMA_NODE))
		return cleat_error(c, EINVAL, "values for each CPU are in the memory of each CPU: "
				   "numa-node cannot be chosen");
	if (!attr->max_entries) {
		cleat_error(c, EINVAL, "the map has no room: max-entries is 0");
		cleat_hint(c, "set max-entries, in a unit in [map %s]", cleat_map_name(m));
		return -EINVAL;
	}
	return 0;
}

int mapcheck_array(struct cleat_map *m, const struct cleat_map_attr *attr, bool per_cpu)
{
	if (attr->key_size != sizeof(uint32_t))
		return cleat_error(cleat_map_context(m), EINVAL,
				   "keys of an array have 4 bytes, not %u", attr->key_size);
	if (attr->flags & BPF_F_NO_PREALLOC)
		return cleat_error(cleat_map_context(m), EINVAL,
				   "arrays are made whole: flag 'no_prealloc' is for hash tables");
	return check_sizes(m, attr, per_cpu);
}

int mapcheck_no_erase(struct cleat_map *m)
{
	cleat_error(cleat_map_context(m), EINVAL, "entries of an array cannot be deleted");
	cleat_hint(cleat_map_context(m), "set the value to 0");
	return -EINVAL;
}

int mapcheck_hash(struct cleat_map *m, const struct cleat_map_attr *attr, bool per_cpu)
{
	if (!attr->key_size)
		return cleat_error(cleat_map_context(m), EINVAL,
				   "the map has no key: its size is 0");
	if (attr->flags & BPF_F_NO_COMMON_LRU)
		return cleat_error(cleat_map_context(m), EINVAL,
				   "flag 'no_common_lru' is for maps of type 'lru_hash' and 'lru_percpu_hash'");
	return check_sizes(m, attr, per_cpu);
}

int mapcheck_lru(struct cleat_map *m, const struct cleat_map_attr *attr, bool per_cpu)
{
	struct cleat_map_attr rest = *attr;

	if (attr->flags & BPF_F_NO_PREALLOC)
		return cleat_error(cleat_map_context(m), EINVAL,
				   "maps that forget are made whole: flag 'no_prealloc' is not for them");
	if ((attr->flags & BPF_F_NO_COMMON_LRU) && (attr->flags & BPF_F_NUMA_NODE))
		return cleat_error(cleat_map_context(m), EINVAL,
				   "with flag 'no_common_lru' memory is on the node of each CPU: "
				   "numa-node cannot be chosen");
	rest.flags &= ~(uint32_t)BPF_F_NO_COMMON_LRU;
	return mapcheck_hash(m, &rest, per_cpu);
}

void mapcheck_lru_round(struct cleat_map *m, struct cleat_map_attr *attr)
{
	int n = cleat_possible_cpus(cleat_map_context(m));
	uint32_t cpus = n > 0 ? (uint32_t)n : 1, over = attr->max_entries % cpus;

	if (!(attr->flags & BPF_F_NO_COMMON_LRU) || !over)
		return;
	if (attr->max_entries > UINT32_MAX - (cpus - over))
		attr->max_entries -= over;
	else
		attr->max_entries += cpus - over;
}
