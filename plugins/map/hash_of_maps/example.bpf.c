/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts what each tenant sends in a map of its own.
 */
#include <cleat/bpf.h>

struct counters {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
};

struct counters red SEC(".maps"), blue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, u32);
	__array(values, struct counters);
} tenants SEC(".maps") = { .values = { [0] = &red, [2] = &blue } };

SEC("cgroup_skb/egress")
int count(struct __sk_buff *skb)
{
	u32 tenant = skb->mark & 3, first = 0;
	void *counters = bpf_map_lookup_elem(&tenants, &tenant);
	u64 *packets = counters ? bpf_map_lookup_elem(counters, &first) : NULL;

	if (packets)
		__sync_fetch_and_add(packets, 1);
	return 1;
}

LICENSE("Dual BSD/GPL");
