/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts what each end of a netkit device sends, and drops it or not.
 */
#include <cleat/bpf.h>

const volatile int verdict = 0; /* NETKIT_PASS; 2: NETKIT_DROP */
u64 primary_sent, peer_sent;

SEC("netkit/primary")
int primary(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&primary_sent, 1);
	return verdict;
}

SEC("netkit/peer")
int peer(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&peer_sent, 1);
	return verdict;
}

LICENSE("Dual BSD/GPL");
