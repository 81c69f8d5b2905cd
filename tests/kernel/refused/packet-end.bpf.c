// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* packet-end.bpf.c - reads a packet without comparing with its end */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u8 *data = (u8 *)(long)ctx->data;

	return data[13] ? XDP_PASS : XDP_DROP; /* here */
}

LICENSE("GPL");
