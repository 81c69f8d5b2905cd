/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts packets that come in by a route, go out by it, and are about to be sent, and
 * does with them as it is told.
 */
#include <cleat/bpf.h>

const volatile int verdict = BPF_OK;
u64 received, routed, sent;

SEC("lwt_in")
int in(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&received, 1);
	return verdict;
}

SEC("lwt_out")
int out(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&routed, 1);
	return verdict;
}

SEC("lwt_xmit")
int xmit(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&sent, 1);
	return verdict;
}

LICENSE("Dual BSD/GPL");
