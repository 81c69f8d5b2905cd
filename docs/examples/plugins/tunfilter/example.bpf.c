/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* example.bpf.c - packets get through a device up to a length that the unit sets; both kinds are counted. */
#include <cleat/bpf.h>

const volatile u32 longest = 1000;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u64);
} tun_counts SEC(".maps"); /* 0: passed, 1: dropped */

SEC("tunfilter")
int no_long_ones(struct __sk_buff *skb)
{
	u32 dropped = skb->len > longest;
	u64 *count = bpf_map_lookup_elem(&tun_counts, &dropped);

	if (count)
		__sync_fetch_and_add(count, 1);
	return dropped ? 0 : skb->len;
}

LICENSE("Dual BSD/GPL");
