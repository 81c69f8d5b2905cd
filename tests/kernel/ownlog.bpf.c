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

SEC("?socket")
__attribute__((naked)) int unsound(void)
{
	asm volatile("r0 = r7\n"
		     "exit\n");
}
