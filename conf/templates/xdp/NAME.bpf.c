/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * @NAME@.bpf.c - @SUMMARY@.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

/* Read by @NAME@ while it runs. */
u64 seen;

SEC("xdp")
int count_packets(struct xdp_md *ctx)
{
	const u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	/* Each byte of the packet that is read needs such a test before; 14 are the Ethernet header. */
	if (data + 14 > end)
		return XDP_PASS;
	/* IPv4; XDP_DROP instead of XDP_PASS makes a firewall of it */
	if (data[12] == 0x08 && data[13] == 0x00)
		__sync_fetch_and_add(&seen, 1);
	return XDP_PASS;
}
