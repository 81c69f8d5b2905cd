// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* token.bpf.c - a packet counter with all that a token has to allow: types, a map, variables. */
#include <cleat/bpf.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

__u64 step = 3;

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&packets, &key);

	if (n)
		__sync_fetch_and_add(n, step);
	return XDP_PASS;
}
