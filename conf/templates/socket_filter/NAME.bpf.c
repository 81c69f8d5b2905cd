/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * @NAME@.bpf.c - @SUMMARY@.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

/* Read by @NAME@ while it runs. */
u64 seen;

SEC("socket")
int count_packets(struct __sk_buff *skb)
{
	/* IPv4; bpf_skb_load_bytes() reads what is in the packet */
	if (skb->protocol == bpf_htons(0x0800))
		__sync_fetch_and_add(&seen, 1);
	/* How much of it the socket is to get: the packet itself goes its way. */
	return 0;
}
