// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* stack-of-calls.bpf.c - functions that need too much stack together */
#include <cleat/bpf.h>

static __noinline int inner(u32 seed)
{
	volatile char buffer[300];

	buffer[seed & 255] = seed;
	return buffer[(seed >> 8) & 255];
}

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	volatile char buffer[300];

	buffer[ctx->rx_queue_index & 255] = 1;
	return inner(ctx->rx_queue_index) + buffer[ctx->ingress_ifindex & 255];
}

LICENSE("GPL");
