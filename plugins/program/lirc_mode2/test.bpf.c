/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts pulses that a receiver measures.
 */
#include <cleat/bpf.h>

u64 pulses;

SEC("lirc_mode2")
int decode(u32 *sample)
{
	if ((*sample & 0xff000000) == 0x01000000)
		__sync_fetch_and_add(&pulses, 1);
	return 0;
}

LICENSE("Dual BSD/GPL");
