// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* iterator-unset.bpf.c - takes numbers from an iterator that nobody has made */
#include <cleat/bpf.h>

struct bpf_iter_num;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u64 it;

	return bpf_iter_num_next((void *)&it) ? XDP_PASS : XDP_DROP; /* here */
}

LICENSE("GPL");
