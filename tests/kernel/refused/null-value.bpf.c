// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* null-value.bpf.c - uses what a map look-up found without asking whether it found anything */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64[8]);
} table SEC(".maps");

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u32 key = 0;
	u64 *value = bpf_map_lookup_elem(&table, &key);

	*value = ctx->rx_queue_index; /* here */
	return XDP_PASS;
}

LICENSE("GPL");
