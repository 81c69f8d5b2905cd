// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * legacy-sample.bpf.c - maps as the kernel's samples had them: the template of a map of maps is
 * another map, by its number in the section.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct bpf_map_def_legacy {
	u32 type, key_size, value_size, max_entries, map_flags, inner_map_idx, numa_node;
};

struct bpf_map_def_legacy ls_port SEC("maps") = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 2,
};
struct bpf_map_def_legacy ls_ports SEC("maps") = {
	.type = BPF_MAP_TYPE_HASH_OF_MAPS,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 4,
	.inner_map_idx = 0, /* ls_port */
};

SEC("raw_tp/sched_process_exec")
int count(void *ctx)
{
	u32 key = 7;
	void *inner = bpf_map_lookup_elem(&ls_ports, &key);
	u64 *n;

	key = 1;
	n = inner ? bpf_map_lookup_elem(inner, &key) : NULL;
	if (n)
		__sync_fetch_and_add(n, 1);
	return 0;
}
