/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts pings that reach an interface and does with them as it is told.
 */
#include <cleat/bpf.h>

const volatile u32 action = XDP_PASS;
u64 pings;

/* An ICMP echo request over IPv4 on ethernet; everything else passes. */
SEC("xdp")
int ping(struct xdp_md *ctx)
{
	const u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (data + 35 > end || data[12] != 8 || data[13] != 0 || data[23] != 1 || data[34] != 8)
		return XDP_PASS;
	__sync_fetch_and_add(&pings, 1);
	return action;
}

LICENSE("Dual BSD/GPL");
