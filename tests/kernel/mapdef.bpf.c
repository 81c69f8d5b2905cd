// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * mapdef.bpf.c - maps defined in BTF, with every attribute, slots that the object fills, and a use
 * that a constant switches off. Every execution is counted in all of them.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

#define BPF_F_NO_PREALLOC (1U << 0)
#define BPF_F_NUMA_NODE (1U << 2)

struct key {
	u32 a;
};

struct value {
	u64 times;
};

/* Sizes and types, which agree. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE);
	__uint(numa_node, 0);
	__uint(key_size, sizeof(struct key));
	__type(key, struct key);
	__type(value, struct value);
	__uint(value_size, sizeof(struct value));
} md_all SEC(".maps");

/* The type of the definition has a name, behind a typedef. */
typedef struct md_definition {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct value);
} md_definition_t;

md_definition_t md_named SEC(".maps");

/* The one that is meant by slot 2 comes later, and takes itself another form of a definition. */
extern struct md_definition md_zlast;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, u32);
	__array(values, struct md_definition);
} md_aouter SEC(".maps") = {
	.values = { [0] = (void *)&md_named, [2] = (void *)&md_zlast },
};

struct md_definition md_zlast SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, u32);
	__array(
		values, struct {
			__uint(type, BPF_MAP_TYPE_HASH);
			__uint(max_entries, 2);
			__type(key, u32);
			__type(value, struct value);
		});
} md_houter SEC(".maps");

/* For whoever loads it to say. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, 4);
	__uint(value_size, 8);
} md_open SEC(".maps");

/* Kernel 5.16. */
struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 8);
	__type(value, u32);
	__ulong(map_extra, 3);
} md_new SEC(".maps");

const volatile bool use_new = true;

static __always_inline void bump(void *map)
{
	u32 zero = 0;
	u64 one = 1, *n = bpf_map_lookup_elem(map, &zero);

	if (n)
		__sync_fetch_and_add(n, 1);
	else
		bpf_map_update_elem(map, &zero, &one, 0);
}

SEC("raw_tp/sched_process_exec")
int count(void *ctx)
{
	u32 slot = 2, filtered = 7;
	void *inner = bpf_map_lookup_elem(&md_aouter, &slot);

	bump(&md_all);
	bump(&md_named);
	bump(&md_open);
	if (inner)
		bump(inner);
	if (use_new)
		bpf_map_push_elem(&md_new, &filtered, 0);
	return 0;
}
