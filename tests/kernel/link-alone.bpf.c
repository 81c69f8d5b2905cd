// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* link-alone.bpf.c - an object of its own: what it calls and counts in is its own, too. */
#include <cleat/bpf.h>

#ifndef TWIN
#define TWIN 1
#endif

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} link_twin SEC(".maps");

__noinline int mine(int x)
{
	return x + TWIN;
}

SEC("raw_tp/sched_process_exec")
int same_name(void *ctx)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&link_twin, &key);

	if (n)
		*n = mine(40);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
