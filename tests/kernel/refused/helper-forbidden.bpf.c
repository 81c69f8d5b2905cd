// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* helper-forbidden.bpf.c - calls a helper that this kind of program has not */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	return bpf_skb_pull_data((void *)ctx, 0); /* here */
}

LICENSE("GPL");
