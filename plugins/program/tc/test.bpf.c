/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts pings at an interface, in either direction, and does with them as it is told.
 */
#include <cleat/bpf.h>

const volatile int verdict = TCX_NEXT;
u64 pings;

/* An ICMP echo request over IPv4 on ethernet. */
static __always_inline int look(struct __sk_buff *skb)
{
	u8 type = 0, protocol = 0;

	if (skb->protocol != bpf_htons(0x0800) || bpf_skb_load_bytes(skb, 14 + 9, &protocol, 1) ||
	    protocol != 1 || bpf_skb_load_bytes(skb, 14 + 20, &type, 1) || type != 8)
		return TCX_NEXT;
	__sync_fetch_and_add(&pings, 1);
	return verdict;
}

SEC("tcx/ingress")
int in(struct __sk_buff *skb)
{
	return look(skb);
}

SEC("tc/egress")
int out(struct __sk_buff *skb)
{
	return look(skb);
}

SEC("tc")
int either(struct __sk_buff *skb)
{
	return look(skb);
}

/* A ping matches: its class is the filter's, where the verdict is the number of a class. */
SEC("?tc")
int sort(struct __sk_buff *skb)
{
	return look(skb) == verdict ? verdict : 0;
}

LICENSE("Dual BSD/GPL");
