// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* sleep-forbidden.bpf.c - calls a helper that sleeps where programs may not */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	char byte = 0;

	bpf_copy_from_user(&byte, 1, NULL); /* here */
	return byte;
}

LICENSE("GPL");
