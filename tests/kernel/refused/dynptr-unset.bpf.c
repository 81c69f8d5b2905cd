// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* dynptr-unset.bpf.c - reads through a dynptr that was never set up */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	struct bpf_dynptr nothing;
	char byte = 0;

	bpf_dynptr_read(&byte, 1, &nothing, 0, 0); /* here */
	return byte;
}

LICENSE("GPL");
