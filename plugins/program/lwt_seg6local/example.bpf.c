/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts what comes for a segment, and passes it on to the next one.
 */
#include <cleat/bpf.h>

u64 packets;

SEC("lwt_seg6local")
int segment(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&packets, 1);
	return BPF_OK;
}

LICENSE("Dual BSD/GPL");
