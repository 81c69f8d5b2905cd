// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* stack-outside.bpf.c - writes below the 512 bytes of the stack */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	/* The compiler itself would refuse a large variable. */
	asm volatile("*(u64 *)(r10 - 520) = %0" : : "r"(ctx)); /* here */
	return XDP_PASS;
}

LICENSE("GPL");
