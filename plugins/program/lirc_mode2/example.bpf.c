/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts the pulses that a receiver sees.
 */
#include <cleat/bpf.h>

#define PULSE 0x01000000

u64 pulses;

SEC("lirc_mode2")
int decode(u32 *sample)
{
	if ((*sample & 0xff000000) == PULSE)
		__sync_fetch_and_add(&pulses, 1);
	return 0;
}

LICENSE("Dual BSD/GPL");
