// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* unit.bpf.c - counts executions under a key that a unit sets, as long as a seeded map allows it. */
#include <cleat/bpf.h>

enum verdict {
	NO = 1,
	YES = 2,
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, enum verdict);
} unit_allowed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} unit_count SEC(".maps");

const volatile __u32 key = 1;

SEC("raw_tp/sched_process_exec")
int count(void *ctx)
{
	__u32 k = key;
	enum verdict *v = bpf_map_lookup_elem(&unit_allowed, &k);
	__u64 one = 1, *n;

	if (!v || *v != YES)
		return 0;
	n = bpf_map_lookup_elem(&unit_count, &k);
	if (n)
		__sync_fetch_and_add(n, 1);
	else
		bpf_map_update_elem(&unit_count, &k, &one, BPF_ANY);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
