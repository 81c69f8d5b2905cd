// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* read-only.bpf.c - writes to a constant */
#include <cleat/bpf.h>

const volatile u32 limit = 5;

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	*(volatile u32 *)&limit = ctx->rx_queue_index; /* here */
	return XDP_PASS;
}

LICENSE("GPL");
