/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts packets at a segment, and does with them as it is told.
 */
#include <cleat/bpf.h>

const volatile int verdict = BPF_OK;
u64 packets;

SEC("lwt_seg6local")
int segment(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&packets, 1);
	return verdict;
}

LICENSE("Dual BSD/GPL");
