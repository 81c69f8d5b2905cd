// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* too-large.bpf.c - has more to verify than the verifier looks at */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u32 sum = 0;

	/* One line: the log has the text of each. */
	asm volatile("1: %0 += 1; if %0 < 10000000 goto 1b" : "+r"(sum));
	return sum;
}

LICENSE("GPL");
