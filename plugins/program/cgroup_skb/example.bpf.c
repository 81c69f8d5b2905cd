/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - nothing is sent, but to the machine itself.
 */
#include <cleat/bpf.h>

#define LOOPBACK 1

u64 refused;

SEC("cgroup_skb/egress")
int deny(struct __sk_buff *skb)
{
	if (skb->ifindex == LOOPBACK)
		return 1;
	__sync_fetch_and_add(&refused, 1);
	return 0;
}

LICENSE("Dual BSD/GPL");
