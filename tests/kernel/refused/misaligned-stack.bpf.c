// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* misaligned-stack.bpf.c - writes to the stack across the bounds of its slots */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	asm volatile("*(u64 *)(r10 - 12) = %0" : : "r"(0l)); /* here */
	return XDP_PASS;
}

LICENSE("GPL");
