// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* context-modified.bpf.c - reads the context through a pointer that was changed */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	char *at = (char *)ctx;

	asm volatile("%0 += 12" : "+r"(at));
	return *(volatile u32 *)(at + 4); /* here */
}

LICENSE("GPL");
