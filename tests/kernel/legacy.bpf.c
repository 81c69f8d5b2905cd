// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * legacy.bpf.c - maps defined by bytes, in each layout that was found in the wild; every execution
 * is counted in each of them, also by programs that are jumped to through an iproute2 map.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

#define BPF_F_NUMA_NODE (1U << 2)

struct plain16 {
	u32 type, key_size, value_size, max_entries;
};

struct plain20 {
	u32 type, key_size, value_size, max_entries, map_flags;
};

struct sample28 {
	u32 type, key_size, value_size, max_entries, map_flags, inner_map_idx, numa_node;
};

struct cilium28 {
	u32 type, size_key, size_value, max_elem, flags, id, pinning;
};

struct iproute2 {
	u32 type, size_key, size_value, max_elem, flags, id, pinning, inner_id, inner_idx;
};

struct gobpf {
	u32 type, key_size, value_size, max_entries, map_flags, pinning;
	char namespace[256];
};

/* --- in one section, of different sizes: only their symbols tell where each begins -------------- */

struct plain20 lg_plain SEC("maps") = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 8,
	.map_flags = 1, /* BPF_F_NO_PREALLOC */
};
struct plain16 lg_short SEC("maps") = { BPF_MAP_TYPE_ARRAY, 4, 8, 1 };
struct sample28 lg_numa SEC("maps") = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 8,
	.map_flags = BPF_F_NUMA_NODE,
	.numa_node = 0,
};
static struct plain20 lg_static SEC("maps") = { BPF_MAP_TYPE_ARRAY, 4, 8, 1 };

/* --- in a section of its own, with types -------------------------------------------------------- */

struct where {
	u32 place;
};

struct counted {
	u64 times;
};

struct plain20 lg_typed SEC("maps/lg_typed") = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(struct where),
	.value_size = sizeof(struct counted),
	.max_entries = 8,
};
struct ____btf_map_lg_typed {
	struct where key;
	struct counted value;
} ____btf_map_lg_typed SEC(".maps.lg_typed");

/* --- iproute2's, and those made after them ------------------------------------------------------ */

struct iproute2 lg_global SEC("maps") = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = 4,
	.size_value = 8,
	.max_elem = 1,
	.id = 1,
	.pinning = 2, /* PIN_GLOBAL_NS */
};
struct iproute2 lg_object SEC("maps") = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = 4,
	.size_value = 8,
	.max_elem = 1,
	.id = 2,
	.pinning = 1, /* PIN_OBJECT_NS */
};
struct iproute2 lg_outer SEC("maps") = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 4,
	.id = 3,
	.inner_id = 4,
};
struct iproute2 lg_inner SEC("maps") = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = 4,
	.size_value = 8,
	.max_elem = 1,
	.id = 4,
	.inner_idx = 3,
};
struct iproute2 lg_jumps SEC("maps") = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 4,
	.id = 5,
};
struct cilium28 lg_cilium SEC("maps") = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = 4,
	.size_value = 8,
	.max_elem = 1,
	.id = 6,
	.pinning = 2,
};
struct gobpf lg_gobpf SEC("maps/lg_gobpf") = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 1,
	.pinning = 2,
	.namespace = "mine",
};

/* --- what is done with them --------------------------------------------------------------------- */

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
	u32 slot = 3;
	void *inner = bpf_map_lookup_elem(&lg_outer, &slot);

	bump(&lg_plain);
	bump(&lg_short);
	bump(&lg_numa);
	bump(&lg_static);
	bump(&lg_typed);
	bump(&lg_global);
	bump(&lg_cilium);
	bump(&lg_gobpf);
	if (inner)
		bump(inner);
	bpf_tail_call(ctx, &lg_jumps, 1);
	return 0;
}

/* iproute2: slot 1 of the map with id 5 */
SEC("5/1")
int jumped(void *ctx)
{
	bump(&lg_object);
	return 0;
}
