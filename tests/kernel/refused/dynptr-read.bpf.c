// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* dynptr-read.bpf.c - looks into a dynptr, which only its own functions do */
#include <cleat/bpf.h>

char bytes[16];

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	struct bpf_dynptr inside;

	bpf_dynptr_from_mem(bytes, sizeof(bytes), 0, &inside);
	return *(volatile u64 *)&inside & 1; /* here */
}

LICENSE("GPL");
