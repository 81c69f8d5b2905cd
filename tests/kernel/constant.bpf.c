// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * constant.bpf.c - a number that is nowhere but in the code, for whoever loads it to say.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u64 seen SEC(".bss.seen");

SEC("raw_tp/sched_process_exec")
int run(void *ctx)
{
	u64 step;

	asm volatile("%0 = STEP ll" : "=r"(step));
	seen = step;
	return 0;
}
