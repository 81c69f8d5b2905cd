// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* gates-maps.bpf.c - a map and three kinds of global variables; nothing that CO-RE must find. */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} lengths SEC(".maps");

const volatile __u32 least = 100;
__u64 seen;
__u32 last = 7;

SEC("socket")
int maps(struct __sk_buff *skb)
{
	__u32 key = skb->len;
	__u64 *count = bpf_map_lookup_elem(&lengths, &key);

	seen++;
	last = key;
	if (count)
		__sync_fetch_and_add(count, 1);
	return key > least ? 0 : -1;
}

LICENSE("GPL");
