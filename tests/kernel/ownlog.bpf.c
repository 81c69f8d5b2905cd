// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* ownlog.bpf.c - a program that loads and one that does not, for ownlog.sh. */
#include <cleat/bpf.h>

LICENSE("GPL");

u64 runs;

SEC("socket")
int sound(void *ctx)
{
	runs++;
	return 0;
}

volatile u64 sums[2];

/* Each turn is another state of the verifier's: its words fill more than a megabyte. */
SEC("?socket")
int wordy(void *ctx)
{
	u64 sum = 1;

	for (u32 i = 0; i < 300; i++) {
		sum += sums[i & 1];
		asm volatile("" : "+r"(sum));
	}
	return (int)sum;
}

SEC("?socket")
__attribute__((naked)) int unsound(void)
{
	asm volatile("r0 = r7\n"
		     "exit\n");
}
