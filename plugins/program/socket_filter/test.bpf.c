/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts what a socket is given, and keeps as much of it as it is told.
 */
#include <cleat/bpf.h>

const volatile int keep = 0;
u64 packets, bytes, outgoing;

#define PACKET_OUTGOING 4

SEC("socket")
int count(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&packets, 1);
	__sync_fetch_and_add(&bytes, skb->len);
	if (skb->pkt_type == PACKET_OUTGOING)
		__sync_fetch_and_add(&outgoing, 1);
	return keep;
}

/* The text behind the slash is for people. */
SEC("socket/choose")
int choose(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&packets, 1);
	return 0; /* the first socket of the port */
}

LICENSE("Dual BSD/GPL");
