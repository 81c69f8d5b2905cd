// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* unbounded-index.bpf.c - indexes with a number that nothing limits */
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
	u32 key = 0;
	u8 *value = bpf_map_lookup_elem(&table, &key);

	if (!value)
		return XDP_PASS;
	return value[ctx->rx_queue_index]; /* here */
}

LICENSE("GPL");
