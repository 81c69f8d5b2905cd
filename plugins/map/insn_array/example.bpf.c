/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - a switch that compilers make a table of jumps of.
 */
#include <cleat/bpf.h>

u64 seen[4];

SEC("syscall")
int choose(u32 *state)
{
	switch (*state) {
	case 0:
		return __sync_fetch_and_add(&seen[0], 1);
	case 1:
		return __sync_fetch_and_add(&seen[1], 10);
	case 2:
		return __sync_fetch_and_add(&seen[2], 100);
	case 3:
		return __sync_fetch_and_add(&seen[3], 1000);
	default:
		return -1;
	}
}

LICENSE("Dual BSD/GPL");
