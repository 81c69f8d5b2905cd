// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* too-large.bpf.c - has more to verify than the verifier looks at */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u32 sum = 0;

	for (u32 i = 0; i < 10000000; i++) {
		sum += i;
		barrier_var(sum);
	}
	return sum;
}

LICENSE("GPL");
