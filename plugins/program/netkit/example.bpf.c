/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts what containers send and receive.
 */
#include <cleat/bpf.h>

#define NETKIT_NEXT -1

u64 sent, received;

SEC("netkit/peer")
int outgoing(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&sent, skb->len);
	return NETKIT_NEXT;
}

SEC("netkit/primary")
int incoming(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&received, skb->len);
	return NETKIT_NEXT;
}

LICENSE("Dual BSD/GPL");
