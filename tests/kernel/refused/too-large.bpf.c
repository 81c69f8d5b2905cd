// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* too-large.bpf.c - has more to verify than the verifier looks at */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u32 sum = 0;

	/* Long rounds: at each jump some kernels compare with all the rounds before. */
	asm volatile("1: .rept 500; %0 += 1; .endr; if %0 < 10000000 goto 1b" : "+r"(sum));
	return sum;
}

LICENSE("GPL");
