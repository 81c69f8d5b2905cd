// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* register-unset.bpf.c - uses a register after a call has taken its value away */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	bpf_ktime_get_ns();
	asm volatile("r0 = r3"); /* here */
	return XDP_PASS;
}

LICENSE("GPL");
