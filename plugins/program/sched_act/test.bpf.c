/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - an action that counts packets and does with them what it is told.
 */
#include <cleat/bpf.h>

const volatile int verdict = 3; /* TC_ACT_PIPE */
u64 packets;

SEC("action")
int act(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&packets, 1);
	return verdict;
}

LICENSE("Dual BSD/GPL");
