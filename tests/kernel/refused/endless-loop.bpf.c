// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* endless-loop.bpf.c - goes round with nothing changed */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u32 n = 1;

	while (ctx->rx_queue_index != n)
		barrier_var(n); /* here */
	return XDP_PASS;
}

LICENSE("GPL");
