// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* scalar-memory.bpf.c - takes a number for a pointer */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u64 address = ctx->rx_queue_index;

	return *(volatile int *)address; /* here */
}

LICENSE("GPL");
