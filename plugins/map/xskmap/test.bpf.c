/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - hands IPv4 packets to the socket in the map, others and those without a socket to the
 * kernel.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u32);
} sockets SEC(".maps");

u64 handed;

SEC("xdp")
int hand_over(struct xdp_md *ctx)
{
	const u8 *data = (const u8 *)(long)ctx->data, *end = (const u8 *)(long)ctx->data_end;
	int action;

	if (data + 14 > end || data[12] != 8 || data[13] != 0)
		return XDP_PASS;
	action = bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
	if (action == XDP_REDIRECT)
		handed++;
	return action;
}
