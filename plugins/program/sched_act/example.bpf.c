/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - an action that counts, and leaves the packet to the next one.
 */
#include <cleat/bpf.h>

#define TC_ACT_PIPE 3

u64 packets, bytes;

SEC("action")
int count(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&packets, 1);
	__sync_fetch_and_add(&bytes, skb->len);
	return TC_ACT_PIPE;
}

LICENSE("Dual BSD/GPL");
