// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* zero-size.bpf.c - hands a size to a helper that may be 0 */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	char text[16] = "";
	u64 size = ctx->rx_queue_index & 15;

	barrier_var(size);
	bpf_trace_printk(text, size); /* here */
	return XDP_PASS;
}

LICENSE("GPL");
