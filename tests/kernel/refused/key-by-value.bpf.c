// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* key-by-value.bpf.c - passes a key itself where its address is wanted */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64[8]);
} table SEC(".maps");

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	return bpf_map_lookup_elem(&table, (void *)(long)ctx->rx_queue_index) ? 1 : 2; /* here */
}

LICENSE("GPL");
