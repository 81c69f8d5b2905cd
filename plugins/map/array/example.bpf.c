/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts packets by their protocol.
 */
#include <cleat/bpf.h>

#define ETHERNET 14

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 256);
	__type(key, u32);
	__type(value, u64);
} packets SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	const u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	u32 protocol;
	u64 *n;

	if (data + ETHERNET + 20 > end || data[12] != 8 || data[13] != 0)
		return XDP_PASS;
	protocol = data[ETHERNET + 9];
	n = bpf_map_lookup_elem(&packets, &protocol);
	if (n)
		__sync_fetch_and_add(n, 1);
	return XDP_PASS;
}

LICENSE("Dual BSD/GPL");
