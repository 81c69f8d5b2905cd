// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* pointer-sum.bpf.c - computes with pointers as if they were numbers */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u64 n = ctx->rx_queue_index;

	asm volatile("%0 -= %1" : "+r"(n) : "r"(ctx)); /* here */
	return n;
}

LICENSE("GPL");
